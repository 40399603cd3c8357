//! Whether the site's own texts speak the same languages, and let both answers weigh the same.

use std::collections::BTreeSet;

use super::{Found, Rule};
use crate::policy::{Declared, Phrase, Text, text::lookup};

pub(super) fn check(found: &mut Found, declared: &Declared) {
    translations(found, declared);
    answers(found, declared);
}

/// Both answers, where they stand side by side.
const ANSWERS: [(Phrase, Phrase); 4] = [
    (Phrase::Accept, Phrase::Reject),
    (Phrase::Accept, Phrase::OptOut),
    (Phrase::AcceptAll, Phrase::RejectAll),
    (Phrase::AcceptAll, Phrase::OptOutAll),
];

/// A button is at least as large as its label, and one that is much longer has the larger button.
fn answers(found: &mut Found, declared: &Declared) {
    for language in declared.languages.iter() {
        let length = |phrase| language.get(phrase).chars().count();
        let mut told = Vec::new();
        for (yes, no) in ANSWERS {
            let (short, long) = if length(yes) > length(no) { (no, yes) } else { (yes, no) };
            let is_even = length(long) < length(short) + 12 || 2 * length(long) < 5 * length(short);
            if is_even || told.contains(&long) {
                continue;
            }
            told.push(long);
            let key = format!("texts.{}.{}", language.tag(), long.key());
            let remedy = format!(
                "its button is larger than that of {}, which is much shorter; let both be about as long",
                short.key()
            );
            found.push(Rule::UnevenAnswers, key, language.get(long), remedy);
        }
    }
}

fn translations(found: &mut Found, declared: &Declared) {
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
