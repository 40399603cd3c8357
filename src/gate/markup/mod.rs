//! Makes what a page loads inert until its category is allowed, by inserting bytes alone: an attribute
//! that holds an address gets another name, an inline script a type that is none. What was inserted can
//! be taken out again.

mod element;
mod embed;
mod loader;
mod mark;
mod refresh;
mod script_type;

use std::borrow::Cow;

use bytes::Bytes;
use url::Url;

pub(crate) use self::embed::{CARRIED, Embed, with_forms};
pub(super) use self::loader::Loaders;
use self::{
    element::{Holds, candidates, is_relative, loads},
    mark::Mark,
    refresh::refresh_url,
    script_type::Kind,
};
use super::{Gate, Gated, Ruling, Standing, Verdict, link};
use crate::{
    event::warn_once,
    html::{Attribute, Consequence, Edits, ElementName as Name, StartTag},
    policy::Mask,
};

/// In front of the name of an attribute that must not load.
const INERT: Bytes = Bytes::from_static(b"data-consent-");

/// What is known of one page.
#[derive(Debug)]
pub(crate) struct Markup {
    standing: Standing,
    /// Where addresses start from: the page, until its first `base` says otherwise.
    base: Option<Url>,
    has_base: bool,
    /// No address of the page's own origin needs consent.
    skips_relative: bool,
    marks: Vec<Mark>,
    /// The frame that was made inert last.
    embed: Option<Embed>,
    /// What was met, each origin once.
    met: Vec<Gated>,
}

impl Markup {
    pub(crate) fn new(gate: &Gate, standing: Standing, page: Option<Url>) -> Self {
        let mut markup = Self {
            standing,
            base: None,
            has_base: false,
            skips_relative: false,
            marks: Vec::new(),
            embed: None,
            met: Vec::new(),
        };
        markup.set_base(gate, page);
        markup
    }

    /// What the page's visitor has allowed.
    pub(crate) fn effective(&self) -> Mask {
        self.standing.effective
    }

    fn set_base(&mut self, gate: &Gate, base: Option<Url>) {
        let host = base.as_ref().and_then(Url::host_str);
        self.skips_relative = host.is_none_or(|host| !gate.origins.claims_host(host));
        self.base = base;
    }
}

impl Gate {
    /// Rules on what a start tag loads.
    pub(crate) fn start_tag(&self, page: &mut Markup, tag: &StartTag<'_>, edits: &mut Edits) -> Consequence {
        if tag.name == Name::Base {
            self.read_base(page, tag);
            return Consequence::default();
        }
        let mark = tag.attributes().value("data-consent").map(|value| {
            Mark::new(&self.policy, &decoded(value), |id| {
                warn_once!(
                    "unknown-mark",
                    id,
                    "an element is marked with a category that the policy does not have, so it stays inert: \
                     declare the category, or correct data-consent"
                );
            })
        });
        let effective = page.standing.effective;
        let covers = tag.covers.iter().filter_map(|cover| page.marks.get(*cover as usize));
        let is_denied =
            page.standing.enforces && !covers.copied().chain(mark).all(|mark| mark.holds(effective));
        let mut reads_text = false;
        match tag.name {
            Name::Script => {
                let is_inert = self.gate_script(page, tag, is_denied, edits);
                reads_text = !is_inert && page.standing.enforces && !tag.is_foreign && is_run(tag);
            }
            _ => {
                let is_inert = self.gate_attributes(page, tag, is_denied, edits);
                if is_inert && tag.name == Name::Iframe {
                    let covers = tag.covers.iter().filter_map(|cover| page.marks.get(*cover as usize));
                    let needs = covers.copied().chain(mark).map(Mark::needs);
                    let needs = needs.reduce(|all, needs| Some(all? | needs?)).unwrap_or(Some(0));
                    page.embed = needs.and_then(|needs| self.embed(page, tag, needs));
                }
            }
        }
        if page.standing.enforces && mark.is_some_and(|mark| mark.is_replaced(effective)) {
            edits.insert(0, (tag.behind_name(), Bytes::from_static(b" hidden=\"\"")));
        }
        let cover = mark.map(|mark| {
            page.marks.push(mark);
            (page.marks.len() - 1) as u32
        });
        Consequence { cover, reads_text }
    }

