//! From "tag open state" to the `>` of a tag.

use memchr::memchr;

use super::markup::Markup;
use super::{State, Tokenizer, is_space};
use crate::html::names::{Key, Name};
use crate::html::token::{Tag, Token};

/// States named as in the standard, less "state".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InTag {
    Open,
    EndOpen,
    Name,
    BeforeAttribute,
    Attribute,
    AfterAttribute,
    BeforeValue,
    Quoted(u8),
    Unquoted,
    AfterQuoted,
    SelfClosing,
}

impl Tokenizer {
    #[inline]
    pub(super) fn read_tag(&mut self, state: InTag, chunk: &[u8], position: &mut usize) -> Option<Token> {
        let mut state = state;
        let mut at = *position;
        while let Some(&byte) = chunk.get(at) {
            state = match state {
                InTag::Open => match byte {
                    b'a'..=b'z' | b'A'..=b'Z' => {
                        self.begin(false);
                        InTag::Name
                    }
                    b'/' => {
                        at += 1;
                        InTag::EndOpen
                    }
                    _ => return self.no_tag(byte, chunk, position, at),
                },
                InTag::EndOpen => match byte {
                    b'a'..=b'z' | b'A'..=b'Z' => {
                        self.begin(true);
                        InTag::Name
                    }
                    _ => {
                        // "</>" is nothing at all.
                        at += usize::from(byte == b'>');
                        self.state = match byte {
                            b'>' => State::Data,
                            _ => State::Markup(Markup::Bogus),
                        };
                        *position = at;
                        return None;
                    }
                },
                InTag::Name => {
                    let mut key = self.key;
                    let mut last = byte;
                    while !is_space(last) && last != b'/' && last != b'>' {
                        key.push(last);
                        at += 1;
                        match chunk.get(at) {
                            Some(&next) => last = next,
                            None => break,
                        }
                    }
                    self.key = key;
                    if at == chunk.len() {
                        break;
                    }
                    InTag::BeforeAttribute
                }
                InTag::BeforeAttribute => match byte {
                    b'>' => return Some(self.close(position, at)),
                    b'/' => {
                        at += 1;
                        InTag::SelfClosing
                    }
                    _ if is_space(byte) => {
                        at += 1;
                        InTag::BeforeAttribute
                    }
                    _ => {
                        // Whatever the byte is, "=" too, a name begins with it.
                        self.has_attributes = true;
                        at += 1;
                        InTag::Attribute
                    }
                },
                InTag::SelfClosing if byte == b'>' => {
                    self.self_closing = true;
                    return Some(self.close(position, at));
                }
                InTag::SelfClosing => InTag::BeforeAttribute,
                InTag::Attribute => {
                    let rest = &chunk[at..];
                    let ends = |byte: &u8| is_space(*byte) || matches!(byte, b'=' | b'>' | b'/');
                    let Some(len) = rest.iter().position(ends) else {
                        at = chunk.len();
                        break;
                    };
                    at += len;
                    if rest[len] == b'=' {
                        at += 1;
                        InTag::BeforeValue
                    } else {
                        InTag::AfterAttribute
                    }
                }
                InTag::AfterAttribute if byte == b'=' => {
                    at += 1;
                    InTag::BeforeValue
                }
                InTag::AfterAttribute if is_space(byte) => {
                    at += 1;
                    InTag::AfterAttribute
                }
                InTag::AfterAttribute => InTag::BeforeAttribute,
                InTag::BeforeValue => match byte {
                    b'"' | b'\'' => {
                        at += 1;
                        InTag::Quoted(byte)
                    }
                    b'>' => return Some(self.close(position, at)),
                    _ if is_space(byte) => {
                        at += 1;
                        InTag::BeforeValue
                    }
                    _ => InTag::Unquoted,
                },
                InTag::Quoted(quote) => match memchr(quote, &chunk[at..]) {
                    Some(len) => {
                        at += len + 1;
                        InTag::AfterQuoted
                    }
                    None => {
                        at = chunk.len();
                        break;
                    }
                },
                // The standard's parse error for a missing space changes nothing.
                InTag::AfterQuoted => InTag::BeforeAttribute,
                InTag::Unquoted => {
                    let ends = |byte: &u8| is_space(*byte) || *byte == b'>';
                    match chunk[at..].iter().position(ends) {
                        Some(len) => {
                            at += len;
                            InTag::BeforeAttribute
                        }
                        None => {
                            at = chunk.len();
                            break;
                        }
                    }
                }
            };
        }
        self.state = State::Tag(state);
        *position = at;
        None
    }

    /// The tag that is being read, ending here.
    pub(super) fn tag(&self, end: u64) -> Tag {
        let name = match self.raw_name {
            Name::Other => self.key.name(),
            raw => raw,
        };
        Tag {
            name,
            hash: self.key.hash(),
            is_end: self.is_end,
            self_closing: self.self_closing,
            has_attributes: self.has_attributes,
            start: self.start,
            end,
        }
    }

    /// A tag whose name follows.
    #[inline]
    pub(super) fn begin(&mut self, is_end: bool) {
        self.key = Key::default();
        self.is_end = is_end;
        self.self_closing = false;
        self.has_attributes = false;
    }

    /// The `>` at `at`.
    #[inline]
    fn close(&mut self, position: &mut usize, at: usize) -> Token {
        *position = at + 1;
        let tag = self.tag(self.offset(at + 1));
        self.state = State::Data;
        self.raw_name = Name::Other;
        Token::Tag(tag)
    }

    /// `<` and then no name.
    fn no_tag(&mut self, byte: u8, _: &[u8], position: &mut usize, at: usize) -> Option<Token> {
        *position = at;
        self.state = match byte {
            b'!' => {
                *position += 1;
                State::Markup(Markup::Open)
            }
            b'?' => State::Markup(Markup::Bogus),
            _ => {
                self.state = State::Data;
                return Some(Token::Text { start: self.start, end: self.offset(at) });
            }
        };
        None
    }
}
