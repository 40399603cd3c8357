//! Shows what a page loads that browsers read as XML (Extensible Markup Language 1.0, fifth edition), to
//! whoever may change it. Names have prefixes there, `<script/>` is over at once, and a `<` in a CDATA
//! section is text.

use std::collections::VecDeque;

use bytes::Bytes;
use memchr::{memchr, memmem};

use super::{
    attributes::Attributes,
    held::{Held, LIMIT, push},
    insert::Insert,
    markup::{Consequence, Edits, StartTag},
    names::{Key, Name},
};

/// So many elements are told apart that stand in each other.
const DEPTH: usize = 1024;

#[derive(Debug, Default)]
pub(super) struct Xml {
    /// The bytes that are held back, from where something begins that is not complete.
    held: Held,
    inside: Inside,
    open: Vec<Open>,
    /// So many more are open beyond those.
    deeper: usize,
    covers: Vec<u32>,
    /// What prefixes of elements mean.
    prefixes: Vec<(Vec<u8>, bool)>,
    is_before_body: bool,
}

#[derive(Clone, Copy, Debug)]
struct Open {
    /// What stands in it is of SVG or MathML, unless a prefix says otherwise.
    is_foreign: bool,
    has_cover: bool,
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
    LongTag { quote: Option<u8>, may_be_empty: bool },
    /// A script whose text is to be shown, held from its tag on: how long that is, and what is to be
    /// inserted into it in any case.
    Script(usize, Edits),
}

/// What there is of something.
enum Part {
    /// It ends here.
    Until(usize),
    /// More may be needed.
    Open,
}

impl Xml {
    pub(super) fn new() -> Self {
        Self { is_before_body: true, ..Self::default() }
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
        let mut at = 0;
        while at < bytes.len() {
            let rest = bytes.slice(at..);
            match self.read(&rest, insert, out) {
                Part::Until(end) => at += end,
                Part::Open => {
                    self.held.push(rest);
                    return;
                }
            }
        }
    }

    pub(super) fn finish(&mut self, insert: &mut dyn Insert, out: &mut VecDeque<Bytes>) {
        if let Inside::Script(len, edits) = std::mem::take(&mut self.inside) {
            let bytes = Bytes::copy_from_slice(self.held.bytes());
            self.held = Held::Nothing;
            self.show_script(&bytes, len, bytes.len(), edits, insert, out);
            push(out, bytes.slice(len..));
        }
        self.held.release(out);
    }

    /// Reads what begins here, and hands it on.
    fn read(&mut self, bytes: &Bytes, insert: &mut dyn Insert, out: &mut VecDeque<Bytes>) -> Part {
        match std::mem::take(&mut self.inside) {
            Inside::Text => match memchr(b'<', bytes) {
                Some(0) => self.read_markup(bytes, insert, out),
                before => pass(bytes, before.unwrap_or(bytes.len()), out),
            },
            Inside::Passed(end) => match memmem::find(bytes, end) {
                Some(at) => pass(bytes, at + end.len(), out),
                // Its first bytes may be the last that are here.
                None if bytes.len() < end.len() => {
                    self.inside = Inside::Passed(end);
                    Part::Open
                }
                None => {
                    self.inside = Inside::Passed(end);
                    pass(bytes, bytes.len() + 1 - end.len(), out)
                }
            },
            Inside::Declaration { quote } => self.read_declaration(bytes, quote, out),
            Inside::LongTag { quote, may_be_empty } => {
                let (end, quote, is_empty) = end_of_tag(bytes, quote, may_be_empty);
                match end {
                    Some(_) if is_empty => self.close(),
                    Some(_) => {}
                    None => self.inside = Inside::LongTag { quote, may_be_empty: is_empty },
                }
                pass(bytes, end.unwrap_or(bytes.len()), out)
            }
            Inside::Script(len, edits) => match end_of_script(&bytes[len..]) {
                None if bytes.len() <= LIMIT => {
                    self.inside = Inside::Script(len, edits);
                    Part::Open
                }
                end => {
                    let end = end.map_or(bytes.len(), |end| len + end).min(LIMIT);
                    self.show_script(bytes, len, end, edits, insert, out);
                    Part::Until(len)
                }
            },
        }
    }

