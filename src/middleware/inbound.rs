use std::sync::Arc;

use http::{Method, header, request::Parts, uri::Authority};

use super::{
    conditions::{Conditional, Kept},
    eligibility::{Asked, Reason, accepts_anything, is_navigation},
    hooks::Hooks,
    insert::negotiated,
    plan::Plan,
    variant::Variant,
    watch::Watch,
};
use crate::{
    consent::{Consent, Visit, host, is_local},
    endpoint::ReturnTo,
    gate::{GateReport, RequestFindings, Standing},
    policy::{Delivery, NECESSARY},
    site::Site,
};

/// What is known of a request by the time the app answers it.
pub(super) struct Inbound {
    pub(super) site: Arc<Site>,
    pub(super) hooks: Arc<Hooks>,
    pub(super) visit: Visit,
    pub(super) report: GateReport,
    pub(super) watch: Watch,
    pub(super) findings: RequestFindings,
    /// What the visitor is entitled to.
    pub(super) standing: Standing,
    /// Whether this site asks its visitors anything, on this path.
    pub(super) asks: bool,
    pub(super) asked: Asked,
    pub(super) is_head: bool,
    /// What is left of the request's conditions, if it had any.
    pub(super) kept: Kept,
    /// Where the banner leads back to, if the page may carry one of the visitor's own.
    pub(super) return_to: Option<ReturnTo>,
    pub(super) authority: Option<Authority>,
    /// The path asked for, where cookies came along that should be gone.
    pub(super) leftovers_at: Option<String>,
}

impl Inbound {
    /// Reads what will be needed, and gates the request. `is_nested` says that a layer outside of
    /// this one has seen it.
    pub(super) fn new(
        site: &Arc<Site>,
        hooks: &Arc<Hooks>,
        visit: Visit,
        report: GateReport,
        parts: &mut Parts,
        is_nested: bool,
    ) -> Self {
        let declared = site.policy.declared();
        let is_local = is_local(&site.policy, parts);
        let enforces = site.gate.enforces(|| is_local);
        let watch = Watch::new(site, hooks, is_local);
        let path = parts.uri.path();
        // A Reject that rejects nothing must not be offered, nor one where there is nothing to reject.
        let mut asks = enforces
            && site.policy.optional() != 0
            && !declared.no_banner.iter().any(|pattern| pattern.matches(path));
        let mut asked = Asked::new(parts);
        if is_nested {
            asked.page = Err(Reason::Nested);
        } else if !asks {
            asked.page = asked.page.and(Err(Reason::Configured));
        } else if !hooks.allows_banner(parts) {
            asked.page = asked.page.and(Err(Reason::Declined));
            asks = false;
        }
        let standing = Standing {
            effective: visit.consent.state().effective,
            measured: visit.consent.state().measured(),
            enforces,
            is_watched: watch.is_active(),
        };
        let towards_app = match declared.delivery {
            Delivery::Shared => Standing { effective: NECESSARY, measured: 0, ..standing },
            Delivery::Private | Delivery::Auto => standing,
        };
        let mut findings = site.gate.request(&mut parts.headers, towards_app);
        if declared.scrub_click_ids {
            site.gate.request_query(&mut parts.uri, towards_app, &mut findings);
            let own = host(&site.policy, parts).to_owned();
            site.gate.request_referer(&mut parts.headers, &own, towards_app, &mut findings);
        }
        watch.tell(&findings.gated, towards_app.effective);
        let mut inbound = Self {
            site: site.clone(),
            hooks: hooks.clone(),
            visit,
            report,
            watch,
            findings,
            standing,
            asks: asks && !is_nested,
            is_head: parts.method == Method::HEAD,
            kept: Kept::default(),
            return_to: asked.page.is_ok().then(|| ReturnTo::new(&site.policy, parts)),
            authority: parts.uri.authority().cloned(),
            leftovers_at: None,
            asked,
        };
        if inbound.has_leftovers() {
            inbound.leftovers_at = Some(parts.uri.path().to_owned());
        }
        inbound.ask_for_what_can_be_rewritten(parts);
        inbound
    }

    /// Whether a visitor who has said no still sends what was to be removed: it did not fit the answer, has
    /// another path, or the no is the browser's signal.
    fn has_leftovers(&self) -> bool {
        let state = self.visit.consent.state();
        let is_denied = self.site.policy.optional() & !state.effective != 0;
        self.standing.enforces
            && (state.answers.is_some() || state.signal.is_some())
            && is_denied
            && self.site.gate.to_remove(self.findings.cookies(), state.effective).into_iter().next().is_some()
    }

