//! What a browser makes of a page.

use html5ever::{ParseOpts, parse_document, tendril::TendrilSink, tree_builder::TreeBuilderOpts};
use markup5ever_rcdom::{Handle, NodeData, RcDom};

/// A page's tree, one node a line, without what the layer has put in.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Outline {
    pub(crate) tree: String,
    /// What the layer has put in, piece by piece: the ids in there, and the name of the parent.
    pub(crate) own: Vec<(Vec<String>, String)>,
}

fn parse(html: &[u8]) -> RcDom {
    let tree_builder = TreeBuilderOpts { scripting_enabled: true, ..TreeBuilderOpts::default() };
    let options = ParseOpts { tree_builder, ..ParseOpts::default() };
    parse_document(RcDom::default(), options).from_utf8().one(html)
}

pub(crate) fn outline(html: &[u8]) -> Outline {
    let mut outline = Outline::default();
    outline.children(&parse(html).document, "", 0);
    outline
}

/// Whether an element says that it is the layer's.
fn is_marked(node: &Handle) -> bool {
    match &node.data {
        NodeData::Element { attrs, .. } => {
            attrs.borrow().iter().any(|attr| &*attr.name.local == "data-consent-ui")
        }
        _ => false,
    }
}

/// Walks over everything in a page, and tells of each node whether it is the layer's.
fn walk(node: &Handle, is_own: bool, visit: &mut impl FnMut(&Handle, bool)) {
    let is_own = is_own || is_marked(node);
    visit(node, is_own);
    node.children.borrow().iter().for_each(|child| walk(child, is_own, visit));
}

fn text(html: &[u8], only_own: bool) -> String {
    let mut text = String::new();
    walk(&parse(html).document, false, &mut |node, is_own| {
        if let NodeData::Text { contents } = &node.data
            && (is_own || !only_own)
        {
            text.push_str(&contents.borrow());
        }
    });
    text
}

/// All text of a page.
pub(crate) fn text_of(html: &[u8]) -> String {
    text(html, false)
}

/// The text that the layer has put into a page.
pub(crate) fn shown(html: &[u8]) -> String {
    text(html, true)
}

/// Every element that the layer has put into a page, with its attributes.
pub(crate) fn own(html: &[u8]) -> Vec<(String, String)> {
    let mut own = Vec::new();
    walk(&parse(html).document, false, &mut |node, is_own| {
        if let NodeData::Element { name, attrs, .. } = &node.data
            && is_own
        {
            let attrs = attrs.borrow();
            let attrs = attrs.iter().map(|attr| format!("{}=\"{}\"", &*attr.name.local, &*attr.value));
            own.push((name.local.to_string(), attrs.collect::<Vec<_>>().join(" ")));
        }
    });
    own
}

impl Outline {
    fn children(&mut self, node: &Handle, name: &str, depth: usize) {
        // Text around what was put in is one text.
        let mut text = String::new();
        for child in node.children.borrow().iter() {
            if let NodeData::Text { contents } = &child.data {
                text.push_str(&contents.borrow());
            } else if is_marked(child) {
                let mut ids = Vec::new();
                gather_ids(child, &mut ids);
                self.own.push((ids, name.to_owned()));
            } else {
                self.text(&mut text, depth);
                self.node(child, depth);
            }
        }
        self.text(&mut text, depth);
    }

    fn line(&mut self, depth: usize, line: &str) {
        self.tree.push_str(&format!("{}{line}\n", "  ".repeat(depth)));
    }

    fn text(&mut self, text: &mut String, depth: usize) {
        if !text.is_empty() {
            self.line(depth, &format!("{text:?}"));
            text.clear();
        }
    }

    fn node(&mut self, node: &Handle, depth: usize) {
        match &node.data {
            NodeData::Element { name, attrs, template_contents, .. } => {
                let attrs = attrs.borrow();
                let attrs = attrs.iter().map(|attr| format!(" {}={:?}", &*attr.name.local, &*attr.value));
                self.line(depth, &format!("<{}{}>", &*name.local, attrs.collect::<String>()));
                self.children(node, &name.local, depth + 1);
                if let Some(contents) = &*template_contents.borrow() {
                    self.children(contents, "template", depth + 1);
                }
            }
            NodeData::Doctype { name, public_id, system_id } => {
                self.line(depth, &format!("<!DOCTYPE {name} {public_id:?} {system_id:?}>"));
            }
            NodeData::Comment { contents } => self.line(depth, &format!("<!--{contents}-->")),
            NodeData::ProcessingInstruction { target, contents } => {
                self.line(depth, &format!("<?{target} {contents}>"));
            }
            NodeData::Document | NodeData::Text { .. } => {}
        }
    }
}

fn gather_ids(node: &Handle, ids: &mut Vec<String>) {
    if let NodeData::Element { attrs, .. } = &node.data {
        let attrs = attrs.borrow();
        ids.extend(attrs.iter().filter(|attr| &*attr.name.local == "id").map(|id| id.value.to_string()));
    }
    node.children.borrow().iter().for_each(|child| gather_ids(child, ids));
}
