//! What is declared for one purpose, and is known to serve another.

use super::{Found, Rule};
use crate::policy::{DeclaredCategory, Vendor, vendors};

pub(super) fn check(found: &mut Found, category: &DeclaredCategory) {
    let key = format!("category.{}", category.id);
    for (i, vendor) in category.vendors.iter().enumerate().filter(|(_, vendor)| is_other(vendor, category)) {
        elsewhere(found, format!("{key}.vendors[{i}]"), vendor.id, vendor);
    }
    for (i, cookie) in category.cookies.iter().enumerate() {
        let name = &cookie.pattern;
        if let Some(vendor) = other(category, |vendor| vendor.cookies_named(name).next().is_some()) {
            elsewhere(found, format!("{key}.cookies[{i}].name"), name.as_str(), vendor);
        }
    }
    for (i, storage) in category.storage.iter().enumerate() {
        if let Some(vendor) = other(category, |vendor| vendor.keeps(&storage.pattern)) {
            elsewhere(found, format!("{key}.storage[{i}].key"), storage.pattern.as_str(), vendor);
        }
    }
    for (i, origin) in category.origins.iter().enumerate() {
        if let Some(vendor) = other(category, |vendor| vendor.origins_at(origin).next().is_some()) {
            elsewhere(found, format!("{key}.origins[{i}]"), &origin.to_string(), vendor);
        }
    }
}

/// Of the known vendors to whom something belongs the first, if each serves another purpose.
fn other(category: &DeclaredCategory, is_its: impl Fn(&Vendor) -> bool) -> Option<&'static Vendor> {
    let mut known = vendors().iter().filter(|vendor| is_its(vendor));
    let first = known.next()?;
    (is_other(first, category) && known.all(|vendor| is_other(vendor, category))).then_some(first)
}

/// Categories of the site's own say themselves what they are for.
fn is_other(vendor: &Vendor, category: &DeclaredCategory) -> bool {
    match category.id.as_str() {
        "analytics" => vendor.category == "marketing",
        "preferences" | "embeds" => vendor.is_tracker(),
        _ => false,
    }
}

fn elsewhere(found: &mut Found, key: String, value: &str, vendor: &Vendor) {
    let remedy = format!(
        "{} serves another purpose than visitors read of here; move it to {}, or to a category of \
         your own that says so",
        vendor.name, vendor.category
    );
    found.push(Rule::VendorForAnotherPurpose, key, value, remedy);
}
