//! Which categories an address needs: by the origins that the policy declares and its vendors use,
//! and by those of trackers that the catalogue recognises.

mod source;

use std::{cell::LazyCell, collections::HashMap};

use percent_encoding::percent_decode_str;
use url::Url;

pub(super) use self::source::host_of;
use super::Verdict;
use crate::policy::{Mask, NECESSARY, Origin, Vendor};

/// Origins, to be looked up by host.
#[derive(Debug, Default)]
pub(crate) struct OriginTable {
    entries: Vec<Entry>,
    /// By host, without the wildcard.
    by_host: HashMap<String, Vec<usize>>,
}

#[derive(Debug)]
struct Entry {
    origin: Origin,
    claim: Claim,
}

#[derive(Clone, Copy, Debug)]
enum Claim {
    Declared(Mask),
    /// The same, by a vendor that is told which categories are allowed.
    Told(Mask),
    Recognised(&'static Vendor),
}

impl Claim {
    /// Whether visitors sign in with what the path leads to, which a site that declares nothing of it needs.
    fn is_sign_in(self, path: &str) -> bool {
        self.sign_in().iter().any(|end| path.ends_with(end))
    }

    fn sign_in(self) -> &'static [&'static str] {
        if let Self::Recognised(vendor) = self { &vendor.sign_in } else { &[] }
    }
}

impl OriginTable {
    pub(crate) fn declare(&mut self, origin: &Origin, category: Mask) {
        self.add(origin, Claim::Declared(category));
    }

    /// The same for a vendor that is told which categories are allowed: one of several is enough.
    pub(crate) fn declare_told(&mut self, origin: &Origin, category: Mask) {
        let claim = if category == NECESSARY { Claim::Declared(category) } else { Claim::Told(category) };
        self.add(origin, claim);
    }

    /// Adds what holds where nothing is declared.
    pub(crate) fn recognise(&mut self, origin: &Origin, vendor: &'static Vendor) {
        self.add(origin, Claim::Recognised(vendor));
    }

    fn add(&mut self, origin: &Origin, claim: Claim) {
        self.by_host.entry(origin.host.clone()).or_default().push(self.entries.len());
        self.entries.push(Entry { origin: origin.clone(), claim });
    }

    /// Whether any entry may be about this host.
    pub(crate) fn claims_host(&self, host: &str) -> bool {
        let host = host.strip_suffix('.').unwrap_or(host);
        let mut parents =
            std::iter::successors(Some(host), |host| host.split_once('.').map(|(_, rest)| rest));
        parents.any(|host| self.by_host.contains_key(host))
    }

    /// Whether every address of a host is declared as necessary.
    pub(crate) fn exempts_host(&self, host: &str) -> bool {
        let parents = std::iter::successors(Some(host), |host| host.split_once('.').map(|(_, rest)| rest));
        let entries = parents.filter_map(|host| self.by_host.get(host)).flatten();
        let entries = entries.map(|&index| &self.entries[index]).filter(|entry| entry.origin.has_host(host));
        let (mut is_exempt, mut is_needed) = (false, false);
        for Entry { origin, claim } in entries {
            match claim {
                Claim::Declared(NECESSARY) => is_exempt |= origin.path.is_empty() && origin.port.is_none(),
                Claim::Declared(_) | Claim::Told(_) => is_needed = true,
                Claim::Recognised(_) => {}
            }
        }
        is_exempt && !is_needed
    }

    /// The verdict on an address. Scheme and, where none is declared, port do not matter: a tracker is
    /// one on every port.
    pub(crate) fn look_up(&self, url: &Url) -> Verdict {
        let Some(host) = url.host_str() else { return Verdict::Unknown };
        let host = host.strip_suffix('.').unwrap_or(host);
        let parents = std::iter::successors(Some(host), |host| host.split_once('.').map(|(_, rest)| rest));
        let entries = parents.filter_map(|host| self.by_host.get(host)).flatten();
        let entries = entries.map(|&index| &self.entries[index]);
        // Servers take them for the same (RFC 3986, section 6.2.2.2).
        let decoded = LazyCell::new(|| percent_decode_str(url.path()).decode_utf8_lossy());
        let is_path = |declared: &str| is_below(url.path(), declared) || is_below(&decoded, declared);
        judge(entries.filter(|entry| {
            let has_port = entry.origin.port.is_none_or(|port| url.port_or_known_default() == Some(port));
            entry.origin.has_host(host)
                && has_port
                && is_path(&entry.origin.path)
                && !entry.claim.is_sign_in(&decoded)
        }))
    }
}

