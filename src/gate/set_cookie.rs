//! What a `Set-Cookie` line names, and whether it removes.

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
    for attribute in line.split(|&b| b == b';').skip(1) {
        let Some(equals) = memchr::memchr(b'=', attribute) else { continue };
        let (name, value) = (attribute[..equals].trim_ascii(), attribute[equals + 1..].trim_ascii());
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

/// `-?[0-9]+`, without which browsers fall back on other attributes.
fn is_zero_or_less(seconds: &[u8]) -> bool {
    let (is_negative, digits) = match seconds.strip_prefix(b"-") {
        Some(digits) => (true, digits),
        None => (false, seconds),
    };
    !digits.is_empty()
        && digits.iter().all(u8::is_ascii_digit)
        && (is_negative || digits.iter().all(|&digit| digit == b'0'))
}

/// Past on the browser's clock too, unless that is more than five minutes behind.
fn is_past(date: &[u8]) -> bool {
    let Ok(date) = std::str::from_utf8(date) else { return false };
    let parsed = cookie::Cookie::parse(format!("x=; Expires={date}")).ok();
    let expires = parsed.and_then(|cookie| cookie.expires_datetime());
    expires.is_some_and(|expires| {
        is_year_of_browsers(expires.year(), date)
            && expires < OffsetDateTime::now_utc() - time::Duration::minutes(5)
    })
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
