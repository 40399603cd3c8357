//! Header fields that have a browser open a connection to, or load from, an origin of others:
//! `Link` (RFC 8288) and `Speculation-Rules`, member by member.

use http::{HeaderMap, HeaderName, HeaderValue, header::LINK};
use url::Url;

use super::{
    Gate, Gated, Plane, Ruling, Standing, Verdict,
    address::{origin, readings},
    latin, needs,
};
use crate::policy::{Enforcement, is_within};

/// Beside so many things nothing unknown is noted any more.
const MOST_UNKNOWN: usize = 128;

/// Whether one of a link's relations has a browser act on its own (HTML standard, section 4.6.8; Resource
/// Hints; Web Application Manifest).
pub(super) fn is_loading(relations: &str) -> bool {
    const LOADING: [&str; 13] = [
        "preconnect",
        "dns-prefetch",
        "preload",
        "modulepreload",
        "prefetch",
        "prerender",
        "stylesheet",
        "icon",
        "apple-touch-icon",
        "apple-touch-icon-precomposed",
        "mask-icon",
        "manifest",
        "compression-dictionary",
    ];
    let acts = |relation: &str| LOADING.iter().any(|loading| relation.eq_ignore_ascii_case(loading));
    relations.split_ascii_whitespace().any(acts)
}

pub(super) const SPECULATION_RULES: HeaderName = HeaderName::from_static("speculation-rules");
pub(super) const REPORT_TO: HeaderName = HeaderName::from_static("report-to");
pub(super) const EXPECT_CT: HeaderName = HeaderName::from_static("expect-ct");
pub(super) const TIMING_ALLOW_ORIGIN: HeaderName = HeaderName::from_static("timing-allow-origin");
pub(super) const REPORTING_ENDPOINTS: HeaderName = HeaderName::from_static("reporting-endpoints");

impl Gate {
    /// Takes out of a field the members that lead to an origin which is not allowed. `base` is the
    /// address of the page.
    pub(super) fn gate_members(
        &self,
        headers: &mut HeaderMap,
        name: &HeaderName,
        base: &Url,
        standing: Standing,
        met: &mut Vec<Gated>,
    ) {
        let is_for_reports = [REPORT_TO, REPORTING_ENDPOINTS, EXPECT_CT].contains(name);
        let mut is_any_withheld = false;
        let mut kept: Vec<HeaderValue> = Vec::new();
        for line in headers.get_all(name) {
            let text = latin::text(line);
            let passes = |member: &&str| {
                // Each is noted, also behind one that is withheld.
                let mut is_withheld =
                    |target: &String| self.withholds_target(target, base, is_for_reports, standing, met);
                targets(name, member).iter().filter(|target| is_withheld(target)).count() == 0
            };
            let members = if *name == LINK { links(&text) } else { members(&text) };
            let (passing, withheld): (Vec<&str>, Vec<&str>) = members.into_iter().partition(passes);
            if withheld.is_empty() {
                kept.push(line.clone());
                continue;
            }
            is_any_withheld = true;
            let rest = passing.join(",");
            kept.extend(latin::value(rest.trim()).filter(|rest| !rest.is_empty()));
        }
        if is_any_withheld {
            headers.remove(name);
            for line in kept {
                headers.append(name, line);
            }
        }
    }

    /// Notes wherever a target of a header may lead, and says whether any of that is withheld.
    pub(super) fn withholds_target(
        &self,
        target: &str,
        base: &Url,
        is_for_reports: bool,
        standing: Standing,
        met: &mut Vec<Gated>,
    ) -> bool {
        let own = base.host_str();
        let rulings = readings(base, target).map(|url| {
            url.map(|url| match is_for_reports {
                true => self.met_endpoint(&url, own, standing, met),
                false => self.met_address(&url, own, standing, met),
            })
        });
        rulings.contains(&Some(Ruling::Withheld))
    }

    /// Notes an address that a header or a page names, and rules on it. `own` is the host of the page.
    pub(super) fn met_address(
        &self,
        url: &Url,
        own: Option<&str>,
        standing: Standing,
        met: &mut Vec<Gated>,
    ) -> Ruling {
        let verdict = self.origins.look_up(url);
        let name = || origin(url);
        match verdict {
            Verdict::Unknown if is_of_third_party(url, own) => self.met_third_party(&name(), standing, met),
            Verdict::Unknown => {
                if standing.is_watched && is_of_others(url, own) {
                    self.note_unknown(&name(), Ruling::Passes, met);
                }
                Ruling::Passes
            }
            _ => self.met_origin(&name(), verdict, standing, met),
        }
    }