    /// A page is wanted whole, as it is now, and uncompressed.
    fn ask_for_what_can_be_rewritten(&mut self, parts: &mut Parts) {
        if self.only_watches() && self.asked.page == Err(Reason::Configured) {
            parts.headers.remove(header::ACCEPT_ENCODING);
        }
        let is_page = self.asked.page.is_ok();
        let is_rewritten = is_page || self.gates_markup() && self.asked.wants_html();
        // Scripts mostly fetch other things, whose coding stays where that of HTML can be undone.
        let may_be_rewritten = self.gates_markup() && self.asked.page == Err(Reason::Fetch);
        // What an inner layer compresses costs time twice; an outer one has read this.
        let is_recoded = is_rewritten || may_be_rewritten && !cfg!(feature = "decompression");
        if is_recoded && self.asked.accepts_encoding {
            parts.headers.remove(header::ACCEPT_ENCODING);
        }
        if !self.asked.is_conditional {
            return;
        }
        let delivery = self.site.policy.declared().delivery;
        let is_private = delivery == Delivery::Private;
        let plan = Plan::new(&self.site, self.visit.consent.state(), self.visit.age());
        let conditional = Conditional {
            method: &parts.method,
            is_navigation: self.asked.swaps_page
                || self.asked.is_surely_fragment()
                || is_navigation(&parts.headers),
            is_rewritten,
            may_open_page: is_page && accepts_anything(&parts.headers),
            variants: &|| self.current_variants(plan),
            head: &|| Variant::head(&self.site, self.visit.consent.state()),
            dates_from: (!is_private).then(|| self.site.since(|| self.hooks.now())),
        };
        self.kept = conditional.translate(&mut parts.headers);
    }

    /// Pages are read and nothing is written into them.
    pub(super) fn only_watches(&self) -> bool {
        self.watch.is_active() && !self.standing.enforces
    }

    /// The forms of which this client may have one.
    fn current_variants(&self, plan: Plan) -> Vec<Variant> {
        let delivery = self.site.policy.declared().delivery;
        let is_page = self.asked.page.is_ok();
        let mut variants = Vec::new();
        // A part of the page, or what a script asks for, is never what the page's variant names.
        if is_page && delivery != Delivery::Shared {
            variants.push(self.private_variant(plan));
        }
        let is_whole =
            matches!(self.asked.page, Ok(()) | Err(Reason::Framed | Reason::Fetch | Reason::Subresource));
        if self.asks && is_whole && delivery != Delivery::Private {
            variants.push(Variant::shared(&self.site, Plan::shared(&self.site)));
        }
        if self.asks && !is_page && delivery != Delivery::Private {
            variants.push(self.shared_copy());
        }
        let [bare, head] = self.other_variants();
        variants.push(head);
        if !is_page && !self.is_nested() {
            variants.push(bare);
        }
        variants
    }

    /// The forms, for this visitor, of what is no page: bare HTML, and everything else.
    pub(super) fn other_variants(&self) -> [Variant; 2] {
        let state = self.visit.consent.state();
        [Variant::bare(&self.site, state, self.copy_plan()), Variant::head(&self.site, state)]
    }

    /// The form of HTML without banner that all visitors get.
    pub(super) fn shared_copy(&self) -> Variant {
        Variant::shared(&self.site, self.copy_plan())
    }

    /// Whether something may be denied in HTML, with or without banner. An outer layer does it by itself.
    pub(super) fn gates_markup(&self) -> bool {
        self.standing.enforces && !self.is_nested()
    }

    /// What HTML without banner carries.
    pub(super) fn copy_plan(&self) -> Plan {
        if self.gates_markup() { Plan::gated(&self.site, !self.asked.is_part()) } else { Plan::default() }
    }

    /// A layer outside of this one writes into pages.
    pub(super) fn is_nested(&self) -> bool {
        self.asked.page == Err(Reason::Nested)
    }

    /// The form of pages that this visitor gets.
    pub(super) fn private_variant(&self, plan: Plan) -> Variant {
        let language = negotiated(&self.site, self.asked.accept_language.as_ref());
        Variant::private(&self.site, self.visit.consent.state(), plan, language)
    }
}

/// What handlers find of a visitor: nothing, where what they make is for all.
pub(super) fn shown(site: &Site, visit: &Visit) -> Consent {
    match site.policy.declared().delivery {
        Delivery::Shared => Consent::undecided(&site.policy),
        Delivery::Private | Delivery::Auto => visit.consent.clone(),
    }
}
