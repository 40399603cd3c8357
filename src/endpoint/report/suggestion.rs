//! What to write into the policy for what it does not declare.

use std::{collections::BTreeMap, fmt::Write as _};

use url::Url;

use crate::{
    gate::{Collected, Entry, Plane},
    policy::{
        NamePattern, Origin, Policy, TRACKING_HEADERS, TRACKING_REQUEST_HEADERS, TrackingHeader, Vendor,
        click_ids, vendors,
    },
};

/// Where a thing goes that nobody knows: it is withheld until a yes, so that a wrong guess shows to
/// whoever develops the site and tracks nobody.
const GUESS: &str = "analytics";

/// Lines of the policy file.
#[derive(Debug, Default)]
pub(super) struct Suggestion {
    /// Whole categories, for the end of the file.
    pub(super) new: String,
    /// Lines for categories that the policy has, by id.
    pub(super) additions: Vec<(String, String)>,
}

/// What one category is to declare.
#[derive(Debug, Default)]
struct Group {
    lists: BTreeMap<&'static str, Vec<String>>,
    /// Some of it is here by guess.
    is_guessed: bool,
}

impl Suggestion {
    pub(super) fn new(policy: &Policy, collected: &Collected) -> Self {
        let mut groups: BTreeMap<&str, Group> = BTreeMap::new();
        let undeclared = collected.entries.iter().filter(|(_, entry)| entry.is_undeclared);
        for ((plane, name), entry) in undeclared {
            let Some((category, list)) = place(*plane, name, entry) else { continue };
            let group = groups.entry(category.unwrap_or(GUESS)).or_default();
            group.is_guessed |= category.is_none();
            if let Some((list, item)) = list {
                let items = group.lists.entry(list).or_default();
                if !items.contains(&item) {
                    items.push(item);
                }
            }
        }
        let mut suggestion = Self::default();
        for (id, group) in groups {
            if has(policy, id) {
                suggestion.additions.push((id.to_owned(), group.lines()));
            } else {
                let gap = if suggestion.new.is_empty() { "" } else { "\n" };
                let lines = group.lines();
                let _ = write!(suggestion.new, "{gap}[[category]]\nid = \"{id}\"\n{lines}");
            }
        }
        suggestion
    }

    pub(super) fn is_empty(&self) -> bool {
        self.new.is_empty() && self.additions.is_empty()
    }
}

/// Whether the file has such a category already, where a second one is an error. `necessary` is there even
/// without.
fn has(policy: &Policy, id: &str) -> bool {
    let Some(bit) = policy.position(id) else { return false };
    let category = &policy.declared().categories[bit];
    bit > 0
        || !(category.cookies.is_empty()
            && category.vendors.is_empty()
            && category.origins.is_empty()
            && category.request_headers.is_empty()
            && category.response_headers.is_empty())
}

type Line = (&'static str, String);

/// The category that something belongs to, where that is known, and the line for it, where it takes one.
/// Nothing for what no policy can name.
fn place(plane: Plane, name: &str, entry: &Entry) -> Option<(Option<&'static str>, Option<Line>)> {
    let vendor = vendors().iter().find(|vendor| entry.vendor == Some(vendor.id));
    let vendor = vendor.or_else(|| if plane == Plane::Origin { vendor_at(name) } else { None });
    if let Some(vendor) = vendor {
        return Some((Some(vendor.category), Some(("vendors", quoted(vendor.id)))));
    }
    let header = |table: &[TrackingHeader], list| {
        let is_named = |header: &&TrackingHeader| {
            NamePattern::parse(header.name).is_ok_and(|pattern| pattern.matches(name))
        };
        let category = table.iter().find(is_named).map_or(GUESS, |header| header.category);
        Some((Some(category), Some((list, quoted(name)))))
    };
    match plane {
        Plane::ResponseCookie | Plane::RequestCookie => {
            let pattern = NamePattern::of_name(name)?;
            Some((None, Some(("cookies", format!("{{ name = {} }}", quoted(pattern.as_str()))))))
        }
        Plane::ResponseHeader => header(TRACKING_HEADERS, "response-headers"),
        Plane::RequestHeader => header(TRACKING_REQUEST_HEADERS, "request-headers"),
        Plane::Origin => {
            Origin::parse(name).ok()?;
            Some((None, Some(("origins", quoted(name)))))
        }
        Plane::Mark => None,
        // Whoever has the category has declared them.
        Plane::Query => {
            let parameter = click_ids().find(|parameter| parameter.name == name)?;
            Some((Some(parameter.category), None))
        }
    }
}

/// The vendor of an origin that passes undeclared, such as that of a video.
fn vendor_at(origin: &str) -> Option<&'static Vendor> {
    let url = Url::parse(origin).ok()?;
    let host = url.host_str()?;
    let is_at = |vendor: &&Vendor| {
        vendor.parsed_origins().any(|origin| origin.path.is_empty() && origin.has_host(host))
    };
    vendors().iter().find(is_at)
}

/// Names of these kinds hold nothing that TOML would escape.
fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

impl Group {
    fn lines(&self) -> String {
        let mut lines = String::new();
        if self.is_guessed {
            lines.push_str(
                "# Nobody knows what some of these are for. Move what the site cannot work without to \"necessary\".\n",
            );
        }
        if self.lists.contains_key("cookies") {
            lines.push_str(
                "# Visitors have to be told: add purpose = \"…\" and duration = \"13 months\" or the like.\n",
            );
        }
        for (list, items) in &self.lists {
            match items.as_slice() {
                [item] => {
                    let _ = writeln!(lines, "{list} = [{item}]");
                }
                items => {
                    let _ = writeln!(lines, "{list} = [");
                    for item in items {
                        let _ = writeln!(lines, "    {item},");
                    }
                    lines.push_str("]\n");
                }
            }
        }
        lines
    }
}
