//! Decides where to insert, and inserts.

mod hold;
mod markup;

use std::borrow::Cow;
use std::collections::VecDeque;

use bytes::Bytes;

use super::attributes::Attributes;
use super::held::{Held, LIMIT, push};
use super::insert::{Insert, Page, Place, Places};
use super::lang::Lang;
use super::names::Name;
use super::outcome::{Outcome, Reason};
use super::token::{Tag, Tail, Token};
use super::tokenizer::Tokenizer;
use super::tree::{Opening, Tree};
use super::xml::Xml;
use markup::Markup;

/// See the module's documentation. Allocates nothing until something must be held back or
/// an element is open.
#[derive(Debug)]
pub(crate) struct Rewriter {
    start: Outcome,
    end: Outcome,
    lang: Option<Lang>,
    /// `lang` has been given, if only with a value that is none.
    lang_seen: bool,
    /// Where the end tag of `body` or `html` stands behind which nothing of the body has come yet.
    closing: Option<u64>,
    /// From there, or from the start of the unfinished token, to the end of the last chunk; or
    /// nothing.
    held: Held,
    /// What pages load is shown to the inserter.
    shows_markup: bool,
    markup: Markup,
    /// Does all of it instead, where browsers read the page as XML.
    xml: Option<Box<Xml>>,
    tokenizer: Tokenizer,
    tree: Tree,
}

/// What a call has at hand.
struct Call<'a> {
    chunk: &'a Bytes,
    /// So much of the chunk has been handed on.
    done: usize,
    insert: &'a mut dyn Insert,
    out: &'a mut VecDeque<Bytes>,
}

impl Call<'_> {
    /// Hands on the chunk up to here.
    fn pass(&mut self, until: usize) {
        push(self.out, self.chunk.slice(self.done..until));
        self.done = until;
    }
}

impl Rewriter {
    pub(crate) fn new(places: Places) -> Self {
        let mut tokenizer = Tokenizer::new();
        if places.markup {
            tokenizer.keep_attributes();
        }
        Rewriter {
            start: Outcome::of(places.start),
            end: Outcome::of(places.end),
            lang: None,
            lang_seen: false,
            closing: None,
            held: Held::Nothing,
            shows_markup: places.markup,
            markup: Markup::default(),
            xml: None,
            tokenizer,
            tree: Tree::new(),
        }
    }

    /// For what becomes a part of a page. Where it does not begin as a document does, anything may
    /// stand in it, such as a row without its table.
    pub(crate) fn of_part(places: Places) -> Self {
        let mut rewriter = Self::new(places);
        rewriter.tree.expect_part();
        rewriter
    }

    /// For what browsers read as XML.
    pub(crate) fn of_xml(places: Places) -> Self {
        let mut rewriter = Self::new(Places::default());
        rewriter.xml = Some(Box::new(Xml::new(places)));
        rewriter
    }

    /// Later chunks may pass untouched, and nothing is held back.
    pub(crate) fn is_done(&self) -> bool {
        match &self.xml {
            Some(xml) => xml.is_done(),
            None => self.is_decided() && !self.shows_markup && self.held.is_empty(),
        }
    }

    /// What came of the place so far.
    pub(crate) fn outcome(&self, place: Place) -> Outcome {
        match (&self.xml, place) {
            (Some(xml), place) => xml.outcome(place),
            (None, Place::BodyStart) => self.start,
            (None, Place::BodyEnd) => self.end,
        }
    }

    /// Takes one chunk and appends what may leave, in order.
    pub(crate) fn feed(&mut self, chunk: &Bytes, insert: &mut dyn Insert, out: &mut VecDeque<Bytes>) {
        match &mut self.xml {
            Some(xml) => xml.feed(chunk, insert, out),
            None => self.feed_shown(chunk, insert, out, |_, _, _| {}),
        }
    }

    /// The same, and shows every token as it is read, with the offset behind it.
    #[inline]
    pub(super) fn feed_shown(
        &mut self,
        chunk: &Bytes,
        insert: &mut dyn Insert,
        out: &mut VecDeque<Bytes>,
        mut show: impl FnMut(Token, &Tokenizer, u64),
    ) {
        let mut call = Call { chunk, done: 0, insert, out };
        let mut at = 0;
        while !self.is_decided() || self.shows_markup {
            let token = self.tokenizer.next(chunk, &mut at, self.wants_text());
            show(token, &self.tokenizer, self.tokenizer.base() + at as u64);
            match token {
                Token::Text { start, end } => self.text(start, end, &mut call),
                Token::Tag => self.tag(&mut call),
                Token::Reference { start, end } => self.reference(start, end, &mut call),
                Token::Comment => {}
                Token::Doctype { html } => self.tree.doctype(html),
                Token::Utf16 => self.give_up(Reason::Utf16),
                Token::More => break,
            }
        }
        self.hold(&mut call);
        call.pass(chunk.len());
        self.tokenizer.advance(chunk.len());
    }

