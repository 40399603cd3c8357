//! Cases with a name. `{start}` and `{end}` stand where something is inserted.

use super::harness::{BOTH, ONLY_END, ONLY_START, run_all_ways};
use crate::html::{Outcome, Place, Places, Reason};

/// A sentence, and the document with the insertions in it; without any, the reason why not.
type Case = (&'static str, &'static str);

fn check(places: Places, cases: &[Case]) {
    for (sentence, expected) in cases {
        let input = expected.replace("{start}", "").replace("{end}", "");
        let ran = run_all_ways(places, input.as_bytes());
        assert_eq!(ran.text(), *expected, "{sentence}");
    }
}

#[test]
fn the_start_of_the_body_is_found() {
    check(
        ONLY_START,
        &[
            ("behind the body tag", "<!doctype html><html><head><title>x</title></head>\n<body>{start}<p>y"),
            ("behind a body tag with attributes", "<BODY CLASS=\"a>b\" id='>' x=>{start}y"),
            ("behind a self-closing body tag", "<body/>{start}x"),
            ("names that begin with body are others", "{start}<bodyguard><body>"),
            ("header is not head", "<head>{start}<header>"),
            ("before the first text", "<title>x</title>{start}y"),
            ("an empty document has a body", "{start}"),
            ("whitespace does not begin the body", " \t\r\n\x0c<title></title> {start}x"),
            ("references to whitespace do not either", "&#32;&#x9;&Tab;&NewLine;&#00010 &#x0D{start}x"),
            ("other references do", " {start}&#65;"),
            ("a reference without a number is text", "{start}&#;"),
            ("nbsp is text", "{start}&nbsp;"),
            ("Tab needs its semicolon", "{start}&Tab "),
            ("U+000B is text", "{start}&#11;"),
            ("references at the end", "&#32{start}"),
            ("half a reference at the end is text", "{start}&#"),
            ("NUL is text", "<head>{start}\0"),
            ("a byte order mark is not text", "\u{feff}<head></head>{start}x"),
            ("a second one is", "{start}x\u{feff}"),
            ("a later one is", "<head>{start}\u{feff}"),
            (
                "comments of all spellings",
                "<!--x--><!--><!---><!--x--!><!-><!x><?x></ x></><!--<!-->{start}--x",
            ),
            ("a comment goes on past --!", "<!--!>--><!---!>-->{start}x"),
            ("CDATA is a comment here", "<![CDATA[x]]>{start}y]]>"),
            ("a doctype ends at > inside quotes", "<!DOCTYPE html PUBLIC \">{start}\">"),
            (
                "head elements",
                "<base><basefont><bgsound><link><meta><title><p></title><style><p></style>\
              <script><p></script><noframes><p></noframes><noscript><p></noscript>{start}<p>",
            ),
            ("head elements behind the head", "</head><meta><title><p></title>{start}<p>"),
            ("noscript behind the head is body", "</head> {start}<noscript><p></noscript>"),
            ("end tags without a start tag are ignored", "</p></div></title>{start}x"),
            ("but not that of the body", "<title>x</title>{start}</body>"),
            ("nor that of html", "{start}</html>"),
            ("nor br, which is one", "<head>{start}</br>"),
            ("the end of the head", "<head></head></head>\n{start}x"),
            ("a second head is ignored", "<head><head></head><head>{start}<p>"),
            ("script with a comment", "<script><!--<script></script>--></script>{start}<p>"),
            ("script with a body tag in a string", "<script>'<body>'</script><body>{start}"),
            ("a script's end tag with attributes", "<script><p></script/ x='>'>{start}<p>"),
            ("not a script's end tag", "<script></scripts></ script></script>{start}"),
            ("escaped script that ends", "<script><!--<a></script>{start}<p>"),
            ("double escaped script", "<script><!--<script>x</script> <p></script>{start}<p>"),
            ("templates", "<template><body><p><template>x</template></p></template>{start}x"),
            ("raw text in a template", "<template><title></template></title></template>{start}x"),
            ("foreign content in a template", "<template><svg><title></template>{start}x"),
            (
                "CDATA in foreign content in a template",
                "<template><svg><![CDATA[</template>]]></svg></template>{start}",
            ),
            ("style is markup in svg", "<template><svg><style></template>{start}x"),
            ("a tag cut off by the end", "<head>{start}<meta name=\"x"),
            ("a body tag cut off by the end", "<head></head>{start}<body class=\"x"),
            ("an end tag cut off by the end", "<head>{start}</hea"),
            ("a less-than sign at the end", "<head>{start}<"),
            ("an end tag's beginning at the end", "<head>{start}</"),
            ("a less-than sign is text", "<head>{start}< p>"),
            ("frames behind content are not looked for", "{start}<p><frameset>"),
            ("frames in a template do not count", "<template><frameset></template>{start}"),
            ("attributes without quotes", "<meta a=b'c d=e\"f>{start}x"),
            ("an equals sign begins a name", "<meta =\">{start}x"),
            ("a quote in a name is none", "<meta a\"=>{start}x"),
            ("text before a later html tag", "{start}x<html lang=en>"),
        ],
    );
}

