//! A page that is well-formed stays so, its banner stands in its body, what it loads is what may load, and
//! nothing else in it changes. Any page is the same however it is cut.

#![no_main]

#[path = "../../src/gate/css/tests/oracle.rs"]
mod addresses;
mod cuts;
mod gated;

use libfuzzer_sys::fuzz_target;
use roxmltree::{Document, Node, PI, ParsingOptions};
use tower_consent::fuzzing::Syntax;

use addresses::addresses;
use cuts::repeat;
use gated::{Gated, gated, is_withheld};

const XHTML: &str = "http://www.w3.org/1999/xhtml";
const SVG: &str = "http://www.w3.org/2000/svg";

/// What is longer is judged by its beginning, and some grows as it is encoded.
const LIMIT: usize = 2 * 1024;

/// What a byte from 0x80 on stands for. An element that begins ends where `CLOSE` stands, or at the end.
#[rustfmt::skip]
const PIECES: [&str; 64] = [
    "<html xmlns=\"http://www.w3.org/1999/xhtml\">", "<html>", "<h:html xmlns:h=\"http://www.w3.org/1999/xhtml\">",
    "<html xmlns=\"http://www.w3.org/1999/xhtml\" xmlns:h=\"http://www.w3.org/1999/xhtml\" \
     xmlns:s=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\">",
    "<head>", "<body>", "<h:body>", "<body class=\"a>b\">", "<body/>", "<h:head>", "<title>", "<p>", "<div>",
    "<p xmlns=\"\">", "<div xmlns=\"http://www.w3.org/1999/xhtml\">", "<h:div>", "<s:g>", "<x:y xmlns:x=\"x\">",
    "<g xmlns=\"http://www.w3.org/2000/svg\">", "<svg xmlns=\"http://www.w3.org/2000/svg\">", "<foreignObject>",
    "<h:p xmlns:h=\"http://www.w3.org/2000/svg\">", "<p xmlns:s=\"http://www.w3.org/1999/xhtml\">",
    "<math xmlns=\"http://www.w3.org/1998/Math/MathML\">", "<script>", "<style>", "<h:script>", "<h:style>",
    "<s:style>", "<s:script>", "<noscript>", "<textarea>", "<iframe>", "<template>",
    "<img src=\"//t.example/a\"/>", "<img src='/own'/>", "<h:img src=\"//t.example/a\" alt=\">\"/>",
    "<img\nsrc = '&#47;/t.example'/>", "<s:img src=\"//t.example/a\"/>", "<script src=\"//t.example/a\"/>",
    "<script src=\"//t.example/a\" type=\"module\">", "<h:script src='//t.example/a'>",
    "<iframe src=\"//t.example/a\"/>", "<p style=\"a:url(//t.example/a)\"/>",
    "<image xlink:href=\"//t.example/a\"/>", "<s:image href=\"//t.example/a\"/>", "url(//t.example/a)",
    "@import '//t.example/a';", "url(/own)", "import('//t.example/a')", "<!-- <body> -->", "<![CDATA[<body>]]>",
    "<![CDATA[", "]]>", "<?x <body> ?>", "<!--", "-->", "&lt;", "&#10;", "&quot;", "&amp;", "text",
    "<!DOCTYPE html>", "<?xml version=\"1.0\"?>",
];
const CLOSE: u8 = 0xff;

fuzz_target!(|input: &[u8]| {
    let document = repeat(&document(input));
    let gated = gated(&document, Syntax::Xml);
    if document.len() > LIMIT {
        return;
    }
    let Ok(text) = std::str::from_utf8(&document) else { return };
    // What entities stand for is nothing that can be changed, and `base` is for others to look at.
    if ["<!ENTITY", "base", "data-consent"].iter().any(|not| text.contains(not)) {
        return;
    }
    let Some(before) = parse(text) else { return };
    let output = std::str::from_utf8(&gated.output).expect("text among text");
    let after =
        parse(output).unwrap_or_else(|| panic!("it is not well-formed any more: {text:?}\n{output:?}"));
    compare(before.root(), after.root(), &format!("\n{text:?}\n{output:?}"));
    check_places(&before, &after, &gated, &format!("\n{text:?}\n{output:?}"));
});

fn parse(text: &str) -> Option<Document<'_>> {
    Document::parse_with_options(text, ParsingOptions { allow_dtd: true, ..ParsingOptions::default() }).ok()
}

fn document(input: &[u8]) -> Vec<u8> {
    let mut document = Vec::with_capacity(8 * input.len());
    let mut open = Vec::new();
    for byte in input {
        match byte.checked_sub(0x80) {
            None => document.push(*byte),
            Some(_) if *byte == CLOSE => close(&mut open, &mut document),
            Some(piece) => {
                let piece = PIECES[usize::from(piece) % PIECES.len()];
                document.extend_from_slice(piece.as_bytes());
                let is_tag = piece.starts_with('<') && !piece.starts_with("<!") && !piece.starts_with("<?");
                if is_tag && !piece.ends_with("/>") {
                    open.push(piece[1..].split([' ', '>']).next().expect("a name"));
                }
            }
        }
    }
    while !open.is_empty() {
        close(&mut open, &mut document);
    }
    document
}

fn close(open: &mut Vec<&str>, document: &mut Vec<u8>) {
    if let Some(name) = open.pop() {
        document.extend_from_slice(format!("</{name}>").as_bytes());
    }
}

fn is_ours(node: &Node<'_, '_>) -> bool {
    node.attribute("data-consent-ui").is_some()
}

