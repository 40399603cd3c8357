//! Section J, pages that all visitors share: `delivery = "shared"` and `"auto"`.

use crate::{
    harness::{
        Ask, Canned, HTML, NAVIGATION, PAGE, Reply, Visitors, canned, everywhere, inserted, outline,
        policy_with,
    },
    metadata::validating,
};

const CACHEABLE: [(&str, &str); 5] = [
    ("cache-control", "public, max-age=600"),
    ("surrogate-control", "max-age=60"),
    ("cdn-cache-control", "max-age=60"),
    ("vary", "Accept-Encoding"),
    ("set-cookie", "_ga=1"),
];

/// What a cache would keep of a reply.
fn kept(reply: &Reply) -> (http::HeaderMap, bytes::Bytes) {
    let mut headers = reply.headers.clone();
    headers.remove("date");
    (headers, reply.body.clone())
}

// J1
#[tokio::test]
async fn everybody_gets_the_same_page_and_caches_are_told_what_the_site_says() {
    for delivery in ["shared", "auto"] {
        let policy = policy_with(&format!("delivery = \"{delivery}\""));
        let visitors = Visitors::of(&policy).await;
        let site = canned(vec![Canned::html(PAGE).with_all(&CACHEABLE)]);
        everywhere(&policy, site, async |way| {
            let first = way.get("/0", &NAVIGATION).await;
            for (name, value) in CACHEABLE.iter().filter(|(name, _)| *name != "set-cookie") {
                assert_eq!(first.lines(name), [*value], "{name}");
            }
            assert!(first.sets().is_empty());
            for cookie in visitors.all() {
                for more in [("accept-language", "fr"), ("sec-gpc", "1"), ("user-agent", "another")] {
                    let ask = Ask::get("/0").with_all(&NAVIGATION).cookie(cookie).with_all(&[more]);
                    assert_eq!(kept(&way.send(&ask).await), kept(&first), "{delivery} {cookie} {more:?}");
                }
            }
        })
        .await;
    }
}

// G6, G13
#[tokio::test]
async fn a_shared_page_is_the_sites_with_a_banner_that_is_hidden_and_names_no_visitor() {
    let policy = policy_with("delivery = \"shared\"");
    everywhere(&policy, canned(vec![Canned::html(PAGE)]), async |way| {
        let reply = way.get("/0?secret", &NAVIGATION).await;
        let own = outline(&reply.body);
        assert_eq!(own.tree, outline(PAGE.as_bytes()).tree);
        assert!(own.own.iter().all(|(_, parent)| parent == "body"), "{:?}", own.own);
        assert!(own.own.iter().any(|(ids, _)| ids == &["cookie-consent"]));
        assert!(!reply.text().contains("secret"));
        let banner = reply.text().split_once("<section id=\"cookie-consent\"").unwrap().1.to_owned();
        assert!(banner.split_once('>').unwrap().0.contains(" hidden"));
    })
    .await;
}

// H7
#[tokio::test]
async fn a_shared_page_is_confirmed_to_everyone_by_its_tag() {
    for delivery in ["shared", "auto"] {
        let policy = policy_with(&format!("delivery = \"{delivery}\""));
        let visitors = Visitors::of(&policy).await;
        everywhere(&policy, validating("\"v1\"", HTML), async |way| {
            let first = way.get("/", &NAVIGATION).await;
            assert_ne!(first.header("etag"), "\"v1\"");
            for cookie in visitors.all() {
                let page = Ask::get("/").with_all(&NAVIGATION).cookie(cookie);
                let known = way.send(&page.clone().with("if-none-match", &first.header("etag"))).await;
                assert_eq!(known.status, 304);
                for name in ["etag", "cache-control", "vary"] {
                    assert_eq!(known.header(name), first.header(name), "{name}");
                }
                let before = way.send(&page.with("if-none-match", "\"v1\"")).await;
                assert_eq!((before.status.as_u16(), &before.body), (200, &first.body));
            }
        })
        .await;
    }
}

// J5
#[tokio::test]
async fn under_auto_a_page_that_is_not_for_all_is_private() {
    let policy = policy_with("delivery = \"auto\"");
    let visitors = Visitors::of(&policy).await;
    let says = ["no-cache", "private, max-age=600", "max-age=0", ""];
    let site = canned(says.map(|says| Canned::html(PAGE).with("cache-control", says)).to_vec());
    everywhere(&policy, site, async |way| {
        for (number, says) in says.iter().enumerate() {
            for cookie in visitors.all() {
                let ask = Ask::get(&format!("/{number}")).with_all(&NAVIGATION).cookie(cookie);
                let reply = way.send(&ask).await;
                assert_eq!(reply.header("cache-control"), "private, no-cache", "{says}");
                assert!(reply.varies_on("cookie"));
                assert_eq!(reply.has_banner(), cookie.is_empty());
                assert!(!inserted(PAGE.as_bytes(), &reply.body).text().contains(" hidden"));
            }
        }
    })
    .await;
}
