//! What is done to a response on its way out.

use http::{HeaderMap, HeaderValue, Response, StatusCode, header, response::Parts};
use http_body::Body;
use url::Url;

use super::{
    body::{ResponseBody, Trailers},
    cache,
    eligibility::{self, Answered, Opens, Reason},
    hooks::Recording,
    inbound::Inbound,
    insert::{Inserter, content_language},
    keeping::Dependence,
    plan::Plan,
    rendered::BannerRendered,
    role::Role,
    variant::Variant,
};
use crate::{
    banner::{Banners, PageFacts, state_json},
    consent::{Decision, is_consent_cookie, visible_host},
    endpoint::{Applied, ReturnTo, apply},
    event::{debug_once, warn_once},
    gate::{
        Gated, Markup, Own, RemovalPlace, Setting, Standing, allow_own, forbids_asking, forbids_forms,
        forbids_own_frames, forbids_own_scripts, set_cookie_name,
    },
    html::Rewriter,
    policy::{Host, NECESSARY},
    site::Site,
};

impl Inbound {
    /// Gates the response and, if it is a page, sends it through the rewriter.
    pub(super) fn respond<B: Body>(
        self,
        response: Response<B>,
    ) -> (Response<ResponseBody<B>>, Option<Recording>) {
        let (mut parts, body) = response.into_parts();
        let decision = parts.extensions.remove::<Decision>();
        let applied = decision.map(|decision| self.apply(decision));
        let (state, age) = match &applied {
            Some(applied) => (&applied.state, applied.age),
            None => (self.visit.consent.state(), self.visit.age()),
        };

        let answered = self.read(&parts, &body);
        let is_shared = self.is_shared(&parts, &answered, applied.is_some());
        let page = eligibility::banner(&self.asked, &answered, is_shared);
        let gate = eligibility::gate(&self.asked, &answered);
        let is_gated = gate.is_ok() && self.gates_markup();
        let role = self.role(&parts, &answered, page, is_gated);
        let (effective, measured) =
            if is_shared { (NECESSARY, 0) } else { (state.effective, state.measured()) };
        let standing = Standing { effective, measured, ..self.standing };
        let is_document = self.is_document(&role, &answered, parts.status);
        let runs_script = is_document || self.runs_script(&parts.headers, parts.status);
        // What leads on is not shown.
        let leads_on = parts.status.is_redirection() && parts.status != StatusCode::NOT_MODIFIED;
        let is_opened = runs_script || self.asked.opens == Opens::Document && !leads_on;
        let has_own_policy = runs_script && self.site.gate.has_own_policy();
        let is_for_visitor = role != Role::Other || has_own_policy || !cache::allows_storing(&parts.headers);
        let met = self.site.gate.response(
            &mut parts.headers,
            standing,
            &Setting {
                runs_script,
                is_opened,
                is_document,
                is_for_visitor,
                is_shared,
                base: &|| self.base(),
            },
        );
        self.site.gate.limit_measurement(&mut parts.headers, standing, &self.findings);
        if is_document && is_for_visitor && !is_shared {
            self.site.gate.withdraw_hints(&mut parts.headers, &self.findings, standing);
        }
        if answered.is_markup {
            let is_anything_denied = self.site.policy.optional() & !effective != 0;
            tell_skipped(page, if is_anything_denied { gate } else { Ok(()) });
        }

        // What the page carries, be it in this response or in the client's copy.
        let plan = match &role {
            Role::Page | Role::Confirmed(_) if is_shared => Plan::shared(&self.site),
            Role::Page | Role::Confirmed(_) => Plan::new(&self.site, state, age),
            Role::Copy if is_gated => self.copy_plan(),
            Role::ConfirmedOther(variant) if self.is_copy(variant) => self.copy_plan(),
            Role::Copy | Role::ConfirmedOther(_) | Role::Other => Plan::default(),
        };
        // What the handler has rendered is not inserted again.
        let carried = match page {
            Err(Reason::Rendered) if is_gated => self.copy_plan(),
            Err(Reason::Rendered) => Plan::default(),
            // What tells vendors is a script of HTML's, and a page has told them already.
            _ if answered.is_markup && !answered.is_html => plan.without_vendors(),
            // A document in an attribute is HTML, also where the page around it is none.
            _ if answered.is_xml => plan.without_embeds(),
            _ => plan,
        };
        let is_rewritten = (page.is_ok() || is_gated) && !carried.is_empty();
        if is_shared {
            self.share(&mut parts, carried);
        } else {
            let depends = Dependence {
                is_markup: answered.is_markup,
                has_decision: applied.is_some(),
                met: met.iter().any(Gated::is_gated) || has_own_policy && self.site.policy.optional() != 0,
            };
            self.keep_for_visitor(&mut parts, &role, plan, &depends);
        }
        if !carried.is_empty() {
            let is_confirmed = matches!(role, Role::Confirmed(_) | Role::ConfirmedOther(_));
            prepare_head(
                &mut parts.headers,
                &self.site.banners,
                carried,
                answered.coding.is_some() || is_confirmed,
            );
        }
        if carried.has_client() {
            self.allow_asking(&mut parts.headers);
        }
        if applied.is_none() && !is_shared {
            self.remove_leftovers(&mut parts.headers);
        }
        let facts = carried.has_client().then(|| PageFacts {
            state: state_json(&self.site.policy, state),
            is_withheld: has_own_policy
                || self.visit.consent.was_consulted()
                // What nobody declared a yes would not bring.
                || met.iter().any(|item| item.was_withheld() && !item.is_undeclared()),
            is_posted: matches!(self.return_to, Some(ReturnTo::Form(_))),
            is_fresh: carried.is_momentary(),
            is_mute: forbids_asking(&parts.headers),
            needs_text: forbids_own_scripts(&parts.headers),
        });
        let recording = applied.map(|mut applied| {
            write_decision(&self.site, &mut parts.headers, &mut applied);
            self.hooks.record(applied.record)
        });

        self.watch.tell(&met, effective);
        let trailers = Trailers { site: self.site.clone(), standing };
        let is_watched = self.only_watches() && answered.markup.is_ok() && answered.coding.is_none();
        let enforces = self.standing.enforces && is_rewritten;
        let standing = Standing { enforces, ..standing };
        let markup = (is_rewritten || is_watched)
            .then(|| Markup::new(&self.site.gate, standing, is_shared, self.base()));
        // What a browser has sent is nothing for a page that others get too.
        let sent = if is_shared { Vec::new() } else { self.findings.gated };
        self.report.complete(sent.into_iter().chain(met).filter(Gated::is_gated).collect());

        let Some(markup) = markup else {
            return (Response::from_parts(parts, ResponseBody::gated(body, trailers)), recording);
        };
        let body = if self.is_head && !is_rewritten {
            ResponseBody::gated(body, trailers)
        } else if self.is_head {
            ResponseBody::unknown()
        } else {
            let carried = if is_rewritten { carried } else { Plan::default() };
            let mut places = carried.places();
            places.markup |= is_watched;
            let rewriter = match answered.is_part || self.asked.is_part() && page.is_err() {
                _ if answered.is_xml => Rewriter::of_xml(places),
                true => Rewriter::of_part(places),
                false => Rewriter::new(places),
            };
            let inserter = Inserter {
                plan: carried,
                markup,
                watch: self.watch,
                is_json: false,
                may_frame: carried.has_embeds() && !forbids_own_frames(&parts.headers),
                facts: facts.unwrap_or_default(),
                return_to: self.return_to.map_or_else(String::new, |page| page.path(&self.site.policy)),
                content_language: content_language(&self.site, &parts.headers),
                accept_language: self.asked.accept_language.filter(|_| !is_shared),
                site: self.site,
            };
            ResponseBody::rewrite(body, &answered, rewriter, inserter, trailers)
        };
        (Response::from_parts(parts, body), recording)
    }

