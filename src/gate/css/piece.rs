//! The text at hand, and names in it.

use std::borrow::Cow;

use super::escape::{escape_end, is_newline, unescaped};

/// What a call has at hand.
pub(super) struct Piece<'a> {
    pub(super) text: &'a [u8],
    pub(super) is_last: bool,
    /// No name that ends behind here begins before.
    pub(super) floor: usize,
    pub(super) found: &'a mut dyn FnMut(usize, &[u8]),
}

impl Piece<'_> {
    pub(super) fn tell(&mut self, start: usize, end: usize) {
        if start < end {
            (self.found)(start, &self.text[start..end]);
        }
    }

    /// Where the name begins that ends here.
    pub(super) fn name_start(&self, end: usize) -> usize {
        let before = &self.text[self.floor..end];
        let len = before.iter().rev().take_while(|byte| is_name(**byte)).count();
        let start = end - len;
        // "<!--" is a token of its own.
        let is_behind_cdo =
            self.text[self.floor..start].ends_with(b"<!") && self.text[start..end].starts_with(b"--");
        start + if is_behind_cdo { 2 } else { 0 }
    }

    /// "Consume an ident sequence".
    pub(super) fn name_end(&self, start: usize) -> Option<usize> {
        let mut at = start;
        loop {
            match self.text.get(at) {
                Some(byte) if is_name(*byte) => at += 1,
                Some(b'\\') => match self.text.get(at + 1) {
                    Some(byte) if is_newline(*byte) => return Some(at),
                    _ => at = escape_end(self.text, at, self.is_last)?,
                },
                None if !self.is_last => return None,
                _ => return Some(at),
            }
        }
    }
}

/// An address that holds all there is to load.
pub(super) fn is_data(text: &[u8]) -> bool {
    text.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"data:"))
}

pub(super) fn is_named(name: &[u8], known: &str) -> bool {
    plain(name).eq_ignore_ascii_case(known.as_bytes())
}

/// A name without escapes.
pub(super) fn plain(name: &[u8]) -> Cow<'_, [u8]> {
    match name.contains(&b'\\') {
        true => Cow::Owned(unescaped(name).into_owned().into_bytes()),
        false => Cow::Borrowed(name),
    }
}

pub(super) fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') || !byte.is_ascii() || byte == 0
}
