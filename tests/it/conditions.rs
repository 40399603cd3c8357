//! Entity tags and conditional requests: each variant of a page has a tag of its own, which is a
//! function of policy, decision and language (RFC 9110, sections 8.8.3 and 13).

use std::time::{Duration, SystemTime};

use axum::{Router, body::Body};
use http::{Request, Response};
use tower_consent::ConsentLayer;

use crate::support::{
    PAGE, Reply, app, app_with, declared, get, html, policy, request, send, visitors, with, with_status,
};

const NAVIGATION: (&str, &str) = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");

/// An app that knows a page as `"v1"`, and answers conditions as RFC 9110 says.
fn site() -> Router {
    app(policy(), |request| answer(&request, "\"v1\""))
}

fn answer(request: &Request<Body>, tag: &str) -> Response<Body> {
    let fields = [
        ("content-type", "text/html"),
        ("etag", tag),
        ("last-modified", "Thu, 01 Jan 2026 00:00:00 GMT"),
        ("cache-control", "max-age=60"),
        ("vary", "Accept-Encoding"),
    ];
    let conditions = request.headers().get("if-none-match").and_then(|value| value.to_str().ok());
    let is_known = conditions.is_some_and(|tags| tags.split(", ").any(|known| known == tag));
    let is_unchanged = conditions.is_none() && request.headers().contains_key("if-modified-since");
    if is_known || is_unchanged { with_status(304, "", &fields[1..]) } else { with(PAGE, &fields) }
}

/// Visitors who have answered so long ago that no page confirms it any more.
async fn settled() -> [String; 3] {
    let a_minute_ago = || SystemTime::now() - Duration::from_secs(60);
    visitors(&app_with(ConsentLayer::new(policy()).clock(a_minute_ago), |_| html(PAGE))).await
}

fn as_visitor<'a>(cookie: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    more.iter().copied().chain([NAVIGATION, ("cookie", cookie)]).collect()
}

async fn tag_of(app: &Router, headers: &[(&str, &str)]) -> String {
    let page = get(app, "/", headers).await;
    let tags = page.lines("etag");
    assert_eq!(tags.len(), 1, "{headers:?}");
    assert!(page.lines("last-modified").is_empty(), "{headers:?}");
    tags[0].clone()
}

// H4
#[tokio::test]
async fn each_variant_has_a_tag_and_equal_visitors_share_it() {
    let app = site();
    let [_, yes, no] = settled().await;
    let mut tags = Vec::new();
    for cookie in ["", &yes, &no] {
        for language in ["en", "fr"] {
            let headers = as_visitor(cookie, &[("accept-language", language)]);
            let tag = tag_of(&app, &headers).await;
            assert!(tag.starts_with("\"v1-") && tag.ends_with('"'), "{tag}");
            assert!(!tags.contains(&tag), "{tag} for {cookie:?} in {language}");
            let more =
                [headers, vec![("user-agent", "another"), ("x-forwarded-for", "203.0.113.9")]].concat();
            assert_eq!(tag_of(&app, &more).await, tag);
            tags.push(tag);
        }
    }
}

// H4
#[tokio::test]
async fn another_policy_has_other_tags() {
    let tag = tag_of(&site(), &[]).await;
    let texts =
        app(declared().privacy_policy("/other").build().unwrap(), |request| answer(&request, "\"v1\""));
    assert_ne!(tag_of(&texts, &[]).await, tag);
    let same = app(policy(), |request| answer(&request, "\"v1\""));
    assert_eq!(tag_of(&same, &[]).await, tag, "another process with the same policy");
}

// H4
#[tokio::test]
async fn a_weak_tag_stays_weak_and_what_is_no_tag_goes() {
    let weak = app(policy(), |request| answer(&request, "W/\"v1\""));
    assert!(tag_of(&weak, &[]).await.starts_with("W/\"v1-"));
    let malformed = app(policy(), |_| with(PAGE, &[("content-type", "text/html"), ("etag", "v1")]));
    assert!(get(&malformed, "/", &[]).await.lines("etag").is_empty());
}

