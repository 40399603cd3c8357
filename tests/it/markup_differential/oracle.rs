//! The rules anew, over the tree that html5ever makes of a page.

use std::collections::BTreeMap;

use html5ever::{ParseOpts, parse_document, tendril::TendrilSink};
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use url::Url;

/// Who may see what, as the visitor has decided.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    /// For `stats.example.net`, `*.ads.example` and `video.example/embed`: the category.
    pub(super) categories: [&'static str; 3],
    pub(super) granted: Vec<&'static str>,
}

impl Rules {
    pub(super) fn allows(&self, category: &str) -> bool {
        self.granted.contains(&category)
    }

    fn is_denied(&self, base: &Url, address: &str) -> bool {
        let Ok(url) = base.join(address) else { return false };
        let Some(host) = url.host_str() else { return false };
        let host = host.trim_end_matches('.');
        let is_embed = url.path() == "/embed" || url.path().starts_with("/embed/");
        let origins = [
            host == "stats.example.net",
            host.ends_with(".ads.example"),
            host == "video.example" && is_embed,
        ];
        origins.iter().zip(self.categories).any(|(is_meant, category)| *is_meant && !self.allows(category))
    }

    fn holds(&self, mark: &str) -> bool {
        let known = ["necessary", "analytics", "marketing", "embeds"];
        let is_met = |word: &str| match word.strip_prefix('!') {
            Some(id) => known.contains(&id) && !self.allows(id) && id != "necessary",
            None => known.contains(&word) && (self.allows(word) || word == "necessary"),
        };
        mark.split_ascii_whitespace().next().is_some() && mark.split_ascii_whitespace().all(is_met)
    }

    fn is_replaced(&self, mark: &str) -> bool {
        let mut words = mark.split_ascii_whitespace().filter_map(|word| word.strip_prefix('!'));
        words.any(|id| self.allows(id))
    }
}

/// A node, with texts joined and our own elements left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    Text(String),
    Other(String),
    Element { name: String, attributes: BTreeMap<String, String>, children: Vec<Node> },
}

type Attributes = BTreeMap<String, String>;

pub(super) fn parse(page: &str) -> Vec<Node> {
    let dom = parse_document(RcDom::default(), ParseOpts::default()).one(page);
    nodes(&dom.document)
}

fn nodes(parent: &Handle) -> Vec<Node> {
    let mut found = Vec::new();
    for child in parent.children.borrow().iter() {
        match &child.data {
            NodeData::Document => {}
            NodeData::Text { contents } => match found.last_mut() {
                Some(Node::Text(text)) => text.push_str(&contents.borrow()),
                _ => found.push(Node::Text(contents.borrow().to_string())),
            },
            NodeData::Element { name, attrs, template_contents, .. } => {
                let foreign = match &*name.ns {
                    "http://www.w3.org/1999/xhtml" => "",
                    "http://www.w3.org/2000/svg" => "foreign ",
                    // None of its elements loads anything.
                    _ => "of MathML ",
                };
                let mut attributes: Attributes = attrs
                    .borrow()
                    .iter()
                    .map(|attribute| {
                        let prefix =
                            attribute.name.prefix.as_ref().map_or(String::new(), |p| format!("{p}:"));
                        (format!("{prefix}{}", attribute.name.local), attribute.value.to_string())
                    })
                    .collect();
                let is_placeholder =
                    |document: &String| document.starts_with("<!DOCTYPE html><html data-consent-ui");
                if attributes.get("srcdoc").is_some_and(is_placeholder) {
                    attributes.remove("srcdoc");
                }
                if attributes.contains_key("data-consent-ui") {
                    continue;
                }
                let mut children = nodes(child);
                if let Some(contents) = &*template_contents.borrow() {
                    children.extend(nodes(contents));
                }
                found.push(Node::Element { name: format!("{foreign}{}", name.local), attributes, children });
            }
            data => found.push(Node::Other(format!("{data:?}"))),
        }
    }
    found
}

/// What is to become of a page.
pub(super) struct Expectation<'a> {
    pub(super) rules: &'a Rules,
    pub(super) base: Url,
    /// The page's own address.
    page: Url,
    has_base: bool,
    pub(super) changes: usize,
    frames: usize,
}

impl<'a> Expectation<'a> {
    pub(super) fn new(rules: &'a Rules, base: Url) -> Self {
        Self { rules, page: base.clone(), base, has_base: false, changes: 0, frames: 0 }
    }

