//! What caches may know of a response that depends on the visitor.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::{HeaderMap, HeaderName, HeaderValue, header};

use super::eligibility::list;

/// Removes the fields that a test picks, after one look at what is there.
fn remove_fields(headers: &mut HeaderMap, is_doomed: impl Fn(&str) -> bool) {
    let doomed: Vec<HeaderName> = headers.keys().filter(|name| is_doomed(name.as_str())).cloned().collect();
    for name in doomed {
        headers.remove(name);
    }
}

/// Keeps a response out of shared caches, and out of all when it is of the moment. What the app
/// says more strictly stays.
pub(super) fn make_private(headers: &mut HeaderMap, is_momentary: bool) {
    let says =
        |word: &str| list(headers, header::CACHE_CONTROL).any(|member| member.eq_ignore_ascii_case(word));
    let stored = if is_momentary || says("no-store") { "no-store" } else { "no-cache" };
    let rest = if says("no-transform") { ", no-transform" } else { "" };
    let value = match (stored, rest) {
        ("no-cache", "") => HeaderValue::from_static("private, no-cache"),
        _ => HeaderValue::try_from(format!("private, {stored}{rest}"))
            .unwrap_or(HeaderValue::from_static("private, no-store")),
    };
    headers.insert(header::CACHE_CONTROL, value);
    remove_fields(headers, |name| matches!(name, "expires" | "pragma") || is_for_networks(name));
}

/// Whether a response says anything that lets a cache keep it without asking again
/// (RFC 9111, sections 4.2 and 4.2.2).
pub(super) fn allows_storing(headers: &HeaderMap) -> bool {
    let mut says = headers.keys().map(HeaderName::as_str);
    let mut directives = list(headers, header::CACHE_CONTROL);
    let asks_again = ["no-store", "no-cache"];
    !directives.any(|directive| asks_again.iter().any(|word| directive.eq_ignore_ascii_case(word)))
        && says.any(|name| {
            matches!(name, "cache-control" | "expires" | "last-modified") || is_for_networks(name)
        })
}

/// Whether the app marks a response for caches that serve many (RFC 9111, section 3). `now` is in
/// seconds since 1970.
pub(super) fn is_for_all(headers: &HeaderMap, now: impl FnOnce() -> i64) -> bool {
    let mut is_marked = false;
    let networks = headers.keys().filter(|name| is_for_networks(name.as_str()));
    for field in networks.chain([&header::CACHE_CONTROL]) {
        for directive in list(headers, field.clone()) {
            // The fields that `private` may name are no reason to be less careful.
            let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
            let is = |word: &str| name.trim_end().eq_ignore_ascii_case(word);
            if is("private") || is("no-store") {
                return false;
            }
            let lasts = |value: &str| value.bytes().any(|digit| matches!(digit, b'1'..=b'9'));
            let is_lifetime = is("max-age") || is("s-maxage") || is("content");
            is_marked |= is("public") || is_lifetime && lasts(value) || value.is_empty() && lasts(name);
        }
    }
    let expires = || headers.get(header::EXPIRES)?.to_str().ok()?.parse::<httpdate::HttpDate>().ok();
    let has_come = |date| {
        let now = UNIX_EPOCH.checked_add(Duration::from_secs(u64::try_from(now()).unwrap_or(0)));
        now.is_none_or(|now| SystemTime::from(date) <= now)
    };
    is_marked || expires().is_some_and(|date| !has_come(date))
}

/// Whether a response says that no shared cache keeps it (RFC 9111, sections 5.2.2.5 and 5.2.2.7).
pub(super) fn is_for_one(headers: &HeaderMap) -> bool {
    let keeps_out =
        |directive: &str| ["private", "no-store"].iter().any(|word| directive.eq_ignore_ascii_case(word));
    list(headers, header::CACHE_CONTROL).any(keeps_out)
        && !headers.keys().any(|name| is_for_networks(name.as_str()))
}

/// Whether `Vary` has a member.
pub(super) fn varies_on(headers: &HeaderMap, member: &str) -> bool {
    list(headers, header::VARY).any(|known| known == "*" || known.eq_ignore_ascii_case(member))
}

/// Fields in which content networks are told to keep what `Cache-Control` forbids: each may have one of
/// its own (RFC 9213, section 2).
fn is_for_networks(name: &str) -> bool {
    name.ends_with("-cache-control")
        || matches!(name, "surrogate-control" | "edge-control" | "x-accel-expires")
}

/// Adds members to `Vary` that are not there yet; `*` says it all (RFC 9110, section 12.5.5).
pub(super) fn vary(headers: &mut HeaderMap, members: &[&str]) {
    let missing: Vec<&str> = match headers.contains_key(header::VARY) {
        true => members.iter().copied().filter(|member| !varies_on(headers, member)).collect(),
        false => members.to_vec(),
    };
    let value = match missing[..] {
        [] => return,
        [one] => HeaderValue::from_str(one),
        _ => HeaderValue::try_from(missing.join(", ")),
    };
    headers.append(header::VARY, value.unwrap_or(HeaderValue::from_static("Cookie")));
}

/// Removes by what a client would later ask whether it may show this again.
pub(super) fn forget_validators(headers: &mut HeaderMap) {
    headers.remove(header::ETAG);
    headers.remove(header::LAST_MODIFIED);
}