// H7
#[tokio::test]
async fn a_visitor_who_has_the_current_variant_is_told_so() {
    let app = site();
    for cookie in settled().await {
        let tag = tag_of(&app, &as_visitor(&cookie, &[])).await;
        for known in [tag.clone(), format!("\"x\", W/\"y\",{tag}"), format!("{tag}, \"z\"")] {
            let reply = get(&app, "/", &as_visitor(&cookie, &[("if-none-match", &known)])).await;
            assert_eq!(reply.status, 304, "{known}");
            assert_eq!(reply.header("etag"), tag, "{known}");
            assert_eq!(reply.header("cache-control"), "private, no-cache");
            let page = get(&app, "/", &as_visitor(&cookie, &[])).await;
            assert_eq!(reply.header("vary"), page.header("vary"));
            assert!(reply.varies_on("cookie") && reply.varies_on("accept-encoding"));
            assert!(reply.lines("last-modified").is_empty() && reply.body.is_empty());
        }
    }
}

// H7: what is no page request is unwrapped too, since nobody but the layer has made such a tag.
#[tokio::test]
async fn a_program_that_has_the_current_variant_is_told_so() {
    let app = site();
    let tag = tag_of(&app, &[]).await;
    let reply = get(&app, "/", &[("if-none-match", &tag)]).await;
    assert_eq!((reply.status.as_u16(), reply.header("etag")), (304, tag));
}

// H6
#[tokio::test]
async fn what_a_visitor_knows_of_another_state_is_no_reason_for_304() {
    let app = site();
    let visitors = settled().await;
    for before in &visitors {
        let tag = tag_of(&app, &as_visitor(before, &[])).await;
        for now in visitors.iter().filter(|now| *now != before) {
            for (name, value) in
                [("if-none-match", &*tag), ("if-modified-since", "Fri, 02 Jan 2026 00:00:00 GMT")]
            {
                let reply = get(&app, "/", &as_visitor(now, &[(name, value)])).await;
                assert_eq!(reply.status, 200, "{before:?} {now:?} {name}");
                assert_eq!(reply.has_banner(), now.is_empty());
            }
        }
    }
}

/// What the app is sent of these headers.
async fn sent(method: &str, headers: &[(&str, &str)]) -> Vec<String> {
    let app = app(policy(), |request| {
        let names =
            ["if-none-match", "if-match", "if-modified-since", "if-unmodified-since", "if-range", "range"];
        let lines = names.iter().flat_map(|name| {
            let values = request.headers().get_all(*name).iter();
            values.map(move |value| format!("{name}: {}", value.to_str().unwrap()))
        });
        with(lines.collect::<Vec<_>>().join("\n"), &[("content-type", "text/plain")])
    });
    let reply = send(&app, request(method, "/", "", headers)).await;
    reply.text().lines().map(str::to_owned).collect()
}

// H7
#[tokio::test]
async fn other_validators_are_removed_from_page_requests() {
    for name in ["if-none-match", "if-match"] {
        for value in ["\"v1\"", "W/\"v1\", \"v2\"", "*", "v1", "\"v1-consent-AAAAAAAA\""] {
            let expected: [&str; 0] = [];
            assert_eq!(sent("GET", &[NAVIGATION, (name, value)]).await, expected, "{name}: {value}");
        }
    }
    for name in ["if-modified-since", "if-unmodified-since"] {
        let date = "Wed, 25 Nov 2099 00:00:00 GMT";
        assert!(sent("GET", &[NAVIGATION, (name, date)]).await.is_empty(), "{name}");
    }
}

// H8
#[tokio::test]
async fn other_requests_keep_theirs_byte_for_byte() {
    for value in ["\"v1\"", "W/\"v1\",\"v2\"", "*", "v1"] {
        assert_eq!(sent("GET", &[("if-none-match", value)]).await, [format!("if-none-match: {value}")]);
        let image = [("sec-fetch-dest", "image"), ("if-range", value), ("range", "bytes=0-1")];
        assert_eq!(sent("GET", &image).await, [format!("if-range: {value}"), "range: bytes=0-1".to_owned()]);
    }
}

#[tokio::test]
async fn a_guard_of_what_is_changed_is_never_lost() {
    let tag = tag_of(&site(), &[]).await;
    let [_, yes, _] = settled().await;
    for headers in [vec![], vec![("cookie", &*yes)]] {
        let all = |value| [&headers[..], &[NAVIGATION, ("if-match", value)]].concat();
        assert_eq!(sent("PUT", &all(&tag)).await, ["if-match: \"v1\""], "whatever the visitor was shown");
        assert_eq!(sent("DELETE", &all("\"v1\", \"v2\"")).await, ["if-match: \"v1\", \"v2\""]);
        assert_eq!(sent("POST", &all("*")).await, ["if-match: *"]);
    }
    assert_eq!(sent("PUT", &[("if-none-match", "*")]).await, ["if-none-match: *"]);
    let date = "Thu, 01 Jan 2026 00:00:00 GMT";
    let guard = [NAVIGATION, ("if-unmodified-since", date)];
    assert_eq!(sent("PUT", &guard).await, [format!("if-unmodified-since: {date}")]);
}

