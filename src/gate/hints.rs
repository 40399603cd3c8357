//! Client hints: what a browser was once asked to send, it goes on sending.

use http::{HeaderMap, HeaderName, HeaderValue};

use super::{Gate, Gated, RequestFindings, Ruling, Standing, Verdict, latin, link::members};
use crate::policy::NamePattern;

const ACCEPT_CH: HeaderName = HeaderName::from_static("accept-ch");

/// The fields that ask for hints by name.
pub(super) const ASKING_FOR_HINTS: [HeaderName; 2] = [ACCEPT_CH, HeaderName::from_static("critical-ch")];

/// The hints that have no `Sec-CH-` in front.
const UNPREFIXED: [&str; 7] = ["device-memory", "downlink", "dpr", "ect", "rtt", "viewport-width", "width"];

fn is_hint(name: &str) -> bool {
    name.starts_with("sec-ch-") || UNPREFIXED.contains(&name)
}

/// Whether a hint tells no more than browsers send to everybody (Client Hints Infrastructure, "low entropy hint
/// table"), or how the visitor wants pages to be drawn (User Preference Media Features Client Hints Headers).
fn is_harmless(hint: &str) -> bool {
    matches!(hint, "save-data" | "sec-ch-ua" | "sec-ch-ua-mobile" | "sec-ch-ua-platform")
        || hint.starts_with("sec-ch-prefers-")
}

impl Gate {
    /// Has a browser forget which hints it was asked for, where it sends some that the visitor has not allowed, but
    /// for those that the site declares and that are allowed. A page without `Accept-CH` changes nothing about them,
    /// an empty one does (RFC 8942, section 3.1; Client Hints Infrastructure, "Accept-CH cache").
    pub(crate) fn withdraw_hints(
        &self,
        headers: &mut HeaderMap,
        findings: &RequestFindings,
        standing: Standing,
    ) {
        if headers.contains_key(ACCEPT_CH) || !findings.withheld_headers().any(is_hint) {
            return;
        }
        let declared =
            self.policy.declared().categories.iter().flat_map(|category| &category.request_headers);
        let named = declared.filter(|name| name.is_exact() && is_hint(name.as_str()));
        let allowed =
            named.filter(|name| self.rule(self.hint(ACCEPT_CH.as_str(), name.as_str()), standing).passes());
        let mut hints: Vec<&str> = allowed.map(NamePattern::as_str).collect();
        hints.sort_unstable();
        hints.dedup();
        if let Ok(hints) = HeaderValue::try_from(hints.join(", ")) {
            headers.insert(ACCEPT_CH, hints);
        }
    }

    /// Takes the hints that the visitor has not allowed out of a field that asks for them. Where the site
    /// declares the field itself, that holds for all of it.
    pub(super) fn gate_hints(
        &self,
        headers: &mut HeaderMap,
        name: &HeaderName,
        standing: Standing,
        met: &mut Vec<Gated>,
    ) {
        let lines: Vec<HeaderValue> = headers.get_all(name).iter().cloned().collect();
        let texts: Vec<String> = lines.iter().map(latin::text).collect();
        let hints = texts.iter().flat_map(|text| members(text));
        if !self.withholds_hints(name.as_str(), hints, standing, met) {
            return;
        }
        headers.remove(name);
        for text in &texts {
            let passes = |hint: &&str| self.rule(self.hint(name.as_str(), hint), standing).passes();
            let kept: Vec<&str> = members(text).into_iter().map(str::trim).filter(passes).collect();
            let rest = latin::value(&kept.join(", ")).filter(|rest| !rest.is_empty());
            if let Some(rest) = rest {
                headers.append(name, rest);
            }
        }
    }

    /// Notes what a response header, or what stands for it in a page, asks for, and whether any of it is not
    /// allowed.
    pub(super) fn withholds_hints<'a>(
        &self,
        name: &str,
        hints: impl Iterator<Item = &'a str>,
        standing: Standing,
        met: &mut Vec<Gated>,
    ) -> bool {
        let verdicts = hints.map(|hint| self.hint(name, hint));
        let weighty = verdicts.filter(|verdict| !matches!(verdict, Verdict::Exempt | Verdict::Unknown));
        let rulings = weighty.map(|verdict| (verdict, self.rule(verdict, standing)));
        let Some((verdict, ruling)) = rulings.min_by_key(|(_, ruling)| *ruling == Ruling::Passes) else {
            return false;
        };
        self.note_header(name, verdict, ruling, met);
        ruling == Ruling::Withheld
    }

    /// The verdict on one hint that a field asks for: on the request header by which it comes, else on the field.
    fn hint(&self, name: &str, hint: &str) -> Verdict {
        let hint = hint.split([';', '=']).next().unwrap_or_default().trim().to_ascii_lowercase();
        if self.response_headers.declares(name) {
            return self.response_headers.look_up(name);
        }
        match self.request_headers.look_up(&hint) {
            Verdict::Unknown if hint.is_empty() || is_harmless(&hint) => Verdict::Exempt,
            Verdict::Unknown => self.response_headers.look_up(name),
            known => known,
        }
    }
}