    pub(super) fn apply(&mut self, nodes: &mut [Node], covers: bool) {
        for node in nodes {
            let Node::Element { name, attributes, children } = node else { continue };
            if name == "base"
                && let Some(href) = attributes.get("href").cloned()
            {
                if self.rules.is_denied(&self.page, &href) {
                    attributes.remove("href");
                    attributes.insert("data-consent-href".into(), href.clone());
                    self.changes += 1;
                }
                if !self.has_base {
                    self.base = self.base.join(&href).unwrap_or(self.base.clone());
                    self.has_base = true;
                }
            }
            let mark = attributes.get("data-consent").cloned();
            let is_denied = !covers || mark.as_ref().is_some_and(|mark| !self.rules.holds(mark));
            let text = match children.as_slice() {
                [Node::Text(text)] => text.clone(),
                _ => String::new(),
            };
            let is_marked = mark.as_ref().is_some_and(|mark| !self.rules.holds(mark));
            self.handlers(name, attributes, is_denied, is_marked);
            self.element(name, attributes, &text, is_denied);
            if mark.is_some_and(|mark| self.rules.is_replaced(&mark)) {
                attributes.insert("hidden".into(), String::new());
                self.changes += 1;
            }
            if name == "noscript" && !text.is_empty() {
                *children = parse(&text);
            }
            self.apply(children, !is_denied);
        }
    }

    fn element(&mut self, name: &str, attributes: &mut Attributes, text: &str, is_denied: bool) {
        let mut inert: Vec<String> = attributes
            .keys()
            .filter(|key| self.is_inert(name, attributes, key, is_denied))
            .cloned()
            .collect();
        if name == "script" || name == "foreign script" {
            if !runs(attributes) {
                return;
            }
            let has_src = inert.iter().any(|key| key != "attributionsrc");
            if is_denied || has_src || self.is_text_denied(text) || self.is_text_cut(name, text) {
                let goes = |key: &str| {
                    key == "type"
                        || key.starts_with("on")
                        || matches!(
                            (name, key),
                            ("script", "src" | "attributionsrc") | ("foreign script", "href" | "xlink:href")
                        )
                };
                inert = attributes.keys().filter(|key| goes(key)).cloned().collect();
                self.rename(attributes, &inert);
                attributes.insert("type".into(), "text/plain".into());
                self.changes += 1;
                return;
            }
        }
        if is_denied && matches!(name, "style" | "foreign style") {
            let kind: Vec<String> = attributes.keys().filter(|key| *key == "type").cloned().collect();
            self.rename(attributes, &kind);
            attributes.insert("type".into(), "text/plain".into());
            self.changes += 1;
        }
        let has = |wanted: &[&str]| inert.iter().any(|key| wanted.contains(&key.as_str()));
        let loads = has(&["src", "srcset", "srcdoc", "href", "xlink:href", "data"]);
        let mut follow = Vec::new();
        if loads {
            follow.extend(["onload", "onerror"]);
        }
        let is_frame = name == "iframe" && loads;
        if is_frame {
            follow.push("name");
        }
        if has(&["srcdoc"]) {
            follow.push("src");
        }
        inert.extend(follow.into_iter().filter(|key| attributes.contains_key(*key)).map(str::to_owned));
        self.rename(attributes, &inert);
        if is_frame {
            self.frames += 1;
            attributes.insert("name".into(), format!("consent-withheld-{}", self.frames));
        }
    }

    /// Those of clicks are inert where their own element is marked.
    fn handlers(&mut self, name: &str, attributes: &mut Attributes, is_denied: bool, is_marked: bool) {
        if name.ends_with("script") && !runs(attributes) {
            return;
        }
        let goes = |key: &str| {
            let is_covered = is_denied && key != "onclick" || is_marked;
            key.starts_with("on") && (is_covered || self.is_text_denied(&attributes[key]))
        };
        let inert: Vec<String> = attributes.keys().filter(|key| goes(key)).cloned().collect();
        self.rename(attributes, &inert);
    }

    fn rename(&mut self, attributes: &mut Attributes, inert: &[String]) {
        for key in inert {
            if let Some(value) = attributes.remove(key) {
                attributes.insert(format!("data-consent-{key}"), value);
                self.changes += 1;
            }
        }
    }

