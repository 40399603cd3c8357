//! A Content-Security-Policy of the layer's own, for the kinds of loads that the app's policies do not keep to
//! a list of hosts: nothing loads from where no allowed category has its origins.

use std::fmt::Write;

use http::{
    HeaderMap, HeaderValue,
    header::{CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY_REPORT_ONLY},
};

use super::{
    csp_inline::{enforced, words_of},
    csp_sources::lets_any_host_through,
    origin::OriginTable,
    table::Verdict,
};
use crate::policy::{Csp, Mask, NECESSARY};

/// What an app without a policy relies on.
const OWN: &str = "'self' data: blob: 'unsafe-inline' 'unsafe-eval'";

/// The kinds of loads, each with the directives that decide about it, the first that is there (CSP 3, section
/// 6.8.3).
const KINDS: [(&str, &[&str]); 10] = [
    ("script-src", &["script-src-elem", "script-src", "default-src"]),
    ("style-src", &["style-src-elem", "style-src", "default-src"]),
    ("img-src", &["img-src", "default-src"]),
    ("font-src", &["font-src", "default-src"]),
    ("connect-src", &["connect-src", "default-src"]),
    ("media-src", &["media-src", "default-src"]),
    ("object-src", &["object-src", "default-src"]),
    ("manifest-src", &["manifest-src", "default-src"]),
    ("frame-src", &["frame-src", "child-src", "default-src"]),
    ("worker-src", &["worker-src", "child-src", "script-src", "default-src"]),
];

/// The policies to send, by what a visitor is allowed.
#[derive(Debug)]
pub(super) struct OwnPolicy {
    is_enforced: bool,
    sources: Vec<Source>,
    /// Written once: with what is necessary alone, and with all.
    common: Vec<(Mask, HeaderValue)>,
}

impl OwnPolicy {
    /// `None` where the site adds no policy. `all` is every category.
    pub(super) fn new(csp: Csp, origins: &OriginTable, all: Mask) -> Option<Self> {
        let is_enforced = match csp {
            Csp::App => return None,
            Csp::ReportOnly => false,
            Csp::Enforce => true,
        };
        let mut own = Self { is_enforced, sources: sources(origins), common: Vec::new() };
        let write = |mask: Mask| {
            Some((mask, HeaderValue::try_from(own.text(mask, &[const { List::Open }; KINDS.len()])).ok()?))
        };
        own.common = [NECESSARY, all].into_iter().filter_map(write).collect();
        Some(own)
    }

    pub(super) fn is_enforced(&self) -> bool {
        self.is_enforced
    }

    /// Adds the policy, unless the app's own keep every kind to a list of hosts. `allowed` are the categories that may
    /// load; `enforces` says whether anything is withheld at all.
    pub(super) fn add(&self, headers: &mut HeaderMap, origins: &OriginTable, allowed: Mask, enforces: bool) {
        if self.is_enforced && !enforces {
            return;
        }
        let policies = enforced(headers);
        // All policies apply, so that one which is strict is enough.
        let strictest = |directives: &[&str]| {
            let lists = policies.iter().map(|policy| list(policy, directives, origins, allowed));
            lists.min().unwrap_or(List::Open)
        };
        let lists = KINDS.map(|(_, directives)| strictest(directives));
        if lists.iter().all(|list| *list == List::Closed) {
            return;
        }
        let is_open = lists.iter().all(|list| *list == List::Open);
        let known = self.common.iter().find(|(mask, _)| *mask == allowed && is_open);
        let value = known.map_or_else(
            || HeaderValue::try_from(self.text(allowed, &lists)).ok(),
            |(_, value)| Some(value.clone()),
        );
        let name = match self.is_enforced {
            true => CONTENT_SECURITY_POLICY,
            false => CONTENT_SECURITY_POLICY_REPORT_ONLY,
        };
        if let Some(value) = value {
            headers.append(name, value);
        }
    }

