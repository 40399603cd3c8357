//! What the site is told of the visitor and of the address that the visitor sees.

use std::net::IpAddr;

use hyper::{
    HeaderMap, Uri,
    header::{COOKIE, HOST, HeaderName, HeaderValue},
    http::request::Parts,
};

const FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const X_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// Who is at the other end of the connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// The host that is asked for, from the target if it is in there (RFC 9112, section 3.2.2; RFC 9113,
/// section 8.3.1). An error where there are several.
pub(crate) fn host(parts: &Parts) -> Result<Option<HeaderValue>, SeveralHosts> {
    let mut lines = parts.headers.get_all(HOST).iter();
    let line = lines.next();
    if lines.next().is_some() {
        return Err(SeveralHosts);
    }
    Ok(in_target(&parts.uri).or_else(|| line.cloned()))
}

#[derive(Debug)]
pub(crate) struct SeveralHosts;

/// Without the name and password that an address may carry.
fn in_target(uri: &Uri) -> Option<HeaderValue> {
    let authority = uri.authority()?.as_str();
    let host = authority.rsplit('@').next().unwrap_or_default();
    HeaderValue::from_str(host).ok()
}

/// Adds who asks and for which host; what proxies in front have said stays.
pub(crate) fn tell(headers: &mut HeaderMap, peer: Option<Peer>, host: Option<HeaderValue>) {
    if let Some(Peer(address)) = peer {
        let address = HeaderValue::try_from(address.to_canonical().to_string());
        headers.extend(address.ok().map(|address| (FOR, address)));
        join(headers, FOR, b", ");
    }
    headers.entry(PROTO).or_insert(HeaderValue::from_static("http"));
    if let Some(host) = host {
        headers.entry(X_HOST).or_insert_with(|| host.clone());
        headers.insert(HOST, host);
    }
    // HTTP/2 may split them (RFC 9113, section 8.2.3).
    join(headers, COOKIE, b"; ");
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
