//! The tokenization states of the HTML standard, as far as they decide where a token ends.
//!
//! It can stop behind any byte and go on with the next chunk. It keeps no bytes: a tag's name is
//! packed as it passes. Where its attributes stand is kept of a tag that is read at one go, if that is
//! wanted; of others they are looked up afterwards in the tag's bytes ([`super::attributes`]).

mod markup;
mod raw;
mod tag;

use memchr::memchr2;

use super::attributes::Attribute;
use super::names::{Key, Name};
use super::reference::{Reference, Step};
use super::scan::{find, is_space};
use super::token::{Content, Tag, Tail, Token};
use markup::Markup;
use raw::Raw;
use tag::InTag;

/// States of a group are in the file that handles them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Data,
    /// The bytes of a byte order mark read so far; none at the beginning of the document.
    Mark(u8),
    Reference,
    Tag(InTag),
    Markup(Markup),
    Raw(Raw),
}

/// See the module's documentation.
#[derive(Debug)]
pub(super) struct Tokenizer {
    state: State,
    /// Character data is to be told from whitespace.
    watch_text: bool,
    /// The current node is foreign: `<![CDATA[` opens a CDATA section.
    foreign: bool,
    /// The element whose text content is being read, else [`Name::Other`].
    raw_name: Name,
    /// What raw text goes on with behind a `<` that began no end tag of its element.
    raw_state: Raw,
    key: Key,
    /// With what the name of the attribute begins that is being read, with what it ends, and how much of it
    /// was read.
    attribute: (u8, u8, usize),
    tag: Tag,
    /// The attributes of a tag that was read at one go; none are kept unless they are wanted.
    attributes: Vec<Attribute>,
    wants_attributes: bool,
    /// The tag that was read last is one whose attributes are kept.
    has_attributes: bool,
    /// The document's offset of the current chunk.
    base: u64,
    /// Where the token that is being read began.
    start: u64,
    reference: Reference,
}

impl Tokenizer {
    pub(super) fn new() -> Self {
        Tokenizer {
            state: State::Mark(0),
            watch_text: true,
            foreign: false,
            raw_name: Name::Other,
            raw_state: Raw::Text,
            key: Key::default(),
            attribute: (0, 0, 0),
            tag: Tag::default(),
            attributes: Vec::new(),
            wants_attributes: false,
            has_attributes: false,
            base: 0,
            start: 0,
            reference: Reference::Start,
        }
    }

    /// From here on whitespace is text like any other.
    pub(super) fn stop_watching(&mut self) {
        self.watch_text = false;
    }

    /// From here on attributes are kept where that costs little.
    pub(super) fn keep_attributes(&mut self) {
        self.wants_attributes = true;
    }

    /// The attributes of the tag that was read last, counted from its `<`, if they were kept.
    pub(super) fn attributes(&self) -> Option<&[Attribute]> {
        self.has_attributes.then_some(&self.attributes)
    }

    /// Whether the current node is foreign, to be told behind every tag.
    #[inline]
    pub(super) fn set_foreign(&mut self, foreign: bool) {
        self.foreign = foreign;
    }

    /// To be called behind a start tag whose content is not markup.
    pub(super) fn enter(&mut self, content: Content) {
        (self.raw_name, self.raw_state) = match content {
            Content::Raw(name) => (name, Raw::Text),
            Content::Script => (Name::Script, Raw::Text),
            Content::Plaintext => (Name::Plaintext, Raw::Plaintext),
        };
        self.state = State::Raw(self.raw_state);
    }

    #[cfg(test)]
    pub(super) fn enter_cdata(&mut self) {
        self.state = State::Markup(Markup::Cdata(0));
    }

    #[cfg(test)]
    pub(super) fn enter_data(&mut self) {
        self.state = State::Data;
    }

    /// The tail is in a tag, if only the end tag of raw text.
    pub(super) fn is_in_tag(&self) -> bool {
        matches!(self.state, State::Tag(state) if !matches!(state, InTag::Open | InTag::EndOpen))
    }

    /// Where the unfinished token began that [`Tokenizer::tail`] tells of.
    pub(super) fn start(&self) -> u64 {
        self.start
    }

    /// The tag that was read last.
    #[inline]
    pub(super) fn tag(&self) -> &Tag {
        &self.tag
    }

    /// What is known of an unfinished tag: its name, once attributes follow or it is long.
    pub(super) fn unfinished_tag(&mut self) -> &Tag {
        self.finish_tag(self.start);
        &self.tag
    }

    /// Offset of the current chunk.
    pub(super) fn base(&self) -> u64 {
        self.base
    }

    /// A chunk of this length has been used up.
    pub(super) fn advance(&mut self, len: usize) {
        self.base += len as u64;
    }

    /// Up to where the chunk of this length is text, whatever follows, while text is read.
    pub(super) fn certain_text(&self, len: usize) -> u64 {
        match self.state {
            State::Tag(_) | State::Reference => self.start,
            State::Raw(Raw::Less | Raw::EndName(_) | Raw::EscapedLess { .. } | Raw::Toggle { .. }) => {
                self.start
            }
            _ => self.base + len as u64,
        }
    }

