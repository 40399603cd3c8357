//! Bodies that a test writes while a visitor reads.

use std::io;

use axum::{Router, body::Body, extract::Request};
use bytes::Bytes;
use http::{HeaderMap, Response, header, response::Builder};
use http_body_util::StreamBody;
use hyper::body::Frame;
use tokio::{
    sync::{Mutex, mpsc},
    time::timeout,
};
use tokio_stream::wrappers::UnboundedReceiverStream;

use super::PATIENCE;

type Frames = mpsc::UnboundedSender<Result<Frame<Bytes>, io::Error>>;

/// The writing end of one body; the body ends when this is gone.
pub(crate) struct Writer(Frames);

impl Writer {
    pub(crate) fn write(&self, data: impl Into<Bytes>) {
        self.0.send(Ok(Frame::data(data.into()))).unwrap();
    }

    pub(crate) fn trail(self, trailers: HeaderMap) {
        self.0.send(Ok(Frame::trailers(trailers))).unwrap();
    }

    /// Ends the body as it does not end by itself.
    pub(crate) fn break_off(self) {
        self.0.send(Err(io::Error::other("broken off"))).unwrap();
    }

    /// Waits until nobody reads any more.
    pub(crate) async fn is_left(&self) {
        timeout(PATIENCE, self.0.closed()).await.expect("the body is still read");
    }
}

/// The bodies that have been asked for, in order.
pub(crate) struct Writers(Mutex<mpsc::UnboundedReceiver<Writer>>);

impl Writers {
    pub(crate) async fn next(&self) -> Writer {
        timeout(PATIENCE, async { self.0.lock().await.recv().await }).await.unwrap().unwrap()
    }
}

/// A site that answers everything with a body that the test writes.
pub(crate) fn writing(headers: &'static [(&'static str, &'static str)]) -> (Router, Writers) {
    let (asked, writers) = mpsc::unbounded_channel();
    let site = Router::new().fallback(async move |_: Request| {
        let (frames, body) = mpsc::unbounded_channel();
        asked.send(Writer(frames)).unwrap();
        let body = Body::new(StreamBody::new(UnboundedReceiverStream::new(body)));
        let response = Response::builder().header(header::TRAILER, "x-sum");
        let with = |response: Builder, (name, value): &(&str, &str)| response.header(*name, *value);
        headers.iter().fold(response, with).body(body).unwrap()
    });
    (site, Writers(Mutex::new(writers)))
}
