//! Section H: what the head says of the body, and conditional requests.

use std::{collections::BTreeSet, convert::Infallible};

use axum::{
    Router,
    body::Body,
    extract::Request,
    response::{Html, IntoResponse},
    routing::get,
};
use bytes::Bytes;
use http::{HeaderMap, Method, Response, StatusCode, header};
use http_body_util::StreamBody;
use hyper::body::Frame;

use crate::harness::{
    Ask, Canned, HTML, NAVIGATION, PAGE, POLICY, Visitors, Way, canned, everywhere, policy_with,
};

/// The page, with its length known to nobody, to the server, or said by the handler.
fn lengths() -> Router {
    let unknown = async || {
        let frames =
            PAGE.as_bytes().chunks(40).map(|data| Ok::<_, Infallible>(Frame::data(Bytes::from(data))));
        let body = Body::new(StreamBody::new(tokio_stream::iter(frames)));
        ([(header::CONTENT_TYPE, HTML)], body).into_response()
    };
    let said = async || ([(header::CONTENT_LENGTH, PAGE.len().to_string())], Html(PAGE));
    // What some frameworks do for themselves.
    let only_head = async |request: Request| {
        let is_head = request.method() == Method::HEAD;
        let body = if is_head { Body::empty() } else { Body::from(PAGE) };
        ([(header::CONTENT_TYPE, HTML.to_owned()), (header::CONTENT_LENGTH, PAGE.len().to_string())], body)
    };
    Router::new()
        .route("/unknown", get(unknown))
        .route("/known", get(async || Html(PAGE)))
        .route("/said", get(said))
        .route("/own", axum::routing::any(only_head))
}

const LENGTHS: [&str; 4] = ["/unknown", "/known", "/said", "/own"];

/// Every path, for every visitor, with the banner at either end.
async fn every_page(paths: &[&str], site: Router, test: impl AsyncFn(Way, Ask)) {
    for policy in [POLICY.to_owned(), policy_with("placement = \"end\"")] {
        let visitors = Visitors::of(&policy).await;
        everywhere(&policy, site.clone(), async |way| {
            for path in paths {
                for cookie in visitors.all() {
                    test(way, Ask::get(path).with_all(&NAVIGATION).cookie(cookie)).await;
                }
            }
        })
        .await;
    }
}

// H1, H2
#[tokio::test]
async fn a_length_is_that_of_the_bytes_that_come_or_is_not_said() {
    every_page(&LENGTHS, lengths(), async |way, ask| {
        let reply = way.send(&ask).await;
        assert!(reply.body.len() > PAGE.len() && reply.text().ends_with("</html>"), "{}", reply.text());
        let length = reply.header("content-length");
        assert!(length.is_empty() || length == reply.body.len().to_string(), "{ask:?}: {length}");
    })
    .await;
}

// H14
#[tokio::test]
async fn the_server_alone_says_how_a_message_ends() {
    every_page(&LENGTHS, lengths(), async |way, ask| {
        let reply = way.send(&ask).await;
        let coding = reply.header("transfer-encoding");
        if way.is_http2() {
            assert_eq!(coding, "");
            assert!(!reply.headers.contains_key("connection"));
        } else {
            assert_eq!(coding == "chunked", reply.header("content-length").is_empty(), "{:?}", reply.headers);
        }
    })
    .await;
}

/// What a head says, without what only counts bytes or seconds.
fn fields(headers: &HeaderMap) -> HeaderMap {
    let mut headers = headers.clone();
    for name in ["date", "content-length", "transfer-encoding", "connection"] {
        headers.remove(name);
    }
    headers
}

// H11, H12
#[tokio::test]
async fn head_says_what_get_says_and_sends_nothing() {
    every_page(&LENGTHS, lengths(), async |way, ask| {
        let get = way.send(&ask).await;
        let mut ask = ask;
        ask.method = Method::HEAD;
        if !way.is_http2() {
            ask = ask.with("connection", "close");
        }
        let (head, connection) = way.begin(&ask).await.finish().await;
        if !way.is_http2() {
            connection.assert_closes().await;
        }
        assert_eq!((head.status, head.text().as_str()), (get.status, ""));
        assert_eq!(fields(&head.headers), fields(&get.headers), "{ask:?}");
        let length = head.header("content-length");
        assert!(length.is_empty() || length == get.body.len().to_string(), "{ask:?}: {length}");
    })
    .await;
}