#[test]
fn nothing_is_inserted_where_it_could_not_be_seen() {
    let cases: &[(&str, &[u8], Reason)] = &[
        ("frames", b"<head><frameset><frame>", Reason::Frameset),
        ("big-endian UTF-16", b"\xfe\xff\0<\0p\0>", Reason::Utf16),
        ("little-endian UTF-16", b"\xff\xfe<\0p\0>\0", Reason::Utf16),
        ("an open title", b"<title><body>", Reason::OpenRawText),
        ("an open script", b"<script><!--<script></script>", Reason::OpenRawText),
        ("an end tag of raw text cut off", b"<title></title", Reason::OpenRawText),
        ("the same with a space", b"<title></title ", Reason::OpenRawText),
        ("an open comment", b"<!--<body>", Reason::OpenComment),
        ("an open bogus comment", b"</ <body", Reason::OpenComment),
        ("a comment's first bytes", b"<!-", Reason::OpenComment),
        ("an open doctype", b"<!doctype", Reason::OpenDoctype),
        ("an open template", b"<template><body>x", Reason::OpenTemplate),
        ("a link that gets out of a template", b"<template><a><object></template>x", Reason::OpenLink),
    ];
    for (sentence, input, reason) in cases {
        let ran = run_all_ways(BOTH, input);
        let impossible = Outcome::Impossible(*reason);
        assert_eq!((ran.start, ran.end), (impossible, impossible), "{sentence}");
    }
}

#[test]
fn bytes_that_are_no_text_pass() {
    for (input, at) in [
        (&b"\xef"[..], 0),
        (b"\xef\xbb", 0),
        (b"\xef\xbbx", 0),
        (b"\xfe", 0),
        (b"\xff<p>", 0),
        (b"<head>\xff\xfe", 6),
        (b"<p\xff a=\xfe>", 0),
        (b"<body \xff\xfe\xef>\x80", 10),
    ] {
        let ran = run_all_ways(ONLY_START, input);
        assert_eq!(ran.start, Outcome::Inserted);
        let found = memchr::memmem::find(&ran.output, b"<section data-consent-ui");
        assert_eq!(found, Some(at), "{input:?}");
    }
}

