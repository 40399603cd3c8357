//! What a category declares, and what visitors can read of it.

use super::{Found, Rule, necessary, purpose};
use crate::policy::{
    Basis, Category, CookiePurpose, DeclaredCategory, DeclaredCookie, Lifetime, NamePattern, Policy, Unit,
    Vendor, catalogue::VendorCookie, vendors,
};

/// What browsers keep a cookie for (draft-ietf-httpbis-rfc6265bis, section 5.5).
const BROWSERS: Lifetime = Lifetime::Limited { count: 400, unit: Unit::Days };
/// What is enough to compare one year with the next (CNIL, deliberation 2020-092, article 5).
const THIRTEEN_MONTHS: Lifetime = Lifetime::Limited { count: 13, unit: Unit::Months };

pub(super) fn check(found: &mut Found, policy: &Policy, category: &DeclaredCategory) {
    if category.id == Category::NECESSARY {
        necessary::check(found, policy, category);
    } else {
        contents(found, category);
        purpose::check(found, category);
    }
    for (i, cookie) in category.cookies.iter().enumerate() {
        let key = format!("category.{}.cookies[{i}]", category.id);
        described(found, &key, cookie);
        if let Some(lifetime) = cookie.lifetime {
            limits(found, &format!("{key}.duration"), category, lifetime);
            if category.basis == Basis::Consent {
                agrees_with_vendor(found, &format!("{key}.duration"), policy, &cookie.pattern, lifetime);
            }
        }
    }
    for (i, storage) in category.storage.iter().enumerate().filter(|(_, storage)| storage.purpose.is_none()) {
        let key = format!("category.{}.storage[{i}].purpose", category.id);
        missing_purpose(found, key, &storage.pattern);
    }
    if category.id != Category::NECESSARY {
        vendors_limits(found, category);
    }
}

/// Visitors say yes to something.
fn contents(found: &mut Found, category: &DeclaredCategory) {
    let is_empty = category.cookies.is_empty()
        && category.storage.is_empty()
        && category.vendors.is_empty()
        && category.origins.is_empty()
        && category.request_headers.is_empty()
        && category.response_headers.is_empty();
    if is_empty {
        let remedy = "visitors are asked, and not told of what; declare the cookies, storage, vendors, origins \
                      or headers that serve it, or leave it out";
        found.push(Rule::EmptyCategory, format!("category.{}", category.id), "", remedy);
    }
}

fn described(found: &mut Found, key: &str, cookie: &DeclaredCookie) {
    let name = &cookie.pattern;
    if cookie.purpose.is_none() {
        missing_purpose(found, format!("{key}.purpose"), name);
    }
    if cookie.lifetime.is_none() {
        let remedy =
            format!("visitors must be told how long {name} lasts; write session, or such as 13 months");
        found.push(Rule::MissingDuration, format!("{key}.duration"), "", remedy);
    }
}

fn missing_purpose(found: &mut Found, key: String, name: &NamePattern) {
    let remedy = format!("visitors must be told what {name} is for; write one sentence");
    found.push(Rule::MissingPurpose, key, "", remedy);
}

fn limits(found: &mut Found, key: &str, category: &DeclaredCategory, lifetime: Lifetime) {
    let (rule, limit, remedy) = if category.basis == Basis::AudienceMeasurement {
        let remedy = "what measures without consent lasts 13 months at most, also where a script sets it; \
                      write 13 months, and have it set so";
        (Rule::MeasurementLifetime, THIRTEEN_MONTHS, remedy)
    } else if category.id == Category::NECESSARY {
        (
            Rule::CookieLifetime,
            BROWSERS,
            "browsers keep no cookie for longer than 400 days; write what is true",
        )
    } else {
        let remedy = "a cookie lasts no longer than its purpose needs, for which 13 months are mostly enough, \
                      and browsers keep it for 400 days at most; set it for less, and write that";
        (Rule::CookieLifetime, THIRTEEN_MONTHS, remedy)
    };
    if lifetime.approximate() > limit.approximate() {
        found.push(rule, key, lifetime.to_string(), remedy);
    }
}

/// A vendor's cookies last as long as the catalogue says unless something else was set up.
fn agrees_with_vendor(found: &mut Found, key: &str, policy: &Policy, name: &NamePattern, lifetime: Lifetime) {
    let declared = |vendor: &Vendor| {
        let mut all = policy.declared().categories.iter().flat_map(|category| &category.vendors);
        all.any(|known| known.id == vendor.id)
    };
    let mut known =
        vendors().iter().flat_map(|vendor| vendor.cookies.iter().map(move |cookie| (vendor, cookie)));
    let is_it = |(vendor, cookie): &(&Vendor, &VendorCookie)| {
        cookie.pattern == *name && cookie.host.is_none() && (cookie.distinctive || declared(vendor))
    };
    let Some((vendor, cookie)) = known.find(is_it) else { return };
    // Who limits what lasts too long has set it up otherwise.
    let is_limit = is_long(cookie.lifetime) && lifetime != Lifetime::Session;
    if lifetime.approximate() < cookie.lifetime.approximate() && !is_limit {
        let remedy = format!(
            "{} sets {name} for {} unless its settings say otherwise; set it up so, or write that",
            vendor.name, cookie.lifetime
        );
        found.push(Rule::DurationMismatch, key, lifetime.to_string(), remedy);
    }
}

/// What the policy does not declare by name lasts as long as the catalogue says.
fn vendors_limits(found: &mut Found, category: &DeclaredCategory) {
    let measures = category.basis == Basis::AudienceMeasurement;
    for (i, vendor) in category.vendors.iter().enumerate() {
        let long = category.cookies_of(vendor).filter(|cookie| {
            // A choice that is kept is no purpose of its own. What other hosts set is beyond the site's reach.
            is_long(cookie.lifetime)
                && cookie.purpose != CookiePurpose::Choice
                && (measures || cookie.host.is_none() && !cookie.is_seldom)
        });
        let names: Vec<_> = long.map(|cookie| cookie.pattern.as_str()).collect();
        if names.is_empty() {
            continue;
        }
        let (rule, why) = if measures {
            (Rule::MeasurementLifetime, "what measures without consent lasts 13 months at most")
        } else {
            (Rule::CookieLifetime, "13 months are enough for most purposes")
        };
        let remedy = format!(
            "{why}, and {} sets these for longer unless it is set up otherwise: {}; limit them there, and declare them \
             under cookies with that duration",
            vendor.name,
            names.join(", ")
        );
        found.push(rule, format!("category.{}.vendors[{i}]", category.id), vendor.id, remedy);
    }
}

fn is_long(lifetime: Lifetime) -> bool {
    lifetime.approximate() > THIRTEEN_MONTHS.approximate()
}
