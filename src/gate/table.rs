use std::{collections::HashMap, ops::Range};

use crate::policy::{Mask, NECESSARY, NamePattern, Vendor};

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
    declared: Vec<(NamePattern, Mask)>,
    recognised: Vec<(NamePattern, Verdict)>,
}

impl TableBuilder {
    pub(crate) fn declare(&mut self, pattern: NamePattern, category: Mask) {
        self.declared.push((pattern, category));
    }

    /// Adds what holds where nothing is declared.
    pub(crate) fn recognise(&mut self, pattern: NamePattern, verdict: Verdict) {
        self.recognised.push((pattern, verdict));
    }

    pub(crate) fn build(self) -> NameTable {
        let declared = self.declared.iter().map(|(pattern, _)| pattern);
        let all = declared.chain(self.recognised.iter().map(|(pattern, _)| pattern));
        let (names, patterns): (Vec<_>, Vec<_>) = all.partition(|pattern| pattern.is_exact());
        let exact: HashMap<Box<str>, Verdict> =
            names.iter().map(|name| (name.as_str().into(), self.judge(name.as_str()))).collect();
        let mut shapes = [0; 256];
        for name in exact.keys() {
            let (first, length) = shape(name);
            shapes[first] |= length;
        }
        let mut patterns: Vec<NamePattern> = patterns.into_iter().cloned().collect();
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
        for (pattern, mask) in self.declared.iter().filter(|(pattern, _)| pattern.matches(name)) {
            let weight = Some((pattern.is_exact(), pattern.literal_len()));
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
            let recognised = self.recognised.iter().find(|(pattern, _)| pattern.matches(name));
            recognised.map_or(Verdict::Unknown, |(_, verdict)| *verdict)
        }
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
        let (first, length) = shape(name);
        if self.shapes[first] & length != 0
            && let Some(verdict) = self.exact.get(name)
        {
            return *verdict;
        }
        let mut patterns =
            self.patterns[..self.anywhere].iter().chain(&self.patterns[self.by_first[first].clone()]);
        if patterns.any(|pattern| pattern.matches(name)) { self.all.judge(name) } else { Verdict::Unknown }
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
    }

    #[test]
    fn an_empty_name_is_unknown() {
        assert!(matches!(table(&[("a", 2)]).look_up(""), Verdict::Unknown));
    }
}