    pub(super) fn tail(&self) -> Tail {
        if self.raw_name != Name::Other {
            return Tail::RawText;
        }
        match self.state {
            State::Data | State::Mark(0) => Tail::Clean,
            State::Mark(_) => Tail::Reference { space: false },
            State::Reference => Tail::Reference { space: self.reference.at_end() },
            State::Tag(InTag::Open | InTag::EndOpen) => Tail::Tag { text: true },
            State::Tag(_) => Tail::Tag { text: false },
            State::Markup(Markup::Doctype(_)) => Tail::Doctype,
            State::Markup(Markup::Cdata(_)) => Tail::Cdata,
            State::Markup(_) => Tail::Comment,
            State::Raw(_) => Tail::RawText,
        }
    }

    /// Reads on from `at`, which it moves, to the end of a token or of the chunk. Text that is neither wanted
    /// nor watched is passed over where a `<` ends it.
    #[inline]
    pub(super) fn next(&mut self, chunk: &[u8], at: &mut usize, wants_text: bool) -> Token {
        while *at < chunk.len() {
            // Nearly always, so that it is not worth a jump through a table.
            let token = match matches!(self.state, State::Data) {
                true => self.data(chunk, at, wants_text),
                false => self.read(chunk, at),
            };
            if let Some(token) = token {
                return token;
            }
        }
        Token::More
    }

    fn read(&mut self, chunk: &[u8], at: &mut usize) -> Option<Token> {
        match self.state {
            State::Data => self.data(chunk, at, true),
            State::Tag(state) => self.read_tag(state, chunk, at),
            State::Raw(state) => self.read_raw(state, chunk, at),
            State::Markup(state) => self.read_markup(state, chunk, at),
            State::Reference => self.read_reference(chunk, at),
            State::Mark(read) => self.read_mark(read, chunk, at),
        }
    }

    #[inline]
    fn offset(&self, at: usize) -> u64 {
        self.base + at as u64
    }

    /// "Data state".
    #[inline]
    fn data(&mut self, chunk: &[u8], at: &mut usize, wants_text: bool) -> Option<Token> {
        if self.watch_text {
            return self.watched_data(chunk, at);
        }
        let from = *at;
        let len = match find(b'<', &chunk[from..]) {
            Some(len) if len == 0 || !wants_text => {
                *at += len;
                return self.open(chunk, at);
            }
            Some(len) => len,
            None => chunk.len() - from,
        };
        *at += len;
        Some(Token::Text { start: self.offset(from), end: self.offset(*at) })
    }

    /// The `<` at `at`, and mostly the whole tag.
    #[inline]
    fn open(&mut self, chunk: &[u8], at: &mut usize) -> Option<Token> {
        self.start = self.offset(*at);
        if let Some(token) = self.whole_tag(chunk, at) {
            self.has_attributes = self.wants_attributes;
            return Some(token);
        }
        self.has_attributes = false;
        self.state = State::Tag(InTag::Open);
        *at += 1;
        None
    }

    fn watched_data(&mut self, chunk: &[u8], at: &mut usize) -> Option<Token> {
        while chunk.get(*at).copied().is_some_and(is_space) {
            *at += 1;
        }
        match chunk.get(*at)? {
            b'<' => self.open(chunk, at),
            b'&' => {
                self.start = self.offset(*at);
                self.reference = Reference::Start;
                self.state = State::Reference;
                *at += 1;
                None
            }
            _ => {
                let start = self.offset(*at);
                let rest = &chunk[*at..];
                *at += memchr2(b'<', b'&', rest).unwrap_or(rest.len());
                Some(Token::Text { start, end: self.offset(*at) })
            }
        }
    }

    fn read_reference(&mut self, chunk: &[u8], at: &mut usize) -> Option<Token> {
        while let Some(&byte) = chunk.get(*at) {
            match self.reference.step(byte) {
                Step::More => *at += 1,
                Step::Done { space, taken } => {
                    *at += usize::from(taken);
                    self.state = State::Data;
                    let (start, end) = (self.start, self.offset(*at));
                    return (!space).then_some(Token::Reference { start, end });
                }
            }
        }
        None
    }

    /// The byte order mark, which belongs to the encoding, not to the text.
    fn read_mark(&mut self, read: u8, chunk: &[u8], at: &mut usize) -> Option<Token> {
        const UTF_8: u8 = 1;
        const UTF_8_SECOND: u8 = 2;
        const UTF_16_BE: u8 = 3;
        const UTF_16_LE: u8 = 4;
        let next = match (read, chunk[*at]) {
            (0, 0xef) => UTF_8,
            (0, 0xfe) => UTF_16_BE,
            (0, 0xff) => UTF_16_LE,
            (UTF_8, 0xbb) => UTF_8_SECOND,
            (UTF_8_SECOND, 0xbf) => {
                self.state = State::Data;
                *at += 1;
                return None;
            }
            (UTF_16_BE, 0xff) | (UTF_16_LE, 0xfe) => {
                *at += 1;
                return Some(Token::Utf16);
            }
            (read, _) => {
                self.state = State::Data;
                let text = Token::Text { start: 0, end: self.offset(*at) };
                return (read != 0).then_some(text);
            }
        };
        self.state = State::Mark(next);
        *at += 1;
        None
    }
}
