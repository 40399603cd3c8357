//! Reads what begins with a `<`.

use bytes::Bytes;
use memchr::{memchr, memmem};

use super::{
    Call, Inside, Part, Xml,
    namespace::Namespace,
    pass,
    place::Role,
    show::{Script, apply},
    text::{TextEnd, end_of_tag, is_space},
};
use crate::html::{
    held::LIMIT,
    insert::Place,
    markup::{Consequence, Edits},
    names::Name,
};

const SHEET: &[u8] = b"<?xml-stylesheet";

impl Xml {
    pub(super) fn read_markup(&mut self, bytes: &Bytes, call: &mut Call<'_>) -> Part {
        for (begin, end) in [(&b"<!--"[..], &b"-->"[..]), (b"<![CDATA[", b"]]>")] {
            if bytes.starts_with(begin) {
                self.inside = Inside::Passed(end);
                return pass(bytes, begin.len(), call);
            }
            if begin.starts_with(bytes) {
                return Part::Open(0);
            }
        }
        match bytes.get(1) {
            Some(b'!') => {
                self.inside = Inside::Declaration { quote: None };
                pass(bytes, 2, call)
            }
            Some(b'?') => self.read_instruction(bytes, call),
            Some(b'/') => self.read_end_tag(bytes, call),
            _ => self.read_start_tag(bytes, call),
        }
    }

    fn read_instruction(&mut self, bytes: &Bytes, call: &mut Call<'_>) -> Part {
        if SHEET.starts_with(bytes) {
            return Part::Open(0);
        }
        let is_sheet = bytes.strip_prefix(SHEET).is_some_and(|rest| rest[..].first().is_some_and(is_space));
        if !is_sheet || !self.shows_markup {
            self.inside = Inside::Passed(b"?>");
            return pass(bytes, 2, call);
        }
        match memmem::find(bytes, b"?>").map(|at| at + 2) {
            Some(len) if len <= LIMIT => {
                // It loads its `href` and is nothing else, as a `use` does (Associating Style Sheets with
                // XML documents, section 3).
                let (mut edits, mut tag) = (Edits::new(), self.tag(Name::Use, false, &bytes[..len], false));
                tag.attributes.to_mut().retain(|attribute| bytes[attribute.name.clone()] == *b"href");
                call.insert.start_tag(&tag, &mut edits);
                apply(bytes, len, edits, call);
                Part::Until(len)
            }
            None if bytes.len() <= LIMIT => Part::Open(0),
            _ => {
                self.inside = Inside::Passed(b"?>");
                pass(bytes, 2, call)
            }
        }
    }

    fn read_end_tag(&mut self, bytes: &Bytes, call: &mut Call<'_>) -> Part {
        let end = memchr(b'>', bytes);
        if end.is_none() && bytes.len() <= LIMIT {
            return Part::Open(0);
        }
        if self.elements.innermost().is_some_and(|open| open.is_body) {
            self.place(Place::BodyEnd, call);
        }
        self.close();
        self.inside = Inside::Passed(b">");
        pass(bytes, 2, call)
    }

    fn read_start_tag(&mut self, bytes: &Bytes, call: &mut Call<'_>) -> Part {
        let (end, quote, is_empty) = end_of_tag(bytes, None, false);
        match end {
            None if bytes.len() <= LIMIT => Part::Open(0),
            None => self.read_tag(bytes, bytes.len(), false, Some((quote, is_empty)), call),
            Some(len) => self.read_tag(bytes, len, is_empty, None, call),
        }
    }

    /// A start tag. Of one that is too long to be held, what is known of its end is `rest`.
    fn read_tag(
        &mut self,
        bytes: &Bytes,
        len: usize,
        is_empty: bool,
        rest: Option<(Option<u8>, bool)>,
        call: &mut Call<'_>,
    ) -> Part {
        let shown = &bytes[..len.min(LIMIT)];
        let is_cut = rest.is_some() || len > LIMIT;
        let element = self.prefixes.resolve(shown, self.elements.namespace(), self.elements.depth() + 1);
        let (name, is_foreign) = (element.name, element.namespace == Namespace::Foreign);
        self.is_before_body &= name != Name::Body;
        let role = self.role(&element, shown);
        let mut edits = Edits::new();
        let Consequence { cover, reads_text } = match self.shows_markup {
            true => call.insert.start_tag(&self.tag(name, is_foreign, shown, is_cut), &mut edits),
            false => Consequence::default(),
        };
        let is_script = reads_text && !is_cut;
        if is_script && is_empty {
            call.insert.script(&self.tag(name, is_foreign, shown, false), b"", &mut edits);
        }
        let default = element.default;
        self.elements.push(default, role == Role::Body, cover);
        if is_empty {
            self.close();
            if role == Role::Body {
                self.give_up();
            }
        } else if is_script {
            self.inside = Inside::Script(Script { tag: len, is_foreign, edits, end: TextEnd::default() });
            // Nothing of it leaves yet: it is read again, with its text.
            return Part::Until(0);
        }
        apply(bytes, len, edits, call);
        match rest {
            Some((quote, may_be_empty)) => self.inside = Inside::LongTag { quote, may_be_empty, role },
            None if !is_empty => self.begin(role, call),
            None => {}
        }
        Part::Until(len)
    }
}
