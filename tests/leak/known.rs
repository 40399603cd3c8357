//! What still leaks, and why. The list only ever gets shorter: what is in it and leaks no more fails.

use crate::site::Setting::{self, Both, Csp, Enforced, Markup};

const WENT_ON: &str = "on the way back a frame of the site's own goes to where it had gone on to";
const KEPT: &str = "on the way back a document in a data: address has the policies of when it was opened";
const RULES: &str = "no directive of a CSP covers inline speculation rules";
const UNCOVERED: &str = "no directive of a CSP covers connecting ahead";

type Known = (&'static str, &'static [Setting], &'static str);

/// Kinds of references, the settings in which they leak, and the reason.
const KNOWN_LEAKS: &[Known] = &[
    ("speculation-rules", &[Csp], RULES),
    ("framed-refresh", &[Markup], WENT_ON),
    ("framed-refresh-header", &[Markup], WENT_ON),
    ("iframe-data", &[Csp], KEPT),
    ("link-preconnect", &[Csp], UNCOVERED),
    ("js-preconnect", &[Enforced, Csp, Both], UNCOVERED),
];

/// What may or may not be seen. Chromium sends the reports on errors in its own time, and those from before
/// a withdrawal also behind it.
const IN_ITS_OWN_TIME: &[&str] = &["header-nel"];

/// Whether both a leak and none are to be expected after a withdrawal.
pub(crate) fn is_in_its_own_time(kind: &str) -> bool {
    IN_ITS_OWN_TIME.contains(&kind)
}

/// What Chromium connects to before it asks the CSP whether a frame may load, and sends nothing to. It
/// gives up soon, so that a server sees the connection or does not.
const CONNECTED_AHEAD: &[(&str, &[Setting])] = &[
    ("iframe", &[Enforced, Csp, Both]),
    ("noscript-iframe", &[Both]),
    ("framed-refresh", &[Enforced, Csp, Both]),
    ("framed-refresh-header", &[Enforced, Csp, Both]),
    ("js-iframe", &[Enforced, Csp, Both]),
];

/// Whether it may be connected to, and no more.
pub(crate) fn is_connected_ahead(kind: &str, setting: Setting) -> bool {
    CONNECTED_AHEAD.iter().any(|&(name, settings)| name == kind && settings.contains(&setting))
}

pub(crate) fn is_known(kind: &str, setting: Setting) -> bool {
    KNOWN_LEAKS.iter().any(|(name, settings, _)| *name == kind && settings.contains(&setting))
}

#[test]
fn every_known_leak_is_of_a_kind_and_says_why() {
    let kinds = crate::leaks::kinds();
    let names = KNOWN_LEAKS.iter().map(|known| known.0).chain(CONNECTED_AHEAD.iter().map(|ahead| ahead.0));
    for name in names {
        assert!(kinds.iter().any(|kind| kind.name == name), "there is no kind {name}");
    }
    for (name, settings, reason) in KNOWN_LEAKS {
        assert!(!settings.is_empty() && reason.len() > 20, "{name}: {reason}");
    }
}
