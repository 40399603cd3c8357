use std::{borrow::Cow, collections::HashMap, ops::Range};

use crate::policy::{CookiePrefix, Mask, NECESSARY, NamePattern, Vendor};

/// What the policy and the catalogue say of a name.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Verdict {
    /// Declared as necessary.
    Exempt,
    /// Declared: all of these categories must be allowed.
    Needs(Mask),
    /// Declared: one of these categories must be allowed, since the vendor is told of the others.
    NeedsAny(Mask),
    /// A known tracker that the policy does not declare.
    Recognised(&'static Vendor),
    /// A tracking header for which the policy has no category.
    Tracking,
    /// Nothing.
    Unknown,
}

/// Names and patterns on their way into a [`NameTable`].
#[derive(Debug, Default)]
pub(crate) struct TableBuilder {
    /// What is looked up is a cookie's name, with a prefix or without.
    is_of_cookies: bool,
    declared: Vec<(NamePattern, Mask)>,
    recognised: Vec<(NamePattern, Verdict)>,
}

impl TableBuilder {
    pub(crate) fn of_cookies() -> Self {
        Self { is_of_cookies: true, ..Self::default() }
    }

    pub(crate) fn declare(&mut self, pattern: NamePattern, category: Mask) {
        self.declared.push((pattern, category));
    }

    /// Adds what holds where nothing is declared.
    pub(crate) fn recognise(&mut self, pattern: NamePattern, verdict: Verdict) {
        self.recognised.push((pattern, verdict));
    }

    pub(crate) fn build(self) -> NameTable {
        let declared = self.declared.iter().map(|(pattern, _)| pattern);
        let all: Vec<&NamePattern> =
            declared.chain(self.recognised.iter().map(|(pattern, _)| pattern)).collect();
        let bare = all.iter().filter(|_| self.is_of_cookies).map(|pattern| pattern.without_cookie_prefix());
        let bare = bare.filter(|pattern| matches!(pattern, Cow::Owned(_)));
        let (names, patterns): (Vec<_>, Vec<_>) = all
            .iter()
            .map(|pattern| Cow::Borrowed(*pattern))
            .chain(bare)
            .partition(|pattern| pattern.is_exact());
        let exact: HashMap<Box<str>, Verdict> =
            names.iter().map(|name| (name.as_str().into(), self.judge(name.as_str()))).collect();
        let mut shapes = [0; 256];
        for name in exact.keys() {
            let (first, length) = shape(name);
            shapes[first] |= length;
        }
        let mut patterns: Vec<NamePattern> = patterns.into_iter().map(Cow::into_owned).collect();
        let first = |pattern: &NamePattern| pattern.prefix().bytes().next();
        patterns.sort_by_key(first);
        let anywhere = patterns.partition_point(|pattern| first(pattern).is_none());
        let by_first = (0..=u8::MAX).map(|byte| {
            let from = patterns.partition_point(|pattern| first(pattern) < Some(byte));
            let to = patterns.partition_point(|pattern| first(pattern) <= Some(byte));
            from..to
        });
        NameTable { exact, shapes, by_first: by_first.collect(), anywhere, patterns, all: self }
    }

    /// The verdict on a name, from all patterns.
    ///
    /// A name needs every category that claims it. `necessary` wins where it says more exactly
    /// what is meant, so that one cookie of a family can be exempted.
    fn judge(&self, name: &str) -> Verdict {
        let mut needs = 0;
        let mut needs_weight = None;
        let mut exempt_weight = None;
        for (pattern, mask) in &self.declared {
            let Some(weight) = self.weight(pattern, name) else { continue };
            let weight = Some(weight);
            if *mask == NECESSARY {
                exempt_weight = exempt_weight.max(weight);
            } else {
                needs |= mask;
                needs_weight = needs_weight.max(weight);
            }
        }
        if exempt_weight > needs_weight {
            Verdict::Exempt
        } else if needs != 0 {
            Verdict::Needs(needs)
        } else {
            let recognised = self.recognised.iter().find(|(pattern, _)| self.weight(pattern, name).is_some());
            recognised.map_or(Verdict::Unknown, |(_, verdict)| *verdict)
        }
    }

    /// How exactly a pattern says a name, if it does: without wildcard, by how much, and with the prefix.
    fn weight(&self, pattern: &NamePattern, name: &str) -> Option<((bool, usize), bool)> {
        if pattern.matches(name) {
            return Some((pattern.exactness(), true));
        }
        let is_cookie = self.is_of_cookies && pattern.matches_cookie(name);
        is_cookie.then(|| (pattern.without_cookie_prefix().exactness(), false))
    }
}

/// Looks names up: most are told to be unknown by their first byte and length.
#[derive(Debug)]
pub(crate) struct NameTable {
    exact: HashMap<Box<str>, Verdict>,
    /// By first byte: the lengths of exact names, modulo 64.
    shapes: [u64; 256],
    /// Sorted: those that start with the wildcard, then by first byte.
    patterns: Vec<NamePattern>,
    /// How many start with the wildcard.
    anywhere: usize,
    /// By first byte: which patterns start so.
    by_first: Vec<Range<usize>>,
    all: TableBuilder,
}

