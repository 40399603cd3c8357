//! The insertion modes before the body: "initial", "before html", "before head", "in head" and
//! "after head".

use super::{Mode, Quirks, Tree};
use crate::html::names::{HEAD, Name};
use crate::html::token::{Content, Tag};

/// What a tag is to a page whose body has not begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opening {
    /// Part of what comes before the body, or nothing.
    Head,
    /// `<body>` itself.
    Body,
    /// The body begins before it.
    Implied,
    /// The page has frames and no body.
    Frameset,
}

impl Tree {
    /// The body has not begun, and the current token would begin it if it can: it stands in no
    /// template.
    #[inline]
    pub(crate) fn before_body(&self) -> bool {
        matches!(self.mode, Mode::BeforeHead | Mode::InHead | Mode::AfterHead)
    }

    /// What the tag does, if [`Tree::before_body`]. Nothing is changed.
    pub(crate) fn opening(&self, tag: &Tag) -> Opening {
        let after_head = self.mode == Mode::AfterHead;
        match (tag.name, tag.is_end) {
            (Name::Body, false) => Opening::Body,
            (Name::Frameset, false) => Opening::Frameset,
            (Name::Html | Name::Head, false) => Opening::Head,
            // With scripting it is raw text, but only in the head.
            (Name::Noscript, false) if !after_head => Opening::Head,
            (name, false) if name.is(HEAD) => Opening::Head,
            (_, false) => Opening::Implied,
            (Name::Body | Name::Html | Name::Br, true) => Opening::Implied,
            (_, true) => Opening::Head,
        }
    }

    pub(crate) fn doctype(&mut self, html: bool) {
        self.may_be_part = false;
        if self.quirks == Quirks::Undecided {
            self.quirks = if html { Quirks::No } else { Quirks::Unknown };
        }
    }

    /// The body begins.
    pub(crate) fn begin_body(&mut self, explicit: bool) {
        self.decide_quirks();
        self.mode = Mode::InBody;
        self.outer_mode = Mode::InBody;
        self.frameset_ok &= !explicit;
        if self.may_be_part && !explicit {
            self.open_template(&Tag { name: Name::Template, ..Tag::default() });
        }
    }

    fn decide_quirks(&mut self) {
        if self.quirks == Quirks::Undecided {
            self.quirks = Quirks::Yes;
        }
    }

    /// A start tag that is [`Opening::Head`].
    pub(super) fn start_in_head(&mut self, tag: &Tag) -> Option<Content> {
        self.decide_quirks();
        match tag.name {
            Name::Html => {
                self.may_be_part = false;
                None
            }
            Name::Head => {
                self.may_be_part = false;
                if self.mode == Mode::BeforeHead {
                    self.mode = Mode::InHead;
                }
                None
            }
            name => {
                if self.mode == Mode::BeforeHead {
                    self.mode = Mode::InHead;
                }
                match name {
                    Name::Noscript => Some(Content::Raw(Name::Noscript)),
                    _ => self.start_common(tag),
                }
            }
        }
    }

    /// An end tag that is [`Opening::Head`].
    pub(super) fn end_in_head(&mut self, tag: &Tag) {
        self.decide_quirks();
        if tag.name == Name::Head {
            self.mode = Mode::AfterHead;
        }
    }

    /// What "in head" does with its own elements, in the head or wherever they stand.
    pub(super) fn start_common(&mut self, tag: &Tag) -> Option<Content> {
        match tag.name {
            Name::Title | Name::Style | Name::Noframes => {
                self.doubt_in_select();
                Some(Content::Raw(tag.name))
            }
            Name::Script => Some(Content::Script),
            Name::Template => {
                self.open_template(tag);
                None
            }
            _ => None,
        }
    }
}
