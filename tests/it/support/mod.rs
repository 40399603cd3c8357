//! What the tests share: an app that does what a test says, and those who visit it.

pub(crate) mod browser;
pub(crate) mod dom;

use axum::{Router, body::Body};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use tower::ServiceExt;
use tower_consent::{Category, ConsentLayer, Policy, PolicyBuilder};

pub(crate) use self::{browser::Browser, dom::Dom};

pub(crate) const PAGE: &str = "<!DOCTYPE html><html lang=\"en\"><head><title>T</title></head>\
                               <body><main><h1>News</h1></main></body></html>";

pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// A site with a bit of everything.
pub(crate) fn declared() -> PolicyBuilder {
    Policy::builder("Example SAS", "privacy@example.com")
        .privacy_policy("/privacy")
        .category(Category::necessary().cookie("sid").cookie("__Host-session"))
        .category(
            Category::analytics()
                .vendor("google-analytics")
                .cookie("_an_*")
                .cookie("stats")
                .response_header("x-analytics-id")
                .request_header("x-device-id"),
        )
        .category(Category::marketing().cookie("promo").cookie("__Secure-ads"))
}

pub(crate) fn policy() -> Policy {
    declared().build().unwrap()
}

/// An app in which every path is answered by one function.
pub(crate) fn app(
    policy: Policy,
    handler: impl Fn(Request<Body>) -> Response<Body> + Clone + Send + Sync + 'static,
) -> Router {
    app_with(ConsentLayer::new(policy), handler)
}

pub(crate) fn app_with(
    layer: ConsentLayer,
    handler: impl Fn(Request<Body>) -> Response<Body> + Clone + Send + Sync + 'static,
) -> Router {
    Router::new()
        .fallback(move |request: Request<Body>| {
            let response = handler(request);
            async move { response }
        })
        .layer(layer)
}

/// A site whose every path is [`PAGE`].
pub(crate) fn pages(policy: Policy) -> Router {
    app(policy, |_| html(PAGE))
}

pub(crate) fn html(body: impl Into<Body>) -> Response<Body> {
    with(body, &[("content-type", "text/html; charset=utf-8")])
}

pub(crate) fn with(body: impl Into<Body>, headers: &[(&str, &str)]) -> Response<Body> {
    let mut response = Response::new(body.into());
    for (name, value) in headers {
        response.headers_mut().append(name_of(name), HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    response
}

pub(crate) fn with_status(status: u16, body: impl Into<Body>, headers: &[(&str, &str)]) -> Response<Body> {
    let mut response = with(body, headers);
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    response
}

/// A page that sets cookies.
pub(crate) fn setting(lines: &'static [&'static str]) -> impl Fn(Request<Body>) -> Response<Body> + Clone {
    move |_| {
        let mut response = html(PAGE);
        for line in lines {
            response.headers_mut().append(header::SET_COOKIE, HeaderValue::from_static(line));
        }
        response
    }
}

fn name_of(name: &str) -> HeaderName {
    HeaderName::from_bytes(name.as_bytes()).unwrap()
}

pub(crate) fn request(
    method: &str,
    path: &str,
    body: impl Into<Body>,
    headers: &[(&str, &str)],
) -> Request<Body> {
    let mut request = Request::new(body.into());
    *request.method_mut() = Method::from_bytes(method.as_bytes()).unwrap();
    *request.uri_mut() = path.parse().unwrap();
    for (name, value) in headers {
        request.headers_mut().append(name_of(name), HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    let host = HeaderValue::from_static("www.example.com");
    request.headers_mut().entry(header::HOST).or_insert(host);
    request
}

pub(crate) async fn send(app: &Router, request: Request<Body>) -> Reply {
    let (parts, body) = app.clone().oneshot(request).await.unwrap().into_parts();
    let body = body.collect().await.unwrap();
    let trailers = body.trailers().cloned();
    Reply { status: parts.status, headers: parts.headers, trailers, body: body.to_bytes() }
}

pub(crate) async fn get(app: &Router, path: &str, headers: &[(&str, &str)]) -> Reply {
    send(app, request("GET", path, Body::empty(), headers)).await
}

pub(crate) async fn post_form(app: &Router, path: &str, body: &str, headers: &[(&str, &str)]) -> Reply {
    let mut request = request("POST", path, body.to_owned(), headers);
    request.headers_mut().entry(header::CONTENT_TYPE).or_insert(HeaderValue::from_static(FORM));
    send(app, request).await
}

/// The `Cookie` value of a visitor who has sent this form.
pub(crate) async fn answered(app: &Router, form: &str) -> String {
    let reply = post_form(app, "/cookie-consent", form, &[]).await;
    assert_eq!(reply.status, 303, "{form}");
    reply.consent_cookie()
}

/// The three visitors that most rules tell apart: undecided, accepted and rejected.
pub(crate) async fn visitors(app: &Router) -> [String; 3] {
    [String::new(), answered(app, "choice=accept").await, answered(app, "choice=reject").await]
}

/// A response that has been read to its end.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) trailers: Option<HeaderMap>,
    pub(crate) body: Bytes,
}

impl Reply {
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn dom(&self) -> Dom {
        Dom::parse(&self.body)
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn has_banner(&self) -> bool {
        self.dom().by_id("cookie-consent").is_some()
    }

    pub(crate) fn lines(&self, name: &str) -> Vec<String> {
        let lines = self.headers.get_all(name).iter();
        lines.map(|line| String::from_utf8_lossy(line.as_bytes()).into_owned()).collect()
    }

    /// All lines of a header, as one list.
    pub(crate) fn header(&self, name: &str) -> String {
        self.lines(name).join(", ")
    }

    pub(crate) fn varies_on(&self, name: &str) -> bool {
        self.header("vary").split(',').any(|member| member.trim().eq_ignore_ascii_case(name))
    }

    pub(crate) fn set_cookies(&self) -> Vec<String> {
        self.lines("set-cookie")
    }

    /// The names of the cookies that are set, in order.
    pub(crate) fn cookie_names(&self) -> Vec<String> {
        self.set_cookies().iter().map(|line| line.split('=').next().unwrap_or_default().to_owned()).collect()
    }

    /// The lines that set the consent cookie, removals left out.
    pub(crate) fn consent_lines(&self) -> Vec<String> {
        let lines = self.set_cookies().into_iter();
        lines.filter(|line| is_consent(line) && !line.contains("Max-Age=0")).collect()
    }

    /// The consent cookie that is set, as a browser sends it back.
    pub(crate) fn consent_cookie(&self) -> String {
        let lines = self.consent_lines();
        assert_eq!(lines.len(), 1, "{:?}", self.set_cookies());
        lines[0].split(';').next().unwrap().to_owned()
    }
}

pub(crate) fn is_consent(line: &str) -> bool {
    let name = line.split('=').next().unwrap_or_default();
    ["consent", "__Host-consent", "__Secure-consent"].contains(&name)
}