impl NameTable {
    pub(crate) fn look_up(&self, name: &str) -> Verdict {
        if let Some(verdict) = self.exact(name) {
            return verdict;
        }
        let bare = if self.all.is_of_cookies { CookiePrefix::split(name).1 } else { name };
        let is_bare_claimed = || bare.len() < name.len() && (self.exact(bare).is_some() || self.fits(bare));
        if self.fits(name) || is_bare_claimed() { self.all.judge(name) } else { Verdict::Unknown }
    }

    /// Whether the policy itself says something of a name.
    pub(crate) fn declares(&self, name: &str) -> bool {
        self.all.declared.iter().any(|(pattern, _)| self.all.weight(pattern, name).is_some())
    }

    fn exact(&self, name: &str) -> Option<Verdict> {
        let (first, length) = shape(name);
        if self.shapes[first] & length == 0 { None } else { self.exact.get(name).copied() }
    }

    /// Whether a pattern with a wildcard fits a name.
    fn fits(&self, name: &str) -> bool {
        let (first, _) = shape(name);
        let mut patterns =
            self.patterns[..self.anywhere].iter().chain(&self.patterns[self.by_first[first].clone()]);
        patterns.any(|pattern| pattern.matches(name))
    }
}

fn shape(name: &str) -> (usize, u64) {
    let first = name.bytes().next().unwrap_or_default();
    (usize::from(first), 1 << (name.len() % 64))
}

#[cfg(test)]
mod tests {
    use super::{TableBuilder, Verdict};
    use crate::policy::NamePattern;

    fn table(declared: &[(&str, u64)]) -> super::NameTable {
        let mut builder = TableBuilder::default();
        for (pattern, mask) in declared {
            builder.declare(NamePattern::parse(pattern).unwrap(), *mask);
        }
        builder.build()
    }

    fn needs(table: &super::NameTable, name: &str) -> Option<u64> {
        match table.look_up(name) {
            Verdict::Needs(mask) => Some(mask),
            Verdict::Exempt => Some(0),
            _ => None,
        }
    }

    #[test]
    fn a_name_needs_every_category_that_claims_it() {
        let table = table(&[("_x", 2), ("_x", 4), ("_*", 8), ("*y", 16)]);
        assert_eq!(needs(&table, "_x"), Some(14));
        assert_eq!(needs(&table, "_z"), Some(8));
        assert_eq!(needs(&table, "_zy"), Some(24));
        assert_eq!(needs(&table, "y"), Some(16));
        assert_eq!(needs(&table, "x"), None);
    }

    #[test]
    fn necessary_wins_where_it_is_more_exact() {
        let table =
            table(&[("_ga_*", 2), ("_ga_keep", 1), ("app_*", 1), ("app_an_*", 2), ("*_z", 1), ("z_*", 2)]);
        assert_eq!(needs(&table, "_ga_keep"), Some(0));
        assert_eq!(needs(&table, "_ga_other"), Some(2));
        assert_eq!(needs(&table, "app_an_1"), Some(2));
        assert_eq!(needs(&table, "app_1"), Some(0));
        assert_eq!(needs(&table, "z__z"), Some(2), "in doubt it needs consent");
    }

    #[test]
    fn what_is_declared_goes_before_what_is_recognised() {
        let mut builder = TableBuilder::default();
        builder.recognise(NamePattern::parse("_t*").unwrap(), Verdict::Tracking);
        builder.declare(NamePattern::parse("_tx").unwrap(), 2);
        let table = builder.build();
        assert!(matches!(table.look_up("_tx"), Verdict::Needs(2)));
        assert!(matches!(table.look_up("_ty"), Verdict::Tracking));
        assert!(table.declares("_tx") && !table.declares("_ty"));
    }

    #[test]
    fn of_two_that_differ_by_a_prefix_the_one_that_says_it_counts() {
        let mut builder = TableBuilder::of_cookies();
        for (pattern, mask) in
            [("__Host-id", 1), ("id", 2), ("t", 1), ("__Secure-t", 4), ("*", 1), ("_x*", 2)]
        {
            builder.declare(NamePattern::parse(pattern).unwrap(), mask);
        }
        let table = builder.build();
        for (name, expected) in [
            ("id", 2),
            ("__Host-id", 0),
            ("__Secure-id", 2),
            ("t", 0),
            ("__Secure-t", 4),
            ("__Host-t", 4),
            ("__Host-_x1", 2),
            ("__Host-other", 0),
        ] {
            assert_eq!(needs(&table, name), Some(expected), "{name}");
        }
    }

    #[test]
    fn an_empty_name_is_unknown() {
        assert!(matches!(table(&[("a", 2)]).look_up(""), Verdict::Unknown));
    }
}
