//! Tree construction without a tree: the insertion mode, the stack of open elements and the list
//! of active formatting elements, as the HTML standard moves them.
//!
//! Exact as long as [`Tree::doubt`] is `None`. Where following the standard would need what is not
//! kept (attributes, text positions), or where browsers of different years differ, a doubt is noted
//! and the end of the body is left alone. Where the body *begins* depends on no doubt but one: too
//! deep a nesting in a template.

mod body;
mod foreign;
mod formatting;
mod head;
mod stack;
mod table;

use super::names::{Name, TABLE_PART};
use super::outcome::Reason;
use super::token::{Content, Tag};
use formatting::Formatting;
pub(super) use head::Opening;
use stack::{Namespace, Open, Stack};

/// Insertion modes. "In select" is gone from the standard, "text" is the tokenizer's, and those
/// behind the body move no open element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    BeforeHead,
    InHead,
    AfterHead,
    InBody,
    InTable,
    InCaption,
    InColumnGroup,
    InTableBody,
    InRow,
    InCell,
    InTemplate,
}

/// Whether a `table` closes an open `p`: not in quirks mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quirks {
    Undecided,
    No,
    Yes,
    /// A legacy doctype; it is not looked up.
    Unknown,
}

/// See the module's documentation.
#[derive(Debug)]
pub(super) struct Tree {
    mode: Mode,
    quirks: Quirks,
    doubt: Option<Reason>,
    /// A `frameset` could still take the body's place.
    frameset_ok: bool,
    /// The form element pointer.
    form: Option<u32>,
    /// Where the outermost template returns to.
    outer_mode: Mode,
    /// Elements above `html` and `body` (or `head`).
    stack: Stack,
    formatting: Formatting,
    templates: Vec<Mode>,
    /// What is read may be a part of a page.
    may_be_part: bool,
    /// The "text" insertion mode: the next tag ends an element that is not on the stack.
    is_in_text: bool,
}

impl Tree {
    pub(super) fn new() -> Self {
        Tree {
            mode: Mode::BeforeHead,
            quirks: Quirks::Undecided,
            doubt: None,
            frameset_ok: true,
            form: None,
            outer_mode: Mode::BeforeHead,
            stack: Stack::default(),
            formatting: Formatting::default(),
            templates: Vec::new(),
            may_be_part: false,
            is_in_text: false,
        }
    }

    /// What comes may be a part of a page: unless it begins as a document, it is read as the content of a
    /// template is, in which any element may stand.
    pub(super) fn expect_part(&mut self) {
        self.may_be_part = true;
    }

    pub(super) fn doubt(&self) -> Option<Reason> {
        self.doubt
    }

    /// `html` and `body` are open and nothing else, and nothing is pending that would change what
    /// is inserted here: no formatting element, no form.
    pub(super) fn is_clean(&self) -> bool {
        self.stack.is_empty() && self.has_no_pending()
    }

    /// As [`Tree::is_clean`], but an open `p` is allowed, which a block closes.
    pub(super) fn is_clean_for_block(&self) -> bool {
        self.has_no_pending() && self.stack.iter().all(|open| open.is_html(Name::P))
    }

    fn has_no_pending(&self) -> bool {
        self.mode == Mode::InBody && self.doubt.is_none() && self.formatting.is_empty() && self.form.is_none()
    }

    /// An `a` is open, or would be again.
    pub(super) fn has_link(&self) -> bool {
        self.formatting.contains(Name::A) || self.stack.contains(Name::A)
    }

    /// Why nothing can be inserted where the document ends, in the data state.
    pub(super) fn obstacle(&self) -> Option<Reason> {
        if self.doubt.is_some() {
            self.doubt
        } else if self.stack.iter().any(|open| open.namespace != Namespace::Html) {
            Some(Reason::OpenForeign)
        } else if self.has_link() {
            Some(Reason::OpenLink)
        } else if self.mode != Mode::InBody || !self.stack.iter().all(Open::shows) {
            Some(Reason::OpenElement)
        } else {
            None
        }
    }

    /// The element that what comes next stands in.
    pub(super) fn innermost(&self) -> Option<u32> {
        self.stack.last().map(|open| open.serial)
    }

    pub(super) fn has_open(&self, serial: u32) -> bool {
        self.stack.position(serial).is_some()
    }

    /// The element is an active formatting element, open or not.
    pub(super) fn may_reopen(&self, serial: u32) -> bool {
        self.formatting.holds(serial)
    }

    /// A start tag opens the element again before it is taken itself.
    pub(super) fn reopens(&self, serial: u32, tag: &Tag) -> bool {
        let is_within_foreign = self.is_foreign() && !self.treats_as_html(tag);
        !is_within_foreign && Self::reconstructs(tag) && self.formatting.reopens(serial, &self.stack)
    }

    pub(super) fn is_too_deep(&self) -> bool {
        self.doubt == Some(Reason::TooDeep)
    }

    pub(super) fn has_template(&self) -> bool {
        !self.templates.is_empty()
    }

    /// The current node is foreign.
    #[inline]
    pub(super) fn is_foreign(&self) -> bool {
        self.stack.last().is_some_and(|open| open.namespace != Namespace::Html)
    }

    /// Text only matters to what is open if this is true.
    #[inline]
    pub(super) fn wants_text(&self) -> bool {
        self.formatting.is_dangling(&self.stack) || self.mode == Mode::InColumnGroup
    }

