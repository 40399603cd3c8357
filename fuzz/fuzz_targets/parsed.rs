//! html5ever's tree of a document. The fuzz target `tree` has it too.

use html5ever::tendril::TendrilSink;
use html5ever::tree_builder::{QuirksMode, TreeBuilderOpts};
use html5ever::{ParseOpts, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A parsed document, less what was inserted.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Parsed {
    pub(super) tree: String,
    pub(super) quirks: QuirksMode,
    pub(super) has_frames: bool,
    /// By the value of the mark.
    pub(super) inserted: BTreeMap<String, Vec<Inserted>>,
}

/// A marked element.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Inserted {
    /// The elements it stands in.
    pub(super) path: String,
    pub(super) tree: String,
}

impl Inserted {
    /// Whether this is the element, less the formatting elements that an unclosed cell in a template
    /// leaves to what follows it.
    pub(super) fn is_but_for_looks(&self, element: &str) -> bool {
        const NAMES: [&str; 13] =
            ["b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];
        let is_formatting = |line: &str| {
            let name = line.strip_prefix("<http://www.w3.org/1999/xhtml ");
            name.is_some_and(|rest| {
                NAMES.iter().any(|name| rest.strip_prefix(name).is_some_and(|rest| rest.starts_with('>')))
            })
        };
        let lines = |tree| str::lines(tree).map(str::trim_start).filter(|line| !is_formatting(line));
        lines(&self.tree).eq(lines(element))
    }
}

#[derive(Default)]
struct Dump {
    tree: String,
    path: Vec<String>,
    inserted: BTreeMap<String, Vec<Inserted>>,
}

impl Dump {
    fn line(&mut self, text: &str) {
        let depth = self.path.len();
        let _ = writeln!(self.tree, "{:depth$}{text}", "");
    }

    fn children(&mut self, nodes: &[Handle]) {
        let mut text = String::new();
        for node in nodes {
            if let NodeData::Text { contents } = &node.data {
                text.push_str(&contents.borrow());
                continue;
            }
            if self.note_inserted(node) {
                continue;
            }
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

    fn note_inserted(&mut self, node: &Handle) -> bool {
        let NodeData::Element { attrs, .. } = &node.data else {
            return false;
        };
        let attrs = attrs.borrow();
        let Some(mark) = attrs.iter().find(|attr| &*attr.name.local == "data-consent-ui") else {
            return false;
        };
        let mut own = Dump::default();
        own.node(node);
        let found = Inserted { path: self.path.join(">"), tree: own.tree };
        self.inserted.entry(mark.value.to_string()).or_default().push(found);
        true
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

pub(super) fn parse(bytes: &[u8]) -> Parsed {
    let tree_builder = TreeBuilderOpts { scripting_enabled: true, ..TreeBuilderOpts::default() };
    let opts = ParseOpts { tree_builder, ..ParseOpts::default() };
    let dom = parse_document(RcDom::default(), opts).one(String::from_utf8_lossy(bytes).as_ref());
    let mut dump = Dump::default();
    dump.children(&dom.document.children.borrow());
    Parsed {
        has_frames: dump.tree.contains("\n <http://www.w3.org/1999/xhtml frameset>"),
        tree: dump.tree,
        quirks: dom.quirks_mode.get(),
        inserted: dump.inserted,
    }
}

/// The tree of a marked element that stands alone in a body.
pub(super) fn alone(element: &str) -> String {
    let parsed = parse(format!("<!doctype html><body>{element}").as_bytes());
    let mut found = parsed.inserted.into_values().flatten();
    found.next().expect("a marked element").tree
}
