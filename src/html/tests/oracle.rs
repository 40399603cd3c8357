//! html5ever's tree, before and after.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::harness::{BOTH, END_FORM, ONLY_END, ONLY_START, Ran, START};
use super::parsed::{alone, parse};
use crate::html::{Outcome, Place, Places, Reason};

/// What is inserted as a child of the body, by the value of its mark.
static ALONE: LazyLock<[(&str, String); 2]> =
    LazyLock::new(|| [("start", alone(START)), ("end", alone(END_FORM))]);

/// How many documents there were of each class.
#[derive(Debug, Default)]
pub(super) struct Counts(BTreeMap<String, usize>);

impl Counts {
    pub(super) fn add(&mut self, class: impl Into<String>) {
        *self.0.entry(class.into()).or_default() += 1;
    }

    pub(super) fn get(&self, class: &str) -> usize {
        self.0.get(class).copied().unwrap_or(0)
    }

    pub(super) fn print(&self, title: &str) {
        println!("{title}");
        for (class, count) in &self.0 {
            println!("{count:>9}  {class}");
        }
    }
}

/// Runs a document with every choice of places and compares its trees.
pub(super) fn compare(
    input: &[u8],
    run: impl Fn(Places, &[u8]) -> Ran,
    counts: &mut Counts,
) -> Result<(), String> {
    let before = parse(input);
    assert!(before.inserted.is_empty(), "the document is marked already");
    counts.add("documents");
    for (places, title) in [(ONLY_START, "start"), (ONLY_END, "end"), (BOTH, "both")] {
        let ran = run(places, input);
        let class = match places {
            Places { start: true, end: true } => None,
            Places { start: true, .. } => Some(format!("{title} {:?}", ran.start)),
            _ => Some(format!(
                "{title} {:?}{}",
                ran.end,
                match ran.asked(Place::BodyEnd) {
                    Some(asked) if !asked.child_of_body => ", may be nested",
                    _ => "",
                }
            )),
        };
        if let Some(class) = class {
            counts.add(class);
        }
        let gone = ran.start == Outcome::Inserted && before.has_frames;
        if gone {
            counts.add(format!("{title}: late frameset, not compared"));
            continue;
        }
        if before.has_frames {
            assert!(matches!(ran.start, Outcome::NotWanted | Outcome::Impossible(Reason::Frameset)));
        }
        let after = parse(&ran.output);
        let fail = |what: &str| {
            Err(format!(
                "{title}: {what}\n input {:?}\noutput {:?}\n{:?} {:?}\nbefore {:?}\n{}\nafter {:?}\n{}",
                String::from_utf8_lossy(input),
                ran.text(),
                ran.start,
                ran.end,
                before.quirks,
                before.tree,
                after.quirks,
                after.tree,
            ))
        };
        if (&before.tree, before.quirks) != (&after.tree, after.quirks) {
            return fail("the tree differs");
        }
        for ((key, alone), place) in ALONE.iter().zip([Place::BodyStart, Place::BodyEnd]) {
            let found = after.inserted.get(*key).map_or(&[][..], Vec::as_slice);
            match (ran.asked(place), found) {
                (None, []) => {}
                (Some(asked), [one])
                    if asked.child_of_body
                        && one.path == "html>body"
                        && (one.tree == *alone
                            || place == Place::BodyStart && one.is_but_for_looks(alone)) => {}
                (Some(asked), [one]) if !asked.child_of_body && one.path.starts_with("html>body") => {
                    if places.start != places.end && one.path == "html>body" {
                        counts.add(format!("{title}: not promised, child of body all the same"));
                    }
                }
                (_, found) => return fail(&format!("{key} stands as {found:?}")),
            }
        }
    }
    Ok(())
}
