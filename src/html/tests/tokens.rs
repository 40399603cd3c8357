//! html5lib's tokenizer suite, as far as it says where tokens end.

use serde_json::Value;

use super::compare::Counts;
use super::html5lib::{files, suites};
use crate::html::names::{Key, Name};
use crate::html::token::{Content, Tail, Token};
use crate::html::tokenizer::Tokenizer;

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Comment,
    Doctype,
    Start { name: (Name, u32), self_closing: bool },
    End { name: (Name, u32) },
}

fn name(text: &str) -> (Name, u32) {
    let mut key = Key::default();
    text.bytes().for_each(|byte| key.push(byte));
    (key.name(), key.hash())
}

/// Tokens in order, neighbouring text as one; text is what no other token covers.
fn tokenize<'a>(
    state: &str,
    last_start_tag: Name,
    input: &[u8],
    chunks: impl Iterator<Item = &'a [u8]>,
) -> Vec<Kind> {
    let mut tokenizer = Tokenizer::new();
    tokenizer.enter_data();
    tokenizer.stop_watching();
    let raw = state.starts_with("RCDATA") || state.starts_with("RAWTEXT") || state.starts_with("Script");
    match state {
        "Data state" => {}
        "PLAINTEXT state" => tokenizer.enter(Content::Plaintext),
        "Script data state" => tokenizer.enter(Content::Script),
        "CDATA section state" => tokenizer.enter_cdata(),
        _ => tokenizer.enter(Content::Raw(last_start_tag)),
    }
    let mut found = Vec::new();
    let mut text_from = 0;
    let mut first = true;
    let mut text = |found: &mut Vec<Kind>, from: u64, to: u64| {
        let gap = &input[from as usize..to as usize];
        // Two pieces of markup that are no tokens.
        let gap = String::from_utf8_lossy(gap).into_owned();
        let gap = match (first, state) {
            (true, "CDATA section state") => gap.replacen("]]>", "", 1),
            (true, _) if raw || state == "PLAINTEXT state" => gap,
            _ => gap.replace("</>", ""),
        };
        first = false;
        if !gap.is_empty() && found.last() != Some(&Kind::Text) {
            found.push(Kind::Text);
        }
    };
    for chunk in chunks {
        let mut at = 0;
        loop {
            let token = tokenizer.next(chunk, &mut at, true);
            let end = tokenizer.base() + at as u64;
            let tag = tokenizer.tag();
            let kind = match token {
                Token::More => break,
                Token::Text { .. } => continue,
                Token::Reference { .. } | Token::Utf16 => panic!("{token:?} while not watched"),
                Token::Comment => Kind::Comment,
                Token::Doctype { .. } => Kind::Doctype,
                Token::Tag if tag.is_end => Kind::End { name: (tag.name, tag.hash) },
                Token::Tag => Kind::Start { name: (tag.name, tag.hash), self_closing: tag.self_closing },
            };
            text(&mut found, text_from, tokenizer.start());
            text_from = end;
            found.push(kind);
        }
        tokenizer.advance(chunk.len());
    }
    let end = input.len() as u64;
    let (last, covered_from) = match tokenizer.tail() {
        Tail::Comment => (Some(Kind::Comment), tokenizer.start()),
        Tail::Doctype => (Some(Kind::Doctype), tokenizer.start()),
        _ if tokenizer.is_in_tag() => (None, tokenizer.start()),
        _ => (None, end),
    };
    text(&mut found, text_from, covered_from);
    found.extend(last);
    // Known names need no hash, and an end tag of raw text has none.
    for kind in &mut found {
        if let Kind::Start { name, .. } | Kind::End { name } = kind
            && name.0 != Name::Other
        {
            name.1 = 0;
        }
    }
    found
}

fn unescape(text: &str) -> Option<String> {
    let mut units = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("\\u") {
        units.extend(rest[..at].encode_utf16());
        units.push(u16::from_str_radix(rest.get(at + 2..at + 6)?, 16).ok()?);
        rest = &rest[at + 6..];
    }
    units.extend(rest.encode_utf16());
    String::from_utf16(&units).ok()
}

