use std::collections::BTreeSet;

use super::{Languages, PLACES, Place, plural::Plural};
use crate::policy::folded;

/// What stands on buttons, or beside them and looks like them.
const LABELS: [&str; 11] = [
    "accept",
    "reject",
    "opt-out",
    "read-more",
    "accept-all",
    "reject-all",
    "opt-out-all",
    "save",
    "hide",
    "embed-once",
    "embed-always",
];
/// In characters: enough for any language, and little enough that no button hides another.
const MAX_LABEL: usize = 80;

/// Whether a text can stand under a key in a language; else what is to be done about it.
pub(in crate::policy) fn check(tag: &str, key: &str, text: &str) -> Result<(), String> {
    let found = placeholders(text);
    let mut expected = BTreeSet::new();
    if let Some(&Place::Counted(_, plural)) = PLACES.get(key) {
        let used = Plural::used_by(tag);
        if !used.contains(&plural) {
            let used: Vec<_> = used.into_iter().map(Plural::suffix).collect();
            return Err(format!("no number takes this form in this language; write {}", used.join(", ")));
        }
        // Such a number can be in words: "one day".
        if !(found.is_empty() && plural.is_one_number(tag)) {
            expected.insert("{count}");
        }
    } else {
        let english = Languages::bundled().fallback().text(key);
        let english = english.ok_or("there is no such text; Policy::texts lists the keys of all")?;
        expected = placeholders(english);
    }
    // Between the members of a list a comma is enough.
    let is_comma = key.starts_with("list-") && !text.trim().is_empty();
    if folded(text).is_empty() && !is_comma {
        return Err("write a text that visitors can read".to_owned());
    }
    if found != expected {
        let expected: Vec<_> = expected.into_iter().collect();
        let remedy = match &*expected {
            [] => "nothing is put in here; write it without braces".to_owned(),
            some => format!("write a text with {} and no other braces", some.join(" and ")),
        };
        return Err(remedy);
    }
    if LABELS.contains(&key) && text.chars().count() > MAX_LABEL {
        return Err(format!("this stands on a button; write at most {MAX_LABEL} characters"));
    }
    match key {
        "direction" if !["ltr", "rtl"].contains(&text) => Err("write ltr or rtl".to_owned()),
        "month-names" if text.split(", ").count() != 12 => {
            Err("write twelve names with a comma and a space between them".to_owned())
        }
        _ => Ok(()),
    }
}

/// What is in braces, with them; of an open brace, all that follows.
fn placeholders(text: &str) -> BTreeSet<&str> {
    let opens = text.match_indices('{').map(|(at, _)| &text[at..]);
    opens.map(|rest| rest.find('}').map_or(rest, |end| &rest[..=end])).collect()
}
