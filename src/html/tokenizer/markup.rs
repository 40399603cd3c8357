//! What begins with `<!`, and bogus comments.

use memchr::memchr;

use super::{State, Tokenizer};
use crate::html::scan::is_space;
use crate::html::token::Token;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Markup {
    /// "Markup declaration open state", and then with so many bytes of one of these read.
    Open,
    OpenDash,
    OpenDoctype(u8),
    OpenCdata(u8),
    /// "Bogus comment state".
    Bogus,
    CommentStart,
    CommentStartDash,
    Comment,
    CommentEndDash,
    CommentEnd,
    CommentEndBang,
    /// So many bytes of `html` read, [`SPACE`] behind it, or [`LEGACY`].
    Doctype(u8),
    /// "CDATA section state" and the two that follow it, so many `]` read.
    Cdata(u8),
}

const DOCTYPE: &[u8] = b"doctype";
const CDATA: &[u8] = b"[CDATA[";
const HTML: &[u8] = b"html";
const SPACE: u8 = 5;
const LEGACY: u8 = 6;

impl Tokenizer {
    pub(super) fn read_markup(&mut self, state: Markup, chunk: &[u8], at: &mut usize) -> Option<Token> {
        let mut state = state;
        while let Some(&byte) = chunk.get(*at) {
            // A state that does not want the byte leaves it to the next one.
            let mut taken = true;
            state = match (state, byte) {
                (Markup::Open, b'-') => Markup::OpenDash,
                (Markup::Open, b'd' | b'D') => Markup::OpenDoctype(1),
                (Markup::Open, b'[') if self.foreign => Markup::OpenCdata(1),
                (Markup::OpenDash, b'-') => Markup::CommentStart,
                (Markup::OpenDoctype(read), _) if DOCTYPE[usize::from(read)] == byte.to_ascii_lowercase() => {
                    match usize::from(read) + 1 == DOCTYPE.len() {
                        true => Markup::Doctype(0),
                        false => Markup::OpenDoctype(read + 1),
                    }
                }
                (Markup::OpenCdata(read), _) if CDATA[usize::from(read)] == byte => {
                    match usize::from(read) + 1 == CDATA.len() {
                        true => Markup::Cdata(0),
                        false => Markup::OpenCdata(read + 1),
                    }
                }
                (Markup::Open | Markup::OpenDash | Markup::OpenDoctype(_) | Markup::OpenCdata(_), _) => {
                    taken = false;
                    Markup::Bogus
                }

                (Markup::Bogus, _) => match memchr(b'>', &chunk[*at..]) {
                    Some(len) => {
                        *at += len + 1;
                        return Some(self.markup_end(Token::Comment));
                    }
                    None => {
                        *at = chunk.len();
                        break;
                    }
                },

                (
                    Markup::CommentStart
                    | Markup::CommentStartDash
                    | Markup::CommentEnd
                    | Markup::CommentEndBang,
                    b'>',
                ) => {
                    *at += 1;
                    return Some(self.markup_end(Token::Comment));
                }
                (Markup::CommentStart, b'-') => Markup::CommentStartDash,
                (Markup::CommentStartDash | Markup::CommentEndDash | Markup::CommentEnd, b'-') => {
                    Markup::CommentEnd
                }
                (Markup::CommentEnd, b'!') => Markup::CommentEndBang,
                (Markup::CommentEndBang, b'-') => Markup::CommentEndDash,
                // The standard's "less-than sign" states only tell errors.
                (Markup::Comment, _) => match memchr(b'-', &chunk[*at..]) {
                    Some(len) => {
                        *at += len;
                        Markup::CommentEndDash
                    }
                    None => {
                        *at = chunk.len();
                        break;
                    }
                },
                (
                    Markup::CommentStart
                    | Markup::CommentStartDash
                    | Markup::CommentEndDash
                    | Markup::CommentEnd
                    | Markup::CommentEndBang,
                    _,
                ) => {
                    taken = false;
                    Markup::Comment
                }

                // ">" ends it even inside quotes.
                (Markup::Doctype(read), b'>') => {
                    *at += 1;
                    let html = read == SPACE || usize::from(read) == HTML.len();
                    return Some(self.markup_end(Token::Doctype { html }));
                }
                (Markup::Doctype(0), _) if is_space(byte) => Markup::Doctype(0),
                (Markup::Doctype(4 | SPACE), _) if is_space(byte) => Markup::Doctype(SPACE),
                (Markup::Doctype(read), _)
                    if HTML.get(usize::from(read)) == Some(&byte.to_ascii_lowercase()) =>
                {
                    Markup::Doctype(read + 1)
                }
                (Markup::Doctype(_), _) => {
                    *at += memchr(b'>', &chunk[*at..]).unwrap_or(chunk.len() - *at);
                    taken = false;
                    Markup::Doctype(LEGACY)
                }

                (Markup::Cdata(2), b'>') => {
                    *at += 1;
                    self.state = State::Data;
                    return None;
                }
                (Markup::Cdata(read), b']') => Markup::Cdata((read + 1).min(2)),
                (Markup::Cdata(_), _) => {
                    *at += memchr(b']', &chunk[*at..]).unwrap_or(chunk.len() - *at);
                    taken = false;
                    Markup::Cdata(0)
                }
            };
            *at += usize::from(taken);
        }
        self.state = State::Markup(state);
        None
    }

    fn markup_end(&mut self, token: Token) -> Token {
        self.state = State::Data;
        token
    }
}
