//! The visitor's request body on its way to the site.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

/// Passes the body, and notes when its latest piece went out.
#[derive(Debug)]
pub(crate) struct Upload {
    /// None where there is nothing to send.
    body: Option<Incoming>,
    latest: watch::Sender<Instant>,
}

/// Knows when the latest piece went out.
#[derive(Debug)]
pub(crate) struct Progress(watch::Receiver<Instant>);

impl Upload {
    pub(crate) fn new(body: Incoming) -> (Self, Progress) {
        let (latest, progress) = watch::channel(Instant::now());
        let body = Some(body).filter(|body| !body.is_end_stream());
        (Self { body, latest }, Progress(progress))
    }

    /// The same once more, where nothing was to be sent.
    pub(crate) fn again(&self) -> Option<Self> {
        self.body.is_none().then(|| Self { body: None, latest: self.latest.clone() })
    }
}

impl Progress {
    /// Waits until nothing has gone out for so long.
    pub(crate) async fn has_rested(self, limit: Duration) {
        loop {
            let end = *self.0.borrow() + limit;
            if Instant::now() >= end {
                return;
            }
            sleep_until(end).await;
        }
    }
}

impl Body for Upload {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        let frame = ready!(Pin::new(body).poll_frame(cx));
        self.latest.send_replace(Instant::now());
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or(SizeHint::with_exact(0), Body::size_hint)
    }
}
