//! Cases F3 and I9: pages that travel compressed.

use std::future::ready;

use axum::body::Body;
use bytes::Bytes;
use http::{Request, Response, header};
use http_body_util::BodyExt;
use tower::{ServiceExt, service_fn};
use tower_consent::{ConsentLayer, Policy};
use tower_http::{compression::CompressionLayer, decompression::Decompression};

use crate::harness::{
    Ask, Canned, HTML, NAVIGATION, PAGE, POLICY, Reply, Site, Visitors, canned, everywhere, policy_with,
    writing,
};

const CODINGS: [&str; 4] = ["gzip", "deflate", "br", "zstd"];

/// A page that is long enough to be compressed.
fn long_page() -> String {
    PAGE.replace("</h1>", &format!("</h1>{}", "<p>All work and no play.</p>\n".repeat(200)))
}

/// A body in a coding, as another layer makes it.
async fn encoded(body: String, coding: &str) -> Bytes {
    let site = canned(vec![Canned::html(body)]).layer(CompressionLayer::new());
    let request = Request::get("/0").header(header::ACCEPT_ENCODING, coding).body(Body::empty()).unwrap();
    let response = site.oneshot(request).await.unwrap();
    assert_eq!(response.headers()[header::CONTENT_ENCODING], coding);
    response.into_body().collect().await.unwrap().to_bytes()
}

/// The reply as a browser reads it.
async fn decoded(reply: &Reply) -> Reply {
    let (coding, body) = (reply.header("content-encoding"), reply.body.clone());
    let service = service_fn(move |_: Request<Body>| {
        let response = Response::builder().header(header::CONTENT_ENCODING, &coding);
        ready(response.body(Body::from(body.clone())))
    });
    let response = Decompression::new(service).oneshot(Request::new(Body::empty())).await.unwrap();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    Reply { status: reply.status, headers: reply.headers.clone(), body, trailers: None }
}

// I9
#[tokio::test]
async fn compression_around_the_layer_compresses_the_banner_too() {
    for policy in [POLICY.to_owned(), policy_with("placement = \"end\"")] {
        let layer = ConsentLayer::new(Policy::from_toml(&policy).unwrap());
        let site = canned(vec![Canned::html(PAGE), Canned::html(PAGE).with_length()]);
        let site = Site::plain(site.layer(layer).layer(CompressionLayer::new())).await;
        site.every_way(async |way| {
            for path in ["/0", "/1"] {
                for coding in CODINGS {
                    let ask = Ask::get(path).with_all(&NAVIGATION).with("accept-encoding", coding);
                    let reply = way.send(&ask).await;
                    assert_eq!(reply.header("content-encoding"), coding);
                    assert!(reply.varies_on("accept-encoding") && reply.varies_on("cookie"));
                    decoded(&reply).await.assert_banner(PAGE.as_bytes());
                }
            }
        })
        .await;
    }
}

// I9
#[tokio::test]
async fn compression_inside_the_layer_leaves_pages_to_it_and_compresses_the_rest() {
    let page = long_page();
    let site = canned(vec![
        Canned::html(page.clone()),
        Canned::new(page.clone()).with("content-type", "text/plain"),
        Canned::html(page.clone()),
    ]);
    everywhere(POLICY, site.layer(CompressionLayer::new()), async |way| {
        let encoding = ("accept-encoding", "gzip");
        let opened = way.send(&Ask::get("/0").with_all(&NAVIGATION).with_all(&[encoding])).await;
        opened.assert_banner(page.as_bytes());
        assert_eq!(opened.header("content-encoding"), "");
        let text = way.get("/1", &[encoding, ("sec-fetch-dest", "empty")]).await;
        assert_eq!(text.header("content-encoding"), "gzip");
        assert_eq!(decoded(&text).await.body, page.as_bytes());
        // A part of a page is gated too.
        let part = way.get("/2", &[encoding, ("hx-request", "true")]).await;
        assert_eq!(part.header("content-encoding"), "");
        assert_eq!(part.body, page.as_bytes());
    })
    .await;
}

// F3, H1
#[tokio::test]
async fn a_page_that_comes_compressed_all_the_same_is_decompressed_and_carries_the_banner() {
    let page = long_page();
    let mut responses = Vec::new();
    for coding in CODINGS {
        let body = encoded(page.clone(), coding).await;
        responses.push(
            Canned::html(body)
                .with_all(&[("content-encoding", coding), ("etag", "\"v1\""), ("set-cookie", "_ga=1")])
                .with_length(),
        );
    }
    let visitors = Visitors::of(POLICY).await;
    everywhere(POLICY, canned(responses), async |way| {
        for (number, coding) in CODINGS.iter().enumerate() {
            for cookie in visitors.all() {
                let ask = Ask::get(&format!("/{number}")).with_all(&NAVIGATION).cookie(cookie);
                let reply = way.send(&ask.with("accept-encoding", coding)).await;
                assert_eq!(reply.header("content-encoding"), "", "{coding}");
                let id = if cookie.is_empty() { "cookie-consent" } else { "cookie-consent-settings" };
                reply.assert_carries(id, page.as_bytes());
                assert_eq!(reply.sets().len(), usize::from(cookie == visitors.accepting));
            }
        }
    })
    .await;
}

// F3
#[tokio::test]
async fn a_page_that_is_cut_off_within_its_coding_does_not_look_whole() {
    let body = encoded(long_page(), "gzip").await;
    let (site, writers) = writing(&[("content-type", HTML), ("content-encoding", "gzip")]);
    everywhere(POLICY, site, async |way| {
        let answer = way.begin(&Ask::get("/").with_all(&NAVIGATION)).await;
        let writer = writers.next().await;
        writer.write(body.slice(..body.len() / 2));
        drop(writer);
        answer.until_broken().await;
    })
    .await;
}
