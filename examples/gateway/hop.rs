//! What concerns one connection and must not cross the gateway (RFC 9110, section 7.6.1).

use hyper::{
    HeaderMap, Version,
    header::{CONNECTION, CONTENT_LENGTH, HeaderName, HeaderValue, TE, TRANSFER_ENCODING, UPGRADE},
    http::request::Parts,
};

const KEEP_ALIVE: HeaderName = HeaderName::from_static("keep-alive");
const PROXY_CONNECTION: HeaderName = HeaderName::from_static("proxy-connection");
const HTTP2_SETTINGS: HeaderName = HeaderName::from_static("http2-settings");

/// The members of a comma-separated field.
pub(crate) fn members(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
    let lines = headers.get_all(name).into_iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim).filter(|member| !member.is_empty())
}

pub(crate) fn has(headers: &HeaderMap, name: HeaderName, member: &str) -> bool {
    members(headers, name).any(|found| found.eq_ignore_ascii_case(member))
}

/// The protocol that a request asks to continue in.
///
/// Never another version of HTTP, nor TLS: requests in there would pass the layer unseen.
pub(crate) fn upgrade(parts: &Parts) -> Option<HeaderValue> {
    let headers = &parts.headers;
    if parts.version != Version::HTTP_11 || !has(headers, CONNECTION, "upgrade") {
        return None;
    }
    let mut lines = headers.get_all(UPGRADE).iter();
    let value = lines.next().filter(|_| lines.next().is_none())?;
    let is_http = members(headers, UPGRADE).any(|protocol| {
        let name = protocol.split('/').next().unwrap_or_default();
        ["h2", "h2c", "http", "tls"].iter().any(|http| name.eq_ignore_ascii_case(http))
    });
    (!is_http).then(|| value.clone())
}

/// Leaves of a request what is meant for the site.
pub(crate) fn clean_request(headers: &mut HeaderMap, upgrade: Option<HeaderValue>) {
    let takes_trailers = members(headers, TE).any(|coding| coding.eq_ignore_ascii_case("trailers"));
    clean(headers);
    headers.remove(HTTP2_SETTINGS);
    if takes_trailers {
        headers.insert(TE, HeaderValue::from_static("trailers"));
        headers.append(CONNECTION, HeaderValue::from_static("te"));
    }
    switch(headers, upgrade);
}

/// Leaves of a response what is meant for the visitor.
pub(crate) fn clean_response(headers: &mut HeaderMap, is_switching: bool) {
    let upgrade = headers.get(UPGRADE).filter(|_| is_switching).cloned();
    clean(headers);
    switch(headers, upgrade);
}

fn switch(headers: &mut HeaderMap, upgrade: Option<HeaderValue>) {
    if let Some(protocol) = upgrade {
        headers.append(CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(UPGRADE, protocol);
    }
}

fn clean(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> =
        members(headers, CONNECTION).filter_map(|name| HeaderName::try_from(name).ok()).collect();
    if headers.contains_key(TRANSFER_ENCODING) {
        // Of the two only this counts (RFC 9112, section 6.3).
        headers.remove(CONTENT_LENGTH);
    }
    for name in
        named.into_iter().chain([CONNECTION, KEEP_ALIVE, PROXY_CONNECTION, TE, TRANSFER_ENCODING, UPGRADE])
    {
        headers.remove(name);
    }
}
