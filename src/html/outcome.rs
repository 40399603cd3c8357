//! What can come of an insertion.

/// What came of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    NotWanted,
    Pending,
    Inserted,
    /// The inserter was asked and gave nothing.
    Declined,
    Impossible(Reason),
}

impl Outcome {
    /// What is to come of a place that is wanted, or not.
    pub(super) fn of(is_wanted: bool) -> Self {
        if is_wanted { Self::Pending } else { Self::NotWanted }
    }
}

/// Why nothing could be inserted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reason {
    /// The document is XML and no XHTML, or has no body with anything in it.
    NoBody,
    /// The page has frames and no body, or may have.
    Frameset,
    /// A byte order mark of UTF-16.
    Utf16,
    /// The document ends inside `script`, `style`, `textarea` or the like.
    OpenRawText,
    OpenComment,
    OpenTemplate,
    OpenDoctype,
    /// Inside a tag whose first bytes had to be let go, or behind `<` in an unclosed element.
    OpenTag,
    /// Inside `svg` or `math`.
    OpenForeign,
    /// Inside an element that may hide what is in it: a table, `select`, `object`, `details`, …
    OpenElement,
    /// Inside an `a`, which ends where another begins.
    OpenLink,
    /// Markup so misnested that what is open is uncertain.
    Misnested,
    /// More elements are open than are followed.
    TooDeep,
}
