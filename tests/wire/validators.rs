//! Cases H4 and H7: the names of variants, and the conditions that name them.

use axum::{Router, body::Body, extract::Request};
use http::Response;
use tower_consent::{BannerRendered, ConsentLayer, Policy};

use crate::{
    harness::{Ask, Canned, HTML, NAVIGATION, POLICY, Visitors, everywhere, in_process},
    metadata::validating,
};

// H7
#[tokio::test]
async fn a_visitor_who_has_the_current_variant_is_told_that_it_has_not_changed() {
    let visitors = Visitors::of(POLICY).await;
    for tag in ["\"v1\"", "W/\"v1\""] {
        everywhere(POLICY, validating(tag, HTML), async |way| {
            for cookie in visitors.all() {
                let page = Ask::get("/").with_all(&NAVIGATION).cookie(cookie);
                let fresh = way.send(&page).await;
                let tag = fresh.header("etag");
                for known in [tag.clone(), format!("\"other\", {tag}"), format!("W/\"x\",{tag} , \"y\"")] {
                    let reply = way.send(&page.clone().with("if-none-match", &known)).await;
                    assert_eq!((reply.status.as_u16(), reply.text().as_str()), (304, ""), "{known}");
                    // What the page would have said (RFC 9110, section 15.4.5).
                    assert_eq!(reply.header("etag"), tag);
                    assert_eq!(reply.header("cache-control"), fresh.header("cache-control"));
                    assert_eq!(reply.header("vary"), fresh.header("vary"));
                    assert!(reply.lines("last-modified").is_empty());
                }
            }
        })
        .await;
    }
}

// H4, H7
#[tokio::test]
async fn equal_visitors_share_a_tag_and_a_language_has_its_own() {
    let visitors = Visitors::of(POLICY).await;
    everywhere(POLICY, validating("\"v1\"", HTML), async |way| {
        for cookie in visitors.all() {
            let tag = async |language: &str, more: &[(&str, &str)]| {
                let ask = Ask::get("/").with_all(&NAVIGATION).with("accept-language", language);
                let cookie = if cookie.is_empty() { "sid=1".to_owned() } else { format!("{cookie}; sid=1") };
                way.send(&ask.cookie(&cookie).with_all(more)).await.header("etag")
            };
            let first = tag("en", &[]).await;
            assert!(!first.is_empty());
            assert_eq!(
                tag("en", &[("user-agent", "another"), ("x-forwarded-for", "192.0.2.7")]).await,
                first
            );
            assert_ne!(tag("fr", &[]).await, first);
        }
    })
    .await;
}

