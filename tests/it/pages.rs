//! Which responses are pages, and how they travel (sections F, G, H, I in passing).

use std::{convert::Infallible, time::Duration};

use axum::{
    Router, body::Body, extract::Path, middleware::map_response, response::Html, routing::get as route,
};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response};
use http_body::{Body as _, Frame};
use http_body_util::{BodyExt, Empty, StreamBody};
use tower::{ServiceExt, service_fn};
use tower_consent::{BannerRendered, Category, ConsentLayer, Placement, Policy};
use tower_layer::Layer;

use crate::support::{
    PAGE, Reply, answered, app, app_with, declared, get, html, policy, post_form, request, send, visitors,
    with, with_status,
};

async fn page_of(headers: &'static [(&'static str, &'static str)], asked: &[(&str, &str)]) -> Reply {
    get(&app(policy(), move |_| with(PAGE, headers)), "/", asked).await
}

// SAML 2.0 bindings, section 3.5; OAuth 2.0 Form Post Response Mode, appendix A
#[tokio::test]
async fn a_page_that_goes_on_by_itself_sends_its_own_form() {
    let form = "<form method=post action=/acs><input type=hidden name=SAMLResponse value=x></form>";
    for (body, is_asked) in [
        ("<body onload=\"document.forms[0].submit()\">", false),
        ("<BODY Onload=\"javascript:document.forms[0].submit&#40;)\">", false),
        ("<body onload=\"start()\">", true),
        ("<body data-x=\"submit()\">", true),
    ] {
        let page = format!("<!DOCTYPE html><title>Signing in</title>{body}{form}</body>");
        let sent = page.clone();
        let page = get(&app(policy(), move |_| html(sent.clone())), "/", &[]).await;
        assert_eq!(page.dom().by_id("cookie-consent").is_some(), is_asked, "{body}");
    }
}

// F1, F2
#[tokio::test]
async fn html_carries_the_banner_and_nothing_else_does() {
    for (kind, is_page) in [
        ("text/html", true),
        ("Text/HTML; Charset=UTF-8", true),
        ("text/html;charset=iso-8859-1", true),
        ("text/html; charset=windows-1252", true),
        ("application/xhtml+xml", true),
        ("text/html; charset=utf-16", false),
        ("text/html; charset=\"UTF-16LE\"", false),
        ("application/json", false),
        ("text/html-patch+json", false),
        ("text/htmlx", false),
        ("text/plain", false),
        ("text/event-stream", false),
        ("image/svg+xml", false),
        ("application/xml", false),
        ("", false),
    ] {
        let app = app(policy(), move |_| with(PAGE, &[("content-type", kind)]));
        let reply = get(&app, "/", &[]).await;
        assert_eq!(reply.body != PAGE, is_page, "{kind}");
    }
    assert_eq!(page_of(&[], &[]).await.text(), PAGE);
}

// F3, F4, F5, I10
#[tokio::test]
async fn what_cannot_be_read_or_is_no_page_stays_as_it_is() {
    for headers in [
        &[("content-type", "text/html"), ("content-encoding", "compress")][..],
        &[("content-type", "text/html"), ("content-encoding", "gzip, br")],
        &[("content-type", "text/html"), ("content-disposition", "attachment; filename=x.html")],
        &[("content-type", "text/html"), ("content-disposition", "ATTACHMENT")],
        &[("content-type", "text/html"), ("content-range", "bytes 0-9/10")],
        &[("content-type", "text/html"), ("cache-control", "no-transform")],
    ] {
        let reply = page_of(headers, &[]).await;
        assert_eq!(reply.text(), PAGE, "{headers:?}");
        assert_eq!(reply.header("content-length"), PAGE.len().to_string(), "{headers:?}");
    }
    for headers in [
        &[("content-type", "text/html"), ("content-encoding", "identity")][..],
        &[("content-type", "text/html"), ("content-disposition", "inline")],
    ] {
        assert!(page_of(headers, &[]).await.has_banner(), "{headers:?}");
    }
}

// F5, F6, F21, D13
#[tokio::test]
async fn pages_of_every_status_that_has_a_body_carry_the_banner() {
    for (status, is_page) in [
        (200, true),
        (201, true),
        (204, false),
        (206, false),
        (302, false),
        (304, false),
        (403, true),
        (404, true),
        (422, true),
        (500, true),
    ] {
        let app = app(policy(), move |_| with_status(status, PAGE, &[("content-type", "text/html")]));
        for reply in [get(&app, "/", &[]).await, post_form(&app, "/", "x=1", &[]).await] {
            assert_eq!(reply.body != PAGE, is_page, "{status}");
        }
    }
}

