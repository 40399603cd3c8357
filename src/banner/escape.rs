use std::fmt::Write as _;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Text for element content, in ASCII whatever the page's encoding.
pub(crate) fn text(out: &mut String, text: &str) {
    escape(out, text);
}

/// Text for an attribute value in double quotes, in ASCII.
pub(crate) fn attribute(out: &mut String, value: &str) {
    escape(out, value);
}

/// One set of references serves both places.
fn escape(out: &mut String, text: &str) {
    let mut plain_from = 0;
    for (at, c) in text.char_indices() {
        let reference = match c {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '"' => "&quot;",
            '\'' => "&#39;",
            ' '..='~' | '\n' | '\t' => continue,
            _ => "",
        };
        out.push_str(&text[plain_from..at]);
        out.push_str(reference);
        // Control characters have no place in a page, and no reference either.
        if !c.is_ascii() && !c.is_control() {
            let _ = write!(out, "&#{};", u32::from(c));
        }
        plain_from = at + c.len_utf8();
    }
    out.push_str(&text[plain_from..]);
}

/// Unreserved characters (RFC 3986, section 2.3), and `/`, stay in the value of a query parameter.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// A value of a query parameter.
pub(crate) fn percent_encode(out: &mut String, value: &str) {
    out.extend(utf8_percent_encode(value, ENCODED));
}

#[cfg(test)]
mod tests {
    use super::{attribute, percent_encode};

    #[test]
    fn what_is_escaped_is_ascii_and_closes_nothing() {
        let mut out = String::new();
        attribute(&mut out, "<a b=\"c\" d='é'>&amp;\u{1f36a}\0$1 {x} %s \\1");
        assert_eq!(out, "&lt;a b=&quot;c&quot; d=&#39;&#233;&#39;&gt;&amp;amp;&#127850;$1 {x} %s \\1");
    }

    #[test]
    fn a_query_value_stays_one_value() {
        let mut out = String::new();
        percent_encode(&mut out, "/a?b=c&d=é#\"'");
        assert_eq!(out, "/a%3Fb%3Dc%26d%3D%C3%A9%23%22%27");
    }
}
