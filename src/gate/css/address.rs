//! What stands where an address may: strings, and `url()` without quotes.

use memchr::memchr2;

use super::{
    Expects, Inside, LIMIT, Scanner,
    escape::{escape_end, is_newline, is_space},
    piece::{Piece, is_data, is_name, is_named},
};

impl Scanner {
    /// Behind an at-keyword that takes an address.
    pub(super) fn expected(
        &mut self,
        piece: &mut Piece<'_>,
        at: usize,
        expects: Expects,
    ) -> Result<usize, usize> {
        let text = piece.text;
        match text[at] {
            byte if is_space(byte) => return Ok(at + 1),
            b'/' if text.get(at + 1).is_none_or(|byte| *byte == b'*') => return self.slash(piece, at),
            b'"' | b'\'' => {
                let next = self.quoted(piece, at, expects == Expects::Import)?;
                self.expects = Expects::Nothing;
                return Ok(next);
            }
            byte if expects == Expects::Namespace && (is_name(byte) || byte == b'\\') => {
                let end = match piece.name_end(at) {
                    Some(end) if end > at => end,
                    Some(_) => at + 1,
                    None => return self.hold_name(piece, at),
                };
                let is_function = text.get(end) == Some(&b'(');
                let is_url = is_function && is_named(&text[at..end], "url");
                if is_url {
                    self.inside = Inside::UrlStart { is_load: false };
                }
                if is_url || !is_function {
                    piece.floor = end;
                    return Ok(end + usize::from(is_url));
                }
            }
            _ => {}
        }
        self.expects = Expects::Nothing;
        Ok(at)
    }

    pub(super) fn url_start(
        &mut self,
        piece: &mut Piece<'_>,
        at: usize,
        is_load: bool,
    ) -> Result<usize, usize> {
        let text = piece.text;
        match text[at] {
            byte if is_space(byte) => return Ok(at + 1),
            b'"' | b'\'' => {
                // Without a load the string is what `@namespace` waits for.
                self.inside = Inside::None;
                if is_load {
                    self.push(b')');
                }
                return Ok(at);
            }
            _ => {}
        }
        let next = match is_load {
            true => self.unquoted(piece, at)?,
            false => {
                self.inside = Inside::Url;
                at
            }
        };
        self.expects = Expects::Nothing;
        Ok(next)
    }

    /// "Consume a url token", from its first character on.
    fn unquoted(&mut self, piece: &mut Piece<'_>, start: usize) -> Result<usize, usize> {
        let text = piece.text;
        if is_data(&text[start..]) {
            self.inside = Inside::Url;
            return Ok(start);
        }
        let mut at = start;
        self.inside = Inside::Url;
        let held = |scanner: &mut Self| {
            scanner.inside = Inside::UrlStart { is_load: true };
            Err(start)
        };
        while at < text.len() && at - start < LIMIT {
            match text[at] {
                b')' => {
                    piece.tell(start, at);
                    return Ok(at);
                }
                byte if is_space(byte) => {
                    let rest = &text[at..];
                    let len = rest.iter().position(|byte| !is_space(*byte)).unwrap_or(rest.len());
                    match rest.get(len) {
                        None if !piece.is_last && at + len - start < LIMIT => return held(self),
                        None | Some(b')') => piece.tell(start, at),
                        Some(_) if at + len - start >= LIMIT => piece.tell(start, at),
                        Some(_) => {}
                    }
                    return Ok(at);
                }
                b'"' | b'\'' | b'(' | 1..=8 | 0x0b | 0x0e..=0x1f | 0x7f => return Ok(at),
                b'\\' if text.get(at + 1).copied().is_some_and(is_newline) => return Ok(at),
                b'\\' => match escape_end(text, at, piece.is_last) {
                    Some(end) => at = end,
                    None => return held(self),
                },
                _ => at += 1,
            }
        }
        if at - start < LIMIT && !piece.is_last {
            return held(self);
        }
        piece.tell(start, at.min(start + LIMIT));
        Ok(at)
    }

    /// To the end of an address without quotes.
    pub(super) fn url(&mut self, piece: &Piece<'_>, at: usize) -> Result<usize, usize> {
        let rest = &piece.text[at..];
        match memchr2(b')', b'\\', rest) {
            None => Ok(piece.text.len()),
            Some(len) if rest[len] == b')' => {
                self.inside = Inside::None;
                Ok(at + len + 1)
            }
            Some(len) if len + 1 == rest.len() && !piece.is_last => Err(at + len),
            Some(len) => Ok((at + len + 2).min(piece.text.len())),
        }
    }

    /// A string, from its quote on. It is told if it is an address.
    pub(super) fn quoted(
        &mut self,
        piece: &mut Piece<'_>,
        start: usize,
        is_load: bool,
    ) -> Result<usize, usize> {
        let text = piece.text;
        let (quote, content) = (text[start], start + 1);
        if !is_load || is_data(&text[content..]) {
            self.inside = Inside::String(quote);
            return Ok(content);
        }
        let mut at = content;
        while at < text.len() && at - start < LIMIT {
            match text[at] {
                byte if byte == quote => {
                    piece.tell(content, at);
                    return Ok(at + 1);
                }
                byte if is_newline(byte) => return Ok(at),
                // At the end of the sheet it means nothing in a string.
                b'\\' if at + 1 == text.len() && piece.is_last => break,
                b'\\' => at = escape_end(text, at, piece.is_last).ok_or(start)?,
                _ => at += 1,
            }
        }
        if at - start < LIMIT && !piece.is_last {
            return Err(start);
        }
        piece.tell(content, at.min(start + LIMIT));
        self.inside = Inside::String(quote);
        Ok(at)
    }

    /// To the end of a string.
    pub(super) fn string(&mut self, piece: &Piece<'_>, at: usize, quote: u8) -> Result<usize, usize> {
        let rest = &piece.text[at..];
        let is_end = |byte: &u8| *byte == quote || *byte == b'\\' || is_newline(*byte);
        let Some(len) = rest.iter().position(is_end) else { return Ok(piece.text.len()) };
        match rest[len] {
            b'\\' => escape_end(piece.text, at + len, piece.is_last).ok_or(at + len),
            byte => {
                self.inside = Inside::None;
                Ok(at + len + usize::from(byte == quote))
            }
        }
    }
}
