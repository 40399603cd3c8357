//! Cases F19 and F23: what the site leaves out.

use tower_consent::{ConsentLayer, Policy};

use crate::{
    eligibility::telling,
    harness::{
        Ask, Canned, NAVIGATION, PAGE, POLICY, Visitors, assert_unchanged, canned, everywhere, in_process,
    },
};

fn layer() -> ConsentLayer {
    ConsentLayer::new(Policy::from_toml(POLICY).unwrap())
}

/// A page that sets what is gated.
fn tracking() -> Canned {
    Canned::html(PAGE)
        .with_all(&[("set-cookie", "_ga=1"), ("set-cookie", "sid=1"), ("x-analytics-id", "7")])
        .with_all(&[("etag", "\"v1\""), ("cache-control", "public, max-age=9")])
}

// F19, H3
#[tokio::test]
async fn an_excluded_path_is_left_alone_both_ways() {
    let visitors = Visitors::of(POLICY).await;
    everywhere(POLICY, canned(vec![tracking(), tracking().with_length()]), async |way| {
        for cookie in visitors.all() {
            for path in ["/excluded/0", "/excluded/1"] {
                for method in ["GET", "HEAD", "POST"] {
                    assert_unchanged(way, &Ask::new(method, path).with_all(&NAVIGATION).cookie(cookie)).await;
                }
            }
        }
        assert!(way.get("/0", &NAVIGATION).await.has_banner());
    })
    .await;

    let names = &["cookie", "accept-encoding", "if-none-match", "if-modified-since", "range"];
    everywhere(POLICY, telling(names), async |way| {
        let ask = Ask::get("/excluded/x").with_all(&NAVIGATION).cookie("_ga=1");
        let ask = ask.with_all(&[("accept-encoding", "gzip"), ("if-none-match", "\"v1\"")]);
        let ask =
            ask.with_all(&[("if-modified-since", "Thu, 01 Jan 2026 00:00:00 GMT"), ("range", "bytes=0-")]);
        assert_eq!(way.send(&ask).await.text(), names.join(" "));
    })
    .await;
}

// F19
#[tokio::test]
async fn what_a_closure_excludes_is_left_alone() {
    let layer = layer().exclude_when(|parts| parts.uri.query() == Some("raw"));
    in_process(layer, canned(vec![tracking()]), async |way| {
        assert_unchanged(way, &Ask::get("/0?raw").with_all(&NAVIGATION)).await;
        assert!(way.get("/0", &NAVIGATION).await.has_banner());
    })
    .await;
}

// F19
#[tokio::test]
async fn a_path_without_banner_is_gated_all_the_same() {
    let visitors = Visitors::of(POLICY).await;
    everywhere(POLICY, canned(vec![tracking()]), async |way| {
        for cookie in visitors.all() {
            let reply = way.send(&Ask::get("/bare/0").with_all(&NAVIGATION).cookie(cookie)).await;
            assert!(!reply.has_banner());
            let is_accepting = cookie == visitors.accepting;
            let expected = if is_accepting { &["_ga", "sid"][..] } else { &["sid"] };
            assert_eq!(reply.sets(), expected);
            assert_eq!(reply.lines("x-analytics-id").len(), usize::from(is_accepting));
        }
    })
    .await;
}

// F23
#[tokio::test]
async fn a_closure_spares_some_clients_the_banner_and_not_the_gate() {
    let layer = layer().banner_when(|parts| {
        let agent = parts.headers.get("user-agent").map_or("", |agent| agent.to_str().unwrap_or_default());
        !agent.contains("Turbo Native") && !agent.contains("Examplebot")
    });
    in_process(layer, canned(vec![tracking()]), async |way| {
        for agent in ["App (Turbo Native iOS)", "Examplebot/1.0"] {
            let reply = way.send(&Ask::get("/0").with_all(&NAVIGATION).with("user-agent", agent)).await;
            reply.assert_nothing_inserted(PAGE.as_bytes());
            assert_eq!(reply.sets(), ["sid"]);
        }
        let reply = way.send(&Ask::get("/0").with_all(&NAVIGATION).with("user-agent", "Mozilla/5.0")).await;
        assert!(reply.has_banner());
    })
    .await;
}
