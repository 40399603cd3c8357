//! What a cache or a browser may make of responses that are no pages: confirmations, copies that a
//! script or a frame has fetched, parts, and what one layer leaves to another.

use std::time::{Duration, SystemTime};

use axum::{Router, body::Body};
use http::{Request, Response};
use tower_consent::{ConsentLayer, Delivery, GateReport, Policy, PolicyBuilder};

use crate::support::{
    PAGE, Reply, app, app_with, declared, get, html, policy, request, send, visitors, with, with_status,
};

const FIELDS: [(&str, &str); 7] = [
    ("content-type", "text/html"),
    ("cache-control", "public, max-age=600"),
    ("etag", "\"v1\""),
    ("vary", "Accept-Encoding"),
    ("content-security-policy", "script-src 'nonce-z'; style-src 'self'"),
    ("repr-digest", "sha-256=:x:"),
    ("accept-ranges", "bytes"),
];

/// A site that answers conditions, and sets the same fields on everything it says.
fn answer(request: &Request<Body>) -> Response<Body> {
    let known =
        request.headers().get("if-none-match").is_some_and(|tags| tags.to_str().unwrap().contains("\"v1\""));
    if known { with_status(304, "", &FIELDS[1..]) } else { with(PAGE, &FIELDS) }
}

fn site(policy: PolicyBuilder) -> Router {
    app(policy.build().unwrap(), |request| answer(&request))
}

fn shared() -> PolicyBuilder {
    declared().delivery(Delivery::Shared)
}

async fn settled(policy: Policy) -> [String; 3] {
    let a_minute_ago = || SystemTime::now() - Duration::from_secs(60);
    visitors(&app_with(ConsentLayer::new(policy).clock(a_minute_ago), |_| html(PAGE))).await
}

// H7, K1
#[tokio::test]
async fn what_confirms_a_page_says_what_the_page_said() {
    for policy in [declared(), shared(), declared().delivery(Delivery::Auto)] {
        let app = site(policy);
        for cookie in settled(declared().build().unwrap()).await {
            let headers = [("accept", "text/html"), ("cookie", &cookie)];
            let page = get(&app, "/", &headers).await;
            let tag = page.header("etag");
            let known = [&headers[..], &[("if-none-match", &*tag)]].concat();
            let reply = get(&app, "/", &known).await;
            assert_eq!(reply.status, 304);
            for name in [
                "cache-control",
                "vary",
                "etag",
                "content-security-policy",
                "repr-digest",
                "accept-ranges",
                "last-modified",
            ] {
                assert_eq!(reply.header(name), page.header(name), "{name} for {cookie:?}");
            }
            assert!(reply.lines("content-length").iter().all(|length| length == "0"));
        }
    }
}

const NO_PAGE: [(&str, &str); 4] = [
    ("sec-fetch-dest", "empty"),
    ("sec-fetch-dest", "iframe"),
    ("hx-request", "true"),
    ("x-requested-with", "XMLHttpRequest"),
];

// J1
#[tokio::test]
async fn a_copy_without_banner_is_private_and_confirmed_to_its_like_alone() {
    let app = site(declared());
    for asks in NO_PAGE {
        let copy = get(&app, "/", &[asks]).await;
        assert!(!copy.has_banner());
        assert_eq!(copy.header("cache-control"), "private, no-cache", "{asks:?}");
        assert!(copy.varies_on("cookie") && copy.lines("last-modified").is_empty(), "{asks:?}");
        let tag = copy.header("etag");
        let again = get(&app, "/", &[asks, ("if-none-match", &tag)]).await;
        assert_eq!(again.status, 304, "{asks:?}");
        for name in ["etag", "cache-control", "vary"] {
            assert_eq!(again.header(name), copy.header(name), "{asks:?} {name}");
        }
        let opened = get(&app, "/", &[("accept", "text/html"), ("if-none-match", &tag)]).await;
        assert!(opened.has_banner(), "{asks:?}");
    }
}

// H7, F8
#[tokio::test]
async fn the_variant_of_a_page_is_not_confirmed_to_a_part_of_it() {
    for policy in [declared(), shared()] {
        let app = site(policy);
        let tag = get(&app, "/", &[]).await.header("etag");
        for asks in [("hx-request", "true"), ("turbo-frame", "x")] {
            let reply = get(&app, "/", &[asks, ("if-none-match", &tag)]).await;
            assert_eq!((reply.status.as_u16(), reply.text()), (200, PAGE), "{asks:?}");
        }
    }
    let app = site(declared());
    let tag = get(&app, "/", &[]).await.header("etag");
    let reply = get(&app, "/", &[("sec-fetch-dest", "empty"), ("if-none-match", &tag)]).await;
    assert_eq!(reply.text(), PAGE);
}

