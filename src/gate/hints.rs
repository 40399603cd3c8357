//! Client hints: what a browser was once asked to send, it goes on sending.

use http::{HeaderMap, HeaderName, HeaderValue};

use super::RequestFindings;

const ACCEPT_CH: HeaderName = HeaderName::from_static("accept-ch");

/// The hints that have no `Sec-CH-` in front.
const UNPREFIXED: [&str; 7] = ["device-memory", "downlink", "dpr", "ect", "rtt", "viewport-width", "width"];

/// Has a browser forget which hints it was asked for, where it sends some that the visitor has not allowed. A
/// page without `Accept-CH` changes nothing about them, an empty one does (RFC 8942, section 3.1; Client Hints
/// Infrastructure, "Accept-CH cache").
pub(crate) fn withdraw_hints(headers: &mut HeaderMap, findings: &RequestFindings) {
    let is_hint = |name: &str| name.starts_with("sec-ch-") || UNPREFIXED.contains(&name);
    if findings.withheld_headers().any(is_hint) && !headers.contains_key(ACCEPT_CH) {
        headers.insert(ACCEPT_CH, HeaderValue::from_static(""));
    }
}
