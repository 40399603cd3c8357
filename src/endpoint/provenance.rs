//! Whether a decision comes from a page of this site, in a form that decides.

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode, header, request::Parts};

use super::{MAX_BODY, refusal, too_large};
use crate::{
    consent::{host, single},
    policy::Policy,
};

/// The checks that need no body, in the order of the documentation.
#[allow(clippy::result_large_err)] // It is the response itself, on its way out.
pub(super) fn check(policy: &Policy, parts: &Parts) -> Result<(), Response<Bytes>> {
    if !is_same_origin(policy, parts) {
        return Err(refusal(StatusCode::FORBIDDEN, "the decision does not come from a page of this site"));
    }
    // RFC 8470, section 5.2: early data can be replayed, a decision must not be.
    if parts.headers.get("early-data").is_some_and(|value| value == "1") {
        return Err(refusal(StatusCode::TOO_EARLY, "the decision came before the connection was safe"));
    }
    if !is_form(&parts.headers) {
        let reason = "a decision is application/x-www-form-urlencoded";
        return Err(refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, reason));
    }
    let length = single(&parts.headers, "content-length").and_then(|length| length.parse::<usize>().ok());
    if length.is_some_and(|length| length > MAX_BODY) {
        return Err(too_large());
    }
    Ok(())
}

/// `Sec-Fetch-Site` decides (W3C Fetch Metadata); without it `Origin` against the host. Programs
/// send neither, and have no visitor's cookies to misuse.
fn is_same_origin(policy: &Policy, parts: &Parts) -> bool {
    if parts.headers.contains_key("sec-fetch-site") {
        return matches!(single(&parts.headers, "sec-fetch-site"), Some("same-origin" | "none"));
    }
    if !parts.headers.contains_key(header::ORIGIN) {
        return true;
    }
    let Some(origin) = single(&parts.headers, "origin") else { return false };
    if let Some(public) = &policy.declared().public_origin {
        return origin == public.origin;
    }
    let authority = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    let host = host(policy, parts);
    !host.is_empty() && authority.is_some_and(|authority| is_same_authority(authority, host, origin))
}

/// Browsers leave the scheme's own port out of `Origin`; what sets `Host` may not.
fn is_same_authority(authority: &str, host: &str, origin: &str) -> bool {
    let default_port = if origin.starts_with("https:") { ":443" } else { ":80" };
    let bare = |authority: &str| {
        let authority = authority.to_ascii_lowercase();
        authority.strip_suffix(default_port).map_or(authority.clone(), str::to_owned)
    };
    bare(authority) == bare(host)
}

fn is_form(headers: &HeaderMap) -> bool {
    let essence = single(headers, "content-type").and_then(|value| value.split(';').next());
    essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"))
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::is_same_origin;
    use crate::policy::{Policy, PolicyBuilder};

    fn builder() -> PolicyBuilder {
        Policy::builder("Example SAS", "privacy@example.com")
    }

    fn passes(policy: &Policy, headers: &[(&str, &str)]) -> bool {
        let mut request = Request::post("/cookie-consent");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        is_same_origin(policy, &request.body(()).unwrap().into_parts().0)
    }

    #[test]
    fn fetch_metadata_decides_where_it_is_sent() {
        let policy = builder().build().unwrap();
        for (site, expected) in [
            ("same-origin", true),
            ("none", true),
            ("same-site", false),
            ("cross-site", false),
            ("", false),
            ("Same-Origin", false),
            ("same-origin, cross-site", false),
        ] {
            let headers = [("sec-fetch-site", site), ("origin", "https://evil.com"), ("host", "a.com")];
            assert_eq!(passes(&policy, &headers), expected, "{site}");
        }
        assert!(!passes(&policy, &[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")]));
    }

    #[test]
    fn without_it_the_origin_has_to_be_the_host() {
        let policy = builder().build().unwrap();
        for (origin, host, expected) in [
            ("https://a.com", "a.com", true),
            ("http://a.com:8080", "a.com:8080", true),
            ("https://a.com", "a.com:443", true),
            ("http://[::1]:3000", "[::1]:3000", true),
            ("https://A.com", "a.COM", true),
            ("https://a.com", "b.com", false),
            ("https://a.com:8443", "a.com", false),
            ("https://a.com.evil.com", "a.com", false),
            ("null", "null", false),
            ("", "", false),
            ("https://", "", false),
            ("ftp://a.com", "a.com", false),
        ] {
            let headers = [("origin", origin), ("host", host)];
            assert_eq!(passes(&policy, &headers), expected, "{origin} {host}");
        }
        assert!(passes(&policy, &[("host", "a.com")]), "as curl does");
        assert!(!passes(
            &policy,
            &[("origin", "https://a.com"), ("origin", "https://a.com"), ("host", "a.com")]
        ));
    }

    #[test]
    fn behind_a_proxy_the_public_origin_counts() {
        let policy = builder().public_origin("https://www.a.com").build().unwrap();
        assert!(passes(&policy, &[("origin", "https://www.a.com"), ("host", "127.0.0.1:8000")]));
        assert!(!passes(&policy, &[("origin", "http://127.0.0.1:8000"), ("host", "127.0.0.1:8000")]));
    }
}
