//! Which categories an address needs: by the origins that the policy declares and its vendors use,
//! and by those of trackers that the catalogue recognises.

use std::{
    cell::LazyCell,
    collections::{BTreeMap, HashMap},
};

use percent_encoding::percent_decode_str;
use url::Url;

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

    /// The verdict on a source of a Content-Security-Policy (CSP 3, section 2.3.1): on all that it lets
    /// through. What is no host has none; nor has `*`, since pages break without it.
    pub(crate) fn look_up_source(&self, source: &str) -> Verdict {
        let covered = self.covered(source);
        // What is necessary must not be lost for what comes with it.
        let is_necessary = |entry: &&Entry| matches!(entry.claim, Claim::Declared(NECESSARY));
        if covered.iter().any(is_necessary) { Verdict::Exempt } else { judge(covered.into_iter()) }
    }

    /// What is left of a wildcard that lets through what is necessary as well as what is not allowed: the declared hosts
    /// below it that are allowed. `None` for all else, which is one source and stays or goes.
    pub(crate) fn narrowed(&self, source: &str, effective: Mask) -> Option<(Mask, Vec<String>)> {
        let Source { host, is_wildcard: true, port: None, path: None } = Source::parse(source)? else {
            return None;
        };
        if source
            .split_once("://")
            .is_some_and(|(scheme, _)| !scheme.to_ascii_lowercase().starts_with("http"))
        {
            return None;
        }
        let (mut needs, mut is_necessary, mut kept) = (0, false, Vec::new());
        for Entry { origin, claim } in self.covered(source) {
            // Nothing is left of it, or all.
            let is_around =
                origin.any_subdomain && (origin.host == host || is_subdomain(&host, &origin.host));
            let is_allowed = match *claim {
                Claim::Declared(NECESSARY) if is_around => return None,
                Claim::Declared(NECESSARY) => true,
                Claim::Declared(mask) => mask & !effective == 0,
                Claim::Told(mask) => mask & effective != 0,
                Claim::Recognised(_) => continue,
            };
            is_necessary |= matches!(claim, Claim::Declared(NECESSARY));
            match (is_allowed, *claim) {
                // Of sources without a wildcard none lets through more than the one they stand for.
                (true, _) if !is_around && origin.scheme == "https" && origin.port.is_none() => {
                    kept.extend(sources_of(origin).into_iter().filter(|source| source.starts_with("https:")));
                }
                (false, Claim::Declared(mask) | Claim::Told(mask)) => needs |= mask,
                _ => {}
            }
        }
        // What one category allows another may deny.
        kept.retain(|source| match self.look_up_source(source) {
            Verdict::Needs(mask) => mask & !effective == 0,
            Verdict::NeedsAny(mask) => mask & effective != 0,
            Verdict::Exempt | Verdict::Unknown => true,
            Verdict::Recognised(_) | Verdict::Tracking => false,
        });
        (is_necessary && needs != 0).then_some((needs, kept))
    }

    /// The entries that a source lets through.
    fn covered(&self, source: &str) -> Vec<&Entry> {
        let Some(Source { host, is_wildcard, port, path }) = Source::parse(source) else {
            return Vec::new();
        };
        let is_covered = |Entry { origin, claim }: &&Entry| {
            // What nobody has declared is no reason to lose what visitors sign in with.
            let is_sign_in = !claim.sign_in().is_empty() && path.is_none_or(|path| claim.is_sign_in(path));
            let is_within =
                || origin.any_subdomain && (origin.host == host || is_subdomain(&host, &origin.host));
            let is_host = match (is_wildcard, claim) {
                (false, _) => origin.has_host(&host),
                (true, Claim::Declared(_) | Claim::Told(_)) => {
                    is_subdomain(&origin.host, &host) || is_within()
                }
                // Nor what else a wildcard is for.
                (true, Claim::Recognised(_)) => is_within(),
            };
            // A source without a path lets through more than a declared path.
            let is_path = origin.path.is_empty() || path.is_some_and(|path| is_below(path, &origin.path));
            let is_port = match (port, origin.port) {
                (None | Some("*"), _) | (_, None) => true,
                (Some(port), Some(declared)) => port == declared.to_string(),
            };
            is_host && is_path && is_port && !is_sign_in
        };
        self.entries.iter().filter(is_covered).collect()
    }

    /// What is declared, as the sources of a policy, each with the categories that it needs: those of all that
    /// it lets through, since a policy cannot except.
    pub(crate) fn sources(&self) -> BTreeMap<String, Verdict> {
        let mut sources = BTreeMap::new();
        let is_necessary = |entry: &Entry| matches!(entry.claim, Claim::Declared(NECESSARY));
        for entry in &self.entries {
            if matches!(entry.claim, Claim::Recognised(_)) {
                continue;
            }
            for source in sources_of(&entry.origin) {
                let others = || {
                    let covered = self.covered(&source).into_iter().filter(|entry| !is_necessary(entry));
                    // Itself too, however its path is written as a source.
                    covered.chain([entry])
                };
                let verdict = if is_necessary(entry) { Verdict::Exempt } else { judge(others()) };
                sources.entry(source).or_insert(verdict);
            }
        }
        sources
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

/// The sources of a Content-Security-Policy that are an origin (CSP 3, section 2.3.1). There a wildcard does
/// not stand for the host itself, a path for what is below it only with a slash at its end, and `https:` not
/// for web sockets.
fn sources_of(origin: &Origin) -> Vec<String> {
    let Origin { scheme, host, any_subdomain, port, path } = origin;
    let port = port.map_or_else(String::new, |port| format!(":{port}"));
    let path = path.replace(';', "%3B").replace(',', "%2C");
    let socket = match scheme.as_str() {
        "https" => Some("wss"),
        "http" => Some("ws"),
        _ => None,
    };
    let below = (!path.is_empty() && !path.ends_with('/')).then(|| format!("{path}/"));
    let mut sources = Vec::new();
    for scheme in [Some(scheme.as_str()), socket].into_iter().flatten() {
        for wildcard in ["", "*."].into_iter().take(1 + usize::from(*any_subdomain)) {
            for path in [Some(&path), below.as_ref()].into_iter().flatten() {
                sources.push(format!("{scheme}://{wildcard}{host}{port}{path}"));
            }
        }
    }
    sources
}

/// Whether a path is a declared one or stands below it.
fn is_below(path: &str, declared: &str) -> bool {
    let rest = path.strip_prefix(declared);
    rest.is_some_and(|rest| {
        rest.is_empty() || declared.is_empty() || declared.ends_with('/') || rest.starts_with('/')
    })
}

fn is_subdomain(host: &str, parent: &str) -> bool {
    host.strip_suffix(parent).is_some_and(|rest| rest.ends_with('.'))
}

/// The host that a source of a Content-Security-Policy names, without its wildcard.
pub(super) fn host_of(source: &str) -> Option<String> {
    Source::parse(source).map(|source| source.host)
}

/// A host source.
struct Source<'a> {
    /// In lower case, without the wildcard.
    host: String,
    is_wildcard: bool,
    port: Option<&'a str>,
    path: Option<&'a str>,
}

