//! What is held back, what flows, and where following ends.

use std::collections::VecDeque;

use bytes::Bytes;

use super::harness::{BOTH, ONLY_END, ONLY_START, run, run_two_ways};
use crate::html::{Insert, Outcome, Page, Place, Places, Reason, Rewriter};

/// Inserts this wherever it is asked.
struct Mark(&'static str);

impl Insert for Mark {
    fn insert(&mut self, _: Place, _: &Page<'_>) -> Bytes {
        Bytes::from_static(self.0.as_bytes())
    }
}

#[test]
fn depth_has_a_limit() {
    let deep = Outcome::Impossible(Reason::TooDeep);
    for (input, start) in [
        (format!("<body>{}", "<div>".repeat(600)), Outcome::Inserted),
        (format!("<template>{}</template><p>", "<div>".repeat(600)), deep),
        (format!("<template>{}</template><p>", "<object><b>".repeat(600)), deep),
        (format!("<template>{}</template><p>", "<template>".repeat(600)), deep),
        (format!("<template>{}</template><p>", "<svg><desc>".repeat(600)), deep),
    ] {
        let ran = run_two_ways(BOTH, input.as_bytes());
        assert_eq!((ran.start, ran.end), (start, deep), "{}", &input[..40]);
    }
    let page = format!("<body>{}{}</body>", "<div>".repeat(500), "</div>".repeat(500));
    assert_eq!(run_two_ways(BOTH, page.as_bytes()).end, Outcome::Inserted);
}

/// Long ones at chosen chunkings, since all splits would take long.
#[test]
fn what_is_held_back_has_a_limit() {
    let long = "x".repeat(20_000);
    let zeros = "0".repeat(20_000);
    let space = " ".repeat(20_000);
    for (sentence, expected) in [
        ("a tag before the body", format!("<meta content='{long}'>{{start}}x{{end}}")),
        ("the body tag", format!("<body class='{long}'>{{start}}x{{end}}</body>")),
        ("a tag that begins the body", format!("<head>{{start}}<p class='{long}'>x{{end}}")),
        ("such a tag cut off", format!("<head>{{start}}<p class='{long}")),
        ("a tag before the body cut off", format!("<head><meta content='{long}")),
        ("a long name", format!("<head>{{start}}<meta{long}>{{end}}").replace("{end}", "")),
        ("an end tag", format!("<body>{{start}}x</body {long}>{{end}}")),
        ("an end tag cut off", format!("<body>{{start}}x</body {long}")),
        ("little behind the end", format!("<body>{{start}}x{{end}}</body>{}", " ".repeat(16_377))),
        ("too much behind the end", format!("<body>{{start}}x</body>{}{{end}}", " ".repeat(16_378))),
        ("the same and another end", format!("<body>{{start}}x</body>{space}</body></html>{{end}}")),
        ("and a tag cut off", format!("<body>{{start}}x</body>{space}{{end}}<p class=")),
        ("and a long comment", format!("<body>{{start}}x</body><!--{long}--></html>{{end}}")),
        ("and that cut off", format!("<body>{{start}}x</body><!--{long}")),
        ("text after it", format!("<body>{{start}}x</body>{space}y{{end}}</body>")),
        (
            "a tag over the limit",
            format!("<body>{{start}}x</body>{}{{end}}<p class='{}", &space[..9_000], &long[..9_000]),
        ),
        ("a reference to whitespace", format!("<head>&#{zeros}32;{{start}}x{{end}}")),
        ("a reference to a letter", format!("<head>&#{zeros}65;{{start}}x{{end}}")),
        ("a reference cut off", format!("<head>&#{zeros}65{{start}}{{end}}")),
        ("comments are not held", format!("<!--{long}-->{{start}}x{{end}}")),
        ("svg with a long font", format!("<body>{{start}}<svg><font x='{long}'></svg></body>")),
    ] {
        let input = expected.replace("{start}", "").replace("{end}", "");
        let whole = run(BOTH, [input.as_bytes()]);
        assert_eq!(whole.text(), expected, "{sentence}");
        for size in [1, 7, 1000, 16_383, 16_384, 16_385, 19_999] {
            assert_eq!(whole, run(BOTH, input.as_bytes().chunks(size)), "{sentence}, by {size}");
        }
    }
}

/// Feeds chunks, and checks what leaves with each.
fn check_flow(places: Places, chunks: &[(&'static str, &str)], last: &str) {
    let mut rewriter = Rewriter::new(places);
    let left = |rewriter: &mut Rewriter, chunk: Option<&'static str>| {
        let mut out = VecDeque::new();
        match chunk {
            Some(chunk) => {
                rewriter.feed(&Bytes::from_static(chunk.as_bytes()), &mut Mark("!"), &mut out);
            }
            None => rewriter.finish(&mut Mark("!"), &mut out),
        }
        String::from_utf8(out.iter().flatten().copied().collect()).expect("text")
    };
    for (chunk, expected) in chunks {
        assert_eq!(left(&mut rewriter, Some(chunk)), *expected, "what leaves with {chunk:?}");
    }
    assert_eq!(left(&mut rewriter, None), last);
}

#[test]
fn a_page_flows_up_to_what_is_undecided() {
    let chunks = [
        ("<head><script>a", "<head><script>a"),
        ("b</scr", "b</scr"),
        ("ipt>&#3", "ipt>"),
        ("2;<bo", "&#32;"),
        ("dy>x", "<body>!x"),
        ("<p", "<p"),
    ];
    check_flow(ONLY_START, &chunks, "");
}

#[test]
fn only_what_may_be_behind_the_body_waits_for_the_rest() {
    let chunks = [
        ("<body><p>x</p></body", "<body><p>x</p>"),
        (">", ""),
        ("\n</html>\n<!--y", ""),
        ("-->", ""),
        ("z</bo", "</body>\n</html>\n<!--y-->z"),
        ("dy>\n", ""),
    ];
    check_flow(ONLY_END, &chunks, "!</body>\n");
}

#[test]
fn chunks_are_not_copied() {
    let page = Bytes::from_static(b"<body><p>x</p></body>\n");
    let mut rewriter = Rewriter::new(BOTH);
    let mut out = VecDeque::new();
    rewriter.feed(&page, &mut Mark("!"), &mut out);
    rewriter.finish(&mut Mark("!"), &mut out);
    let range = page.as_ptr_range();
    let slices = out.iter().filter(|bytes| range.contains(&bytes.as_ptr())).count();
    assert_eq!((slices, out.len()), (3, 5));
}

#[test]
fn an_inserter_may_decline() {
    let mut rewriter = Rewriter::new(BOTH);
    let mut out = VecDeque::new();
    rewriter.feed(&Bytes::from_static(b"<body></body>"), &mut Mark(""), &mut out);
    rewriter.finish(&mut Mark(""), &mut out);
    assert!(rewriter.is_done());
    assert_eq!(rewriter.outcome(Place::BodyStart), Outcome::Declined);
    assert_eq!(rewriter.outcome(Place::BodyEnd), Outcome::Declined);
    assert_eq!(out.iter().flatten().count(), 13);
}