// D13
#[tokio::test]
async fn an_app_may_spare_the_pages_of_some_statuses() {
    async fn spare_errors(mut response: axum::response::Response) -> axum::response::Response {
        if response.status().is_client_error() {
            response.extensions_mut().insert(BannerRendered);
        }
        response
    }
    let page =
        "<!DOCTYPE html><title>T</title><script src=https://www.google-analytics.com/a.js></script><p>x";
    let app = Router::new()
        .route(
            "/{status}",
            route(move |Path(status): Path<u16>| async move {
                with_status(status, page, &[("content-type", "text/html"), ("set-cookie", "_ga=1")])
            }),
        )
        .layer(map_response(spare_errors))
        .layer(ConsentLayer::new(policy()));
    for (path, is_asked) in [("/200", true), ("/404", false), ("/500", true)] {
        let reply = get(&app, path, &[]).await;
        assert_eq!(reply.has_banner(), is_asked, "{path}");
        assert!(reply.set_cookies().is_empty() && !reply.text().contains(" src="), "{path} is gated");
    }
}

// F8, F9, F10, F11
#[tokio::test]
async fn parts_of_pages_stay_as_they_are_and_are_gated_all_the_same() {
    const HEADERS: &[(&str, &str)] =
        &[("content-type", "text/html"), ("set-cookie", "_ga=1"), ("vary", "HX-Request")];
    for (asked, is_page) in [
        (&[("hx-request", "true")][..], false),
        (&[("hx-request", "true"), ("hx-boosted", "true")], true),
        (&[("hx-request", "true"), ("hx-history-restore-request", "true")], true),
        (&[("turbo-frame", "x")], false),
        (&[("x-pjax", "true")], false),
        (&[("x-up-target", "main")], false),
        (&[("x-requested-with", "XMLHttpRequest")], false),
        (&[("sec-fetch-dest", "document")], true),
        (&[("sec-fetch-dest", "Document")], true),
        (&[("sec-fetch-dest", "")], true),
        (&[("sec-fetch-dest", "iframe")], false),
        (&[("sec-fetch-dest", "embed")], false),
        (&[("sec-fetch-dest", "script")], false),
        (&[("sec-fetch-dest", "serviceworker")], false),
        (&[("sec-fetch-dest", "empty")], false),
        (&[("sec-fetch-dest", "empty"), ("hx-request", "true"), ("hx-boosted", "true")], true),
    ] {
        let reply = page_of(HEADERS, asked).await;
        assert_eq!(reply.body != PAGE, is_page, "{asked:?}");
        assert!(reply.set_cookies().is_empty(), "{asked:?}");
        assert!(reply.varies_on("hx-request"), "{asked:?}");
    }
}

// F19
#[tokio::test]
async fn without_banner_the_gate_still_works() {
    let by_path = ConsentLayer::new(declared().no_banner(["/embed/*"]).build().unwrap());
    let by_closure = ConsentLayer::new(policy()).banner_when(|parts| !parts.headers.contains_key("x-bot"));
    for layer in [by_path, by_closure] {
        let app = app_with(layer, |_| with(PAGE, &[("content-type", "text/html"), ("set-cookie", "_ga=1")]));
        let reply = get(&app, "/embed/x", &[("x-bot", "1")]).await;
        assert_eq!(reply.text(), PAGE);
        assert!(reply.set_cookies().is_empty());
        assert!(get(&app, "/", &[]).await.has_banner());
    }
}

// H1
#[tokio::test]
async fn a_content_length_is_right_or_absent() {
    let body = PAGE.replace("News", "Caf\u{e9} \u{1f36a}");
    let app = app(policy(), move |_| {
        with(body.clone(), &[("content-type", "text/html"), ("content-length", &body.len().to_string())])
    });
    let yes = answered(&app, "choice=accept").await;
    for cookie in ["", &yes] {
        let reply = get(&app, "/", &[("cookie", cookie)]).await;
        let length = reply.header("content-length");
        assert!(length.is_empty() || length == reply.body.len().to_string(), "{length}");
    }
}

/// HEAD against GET, for the undecided and for those who have decided.
async fn assert_head_like_get(app: &Router) {
    let yes = answered(app, "choice=accept").await;
    for cookie in ["", &yes] {
        let headers = [("cookie", cookie)];
        let get = get(app, "/", &headers).await;
        let head = send(app, request("HEAD", "/", "", &headers)).await;
        assert_eq!(head.status, 200);
        assert!(head.body.is_empty());
        let length = head.header("content-length");
        assert!(
            length.is_empty() || length == get.body.len().to_string(),
            "{length:?} for {} bytes",
            get.body.len()
        );
        for name in get.headers.keys().filter(|name| *name != "content-length") {
            assert_eq!(head.header(name.as_str()), get.header(name.as_str()), "{name}");
        }
    }
}