    fn read<B: Body>(&self, parts: &Parts, body: &B) -> Answered {
        let is_empty = match self.is_head {
            true => parts.headers.get(header::CONTENT_LENGTH).is_some_and(|length| length == "0"),
            false => body.is_end_stream(),
        };
        let is_rendered = parts.extensions.get::<BannerRendered>().is_some();
        Answered::new(parts.status, &parts.headers, self.asked.is_opened, is_empty, is_rendered)
    }

    /// Whether the response is a document, or says that the client still has one.
    fn is_document(&self, role: &Role, answered: &Answered, status: StatusCode) -> bool {
        match role {
            Role::Confirmed(_) => true,
            Role::ConfirmedOther(variant) => self.is_copy(variant),
            _ if status == StatusCode::NOT_MODIFIED => self.kept.is_navigation,
            _ => answered.is_html,
        }
    }

    /// Whether the response is no page, but runs scripts all the same, or confirms what may.
    fn runs_script(&self, headers: &HeaderMap, status: StatusCode) -> bool {
        match self.asked.opens {
            Opens::Worker => true,
            Opens::Document => status == StatusCode::NOT_MODIFIED || eligibility::is_xml(headers),
            Opens::Nothing => false,
        }
    }

    /// Whether a variant is that of HTML without banner.
    fn is_copy(&self, variant: &Variant) -> bool {
        *variant == self.other_variants()[0] || *variant == self.shared_copy()
    }

    /// The address that relative ones in headers start from, as far as it tells whose they are.
    fn base(&self) -> Option<Url> {
        let host = visible_host(&self.site.policy, self.authority.as_ref(), self.asked.host.as_ref());
        Url::parse(&format!("https://{host}/")).or_else(|_| Url::parse("https://localhost/")).ok()
    }

