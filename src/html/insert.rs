//! What is asked of whoever supplies the bytes to insert.

use bytes::Bytes;

use super::markup::{Consequence, Edits, StartTag};

/// Where an insertion stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// The first thing in `body`.
    BodyStart,
    /// Behind everything in `body` but whitespace that follows `</body>`, which browsers put there
    /// too.
    BodyEnd,
}

/// What an inserter may know of the page when it is asked.
#[derive(Debug, Default, Clone)]
pub(crate) struct Page<'a> {
    /// The value of `<html lang>`, if it is ASCII letters, digits and hyphens and at most 35 bytes.
    pub(crate) lang: Option<&'a str>,
    /// What is inserted certainly becomes a child of `body`, and works as if it stood alone.
    /// Always true at the start. At the end it is false where the page left elements open: the
    /// insertion shows, but may end up inside the last of them, take on the looks of an unclosed
    /// formatting element, and a form in it may be ignored for one the page left open.
    pub(crate) child_of_body: bool,
}

/// Supplies the bytes. Asked at most once per place; empty bytes decline.
///
/// They are one or more complete elements without anything between them, in ASCII. The first is a
/// `section` or `div`, which begins the body where it has not begun; behind it may come further ones,
/// `script` (whose text has no `<!--` and which does not write) and `noscript`. Each is then a child
/// of `body`, in this order and with nothing between them.
pub(crate) trait Insert {
    fn insert(&mut self, place: Place, page: &Page<'_>) -> Bytes;

    /// A start tag that may load something. Offsets count from its `<`.
    fn start_tag(&mut self, _tag: &StartTag<'_>, _edits: &mut Edits) -> Consequence {
        Consequence::default()
    }

    /// The text of a script, as far as may be held back. Offsets count from the tag's `<`.
    fn script(&mut self, _tag: &StartTag<'_>, _text: &[u8], _edits: &mut Edits) {}

    /// Text of the `style` whose tag was shown last, up to its end if this is the last of it. Says up to
    /// where it is done with: the rest, at most 16 KiB, is shown again with what follows.
    fn style(&mut self, text: &[u8], _is_last: bool, _edits: &mut Edits) -> usize {
        text.len()
    }

    /// The `style` that was shown last stands in a drawing, where markup may stand in its text: that was all of it
    /// before a tag, and more of it may follow. What is to stand there, if anything.
    fn cut_style(&mut self) -> Bytes {
        Bytes::new()
    }
}

/// Which places are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Places {
    pub(crate) start: bool,
    pub(crate) end: bool,
    /// What pages load is shown, wherever it stands.
    pub(crate) markup: bool,
}
