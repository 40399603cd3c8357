//! What is shown of a page's markup does not depend on how it was cut, and what is inserted stands
//! where it was asked for.

use std::collections::VecDeque;

use bytes::Bytes;
use proptest::prelude::*;

use crate::html::insert::{Insert, Page, Place, Places};
use crate::html::markup::{Consequence, Edits, StartTag};
use crate::html::rewriter::Rewriter;

/// Marks all that it is shown, with bytes that no document here holds.
#[derive(Default)]
struct Marker {
    seen: Vec<String>,
    last_cover: u32,
}

impl Insert for Marker {
    fn insert(&mut self, _: Place, _: &Page<'_>) -> Bytes {
        Bytes::from_static(b"\x01")
    }

    fn start_tag(&mut self, tag: &StartTag<'_>, edits: &mut Edits) -> Consequence {
        let bytes = String::from_utf8_lossy(tag.bytes);
        let foreign = if tag.is_foreign { " foreign" } else { "" };
        self.seen.push(format!("{bytes}{foreign} in {:?}", tag.covers));
        edits.push((tag.behind_name(), Bytes::from_static(b"\x02")));
        let covers = tag.value("data-consent").is_some();
        self.last_cover += u32::from(covers);
        Consequence { cover: covers.then_some(self.last_cover), reads_text: true }
    }

    fn script(&mut self, tag: &StartTag<'_>, text: &[u8], edits: &mut Edits) {
        self.seen.push(format!("script {}", String::from_utf8_lossy(text)));
        edits.push((tag.bytes.len() - 1, Bytes::from_static(b"\x03")));
    }

    /// Is done with whole words, and marks their ends; what is left at the end of the sheet is one too.
    fn style(&mut self, text: &[u8], is_last: bool, edits: &mut Edits) -> usize {
        let mut done = 0;
        for (at, _) in text.iter().enumerate().filter(|(_, byte)| **byte == b';') {
            self.seen.push(format!("style {}", String::from_utf8_lossy(&text[done..at])));
            edits.push((at, Bytes::from_static(b"\x03")));
            done = at + 1;
        }
        if !is_last {
            return done;
        }
        self.seen.push(format!("style {} ends", String::from_utf8_lossy(&text[done..])));
        text.len()
    }

    fn cut_style(&mut self) -> Bytes {
        self.seen.push("style cut".to_owned());
        Bytes::from_static(b"\x03")
    }
}

fn run(places: Places, chunks: &[&[u8]]) -> (Vec<u8>, Vec<String>) {
    let mut rewriter = Rewriter::new(places);
    let (mut marker, mut out) = (Marker::default(), VecDeque::new());
    for chunk in chunks {
        rewriter.feed(&Bytes::copy_from_slice(chunk), &mut marker, &mut out);
    }
    rewriter.finish(&mut marker, &mut out);
    assert!(rewriter.is_done());
    (out.iter().flatten().copied().collect(), marker.seen)
}

const MARKUP: Places = Places { start: false, end: false, markup: true };
const ALL: Places = Places { start: true, end: true, markup: true };

#[track_caller]
fn check(page: &[u8]) -> (String, Vec<String>) {
    let mut whole = None;
    for places in [MARKUP, ALL] {
        let (output, seen) = run(places, &[page]);
        let kept: Vec<u8> = output.iter().copied().filter(|byte| *byte > 3).collect();
        assert_eq!(kept, page, "removal gives the page back");
        for split in 0..=page.len() {
            let halves = run(places, &[&page[..split], &page[split..]]);
            assert_eq!(halves, (output.clone(), seen.clone()), "split at {split}");
        }
        let bytes: Vec<&[u8]> = page.chunks(1).collect();
        assert_eq!(run(places, &bytes), (output.clone(), seen.clone()), "in single bytes");
        whole.get_or_insert((output, seen));
    }
    let (output, seen) = whole.unwrap();
    (String::from_utf8_lossy(&output).replace('\x02', "@").replace('\x03', "$"), seen)
}

#[test]
fn tags_that_may_load_are_shown_and_no_others() {
    let (output, _) =
        check(b"<p class=x><img src=a><b>t</b><script>1</script><a href=x>y</a><a ping=x>z</a>");
    assert_eq!(output, "<p class=x><img@ src=a><b>t</b><script@$>1</script><a href=x>y</a><a@ ping=x>z</a>");
}

#[test]
fn the_text_of_style_sheets_is_shown() {
    let (output, seen) =
        check(b"<style>a;<b></styl;</style>c;<svg><style>d;e<g/>f;</style><style/>g;</svg><math><style>h;");
    assert_eq!(
        output,
        "<style@>a$;<b></styl$;</style>c;<svg><style@>d$;e$<g/>f;</style><style@/>g;</svg><math><style@>h;"
    );
    let texts: Vec<&str> = seen.iter().filter_map(|line| line.strip_prefix("style ")).collect();
    assert_eq!(texts, ["a", "<b></styl", " ends", "d", "e ends", "cut"]);
    let (output, _) = check(b"<p class=x style=y><i data-x>z</i><i data-consent>z</i></p>");
    assert_eq!(output, "<p@ class=x style=y><i data-x>z</i><i@ data-consent>z</i></p>");
}