// H12
#[tokio::test]
async fn head_of_pages_of_any_status_and_of_other_things_says_what_get_says() {
    let cacheable = [("cache-control", "public, max-age=9"), ("etag", "\"v1\""), ("set-cookie", "_ga=1")];
    let responses = vec![
        Canned::html(PAGE).with_all(&cacheable),
        Canned::html(PAGE).with_all(&cacheable).with_length().status(404),
        Canned::new("{}").with("content-type", "application/json").with_all(&cacheable),
        Canned::new("x").with("content-type", "text/css").with_length(),
        Canned::html(PAGE).with("content-disposition", "attachment").with_length(),
        Canned::html("").status(204),
    ];
    let paths = ["/0", "/1", "/2", "/3", "/4", "/5"];
    every_page(&paths, canned(responses), async |way, ask| {
        let get = way.send(&ask).await;
        let head = way.send(&Ask { method: Method::HEAD, ..ask.clone() }).await;
        assert_eq!((head.status, head.text().as_str()), (get.status, ""));
        assert_eq!(fields(&head.headers), fields(&get.headers), "{ask:?}");
        let length = head.header("content-length");
        assert!(length.is_empty() || length == get.body.len().to_string(), "{ask:?}: {length}");
    })
    .await;
}

/// A page with both validators, which knows conditional requests and ranges.
pub(crate) fn validating(tag: &'static str, kind: &'static str) -> Router {
    Router::new().fallback(async move |request: Request| {
        let says = |name: header::HeaderName| {
            request.headers().get(name).map(|value| value.to_str().unwrap().to_owned())
        };
        let response = Response::builder()
            .header(header::CONTENT_TYPE, kind)
            .header(header::ETAG, tag)
            .header(header::LAST_MODIFIED, "Thu, 01 Jan 2026 00:00:00 GMT")
            .header(header::ACCEPT_RANGES, "bytes")
            .header(header::CACHE_CONTROL, "public, max-age=600");
        let opaque = tag.trim_start_matches("W/");
        let is_known = match says(header::IF_NONE_MATCH) {
            Some(tags) => tags == "*" || tags.split(", ").any(|tag| tag.trim_start_matches("W/") == opaque),
            None => says(header::IF_MODIFIED_SINCE).is_some(),
        };
        if is_known {
            return response.status(StatusCode::NOT_MODIFIED).body(Body::empty()).unwrap();
        }
        let is_part = says(header::IF_RANGE).is_none_or(|range| range == tag);
        if says(header::RANGE).is_some() && is_part {
            let range = format!("bytes 0-9/{}", PAGE.len());
            let response = response.status(StatusCode::PARTIAL_CONTENT).header(header::CONTENT_RANGE, range);
            return response.body(Body::from(&PAGE.as_bytes()[..10])).unwrap();
        }
        response.body(Body::from(PAGE)).unwrap()
    })
}

const TAGS: [&str; 2] = ["\"v1\"", "W/\"v1\""];

// H4
#[tokio::test]
async fn no_two_variants_of_a_page_share_a_tag() {
    for tag in TAGS {
        let visitors = Visitors::of(POLICY).await;
        everywhere(POLICY, validating(tag, HTML), async |way| {
            let mut tags = BTreeSet::from([opaque(tag)]);
            for cookie in visitors.all() {
                let reply = way.send(&Ask::get("/").with_all(&NAVIGATION).cookie(cookie)).await;
                assert!(reply.body.len() > PAGE.len());
                assert!(reply.lines("etag").len() <= 1);
                for tag in reply.lines("etag") {
                    assert!(tags.insert(opaque(&tag)), "{tag} is that of another variant");
                }
                assert!(reply.lines("last-modified").is_empty(), "a time says nothing of variants");
            }
        })
        .await;
    }
}

/// A tag as it is compared weakly (RFC 9110, section 8.8.3.2).
fn opaque(tag: &str) -> String {
    tag.trim_start_matches("W/").to_owned()
}

