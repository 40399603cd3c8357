//! Whose rules apply, and whether they allow what the policy does.

use super::{Found, Rule};
use crate::policy::{Basis, Declared, Jurisdiction, Model, Notice, Policy};

pub(super) fn check(found: &mut Found, policy: &Policy, has_locator: bool) {
    let declared = policy.declared();
    if policy.optional() == 0 {
        return;
    }
    let (is_opt_out, places) = (declared.model == Model::OptOut, declared.jurisdictions.as_ref());
    if is_opt_out && places.is_none() && !has_locator {
        let remedy = "visitors from the EU and the UK are tracked before they have agreed; write \
                      model = \"opt-in\", or let a [jurisdiction] tell where each visitor is";
        found.push(Rule::ImpliedConsent, "model", "opt-out", remedy);
    }
    for (code, own, given) in moved_places(declared) {
        if asks_first(policy, own) && own != Jurisdiction::Ch && !asks_first(policy, given) {
            let remedy = format!(
                "visitors from there are tracked before they have agreed; write {}, or leave the place out",
                word(own)
            );
            found.push(Rule::ImpliedConsent, format!("jurisdiction.places.{code}"), word(given), remedy);
        }
    }
    let is_seen = || match places {
        Some(places) => places.in_use().any(|jurisdiction| !asks_first(policy, jurisdiction)),
        None => is_opt_out,
    };
    if declared.notice == Notice::Classic && (has_locator || is_seen()) {
        let remedy = "the bar accepts at one click and has no way to say no; write notice = \"standard\"";
        found.push(Rule::ClassicNotice, "notice", "classic", remedy);
    }
}

/// Whether what measures without consent may do so anywhere, and only where it may.
pub(super) fn measurement(found: &mut Found, policy: &Policy, has_locator: bool) {
    let declared = policy.declared();
    let mut measuring =
        declared.categories.iter().filter(|category| category.basis == Basis::AudienceMeasurement);
    let Some(category) = measuring.next() else { return };
    let is_exempt = |jurisdiction| policy.rules(Some(jurisdiction)).exempt != 0;

    let is_free_anywhere = match &declared.jurisdictions {
        Some(places) => places.in_use().any(is_exempt),
        None => declared.model == Model::OptOut,
    };
    if !is_free_anywhere && !has_locator {
        let remedy = "no visitor is known to be where this needs no consent, so it waits for a yes \
                      everywhere; let a [jurisdiction] tell where each visitor is, or leave the basis out";
        let key = format!("category.{}.basis", category.id);
        found.push(Rule::MeasurementWithoutJurisdiction, key, "audience-measurement", remedy);
    }
    for (code, own, given) in moved_places(declared) {
        if asks_first(policy, own) && !is_exempt(own) && is_exempt(given) {
            let remedy = format!(
                "the law there asks for consent to audience measurement too; write {}, or leave the place out",
                word(own)
            );
            found.push(
                Rule::MeasurementNotExempt,
                format!("jurisdiction.places.{code}"),
                word(given),
                remedy,
            );
        }
    }
}

/// The places of the policy whose own rules are known: the code, those rules, and the rules given to them.
fn moved_places(declared: &Declared) -> impl Iterator<Item = (&str, Jurisdiction, Jurisdiction)> {
    let places = declared.jurisdictions.iter().flat_map(|jurisdictions| &jurisdictions.places);
    places.filter_map(|(code, given)| {
        let country = code.split('-').next()?;
        Some((code.as_str(), Jurisdiction::of_place(country)?, *given))
    })
}

fn asks_first(policy: &Policy, jurisdiction: Jurisdiction) -> bool {
    policy.rules(Some(jurisdiction)).model == Model::OptIn
}

/// As a policy file spells it.
fn word(jurisdiction: Jurisdiction) -> &'static str {
    let mut words = Jurisdiction::WORDS.iter();
    words.find(|word| Jurisdiction::from_word(word) == Some(jurisdiction)).copied().unwrap_or_default()
}
