//! Section E: what decides nothing (design, section 4.3).

use axum::body::Body;
use bytes::Bytes;
use http_body_util::StreamBody;
use tower_consent::Consent;

use crate::support::{FORM, PAGE, Reply, app, get, html, pages, policy, post_form, request, send};

const PREFIX: &str = "/cookie-consent";

fn assert_refused(reply: &Reply, status: u16, why: &str) {
    assert_eq!(reply.status.as_u16(), status, "{why}");
    assert!(reply.set_cookies().is_empty(), "{why}");
    assert_eq!(reply.header("cache-control"), "no-store", "{why}");
}

// E4
#[tokio::test]
async fn to_open_a_link_decides_nothing() {
    let app = pages(policy());
    for path in ["/cookie-consent?choice=accept", "/cookie-consent/state?choice=accept"] {
        for method in ["GET", "HEAD"] {
            let reply = send(&app, request(method, path, "choice=accept", &[("content-type", FORM)])).await;
            assert_eq!(reply.status, 200, "{method} {path}");
            assert!(reply.set_cookies().is_empty(), "{method} {path}");
        }
    }
}

// E4
#[tokio::test]
async fn other_methods_are_405_with_allow() {
    let app = pages(policy());
    for method in ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"] {
        for (path, allow) in [(PREFIX, "GET, HEAD, POST"), ("/cookie-consent/state", "GET, HEAD")] {
            let reply = send(&app, request(method, path, "choice=accept", &[("content-type", FORM)])).await;
            assert_refused(&reply, 405, method);
            assert_eq!(reply.header("allow"), allow, "{method}");
        }
    }
    let reply = post_form(&app, "/cookie-consent/state", "choice=accept", &[]).await;
    assert_refused(&reply, 405, "POST state");
}