#[test]
fn the_end_of_the_body_is_found() {
    check(
        ONLY_END,
        &[
            ("before the end tag", "<html><body><p>x</p>\n{end}</body></html>\n"),
            ("whatever its case", "<body>x{end}</BODY\n></html>"),
            ("at the end without one", "<body><p>x{end}"),
            ("at the end of an empty document", "{end}"),
            ("not in a script", "<body><script>'</body>'</script>{end}</body>"),
            ("not in a comment", "<body><!--</body>-->{end}</body><!--</body>-->"),
            ("not in a textarea", "<body><textarea></body></textarea>{end}</body>"),
            ("not in a title", "<body><title></body></title>{end}</body>"),
            ("not in an iframe", "<body><iframe></body></iframe>{end}</body>"),
            ("not in an attribute", "<body><p title=\"</body>\"></p>{end}</body>"),
            ("not in CDATA", "<body><svg><![CDATA[</body>]]></svg>{end}</body>"),
            ("a title in svg is no raw text", "<body><svg><title><p></p></title></svg>{end}</body>"),
            (
                "a style in html in svg",
                "<body><svg><foreignObject><style></style></foreignObject></svg>{end}</body>",
            ),
            ("a style in svg is no raw text", "<body><svg><style></style></svg>{end}</body>"),
            ("before the first of two", "<body>x{end}</body></body>"),
            ("before that of html", "<body>x{end}</html>"),
            ("not before what text follows", "<body>x</body>y{end}"),
            ("not before what text follows, if another end follows that", "<body>x</body>y{end}</body>"),
            ("not before late elements", "<body>x</body></html><template></template><script></script>{end}"),
            ("not before an end tag that is an element", "<body>x</body></p>{end}"),
            ("nor before any other", "<body>x</body></div>{end}"),
            ("not before a reference", "<body>x</body>&#32;{end}"),
            ("not before what looks like a tag", "<body>x</body><{end}"),
            ("not before what an ignored frameset follows", "<body>x</body><frameset>y{end}"),
            ("before whitespace", "<body>x{end}</body>\r\n</html>\t\n"),
            (
                "before what is no part of the body",
                "<body>x{end}</body><!--y--></html><!doctype html></></ z>",
            ),
            ("before a comment cut off", "<body>x{end}</body><!-- y"),
            ("before a doctype cut off", "<body>x{end}</body><!doctype"),
            ("before a tag cut off", "<body>x{end}</body> <p class='"),
            ("at the end where something is open", "<body><div>x</body></html>{end}"),
            ("at the end where a p is open", "<body><p>x</body></html>{end}"),
            ("stray end tags do not matter", "<body></div></b></span></p>{end}</body>"),
            ("items close each other", "<body><ul><li>x<li>y</ul><dl><dt>x<dd>y</dl>{end}</body>"),
            ("tables close", "<body><table><tr><td>x<td><b>y<tr></table>{end}</body>"),
            ("tables close in tables", "<body><table><td><table><td></table></table>{end}</body>"),
            ("formatting that is closed", "<body><p><b><i>x</i></b></p>{end}</body>"),
            ("formatting closed the wrong way round", "<body><b><i>x</b></i>y{end}</body>"),
            ("a block in formatting", "<body><b><div>x</b></div>{end}</body>"),
            ("selects close", "<body><select><option>x<option>y</select>{end}</body>"),
            ("svg breaks off", "<body><svg><p></p>{end}</body>"),
            ("forms close", "<body><form><p><input></form>{end}</body>"),
            ("custom elements close", "<body><my-app><x-y></x-y></my-app>{end}</body>"),
            ("an end tag cut off", "<body><p>x{end}</body"),
            ("a start tag cut off", "<body><div>x{end}<p class=\""),
            ("a less-than sign at the end", "<body>x<{end}"),
            ("unclosed formatting", "<body><b>x</body>{end}"),
            (
                "an annotation in html",
                "<body><math><annotation-xml encoding=Text/HTML><div></div>\
              </annotation-xml></math>{end}</body>",
            ),
            ("a comment behind the end", "<body>x{end}</body></html><!-- y -->"),
        ],
    );
}

