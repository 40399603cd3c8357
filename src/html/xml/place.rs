//! Where the body begins and ends.

use super::{Call, Inside, Xml, namespace::Element, text::TextEnd};
use crate::html::{
    attributes::Attributes,
    held::push,
    insert::{Page, Place},
    lang::Lang,
    names::Name,
    outcome::{Outcome, Reason},
};

/// What follows on a start tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Other,
    /// The page.
    Body,
    /// A style sheet.
    Style,
}

impl Xml {
    /// What follows on the tag of this element.
    pub(super) fn role(&mut self, element: &Element<'_>, tag: &[u8]) -> Role {
        if self.elements.is_empty() {
            self.is_xhtml = element.is_xhtml(b"html");
            self.note_lang(tag);
        }
        match element.name {
            Name::Body if self.elements.has_root_alone() && self.is_xhtml && element.is_xhtml(b"body") => {
                self.note_lang(tag);
                Role::Body
            }
            Name::Style if self.shows_markup => Role::Style,
            _ => Role::Other,
        }
    }

    /// The language of the page is that of its body, if that names one, else that of the root.
    fn note_lang(&mut self, tag: &[u8]) {
        let attributes = Attributes::new(tag).exact(true);
        let lang = ["xml:lang", "lang"].into_iter().find_map(|name| attributes.clone().value(name));
        if let Some(lang) = lang {
            self.lang = Lang::new(lang);
        }
    }

    /// What a start tag is followed by begins.
    pub(super) fn begin(&mut self, role: Role, call: &mut Call<'_>) {
        match role {
            Role::Other => {}
            Role::Body => self.place(Place::BodyStart, call),
            Role::Style => self.inside = Inside::Style(TextEnd::default()),
        }
    }

    /// Asks for the bytes and inserts them, once.
    pub(super) fn place(&mut self, place: Place, call: &mut Call<'_>) {
        let outcome = match place {
            Place::BodyStart => &mut self.start,
            Place::BodyEnd => &mut self.end,
        };
        if *outcome != Outcome::Pending {
            return;
        }
        let lang = self.lang.as_ref().and_then(Lang::as_str);
        let bytes = call.insert.insert(place, &Page { lang, child_of_body: true });
        *outcome = if bytes.is_empty() { Outcome::Declined } else { Outcome::Inserted };
        push(call.out, bytes);
    }

    pub(super) fn give_up(&mut self) {
        for outcome in [&mut self.start, &mut self.end] {
            if *outcome == Outcome::Pending {
                *outcome = Outcome::Impossible(Reason::NoBody);
            }
        }
    }
}