fn expected(test: &Value) -> Option<Vec<Kind>> {
    let mut kinds = Vec::new();
    for token in test["output"].as_array()? {
        let text = |index: usize| token[index].as_str();
        let known = |text: &str| {
            // A replaced NUL is not told from other bytes that no known name has.
            let (name, hash) = name(&text.replace('\u{fffd}', "\0"));
            (name, if name == Name::Other { hash } else { 0 })
        };
        let kind = match text(0)? {
            "Character" if text(1)?.is_empty() => continue,
            "Character" if kinds.last() == Some(&Kind::Text) => continue,
            "Character" => Kind::Text,
            "Comment" => Kind::Comment,
            "DOCTYPE" => Kind::Doctype,
            "StartTag" => {
                Kind::Start { name: known(text(1)?), self_closing: token[3].as_bool().unwrap_or(false) }
            }
            "EndTag" => Kind::End { name: known(text(1)?) },
            other => panic!("a token of kind {other}"),
        };
        kinds.push(kind);
    }
    Some(kinds)
}

/// One chunk, single bytes, and each split in two.
fn chunkings(bytes: &[u8]) -> impl Iterator<Item = Vec<&[u8]>> {
    let splits = (1..bytes.len()).map(|at| vec![&bytes[..at], &bytes[at..]]);
    [vec![bytes], bytes.chunks(1).collect()].into_iter().chain(splits)
}

#[derive(Default)]
struct Suite {
    counts: Counts,
    skipped: Vec<String>,
    failures: Vec<String>,
}

impl Suite {
    fn skip(&mut self, name: &str, why: &str) {
        self.counts.add(format!("skipped: {why}"));
        self.skipped.push(format!("{name}: {why}"));
    }

    fn test(&mut self, name: &str, test: &Value) {
        let escaped = test["doubleEscaped"].as_bool().unwrap_or(false);
        let input = test["input"].as_str().expect("an input");
        let input = if escaped { unescape(input) } else { Some(input.to_owned()) };
        let (Some(input), Some(expected)) = (input, expected(test)) else {
            return self.skip(name, "lone surrogates, which no bytes decode to");
        };
        let states = test["initialStates"].as_array();
        let states =
            states.map_or(vec!["Data state"], |states| states.iter().filter_map(Value::as_str).collect());
        let last = test["lastStartTag"].as_str().map(|text| self::name(text).0);
        for state in states {
            let raw = state.starts_with("RCDATA") || state.starts_with("RAWTEXT");
            let script = state == "Script data state" && last.is_some_and(|last| last != Name::Script);
            if script || (raw && last == Some(Name::Other)) {
                self.skip(name, "script data or raw text of an element that has none");
                continue;
            }
            self.counts.add(state);
            // Without a last start tag no end tag fits; nor does this one, which no test has.
            let last = last.unwrap_or(Name::Noembed);
            for chunks in chunkings(input.as_bytes()) {
                let found = tokenize(state, last, input.as_bytes(), chunks.iter().copied());
                if found != expected {
                    self.failures.push(format!(
                        "{name} {state} {last:?}\n{chunks:?}\nexpected {expected:?}\nfound    {found:?}",
                    ));
                    break;
                }
            }
        }
    }
}

#[test]
#[ignore = "needs HTML5LIB_TESTS"]
fn html5lib_tokens_end_where_they_should() {
    let mut suite = Suite::default();
    for path in files(&suites().join("tokenizer"), "test") {
        let json: Value =
            serde_json::from_slice(&std::fs::read(&path).expect("a readable file")).expect("a JSON file");
        let file = path.file_name().expect("a file").to_string_lossy();
        let named = |test: &Value| format!("{file} {}", test["description"]);
        let tests = |key: &str| json[key].as_array().cloned().unwrap_or_default();
        // Coerced to XML, text and names differ, but where tokens end does not.
        let tests = [tests("tests"), tests("xmlViolationTests")].concat();
        tests.iter().for_each(|test| suite.test(&named(test), test));
    }
    suite.skipped.iter().for_each(|line| println!("  {line}"));
    suite.counts.print("html5lib tokenizer");
    let shown = suite.failures.len().min(12);
    assert!(shown == 0, "{} failures\n{}", suite.failures.len(), suite.failures[..shown].join("\n\n"));
    let found: Vec<_> = suite.counts.lines().iter().map(|line| line.trim().to_owned()).collect();
    assert_eq!(found, EXPECTED);
}

const EXPECTED: &[&str] = &[
    "56  CDATA section state",
    "6690  Data state",
    "52  PLAINTEXT state",
    "71  RAWTEXT state",
    "74  RCDATA state",
    "84  Script data state",
    "4  skipped: lone surrogates, which no bytes decode to",
    "5  skipped: script data or raw text of an element that has none",
];