    /// Some text, or part of it: it may be cut anywhere.
    pub(super) fn text(&mut self, bytes: &[u8]) {
        if self.is_foreign() && !self.is_integration_point() {
            return;
        }
        // Rules for tables go by the first byte that is not whitespace. A reference may stand for
        // whitespace; it is not looked up.
        let mut solid = bytes.iter().filter(|byte| !matches!(byte, b'\t' | b'\n' | 0x0c | b'\r' | b' '));
        if self.mode == Mode::InColumnGroup {
            match solid.clone().next() {
                Some(b'&') if self.stack.is_at(Name::Colgroup) => self.note(Reason::Misnested),
                Some(_) if self.leave_column_group() => {}
                _ => return,
            }
        }
        let in_table =
            matches!(self.mode, Mode::InTable | Mode::InTableBody | Mode::InRow) && self.is_at_table_part();
        if !in_table {
            if bytes.iter().any(|byte| *byte != 0) {
                self.reconstruct();
            }
        } else if self.formatting.is_dangling(&self.stack) {
            // "In table text" insertion mode.
            match solid.find(|byte| **byte != 0) {
                None => {}
                Some(b'&') => self.note(Reason::Misnested),
                Some(_) => self.reconstruct(),
            }
        }
    }

    /// The attributes of this start tag decide something.
    #[inline]
    pub(super) fn wants_attributes(&self, tag: &Tag) -> bool {
        tag.has_attributes() && matches!(tag.name, Name::Font | Name::AnnotationXml) && self.is_foreign()
    }

    /// A start tag, with its bytes if they are wanted and at hand.
    #[inline]
    pub(super) fn start_tag(&mut self, tag: &Tag, bytes: Option<&[u8]>) -> Option<Content> {
        if self.is_foreign() && !self.treats_as_html(tag) {
            return self.foreign_start_tag(tag, bytes);
        }
        let content = self.start_in_mode(tag);
        self.is_in_text = content.is_some();
        content
    }

    pub(super) fn end_tag(&mut self, tag: &Tag) {
        if std::mem::take(&mut self.is_in_text) {
            return;
        }
        if self.is_foreign() {
            self.foreign_end_tag(tag);
        } else {
            self.end_in_mode(tag);
        }
    }

    fn note(&mut self, doubt: Reason) {
        // Too deep is final, even before the body.
        if self.doubt.is_none() || doubt == Reason::TooDeep {
            self.doubt = Some(doubt);
        }
    }

    /// "Using the rules for the current insertion mode".
    fn start_in_mode(&mut self, tag: &Tag) -> Option<Content> {
        match self.mode {
            Mode::InBody => self.start_in_body(tag),
            Mode::InTemplate => self.start_in_template(tag),
            Mode::BeforeHead | Mode::InHead | Mode::AfterHead => self.start_in_head(tag),
            _ => self.start_in_table_modes(tag),
        }
    }

    fn end_in_mode(&mut self, tag: &Tag) {
        match self.mode {
            Mode::InBody => self.end_in_body(tag),
            Mode::InTemplate if tag.name == Name::Template => self.close_template(),
            Mode::InTemplate => {}
            Mode::BeforeHead | Mode::InHead | Mode::AfterHead => self.end_in_head(tag),
            _ => self.end_in_table_modes(tag),
        }
    }

    fn push(&mut self, tag: &Tag, namespace: Namespace) -> u32 {
        match self.stack.push(tag, namespace) {
            Some(serial) => serial,
            None => {
                self.note(Reason::TooDeep);
                0
            }
        }
    }

    fn push_html(&mut self, tag: &Tag) -> u32 {
        self.push(tag, Namespace::Html)
    }

    /// "In template" insertion mode.
    fn start_in_template(&mut self, tag: &Tag) -> Option<Content> {
        let mode = match tag.name {
            name if name.is(super::names::HEAD) => return self.start_common(tag),
            Name::Caption | Name::Colgroup | Name::Tbody | Name::Tfoot | Name::Thead => Mode::InTable,
            Name::Col => Mode::InColumnGroup,
            Name::Tr => Mode::InTableBody,
            Name::Td | Name::Th => Mode::InRow,
            _ => Mode::InBody,
        };
        if let Some(current) = self.templates.last_mut() {
            *current = mode;
        }
        self.mode = mode;
        self.start_in_mode(tag)
    }

    fn open_template(&mut self, tag: &Tag) {
        if self.templates.is_empty() {
            self.outer_mode = self.mode;
        }
        self.push_html(tag);
        self.formatting.push_marker();
        self.frameset_ok = false;
        self.mode = Mode::InTemplate;
        self.templates.push(Mode::InTemplate);
    }

    /// `</template>`, wherever it stands.
    fn close_template(&mut self) {
        if self.templates.is_empty() {
            return;
        }
        self.stack.pop_until(Name::Template);
        self.formatting.clear_to_marker();
        self.templates.pop();
        self.reset_mode();
    }

    /// "Reset the insertion mode appropriately".
    fn reset_mode(&mut self) {
        for open in self.stack.iter().rev().filter(|open| open.namespace == Namespace::Html) {
            self.mode = match open.name {
                Name::Td | Name::Th => Mode::InCell,
                Name::Tr => Mode::InRow,
                Name::Tbody | Name::Thead | Name::Tfoot => Mode::InTableBody,
                Name::Caption => Mode::InCaption,
                Name::Colgroup => Mode::InColumnGroup,
                Name::Table => Mode::InTable,
                Name::Template => self.templates.last().copied().unwrap_or(Mode::InTemplate),
                _ => continue,
            };
            return;
        }
        // Below all this are html and body, or the head.
        self.mode = match self.outer_mode {
            mode @ (Mode::InHead | Mode::AfterHead) => mode,
            _ => Mode::InBody,
        };
    }

    /// Start tags that "in body" ignores because they belong in a table.
    fn is_stray(tag: &Tag) -> bool {
        tag.name.is(TABLE_PART)
    }
}
