//! What the operator is told: each thing once, by name.

use super::{Gate, Plane, Ruling, Verdict};
#[cfg(feature = "tracing")]
use crate::event::{debug_once, info_once, warn_once};
#[cfg(feature = "tracing")]
use crate::policy::{CategoryId, Mask, NamePattern};

impl Gate {
    #[cfg(not(feature = "tracing"))]
    #[allow(clippy::unused_self)]
    pub(super) fn tell(&self, _: Plane, _: &str, _: Verdict, _: Ruling) {}

    /// Names what the policy does not say, with what to write into it, and what is withheld or would be. Not on
    /// which page: an address may say who asks, and for what.
    #[cfg(feature = "tracing")]
    pub(super) fn tell(&self, plane: Plane, name: &str, verdict: Verdict, ruling: Ruling) {
        // Browsers send what visitors like: their names are told by what they were recognised as.
        let is_from_visitor = matches!(plane, Plane::RequestCookie | Plane::RequestHeader | Plane::Query);
        let where_enforced = match ruling {
            Ruling::Withheld => "it is withheld from everyone, also after Accept",
            Ruling::Passes | Ruling::Observed => {
                "it passes here, and is withheld from everyone where the policy is enforced"
            }
        };
        match (verdict, ruling) {
            (Verdict::Recognised(vendor), _) => {
                let name = if is_from_visitor { vendor.id } else { name };
                warn_once!(
                    "recognised",
                    name,
                    vendor = vendor.id,
                    "the policy does not declare this tracker: {where_enforced}; \
                     to declare it, add {:?} to the vendors of the category {:?}",
                    vendor.id,
                    vendor.category
                );
            }
            (Verdict::Unknown, Ruling::Withheld) if plane == Plane::RequestCookie => warn_once!(
                "unknown-hidden",
                "cookies",
                "cookies that the policy does not declare are hidden from the app under strict enforcement; the report \
                 on a local host names them"
            ),
            _ if is_from_visitor => {}
            (Verdict::Tracking, _) => warn_once!(
                "tracking-header",
                name,
                "the policy has no category for this tracking header: {where_enforced}; \
                 to declare it, add it to the response-headers of a category"
            ),
            (Verdict::Unknown, Ruling::Passes) => warn_once!(
                "unknown-passed",
                name,
                "a cookie that the policy does not declare passes; {}",
                how_to_declare(name)
            ),
            (Verdict::Unknown, Ruling::Withheld) if plane == Plane::Origin => warn_once!(
                "unknown-origin",
                name,
                "what the policy does not declare loads for nobody under strict enforcement; to declare it, add {name:?} \
                 to the origins of a category, necessary if it needs no consent"
            ),
            (Verdict::Unknown, Ruling::Withheld) if name.is_empty() => warn_once!(
                "nameless",
                name,
                "a Set-Cookie without a name is withheld until everything is allowed; give the cookie a name"
            ),
            (Verdict::Unknown, Ruling::Withheld) => warn_once!(
                "unknown-withheld",
                name,
                "a cookie that the policy does not declare is withheld from everyone under strict enforcement; {}",
                how_to_declare(name)
            ),
            (Verdict::Needs(mask) | Verdict::NeedsAny(mask), Ruling::Withheld) => {
                debug_once!("withheld", name, categories = ?self.ids(mask), "withheld without consent");
            }
            (Verdict::Needs(mask) | Verdict::NeedsAny(mask), Ruling::Observed) => info_once!(
                "observed",
                name,
                categories = ?self.ids(mask),
                "it passes because the policy only observes; where it is enforced, it is withheld without consent"
            ),
            _ => {}
        }
    }

    #[cfg(feature = "tracing")]
    fn ids(&self, mask: Mask) -> Vec<&CategoryId> {
        self.policy.members(mask).map(|category| &category.id).collect()
    }
}

#[cfg(feature = "tracing")]
fn how_to_declare(name: &str) -> String {
    match NamePattern::of_name(name) {
        Some(pattern) => format!(
            "to declare it, add {{ name = \"{pattern}\", purpose = \"…\", duration = \"…\" }} to the cookies of a category"
        ),
        None => "no policy can name it: give it another name".to_owned(),
    }
}