    /// The policy, beside what the app's own say of each kind.
    fn text(&self, allowed: Mask, lists: &[List<'_>; KINDS.len()]) -> String {
        let mut list = OWN.to_owned();
        let is_listed = |source: &&Source| {
            source.may_load(allowed)
                && !source.covered_by.iter().any(|index| self.sources[*index].may_load(allowed))
        };
        for source in self.sources.iter().filter(is_listed) {
            let _ = write!(list, " {}", source.text);
        }
        let mut text = format!("default-src {list}");
        let of = |wanted: &str| {
            KINDS.iter().zip(lists).find(|((kind, _), _)| *kind == wanted).map(|(_, list)| list)
        };
        for ((kind, _), said) in KINDS.iter().zip(lists) {
            match said {
                List::Closed => text.push_str(&open(kind)),
                List::Leaking(others) => {
                    let _ = write!(text, "; {kind} {list}");
                    others.iter().for_each(|source| text.extend([" ", source]));
                }
                // Without a directive of its own it would follow that of scripts.
                List::Open if *kind == "worker-src" && of("script-src") != Some(&List::Open) => {
                    let _ = write!(text, "; {kind} {list}");
                }
                List::Open => {}
            }
        }
        text
    }
}

/// An origin that a policy may list.
#[derive(Debug)]
struct Source {
    text: String,
    needs: Verdict,
    /// Those that let all of it through, too.
    covered_by: Vec<usize>,
}

impl Source {
    fn may_load(&self, allowed: Mask) -> bool {
        match self.needs {
            Verdict::Exempt => true,
            Verdict::Needs(mask) => mask & !allowed == 0,
            Verdict::NeedsAny(mask) => mask & allowed != 0,
            _ => false,
        }
    }
}

fn sources(origins: &OriginTable) -> Vec<Source> {
    let all = origins.sources();
    let covers = |wider: &str, text: &str| {
        // Only a wildcard without port and path is looked at.
        let (Some((scheme, host)), Some((other, rest))) = (wider.split_once("://*."), text.split_once("://"))
        else {
            return false;
        };
        let end = rest.find('/').unwrap_or(rest.len());
        scheme == other
            && wider != text
            && !host.contains([':', '/'])
            && rest[..end].strip_suffix(host).is_some_and(|below| below.ends_with('.'))
    };
    let texts: Vec<&String> = all.keys().collect();
    let covered_by = |text: &str| (0..texts.len()).filter(|index| covers(texts[*index], text)).collect();
    let covered_by: Vec<Vec<usize>> = texts.iter().map(|text| covered_by(text)).collect();
    let sources = all.into_iter().zip(covered_by);
    sources.map(|((text, needs), covered_by)| Source { text, needs, covered_by }).collect()
}

/// To what a policy of the app's keeps a kind of load, the strictest first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum List<'a> {
    /// To hosts that are allowed.
    Closed,
    /// To hosts through which what is denied can be reached, and these others.
    Leaking(Vec<&'a str>),
    /// To no list of hosts.
    Open,
}

fn list<'a>(policy: &'a str, directives: &[&str], origins: &OriginTable, allowed: Mask) -> List<'a> {
    let Some(sources) = directives.iter().find_map(|name| words_of(policy, name)) else { return List::Open };
    let sources: Vec<&str> = sources.collect();
    // Scripts that are trusted vouch for others, wherever these are (CSP 3, section 8.2).
    let is_dynamic = directives.contains(&"script-src")
        && sources.iter().any(|source| source.eq_ignore_ascii_case("'strict-dynamic'"));
    if !is_dynamic && sources.iter().any(|source| lets_any_host_through(source)) {
        return List::Open;
    }
    let leaks = |source: &&&str| origins.lets_denied_through(source, allowed);
    if !is_dynamic && !sources.iter().any(|source| leaks(&source)) {
        return List::Closed;
    }
    // A nonce or a hash would switch 'unsafe-inline' off, which the list begins with; the app's own decides about it.
    let is_host = |source: &&&str| !source.starts_with('\'') && !lets_any_host_through(source);
    List::Leaking(sources.iter().filter(is_host).filter(|source| !leaks(source)).copied().collect())
}

/// A directive that leaves a kind to the app's own policies.
fn open(kind: &str) -> String {
    // A star is for HTTP alone (CSP 3, section 6.7.2.8).
    let more = match kind {
        "script-src" | "style-src" => " 'unsafe-inline' 'unsafe-eval'",
        "connect-src" => " ws: wss:",
        _ => "",
    };
    format!("; {kind} * data: blob:{more}")
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, header::CONTENT_SECURITY_POLICY};

    use crate::{
        gate::{Gate, Setting, Standing},
        policy::{Category, Csp, Policy, vendors},
    };

    fn length(vendors: impl IntoIterator<Item = &'static str>) -> usize {
        let category = vendors.into_iter().fold(Category::analytics(), Category::vendor);
        let policy =
            Policy::builder("E", "e@example.com").csp(Csp::Enforce).category(category).build().unwrap();
        let mut headers = HeaderMap::new();
        let standing =
            Standing { effective: policy.optional() | 1, measured: 0, enforces: true, is_watched: false };
        let setting = Setting {
            runs_script: true,
            is_opened: true,
            is_document: true,
            is_for_visitor: true,
            is_shared: false,
            base: &|| None,
        };
        Gate::new(&policy).response(&mut headers, standing, &setting);
        headers[CONTENT_SECURITY_POLICY].len()
    }

    /// Servers in front take heads of 4 KiB at least.
    #[test]
    fn the_policy_of_a_usual_site_fits_into_a_head() {
        let one = length(["google-analytics"]);
        let some = length(["google-analytics", "google-ads", "meta-pixel", "hotjar"]);
        let all = length(vendors().iter().map(|vendor| vendor.id));
        println!("bytes of policy: {one} for one vendor, {some} for four, {all} for all {}", vendors().len());
        assert!(one < 1024 && some < 2048, "{one} {some}");
    }
}
