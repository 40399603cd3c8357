//! What a script element holds (HTML standard, "prepare the script element").

use std::borrow::Cow;

use super::decoded;
use crate::html::StartTag;

/// What browsers make of a script element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A classic script.
    JavaScript,
    Module,
    ImportMap,
    SpeculationRules,
    /// A list of resources and of the file that holds them (Subresource Loading with Web Bundles).
    WebBundle,
    /// Nothing; scripts may read it.
    Data,
}

impl Kind {
    /// By the values of the attributes `type` and `language`, with their references undone.
    pub(super) fn new(r#type: Option<&[u8]>, language: Option<&[u8]>) -> Self {
        let kind = match (r#type, language) {
            (Some(b""), _) | (None, None | Some(b"")) => return Self::JavaScript,
            (Some(kind), _) => Cow::Borrowed(kind.trim_ascii()),
            (None, Some(language)) => Cow::Owned([b"text/", language].concat()),
        };
        let is = |name: &str| kind.eq_ignore_ascii_case(name.as_bytes());
        match () {
            () if JAVASCRIPT.into_iter().any(is) => Self::JavaScript,
            () if is("module") => Self::Module,
            () if is("importmap") => Self::ImportMap,
            () if is("speculationrules") => Self::SpeculationRules,
            () if is("webbundle") => Self::WebBundle,
            () => Self::Data,
        }
    }
}

/// The essences of JavaScript (MIME Sniffing standard, "JavaScript MIME type").
const JAVASCRIPT: [&str; 16] = [
    "text/javascript",
    "application/javascript",
    "application/ecmascript",
    "application/x-ecmascript",
    "application/x-javascript",
    "text/ecmascript",
    "text/javascript1.0",
    "text/javascript1.1",
    "text/javascript1.2",
    "text/javascript1.3",
    "text/javascript1.4",
    "text/javascript1.5",
    "text/jscript",
    "text/livescript",
    "text/x-ecmascript",
    "text/x-javascript",
];

/// Whether browsers run such a script, or obey it; other types are data.
pub(super) fn is_run(tag: &StartTag<'_>) -> bool {
    kind(tag) != Kind::Data
}

/// What the script is whose tag this is.
pub(super) fn kind(tag: &StartTag<'_>) -> Kind {
    let value = |name| tag.value(name).map(decoded);
    let (kind, language) = (value("type"), value("language"));
    Kind::new(kind.as_deref().map(str::as_bytes), language.as_deref().map(str::as_bytes))
}

#[cfg(test)]
mod tests {
    use super::Kind::{self, Data, ImportMap, JavaScript, Module, SpeculationRules, WebBundle};

    #[track_caller]
    fn check(r#type: Option<&str>, language: Option<&str>, expected: Kind) {
        let kind = Kind::new(r#type.map(str::as_bytes), language.map(str::as_bytes));
        assert_eq!(kind, expected, "type {type:?}, language {language:?}");
    }

    #[test]
    fn a_script_that_says_nothing_is_javascript() {
        check(None, None, JavaScript);
        check(Some(""), None, JavaScript);
        check(None, Some(""), JavaScript);
        check(Some(""), Some("vbscript"), JavaScript);
    }

    #[test]
    fn the_type_counts_without_the_white_space_around_it() {
        check(Some("text/javascript"), None, JavaScript);
        check(Some("\n Application/X-JavaScript\t"), None, JavaScript);
        check(Some("text/javascript1.5"), None, JavaScript);
        check(Some(" MODULE "), None, Module);
        check(Some("importmap"), None, ImportMap);
        check(Some("SpeculationRules"), None, SpeculationRules);
        check(Some("webbundle"), None, WebBundle);
    }

    #[test]
    fn a_type_of_anything_else_is_data() {
        let types = [
            " ",
            "text/plain",
            "application/json",
            "application/ld+json",
            "text/javascript; charset=utf-8",
            "text/javascript1.6",
            "text/javascript1.",
            "text/typescript",
            "javascript",
            "text/template",
            "\x0bmodule",
        ];
        for r#type in types {
            check(Some(r#type), None, Data);
            check(Some(r#type), Some("javascript"), Data);
        }
    }

    #[test]
    fn the_language_counts_where_no_type_is_given() {
        check(None, Some("JavaScript"), JavaScript);
        check(None, Some("javascript1.2"), JavaScript);
        check(None, Some("livescript"), JavaScript);
        // It is not trimmed, and names no module.
        check(None, Some(" javascript"), Data);
        check(None, Some("vbscript"), Data);
        check(None, Some("module"), Data);
    }
}
