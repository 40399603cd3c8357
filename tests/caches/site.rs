//! A site that says all that sites say to caches, in virtual time.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use axum::{
    Router,
    body::Body,
    extract::{OptionalFromRequestParts, Request},
    http::request::Parts,
};
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode};
use http_body_util::BodyExt;
use tokio::runtime::Runtime;
use tower::ServiceExt;
use tower_consent::{Consent, ConsentLayer, Policy};

use crate::{
    message::{Answer, Ask, field, members},
    rules::{at, date, is_known},
};

/// 20 November 2026.
pub(crate) const BEGIN: u64 = 1_795_132_800;

/// What pages may load: from a tracker too.
const POLICY_OF_PAGES: &str = "img-src 'self' https://stats.example.net; style-src 'self'";

/// Each page and file, and what it says to caches.
pub(crate) const PATHS: [(&str, &[(&str, &str)]); 21] = [
    ("/page/public", &[("cache-control", "public, max-age=600")]),
    ("/page/silent", &[]),
    ("/page/tag", &[("cache-control", "max-age=60"), ("etag", "")]),
    ("/page/date", &[("last-modified", "")]),
    ("/page/both", &[("cache-control", "public, max-age=120"), ("etag", ""), ("last-modified", "")]),
    ("/page/never", &[("cache-control", "no-store")]),
    ("/page/network", &[("cache-control", "max-age=0"), ("cdn-cache-control", "max-age=600")]),
    ("/page/surrogate", &[("surrogate-control", "max-age=600"), ("etag", "")]),
    ("/page/tracked", &[("cache-control", "s-maxage=300"), ("set-cookie", "_ga")]),
    ("/page/asking", &[("cache-control", "public, max-age=600"), ("etag", ""), ("asks", "")]),
    (
        "/page/language",
        &[("cache-control", "public, max-age=600"), ("vary", "Accept-Language"), ("etag", "")],
    ),
    ("/page/swapped", &[("cache-control", "public, max-age=600"), ("vary", "HX-Request"), ("etag", "")]),
    (
        "/page/policy",
        &[
            ("cache-control", "public, max-age=60"),
            ("etag", ""),
            ("content-security-policy", POLICY_OF_PAGES),
        ],
    ),
    (
        "/bare/policy",
        &[
            ("cache-control", "public, max-age=60"),
            ("etag", ""),
            ("content-security-policy", POLICY_OF_PAGES),
        ],
    ),
    ("/bare/page", &[("cache-control", "public, max-age=600"), ("etag", "")]),
    ("/bare/asking", &[("cache-control", "public, max-age=600"), ("asks", "")]),
    ("/json/public", &[("cache-control", "public, max-age=600"), ("etag", "")]),
    ("/json/asking", &[("cache-control", "public, max-age=600"), ("etag", ""), ("asks", "")]),
    ("/json/tracked", &[("cache-control", "public, max-age=600"), ("etag", ""), ("set-cookie", "_ga")]),
    ("/file/style", &[("cache-control", "public, max-age=3600, immutable"), ("etag", "")]),
    ("/file/image", &[("last-modified", "")]),
];

const POLICY: &str = r#"
privacy-policy = "/privacy"
no-banner = ["/bare/*"]
[controller]
name = "Example SAS"
contact = "privacy@example.com"
[[category]]
id = "necessary"
cookies = [{ name = "sid" }]
[[category]]
id = "analytics"
cookies = [{ name = "_ga" }]
origins = ["https://stats.example.net"]
"#;

/// What stands between the site and its visitors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Between {
    Nothing,
    /// The layer, with this delivery and model.
    Layer(&'static str, &'static str),
    /// The layer, and somebody who puts back what the site says to caches: a layer as it might be.
    Spoiled {
        keeps_vary: bool,
    },
}

impl Between {
    pub(crate) fn is_private(self) -> bool {
        matches!(self, Self::Layer("private", _) | Self::Spoiled { .. })
    }
}

pub(crate) struct Site {
    runtime: Runtime,
    router: Router,
    now: Arc<AtomicU64>,
}

