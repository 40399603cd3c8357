//! Makes what a page loads inert until its category is allowed, by inserting bytes alone: an attribute
//! that holds an address gets another name, an inline script a type that is none. What was inserted can
//! be taken out again.

mod content;
mod element;
mod embed;
mod handler;
mod harmless;
mod imports;
mod inert;
mod inline;
mod json;
mod literal;
mod loader;
mod mark;
mod page;
mod reference;
mod script_type;
mod srcdoc;
mod style;
mod text;

use std::borrow::Cow;

use bytes::Bytes;
use url::Url;

pub(crate) use self::embed::{CARRIED, Embed, with_forms};
pub(super) use self::loader::Loaders;
pub(crate) use self::page::Markup;
use self::{
    element::{Holds, candidates, is_relative, loads, stands_for},
    harmless::may_count,
    inert::{INERT, forestall, make_inert, rename, rename_double},
    mark::Mark,
    script_type::{is_run, kind},
};
use super::{Gate, Ruling, address::resolve, csp_lint, link, refresh::refresh_url};
use crate::{
    event::warn_once,
    html::{Attribute, Consequence, Edits, ElementName as Name, StartTag},
};

impl Gate {
    /// Rules on what a start tag loads.
    pub(crate) fn start_tag(&self, page: &mut Markup, tag: &StartTag<'_>, edits: &mut Edits) -> Consequence {
        if tag.name == Name::Base {
            self.read_base(page, tag, edits);
            return Consequence::default();
        }
        if self.is_harmless(page, tag) {
            return Consequence::default();
        }
        let mark = tag.value("data-consent").map(|value| {
            Mark::new(&self.policy, &decoded(value), |id| {
                warn_once!(
                    "unknown-mark",
                    id,
                    "an element is marked with a category that the policy does not have, and nobody can allow that: \
                     declare the category, or correct data-consent"
                );
            })
        });
        let effective = page.standing.effective;
        if let (Some(mark), Some(value)) = (mark, tag.value("data-consent")) {
            self.note_mark(page, &decoded(value), mark);
        }
        let met_before = page.met.len();
        let covers = tag.covers.iter().filter_map(|cover| page.marks.get(*cover as usize));
        let is_denied =
            page.standing.enforces && !covers.copied().chain(mark).all(|mark| mark.holds(effective));
        let mut reads_text = false;
        match tag.name {
            Name::Script => {
                let is_inert = self.gate_script(page, tag, is_denied, edits);
                let is_judged = page.standing.enforces || page.standing.is_watched;
                // Where the browser releases it, what it says counts beside what its author says of it.
                let is_inline = !tag.is_cut
                    && named(tag, |name| may_count(tag, name)).all(|(_, name)| !holds_script(tag, &name));
                let is_read = !is_inert || page.awaited.is_some() && is_inline;
                reads_text = is_read && is_judged && is_run(tag);
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
        let is_marked = page.standing.enforces && mark.is_some_and(|mark| !mark.holds(effective));
        self.gate_handlers(page, tag, is_denied, is_marked, edits);
        self.gate_styles(page, tag, is_denied, edits);
        if is_denied {
            page.deny_since(met_before);
        }
        if !reads_text || tag.is_cut {
            self.say_what_is_awaited(page, tag, edits);
        }
        if page.standing.enforces && mark.is_some_and(|mark| mark.is_replaced(effective)) {
            edits.insert(0, (tag.behind_name(), Bytes::from_static(b" hidden=\"\"")));
            rename_double(tag, edits, "hidden");
        }
        let cover = mark.map(|mark| {
            page.marks.push(mark);
            (page.marks.len() - 1) as u32
        });
        Consequence { cover, reads_text }
    }

    /// Tells the script that releases elements what this one needs beside what its author says.
    fn say_what_is_awaited(&self, page: &mut Markup, tag: &StartTag<'_>, edits: &mut Edits) {
        let Some(awaited) = page.awaited.as_mut().map(std::mem::take) else { return };
        if awaited.needs == 0 && !awaited.is_barred {
            return;
        }
        let categories = self.policy.declared().categories.iter().enumerate();
        let needed = categories.filter(|(bit, _)| !awaited.is_barred && awaited.needs & 1 << bit != 0);
        let ids: Vec<&str> = needed.map(|(_, category)| category.id.as_str()).collect();
        let attribute = format!(" data-consent-needs=\"{}\"", ids.join(" "));
        edits.insert(0, (tag.behind_name(), Bytes::from(attribute)));
        rename_double(tag, edits, "data-consent-needs");
    }

    /// Takes over where addresses start from. What leads them to where consent is needed is inert itself, since
    /// browsers resolve some that stand before it, and those in `noscript`, from there as well.
    fn read_base(&self, page: &mut Markup, tag: &StartTag<'_>, edits: &mut Edits) {
        if tag.is_foreign {
            return;
        }
        let Some(href) = tag.value("href").map(decoded) else {
            if tag.is_cut && self.withholds_anything(page) {
                forestall(tag, edits);
            }
            return;
        };
        // Each starts from the address of the page, whatever another says.
        let page_itself = page.own.as_deref().and_then(|own| Url::parse(&format!("https://{own}/")).ok());
        let current = page.base.clone();
        if page.has_base {
            page.base = page_itself;
        }
        if self.withholds_address(page, &href) {
            rename(tag, edits, |name| name == "href");
        }
        page.base = current;
        if page.has_base || !tag.is_live {
            return;
        }
        page.has_base = true;
        let base = match &page.base {
            Some(base) => resolve(base, &href),
            None => Url::parse(&href).ok(),
        };
        // Such an address is no base (HTML standard, "set the frozen base URL").
        let base = base.filter(|base| !matches!(base.scheme(), "data" | "javascript"));
        let base = base.or_else(|| page.base.take());
        page.set_base(self, base);
    }

    /// Whether a script is inert now. Without its address its text would run, so it gets a type too.
    fn gate_script(&self, page: &mut Markup, tag: &StartTag<'_>, is_denied: bool, edits: &mut Edits) -> bool {
        if !is_run(tag) {
            return false;
        }
        let mut is_inert = is_denied;
        let mut inert = Vec::new();
        for (attribute, name) in named(tag, |name| may_count(tag, name)) {
            let is_withheld = self.withholds(page, tag, attribute, &name);
            match stands_for(tag.name, tag.is_foreign, &name) {
                // The script runs as well without it.
                Some(header) if is_withheld | self.withholds_as_header(page, header) => inert.push(name),
                Some(_) => {}
                None => is_inert |= is_withheld,
            }
        }
        // Where the address of a long one cannot be seen, it might be any.
        is_inert |= tag.is_cut && self.withholds_anything(page);
        if is_inert {
            make_inert(tag, edits);
        } else if !inert.is_empty() {
            rename(tag, edits, |name| inert.iter().any(|inert| inert == name));
        }
        is_inert
    }

    /// Whether anything of it is inert now.
    fn gate_attributes(
        &self,
        page: &mut Markup,
        tag: &StartTag<'_>,
        is_denied: bool,
        edits: &mut Edits,
    ) -> bool {
        let mut inert = Vec::new();
        for (attribute, name) in named(tag, |name| may_count(tag, name)) {
            let is_inert = match tag.name {
                Name::Meta => name == "http-equiv" && self.withholds_pragma(page, tag, is_denied),
                _ => {
                    let is_withheld =
                        is_loading(tag, &name) && (self.withholds(page, tag, attribute, &name) || is_denied);
                    let header = stands_for(tag.name, tag.is_foreign, &name);
                    is_withheld
                        | header.is_some_and(|header| is_denied || self.withholds_as_header(page, header))
                }
            };
            if is_inert {
                inert.push(name);
            }
        }
        let is_inert = |wanted: &[&str]| inert.iter().any(|name| wanted.contains(&&**name));
        let mut follow: Vec<&str> = Vec::new();
        if is_inert(&["src", "srcset", "srcdoc", "href", "xlink:href", "data"]) {
            // What waits for the element to load would wait in vain, or take it for a failure.
            follow.extend(["onload", "onerror"]);
            if matches!(tag.name, Name::Iframe | Name::Frame) {
                edits.push(page.frame_name(tag));
                follow.push("name");
            }
        }
        if is_inert(&["srcdoc"]) {
            // Without its document the frame would load its address.
            follow.push("src");
        }
        if !inert.is_empty() {
            rename(tag, edits, |name| is_inert(&[name]) || follow.contains(&name));
        }
        if tag.is_cut && self.withholds_anything(page) {
            forestall(tag, edits);
        }
        !inert.is_empty()
    }

    /// Whether a `meta` asks for what is not allowed: a refresh to where consent is needed, or for hints
    /// (Client Hints Infrastructure, "Accept-CH"; the same rule as for the header).
    fn withholds_pragma(&self, page: &mut Markup, tag: &StartTag<'_>, is_denied: bool) -> bool {
        let value = |name| tag.value(name).map(decoded);
        let kind = value("http-equiv").unwrap_or_default();
        let is = |name: &str| kind.eq_ignore_ascii_case(name);
        let content = value("content").unwrap_or_default();
        if is("accept-ch") || is("delegate-ch") {
            let hints = content.split([',', ';']);
            let hints = hints.map(|hint| hint.split_ascii_whitespace().next().unwrap_or_default());
            let is_any_withheld = self.withholds_hints("accept-ch", hints, page.standing, &mut page.met);
            return is_denied || is_any_withheld;
        }
        if is("content-security-policy") {
            csp_lint::tell_of_meta(&content);
        }
        if !is("refresh") {
            return false;
        }
        let Some(address) = refresh_url(content.as_bytes()).map(String::from_utf8_lossy) else {
            return false;
        };
        self.withholds_address(page, &address) || is_denied
    }

    /// Whether what a header would have the browser do is not allowed.
    fn withholds_as_header(&self, page: &mut Markup, name: &str) -> bool {
        self.met_header(name, page.standing, &mut page.met) == Ruling::Withheld
    }

    /// Whether an attribute that loads something loads what is not allowed.
    fn withholds(&self, page: &mut Markup, tag: &StartTag<'_>, attribute: &Attribute, name: &str) -> bool {
        let Some(holds) = loads(tag.name, tag.is_foreign, name) else { return false };
        let raw = tag.value_of(attribute);
        if holds == Holds::Address && page.skips_relative && !raw.contains(&b'&') && is_relative(raw) {
            return false;
        }
        let value = decoded(raw);
        // All are judged, so that all are told.
        let mut is_withheld = false;
        match holds {
            Holds::Address => {
                let readings = page.readings(&value);
                is_withheld = self.withholds_any_reading(page, &value, &readings);
                for url in readings.iter().flatten() {
                    is_withheld |= self.withholds_content(page, tag, url);
                }
            }
            Holds::Candidates => {
                candidates(&value).for_each(|address| is_withheld |= self.withholds_address(page, address));
            }
            Holds::Addresses => value
                .split_ascii_whitespace()
                .for_each(|address| is_withheld |= self.withholds_address(page, address)),
            Holds::Frames => {
                value.split(';').for_each(|address| is_withheld |= self.withholds_address(page, address));
            }
            Holds::Document => is_withheld = self.withholds_document(page, &value, tag.is_cut),
        }
        is_withheld
    }

    fn withholds_address(&self, page: &mut Markup, address: &str) -> bool {
        let readings = page.readings(address);
        self.withholds_any_reading(page, address, &readings)
    }

    /// Whether any of the places is not allowed that an address may lead to.
    fn withholds_any_reading(&self, page: &mut Markup, address: &str, readings: &[Option<Url>]) -> bool {
        let is_unknown = readings.iter().all(Option::is_none) && is_in_another_encoding(address);
        let mut is_withheld = is_unknown && self.withholds_anything(page);
        for url in readings.iter().flatten() {
            is_withheld |= self.withholds_url(page, url);
        }
        is_withheld
    }

    fn withholds_url(&self, page: &mut Markup, url: &Url) -> bool {
        let ruling = self.met_address(url, page.own.as_deref(), page.standing, &mut page.met);
        if ruling == Ruling::Withheld && page.awaited.is_some() {
            page.await_verdict(self.origins.look_up(url));
        }
        ruling == Ruling::Withheld
    }
}

/// The attributes of a tag that are wanted by their names, with these in lower case; of two of one name the
/// first counts.
fn named<'a, 'b>(
    tag: &'b StartTag<'a>,
    is_wanted: impl Fn(&[u8]) -> bool,
) -> impl Iterator<Item = (&'b Attribute, Cow<'a, str>)> {
    let wanted = tag.attributes.iter().enumerate();
    wanted.filter(move |(_, attribute)| is_wanted(tag.name_of(attribute))).filter_map(|(at, attribute)| {
        let name = name_of(tag, attribute);
        let is_again = |earlier: &Attribute| match tag.is_xml {
            true => name_of(tag, earlier) == name,
            false => tag.name_of(earlier).eq_ignore_ascii_case(tag.name_of(attribute)),
        };
        (!tag.attributes[..at].iter().any(is_again)).then_some((attribute, name))
    })
}

/// In lower case, unless case matters.
fn name_of<'a>(tag: &StartTag<'a>, attribute: &Attribute) -> Cow<'a, str> {
    let mut name = String::from_utf8_lossy(tag.name_of(attribute));
    if tag.is_xml {
        // Whatever the prefix is that XLink has here.
        return if name.ends_with(":href") { Cow::Borrowed("xlink:href") } else { name };
    }
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        name.to_mut().make_ascii_lowercase();
    }
    name
}

