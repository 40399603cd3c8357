//! The text that an element holds whose content is read as markup: comments are left out, CDATA sections
//! opened, references undone. `script` and `style` are such elements in drawings and in XML.

use std::borrow::Cow;

use memchr::{memchr, memmem};

use super::reference::{Context, Decoded};
use crate::html::StartTag;

/// The longest character reference, roughly.
const REFERENCE: usize = 40;

/// What the page is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Syntax {
    Html,
    Xml,
}

/// Where text goes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Section {
    #[default]
    Markup,
    Cdata,
    Comment,
    /// A processing instruction, which is a comment in HTML, or what else is one there without dashes.
    Instruction,
}

/// A part of the text, or all of it.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) decoded: Decoded,
    /// Where the text of each section begins.
    sections: Vec<(usize, Section)>,
    /// So much has been read, and in which section it ends.
    end: (usize, Section),
    /// An element stands in it, whose text is not part of this one.
    pub(super) has_elements: bool,
}

/// What begins with a `<`.
enum Opening {
    Begins(usize, Section),
    Text,
    Element,
    /// More is needed.
    Unknown,
}

/// How what an element holds is read, unless it is text without markup.
pub(super) fn syntax(tag: &StartTag<'_>) -> Option<Syntax> {
    match (tag.is_xml, tag.is_foreign) {
        (true, _) => Some(Syntax::Xml),
        (false, true) => Some(Syntax::Html),
        (false, false) => None,
    }
}

impl Text {
    /// Reads a part of the text that goes on in this section. What may go on behind it is not read unless
    /// it `is_last`.
    pub(super) fn new(raw: &[u8], section: Section, syntax: Syntax, is_last: bool) -> Self {
        let mut text = Self {
            decoded: Decoded::with_capacity(raw.len()),
            sections: Vec::new(),
            end: (0, section),
            has_elements: false,
        };
        while text.end.0 < raw.len() && text.read_section(raw, syntax, is_last) {}
        text.decoded.end(text.end.0);
        text
    }

    /// Whether it could be read on.
    fn read_section(&mut self, raw: &[u8], syntax: Syntax, is_last: bool) -> bool {
        let (at, section) = self.end;
        let rest = &raw[at..];
        self.sections.push((self.decoded.bytes.len(), section));
        match section {
            Section::Markup => {
                let text = memchr(b'<', rest).unwrap_or(rest.len());
                let is_certain = is_last || text < rest.len();
                let text = if is_certain { text } else { certain_references(rest) };
                self.decoded.read(raw, at..at + text, Context::Text);
                self.end.0 += text;
                text < rest.len() && is_certain && self.read_markup(raw, syntax, is_last)
            }
            Section::Cdata => {
                let (text, len) = self.until(rest, &[b"]]>"], is_last);
                self.decoded.read_verbatim(raw, at..at + text);
                self.end.0 += len;
                self.end.1 == Section::Markup
            }
            Section::Comment | Section::Instruction => {
                let ends: &[&[u8]] = match (section, syntax) {
                    (Section::Comment, Syntax::Html) => &[b"-->", b"--!>"],
                    (Section::Comment, Syntax::Xml) => &[b"-->"],
                    (_, Syntax::Html) => &[b">"],
                    (_, Syntax::Xml) => &[b"?>"],
                };
                self.end.0 += self.until(rest, ends, is_last).1;
                self.end.1 == Section::Markup
            }
        }
    }

    /// How much of a section is here, and how much with what ends it.
    fn until(&mut self, rest: &[u8], ends: &[&[u8]], is_last: bool) -> (usize, usize) {
        let found = ends.iter().filter_map(|end| Some((memmem::find(rest, end)?, end.len()))).min();
        if let Some((at, len)) = found {
            self.end.1 = Section::Markup;
            return (at, at + len);
        }
        let longest = ends.iter().map(|end| end.len()).max().unwrap_or_default();
        let certain = if is_last { rest.len() } else { (rest.len() + 1).saturating_sub(longest) };
        (certain, certain)
    }

    /// Reads what begins with a `<`.
    fn read_markup(&mut self, raw: &[u8], syntax: Syntax, is_last: bool) -> bool {
        let at = self.end.0;
        match opening(&raw[at..], syntax) {
            Opening::Begins(len, section) => {
                self.end = (at + len, section);
                return true;
            }
            Opening::Unknown if !is_last => return false,
            Opening::Text | Opening::Unknown => self.decoded.read_verbatim(raw, at..at + 1),
            Opening::Element => self.has_elements = true,
        }
        self.end.0 += 1;
        true
    }

    /// Where to go on that is done with so much of what is decoded, and in which section.
    pub(super) fn resume(&self, done: usize) -> (usize, Section) {
        if done >= self.decoded.bytes.len() {
            return self.end;
        }
        let behind = self.sections.partition_point(|(start, _)| *start <= done);
        let section = self.sections[..behind].last().map_or(Section::Markup, |(_, section)| *section);
        (self.decoded.raw_offset(done), section)
    }
}

/// What a text is that an element holds: its own bytes where nothing hides in it.
pub(super) fn of(raw: &[u8], syntax: Syntax) -> (Cow<'_, [u8]>, bool) {
    if !raw.iter().any(|byte| matches!(byte, b'<' | b'&')) {
        return (Cow::Borrowed(raw), false);
    }
    let text = Text::new(raw, Section::Markup, syntax, true);
    (Cow::Owned(text.decoded.bytes), text.has_elements)
}

fn opening(rest: &[u8], syntax: Syntax) -> Opening {
    const CDATA: &[u8] = b"<![CDATA[";
    // Comments that end where they have hardly begun.
    const ENDED: [&[u8]; 2] = [b"<!-->", b"<!--->"];
    let may_become = |known: &[u8]| rest.len() < known.len() && known.starts_with(rest);
    let is_html = syntax == Syntax::Html;
    if is_html && let Some(ended) = ENDED.into_iter().find(|ended| rest.starts_with(ended)) {
        return Opening::Begins(ended.len(), Section::Markup);
    }
    if may_become(CDATA) || ENDED.into_iter().any(may_become) {
        return Opening::Unknown;
    }
    match rest {
        [b'<', b'!', b'-', b'-', ..] => Opening::Begins(4, Section::Comment),
        _ if rest.starts_with(CDATA) => Opening::Begins(CDATA.len(), Section::Cdata),
        [b'<', b'!' | b'?', ..] => Opening::Begins(2, Section::Instruction),
        [b'<', byte, ..] if byte.is_ascii_alphabetic() || !is_html => Opening::Element,
        [b'<', b'/'] => Opening::Unknown,
        [b'<', b'/', byte, ..] if byte.is_ascii_alphabetic() => Opening::Element,
        [b'<', b'/', ..] => Opening::Begins(2, Section::Instruction),
        _ => Opening::Text,
    }
}

/// Up to where no reference may go on.
fn certain_references(text: &[u8]) -> usize {
    let from = text.len().saturating_sub(REFERENCE);
    let tail = &text[from..];
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'#';
    match tail.iter().rposition(|byte| *byte == b'&') {
        Some(at) if tail[at + 1..].iter().all(is_part) => from + at,
        _ => text.len(),
    }
}
