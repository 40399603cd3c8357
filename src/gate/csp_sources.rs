//! Takes the origins of denied categories out of the app's own Content-Security-Policy, so that the
//! browser keeps what no markup names from loading. A policy only ever becomes stricter.

use http::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

use super::{Gate, Gated, Ruling, Standing, Verdict, latin, origin::host_of};
use crate::policy::is_within;

/// Whether a source lets every host through: a star, or a scheme alone.
pub(super) fn lets_any_host_through(source: &str) -> bool {
    let is_of_network = |scheme: &str| {
        ["http", "https", "ws", "wss"].iter().any(|network| scheme.eq_ignore_ascii_case(network))
    };
    let (scheme, rest) = match source.split_once(':') {
        Some((scheme, rest)) if is_of_network(scheme) => (scheme, rest.trim_start_matches('/')),
        _ => ("", source),
    };
    let host = rest.split([':', '/']).next().unwrap_or_default();
    host == "*" || !scheme.is_empty() && rest.is_empty()
}

/// The directives that say where a page may load from (CSP 3, section 6.1), and where it reports to.
fn lists_origins(directive: &str) -> bool {
    const OTHERS: [&str; 3] = ["default-src", "report-uri", "prefetch-src"];
    const FETCH: [&str; 15] = [
        "child-src",
        "connect-src",
        "fenced-frame-src",
        "font-src",
        "frame-src",
        "img-src",
        "manifest-src",
        "media-src",
        "object-src",
        "script-src",
        "script-src-attr",
        "script-src-elem",
        "style-src",
        "style-src-elem",
        "worker-src",
    ];
    FETCH.iter().chain(&OTHERS).any(|name| directive.eq_ignore_ascii_case(name))
}

impl Gate {
    /// Gates one of the two fields, which may stand on several lines and hold several policies each.
    pub(super) fn gate_policies(
        &self,
        headers: &mut HeaderMap,
        name: &HeaderName,
        base: Option<&Url>,
        standing: Standing,
        met: &mut Vec<Gated>,
    ) {
        let lines: Vec<HeaderValue> = headers.get_all(name).iter().cloned().collect();
        let mut has_changed = false;
        let mut changed = |line: &HeaderValue| {
            let text = latin::text(line);
            let mut is_changed = false;
            let policies: Vec<String> = text
                .split(',')
                .map(|policy| {
                    let directives = policy.split(';').map(|directive| {
                        let gated = self.gate_directive(directive, base, standing, met);
                        is_changed |= gated.is_some();
                        gated.unwrap_or_else(|| directive.to_owned())
                    });
                    directives.collect::<Vec<_>>().join(";")
                })
                .collect();
            has_changed |= is_changed;
            is_changed.then(|| latin::value(&policies.join(","))).flatten()
        };
        let gated: Vec<HeaderValue> =
            lines.iter().map(|line| changed(line).unwrap_or_else(|| line.clone())).collect();
        if has_changed {
            headers.remove(name);
            for line in gated {
                headers.append(name, line);
            }
        }
    }

    /// The directive without what is not allowed; `None` where everything is. One that is left empty
    /// lets nothing through, and says so, since without it another would hold.
    fn gate_directive(
        &self,
        directive: &str,
        base: Option<&Url>,
        standing: Standing,
        met: &mut Vec<Gated>,
    ) -> Option<String> {
        let mut words = directive.split_ascii_whitespace();
        let name = words.next().filter(|name| lists_origins(name))?;
        let is_report = name.eq_ignore_ascii_case("report-uri");
        let sources: Vec<&str> = words.collect();
        let passes = |source: &&&str| {
            let own = base.and_then(Url::host_str);
            match base.filter(|_| is_report) {
                Some(base) => !self.withholds_target(source, base, true, standing, met),
                None => self.met_source(source, own, standing, met).passes(),
            }
        };
        let mut kept: Vec<&str> = sources.iter().filter(passes).copied().collect();
        let mut hosts = Vec::new();
        if !is_report {
            kept.retain(|source| match self.narrowed(source, standing, met) {
                Some(narrower) => {
                    hosts.extend(narrower);
                    false
                }
                None => true,
            });
        }
        if kept.len() == sources.len() {
            return None;
        }
        kept.extend(hosts.iter().map(String::as_str));
        let lead = if directive.starts_with(char::is_whitespace) { " " } else { "" };
        Some(match (&kept[..], is_report) {
            ([], true) => String::new(),
            ([], false) => format!("{lead}{name} 'none'"),
            (kept, _) => format!("{lead}{name} {}", kept.join(" ")),
        })
    }

    /// The hosts in place of a wildcard that lets through too much, which is noted.
    fn narrowed(&self, source: &str, standing: Standing, met: &mut Vec<Gated>) -> Option<Vec<String>> {
        let (needs, hosts) = self.origins.narrowed(source, standing.effective)?;
        let ruling = self.met_origin(source, Verdict::Needs(needs), standing, met);
        (ruling == Ruling::Withheld).then_some(hosts)
    }

    /// Notes a source of a policy, and rules on it. `own` is the host of the page.
    fn met_source(
        &self,
        source: &str,
        own: Option<&str>,
        standing: Standing,
        met: &mut Vec<Gated>,
    ) -> Ruling {
        let verdict = self.origins.look_up_source(source);
        match host_of(source) {
            Some(host) if matches!(verdict, Verdict::Unknown) => {
                let is_own = own.is_some_and(|own| is_within((&host, own)));
                if is_own { Ruling::Passes } else { self.met_third_party(source, standing, met) }
            }
            _ => self.met_origin(source, verdict, standing, met),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::lets_any_host_through;

    #[test]
    fn a_star_and_a_scheme_alone_let_every_host_through() {
        for source in
            ["*", "https:", "HTTP:", "wss:", "ws:", "*:443", "https://*", "https://*:*", "http://*/a"]
        {
            assert!(lets_any_host_through(source), "{source}");
        }
        for source in
            ["'self'", "data:", "blob:", "*.example", "https://*.example", "https.example:443", "", "'none'"]
        {
            assert!(!lets_any_host_through(source), "{source}");
        }
    }
}
