//! What concerns one connection and must not cross the gateway (RFC 9110, section 7.6.1).

use hyper::{
    HeaderMap, Method, Version,
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

/// Whether a body comes in another transfer coding than `chunked`, the only one that is decoded here.
pub(crate) fn is_coded(headers: &HeaderMap) -> bool {
    let mut codings = headers.get_all(TRANSFER_ENCODING).iter();
    let is_chunked = codings.next().is_none_or(|coding| coding.as_bytes().eq_ignore_ascii_case(b"chunked"));
    !is_chunked || codings.next().is_some()
}

/// Leaves of a request what is meant for the site.
///
/// HTTP/2 has no `Connection` (RFC 9113, section 8.2.2).
pub(crate) fn clean_request(headers: &mut HeaderMap, is_http2: bool, upgrade: Option<HeaderValue>) {
    let takes_trailers = members(headers, TE).any(|coding| coding.eq_ignore_ascii_case("trailers"));
    clean(headers);
    headers.remove(HTTP2_SETTINGS);
    if takes_trailers {
        headers.insert(TE, HeaderValue::from_static("trailers"));
        if !is_http2 {
            headers.append(CONNECTION, HeaderValue::from_static("te"));
        }
    }
    switch(headers, upgrade);
}

/// Says the length as the body knows it, since what was written in several ways is to be read in one.
///
/// Also where it is 0, if that is said already or something is expected (RFC 9110, section 8.6).
pub(crate) fn set_length(headers: &mut HeaderMap, method: &Method, length: Option<u64>) {
    let was_said = headers.remove(CONTENT_LENGTH).is_some();
    let is_expected = [Method::POST, Method::PUT, Method::PATCH].contains(method);
    if let Some(length) = length.filter(|length| *length > 0 || was_said || is_expected) {
        headers.insert(CONTENT_LENGTH, length.into());
    }
}

/// Leaves of a response what is meant for the visitor.
pub(crate) fn clean_response(headers: &mut HeaderMap, is_switching: bool) {
    let upgrade = headers.get(UPGRADE).filter(|_| is_switching).cloned();
    clean(headers);
    if let Some(length) = headers.get(CONTENT_LENGTH).cloned() {
        // Of several that are the same, one.
        headers.insert(CONTENT_LENGTH, length);
    }
    switch(headers, upgrade);
}

fn switch(headers: &mut HeaderMap, upgrade: Option<HeaderValue>) {
    if let Some(protocol) = upgrade {
        headers.append(CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(UPGRADE, protocol);
    }
}

/// Takes out what concerns the connection alone.
pub(crate) fn clean(headers: &mut HeaderMap) {
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
