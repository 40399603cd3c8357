//! A page of any length: it passes in constant memory, from its first piece on.

use std::{
    convert::Infallible,
    iter::once,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{Router, body::Body, http::header, response::IntoResponse, routing::get, serve::ListenerExt};
use bytes::{Buf, Bytes};
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use tokio::{
    net::TcpListener,
    sync::{Notify, mpsc},
    time::timeout,
};
use tokio_stream::wrappers::ReceiverStream;

use crate::{POLICY, crowd::Crowd, footprint::Footprint, program::Gateway, visitor::State};

const BEFORE: &str = "<!DOCTYPE html><html lang=en><title>Long</title><body>";
const AFTER: &str = "</body></html>";
const PIECE: usize = 64 * 1024;

/// How much more the gateway may take than before, in KiB: what sockets and windows hold.
const GROWTH: u64 = 4 * 1024;

const PATIENCE: Duration = Duration::from_secs(60);

/// The pieces of the page: markup, with what looks like its end and is not.
fn pieces(count: usize) -> impl Iterator<Item = Bytes> {
    let line = "<p class=\"c\">News &amp; more <!-- </body> --><a href='/?a=</body>'>read</a></p>\n";
    let filler = line.repeat(PIECE / line.len());
    let middle = (0..count).map(move |number| format!("<h2>{number:06}</h2>{filler}").into());
    once(Bytes::from(BEFORE)).chain(middle).chain(once(Bytes::from(AFTER)))
}

/// The site, which writes more once the first piece has arrived.
async fn start_site(count: usize, has_arrived: Arc<Notify>) -> String {
    let page = async move || {
        let (sender, body) = mpsc::channel(1);
        tokio::spawn(async move {
            for (number, piece) in pieces(count).enumerate() {
                if number == 2 {
                    has_arrived.notified().await;
                }
                if sender.send(Ok::<Bytes, Infallible>(piece)).await.is_err() {
                    return;
                }
            }
        });
        ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], Body::from_stream(ReceiverStream::new(body)))
            .into_response()
    };
    let router = Router::new().route("/short", get(async || "short")).route("/long", get(page));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    // Else each piece waits for the acknowledgement of the one before.
    let listener = listener.tap_io(|stream| stream.set_nodelay(true).unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

/// More than the layer inserts in one place.
const EDGE: usize = 16 * 1024;

/// What has come, compared with what the site wrote: at both ends without what the layer inserted.
struct Comparison<I> {
    site: I,
    piece: Bytes,
    length: usize,
    held: Vec<u8>,
    is_started: bool,
}

impl<I: Iterator<Item = Bytes>> Comparison<I> {
    fn new(site: I) -> Self {
        Self { site, piece: Bytes::new(), length: 0, held: Vec::new(), is_started: false }
    }

    fn add(&mut self, data: &[u8], state: State) {
        self.held.extend_from_slice(data);
        if !self.is_started && self.held.len() >= EDGE {
            self.is_started = true;
            let inserted: &[[&str; 2]] = match state {
                State::Undecided => &[["<section id=\"cookie-consent\"", "</section>"]],
                // For a moment after the answer there is a confirmation.
                State::Accepted | State::Rejected => &[["<section data-consent-ui", "</section>"]],
            };
            self.without(inserted);
        }
        if let Some(passed) = self.held.len().checked_sub(EDGE).filter(|_| self.is_started) {
            let passed: Vec<u8> = self.held.drain(..passed).collect();
            self.compare(&passed);
        }
    }

    /// The length of what the site wrote, all of which has come.
    fn end(mut self, state: State) -> usize {
        if state != State::Undecided {
            self.without(&[["<section data-consent-ui", "</section>"]]);
        }
        let rest = std::mem::take(&mut self.held);
        self.compare(&rest);
        assert!(self.piece.is_empty() && self.site.next().is_none(), "it ends after {}", self.length);
        self.length
    }

    fn without(&mut self, inserted: &[[&str; 2]]) {
        let text = String::from_utf8(std::mem::take(&mut self.held)).unwrap();
        let [[open, close]] = inserted else { unreachable!("one place") };
        let start = text.find(open).unwrap_or_else(|| panic!("no {open} in {text:.2000}"));
        let end = start + text[start..].find(close).unwrap() + close.len();
        self.held.extend_from_slice(&text.as_bytes()[..start]);
        self.held.extend_from_slice(&text.as_bytes()[end..]);
    }

    fn compare(&mut self, mut data: &[u8]) {
        while !data.is_empty() {
            if self.piece.is_empty() {
                self.piece = self.site.next().expect("no more than the site wrote");
            }
            let (common, rest) = data.split_at(data.len().min(self.piece.len()));
            assert!(self.piece.starts_with(common), "other bytes after {}", self.length);
            self.piece.advance(common.len());
            self.length += common.len();
            data = rest;
        }
    }
}

async fn a_long_page_passes(arguments: &[&str], count: usize) {
    for state in [State::Undecided, State::Rejected] {
        let has_arrived = Arc::new(Notify::new());
        let address = start_site(count, has_arrived.clone()).await;
        let gateway = Gateway::start(POLICY, &address, arguments);
        let cookie = Crowd::new(&gateway).await.cookie(state).to_owned();
        let get = async |path: &str| {
            let request = Request::get(gateway.url(path)).header(header::COOKIE, &cookie);
            let client = Client::builder(TokioExecutor::new()).build_http();
            client.request(request.body(Full::<Bytes>::default()).unwrap()).await.unwrap()
        };
        let short = get("/short").await.into_body().collect().await.unwrap();
        assert_eq!(short.to_bytes(), "short");

        let before = Footprint::of(&gateway);
        let begun = Instant::now();
        let mut page = get("/long").await.into_body();
        let mut comparison = Comparison::new(pieces(count));
        while let Some(frame) = timeout(PATIENCE, page.frame()).await.expect("the page goes on") {
            comparison.add(&frame.unwrap().into_data().unwrap(), state);
            if comparison.is_started {
                has_arrived.notify_one();
            }
        }
        let length = comparison.end(state);
        let (time, after) = (begun.elapsed(), Footprint::of(&gateway));
        println!("{arguments:?}, {state:?}: {length} bytes in {time:.1?}; before: {before}; after: {after}");
        assert!(after.peak <= before.peak + GROWTH, "from {} KiB to {} KiB", before.peak, after.peak);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_of_100_mb_passes_in_constant_memory_from_its_first_piece_on() {
    a_long_page_passes(&[], 1600).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_of_20_mb_from_a_site_that_speaks_http2_passes_so_too() {
    a_long_page_passes(&["--upstream-http2"], 320).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes a while: cargo build --release --example gateway && cargo test --release --test load -- --ignored --nocapture --test-threads=1"]
async fn a_page_of_1_gb_passes_in_constant_memory_over_either_version() {
    a_long_page_passes(&[], 16_000).await;
    a_long_page_passes(&["--upstream-http2"], 16_000).await;
}
