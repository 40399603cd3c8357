//! Attributes of one complete tag, for the few elements whose attributes matter.

use std::ops::Range;

use super::scan::{attribute_end, ends_name, ends_value, find, is_space};

/// Where an attribute's name and value stand in the tag's bytes, quotes not included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attribute {
    pub(crate) name: Range<usize>,
    pub(crate) value: Range<usize>,
}

/// Walks the attributes of a tag, from its `<` to its `>`.
#[derive(Clone, Debug)]
pub(crate) struct Attributes<'a> {
    tag: &'a [u8],
    at: usize,
    is_exact: bool,
}

impl<'a> Attributes<'a> {
    pub(super) fn new(tag: &'a [u8]) -> Self {
        let mut attributes = Attributes { tag, at: 1, is_exact: false };
        attributes.pass(|byte| !ends_name(byte));
        attributes
    }

    /// Whether an `A` in a name is not an `a`.
    pub(super) fn exact(self, is_exact: bool) -> Self {
        Attributes { is_exact, ..self }
    }

    /// The value of the first attribute of this name; a second one does not count.
    pub(crate) fn value(mut self, name: &str) -> Option<&'a [u8]> {
        let (tag, is_exact, name) = (self.tag, self.is_exact, name.as_bytes());
        let is = |found: &[u8]| if is_exact { found == name } else { found.eq_ignore_ascii_case(name) };
        self.find(|found| is(&tag[found.name.clone()])).map(|found| &tag[found.value])
    }

    #[inline]
    fn pass(&mut self, wanted: impl Fn(u8) -> bool) {
        let rest = self.tag.get(self.at..).unwrap_or_default();
        self.at += rest.iter().position(|byte| !wanted(*byte)).unwrap_or(rest.len());
    }

    fn peek(&self) -> Option<u8> {
        self.tag.get(self.at).copied()
    }
}

impl Iterator for Attributes<'_> {
    type Item = Attribute;

    // "Before attribute name state" to "after attribute value (quoted) state".
    fn next(&mut self) -> Option<Attribute> {
        self.pass(|byte| is_space(byte) || byte == b'/');
        if matches!(self.peek(), None | Some(b'>')) {
            return None;
        }
        let start = self.at;
        // A name may begin with "=".
        self.at = attribute_end(self.tag, start + 1).unwrap_or(self.tag.len());
        let name = start..self.at;
        self.pass(is_space);
        if self.peek() != Some(b'=') {
            return Some(Attribute { value: name.end..name.end, name });
        }
        self.at += 1;
        self.pass(is_space);
        let value = match self.peek() {
            Some(quote @ (b'"' | b'\'')) => {
                let start = self.at + 1;
                self.at = start;
                let rest = self.tag.get(start..).unwrap_or_default();
                self.at += find(quote, rest).unwrap_or(rest.len());
                let value = start..self.at;
                self.at = (self.at + 1).min(self.tag.len());
                value
            }
            _ => {
                let start = self.at;
                self.pass(|byte| !ends_value(byte));
                start..self.at
            }
        };
        Some(Attribute { name, value })
    }
}
