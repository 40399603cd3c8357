//! Reads a page that browsers read as XML (Extensible Markup Language 1.0, fifth edition): shows what it
//! loads to whoever may change it, and finds where its body begins and ends. Names have prefixes there,
//! `<script/>` is over at once, and a `<` in a CDATA section is text.

mod namespace;
mod text;

use std::collections::VecDeque;

use bytes::Bytes;
use memchr::{memchr, memmem};

use self::{
    namespace::{Element, Namespace, Prefixes},
    text::{TextEnd, end_of_tag, is_space},
};
use super::{
    attributes::Attributes,
    held::{Held, LIMIT, push},
    insert::{Insert, Page, Place, Places},
    lang::Lang,
    markup::{Consequence, Edits, StartTag},
    names::Name,
    outcome::{Outcome, Reason},
};

/// So many elements are told apart that stand in each other.
const DEPTH: usize = 1024;

#[derive(Debug)]
pub(super) struct Xml {
    /// The bytes that are held back, from where something begins that is not complete.
    held: Held,
    inside: Inside,
    open: Vec<Open>,
    /// So many more are open beyond those.
    deeper: usize,
    covers: Vec<u32>,
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

#[derive(Clone, Copy, Debug)]
struct Open {
    /// That of elements in it that have no prefix.
    default: Namespace,
    has_cover: bool,
    is_body: bool,
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

#[derive(Debug)]
struct Script {
    /// So long is its tag.
    tag: usize,
    is_foreign: bool,
    /// What is to be inserted into the tag in any case.
    edits: Edits,
    end: TextEnd,
}

/// What follows on a start tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Other,
    /// The page.
    Body,
    /// A style sheet.
    Style,
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
            open: Vec::new(),
            deeper: 0,
            covers: Vec::new(),
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

