//! The leak test: everything a page refers to, by every setting and at every step of a visitor.

use std::collections::BTreeMap;

use crate::{
    chromium::Script,
    front::Front,
    kinds::{Kind, Plane, Sign},
    known::{is_connected_ahead, is_in_its_own_time, is_known},
    references,
    site::{self, Setting},
    snippets, table,
    third_party::COOKIE,
    visit::{Look, Step, Visitor},
};

pub(crate) type Looks = BTreeMap<Step, Look>;

pub(crate) fn kinds() -> Vec<Kind> {
    references::kinds().into_iter().chain(snippets::kinds()).collect()
}

/// Whether nothing of this may leak in a setting. What a site's own scripts do, only a
/// Content-Security-Policy holds.
fn is_held(kind: &Kind, setting: Setting) -> bool {
    kind.plane != Plane::Script || setting != Setting::Markup
}

fn needs_script_off(kind: &Kind) -> bool {
    kind.sign == Sign::RequestWithoutScript
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn nothing_reaches_a_third_party_without_consent() {
    let front = Front::start(site::all()).await;
    let kinds: Vec<Kind> = kinds().into_iter().filter(|kind| !needs_script_off(kind)).collect();
    let visitor = Visitor::new(&front, Script::On, &kinds).await;
    let mut walks = BTreeMap::new();
    for setting in Setting::ALL.into_iter().filter(|setting| setting.is_there()) {
        visitor.clear_cookies().await;
        walks.insert(setting, visitor.walk(setting).await);
    }
    println!("{}", table::of(&kinds, &walks));
    let mut findings = arrivals(&kinds, &walks);
    findings.extend(leaks(&kinds, &walks));
    findings.extend(walks.iter().flat_map(|(setting, looks)| cookies(*setting, looks)));
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn nothing_reaches_a_third_party_without_consent_where_scripts_are_off() {
    let front = Front::start(site::all()).await;
    // What is seen by no script of the test, and is not clicked.
    let is_seen = |kind: &Kind| match kind.plane {
        Plane::Markup => kind.sign == Sign::RequestWithoutScript || ["img", "style-url"].contains(&kind.name),
        _ => false,
    };
    let kinds: Vec<Kind> = kinds().into_iter().filter(is_seen).collect();
    let visitor = Visitor::new(&front, Script::Off, &kinds).await;
    let mut walks = BTreeMap::new();
    for setting in [Setting::Bare, Setting::Both] {
        visitor.clear_cookies().await;
        walks.insert(setting, visitor.walk(setting).await);
    }
    println!("{}", table::of(&kinds, &walks));
    let mut findings = arrivals(&kinds, &walks);
    findings.extend(leaks(&kinds, &walks));
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

/// All arrive where there is no layer, and where the visitor has said yes: else the test could not fail.
fn arrivals(kinds: &[Kind], walks: &BTreeMap<Setting, Looks>) -> Vec<String> {
    let mut findings = Vec::new();
    for (setting, looks) in walks {
        let step = if *setting == Setting::Bare { Step::Undecided } else { Step::Accepted };
        let is_seen = |kind: &&Kind| *setting != Setting::Csp || kind.sign != Sign::Attribute;
        let missing = kinds.iter().filter(is_seen).filter(|kind| !kind.has_arrived(&looks[&step].seen));
        findings.extend(missing.map(|kind| format!("{}: {} does not arrive", setting.name(), kind.name)));
    }
    findings
}

/// At which steps without consent a kind leaks.
pub(crate) fn leaking(kind: &Kind, looks: &Looks) -> Vec<Step> {
    let denied = Step::DENIED.into_iter();
    denied.filter(|step| looks.get(step).is_some_and(|look| kind.is_in(&look.seen))).collect()
}

fn leaks(kinds: &[Kind], walks: &BTreeMap<Setting, Looks>) -> Vec<String> {
    let mut findings = Vec::new();
    for (setting, looks) in walks.iter().filter(|(setting, _)| **setting != Setting::Bare) {
        for kind in kinds.iter().filter(|kind| is_held(kind, *setting)) {
            let is_excused = |step: &Step| {
                let is_ahead = is_connected_ahead(kind.name, *setting);
                is_ahead && kind.is_connected_only(&looks[step].seen)
                    || is_in_its_own_time(kind.name) && matches!(step, Step::Withdrawn | Step::Back)
            };
            let steps: Vec<_> = leaking(kind, looks).into_iter().filter(|step| !is_excused(step)).collect();
            let steps: Vec<_> = steps.into_iter().map(Step::name).collect();
            let what = match (steps.is_empty(), is_known(kind.name, *setting)) {
                (false, false) => format!("leaks: {}", steps.join("; ")),
                (true, true) => "leaks no more, take it out of the known leaks".to_owned(),
                _ => continue,
            };
            findings.push(format!("{}: {} {what}", setting.name(), kind.name));
        }
    }
    findings
}

/// What is in the jar after each step.
fn cookies(setting: Setting, looks: &Looks) -> Vec<String> {
    let mut findings = Vec::new();
    let mut foreign_before = Default::default();
    for (step, look) in looks {
        let own: Vec<_> = look.own_cookies.iter().map(String::as_str).collect();
        let expected: &[&str] = match (setting, step) {
            (Setting::Bare, _) => &["_ga", "promo", "sid"],
            (_, Step::Undecided) => &["sid"],
            (_, Step::Accepted) => &["__Host-consent", "_ga", "promo", "sid"],
            _ => &["__Host-consent", "sid"],
        };
        if own != expected {
            findings.push(format!("{}, {}: the jar holds {own:?}", setting.name(), step.name()));
        }
        // Another's cookies are theirs to delete; what counts is that none is added by who was not reached.
        let added = look.foreign_cookies.difference(&foreign_before);
        let is_reached = |name: &&String| {
            let label = name.strip_prefix(COOKIE).unwrap_or(name);
            look.seen.contacts.iter().any(|contact| contact.host.split('.').next() == Some(label))
        };
        let strange: Vec<_> = added.filter(|name| !is_reached(name)).collect();
        if !strange.is_empty() {
            findings.push(format!("{}, {}: the jar gains {strange:?}", setting.name(), step.name()));
        }
        let is_allowed = setting == Setting::Bare || *step == Step::Accepted;
        if is_allowed && !look.foreign_cookies.contains(&format!("{COOKIE}img")) {
            findings.push(format!("{}, {}: no third party sets a cookie", setting.name(), step.name()));
        }
        foreign_before.clone_from(&look.foreign_cookies);
    }
    findings
}