    /// What begins with a `<`.
    fn read_markup(&mut self, bytes: &Bytes, insert: &mut dyn Insert, out: &mut VecDeque<Bytes>) -> Part {
        const SHEET: &[u8] = b"<?xml-stylesheet";
        for (begin, end) in [(&b"<!--"[..], &b"-->"[..]), (b"<![CDATA[", b"]]>")] {
            if bytes.starts_with(begin) {
                self.inside = Inside::Passed(end);
                return pass(bytes, begin.len(), out);
            }
            if begin.starts_with(bytes) {
                return Part::Open;
            }
        }
        if bytes.starts_with(b"<!") {
            self.inside = Inside::Declaration { quote: None };
            return pass(bytes, 2, out);
        }
        if SHEET.starts_with(bytes) {
            return Part::Open;
        }
        if bytes.starts_with(b"<?") {
            let end = memmem::find(bytes, b"?>");
            let is_sheet =
                bytes.strip_prefix(SHEET).is_some_and(|rest| rest[..].first().is_some_and(is_space));
            if is_sheet && end.is_none() && bytes.len() <= LIMIT {
                return Part::Open;
            }
            if !is_sheet || end.is_none() {
                self.inside = Inside::Passed(b"?>");
                return pass(bytes, 2, out);
            }
            let len = end.map_or(bytes.len(), |at| at + 2);
            // It loads its `href` and is nothing else, as a `use` does (Associating Style Sheets with
            // XML documents, section 3).
            let (mut edits, tag) = (Edits::new(), self.tag(Name::Use, false, &bytes[..len], false));
            insert.start_tag(&tag, &mut edits);
            apply(bytes, len, edits, out);
            return Part::Until(len);
        }
        let (end, quote, is_empty) = end_of_tag(bytes, None, false);
        if end.is_none() && bytes.len() <= LIMIT {
            return Part::Open;
        }
        let len = end.unwrap_or(bytes.len());
        if bytes.starts_with(b"</") {
            self.close();
            return pass(bytes, len, out);
        }
        if end.is_none() {
            self.inside = Inside::LongTag { quote, may_be_empty: is_empty };
        }
        self.read_tag(bytes, len, end.is_none(), end.is_some() && is_empty, insert, out)
    }

    fn read_tag(
        &mut self,
        bytes: &Bytes,
        len: usize,
        is_cut: bool,
        is_empty: bool,
        insert: &mut dyn Insert,
        out: &mut VecDeque<Bytes>,
    ) -> Part {
        let shown = &bytes[..len.min(LIMIT)];
        let is_cut = is_cut || len > LIMIT;
        let (name, is_foreign, is_rest_foreign) = self.resolve(shown);
        self.is_before_body &= name != Name::Body;
        let mut edits = Edits::new();
        let tag = self.tag(name, is_foreign, shown, is_cut);
        let Consequence { cover, reads_text } = insert.start_tag(&tag, &mut edits);
        if reads_text && is_empty && !is_cut {
            insert.script(&tag, b"", &mut edits);
        }
        if !is_empty {
            self.push(Open { is_foreign: is_rest_foreign, has_cover: cover.is_some() }, cover);
        }
        if reads_text && !is_empty && !is_cut {
            self.inside = Inside::Script(len, edits);
            // Nothing of it leaves yet: it is read again, with its text.
            return Part::Until(0);
        }
        apply(bytes, len, edits, out);
        Part::Until(len)
    }

    /// Hands on a script's tag, once there is enough of its text.
    fn show_script(
        &self,
        bytes: &Bytes,
        len: usize,
        end: usize,
        mut edits: Edits,
        insert: &mut dyn Insert,
        out: &mut VecDeque<Bytes>,
    ) {
        let text = &bytes[len..end.max(len)];
        insert.script(&self.tag(Name::Script, false, &bytes[..len], false), text, &mut edits);
        apply(bytes, len, edits, out);
    }

