use time::{Date, Month};
use url::Url;

use super::Findings;
use crate::policy::{CookieSettings, Delivery, Key, NamePattern, PublicOrigin};

/// A path that the layer writes into pages and compares with request paths byte for byte.
pub(super) fn own_path(found: &mut Findings, key: &str, path: &str) {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'-' | b'_' | b'.' | b'~');
    let segments = path.strip_prefix('/').unwrap_or_default();
    let well_formed =
        path.bytes().all(plain) && segments.split('/').all(|segment| !matches!(segment, "" | "." | ".."));
    if !well_formed {
        let remedy = "write a path such as /cookie-consent: it starts with /, does not end with one, \
                      and holds letters, digits, - _ . ~ only";
        found.push(key, path, remedy);
    }
}

/// A path of this site or an http(s) URL.
pub(super) fn link(url: &str) -> Result<(), &'static str> {
    const REMEDY: &str = "write a path such as /privacy or an http(s) URL";
    if url.bytes().any(|b| b <= b' ' || b == 0x7f || b == b'\\') {
        return Err(REMEDY);
    }
    if let Some(rest) = url.strip_prefix('/') {
        return if rest.starts_with('/') { Err(REMEDY) } else { Ok(()) };
    }
    let url = Url::parse(url).map_err(|_| REMEDY)?;
    if matches!(url.scheme(), "http" | "https") && url.has_host() { Ok(()) } else { Err(REMEDY) }
}

pub(super) fn public_origin(origin: &str) -> Result<PublicOrigin, &'static str> {
    const REMEDY: &str = "write scheme and host alone, such as https://www.example.com";
    let url = Url::parse(origin).map_err(|_| REMEDY)?;
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let anonymous = url.username().is_empty() && url.password().is_none();
    match url.host_str() {
        Some(host) if matches!(url.scheme(), "http" | "https") && bare && anonymous => Ok(PublicOrigin {
            origin: url.origin().ascii_serialization(),
            authority: url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")),
        }),
        _ => Err(REMEDY),
    }
}

/// A full-date (RFC 3339, section 5.6).
pub(super) fn date(text: &str) -> Result<Date, &'static str> {
    let read = || {
        let [year, month, day] = text.split('-').collect::<Vec<_>>()[..] else { return None };
        let is_plain = [(year, 4), (month, 2), (day, 2)]
            .iter()
            .all(|(part, length)| part.len() == *length && part.bytes().all(|b| b.is_ascii_digit()));
        let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
        Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok().filter(|_| is_plain)
    };
    read().ok_or("write a day such as 2026-01-01")
}

/// A script in a page reads the answer, and can check no signature.
pub(super) fn delivery(found: &mut Findings, delivery: Delivery, cookie: &CookieSettings) {
    let word = match delivery {
        Delivery::Private => return,
        Delivery::Shared => "shared",
        Delivery::Auto => "auto",
    };
    if cookie.domain.is_some() {
        let remedy = "a cookie that subdomains share is signed, which a script in a page cannot check: \
                      anyone on a subdomain could release what is withheld; \
                      leave cookie.domain out, or write delivery = \"private\"";
        found.push("delivery", word, remedy);
    }
}

pub(super) fn cookie(found: &mut Findings, cookie: &CookieSettings) {
    let name = &cookie.name;
    match NamePattern::parse(name) {
        Err(error) => found.push("cookie.name", name, error.to_string()),
        Ok(pattern) if !pattern.is_exact() => {
            found.push("cookie.name", name, "the consent cookie has one name, without *");
        }
        Ok(_) if name.starts_with("__") => {
            found.push(
                "cookie.name",
                name,
                "leave the prefix out; the layer puts __Host- or __Secure- in front",
            );
        }
        Ok(_) if name.len() > 64 => found.push("cookie.name", name, "write a name of at most 64 characters"),
        Ok(_) => {}
    }
    let Some(domain) = &cookie.domain else {
        if cookie.key.is_some() {
            let remedy =
                "only a cookie that is shared by cookie.domain is signed; add that, or leave the key out";
            found.push("cookie.key", "..", remedy);
        }
        return;
    };
    let labels: Vec<_> = domain.split('.').collect();
    let is_label =
        |label: &&str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if labels.len() < 2 || !labels.iter().all(is_label) {
        found.push(
            "cookie.domain",
            domain,
            "write the parent domain without a leading dot, such as example.com",
        );
    }
    if cookie.key.as_ref().is_none_or(|Key(key)| key.len() < 32) {
        let remedy =
            "subdomains can write this cookie, so it is signed: give a secret key of at least 32 bytes";
        found.push("cookie.key", "..", remedy);
    }
    if cookie.secure == crate::policy::Secure::Never {
        found.push(
            "cookie.secure",
            "never",
            "a shared cookie is Secure; write auto or always, or leave cookie.domain out",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::{link, public_origin};

    #[test]
    fn links_are_paths_and_http_urls() {
        for url in ["/", "/privacy?x=1", "https://example.com/p", "http://example.com"] {
            assert!(link(url).is_ok(), "{url}");
        }
        for url in [
            "",
            "privacy",
            "//evil.com",
            "/\\evil.com",
            "javascript:alert(1)",
            "data:text/html,x",
            "https:",
            "mailto:a@b.c",
            "java\tscript:x",
            "https://a b",
        ] {
            assert!(link(url).is_err(), "{url}");
        }
    }

    #[test]
    fn a_public_origin_is_scheme_and_host_alone() {
        let origin = public_origin("https://WWW.example.com:443/").unwrap();
        assert_eq!(origin.origin, "https://www.example.com");
        assert_eq!(origin.authority, "www.example.com");
        assert_eq!(public_origin("https://a.com:8443").unwrap().authority, "a.com:8443");
        for text in
            ["www.example.com", "https://a.com/x", "https://a.com?x", "ftp://a.com", "https://u@a.com"]
        {
            assert!(public_origin(text).is_err(), "{text}");
        }
    }
}