/// Removes what described the bytes before something was inserted (RFC 9530, section 2).
pub(super) fn forget_bytes(headers: &mut HeaderMap) {
    remove_fields(headers, |name| {
        matches!(
            name,
            "content-length" | "accept-ranges" | "content-md5" | "digest" | "content-digest" | "repr-digest"
        )
    });
}

/// Dates a page no earlier than this, since it also holds what the layer knows since then.
pub(super) fn date_from(headers: &mut HeaderMap, earliest: SystemTime) {
    let Some(value) = headers.get(header::LAST_MODIFIED) else { return };
    let date = value.to_str().ok().and_then(|date| httpdate::parse_http_date(date).ok());
    if date.is_some_and(|date| date >= earliest) {
        return;
    }
    match HeaderValue::try_from(httpdate::fmt_http_date(earliest)) {
        Ok(value) => headers.insert(header::LAST_MODIFIED, value),
        Err(_) => headers.remove(header::LAST_MODIFIED),
    };
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, header};

    use super::{date_from, is_for_all, make_private, vary};

    const NOW: i64 = 1_795_000_000;

    fn cache_control(before: &'static str, is_momentary: bool) -> String {
        let mut headers = HeaderMap::from_iter([(header::CACHE_CONTROL, HeaderValue::from_static(before))]);
        make_private(&mut headers, is_momentary);
        headers[header::CACHE_CONTROL].to_str().unwrap().to_owned()
    }

    #[test]
    fn a_private_page_keeps_what_is_stricter() {
        assert_eq!(cache_control("public, max-age=600, immutable", false), "private, no-cache");
        assert_eq!(cache_control("public, max-age=600", true), "private, no-store");
        assert_eq!(cache_control("No-Store", false), "private, no-store");
        assert_eq!(cache_control("public, no-transform", false), "private, no-cache, no-transform");
    }

    #[test]
    fn what_content_networks_are_told_goes() {
        let mut headers = HeaderMap::new();
        for name in ["surrogate-control", "cdn-cache-control", "expires", "pragma"] {
            headers.insert(name, HeaderValue::from_static("max-age=60"));
        }
        make_private(&mut headers, false);
        assert_eq!(headers.len(), 1);
    }

    #[test]
    fn vary_is_merged_and_a_star_stays_alone() {
        let merged = |before: &'static str| {
            let mut headers = HeaderMap::new();
            if !before.is_empty() {
                headers.insert(header::VARY, HeaderValue::from_static(before));
            }
            vary(&mut headers, &["Cookie", "Accept-Language"]);
            let lines = headers.get_all(header::VARY).iter().map(|line| line.to_str().unwrap());
            lines.collect::<Vec<_>>().join(", ")
        };
        assert_eq!(merged(""), "Cookie, Accept-Language");
        assert_eq!(merged("cookie"), "cookie, Accept-Language");
        assert_eq!(
            merged("X-Not-Cookie-Really, Accept-language"),
            "X-Not-Cookie-Really, Accept-language, Cookie"
        );
        assert_eq!(merged("*"), "*");
    }

    #[test]
    fn what_the_app_says_tells_whether_a_page_is_for_all() {
        for (name, value, expected) in [
            ("cache-control", "public", true),
            ("cache-control", "Max-Age=60", true),
            ("cache-control", "no-cache, s-maxage=\"5\"", true),
            ("cdn-cache-control", "max-age=60", true),
            ("cache-control", "max-age=0", false),
            ("cache-control", "no-cache", false),
            ("cache-control", "private, max-age=60", false),
            ("cache-control", "public, no-store", false),
            ("cache-control", "public, private=\"set-cookie\"", false),
            ("x-litespeed-cache-control", "public, max-age=9", true),
            ("surrogate-control", "max-age=60, content=\"ESI/1.0\"", true),
            ("surrogate-control", "no-store", false),
            ("cdn-cache-control", "max-age=0", false),
            ("x-accel-expires", "60", true),
            ("x-accel-expires", "0", false),
            ("expires", "Wed, 25 Nov 2099 00:00:00 GMT", true),
            ("expires", "Thu, 01 Jan 1970 00:00:00 GMT", false),
            ("expires", "0", false),
            ("etag", "\"a\"", false),
        ] {
            let headers = HeaderMap::from_iter([(
                http::HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )]);
            assert_eq!(is_for_all(&headers, || NOW), expected, "{name}: {value}");
        }
    }

    #[test]
    fn a_page_is_no_older_than_what_is_inserted() {
        let earliest = httpdate::parse_http_date("Sun, 01 Nov 2026 00:00:00 GMT").unwrap();
        for (before, after) in [
            ("Thu, 01 Jan 2026 00:00:00 GMT", "Sun, 01 Nov 2026 00:00:00 GMT"),
            ("Wed, 25 Nov 2026 00:00:00 GMT", "Wed, 25 Nov 2026 00:00:00 GMT"),
            ("yesterday", "Sun, 01 Nov 2026 00:00:00 GMT"),
        ] {
            let mut headers =
                HeaderMap::from_iter([(header::LAST_MODIFIED, HeaderValue::from_static(before))]);
            date_from(&mut headers, earliest);
            assert_eq!(headers[header::LAST_MODIFIED], after);
        }
        let mut headers = HeaderMap::new();
        date_from(&mut headers, earliest);
        assert!(headers.is_empty());
    }
}
