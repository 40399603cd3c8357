//! Whether the site's own texts speak the same languages.

use std::collections::BTreeSet;

use super::{Found, Rule};
use crate::policy::{Declared, Text, text::lookup};

pub(super) fn check(found: &mut Found, declared: &Declared) {
    let texts: Vec<_> = texts(declared).collect();
    let tags =
        |text: &Text| text.each().filter_map(|(tag, _)| tag.map(str::to_owned)).collect::<BTreeSet<_>>();
    let configured = declared.language.map(|index| declared.languages[index].tag().to_ascii_lowercase());
    let all: BTreeSet<String> = texts.iter().flat_map(|(_, text)| tags(text)).chain(configured).collect();
    for (key, text) in &texts {
        let has = tags(text);
        // One without tags is meant for everyone.
        if has.is_empty() {
            continue;
        }
        let is_missing = |tag: &&String| lookup(tag, |tag| has.contains(tag).then_some(())).is_none();
        let missing: Vec<_> = all.iter().filter(is_missing).map(String::as_str).collect();
        if !missing.is_empty() {
            let given = has.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
            let remedy = format!("what stands around it is there in {}; add that here", missing.join(", "));
            found.push(Rule::MissingTranslation, key, given, remedy);
        }
    }
}

/// Everything that visitors read and the site has written.
fn texts(declared: &Declared) -> impl Iterator<Item = (String, &Text)> {
    declared.categories.iter().flat_map(|category| {
        let id = &category.id;
        let own = [("title", &category.title), ("description", &category.description)];
        let own = own
            .into_iter()
            .filter_map(move |(part, text)| Some((format!("category.{id}.{part}"), text.as_ref()?)));
        let cookies = category.cookies.iter().enumerate().filter_map(move |(i, cookie)| {
            Some((format!("category.{id}.cookies[{i}].purpose"), cookie.purpose.as_ref()?))
        });
        own.chain(cookies)
    })
}