/// All categories that claim an address are needed, unless its vendor is told which are allowed: then it
/// keeps to that, and one is enough. `necessary` wins where it says more exactly what is meant.
fn judge<'a>(entries: impl Iterator<Item = &'a Entry>) -> Verdict {
    let weight = |origin: &Origin| Some(origin.exactness());
    let (mut needs, mut needs_weight, mut exempt_weight, mut recognised) = (0, None, None, None);
    let mut are_all_told = true;
    for Entry { origin, claim } in entries {
        match *claim {
            Claim::Declared(NECESSARY) => exempt_weight = exempt_weight.max(weight(origin)),
            Claim::Declared(mask) | Claim::Told(mask) => {
                are_all_told &= matches!(claim, Claim::Told(_));
                needs |= mask;
                needs_weight = needs_weight.max(weight(origin));
            }
            Claim::Recognised(vendor) => recognised = recognised.or(Some(vendor)),
        }
    }
    if exempt_weight > needs_weight {
        Verdict::Exempt
    } else if needs != 0 && are_all_told {
        Verdict::NeedsAny(needs)
    } else if needs != 0 {
        Verdict::Needs(needs)
    } else {
        recognised.map_or(Verdict::Unknown, Verdict::Recognised)
    }
}

/// Whether a path is a declared one or stands below it.
pub(super) fn is_below(path: &str, declared: &str) -> bool {
    let rest = path.strip_prefix(declared);
    rest.is_some_and(|rest| {
        rest.is_empty() || declared.is_empty() || declared.ends_with('/') || rest.starts_with('/')
    })
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::OriginTable;
    use crate::{
        gate::Verdict,
        policy::{NECESSARY, Origin},
    };

    pub(super) fn table(declared: &[(&str, u64)]) -> OriginTable {
        let mut table = OriginTable::default();
        for (origin, mask) in declared {
            table.declare(&Origin::parse(origin).unwrap(), *mask);
        }
        table
    }

    pub(super) fn mask(verdict: Verdict) -> Option<u64> {
        match verdict {
            Verdict::Needs(mask) | Verdict::NeedsAny(mask) => Some(mask),
            Verdict::Exempt => Some(0),
            _ => None,
        }
    }

    #[test]
    fn a_host_is_exempt_where_all_of_it_is_necessary() {
        let table = table(&[
            ("https://img.example.net", NECESSARY),
            ("https://*.own.example", NECESSARY),
            ("https://ads.own.example/tr", 2),
            ("https://some.example/own", NECESSARY),
            ("http://localhost:8080", NECESSARY),
        ]);
        for (host, expected) in [
            ("img.example.net", true),
            ("a.img.example.net", false),
            ("img.own.example", true),
            ("ads.own.example", false),
            ("some.example", false),
            ("localhost", false),
            ("other.example", false),
        ] {
            assert_eq!(table.exempts_host(host), expected, "{host}");
            let url = Url::parse(&format!("https://{host}/x")).unwrap();
            let is_exempt = matches!(table.look_up(&url), Verdict::Exempt);
            assert!(is_exempt || !expected, "{host}");
        }
    }

    #[test]
    fn an_address_needs_every_category_that_claims_it() {
        let table = table(&[
            ("https://stats.example.net", 2),
            ("https://*.ads.example", 4),
            ("https://www.example.com/tr", 8),
            ("https://*.example.net", 16),
            ("https://ok.ads.example", NECESSARY),
            ("http://localhost:8080", 32),
        ]);
        for (url, expected) in [
            ("https://stats.example.net/x.js", Some(2 | 16)),
            ("http://STATS.example.net:8443/", Some(2 | 16)),
            ("wss://stats.example.net./", Some(2 | 16)),
            ("https://ads.example/", Some(4)),
            ("https://a.b.ads.example/", Some(4)),
            ("https://notads.example/", None),
            ("https://ok.ads.example/", Some(0)),
            ("https://www.example.com/tr?id=1", Some(8)),
            ("https://www.example.com/tr/x", Some(8)),
            ("https://www.example.com/%74r/x", Some(8)),
            ("https://www.example.com/travel", None),
            ("http://localhost:8080/", Some(32)),
            ("http://localhost:8081/", None),
            ("data:text/html,x", None),
            ("https://stats.example.net.evil.example/", None),
        ] {
            assert_eq!(mask(table.look_up(&Url::parse(url).unwrap())), expected, "{url}");
        }
    }
}
