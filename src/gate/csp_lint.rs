//! Tells operators which loads the app's own Content-Security-Policy lets through whatever is taken out, and what is not
//! mended in one that stands in the page.

#[cfg(feature = "tracing")]
use super::{
    csp_inline::{forbids_ours, words_of},
    csp_sources::lets_any_host_through,
};
#[cfg(feature = "tracing")]
use crate::event::warn_once;

/// What trackers load by, each with the directives that decide about it, the first that is there.
#[cfg(feature = "tracing")]
const KINDS: [(&str, &[&str]); 4] = [
    ("script-src", &["script-src", "default-src"]),
    ("connect-src", &["connect-src", "default-src"]),
    ("img-src", &["img-src", "default-src"]),
    ("frame-src", &["frame-src", "child-src", "default-src"]),
];

#[cfg(not(feature = "tracing"))]
pub(super) fn tell(_: &[String], _: bool) {}

/// Warns once for each directive. `is_guarded` says that a policy of the layer's own guards what these let through. All
/// policies apply, so that one which is strict is enough.
#[cfg(feature = "tracing")]
pub(super) fn tell(policies: &[String], is_guarded: bool) {
    for (kind, directives) in KINDS {
        let gaps: Option<Vec<Gap<'_>>> = policies.iter().map(|policy| Gap::of(policy, directives)).collect();
        let Some(gap) = gaps.and_then(|gaps| gaps.into_iter().max()) else { continue };
        match gap {
            Gap::Missing | Gap::Any(..) if is_guarded => {}
            Gap::Missing => warn_once!(
                "csp-missing",
                kind,
                "the app's Content-Security-Policy has no such directive and no default-src, so it keeps no \
                 tracker from loading so: add the directive, or set csp to \"enforce\""
            ),
            Gap::Any(directive, source) => warn_once!(
                "csp-any",
                kind,
                source,
                "{directive} lets every host through, so that nothing is won by taking trackers out: \
                 list the hosts that the site needs instead, or set csp to \"enforce\""
            ),
            Gap::Dynamic(directive) => warn_once!(
                "csp-dynamic",
                kind,
                "{directive} has 'strict-dynamic', under which browsers ignore the hosts listed: scripts that \
                 are trusted can load trackers; render such scripts only where consent allows them"
            ),
        }
    }
}

#[cfg(not(feature = "tracing"))]
pub(super) fn tell_of_meta(_: &str) {}

/// Warns of a policy that a page brings along (HTML standard, "Content security policy state"). It is nothing that a
/// header could mend.
#[cfg(feature = "tracing")]
pub(super) fn tell_of_meta(policy: &str) {
    if forbids_ours(policy) {
        warn_once!(
            "csp-meta",
            "forbids",
            "a Content-Security-Policy in a <meta> forbids the banner's style or script, so that it shows plain; \
             origins that are denied are not taken out of it either: send the policy as a header instead"
        );
    } else {
        warn_once!(
            "csp-meta",
            "allows",
            "origins that are denied are not taken out of a Content-Security-Policy in a <meta>: \
             send the policy as a header instead"
        );
    }
}

/// Why a policy does not keep a kind of load to a list of hosts.
#[cfg(feature = "tracing")]
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Gap<'a> {
    Missing,
    Any(&'static str, &'a str),
    Dynamic(&'static str),
}

#[cfg(feature = "tracing")]
impl<'a> Gap<'a> {
    fn of(policy: &'a str, directives: &[&'static str]) -> Option<Self> {
        let mut found =
            directives.iter().filter_map(|name| Some((*name, words_of(policy, name)?.collect::<Vec<_>>())));
        let Some((directive, sources)) = found.next() else { return Some(Self::Missing) };
        let is_dynamic = |source: &&str| source.eq_ignore_ascii_case("'strict-dynamic'");
        if directives[0] == "script-src" && sources.iter().any(is_dynamic) {
            return Some(Self::Dynamic(directive));
        }
        let any = sources.into_iter().find(|source| lets_any_host_through(source));
        any.map(|source| Self::Any(directive, source))
    }
}
