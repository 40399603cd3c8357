//! Finds the addresses that a style sheet loads, as it passes (CSS Syntax Module Level 3; CSS Values 4 for
//! `url()` and `src()`, CSS Images 4 for `image-set()`).
//!
//! What a custom property holds is read like any other value; that a string in one may become an address by
//! `var()` is not known.

mod address;
mod escape;
mod piece;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use memchr::memmem;

pub(super) use self::escape::unescaped;
use self::{
    escape::{escape_end, is_newline},
    piece::{Piece, is_name, is_named, plain},
};

/// At most so many bytes of an address are waited for; a longer one is judged by them.
const LIMIT: usize = 16 * 1024;

/// Brackets that are followed inside of a function that loads.
const MAX_DEPTH: usize = 1024;

/// Reads a style sheet piece by piece.
#[derive(Debug, Default)]
pub(super) struct Scanner {
    inside: Inside,
    expects: Expects,
    /// What closes the brackets that are open, from a function on whose strings are addresses.
    closers: Vec<u8>,
}

/// The token that goes on behind what was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Inside {
    #[default]
    None,
    Comment,
    String(u8),
    /// Behind `url(`, where white space may stand.
    UrlStart {
        is_load: bool,
    },
    /// The rest of an address without quotes, good or bad: both end at the same place.
    Url,
    /// The rest of a name that is no name of ours.
    Name,
}

/// What an at-keyword makes of what follows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Expects {
    #[default]
    Nothing,
    /// A string is the address of a style sheet.
    Import,
    /// An address is the name of a namespace, which nobody loads.
    Namespace,
}

/// What may begin something that matters.
#[inline]
fn is_stop(byte: u8) -> bool {
    (byte == b'(') | (byte == b'@') | (byte == b'/') | (byte == b'"') | (byte == b'\'') | (byte == b'\\')
}

/// The same where brackets are followed.
fn is_stop_inside(byte: u8) -> bool {
    is_stop(byte) || matches!(byte, b')' | b'[' | b']' | b'{' | b'}')
}

fn find_stop(text: &[u8]) -> Option<usize> {
    let blocks = text.chunks_exact(32);
    let is_free = |block: &&[u8]| block.iter().fold(0, |any, byte| any | u8::from(is_stop(*byte))) == 0;
    let free = blocks.take_while(is_free).count() * 32;
    text[free..].iter().position(|byte| is_stop(*byte)).map(|at| free + at)
}

impl Scanner {
    /// Reads what is there of a style sheet, up to its end if that `is_last`. Tells each address by its
    /// offset and as it is written, without quotes. Returns up to where the text is done with: the rest
    /// is to be shown again, with more.
    pub(super) fn feed(&mut self, text: &[u8], is_last: bool, found: &mut dyn FnMut(usize, &[u8])) -> usize {
        let mut piece = Piece { text, is_last, floor: 0, found };
        let mut at = 0;
        while at < text.len() {
            let next = match (self.inside, self.expects) {
                (Inside::None, Expects::Nothing) => self.tokens(&mut piece, at),
                (Inside::None, expects) => self.expected(&mut piece, at, expects),
                (Inside::Comment, _) => self.comment(&piece, at),
                (Inside::String(quote), _) => self.string(&piece, at, quote),
                (Inside::UrlStart { is_load }, _) => self.url_start(&mut piece, at, is_load),
                (Inside::Url, _) => self.url(&piece, at),
                (Inside::Name, _) => self.name(&mut piece, at),
            };
            match next {
                Ok(next) => at = next,
                Err(held) => return held,
            }
        }
        at
    }

    /// Reads on to the next token that matters, and into it.
    fn tokens(&mut self, piece: &mut Piece<'_>, at: usize) -> Result<usize, usize> {
        let text = piece.text;
        let stop = match self.closers.is_empty() {
            true => find_stop(&text[at..]),
            false => text[at..].iter().position(|byte| is_stop_inside(*byte)),
        };
        let Some(stop) = stop.map(|stop| at + stop) else { return self.tail(piece) };
        match text[stop] {
            b'(' => {
                let start = piece.name_start(stop);
                self.open(piece, start, stop);
            }
            b'"' | b'\'' => return self.quoted(piece, stop, !self.closers.is_empty()),
            b'/' => return self.slash(piece, stop),
            b'@' => return self.at_keyword(piece, stop),
            b'\\' => return self.escaped_name(piece, stop),
            bracket => self.bracket(bracket),
        }
        Ok(stop + 1)
    }

