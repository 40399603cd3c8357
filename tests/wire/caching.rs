//! Section J: what caches are told. What caches then do is in the tests named `caches`.

use crate::harness::{
    Ask, Canned, NAVIGATION, PAGE, POLICY, Reply, Visitors, canned, everywhere, policy_with,
};

/// All that a site may say to caches, in fields that are and that are not standards.
const CACHEABLE: [(&str, &str); 11] = [
    ("cache-control", "public, max-age=600, s-maxage=60, immutable, stale-while-revalidate=30"),
    ("expires", "Thu, 01 Jan 2099 00:00:00 GMT"),
    ("pragma", "public"),
    ("surrogate-control", "max-age=60"),
    ("cdn-cache-control", "max-age=60"),
    ("cloudflare-cdn-cache-control", "max-age=60"),
    ("vercel-cdn-cache-control", "max-age=60"),
    ("netlify-cdn-cache-control", "max-age=60"),
    ("edge-control", "max-age=60"),
    ("x-accel-expires", "60"),
    ("vary", "Accept-Encoding"),
];

/// No cache but the visitor's own may keep it, and that one must ask before it shows it again.
fn assert_private(reply: &Reply, why: &str) {
    let cache = reply.header("cache-control");
    assert!(["private, no-cache", "private, no-store"].contains(&cache.as_str()), "{why}: {cache}");
    for (name, _) in CACHEABLE.iter().filter(|(name, _)| !["cache-control", "vary"].contains(name)) {
        assert!(reply.lines(name).is_empty(), "{why}: {name}");
    }
    assert!(reply.varies_on("cookie"), "{why}: {:?}", reply.lines("vary"));
}

// J1, J5
#[tokio::test]
async fn a_page_that_is_written_into_is_private_for_everyone() {
    let page = || Canned::html(PAGE).with_all(&CACHEABLE);
    let site = canned(vec![page(), page().status(404), page().with_length()]);
    for policy in [POLICY.to_owned(), policy_with("placement = \"end\"")] {
        let visitors = Visitors::of(&policy).await;
        everywhere(&policy, site.clone(), async |way| {
            for cookie in visitors.all() {
                for path in ["/0", "/1", "/2"] {
                    let reply = way.send(&Ask::get(path).with_all(&NAVIGATION).cookie(cookie)).await;
                    assert!(reply.body.len() > PAGE.len());
                    assert_private(&reply, cookie);
                    assert!(reply.varies_on("accept-encoding"));
                }
            }
        })
        .await;
    }
}

// J2
#[tokio::test]
async fn every_html_response_varies_on_cookie() {
    let html = || Canned::html(PAGE).with_all(&CACHEABLE);
    let site = canned(vec![
        html(),
        html().with("content-disposition", "attachment"),
        html().with("content-encoding", "exotic"),
        html().status(206).with("content-range", "bytes 0-9/10"),
        Canned::html("").status(304),
        html().with("cache-control", "no-transform"),
    ]);
    let visitors = Visitors::of(POLICY).await;
    everywhere(POLICY, site, async |way| {
        for cookie in visitors.all() {
            for path in ["/0", "/1", "/2", "/3", "/4", "/5", "/bare/0"] {
                for asks in [&NAVIGATION[..], &[], &[("hx-request", "true")], &[("sec-fetch-dest", "iframe")]]
                {
                    let reply = way.send(&Ask::get(path).with_all(asks).cookie(cookie)).await;
                    assert!(reply.varies_on("cookie"), "{path} {asks:?}: {:?}", reply.headers);
                }
            }
        }
    })
    .await;
}

// J4
#[tokio::test]
async fn what_is_no_page_keeps_what_it_says_to_caches() {
    let kinds = ["application/json", "text/css", "image/png", "text/plain"];
    let site =
        canned(kinds.map(|kind| Canned::new("{}").with("content-type", kind).with_all(&CACHEABLE)).to_vec());
    let visitors = Visitors::of(POLICY).await;
    everywhere(POLICY, site, async |way| {
        for number in 0..kinds.len() {
            for cookie in visitors.all() {
                let reply = way.send(&Ask::get(&format!("/{number}")).cookie(cookie)).await;
                for (name, value) in CACHEABLE {
                    assert_eq!(reply.lines(name), [value], "{name}");
                }
            }
        }
    })
    .await;
}

