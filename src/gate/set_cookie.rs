//! What a `Set-Cookie` line names, and whether it removes.

use std::time::Duration;

use time::OffsetDateTime;

/// Browsers ignore an attribute whose value is longer.
const LONGEST: usize = 1024;

/// The name, as browsers read it (draft-ietf-httpbis-rfc6265bis, section 5.6). Empty where the
/// line has none.
pub(crate) fn name(line: &[u8]) -> &[u8] {
    let pair = line.split(|&b| b == b';').next().unwrap_or_default();
    let name = memchr::memchr(b'=', pair).map_or(&[][..], |equals| &pair[..equals]);
    name.trim_ascii()
}

/// Whether the line removes a cookie, for certain: what a browser might store is no removal.
pub(crate) fn is_removal(line: &[u8]) -> bool {
    let mut max_age = None;
    let mut expires = None;
    for (name, value) in attributes(line) {
        // Of several the last counts.
        if name.eq_ignore_ascii_case(b"max-age") {
            max_age = Some(value);
        } else if name.eq_ignore_ascii_case(b"expires") {
            expires = Some(value);
        }
    }
    match (max_age, expires) {
        (Some(value), _) | (None, Some(value)) if value.len() > LONGEST => false,
        (Some(seconds), _) => is_zero_or_less(seconds),
        (None, Some(date)) => is_past(date),
        (None, None) => false,
    }
}

/// How long a line asks browsers to keep its cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Span {
    /// Until their session ends, or not at all.
    Over,
    /// No longer than the limit.
    Within,
    /// Longer.
    Beyond,
    /// Browsers may read a date that is none here, and keep it until then.
    Unreadable,
}

pub(super) fn span(line: &[u8], limit: Duration) -> Span {
    if is_removal(line) {
        return Span::Over;
    }
    let values = |wanted: &'static [u8]| {
        attributes(line).filter(move |(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value)
    };
    if let Some(seconds) = values(b"max-age").filter(|value| is_number(value)).last() {
        let seconds = str::from_utf8(seconds).ok().and_then(|text| text.parse::<i64>().ok());
        let is_within = seconds.is_some_and(|seconds| u64::try_from(seconds).unwrap_or(0) <= limit.as_secs());
        return if is_within { Span::Within } else { Span::Beyond };
    }
    let ends: Vec<_> = values(b"expires").map(end).collect();
    match ends.last() {
        None => Span::Over,
        Some(_) if ends.contains(&None) => Span::Unreadable,
        Some(end) => {
            let is_within = end.is_some_and(|end| end <= OffsetDateTime::now_utc() + limit);
            if is_within { Span::Within } else { Span::Beyond }
        }
    }
}

/// The line without what says how long to keep the cookie.
pub(super) fn without_end(line: &[u8]) -> Vec<u8> {
    let says_end = |part: &[u8]| {
        let name = part.split(|&b| b == b'=').next().unwrap_or_default().trim_ascii();
        name.eq_ignore_ascii_case(b"max-age") || name.eq_ignore_ascii_case(b"expires")
    };
    let parts = line.split(|&b| b == b';').enumerate();
    let kept: Vec<&[u8]> =
        parts.filter(|(index, part)| *index == 0 || !says_end(part)).map(|(_, part)| part).collect();
    kept.join(&b';')
}

/// The attributes that have a value.
fn attributes(line: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    line.split(|&b| b == b';').skip(1).filter_map(|attribute| {
        let equals = memchr::memchr(b'=', attribute)?;
        Some((attribute[..equals].trim_ascii(), attribute[equals + 1..].trim_ascii()))
    })
}

/// `-?[0-9]+`, without which browsers fall back on other attributes.
fn is_number(seconds: &[u8]) -> bool {
    let digits = seconds.strip_prefix(b"-").unwrap_or(seconds);
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}

fn is_zero_or_less(seconds: &[u8]) -> bool {
    is_number(seconds) && (seconds[0] == b'-' || seconds.iter().all(|&digit| digit == b'0'))
}

/// Past on the browser's clock too, unless that is more than five minutes behind.
fn is_past(date: &[u8]) -> bool {
    end(date).is_some_and(|expires| expires < OffsetDateTime::now_utc() - time::Duration::minutes(5))
}

/// The time that `Expires` names, if it is one to browsers.
fn end(date: &[u8]) -> Option<OffsetDateTime> {
    let date = std::str::from_utf8(date).ok()?;
    let parsed = cookie::Cookie::parse(format!("x=; Expires={date}")).ok();
    parsed?.expires_datetime().filter(|expires| is_year_of_browsers(expires.year(), date))
}

/// A date whose year is before 1601, or is written with one digit or three, is none to browsers, which
/// then keep the cookie for the session (draft-ietf-httpbis-rfc6265bis, section 5.1.1).
fn is_year_of_browsers(year: i32, date: &str) -> bool {
    let is_of_two_digits = (1970..=1999).contains(&year);
    year >= 1601 && (is_of_two_digits || date.contains(&year.to_string()))
}

#[cfg(test)]
mod tests {
    use super::{is_removal, name};

    #[test]
    fn the_name_ends_at_the_first_equals_sign() {
        for (line, expected) in [
            ("_ga=GA1.2; Path=/", "_ga"),
            (" _ga = x", "_ga"),
            ("a=b=c", "a"),
            ("=x", ""),
            ("x", ""),
            ("; a=b", ""),
            ("x; a=b", ""),
            ("", ""),
        ] {
            assert_eq!(name(line.as_bytes()), expected.as_bytes(), "{line}");
        }
    }

    #[test]
    fn a_line_removes_only_if_no_browser_would_store_it() {
        for line in [
            "a=; Max-Age=0",
            "a=x; max-age = -1",
            "a=; MAX-AGE=00; Expires=Thu, 01 Jan 2099 00:00:00 GMT",
            "a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
            "a=; expires=Thu, 01-Jan-1970 00:00:00 GMT",
            "a=; Max-Age=100; Max-Age=0",
            "a=; Expires=Wed, 31 Dec 1969 23:59:59 GMT",
            "a=; Expires=Thursday, 01-Jan-70 00:00:00 GMT",
            "a=; Expires=Mon, 01 Jan 1601 00:00:00 GMT",
            &format!("a=; Max-Age={}", "0".repeat(1024)),
        ] {
            assert!(is_removal(line.as_bytes()), "{line}");
        }
        for line in [
            "a=",
            "a=; Max-Age",
            "a=; Max-Age=",
            "a=; Max-Age=-",
            "a=; Max-Age=1",
            "a=; Max-Age=0x0",
            "a=; Max-Age=+0",
            "a=; Max-Age=0; Max-Age=100",
            "a=; Max-Age=x; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
            "a=; Expires=Thu, 01 Jan 2099 00:00:00 GMT",
            "a=; Expires=0",
            "a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Expires=Thu, 01 Jan 2099 00:00:00 GMT",
            "Max-Age=0",
            "a=Max-Age=0",
            "a=; Expires=Sun, 31 Dec 1600 23:59:59 GMT",
            "a=; Expires=Thu, 01 Jan 0970 00:00:00 GMT",
            "a=; Expires=Thu, 01 Jan 970 00:00:00 GMT",
            "a=; Expires=Thu, 01 Jan 5 00:00:00 GMT",
            "a=; Expires=Thu, 01 Jan -1970 00:00:00 GMT",
            &format!("a=; Max-Age={}", "0".repeat(1025)),
            &format!("a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT{}", "\u{a0}".repeat(512)),
        ] {
            assert!(!is_removal(line.as_bytes()), "{line}");
        }
    }
}