    /// Rules on the text of a script that is not inert yet: the loader of a vendor waits for its category.
    pub(crate) fn script(&self, page: &mut Markup, tag: &StartTag<'_>, text: &[u8], edits: &mut Edits) {
        let mut is_withheld = false;
        // A script that loads several waits for all of them.
        for loader in self.loaders.in_script(text) {
            let ruling = self.met_origin(loader.origin, loader.verdict, page.standing, &mut page.met);
            is_withheld |= ruling == Ruling::Withheld;
        }
        if is_withheld {
            make_inert(tag, edits);
        }
    }

    fn read_base(&self, page: &mut Markup, tag: &StartTag<'_>) {
        if page.has_base || tag.is_foreign {
            return;
        }
        let Some(href) = tag.attributes().value("href") else { return };
        page.has_base = true;
        let base = page.base.take().map(|base| base.join(&decoded(href)).unwrap_or(base));
        page.set_base(self, base);
    }

    /// Whether a script is inert now. Without its address its text would run, so it gets a type too.
    fn gate_script(&self, page: &mut Markup, tag: &StartTag<'_>, is_denied: bool, edits: &mut Edits) -> bool {
        let mut is_inert = is_denied;
        for (attribute, name) in named(tag) {
            is_inert |= self.withholds(page, tag, &attribute, &name);
        }
        // Where the address of a long one cannot be seen, it might be any.
        let is_hidden = tag.is_cut && page.standing.enforces && self.is_anything_denied(page.standing);
        let is_made_inert = (is_inert || is_hidden) && is_run(tag);
        if is_made_inert {
            make_inert(tag, edits);
        }
        is_made_inert
    }

    /// Whether anything of it is inert now.
    fn gate_attributes(
        &self,
        page: &mut Markup,
        tag: &StartTag<'_>,
        is_denied: bool,
        edits: &mut Edits,
    ) -> bool {
        let is_refresh = tag.name == Name::Meta;
        let mut is_any_inert = false;
        for (attribute, name) in named(tag) {
            let is_inert = if is_refresh {
                name == "http-equiv" && self.withholds_refresh(page, tag, is_denied)
            } else {
                is_loading(tag, &name) && (is_denied || self.withholds(page, tag, &attribute, &name))
            };
            if is_inert {
                edits.push((attribute.name.start, INERT));
                is_any_inert = true;
            }
        }
        if is_any_inert {
            // What waits for the element to load would wait in vain, or take it for a failure.
            let handlers = named(tag).filter(|(_, name)| name == "onload" || name == "onerror");
            edits.extend(handlers.map(|(attribute, _)| (attribute.name.start, INERT)));
            edits.sort_by_key(|(at, _)| *at);
        }
        if tag.is_cut && page.standing.enforces {
            self.preempt(page, tag, edits);
        }
        is_any_inert
    }

    /// Of a tag that is too long nobody knows what is still to come. Of two attributes of one name the
    /// first counts, so that whatever may load something more is there already, and empty.
    fn preempt(&self, page: &Markup, tag: &StartTag<'_>, edits: &mut Edits) {
        if !self.is_anything_denied(page.standing) {
            return;
        }
        const NAMES: [&str; 8] =
            ["src", "srcset", "imagesrcset", "poster", "data", "ping", "attributionsrc", "background"];
        let seen: Vec<Cow<'_, str>> = named(tag).map(|(_, name)| name).collect();
        let missing = NAMES.into_iter().filter(|name| {
            loads(tag.name, tag.is_foreign, name).is_some() && !seen.iter().any(|seen| seen == name)
        });
        let text: String = missing.flat_map(|name| [" ", name]).collect();
        edits.insert(0, (tag.behind_name(), Bytes::from(text)));
    }

