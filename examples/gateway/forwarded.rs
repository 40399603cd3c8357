//! What the site is told of the visitor and of the address that the visitor sees.

use std::net::IpAddr;

use hyper::{
    HeaderMap, Version,
    header::{COOKIE, HOST, HeaderName, HeaderValue, VIA},
    http::{
        request::Parts,
        uri::{Authority, Scheme},
    },
};

use crate::hop;

const FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const X_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// Who is at the other end of the connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// The host that is asked for, from the target if it is in there (RFC 9112, section 3.2.2; RFC 9113,
/// section 8.3.1). An error where it is not clear which. Only HTTP/1.0 may leave it out.
pub(crate) fn host(parts: &Parts) -> Result<Option<Authority>, Unclear> {
    let mut lines = parts.headers.get_all(HOST).iter();
    let line = lines.next();
    if lines.next().is_some() {
        return Err(Unclear);
    }
    let host = match (parts.uri.authority(), line) {
        // Without the name and password that an address may carry.
        (Some(authority), _) => authority.as_str().rsplit('@').next().unwrap_or_default().as_bytes(),
        (None, Some(line)) => line.as_bytes(),
        (None, None) if parts.version < Version::HTTP_11 => return Ok(None),
        (None, None) => return Err(Unclear),
    };
    let host = Authority::try_from(host).map_err(|_| Unclear)?;
    if host.host().is_empty() || host.as_str().contains('@') {
        return Err(Unclear);
    }
    Ok(Some(host))
}

/// Nobody can say which host a request is for.
#[derive(Debug)]
pub(crate) struct Unclear;

/// Adds who asks, for which host and by which protocol; what proxies in front have said stays.
pub(crate) fn tell(headers: &mut HeaderMap, peer: Option<Peer>, host: Option<&Authority>, asked: Asked) {
    if let Some(Peer(address)) = peer {
        let address = HeaderValue::try_from(address.to_canonical().to_string());
        headers.extend(address.ok().map(|address| (FOR, address)));
        join(headers, FOR, b", ");
    }
    headers.entry(PROTO).or_insert(HeaderValue::from_static(if asked.is_https { "https" } else { "http" }));
    if let Some(host) = host.and_then(|host| HeaderValue::from_str(host.as_str()).ok()) {
        headers.entry(X_HOST).or_insert(host);
    }
    // RFC 9110, section 7.6.3.
    headers.append(
        VIA,
        HeaderValue::from_static(match asked.version {
            Version::HTTP_10 => "1.0 consent-gateway",
            Version::HTTP_2 => "2 consent-gateway",
            _ => "1.1 consent-gateway",
        }),
    );
    // HTTP/2 may split them (RFC 9113, section 8.2.3).
    join(headers, COOKIE, b"; ");
}

/// How a request came in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    version: Version,
    /// By what the request says of itself; the connection is never encrypted.
    is_https: bool,
}

impl Asked {
    pub(crate) fn of(parts: &Parts) -> Self {
        Self { version: parts.version, is_https: parts.uri.scheme() == Some(&Scheme::HTTPS) }
    }
}

/// Whether a request has been here so often that it goes round.
pub(crate) fn is_circling(headers: &HeaderMap) -> bool {
    hop::members(headers, VIA).filter(|member| member.ends_with(" consent-gateway")).count() >= 5
}

/// Makes one line of several.
fn join(headers: &mut HeaderMap, name: HeaderName, separator: &[u8]) {
    let lines: Vec<&[u8]> = headers.get_all(&name).iter().map(HeaderValue::as_bytes).collect();
    if lines.len() < 2 {
        return;
    }
    // Valid values between valid separators are valid.
    if let Ok(value) = HeaderValue::from_bytes(&lines.join(separator)) {
        headers.insert(name, value);
    }
}
