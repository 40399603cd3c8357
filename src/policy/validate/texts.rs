//! The site's own texts: its words for ours, and languages that we do not speak.

use std::{collections::BTreeMap, sync::Arc};

use super::{Findings, category::is_tag};
use crate::policy::{
    Category, DeclaredCategory,
    builder::OwnText,
    folded,
    texts::{Language, Languages, Phrase, check},
};

/// The languages with the site's own texts in them.
pub(super) fn languages(found: &mut Findings, own: Vec<OwnText>) -> Arc<Languages> {
    if own.is_empty() {
        return Arc::clone(Languages::bundled());
    }
    let mut by_tag: BTreeMap<_, Vec<OwnText>> = BTreeMap::new();
    for text in own {
        // A language comes before its regional forms, which take over what it says.
        let tag = (text.language.len(), text.language.to_ascii_lowercase());
        by_tag.entry(tag).or_default().push(text);
    }
    let mut languages = Languages::clone(Languages::bundled());
    for texts in by_tag.into_values() {
        let tag = texts[0].language.clone();
        if !is_tag(&tag) {
            found.push(
                format!("texts.{tag}"),
                tag,
                "name the language by its BCP 47 tag, such as fr or pt-BR",
            );
            continue;
        }
        let mut language = languages.start(&tag);
        for OwnText { key, text, .. } in texts {
            let name = format!("texts.{tag}.{key}");
            let checked = check(&tag, &key, &text);
            if found.take(&name, &text, checked).is_some() {
                language.set(key.into(), text.into());
            }
        }
        complete(found, &tag, &language);
        opposites(found, &tag, &language);
        languages.put(language);
    }
    Arc::new(languages)
}

/// Visitors tell categories apart by their titles, and necessary is what nobody is asked about (EDPB Guidelines
/// 03/2022, annex: no ambiguous wording).
pub(super) fn titles(found: &mut Findings, categories: &[DeclaredCategory], languages: &Languages) {
    for (index, category) in categories.iter().enumerate() {
        let is_optional = category.id != Category::NECESSARY;
        let twin = |language: &Language| {
            let title = folded(category.title_in(language));
            let mut others = categories[..index].iter().filter(|other| other.id != category.id);
            let earlier = others.find(|other| title == folded(other.title_in(language)));
            let bundled = Languages::bundled().get(language.tag());
            let necessary = bundled.and_then(|bundled| bundled.named("necessary-title"));
            let is_necessary = is_optional && necessary.is_some_and(|necessary| title == folded(necessary));
            let id = earlier.map(|other| other.id.as_str());
            id.or(is_necessary.then_some("necessary")).filter(|_| !title.is_empty())
        };
        if let Some((language, twin)) =
            languages.iter().find_map(|language| Some((language, twin(language)?)))
        {
            let tag = language.tag();
            let remedy = format!("in {tag} this is the title of {twin} too; let visitors tell the two apart");
            found.push(format!("category.{}.title", category.id), category.title_in(language), remedy);
        }
    }
}

fn complete(found: &mut Findings, tag: &str, language: &Language) {
    let missing: Vec<_> = language.keys().filter(|key| language.text(key).is_none()).collect();
    if !missing.is_empty() {
        let remedy = format!("a language that is not bundled needs all texts; add {}", missing.join(", "));
        found.push(format!("texts.{tag}"), tag, remedy);
    }
}

/// What says yes, and what says no in its place.
const OPPOSITES: [(Phrase, Phrase); 5] = [
    (Phrase::Accept, Phrase::Reject),
    (Phrase::Accept, Phrase::OptOut),
    (Phrase::AcceptAll, Phrase::RejectAll),
    (Phrase::AcceptAll, Phrase::OptOutAll),
    (Phrase::Allowed, Phrase::Refused),
];

/// All that says yes, and all that says no.
const YES: [Phrase; 3] = [Phrase::Accept, Phrase::AcceptAll, Phrase::Allowed];
const NO: [Phrase; 5] =
    [Phrase::Reject, Phrase::OptOut, Phrase::RejectAll, Phrase::OptOutAll, Phrase::Refused];

/// EDPB Guidelines 03/2022, annex: no ambiguous wording.
fn opposites(found: &mut Findings, tag: &str, language: &Language) {
    let bundled = Languages::bundled().get(tag);
    let of = |language: &Language, phrase| folded(language.get(phrase));
    for (accept, refuse) in OPPOSITES {
        for (label, other) in [(accept, refuse), (refuse, accept)] {
            let text = of(language, label);
            let is_other = text == of(language, other);
            // A no may well be to go on "without accepting"; a yes names no refusal.
            let says = |other: &str| text == other || label == accept && text.contains(other);
            let is_bundled_other = bundled.is_some_and(|bundled| says(&of(bundled, other)));
            // Two that are the same are told once.
            let is_told = if is_other { label == refuse } else { is_bundled_other };
            if !text.is_empty() && is_told {
                let remedy = format!("{} says the same; let yes and no differ", other.key());
                found.push(format!("texts.{tag}.{}", label.key()), language.get(label), remedy);
            }
        }
    }
    // No label of one kind is one of the other, wherever that stands.
    let is_pair = |yes, no| OPPOSITES.contains(&(yes, no));
    for (labels, others, is_no) in [(&YES[..], &NO[..], false), (&NO, &YES, true)] {
        for &label in labels {
            let text = of(language, label);
            let is_paired = |other| is_pair(label, other) || is_pair(other, label);
            let same = others.iter().find(|other| {
                let is_own = is_no && text == of(language, **other);
                let is_bundled = bundled.is_some_and(|bundled| text == of(bundled, **other));
                !is_paired(**other) && (is_own || is_bundled)
            });
            if let Some(other) = same.filter(|_| !text.is_empty()) {
                let remedy = format!("{} says the same; let yes and no differ", other.key());
                found.push(format!("texts.{tag}.{}", label.key()), language.get(label), remedy);
            }
        }
    }
    for label in [Phrase::ReadMore, Phrase::Save] {
        let text = of(language, label);
        let is_said = |answer| {
            text == of(language, answer) || bundled.is_some_and(|bundled| text == of(bundled, answer))
        };
        let answers = OPPOSITES.into_iter().flat_map(|(accept, refuse)| [accept, refuse]);
        let same = answers.into_iter().find(|answer| !text.is_empty() && is_said(*answer));
        if let Some(answer) = same {
            let remedy = format!("{} says the same, which this does not do", answer.key());
            found.push(format!("texts.{tag}.{}", label.key()), language.get(label), remedy);
        }
    }
}
