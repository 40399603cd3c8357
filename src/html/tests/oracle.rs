//! html5ever's tree, before and after.

use html5ever::tendril::TendrilSink;
use html5ever::tree_builder::{QuirksMode, TreeBuilderOpts};
use html5ever::{ParseOpts, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::harness::{BOTH, ONLY_END, ONLY_START, Ran};
use crate::html::{Outcome, Place, Places, Reason};

/// A parsed document, less what was inserted.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Parsed {
    tree: String,
    quirks: QuirksMode,
    pub(super) has_frames: bool,
    inserted: BTreeMap<String, Vec<String>>,
}

#[derive(Default)]
struct Dump {
    tree: String,
    path: Vec<String>,
    inserted: BTreeMap<String, Vec<String>>,
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
        let mark = attrs.iter().find(|attr| &*attr.name.local == "data-consent-ui");
        if let Some(mark) = mark {
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

/// How many documents there were of each class.
#[derive(Debug, Default)]
pub(super) struct Counts(BTreeMap<String, usize>);

impl Counts {
    pub(super) fn add(&mut self, class: impl Into<String>) {
        *self.0.entry(class.into()).or_default() += 1;
    }

    pub(super) fn get(&self, class: &str) -> usize {
        self.0.get(class).copied().unwrap_or(0)
    }

    pub(super) fn print(&self, title: &str) {
        println!("{title}");
        for (class, count) in &self.0 {
            println!("{count:>9}  {class}");
        }
    }
}

/// Runs a document with every choice of places and compares its trees.
pub(super) fn compare(
    input: &[u8],
    run: impl Fn(Places, &[u8]) -> Ran,
    counts: &mut Counts,
) -> Result<(), String> {
    let before = parse(input);
    assert!(before.inserted.is_empty(), "the document is marked already");
    counts.add("documents");
    for (places, title) in [(ONLY_START, "start"), (ONLY_END, "end"), (BOTH, "both")] {
        let ran = run(places, input);
        let class = match places {
            Places { start: true, end: true } => None,
            Places { start: true, .. } => Some(format!("{title} {:?}", ran.start)),
            _ => Some(format!(
                "{title} {:?}{}",
                ran.end,
                match ran.asked(Place::BodyEnd) {
                    Some(asked) if !asked.child_of_body => ", may be nested",
                    _ => "",
                }
            )),
        };
        if let Some(class) = class {
            counts.add(class);
        }
        let gone = ran.start == Outcome::Inserted && before.has_frames;
        if gone {
            counts.add(format!("{title}: late frameset, not compared"));
            continue;
        }
        if before.has_frames {
            assert!(matches!(ran.start, Outcome::NotWanted | Outcome::Impossible(Reason::Frameset)));
        }
        let after = parse(&ran.output);
        let fail = |what: &str| {
            Err(format!(
                "{title}: {what}\n input {:?}\noutput {:?}\n{:?} {:?}\nbefore {:?}\n{}\nafter {:?}\n{}",
                String::from_utf8_lossy(input),
                ran.text(),
                ran.start,
                ran.end,
                before.quirks,
                before.tree,
                after.quirks,
                after.tree,
            ))
        };
        if (&before.tree, before.quirks) != (&after.tree, after.quirks) {
            return fail("the tree differs");
        }
        for (key, place) in [("start", Place::BodyStart), ("end", Place::BodyEnd)] {
            let found = after.inserted.get(key).map_or(&[][..], Vec::as_slice);
            match (ran.asked(place), found) {
                (None, []) => {}
                (Some(asked), [path]) if asked.child_of_body && path == "html>body" => {}
                (Some(asked), [path]) if !asked.child_of_body && path.starts_with("html>body") => {
                    if places.start != places.end && path == "html>body" {
                        counts.add(format!("{title}: not promised, child of body all the same"));
                    }
                }
                (_, paths) => return fail(&format!("{key} stands at {paths:?}")),
            }
        }
    }
    Ok(())
}
