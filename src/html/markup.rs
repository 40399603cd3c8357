//! What is asked of whoever changes what a page loads, by inserting bytes into its tags.

use std::borrow::Cow;

use bytes::Bytes;

use super::attributes::Attribute;
use super::names::Name;

/// A start tag.
#[derive(Clone, Debug)]
pub(crate) struct StartTag<'a> {
    pub(crate) name: Name,
    /// An element of SVG or MathML.
    pub(crate) is_foreign: bool,
    /// From its `<` to its `>`. A tag that is longer than may be held back is cut.
    pub(crate) bytes: &'a [u8],
    pub(crate) is_cut: bool,
    pub(crate) attributes: Cow<'a, [Attribute]>,
    /// Browsers read it as XML: names are compared exactly, and none of two attributes may be the same.
    pub(crate) is_xml: bool,
    /// Not in a template, nor in a `noscript`, whose elements do nothing where scripts run.
    pub(crate) is_live: bool,
    pub(crate) is_before_body: bool,
    /// The value of `<html lang>`, as far as it is known.
    pub(crate) lang: Option<&'a str>,
    /// What was said to cover the elements that are open around it, from the outermost in.
    pub(crate) covers: &'a [u32],
}

impl<'a> StartTag<'a> {
    pub(crate) fn name_of(&self, attribute: &Attribute) -> &'a [u8] {
        &self.bytes[attribute.name.clone()]
    }

    pub(crate) fn value_of(&self, attribute: &Attribute) -> &'a [u8] {
        &self.bytes[attribute.value.clone()]
    }

    /// Whether two names of attributes are the same.
    pub(crate) fn is_same(&self, one: &[u8], other: &[u8]) -> bool {
        if self.is_xml { one == other } else { one.eq_ignore_ascii_case(other) }
    }

    /// The value of the first attribute of this name; a second one does not count.
    pub(crate) fn value(&self, name: &str) -> Option<&'a [u8]> {
        let mut attributes = self.attributes.iter();
        let found = attributes.find(|attribute| self.is_same(self.name_of(attribute), name.as_bytes()));
        found.map(|attribute| self.value_of(attribute))
    }

    /// Behind the name, where an attribute goes that is to be the first.
    pub(crate) fn behind_name(&self) -> usize {
        let name = self.bytes.iter().skip(1);
        let len = name.take_while(|byte| !matches!(byte, b'\t' | b'\n' | 0x0c | b'\r' | b' ' | b'/' | b'>'));
        1 + len.count()
    }
}

/// What follows from a start tag, beside what is inserted into it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Consequence {
    /// Covers all that is inside the element: a number that means something to whoever gave it.
    pub(crate) cover: Option<u32>,
    /// The element is a script, and its text is to be shown.
    pub(crate) reads_text: bool,
}

/// Bytes to insert, each with its offset in what was shown, in that order.
pub(crate) type Edits = Vec<(usize, Bytes)>;
