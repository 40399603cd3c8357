//! What caches may keep (design, section 3.1).

use std::collections::HashMap;

use axum::{Router, body::Body};
use http::Response;
use tower_consent::Consent;

use crate::support::{PAGE, Reply, app, declared, get, html, policy, post_form, visitors, with, with_status};

const CACHEABLE: [(&str, &str); 9] = [
    ("content-type", "text/html"),
    ("cache-control", "public, max-age=600, s-maxage=60, immutable"),
    ("etag", "\"v1\""),
    ("last-modified", "Thu, 01 Jan 2026 00:00:00 GMT"),
    ("expires", "Thu, 01 Jan 2099 00:00:00 GMT"),
    ("surrogate-control", "max-age=60"),
    ("cdn-cache-control", "max-age=60"),
    ("vary", "Accept-Encoding"),
    ("x-app", "1"),
];

fn assert_private(reply: &Reply, why: &str) {
    let cache = reply.header("cache-control");
    assert!(["private, no-cache", "private, no-store"].contains(&cache.as_str()), "{why}: {cache}");
    assert!(reply.varies_on("cookie"), "{why}: {}", reply.header("vary"));
    for name in ["expires", "surrogate-control", "cdn-cache-control"] {
        assert!(reply.lines(name).is_empty(), "{why}: {name}");
    }
}

// J1, J2, J5, H4
#[tokio::test]
async fn a_rewritten_page_is_private_in_every_state() {
    let app = app(policy(), |_| with(PAGE, &CACHEABLE));
    let [_, yes, no] = visitors(&app).await;
    for cookie in ["", &yes, &no, "__Host-consent=x"] {
        let reply = get(&app, "/", &[("cookie", cookie)]).await;
        assert_private(&reply, cookie);
        assert!(reply.header("etag") != "\"v1\"" && reply.lines("last-modified").is_empty(), "{cookie}");
        assert!(reply.varies_on("accept-encoding"), "{cookie}");
        assert_eq!(reply.header("x-app"), "1");
    }
}

// J4
#[tokio::test]
async fn a_response_that_nothing_touches_keeps_every_header() {
    const OTHER: [(&str, &str); 8] = [
        ("content-type", "application/json"),
        ("cache-control", "public, max-age=600"),
        ("etag", "\"v1\""),
        ("expires", "Thu, 01 Jan 2099 00:00:00 GMT"),
        ("cdn-cache-control", "max-age=60"),
        ("vary", "Accept-Encoding"),
        ("set-cookie", "sid=1"),
        ("set-cookie", "other=1"),
    ];
    let app = app(policy(), |_| with("{}", &OTHER));
    let [_, yes, no] = visitors(&app).await;
    for cookie in ["", &yes, &no] {
        let mut reply = get(&app, "/", &[("cookie", cookie)]).await;
        reply.headers.remove("content-length");
        assert_eq!(reply.headers, *with("", &OTHER).headers(), "{cookie}");
        assert_eq!(reply.text(), "{}");
    }
}

// J4, J5
#[tokio::test]
async fn a_response_of_any_type_in_which_a_gated_item_was_met_is_private() {
    for (name, value) in [
        ("set-cookie", "_ga=1"),
        ("set-cookie", "_fbp=1"),
        ("x-analytics-id", "7"),
        ("nel", "{}"),
        ("set-cookie", "_ga=; Max-Age=0"),
    ] {
        let app = app(policy(), move |_| {
            with_status(
                200,
                "x",
                &[
                    ("content-type", "image/png"),
                    ("cache-control", "public, max-age=9"),
                    ("cdn-cache-control", "max-age=9"),
                    (name, value),
                ],
            )
        });
        let [_, yes, no] = visitors(&app).await;
        for cookie in ["", &yes, &no] {
            assert_private(
                &get(&app, "/", &[("cookie", cookie)]).await,
                &format!("{name}: {value} for {cookie:?}"),
            );
        }
    }
}

#[tokio::test]
async fn a_response_whose_handler_consulted_the_consent_is_private() {
    type Ask = fn(&Consent);
    let asks: [Ask; 5] = [
        |consent| {
            let _ = consent.allows("analytics");
        },
        |consent| {
            let _ = consent.answer("analytics");
        },
        |consent| {
            let _ = consent.is_decided();
        },
        |consent| {
            let _ = consent.decided_at();
        },
        |consent| {
            let _ = consent.categories().count();
        },
    ];
    for (index, ask) in asks.into_iter().enumerate() {
        let app = app(policy(), move |request| {
            ask(&request.extensions().get::<Consent>().unwrap().clone());
            with("{}", &[("content-type", "application/json"), ("cache-control", "public, max-age=9")])
        });
        assert_private(&get(&app, "/", &[]).await, &index.to_string());
    }
}

#[tokio::test]
async fn to_have_the_consent_at_hand_is_not_to_consult_it() {
    let app = app(policy(), |request| {
        let _unused = request.extensions().get::<Consent>().unwrap().clone();
        with("{}", &[("cache-control", "public, max-age=9")])
    });
    assert_eq!(get(&app, "/", &[]).await.header("cache-control"), "public, max-age=9");
}

// J2
#[tokio::test]
async fn every_html_response_varies_on_cookie() {
    let policy = || declared().no_banner(["/bare"]).build().unwrap();
    let app = app(policy(), |_| html(PAGE));
    assert!(get(&app, "/bare", &[]).await.varies_on("cookie"));
    assert!(get(&app, "/", &[("hx-request", "true")]).await.varies_on("cookie"));
    assert!(get(&app, "/", &[("sec-fetch-dest", "iframe")]).await.varies_on("cookie"));
}

