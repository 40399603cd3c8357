//! The strings in a JSON text (RFC 8259). One that is not well-formed is read as far as it makes sense;
//! browsers ignore it.

use super::literal::unescaped;

/// Calls back with each string that is a value, and the names it stands under, from the outermost in.
/// Answers whether the text is complete.
pub(super) fn strings(json: &[u8], mut found: impl FnMut(&[String], &str)) -> bool {
    let mut names: Vec<String> = Vec::new();
    // For each object or array that is open, how many names are outside it.
    let mut open: Vec<usize> = Vec::new();
    let mut at = 0;
    while let Some(byte) = json.get(at) {
        at += 1;
        match byte {
            b'{' | b'[' => open.push(names.len()),
            b'}' | b']' => names.truncate(open.pop().unwrap_or(0)),
            b'"' => {
                let len = length(&json[at..]);
                let text = unescaped(&json[at..at + len]);
                at = (at + len + 1).min(json.len());
                let behind = json[at..].trim_ascii_start();
                if behind.first() == Some(&b':') {
                    names.truncate(open.last().copied().unwrap_or(0));
                    names.push(text.into_owned());
                } else {
                    found(&names, &text);
                }
            }
            _ => {}
        }
    }
    open.is_empty()
}

/// How long a string is, up to its closing quote.
fn length(text: &[u8]) -> usize {
    let mut is_escaped = false;
    let end = text.iter().position(|byte| {
        let is_end = *byte == b'"' && !is_escaped;
        is_escaped = *byte == b'\\' && !is_escaped;
        is_end
    });
    end.unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::strings;

    #[test]
    fn strings_come_with_the_names_they_stand_under() {
        let mut found = Vec::new();
        let json = br#"{"a":[{"b":"1","c":{"d":["2","3"]}},"4"],"e\"":"5","f":6,"g":"7\u0038"}"#;
        assert!(strings(json, |names, text| found.push(format!("{}={text}", names.join(".")))));
        assert_eq!(found, ["a.b=1", "a.c.d=2", "a.c.d=3", "a=4", "e\"=5", "g=78"]);
    }

    #[test]
    fn a_text_that_is_cut_is_incomplete() {
        for json in ["{\"a\":\"b", "[", "{\"a\":[]"] {
            assert!(!strings(json.as_bytes(), |_, _| {}), "{json}");
        }
        assert!(strings(b"", |_, _| {}) && strings(b"]}\"", |_, _| {}));
    }
}
