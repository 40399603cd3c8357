use std::{
    sync::Arc,
    task::{Context, Poll},
};

use http::{HeaderName, Request, Response};
use http_body::Body;
use tower_service::Service;

use super::{
    body::ResponseBody,
    endpoint::EndpointFuture,
    future::ResponseFuture,
    hooks::Hooks,
    inbound::{Inbound, shown},
};
use crate::{endpoint::Route, event::debug_once, gate::GateReport, site::Site};

const CONSENT: HeaderName = HeaderName::from_static("consent");

/// The service that [`ConsentLayer`](crate::ConsentLayer) makes.
#[derive(Clone, Debug)]
pub struct ConsentService<S> {
    inner: S,
    site: Arc<Site>,
    hooks: Arc<Hooks>,
}

impl<S> ConsentService<S> {
    pub(super) fn new(inner: S, site: Arc<Site>, hooks: Arc<Hooks>) -> Self {
        Self { inner, site, hooks }
    }
}

impl<S, B, R> Service<Request<B>> for ConsentService<S>
where
    S: Service<Request<B>, Response = Response<R>> + Clone,
    B: Body,
    R: Body,
{
    type Response = Response<ResponseBody<R>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future, B, R>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let (mut parts, body) = request.into_parts();
        let declared = self.site.policy.declared();
        // Only this layer says what the visitor agreed to.
        parts.headers.remove(CONSENT);

        if let Some(route) = Route::of(&self.site.policy, &declared.prefix, &parts) {
            // The readiness that was reserved for this call goes back to the inner service.
            self.inner = self.inner.clone();
            let visit = self.hooks.visit(&self.site.policy, &parts);
            let future =
                EndpointFuture::new(self.site.clone(), self.hooks.clone(), visit, parts, body, route);
            return ResponseFuture::endpoint(future);
        }

        let outer = parts.extensions.get::<GateReport>().and_then(GateReport::policy);
        let is_nested = outer.is_some();
        if outer.is_some_and(|policy| policy.is(&self.site.policy)) {
            // The same layer once more: the outer one does all there is to do.
            return ResponseFuture::pass(self.inner.call(Request::from_parts(parts, body)));
        }
        let visit = self.hooks.visit(&self.site.policy, &parts);
        parts.extensions.insert(shown(&self.site, &visit));
        let is_excluded = declared.exclude.iter().any(|pattern| pattern.matches(parts.uri.path()))
            || self.hooks.excludes(&parts);
        if is_excluded {
            debug_once!(
                "excluded",
                "path",
                "a path is excluded: nothing is inserted and nothing withheld there"
            );
            parts.extensions.insert(GateReport::excluded());
            return ResponseFuture::excluded(self.inner.call(Request::from_parts(parts, body)));
        }
        let report = GateReport::of(&self.site.policy);
        parts.extensions.insert(report.clone());
        let inbound = Inbound::new(&self.site, &self.hooks, visit, report, &mut parts, is_nested);
        ResponseFuture::inner(self.inner.call(Request::from_parts(parts, body)), inbound)
    }
}
