//! Where tokens begin and end in whole documents: lol_html says where, html5ever says who is right.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::ops::Range;

use bytes::Bytes;
use html5ever::interface::TokenizerResult;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token as Html5everToken, TokenSink, TokenSinkResult, Tokenizer as Html5ever,
    TokenizerOpts,
};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use lol_html::html_content::Element;
use lol_html::{HtmlRewriter, Settings, doc_comments, doctype, element};
use markup5ever_rcdom::{Handle, RcDom};

use super::alphabet::{CORE, IN_BODY, page};
use super::compare::Counts;
use super::exhaustive::sequences;
use super::harness::{ONLY_END, ONLY_START, run};
use super::html5lib::documents;
use super::oracle::parse;
use super::properties::soups;
use super::rivals::start;
use crate::html::names::{Key, Name};
use crate::html::token::Token;
use crate::html::{Insert, Outcome, Page, Place, Rewriter};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Start,
    End,
    Comment,
    Doctype,
}

/// A token other than text: what it is, its name if it is a tag.
type What = (Kind, (Name, u32));

/// And where.
type Found = (What, Range<usize>);

/// A name as the tokenizer tells names apart, which leaves the replacement of NUL to others.
fn name(text: &str) -> (Name, u32) {
    let mut key = Key::default();
    text.replace('\u{fffd}', "\0").bytes().for_each(|byte| key.push(byte));
    known((key.name(), key.hash()))
}

/// A known name needs no hash.
fn known((name, hash): (Name, u32)) -> (Name, u32) {
    (name, if name == Name::Other { hash } else { 0 })
}

/// What this module reads: up to where it is no longer sure what is open, and whether that is all.
fn ours(input: &[u8]) -> (Vec<Found>, bool) {
    struct Nothing;
    impl Insert for Nothing {
        fn insert(&mut self, _: Place, _: &Page<'_>) -> Bytes {
            Bytes::new()
        }
    }
    let mut rewriter = Rewriter::new(ONLY_END);
    let mut found = Vec::new();
    rewriter.feed_shown(
        &Bytes::copy_from_slice(input),
        &mut Nothing,
        &mut VecDeque::new(),
        |token, tokenizer, end| {
            let tag = tokenizer.tag();
            let what = match token {
                Token::Tag if tag.is_end => (Kind::End, known((tag.name, tag.hash))),
                Token::Tag => (Kind::Start, known((tag.name, tag.hash))),
                Token::Comment => (Kind::Comment, (Name::Other, 0)),
                Token::Doctype { .. } => (Kind::Doctype, (Name::Other, 0)),
                Token::Text { .. } | Token::Reference { .. } | Token::Utf16 | Token::More => return,
            };
            found.push((what, tokenizer.start() as usize..end as usize));
        },
    );
    (found, rewriter.outcome(Place::BodyEnd) == Outcome::Pending)
}

/// html5ever's tokenizer at work for its tree builder, which tells it where raw text begins.
struct Watched {
    builder: TreeBuilder<Handle, RcDom>,
    seen: RefCell<Vec<What>>,
}

impl TokenSink for Watched {
    type Handle = Handle;

