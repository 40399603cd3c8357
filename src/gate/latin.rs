//! Field values as text in which each byte is one character, whatever it means: what is looked for is
//! ASCII, and what stays keeps its bytes (RFC 9110, section 5.5).

use http::HeaderValue;

pub(super) fn text(value: &HeaderValue) -> String {
    value.as_bytes().iter().map(|&byte| char::from(byte)).collect()
}

/// The way back; `None` for what was not made of bytes.
pub(super) fn value(text: &str) -> Option<HeaderValue> {
    let bytes: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(c).ok()).collect();
    HeaderValue::from_bytes(&bytes?).ok()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::{text, value};

    #[test]
    fn every_byte_comes_back() {
        let all: Vec<u8> = (b' '..=255).filter(|&byte| byte != 0x7f).collect();
        let header = HeaderValue::from_bytes(&all).unwrap();
        assert_eq!(value(&text(&header)), Some(header));
        assert_eq!(value("\u{100}"), None);
    }
}
