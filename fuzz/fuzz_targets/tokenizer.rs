//! Tokens are those of html5ever's tokenizer, and the same however the document is cut into chunks.

#![no_main]

use std::cell::RefCell;

use html5ever::buffer_queue::BufferQueue;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    Tag, TagKind, Token as Their, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use libfuzzer_sys::fuzz_target;
use tower_consent::fuzzing::{Token, Tokens, attributes, tokenize};

fuzz_target!(|document: &[u8]| {
    for (watch_text, foreign) in [(false, false), (true, false), (false, true)] {
        let whole = tokenize([document], watch_text, foreign);
        let single = tokenize(document.chunks(1), watch_text, foreign);
        let (first, second) = document.split_at(document.len() / 2);
        let halves = tokenize([first, second], watch_text, foreign);
        assert_eq!(joined(&whole, document), joined(&single, document), "in single bytes");
        assert_eq!(joined(&whole, document), joined(&halves, document), "in two halves");
        check_spans(&whole, document, watch_text);
        if !whole.tokens.contains(&Token::Utf16) {
            compare(&ours(&whole, document), &theirs(document, foreign), foreign);
        }
    }
});

/// The same with neighbouring text as one and without the whitespace around it, since each chunk has
/// its own.
fn joined(tokens: &Tokens, document: &[u8]) -> Tokens {
    let is_space = |span: std::ops::Range<usize>| document[span].trim_ascii().is_empty();
    let mut joined = Tokens { tokens: Vec::new(), ..tokens.clone() };
    for token in &tokens.tokens {
        let token = match token {
            Token::Text(span) => {
                let text = document[span.clone()].trim_ascii_start();
                let start = span.end - text.len();
                Token::Text(start..start + text.trim_ascii_end().len())
            }
            token => token.clone(),
        };
        match (joined.tokens.last_mut(), &token) {
            (_, Token::Text(next)) if next.is_empty() => {}
            (Some(Token::Text(last)), Token::Text(next)) if is_space(last.end..next.start) => {
                last.end = next.end;
            }
            _ => joined.tokens.push(token),
        }
    }
    joined
}

/// Tokens follow each other, and what begins with `<` says so.
fn check_spans(tokens: &Tokens, document: &[u8], watch_text: bool) {
    let mut from = 0;
    for token in &tokens.tokens {
        let span = match token {
            Token::Text(span) | Token::Reference(span) | Token::Comment(span) => span,
            Token::Tag { span, .. } | Token::Doctype { span, .. } => span,
            Token::Utf16 => return,
        };
        assert!(from <= span.start && span.start < span.end && span.end <= document.len(), "{tokens:?}");
        let bytes = &document[span.clone()];
        match token {
            Token::Tag { is_end, .. } => {
                assert!(bytes.starts_with(if *is_end { b"</" } else { b"<" }) && bytes.ends_with(b">"));
            }
            Token::Comment(_) | Token::Doctype { .. } => {
                assert!(bytes.starts_with(b"<") && bytes.ends_with(b">"));
            }
            Token::Reference(_) => assert!(watch_text && bytes.starts_with(b"&")),
            Token::Text(_) | Token::Utf16 => {}
        }
        from = span.end;
    }
}

