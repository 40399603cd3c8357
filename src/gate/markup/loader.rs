//! The scripts that vendors have people paste into their pages.

use std::collections::BTreeMap;

use memchr::memmem::Finder;

use crate::{
    gate::Verdict,
    policy::{Mask, NECESSARY, Policy, Vendor, vendors},
};

/// One such script. Several vendors may share it.
#[derive(Debug)]
pub(crate) struct Loader {
    /// All of these stand in it.
    fragments: Vec<Finder<'static>>,
    /// What the vendor is told by.
    pub(super) origin: &'static str,
    pub(super) verdict: Verdict,
}

impl Loader {
    /// The loaders of a policy's vendors, and of the trackers that nobody declared.
    pub(crate) fn all(policy: &Policy) -> Vec<Self> {
        let mut by_fragments: BTreeMap<&[&'static str], Vec<&'static Vendor>> = BTreeMap::new();
        for vendor in vendors() {
            for fragments in &vendor.loaders {
                by_fragments.entry(fragments).or_default().push(vendor);
            }
        }
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
            Some(Self {
                fragments: fragments.iter().map(|fragment| Finder::new(*fragment)).collect(),
                origin: vendor.origins.first().copied().unwrap_or(vendor.id),
                verdict,
            })
        });
        loaders.collect()
    }

    /// Whether a script is this one.
    pub(super) fn is(&self, script: &[u8]) -> bool {
        self.fragments.iter().all(|fragment| fragment.find(script).is_some())
    }
}

/// The categories that declare a vendor.
fn declares(policy: &Policy, vendor: &Vendor) -> Mask {
    let categories = policy.declared().categories.iter().enumerate();
    let declaring =
        categories.filter(|(_, category)| category.vendors.iter().any(|known| known.id == vendor.id));
    declaring.fold(0, |mask, (bit, _)| mask | 1 << bit)
}

#[cfg(test)]
mod tests {
    use super::Loader;
    use crate::policy::{Policy, vendors};

    #[test]
    fn a_script_that_lists_every_address_of_the_catalogue_is_no_loader() {
        let policy = Policy::builder("Example SAS", "privacy@example.com").build().unwrap();
        let loaders = Loader::all(&policy);
        let addresses: Vec<_> = vendors().iter().flat_map(|vendor| &vendor.origins).collect();
        let fragments = loaders.iter().flat_map(|loader| &loader.fragments);
        let hosts: Vec<_> = fragments
            .map(|fragment| String::from_utf8_lossy(fragment.needle()))
            .filter(|fragment| fragment.contains('.') && fragment.contains('/'))
            .collect();
        assert!(hosts.len() > 10, "{hosts:?}");
        let script = format!("var blocked = {addresses:?}.concat({hosts:?})");
        let found = loaders.iter().find(|loader| loader.is(script.as_bytes()));
        assert!(found.is_none(), "{found:?}");
    }
}
