//! Section F: which responses are pages.

use axum::{Router, body::Body, extract::Request};
use http::Response;
use tower::{Layer, service_fn};
use tower_consent::{ConsentLayer, Policy};

use crate::harness::{
    Ask, Canned, NAVIGATION, PAGE, POLICY, Visitors, assert_unchanged, canned, everywhere, in_process,
};

/// Says which of some request fields have come in.
pub(crate) fn telling(names: &'static [&'static str]) -> Router {
    Router::new().fallback(move |request: Request| async move {
        let seen = names.iter().filter(|name| request.headers().contains_key(**name));
        Response::new(Body::from(seen.copied().collect::<Vec<_>>().join(" ")))
    })
}

fn layer() -> ConsentLayer {
    ConsentLayer::new(Policy::from_toml(POLICY).unwrap())
}

// F1
#[tokio::test]
async fn html_in_any_spelling_carries_the_banner() {
    let kinds = [
        "text/html",
        "Text/HTML; Charset=UTF-8",
        "text/html;charset=iso-8859-1",
        "text/html; charset=windows-1252",
        "text/html ; charset=\"utf-8\"",
        "application/xhtml+xml",
    ];
    let site = canned(kinds.map(|kind| Canned::new(PAGE).with("content-type", kind)).to_vec());
    everywhere(POLICY, site, async |way| {
        for (number, kind) in kinds.iter().enumerate() {
            let reply = way.get(&format!("/{number}"), &[]).await;
            assert!(reply.has_banner(), "{kind}");
            assert_eq!(reply.header("content-type"), *kind);
        }
    })
    .await;
}

// F2, H3
#[tokio::test]
async fn what_is_not_html_stays_as_it_is_in_every_field() {
    let mut responses = Vec::new();
    for kind in [
        "application/json",
        "text/html-patch+json",
        "text/htmlx",
        "text/plain",
        "image/svg+xml",
        "image/png",
        "text/css",
        "",
    ] {
        let response = Canned::new(PAGE)
            .with_all(&[("etag", "\"v1\""), ("last-modified", "Thu, 01 Jan 2026 00:00:00 GMT")])
            .with_all(&[("cache-control", "public, max-age=600"), ("vary", "Accept-Encoding")])
            .with_all(&[
                ("accept-ranges", "bytes"),
                ("set-cookie", "sid=1"),
                ("set-cookie", "own=1; Path=/"),
            ]);
        let response = if kind.is_empty() { response } else { response.with("content-type", kind) };
        responses.extend([response.clone(), response.with_length()]);
    }
    let count = responses.len();
    let visitors = Visitors::of(POLICY).await;
    everywhere(POLICY, canned(responses), async |way| {
        for number in 0..count {
            for (method, cookie) in ["GET", "HEAD", "POST"].into_iter().zip(visitors.all()) {
                let ask = Ask::new(method, &format!("/{number}")).with_all(&NAVIGATION).cookie(cookie);
                assert_unchanged(way, &ask).await;
            }
        }
    })
    .await;
}

// F3
#[tokio::test]
async fn page_requests_ask_the_site_for_no_encoding() {
    everywhere(POLICY, telling(&["accept-encoding"]), async |way| {
        let encoding = ("accept-encoding", "gzip, br");
        let page = Ask::get("/").with_all(&NAVIGATION).with_all(&[encoding]);
        assert_eq!(way.send(&page).await.text(), "");
        let image = [("sec-fetch-dest", "image"), encoding];
        assert_eq!(way.get("/", &image).await.text(), "accept-encoding", "an image may be encoded");
    })
    .await;
}

// F3
#[tokio::test]
async fn an_encoding_that_changes_nothing_is_no_encoding() {
    let site = canned(vec![Canned::html(PAGE).with("content-encoding", "identity")]);
    everywhere(POLICY, site, async |way| {
        way.get("/0", &NAVIGATION).await.assert_banner(PAGE.as_bytes());
    })
    .await;
}