// F9, H7
#[tokio::test]
async fn a_router_that_swaps_the_page_gets_it_whole() {
    for asks in [
        &[("hx-request", "true"), ("hx-boosted", "true"), ("accept", "*/*")][..],
        &[("x-turbo-request-id", "1"), ("sec-fetch-dest", "empty")],
        &[("x-requested-with", "swup"), ("sec-fetch-dest", "empty")],
        &[("x-up-target", "body"), ("sec-fetch-dest", "empty")],
    ] {
        let reply = get(&site(declared()), "/", &[asks, &[("if-none-match", "\"v1\"")]].concat()).await;
        assert!(reply.has_banner(), "{asks:?}");
    }
}

// F5, J1
#[tokio::test]
async fn a_part_that_might_be_all_of_a_page_is_private() {
    for status in [206, 416] {
        let app = app(policy(), move |_| with_status(status, PAGE, &FIELDS));
        let reply = get(&app, "/", &[("range", "bytes=0-")]).await;
        assert_eq!(reply.text(), PAGE, "{status}");
        assert_eq!(reply.header("cache-control"), "private, no-cache", "{status}");
    }
}

// F23, J1
#[tokio::test]
async fn what_a_closure_leaves_without_banner_is_not_for_others() {
    for policy in [declared(), shared()] {
        let layer = ConsentLayer::new(policy.build().unwrap())
            .banner_when(|parts| parts.headers.get("user-agent").is_none_or(|agent| agent != "bot"));
        let app = app_with(layer, |request| answer(&request));
        let reply = get(&app, "/", &[("user-agent", "bot")]).await;
        assert_eq!(reply.text(), PAGE);
        assert_eq!(reply.header("cache-control"), "private, no-cache");
        let page = get(&app, "/", &[]).await;
        assert!(page.has_banner());
    }
}

#[tokio::test]
async fn a_guard_is_understood_where_the_layer_does_not_ask() {
    let layer = ConsentLayer::new(policy()).banner_when(|parts| parts.method == http::Method::GET);
    let app = app_with(layer, |request| {
        let guard =
            request.headers().get("if-match").map_or("none", |guard| guard.to_str().unwrap()).to_owned();
        if request.method() == "PUT" { with(guard, &[]) } else { answer(&request) }
    });
    let tag = get(&app, "/", &[]).await.header("etag");
    let reply = send(&app, request("PUT", "/", "", &[("if-match", &tag)])).await;
    assert_eq!(reply.text(), "\"v1\"");
}

// F4, I10
#[tokio::test]
async fn a_field_with_bytes_beyond_ascii_is_read() {
    for (name, value) in [
        ("content-disposition", "attachment; filename=\"\u{e9}.html\""),
        ("cache-control", "no-store, no-transform, x=\"\u{e9}\""),
    ] {
        let app = app(policy(), move |_| with(PAGE, &[("content-type", "text/html"), (name, value)]));
        assert_eq!(get(&app, "/", &[]).await.text(), PAGE, "{name}");
    }
}

#[tokio::test]
async fn the_report_of_one_visitor_is_not_in_a_page_for_all() {
    for delivery in [Delivery::Shared, Delivery::Auto] {
        let app = app(declared().delivery(delivery).build().unwrap(), |request| {
            let report = request.extensions().get::<GateReport>().unwrap().clone();
            let consent = request.extensions().get::<tower_consent::Consent>().unwrap().clone();
            let names = tokio_stream::once(()).map_to_names(report, format!("{consent:?}"));
            with(
                Body::from_stream(names),
                &[("content-type", "text/html"), ("cache-control", "public, max-age=9")],
            )
        });
        let first = get(&app, "/", &[]).await;
        let [_, yes, _] = visitors(&app).await;
        for cookie in ["_ga=1".to_owned(), format!("{yes}; _ga=1; promo=2")] {
            assert_eq!(get(&app, "/", &[("cookie", &cookie)]).await.body, first.body, "{cookie}");
        }
    }
}

trait MapToNames {
    /// A body that names what was met once the headers of the response have been gated.
    fn map_to_names(
        self,
        report: GateReport,
        consent: String,
    ) -> impl tokio_stream::Stream<Item = Result<String, std::convert::Infallible>> + Send + 'static;
}

