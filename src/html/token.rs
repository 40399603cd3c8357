//! What the tokenizer hands out.

use super::names::Name;

/// One token, or the part of one that this chunk holds (text only).
#[derive(Clone, Copy, Debug)]
pub(super) enum Token {
    /// Characters in the data state. While text is watched, whitespace is passed over in silence.
    Text { start: u64, end: u64 },
    /// A character reference while text is watched, unless it stands for whitespace.
    Reference { start: u64, end: u64 },
    /// A tag, which is in [`super::tokenizer::Tokenizer::tag`]: copying it here would cost more than
    /// reading it.
    Tag,
    /// A comment, bogus ones included.
    Comment,
    /// `html` is true for the plain `<!doctype html>`.
    Doctype { html: bool },
    /// The document opens with a byte order mark of UTF-16.
    Utf16,
    /// The chunk is used up.
    More,
}

/// A start or end tag. Offsets count from the beginning of the document.
#[derive(Clone, Debug, Default)]
pub(super) struct Tag {
    pub(super) name: Name,
    /// Tells names apart that are [`Name::Other`].
    pub(super) hash: u32,
    pub(super) is_end: bool,
    pub(super) self_closing: bool,
    /// What attributes it may have: the bits of their names ([`super::wanted`]); none where it has none.
    pub(super) attributes: u64,
    /// Where its `<` is.
    pub(super) start: u64,
    /// Behind its `>`.
    pub(super) end: u64,
}

/// What a start tag makes of the text behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// RCDATA or RAWTEXT: no markup but its own end tag.
    Raw(Name),
    Script,
    Plaintext,
}

/// Where the tokenizer stands between two chunks, or when the document ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tail {
    /// In the data state, nothing begun.
    Clean,
    /// A tag, or so much as its `<`. What follows `<` or `</` is not known: at the end of the
    /// document these two are text, all longer ones vanish.
    Tag {
        text: bool,
    },
    /// A character reference before the body, or part of a byte order mark. At the end of the
    /// document it may be whitespace.
    Reference {
        space: bool,
    },
    RawText,
    Comment,
    Doctype,
    /// A CDATA section.
    Cdata,
}

impl Tag {
    #[inline]
    pub(super) fn has_attributes(&self) -> bool {
        self.attributes != 0
    }
}
