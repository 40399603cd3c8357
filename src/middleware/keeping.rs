//! What caches are told of a response.

use http::{HeaderMap, StatusCode, header, response::Parts};

use super::{cache, inbound::Inbound, plan::Plan, role::Role, variant::Variant};
use crate::{
    event::info_once,
    policy::{Delivery, DoNotTrack, Jurisdictions, Model},
};

/// What depends on the visitor in a response.
pub(super) struct Dependence {
    /// Browsers make elements of it.
    pub(super) is_markup: bool,
    /// A handler has decided for the visitor.
    pub(super) has_decision: bool,
    /// Something gated was met.
    pub(super) met: bool,
}

impl Inbound {
    /// Leaves to caches what the app leaves them, and tells the forms of the page apart. `plan` is what
    /// this one carries.
    pub(super) fn share(&self, parts: &mut Parts, plan: Plan) {
        let headers = &mut parts.headers;
        if let Some(field) = &self.asked.fragment_by {
            // A fragment must not be taken for the page. Requests for whole pages share a field with
            // those for fragments in htmx alone.
            match field.as_str() {
                field @ "hx-request" => {
                    cache::vary(headers, &[field, "HX-Boosted", "HX-History-Restore-Request"]);
                }
                field => cache::vary(headers, &[field]),
            }
        }
        if !plan.is_empty() {
            Variant::shared(&self.site, plan).name_etag(headers);
            cache::date_from(headers, self.site.since(|| self.hooks.now()));
        }
    }

    /// Keeps what one visitor gets from the others. `plan` is that of the page as the visitor sees it.
    pub(super) fn keep_for_visitor(&self, parts: &mut Parts, role: &Role, plan: Plan, depends: &Dependence) {
        let headers = &mut parts.headers;
        // Where all see the same, handlers have seen nobody.
        let differs = self.site.policy.declared().delivery != Delivery::Shared && !self.is_nested();
        let is_page_or_part =
            depends.is_markup || parts.status == StatusCode::NOT_MODIFIED && self.kept.is_navigation;
        if differs && *role != Role::Page && self.site.policy.optional() != 0 && is_page_or_part {
            cache::vary(headers, &["Cookie"]);
        }
        // An answer by what one visitor lets be seen is none for another who does not.
        let uses_gated = self.findings.headers().any(|name| cache::varies_on(headers, name));
        let was_scrubbed = differs && self.findings.has_click_id();
        let was_consulted = differs && self.visit.consent.was_consulted();
        let is_other = *role == Role::Other;
        let differs_by_visitor = depends.met || uses_gated || was_scrubbed || was_consulted;
        if is_other && !depends.has_decision && !differs_by_visitor {
            return;
        }
        // Where nothing is optional, what is withheld is withheld from everyone.
        let is_for_all = self.site.policy.optional() == 0
            && plan.only_gates()
            && !depends.has_decision
            && !differs_by_visitor;
        if is_for_all {
            return self.name_variant(parts, role, plan, depends.is_markup);
        }
        if depends.is_markup && cache::is_for_all(headers, || self.hooks.now()) {
            info_once!(
                "private",
                "cache-control",
                "pages that the app marks for shared caches become private, since they differ by visitor; \
                 to let caches keep them, set delivery to \"shared\" or \"auto\""
            );
        }
        let is_page = matches!(role, Role::Page | Role::Confirmed(_));
        let is_momentary = depends.has_decision || is_page && plan.is_momentary();
        self.limit_caching(headers, is_page && !plan.is_empty(), was_consulted, is_momentary);
        if is_momentary {
            return cache::forget_validators(headers);
        }
        self.name_variant(parts, role, plan, depends.is_markup);
    }

    /// Tells what was made of the app's response from what was not, and from what others get.
    fn name_variant(&self, parts: &mut Parts, role: &Role, plan: Plan, is_markup: bool) {
        let headers = &mut parts.headers;
        // A part of a page has no name of its own.
        let is_part = is_markup
            && matches!(parts.status, StatusCode::PARTIAL_CONTENT | StatusCode::RANGE_NOT_SATISFIABLE);
        if is_part {
            return;
        }
        headers.remove(header::LAST_MODIFIED);
        // Most responses have no tag, and a variant's name takes a hash.
        if headers.contains_key(header::ETAG) {
            let [bare, head] = self.other_variants();
            let variant = match role {
                Role::Page => self.private_variant(plan),
                Role::Confirmed(variant) | Role::ConfirmedOther(variant) => variant.clone(),
                Role::Copy => bare,
                // What a `304` speaks of may be HTML; it says so nowhere.
                Role::Other if is_markup || parts.status == StatusCode::NOT_MODIFIED => bare,
                Role::Other => head,
            };
            variant.name_etag(headers);
        }
    }

    /// Keeps what one visitor gets from another, and what is of the moment from all caches.
    fn limit_caching(
        &self,
        headers: &mut HeaderMap,
        is_negotiated: bool,
        was_consulted: bool,
        is_momentary: bool,
    ) {
        cache::make_private(headers, is_momentary);
        let mut depends_on = vec!["Cookie"];
        let declared = self.site.policy.declared();
        let rules = &self.visit.consent.state().rules;
        // What runs until somebody objects the signal ends, and what was stored it has removed; and a handler may have
        // asked for it itself.
        let is_signal_heard = rules.model == Model::OptOut || rules.exempt != 0 || was_consulted;
        if is_signal_heard || self.site.banners.may_forget() {
            depends_on.push("Sec-GPC");
            if declared.dnt == DoNotTrack::Refusal {
                depends_on.push("DNT");
            }
        }
        depends_on.extend(declared.jurisdictions.iter().flat_map(Jurisdictions::headers));
        if is_negotiated && self.site.policy.language().is_none() {
            depends_on.push("Accept-Language");
        }
        cache::vary(headers, &depends_on);
    }
}
