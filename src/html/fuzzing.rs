//! The module's parts, as the fuzz targets see them.

#![allow(missing_docs)] // Not part of the public API.

use std::collections::VecDeque;
use std::ops::Range;

use bytes::Bytes;

use super::attributes::Attributes;
use super::names::Name;
use super::token::{self, Content, Tail};
use super::tokenizer::Tokenizer;
use super::{Insert, Page, Place, Places, Reason};

/// A token, with what it covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// Only what cannot be told from whitespace, while text is watched.
    Text(Range<usize>),
    Reference(Range<usize>),
    Tag {
        span: Range<usize>,
        is_end: bool,
        self_closing: bool,
        has_attributes: bool,
        /// Empty if no rule names the element.
        name: &'static str,
        hash: u32,
    },
    Comment(Range<usize>),
    Doctype {
        span: Range<usize>,
        html: bool,
    },
    Utf16,
}

/// A document's tokens, and what it ends in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tokens {
    pub tokens: Vec<Token>,
    /// It ends in a comment or a doctype that begins here.
    pub open_comment: Option<usize>,
    pub open_doctype: Option<usize>,
    /// It ends in a tag that begins here, if only the end tag of raw text.
    pub open_tag: Option<usize>,
}

/// What becomes of the text behind a start tag in HTML content, scripting on.
fn content(name: Name) -> Option<Content> {
    match name {
        Name::Title | Name::Textarea | Name::Style | Name::Xmp | Name::Iframe | Name::Noembed => {
            Some(Content::Raw(name))
        }
        Name::Noframes | Name::Noscript => Some(Content::Raw(name)),
        Name::Script => Some(Content::Script),
        Name::Plaintext => Some(Content::Plaintext),
        _ => None,
    }
}

/// Tokenizes a document. `foreign` stands for a current node that is foreign throughout, which
/// admits CDATA sections.
pub fn tokenize<'a>(chunks: impl IntoIterator<Item = &'a [u8]>, watch_text: bool, foreign: bool) -> Tokens {
    let mut tokenizer = Tokenizer::new();
    if !watch_text {
        tokenizer.stop_watching();
    }
    tokenizer.set_foreign(foreign);
    let mut tokens = Vec::new();
    'document: for chunk in chunks {
        let mut at = 0;
        loop {
            let token = tokenizer.next(chunk, &mut at, true);
            let end = tokenizer.base() as usize + at;
            let span = tokenizer.start() as usize..end;
            tokens.push(match token {
                token::Token::More => break,
                token::Token::Utf16 => {
                    tokens.push(Token::Utf16);
                    break 'document;
                }
                token::Token::Text { start, end } => Token::Text(start as usize..end as usize),
                token::Token::Reference { start, end } => Token::Reference(start as usize..end as usize),
                token::Token::Comment => Token::Comment(span),
                token::Token::Doctype { html } => Token::Doctype { span, html },
                token::Token::Tag => {
                    let tag = tokenizer.tag().clone();
                    if let (false, Some(content)) = (tag.is_end, content(tag.name)) {
                        tokenizer.enter(content);
                    }
                    Token::Tag {
                        span: tag.start as usize..tag.end as usize,
                        is_end: tag.is_end,
                        self_closing: tag.self_closing,
                        has_attributes: tag.has_attributes(),
                        name: tag.name.text(),
                        hash: tag.hash,
                    }
                }
            });
        }
        tokenizer.advance(chunk.len());
    }
    let start = tokenizer.start() as usize;
    let in_tag = tokenizer.is_in_tag();
    Tokens {
        tokens,
        open_comment: (tokenizer.tail() == Tail::Comment).then_some(start),
        open_doctype: (tokenizer.tail() == Tail::Doctype).then_some(start),
        open_tag: in_tag.then_some(start),
    }
}

/// Where the attributes of a tag have their names and values.
pub fn attributes(tag: &[u8]) -> Vec<(Range<usize>, Range<usize>)> {
    Attributes::new(tag).map(|attribute| (attribute.name, attribute.value)).collect()
}

/// What an inserter is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub at_end: bool,
    pub lang: Option<String>,
    pub child_of_body: bool,
}

/// What came of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome(super::Outcome);

impl Outcome {
    pub fn is_pending(self) -> bool {
        self.0 == super::Outcome::Pending
    }

    pub fn is_not_wanted(self) -> bool {
        self.0 == super::Outcome::NotWanted
    }

    pub fn is_inserted(self) -> bool {
        self.0 == super::Outcome::Inserted
    }

    /// The page has frames, or may have.
    pub fn is_frameset(self) -> bool {
        self.0 == super::Outcome::Impossible(Reason::Frameset)
    }
}

/// The rewriter.
#[derive(Debug)]
pub struct Rewriter(super::Rewriter);

struct Inserter<F>(F);

impl<F: FnMut(Asked) -> Bytes> Insert for Inserter<F> {
    fn insert(&mut self, place: Place, page: &Page<'_>) -> Bytes {
        (self.0)(Asked {
            at_end: place == Place::BodyEnd,
            lang: page.lang.map(str::to_owned),
            child_of_body: page.child_of_body,
        })
    }
}

impl Rewriter {
    pub fn new(start: bool, end: bool) -> Self {
        Self(super::Rewriter::new(Places { start, end, markup: false }))
    }

    pub fn feed(&mut self, chunk: &Bytes, insert: impl FnMut(Asked) -> Bytes, out: &mut VecDeque<Bytes>) {
        self.0.feed(chunk, &mut Inserter(insert), out);
    }

    pub fn finish(&mut self, insert: impl FnMut(Asked) -> Bytes, out: &mut VecDeque<Bytes>) {
        self.0.finish(&mut Inserter(insert), out);
    }

    pub fn is_done(&self) -> bool {
        self.0.is_done()
    }

    pub fn start(&self) -> Outcome {
        Outcome(self.0.outcome(Place::BodyStart))
    }

    pub fn end(&self) -> Outcome {
        Outcome(self.0.outcome(Place::BodyEnd))
    }
}
