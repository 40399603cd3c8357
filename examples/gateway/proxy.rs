//! Passes requests on to the site, and its answers back.

use std::{convert::Infallible, sync::Arc, time::Duration};

use http_body_util::{Either, Full};
use hyper::{
    Method, Request, Response, StatusCode, Uri, Version,
    body::{Bytes, Incoming},
    header::{HeaderName, VARY},
    http::uri::{Authority, PathAndQuery, Scheme},
    upgrade::{self, OnUpgrade},
};
use hyper_util::{
    client::{
        self,
        legacy::{Client, connect::HttpConnector},
    },
    rt::{TokioExecutor, TokioIo, TokioTimer},
};
use tokio::io::copy_bidirectional;
use tower_consent::Consent;
use tracing::{debug, warn};

use crate::{
    forwarded::{self, Peer},
    hop,
    pages::Failure,
    upload::Upload,
};

const CONSENT: HeaderName = HeaderName::from_static("consent");

/// How long to try to connect, and to keep a connection that is idle. The latter is less than what
/// common servers wait before they hang up, so that few requests meet a closing door.
const CONNECT: Duration = Duration::from_secs(5);
const IDLE: Duration = Duration::from_secs(2);

/// From the site, or a page of ours.
pub(crate) type Answer = Either<Incoming, Full<Bytes>>;

/// The way to the site.
#[derive(Debug)]
pub(crate) struct Proxy {
    client: Client<HttpConnector, Upload>,
    upstream: Authority,
    timeout: Duration,
}

impl Proxy {
    pub(crate) fn new(upstream: Authority, timeout: Duration) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(CONNECT));
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .build(connector);
        Self { client, upstream, timeout }
    }

    /// The site's answer, else a page that says why there is none.
    pub(crate) async fn answer(
        self: Arc<Self>,
        request: Request<Incoming>,
    ) -> Result<Response<Answer>, Infallible> {
        Ok(match self.forward(request).await {
            Ok(response) => response.map(Either::Left),
            Err(failure) => failure.page().map(Either::Right),
        })
    }

    async fn forward(&self, mut request: Request<Incoming>) -> Result<Response<Incoming>, Failure> {
        if request.method() == Method::CONNECT {
            return Err(Failure::Tunnel);
        }
        let visitor = upgrade::on(&mut request);
        let (parts, body) = request.into_parts();
        let host = forwarded::host(&parts).map_err(|_| Failure::Ambiguous)?;
        let protocol = hop::upgrade(&parts);
        let visitor = protocol.is_some().then_some(visitor);
        let consent = parts.extensions.get::<Consent>();
        let peer = parts.extensions.get::<Peer>().copied();

        // A new request, since extensions and version belong to the visitor's connection.
        let (body, progress) = Upload::new(body);
        let mut outward = Request::new(body);
        *outward.method_mut() = parts.method;
        *outward.uri_mut() = self.address(parts.uri)?;
        let headers = outward.headers_mut();
        *headers = parts.headers;
        hop::clean_request(headers, protocol);
        forwarded::tell(headers, peer, host);
        if let Some(consent) = consent {
            headers.insert(CONSENT, consent.to_header_value());
        }

        let answered = tokio::select! {
            answered = self.send(outward) => answered,
            () = progress.has_rested(self.timeout) => {
                warn!("the site does not answer within {} seconds", self.timeout.as_secs());
                return Err(Failure::Late);
            }
        };
        let mut response = answered.map_err(|error| {
            warn!("no answer from the site: {}", with_sources(&error));
            if error.is_connect() { Failure::Unreachable } else { Failure::Broken }
        })?;

        // Not the site's, which may be 1.0.
        *response.version_mut() = Version::HTTP_11;
        let is_switching = response.status() == StatusCode::SWITCHING_PROTOCOLS;
        if is_switching {
            let Some(visitor) = visitor else {
                warn!("the site switches to a protocol that nobody asked for");
                return Err(Failure::Broken);
            };
            tokio::spawn(tunnel(visitor, upgrade::on(&mut response)));
        }
        hop::clean_response(response.headers_mut(), is_switching);
        if let Some(consent) = consent
            && hop::has(response.headers(), VARY, "consent")
        {
            // Asked for the site, so that the layer keeps this answer to this visitor.
            let _ = consent.is_decided();
        }
        Ok(response)
    }

    /// Asks the site; a second time where it hung up on a connection that had been idle, and asking
    /// twice changes nothing (RFC 9110, section 9.2.2).
    async fn send(&self, request: Request<Upload>) -> Result<Response<Incoming>, client::legacy::Error> {
        let again = request.body().again().filter(|_| request.method().is_safe()).map(|body| {
            let mut again = Request::new(body);
            *again.method_mut() = request.method().clone();
            *again.uri_mut() = request.uri().clone();
            *again.headers_mut() = request.headers().clone();
            again
        });
        match (self.client.request(request).await, again) {
            (Err(error), Some(again)) if !error.is_connect() => self.client.request(again).await,
            (answered, _) => answered,
        }
    }

    /// The address at the site; path and query keep their bytes.
    fn address(&self, asked: Uri) -> Result<Uri, Failure> {
        let mut parts = asked.into_parts();
        parts.scheme = Some(Scheme::HTTP);
        parts.authority = Some(self.upstream.clone());
        parts.path_and_query.get_or_insert(PathAndQuery::from_static("/"));
        Uri::from_parts(parts).map_err(|_| Failure::Ambiguous)
    }
}

/// Copies both ways until both sides are done.
async fn tunnel(visitor: OnUpgrade, site: OnUpgrade) {
    let copied = async {
        let (visitor, site) = tokio::try_join!(visitor, site)?;
        copy_bidirectional(&mut TokioIo::new(visitor), &mut TokioIo::new(site)).await?;
        Ok::<_, crate::Error>(())
    };
    if let Err(error) = copied.await {
        debug!("an upgraded connection ended: {error}");
    }
}

/// hyper's errors say the most in their sources.
fn with_sources(error: &dyn std::error::Error) -> String {
    let sources = std::iter::successors(error.source(), |error| error.source());
    sources.fold(error.to_string(), |text, source| format!("{text}: {source}"))
}