// H6
#[tokio::test]
async fn a_visitor_whose_page_has_changed_is_never_told_that_it_has_not() {
    let visitors = Visitors::of(POLICY).await;
    everywhere(POLICY, validating("\"v1\"", HTML), async |way| {
        // What each of them was given, and what the page said before there was a layer.
        let mut conditions = vec![
            ("if-none-match", "\"v1\"".to_owned()),
            ("if-none-match", "W/\"v1\"".to_owned()),
            ("if-none-match", "\"v0\", \"v1\"".to_owned()),
            ("if-none-match", "*".to_owned()),
            ("if-modified-since", "Thu, 01 Jan 2026 00:00:00 GMT".to_owned()),
            ("if-modified-since", "Sat, 01 Jan 2050 00:00:00 GMT".to_owned()),
        ];
        for cookie in visitors.all() {
            let reply = way.send(&Ask::get("/").with_all(&NAVIGATION).cookie(cookie)).await;
            conditions.extend(reply.lines("etag").into_iter().map(|tag| ("if-none-match", tag)));
        }
        for cookie in visitors.all() {
            let page = Ask::get("/").with_all(&NAVIGATION).cookie(cookie);
            let fresh = way.send(&page).await;
            for (name, value) in &conditions {
                if fresh.lines("etag").contains(value) {
                    continue;
                }
                for (other, time) in
                    [(None, ""), (Some("if-modified-since"), "Sat, 01 Jan 2050 00:00:00 GMT")]
                {
                    let ask = page.clone().with(name, value);
                    let ask = other.into_iter().fold(ask, |ask, name| ask.with(name, time));
                    let reply = way.send(&ask).await;
                    assert_eq!(reply.status, 200, "{ask:?}");
                    assert_eq!(reply.body, fresh.body, "{ask:?}");
                }
            }
        }
    })
    .await;
}

// H8
#[tokio::test]
async fn what_is_no_page_keeps_its_validators() {
    let visitors = Visitors::of(POLICY).await;
    for (kind, asks) in [
        ("application/json", ("accept", "application/json")),
        ("image/png", ("sec-fetch-dest", "image")),
        ("text/css", ("sec-fetch-dest", "style")),
        ("application/json", ("sec-fetch-dest", "empty")),
    ] {
        everywhere(POLICY, validating("\"v1\"", kind), async |way| {
            for cookie in visitors.all() {
                let ask = Ask::get("/").with_all(&[asks]).cookie(cookie);
                let first = way.send(&ask).await;
                assert_eq!(first.header("etag"), "\"v1\"", "{kind}");
                assert_eq!(first.header("last-modified"), "Thu, 01 Jan 2026 00:00:00 GMT");
                assert_eq!(first.header("accept-ranges"), "bytes");
                for (condition, expected) in [
                    (("if-none-match", "\"v1\""), 304),
                    (("if-none-match", "\"v2\""), 200),
                    (("if-modified-since", "Thu, 01 Jan 2026 00:00:00 GMT"), 304),
                    (("range", "bytes=0-9"), 206),
                ] {
                    let reply = way.send(&ask.clone().with_all(&[condition])).await;
                    assert_eq!(reply.status, expected, "{kind} {condition:?}");
                    assert_eq!(reply.header("cache-control"), "public, max-age=600");
                }
                let range = [("range", "bytes=0-9"), ("if-range", "\"v1\"")];
                assert_eq!(way.send(&ask.clone().with_all(&range)).await.status, 206);
            }
        })
        .await;
    }
}

// H10
#[tokio::test]
async fn a_part_of_a_page_is_the_sites_own_or_the_whole_page_comes() {
    let visitors = Visitors::of(POLICY).await;
    everywhere(POLICY, validating("\"v1\"", HTML), async |way| {
        for cookie in visitors.all() {
            let page = Ask::get("/").cookie(cookie);
            let whole = way.send(&page.clone().with_all(&NAVIGATION)).await;
            for more in [&[("range", "bytes=0-9")][..], &[("range", "bytes=0-9"), ("if-range", "\"v1\"")]] {
                let opened = way.send(&page.clone().with_all(&NAVIGATION).with_all(more)).await;
                assert_eq!((opened.status.as_u16(), &opened.body), (200, &whole.body), "{more:?}");
                assert!(!opened.headers.contains_key("content-range"));

                let resumed = way.send(&page.clone().with("accept", "*/*").with_all(more)).await;
                match resumed.status.as_u16() {
                    200 => assert_eq!(resumed.body, whole.body),
                    206 => assert_eq!(resumed.body, PAGE.as_bytes()[..10]),
                    other => panic!("{other}"),
                }
            }
        }
    })
    .await;
}
