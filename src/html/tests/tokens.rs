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
            let token = tokenizer.next(chunk, &mut at);
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
            let (name, hash) = name(text);
            (name, if name == Name::Other { hash } else { 0 })
        };
        // A replaced NUL is not told from other bytes that no known name has.
        if matches!(text(0)?, "StartTag" | "EndTag") && text(1)?.contains(['\u{fffd}', '\\']) {
            return None;
        }
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

#[test]
#[ignore = "needs HTML5LIB_TESTS"]
fn html5lib_tokens_end_where_they_should() {
    let mut counts = Counts::default();
    let mut failures = Vec::new();
    for path in files(&suites().join("tokenizer"), "test") {
        let json: Value =
            serde_json::from_slice(&std::fs::read(&path).expect("a readable file")).expect("a JSON file");
        let Some(tests) = json["tests"].as_array() else {
            let tests = json["xmlViolationTests"].as_array().expect("tests");
            tests.iter().for_each(|_| counts.add("skipped: coerced to XML"));
            continue;
        };
        for test in tests {
            let escaped = test["doubleEscaped"].as_bool().unwrap_or(false);
            let input = test["input"].as_str().expect("an input");
            let input = if escaped { unescape(input) } else { Some(input.to_owned()) };
            let (Some(input), Some(expected)) = (input, expected(test)) else {
                counts.add("skipped: lone surrogates, or a name with U+FFFD");
                continue;
            };
            let states = test["initialStates"].as_array();
            let states =
                states.map_or(vec!["Data state"], |states| states.iter().filter_map(Value::as_str).collect());
            let last = test["lastStartTag"].as_str().map(|text| name(text).0);
            for state in states {
                let raw = state.starts_with("RCDATA") || state.starts_with("RAWTEXT");
                let script = state == "Script data state" && last.is_some_and(|last| last != Name::Script);
                if script || (raw && last == Some(Name::Other)) {
                    counts.add("skipped: script data in another element");
                    continue;
                }
                counts.add(state);
                // Without a last start tag no end tag fits; nor does this one, which no test has.
                let last = last.unwrap_or(Name::Noembed);
                let bytes = input.as_bytes();
                let whole = tokenize(state, last, bytes, std::iter::once(bytes));
                let single = tokenize(state, last, bytes, bytes.chunks(1));
                if whole != expected || single != expected {
                    failures.push(format!(
                        "{path:?} {} {state} {last:?}\n{input:?}\nexpected {expected:?}\nwhole    {whole:?}\nsingle   {single:?}",
                        test["description"]
                    ));
                }
            }
        }
    }
    counts.print("html5lib tokenizer");
    let shown = failures.len().min(12);
    assert!(failures.is_empty(), "{} failures\n{}", failures.len(), failures[..shown].join("\n\n"));
    assert!(counts.get("Data state") > 6000, "{counts:?}");
    assert!(counts.get("RCDATA state") > 20 && counts.get("Script data state") > 20, "{counts:?}");
}
