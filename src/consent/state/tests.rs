use super::{Circumstances, State};
use crate::{
    consent::{
        answers::{Answers, Choice, Group},
        cookie::Stored,
        signal::Signal,
    },
    policy::{Category, Mask, Model, Policy},
};

const DAY: i64 = 24 * 60 * 60;
const NOW: i64 = 1_800_000_000;
const ANALYTICS: Mask = 0b010;
const MARKETING: Mask = 0b100;
const BOTH: Mask = ANALYTICS | MARKETING;

fn policy(model: Model, revision: u32) -> Policy {
    Policy::builder("Example SAS", "privacy@example.com")
        .model(model)
        .revision(revision)
        .category(Category::analytics())
        .category(Category::marketing())
        .build()
        .unwrap()
}

fn at(now: i64) -> Circumstances {
    Circumstances { now, ..Circumstances::default() }
}

fn answered(age: i64, granted: Mask, denied: Mask) -> Stored {
    let group = Group { at: NOW - age, granted, denied };
    Stored::Answers(Answers::from_groups(1, [group]).unwrap())
}

fn opt_in(stored: Stored) -> State {
    State::new(&policy(Model::OptIn, 1), stored, at(NOW))
}

fn opt_out(stored: Stored) -> State {
    State::new(&policy(Model::OptOut, 1), stored, at(NOW))
}

#[test]
fn without_an_answer_opt_in_denies_and_opt_out_allows() {
    assert_eq!(opt_in(Stored::Absent).effective, 1);
    assert_eq!(opt_out(Stored::Absent).effective, 1 | BOTH);
    for state in [opt_in(Stored::Absent), opt_out(Stored::Absent)] {
        assert_eq!((state.due, state.is_decided()), (BOTH, false));
    }
}

#[test]
fn an_unusable_cookie_denies_under_both_models_and_is_asked_again() {
    for state in [opt_in(Stored::Unusable), opt_out(Stored::Unusable)] {
        assert_eq!((state.effective, state.due), (1, BOTH));
    }
}

#[test]
fn a_yes_lapses_after_180_days_and_is_asked_about_again_after_184() {
    for (age, effective, due) in [
        (0, 1 | BOTH, 0),
        (180 * DAY - 1, 1 | BOTH, 0),
        (180 * DAY, 1, 0),
        (184 * DAY - 1, 1, 0),
        (184 * DAY, 1, BOTH),
    ] {
        let state = opt_in(answered(age, BOTH, 0));
        assert_eq!((state.effective, state.due), (effective, due), "{age}");
    }
}

#[test]
fn a_no_is_remembered_for_184_days_under_opt_in_and_366_under_opt_out() {
    assert_eq!(opt_in(answered(184 * DAY - 1, 0, BOTH)).due, 0);
    assert_eq!(opt_in(answered(184 * DAY, 0, BOTH)).due, BOTH);
    let late = opt_out(answered(366 * DAY - 1, 0, BOTH));
    assert_eq!((late.effective, late.due), (1, 0));
    let lapsed = opt_out(answered(366 * DAY, 0, BOTH));
    assert_eq!((lapsed.effective, lapsed.due), (1, BOTH), "denied until answered");
    let groups = [
        Group { at: NOW - 367 * DAY, granted: 0, denied: ANALYTICS },
        Group { at: NOW, granted: 0, denied: MARKETING },
    ];
    let partly = opt_out(Stored::Answers(Answers::from_groups(1, groups).unwrap()));
    assert_eq!(partly.effective, 1, "a later no renews no earlier one, and undoes none");
}

#[test]
fn a_decision_from_the_future_is_not_believed() {
    assert_eq!(opt_in(answered(-301, BOTH, 0)).effective, 1);
    assert_eq!(opt_in(answered(-300, BOTH, 0)).effective, 1 | BOTH);
    assert_eq!(opt_out(answered(-301, BOTH, 0)).effective, 1);
}