impl<S: tokio_stream::Stream<Item = ()> + Send + 'static> MapToNames for S {
    fn map_to_names(
        self,
        report: GateReport,
        consent: String,
    ) -> impl tokio_stream::Stream<Item = Result<String, std::convert::Infallible>> + Send + 'static {
        tokio_stream::StreamExt::map(self, move |()| {
            let names: Vec<_> = report.items().iter().map(|item| item.name().to_owned()).collect();
            Ok(format!("<body>{} {consent}", names.join(" ")))
        })
    }
}

#[tokio::test]
async fn a_decision_on_a_page_for_all_is_judged_by_the_new_state() {
    let app = app(shared().build().unwrap(), |request| {
        let decision = request.extensions().get::<tower_consent::Consent>().unwrap().grant(["analytics"]);
        let mut response = with(PAGE, &[FIELDS[0], FIELDS[1], ("set-cookie", "_ga=1")]);
        response.extensions_mut().insert(decision);
        response
    });
    let reply: Reply = get(&app, "/", &[]).await;
    assert!(reply.cookie_names().contains(&"_ga".to_owned()));
    assert_eq!(reply.header("cache-control"), "private, no-store");
}

// F20, L
#[tokio::test]
async fn the_same_layer_twice_is_one() {
    for policy in [declared(), shared(), declared().delivery(Delivery::Auto)] {
        let layer = ConsentLayer::new(policy.build().unwrap());
        let fields = [&FIELDS[..], &[("set-cookie", "_ga=1")]].concat();
        let inner = Router::new().fallback(move || {
            let page = with(PAGE, &fields);
            async move { page }
        });
        let (once, twice) = (inner.clone().layer(layer.clone()), inner.layer(layer.clone()).layer(layer));
        for cookie in settled(declared().build().unwrap()).await {
            let (once, twice) = (
                get(&once, "/", &[("cookie", &cookie)]).await,
                get(&twice, "/", &[("cookie", &cookie)]).await,
            );
            assert_eq!(once.headers, twice.headers);
            assert_eq!(once.body, twice.body);
        }
    }
}

// F19
#[tokio::test]
async fn a_layer_inside_one_that_excludes_the_path_does_its_work() {
    let inner = ConsentLayer::new(declared().prefix("/inner").build().unwrap());
    let outer = ConsentLayer::new(declared().exclude(["/shop/*"]).build().unwrap());
    let app = Router::new().fallback(|| async { html(PAGE) }).layer(inner).layer(outer);
    let page = get(&app, "/shop/x", &[]).await;
    assert!(page.text().contains("action=\"/inner\""));
    let page = get(&app, "/", &[]).await;
    assert!(page.text().contains("action=\"/cookie-consent\"") && !page.text().contains("action=\"/inner\""));
}

#[tokio::test]
async fn where_the_banner_stands_makes_another_variant() {
    let tag = async |placement| get(&site(declared().placement(placement)), "/", &[]).await.header("etag");
    assert_ne!(tag(tower_consent::Placement::Start).await, tag(tower_consent::Placement::End).await);
    let app = site(declared());
    let signal = get(&app, "/", &[("sec-gpc", "1")]).await.header("etag");
    assert_eq!(signal, get(&app, "/", &[]).await.header("etag"), "under opt-in it changes nothing");
}

#[tokio::test]
async fn fields_for_networks_of_any_name_go() {
    let app = app(policy(), |_| {
        let fields = [("x-litespeed-cache-control", "public"), ("akamai-cache-control", "max-age=9")];
        with(PAGE, &[&FIELDS[..2], &fields].concat())
    });
    let page = get(&app, "/", &[]).await;
    assert!(
        page.lines("x-litespeed-cache-control").is_empty() && page.lines("akamai-cache-control").is_empty()
    );
}

#[tokio::test]
async fn another_version_of_the_release_script_is_not_kept() {
    let app = site(shared());
    for path in ["/cookie-consent/release.js", "/cookie-consent/release.js?deadbeef"] {
        assert_eq!(get(&app, path, &[]).await.header("cache-control"), "no-store", "{path}");
    }
}

// I7
#[tokio::test]
async fn a_body_that_turns_out_to_be_empty_is_no_page() {
    for frames in [vec![], vec![""], vec!["", ""]] {
        let app = app(policy(), move |_| {
            let frames = frames.clone().into_iter().map(Ok::<_, std::convert::Infallible>);
            with(Body::from_stream(tokio_stream::iter(frames)), &FIELDS[..1])
        });
        assert_eq!(get(&app, "/", &[]).await.text(), "");
    }
}
