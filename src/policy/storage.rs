//! What a policy says of the browser's storage, compiled: which keys go with which no.

use std::cmp::Reverse;

use super::{CookiePurpose, Mask, NECESSARY, NamePattern, Policy};

/// The keys that a policy declares, by itself and by its vendors.
#[derive(Clone, Debug, Default)]
pub(crate) struct StorageKeys {
    /// The one that says most exactly what is meant first, each with the categories that have it.
    keys: Vec<(NamePattern, Mask)>,
}

impl StorageKeys {
    pub(crate) fn new(policy: &Policy) -> Self {
        let mut keys: Vec<(NamePattern, Mask)> = Vec::new();
        for (bit, category) in policy.declared().categories.iter().enumerate() {
            let own = category.storage.iter().map(|storage| (&storage.pattern, false));
            let vendors = category.vendors.iter().flat_map(|vendor| &vendor.storage);
            let vendors = vendors.map(|storage| (&storage.pattern, storage.purpose == CookiePurpose::Choice));
            for (pattern, is_choice) in own.chain(vendors) {
                // A choice about privacy is never lost.
                let mask = 1 << bit | if is_choice { NECESSARY } else { 0 };
                match keys.iter_mut().find(|(known, _)| known == pattern) {
                    Some((_, categories)) => *categories |= mask,
                    None => keys.push((pattern.clone(), mask)),
                }
            }
        }
        keys.sort_by_key(|(pattern, _)| Reverse(pattern.exactness()));
        Self { keys }
    }

    /// All keys, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &(NamePattern, Mask)> {
        self.keys.iter()
    }

    /// Those of the refused categories by which something goes.
    pub(crate) fn gone_with(&self, refused: Mask) -> Mask {
        let gone = self.keys.iter().filter(|(_, categories)| categories & !refused == 0);
        gone.fold(0, |mask, (_, categories)| mask | categories)
    }

    /// What goes with a no to these categories, and what stays of what is called alike: the first pattern that fits
    /// a key decides. `true` is for what goes.
    pub(crate) fn refused(&self, refused: Mask) -> impl Iterator<Item = (&NamePattern, bool)> {
        let goes = move |categories: Mask| categories & !refused == 0;
        self.keys.iter().filter_map(move |(pattern, categories)| {
            let is_met = || {
                let mut gone = self.keys.iter().filter(|(_, categories)| goes(*categories));
                gone.any(|(gone, _)| gone.overlaps(pattern))
            };
            let is_gone = goes(*categories);
            (is_gone || is_met()).then_some((pattern, is_gone))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::StorageKeys;
    use crate::policy::{Category, Policy};

    fn refused(policy: &Policy, ids: &[&str]) -> String {
        let mask = ids.iter().fold(0, |mask, id| mask | 1 << policy.position(id).unwrap());
        let keys = StorageKeys::new(policy);
        let words = keys.refused(mask).map(|(key, goes)| format!("{}{key}", if goes { '-' } else { '+' }));
        words.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_key_goes_once_all_that_have_it_are_refused_and_the_exacter_pattern_decides() {
        let policy = Policy::builder("E", "e@example.com")
            .category(Category::necessary().storage("app_*").storage("cart"))
            .category(Category::analytics().storage("both").storage("app_stats").storage("st*"))
            .category(Category::marketing().storage("both").storage("stad_*"))
            .build()
            .unwrap();
        assert_eq!(refused(&policy, &[]), "");
        assert_eq!(refused(&policy, &["analytics"]), "-app_stats +stad_* +app_* -st*");
        assert_eq!(refused(&policy, &["marketing"]), "-stad_* +st*");
        let both = refused(&policy, &["analytics", "marketing"]);
        assert_eq!(both, "-app_stats -both -stad_* +app_* -st*");
        let keys = StorageKeys::new(&policy);
        assert_eq!([0b000, 0b010, 0b100, 0b110].map(|mask| keys.gone_with(mask)), [0, 0b010, 0b100, 0b110]);
    }

    #[test]
    fn a_choice_about_privacy_stays() {
        let policy = Policy::builder("E", "e@example.com").category(Category::analytics().vendor("posthog"));
        let words = refused(&policy.build().unwrap(), &["analytics"]);
        assert!(words.contains("-ph_*_posthog") && !words.contains("opt_in_out"), "{words}");
    }
}
