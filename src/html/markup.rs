//! What is asked of whoever changes what a page loads, by inserting bytes into its tags.

use bytes::Bytes;

use super::attributes::Attributes;
use super::names::Name;

/// A start tag.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StartTag<'a> {
    pub(crate) name: Name,
    /// An element of SVG or MathML.
    pub(crate) is_foreign: bool,
    /// From its `<` to its `>`. A tag that is longer than may be held back is cut.
    pub(crate) bytes: &'a [u8],
    pub(crate) is_cut: bool,
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
    pub(crate) fn attributes(&self) -> Attributes<'a> {
        Attributes::new(self.bytes).exact(self.is_xml)
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
