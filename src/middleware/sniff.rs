//! What browsers take a body for that comes without a media type (MIME Sniffing standard, section 7.1).

use bytes::{Bytes, BytesMut};

/// So many bytes are looked at.
const LIMIT: usize = 1445;

/// With what HTML begins, each behind a `<`; and what some browsers know beside the standard, as they do more
/// that may follow it. What is read for nothing costs little.
const TAGS: [&[u8]; 32] = [
    b"!doctype html",
    b"html",
    b"head",
    b"script",
    b"iframe",
    b"h1",
    b"div",
    b"font",
    b"table",
    b"a",
    b"style",
    b"title",
    b"b",
    b"body",
    b"br",
    b"p",
    b"!--",
    b"applet",
    b"base",
    b"center",
    b"form",
    b"frameset",
    b"h2",
    b"h3",
    b"h4",
    b"h5",
    b"h6",
    b"img",
    b"link",
    b"meta",
    b"pre",
    b"svg",
];

/// What a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Guess {
    Html,
    Xml,
    Other,
}

/// Holds the beginning of a body until it tells.
#[derive(Debug, Default)]
pub(super) struct Sniffer(BytesMut);

impl Sniffer {
    /// Takes more of the body; once it tells, says what it is and gives back all that was held.
    pub(super) fn take(&mut self, data: Bytes) -> Option<(Guess, Bytes)> {
        if self.0.is_empty()
            && let Some(guess) = guess(&data)
        {
            return Some((guess, data));
        }
        self.0.extend_from_slice(&data);
        let guess = guess(&self.0)?;
        Some((guess, self.0.split().freeze()))
    }

    /// Nothing more will come.
    pub(super) fn finish(self) -> (Guess, Bytes) {
        (guess(&self.0).unwrap_or(Guess::Other), self.0.freeze())
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

/// None where more would tell.
fn guess(body: &[u8]) -> Option<Guess> {
    let space = body.iter().take_while(|byte| matches!(byte, b'\t' | b'\n' | 0x0c | b'\r' | b' ')).count();
    let Some((first, rest)) = body[space..].split_first().filter(|_| space < LIMIT) else {
        return (space >= LIMIT).then_some(Guess::Other);
    };
    if *first != b'<' {
        return Some(Guess::Other);
    }
    let mut may_come = b"?xml".starts_with(rest);
    if rest.starts_with(b"?xml") {
        return Some(Guess::Xml);
    }
    for tag in TAGS {
        let shared = rest.len().min(tag.len());
        if !rest[..shared].eq_ignore_ascii_case(&tag[..shared]) {
            continue;
        }
        match rest.get(tag.len()) {
            None => may_come = true,
            Some(b' ' | b'>' | b'\t' | b'\n' | 0x0c | b'\r' | b'/') => return Some(Guess::Html),
            Some(_) if tag == b"!--" => return Some(Guess::Html),
            Some(_) => {}
        }
    }
    if may_come { None } else { Some(Guess::Other) }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::{Guess, Sniffer};

    /// What is made of a body that comes byte by byte, and after how many.
    fn sniffed(body: &str) -> (Guess, usize) {
        let mut sniffer = Sniffer::default();
        for (at, byte) in body.as_bytes().iter().enumerate() {
            if let Some((guess, held)) = sniffer.take(Bytes::copy_from_slice(&[*byte])) {
                assert_eq!(held, &body.as_bytes()[..=at]);
                return (guess, at + 1);
            }
        }
        let (guess, held) = sniffer.finish();
        assert_eq!(held, body);
        (guess, body.len())
    }

    #[test]
    fn html_and_xml_are_told_by_how_they_begin() {
        for (body, expected) in [
            ("<!DOCTYPE html>", (Guess::Html, 15)),
            (" \n<HTML lang=en>", (Guess::Html, 8)),
            ("<p>x", (Guess::Html, 3)),
            ("<b", (Guess::Other, 2)),
            ("<br/>", (Guess::Html, 4)),
            ("<!-- x", (Guess::Html, 5)),
            ("<?xml version='1.0'?>", (Guess::Xml, 5)),
            ("{\"a\": \"<html>\"}", (Guess::Other, 1)),
            ("<htmlx>", (Guess::Other, 6)),
            ("<rss>", (Guess::Other, 2)),
            ("\u{feff}<html>", (Guess::Other, 1)),
            ("  ", (Guess::Other, 2)),
        ] {
            assert_eq!(sniffed(body), expected, "{body}");
        }
    }

    #[test]
    fn so_much_white_space_ends_the_look() {
        assert_eq!(sniffed(&format!("{}<html>", " ".repeat(1445))), (Guess::Other, 1445));
    }
}
