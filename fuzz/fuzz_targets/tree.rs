//! What is inserted stands in html5ever's tree where it should, and nothing else in it changes.

#![no_main]

mod parsed;

use std::collections::VecDeque;
use std::sync::LazyLock;

use bytes::Bytes;
use libfuzzer_sys::{Corpus, fuzz_target};
use tower_consent::fuzzing::{Asked, Outcome, Rewriter};

use parsed::{Parsed, alone, parse};

/// Only the outermost element is marked, so that anything inside that got out of it would be seen.
static START: &str = "<section data-consent-ui=start><h2>Cookies</h2><p>We ask. <a href=/c>Read more</a></p>\
     <form method=post><button name=choice>Accept</button></form></section>";
static END: &str = "<div data-consent-ui=end><a href=/c>Cookie <b>settings</b></a></div>";
/// With a form, which only works where the inserter is told that it stands alone.
static END_FORM: &str = "<div data-consent-ui=end><p><a href=/c>More</a></p>\
     <form method=post><button name=choice>Accept</button></form></div>";

/// What is inserted as a child of the body, by the value of its mark.
static ALONE: LazyLock<[(&str, String); 2]> =
    LazyLock::new(|| [("start", alone(START)), ("end", alone(END_FORM))]);

/// What the bytes from 0x80 on stand for, so that the fuzzer changes documents tag by tag.
#[rustfmt::skip]
const PIECES: [&str; 128] = [
    "<p>", "</p>", "<div>", "</div>", "<a>", "</a>", "<b>", "</b>", "<i>", "</i>", "<nobr>", "</nobr>",
    "<font>", "</font>", "<table>", "</table>", "<tr>", "</tr>", "<td>", "</td>", "<caption>",
    "</caption>", "<colgroup>", "</colgroup>", "<tbody>", "</tbody>", "<template>", "</template>", "<svg>",
    "</svg>", "<math>", "</math>", "<select>", "</select>", "<option>", "</option>", "<optgroup>",
    "</optgroup>", "<ul>", "</ul>", "<li>", "</li>", "<dl>", "</dl>", "<dd>", "</dd>", "<h1>", "</h1>",
    "<h2>", "</h2>", "<form>", "</form>", "<button>", "</button>", "<object>", "</object>", "<x-y>",
    "</x-y>", "<span>", "</span>", "<title>", "</title>", "<script>", "</script>", "<style>", "</style>",
    "<textarea>", "</textarea>", "<noscript>", "</noscript>", "<iframe>", "</iframe>", "<ruby>", "</ruby>",
    "<rt>", "</rt>", "<rtc>", "</rtc>", "<desc>", "</desc>", "<mi>", "</mi>", "<annotation-xml>",
    "</annotation-xml>", "<foreignObject>", "</foreignObject>", "<pre>", "</pre>", "<address>",
    "</address>", "<details>", "</details>", "<hr>", "<br>", "</br>", "<input>", "<col>", "<img>",
    "<frameset>", "<frame>", "<body>", "</body>", "<html>", "</html>", "<head>", "</head>", "<plaintext>",
    "<b x>", "<a x>", "<font color=x>", "<mglyph>", "<annotation-xml encoding=text/html>", "<svg/>",
    "<!doctype html>", "<!doctype x>", "<!--x-->", "<![CDATA[x]]>", "&#32;", "&amp;", "<i x>", "<rb>",
    "<rp>", "<th>", "<tfoot>", "<nobr x>", "<meta>", "<keygen>", "<malignmark>",
];

fuzz_target!(|input: &[u8]| -> Corpus {
    let document = document(input);
    let before = parse(&document);
    if !before.inserted.is_empty() || has_html_in_mathml(&before) {
        return Corpus::Reject;
    }
    let both = rewrite(&document, true, true);
    // Alone, the start is where it is with the end.
    let start = rewrite(&document, true, false);
    let is_end = |bytes: &Bytes| [END, END_FORM].iter().any(|end| bytes.as_ptr() == end.as_ptr());
    assert!(both.out.iter().filter(|bytes| !is_end(bytes)).flatten().eq(start.out.iter().flatten()));

    for rewritten in [both, rewrite(&document, false, true)] {
        if before.has_frames {
            if rewritten.start.is_inserted() {
                // A frameset that comes late takes the place of the body, and of what is in it.
                continue;
            }
            assert!(rewritten.start.is_not_wanted() || rewritten.start.is_frameset());
        }
        compare(&document, &before, &rewritten);
    }
    Corpus::Keep
});

/// html5ever has no `annotation-xml` among the elements that delimit a scope (HTML standard, "has an element in
/// scope").
fn has_html_in_mathml(page: &Parsed) -> bool {
    let is_point = |line: &str| line.contains("/MathML annotation-xml>") && line.contains("text/html");
    page.tree.lines().any(is_point)
}

fn document(input: &[u8]) -> Vec<u8> {
    let mut document = Vec::with_capacity(4 * input.len());
    for byte in input {
        match byte.checked_sub(0x80) {
            Some(piece) => document.extend_from_slice(PIECES[usize::from(piece)].as_bytes()),
            None => document.push(*byte),
        }
    }
    document
}

struct Rewritten {
    out: VecDeque<Bytes>,
    asked: Vec<Asked>,
    start: Outcome,
    end: Outcome,
}

fn rewrite(document: &[u8], start: bool, end: bool) -> Rewritten {
    let mut rewriter = Rewriter::new(start, end);
    let mut asked = Vec::new();
    let mut out = VecDeque::new();
    let mut insert = |ask: Asked| {
        let bytes = match (ask.at_end, ask.child_of_body) {
            (false, _) => START,
            (true, true) => END_FORM,
            (true, false) => END,
        };
        asked.push(ask);
        Bytes::from_static(bytes.as_bytes())
    };
    rewriter.feed(&Bytes::copy_from_slice(document), &mut insert, &mut out);
    rewriter.finish(&mut insert, &mut out);
    Rewritten { out, asked, start: rewriter.start(), end: rewriter.end() }
}

fn compare(document: &[u8], before: &Parsed, rewritten: &Rewritten) {
    let output: Vec<u8> = rewritten.out.iter().flatten().copied().collect();
    let after = parse(&output);
    let shown = || {
        let (input, output) = (String::from_utf8_lossy(document), String::from_utf8_lossy(&output));
        format!("{input:?}\n{output:?}\n{:?} {:?}", rewritten.start, rewritten.end)
    };
    assert!(before.quirks == after.quirks, "the mode differs: {}", shown());
    assert!(before.tree == after.tree, "the tree differs: {}\n{}\n{}", shown(), before.tree, after.tree);
    for ((mark, alone), at_end) in ALONE.iter().zip([false, true]) {
        let found = after.inserted.get(*mark).map_or(&[][..], Vec::as_slice);
        match (rewritten.asked.iter().find(|ask| ask.at_end == at_end), found) {
            (None, []) => {}
            (Some(ask), [one]) if ask.child_of_body => {
                let is_alone = one.tree == *alone || !at_end && one.is_but_for_looks(alone);
                assert!(one.path == "html>body" && is_alone, "{mark} is {one:?}: {}", shown());
            }
            (Some(_), [one]) => {
                assert!(one.path.starts_with("html>body"), "{mark} is {one:?}: {}", shown());
            }
            (_, found) => panic!("{mark} is {found:?}: {}", shown()),
        }
    }
}
