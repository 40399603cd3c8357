//! Frames that wait for consent and show something: who they come from, and what they are built with.

use std::borrow::Cow;

use url::Url;

use super::{Markup, decoded};
use crate::{
    gate::{Gate, Verdict, origin::is_below},
    html::{ElementName as Name, StartTag},
    policy::{Mask, Vendor},
};

/// A frame that is inert now.
#[derive(Debug)]
pub(crate) struct Embed {
    pub(crate) url: Url,
    /// Whose content it is, where the policy declares that.
    pub(crate) vendor: Option<&'static Vendor>,
    /// The categories to be allowed for good. None where that would allow more than such content.
    pub(crate) always: Mask,
    /// Whether it can be loaded this once.
    pub(crate) is_declared: bool,
    /// What else the frame is built with, by the names in [`CARRIED`].
    pub(crate) attributes: Vec<(&'static str, String)>,
}

/// The attributes that a frame keeps wherever it is loaded.
pub(crate) const CARRIED: [&str; 5] = ["allow", "allowfullscreen", "referrerpolicy", "sandbox", "title"];

/// Frames that are smaller in CSS pixels show nothing to anybody.
const LEAST: f64 = 60.0;

impl Gate {
    /// What there is to say of a frame that has just been made inert. `needs` are what its marks ask for.
    pub(super) fn embed(&self, page: &Markup, tag: &StartTag<'_>, needs: Mask) -> Option<Embed> {
        if tag.name != Name::Iframe || tag.is_foreign || !tag.is_live || tag.is_cut || is_hidden(tag) {
            return None;
        }
        let src = tag.value("src").map(decoded)?;
        let url = page.resolve(&src).filter(|url| matches!(url.scheme(), "http" | "https"))?;
        let (by_origin, is_declared) = match self.origins.look_up(&url) {
            Verdict::Needs(mask) | Verdict::NeedsAny(mask) => (mask, true),
            Verdict::Recognised(_) => return None,
            _ => (0, false),
        };
        let vendor = self.vendor_of(&url);
        let needs = needs | by_origin;
        let tracks = ["analytics", "marketing"].iter().filter_map(|id| self.policy.position(id));
        let tracks = tracks.fold(0, |mask: Mask, bit| mask | 1 << bit) & needs != 0;
        if tracks && vendor.is_none_or(Vendor::is_tracker) {
            return None;
        }
        let carried = |name: &'static str| Some((name, tag.value(name).map(decoded)?.into_owned()));
        Some(Embed {
            url,
            vendor,
            always: if tracks { 0 } else { needs & !page.standing.effective },
            is_declared,
            attributes: CARRIED.into_iter().filter_map(carried).collect(),
        })
    }

    /// The categories that an address of declared content needs.
    pub(crate) fn declared_needs(&self, url: &Url) -> Option<Mask> {
        match self.origins.look_up(url) {
            Verdict::Needs(mask) | Verdict::NeedsAny(mask) => Some(mask),
            _ => None,
        }
    }

    /// The declared vendor that says most exactly that an address is its own.
    fn vendor_of(&self, url: &Url) -> Option<&'static Vendor> {
        let host = url.host_str()?;
        let categories = self.policy.declared().categories.iter();
        let vendors = categories.flat_map(|category| category.vendors.iter().copied());
        let of_vendor = |vendor: &'static Vendor| {
            let origins = vendor.parsed_origins().filter(|origin| origin.has_host(host));
            let exactness = origins.map(|origin| (is_below(url.path(), &origin.path), origin.exactness()));
            exactness.max().map(|exactness| (exactness, vendor))
        };
        let claims = vendors.filter_map(of_vendor);
        // Of equals the first.
        let best = claims.reduce(|best, claim| if claim.0 > best.0 { claim } else { best });
        best.map(|(_, vendor)| vendor)
    }
}

/// Whether visitors are not meant to see it.
fn is_hidden(tag: &StartTag<'_>) -> bool {
    let value = |name| tag.value(name).map(decoded);
    let is_small = |name| value(name).and_then(|text| leading_number(&text)).is_some_and(|size| size < LEAST);
    let style: String = value("style").unwrap_or_default().split_ascii_whitespace().collect();
    value("hidden").is_some()
        || value("srcdoc").is_some()
        || is_small("width")
        || is_small("height")
        || ["display:none", "visibility:hidden"]
            .iter()
            .any(|hides| style.to_ascii_lowercase().contains(hides))
}

/// The number of pixels that a dimension begins with; none for a share of something (HTML standard, "rules
/// for parsing dimension values").
fn leading_number(text: &str) -> Option<f64> {
    let text = text.trim_start();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    if unit.starts_with('%') { None } else { number.parse().ok() }
}

impl Markup {
    /// The frame that was made inert last, if that is still to be said.
    pub(crate) fn take_embed(&mut self) -> Option<Embed> {
        self.embed.take()
    }
}

/// The `sandbox` under which a frame of ours can ask: the author's, and what forms need.
pub(crate) fn with_forms(sandbox: &str) -> String {
    let mut flags: Vec<Cow<'_, str>> = sandbox.split_ascii_whitespace().map(Cow::Borrowed).collect();
    for needed in ["allow-forms", "allow-same-origin", "allow-top-navigation-by-user-activation"] {
        if !flags.iter().any(|flag| flag.eq_ignore_ascii_case(needed)) {
            flags.push(Cow::Borrowed(needed));
        }
    }
    flags.join(" ")
}
