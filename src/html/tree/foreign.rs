//! "The rules for parsing tokens in foreign content".

use super::Tree;
use super::stack::{Namespace, Open};
use crate::html::attributes::Attributes;
use crate::html::names::{BREAKOUT, Name, SVG_HTML};
use crate::html::outcome::Reason;
use crate::html::token::{Content, Tag};

impl Tree {
    pub(super) fn is_integration_point(&self) -> bool {
        self.stack.last().is_some_and(Open::is_integration_point)
    }

    /// "Tree construction dispatcher", for start tags while the current node is foreign.
    pub(crate) fn treats_as_html(&self, tag: &Tag) -> bool {
        self.stack.last().is_none_or(|open| match open.namespace {
            Namespace::Html | Namespace::HtmlInMathMl => true,
            Namespace::Svg => open.name.is(SVG_HTML),
            Namespace::MathMl if open.name == Name::AnnotationXml => tag.name == Name::Svg,
            Namespace::MathMl => {
                open.is_integration_point() && !matches!(tag.name, Name::Mglyph | Name::Malignmark)
            }
        })
    }

    /// Whether the element that a start tag makes is one of SVG or MathML. `font` is taken for one, also where
    /// its attributes have it end foreign content.
    pub(crate) fn makes_foreign(&self, tag: &Tag) -> bool {
        self.is_foreign() && !self.treats_as_html(tag) && !tag.name.is(BREAKOUT)
    }

    /// Such an element here is one of MathML, none of which loads anything.
    pub(crate) fn is_mathml(&self) -> bool {
        self.stack.last().is_some_and(|open| open.namespace == Namespace::MathMl)
    }

    pub(super) fn foreign_start_tag(&mut self, tag: &Tag, bytes: Option<&[u8]>) -> Option<Content> {
        let attributes = bytes.map(Attributes::new);
        let breaks_out = match tag.name {
            Name::Font if tag.has_attributes() => match attributes.clone() {
                Some(found) => {
                    ["color", "face", "size"].iter().any(|name| found.clone().value(name).is_some())
                }
                None => {
                    self.note(Reason::Misnested);
                    false
                }
            },
            name => name.is(BREAKOUT),
        };
        if breaks_out {
            self.leave_foreign();
            return self.start_in_mode(tag);
        }
        let mut namespace = match self.stack.last().map(|open| open.namespace) {
            Some(Namespace::Svg) => Namespace::Svg,
            _ => Namespace::MathMl,
        };
        if namespace == Namespace::MathMl && tag.name == Name::AnnotationXml && tag.has_attributes() {
            if attributes.is_none() {
                self.note(Reason::Misnested);
            }
            let encoding = attributes.and_then(|found| found.value("encoding"));
            let is_html = encoding.is_some_and(|value| {
                value.eq_ignore_ascii_case(b"text/html")
                    || value.eq_ignore_ascii_case(b"application/xhtml+xml")
            });
            // Spelled with a character reference, it might be html all the same.
            if encoding.is_some_and(|value| value.contains(&b'&')) {
                self.note(Reason::Misnested);
            }
            if is_html {
                namespace = Namespace::HtmlInMathMl;
            }
        }
        if !tag.self_closing {
            self.push(tag, namespace);
        }
        None
    }

    /// `svg` or `math` where HTML is expected.
    pub(super) fn enter_foreign(&mut self, tag: &Tag) {
        self.reconstruct();
        if !tag.self_closing {
            let svg = tag.name == Name::Svg;
            self.push(tag, if svg { Namespace::Svg } else { Namespace::MathMl });
        }
    }

    fn leave_foreign(&mut self) {
        self.stack.pop_to(|open| open.namespace == Namespace::Html || open.is_integration_point());
    }

    pub(super) fn foreign_end_tag(&mut self, tag: &Tag) {
        if matches!(tag.name, Name::Br | Name::P) {
            self.leave_foreign();
            self.end_in_mode(tag);
            return;
        }
        let found =
            self.stack.iter().rposition(|open| open.namespace == Namespace::Html || open.has_name(tag));
        match found {
            Some(index) if self.stack.get(index).is_some_and(|open| open.namespace != Namespace::Html) => {
                self.stack.truncate(index);
            }
            // An HTML element, if only body.
            _ => self.end_in_mode(tag),
        }
    }
}