/// Whether the attribute loads something on this element, by what else the element says.
fn is_loading(tag: &StartTag<'_>, name: &str) -> bool {
    let value = |name| tag.value(name).map(decoded);
    loads(tag.name, tag.is_foreign, name).is_some()
        && match tag.name {
            Name::Link if name == "imagesrcset" => value("rel")
                .is_some_and(|rel| rel.split_ascii_whitespace().any(|word| is_one_of(word, &["preload"]))),
            Name::Link => value("rel").is_some_and(|rel| link::is_loading(&rel)),
            Name::Input => value("type").is_some_and(|kind| kind.eq_ignore_ascii_case("image")),
            Name::Param => {
                value("name").is_some_and(|name| is_one_of(&name, &["src", "movie", "code", "url", "data"]))
            }
            Name::Animate | Name::Set => {
                value("attributeName").is_some_and(|name| is_one_of(&name, &["href", "xlink:href"]))
            }
            _ => true,
        }
}

fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|known| word.trim_ascii().eq_ignore_ascii_case(known))
}

/// Whether the attribute of a script has it run another text than its own.
fn holds_script(tag: &StartTag<'_>, name: &str) -> bool {
    loads(tag.name, tag.is_foreign, name) == Some(Holds::Address)
}

/// Whether a text has bytes that are no UTF-8: in the encoding of the page they may be part of any host.
fn is_in_another_encoding(text: &str) -> bool {
    text.contains(char::REPLACEMENT_CHARACTER)
}

/// An attribute's value with its character references undone.
fn decoded(raw: &[u8]) -> Cow<'_, str> {
    match String::from_utf8_lossy(raw) {
        text if !text.contains('&') => text,
        text => Cow::Owned(htmlize::unescape_attribute(text).into_owned()),
    }
}