#[test]
fn the_end_is_left_alone_where_it_would_change_the_page() {
    for (sentence, input, reason) in [
        ("an open table", "<body><table><tr><td>x", Reason::OpenElement),
        ("an open select", "<body><select><option>x", Reason::OpenElement),
        ("an open object", "<body><object>x", Reason::OpenElement),
        ("an open button", "<body><button>x", Reason::OpenElement),
        ("an open custom element", "<body><my-app>x", Reason::OpenElement),
        ("an open link", "<body><a href=x>y</body>", Reason::OpenLink),
        ("a link that would open again", "<body><p><a href=x>y</p></body>", Reason::OpenLink),
        (
            "an open title in svg behind one in html",
            "<body><svg><title><title></title><p>",
            Reason::OpenForeign,
        ),
        (
            "a link around more blocks than are looked at",
            "<body><a><p><p><div><div><div><div><div><div><div><div><div><a></a></body>",
            Reason::OpenLink,
        ),
        ("an open svg", "<body><svg><g>", Reason::OpenForeign),
        ("an open CDATA section", "<body><svg><![CDATA[", Reason::OpenForeign),
        ("an open script", "<body><script>", Reason::OpenRawText),
        ("plaintext", "<body><plaintext></body>", Reason::OpenRawText),
        ("an open comment", "<body><!-- </body>", Reason::OpenComment),
        ("an open template", "<body><template></body>", Reason::OpenTemplate),
        ("a frameset that replaces the body", "<p><frameset>", Reason::Frameset),
        ("raw text in a select", "<body><select><style></style>", Reason::Misnested),
        ("text that would swallow it", "<body>x</", Reason::OpenTag),
        ("the same behind the end tag", "<body>x</body></", Reason::OpenTag),
        ("an open element behind the end tag", "<body>x</body><table>", Reason::OpenElement),
    ] {
        let ran = run_all_ways(ONLY_END, input.as_bytes());
        assert_eq!(ran.end, Outcome::Impossible(reason), "{sentence}");
    }
}

#[test]
fn both_places_are_served() {
    check(
        BOTH,
        &[
            ("a page", "<body>{start}<p>x</p>{end}</body>"),
            ("an empty page", "{start}{end}"),
            ("a page that ends before its body", "<title>x</title>{start}{end}</body>"),
            ("a page cut off before its body", "<head>{start}{end}<meta "),
            ("a page that ends in a reference", "<head>{start}&amp{end}"),
            ("a page that ends in whitespace by reference", "<head>&#32;{start}{end}"),
        ],
    );
}

#[test]
fn the_language_is_told() {
    for (input, lang) in [
        ("<html lang=fr><body>", Some("fr")),
        ("<HTML Class=x LANG = 'pt-BR'><body>", Some("pt-BR")),
        ("<html class=x><html lang=en><body>", Some("en")),
        ("<html lang=en lang=fr><html lang=de><body>", Some("en")),
        ("<html lang='e n'><html lang=de><body>", None),
        ("<html lang='e&#110;'><body>", None),
        ("<html xlang=en data-lang=fr><body>", None),
        ("<html lang=><body>", None),
        (
            "<html lang=abcdefghijklmnopqrstuvwxyz-12345678><body>",
            Some("abcdefghijklmnopqrstuvwxyz-12345678"),
        ),
        ("<html lang=abcdefghijklmnopqrstuvwxyz-123456789><body>", None),
        ("<body><html lang=en>", None),
        ("<body lang=de>", Some("de")),
        ("<html lang=en><body class=x lang=de>", Some("de")),
        ("<html lang=en><body class=x><body lang=de>", Some("en")),
        ("<html lang=en><body lang=''>", None),
        ("<template><html lang=en></template><body>", None),
    ] {
        let ran = run_all_ways(ONLY_START, input.as_bytes());
        let asked = ran.asked(Place::BodyStart).expect("a body");
        assert_eq!(asked.lang.as_deref(), lang, "{input}");
    }
}

#[test]
fn the_inserter_learns_whether_it_stands_alone() {
    for (input, child_of_body) in [
        ("<body><p>x</p></body>", true),
        ("<body><p>x", true),
        ("<body><div>x</body>", false),
        ("<body><b>x</body>", false),
        ("<body><form><p>x</body>", false),
        ("<body><div><form></div></body>", false),
    ] {
        let ran = run_all_ways(ONLY_END, input.as_bytes());
        let asked = ran.asked(Place::BodyEnd).expect("an end");
        assert_eq!(asked.child_of_body, child_of_body, "{input}");
    }
}