#[test]
fn what_is_in_noscript_is_shown() {
    let (output, seen) =
        check(b"<div data-consent=a><noscript><img src=x><style>u</style></nosc<i background=x></noscript><img src=y></div><img src=z>");
    assert_eq!(
        output,
        "<div@ data-consent=a><noscript@><img@ src=x><style@>u</style></nosc<i background=x></noscript><img@ src=y></div><img@ src=z>"
    );
    assert_eq!(seen.last().unwrap(), "<img src=z> in []");
    assert!(seen.contains(&"<img src=x> in [1]".to_owned()));
}

#[test]
fn a_cover_ends_with_its_element() {
    let (_, seen) = check(
        b"<body data-consent=a><p data-consent=b><img src=1><div><img src=2></div>\
          <b data-consent=c><p><img src=3></b><img src=4></p><img src=5>",
    );
    let covers: Vec<&str> = seen
        .iter()
        .filter(|line| line.starts_with("<img"))
        .map(|line| line.split(" in ").nth(1).unwrap())
        .collect();
    assert_eq!(covers, ["[1, 2]", "[1]", "[1, 3]", "[1]", "[1]"]);
}

#[test]
fn a_tag_that_is_too_long_is_shown_cut() {
    let value = "x".repeat(40_000);
    let space = " ".repeat(40_000);
    for (tag, name) in [
        (format!("<img src=\"{value}\" srcset=x>"), "img"),
        (format!("<img alt=\"{value}\" src=x>"), "img"),
        (format!("<img {value} src=x>"), "img"),
        (format!("<img{space}src=x>"), "img"),
        (format!("<a {value}>"), "a"),
        (format!("<p {value} style=x>"), "p"),
        (format!("<p style=x {value}>"), "p"),
        (format!("<svg><x-y {value}>"), "x-y"),
    ] {
        let page = format!("a{tag}<img src=y>");
        let whole = run(ALL, &[page.as_bytes()]);
        for size in [1, 1000, 16 * 1024, 30_000] {
            let chunks: Vec<&[u8]> = page.as_bytes().chunks(size).collect();
            assert!(run(ALL, &chunks) == whole, "{} in pieces of {size}", &tag[..20]);
        }
        assert_eq!(whole.1.len(), 2);
        assert!(String::from_utf8(whole.0).unwrap().contains(&format!("<{name}\x02")));
    }
}

#[test]
fn text_is_held_no_longer_than_may_be_whatever_ends_it() {
    let long = "a ".repeat(20_000);
    for page in [
        format!("<script>x</script {long}><img src=y>"),
        format!("<svg><script>x</script {long}><img src=y>"),
        format!("<svg><script>x<g {long}></script></svg><img src=y>"),
        format!("<script>{long}</script><img src=y>"),
        format!("<style>x</style {long}><img src=y>"),
        format!("<svg><style>x</style {long}><img src=y>"),
        format!("<svg><style>x<g {long}>y</g>z</style></svg><img src=y>"),
        format!("<svg><style>x</g {long}>y</style></svg><img src=y>"),
        format!("<noscript><style>x</style></noscript {long}><img src=y>"),
    ] {
        let whole = run(MARKUP, &[page.as_bytes()]);
        let is_text =
            |seen: &String| ["script x", "script a", "style x"].iter().any(|text| seen.starts_with(text));
        assert!(whole.1.iter().any(is_text));
        for size in [1, 7, 1000, 16 * 1024, 30_000] {
            let chunks: Vec<&[u8]> = page.as_bytes().chunks(size).collect();
            assert_eq!(run(MARKUP, &chunks), whole, "{size}");
        }
        let (mut rewriter, mut marker) = (Rewriter::new(MARKUP), Marker::default());
        let (mut fed, mut left) = (0, VecDeque::new());
        for chunk in page.as_bytes().chunks(100) {
            rewriter.feed(&Bytes::copy_from_slice(chunk), &mut marker, &mut left);
            fed += chunk.len();
            let out = left.iter().flatten().filter(|byte| **byte > 3).count();
            assert!(fed - out <= 16 * 1024 + 100, "{} are held", fed - out);
        }
    }
}

proptest! {
    #[test]
    fn cuts_make_no_difference(parts in prop::collection::vec(prop::sample::select(vec![
        "<script>", "</script>", "<!--", "-->", "<style>", "a;", "</style>", "<style/>", "<math>", "<noscript>", "</noscript>",
        "<img src=a>", "<p data-consent=x>", "</p>", "<b data-consent=y>", "</b>", "<table>", "<td>", "</table>",
        "<svg>", "</svg>", "<template>", "</template>", "<iframe src=x>", "</iframe>", "<body background=x>",
        "text", "<g>", "</g>", "<style>", "<desc>", "<title>", "</title>", "<", "</", "<a ping=x", ">", "<frameset>", "<frame src=x>", "<![CDATA[", "]]>",
    ]), 0..14)) {
        check(parts.concat().as_bytes());
    }
}
