//! Header fields that have a browser open a connection to, or load from, an origin of others:
//! `Link` (RFC 8288) and `Speculation-Rules`, member by member.

use http::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

use super::{Gate, Gated, Plane, Ruling, Standing};

/// Relations by which a browser acts on its own (HTML standard, section 4.6.8; Resource Hints).
const LOADING: [&str; 9] = [
    "preconnect",
    "dns-prefetch",
    "preload",
    "modulepreload",
    "prefetch",
    "prerender",
    "stylesheet",
    "icon",
    "compression-dictionary",
];

pub(super) const SPECULATION_RULES: HeaderName = HeaderName::from_static("speculation-rules");
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
        let mut is_any_withheld = false;
        let mut kept: Vec<HeaderValue> = Vec::new();
        for line in headers.get_all(name) {
            let Ok(text) = line.to_str() else {
                kept.push(line.clone());
                continue;
            };
            let passes = |member: &&str| {
                let target = target(name, member).and_then(|target| base.join(target).ok());
                target.is_none_or(|url| self.met_address(&url, standing, met) == Ruling::Passes)
            };
            let (passing, withheld): (Vec<&str>, Vec<&str>) = members(text).into_iter().partition(passes);
            if withheld.is_empty() {
                kept.push(line.clone());
                continue;
            }
            is_any_withheld = true;
            let rest = passing.join(",");
            kept.extend(HeaderValue::try_from(rest.trim()).ok().filter(|rest| !rest.is_empty()));
        }
        if is_any_withheld {
            headers.remove(name);
            for line in kept {
                headers.append(name, line);
            }
        }
    }

    /// Notes an address that a header names, and rules on it.
    fn met_address(&self, url: &Url, standing: Standing, met: &mut Vec<Gated>) -> Ruling {
        let verdict = self.origins.look_up(url);
        self.met_origin(&url.origin().ascii_serialization(), verdict, standing, met)
    }

    /// Notes an origin that a header names, and rules on it.
    pub(super) fn met_origin(
        &self,
        name: &str,
        verdict: super::Verdict,
        standing: Standing,
        met: &mut Vec<Gated>,
    ) -> Ruling {
        if matches!(verdict, super::Verdict::Exempt | super::Verdict::Unknown) {
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

/// The address that a member has the browser use, if it does.
fn target<'a>(name: &HeaderName, member: &'a str) -> Option<&'a str> {
    let member = member.trim();
    if *name != http::header::LINK {
        // A string, or a key with one (RFC 9651, sections 3.1 and 3.2).
        let start = member.find('"')? + 1;
        return member[start..].split('"').next();
    }
    let (target, parameters) = member.strip_prefix('<')?.split_once('>')?;
    let relations = members_at(parameters, b';').into_iter().find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("rel").then(|| value.trim().trim_matches('"'))
    })?;
    let acts = |relation: &str| LOADING.iter().any(|loading| relation.eq_ignore_ascii_case(loading));
    relations.split_ascii_whitespace().any(acts).then_some(target)
}

fn members(text: &str) -> Vec<&str> {
    members_at(text, b',')
}

/// Splits outside of quotes and angle brackets.
fn members_at(text: &str, separator: u8) -> Vec<&str> {
    let mut members = Vec::new();
    let (mut from, mut is_quoted, mut is_target, mut is_escaped) = (0, false, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_quoted => is_escaped = true,
            b'"' if !is_target => is_quoted = !is_quoted,
            b'<' if !is_quoted => is_target = true,
            b'>' if !is_quoted => is_target = false,
            _ if byte == separator && !is_quoted && !is_target => {
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

    use super::{REPORTING_ENDPOINTS, SPECULATION_RULES, members, target};

    #[test]
    fn members_are_split_outside_of_quotes_and_targets() {
        assert_eq!(members("<a,b>; x=\"c,d\\\",\", <e>"), ["<a,b>; x=\"c,d\\\",\"", " <e>"]);
        assert_eq!(members(""), [""]);
    }

    #[test]
    fn only_relations_that_act_have_a_target() {
        let of = |name: &HeaderName, member: &'static str| target(name, member).map(str::to_owned);
        for (member, expected) in [
            ("<https://a.b/c>; rel=preload; as=script", Some("https://a.b/c")),
            ("<//a.b>;rel=\"Preconnect dns-prefetch\"", Some("//a.b")),
            ("</x,y>; as=style; REL=\"stylesheet\"", Some("/x,y")),
            ("<https://a.b>; rel=canonical", None),
            ("<https://a.b>; title=\"rel=preload;\"", None),
            ("<https://a.b>; title=\";rel=preload;\"; rel=next", None),
            ("https://a.b; rel=preload", None),
        ] {
            assert_eq!(of(&LINK, member).as_deref(), expected, "{member}");
        }
        assert_eq!(of(&SPECULATION_RULES, "\"/rules.json\"").as_deref(), Some("/rules.json"));
        assert_eq!(
            of(&REPORTING_ENDPOINTS, "main=\"https://r.example/x\"").as_deref(),
            Some("https://r.example/x")
        );
        assert_eq!(of(&REPORTING_ENDPOINTS, "main").as_deref(), None);
    }
}