    /// Nothing that matters is left; a name may go on, or be one that matters.
    fn tail(&mut self, piece: &Piece<'_>) -> Result<usize, usize> {
        let len = piece.text.len();
        if piece.is_last {
            return Ok(len);
        }
        let mut start = piece.name_start(len);
        let before = &piece.text[piece.floor..start];
        start -= [&b"<!"[..], b"<", b"#"].iter().find(|end| before.ends_with(end)).map_or(0, |end| end.len());
        if len - start < LIMIT {
            return Err(start);
        }
        self.inside = Inside::Name;
        Ok(len)
    }

    /// `(`, behind a name or not.
    fn open(&mut self, piece: &Piece<'_>, start: usize, end: usize) {
        let is_hash = start > piece.floor && piece.text[start - 1] == b'#';
        let name = if is_hash { Cow::Borrowed(&[][..]) } else { plain(&piece.text[start..end]) };
        let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
        if is("url") {
            self.inside = Inside::UrlStart { is_load: true };
        } else if ["src", "image-set", "-webkit-image-set", "image"].iter().any(|known| is(known)) {
            self.push(b')');
        } else {
            self.bracket(b'(');
        }
    }

    /// Follows brackets inside of a function that loads.
    fn bracket(&mut self, bracket: u8) {
        match bracket {
            _ if self.closers.is_empty() => {}
            b'(' => self.push(b')'),
            b'[' => self.push(b']'),
            b'{' => self.push(b'}'),
            closer if self.closers.last() == Some(&closer) => {
                self.closers.pop();
            }
            _ => {}
        }
    }

    fn push(&mut self, closer: u8) {
        if self.closers.len() < MAX_DEPTH {
            self.closers.push(closer);
        }
    }

    fn slash(&mut self, piece: &Piece<'_>, at: usize) -> Result<usize, usize> {
        match piece.text.get(at + 1) {
            Some(b'*') => {
                self.inside = Inside::Comment;
                Ok(at + 2)
            }
            None if !piece.is_last => Err(at),
            _ => Ok(at + 1),
        }
    }

    fn comment(&mut self, piece: &Piece<'_>, at: usize) -> Result<usize, usize> {
        let rest = &piece.text[at..];
        match memmem::find(rest, b"*/") {
            Some(len) => {
                self.inside = Inside::None;
                Ok(at + len + 2)
            }
            None if rest.ends_with(b"*") && !piece.is_last => Err(piece.text.len() - 1),
            None => Ok(piece.text.len()),
        }
    }

    fn at_keyword(&mut self, piece: &mut Piece<'_>, at: usize) -> Result<usize, usize> {
        let Some(end) = piece.name_end(at + 1) else { return self.hold_name(piece, at) };
        let name = &piece.text[at + 1..end];
        if is_named(name, "import") {
            self.expects = Expects::Import;
        } else if is_named(name, "namespace") {
            self.expects = Expects::Namespace;
        }
        piece.floor = end;
        Ok(end)
    }

    /// A name with an escape in it, wherever it began.
    fn escaped_name(&mut self, piece: &mut Piece<'_>, at: usize) -> Result<usize, usize> {
        if piece.text.get(at + 1).copied().is_some_and(is_newline) {
            return Ok(at + 1);
        }
        let start = piece.name_start(at);
        let is_hash = start > piece.floor && piece.text[start - 1] == b'#';
        let Some(end) = piece.name_end(start) else {
            return self.hold_name(piece, start - usize::from(is_hash));
        };
        let is_function = piece.text.get(end) == Some(&b'(');
        if is_function {
            self.open(piece, start, end);
        }
        piece.floor = end + usize::from(is_function);
        Ok(piece.floor)
    }

    /// Waits for the end of a name, unless it is too long for any that matters.
    fn hold_name(&mut self, piece: &Piece<'_>, start: usize) -> Result<usize, usize> {
        if piece.text.len() - start < LIMIT {
            return Err(start);
        }
        self.inside = Inside::Name;
        Ok(start + 1)
    }

    fn name(&mut self, piece: &mut Piece<'_>, at: usize) -> Result<usize, usize> {
        let rest = &piece.text[at..];
        let len = rest.iter().position(|byte| !is_name(*byte)).unwrap_or(rest.len());
        piece.floor = at + len;
        match rest.get(len) {
            None => return Ok(piece.floor),
            Some(b'\\') if !rest.get(len + 1).copied().is_some_and(is_newline) => {
                let end = escape_end(piece.text, piece.floor, piece.is_last);
                return end.ok_or(piece.floor);
            }
            Some(_) => self.inside = Inside::None,
        }
        Ok(piece.floor)
    }
}