// E5
#[tokio::test]
async fn a_decision_from_another_site_is_403() {
    let app = pages(policy());
    let own = ("origin", "https://www.example.com");
    for headers in [
        &[("sec-fetch-site", "cross-site")][..],
        &[("sec-fetch-site", "same-site"), own],
        &[("sec-fetch-site", "cross-site"), own],
        &[("sec-fetch-site", "")],
        &[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")],
        &[("origin", "https://evil.com")],
        &[("origin", "null")],
        &[("origin", "")],
        &[("origin", "https://www.example.com.evil.com")],
        &[("origin", "https://example.com")],
        &[("origin", "https://www.example.com:8443")],
        &[("origin", "https://user@www.example.com")],
        &[own, ("origin", "https://evil.com")],
    ] {
        assert_refused(
            &post_form(&app, PREFIX, "choice=accept", headers).await,
            403,
            &format!("{headers:?}"),
        );
    }
}

// E5
#[tokio::test]
async fn a_decision_from_the_site_or_from_no_site_passes() {
    let app = pages(policy());
    for headers in [
        &[][..],
        &[("sec-fetch-site", "same-origin")],
        &[("sec-fetch-site", "none")],
        &[("sec-fetch-site", "same-origin"), ("origin", "null")],
        &[("origin", "https://www.example.com")],
        &[("origin", "http://www.example.com")],
        &[("origin", "https://www.example.com"), ("host", "www.example.com:443")],
    ] {
        let reply = post_form(&app, PREFIX, "choice=accept", headers).await;
        assert_eq!(reply.status, 303, "{headers:?}");
    }
}

// E5
#[tokio::test]
async fn over_http2_the_authority_is_the_host() {
    let app = pages(policy());
    let at = |origin| {
        let mut request = request(
            "POST",
            "https://www.example.com/cookie-consent",
            "choice=accept",
            &[("content-type", FORM), ("origin", origin)],
        );
        request.headers_mut().remove("host");
        request
    };
    assert_eq!(send(&app, at("https://www.example.com")).await.status, 303);
    assert_refused(&send(&app, at("https://evil.com")).await, 403, "evil");
}

// E9
#[tokio::test]
async fn a_body_of_another_type_is_415() {
    let app = pages(policy());
    for kind in [
        "application/json",
        "text/plain",
        "multipart/form-data; boundary=x",
        "",
        "application/x-www-form-urlencodedx",
    ] {
        assert_refused(&post_form(&app, PREFIX, "choice=accept", &[("content-type", kind)]).await, 415, kind);
    }
    let bare = send(&app, request("POST", PREFIX, "choice=accept", &[])).await;
    assert_refused(&bare, 415, "none at all");
    for kind in ["application/x-www-form-urlencoded; charset=utf-8", "Application/X-WWW-Form-URLencoded"] {
        assert_eq!(
            post_form(&app, PREFIX, "choice=accept", &[("content-type", kind)]).await.status,
            303,
            "{kind}"
        );
    }
}

/// A form of so many bytes.
fn form_of(length: usize) -> String {
    let start = "choice=accept&x=";
    format!("{start}{}", "a".repeat(length - start.len()))
}

// E9
#[tokio::test]
async fn a_body_over_16_kib_is_413_and_one_of_16_kib_is_read() {
    let app = pages(policy());
    assert_eq!(post_form(&app, PREFIX, &form_of(16 * 1024), &[]).await.status, 303);
    assert_refused(&post_form(&app, PREFIX, &form_of(16 * 1024 + 1), &[]).await, 413, "one byte more");
    let announced = [("content-length", "16385")];
    assert_refused(&post_form(&app, PREFIX, "choice=accept", &announced).await, 413, "announced");
}

// E9
#[tokio::test]
async fn the_limit_holds_without_content_length() {
    let app = pages(policy());
    for (length, status) in [(16 * 1024, 303), (16 * 1024 + 1, 413), (1 << 20, 413)] {
        let form = form_of(length).into_bytes();
        let chunks: Vec<_> = form
            .chunks(1000)
            .map(|chunk| Ok::<_, std::io::Error>(http_body::Frame::data(Bytes::copy_from_slice(chunk))))
            .collect();
        let body = Body::new(StreamBody::new(tokio_stream::iter(chunks)));
        let reply = send(&app, request("POST", PREFIX, body, &[("content-type", FORM)])).await;
        assert_eq!(reply.status.as_u16(), status, "{length}");
    }
}

// E9
#[tokio::test]
async fn an_endless_body_is_cut_off() {
    let endless = futures_repeat();
    let reply = send(&pages(policy()), request("POST", PREFIX, endless, &[("content-type", FORM)])).await;
    assert_refused(&reply, 413, "endless");
}

fn futures_repeat() -> Body {
    let frames = std::iter::repeat_with(|| {
        Ok::<_, std::io::Error>(http_body::Frame::data(Bytes::from_static(&[b'a'; 512])))
    });
    Body::new(StreamBody::new(tokio_stream::iter(frames)))
}

// E9
#[tokio::test]
async fn a_body_that_breaks_off_is_400() {
    let frames = [
        Ok(http_body::Frame::data(Bytes::from_static(b"choice=accept"))),
        Err(std::io::Error::other("gone")),
    ];
    let body = Body::new(StreamBody::new(tokio_stream::iter(frames)));
    let reply = send(&pages(policy()), request("POST", PREFIX, body, &[("content-type", FORM)])).await;
    assert_refused(&reply, 400, "broken");
}

// E9
#[tokio::test]
async fn a_malformed_form_is_400() {
    let app = pages(policy());
    for form in [
        "",
        "x",
        "choice",
        "choice=",
        "choice=yes",
        "choice=Accept",
        "choice=accept ",
        "choice=accept&choice=accept",
        "choice=reject&choice=accept",
        "category=analytics",
        "choice=accept&x=%zz",
        "choice=accept&x=%",
        "choice=accept&x=%ff",
        "{\"choice\":\"accept\"}",
    ] {
        assert_refused(&post_form(&app, PREFIX, form, &[]).await, 400, form);
    }
}

#[tokio::test]
async fn a_decision_in_early_data_is_425() {
    let reply = post_form(&pages(policy()), PREFIX, "choice=accept", &[("early-data", "1")]).await;
    assert_refused(&reply, 425, "early data");
}

#[tokio::test]
async fn the_checks_run_in_the_documented_order() {
    let app = pages(policy());
    let everything = [
        ("sec-fetch-site", "cross-site"),
        ("early-data", "1"),
        ("content-type", "text/plain"),
        ("content-length", "99999"),
    ];
    for (wrong, status) in [403, 425, 415, 413].into_iter().enumerate() {
        let reply = post_form(&app, PREFIX, "choice=nonsense", &everything[wrong..]).await;
        assert_refused(&reply, status, &format!("{:?}", &everything[wrong..]));
    }
    assert_refused(&post_form(&app, PREFIX, "choice=nonsense", &[]).await, 400, "the form");
    let put = send(&app, request("PUT", PREFIX, "", &everything)).await;
    assert_refused(&put, 405, "the method comes first");
}

#[tokio::test]
async fn head_has_the_fields_of_get_and_no_body() {
    let app = pages(policy());
    for (path, accept) in
        [(PREFIX, "text/html"), (PREFIX, "application/json"), ("/cookie-consent/state", "*/*")]
    {
        let headers = [("accept", accept)];
        let get = get(&app, path, &headers).await;
        let head = send(&app, request("HEAD", path, "", &headers)).await;
        assert_eq!(head.status, 200);
        assert!(head.body.is_empty() && !get.body.is_empty());
        assert_eq!(head.header("content-length"), get.body.len().to_string(), "{path} {accept}");
        for name in get.headers.keys() {
            assert_eq!(head.header(name.as_str()), get.header(name.as_str()), "{name}");
        }
    }
}

// E3
#[tokio::test]
async fn the_state_is_json_in_effective_values() {
    let app = pages(policy());
    for (path, accept) in [
        ("/cookie-consent/state", "*/*"),
        ("/cookie-consent/state?x=1", "text/html"),
        (PREFIX, "application/json"),
    ] {
        let reply = get(&app, path, &[("accept", accept)]).await;
        assert_eq!(reply.status, 200);
        assert_eq!(reply.header("content-type"), "application/json");
        assert_eq!(reply.header("cache-control"), "no-store");
        let state = reply.json();
        assert_eq!((&state["decided"], &state["revision"]), (&false.into(), &1.into()));
        assert_eq!(
            state["categories"],
            serde_json::json!({"necessary": true, "analytics": false, "marketing": false})
        );
    }
}

#[tokio::test]
async fn a_browser_that_opens_the_endpoint_gets_the_page() {
    for accept in [
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "*/*",
        "",
        "text/html, application/json",
    ] {
        let reply = get(&pages(policy()), PREFIX, &[("accept", accept)]).await;
        assert_eq!(reply.header("content-type"), "text/html; charset=utf-8", "{accept}");
    }
}

#[tokio::test]
async fn absurd_requests_lead_to_no_5xx_and_no_consent() {
    let app = app(policy(), |request| {
        assert!(!request.extensions().get::<Consent>().unwrap().allows("analytics"));
        html(PAGE)
    });
    let long = "x".repeat(60_000);
    for (name, value) in [
        ("cookie", &*long),
        ("host", &long),
        ("host", "[::"),
        ("host", ""),
        ("origin", &long),
        ("referer", "://"),
        ("referer", "http://www.example.com"),
        ("accept-language", &long),
        ("accept-language", "\u{e9};;;q=q"),
        ("accept", "application/json;q=NaN"),
        ("content-length", "-1"),
        ("content-length", "99999999999999999999999"),
        ("sec-fetch-dest", "\u{e9}"),
        ("sec-gpc", "\u{e9}"),
    ] {
        for (method, path) in [("GET", "/"), ("POST", "/"), ("GET", PREFIX), ("POST", PREFIX), ("HEAD", "/")]
        {
            let reply = send(&app, request(method, path, "x", &[(name, value)])).await;
            assert!(!reply.status.is_server_error(), "{method} {path} {name}");
            assert!(reply.consent_lines().is_empty(), "{method} {path} {name}");
        }
    }
}