/// What stands in a node, with texts that follow each other as one.
fn children<'a>(node: Node<'a, 'a>) -> Vec<(Node<'a, 'a>, String)> {
    let mut found: Vec<(Node<'_, '_>, String)> = Vec::new();
    for child in node.children().filter(|child| !is_ours(child)) {
        match found.last_mut() {
            Some((last, text)) if last.is_text() && child.is_text() => {
                text.push_str(child.text().unwrap_or_default());
            }
            _ => found.push((child, child.text().unwrap_or_default().to_owned())),
        }
    }
    found
}

/// Nothing has changed but for what must not load, and of that all.
fn compare(before: Node<'_, '_>, after: Node<'_, '_>, shown: &str) {
    assert_eq!(before.tag_name(), after.tag_name(), "{shown}");
    let mut renamed: Vec<_> = after.attributes().collect();
    for attribute in before.attributes() {
        let (namespace, name, value) = (attribute.namespace(), attribute.name(), attribute.value());
        let at = renamed.iter().position(|other| {
            let is_blank = is_blanked(value, other.value());
            let is_named = other.name() == name || other.name().strip_prefix("data-consent-") == Some(name);
            other.namespace() == namespace && is_named && (other.value() == value || is_blank)
        });
        let other = renamed.swap_remove(at.unwrap_or_else(|| panic!("where is {name}?{shown}")));
        if namespace.is_some() {
            continue;
        }
        let is_free = !loads(&before, name) || !is_withheld(value);
        assert!(is_free || other.name() != name, "{name} loads {value}{shown}");
        assert!(name != "style" || is_sheet_right(value, other.value()), "{value}{shown}");
    }
    let may_add = ["type", "name"];
    assert!(renamed.iter().all(|added| may_add.contains(&added.name())), "{renamed:?} were added{shown}");
    // Sheets are named in front of the root alone (Associating Style Sheets with XML documents, section 4).
    let names_sheets = !before.is_element();
    let [before_children, after_children] = [before, after].map(children);
    assert_eq!(before_children.len(), after_children.len(), "{shown}");
    for ((before, text), (after, other)) in before_children.into_iter().zip(after_children) {
        assert_eq!(before.node_type(), after.node_type(), "{shown}");
        match (before.pi(), after.pi()) {
            (Some(before), Some(after)) if !names_sheets && before.value == after.value => {
                assert_eq!(before.target, after.target, "{shown}");
            }
            (Some(before), Some(after)) => check_instruction(before, after, shown),
            _ => assert!(before.is_element() || is_blanked(&text, &other), "{text}{shown}"),
        }
        compare(before, after, shown);
    }
    let is_style = [XHTML, SVG].into_iter().any(|namespace| before.has_tag_name((namespace, "style")));
    if is_style && before.children().all(|child| !child.is_element()) {
        let [text, other] = [before, after].map(|style| {
            let texts = style.children().filter(|child| child.is_text()).filter_map(|child| child.text());
            texts.collect::<String>()
        });
        assert!(is_sheet_right(&text, &other), "{text}{shown}");
    }
}

fn check_instruction(before: PI<'_>, after: PI<'_>, shown: &str) {
    let meant = match before.value {
        Some("href='//t.example/a'") if before.target == "xml-stylesheet" => {
            Some("data-consent-href='//t.example/a'".to_owned())
        }
        value => value.map(str::to_owned),
    };
    let value = after.value.map(str::to_owned);
    let is_sheet =
        before.target == "xml-stylesheet" && value.is_some_and(|value| value.contains("data-consent-"));
    assert!(before.target == after.target && (is_sheet || meant.as_deref() == after.value), "{shown}");
}

fn loads(element: &Node<'_, '_>, attribute: &str) -> bool {
    let name = element.tag_name();
    let is_loader = matches!(name.name(), "img" | "iframe" | "script");
    name.namespace() == Some(XHTML) && is_loader && attribute == "src"
}

fn is_blanked(before: &str, after: &str) -> bool {
    after.replace("about:blank#", "") == before.replace("about:blank#", "")
}

fn is_sheet_right(before: &str, after: &str) -> bool {
    let (before, after) = (addresses(before), addresses(after));
    let meant = before.iter().map(|address| match !address.starts_with('#') && is_withheld(address) {
        true => format!("about:blank#{address}"),
        false => address.clone(),
    });
    meant.eq(after)
}

/// What is inserted stands in the page's body, which is the first that there is where what it holds without a
/// prefix is of XHTML too.
fn check_places(before: &Document<'_>, after: &Document<'_>, gated: &Gated, shown: &str) {
    let is_plain = |node: &Node<'_, '_>| node.default_namespace() == Some(XHTML);
    let is_named = |node: &Node<'_, '_>, name: &str| node.has_tag_name((XHTML, name)) && is_plain(node);
    let root = before.root_element();
    let body = root.children().find(|child| is_named(child, "body"));
    if let Some(body) = body.filter(|_| is_named(&root, "html")) {
        let is_empty = before.input_text()[body.range()].ends_with("/>");
        assert_eq!(gated.is_inserted, (!is_empty, !is_empty), "{shown}");
    }
    let ours: Vec<_> = after.descendants().filter(is_ours).collect();
    let expected = usize::from(gated.is_inserted.0) + usize::from(gated.is_inserted.1);
    assert_eq!(ours.len(), expected, "{shown}");
    for node in ours {
        let parent = node.parent().expect("a parent");
        let is_start = node.attribute("data-consent-ui") == Some("start");
        let there = if is_start { parent.first_child() } else { parent.last_child() };
        assert!(there == Some(node), "{shown}");
        assert!(
            parent.tag_name().name() == "body" && parent.parent() == Some(after.root_element()),
            "{shown}"
        );
    }
}
