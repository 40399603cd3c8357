//! What a `Set-Cookie` line names, and whether it removes.

use time::OffsetDateTime;

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
    let date = std::str::from_utf8(date).ok();
    let parsed = date.and_then(|date| cookie::Cookie::parse(format!("x=; Expires={date}")).ok());
    let expires = parsed.and_then(|cookie| cookie.expires_datetime());
    expires.is_some_and(|expires| expires < OffsetDateTime::now_utc() - time::Duration::minutes(5))
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
        ] {
            assert!(!is_removal(line.as_bytes()), "{line}");
        }
    }
}
