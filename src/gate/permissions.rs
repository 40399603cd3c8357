//! What browsers have built in for advertising, turned off by `Permissions-Policy`.

use http::{HeaderMap, HeaderName, HeaderValue};

use super::{Gate, Ruling, Standing, Verdict};

const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

/// The features that a current browser knows: Chromium 156 lists them in `document.featurePolicy`, and writes
/// a message into the console of each page that names another. The advertising features of before (Protected
/// Audience, Attribution Reporting, Shared Storage, Private Aggregation) are gone there.
const DENIED: &str = "browsing-topics=(), interest-cohort=(), private-state-token-issuance=(), private-state-token-redemption=()";

/// The category whose answer turns them on.
const CATEGORY: &str = "marketing";

impl Gate {
    /// Adds the features to what the app says. Of two members of one name the last counts (RFC 9651, section
    /// 4.2.2), and none is stricter than `()`.
    pub(super) fn restrict_features(&self, headers: &mut HeaderMap, standing: Standing) {
        if !self.policy.declared().permissions_policy {
            return;
        }
        let verdict = match self.policy.position(CATEGORY) {
            Some(bit) => Verdict::Needs(1 << bit),
            None => Verdict::Tracking,
        };
        let is_there = headers.get_all(PERMISSIONS_POLICY).iter().any(|line| line == DENIED);
        if self.rule(verdict, standing) == Ruling::Withheld && !is_there {
            headers.append(PERMISSIONS_POLICY, HeaderValue::from_static(DENIED));
        }
    }
}
