//! Of what `cssparser` finds that a style sheet loads, just what is withheld has another address; and the
//! sheet is the same however it is cut.

#![no_main]

#[path = "../../src/gate/css/tests/oracle.rs"]
mod addresses;
mod cuts;
mod gated;

use html5ever::tendril::TendrilSink;
use html5ever::{ParseOpts, parse_document};
use libfuzzer_sys::fuzz_target;
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use tower_consent::fuzzing::Syntax;

use addresses::addresses;
use cuts::repeat;
use gated::{gated, is_withheld};

/// Where CSS stands, by the input's first byte. In drawings and in XML its text has references and sections.
const AROUND: [(Syntax, &str, &str); 4] = [
    (Syntax::Html, "<!doctype html><style>", "</style>"),
    (Syntax::Html, "<!doctype html><p style=\"", "\"></p>"),
    (Syntax::Html, "<!doctype html><svg><style>", "</style></svg>"),
    (
        Syntax::Xml,
        "<html xmlns=\"http://www.w3.org/1999/xhtml\"><head><style>",
        "</style></head><body></body></html>",
    ),
];

/// Longer addresses are judged by their beginning, and some grow as they are decoded or encoded.
const LIMIT: usize = 2 * 1024;

fuzz_target!(|input: &[u8]| {
    let Some((kind, sheet)) = input.split_first() else { return };
    let (syntax, before, after) = AROUND[usize::from(*kind) % AROUND.len()];
    let document = [before.as_bytes(), &repeat(sheet), after.as_bytes()].concat();
    let output = gated(&document, syntax).output;
    if document.len() > LIMIT {
        return;
    }
    let read = |page: &[u8]| match syntax {
        Syntax::Html => style_in_html(&String::from_utf8_lossy(page)),
        Syntax::Xml => style_in_xml(std::str::from_utf8(page).ok()?),
    };
    let Some(style) = read(&document) else { return };
    let shown =
        || format!("{:?}\n{:?}", String::from_utf8_lossy(&document), String::from_utf8_lossy(&output));
    let after = read(&output).unwrap_or_else(|| panic!("it is no style any more: {}", shown()));
    let found = addresses(&after);
    let mut expected = addresses(&style);
    if output.windows(CUT.len()).any(|bytes| bytes == CUT) {
        // What a tag interrupts is no sheet from there on; up to there its last address may be another.
        expected.truncate(found.len().saturating_sub(1));
        assert!(!found.last().is_some_and(|last| is_withheld(last)), "{}", shown());
    } else {
        assert_eq!(found.len(), expected.len(), "{}\n{expected:?}\n{found:?}", shown());
    }
    for (found, address) in found.iter().zip(&expected) {
        let is_withheld = !address.starts_with('#') && is_withheld(address);
        let meant = if is_withheld { &format!("about:blank#{address}") } else { address };
        assert_eq!(found, meant, "{}", shown());
    }
});

/// What stands behind a tag in a sheet of a drawing.
const CUT: &[u8] = b"</style><style type=\"text/plain\">";

/// The text of the style, unless the page is another than meant: what goes before an element without any.
fn style_in_html(page: &str) -> Option<String> {
    let dom = parse_document(RcDom::default(), ParseOpts::default()).one(page);
    let mut found = Vec::new();
    walk(&dom.document, &mut found);
    found.pop().filter(|_| found.is_empty())?
}

/// What styles there are; nothing for one that has more than text in it.
fn walk(node: &Handle, found: &mut Vec<Option<String>>) {
    if let NodeData::Element { name, attrs, .. } = &node.data {
        let attrs = attrs.borrow();
        if attrs.iter().any(|attribute| &*attribute.name.local == "data-consent-ui") {
            return;
        }
        let value = |name: &str| attrs.iter().find(|attribute| &*attribute.name.local == name);
        found.extend(value("style").map(|style| Some(style.value.to_string())));
        if &*name.local == "style" && value("type").is_none() {
            found.push(text(node));
        }
    }
    for child in node.children.borrow().iter() {
        walk(child, found);
    }
}

fn text(style: &Handle) -> Option<String> {
    let mut text = String::new();
    for child in style.children.borrow().iter() {
        match &child.data {
            NodeData::Text { contents } => text.push_str(&contents.borrow()),
            NodeData::Element { .. } => return None,
            _ => {}
        }
    }
    Some(text)
}

fn style_in_xml(page: &str) -> Option<String> {
    let document = roxmltree::Document::parse(page).ok()?;
    let mut styles = document.descendants().filter(|node| node.has_tag_name((XHTML, "style")));
    let style = styles.next().filter(|_| styles.next().is_none())?;
    let is_text = style.children().all(|child| !child.is_element());
    is_text
        .then(|| style.children().filter(|child| child.is_text()).filter_map(|child| child.text()).collect())
}

const XHTML: &str = "http://www.w3.org/1999/xhtml";
