//! Whether there are requests on a connection.

use std::{
    future::pending,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use hyper::body::{Body, Frame, SizeHint};
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

/// What goes on on a connection.
#[derive(Clone, Copy, Debug)]
struct Now {
    requests: usize,
    /// When that number changed.
    since: Instant,
}

#[derive(Debug)]
pub(crate) struct Activity(watch::Sender<Now>);

/// Sees what goes on.
#[derive(Debug)]
pub(crate) struct Watcher(watch::Receiver<Now>);

pub(crate) fn new() -> (Activity, Watcher) {
    let (activity, watcher) = watch::channel(Now { requests: 0, since: Instant::now() });
    (Activity(activity), Watcher(watcher))
}

impl Activity {
    /// A request has come.
    pub(crate) fn begin(&self) -> Busy {
        change(&self.0, |requests| requests + 1);
        Busy(self.0.clone())
    }
}

impl Watcher {
    /// Waits until there has been no request for so long.
    pub(crate) async fn has_rested(&mut self, limit: Duration) {
        loop {
            let now = *self.0.borrow_and_update();
            let rested = async {
                match now.requests {
                    0 => sleep_until(now.since + limit).await,
                    _ => pending().await,
                }
            };
            tokio::select! {
                // After its end, the connection says the rest.
                changed = self.0.changed() => if changed.is_err() { pending().await },
                () = rested => return,
            }
        }
    }
}

/// A request that is under way.
#[derive(Debug)]
pub(crate) struct Busy(watch::Sender<Now>);

impl Busy {
    pub(crate) fn until_the_end_of<B>(self, body: B) -> Tracked<B> {
        Tracked { body, _busy: self }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        change(&self.0, |requests| requests - 1);
    }
}

fn change(activity: &watch::Sender<Now>, change: impl FnOnce(usize) -> usize) {
    activity.send_modify(|now| *now = Now { requests: change(now.requests), since: Instant::now() });
}

pin_project_lite::pin_project! {
    /// An answer's body, during which the connection is busy.
    #[derive(Debug)]
    pub(crate) struct Tracked<B> {
        #[pin]
        body: B,
        _busy: Busy,
    }
}

impl<B: Body> Body for Tracked<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        self.project().body.poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
