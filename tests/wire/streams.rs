//! Section I: how bodies travel.

use std::convert::Infallible;

use axum::{Router, body::Body, extract::Request};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, header};
use http_body_util::{Full, StreamBody};
use hyper::body::Frame;

use crate::harness::{
    Ask, Canned, HTML, NAVIGATION, PAGE, POLICY, Visitors, canned, everywhere, inserted, policy_with, writing,
};

/// With the banner at either end.
fn placements() -> [String; 2] {
    [POLICY.to_owned(), policy_with("placement = \"end\"")]
}

// I1
#[tokio::test]
async fn the_first_piece_of_a_page_arrives_before_the_second_exists() {
    for policy in placements() {
        let is_at_start = policy == POLICY;
        let visitors = Visitors::of(&policy).await;
        let (site, writers) = writing(&[("content-type", HTML)]);
        everywhere(&policy, site, async |way| {
            for cookie in visitors.all() {
                let mut answer = way.begin(&Ask::get("/").with_all(&NAVIGATION).cookie(cookie)).await;
                let writer = writers.next().await;
                writer.write("<!DOCTYPE html><title>T</title>");
                answer.read_until("</title>").await;
                writer.write("<body><h1>First</h1>");
                let first = answer.read_until("<h1>First</h1>").await;
                let has_banner = first.contains("<section id=\"cookie-consent\"");
                assert_eq!(has_banner, is_at_start && cookie.is_empty(), "{first}");
                writer.write("<p>second</p>");
                answer.read_until("<p>second</p>").await;
                writer.write("<p>third</p></body></html>");
                drop(writer);
                let (rest, _) = answer.finish().await;
                assert!(rest.text().starts_with("<p>third</p>") && rest.text().ends_with("</body></html>"));
                assert_eq!(rest.text().contains("data-consent-ui"), !cookie.is_empty() || !is_at_start);
            }
        })
        .await;
    }
}

// I3
#[tokio::test]
async fn trailers_come_after_all_data_and_are_kept() {
    for policy in placements() {
        let visitors = Visitors::of(&policy).await;
        let (site, writers) = writing(&[("content-type", HTML)]);
        everywhere(&policy, site, async |way| {
            for cookie in visitors.all() {
                let ask = Ask::get("/").with_all(&NAVIGATION).cookie(cookie).with("te", "trailers");
                let ask = if way.is_http2() { ask } else { ask.with("connection", "te") };
                let answer = way.begin(&ask).await;
                let writer = writers.next().await;
                writer.write("<body>y");
                writer.write("</body>");
                writer.trail(HeaderMap::from_iter([(
                    "x-sum".parse().unwrap(),
                    HeaderValue::from_static("42"),
                )]));
                let (reply, _) = answer.finish().await;
                assert_eq!(reply.trailers.as_ref().unwrap()["x-sum"], "42");
                assert!(!inserted(b"<body>y</body>", &reply.body).bytes.is_empty());
            }
        })
        .await;
    }
}

// I7
#[tokio::test]
async fn empty_and_tiny_frames_in_any_number_are_one_page() {
    let page: &'static str = Box::leak(PAGE.replace("</h1>", &format!("{}</h1>", "x".repeat(2000))).into());
    let site = Router::new().fallback(async move || {
        let bytes = page.as_bytes().iter().flat_map(|byte| [vec![], vec![*byte], vec![]]);
        let frames = bytes.map(|data| Ok::<_, Infallible>(Frame::data(Bytes::from(data))));
        let body = Body::new(StreamBody::new(tokio_stream::iter(frames)));
        Response::builder().header(header::CONTENT_TYPE, HTML).body(body).unwrap()
    });
    for policy in placements() {
        everywhere(&policy, site.clone(), async |way| {
            way.get("/", &NAVIGATION).await.assert_banner(page.as_bytes());
        })
        .await;
    }
}

// I7
#[tokio::test]
async fn a_body_that_is_over_with_its_only_frame_still_gets_the_banner() {
    let pages = ["<p>y", "<body>", "y", "<!DOCTYPE html>"];
    let site = Router::new().fallback(async move |request: Request| {
        let number: usize = request.uri().path()[1..].parse().unwrap();
        // A `Full` says how long it is, and after its frame that it is over.
        let body = Body::new(Full::new(Bytes::from(pages[number])));
        Response::builder().header(header::CONTENT_TYPE, HTML).body(body).unwrap()
    });
    for policy in placements() {
        let visitors = Visitors::of(&policy).await;
        everywhere(&policy, site.clone(), async |way| {
            for (number, page) in pages.iter().enumerate() {
                let path = format!("/{number}");
                way.get(&path, &NAVIGATION).await.assert_banner(page.as_bytes());
                let ask = Ask::get(&path).with_all(&NAVIGATION).cookie(&visitors.refusing);
                way.send(&ask).await.assert_carries("cookie-consent-settings", page.as_bytes());
            }
        })
        .await;
    }
}