// F3
#[tokio::test]
async fn a_page_in_an_encoding_nobody_reads_stays_and_its_head_is_gated() {
    let site = canned(vec![
        Canned::html(PAGE).with("content-encoding", "exotic").with("set-cookie", "_ga=1").with("nel", "{}"),
    ]);
    everywhere(POLICY, site, async |way| {
        let reply = way.get("/0", &NAVIGATION).await;
        reply.assert_nothing_inserted(PAGE.as_bytes());
        assert_eq!(reply.header("content-encoding"), "exotic");
        assert!(reply.sets().is_empty() && reply.lines("nel").is_empty(), "{:?}", reply.headers);
    })
    .await;
}

// F4
#[tokio::test]
async fn a_page_to_be_saved_stays_as_it_is() {
    let kinds = ["attachment; filename=x.html", "ATTACHMENT", "attachment"];
    let site = canned(kinds.map(|kind| Canned::html(PAGE).with("content-disposition", kind)).to_vec());
    everywhere(POLICY, site, async |way| {
        for number in 0..kinds.len() {
            let reply = way.get(&format!("/{number}"), &NAVIGATION).await;
            reply.assert_nothing_inserted(PAGE.as_bytes());
        }
    })
    .await;
    let site = canned(vec![Canned::html(PAGE).with("content-disposition", "inline; filename=x.html")]);
    everywhere(POLICY, site, async |way| assert!(way.get("/0", &NAVIGATION).await.has_banner())).await;
}

// F5
#[tokio::test]
async fn parts_of_a_page_stay_as_they_are() {
    let part = || Canned::html("<body><p>").with("content-range", "bytes 0-8/99");
    let parts = [
        part().status(206).with("etag", "\"v1\""),
        part().status(200),
        Canned::html(PAGE).status(206),
        Canned::html(PAGE).status(416).with("content-range", "bytes */99"),
    ];
    let count = parts.len();
    everywhere(POLICY, canned(parts.to_vec()), async |way| {
        for number in 0..count {
            for headers in [&NAVIGATION[..], &[("range", "bytes=0-8")]] {
                let path = format!("/{number}");
                let with = way.get(&path, headers).await;
                let without = way.without_layer().get(&path, headers).await;
                assert_eq!((with.status, &with.body), (without.status, &without.body));
                for field in ["content-range", "content-length", "etag"] {
                    assert_eq!(with.lines(field), without.lines(field), "{number} {field}");
                }
            }
        }
    })
    .await;
}

// F6
#[tokio::test]
async fn what_has_no_body_gets_none() {
    let statuses = [204, 205, 304];
    let site = canned(statuses.map(|status| Canned::html("").status(status)).to_vec());
    let visitors = Visitors::of(POLICY).await;
    everywhere(POLICY, site, async |way| {
        for (number, status) in statuses.iter().enumerate() {
            for cookie in visitors.all() {
                let path = format!("/{number}");
                let ask = Ask::get(&path).with_all(&NAVIGATION).cookie(cookie);
                if way.is_http2() {
                    let reply = way.send(&ask).await;
                    assert_eq!((reply.status.as_u16(), reply.text().as_str()), (*status, ""));
                    continue;
                }
                // To the end of the connection, for no length tells where the body would begin.
                let answer = way.begin(&ask.with("connection", "close")).await;
                assert_eq!(answer.status, *status);
                assert!(["", "0"].contains(
                    &answer.headers.get("content-length").map_or("", |length| length.to_str().unwrap())
                ));
                let (reply, connection) = answer.finish().await;
                assert_eq!(reply.text(), "");
                connection.assert_closes().await;
            }
        }
    })
    .await;
}

/// Pages as they come, none of which is a fragment.
const DOCUMENTS: [&str; 14] = [
    "\u{feff}<!DOCTYPE html><title>x</title><body>y",
    " \r\n\t<!DOCTYPE html><html><head><title>x</title></head><body>y</body></html>",
    "<!-- first --><!DOCTYPE html><html><body>y</body></html>",
    "\u{feff}<!-- <body> --> <!doctype html><html><body>y</body></html>",
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><!DOCTYPE html><html xmlns=\"http://www.w3.org/1999/xhtml\"><body>y</body></html>",
    "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01 Transitional//EN\" \"http://www.w3.org/TR/html4/loose.dtd\"><html><body>y</body></html>",
    "<!DOCTYPE html SYSTEM \"about:legacy-compat\"><html><body>y</body></html>",
    "<head><title>x</title></head><body>y",
    "<html><body>y",
    "<!DOCTYPE html><title>x</title><p>y",
    "<!DOCTYPE html><meta charset=utf-8><title>x</title>y",
    "<!doctype html><html lang=en><title>x</title><main>y</main>",
    "<!DOCTYPE html><title>x</title><link rel=icon href=/i><h1>y</h1>",
    "<!DOCTYPE html><title>x</title>\n<script>1</script>\n<p>y",
];

