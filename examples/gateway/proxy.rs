//! Passes requests on to the site, and its answers back.

use std::{convert::Infallible, sync::Arc};

use http_body_util::{Either, Full};
use hyper::{
    Method, Request, Response, StatusCode, Uri, Version,
    body::{Body, Bytes, Incoming},
    header::{HOST, HeaderName, HeaderValue, VARY},
    http::{
        request::Parts,
        uri::{Authority, PathAndQuery, Scheme},
    },
    upgrade,
};
use tower_consent::Consent;
use tracing::warn;

use crate::{
    body::{Download, Whole},
    forwarded::{self, Asked, Peer},
    hop,
    pages::Failure,
    site::{Silence, Site},
    tunnel,
    upload::Upload,
    visitors::Alive,
};

pub(crate) const CONSENT: HeaderName = HeaderName::from_static("consent");

/// From the site, or a page of ours.
pub(crate) type Answer = Either<Download, Full<Bytes>>;

#[derive(Debug)]
pub(crate) struct Proxy {
    site: Site,
}

impl Proxy {
    pub(crate) fn new(site: Site) -> Self {
        Self { site }
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

    async fn forward(&self, mut request: Request<Incoming>) -> Result<Response<Download>, Failure> {
        let visitor = upgrade::on(&mut request);
        let (parts, body) = request.into_parts();
        refuse(&parts)?;
        let protocol = hop::upgrade(&parts);
        let visitor = protocol.is_some().then_some(visitor);
        let consent = parts.extensions.get::<Consent>().cloned();
        let alive = parts.extensions.get::<Alive>().cloned();
        let (body, progress) = Upload::new(Whole::new(body, parts.version));
        let outward = self.outward(parts, body, protocol, consent.as_ref())?;
        let mut response = self.site.ask(outward, &progress).await.map_err(|silence| {
            if progress.is_cut() {
                return Failure::Unreadable;
            }
            warn!("no answer from the site: {silence}");
            match silence {
                Silence::Unreachable(_) => Failure::Unreachable,
                Silence::Broken(_) => Failure::Broken,
                Silence::Late => Failure::Late,
            }
        })?;

        if hop::is_coded(response.headers()) {
            warn!("the site answers in a transfer coding that nobody asked for");
            return Err(Failure::Broken);
        }
        let is_switching = response.status() == StatusCode::SWITCHING_PROTOCOLS;
        if is_switching {
            let Some(visitor) = visitor else {
                warn!("the site switches to a protocol that nobody asked for");
                return Err(Failure::Broken);
            };
            tokio::spawn(tunnel::run(visitor, upgrade::on(&mut response), alive));
        }
        // Not the site's, which may be another.
        *response.version_mut() = Version::HTTP_11;
        hop::clean_response(response.headers_mut(), is_switching);
        if let Some(consent) = consent
            && hop::has(response.headers(), VARY, "consent")
        {
            // Asked for the site, so that the layer keeps this answer to this visitor.
            let _ = consent.is_decided();
        }
        Ok(response)
    }

    /// The request as the site gets it: a new one, since extensions and version belong to the visitor's
    /// connection.
    fn outward(
        &self,
        parts: Parts,
        body: Upload,
        protocol: Option<HeaderValue>,
        consent: Option<&Consent>,
    ) -> Result<Request<Upload>, Failure> {
        let host = forwarded::host(&parts).map_err(|_| Failure::NoHost)?;
        let asked = Asked::of(&parts);
        let peer = parts.extensions.get::<Peer>().copied();
        // Connections of HTTP/2 do not change their protocol.
        let is_http2 = self.site.speaks_http2() && protocol.is_none();
        let length = body.size_hint().exact();

        let mut headers = parts.headers;
        hop::clean_request(&mut headers, is_http2, protocol);
        hop::set_length(&mut headers, &parts.method, length);
        forwarded::tell(&mut headers, peer, host.as_ref(), asked);
        headers.remove(HOST);
        if let Some(host) = host.as_ref().filter(|_| !is_http2) {
            headers.extend(HeaderValue::from_str(host.as_str()).ok().map(|host| (HOST, host)));
        }
        if let Some(consent) = consent {
            headers.insert(CONSENT, consent.to_header_value());
        }

        let mut outward = Request::new(body);
        *outward.method_mut() = parts.method;
        *outward.uri_mut() = self.address(parts.uri, host.filter(|_| is_http2))?;
        *outward.version_mut() = if is_http2 { Version::HTTP_2 } else { Version::HTTP_11 };
        *outward.headers_mut() = headers;
        Ok(outward)
    }

    /// The address at the site; path and query keep their bytes.
    ///
    /// In HTTP/2 the host is a part of it, in HTTP/1.1 a header.
    fn address(&self, asked: Uri, host: Option<Authority>) -> Result<Uri, Failure> {
        let mut parts = asked.into_parts();
        parts.scheme = Some(Scheme::HTTP);
        parts.authority = Some(host.unwrap_or_else(|| self.site.upstream().clone()));
        parts.path_and_query.get_or_insert(PathAndQuery::from_static("/"));
        Uri::from_parts(parts).map_err(|_| Failure::Unreadable)
    }
}

/// What no site is asked.
fn refuse(parts: &Parts) -> Result<(), Failure> {
    if parts.method == Method::CONNECT {
        return Err(Failure::Tunnel);
    }
    if hop::is_coded(&parts.headers) {
        return Err(Failure::Coded);
    }
    if forwarded::is_circling(&parts.headers) {
        return Err(Failure::Circle);
    }
    Ok(())
}