    /// What begins with a `<`.
    fn read_markup(&mut self, bytes: &Bytes, call: &mut Call<'_>) -> Part {
        const SHEET: &[u8] = b"<?xml-stylesheet";
        for (begin, end) in [(&b"<!--"[..], &b"-->"[..]), (b"<![CDATA[", b"]]>")] {
            if bytes.starts_with(begin) {
                self.inside = Inside::Passed(end);
                return pass(bytes, begin.len(), call);
            }
            if begin.starts_with(bytes) {
                return Part::Open(0);
            }
        }
        if bytes.starts_with(b"<!") {
            self.inside = Inside::Declaration { quote: None };
            return pass(bytes, 2, call);
        }
        if SHEET.starts_with(bytes) {
            return Part::Open(0);
        }
        if bytes.starts_with(b"<?") {
            let end = memmem::find(bytes, b"?>");
            let is_sheet =
                bytes.strip_prefix(SHEET).is_some_and(|rest| rest[..].first().is_some_and(is_space));
            if is_sheet && end.is_none() && bytes.len() <= LIMIT {
                return Part::Open(0);
            }
            if !is_sheet || end.is_none() || !self.shows_markup {
                self.inside = Inside::Passed(b"?>");
                return pass(bytes, 2, call);
            }
            let len = end.map_or(bytes.len(), |at| at + 2);
            // It loads its `href` and is nothing else, as a `use` does (Associating Style Sheets with
            // XML documents, section 3).
            let (mut edits, tag) = (Edits::new(), self.tag(Name::Use, false, &bytes[..len], false));
            call.insert.start_tag(&tag, &mut edits);
            apply(bytes, len, edits, call);
            return Part::Until(len);
        }
        let (end, quote, is_empty) = end_of_tag(bytes, None, false);
        if end.is_none() && bytes.len() <= LIMIT {
            return Part::Open(0);
        }
        let len = end.unwrap_or(bytes.len());
        if bytes.starts_with(b"</") {
            if self.deeper == 0 && self.open.last().is_some_and(|open| open.is_body) {
                self.place(Place::BodyEnd, call);
            }
            self.close();
            return pass(bytes, len, call);
        }
        self.read_tag(bytes, len, end.is_some() && is_empty, end.is_none().then_some((quote, is_empty)), call)
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
        let around = self.open.last().map_or(Namespace::Unknown, |open| open.default);
        let element = self.prefixes.resolve(shown, around);
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
        if is_empty {
            if role == Role::Body {
                self.give_up();
            }
        } else {
            let is_body = role == Role::Body;
            self.push(Open { default: element.default, has_cover: cover.is_some(), is_body }, cover);
        }
        if is_script && !is_empty {
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

    /// What follows on the tag of this element.
    fn role(&mut self, element: &Element<'_>, tag: &[u8]) -> Role {
        if self.open.is_empty() {
            self.is_xhtml = element.is_xhtml(b"html");
            let attributes = Attributes::new(tag).exact(true);
            let lang = ["xml:lang", "lang"].into_iter().find_map(|name| attributes.clone().value(name));
            self.lang = lang.and_then(Lang::new);
        }
        let is_child = self.open.len() == 1 && self.deeper == 0;
        match element.name {
            Name::Body if is_child && self.is_xhtml && element.is_xhtml(b"body") => Role::Body,
            Name::Style if self.shows_markup => Role::Style,
            _ => Role::Other,
        }
    }

    /// What a start tag is followed by begins.
    fn begin(&mut self, role: Role, call: &mut Call<'_>) {
        match role {
            Role::Other => {}
            Role::Body => self.place(Place::BodyStart, call),
            Role::Style => self.inside = Inside::Style(TextEnd::default()),
        }
    }

    /// Asks for the bytes and inserts them, once.
    fn place(&mut self, place: Place, call: &mut Call<'_>) {
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

    fn give_up(&mut self) {
        for outcome in [&mut self.start, &mut self.end] {
            if *outcome == Outcome::Pending {
                *outcome = Outcome::Impossible(Reason::NoBody);
            }
        }
    }

    /// Hands on a script's tag, once there is enough of its text.
    fn show_script(&self, bytes: &Bytes, script: Script, call: &mut Call<'_>) {
        let Script { tag, is_foreign, mut edits, end } = script;
        // An element that begins there shows that the text may go on.
        let is_open = bytes.get(tag + end.at + 1).is_some_and(|byte| *byte != b'/');
        let end = tag + end.at + if is_open { 2 } else { 0 };
        let text = &bytes[tag..end.min(bytes.len()).min(LIMIT).max(tag)];
        call.insert.script(&self.tag(Name::Script, is_foreign, &bytes[..tag], false), text, &mut edits);
        apply(bytes, tag, edits, call);
    }

    /// Hands on so much of a style sheet as it is done with.
    fn show_style(bytes: &Bytes, len: usize, is_last: bool, call: &mut Call<'_>) -> usize {
        let mut edits = Edits::new();
        let done = call.insert.style(&bytes[..len], is_last, &mut edits);
        apply(bytes, done, edits, call);
        done
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

    fn tag<'a>(&'a self, name: Name, is_foreign: bool, bytes: &'a [u8], is_cut: bool) -> StartTag<'a> {
        StartTag {
            name,
            is_foreign,
            bytes,
            is_cut,
            attributes: Attributes::new(bytes).collect(),
            is_xml: true,
            is_live: true,
            is_before_body: self.is_before_body,
            lang: self.lang.as_ref().and_then(Lang::as_str),
            covers: &self.covers,
        }
    }

    fn push(&mut self, open: Open, cover: Option<u32>) {
        if self.open.len() >= DEPTH {
            self.deeper += 1;
            return;
        }
        self.open.push(open);
        self.covers.extend(cover);
    }

    fn close(&mut self) {
        if self.deeper > 0 {
            self.deeper -= 1;
        } else if self.open.pop().is_some_and(|open| open.has_cover) {
            self.covers.pop();
        }
    }
}

fn pass(bytes: &Bytes, until: usize, call: &mut Call<'_>) -> Part {
    push(call.out, bytes.slice(..until));
    Part::Until(until)
}

/// Hands on so many bytes, with what is inserted into them.
fn apply(bytes: &Bytes, len: usize, mut edits: Edits, call: &mut Call<'_>) {
    edits.sort_by_key(|(at, _)| *at);
    let mut done = 0;
    for (at, inserted) in edits {
        push(call.out, bytes.slice(done..at));
        push(call.out, inserted);
        done = at;
    }
    push(call.out, bytes.slice(done..len));
}
