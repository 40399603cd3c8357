//! What the site says of itself at a fixed address.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};

use crate::policy::Policy;

/// W3C Global Privacy Control, section 4.1.
pub(super) const PATH: &str = "/.well-known/gpc.json";

/// That the signal is honoured, and since when; the same for everybody.
pub(super) fn reply(policy: &Policy) -> Response<Bytes> {
    let Some(date) = policy.declared().gpc_support else { return super::not_found() };
    let (year, month, day) = date.to_calendar_date();
    let json = format!("{{\"gpc\":true,\"lastUpdate\":\"{year:04}-{:02}-{day:02}\"}}", u8::from(month));
    let mut response = super::reply(StatusCode::OK, "application/json", Bytes::from(json));
    let cache = HeaderValue::from_static("public, max-age=86400");
    response.headers_mut().insert(header::CACHE_CONTROL, cache);
    response
}
