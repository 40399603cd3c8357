//! The small parts by themselves.

use proptest::prelude::*;

use crate::html::attributes::Attributes;
use crate::html::lang::Lang;
use crate::html::names::{FORMATTING, Key, Name, SPECIAL};
use crate::html::token::Token;
use crate::html::tokenizer::Tokenizer;

fn key(name: &str) -> Key {
    let mut key = Key::default();
    name.bytes().for_each(|byte| key.push(byte));
    key
}

fn hash(name: &str) -> u32 {
    key(name).hash()
}

#[test]
fn names_are_found_whatever_their_case() {
    for (text, name) in [
        ("a", Name::A),
        ("DIV", Name::Div),
        ("Template", Name::Template),
        ("blockquote", Name::Blockquote),
        ("foreignObject", Name::ForeignObject),
        ("annotation-xml", Name::AnnotationXml),
        ("plaintext", Name::Plaintext),
        ("noscript", Name::Noscript),
    ] {
        assert_eq!(key(text).name(), name);
        assert_eq!(name.text(), text.to_ascii_lowercase());
    }
}

#[test]
fn every_name_is_found() {
    let mut found = 0;
    for text in "html head body frameset frame base link meta title style script template p div h1 h6 \
                 li dd dt form button a b nobr applet object marquee table caption colgroup col tbody \
                 td th tr br img image input hr textarea xmp iframe noembed noframes select option \
                 optgroup rb rt rtc rp ruby math svg mi mo mn ms mtext mglyph malignmark desc span sub \
                 sup var center keygen wbr track source param embed area listing pre"
        .split_ascii_whitespace()
    {
        assert_eq!(key(text).name().text(), text);
        found += 1;
    }
    assert_eq!(found, 77);
}

#[test]
fn other_names_are_not_mistaken() {
    for text in [
        "",
        "aa",
        "divx",
        "di",
        "bod",
        "bodyguard",
        "div\0",
        "\0",
        "x-annotation-xml",
        "annotation-xml-and-more",
        "ſvg",
    ] {
        assert_eq!(key(text).name(), Name::Other, "{text:?}");
    }
    assert_ne!(hash("my-element"), hash("my-elements"));
    assert_ne!(hash("a-very-long-name-of-an-element"), hash("a-very-long-name-of-an-elements"));
    assert_eq!(hash("My-Element"), hash("my-element"));
}

#[test]
fn names_know_their_categories() {
    assert!(Name::Div.is(SPECIAL) && !Name::Div.is(FORMATTING));
    assert!(Name::B.is(FORMATTING) && !Name::B.is(SPECIAL));
    assert!(!Name::Other.is(u16::MAX));
}

fn attributes(tag: &str) -> Vec<(&str, &str)> {
    Attributes::new(tag.as_bytes()).map(|found| (&tag[found.name], &tag[found.value])).collect()
}

#[test]
fn attributes_are_split_as_the_standard_says() {
    for (tag, expected) in [
        ("<p>", &[][..]),
        ("<p/>", &[]),
        ("<p / >", &[]),
        ("<p a>", &[("a", "")]),
        ("<p a=>", &[("a", "")]),
        ("<p/a/b>", &[("a", ""), ("b", "")]),
        ("<p a=b c='d e' f=\"g>\">", &[("a", "b"), ("c", "d e"), ("f", "g>")]),
        ("<p a = b\tc\n=\r'd'>", &[("a", "b"), ("c", "d")]),
        ("<p a='b'c=d>", &[("a", "b"), ("c", "d")]),
        ("<p a=b/c>", &[("a", "b/c")]),
        ("<p =a=b>", &[("=a", "b")]),
        ("<p a b=c>", &[("a", ""), ("b", "c")]),
        ("<p a\"='>'>", &[("a\"", ">")]),
        ("<p a=b\"c>", &[("a", "b\"c")]),
        ("<p a=''>", &[("a", "")]),
        ("<p a='b", &[("a", "b")]),
        ("<p a=", &[("a", "")]),
        ("<p", &[]),
        ("", &[]),
    ] {
        assert_eq!(attributes(tag), expected, "{tag}");
    }
}

proptest! {
    #[test]
    fn attributes_are_the_same_however_a_tag_is_read(inside in "[ab/=\"' \n>]{0,24}") {
        let text = format!("<p {inside}>");
        let tokenizer = || {
            let mut tokenizer = Tokenizer::new();
            tokenizer.enter_data();
            tokenizer.stop_watching();
            tokenizer.keep_attributes();
            tokenizer
        };
        let (mut whole, mut end) = (tokenizer(), 0);
        let token = whole.next(text.as_bytes(), &mut end, false);
        if let Some(kept) = whole.attributes() {
            let walked: Vec<_> = Attributes::new(&text.as_bytes()[..end]).collect();
            prop_assert_eq!(kept, walked);
        }
        let mut cut = tokenizer();
        for byte in text.as_bytes().chunks(1) {
            let is_tag = matches!(cut.next(byte, &mut 0, false), Token::Tag);
            cut.advance(1);
            if is_tag {
                break;
            }
        }
        if matches!(token, Token::Tag) {
            prop_assert_eq!(whole.tag().attributes, cut.tag().attributes);
        }
    }
}

#[test]
fn the_first_of_two_attributes_counts() {
    let value = |name| Attributes::new(b"<p A=1 a=2 b=3>").value(name);
    assert_eq!(value("a"), Some(&b"1"[..]));
    assert_eq!(value("b"), Some(&b"3"[..]));
    assert_eq!(value("c"), None);
}

#[test]
fn languages_are_plain() {
    let lang = |value: &str| Lang::new(value.as_bytes()).and_then(|lang| lang.as_str().map(str::to_owned));
    assert_eq!(lang("zh-Hant-TW").as_deref(), Some("zh-Hant-TW"));
    assert_eq!(lang("en_US").as_deref(), Some("en_US"));
    for value in ["", "en US", "en\"", "é", &"x".repeat(36)] {
        assert_eq!(lang(value), None);
    }
}
