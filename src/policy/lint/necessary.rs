//! What is declared as necessary, and is known not to be.

use super::{Found, Rule};
use crate::policy::{
    Category, DeclaredCategory, NamePattern, Origin, Policy, TRACKING_HEADERS, TRACKING_REQUEST_HEADERS,
    TrackingHeader, Vendor, vendors,
};

pub(super) fn check(found: &mut Found, policy: &Policy, necessary: &DeclaredCategory) {
    const KEY: &str = "category.necessary";
    for (i, vendor) in necessary.vendors.iter().enumerate() {
        if vendor.category != Category::NECESSARY.as_str() {
            exempted(found, format!("{KEY}.vendors[{i}]"), vendor.id, vendor);
        }
    }
    for (i, cookie) in necessary.cookies.iter().enumerate() {
        let mut trackers = vendors().iter().filter(|vendor| vendor.is_tracker());
        if let Some(vendor) = trackers.find(|vendor| sets(vendor, &cookie.pattern, policy)) {
            exempted(found, format!("{KEY}.cookies[{i}].name"), cookie.pattern.as_str(), vendor);
        }
    }
    for (i, storage) in necessary.storage.iter().enumerate() {
        let mut trackers = vendors().iter().filter(|vendor| vendor.is_tracker());
        if let Some(vendor) = trackers.find(|vendor| vendor.keeps(&storage.pattern)) {
            exempted(found, format!("{KEY}.storage[{i}].key"), storage.pattern.as_str(), vendor);
        }
    }
    for (i, origin) in necessary.origins.iter().enumerate() {
        let serving = || vendors().iter().filter(|vendor| serves(vendor, origin, policy));
        let tracker = serving().find(|vendor| vendor.is_tracker());
        let other = || serving().find(|vendor| vendor.category != Category::NECESSARY.as_str());
        if let Some(vendor) = tracker.or_else(other) {
            exempted(found, format!("{KEY}.origins[{i}]"), &origin.to_string(), vendor);
        }
    }
    let headers = [
        ("request-headers", &necessary.request_headers, TRACKING_REQUEST_HEADERS),
        ("response-headers", &necessary.response_headers, TRACKING_HEADERS),
    ];
    for (part, declared, tracking) in headers {
        for (i, name) in declared.iter().enumerate() {
            if let Some(header) = tracking.iter().find(|header| names(name, header)) {
                let remedy = format!(
                    "it passes without consent ({}: {}); leave it out, unless pages cannot be shown without it",
                    header.name,
                    header.reason.trim_end_matches('.')
                );
                found.push(
                    Rule::TrackingHeaderAsNecessary,
                    format!("{KEY}.{part}[{i}]"),
                    name.as_str(),
                    remedy,
                );
            }
        }
    }
}

fn exempted(found: &mut Found, key: String, value: &str, vendor: &Vendor) {
    let Vendor { id, name, category, .. } = vendor;
    if vendor.is_tracker() {
        let remedy = format!(
            "this is {name}, and nobody is asked about it; only what the visitor's own request cannot do \
             without is exempt: add {id:?} to the vendors of {category:?} instead"
        );
        found.push(Rule::TrackerAsNecessary, key, value, remedy);
    } else {
        let remedy = format!(
            "{name} learns of every visitor, and nobody is asked; unless the visitor's own request cannot do \
             without it, add {id:?} to the vendors of {category:?} instead"
        );
        found.push(Rule::ServiceAsNecessary, key, value, remedy);
    }
}

/// Whether the name alone says, or covers, that it is a cookie by which this vendor tracks. Where the vendor is
/// declared as well, the more exact of the two declarations counts.
fn sets(vendor: &Vendor, name: &NamePattern, policy: &Policy) -> bool {
    let is_gated = is_gated(vendor, policy);
    vendor.cookies_named(name).any(|own| !is_gated || name.exactness() > own.pattern.exactness())
}

/// Whether something of this vendor's loads from the origin; in the same sense.
fn serves(vendor: &Vendor, origin: &Origin, policy: &Policy) -> bool {
    let is_gated = is_gated(vendor, policy);
    vendor.origins_at(origin).any(|own| !is_gated || origin.exactness() > own.exactness())
}

/// Whether a category that visitors are asked about declares the vendor.
fn is_gated(vendor: &Vendor, policy: &Policy) -> bool {
    let mut categories = policy.members(policy.optional());
    categories.any(|category| category.vendors.iter().any(|declared| declared.id == vendor.id))
}

fn names(pattern: &NamePattern, header: &TrackingHeader) -> bool {
    let known = NamePattern::parse(header.name);
    pattern.matches(header.name) || known.is_ok_and(|known| known.matches(pattern.as_str()))
}
