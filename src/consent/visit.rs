use http::{HeaderMap, HeaderName, HeaderValue, Method, header, request::Parts, uri::Authority};

use super::{Circumstances, Consent, Seen, Signal, State, Stored, cookie};
use crate::policy::{Host, Jurisdiction, Policy};

/// What a request says of its visitor, read once at the top.
#[derive(Clone, Debug)]
pub(crate) struct Visit {
    pub(crate) consent: Consent,
    pub(crate) seen: Seen,
    /// Seconds since 1970; 0 where nothing depends on it.
    now: i64,
}

impl Visit {
    pub(crate) fn new(
        policy: &Policy,
        jurisdiction: Option<Jurisdiction>,
        parts: &Parts,
        now: impl FnOnce() -> i64,
    ) -> Self {
        let (stored, seen) = cookie::read(policy, &parts.headers, || is_local(policy, parts));
        let now = if matches!(stored, Stored::Answers(_)) { now() } else { 0 };
        let circumstances = Circumstances {
            signal: Signal::of(&parts.headers, policy.declared().dnt),
            may_hide_cookie: stored == Stored::Absent && may_hide_cookie(parts),
            jurisdiction,
            now,
        };
        let state = State::new(policy, stored, circumstances);
        Self { consent: Consent::new(policy.clone(), state), seen, now }
    }

    /// Seconds since the latest answer.
    pub(crate) fn age(&self) -> Option<i64> {
        self.consent.state().age(self.now)
    }
}

/// Whether the host can only be reached from this machine or network.
///
/// A proxy may put its own name for the app in place of the host that the visitor sees; what such a
/// proxy adds to the request tells.
pub(crate) fn is_local(policy: &Policy, parts: &Parts) -> bool {
    let each = |name: &str, is_local: fn(&str) -> bool| {
        let mut lines = parts.headers.get_all(name).iter();
        lines.all(|line| line.to_str().is_ok_and(|line| line.split(',').map(str::trim).all(is_local)))
    };
    Host::new(host(policy, parts)).is_local()
        && !parts.headers.contains_key(header::FORWARDED)
        && each("x-forwarded-host", |host| Host::new(host).is_local())
        && each("x-forwarded-for", Host::is_local_address)
}

/// The host that the visitor sees: as declared, else as the request says
/// (RFC 9112, section 3.2.2; RFC 9113, section 8.3.1).
pub(crate) fn host<'a>(policy: &'a Policy, parts: &'a Parts) -> &'a str {
    visible_host(policy, parts.uri.authority(), parts.headers.get(header::HOST))
}

/// The same from the request's pieces: its target and its `Host`.
pub(crate) fn visible_host<'a>(
    policy: &'a Policy,
    target: Option<&'a Authority>,
    host: Option<&'a HeaderValue>,
) -> &'a str {
    let public = policy.declared().public_origin.as_ref().map(|public| public.authority.as_str());
    let in_target = || target.map(Authority::as_str);
    let in_header = || host.and_then(|host| host.to_str().ok());
    public.or_else(in_target).or_else(in_header).unwrap_or_default()
}

/// Browsers leave `SameSite=Lax` cookies out of cross-site requests that are no top-level `GET`
/// (draft-ietf-httpbis-rfc6265bis, section 5.2).
fn may_hide_cookie(parts: &Parts) -> bool {
    const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
    const MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
    const DESTINATION: HeaderName = HeaderName::from_static("sec-fetch-dest");
    let is = |name: HeaderName, value: &str| parts.headers.get(name).is_some_and(|found| found == value);
    is(SITE, "cross-site")
        && !(parts.method == Method::GET && is(MODE, "navigate") && is(DESTINATION, "document"))
}

/// The header field as text, where it is there once and readable.
pub(crate) fn single<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut lines = headers.get_all(name).iter();
    let line = lines.next()?;
    if lines.next().is_some() { None } else { line.to_str().ok() }
}
