//! The scripts that vendors have people paste into their pages.

#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, ops::Range};

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::imports::is_mention;
use crate::{
    gate::Verdict,
    policy::{Mask, NECESSARY, Policy, Vendor, vendors},
};

/// One such script. Several vendors may share it.
#[derive(Debug)]
pub(crate) struct Loader {
    /// All of these stand in it, by their number.
    fragments: Vec<usize>,
    /// What the vendor is told by.
    pub(super) origin: &'static str,
    pub(super) verdict: Verdict,
}

/// All of them, looked for in one pass.
#[derive(Debug)]
pub(crate) struct Loaders {
    loaders: Vec<Loader>,
    fragments: Vec<&'static str>,
    /// None where nothing is to be looked for.
    finder: Option<AhoCorasick>,
}

impl Loaders {
    /// The loaders of a policy's vendors, and of the trackers that nobody declared.
    pub(crate) fn new(policy: &Policy) -> Self {
        let mut by_fragments: BTreeMap<&[&'static str], Vec<&'static Vendor>> = BTreeMap::new();
        for vendor in vendors() {
            for fragments in &vendor.loaders {
                by_fragments.entry(fragments).or_default().push(vendor);
            }
        }
        let mut all: Vec<&'static str> = Vec::new();
        let mut number = |fragment: &'static str| {
            all.iter().position(|known| *known == fragment).unwrap_or_else(|| {
                all.push(fragment);
                all.len() - 1
            })
        };
        let loaders = by_fragments.into_iter().filter_map(|(fragments, vendors)| {
            let declared = vendors.iter().fold(0, |mask, vendor| mask | declares(policy, vendor));
            // Of those that share it, the declared ones say what it is here for.
            let (vendor, verdict) = match declared & !NECESSARY {
                0 if declared != 0 => return None,
                0 => {
                    let vendor = *vendors.iter().find(|vendor| vendor.is_tracker())?;
                    (vendor, Verdict::Recognised(vendor))
                }
                // Who is told which categories are allowed keeps to that.
                needs if vendors.iter().all(|vendor| policy.tells(vendor)) => {
                    (*vendors.first()?, Verdict::NeedsAny(needs))
                }
                needs => (*vendors.first()?, Verdict::Needs(needs)),
            };
            Some(Loader {
                fragments: fragments.iter().map(|fragment| number(fragment)).collect(),
                origin: vendor.origins.first().copied().unwrap_or(vendor.id),
                verdict,
            })
        });
        let loaders: Vec<Loader> = loaders.collect();
        // Scripts are long, and the fragments few: the table is worth its space. Only a table beyond
        // what a machine can address is no table.
        let finder = AhoCorasick::builder().kind(Some(AhoCorasickKind::DFA)).build(&all);
        Self { loaders, finder: finder.ok().filter(|_| !all.is_empty()), fragments: all }
    }

    /// Those that a script is.
    pub(super) fn in_script(&self, script: &[u8]) -> impl Iterator<Item = &Loader> {
        let mut places: Vec<Vec<Range<usize>>> = Vec::new();
        for found in self.finder.iter().flat_map(|finder| finder.find_overlapping_iter(script)) {
            // Most scripts have none.
            places.resize(self.fragments.len(), Vec::new());
            places[found.pattern().as_usize()].push(found.range());
        }
        let loaders = if places.is_empty() { &[] } else { &self.loaders[..] };
        // What has a part of one only in what it says is none.
        loaders.iter().filter(move |loader| {
            let has_all = loader.fragments.iter().all(|&fragment| !places[fragment].is_empty());
            has_all && loader.fragments.iter().all(|&fragment| !is_mention(script, &places[fragment]))
        })
    }
}

/// The categories that declare a vendor.
fn declares(policy: &Policy, vendor: &Vendor) -> Mask {
    let categories = policy.declared().categories.iter().enumerate();
    let declaring =
        categories.filter(|(_, category)| category.vendors.iter().any(|known| known.id == vendor.id));
    declaring.fold(0, |mask, (bit, _)| mask | 1 << bit)
}
