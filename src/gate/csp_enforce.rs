//! A Content-Security-Policy of the layer's own, for what the app's policies leave open: nothing loads from
//! where no allowed category has its origins.

use std::fmt::Write;

use http::{
    HeaderMap, HeaderValue,
    header::{CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY_REPORT_ONLY},
};

use super::{
    csp_inline::{enforced, words_of},
    origin::OriginTable,
    table::Verdict,
};
use crate::policy::{Csp, Mask, NECESSARY};

/// What an app without a policy relies on.
const OWN: &str = "default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'";

/// The kinds of loads, each with the directives that decide about it before `default-src` does, the first
/// that is there (CSP 3, section 6.8.3).
const KINDS: [(&str, &[&str]); 10] = [
    ("script-src", &["script-src"]),
    ("style-src", &["style-src"]),
    ("img-src", &["img-src"]),
    ("font-src", &["font-src"]),
    ("connect-src", &["connect-src"]),
    ("media-src", &["media-src"]),
    ("object-src", &["object-src"]),
    ("manifest-src", &["manifest-src"]),
    ("frame-src", &["frame-src", "child-src"]),
    ("worker-src", &["worker-src", "child-src", "script-src"]),
];

/// The policies to send, by what a visitor is allowed.
#[derive(Debug)]
pub(super) struct OwnPolicy {
    is_enforced: bool,
    /// With what each needs.
    sources: Vec<(String, Verdict)>,
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
        let mut own =
            Self { is_enforced, sources: origins.sources().into_iter().collect(), common: Vec::new() };
        let write = |mask: Mask| Some((mask, HeaderValue::try_from(own.text(mask)).ok()?));
        own.common = [NECESSARY, all].into_iter().filter_map(write).collect();
        Some(own)
    }

    pub(super) fn is_enforced(&self) -> bool {
        self.is_enforced
    }

    /// Adds the policy, unless the app's own decide about every kind. `allowed` are the categories that may
    /// load; `enforces` says whether anything is withheld at all.
    pub(super) fn add(&self, headers: &mut HeaderMap, allowed: Mask, enforces: bool) {
        if self.is_enforced && !enforces {
            return;
        }
        let policies = enforced(headers);
        let has = |name: &&str| policies.iter().any(|policy| words_of(policy, name).is_some());
        if has(&"default-src") {
            return;
        }
        let decided = KINDS.iter().filter(|(_, directives)| directives.iter().any(has));
        let decided: Vec<&str> = decided.map(|(kind, _)| *kind).collect();
        let known = self.common.iter().find(|(mask, _)| *mask == allowed && decided.is_empty());
        let value = known.map_or_else(
            || HeaderValue::try_from(self.text(allowed) + &open(&decided)).ok(),
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

    fn text(&self, allowed: Mask) -> String {
        let mut text = OWN.to_owned();
        let may_load = |(_, verdict): &&(String, Verdict)| match *verdict {
            Verdict::Exempt => true,
            Verdict::Needs(mask) => mask & !allowed == 0,
            Verdict::NeedsAny(mask) => mask & allowed != 0,
            _ => false,
        };
        for (source, _) in self.sources.iter().filter(may_load) {
            let _ = write!(text, " {source}");
        }
        text
    }
}

/// Directives that leave these kinds to the app's own policies.
fn open(kinds: &[&str]) -> String {
    let mut text = String::new();
    for kind in kinds {
        let inline = match *kind {
            "script-src" | "style-src" => " 'unsafe-inline' 'unsafe-eval'",
            _ => "",
        };
        let _ = write!(text, "; {kind} * data: blob:{inline}");
    }
    text
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
