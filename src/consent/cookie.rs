//! The consent cookie on the wire: its name, its attributes, and which of several counts.

use std::time::Duration;

use cookie::{Cookie, CookieBuilder, SameSite};
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, HeaderValue};
use sha2::Sha256;

use super::{answers::Answers, codec, cookie_header::pairs};
use crate::policy::{CookieSettings, Host, Key, Policy, Secure};

/// What a request says of earlier answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stored {
    Absent,
    /// There is a cookie, but nothing can be taken from it: malformed, oversized, forged, twice.
    Unusable,
    Answers(Answers),
}

/// How often a request carries the consent cookie.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    /// With its prefix.
    pub(crate) prefixed: usize,
    /// Under its bare name.
    pub(crate) bare: usize,
}

/// Reads the consent cookie. On public hosts the bare name does not count, since a sibling host or
/// anyone on an unencrypted network could have written it.
pub(crate) fn read(policy: &Policy, headers: &HeaderMap, is_local: impl Fn() -> bool) -> (Stored, Seen) {
    let settings = &policy.declared().cookie;
    let mut seen = Seen::default();
    let mut prefixed_value = None;
    let mut bare_value = None;
    for (name, value) in pairs(headers) {
        if is_prefixed(settings, name) {
            seen.prefixed += 1;
            prefixed_value = Some(value);
        } else if name == settings.name.as_bytes() {
            seen.bare += 1;
            bare_value = Some(value);
        }
    }
    let prefixed = (seen.prefixed, prefixed_value);
    let bare = (seen.bare, bare_value);
    let (count, value) = match settings.secure {
        Secure::Always => prefixed,
        Secure::Never => bare,
        Secure::Auto if seen.prefixed == 0 && seen.bare > 0 && is_local() => bare,
        Secure::Auto => prefixed,
    };
    let stored = match (count, value) {
        (1, Some(value)) => signed_part(settings, value)
            .and_then(|value| codec::decode(policy, value))
            .map_or(Stored::Unusable, Stored::Answers),
        (0, _) => Stored::Absent,
        _ => Stored::Unusable,
    };
    (stored, seen)
}

/// Whether a cookie is the consent cookie, under either name.
pub(crate) fn is_consent_cookie(settings: &CookieSettings, name: &[u8]) -> bool {
    name == settings.name.as_bytes() || is_prefixed(settings, name)
}

fn is_prefixed(settings: &CookieSettings, name: &[u8]) -> bool {
    let bare = name.strip_prefix(settings.prefix().as_bytes());
    bare.is_some_and(|bare| bare == settings.name.as_bytes())
}

/// Whether the answer to a request is to be written with `Secure`.
///
/// `origin` is that of the page the decision comes from. A browser that sent the prefixed cookie
/// takes this origin for trustworthy, and would go on to prefer what it has.
pub(crate) fn is_secure(policy: &Policy, origin: Option<&str>, seen: Seen) -> bool {
    let declared = policy.declared();
    let public = declared.public_origin.as_ref().map(|public| public.origin.as_str());
    let insecure = || {
        let authority = origin.or(public)?.strip_prefix("http://")?;
        Some(Host::new(authority).is_local())
    };
    match declared.cookie.secure {
        Secure::Always => true,
        Secure::Never => false,
        Secure::Auto => seen.prefixed > 0 || !insecure().unwrap_or(false),
    }
}

/// The `Set-Cookie` line that stores answers for a time.
pub(crate) fn write(policy: &Policy, answers: &Answers, memory: Duration, secure: bool) -> HeaderValue {
    let settings = &policy.declared().cookie;
    let mut value = codec::encode(policy, answers);
    if let Some(tag) = tag(settings, value.as_bytes()) {
        value.push('~');
        value.push_str(&tag);
    }
    let max_age = time::Duration::seconds(i64::try_from(memory.as_secs()).unwrap_or(i64::MAX));
    line(template(settings, secure, value, settings.domain.as_deref()).max_age(max_age))
}

/// The lines that remove what parent domains or other times left under the same name.
pub(crate) fn remove_duplicates<'a>(
    settings: &'a CookieSettings,
    seen: Seen,
    secure: bool,
    host: Host<'a>,
) -> impl Iterator<Item = HeaderValue> + 'a {
    let count = if secure { seen.prefixed } else { seen.bare };
    // `__Host-` cookies have no variants.
    let can_vary = count > 1 && !(secure && settings.domain.is_none());
    let domains = std::iter::once(None).chain(host.cookie_domains().map(Some));
    let others = domains.filter(move |domain| can_vary && *domain != settings.domain.as_deref());
    others.map(move |domain| {
        let removal = template(settings, secure, String::new(), domain);
        line(removal.max_age(time::Duration::ZERO))
    })
}

/// All that setting and removing share, since a removal that differs is ignored.
fn template(
    settings: &CookieSettings,
    secure: bool,
    value: String,
    domain: Option<&str>,
) -> CookieBuilder<'static> {
    let prefix = if secure { settings.prefix() } else { "" };
    let cookie = Cookie::build((format!("{prefix}{}", settings.name), value))
        .path("/")
        .same_site(SameSite::Lax)
        .http_only(settings.http_only)
        .secure(secure);
    match domain {
        Some(domain) => cookie.domain(domain.to_owned()),
        None => cookie,
    }
}

fn line(cookie: CookieBuilder<'static>) -> HeaderValue {
    // Name, domain and value are checked or made of cookie-octets.
    HeaderValue::try_from(cookie.build().to_string()).unwrap_or(HeaderValue::from_static(""))
}

/// The value without its tag, where the tag is right or none is needed.
fn signed_part<'a>(settings: &CookieSettings, value: &'a [u8]) -> Option<&'a [u8]> {
    if settings.key.is_none() {
        return Some(value);
    }
    let split = memchr::memrchr(b'~', value)?;
    let (value, given) = (&value[..split], &value[split + 1..]);
    let mac = mac(settings, value)?;
    let given = tag_bytes(given)?;
    mac.verify_truncated_left(&given).ok()?;
    Some(value)
}

/// 72 bits of HMAC-SHA-256, in base64url; nothing without a key.
fn tag(settings: &CookieSettings, value: &[u8]) -> Option<String> {
    use base64::Engine;
    let mac = mac(settings, value)?.finalize().into_bytes();
    Some(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&mac[..TAG_LEN]))
}

const TAG_LEN: usize = 9;

fn tag_bytes(text: &[u8]) -> Option<Vec<u8>> {
    use base64::Engine;
    let tag = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).ok()?;
    (tag.len() == TAG_LEN).then_some(tag)
}

fn mac(settings: &CookieSettings, value: &[u8]) -> Option<Hmac<Sha256>> {
    let Key(key) = settings.key.as_ref()?;
    // HMAC takes keys of any length.
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(settings.name.as_bytes());
    mac.update(b"=");
    mac.update(value);
    Some(mac)
}

#[cfg(test)]
mod tests;
