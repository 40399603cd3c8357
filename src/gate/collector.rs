use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{Gated, Plane};
use crate::policy::CategoryId;

/// So many names are kept, however many a site or its visitors make up.
const LIMIT: usize = 512;

/// Longer names are not kept.
const LONGEST: usize = 256;

/// What was met since the start, each name once, for whoever develops the site.
#[derive(Debug, Default)]
pub(crate) struct Collector(Mutex<Collected>);

/// A copy of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Collected {
    pub(crate) entries: BTreeMap<(Plane, String), Entry>,
    /// Something had no room.
    pub(crate) is_full: bool,
}

/// What became of one name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Entry {
    pub(crate) categories: Vec<CategoryId>,
    pub(crate) vendor: Option<&'static str>,
    pub(crate) is_undeclared: bool,
    pub(crate) was_withheld: bool,
    /// It passed where it would be withheld if the policy were enforced.
    pub(crate) was_spared: bool,
    pub(crate) has_passed: bool,
}

impl Collector {
    /// Keeps the name of what was met. `is_denied` says that it needs what its visitor has not allowed.
    pub(crate) fn note(&self, item: &Gated, is_denied: bool) {
        let mut collected = self.lock();
        let key = (item.plane, item.name.clone());
        let has_room = collected.entries.len() < LIMIT && key.1.len() <= LONGEST;
        if !has_room && !collected.entries.contains_key(&key) {
            collected.is_full = true;
            return;
        }
        let entry = collected.entries.entry(key).or_default();
        entry.categories.clone_from(&item.categories);
        entry.vendor = item.vendor;
        entry.is_undeclared = item.is_undeclared();
        match (item.was_withheld, is_denied) {
            (true, _) => entry.was_withheld = true,
            (false, true) => entry.was_spared = true,
            (false, false) => entry.has_passed = true,
        }
    }

    pub(crate) fn collected(&self) -> Collected {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Collected> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::{Collector, LIMIT, LONGEST};
    use crate::{
        gate::{Gate, Plane, Ruling, Verdict},
        policy::Policy,
    };

    #[test]
    fn names_that_are_made_up_fill_no_memory() {
        let policy = Policy::builder("Example SAS", "privacy@example.com").build().unwrap();
        let gate = Gate::new(&policy);
        let collector = Collector::default();
        let note = |name: &str| {
            let item = gate.gated(Plane::ResponseCookie, name, Verdict::Unknown, Ruling::Passes);
            collector.note(&item, false);
        };
        for number in 0..LIMIT {
            note(&format!("c{number}"));
            note(&format!("c{number}"));
        }
        assert!(!collector.collected().is_full);
        note("one-more");
        let collected = collector.collected();
        assert_eq!((collected.entries.len(), collected.is_full), (LIMIT, true));

        let collector = Collector::default();
        let long = "x".repeat(LONGEST + 1);
        let item = gate.gated(Plane::ResponseCookie, &long, Verdict::Unknown, Ruling::Passes);
        collector.note(&item, false);
        let collected = collector.collected();
        assert!(collected.entries.is_empty() && collected.is_full);
    }
}
