//! What caches and conditional requests may know of a response that depends on the visitor.

use http::{HeaderMap, HeaderName, HeaderValue, header};

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
    let says = |directive: &str| {
        let lines = headers.get_all(header::CACHE_CONTROL).iter().filter_map(|line| line.to_str().ok());
        lines.flat_map(|line| line.split(',')).any(|member| member.trim().eq_ignore_ascii_case(directive))
    };
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
    let lines = headers.get_all(header::CACHE_CONTROL).iter().filter_map(|line| line.to_str().ok());
    let mut directives = lines.flat_map(|line| line.split(',')).map(str::trim);
    let asks_again = ["no-store", "no-cache"];
    !directives.any(|directive| asks_again.iter().any(|word| directive.eq_ignore_ascii_case(word)))
        && says.any(|name| {
            matches!(name, "cache-control" | "expires" | "last-modified") || is_for_networks(name)
        })
}

/// Fields in which content networks are told to keep what `Cache-Control` forbids.
fn is_for_networks(name: &str) -> bool {
    matches!(
        name,
        "surrogate-control"
            | "cdn-cache-control"
            | "cloudflare-cdn-cache-control"
            | "vercel-cdn-cache-control"
            | "netlify-cdn-cache-control"
            | "edge-control"
            | "x-accel-expires"
    )
}

/// Adds members to `Vary` that are not there yet; `*` says it all (RFC 9110, section 12.5.5).
pub(super) fn vary(headers: &mut HeaderMap, members: &[&'static str]) {
    let is_there = |member: &str| {
        let lines = headers.get_all(header::VARY).iter().filter_map(|line| line.to_str().ok());
        let mut known = lines.flat_map(|line| line.split(',')).map(str::trim);
        known.any(|known| known == "*" || known.eq_ignore_ascii_case(member))
    };
    let missing: Vec<&str> = match headers.contains_key(header::VARY) {
        true => members.iter().copied().filter(|member| !is_there(member)).collect(),
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

/// Removes what described the bytes before something was inserted.
pub(super) fn forget_representation(headers: &mut HeaderMap) {
    remove_fields(headers, |name| {
        matches!(
            name,
            "content-length"
                | "etag"
                | "last-modified"
                | "accept-ranges"
                | "content-md5"
                | "digest"
                | "content-digest"
                | "repr-digest"
        )
    });
}

/// Removes from a request what refers to bytes of another variant.
pub(super) fn forget_conditions(headers: &mut HeaderMap) {
    const FIELDS: [HeaderName; 5] =
        [header::IF_NONE_MATCH, header::IF_MODIFIED_SINCE, header::IF_MATCH, header::RANGE, header::IF_RANGE];
    for name in FIELDS {
        headers.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, header};

    use super::{make_private, vary};

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
}