/// A token as both see it.
#[derive(Debug)]
enum Seen {
    /// Nothing where it is not spelled as it is meant: with references, or line ends to normalize.
    Text(Option<String>),
    Tag {
        name: String,
        is_end: bool,
        self_closing: bool,
        attributes: Vec<(String, Option<String>)>,
    },
    /// Between its delimiters, or with them.
    Comment(String),
    Doctype {
        html: bool,
    },
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A name, as the standard spells it.
fn name(bytes: &[u8]) -> String {
    text(&bytes.to_ascii_lowercase()).replace('\0', "\u{fffd}")
}

fn is_plain(bytes: &[u8]) -> bool {
    !bytes.iter().any(|byte| matches!(byte, b'&' | b'\r' | 0))
}

fn ours(tokens: &Tokens, document: &[u8]) -> Vec<Seen> {
    let mut seen = Vec::new();
    let mut from = if document.starts_with("\u{feff}".as_bytes()) { 3 } else { 0 };
    let mut is_raw = false;
    let gap = |seen: &mut Vec<Seen>, from: usize, to: usize, is_raw: bool| {
        let gap = &document[from..to];
        // In markup "</>" is nothing.
        let left = if is_raw { text(gap) } else { text(gap).replace("</>", "") };
        if !left.is_empty() {
            seen.push(Seen::Text(is_plain(gap).then_some(left)));
        }
    };
    for token in &tokens.tokens {
        let (span, next) = match token {
            Token::Text(_) | Token::Reference(_) | Token::Utf16 => continue,
            Token::Comment(span) => (span, Seen::Comment(text(&document[span.clone()]))),
            Token::Doctype { span, html } => (span, Seen::Doctype { html: *html }),
            Token::Tag { span, .. } => (span, tag(token, &document[span.clone()])),
        };
        gap(&mut seen, from, span.start, is_raw);
        is_raw = matches!(token, Token::Tag { is_end: false, name, .. } if raw(name).is_some());
        from = span.end;
        seen.push(next);
    }
    let to = tokens.open_comment.or(tokens.open_doctype).or(tokens.open_tag);
    gap(&mut seen, from, to.unwrap_or(document.len()), is_raw);
    if let Some(start) = tokens.open_comment {
        seen.push(Seen::Comment(text(&document[start..])));
    }
    if tokens.open_doctype.is_some() {
        // At the end of the document it is a legacy one.
        seen.push(Seen::Doctype { html: false });
    }
    seen
}

fn tag(token: &Token, bytes: &[u8]) -> Seen {
    let Token::Tag { is_end, self_closing, has_attributes, name: known, .. } = token else {
        panic!("{token:?} is no tag");
    };
    let written = &bytes[1 + usize::from(*is_end)..];
    let len =
        written.iter().position(|byte| matches!(byte, b'\t' | b'\n' | 0x0c | b'\r' | b' ' | b'/' | b'>'));
    let written = name(&written[..len.expect("a name ends")]);
    assert!(known.is_empty() || *known == written, "{known} for {written}");
    if *is_end {
        // Nobody asks for the attributes of an end tag.
        return Seen::Tag { name: written, is_end: true, self_closing: *self_closing, attributes: vec![] };
    }
    let attributes: Vec<_> = attributes(bytes)
        .into_iter()
        .map(|(name_at, value_at)| {
            let value = &bytes[value_at];
            (name(&bytes[name_at]), is_plain(value).then(|| text(value)))
        })
        .collect();
    assert_eq!(*has_attributes, !attributes.is_empty(), "{:?}", text(bytes));
    Seen::Tag { name: written, is_end: false, self_closing: *self_closing, attributes }
}

/// What is in an element of this name is raw text, outside of foreign content, scripting on.
fn raw(name: &str) -> Option<TokenSinkResult<()>> {
    match name {
        "title" | "textarea" => Some(TokenSinkResult::RawData(RawKind::Rcdata)),
        "style" | "xmp" | "iframe" | "noembed" | "noframes" | "noscript" => {
            Some(TokenSinkResult::RawData(RawKind::Rawtext))
        }
        "script" => Some(TokenSinkResult::RawData(RawKind::ScriptData)),
        "plaintext" => Some(TokenSinkResult::Plaintext),
        _ => None,
    }
}

struct Sink {
    seen: RefCell<Vec<Seen>>,
    foreign: bool,
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Their, _line: u64) -> TokenSinkResult<()> {
        let mut seen = self.seen.borrow_mut();
        match token {
            Their::CharacterTokens(text) => add_text(&mut seen, &text),
            Their::NullCharacterToken => add_text(&mut seen, "\0"),
            Their::CommentToken(text) => seen.push(Seen::Comment(text.to_string())),
            Their::DoctypeToken(doctype) => seen.push(Seen::Doctype {
                html: doctype.name.as_deref() == Some("html")
                    && doctype.public_id.is_none()
                    && doctype.system_id.is_none()
                    && !doctype.force_quirks,
            }),
            Their::TagToken(tag) => {
                let next = match tag.kind {
                    TagKind::StartTag => raw(&tag.name),
                    TagKind::EndTag => None,
                };
                seen.push(their_tag(&tag));
                return next.unwrap_or(TokenSinkResult::Continue);
            }
            Their::EOFToken | Their::ParseError(_) => {}
        }
        TokenSinkResult::Continue
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.foreign
    }
}