    /// The same for an address that browsers send reports to, with what they know of the visit: to a third
    /// party that nobody declared only for analytics (EDPB Guidelines 2/2023, para 36).
    pub(super) fn met_endpoint(
        &self,
        url: &Url,
        own: Option<&str>,
        standing: Standing,
        met: &mut Vec<Gated>,
    ) -> Ruling {
        let is_strict = self.policy.declared().enforcement == Enforcement::Strict;
        if !is_strict && is_of_third_party(url, own) && matches!(self.origins.look_up(url), Verdict::Unknown)
        {
            return self.met_origin(&origin(url), needs(&self.policy, "analytics"), standing, met);
        }
        self.met_address(url, own, standing, met)
    }

    /// Notes a host of others that nobody declared, and rules on it.
    pub(super) fn met_third_party(&self, name: &str, standing: Standing, met: &mut Vec<Gated>) -> Ruling {
        let ruling = self.rule(Verdict::Unknown, standing);
        if standing.is_watched || ruling == Ruling::Withheld {
            self.note_unknown(name, ruling, met);
        }
        ruling
    }

    fn note_unknown(&self, name: &str, ruling: Ruling, met: &mut Vec<Gated>) {
        let is_new = !met.iter().any(|item| item.plane == Plane::Origin && item.name == name);
        if is_new && met.len() < MOST_UNKNOWN {
            if ruling == Ruling::Withheld {
                self.tell(Plane::Origin, name, Verdict::Unknown, ruling);
            }
            met.push(self.gated(Plane::Origin, name, Verdict::Unknown, ruling));
        }
    }

    /// Notes an origin that a header names, and rules on it.
    pub(super) fn met_origin(
        &self,
        name: &str,
        verdict: Verdict,
        standing: Standing,
        met: &mut Vec<Gated>,
    ) -> Ruling {
        if matches!(verdict, Verdict::Exempt | Verdict::Unknown) {
            return Ruling::Passes;
        }
        let ruling = self.rule(verdict, standing);
        if !met.iter().any(|item| item.plane == Plane::Origin && item.name == name) {
            self.tell(Plane::Origin, name, verdict, ruling);
            met.push(self.gated(Plane::Origin, name, verdict, ruling));
        }
        ruling
    }
}

/// Whether an address leads to another host than the page's own.
fn is_of_others(url: &Url, own: Option<&str>) -> bool {
    matches!(url.scheme(), "http" | "https" | "ws" | "wss") && url.host_str() != own
}

/// The same, and that host is neither above the page's own nor below it.
fn is_of_third_party(url: &Url, own: Option<&str>) -> bool {
    is_of_others(url, own) && !url.host_str().zip(own).is_some_and(is_within)
}

/// The addresses that a member has the browser use.
fn targets(name: &HeaderName, member: &str) -> Vec<String> {
    let member = member.trim();
    if *name == TIMING_ALLOW_ORIGIN {
        return vec![member.to_owned()];
    }
    if *name == REPORT_TO {
        return strings(member).filter(|text| text.contains('/')).collect();
    }
    if *name != LINK {
        // A string, or a key with one (RFC 9651, sections 3.1 and 3.2).
        let text = member.find('"').map(|start| unquoted(&member[start..]));
        return text.into_iter().collect();
    }
    let Some((target, parameters)) = member.strip_prefix('<').and_then(|rest| rest.split_once('>')) else {
        return Vec::new();
    };
    let parameters: Vec<(&str, String)> = split(parameters, b';', false)
        .into_iter()
        .filter_map(|parameter| parameter.split_once('='))
        .map(|(name, value)| (name.trim(), unquoted(value)))
        .collect();
    let value_of = |wanted: &str| {
        let mut found = parameters.iter().filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
        found.next().map(|(_, value)| value.as_str())
    };
    if !value_of("rel").is_some_and(is_loading) {
        return Vec::new();
    }
    // Images may stand in a list, from which the browser picks one (HTML standard, section 4.2.4).
    let images = value_of("imagesrcset").unwrap_or_default().split_ascii_whitespace();
    let images = images.flat_map(|word| word.split(',')).filter(|word| !word.is_empty());
    std::iter::once(target).chain(images).map(str::to_owned).collect()
}