    /// The document is complete.
    pub(crate) fn finish(&mut self, insert: &mut dyn Insert, out: &mut VecDeque<Bytes>) {
        if let Some(xml) = &mut self.xml {
            return xml.finish(insert, out);
        }
        let mut call = Call { chunk: &Bytes::new(), done: 0, insert, out };
        self.finish_text(&mut call);
        if !self.is_decided() {
            self.end_of_document(&mut call);
        }
        self.held.release(call.out);
        self.shows_markup = false;
    }

    fn is_decided(&self) -> bool {
        self.start != Outcome::Pending && self.end != Outcome::Pending
    }

    /// Text in the body matters.
    #[inline]
    fn wants_text(&self) -> bool {
        let is_followed = self.end == Outcome::Pending || self.shows_markup;
        is_followed && (self.closing.is_some() || self.tree.wants_text())
    }

    fn text(&mut self, start: u64, end: u64, call: &mut Call<'_>) {
        if self.tree.before_body() {
            self.begin_body(start, false, call);
        }
        if self.wants_text() {
            let base = self.tokenizer.base();
            let chunk_offset = |offset: u64| offset.saturating_sub(base) as usize;
            // Text that began in an earlier chunk is a "<" that opened no tag.
            let text = match start < base {
                true => b"<",
                false => &call.chunk[chunk_offset(start)..chunk_offset(end)],
            };
            if !text.iter().all(|byte| matches!(byte, b'\t' | b'\n' | 0x0c | b'\r' | b' ')) {
                self.closing = None;
            }
            self.tree.text(text);
            self.note_doubt();
        }
    }

    /// A reference to something that is not whitespace.
    fn reference(&mut self, start: u64, end: u64, call: &mut Call<'_>) {
        if self.tree.before_body() {
            // Were it longer than may be held back, its first bytes might be gone. Behind it is in
            // the body too.
            let is_long = end - start > LIMIT as u64;
            self.begin_body(if is_long { end } else { start }, false, call);
        } else {
            self.tree.text(b"&");
        }
    }

    #[inline]
    fn tag(&mut self, call: &mut Call<'_>) {
        self.end_text(call);
        if self.tree.before_body() {
            let tag = self.tokenizer.tag();
            let (start, end) = (tag.start, tag.end);
            match self.tree.opening(tag) {
                Opening::Frameset => return self.give_up(Reason::Frameset),
                Opening::Body => {
                    // What stands in the body is in its language, if it names one.
                    self.lang_seen = false;
                    self.note_lang(call.chunk);
                    let cover = self.show_tag(call);
                    self.begin_body(end, true, call);
                    return self.open_cover(cover, None);
                }
                Opening::Implied => self.begin_body(start, false, call),
                Opening::Head if tag.name == Name::Html => self.note_lang(call.chunk),
                Opening::Head => {}
            }
        }
        self.note_closing();
        if self.tokenizer.tag().is_end {
            self.tree.end_tag(self.tokenizer.tag());
            self.resume_sheet(call);
        } else {
            let cover = self.show_tag(call);
            let before = self.tree.innermost();
            let tag = self.tokenizer.tag();
            let bytes = match self.tree.wants_attributes(tag) {
                true => self.tag_bytes(tag, call.chunk),
                false => None,
            };
            if let Some(content) = self.tree.start_tag(tag, bytes.as_deref()) {
                self.tokenizer.enter(content);
            }
            self.open_cover(cover, before);
        }
        self.tokenizer.set_foreign(self.tree.is_foreign());
        self.note_doubt();
    }

    /// The body ends before `</body>` if nothing is open that it would have to close, and if no
    /// more of the body comes behind it.
    #[inline]
    fn note_closing(&mut self) {
        let tag = self.tokenizer.tag();
        if !tag.is_end || !matches!(tag.name, Name::Body | Name::Html) {
            self.closing = None;
        } else if self.closing.is_none() && self.end == Outcome::Pending && self.tree.is_clean() {
            self.closing = Some(tag.start);
        }
    }