fn add_text(seen: &mut Vec<Seen>, more: &str) {
    match seen.last_mut() {
        Some(Seen::Text(Some(text))) => text.push_str(more),
        _ => seen.push(Seen::Text(Some(more.to_owned()))),
    }
}

fn their_tag(tag: &Tag) -> Seen {
    let attributes = tag.attrs.iter();
    Seen::Tag {
        name: tag.name.to_string(),
        is_end: tag.kind == TagKind::EndTag,
        self_closing: tag.self_closing,
        attributes: attributes
            .map(|attribute| (attribute.name.local.to_string(), Some(attribute.value.to_string())))
            .collect(),
    }
}

fn theirs(document: &[u8], foreign: bool) -> Vec<Seen> {
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from(String::from_utf8_lossy(document).as_ref()));
    let tokenizer = Tokenizer::new(Sink { seen: RefCell::default(), foreign }, TokenizerOpts::default());
    let _ = tokenizer.feed(&queue);
    tokenizer.end();
    tokenizer.sink.seen.take()
}

fn compare(ours: &[Seen], theirs: &[Seen], foreign: bool) {
    let shown = || format!("\n{ours:?}\n{theirs:?}");
    if foreign {
        // CDATA sections are text whose markup stays in ours.
        let tokens = |seen: &[Seen]| seen.iter().filter(|seen| !matches!(seen, Seen::Text(_))).count();
        assert_eq!(tokens(ours), tokens(theirs), "{}", shown());
    } else {
        assert_eq!(ours.len(), theirs.len(), "{}", shown());
    }
    let is_compared = |seen: &&Seen| !foreign || !matches!(seen, Seen::Text(_));
    for pair in ours.iter().filter(is_compared).zip(theirs.iter().filter(is_compared)) {
        match pair {
            (Seen::Text(ours), Seen::Text(theirs)) => {
                assert!(ours.is_none() || ours == theirs, "{}", shown());
            }
            (Seen::Comment(ours), Seen::Comment(theirs)) => {
                let is_plain = is_plain(ours.replace('&', "").as_bytes());
                let is_inside = ours.contains(&**theirs) && ours.len() <= theirs.len() + "<!----!>".len();
                assert!(!is_plain || is_inside, "{}", shown());
            }
            (Seen::Doctype { html: ours }, Seen::Doctype { html: theirs }) => {
                // A legacy one may be spelled so that it means no more than the plain one.
                assert!(!ours || *theirs, "{}", shown());
            }
            (Seen::Tag { name, is_end, self_closing, attributes }, Seen::Tag { .. }) => {
                compare_tags((name, *is_end, *self_closing, attributes), pair.1, &shown);
            }
            _ => panic!("{}", shown()),
        }
    }
}

type Parts<'a> = (&'a str, bool, bool, &'a [(String, Option<String>)]);

fn compare_tags(ours: Parts<'_>, theirs: &Seen, shown: &dyn Fn() -> String) {
    let Seen::Tag { name, is_end, self_closing, attributes } = theirs else { panic!("no tag") };
    assert_eq!((ours.0, ours.1, ours.2), (&**name, *is_end, *self_closing), "{}", shown());
    if *is_end {
        return;
    }
    // Of several with one name the first counts.
    let mut first: Vec<&(String, Option<String>)> = Vec::new();
    for attribute in ours.3 {
        if first.iter().all(|(name, _)| *name != attribute.0) {
            first.push(attribute);
        }
    }
    assert_eq!(first.len(), attributes.len(), "{}", shown());
    for ((our_name, our_value), (their_name, their_value)) in first.into_iter().zip(attributes) {
        assert!(our_name == their_name && (our_value.is_none() || our_value == their_value), "{}", shown());
    }
}
