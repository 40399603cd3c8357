//! Case L6: the layer among others. Compression has a file of its own.

use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{HeaderValue, Method, StatusCode, header},
    middleware::{Next, from_fn},
    response::{Html, IntoResponse, Response},
    routing::get as route,
};
use bytes::Bytes;
use http_body_util::BodyExt;
use tower::ServiceBuilder;
use tower_consent::ConsentLayer;
use tower_http::{cors::CorsLayer, trace::TraceLayer};

use crate::support::{Browser, PAGE, answered, get, policy, post_form, request, send, visitors};

fn layer() -> ConsentLayer {
    ConsentLayer::new(policy())
}

fn site() -> Router {
    let data = || async { ([(header::CACHE_CONTROL, "public, max-age=9")], axum::Json(true)) };
    Router::new()
        .route("/", route(|| async { Html(PAGE) }).post(|| async { "posted" }))
        .route("/data", route(data))
}

/// Opens a session where there is none, as session layers do.
async fn session(request: Request, next: Next) -> Response {
    let cookies = request.headers().get(header::COOKIE).map_or("", |cookies| cookies.to_str().unwrap());
    let has_session = cookies.contains("sid=");
    let mut response = next.run(request).await;
    if !has_session {
        let line = HeaderValue::from_static("sid=1; Path=/; HttpOnly; SameSite=Lax");
        response.headers_mut().append(header::SET_COOKIE, line);
    }
    response
}

// L6
#[tokio::test]
async fn a_session_inside_or_outside_lasts_over_a_decision() {
    let inside = site().layer(from_fn(session)).layer(layer());
    let outside = site().layer(layer()).layer(from_fn(session));
    for app in [inside, outside] {
        let mut browser = Browser::new(&app);
        let page = browser.visit("/").await;
        assert_eq!(page.cookie_names(), ["sid"]);
        let (_, next) = browser.press(&page, "reject").await;
        assert!(!next.has_banner() && next.set_cookies().is_empty());
        assert_eq!(browser.cookies().len(), 2);
    }
}

/// Refuses forms without a token, as layers against forged requests do.
async fn csrf(request: Request, next: Next) -> Response {
    if request.method() == Method::POST && !request.headers().contains_key("x-csrf-token") {
        return StatusCode::FORBIDDEN.into_response();
    }
    next.run(request).await
}

// L6
#[tokio::test]
async fn protection_inside_guards_the_app_and_lets_visitors_answer() {
    let app = site().layer(from_fn(csrf)).layer(layer());
    answered(&app, "choice=accept").await;
    assert_eq!(post_form(&app, "/", "x=1", &[]).await.status, 403);
    // The banner's form has a guard of its own.
    let forged =
        post_form(&app, "/cookie-consent", "choice=accept", &[("sec-fetch-site", "cross-site")]).await;
    assert_eq!(forged.status, 403);
}

// L6
#[tokio::test]
async fn protection_outside_has_to_let_the_endpoint_through() {
    let app = site().layer(layer()).layer(from_fn(csrf));
    assert_eq!(post_form(&app, "/cookie-consent", "choice=accept", &[]).await.status, 403);
    let with_token = [("x-csrf-token", "1")];
    assert_eq!(post_form(&app, "/cookie-consent", "choice=accept", &with_token).await.status, 303);
}

// L6
#[tokio::test]
async fn cors_inside_or_outside_says_the_same() {
    let cors =
        || CorsLayer::new().allow_origin(["https://a.example".parse().unwrap()]).allow_methods([Method::GET]);
    let inside = site().layer(cors()).layer(layer());
    let outside = site().layer(layer()).layer(cors());
    let from = ("origin", "https://a.example");
    for app in [&inside, &outside] {
        for cookie in visitors(app).await {
            for path in ["/", "/data"] {
                let reply = get(app, path, &[from, ("cookie", &cookie)]).await;
                assert_eq!(reply.header("access-control-allow-origin"), from.1);
                assert!(reply.varies_on("origin"));
                assert_eq!(reply.varies_on("cookie"), path == "/");
            }
            let asked = [from, ("cookie", &cookie), ("access-control-request-method", "GET")];
            let preflight = send(app, request("OPTIONS", "/", "", &asked)).await;
            assert_eq!((preflight.status.as_u16(), preflight.text()), (200, ""));
            assert_eq!(preflight.header("access-control-allow-methods"), "GET");
            assert!(preflight.set_cookies().is_empty());
        }
    }
    assert_eq!(get(&inside, "/data", &[from]).await.header("cache-control"), "public, max-age=9");
}

/// Names a response by its bytes, and answers conditions itself.
async fn etag(request: Request, next: Next) -> Response {
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    let (mut parts, body) = next.run(request).await.into_parts();
    let body: Bytes = body.collect().await.unwrap().to_bytes();
    let sum = body.iter().fold(7_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(*byte)));
    let tag = HeaderValue::from_str(&format!("\"{sum:x}\"")).unwrap();
    let is_known = known.as_ref() == Some(&tag);
    parts.headers.insert(header::ETAG, tag);
    if is_known {
        parts.status = StatusCode::NOT_MODIFIED;
        return Response::from_parts(parts, Body::empty());
    }
    Response::from_parts(parts, Body::from(body))
}

// L6
#[tokio::test]
async fn tags_made_inside_or_outside_tell_the_variants_apart() {
    let inside = site().layer(from_fn(etag)).layer(layer());
    let outside = site().layer(layer()).layer(from_fn(etag));
    for app in [inside, outside] {
        let [undecided, yes, _] = visitors(&app).await;
        let opens = |cookie: &str, tag: &str| {
            let headers = [("accept", "text/html"), ("cookie", cookie), ("if-none-match", tag)];
            request("GET", "/", "", &headers)
        };
        let page = send(&app, opens(&undecided, "\"none\"")).await;
        assert!(page.has_banner());
        let tag = page.header("etag");
        assert_eq!(send(&app, opens(&undecided, &tag)).await.status, 304);
        let other = send(&app, opens(&yes, &tag)).await;
        assert!(other.status == 200 && !other.has_banner());
    }
}

// L6
#[tokio::test]
async fn tracing_inside_and_outside_changes_nothing() {
    let plain = get(&site().layer(layer()), "/", &[]).await;
    let inside = site().layer(TraceLayer::new_for_http()).layer(layer());
    let outside = site().layer(layer()).layer(TraceLayer::new_for_http());
    for app in [inside, outside] {
        let page = get(&app, "/", &[]).await;
        assert_eq!((page.text(), &page.headers), (plain.text(), &plain.headers));
    }
}

// L6
#[tokio::test]
async fn all_of_them_together_in_the_order_that_is_recommended() {
    let stack = ServiceBuilder::new()
        .layer(TraceLayer::new_for_http())
        .layer(tower_http::compression::CompressionLayer::new())
        .layer(layer())
        .layer(CorsLayer::permissive())
        .layer(from_fn(session))
        .layer(from_fn(csrf));
    let app = site().layer(stack);
    let mut browser = Browser::new(&app);
    let page = browser.visit("/").await;
    assert!(page.has_banner());
    assert_eq!(page.cookie_names(), ["sid"]);
    let (reply, next) = browser.press(&page, "accept").await;
    assert_eq!(reply.cookie_names(), ["__Host-consent"]);
    assert!(!next.has_banner());
    let packed = get(&app, "/", &[("accept-encoding", "gzip")]).await;
    assert_eq!(packed.header("content-encoding"), "gzip");
}
