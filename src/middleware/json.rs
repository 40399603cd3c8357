//! JSON that is sent as a page, as some servers do with all they send.

use bytes::Bytes;

use crate::html::Edits;

/// Whether a body begins as JSON does, an object or a list; nothing while there is only white space.
pub(super) fn begins_as_json(data: &[u8]) -> Option<bool> {
    let data = data.strip_prefix(b"\xef\xbb\xbf").unwrap_or(data).trim_ascii_start();
    let (first, behind) = data.split_first()?;
    let behind = behind.trim_ascii_start();
    Some(match first {
        b'{' => matches!(behind.first(), Some(b'"' | b'}') | None),
        b'[' => matches!(behind.first(), Some(b'"' | b'{' | b'[' | b']' | b'-' | b'0'..=b'9') | None),
        _ => false,
    })
}

/// Writes what is inserted as it has to be in a string of JSON (RFC 8259, section 7).
pub(super) fn escape(edits: &mut Edits) {
    for (_, bytes) in edits.iter_mut() {
        let text = String::from_utf8_lossy(bytes);
        if text.contains('"') && !text.contains("\\\"") {
            *bytes = Bytes::from(text.replace('"', "\\\""));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::begins_as_json;

    #[test]
    fn json_begins_with_an_object_or_a_list() {
        for json in ["{\"a\":1}", " \n[1]", "\u{feff}{}", "[[", "[ {", "{ \"", "[]", "[", "{"] {
            assert_eq!(begins_as_json(json.as_bytes()), Some(true), "{json}");
        }
        for page in ["<!DOCTYPE html>", "[Draft] <h1>", "{% page %}<p>", "{{ x }}", "text", "\"a\""] {
            assert_eq!(begins_as_json(page.as_bytes()), Some(false), "{page}");
        }
        assert_eq!(begins_as_json(b" \n"), None);
        assert_eq!(begins_as_json(b""), None);
    }
}
