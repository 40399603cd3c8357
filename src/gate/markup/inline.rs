//! What scripts load that stand in the page: vendors' loaders, modules, import maps, speculation rules, bundles.

use std::borrow::Cow;

use super::{
    Gate, Markup,
    imports::{imports, is_address, may_import},
    json::strings,
    kind, make_inert,
    script_type::Kind,
    text::{self, syntax},
};
use crate::{
    gate::{Ruling, Verdict},
    html::{Edits, StartTag},
    policy::Enforcement,
};

impl Gate {
    /// Rules on the text of a script that is not inert yet.
    pub(crate) fn script(&self, page: &mut Markup, tag: &StartTag<'_>, raw: &[u8], edits: &mut Edits) {
        let (text, has_elements) = match syntax(tag) {
            Some(syntax) => text::of(raw, syntax),
            None => (Cow::Borrowed(raw), false),
        };
        let mut is_withheld = match kind(tag) {
            Kind::JavaScript | Kind::Module => self.withholds_code(page, &text),
            Kind::ImportMap => self.withholds_import_map(page, &text),
            Kind::SpeculationRules => self.withholds_speculation(page, &text),
            Kind::WebBundle => self.withholds_bundle(page, &text),
            Kind::Data => false,
        };
        // What stands behind an element is text of the script too.
        is_withheld |= has_elements && self.withholds_anything(page);
        if is_withheld {
            make_inert(tag, edits);
        }
        self.say_what_is_awaited(page, tag, edits);
    }

    /// Whether a piece of JavaScript loads what is not allowed, as far as can be told.
    pub(super) fn withholds_code(&self, page: &mut Markup, text: &[u8]) -> bool {
        self.withholds_loader(page, text) | self.withholds_imports(page, text)
    }

    /// The loader of a vendor waits for its category; a script that has several, for all of them.
    fn withholds_loader(&self, page: &mut Markup, text: &[u8]) -> bool {
        let mut is_withheld = false;
        for loader in self.loaders.in_script(text) {
            let ruling = self.met_origin(loader.origin, loader.verdict, page.standing, &mut page.met);
            if ruling == Ruling::Withheld {
                page.await_verdict(loader.verdict);
                is_withheld = true;
            }
        }
        is_withheld
    }

    fn withholds_imports(&self, page: &mut Markup, text: &[u8]) -> bool {
        let mut is_withheld = false;
        if may_import(text) {
            imports(text, |specifier| {
                let url = page.resolve(specifier).filter(|_| is_address(specifier));
                is_withheld |= url.is_some_and(|url| {
                    self.withholds_url(page, &url)
                        || url.scheme() == "data" && self.withholds_data_code(page, &url)
                });
            });
        }
        is_withheld
    }

    /// A map that leads bare names to what is not allowed (HTML standard, "parse an import map string").
    fn withholds_import_map(&self, page: &mut Markup, text: &[u8]) -> bool {
        let mut is_withheld = false;
        strings(text, |names, value| {
            let is_target = names.first().is_some_and(|name| matches!(&**name, "imports" | "scopes"));
            is_withheld |= is_target && is_address(value) && self.withholds_address(page, value);
        });
        is_withheld
    }

    /// A file that the browser fetches for what it holds.
    fn withholds_bundle(&self, page: &mut Markup, text: &[u8]) -> bool {
        let mut is_withheld = false;
        let is_complete = strings(text, |names, value| {
            let is_source = names.first().is_some_and(|name| name == "source");
            is_withheld |= is_source && self.withholds_address(page, value);
        });
        is_withheld || !is_complete && self.withholds_anything(page)
    }

    /// Rules that have the browser fetch what is not allowed (HTML standard, "speculation rules"). Where
    /// they do not end within what may be held, they might name anything.
    pub(crate) fn withholds_speculation(&self, page: &mut Markup, text: &[u8]) -> bool {
        let mut is_withheld = false;
        // Rules about the links of the page, and what narrows them down to some.
        let (mut documents, mut patterns, mut is_wide) = (0, 0, false);
        let is_complete = strings(text, |names, value| {
            let stands_under = |wanted: &str| names.iter().any(|name| name == wanted);
            let is_about_links = names.last().is_some_and(|name| name == "source") && value == "document";
            let is_positive = stands_under("where") && !stands_under("not");
            documents += usize::from(is_about_links);
            patterns += usize::from(is_positive && stands_under("href_matches"));
            is_wide |= is_positive && stands_under("or") && stands_under("selector_matches");
            is_withheld |= match names.last().map(|name| &**name) {
                Some("urls") => self.withholds_address(page, value),
                Some("href_matches") => self.withholds_pattern(page, value),
                Some("hostname") if stands_under("href_matches") => self.withholds_host(page, value),
                _ => false,
            };
        });
        let has_where = memchr::memmem::find(text, b"\"where\"").is_some();
        // Whatever they do not narrow down to addresses may lead anywhere.
        let leads_anywhere = documents > patterns || has_where && patterns == 0 || is_wide;
        is_withheld || (!is_complete || leads_anywhere) && self.withholds_anything(page)
    }

    /// A pattern of addresses (URL Pattern standard): one without a host is about the page's own origin.
    fn withholds_pattern(&self, page: &mut Markup, pattern: &str) -> bool {
        let behind_scheme = pattern.split_once("://").map(|(_, rest)| rest).or(pattern.strip_prefix("//"));
        match behind_scheme {
            Some(rest) => {
                let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
                self.withholds_host(page, host)
            }
            None => !page.skips_relative && self.withholds_address(page, pattern),
        }
    }

    fn withholds_host(&self, page: &mut Markup, host: &str) -> bool {
        let host = host.rsplit('@').next().unwrap_or(host);
        let name = host.split(':').next().unwrap_or(host).to_ascii_lowercase();
        let is_name =
            |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'));
        if name.is_empty() || !is_name(name.strip_prefix("*.").unwrap_or(&name)) {
            // It matches more than can be told.
            return self.withholds_anything(page);
        }
        let verdict = self.origins.look_up_source(&name);
        if matches!(verdict, Verdict::Unknown) {
            // Some of its paths may be declared.
            return self.origins.claims_host(&name) && self.withholds_anything(page);
        }
        let ruling = self.met_origin(&name, verdict, page.standing, &mut page.met);
        if ruling == Ruling::Withheld {
            page.await_verdict(verdict);
        }
        ruling == Ruling::Withheld
    }

    /// Whether it would be withheld if it could be anything.
    pub(super) fn withholds_anything(&self, page: &mut Markup) -> bool {
        let is_strict = self.policy.declared().enforcement == Enforcement::Strict;
        let is_withheld = page.standing.enforces && (is_strict || self.is_anything_denied(page.standing));
        if is_withheld {
            page.bar();
        }
        is_withheld
    }
}