// H11, H12
#[tokio::test]
async fn head_of_a_page_has_the_fields_of_get() {
    assert_head_like_get(
        &Router::new().route("/", route(|| async { Html(PAGE) })).layer(ConsentLayer::new(policy())),
    )
    .await;
}

// H11, H12
#[tokio::test]
async fn head_of_a_page_with_a_length_of_its_own_has_the_fields_of_get() {
    let handler = || async { ([("content-length", PAGE.len().to_string())], Html(PAGE)) };
    assert_head_like_get(&Router::new().route("/", route(handler)).layer(ConsentLayer::new(policy()))).await;
}

// H11
#[tokio::test]
async fn head_of_a_page_from_an_app_that_sends_no_body_for_it_has_no_wrong_length() {
    let inner = service_fn(|request: Request<Body>| async move {
        let is_head = request.method() == http::Method::HEAD;
        let body = if is_head { Body::new(Empty::<Bytes>::new()) } else { Body::from(PAGE) };
        Ok::<_, Infallible>(with(
            body,
            &[("content-type", "text/html"), ("content-length", &PAGE.len().to_string())],
        ))
    });
    let service = ConsentLayer::new(policy()).layer(inner);
    let response = service.oneshot(request("HEAD", "/", "", &[])).await.unwrap();
    assert!(response.headers().get("content-length").is_none());
    assert_ne!(response.body().size_hint().exact(), Some(PAGE.len() as u64));
}

fn streaming(
    frames: impl tokio_stream::Stream<Item = Result<Frame<Bytes>, std::io::Error>> + Send + 'static,
) -> Response<Body> {
    with(Body::new(StreamBody::new(frames)), &[("content-type", "text/html")])
}

// I1
#[tokio::test]
async fn the_first_chunk_leaves_before_the_second_exists() {
    for placement in [Placement::Start, Placement::End] {
        let (sender, receiver) = tokio::sync::mpsc::channel(1);
        let receiver = std::sync::Arc::new(std::sync::Mutex::new(Some(receiver)));
        let app = app(declared().placement(placement).build().unwrap(), move |_| {
            streaming(tokio_stream::wrappers::ReceiverStream::new(receiver.lock().unwrap().take().unwrap()))
        });
        let first = "<!doctype html><title>x</title><body><h1>First</h1>";
        sender.send(Ok(Frame::data(Bytes::from_static(first.as_bytes())))).await.unwrap();
        let mut body = app.oneshot(request("GET", "/", "", &[])).await.unwrap().into_body();
        let mut seen = String::new();
        while !seen.contains("<h1>First</h1>") {
            let frame =
                tokio::time::timeout(Duration::from_secs(2), body.frame()).await.expect("a first chunk");
            seen.push_str(std::str::from_utf8(frame.unwrap().unwrap().data_ref().unwrap()).unwrap());
        }
        assert_eq!(seen.contains("id=\"cookie-consent\""), placement == Placement::Start);
        sender.send(Ok(Frame::data(Bytes::from_static(b"<p>Second</p>")))).await.unwrap();
        drop(sender);
        seen.push_str(std::str::from_utf8(&body.collect().await.unwrap().to_bytes()).unwrap());
        assert!(seen.contains("<p>Second</p>"));
        assert_eq!(seen.matches("id=\"cookie-consent\"").count(), 1);
    }
}

// I3, I7
#[tokio::test]
async fn trailers_come_last_and_are_kept() {
    for placement in [Placement::Start, Placement::End] {
        let app = app(declared().placement(placement).build().unwrap(), |_| {
            let mut trailers = HeaderMap::new();
            trailers.insert("x-checksum", HeaderValue::from_static("7"));
            let data = ["", "<!doctype html><bo", "", "dy>x", "<p>y"]
                .map(|part| Ok(Frame::data(Bytes::from_static(part.as_bytes()))));
            streaming(tokio_stream::iter(data.into_iter().chain([Ok(Frame::trailers(trailers))])))
        });
        let mut body = app.clone().oneshot(request("GET", "/", "", &[])).await.unwrap().into_body();
        let mut has_ended = false;
        while let Some(frame) = body.frame().await {
            let frame = frame.unwrap();
            assert!(!has_ended, "nothing follows trailers");
            has_ended = frame.is_trailers();
        }
        assert!(has_ended);
        let reply = get(&app, "/", &[]).await;
        assert_eq!(reply.trailers.as_ref().unwrap()["x-checksum"], "7");
        assert!(reply.has_banner());
    }
}

