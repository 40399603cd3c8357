//! The stack of open elements.

use crate::html::names::{IMPLIED_END, MATH_TEXT, Name, SCOPE, SHOWS, SPECIAL, SVG_HTML};
use crate::html::token::Tag;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Namespace {
    Html,
    Svg,
    MathMl,
    /// MathML `annotation-xml` whose encoding makes it an HTML integration point.
    HtmlInMathMl,
}

/// An open element.
#[derive(Clone, Copy, Debug)]
pub(super) struct Open {
    pub(super) name: Name,
    pub(super) namespace: Namespace,
    hash: u32,
    pub(super) serial: u32,
}

/// Some browsers nest no deeper.
pub(super) const DEEPEST: usize = 512;

/// "Has an element in scope" comes in these kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    Default,
    Button,
    ListItem,
    Table,
}

impl Open {
    #[inline]
    pub(super) fn is_html(&self, name: Name) -> bool {
        self.name == name && self.namespace == Namespace::Html
    }

    /// Same name, whatever the namespace.
    #[inline]
    pub(super) fn has_name(&self, tag: &Tag) -> bool {
        self.name == tag.name && (tag.name != Name::Other || self.hash == tag.hash)
    }

    /// Any of these HTML elements.
    #[inline]
    pub(super) fn is(&self, flags: u16) -> bool {
        self.namespace == Namespace::Html && self.name.is(flags)
    }

    /// An HTML integration point or a MathML text integration point.
    #[inline]
    pub(super) fn is_integration_point(&self) -> bool {
        match self.namespace {
            Namespace::Html => false,
            Namespace::Svg => self.name.is(SVG_HTML),
            Namespace::MathMl => self.name.is(MATH_TEXT),
            Namespace::HtmlInMathMl => true,
        }
    }

    /// In the "special" category.
    #[inline]
    pub(super) fn is_special(&self) -> bool {
        self.is(SPECIAL) || self.is_foreign_special()
    }

    /// The foreign elements that are special and that delimit a scope.
    pub(super) fn is_foreign_special(&self) -> bool {
        self.is_integration_point()
            || (self.namespace == Namespace::MathMl && self.name == Name::AnnotationXml)
    }

    pub(super) fn shows(&self) -> bool {
        self.is(SHOWS)
    }

    #[inline]
    fn ends(&self, scope: Scope) -> bool {
        match scope {
            Scope::Table => {
                self.namespace == Namespace::Html && matches!(self.name, Name::Table | Name::Template)
            }
            _ if self.is(SCOPE) || self.is_foreign_special() => true,
            Scope::Button => self.is_html(Name::Button),
            Scope::ListItem => self.is_html(Name::Ol) || self.is_html(Name::Ul),
            Scope::Default => false,
        }
    }
}

/// What is open above `body`; the current node is last.
#[derive(Debug, Default)]
pub(super) struct Stack {
    open: Vec<Open>,
    serial: u32,
}

impl Stack {
    /// `None` if it is too deep.
    #[inline]
    pub(super) fn push(&mut self, tag: &Tag, namespace: Namespace) -> Option<u32> {
        if self.open.len() >= DEEPEST {
            return None;
        }
        self.serial = self.serial.wrapping_add(1);
        let open = Open { name: tag.name, namespace, hash: tag.hash, serial: self.serial };
        self.open.push(open);
        Some(self.serial)
    }

    /// An HTML element that a rule inserts by itself, or inserts again. `false` if it is too deep.
    pub(super) fn push_named(&mut self, name: Name, serial: Option<u32>) -> bool {
        if self.open.len() >= DEEPEST {
            return false;
        }
        self.serial = self.serial.wrapping_add(1);
        let serial = serial.unwrap_or(self.serial);
        self.open.push(Open { name, namespace: Namespace::Html, hash: 0, serial });
        true
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    #[inline]
    pub(super) fn last(&self) -> Option<&Open> {
        self.open.last()
    }

    pub(super) fn iter(&self) -> std::slice::Iter<'_, Open> {
        self.open.iter()
    }

    pub(super) fn get(&self, index: usize) -> Option<&Open> {
        self.open.get(index)
    }

    pub(super) fn pop(&mut self) {
        self.open.pop();
    }

    pub(super) fn truncate(&mut self, len: usize) {
        self.open.truncate(len);
    }

    pub(super) fn remove(&mut self, index: usize) -> Open {
        self.open.remove(index)
    }

    pub(super) fn insert(&mut self, index: usize, open: Open) {
        self.open.insert(index, open);
    }

    pub(super) fn position(&self, serial: u32) -> Option<usize> {
        self.open.iter().rposition(|open| open.serial == serial)
    }

    pub(super) fn contains(&self, name: Name) -> bool {
        self.open.iter().any(|open| open.is_html(name))
    }

    /// The current node is this HTML element.
    #[inline]
    pub(super) fn is_at(&self, name: Name) -> bool {
        self.last().is_some_and(|open| open.is_html(name))
    }

    /// Where the topmost of these stands, if it is in scope.
    #[inline]
    pub(super) fn find_in_scope(&self, scope: Scope, wanted: impl Fn(&Open) -> bool) -> Option<usize> {
        for (index, open) in self.open.iter().enumerate().rev() {
            if wanted(open) {
                return Some(index);
            }
            if open.ends(scope) {
                return None;
            }
        }
        None
    }

    #[inline]
    pub(super) fn has_in_scope(&self, scope: Scope, name: Name) -> bool {
        self.find_in_scope(scope, |open| open.is_html(name)).is_some()
    }

    /// "Generate implied end tags", except for one name.
    pub(super) fn pop_implied(&mut self, except: Name) {
        while self.last().is_some_and(|open| open.is(IMPLIED_END) && open.name != except) {
            self.pop();
        }
    }

    /// Pops up to and including the topmost HTML element of that name; all if there is none.
    pub(super) fn pop_until(&mut self, name: Name) {
        let index = self.open.iter().rposition(|open| open.is_html(name));
        self.open.truncate(index.unwrap_or(0));
    }

    /// Pops until the current node is one of these, or `html`.
    pub(super) fn pop_to(&mut self, stays: impl Fn(&Open) -> bool) {
        let index = self.open.iter().rposition(stays);
        self.open.truncate(index.map_or(0, |index| index + 1));
    }
}
