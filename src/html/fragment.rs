//! Reads markup that is to stand somewhere in a body.

use std::borrow::Cow;

use htmlize::{unescape, unescape_attribute};

use super::{attributes::Attributes, token::Tail, token::Token, tokenizer::Tokenizer};

/// A part of a fragment, its references read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// A start tag; of two attributes with one name the first counts.
    Start {
        name: &'a str,
        attributes: Vec<(&'a str, Cow<'a, str>)>,
        is_self_closing: bool,
    },
    /// An end tag.
    End(&'a str),
    Text(Cow<'a, str>),
}

/// The pieces of a fragment, or what in it is neither a tag nor text, or has no end.
pub(crate) fn pieces(fragment: &str) -> Result<Vec<Piece<'_>>, &str> {
    let mut tokenizer = Tokenizer::new();
    tokenizer.stop_watching();
    let (mut pieces, mut at, mut done) = (Vec::new(), 0, 0);
    loop {
        match tokenizer.next(fragment.as_bytes(), &mut at, true) {
            Token::Tag => {}
            Token::Text { .. } | Token::Reference { .. } => continue,
            Token::Comment | Token::Doctype { .. } | Token::Utf16 => return Err(&fragment[done..at]),
            Token::More => break,
        }
        let tag = tokenizer.tag();
        let (start, end) = (tag.start as usize, tag.end as usize);
        push_text(&mut pieces, &fragment[done..start]);
        let bytes = &fragment[start..end];
        let from = if tag.is_end { 2 } else { 1 };
        let name = &bytes[from..];
        let name =
            &name[..name.find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>')).unwrap_or(0)];
        pieces.push(match tag.is_end {
            true => Piece::End(name),
            false => Piece::Start { name, attributes: attributes(bytes), is_self_closing: tag.self_closing },
        });
        done = end;
    }
    if tokenizer.tail() != Tail::Clean {
        return Err(&fragment[done..]);
    }
    push_text(&mut pieces, &fragment[done..]);
    Ok(pieces)
}

fn push_text<'a>(pieces: &mut Vec<Piece<'a>>, text: &'a str) {
    if !text.is_empty() {
        pieces.push(Piece::Text(unescape(text)));
    }
}

fn attributes(tag: &str) -> Vec<(&str, Cow<'_, str>)> {
    let mut found: Vec<(&str, Cow<'_, str>)> = Vec::new();
    for attribute in Attributes::new(tag.as_bytes()) {
        let name = &tag[attribute.name];
        if !found.iter().any(|(known, _)| known.eq_ignore_ascii_case(name)) {
            found.push((name, unescape_attribute(&tag[attribute.value])));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Piece, pieces};

    #[test]
    fn tags_and_texts_are_told_apart() {
        let start = |name, attributes| Piece::Start { name, attributes, is_self_closing: false };
        let found = pieces("a &lt; b<P CLASS=x&amp;y class=z hidden>1 < 2</P >").unwrap();
        let attributes = vec![("CLASS", "x&y".into()), ("hidden", "".into())];
        let expected = vec![
            Piece::Text("a < b".into()),
            start("P", attributes),
            Piece::Text("1 < 2".into()),
            Piece::End("P"),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn what_is_neither_is_named() {
        for (fragment, fault) in [
            ("a<!-- b -->c", "a<!-- b -->"),
            ("<p>x</p><a href", "<a href"),
            ("<!DOCTYPE html>", "<!DOCTYPE html>"),
            ("<?php ?>", "<?php ?>"),
        ] {
            assert_eq!(pieces(fragment), Err(fault), "{fragment}");
        }
    }
}
