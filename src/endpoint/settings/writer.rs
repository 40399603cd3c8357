//! Markup in the making, in one language.

use crate::{
    banner::{attribute, fill, text},
    policy::{Language, Phrase},
};

/// A page in the making.
pub(super) struct Page<'a> {
    pub(super) html: String,
    pub(super) language: &'a Language,
}

impl<'a> Page<'a> {
    pub(super) fn new(language: &'a Language) -> Self {
        Self { html: String::with_capacity(16 * 1024), language }
    }

    pub(super) fn raw(&mut self, markup: &str) -> &mut Self {
        self.html.push_str(markup);
        self
    }

    pub(super) fn text(&mut self, words: &str) -> &mut Self {
        text(&mut self.html, words);
        self
    }

    pub(super) fn attribute(&mut self, value: &str) -> &mut Self {
        attribute(&mut self.html, value);
        self
    }

    pub(super) fn phrase(&mut self, phrase: Phrase) -> &mut Self {
        let words = self.language.get(phrase);
        self.text(words)
    }

    /// A phrase with markup in place of its placeholders, which are plain ASCII without anything to escape.
    pub(super) fn sentence(&mut self, phrase: Phrase, values: &[(&str, &str)]) -> &mut Self {
        let mut words = String::new();
        text(&mut words, self.language.get(phrase));
        self.raw(&fill(&words, values))
    }

    /// The attribute that says in which language an element is, where it is another than that of the page (WCAG 2.2,
    /// 3.1.2).
    pub(super) fn lang(&mut self, tag: Option<&str>) -> &mut Self {
        match tag {
            Some(tag) => self.raw(" lang=\"").attribute(tag).raw("\""),
            None => self,
        }
    }

    pub(super) fn isolated(&mut self, words: &str) -> &mut Self {
        self.raw(&isolated(words))
    }
}

/// Words of another language than what surrounds them: their direction is their own (HTML, section 4.5.24).
pub(super) fn isolated(words: &str) -> String {
    isolated_in(words, None)
}

/// The same, with the language they are in where that is another than the page's.
pub(super) fn isolated_in(words: &str, tag: Option<&str>) -> String {
    let mut out = String::from("<bdi");
    if let Some(tag) = tag {
        out.push_str(" lang=\"");
        attribute(&mut out, tag);
        out.push('"');
    }
    out.push('>');
    text(&mut out, words);
    out + "</bdi>"
}