    /// `<meta http-equiv="refresh">` to where consent is needed.
    fn withholds_refresh(&self, page: &mut Markup, tag: &StartTag<'_>, is_denied: bool) -> bool {
        let value = |name| tag.attributes().value(name).map(decoded);
        if !value("http-equiv").is_some_and(|kind| kind.eq_ignore_ascii_case("refresh")) {
            return false;
        }
        let content = value("content").unwrap_or_default();
        let Some(address) = refresh_url(content.as_bytes()).map(String::from_utf8_lossy) else {
            return false;
        };
        is_denied || self.withholds_address(page, &address)
    }

    /// Whether an attribute that loads something loads what is not allowed.
    fn withholds(&self, page: &mut Markup, tag: &StartTag<'_>, attribute: &Attribute, name: &str) -> bool {
        let Some(holds) = loads(tag.name, tag.is_foreign, name) else { return false };
        let raw = &tag.bytes[attribute.value.clone()];
        if holds == Holds::Address && page.skips_relative && !raw.contains(&b'&') && is_relative(raw) {
            return false;
        }
        let value = decoded(raw);
        // All are judged, so that all are told.
        let mut is_withheld = false;
        match holds {
            Holds::Address => is_withheld = self.withholds_address(page, &value),
            Holds::Candidates => {
                candidates(&value).for_each(|address| is_withheld |= self.withholds_address(page, address));
            }
            Holds::Addresses => value
                .split_ascii_whitespace()
                .for_each(|address| is_withheld |= self.withholds_address(page, address)),
        }
        is_withheld
    }

    fn withholds_address(&self, page: &mut Markup, address: &str) -> bool {
        let url = match &page.base {
            Some(base) => base.join(address),
            None => Url::parse(address),
        };
        let Ok(url) = url else { return false };
        let verdict = self.origins.look_up(&url);
        match verdict {
            Verdict::Exempt | Verdict::Unknown => false,
            _ => {
                self.met_origin(&url.origin().ascii_serialization(), verdict, page.standing, &mut page.met)
                    == Ruling::Withheld
            }
        }
    }
}

/// A script that must not run gets a type that is none; what else it has can be restored.
fn make_inert(tag: &StartTag<'_>, edits: &mut Edits) {
    edits.push((tag.behind_name(), Bytes::from_static(b" type=\"text/plain\"")));
    for (attribute, name) in named(tag) {
        if name == "type" || loads(tag.name, tag.is_foreign, &name).is_some() || name.starts_with("on") {
            edits.push((attribute.name.start, INERT));
        }
    }
}

/// The attributes of a tag with their names in lower case; of two of one name the first counts.
fn named<'a>(tag: &StartTag<'a>) -> impl Iterator<Item = (Attribute, Cow<'a, str>)> + use<'a> {
    let bytes = tag.bytes;
    let mut seen: Vec<Cow<'a, str>> = Vec::new();
    tag.attributes().filter_map(move |attribute| {
        let mut name = String::from_utf8_lossy(&bytes[attribute.name.clone()]);
        if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            name.to_mut().make_ascii_lowercase();
        }
        if seen.contains(&name) {
            return None;
        }
        seen.push(name.clone());
        Some((attribute, name))
    })
}

/// Whether the attribute loads something on this element, by what else the element says.
fn is_loading(tag: &StartTag<'_>, name: &str) -> bool {
    let value = |name| tag.attributes().value(name).map(decoded);
    loads(tag.name, tag.is_foreign, name).is_some()
        && match tag.name {
            Name::Link => value("rel").is_some_and(|rel| link::is_loading(&rel)),
            Name::Input => value("type").is_some_and(|kind| kind.eq_ignore_ascii_case("image")),
            _ => true,
        }
}

/// Whether browsers run such a script, or obey it; other types are data.
fn is_run(tag: &StartTag<'_>) -> bool {
    let value = |name| tag.attributes().value(name).map(decoded);
    let (kind, language) = (value("type"), value("language"));
    Kind::new(kind.as_deref().map(str::as_bytes), language.as_deref().map(str::as_bytes)) != Kind::Data
}

/// An attribute's value with its character references undone.
fn decoded(raw: &[u8]) -> Cow<'_, str> {
    match String::from_utf8_lossy(raw) {
        text if !text.contains('&') => text,
        text => Cow::Owned(htmlize::unescape_attribute(text).into_owned()),
    }
}