impl<'a> Source<'a> {
    fn parse(source: &'a str) -> Option<Self> {
        if source.starts_with('\'') {
            return None;
        }
        let rest = source.split_once("://").map_or(source, |(_, rest)| rest);
        let (authority, path) = match rest.find('/') {
            Some(slash) => (&rest[..slash], Some(&rest[slash..])),
            None => (rest, None),
        };
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        };
        let (host, is_wildcard) = match host.strip_prefix("*.") {
            Some(host) => (host, true),
            None => (host, false),
        };
        let is_host = host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'));
        // `https:` has no host, `*` is any.
        (is_host && !host.is_empty() && port != Some("")).then(|| Self {
            host: host.to_ascii_lowercase(),
            is_wildcard,
            port,
            path,
        })
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::OriginTable;
    use crate::{
        gate::Verdict,
        policy::{NECESSARY, Origin},
    };

    fn table(declared: &[(&str, u64)]) -> OriginTable {
        let mut table = OriginTable::default();
        for (origin, mask) in declared {
            table.declare(&Origin::parse(origin).unwrap(), *mask);
        }
        table
    }

    fn mask(verdict: Verdict) -> Option<u64> {
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

    #[test]
    fn a_source_is_judged_by_all_that_it_lets_through() {
        let table = table(&[
            ("https://stats.example.net", 2),
            ("https://*.ads.example", 4),
            ("https://www.example.com/tr", 8),
            ("https://pay.shop.example", NECESSARY),
            ("https://x.shop.example", 2),
        ]);
        for (source, expected) in [
            ("https://stats.example.net", Some(2)),
            ("stats.example.net", Some(2)),
            ("STATS.example.net:443", Some(2)),
            ("stats.example.net/path", Some(2)),
            ("https://*.example.net", Some(2)),
            ("*.net", Some(2)),
            ("*.ads.example", Some(4)),
            ("*.a.ads.example", Some(4)),
            ("a.ads.example", Some(4)),
            ("*.example", Some(0)),
            ("*.shop.example", Some(0)),
            ("x.shop.example", Some(2)),
            ("www.example.com", None),
            ("www.example.com/tr/", Some(8)),
            ("*.com", None),
            ("*", None),
            ("https:", None),
            ("'self'", None),
            ("'nonce-stats.example.net'", None),
            ("net", None),
            ("", None),
        ] {
            assert_eq!(mask(table.look_up_source(source)), expected, "{source}");
        }
    }
}
