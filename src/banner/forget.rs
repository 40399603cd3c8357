//! Removes from the browser's storage what belongs to categories that the visitor has refused.
//!
//! Its words are patterns of keys, with `-` in front of what goes and `+` in front of what stays. The first that fits
//! a key decides; what none fits stays.

use super::{attribute, inline::FORGET};
use crate::policy::{Mask, NamePattern, Policy, StorageKeys};

/// The script, with the patterns in its attribute, so that one hash allows it for everybody.
pub(super) fn script(keys: &StorageKeys, refused: Mask) -> String {
    let words: Vec<String> = keys.refused(refused).map(|(key, goes)| word(key, goes)).collect();
    let mut out = String::from("<script data-consent-ui=\"\" data-forget=\"");
    attribute(&mut out, &words.join(" "));
    out + "\">" + &*FORGET.text + "</script>"
}

fn word(key: &NamePattern, goes: bool) -> String {
    format!("{}{key}", if goes { '-' } else { '+' })
}

/// The same for a page that all visitors share, whose script knows what its visitor has refused: each pattern behind
/// the categories that have it.
pub(super) fn keys(policy: &Policy, keys: &StorageKeys) -> String {
    let ids = |mask| policy.members(mask).map(|category| category.id.as_str()).collect::<Vec<_>>().join(",");
    let words: Vec<String> =
        keys.iter().map(|(key, categories)| format!("{}={key}", ids(*categories))).collect();
    words.join(" ")
}
