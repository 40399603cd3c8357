use bytes::{Bytes, BytesMut};

use super::{attribute, percent_encode};

/// Where the visitor returns to, as an attribute value.
pub(super) const RETURN_TO: char = '\u{1}';

/// Where the visitor returns to, as the value of a query parameter in an attribute.
pub(super) const RETURN_TO_QUERY: char = '\u{2}';

/// Markup in which only the path to return to is still open.
#[derive(Debug)]
pub(crate) struct Template(Vec<Part>);

#[derive(Debug)]
enum Part {
    Fixed(Bytes),
    ReturnTo,
    ReturnToQuery,
}

impl Template {
    /// Splits markup at the two marks, which no escaped text can hold.
    pub(super) fn new(markup: &str) -> Self {
        let mut parts = Vec::new();
        for piece in markup.split_inclusive([RETURN_TO, RETURN_TO_QUERY]) {
            let fixed = piece.trim_end_matches([RETURN_TO, RETURN_TO_QUERY]);
            parts.push(Part::Fixed(Bytes::copy_from_slice(fixed.as_bytes())));
            match piece.chars().next_back() {
                Some(RETURN_TO) => parts.push(Part::ReturnTo),
                Some(RETURN_TO_QUERY) => parts.push(Part::ReturnToQuery),
                _ => {}
            }
        }
        Self(parts)
    }

    pub(super) fn fill(&self, return_to: &str) -> Bytes {
        let mut escaped = String::with_capacity(2 * return_to.len());
        attribute(&mut escaped, return_to);
        let mut encoded = String::with_capacity(2 * return_to.len());
        percent_encode(&mut encoded, return_to);
        let bytes = |part: &Part| match part {
            Part::Fixed(bytes) => bytes.len(),
            Part::ReturnTo => escaped.len(),
            Part::ReturnToQuery => encoded.len(),
        };
        let mut out = BytesMut::with_capacity(self.0.iter().map(bytes).sum());
        for part in &self.0 {
            out.extend_from_slice(match part {
                Part::Fixed(bytes) => bytes,
                Part::ReturnTo => escaped.as_bytes(),
                Part::ReturnToQuery => encoded.as_bytes(),
            });
        }
        out.freeze()
    }
}

#[cfg(test)]
mod tests {
    use super::{RETURN_TO, RETURN_TO_QUERY, Template};

    #[test]
    fn the_path_is_escaped_for_each_place() {
        let template = Template::new(&format!("<a href=\"?r={RETURN_TO_QUERY}\"><i value=\"{RETURN_TO}\">"));
        assert_eq!(template.fill("/a?b&c"), "<a href=\"?r=/a%3Fb%26c\"><i value=\"/a?b&amp;c\">");
        assert_eq!(Template::new("x").fill("/"), "x");
    }
}
