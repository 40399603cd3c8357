use http::{StatusCode, response::Parts};

use super::{
    cache,
    eligibility::{Answered, Reason},
    inbound::Inbound,
    plan::Plan,
    variant::Variant,
};
use crate::{endpoint::ReturnTo, policy::Delivery};

/// What a response is to whoever opens the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The page.
    Page,
    /// The word that the client still has the page in this variant.
    Confirmed(Variant),
    /// HTML without banner whose markup is gated, or that a cache could take for the page later: what a
    /// script, a frame or a part of the page has asked for.
    Copy,
    /// The word that the client still has what is no page, in this variant.
    ConfirmedOther(Variant),
    Other,
}

impl Inbound {
    /// Judges the response. `page` says whether it may carry the banner, `is_gated` whether its markup is
    /// gated.
    pub(super) fn role(
        &self,
        parts: &Parts,
        answered: &Answered,
        page: Result<(), Reason>,
        is_gated: bool,
    ) -> Role {
        if parts.status == StatusCode::NOT_MODIFIED {
            return match self.kept.confirms.first() {
                Some(variant)
                    if self.other_variants().contains(variant) || *variant == self.shared_copy() =>
                {
                    Role::ConfirmedOther(variant.clone())
                }
                Some(variant) => Role::Confirmed(variant.clone()),
                None if self.kept.has_date && self.asked.page == Err(Reason::Fragment) => {
                    Role::ConfirmedOther(self.shared_copy())
                }
                None if self.kept.has_date => {
                    Role::Confirmed(Variant::shared(&self.site, Plan::shared(&self.site)))
                }
                // Nobody has asked for this, since nothing that a browser could know was left in the
                // request; the client will show what it has.
                None if self.kept.is_navigation && self.asked.page.is_ok() => {
                    let plan = Plan::new(&self.site, self.visit.consent.state(), self.visit.age());
                    Role::Confirmed(self.private_variant(plan))
                }
                None if self.kept.is_navigation && self.gates_markup() => {
                    let [bare, _] = self.other_variants();
                    Role::ConfirmedOther(bare)
                }
                None => Role::Other,
            };
        }
        if parts.status == StatusCode::PARTIAL_CONTENT && self.kept.is_part_of_head && !answered.is_html {
            // Its whole was named, so it is too.
            return Role::ConfirmedOther(Variant::head(&self.site, self.visit.consent.state()));
        }
        let could_be_page = || {
            let is_page = matches!(answered.page, Ok(()) | Err(Reason::Encoded | Reason::Partial));
            is_page && cache::allows_storing(&parts.headers)
        };
        match page {
            Ok(()) | Err(Reason::Rendered) => Role::Page,
            Err(_) if is_gated => Role::Copy,
            Err(
                Reason::Fragment | Reason::Framed | Reason::Fetch | Reason::Subresource | Reason::Partial,
            ) if self.asks && could_be_page() => Role::Copy,
            Err(Reason::Declined) if could_be_page() => Role::Copy,
            Err(_) => Role::Other,
        }
    }

    /// Whether the page is one for all visitors.
    pub(super) fn is_shared(&self, parts: &Parts, answered: &Answered, has_decision: bool) -> bool {
        let delivery = self.site.policy.declared().delivery;
        // What answers a form is for whoever sent it, and must not be loaded anew, which would send it again.
        let is_posted = matches!(self.return_to, Some(ReturnTo::Form(_)));
        if !self.asks || has_decision || is_posted || delivery == Delivery::Private {
            return false;
        }
        let is_confirmed = parts.status == StatusCode::NOT_MODIFIED
            && (self.kept.has_date || {
                let page = Variant::shared(&self.site, Plan::shared(&self.site));
                self.kept.confirms.first().is_some_and(|known| *known == page || *known == self.shared_copy())
            });
        let is_page = answered.page.is_ok() && !answered.is_rendered;
        match delivery {
            Delivery::Auto => {
                !self.visit.consent.was_consulted()
                    && !cache::varies_on(&parts.headers, "cookie")
                    && (is_confirmed || is_page && cache::is_for_all(&parts.headers, || self.hooks.now()))
            }
            _ => is_page || is_confirmed,
        }
    }
}
