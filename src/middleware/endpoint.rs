use std::{
    convert::Infallible,
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use bytes::{Buf, Bytes};
use http::{Request, Response, request::Parts};
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use tower_service::Service;

use super::hooks::{Hooks, Recording};
use crate::{
    consent::Visit,
    endpoint::{self, Decided, MAX_BODY, Route, Step},
    site::Site,
};

/// The layer's own pages as a plain service; see [`ConsentLayer::endpoint`](crate::ConsentLayer::endpoint).
///
/// It knows its pages by the policy's prefix, and where a router has taken the prefix off
/// (`nest_service`) by what is left. Other paths are `404`.
#[derive(Clone, Debug)]
pub struct ConsentEndpoint {
    site: Arc<Site>,
    hooks: Arc<Hooks>,
}

impl ConsentEndpoint {
    pub(super) fn new(site: Arc<Site>, hooks: Arc<Hooks>) -> Self {
        Self { site, hooks }
    }
}

impl<B: Body> Service<Request<B>> for ConsentEndpoint {
    type Response = Response<EndpointBody>;
    type Error = Infallible;
    type Future = EndpointFuture<B>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let (parts, body) = request.into_parts();
        let policy = &self.site.policy;
        let prefix = &policy.declared().prefix;
        let Some(route) = Route::of(policy, prefix, &parts).or_else(|| Route::of(policy, "", &parts)) else {
            return EndpointFuture::ready(endpoint::not_found());
        };
        let visit = self.hooks.visit(&self.site.policy, &parts);
        EndpointFuture::new(self.site.clone(), self.hooks.clone(), visit, parts, body, route)
    }
}

pin_project! {
    /// The future of [`ConsentEndpoint`].
    #[must_use = "futures do nothing unless polled"]
    pub struct EndpointFuture<B> {
        #[pin]
        stage: Stage<B>,
    }
}

pin_project! {
    #[project = StageProjection]
    enum Stage<B> {
        Reading { #[pin] body: B, form: Vec<u8>, call: Call },
        Recording { recording: Recording, response: Option<Response<Bytes>> },
        Ready { response: Option<Response<Bytes>> },
    }
}

/// What a decision needs to know of its request.
struct Call {
    site: Arc<Site>,
    hooks: Arc<Hooks>,
    visit: Visit,
    parts: Parts,
    route: Route,
}

impl<B> EndpointFuture<B> {
    pub(super) fn new(
        site: Arc<Site>,
        hooks: Arc<Hooks>,
        visit: Visit,
        parts: Parts,
        body: B,
        route: Route,
    ) -> Self {
        match endpoint::begin(&site, &visit, &parts, route) {
            Step::Reply(response) => Self::ready(response),
            Step::ReadForm => {
                let call = Call { site, hooks, visit, parts, route };
                Self { stage: Stage::Reading { body, form: Vec::new(), call } }
            }
        }
    }

    fn ready(response: Response<Bytes>) -> Self {
        Self { stage: Stage::Ready { response: Some(response) } }
    }
}

impl<B: Body> EndpointFuture<B> {
    pub(super) fn poll_bytes(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Response<Bytes>> {
        let mut stage = self.project().stage;
        loop {
            let next = match stage.as_mut().project() {
                StageProjection::Reading { body, form, call } => match ready!(poll_form(body, form, cx)) {
                    Err(refusal) => Stage::Ready { response: Some(refusal) },
                    Ok(()) => {
                        let Call { site, hooks, visit, parts, route } = &*call;
                        match endpoint::decide(site, visit, parts, *route, form, hooks.now()) {
                            Err(refusal) => Stage::Ready { response: Some(refusal) },
                            Ok(Decided { record, response }) => {
                                let recording = hooks.record(record);
                                Stage::Recording { recording, response: Some(response) }
                            }
                        }
                    }
                },
                StageProjection::Recording { recording, response } => {
                    ready!(recording.as_mut().poll(cx));
                    Stage::Ready { response: response.take() }
                }
                StageProjection::Ready { response } => {
                    // The future contract: not polled again once ready.
                    return response.take().map_or(Poll::Pending, Poll::Ready);
                }
            };
            stage.set(next);
        }
    }
}

/// Collects the form, as far as it may go.
fn poll_form<B: Body>(
    mut body: Pin<&mut B>,
    form: &mut Vec<u8>,
    cx: &mut Context<'_>,
) -> Poll<Result<(), Response<Bytes>>> {
    while let Some(frame) = ready!(body.as_mut().poll_frame(cx)) {
        let Ok(frame) = frame else { return Poll::Ready(Err(endpoint::unreadable())) };
        let Ok(mut data) = frame.into_data() else { continue };
        if data.remaining() > MAX_BODY - form.len() {
            return Poll::Ready(Err(endpoint::too_large()));
        }
        while data.has_remaining() {
            let chunk = data.chunk();
            form.extend_from_slice(chunk);
            let length = chunk.len();
            data.advance(length);
        }
    }
    Poll::Ready(Ok(()))
}

impl<B: Body> Future for EndpointFuture<B> {
    type Output = Result<Response<EndpointBody>, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.poll_bytes(cx).map(|response| Ok(response.map(EndpointBody::new)))
    }
}

impl<B> fmt::Debug for EndpointFuture<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EndpointFuture").finish_non_exhaustive()
    }
}

/// The body of the layer's own pages: one piece, known in length.
#[derive(Debug, Default)]
pub struct EndpointBody(Option<Bytes>);

impl EndpointBody {
    pub(super) fn new(data: Bytes) -> Self {
        Self(Some(data).filter(|data| !data.is_empty()))
    }

    pub(super) fn next_frame(&mut self) -> Option<Frame<Bytes>> {
        self.0.take().map(Frame::data)
    }
}

impl Body for EndpointBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.next_frame().map(Ok))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.as_ref().map_or(0, Bytes::len) as u64)
    }
}
