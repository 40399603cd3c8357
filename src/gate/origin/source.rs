//! Which categories a source of a Content-Security-Policy needs: those of all that it lets through.

use std::collections::BTreeMap;

use url::Url;

use super::{Claim, Entry, OriginTable, is_below, judge};
use crate::{
    gate::Verdict,
    policy::{Mask, NECESSARY, Origin},
};

impl OriginTable {
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
        let wildcard = Source::parse(source).filter(|source| source.is_wildcard)?;
        // What is declared of them is https.
        let is_socket =
            source.get(..2).is_some_and(|scheme| scheme.eq_ignore_ascii_case("ws")) && source.contains("://");
        let scheme = if is_socket { "wss" } else { "https" };
        let (mut needs, mut is_necessary, mut kept) = (0, false, Vec::new());
        for Entry { origin, claim } in self.covered(source) {
            // Nothing is left of it, or all.
            let is_around = wildcard.is_within(origin);
            let is_allowed = match *claim {
                Claim::Declared(NECESSARY) if is_around => return None,
                Claim::Declared(NECESSARY) => true,
                Claim::Declared(mask) => mask & !effective == 0,
                Claim::Told(mask) => mask & effective != 0,
                Claim::Recognised(_) => continue,
            };
            is_necessary |= matches!(claim, Claim::Declared(NECESSARY));
            // None lets through more than the one it stands for.
            let is_of_it =
                !is_around && origin.scheme == "https" && (origin.port.is_none() || wildcard.port.is_some());
            match (is_allowed, *claim) {
                (true, _) if is_of_it => {
                    let port = origin.port.map(|port| port.to_string()).or(wildcard.port.map(str::to_owned));
                    let port = port.map_or_else(String::new, |port| format!(":{port}"));
                    let path = wildcard.path.unwrap_or_default();
                    let below = ["", "*."].into_iter().take(1 + usize::from(origin.any_subdomain));
                    kept.extend(below.map(|below| format!("{scheme}://{below}{}{port}{path}", origin.host)));
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

    /// Whether some address that a source lets through is not allowed: declared, or recognised and not declared.
    pub(in crate::gate) fn lets_denied_through(&self, source: &str, effective: Mask) -> bool {
        let Some(source) = Source::parse(source) else { return false };
        self.entries.iter().any(|Entry { origin, claim }| {
            let is_denied = match *claim {
                Claim::Declared(mask) => mask != NECESSARY && mask & !effective != 0,
                Claim::Told(mask) => mask & effective == 0,
                Claim::Recognised(_) => true,
            };
            let is_path = source.path.is_none_or(|path| {
                is_below(path, &origin.path) || path.ends_with('/') && origin.path.starts_with(path)
            });
            let is_met = is_denied && is_path && source.meets_host(origin) && source.meets_port(origin);
            is_met && (!matches!(claim, Claim::Recognised(_)) || self.is_undeclared(origin))
        })
    }

    /// Whether all that is known of an origin is whose it is.
    fn is_undeclared(&self, origin: &Origin) -> bool {
        let url = Url::parse(&format!("{}://{}{}", origin.scheme, origin.host, origin.path));
        url.is_ok_and(|url| matches!(self.look_up(&url), Verdict::Recognised(_)))
    }

    /// The entries that a source lets through.
    fn covered(&self, source: &str) -> Vec<&Entry> {
        let Some(source) = Source::parse(source) else { return Vec::new() };
        let is_covered = |Entry { origin, claim }: &&Entry| {
            // What nobody has declared is no reason to lose what visitors sign in with, nor what else a wildcard is for.
            let is_sign_in =
                !claim.sign_in().is_empty() && source.path.is_none_or(|path| claim.is_sign_in(path));
            let is_host = match (source.is_wildcard, claim) {
                (true, Claim::Recognised(_)) => source.is_within(origin),
                _ => source.meets_host(origin),
            };
            // A source without a path lets through more than a declared path.
            let is_path =
                origin.path.is_empty() || source.path.is_some_and(|path| is_below(path, &origin.path));
            is_host && is_path && source.meets_port(origin) && !is_sign_in
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

fn is_subdomain(host: &str, parent: &str) -> bool {
    host.strip_suffix(parent).is_some_and(|rest| rest.ends_with('.'))
}

/// The host that a source of a Content-Security-Policy names, without its wildcard.
pub(in crate::gate) fn host_of(source: &str) -> Option<String> {
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
    /// Some host is both its own and of an origin.
    fn meets_host(&self, origin: &Origin) -> bool {
        match self.is_wildcard {
            true => is_subdomain(&origin.host, &self.host) || self.is_within(origin),
            false => origin.has_host(&self.host),
        }
    }

    /// All hosts of a wildcard are of an origin.
    fn is_within(&self, origin: &Origin) -> bool {
        origin.any_subdomain && (origin.host == self.host || is_subdomain(&self.host, &origin.host))
    }

    fn meets_port(&self, origin: &Origin) -> bool {
        match (self.port, origin.port) {
            (None | Some("*"), _) | (_, None) => true,
            (Some(port), Some(declared)) => port == declared.to_string(),
        }
    }

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
    use super::super::tests::{mask, table};
    use crate::policy::NECESSARY;

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

    #[test]
    fn a_wildcard_is_narrowed_to_the_declared_hosts_that_are_allowed() {
        let table = table(&[
            ("https://pay.shop.example", NECESSARY),
            ("https://img.shop.example:8443", NECESSARY),
            ("http://old.shop.example", NECESSARY),
            ("https://stats.shop.example", 2),
            ("https://both.shop.example", 2),
            ("https://both.shop.example", 4),
            ("https://own.example/a", NECESSARY),
        ]);
        let narrowed = |source, effective| table.narrowed(source, effective);
        let kept = |hosts: &[&str]| hosts.iter().map(|host| format!("https://{host}")).collect::<Vec<_>>();
        for source in ["*.shop.example", "https://*.shop.example", "HTTP://*.Shop.example", "*.example"] {
            let (needs, mut left) = narrowed(source, 1).unwrap();
            left.retain(|source| !source.contains("own.example"));
            // A port is one that the wildcard did not let through, and the scheme may not have been, either.
            assert_eq!((needs, left), (2 | 4, kept(&["pay.shop.example"])), "{source}");
        }
        // What one of its two categories allows the other denies.
        let left = kept(&["pay.shop.example", "stats.shop.example"]);
        assert_eq!(narrowed("*.shop.example", 1 | 2), Some((4, left)));
        for (source, left) in [
            ("*.shop.example:8443", &["https://pay.shop.example:8443", "https://img.shop.example:8443"][..]),
            ("https://*.shop.example:*", &["https://pay.shop.example:*", "https://img.shop.example:8443"]),
            ("*.shop.example/a", &["https://pay.shop.example/a"]),
            ("wss://*.shop.example", &["wss://pay.shop.example"]),
            ("ws://*.shop.example:443/x/", &["wss://pay.shop.example:443/x/"]),
        ] {
            let left = left.iter().map(|source| (*source).to_owned()).collect();
            assert_eq!(narrowed(source, 1), Some((2 | 4, left)), "{source}");
        }
        for (source, effective) in
            [("*.shop.example", 1 | 2 | 4), ("pay.shop.example", 1), ("*.own.example", 1), ("*", 1)]
        {
            assert_eq!(narrowed(source, effective), None, "{source}");
        }
    }
}