    fn process_token(&self, token: Html5everToken, line: u64) -> TokenSinkResult<Handle> {
        let what = match &token {
            Html5everToken::TagToken(Tag { kind: TagKind::StartTag, name: text, .. }) => {
                Some((Kind::Start, name(text)))
            }
            Html5everToken::TagToken(Tag { name: text, .. }) => Some((Kind::End, name(text))),
            Html5everToken::CommentToken(_) => Some((Kind::Comment, (Name::Other, 0))),
            Html5everToken::DoctypeToken(_) => Some((Kind::Doctype, (Name::Other, 0))),
            _ => None,
        };
        self.seen.borrow_mut().extend(what);
        self.builder.process_token(token, line)
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

fn html5ever(input: &str) -> Vec<What> {
    let options = TreeBuilderOpts { scripting_enabled: true, ..TreeBuilderOpts::default() };
    let builder = TreeBuilder::new(RcDom::default(), options);
    let sink = Watched { builder, seen: RefCell::default() };
    let tokenizer = Html5ever::new(sink, TokenizerOpts::default());
    let queue = BufferQueue::default();
    queue.push_back(input.into());
    while !matches!(tokenizer.feed(&queue), TokenizerResult::Done) {}
    tokenizer.end();
    tokenizer.sink.seen.take()
}

/// What lol_html reads, the end tags only of elements it saw begin. `false` if it gave up.
fn lol_html(input: &[u8]) -> (Vec<Found>, bool) {
    let found = std::rc::Rc::new(RefCell::new(Vec::new()));
    let note = |what, range| found.borrow_mut().push((what, range));
    let ended = found.clone();
    let tag = element!("*", |tag: &mut Element<'_, '_>| {
        let name = name(&tag.tag_name());
        note((Kind::Start, name), tag.source_location().bytes());
        if let Some(handlers) = tag.end_tag_handlers() {
            let ended = ended.clone();
            handlers.push(Box::new(move |end| {
                let at = end.source_location().bytes();
                ended.borrow_mut().push(((Kind::End, self::name(&end.name())), at));
                Ok(())
            }));
        }
        Ok(())
    });
    let comment = doc_comments!(|comment| {
        note((Kind::Comment, (Name::Other, 0)), comment.source_location().bytes());
        Ok(())
    });
    let doctype = doctype!(|doctype| {
        note((Kind::Doctype, (Name::Other, 0)), doctype.source_location().bytes());
        Ok(())
    });
    let settings = Settings::new()
        .append_element_content_handler(tag)
        .append_document_content_handler(comment)
        .append_document_content_handler(doctype)
        .with_strict(true);
    let mut rewriter = HtmlRewriter::new(settings, |_: &[u8]| {});
    let complete = rewriter.write(input).is_ok() && rewriter.end().is_ok();
    let mut found = found.take();
    found.sort_by_key(|(_, range)| range.start);
    // One end tag may end several elements.
    found.dedup();
    (found, complete)
}

/// Compares one document's tokens, and where the body begins. Returns what is wrong, if anything is.
fn compare(input: &[u8], counts: &mut Counts) -> Result<(), String> {
    let text = String::from_utf8_lossy(input);
    counts.add("documents");
    let (ours, complete) = ours(input);
    let judge = html5ever(&text);
    let fail = |what: &str| Err(format!("{what}\n{text:?}\nours      {ours:?}\nhtml5ever {judge:?}"));
    if !ours.iter().map(|(what, _)| what).eq(judge.iter().take(ours.len())) {
        return fail("html5ever reads other tokens");
    }
    counts.add_many("tokens as html5ever reads them", ours.len() as u64);
    let end = ours.last().map_or(0, |(_, range)| range.end);
    let cut_off = match &judge[ours.len()..] {
        _ if !complete => None,
        [] => None,
        // By the end of the document.
        [what @ (Kind::Comment | Kind::Doctype, _)] if end < input.len() => Some(*what),
        _ => return fail("html5ever reads more tokens"),
    };

    let (theirs, finished) = lol_html(input);
    if !finished {
        counts.add("lol_html gives up where it cannot tell text from markup");
    }
    let known = if complete { input.len() } else { end };
    let theirs_alone = theirs.iter().find(|&(what, range)| {
        let is_cut_off = cut_off == Some(*what) && range.end == input.len() && range.start >= end;
        range.end <= known && !is_cut_off && !ours.contains(&(*what, range.clone()))
    });
    let ours_alone =
        ours.iter().filter(|(what, _)| finished && what.0 != Kind::End).find(|found| !theirs.contains(found));
    let first = [theirs_alone, ours_alone].into_iter().flatten().min_by_key(|(_, range)| range.start);
    let agreed = first.map_or(known, |(_, range)| range.start);
    let theirs: Vec<_> = theirs.iter().filter(|(_, range)| range.end <= agreed).collect();
    counts.add_many("tokens where lol_html has them", theirs.len() as u64);
    if let Some((what, range)) = first {
        let before = ours.partition_point(|(_, other)| other.start < range.start);
        match class(&ours[..before], &input[range.start..]) {
            Some(class) => counts.add(format!("lol_html is wrong: {class}")),
            None => return fail(&format!("lol_html reads otherwise: {what:?} at {range:?}")),
        }
    }
    let body = theirs.iter().find(|(what, _)| *what == (Kind::Start, (Name::Body, 0)));
    match body {
        Some((_, range)) => compare_body(input, range.end, counts),
        None => Ok(()),
    }
}

/// Why lol_html reads otherwise than html5ever, behind these tokens.
fn class(before: &[Found], rest: &[u8]) -> Option<&'static str> {
    let is = |((kind, name), _): &Found, names: &[Name]| *kind == Kind::Start && names.contains(&name.0);
    if before.iter().any(|found| is(found, &[Name::Svg, Name::Math])) {
        return Some(match rest.starts_with(b"<![CDATA[") {
            true => "it takes CDATA at an integration point for a comment",
            false => "it guesses where svg and math end, without a stack of open elements",
        });
    }
    let template = before.iter().position(|found| is(found, &[Name::Template]))?;
    let has_column = before[template..].iter().any(|found| is(found, &[Name::Col, Name::Colgroup]));
    has_column.then_some("it reads raw text in a template's columns, where such tags are ignored")
}

/// The first `<body>` lol_html sees ends at this offset. If that is where the body begins, the
/// start is there.
fn compare_body(input: &[u8], at: usize, counts: &mut Counts) -> Result<(), String> {
    let ran = run(ONLY_START, [input]);
    let ours = memchr::memmem::find(&ran.output, start().as_bytes());
    if ours == Some(at) {
        counts.add("body: begins behind the first <body>");
        return Ok(());
    }
    let before = parse(input, true);
    let is_start = |page: &[u8]| {
        let after = parse(page, true);
        after.is_same_page(&before) && after.paths("start") == ["html>body"] && after.before_start.is_empty()
    };
    if is_start(&[&input[..at], start().as_bytes(), &input[at..]].concat()) {
        // What stood before it has begun the body and left nothing there, as "</body>" does.
        if ours.is_some_and(|ours| ours < at) && is_start(&ran.output) {
            counts.add("body: has begun before the first <body>, and is empty");
            return Ok(());
        }
        return Err(format!("the body begins at {at}, not at {ours:?}: {:?}", ran.text()));
    }
    counts.add(match ran.start {
        Outcome::Inserted => "body: begins elsewhere than behind the first <body>".into(),
        outcome => format!("body: {outcome:?}, for all its <body>"),
    });
    Ok(())
}

/// Compares documents and prints what came of them.
struct Check {
    counts: Counts,
    failures: Vec<String>,
}

impl Check {
    fn new() -> Self {
        Check { counts: Counts::default(), failures: Vec::new() }
    }

