//! Cases G16 and I2: how a page is cut into frames changes nothing.

use std::convert::Infallible;

use axum::{Router, body::Body, extract::Request};
use bytes::Bytes;
use http::{Response, header};
use http_body::Frame;
use http_body_util::StreamBody;

use crate::{
    harness::{Ask, Connection, HTML, NAVIGATION, POLICY, Visitors, Way, everywhere, policy_with},
    splice::DOCUMENTS,
};

/// Where the tag that matters is the shortest on its way, so that every cut falls into something.
const TAGS: &[&str] = &[
    "<!DOCTYPE html><title>T</title><body class=\"a>b\" id='</body>'>y</body >",
    "<!--><body>--><head><script>'</body>'</script></head><body\n>y</body></html>",
    "\u{feff}<p title=\u{e9}>\u{1f36a}</p><!-- </body> --></body></html> \n",
];

/// Answers `/n` with the n-th document, cut where a field says: `at=7` once, `each=1` every byte.
fn cutting(documents: Vec<Bytes>) -> Router {
    Router::new().fallback(async move |request: Request| {
        let number: usize = request.uri().path()[1..].parse().unwrap();
        let document = documents[number].clone();
        let (how, count) = request.headers()["x-cut"].to_str().unwrap().split_once('=').unwrap();
        let count: usize = count.parse().unwrap();
        let frames: Vec<Bytes> = match how {
            "each" => document.chunks(count).map(|chunk| document.slice_ref(chunk)).collect(),
            // With an empty frame between, which is one more way to cut.
            _ => vec![document.slice(..count), Bytes::new(), document.slice(count..)],
        };
        let frames = frames.into_iter().map(|data| Ok::<_, Infallible>(Frame::data(data)));
        let body = Body::new(StreamBody::new(tokio_stream::iter(frames)));
        Response::builder().header(header::CONTENT_TYPE, HTML).body(body).unwrap()
    })
}

/// Every document comes out the same for a visitor, however it was cut.
async fn assert_cuts_change_nothing(way: Way, documents: &[Bytes], cookie: &str) {
    let mut connection = Connection::open(way).await;
    for (number, document) in documents.iter().enumerate() {
        let ask = |cut: &str| {
            Ask::get(&format!("/{number}")).with_all(&NAVIGATION).cookie(cookie).with("x-cut", cut)
        };
        let whole = way.send(&ask("at=0")).await;
        assert!(whole.body.len() > document.len());
        let cuts =
            (1..=document.len()).map(|at| format!("at={at}")).chain(["each=1".into(), "each=2".into()]);
        for cut in cuts {
            let (reply, next) = connection.begin(&ask(&cut)).await.finish().await;
            connection = next;
            assert!(reply.body == whole.body, "{cut}: {}\nfor {}", reply.text(), whole.text());
        }
    }
}

// G16, I2
#[tokio::test]
async fn every_cut_through_a_page_leaves_it_the_same() {
    let documents: Vec<Bytes> = TAGS.iter().map(|tag| Bytes::from_static(tag.as_bytes())).collect();
    let visitors = Visitors::of(POLICY).await;
    everywhere(POLICY, cutting(documents.clone()), async |way| {
        assert_cuts_change_nothing(way, &documents, "").await;
        assert_cuts_change_nothing(way, &documents, &visitors.refusing).await;
    })
    .await;
}

// G16, I2
#[tokio::test]
async fn every_cut_through_a_page_with_its_banner_at_the_end_leaves_it_the_same() {
    let documents: Vec<Bytes> = TAGS.iter().map(|tag| Bytes::from_static(tag.as_bytes())).collect();
    everywhere(&policy_with("placement = \"end\""), cutting(documents.clone()), async |way| {
        assert_cuts_change_nothing(way, &documents, "").await;
    })
    .await;
}

// G16
#[tokio::test]
async fn pages_in_frames_of_a_byte_are_what_they_are_in_one() {
    let documents: Vec<Bytes> =
        DOCUMENTS.iter().map(|(_, body)| Bytes::from_static(body.as_bytes())).collect();
    for policy in [POLICY.to_owned(), policy_with("placement = \"end\"")] {
        let visitors = Visitors::of(&policy).await;
        everywhere(&policy, cutting(documents.clone()), async |way| {
            for (number, (case, document)) in DOCUMENTS.iter().enumerate() {
                for (cookie, id) in [("", "cookie-consent"), (&visitors.refusing, "cookie-consent-settings")]
                {
                    let ask = Ask::get(&format!("/{number}")).with("x-cut", "each=1").with_all(&NAVIGATION);
                    let reply = way.send(&ask.cookie(cookie)).await;
                    assert!(reply.body.len() > document.len(), "{case}");
                    reply.assert_carries(id, document.as_bytes());
                }
            }
        })
        .await;
    }
}
