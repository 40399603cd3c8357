use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};

use http::Response;
use http_body::Body;
use pin_project_lite::pin_project;

use crate::{consent::Decision, event::warn_once};

use super::{body::ResponseBody, endpoint::EndpointFuture, hooks::Recording, inbound::Inbound};

pin_project! {
    /// The future of [`ConsentService`](crate::ConsentService).
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<F, B, R> {
        #[pin]
        stage: Stage<F, B, R>,
    }
}

pin_project! {
    #[project = StageProjection]
    enum Stage<F, B, R> {
        /// The app answers; without `inbound` nothing is done about it.
        Inner { #[pin] future: F, inbound: Option<Inbound>, is_excluded: bool },
        /// A handler has decided for the visitor.
        Recording { recording: Recording, response: Option<Response<ResponseBody<R>>> },
        /// The layer answers.
        Endpoint { #[pin] future: EndpointFuture<B> },
    }
}

impl<F, B, R> ResponseFuture<F, B, R> {
    pub(super) fn inner(future: F, inbound: Inbound) -> Self {
        Self { stage: Stage::Inner { future, inbound: Some(inbound), is_excluded: false } }
    }

    /// The path is excluded.
    pub(super) fn excluded(future: F) -> Self {
        Self { stage: Stage::Inner { future, inbound: None, is_excluded: true } }
    }

    /// Another layer does what there is to do.
    pub(super) fn pass(future: F) -> Self {
        Self { stage: Stage::Inner { future, inbound: None, is_excluded: false } }
    }

    pub(super) fn endpoint(future: EndpointFuture<B>) -> Self {
        Self { stage: Stage::Endpoint { future } }
    }
}

impl<F, B, R, E> Future for ResponseFuture<F, B, R>
where
    F: Future<Output = Result<Response<R>, E>>,
    B: Body,
    R: Body,
{
    type Output = Result<Response<ResponseBody<R>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut stage = self.project().stage;
        loop {
            let next = match stage.as_mut().project() {
                StageProjection::Inner { future, inbound, is_excluded } => {
                    let response = ready!(future.poll(cx))?;
                    let Some(inbound) = inbound.take() else {
                        if *is_excluded && response.extensions().get::<Decision>().is_some() {
                            warn_once!(
                                "excluded-decision",
                                "decision",
                                "a decision on an excluded path does nothing"
                            );
                        }
                        return Poll::Ready(Ok(response.map(ResponseBody::pass)));
                    };
                    let (response, recording) = inbound.respond(response);
                    let Some(recording) = recording else { return Poll::Ready(Ok(response)) };
                    Stage::Recording { recording, response: Some(response) }
                }
                StageProjection::Recording { recording, response } => {
                    ready!(recording.as_mut().poll(cx));
                    // The future contract: not polled again once ready.
                    return response.take().map_or(Poll::Pending, |response| Poll::Ready(Ok(response)));
                }
                StageProjection::Endpoint { future } => {
                    let response = ready!(future.poll_bytes(cx));
                    return Poll::Ready(Ok(response.map(ResponseBody::own)));
                }
            };
            stage.set(next);
        }
    }
}

impl<F, B, R> fmt::Debug for ResponseFuture<F, B, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