// I7
#[tokio::test]
async fn a_page_that_breaks_off_is_seen_to_and_what_came_before_arrives() {
    for policy in placements() {
        let visitors = Visitors::of(&policy).await;
        let (site, writers) = writing(&[("content-type", HTML)]);
        everywhere(&policy, site, async |way| {
            for cookie in visitors.all() {
                let mut answer = way.begin(&Ask::get("/").with_all(&NAVIGATION).cookie(cookie)).await;
                let writer = writers.next().await;
                writer.write("<body><p>whole</p>");
                answer.read_until("<p>whole</p>").await;
                writer.break_off();
                let rest = answer.until_broken().await;
                assert!(!rest.contains("data-consent-ui"), "{rest}");
            }
        })
        .await;
    }
}

// I8
#[tokio::test]
async fn a_visitor_who_leaves_ends_the_sites_body() {
    let visitors = Visitors::of(POLICY).await;
    for headers in [&[("content-type", HTML)], &[("content-type", "text/event-stream")]] {
        let (site, writers) = writing(headers);
        everywhere(POLICY, site, async |way| {
            for cookie in visitors.all() {
                let mut answer = way.begin(&Ask::get("/").with_all(&NAVIGATION).cookie(cookie)).await;
                let writer = writers.next().await;
                writer.write("<body><p>x</p>");
                answer.read_until("<p>x</p>").await;
                drop(answer);
                writer.is_left().await;
            }
        })
        .await;
    }
}

// I10
#[tokio::test]
async fn a_page_that_is_not_to_be_transformed_stays_and_its_head_is_gated() {
    let site = canned(vec![
        Canned::html(PAGE)
            .with_all(&[("cache-control", "public, No-Transform, max-age=9"), ("set-cookie", "_ga=1")])
            .with_length(),
    ]);
    let visitors = Visitors::of(POLICY).await;
    everywhere(POLICY, site, async |way| {
        for cookie in visitors.all() {
            let reply = way.send(&Ask::get("/0").with_all(&NAVIGATION).cookie(cookie)).await;
            reply.assert_nothing_inserted(PAGE.as_bytes());
            assert!(reply.header("cache-control").to_ascii_lowercase().contains("no-transform"));
            assert_eq!(reply.sets().len(), usize::from(cookie == visitors.accepting));
        }
    })
    .await;
}

/// A server asks for no more than the length that it has announced.
#[tokio::test]
async fn what_a_page_of_known_length_loads_is_in_the_report_where_it_is_only_watched() {
    const TRACKED: &str = "<!DOCTYPE html><title>T</title><script src=https://www.google-analytics.com/a.js></script>\
                           <img src=https://img.example.net/x.png></body>";
    let pieces: Router = Router::new().fallback(async || {
        let frames =
            TRACKED.as_bytes().chunks(20).map(|piece| Ok::<_, Infallible>(Frame::data(Bytes::from(piece))));
        let body = Body::new(StreamBody::new(tokio_stream::iter(frames)));
        let length = TRACKED.len();
        Response::builder()
            .header(header::CONTENT_TYPE, HTML)
            .header(header::CONTENT_LENGTH, length)
            .body(body)
            .unwrap()
    });
    let whole = canned(vec![Canned::html(TRACKED).with_length()]);
    for site in [whole, pieces] {
        everywhere(&policy_with("enforcement = \"observe\""), site, async |way| {
            let page = way.send(&Ask { host: "localhost", ..Ask::get("/0").with_all(&NAVIGATION) }).await;
            assert_eq!(page.headers[header::CONTENT_LENGTH], TRACKED.len().to_string());
            let ask = Ask {
                host: "localhost",
                ..Ask::get("/cookie-consent/report").with("accept", "application/json")
            };
            let report = way.send(&ask).await.text();
            for origin in ["https://www.google-analytics.com", "https://img.example.net"] {
                assert!(report.contains(origin), "{origin}: {report}");
            }
        })
        .await;
    }
}
