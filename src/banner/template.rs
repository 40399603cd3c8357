use bytes::{Bytes, BytesMut};

use super::{attribute, percent_encode};

/// Where the visitor returns to, as an attribute value.
pub(super) const RETURN_TO: char = '\u{1}';

/// Where the visitor returns to, as the value of a query parameter in an attribute.
pub(super) const RETURN_TO_QUERY: char = '\u{2}';

/// Where the script goes.
pub(super) const SCRIPT: char = '\u{3}';

/// Markup in which only the path to return to and the script are still open.
#[derive(Debug)]
pub(crate) struct Template(Vec<Part>);

#[derive(Debug)]
enum Part {
    Fixed(Bytes),
    ReturnTo,
    ReturnToQuery,
    Script,
}

impl Template {
    /// Splits markup at the marks, which no escaped text can hold.
    pub(super) fn new(markup: &str) -> Self {
        let mut parts = Vec::new();
        let marks = [RETURN_TO, RETURN_TO_QUERY, SCRIPT];
        for piece in markup.split_inclusive(marks) {
            let fixed = piece.trim_end_matches(marks);
            parts.push(Part::Fixed(Bytes::copy_from_slice(fixed.as_bytes())));
            match piece.chars().next_back() {
                Some(RETURN_TO) => parts.push(Part::ReturnTo),
                Some(RETURN_TO_QUERY) => parts.push(Part::ReturnToQuery),
                Some(SCRIPT) => parts.push(Part::Script),
                _ => {}
            }
        }
        Self(parts)
    }

    pub(super) fn fill(&self, return_to: &str, script: &str) -> Bytes {
        let mut escaped = String::with_capacity(2 * return_to.len());
        attribute(&mut escaped, return_to);
        let mut encoded = String::with_capacity(2 * return_to.len());
        percent_encode(&mut encoded, return_to);
        let bytes = |part: &Part| match part {
            Part::Fixed(bytes) => bytes.len(),
            Part::ReturnTo => escaped.len(),
            Part::ReturnToQuery => encoded.len(),
            Part::Script => script.len(),
        };
        let mut out = BytesMut::with_capacity(self.0.iter().map(bytes).sum());
        for part in &self.0 {
            out.extend_from_slice(match part {
                Part::Fixed(bytes) => bytes,
                Part::ReturnTo => escaped.as_bytes(),
                Part::ReturnToQuery => encoded.as_bytes(),
                Part::Script => script.as_bytes(),
            });
        }
        out.freeze()
    }
}

#[cfg(test)]
mod tests {
    use super::{RETURN_TO, RETURN_TO_QUERY, SCRIPT, Template};

    #[test]
    fn the_path_is_escaped_for_each_place() {
        let markup = format!("<a href=\"?r={RETURN_TO_QUERY}\"><i value=\"{RETURN_TO}\">{SCRIPT}</a>");
        let filled = Template::new(&markup).fill("/a?b&c", "<script></script>");
        assert_eq!(filled, "<a href=\"?r=/a%3Fb%26c\"><i value=\"/a?b&amp;c\"><script></script></a>");
        assert_eq!(Template::new("x").fill("/", ""), "x");
    }
}
