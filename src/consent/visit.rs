use http::{HeaderMap, HeaderValue, Method, header, request::Parts};

use super::{Circumstances, Consent, Seen, State, cookie, global_privacy_control};
use crate::policy::{Host, Policy};

/// What a request says of its visitor, read once at the top.
#[derive(Clone, Debug)]
pub(crate) struct Visit {
    pub(crate) consent: Consent,
    pub(crate) seen: Seen,
    /// The host can only be reached from this machine or network.
    pub(crate) is_local: bool,
    /// Seconds since 1970.
    pub(crate) now: i64,
}

impl Visit {
    pub(crate) fn new(policy: &Policy, parts: &Parts, now: i64) -> Self {
        let is_local = Host::new(host(policy, parts)).is_local();
        let (stored, seen) = cookie::read(policy, &parts.headers, is_local);
        let circumstances = Circumstances {
            signal: global_privacy_control(&parts.headers),
            may_hide_cookie: may_hide_cookie(parts),
            now,
        };
        let state = State::new(policy, stored, circumstances);
        Self { consent: Consent::new(policy.clone(), state), seen, is_local, now }
    }
}

/// The host that the visitor sees: as declared, else as the request says
/// (RFC 9112, section 3.2.2; RFC 9113, section 8.3.1).
pub(crate) fn host<'a>(policy: &'a Policy, parts: &'a Parts) -> &'a str {
    let public = policy.declared().public_origin.as_ref().map(|public| public.host.as_str());
    let in_target = || parts.uri.authority().map(http::uri::Authority::as_str);
    let in_header = || parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    public.or_else(in_target).or_else(in_header).unwrap_or_default()
}

/// Browsers leave `SameSite=Lax` cookies out of cross-site requests that are no top-level `GET`
/// (draft-ietf-httpbis-rfc6265bis, section 5.2).
fn may_hide_cookie(parts: &Parts) -> bool {
    let is =
        |name: &str, value: &str| parts.headers.get(name).is_some_and(|found: &HeaderValue| found == value);
    is("sec-fetch-site", "cross-site")
        && !(parts.method == Method::GET
            && is("sec-fetch-mode", "navigate")
            && is("sec-fetch-dest", "document"))
}

/// The header field as text, where it is there once and readable.
pub(crate) fn single<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut lines = headers.get_all(name).iter();
    let line = lines.next()?;
    if lines.next().is_some() { None } else { line.to_str().ok() }
}
