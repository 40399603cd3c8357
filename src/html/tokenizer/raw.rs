//! RCDATA, RAWTEXT, script data and PLAINTEXT: text up to the element's own end tag.

use memchr::{memchr, memchr2};

use super::tag::InTag;
use super::{State, Tokenizer};
use crate::html::names::Name;
use crate::html::scan::is_space;
use crate::html::token::Token;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Raw {
    Plaintext,
    /// The plain RCDATA, RAWTEXT or script data state.
    Text,
    /// "… less-than sign state".
    Less,
    /// "… end tag open" and "… end tag name" states, so much of the name read.
    EndName(u8),
    /// "Script data escape start state", and "… dash state", so many dashes read.
    EscapeStart(u8),
    /// The escaped states, or the double escaped ones, so many dashes just read, at most two.
    Escaped {
        double: bool,
        dashes: u8,
    },
    /// "… escaped less-than sign state".
    EscapedLess {
        double: bool,
    },
    /// "Script data double escape start state" and "… end state", so much of `script` read.
    Toggle {
        double: bool,
        read: u8,
    },
}

const SCRIPT: &[u8] = b"script";
/// The name that is being read is another one.
const OTHER: u8 = 7;

impl Tokenizer {
    pub(super) fn read_raw(&mut self, state: Raw, chunk: &[u8], at: &mut usize) -> Option<Token> {
        let mut state = state;
        while let Some(&byte) = chunk.get(*at) {
            // A state that does not want the byte leaves it to the next one.
            let mut taken = true;
            state = match (state, byte) {
                (Raw::Plaintext, _) => {
                    *at = chunk.len();
                    break;
                }
                (Raw::Text, _) => match memchr(b'<', &chunk[*at..]) {
                    Some(len) => {
                        *at += len;
                        self.start = self.offset(*at);
                        self.raw_state = Raw::Text;
                        Raw::Less
                    }
                    None => {
                        *at = chunk.len();
                        break;
                    }
                },

                (Raw::Less, b'/') => Raw::EndName(0),
                (Raw::Less, b'!') if self.raw_name == Name::Script => Raw::EscapeStart(0),
                (Raw::EndName(read), _) => match self.raw_name.text().as_bytes().get(usize::from(read)) {
                    Some(&expected) if expected == byte.to_ascii_lowercase() => Raw::EndName(read + 1),
                    None if is_space(byte) || matches!(byte, b'/' | b'>') => {
                        self.begin(true);
                        self.state = State::Tag(InTag::BeforeAttribute);
                        return None;
                    }
                    _ => {
                        taken = false;
                        self.raw_state
                    }
                },
                (Raw::Less, _) => {
                    taken = false;
                    self.raw_state
                }

                (Raw::EscapeStart(0), b'-') => Raw::EscapeStart(1),
                (Raw::EscapeStart(_), b'-') => Raw::Escaped { double: false, dashes: 2 },
                (Raw::EscapeStart(_), _) => {
                    taken = false;
                    Raw::Text
                }
                (Raw::Escaped { double, dashes }, b'-') => {
                    Raw::Escaped { double, dashes: (dashes + 1).min(2) }
                }
                (Raw::Escaped { double, .. }, b'<') => {
                    self.start = self.offset(*at);
                    Raw::EscapedLess { double }
                }
                (Raw::Escaped { dashes: 2, .. }, b'>') => Raw::Text,
                (Raw::Escaped { double, .. }, _) => {
                    let rest = &chunk[*at..];
                    *at += memchr2(b'-', b'<', rest).unwrap_or(rest.len());
                    taken = false;
                    Raw::Escaped { double, dashes: 0 }
                }
                (Raw::EscapedLess { double: true }, b'/') => Raw::Toggle { double: true, read: 0 },
                (Raw::EscapedLess { double: false }, b'/') => {
                    self.raw_state = Raw::Escaped { double: false, dashes: 0 };
                    Raw::EndName(0)
                }
                (Raw::EscapedLess { double: false }, _) if byte.is_ascii_alphabetic() => {
                    taken = false;
                    Raw::Toggle { double: false, read: 0 }
                }
                (Raw::EscapedLess { double }, _) => {
                    taken = false;
                    Raw::Escaped { double, dashes: 0 }
                }
                (Raw::Toggle { double, read }, _) if byte.is_ascii_alphabetic() => {
                    let same = SCRIPT.get(usize::from(read)) == Some(&byte.to_ascii_lowercase());
                    Raw::Toggle { double, read: if same { read + 1 } else { OTHER } }
                }
                (Raw::Toggle { double, read }, _) => {
                    let ends = is_space(byte) || matches!(byte, b'/' | b'>');
                    let toggles = ends && usize::from(read) == SCRIPT.len();
                    taken = ends;
                    Raw::Escaped { double: double != toggles, dashes: 0 }
                }
            };
            *at += usize::from(taken);
        }
        self.state = State::Raw(state);
        None
    }
}