#[tokio::test]
async fn what_the_app_says_more_strictly_stays() {
    for (says, expected) in [
        ("no-store", "private, no-store"),
        ("public, no-transform, max-age=5", "public, no-transform, max-age=5"),
        ("", "private, no-cache"),
        ("private, max-age=60", "private, no-cache"),
    ] {
        let app =
            app(policy(), move |_| with(PAGE, &[("content-type", "text/html"), ("cache-control", says)]));
        let reply = get(&app, "/", &[]).await;
        if says.contains("no-transform") {
            assert_eq!(reply.text(), PAGE, "no-transform means it (RFC 9111, 5.2.2.6)");
        } else {
            assert_eq!(reply.header("cache-control"), expected, "{says}");
        }
    }
}

#[tokio::test]
async fn vary_is_merged_and_a_star_stays() {
    for (before, expected) in [
        ("*", "*"),
        ("Cookie", "Cookie, Accept-Language"),
        ("accept-language, cookie", "accept-language, cookie"),
    ] {
        let app = app(policy(), move |_| with(PAGE, &[("content-type", "text/html"), ("vary", before)]));
        assert_eq!(get(&app, "/", &[]).await.header("vary"), expected, "{before}");
    }
}

/// An app that answers with what it was sent of some request headers.
fn echo() -> Router {
    app(policy(), |request| {
        let names = ["if-none-match", "if-modified-since", "range", "if-range", "accept-encoding", "accept"];
        let seen = names.iter().filter(|name| request.headers().contains_key(**name));
        Response::new(Body::from(seen.copied().collect::<Vec<_>>().join(" ")))
    })
}

const CONDITIONS: [(&str, &str); 5] = [
    ("if-none-match", "\"v1\""),
    ("if-modified-since", "Thu, 01 Jan 2026 00:00:00 GMT"),
    ("range", "bytes=0-9"),
    ("if-range", "\"v1\""),
    ("accept-encoding", "gzip, br"),
];

// H6, H10, F3
#[tokio::test]
async fn a_page_request_is_answered_in_full_and_unencoded() {
    let [_, yes, no] = visitors(&echo()).await;
    for cookie in ["", &yes, &no] {
        for asks in [("sec-fetch-dest", "document"), ("accept", "text/html,*/*;q=0.8")] {
            let headers: Vec<_> = CONDITIONS.into_iter().chain([asks, ("cookie", cookie)]).collect();
            let seen = get(&echo(), "/", &headers).await;
            assert_eq!(seen.text().replace("accept", "").trim(), "", "{asks:?} {cookie}");
        }
    }
}

// H8
#[tokio::test]
async fn a_request_for_anything_else_keeps_its_conditions() {
    for asks in [("sec-fetch-dest", "image"), ("sec-fetch-dest", "style"), ("sec-fetch-dest", "empty")] {
        let headers: Vec<_> = CONDITIONS.into_iter().chain([asks]).collect();
        let expected = "if-none-match if-modified-since range if-range accept-encoding";
        assert_eq!(get(&echo(), "/", &headers).await.text(), expected, "{asks:?}");
    }
    let headers: Vec<_> = CONDITIONS.into_iter().chain([("accept", "application/json")]).collect();
    assert!(get(&echo(), "/", &headers).await.text().contains("if-none-match"));
}

/// A shared cache that obeys RFC 9111, and one that does not know `Vary: Cookie`.
#[derive(Default)]
struct SharedCache {
    knows_vary: bool,
    stored: HashMap<String, (Vec<String>, Vec<u8>)>,
}

impl SharedCache {
    async fn get(&mut self, app: &Router, path: &str, cookie: &str) -> (Vec<String>, Vec<u8>) {
        let key = if self.knows_vary { format!("{path} {cookie}") } else { path.to_owned() };
        if let Some(hit) = self.stored.get(&key) {
            return hit.clone();
        }
        let reply = get(app, path, &[("cookie", cookie)]).await;
        let cache = reply.header("cache-control");
        let answer = (reply.set_cookies(), reply.body.to_vec());
        if !["private", "no-store"].iter().any(|word| cache.contains(word)) {
            self.stored.insert(key, answer.clone());
        }
        answer
    }
}

// J6
#[tokio::test]
async fn no_visitor_gets_what_was_made_for_another() {
    let app = app(policy(), |request| {
        let kind = if request.uri().path() == "/page" { "text/html" } else { "application/json" };
        with(
            PAGE,
            &[
                ("content-type", kind),
                ("cache-control", "public, max-age=60"),
                ("set-cookie", "_ga=1"),
                ("x-analytics-id", "1"),
            ],
        )
    });
    let visitors = visitors(&app).await;
    for knows_vary in [false, true] {
        for path in ["/page", "/api"] {
            for order in [[0, 1, 2], [1, 0, 2], [2, 1, 0], [1, 2, 0]] {
                let mut cache = SharedCache { knows_vary, ..SharedCache::default() };
                for visitor in order {
                    let (cookies, _) = cache.get(&app, path, &visitors[visitor]).await;
                    assert_eq!(cookies.len(), usize::from(visitor == 1), "{path} {order:?} {visitor}");
                }
            }
        }
    }
}

// J8
#[tokio::test]
async fn undecided_visitors_of_one_page_get_the_same_bytes() {
    let app = app(policy(), |_| html(PAGE));
    let first = get(&app, "/a", &[("cookie", "sid=1"), ("user-agent", "x")]).await;
    let second = get(&app, "/a", &[("cookie", "sid=2; _ga=7"), ("user-agent", "y")]).await;
    assert_eq!(first.body, second.body);
}

#[tokio::test]
async fn a_page_that_answers_a_form_is_private_too() {
    let app = app(policy(), |_| with_status(422, PAGE, &CACHEABLE));
    assert_private(&post_form(&app, "/signup", "x=1", &[]).await, "422");
}
