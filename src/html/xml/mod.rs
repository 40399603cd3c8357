//! Reads a page that browsers read as XML (Extensible Markup Language 1.0, fifth edition): shows what it
//! loads to whoever may change it, and finds where its body begins and ends. Names have prefixes there,
//! `<script/>` is over at once, and a `<` in a CDATA section is text.

mod elements;
mod markup;
mod namespace;
mod place;
mod show;
mod text;

use std::collections::VecDeque;

use bytes::Bytes;
use memchr::{memchr, memmem};

use self::{
    elements::Elements,
    namespace::Prefixes,
    place::Role,
    show::Script,
    text::{TextEnd, end_of_tag},
};
use super::{
    held::{Held, LIMIT, push},
    insert::{Insert, Place, Places},
    lang::Lang,
    outcome::Outcome,
};

#[derive(Debug)]
pub(super) struct Xml {
    /// The bytes that are held back, from where something begins that is not complete.
    held: Held,
    inside: Inside,
    elements: Elements,
    prefixes: Prefixes,
    /// What pages load is shown to the inserter.
    shows_markup: bool,
    start: Outcome,
    end: Outcome,
    /// The root is `html`.
    is_xhtml: bool,
    is_before_body: bool,
    lang: Option<Lang>,
}

#[derive(Debug, Default)]
enum Inside {
    #[default]
    Text,
    /// Up to this, and what it ends.
    Passed(&'static [u8]),
    /// A declaration. What stands in brackets in that of the document's type is read as if it stood
    /// outside: it has comments and instructions as well.
    Declaration { quote: Option<u8> },
    /// A tag that was shown before it was complete.
    LongTag { quote: Option<u8>, may_be_empty: bool, role: Role },
    /// A script whose text is to be shown, held from its tag on.
    Script(Script),
    /// A style sheet, held from where it is not done with.
    Style(TextEnd),
}

/// What there is of something.
enum Part {
    /// It ends here.
    Until(usize),
    /// So much of it has left, and of the rest more may be needed.
    Open(usize),
}

/// Who is asked, and where to what may leave goes.
struct Call<'a> {
    insert: &'a mut dyn Insert,
    out: &'a mut VecDeque<Bytes>,
}

impl Xml {
    pub(super) fn new(places: Places) -> Self {
        Self {
            held: Held::Nothing,
            inside: Inside::Text,
            elements: Elements::default(),
            prefixes: Prefixes::default(),
            shows_markup: places.markup,
            start: Outcome::of(places.start),
            end: Outcome::of(places.end),
            is_xhtml: false,
            is_before_body: true,
            lang: None,
        }
    }

    /// Later chunks may pass untouched, and nothing is held back.
    pub(super) fn is_done(&self) -> bool {
        let is_decided = self.start != Outcome::Pending && self.end != Outcome::Pending;
        is_decided && !self.shows_markup && self.held.is_empty()
    }

    /// What came of the place so far.
    pub(super) fn outcome(&self, place: Place) -> Outcome {
        match place {
            Place::BodyStart => self.start,
            Place::BodyEnd => self.end,
        }
    }

    pub(super) fn feed(&mut self, chunk: &Bytes, insert: &mut dyn Insert, out: &mut VecDeque<Bytes>) {
        let bytes = match std::mem::take(&mut self.held) {
            Held::Nothing => chunk.clone(),
            mut held => {
                let mut all = VecDeque::new();
                held.push(chunk.clone());
                held.release(&mut all);
                all.pop_front().unwrap_or_default()
            }
        };
        let mut call = Call { insert, out };
        let mut at = 0;
        while at < bytes.len() {
            let rest = bytes.slice(at..);
            match self.read(&rest, &mut call) {
                Part::Until(end) => at += end,
                Part::Open(end) => {
                    if end < rest.len() {
                        self.held.push(rest.slice(end..));
                    }
                    return;
                }
            }
        }
    }

    pub(super) fn finish(&mut self, insert: &mut dyn Insert, out: &mut VecDeque<Bytes>) {
        let bytes = Bytes::copy_from_slice(self.held.bytes());
        let mut call = Call { insert, out };
        match std::mem::take(&mut self.inside) {
            Inside::Script(script) => {
                let tag = script.tag;
                self.show_script(&bytes, script, &mut call);
                push(call.out, bytes.slice(tag..));
            }
            Inside::Style(_) => {
                let done = Self::show_style(&bytes, bytes.len(), true, &mut call);
                push(call.out, bytes.slice(done..));
            }
            _ => push(call.out, bytes),
        }
        self.held = Held::Nothing;
        self.give_up();
        self.shows_markup = false;
    }

    /// Reads what begins here, and hands it on.
    fn read(&mut self, bytes: &Bytes, call: &mut Call<'_>) -> Part {
        match std::mem::take(&mut self.inside) {
            Inside::Text => match memchr(b'<', bytes) {
                Some(0) => self.read_markup(bytes, call),
                before => pass(bytes, before.unwrap_or(bytes.len()), call),
            },
            Inside::Passed(end) => match memmem::find(bytes, end) {
                Some(at) => pass(bytes, at + end.len(), call),
                // Its first bytes may be the last that are here.
                None if bytes.len() < end.len() => {
                    self.inside = Inside::Passed(end);
                    Part::Open(0)
                }
                None => {
                    self.inside = Inside::Passed(end);
                    pass(bytes, bytes.len() + 1 - end.len(), call)
                }
            },
            Inside::Declaration { quote } => self.read_declaration(bytes, quote, call),
            Inside::LongTag { quote, may_be_empty, role } => {
                let (end, quote, is_empty) = end_of_tag(bytes, quote, may_be_empty);
                let part = pass(bytes, end.unwrap_or(bytes.len()), call);
                match end {
                    Some(_) if is_empty => self.close(),
                    Some(_) => self.begin(role, call),
                    None => self.inside = Inside::LongTag { quote, may_be_empty: is_empty, role },
                }
                part
            }
            Inside::Script(mut script) => {
                if !script.end.find(&bytes[script.tag..]) && bytes.len() <= LIMIT {
                    self.inside = Inside::Script(script);
                    return Part::Open(0);
                }
                let tag = script.tag;
                self.show_script(bytes, script, call);
                Part::Until(tag)
            }
            Inside::Style(mut end) => {
                let is_last = end.find(bytes);
                let done = Self::show_style(bytes, end.at, is_last, call);
                if is_last {
                    return Part::Until(done);
                }
                end.forget(done);
                self.inside = Inside::Style(end);
                Part::Open(done)
            }
        }
    }

    fn read_declaration(&mut self, bytes: &Bytes, mut quote: Option<u8>, call: &mut Call<'_>) -> Part {
        for (at, byte) in bytes.iter().enumerate() {
            match (quote, byte) {
                (Some(open), byte) if *byte == open => quote = None,
                (Some(_), _) => {}
                (None, b'"' | b'\'') => quote = Some(*byte),
                (None, b'>' | b'[') => return pass(bytes, at + 1, call),
                _ => {}
            }
        }
        self.inside = Inside::Declaration { quote };
        pass(bytes, bytes.len(), call)
    }

    /// The innermost element ends, and what its tag declared with it.
    fn close(&mut self) {
        self.elements.close();
        self.prefixes.forget(self.elements.depth());
    }
}

fn pass(bytes: &Bytes, until: usize, call: &mut Call<'_>) -> Part {
    push(call.out, bytes.slice(..until));
    Part::Until(until)
}