    fn begin_body(&mut self, offset: u64, explicit: bool, call: &mut Call<'_>) {
        self.tree.begin_body(explicit);
        self.tokenizer.stop_watching();
        if self.start != Outcome::Pending {
            return;
        }
        // A marker that an unclosed object in a template leaves behind lets a link out of it.
        if self.tree.has_link() {
            self.start = Outcome::Impossible(Reason::OpenLink);
        } else {
            self.place(Place::BodyStart, offset, true, call);
        }
    }

    fn note_lang(&mut self, chunk: &[u8]) {
        let tag = self.tokenizer.tag();
        if self.lang_seen || !tag.has_attributes() {
            return;
        }
        let bytes = self.tag_bytes(tag, chunk);
        if let Some(value) = bytes.as_deref().and_then(|tag| Attributes::new(tag).value("lang")) {
            self.lang = Lang::new(value);
            self.lang_seen = true;
        }
    }

    #[inline]
    fn note_doubt(&mut self) {
        match self.tree.doubt() {
            None => {}
            Some(Reason::TooDeep) => self.give_up(Reason::TooDeep),
            Some(reason) if self.end == Outcome::Pending => self.end = Outcome::Impossible(reason),
            Some(_) => {}
        }
    }

    fn give_up(&mut self, reason: Reason) {
        for outcome in [&mut self.start, &mut self.end] {
            if *outcome == Outcome::Pending {
                *outcome = Outcome::Impossible(reason);
            }
        }
    }

    /// The bytes of a tag that is complete in this chunk, unless it is so long that they might not
    /// be at hand any more.
    fn tag_bytes<'a>(&self, tag: &Tag, chunk: &'a [u8]) -> Option<Cow<'a, [u8]>> {
        (tag.end - tag.start <= LIMIT as u64).then(|| self.bytes(tag.start, tag.end, chunk))
    }

    /// Asks for the bytes and inserts them. An offset before this chunk is where the held bytes
    /// begin.
    fn place(&mut self, place: Place, offset: u64, child_of_body: bool, call: &mut Call<'_>) {
        let lang = self.lang.as_ref().and_then(Lang::as_str);
        let bytes = call.insert.insert(place, &Page { lang, child_of_body });
        let outcome = match place {
            Place::BodyStart => &mut self.start,
            Place::BodyEnd => &mut self.end,
        };
        *outcome = if bytes.is_empty() { Outcome::Declined } else { Outcome::Inserted };
        self.pass_to(offset, call);
        push(call.out, bytes);
    }

    fn end_of_document(&mut self, call: &mut Call<'_>) {
        let tail = self.tokenizer.tail();
        let end = self.tokenizer.base();
        let ends_in_text = tail == (Tail::Tag { text: true });
        if let Some(start) = self.closing
            && end - start <= LIMIT as u64
            && !ends_in_text
        {
            return self.place(Place::BodyEnd, start, true, call);
        }
        // An unfinished tag vanishes, so that what is inserted before it is at the end.
        let before_tag = end - self.held.len() as u64;
        let reason = match tail {
            _ if self.tree.has_template() => Some(Reason::OpenTemplate),
            Tail::RawText => Some(Reason::OpenRawText),
            Tail::Comment => Some(Reason::OpenComment),
            Tail::Doctype => Some(Reason::OpenDoctype),
            Tail::Cdata => Some(Reason::OpenForeign),
            Tail::Tag { .. } if self.held.is_empty() => Some(Reason::OpenTag),
            _ => None,
        };
        if let Some(reason) = reason {
            return self.give_up(reason);
        }
        if self.tree.before_body() {
            // Begun by the text that is held, or by the end of the document.
            let is_space = matches!(tail, Tail::Clean | Tail::Reference { space: true });
            self.begin_body(if is_space { end } else { before_tag }, false, call);
        }
        if self.end != Outcome::Pending {
            return;
        }
        // "<" stays text before an element, "</" would not.
        if ends_in_text && end - self.tokenizer.start() > 1 {
            return self.give_up(Reason::OpenTag);
        }
        if let Some(reason) = self.tree.obstacle() {
            return self.give_up(reason);
        }
        let offset = if tail == (Tail::Tag { text: false }) { before_tag } else { end };
        self.place(Place::BodyEnd, offset, self.tree.is_clean_for_block(), call);
    }
}