    fn is_inert(&self, name: &str, attributes: &Attributes, key: &str, is_denied: bool) -> bool {
        let value = attributes[key].as_str();
        let says = |key: &str, words: &[&str]| {
            let value = attributes.get(key).map(|value| value.to_ascii_lowercase()).unwrap_or_default();
            value.split_ascii_whitespace().any(|word| words.contains(&word))
        };
        let is_exactly =
            |key: &str, word: &str| attributes.get(key).is_some_and(|value| value.eq_ignore_ascii_case(word));
        let one = || is_denied || self.rules.is_denied(&self.base, value);
        let each = |separator: &[char]| {
            let mut addresses = value.split(separator).filter(|address| !address.is_empty());
            is_denied || addresses.any(|address| self.rules.is_denied(&self.base, address))
        };
        let candidates = || {
            let mut addresses = value.split(',').filter_map(|candidate| candidate.split_whitespace().next());
            is_denied || addresses.any(|address| self.rules.is_denied(&self.base, address))
        };
        let marketing = || is_denied || !self.rules.allows("marketing");
        match (name, key) {
            ("img" | "source" | "iframe" | "embed" | "video" | "audio" | "track" | "script", "src")
            | ("object", "data")
            | ("video", "poster")
            | ("body" | "table" | "tr" | "td", "background")
            | (
                "foreign image" | "foreign use" | "foreign feImage" | "foreign script",
                "href" | "xlink:href",
            ) => one(),
            // In a part of a page they may come to stand in an SVG; `image` is read as `img`.
            ("use" | "feimage" | "img", "href" | "xlink:href") => one(),
            ("input", "src") => is_exactly("type", "image") && one(),
            ("link", "href") => {
                says("rel", &["stylesheet", "preload", "preconnect", "icon", "prefetch"]) && one()
            }
            ("link", "imagesrcset") => says("rel", &["preload"]) && candidates(),
            ("img" | "source", "srcset") => candidates(),
            ("a" | "area" | "foreign a", "ping") => each(&[' ', '\n', '\t']),
            ("a" | "area" | "img" | "script", "attributionsrc") => marketing() || each(&[' ', '\n', '\t']),
            ("iframe" | "img", "browsingtopics" | "sharedstoragewritable")
            | ("iframe", "adauctionheaders") => marketing(),
            ("iframe", "srcdoc") => {
                let mut inner = Expectation::new(self.rules, self.base.clone());
                inner.apply(&mut parse(value), true);
                is_denied || inner.changes > 0
            }
            ("foreign animate" | "foreign set", "to" | "from")
                if says("attributeName", &["href", "xlink:href"]) =>
            {
                one()
            }
            ("foreign animate", "values") if says("attributeName", &["href", "xlink:href"]) => each(&[';']),
            ("meta", "http-equiv") if is_exactly(key, "accept-ch") || is_exactly(key, "delegate-ch") => {
                is_denied || !self.rules.allows("analytics")
            }
            ("meta", "http-equiv") if is_exactly(key, "refresh") => {
                let content = attributes.get("content").map(String::as_str).unwrap_or_default();
                let address = content.split_once("url=").map(|(_, address)| address);
                address.is_some_and(|address| is_denied || self.rules.is_denied(&self.base, address))
            }
            _ => false,
        }
    }

    /// In a drawing the text of a script is markup: one that names an element ends there, and may be any.
    fn is_text_cut(&self, name: &str, text: &str) -> bool {
        let is_cut = super::document::SCRIPTS.iter().any(|(script, _)| {
            script.split_once('<').is_some_and(|(before, _)| !before.is_empty() && before == text)
        });
        name == "foreign script" && is_cut && self.rules.granted.len() < super::IDS.len()
    }

    /// The texts of [`super::document::SCRIPTS`] name what they load in one way each.
    fn is_text_denied(&self, text: &str) -> bool {
        let found = super::document::SCRIPTS.iter().find(|(script, _)| *script == text);
        found.is_some_and(|(_, address)| {
            address.is_some_and(|address| self.rules.is_denied(&self.base, address))
        })
    }
}

fn runs(attributes: &Attributes) -> bool {
    let Some(kind) = attributes.get("type") else { return true };
    let kind = kind.trim().to_ascii_lowercase();
    ["", "module", "text/javascript", "importmap", "speculationrules"].contains(&kind.as_str())
}

/// Reads what stands in `noscript` as markup.
pub(super) fn open_noscript(nodes: &mut [Node]) {
    for node in nodes {
        let Node::Element { name, children, .. } = node else { continue };
        if let ("noscript", [Node::Text(text)]) = (name.as_str(), children.as_slice()) {
            *children = parse(text);
        }
        open_noscript(children);
    }
}

/// The names of inert frames go by the order of the page, which the tree need not keep. Each is checked
/// to be there once, and taken out.
pub(super) fn check_frames(expected: &mut [Node], found: &mut [Node]) -> Result<(), String> {
    let (expected, found) = (take_names(expected), take_names(found));
    let mut distinct = found.clone();
    distinct.sort();
    distinct.dedup();
    match distinct.len() == found.len() && expected.len() == found.len() {
        true => Ok(()),
        false => Err(format!("frames are named {found:?}, not {expected:?}")),
    }
}

fn take_names(nodes: &mut [Node]) -> Vec<String> {
    let mut names = Vec::new();
    for node in nodes {
        let Node::Element { attributes, children, .. } = node else { continue };
        if let Some(name) = attributes.get_mut("name").filter(|name| name.starts_with("consent-withheld-")) {
            names.push(std::mem::replace(name, "consent-withheld".into()));
        }
        names.extend(take_names(children));
    }
    names
}