/// The conditions that reach the site.
fn telling() -> Router {
    const NAMES: [&str; 6] =
        ["if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "if-range", "range"];
    Router::new().fallback(async |request: Request| {
        let lines = NAMES
            .into_iter()
            .filter_map(|name| Some(format!("{name}: {}", request.headers().get(name)?.to_str().unwrap())));
        let lines: Vec<_> = lines.collect();
        Canned::new(lines.join("\n")).with("content-type", "text/plain").with("etag", "\"v1\"").response()
    })
}

// H7
#[tokio::test]
async fn conditions_that_name_no_current_variant_do_not_reach_the_site() {
    let visitors = Visitors::of(POLICY).await;
    everywhere(POLICY, telling(), async |way| {
        for cookie in visitors.all() {
            for (name, value) in [
                ("if-none-match", "\"v1\""),
                ("if-none-match", "*"),
                ("if-match", "\"v1\""),
                ("if-modified-since", "Thu, 01 Jan 2026 00:00:00 GMT"),
                ("if-unmodified-since", "Thu, 01 Jan 2026 00:00:00 GMT"),
            ] {
                let ask = Ask::get("/").with_all(&NAVIGATION).cookie(cookie).with(name, value);
                assert_eq!(way.send(&ask).await.text(), "", "{name}: {value}");
            }
        }
    })
    .await;
}

// H7
#[tokio::test]
async fn a_guard_of_a_change_reaches_the_site_under_the_sites_own_name() {
    let visitors = Visitors::of(POLICY).await;
    let page = validating("\"v1\"", HTML);
    let site = Router::new().route("/page", axum::routing::get_service(page)).fallback_service(telling());
    everywhere(POLICY, site, async |way| {
        for cookie in visitors.all() {
            let tag = way.send(&Ask::get("/page").with_all(&NAVIGATION).cookie(cookie)).await.header("etag");
            assert_ne!(tag, "\"v1\"");
            for (sent, told) in [(tag.as_str(), "\"v1\""), ("\"v9\"", "\"v9\""), ("*", "*")] {
                for method in ["PUT", "DELETE", "POST"] {
                    let ask =
                        Ask::new(method, "/x").with_all(&NAVIGATION).cookie(cookie).with("if-match", sent);
                    assert_eq!(way.send(&ask).await.text(), format!("if-match: {told}"), "{method} {sent}");
                }
            }
        }
    })
    .await;
}

// F17
#[tokio::test]
async fn a_page_that_carries_its_own_banner_is_left_alone_and_guarded() {
    let page = "<!DOCTYPE html><title>T</title><body><section id=\"cookie-consent\">ours</section></body>";
    let site = Router::new().fallback(async move || {
        let canned = Canned::html(page)
            .with_all(&[("cache-control", "public, max-age=9"), ("cdn-cache-control", "max-age=9")]);
        let mut response: Response<Body> = canned.response();
        response.extensions_mut().insert(BannerRendered);
        response
    });
    let visitors = Visitors::of(POLICY).await;
    in_process(ConsentLayer::new(Policy::from_toml(POLICY).unwrap()), site, async |way| {
        for cookie in visitors.all() {
            let reply = way.send(&Ask::get("/").with_all(&NAVIGATION).cookie(cookie)).await;
            reply.assert_nothing_inserted(page.as_bytes());
            assert_eq!(reply.header("cache-control"), "private, no-cache");
            assert!(reply.varies_on("cookie") && reply.lines("cdn-cache-control").is_empty());
        }
    })
    .await;
}

// H6, H7
#[tokio::test]
async fn what_was_fetched_of_a_page_and_what_was_opened_confirm_nothing_for_each_other() {
    let visitors = Visitors::of(POLICY).await;
    everywhere(POLICY, validating("\"v1\"", HTML), async |way| {
        for cookie in visitors.all() {
            let opens = Ask::get("/").with_all(&NAVIGATION).cookie(cookie);
            let fetches =
                ["empty", "iframe"].map(|to| Ask::get("/").with("sec-fetch-dest", to).cookie(cookie));
            let swaps = Ask::get("/").with("hx-request", "true").cookie(cookie);
            let opened = way.send(&opens).await;
            for part in fetches.into_iter().chain([swaps]) {
                let fetched = way.send(&part).await;
                assert!(fetched.body.len() < opened.body.len());
                // Nor by its date.
                assert!(fetched.lines("last-modified").is_empty());

                let again = way.send(&opens.clone().with("if-none-match", &fetched.header("etag"))).await;
                assert_eq!((again.status.as_u16(), &again.body), (200, &opened.body), "{part:?}");
                let other = way.send(&part.clone().with("if-none-match", &opened.header("etag"))).await;
                assert_eq!((other.status.as_u16(), &other.body), (200, &fetched.body), "{part:?}");

                let same = way.send(&part.clone().with("if-none-match", &fetched.header("etag"))).await;
                assert_eq!(same.status, 304);
                for name in ["etag", "cache-control", "vary"] {
                    assert_eq!(same.header(name), fetched.header(name), "{part:?}");
                }
                assert_eq!(same.header("cache-control"), "private, no-cache");
            }
        }
    })
    .await;
}