// H10
#[tokio::test]
async fn a_part_of_a_variant_is_not_asked_of_the_app() {
    let tag = tag_of(&site(), &[]).await;
    for headers in [
        vec![("range", "bytes=5-"), ("if-range", &*tag)],
        vec![NAVIGATION, ("range", "bytes=5-")],
        vec![NAVIGATION, ("range", "bytes=5-"), ("if-range", "\"v1\"")],
    ] {
        assert!(sent("GET", &headers).await.is_empty(), "{headers:?}");
    }
}

// H7, J7
#[tokio::test]
async fn a_page_that_confirms_a_decision_cannot_be_confirmed_itself() {
    let app = site();
    let [_, yes, _] = visitors(&app).await;
    let fresh = get(&app, "/", &as_visitor(&yes, &[])).await;
    assert_eq!(fresh.header("cache-control"), "private, no-store");
    assert!(fresh.lines("etag").is_empty() && fresh.lines("last-modified").is_empty());
}

// F20, H7
#[tokio::test]
async fn two_layers_name_a_variant_once() {
    let layer = ConsentLayer::new(policy());
    let app = Router::new()
        .fallback(|request: Request<Body>| async move { answer(&request, "\"v1\"") })
        .layer(layer.clone())
        .layer(layer);
    let tag = tag_of(&app, &[NAVIGATION]).await;
    assert_eq!(tag.matches("-consent-").count(), 1, "{tag}");
    let again = get(&app, "/", &[NAVIGATION, ("if-none-match", &tag)]).await;
    assert_eq!((again.status.as_u16(), again.header("etag")), (304, tag));
}

// F17
#[tokio::test]
async fn a_page_whose_handler_renders_the_banner_is_guarded_and_left_alone() {
    let app = app(policy(), |request| {
        let mut response = answer(&request, "\"v1\"");
        response.extensions_mut().insert(tower_consent::BannerRendered);
        response
    });
    for cookie in settled().await {
        let reply: Reply = get(&app, "/", &as_visitor(&cookie, &[])).await;
        assert_eq!(reply.text(), PAGE);
        assert_eq!(reply.header("cache-control"), "private, no-cache");
        assert!(reply.varies_on("cookie"));
        let tag = reply.header("etag");
        let again = get(&app, "/", &as_visitor(&cookie, &[("if-none-match", &tag)])).await;
        assert_eq!((again.status.as_u16(), again.header("etag")), (304, tag));
    }
}

#[tokio::test]
async fn excluded_paths_keep_tags_and_conditions() {
    let app = app(declared().exclude(["/api/*"]).build().unwrap(), |request| answer(&request, "\"v1\""));
    let reply = get(&app, "/api/page", &[NAVIGATION, ("if-none-match", "\"v1\"")]).await;
    assert_eq!((reply.status.as_u16(), reply.header("etag")), (304, "\"v1\"".to_owned()));
    let html = get(&app, "/api/page", &[NAVIGATION]).await;
    assert_eq!(html.header("last-modified"), "Thu, 01 Jan 2026 00:00:00 GMT");
}

#[tokio::test]
async fn a_page_without_a_tag_gets_none() {
    let app = app(policy(), |_| html(PAGE));
    assert!(get(&app, "/", &[]).await.lines("etag").is_empty());
}

#[tokio::test]
async fn what_a_handler_made_by_consent_is_not_confirmed_under_another() {
    let app = app(policy(), |request| {
        let consent = request.extensions().get::<tower_consent::Consent>().unwrap().clone();
        let body = consent.allows("analytics").to_string();
        let mut response = answer(&request, "\"v1\"");
        response.headers_mut().insert("content-type", "application/json".parse().unwrap());
        if response.status() == 200 { response.map(|_| Body::from(body)) } else { response }
    });
    let [_, yes, no] = settled().await;
    let json = [("accept", "application/json"), ("cookie", &*yes)];
    let first = get(&app, "/", &json).await;
    assert!(first.lines("last-modified").is_empty());
    let tag = first.header("etag");
    let same = get(&app, "/", &[&json[..], &[("if-none-match", &tag)]].concat()).await;
    assert_eq!((same.status.as_u16(), same.header("etag")), (304, tag.clone()));
    let other = [("accept", "application/json"), ("cookie", &*no), ("if-none-match", &tag)];
    assert_eq!(get(&app, "/", &other).await.text(), "false");
}
