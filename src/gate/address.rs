//! Where the addresses in documents and headers lead.

use std::borrow::Cow;

use url::{Position, Url};

/// The origin of an address (HTML standard, "ASCII serialization of an origin"), which most begin with.
pub(super) fn origin(url: &Url) -> Cow<'_, str> {
    let has_host = matches!(url.scheme(), "http" | "https" | "ws" | "wss");
    let has_user = !url.username().is_empty() || url.password().is_some();
    match has_host && !has_user {
        true => Cow::Borrowed(&url[..Position::BeforePath]),
        false => Cow::Owned(url.origin().ascii_serialization()),
    }
}

/// Where an address leads that stands in a document. However many slashes it begins with, two or more, a host
/// follows (URL Standard, "special authority ignore slashes state").
pub(super) fn resolve(base: &Url, address: &str) -> Option<Url> {
    let is_slash = |c: char| matches!(c, '/' | '\\');
    let is_dropped = |c: char| matches!(c, '\t' | '\n' | '\r');
    let text = address.trim_start_matches(|c: char| c <= ' ');
    let behind = text.trim_start_matches(|c| is_slash(c) || is_dropped(c));
    let slashes = text[..text.len() - behind.len()].chars().filter(|c| is_slash(*c)).count();
    let url = if slashes > 2 { base.join(&format!("//{behind}")) } else { base.join(address) };
    url.ok()
}

/// Where an address may lead: for one that has a scheme and fewer than two slashes, this depends on whether the
/// scheme is the page's own (URL Standard, "scheme state"), which proxies hide, so that both readings count.
pub(super) fn readings(base: &Url, address: &str) -> [Option<Url>; 2] {
    if !is_lone_scheme(address) {
        return [resolve(base, address), None];
    }
    ["http", "https"].map(|scheme| {
        let mut base = base.clone();
        base.set_scheme(scheme).ok()?;
        base.join(address).ok()
    })
}

/// Whether an address begins with `http:` or `https:` and no two slashes follow.
fn is_lone_scheme(address: &str) -> bool {
    let mut characters =
        address.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).skip_while(|c| *c <= ' ');
    let mut is_next = |one: char| characters.next().is_some_and(|c| c.eq_ignore_ascii_case(&one));
    if !"http".chars().all(&mut is_next) {
        return false;
    }
    let behind = match characters.next() {
        Some('s' | 'S') => characters.next(),
        other => other,
    };
    let is_slash = |c: Option<char>| matches!(c, Some('/' | '\\'));
    behind == Some(':') && !(is_slash(characters.next()) && is_slash(characters.next()))
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::{origin, readings, resolve};

    #[test]
    fn an_origin_is_what_its_address_says() {
        for address in [
            "https://T.test:443/a?b#c",
            "http://t.test:8080",
            "https://u@t.test/",
            "https://u:p@t.test/",
            "https://:p@t.test/",
            "https://:@t.test/",
            "wss://[::1]:80/",
            "ftp://t.test/",
            "data:,a",
            "blob:https://t.test/1",
            "x://t.test/",
            "https://tést.test/",
        ] {
            let url = Url::parse(address).unwrap();
            assert_eq!(origin(&url), url.origin().ascii_serialization(), "{address}");
        }
    }

    #[test]
    fn slashes_beyond_two_name_no_path() {
        let base = Url::parse("https://www.example.com/a/").unwrap();
        for (address, expected) in [
            ("///t.test/1", "https://t.test/1"),
            (" \n/\t//\\//t.test/1", "https://t.test/1"),
            ("//t.test/1", "https://t.test/1"),
            ("/t.test/1", "https://www.example.com/t.test/1"),
            ("t.test///1", "https://www.example.com/a/t.test///1"),
            ("https:////t.test/1", "https://t.test/1"),
        ] {
            assert_eq!(resolve(&base, address).unwrap().as_str(), expected, "{address:?}");
        }
    }

    #[test]
    fn a_scheme_alone_is_read_both_ways() {
        let base = Url::parse("https://www.example.com/a/").unwrap();
        for (address, expected) in [
            ("https:t.test/1", &["https://t.test/1", "https://www.example.com/a/t.test/1"][..]),
            (" h\tTTp:/t.test/1", &["http://www.example.com/t.test/1", "http://t.test/1"]),
            ("https://t.test/1", &["https://t.test/1"]),
            ("http:\\/t.test/1", &["http://t.test/1"]),
            ("httpst.test/1", &["https://www.example.com/a/httpst.test/1"]),
            ("ftp:t.test", &["ftp://t.test/"]),
            ("http", &["https://www.example.com/a/http"]),
        ] {
            let mut found: Vec<_> =
                readings(&base, address).into_iter().flatten().map(String::from).collect();
            let mut expected: Vec<_> = expected.iter().map(|url| (*url).to_owned()).collect();
            found.sort();
            expected.sort();
            assert_eq!(found, expected, "{address:?}");
        }
    }
}
