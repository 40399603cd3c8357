//! What style sheets in a page load, and styles in attributes: an address that must not load becomes a
//! fragment of `about:blank`.

use std::borrow::Cow;

use bytes::Bytes;

use super::{
    INERT, Markup,
    element::is_relative,
    named,
    reference::{Context, Decoded},
    text::{Section, Syntax, Text, syntax},
};
use crate::{
    gate::{Gate, css},
    html::{Edits, ElementName as Name, StartTag},
};

/// In front of an address. No request is made for it, and what is not fetched cannot be told from what
/// fails.
const BLANK: Bytes = Bytes::from_static(b"about:blank#");
/// The same behind a character reference without a semicolon, which letters might change.
const BLANK_BEHIND_REFERENCE: Bytes = Bytes::from_static(b"&#97;bout:blank#");

/// Ends a sheet and begins one for what would follow in it.
const INERT_SHEET: Bytes = Bytes::from_static(b"</style><style type=\"text/plain\">");

/// At most so many bytes of a sheet are shown again: what hides in its markup counts too.
const LIMIT: usize = 16 * 1024;

/// The style sheet whose text is being read.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    scanner: css::Scanner,
    /// All that it loads waits, by a mark.
    is_denied: bool,
    /// Its text is put together from markup.
    syntax: Option<Syntax>,
    section: Section,
}

impl Gate {
    /// Rules on what styles a tag has, and begins the sheet if it begins one.
    pub(super) fn gate_styles(
        &self,
        page: &mut Markup,
        tag: &StartTag<'_>,
        is_denied: bool,
        edits: &mut Edits,
    ) {
        let before = edits.len();
        if tag.name == Name::Style {
            page.sheet = Sheet { is_denied, syntax: syntax(tag), ..Sheet::default() };
            if is_denied {
                // Some browsers look into a sheet of any type ahead of time, so its addresses wait as well.
                edits.push((tag.behind_name(), Bytes::from_static(b" type=\"text/plain\"")));
                let types = named(tag, |name| tag.is_same(name, b"type"));
                edits.extend(types.map(|(attribute, _)| (attribute.name.start, INERT)));
            }
        }
        for attribute in tag.attributes.iter() {
            if !holds_style(tag, tag.name_of(attribute)) {
                continue;
            }
            let start = attribute.value.start;
            let value = tag.value_of(attribute);
            let mut found = Edits::new();
            self.value(page, value, is_denied, &mut found);
            edits.extend(found.into_iter().map(|(at, bytes)| (start + at, bytes)));
        }
        if edits.len() > before {
            edits.sort_by_key(|(at, _)| *at);
        }
    }

    /// Rules on the text of a style sheet, as [`crate::html::Insert::style`] says.
    pub(crate) fn style(&self, page: &mut Markup, text: &[u8], is_last: bool, edits: &mut Edits) -> usize {
        let mut sheet = std::mem::take(&mut page.sheet);
        let mut found = |at: usize, raw: &[u8]| {
            if self.withholds_style(page, raw, sheet.is_denied) {
                edits.push((at, BLANK));
            }
        };
        let done = match sheet.syntax {
            Some(syntax) if sheet.section != Section::Markup || has_markup(text) => {
                let whole = Text::new(text, sheet.section, syntax, is_last);
                let decoded = &whole.decoded;
                let mut done = sheet.scanner.feed(&decoded.bytes, is_last, &mut found);
                if text.len() - whole.resume(done).0 > LIMIT {
                    let rest = &decoded.bytes[done..];
                    sheet.scanner.feed(rest, true, &mut |at, raw| found(done + at, raw));
                    done = decoded.bytes.len();
                }
                place(decoded, edits);
                let (done, section) = whole.resume(done);
                sheet.section = section;
                done
            }
            _ => sheet.scanner.feed(text, is_last, &mut found),
        };
        page.sheet = sheet;
        done
    }

    /// A sheet goes on behind a tag in it, which nobody follows: that waits, unless all is allowed.
    pub(crate) fn cut_style(&self, page: &mut Markup) -> Bytes {
        let is_denied = self.withholds_anything(page);
        page.sheet = Sheet { is_denied, syntax: page.sheet.syntax, ..Sheet::default() };
        if is_denied { INERT_SHEET } else { Bytes::new() }
    }

    /// Rules on the value of an attribute.
    fn value(&self, page: &mut Markup, value: &[u8], is_denied: bool, edits: &mut Edits) {
        let mut scanner = css::Scanner::default();
        let mut found = |at: usize, raw: &[u8]| {
            if self.withholds_style(page, raw, is_denied) {
                edits.push((at, BLANK));
            }
        };
        if value.contains(&b'&') {
            let decoded = Decoded::new(value, Context::Attribute);
            scanner.feed(&decoded.bytes, true, &mut found);
            place(&decoded, edits);
        } else {
            scanner.feed(value, true, &mut found);
        }
    }

    fn withholds_style(&self, page: &mut Markup, raw: &[u8], is_denied: bool) -> bool {
        // A fragment alone is an element of the same document.
        if raw.starts_with(b"#") {
            return false;
        }
        if !is_denied && page.skips_relative && !raw.contains(&b'\\') && is_relative(raw) {
            return false;
        }
        let address: Cow<'_, str> = css::unescaped(raw);
        let met_before = page.met.len();
        let is_withheld = self.withholds_address(page, &address);
        if is_denied {
            page.deny_since(met_before);
        }
        is_withheld || is_denied
    }
}

/// Whether the attribute is CSS: of any element, or one that presents an element of SVG, or what an animation
/// makes of such a one.
pub(super) fn holds_style(tag: &StartTag<'_>, name: &[u8]) -> bool {
    const PRESENTATION: [&str; 11] = [
        "fill",
        "stroke",
        "filter",
        "mask",
        "mask-image",
        "clip-path",
        "marker",
        "marker-start",
        "marker-mid",
        "marker-end",
        "cursor",
    ];
    let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
    let is_of_svg = tag.is_foreign || tag.name == Name::Svg;
    let is_animation = tag.is_foreign && matches!(tag.name, Name::Animate | Name::Set);
    is("style")
        || is_of_svg && PRESENTATION.into_iter().any(is)
        || is_animation && ["from", "to", "by", "values"].into_iter().any(is)
}

/// Moves edits to where they stand in what was decoded.
fn place(decoded: &Decoded, edits: &mut Edits) {
    for (at, bytes) in edits {
        if decoded.is_behind_open_reference(*at) {
            *bytes = BLANK_BEHIND_REFERENCE;
        }
        *at = decoded.raw_offset(*at);
    }
}

fn has_markup(text: &[u8]) -> bool {
    text.iter().any(|byte| matches!(byte, b'<' | b'&'))
}
