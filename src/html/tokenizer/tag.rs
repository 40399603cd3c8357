//! From "tag open state" to the `>` of a tag.

use std::ops::Range;

use super::markup::Markup;
use super::{State, Tokenizer};
use crate::html::attributes::Attribute;
use crate::html::names::{Key, Name};
use crate::html::scan::{attribute_end, ends_attribute, ends_name, ends_value, find, is_space, short_name};
use crate::html::token::Token;
use crate::html::wanted::bit;

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
                    _ => return self.no_tag(byte, position, at),
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
                    at += self.key.read(&chunk[at..], ends_name);
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
                        self.attribute = (byte, byte, 1);
                        at += 1;
                        InTag::Attribute
                    }
                },
                InTag::SelfClosing if byte == b'>' => {
                    self.tag.self_closing = true;
                    return Some(self.close(position, at));
                }
                InTag::SelfClosing => InTag::BeforeAttribute,
                InTag::Attribute => {
                    let rest = &chunk[at..];
                    let end = rest.iter().position(|byte| ends_attribute(*byte));
                    let part = &rest[..end.unwrap_or(rest.len())];
                    self.attribute.1 = part.last().copied().unwrap_or(self.attribute.1);
                    self.attribute.2 += part.len();
                    let Some(len) = end else {
                        at = chunk.len();
                        break;
                    };
                    at += len;
                    let (first, last, len_of_name) = self.attribute;
                    self.tag.attributes |= bit(first, last, len_of_name);
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
                InTag::Quoted(quote) => match find(quote, &chunk[at..]) {
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
                InTag::Unquoted => match chunk[at..].iter().position(|byte| ends_value(*byte)) {
                    Some(len) => {
                        at += len;
                        InTag::BeforeAttribute
                    }
                    None => {
                        at = chunk.len();
                        break;
                    }
                },
            };
        }
        self.state = State::Tag(state);
        *position = at;
        None
    }

    /// Reads a tag at one go, if the chunk holds all of it and it is spelled as most are; else
    /// moves nothing.
    #[inline]
    pub(super) fn whole_tag(&mut self, chunk: &[u8], position: &mut usize) -> Option<Token> {
        let is_end = *chunk.get(*position + 1)? == b'/';
        let at = *position + 1 + usize::from(is_end);
        if !chunk.get(at)?.is_ascii_alphabetic() {
            return None;
        }
        let (key, len) = match short_name(chunk, at) {
            Some((packed, len)) => (Key::short(packed, len), len),
            None => {
                let mut key = Key::default();
                let len = key.read(chunk.get(at..)?, ends_name);
                (key, len)
            }
        };
        let mut at = at + len;
        let mut self_closing = false;
        let mut attributes = 0;
        self.attributes.clear();
        loop {
            let byte = *chunk.get(at)?;
            if byte == b'>' {
                break;
            }
            at += 1;
            if is_space(byte) {
                continue;
            }
            if byte == b'/' {
                if *chunk.get(at)? != b'>' {
                    continue;
                }
                self_closing = true;
                break;
            }
            let name = at - 1..attribute_end(chunk, at)?;
            at = name.end;
            attributes |= bit(byte, chunk[at - 1], name.len());
            let end = *chunk.get(at)?;
            if end != b'=' {
                // Leaves "a = b" to the states.
                if is_space(end) && chunk.get(at + 1).is_none_or(|next| is_space(*next) || *next == b'=') {
                    return None;
                }
                self.keep_attribute(*position, name, at..at);
                continue;
            }
            at += 1;
            let first = *chunk.get(at)?;
            let mut value = at..at;
            if first == b'"' || first == b'\'' {
                value.start += 1;
                value.end = value.start + find(first, chunk.get(value.start..)?)?;
                at = value.end + 1;
            } else if is_space(first) {
                return None;
            } else {
                while !ends_value(*chunk.get(value.end)?) {
                    value.end += 1;
                }
                at = value.end;
            }
            self.keep_attribute(*position, name, value);
        }
        self.key = key;
        self.tag.is_end = is_end;
        self.tag.self_closing = self_closing;
        self.tag.attributes = attributes;
        Some(self.close(position, at))
    }

    /// Keeps where an attribute stands of the tag that begins there.
    #[inline]
    fn keep_attribute(&mut self, tag: usize, name: Range<usize>, value: Range<usize>) {
        if self.wants_attributes {
            let from_tag = |range: Range<usize>| range.start - tag..range.end - tag;
            self.attributes.push(Attribute { name: from_tag(name), value: from_tag(value) });
        }
    }

    /// Completes the tag that is being read, ending here.
    #[inline]
    pub(super) fn finish_tag(&mut self, end: u64) {
        self.tag.name = match self.raw_name {
            Name::Other => self.key.name(),
            raw => raw,
        };
        self.tag.hash = self.key.hash();
        self.tag.start = self.start;
        self.tag.end = end;
    }

    /// A tag whose name follows.
    #[inline]
    pub(super) fn begin(&mut self, is_end: bool) {
        self.key = Key::default();
        self.tag.is_end = is_end;
        self.tag.self_closing = false;
        self.tag.attributes = 0;
    }

    /// The `>` at `at`.
    #[inline]
    fn close(&mut self, position: &mut usize, at: usize) -> Token {
        *position = at + 1;
        self.finish_tag(self.offset(at + 1));
        self.state = State::Data;
        self.raw_name = Name::Other;
        Token::Tag
    }

    /// `<` and then no name.
    fn no_tag(&mut self, byte: u8, position: &mut usize, at: usize) -> Option<Token> {
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