// F13, F14, F15
#[tokio::test]
async fn documents_are_known_by_what_browsers_make_of_them() {
    let site = canned(DOCUMENTS.map(Canned::html).to_vec());
    let aged = Visitors::of(POLICY).await;
    everywhere(POLICY, site, async |way| {
        for (number, document) in DOCUMENTS.iter().enumerate() {
            let path = format!("/{number}");
            way.get(&path, &NAVIGATION).await.assert_banner(document.as_bytes());
            for cookie in aged.decided() {
                let reply = way.get(&path, &[("cookie", cookie)]).await;
                reply.assert_carries("cookie-consent-settings", document.as_bytes());
            }
        }
    })
    .await;
}

// F17, F20
#[tokio::test]
async fn a_layer_applied_twice_asks_once() {
    for policy in [POLICY.to_owned(), crate::harness::policy_with("placement = \"end\"")] {
        let layer = || ConsentLayer::new(Policy::from_toml(&policy).unwrap());
        let visitors = Visitors::of(&policy).await;
        let site = canned(vec![Canned::html(PAGE)]).layer(layer());
        in_process(layer(), site, async |way| {
            way.get("/0", &NAVIGATION).await.assert_banner(PAGE.as_bytes());
            for cookie in visitors.decided() {
                let reply = way.get("/0", &[("cookie", cookie)]).await;
                reply.assert_carries("cookie-consent-settings", PAGE.as_bytes());
            }
        })
        .await;
    }
}

// F18
#[tokio::test]
async fn a_page_that_mentions_the_banner_still_gets_it() {
    let pages = [
        "<!DOCTYPE html><title>x</title><body><p>Our element has the id cookie-consent.</p>",
        "<!DOCTYPE html><title>x</title><!-- <section id=\"cookie-consent\"> --><body><p>y",
        "<!DOCTYPE html><title>x</title><script>'<section id=\"cookie-consent\" data-consent-ui>'</script><body>y",
        "<!DOCTYPE html><title>x</title><body><pre>&lt;section id=\"cookie-consent\" data-consent-ui></pre>",
        "<!DOCTYPE html><title>x</title><body class=\"cookie-consent\"><p title='id=\"cookie-consent\"'>y",
    ];
    everywhere(POLICY, canned(pages.map(Canned::html).to_vec()), async |way| {
        for (number, page) in pages.iter().enumerate() {
            way.get(&format!("/{number}"), &NAVIGATION).await.assert_banner(page.as_bytes());
        }
    })
    .await;
}

// F21
#[tokio::test]
async fn a_page_that_answers_a_form_carries_the_banner() {
    let statuses = [200, 201, 400, 403, 404, 422, 500, 503];
    let site = canned(statuses.map(|status| Canned::html(PAGE).status(status)).to_vec());
    everywhere(POLICY, site, async |way| {
        for (number, status) in statuses.iter().enumerate() {
            for method in ["POST", "PUT"] {
                let ask = Ask::new(method, &format!("/{number}")).with_all(&NAVIGATION).form("name=");
                let reply = way.send(&ask).await;
                assert_eq!(reply.status, *status);
                reply.assert_banner(PAGE.as_bytes());
            }
        }
    })
    .await;
}

// F20
#[tokio::test]
async fn two_layers_of_different_services_ask_once() {
    let inner =
        service_fn(|_: Request| async { Ok::<_, std::convert::Infallible>(Canned::html(PAGE).response()) });
    let site = Router::new().fallback_service(layer().layer(inner));
    in_process(layer(), site, async |way| {
        way.get("/", &NAVIGATION).await.assert_banner(PAGE.as_bytes());
    })
    .await;
}