#[tokio::test]
async fn trailers_lose_what_headers_would() {
    let id = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    for content_type in ["text/html", "application/json"] {
        let category = Category::analytics().response_header("x-analytics-id");
        let policy =
            Policy::builder("Example SAS", "privacy@example.com").category(category).build().unwrap();
        let app = app(policy, move |_| {
            let mut trailers = HeaderMap::new();
            trailers.insert("x-checksum", HeaderValue::from_static("7"));
            trailers.insert("x-analytics-id", HeaderValue::from_static("7"));
            let timing = format!("db;dur=5, traceparent;desc=\"{id}\"");
            trailers.insert("server-timing", timing.parse().unwrap());
            let frames = [Ok(Frame::data(Bytes::from_static(b"[]"))), Ok(Frame::trailers(trailers))];
            let mut response = streaming(tokio_stream::iter(frames));
            response.headers_mut().insert("content-type", HeaderValue::from_static(content_type));
            response
        });
        let [undecided, yes, no] = visitors(&app).await;
        for (cookie, is_allowed) in [(undecided, false), (yes, true), (no, false)] {
            let trailers = get(&app, "/", &[("cookie", &cookie)]).await.trailers.unwrap();
            assert_eq!(trailers["x-checksum"], "7");
            assert_eq!(trailers.contains_key("x-analytics-id"), is_allowed, "{content_type}");
            let timing = trailers["server-timing"].to_str().unwrap();
            assert!(timing.starts_with("db;dur=5") && timing.contains(id) == is_allowed, "{timing}");
        }
    }
}

// I7
#[tokio::test]
async fn an_error_of_the_body_reaches_the_server_after_what_came_before() {
    let app = app(policy(), |_| {
        streaming(tokio_stream::iter([
            Ok(Frame::data(Bytes::from_static(b"<body>x"))),
            Err(std::io::Error::other("gone")),
        ]))
    });
    let mut body = app.oneshot(request("GET", "/", "", &[])).await.unwrap().into_body();
    let mut seen = Vec::new();
    let error = loop {
        match body.frame().await.expect("an error") {
            Ok(frame) => seen.extend_from_slice(frame.data_ref().unwrap()),
            Err(error) => break error,
        }
    };
    assert!(error.to_string().contains("gone"));
    assert!(seen.ends_with(b"x"), "{seen:?}");
}

// I7
#[tokio::test]
async fn the_size_hint_never_lies() {
    for at_end in [false, true] {
        let placement = if at_end { Placement::End } else { Placement::Start };
        let inner = service_fn(|_: Request<Body>| async { Ok::<_, Infallible>(html(PAGE)) });
        let service = ConsentLayer::new(declared().placement(placement).build().unwrap()).layer(inner);
        let mut body = service.oneshot(request("GET", "/", "", &[])).await.unwrap().into_body();
        let mut hints = Vec::new();
        let mut length = 0;
        loop {
            hints.push((length, body.size_hint()));
            let has_ended = body.is_end_stream();
            let Some(frame) = body.frame().await else { break };
            assert!(!has_ended, "is_end_stream while data was left");
            length += frame.unwrap().data_ref().unwrap().len() as u64;
        }
        for (before, hint) in hints {
            let left = length - before;
            assert!(
                hint.lower() <= left && hint.upper().is_none_or(|upper| upper >= left),
                "{hint:?} {left}"
            );
        }
        assert!(length > PAGE.len() as u64);
    }
}

// G13
#[tokio::test]
async fn bytes_that_are_not_text_come_through() {
    let page = b"<!doctype html><body>\xff\xfe\0 caf\xe9 \x80</body>".to_vec();
    let app =
        app(policy(), move |_| with(page.clone(), &[("content-type", "text/html; charset=windows-1252")]));
    let reply = get(&app, "/", &[]).await;
    let banner = b"<section id=\"cookie-consent\"";
    let start = reply.body.windows(banner.len()).position(|window| window == banner).unwrap();
    let end = b"</section>";
    let stop = reply.body.windows(end.len()).position(|window| window == end).unwrap() + end.len();
    assert!(reply.body[start..stop].is_ascii(), "G14: the banner reads the same in every encoding");
    let rest = [&reply.body[..start], &reply.body[stop..]].concat();
    assert_eq!(rest, b"<!doctype html><body>\xff\xfe\0 caf\xe9 \x80</body>");
}

// L2
#[tokio::test]
async fn an_error_of_the_app_passes_unchanged() {
    #[derive(Debug, PartialEq)]
    struct Own(u8);
    let inner = service_fn(|_: Request<Body>| async { Err::<Response<Body>, _>(Own(7)) });
    let error =
        ConsentLayer::new(policy()).layer(inner).oneshot(request("GET", "/", "", &[])).await.err().unwrap();
    assert_eq!(error, Own(7));
}
