use std::fmt::Write as _;

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
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            ' '..='~' | '\n' | '\t' => out.push(c),
            // Control characters have no place in a page, and no reference either.
            c if c.is_control() => {}
            c => {
                let _ = write!(out, "&#{};", u32::from(c));
            }
        }
    }
}

/// A value of a query parameter: everything but unreserved characters and `/` is encoded
/// (RFC 3986, section 2.3).
pub(crate) fn percent_encode(out: &mut String, value: &str) {
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            byte => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
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
