//! A parsed page, to ask about its structure.

use html5ever::{ParseOpts, parse_document, tendril::TendrilSink};
use markup5ever_rcdom::{Handle, NodeData, RcDom};

pub(crate) struct Dom(RcDom);

/// One element, and the document that it keeps from being taken apart.
#[derive(Clone)]
pub(crate) struct Element(Handle, Handle);

impl Dom {
    pub(crate) fn parse(html: &[u8]) -> Self {
        Self(parse_document(RcDom::default(), ParseOpts::default()).from_utf8().one(html))
    }

    /// Every element of the document, in order.
    pub(crate) fn elements(&self) -> Vec<Element> {
        let mut found = Vec::new();
        collect(&self.0.document, &self.0.document, &mut found);
        found
    }

    pub(crate) fn by_id(&self, id: &str) -> Option<Element> {
        let mut found =
            self.elements().into_iter().filter(|element| element.attr("id").as_deref() == Some(id));
        let first = found.next();
        assert!(found.next().is_none(), "the id {id} stands twice");
        first
    }

    pub(crate) fn by_name(&self, name: &str) -> Vec<Element> {
        self.elements().into_iter().filter(|element| element.name() == name).collect()
    }

    pub(crate) fn banner(&self) -> Element {
        self.by_id("cookie-consent").expect("a banner")
    }
}

impl Element {
    pub(crate) fn name(&self) -> String {
        match &self.0.data {
            NodeData::Element { name, .. } => name.local.to_string(),
            _ => String::new(),
        }
    }

    pub(crate) fn attr(&self, wanted: &str) -> Option<String> {
        let NodeData::Element { attrs, .. } = &self.0.data else { return None };
        let attrs = attrs.borrow();
        attrs.iter().find(|attr| &*attr.name.local == wanted).map(|attr| attr.value.to_string())
    }

    pub(crate) fn attrs(&self) -> Vec<(String, String)> {
        let NodeData::Element { attrs, .. } = &self.0.data else { return Vec::new() };
        attrs.borrow().iter().map(|attr| (attr.name.local.to_string(), attr.value.to_string())).collect()
    }

    /// The element and everything in it.
    pub(crate) fn elements(&self) -> Vec<Self> {
        let mut found = Vec::new();
        collect(&self.0, &self.1, &mut found);
        found
    }

    pub(crate) fn by_name(&self, name: &str) -> Vec<Self> {
        self.elements().into_iter().filter(|element| element.name() == name).collect()
    }

    pub(crate) fn parent(&self) -> Option<Self> {
        let NodeData::Element { .. } = &self.0.data else { return None };
        let parent = self.0.parent.take();
        self.0.parent.set(parent.clone());
        let parent = parent.and_then(|parent| parent.upgrade())?;
        Some(Self(parent, self.1.clone()))
    }

    /// The text of the element and everything in it.
    pub(crate) fn text(&self) -> String {
        let mut out = String::new();
        gather(&self.0, &mut out);
        out
    }

    /// The child elements.
    pub(crate) fn children(&self) -> Vec<Self> {
        let children = self.0.children.borrow();
        let elements = children.iter().filter(|child| matches!(child.data, NodeData::Element { .. }));
        elements.map(|child| Self(child.clone(), self.1.clone())).collect()
    }
}

fn collect(node: &Handle, root: &Handle, found: &mut Vec<Element>) {
    if let NodeData::Element { .. } = node.data {
        found.push(Element(node.clone(), root.clone()));
    }
    for child in node.children.borrow().iter() {
        collect(child, root, found);
    }
}

fn gather(node: &Handle, out: &mut String) {
    match &node.data {
        NodeData::Text { contents } => out.push_str(&contents.borrow()),
        NodeData::Element { name, .. } if &*name.local == "style" => {}
        _ => node.children.borrow().iter().for_each(|child| gather(child, out)),
    }
}
