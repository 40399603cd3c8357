//! What operators are told of the policy when a layer is applied, each thing once.

use super::hooks::Hooks;
use crate::site::Site;

#[cfg(not(feature = "tracing"))]
pub(super) fn tell(_: &Site, _: &Hooks) {}

#[cfg(feature = "tracing")]
pub(super) fn tell(site: &Site, hooks: &Hooks) {
    use crate::{event::is_first, policy::Severity};

    site.lint_once(|| {
        for finding in site.policy.lint_with(hooks.jurisdiction.is_some()) {
            let (rule, source, text) = (finding.rule(), finding.source(), finding.finding().to_string());
            match finding.severity() {
                _ if !is_first(rule, &text) => {}
                Severity::Warning => tracing::warn!(target: "tower_consent", rule, source, "{text}"),
                Severity::Notice => tracing::info!(target: "tower_consent", rule, source, "{text}"),
            }
        }
    });
}
