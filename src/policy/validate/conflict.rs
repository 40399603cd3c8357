//! What is well by itself but not beside the rest.

use std::collections::HashMap;

use super::Findings;
use crate::policy::{Category, CookiePrefix, DeclaredCategory, NamePattern};

pub(super) fn check(found: &mut Findings, categories: &[DeclaredCategory], consent_cookie: &str) {
    let (necessary, gated): (Vec<_>, Vec<_>) =
        categories.iter().partition(|category| category.id == Category::NECESSARY);
    for category in gated {
        let id = &category.id;
        for exempt in &necessary {
            for (i, cookie) in category.cookies.iter().enumerate() {
                let key = format!("category.{id}.cookies[{i}].name");
                if exempt.cookies.iter().any(|other| other.pattern == cookie.pattern) {
                    found.push(key, cookie.pattern.as_str(), both("cookie"));
                }
            }
            for (i, vendor) in category.vendors.iter().enumerate() {
                let mut exempted = exempt.cookies.iter().map(|cookie| &cookie.pattern);
                let own = |name: &&NamePattern| vendor.cookies.iter().any(|cookie| cookie.pattern == **name);
                if let Some(name) = exempted.find(own) {
                    let remedy = format!(
                        "this vendor sets {name}, which is declared in necessary; what is necessary is not gated: \
                         keep one of the two"
                    );
                    found.push(format!("category.{id}.vendors[{i}]"), vendor.id, remedy);
                }
            }
            for (i, storage) in category.storage.iter().enumerate() {
                if exempt.storage.iter().any(|other| other.pattern == storage.pattern) {
                    let key = format!("category.{id}.storage[{i}].key");
                    found.push(key, storage.pattern.as_str(), both("key"));
                }
            }
            let headers = [
                ("request-headers", &category.request_headers, &exempt.request_headers),
                ("response-headers", &category.response_headers, &exempt.response_headers),
            ];
            for (part, gated, exempt) in headers {
                for (i, name) in gated.iter().enumerate().filter(|(_, name)| exempt.contains(name)) {
                    found.push(format!("category.{id}.{part}[{i}]"), name.as_str(), both("header"));
                }
            }
            for (i, origin) in category.origins.iter().enumerate() {
                if exempt.origins.contains(origin) {
                    found.push(format!("category.{id}.origins[{i}]"), origin.to_string(), both("origin"));
                }
            }
            for (i, vendor) in category.vendors.iter().enumerate() {
                if exempt.vendors.iter().any(|other| other.id == vendor.id) {
                    found.push(format!("category.{id}.vendors[{i}]"), vendor.id, both("vendor"));
                }
            }
        }
        for (i, cookie) in category.cookies.iter().enumerate() {
            if is_consent_cookie(&cookie.pattern, consent_cookie) {
                let key = format!("category.{id}.cookies[{i}].name");
                let remedy = "this is the consent cookie, which is necessary and never gated; leave it out";
                found.push(key, cookie.pattern.as_str(), remedy);
            }
        }
    }
    tokens_collide(found, categories);
}

fn both(what: &str) -> String {
    format!("this {what} is declared in necessary too; what is necessary is not gated: keep one of the two")
}

fn is_consent_cookie(pattern: &NamePattern, consent_cookie: &str) -> bool {
    CookiePrefix::split(pattern.as_str()).1 == consent_cookie
}

/// Two ids with one token would share an answer.
fn tokens_collide(found: &mut Findings, categories: &[DeclaredCategory]) {
    let mut seen = HashMap::new();
    for category in categories {
        let id = category.id.as_str();
        if let Some(other) = seen.insert(category.token, id).filter(|other| *other != id) {
            let remedy = format!("the consent cookie cannot tell this id from {other:?}; choose another");
            found.push(format!("category.{id}.id"), id, remedy);
        }
    }
}