#[test]
fn another_revision_asks_everything_anew_but_an_opt_out_survives() {
    for revision in [2, 3] {
        let state = State::new(&policy(Model::OptIn, revision), answered(0, ANALYTICS, MARKETING), at(NOW));
        assert_eq!((state.effective, state.due), (1, BOTH));
        let state = State::new(&policy(Model::OptOut, revision), answered(0, ANALYTICS, MARKETING), at(NOW));
        assert_eq!((state.effective, state.due), (1, ANALYTICS));
    }
}

#[test]
fn a_category_that_was_never_asked_is_asked_alone() {
    let state = opt_in(answered(DAY, 0, MARKETING));
    assert_eq!((state.effective, state.due, state.is_decided()), (1, ANALYTICS, false));
    let state = opt_in(answered(DAY, MARKETING, 0));
    assert_eq!((state.effective, state.due), (1 | MARKETING, ANALYTICS));
}

#[test]
fn a_lapsed_yes_is_not_asked_about_while_a_no_is_remembered() {
    let groups = [
        Group { at: NOW - 200 * DAY, granted: ANALYTICS, denied: 0 },
        Group { at: NOW - 20 * DAY, granted: 0, denied: MARKETING },
    ];
    let state = opt_in(Stored::Answers(Answers::from_groups(1, groups).unwrap()));
    assert_eq!((state.effective, state.due), (1, 0));
}

#[test]
fn the_signal_denies_under_opt_out_and_yields_to_an_explicit_yes_under_opt_in() {
    let signal =
        Circumstances { signal: Some(Signal::GlobalPrivacyControl), now: NOW, ..Circumstances::default() };
    let state = |model, stored| State::new(&policy(model, 1), stored, signal).effective;
    assert_eq!(state(Model::OptOut, Stored::Absent), 1);
    assert_eq!(state(Model::OptOut, answered(0, BOTH, 0)), 1);
    assert_eq!(state(Model::OptIn, Stored::Absent), 1);
    assert_eq!(state(Model::OptIn, answered(0, BOTH, 0)), 1 | BOTH);
}

#[test]
fn a_request_that_may_hide_the_cookie_counts_as_denied_under_opt_out() {
    let hidden = Circumstances { may_hide_cookie: true, now: NOW, ..Circumstances::default() };
    let state = |stored| State::new(&policy(Model::OptOut, 1), stored, hidden).effective;
    assert_eq!(state(Stored::Absent), 1);
    assert_eq!(state(answered(0, BOTH, 0)), 1 | BOTH);
}

#[test]
fn without_optional_categories_nothing_is_due() {
    let policy = Policy::builder("Example SAS", "privacy@example.com").build().unwrap();
    let state = State::new(&policy, Stored::Absent, at(NOW));
    assert_eq!((state.effective, state.due, state.is_decided()), (1, 0, false));
}

#[test]
fn a_partial_decision_prolongs_no_earlier_answer() {
    let policy = policy(Model::OptIn, 1);
    let earlier = opt_in(answered(100 * DAY, ANALYTICS, 0)).answers;
    let after = Answers::decide(earlier.as_ref(), &policy, 0, Choice::grant(MARKETING), NOW).unwrap();
    let state = State::new(&policy, Stored::Answers(after.clone()), at(NOW + 90 * DAY));
    assert_eq!(state.effective, 1 | MARKETING);
    assert_eq!(after.latest(), NOW);
}

#[test]
fn deciding_replaces_the_earlier_answer() {
    let policy = policy(Model::OptIn, 1);
    let earlier = opt_in(answered(DAY, BOTH, 0)).answers;
    let after = Answers::decide(earlier.as_ref(), &policy, 0, Choice::deny(BOTH), NOW).unwrap();
    assert_eq!(after.groups().count(), 1);
    assert_eq!(State::new(&policy, Stored::Answers(after), at(NOW)).effective, 1);
}

#[test]
fn deciding_nothing_leaves_no_answers() {
    let policy = policy(Model::OptIn, 1);
    assert_eq!(Answers::decide(None, &policy, 0, Choice::default(), NOW), None);
}
