//! Where a visitor goes after a decision: a page of this site, and nowhere else.

use std::fmt::Write as _;

use http::{Method, header, request::Parts, uri::PathAndQuery};

use crate::consent::{host, single};
use crate::policy::Policy;

/// Longer paths are not worth carrying through a form.
const MAX_LEN: usize = 2048;

/// A same-origin path with query, as it can stand in `Location`; else the site's front page.
pub(crate) fn sanitize(policy: &Policy, target: &str) -> String {
    checked(target).unwrap_or_else(|| home(policy).to_owned())
}

/// The front page of the site, or of what is mounted.
pub(crate) fn home(policy: &Policy) -> &str {
    match policy.declared().mount.as_str() {
        "" => "/",
        mount => mount,
    }
}

fn checked(target: &str) -> Option<String> {
    let target = target.split('#').next()?;
    let rest = target.strip_prefix('/')?;
    // `//host` and, in browsers, `/\host` name another host; browsers drop control characters
    // before they look (URL Standard, basic URL parser), and servers may decode them.
    let path = rest.split('?').next()?;
    let names_a_host = path.starts_with(['/', '\\']) || starts_with_encoded(path, &["%2f", "%5c"]);
    let has_controls = target.chars().any(char::is_control) || has_encoded_controls(path);
    if names_a_host || has_controls || target.len() > MAX_LEN {
        return None;
    }
    let mut out = String::with_capacity(target.len());
    for byte in target.bytes() {
        if matches!(byte, b' ' | b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}')
            || !byte.is_ascii()
        {
            let _ = write!(out, "%{byte:02X}");
        } else {
            out.push(char::from(byte));
        }
    }
    Some(out)
}

fn starts_with_encoded(path: &str, encoded: &[&str]) -> bool {
    let start = path.get(..3).unwrap_or_default();
    encoded.iter().any(|code| start.eq_ignore_ascii_case(code))
}

fn has_encoded_controls(path: &str) -> bool {
    path.split('%').skip(1).any(|code| {
        let byte = code.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        byte.is_some_and(|byte| byte.is_ascii_control())
    })
}

/// The page that a form on it leads back to, kept until there is such a form.
#[derive(Debug)]
pub(crate) enum ReturnTo {
    /// The page itself.
    Page(Option<PathAndQuery>),
    /// It answers a form, and leads back to where that one was: the path of a `Referer` of this site.
    Form(Option<String>),
}

impl ReturnTo {
    pub(crate) fn new(policy: &Policy, parts: &Parts) -> Self {
        if parts.method == Method::GET || parts.method == Method::HEAD {
            Self::Page(parts.uri.path_and_query().cloned())
        } else {
            Self::Form(referring_path(policy, parts).map(str::to_owned))
        }
    }

    pub(crate) fn path(&self, policy: &Policy) -> String {
        let mount = policy.declared().mount.as_str();
        match self {
            Self::Page(Some(path)) if mount.is_empty() => sanitize(policy, path.as_str()),
            Self::Page(Some(path)) => {
                // Routers serve the front page of a nested app without the slash.
                let own = if path.path() == "/" { "" } else { path.path() };
                let query = path.query().map_or(String::new(), |query| format!("?{query}"));
                sanitize(policy, &format!("{mount}{own}{query}"))
            }
            Self::Page(None) => home(policy).to_owned(),
            Self::Form(path) => sanitize(policy, path.as_deref().unwrap_or_default()),
        }
    }
}

/// The path of a `Referer` of this site.
pub(super) fn referring_path<'a>(policy: &Policy, parts: &'a Parts) -> Option<&'a str> {
    let referer = single(&parts.headers, header::REFERER.as_str())?;
    let (_, rest) = referer.split_once("://")?;
    let (authority, _) = rest.split_at(rest.find('/')?);
    let is_same = authority.eq_ignore_ascii_case(host(policy, parts));
    is_same.then(|| &rest[authority.len()..])
}

#[cfg(test)]
mod tests {
    use http::Request;
    use proptest::prelude::*;

    use super::ReturnTo;
    use crate::policy::Policy;

    fn sanitize(target: &str) -> String {
        let policy = Policy::builder("Example SAS", "privacy@example.com").build().unwrap();
        super::sanitize(&policy, target)
    }

    #[test]
    fn paths_of_this_site_are_kept() {
        for path in ["/", "/a?b=c", "/a/b/", "/a?x=//evil", "/a?x=%0a", "/%C3%A9", "/a//b", "/a:b@c"] {
            assert_eq!(sanitize(path), path);
        }
        assert_eq!(sanitize("/é \"<>"), "/%C3%A9%20%22%3C%3E");
        assert_eq!(sanitize("/a#b"), "/a");
        assert_eq!(sanitize("/a\\b"), "/a%5Cb");
    }

    #[test]
    fn everything_else_leads_home() {
        for target in [
            "",
            "a",
            "//evil",
            "/\\evil",
            "\\\\evil",
            "https://evil",
            "/%09/evil",
            "/\t/evil",
            "/\r\nX: y",
            "/%0d%0aX:y",
            "/%5cevil",
            "/%2Fevil",
            "/\u{7f}",
            "/\u{85}",
            "javascript:alert(1)",
            " /a",
            "?a",
            "#a",
            &format!("/{}", "a".repeat(3000)),
        ] {
            assert_eq!(sanitize(target), "/", "{target:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_comes_out_is_a_path_here(target in ".*") {
            let base = url::Url::parse("https://site.example/").unwrap();
            let path = sanitize(&target);
            prop_assert!(http::HeaderValue::from_str(&path).is_ok());
            prop_assert_eq!(base.join(&path).unwrap().origin(), base.origin());
            prop_assert_eq!(sanitize(&path), path.clone());
        }
    }

    #[test]
    fn a_page_that_answers_a_form_leads_back_to_where_the_form_was() {
        let policy = Policy::builder("Example SAS", "privacy@example.com").mount("/app").build().unwrap();
        let page = |request: http::request::Builder| {
            let (parts, ()) = request.body(()).unwrap().into_parts();
            ReturnTo::new(&policy, &parts).path(&policy)
        };
        assert_eq!(page(Request::get("/a?b")), "/app/a?b");
        assert_eq!(page(Request::get("/")), "/app");
        assert_eq!(page(Request::get("/?b")), "/app?b");
        assert_eq!(page(Request::get("http://h?b")), "/app?b");
        assert_eq!(page(Request::get("http://h/a?b")), "/app/a?b");
        let post = || Request::post("/send").header("host", "shop.com");
        assert_eq!(page(post().header("referer", "https://shop.com/form?x")), "/form?x");
        assert_eq!(page(post().header("referer", "https://evil.com/form")), "/app");
        assert_eq!(page(post().header("referer", "https://shop.com")), "/app");
        assert_eq!(page(post()), "/app");
    }
}
