//! A `Set-Cookie` line is named as browsers name it, and taken for a removal only if none of them
//! would store it.

#![no_main]

use cookie::Cookie;
use http::HeaderValue;
use libfuzzer_sys::fuzz_target;
use time::{Date, Duration, Month, OffsetDateTime, Time};
use tower_consent::fuzzing::{is_removal, set_cookie_name};

fuzz_target!(|line: &[u8]| {
    let name = set_cookie_name(line);
    let removal = is_removal(line);
    // Nothing else comes over HTTP.
    if HeaderValue::from_bytes(line).is_err() {
        return;
    }
    assert_eq!(name, browser_name(line));
    assert!(!removal || !is_stored(line, OffsetDateTime::now_utc()), "{:?}", String::from_utf8_lossy(line));

    let Ok(text) = std::str::from_utf8(line) else { return };
    if let Ok(parsed) = Cookie::parse(text) {
        // The crate takes off all that Unicode calls a space, browsers only what ASCII does.
        assert_eq!(text_of(name).trim(), parsed.name());
        if removal && text.is_ascii() {
            let ends = parsed.max_age().is_some_and(|age| age <= Duration::ZERO)
                || parsed.expires_datetime().is_some_and(|at| at < OffsetDateTime::now_utc())
                // The crate leaves out what it cannot read.
                || parsed.max_age().is_none() && parsed.expires_datetime().is_none();
            assert!(ends, "{text:?}");
        }
        // What the crate writes to remove this cookie is a removal of this name.
        let mut own = Cookie::new(parsed.name().to_owned(), "");
        own.make_removal();
        let own = own.to_string();
        assert!(is_removal(own.as_bytes()) && set_cookie_name(own.as_bytes()) == parsed.name().as_bytes());
    }
});

fn text_of(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("part of a text, cut at ASCII")
}

fn trim(bytes: &[u8]) -> &[u8] {
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t');
    let from = bytes.iter().position(|byte| !is_space(byte)).unwrap_or(bytes.len());
    let to = bytes.iter().rposition(|byte| !is_space(byte)).map_or(from, |last| last + 1);
    &bytes[from..to]
}

fn split_once(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = bytes.iter().position(|byte| *byte == b'=')?;
    Some((&bytes[..at], &bytes[at + 1..]))
}

/// The name (draft-ietf-httpbis-rfc6265bis, section 5.6, steps 2 to 5).
fn browser_name(line: &[u8]) -> &[u8] {
    let pair = line.split(|byte| *byte == b';').next().unwrap_or_default();
    split_once(pair).map_or(b"", |(name, _)| trim(name))
}

/// Whether a browser keeps the cookie for any time at all (sections 5.6 and 5.7).
fn is_stored(line: &[u8], now: OffsetDateTime) -> bool {
    let mut max_age = None;
    let mut expires = None;
    for attribute in line.split(|byte| *byte == b';').skip(1) {
        let Some((name, value)) = split_once(attribute) else { continue };
        let (name, value) = (trim(name), trim(value));
        if value.len() > 1024 {
            continue;
        }
        if name.eq_ignore_ascii_case(b"expires") {
            expires = cookie_date(value).or(expires);
        } else if name.eq_ignore_ascii_case(b"max-age") {
            let digits = value.strip_prefix(b"-").unwrap_or(value);
            if !digits.is_empty() && digits.iter().all(u8::is_ascii_digit) {
                let is_positive = value == digits && digits.iter().any(|digit| *digit != b'0');
                max_age = Some(is_positive);
            }
        }
    }
    max_age.unwrap_or_else(|| expires.is_none_or(|expires| expires > now))
}

/// Section 5.1.1.
fn cookie_date(value: &[u8]) -> Option<OffsetDateTime> {
    let is_delimiter =
        |byte: &u8| matches!(byte, 0x09 | 0x20..=0x2f | 0x3b..=0x40 | 0x5b..=0x60 | 0x7b..=0x7e);
    let (mut time, mut day, mut month, mut year) = (None, None, None, None);
    for token in value.split(is_delimiter).filter(|token| !token.is_empty()) {
        if time.is_none() && clock(token).is_some() {
            time = clock(token);
        } else if day.is_none() && number(token, 1, 2).is_some() {
            day = number(token, 1, 2);
        } else if month.is_none() && month_of(token).is_some() {
            month = month_of(token);
        } else if year.is_none() && number(token, 2, 4).is_some() {
            year = number(token, 2, 4);
        }
    }
    let year = match year? {
        year @ 70..=99 => year + 1900,
        year @ 0..=69 => year + 2000,
        year => year,
    };
    let (hour, minute, second) = time?;
    if year < 1601 {
        return None;
    }
    let date = Date::from_calendar_date(year.try_into().ok()?, month?, day?.try_into().ok()?).ok()?;
    let time =
        Time::from_hms(hour.try_into().ok()?, minute.try_into().ok()?, second.try_into().ok()?).ok()?;
    Some(date.with_time(time).assume_utc())
}

/// So many digits at the start of a token, with anything behind them that is no digit.
fn number(token: &[u8], least: usize, most: usize) -> Option<u32> {
    let len = token.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (least..=most).contains(&len).then(|| text_of(&token[..len]).parse().expect("a few digits"))
}

fn clock(token: &[u8]) -> Option<(u32, u32, u32)> {
    let mut fields = token.splitn(3, |byte| *byte == b':');
    let (hour, minute, second) = (fields.next()?, fields.next()?, fields.next()?);
    let whole = |field: &[u8]| field.iter().all(u8::is_ascii_digit).then(|| number(field, 1, 2)).flatten();
    Some((whole(hour)?, whole(minute)?, number(second, 1, 2)?))
}

fn month_of(token: &[u8]) -> Option<Month> {
    const NAMES: &[u8; 36] = b"janfebmaraprmayjunjulaugsepoctnovdec";
    let name = token.get(..3)?.to_ascii_lowercase();
    let index = NAMES.chunks(3).position(|month| month == name)?;
    Month::try_from(u8::try_from(index + 1).ok()?).ok()
}