/// The strings in a piece of JSON.
fn strings(text: &str) -> impl Iterator<Item = String> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let start = &rest[rest.find('"')?..];
        let mut is_escaped = false;
        let end = start.char_indices().skip(1).find(|&(_, c)| {
            let is_end = c == '"' && !is_escaped;
            is_escaped = c == '\\' && !is_escaped;
            is_end
        });
        rest = end.map_or("", |(at, _)| &start[at + 1..]);
        Some(unquoted(start))
    })
}

/// A parameter's value without quotes and backslashes (RFC 9110, section 5.6.4).
fn unquoted(value: &str) -> String {
    let Some(rest) = value.trim().strip_prefix('"') else { return value.trim().to_owned() };
    let mut out = String::new();
    let mut characters = rest.chars();
    while let Some(c) = characters.next() {
        match c {
            '"' => break,
            '\\' => out.extend(characters.next()),
            c => out.push(c),
        }
    }
    out
}

/// The members of a field that holds JSON or structures (RFC 9651).
pub(super) fn members(text: &str) -> Vec<&str> {
    split(text, b',', true)
}

/// The members of `Link`, in whose parameters brackets are characters like any other (RFC 8288, section 3).
fn links(text: &str) -> Vec<&str> {
    split(text, b',', false)
}

/// Splits outside of quotes and angle brackets, and of brackets and braces if they nest.
fn split(text: &str, separator: u8, nests: bool) -> Vec<&str> {
    let mut members = Vec::new();
    let (mut from, mut is_quoted, mut is_target, mut is_escaped) = (0, false, false, false);
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_quoted => is_escaped = true,
            b'"' if !is_target => is_quoted = !is_quoted,
            b'<' if !is_quoted => is_target = true,
            b'>' if !is_quoted => is_target = false,
            b'{' | b'[' if nests && !is_quoted && !is_target => depth += 1,
            b'}' | b']' if nests && !is_quoted && !is_target => depth = depth.saturating_sub(1),
            _ if byte == separator && !is_quoted && !is_target && depth == 0 => {
                members.push(&text[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    members.push(&text[from..]);
    members
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, header::LINK};

    use super::{REPORTING_ENDPOINTS, SPECULATION_RULES, links, members, targets};

    #[test]
    fn members_are_split_outside_of_quotes_and_targets() {
        assert_eq!(members("<a,b>; x=\"c,d\\\",\", <e>"), ["<a,b>; x=\"c,d\\\",\"", " <e>"]);
        assert_eq!(members(""), [""]);
        assert_eq!(links("<a>; title=[, <b>; rel={preload"), ["<a>; title=[", " <b>; rel={preload"]);
    }

    #[test]
    fn endpoints_are_found_in_the_json_of_their_group() {
        let groups = r#"{"group":"a","endpoints":[{"url":"https:\/\/a.b/c"},{"url":"/d"}]},{"group":"e"}"#;
        let groups = members(groups);
        assert_eq!(groups.len(), 2);
        assert_eq!(targets(&super::REPORT_TO, groups[0]), ["https://a.b/c", "/d"]);
        assert!(targets(&super::REPORT_TO, groups[1]).is_empty());
        assert!(targets(&super::REPORT_TO, "{\"a").is_empty());
    }

    #[test]
    fn only_relations_that_act_have_a_target() {
        for (member, expected) in [
            ("<https://a.b/c>; rel=preload; as=script", &["https://a.b/c"][..]),
            ("<//a.b>;rel=\"Preconnect dns-prefetch\"", &["//a.b"]),
            ("</x,y>; as=style; REL=\"stylesheet\"", &["/x,y"]),
            ("<https://a.b>; rel=\"pre\\load\"", &["https://a.b"]),
            (
                "</a>; rel=preload; as=image; imagesrcset=\"https://a.b/1 1x, /2 2x\"",
                &["/a", "https://a.b/1", "1x", "/2", "2x"],
            ),
            ("<https://a.b>; rel=canonical", &[]),
            ("<https://a.b>; title=\"rel=preload;\"", &[]),
            ("<https://a.b>; title=\";rel=preload;\"; rel=next", &[]),
            ("https://a.b; rel=preload", &[]),
        ] {
            assert_eq!(targets(&LINK, member), expected, "{member}");
        }
        let one = |name: &HeaderName, member: &str| targets(name, member).pop();
        assert_eq!(one(&SPECULATION_RULES, "\"/rules.json\"").as_deref(), Some("/rules.json"));
        assert_eq!(
            one(&REPORTING_ENDPOINTS, "main=\"https://r.example/x\"").as_deref(),
            Some("https://r.example/x")
        );
        assert_eq!(one(&REPORTING_ENDPOINTS, "main"), None);
    }
}
