//! Visitors who speak HTTP/2.

use axum::http::{Request, StatusCode, Version};
use h2::{Reason, ext::Protocol};
use tokio::time::timeout;

use crate::{
    raw_http2,
    site::{EACH_WAY, start, start_with},
    visitor::PATIENCE,
};

#[tokio::test]
async fn http2_visitors_get_pages_and_their_split_cookies_are_joined() {
    for arguments in EACH_WAY {
        let gateway = start_with(arguments).await.gateway;
        let ask =
            |path: &str| Request::get(gateway.url(path)).header("cookie", "sid=1").header("cookie", "b=2");
        let page = gateway.send_http2(ask("/"), "").await;
        assert_eq!((page.status, page.version), (StatusCode::OK, Version::HTTP_2));
        assert!(page.has_banner() && !page.sets("_ga="));

        let told = gateway.send_http2(ask("/head"), "").await.text;
        assert!(told.contains("\ncookie: sid=1; b=2\n"), "{told}");
        assert!(told.contains("\nvia: 2 consent-gateway\n"), "{told}");
        let host = format!("\nhost: {}\n", gateway.address);
        let target = format!("GET http://{}/head HTTP/2.0\n", gateway.address);
        assert!(told.contains(&host) || told.starts_with(&target), "{told}");
    }
}

#[tokio::test]
async fn the_scheme_that_the_visitor_used_is_told() {
    let gateway = start().await.gateway;
    let request = Request::get(format!("https://{}/head", gateway.address));
    let mut visitor = raw_http2::visit(&gateway).await;
    let (answer, _) = visitor.send_request(request.body(()).unwrap(), true).unwrap();
    let mut body = answer.await.unwrap().into_body();
    let told = body.data().await.unwrap().unwrap();
    assert!(told.windows(25).any(|line| line == b"x-forwarded-proto: https\n"), "{told:?}");
}

#[tokio::test]
async fn a_tunnel_or_a_websocket_within_http2_is_refused() {
    let gateway = start().await.gateway;
    let mut visitor = raw_http2::visit(&gateway).await;
    assert!(!visitor.is_extended_connect_protocol_enabled(), "offered");
    let request = Request::connect("a.example:443").body(()).unwrap();
    let (answer, _body) = visitor.send_request(request, false).unwrap();
    assert_eq!(timeout(PATIENCE, answer).await.unwrap().unwrap().status(), StatusCode::NOT_IMPLEMENTED);

    let mut request = Request::connect(gateway.url("/echo")).body(()).unwrap();
    request.extensions_mut().insert(Protocol::from_static("websocket"));
    let (answer, _body) = visitor.send_request(request, false).unwrap();
    let refused = timeout(PATIENCE, answer).await.unwrap();
    assert!(refused.is_err_and(|error| error.reason() == Some(Reason::PROTOCOL_ERROR)));
}

#[tokio::test]
async fn headers_that_concern_a_connection_make_a_request_malformed() {
    let gateway = start().await.gateway;
    for (name, value) in [
        ("connection", "close"),
        ("transfer-encoding", "chunked"),
        ("upgrade", "echo"),
        ("keep-alive", "timeout=5"),
        ("te", "gzip"),
    ] {
        let mut visitor = raw_http2::visit(&gateway).await;
        let request = Request::get(gateway.url("/head")).header(name, value).body(()).unwrap();
        let Ok((answer, _)) = visitor.send_request(request, true) else { continue };
        let answer = timeout(PATIENCE, answer).await.unwrap();
        assert!(answer.is_err(), "{name}: {answer:?}");
    }
}

#[tokio::test]
async fn a_connection_offers_a_limited_number_of_streams() {
    let gateway = start().await.gateway;
    let mut visitor = raw_http2::visit(&gateway).await;
    let request = Request::get(gateway.url("/asset")).body(()).unwrap();
    let (answer, _) = visitor.send_request(request, true).unwrap();
    assert_eq!(answer.await.unwrap().status(), StatusCode::OK);
    assert_eq!(visitor.current_max_send_streams(), 128);
}