    fn read_declaration(&mut self, bytes: &Bytes, mut quote: Option<u8>, out: &mut VecDeque<Bytes>) -> Part {
        for (at, byte) in bytes.iter().enumerate() {
            match (quote, byte) {
                (Some(open), byte) if *byte == open => quote = None,
                (Some(_), _) => {}
                (None, b'"' | b'\'') => quote = Some(*byte),
                (None, b'>' | b'[') => return pass(bytes, at + 1, out),
                _ => {}
            }
        }
        self.inside = Inside::Declaration { quote };
        pass(bytes, bytes.len(), out)
    }

    fn tag<'a>(&'a self, name: Name, is_foreign: bool, bytes: &'a [u8], is_cut: bool) -> StartTag<'a> {
        StartTag {
            name,
            is_foreign,
            bytes,
            is_cut,
            is_xml: true,
            is_live: true,
            is_before_body: self.is_before_body,
            lang: None,
            covers: &self.covers,
        }
    }

    /// Which element a tag begins, whether it is one of SVG or MathML, and whether those in it are that
    /// have no prefix (Namespaces in XML 1.0).
    fn resolve(&mut self, tag: &[u8]) -> (Name, bool, bool) {
        let name = tag[1..].iter().take_while(|byte| !is_space(byte) && !matches!(byte, b'/' | b'>'));
        let name = &tag[1..1 + name.count()];
        let (prefix, local) = match memchr(b':', name) {
            Some(at) => (&name[..at], &name[at + 1..]),
            None => (&name[..0], name),
        };
        let mut default = self.open.last().is_some_and(|open| open.is_foreign);
        for attribute in Attributes::new(tag) {
            let Some(declared) = tag[attribute.name.clone()].strip_prefix(b"xmlns") else { continue };
            let is_foreign = memmem::find(&tag[attribute.value], b"xhtml").is_none();
            match declared.strip_prefix(b":") {
                None if declared.is_empty() => default = is_foreign,
                Some(declared) => {
                    self.prefixes.retain(|(known, _)| known != declared);
                    if self.prefixes.len() < DEPTH {
                        self.prefixes.push((declared.to_vec(), is_foreign));
                    }
                }
                None => {}
            }
        }
        let is_foreign = match prefix {
            b"" => default,
            _ => self.prefixes.iter().any(|(known, is_foreign)| known == prefix && *is_foreign),
        };
        let mut key = Key::default();
        key.read(local, |_| false);
        (key.name(), is_foreign, default)
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

fn is_space(byte: &u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\r' | b' ')
}

fn pass(bytes: &Bytes, until: usize, out: &mut VecDeque<Bytes>) -> Part {
    push(out, bytes.slice(..until));
    Part::Until(until)
}

/// Hands on so many bytes, with what is inserted into them.
fn apply(bytes: &Bytes, len: usize, mut edits: Edits, out: &mut VecDeque<Bytes>) {
    edits.sort_by_key(|(at, _)| *at);
    let mut done = 0;
    for (at, inserted) in edits {
        push(out, bytes.slice(done..at));
        push(out, inserted);
        done = at;
    }
    push(out, bytes.slice(done..len));
}

/// Behind the `>` of a tag; else in which quotes what there is ends. And whether a `/` came last.
fn end_of_tag(bytes: &[u8], mut quote: Option<u8>, mut is_empty: bool) -> (Option<usize>, Option<u8>, bool) {
    for (at, byte) in bytes.iter().enumerate() {
        match (quote, byte) {
            (Some(open), byte) if *byte == open => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(*byte),
            (None, b'>') => return (Some(at + 1), None, is_empty),
            _ => {}
        }
        is_empty = quote.is_none() && *byte == b'/';
    }
    (None, quote, is_empty)
}

/// Where the text of a script ends: before the first tag that no CDATA section or comment hides.
fn end_of_script(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr(b'<', &text[at..])?;
        let rest = &text[at..];
        let hidden = [(&b"<![CDATA["[..], &b"]]>"[..]), (b"<!--", b"-->"), (b"<?", b"?>")];
        let Some((begin, end)) = hidden.into_iter().find(|(begin, _)| rest.starts_with(begin)) else {
            let may_hide = hidden.iter().any(|(begin, _)| begin.starts_with(rest));
            return (!may_hide).then_some(at);
        };
        at += begin.len();
        at += memmem::find(&text[at..], end)? + end.len();
    }
}
