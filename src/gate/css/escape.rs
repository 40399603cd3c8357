//! Escapes ("consume an escaped code point").

use std::borrow::Cow;

pub(super) fn is_newline(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r' | 0x0c)
}

pub(super) fn is_space(byte: u8) -> bool {
    is_newline(byte) || matches!(byte, b'\t' | b' ')
}

/// Behind the escape, or the escaped end of a line, whose backslash is at `at`. Nothing if there is more to
/// come that may belong to it.
pub(super) fn escape_end(text: &[u8], at: usize, is_last: bool) -> Option<usize> {
    let rest = &text[at + 1..];
    let digits = rest.iter().take(6).take_while(|byte| byte.is_ascii_hexdigit()).count();
    let len = match (digits, rest.get(digits)) {
        (0, Some(byte)) if !is_newline(*byte) => 1,
        (_, Some(b'\r')) => match rest.get(digits + 1) {
            None if !is_last => return None,
            next => digits + 1 + usize::from(next == Some(&b'\n')),
        },
        (_, Some(byte)) if is_space(*byte) => digits + 1,
        (_, None) if !is_last => return None,
        _ => digits,
    };
    Some(at + 1 + len)
}

/// What a string, an address or a name means.
pub(in crate::gate) fn unescaped(raw: &[u8]) -> Cow<'_, str> {
    let text = String::from_utf8_lossy(raw);
    if !text.contains(['\\', '\0']) {
        return text;
    }
    let mut meant = String::with_capacity(text.len());
    let mut rest = &*text;
    while let Some(at) = rest.find('\\') {
        meant.push_str(&rest[..at]);
        let bytes = rest.as_bytes();
        let end = match rest[at + 1..].chars().next() {
            Some(char) if !char.is_ascii() => at + 1 + char.len_utf8(),
            _ => escape_end(bytes, at, true).unwrap_or(bytes.len()),
        };
        let escape = &rest[at + 1..end];
        let digits = escape.trim_end_matches(|char: char| !char.is_ascii_hexdigit());
        match u32::from_str_radix(digits, 16) {
            Ok(code) => meant.push(char::from_u32(code).filter(|char| *char != '\0').unwrap_or('\u{fffd}')),
            Err(_) if escape.is_empty() => meant.push('\u{fffd}'),
            Err(_) if escape.starts_with(|char: char| char.is_ascii() && is_newline(char as u8)) => {}
            Err(_) => meant.push_str(escape),
        }
        rest = &rest[end..];
    }
    meant.push_str(rest);
    Cow::Owned(meant.replace('\0', "\u{fffd}"))
}
