//! What html5ever makes of a document.

use encoding_rs::{Encoding, UTF_8};
use html5ever::tendril::TendrilSink;
use html5ever::tokenizer::TokenizerOpts;
use html5ever::tree_builder::{QuirksMode, TreeBuilderOpts};
use html5ever::{ParseOpts, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A parsed document, less what was inserted.
#[derive(Debug)]
pub(super) struct Parsed {
    pub(super) tree: String,
    pub(super) quirks: QuirksMode,
    pub(super) has_frames: bool,
    /// Where what was inserted stands, by the value of its mark.
    pub(super) inserted: BTreeMap<String, Vec<String>>,
    /// The body's child nodes, what was inserted among them.
    pub(super) body_children: usize,
    /// What of the page stands in the body before the first element inserted at its start.
    pub(super) before_start: Vec<String>,
    /// What of the page stands in the body behind the first element inserted at its end, in the order
    /// of the document.
    pub(super) behind_end: Vec<String>,
}

impl Parsed {
    /// The tree and the mode are the same, apart from where its texts are cut.
    pub(super) fn is_same_page(&self, other: &Parsed) -> bool {
        (&self.tree, self.quirks) == (&other.tree, other.quirks)
    }

    pub(super) fn paths(&self, mark: &str) -> &[String] {
        self.inserted.get(mark).map_or(&[], Vec::as_slice)
    }
}

#[derive(Default)]
struct Dump {
    tree: String,
    path: Vec<String>,
    inserted: BTreeMap<String, Vec<String>>,
    body_children: usize,
    body_has_begun: Vec<String>,
    before_start: Vec<String>,
    behind_end: Vec<String>,
}

impl Dump {
    fn line(&mut self, text: &str) {
        let depth = self.path.len();
        let _ = writeln!(self.tree, "{:depth$}{text}", "");
    }

    fn is_in_body(&self) -> bool {
        self.path.get(1).is_some_and(|name| name == "body")
    }

    fn children(&mut self, nodes: &[Handle]) {
        if self.path.len() == 2 && self.is_in_body() {
            self.body_children = nodes.len();
        }
        let mut text = String::new();
        for node in nodes {
            if let NodeData::Text { contents } = &node.data {
                let contents = contents.borrow();
                self.note_page(|| contents.to_string());
                text.push_str(&contents);
                continue;
            }
            if self.note_inserted(node) {
                continue;
            }
            self.note_page(|| format!("{:?}", node.data));
            self.flush(&mut text);
            self.node(node);
        }
        self.flush(&mut text);
    }

    fn flush(&mut self, text: &mut String) {
        if !text.is_empty() {
            let text = std::mem::take(text);
            self.line(&format!("{text:?}"));
        }
    }

    /// A node of the page itself.
    fn note_page(&mut self, label: impl Fn() -> String) {
        if !self.is_in_body() {
            return;
        }
        if !self.inserted.contains_key("start") && self.body_has_begun.is_empty() {
            self.body_has_begun.push(label());
        }
        if self.inserted.contains_key("end") {
            self.behind_end.push(label());
        }
    }

    fn note_inserted(&mut self, node: &Handle) -> bool {
        let NodeData::Element { attrs, .. } = &node.data else {
            return false;
        };
        let attrs = attrs.borrow();
        let mark = attrs.iter().find(|attr| &*attr.name.local == "data-consent-ui");
        if let Some(mark) = mark {
            if &*mark.value == "start" && !self.inserted.contains_key("start") {
                self.before_start = std::mem::take(&mut self.body_has_begun);
            }
            self.inserted.entry(mark.value.to_string()).or_default().push(self.path.join(">"));
        }
        mark.is_some()
    }

    fn node(&mut self, node: &Handle) {
        match &node.data {
            NodeData::Document | NodeData::Text { .. } => {}
            NodeData::Doctype { name, public_id, system_id } => {
                self.line(&format!("doctype {name} {public_id:?} {system_id:?}"));
            }
            NodeData::Comment { contents } => self.line(&format!("comment {contents:?}")),
            NodeData::ProcessingInstruction { contents, .. } => self.line(contents),
            NodeData::Element { name, attrs, template_contents, .. } => {
                let mut attrs: Vec<_> =
                    attrs.borrow().iter().map(|attr| format!("{:?}={:?}", attr.name, &*attr.value)).collect();
                attrs.sort();
                self.line(&format!("<{} {}> {attrs:?}", &*name.ns, &*name.local));
                self.path.push(name.local.to_string());
                self.children(&node.children.borrow());
                if let Some(contents) = &*template_contents.borrow() {
                    self.line("content");
                    self.children(&contents.children.borrow());
                }
                self.path.pop();
            }
        }
    }
}

pub(super) fn parse(bytes: &[u8], scripting_enabled: bool) -> Parsed {
    parse_in(UTF_8, bytes, scripting_enabled)
}

/// As a browser decodes and parses it that takes it to be in this encoding.
pub(super) fn parse_in(encoding: &'static Encoding, bytes: &[u8], scripting_enabled: bool) -> Parsed {
    let tree_builder = TreeBuilderOpts { scripting_enabled, ..TreeBuilderOpts::default() };
    // Decoding has done that.
    let tokenizer = TokenizerOpts { discard_bom: false, ..TokenizerOpts::default() };
    let opts = ParseOpts { tokenizer, tree_builder };
    let (text, ..) = encoding.decode(bytes);
    let dom = parse_document(RcDom::default(), opts).one(text.as_ref());
    let mut dump = Dump::default();
    dump.children(&dom.document.children.borrow());
    Parsed {
        has_frames: dump.tree.contains("\n <http://www.w3.org/1999/xhtml frameset>"),
        tree: dump.tree,
        quirks: dom.quirks_mode.get(),
        inserted: dump.inserted,
        body_children: dump.body_children,
        before_start: dump.before_start,
        behind_end: dump.behind_end,
    }
}
