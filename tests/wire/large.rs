//! Case I5: pages of any size.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{Router, body::Body};
use bytes::Bytes;
use http::{Response, header};
use http_body_util::StreamBody;
use hyper::body::Frame;

use crate::harness::{Ask, HTML, NAVIGATION, POLICY, Site, Through, Visitors};

const MEGABYTE: usize = 1 << 20;

/// How much of a page is made, at most, that nobody has read yet: what sockets and servers hold.
const AHEAD: usize = 16 * MEGABYTE;

const START: &str = "<!DOCTYPE html><body>";

const LINE: &str = "<p>All work and no play.</p>\n";

/// As many lines as are sent at once.
const LINES: usize = 2000;

const PIECES: usize = 100 * MEGABYTE / (LINES * LINE.len()) + 1;

const LENGTH: usize = START.len() + PIECES * LINES * LINE.len();

/// A page of 100 megabytes, and how much of it has been made.
fn large() -> (Router, Arc<AtomicUsize>) {
    let made = Arc::new(AtomicUsize::new(0));
    let shared = made.clone();
    let piece = Bytes::from(LINE.repeat(LINES));
    let site = Router::new().fallback(async move || {
        let (made, piece) = (shared.clone(), piece.clone());
        let frames = (0..=PIECES).map(move |number| {
            let data = if number == 0 { Bytes::from(START) } else { piece.clone() };
            made.fetch_add(data.len(), Ordering::SeqCst);
            Ok::<_, Infallible>(Frame::data(data))
        });
        let body = Body::new(StreamBody::new(tokio_stream::iter(frames)));
        Response::builder().header(header::CONTENT_TYPE, HTML).body(body).unwrap()
    });
    (site, made)
}

/// Compares what arrives with the lines that were sent, from the first line on.
#[derive(Default)]
struct Lines {
    /// What came before the first line.
    before: Vec<u8>,
    /// Bytes of lines that have come as they should.
    read: usize,
    /// What came after the last.
    after: Vec<u8>,
}

impl Lines {
    fn read(&mut self, mut data: &[u8]) {
        if self.read == 0 {
            self.before.extend_from_slice(data);
            let at = self.before.windows(LINE.len()).position(|window| window == LINE.as_bytes());
            let Some(at) = at else { return };
            let rest = self.before.split_off(at);
            self.lines(&rest);
            return;
        }
        let left = LENGTH - START.len() - self.read;
        if data.len() > left {
            self.after.extend_from_slice(&data[left..]);
            data = &data[..left];
        }
        self.lines(data);
    }

    fn lines(&mut self, data: &[u8]) {
        let mut data = data;
        while !data.is_empty() {
            let expected = &LINE.as_bytes()[self.read % LINE.len()..];
            let count = expected.len().min(data.len());
            assert!(data[..count] == expected[..count], "wrong at byte {}", self.read);
            self.read += count;
            data = &data[count..];
        }
    }
}

// I5
#[tokio::test]
async fn a_page_of_100_megabytes_flows_through_and_is_held_nowhere() {
    let (router, made) = large();
    let site = Site::start(POLICY, router).await;
    let visitors = Visitors::of(POLICY).await;
    let before = site.gateway().peak_memory();
    site.every_way(async |way| {
        // Only for those who have decided is the whole page searched, which takes its time in a build
        // without optimization.
        let is_searched = way.through == Through::Gateway && !way.is_http2();
        let cookie = if is_searched { &visitors.refusing } else { "" };
        made.store(0, Ordering::SeqCst);
        let mut answer = way.begin(&Ask::get("/").with_all(&NAVIGATION).cookie(cookie)).await;
        let (mut lines, mut count) = (Lines::default(), 0);
        while let Some(data) = answer.next().await {
            count += data.len();
            lines.read(&data);
            let ahead = made.load(Ordering::SeqCst).saturating_sub(count);
            assert!(ahead < AHEAD, "{ahead} bytes are held");
        }
        assert_eq!(START.len() + lines.read, LENGTH);
        let (before, after) =
            (String::from_utf8(lines.before).unwrap(), String::from_utf8(lines.after).unwrap());
        assert!(before.starts_with(START));
        assert_eq!(before.contains("id=\"cookie-consent\""), !is_searched);
        assert_eq!(after.contains("id=\"cookie-consent-settings\""), is_searched);
    })
    .await;
    if let (Some(before), Some(after)) = (before, site.gateway().peak_memory()) {
        let grown = after.saturating_sub(before);
        assert!(grown < AHEAD as u64, "the gateway has grown by {grown} bytes");
    }
}
