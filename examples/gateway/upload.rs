//! The visitor's request body on its way to the site.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use hyper::body::{Body, Bytes, Frame, SizeHint};
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

use crate::body::{Cut, Whole};

/// Passes the body, and notes when its latest piece went out.
#[derive(Debug)]
pub(crate) struct Upload {
    /// None where there is nothing to send.
    body: Option<Whole>,
    news: watch::Sender<News>,
}

#[derive(Debug)]
struct News {
    latest: Instant,
    is_cut: bool,
}

/// Knows how far the body is.
#[derive(Debug)]
pub(crate) struct Progress(watch::Receiver<News>);

impl Upload {
    pub(crate) fn new(body: Whole) -> (Self, Progress) {
        let (news, progress) = watch::channel(News { latest: Instant::now(), is_cut: false });
        let body = Some(body).filter(|body| !body.is_end_stream());
        (Self { body, news }, Progress(progress))
    }

    /// The same once more, where nothing was to be sent.
    pub(crate) fn again(&self) -> Option<Self> {
        self.body.is_none().then(|| Self { body: None, news: self.news.clone() })
    }
}

impl Progress {
    /// Waits until nothing has gone out for so long.
    pub(crate) async fn has_rested(&self, limit: Duration) {
        loop {
            let end = self.0.borrow().latest + limit;
            if Instant::now() >= end {
                return;
            }
            sleep_until(end).await;
        }
    }

    /// The visitor broke off, or what it sent is not HTTP.
    pub(crate) fn is_cut(&self) -> bool {
        self.0.borrow().is_cut
    }
}

impl Body for Upload {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        let frame = ready!(Pin::new(body).poll_frame(cx));
        let is_cut = matches!(frame, Some(Err(_)));
        self.news.send_replace(News { latest: Instant::now(), is_cut });
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or(SizeHint::with_exact(0), Body::size_hint)
    }
}