/// Things of any type in which there is something to gate.
fn gated() -> Vec<Canned> {
    let json = || Canned::new("{}").with("content-type", "application/json").with_all(&CACHEABLE);
    vec![
        json().with("set-cookie", "_ga=1"),
        json().with("x-analytics-id", "7"),
        json().with("nel", "{}"),
        Canned::new("x").with("content-type", "image/png").with_all(&CACHEABLE).with("set-cookie", "_fbp=1"),
        Canned::new("").status(302).with("location", "/").with_all(&CACHEABLE).with("set-cookie", "_ga=1"),
        Canned::new("").status(204).with_all(&CACHEABLE).with("set-cookie", "_ga=1"),
    ]
}

// J4, J5
#[tokio::test]
async fn a_response_in_which_something_was_withheld_or_let_pass_is_private() {
    let count = gated().len();
    let visitors = Visitors::of(POLICY).await;
    everywhere(POLICY, canned(gated()), async |way| {
        for number in 0..count {
            for cookie in visitors.all() {
                let reply = way.send(&Ask::get(&format!("/{number}")).cookie(cookie)).await;
                assert_private(&reply, &format!("{number} for {cookie:?}"));
            }
        }
    })
    .await;
}

/// Whether a shared cache may keep a response, however it reads the fields (RFC 9111, section 3).
fn may_be_shared(reply: &Reply) -> bool {
    let cache = reply.header("cache-control").to_ascii_lowercase();
    !["private", "no-store"].iter().any(|word| cache.contains(word))
}

// J6
#[tokio::test]
async fn what_differs_between_visitors_is_kept_for_none_of_them() {
    let mut responses = gated();
    responses.push(Canned::html(PAGE).with_all(&CACHEABLE).with("set-cookie", "_ga=1"));
    responses.push(Canned::html(PAGE).status(404));
    responses.push(Canned::html(PAGE).with("set-cookie", "_ga=1").with("content-disposition", "attachment"));
    responses.push(Canned::new("{}").with("content-type", "application/json").with_all(&CACHEABLE));
    let count = responses.len();
    let visitors = Visitors::of(POLICY).await;
    everywhere(POLICY, canned(responses), async |way| {
        let mut shared = 0;
        for number in 0..count {
            for asks in [&NAVIGATION[..], &[]] {
                let mut replies = Vec::new();
                for cookie in visitors.all() {
                    replies
                        .push(way.send(&Ask::get(&format!("/{number}")).with_all(asks).cookie(cookie)).await);
                }
                let seen = |reply: &Reply| (reply.body.clone(), reply.sets(), reply.lines("x-analytics-id"));
                let differs = replies.iter().any(|reply| seen(reply) != seen(&replies[0]));
                assert!(!differs || !replies.iter().any(may_be_shared), "{number}: {replies:?}");
                shared += replies.iter().filter(|reply| may_be_shared(reply)).count();
            }
        }
        assert!(shared >= 6, "what is the same for all stays shared");
    })
    .await;
}

// J7
#[tokio::test]
async fn a_page_from_before_a_decision_is_asked_for_again_and_never_confirmed() {
    let site = crate::metadata::validating("\"v1\"", crate::harness::HTML);
    everywhere(POLICY, site, async |way| {
        let before = way.get("/", &NAVIGATION).await;
        assert_eq!(before.header("cache-control"), "private, no-cache");
        let decision = way.send(&Ask::new("POST", "/cookie-consent").form("choice=accept")).await;
        assert_eq!(decision.status, 303);
        let cookie = decision.header("set-cookie");
        let cookie = cookie.split(';').next().unwrap();

        let page = Ask::get("/").with_all(&NAVIGATION).cookie(cookie);
        let conditions = before.lines("etag").into_iter().map(|tag| ("if-none-match", tag));
        let again = conditions.fold(page.clone(), |ask, (name, tag)| ask.with(name, &tag));
        for ask in [page, again] {
            let after = way.send(&ask).await;
            assert_eq!(after.status, 200);
            assert!(!after.has_banner());
            // It says that the decision is kept, which is true for a moment.
            assert_eq!(after.header("cache-control"), "private, no-store");
            assert!(after.lines("etag").is_empty());
        }
    })
    .await;
}