    /// Lets the page's script ask the site, where the policies of the page let it ask others at most. The scheme is
    /// that of the page (CSP 3, section 6.7.2.8); an address in brackets is no host there (section 2.3.1).
    fn allow_asking(&self, headers: &mut HeaderMap) {
        let host = visible_host(&self.site.policy, self.authority.as_ref(), self.asked.host.as_ref());
        let source = format!("{host}{}/ui", self.site.policy.settings_path());
        let is_plain = |byte| u8::is_ascii_alphanumeric(&byte) || b"-._~:/%".contains(&byte);
        if !host.is_empty() && source.bytes().all(is_plain) {
            allow_own(headers, Own::Asking, || source.clone());
        }
    }

    /// Removes what a visitor who has said no still sends, with a response that reaches nobody else
    /// (RFC 9111, section 7.3).
    fn remove_leftovers(&self, headers: &mut HeaderMap) {
        let Some(path) = self.leftovers_at.as_deref().filter(|_| cache::is_for_one(headers)) else { return };
        let state = self.visit.consent.state();
        let names = self.site.gate.to_remove(self.findings.cookies(), state.effective);
        let host = visible_host(&self.site.policy, self.authority.as_ref(), self.asked.host.as_ref());
        let turn = self.site.turn();
        for line in self.site.gate.removals(names, RemovalPlace { host: Host::new(host), path, turn }) {
            headers.append(header::SET_COOKIE, line);
        }
    }

    /// Works out what a handler decided.
    fn apply(&self, decision: Decision) -> Applied {
        let host = visible_host(&self.site.policy, self.authority.as_ref(), self.asked.host.as_ref());
        let origin = self.asked.origin.as_ref().and_then(|origin| origin.to_str().ok());
        apply(
            &self.site,
            &self.visit,
            decision.choice,
            self.hooks.now(),
            origin,
            RemovalPlace {
                host: Host::new(host),
                path: self.leftovers_at.as_deref().unwrap_or("/"),
                turn: 0,
            },
            self.findings.cookies(),
        )
    }
}

/// What a page's head has to say once something is inserted; the head that confirms it too, since
/// caches take over what that says (RFC 9111, section 3.2). `is_recoded` says that what leaves, or was
/// left, is in no content coding.
fn prepare_head(headers: &mut HeaderMap, banners: &Banners, plan: Plan, is_recoded: bool) {
    cache::forget_bytes(headers);
    if is_recoded {
        headers.remove(header::CONTENT_ENCODING);
    }
    if plan.has_form() && forbids_forms(headers) {
        warn_once!(
            "forms",
            "content-security-policy",
            "the app's Content-Security-Policy lets no form be sent, so visitors cannot answer: \
             allow 'self' in form-action, and allow-forms in sandbox"
        );
    }
    if plan.has_styles() {
        allow_own(headers, Own::Style, || plan.styles(banners));
    }
    if let Some(scripts) = plan.scripts(banners) {
        if plan.loads_script() && forbids_own_scripts(headers) {
            warn_once!(
                "scripts",
                "content-security-policy",
                "the app's Content-Security-Policy lets no script of this site load, so nothing is released on \
                 shared pages: allow 'self' in script-src"
            );
        }
        allow_own(headers, Own::Script, || scripts.clone());
    }
}

/// Writes the consent cookie last, and alone.
fn write_decision(site: &Site, headers: &mut HeaderMap, applied: &mut Applied) {
    let settings = &site.policy.declared().cookie;
    let lines = headers.get_all(header::SET_COOKIE).iter();
    let others = lines.filter(|line| !is_consent_cookie(settings, set_cookie_name(line.as_bytes())));
    let others: Vec<HeaderValue> = others.cloned().collect();
    headers.remove(header::SET_COOKIE);
    for line in others {
        headers.append(header::SET_COOKIE, line);
    }
    applied.write(headers);
}

/// Says once for each reason that a page carries no banner, or is beyond the gate.
fn tell_skipped(banner: Result<(), Reason>, gate: Result<(), Reason>) {
    for reason in [banner.err(), gate.err().filter(|_| banner != gate)].into_iter().flatten() {
        match reason {
            Reason::Encoded => warn_once!(
                "skipped",
                reason.as_str(),
                "a page arrives encoded: it cannot carry the banner, and only its cookies and headers are gated; \
                 put compression outside of the consent layer, or turn the feature \"decompression\" on"
            ),
            Reason::Charset | Reason::NoTransform | Reason::Partial => warn_once!(
                "skipped",
                reason.as_str(),
                "a page cannot be written into: it carries no banner, and only its cookies and headers are gated"
            ),
            _ => debug_once!("skipped", reason.as_str(), "a page is left as it is"),
        }
    }
}