    fn document(&mut self, input: &[u8]) {
        self.failures.extend(compare(input, &mut self.counts).err());
    }

    fn sequences(&mut self, prefix: &str, alphabet: &[&str], length: usize) {
        for first in std::iter::once(None).chain((0..alphabet.len()).map(Some)) {
            sequences(alphabet, first, length, |indices| {
                let tokens: String = indices.iter().map(|index| alphabet[*index]).collect();
                self.document(format!("{prefix}{tokens}").as_bytes());
            });
        }
    }

    /// So many documents at least, and of them so many with a body tag where the body begins.
    fn done(mut self, title: &str, documents: u64, bodies: u64) {
        self.counts.print(title);
        self.failures.sort_by_key(String::len);
        let shown = self.failures.len().min(8);
        assert!(shown == 0, "{} failures\n{}", self.failures.len(), self.failures[..shown].join("\n\n"));
        let found = self.counts.get("documents");
        assert!(found >= documents, "{found} documents");
        let found = self.counts.get("body: begins behind the first <body>");
        assert!(found >= bodies, "{found} bodies");
    }
}

#[test]
fn short_sequences_have_the_tokens_that_lol_html_and_html5ever_see() {
    let mut check = Check::new();
    check.sequences("", CORE, 3);
    check.sequences("", &page(), 2);
    check.sequences("<body><svg>", IN_BODY, 2);
    check.sequences("<table>", IN_BODY, 2);
    soups(2_000, |input| check.document(input));
    check.done("tokens of short sequences", 40_000, 1_000);
}

#[test]
#[ignore = "takes a minute: cargo test --release --lib lol_html -- --ignored --nocapture"]
fn long_sequences_have_the_tokens_that_lol_html_and_html5ever_see() {
    let mut check = Check::new();
    check.sequences("", &page(), 3);
    for prefix in ["<body>", "<table>", "<svg>", "<math><mi>", "<template>"] {
        check.sequences(prefix, IN_BODY, 3);
    }
    check.done("tokens of sequences of three", 600_000, 5_000);
    let mut check = Check::new();
    soups(300_000, |input| check.document(input));
    check.done("tokens of soups", 300_000, 5_000);
}

#[test]
#[ignore = "needs HTML5LIB_TESTS"]
fn html5lib_documents_have_the_tokens_that_lol_html_and_html5ever_see() {
    let mut check = Check::new();
    documents().iter().for_each(|document| check.document(document.data.as_bytes()));
    check.done("tokens of html5lib's documents", 1_700, 100);
}