impl Site {
    pub(crate) fn new(between: Between) -> Self {
        let now = Arc::new(AtomicU64::new(BEGIN));
        let clock = now.clone();
        let router = Router::new().fallback(async move |consent: Asking, request: Request| {
            answer(&consent, &request, clock.load(Ordering::Relaxed))
        });
        let layer = |delivery, model| {
            let policy = format!("delivery = \"{delivery}\"\nmodel = \"{model}\"\n{POLICY}");
            let now = now.clone();
            let layer = ConsentLayer::new(Policy::from_toml(&policy).unwrap());
            layer.clock(move || at(now.load(Ordering::Relaxed)))
        };
        let router = match between {
            Between::Nothing => router,
            Between::Layer(delivery, model) => router.layer(layer(delivery, model)),
            Between::Spoiled { keeps_vary } => router.layer(layer("private", "opt-in")).layer(
                axum::middleware::from_fn(move |request: Request, next: axum::middleware::Next| async move {
                    let path = request.uri().path().to_owned();
                    let mut response = next.run(request).await;
                    spoil(&path, response.headers_mut(), keeps_vary);
                    response
                }),
            ),
        };
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let site = Self { runtime, router, now };
        // The layer has been there for a day, so that nothing that is asked for is older.
        site.answer(&Ask::new(Method::GET, "/page/date"), BEGIN - 86_400);
        site
    }

    /// Answers a request at a time.
    pub(crate) fn answer(&self, ask: &Ask, now: u64) -> Answer {
        self.now.store(now, Ordering::Relaxed);
        let mut request = Request::new(Body::from(ask.body.clone()));
        *request.method_mut() = ask.method.clone();
        *request.uri_mut() = ask.path.parse().unwrap();
        *request.headers_mut() = ask.headers.clone();
        self.runtime.block_on(async {
            let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
            let body = body.collect().await.unwrap().to_bytes();
            let mut headers = parts.headers;
            headers.insert("date", HeaderValue::from_str(&date(now)).unwrap());
            Answer { status: parts.status, headers, body }
        })
    }
}

/// The consent, asked for only where a page does.
struct Asking(Option<Consent>);

impl<S: Sync> axum::extract::FromRequestParts<S> for Asking {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let Ok(consent) = <Consent as OptionalFromRequestParts<S>>::from_request_parts(parts, state).await;
        Ok(Self(consent))
    }
}

fn answer(consent: &Asking, request: &Request, now: u64) -> Response<Body> {
    let Some((path, says)) = PATHS.iter().find(|(path, _)| *path == request.uri().path()) else {
        return Response::builder().status(StatusCode::NOT_FOUND).body(Body::empty()).unwrap();
    };
    let asked = request.headers();
    // What is new, and how it is named.
    let version = now / 1000;
    let is_french = field(asked, "accept-language").starts_with("fr") && path.ends_with("language");
    let is_part = asked.contains_key("hx-request") && path.ends_with("swapped");
    let is_measured = says.iter().any(|(name, _)| *name == "asks")
        && consent.0.as_ref().is_some_and(|consent| consent.allows("analytics"));

    let mut headers = HeaderMap::new();
    for (name, value) in *says {
        let value = match *name {
            "etag" => format!("\"{version}-{is_french}-{is_part}-{is_measured}\""),
            "last-modified" => date(version * 1000),
            "set-cookie" => {
                let cookies = field(asked, "cookie");
                let sid = cookies.split("sid=").nth(1).and_then(|rest| rest.split(';').next()).unwrap_or("");
                format!("{value}=of-{sid}; Path=/; Max-Age=86400")
            }
            "asks" => continue,
            _ => (*value).to_owned(),
        };
        headers.append(*name, HeaderValue::from_str(&value).unwrap());
    }
    let body = format!("measured: {is_measured}, version: ={version}=");
    let (kind, body) = match path.split('/').nth(1).unwrap() {
        "page" if is_part => ("text/html", format!("<p>{body}")),
        "page" | "bare" => {
            let lang = if is_french { " lang=fr" } else { "" };
            (
                "text/html; charset=utf-8",
                format!("<!DOCTYPE html><html{lang}><title>T</title><body><p>{body}</body></html>"),
            )
        }
        "json" => ("application/json", format!("{{{body}}}")),
        _ => ("image/png", body),
    };
    headers.insert("content-type", HeaderValue::from_static(kind));
    let is_known = is_known(asked, &headers);
    let mut response = Response::new(if is_known { Body::empty() } else { Body::from(body) });
    if is_known {
        headers.remove("content-type");
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    *response.headers_mut() = headers;
    response
}

/// Puts back what the site says, on what the layer has made its own.
fn spoil(path: &str, headers: &mut HeaderMap, keeps_vary: bool) {
    let Some((_, says)) = PATHS.iter().find(|(known, _)| *known == path) else { return };
    if members(&field(headers, "cache-control")).any(|member| member == "no-store") {
        return;
    }
    headers.remove("cache-control");
    if !keeps_vary {
        headers.remove("vary");
    }
    for (name, value) in says.iter().filter(|(name, _)| name.ends_with("control")) {
        headers.append(*name, HeaderValue::from_str(value).unwrap());
    }
}
