use std::sync::Arc;

use http::{
    HeaderMap, HeaderValue, Method, Response, StatusCode, header, request::Parts, response, uri::Authority,
};
use http_body::Body;

use super::{
    body::ResponseBody,
    cache, eligibility,
    eligibility::Reason,
    hooks::{Hooks, Recording},
    insert::{Inserter, Plan, content_language},
};
use crate::{
    consent::{Decision, Visit, is_consent_cookie, is_local, visible_host},
    endpoint::{Applied, ReturnTo, apply},
    event::{debug_once, warn_once},
    gate::{GateReport, RequestFindings, Standing, allow_styles, forbids_forms, set_cookie_name},
    html::Rewriter,
    policy::{Host, Model},
    site::Site,
};

/// Says that a page carries the layer's elements already.
#[derive(Clone, Copy, Debug)]
struct Inserted;

/// What is known of a request by the time the app answers it.
pub(super) struct Inbound {
    site: Arc<Site>,
    hooks: Arc<Hooks>,
    visit: Visit,
    report: GateReport,
    findings: RequestFindings,
    standing: Standing,
    /// Whether this site asks its visitors anything, on this path.
    asks: bool,
    page: Result<PageRequest, Reason>,
    sender: Sender,
}

/// A request that may be answered with a page.
struct PageRequest {
    return_to: ReturnTo,
    accept_language: Option<HeaderValue>,
    is_head: bool,
    /// The browser opens the page and asks whether what it has still holds.
    revalidates: bool,
}

/// Who asks, as far as a handler's decision needs it.
struct Sender {
    origin: Option<HeaderValue>,
    host: Option<HeaderValue>,
    authority: Option<Authority>,
}

impl Inbound {
    /// Reads what will be needed, and gates the request.
    pub(super) fn new(
        site: &Arc<Site>,
        hooks: &Arc<Hooks>,
        visit: Visit,
        report: GateReport,
        parts: &mut Parts,
    ) -> Self {
        let declared = site.policy.declared();
        let enforces = site.gate.enforces(|| is_local(&site.policy, parts));
        let path = parts.uri.path();
        // A Reject that rejects nothing must not be offered, nor one where there is nothing to reject.
        let allows_banner = enforces
            && site.policy.optional() != 0
            && !declared.no_banner.iter().any(|pattern| pattern.matches(path))
            && hooks.allows_banner(parts);
        let request = eligibility::request(parts);
        let page = request.page.and(if allows_banner { Ok(()) } else { Err(Reason::Configured) });
        let page = page.map(|()| PageRequest {
            return_to: ReturnTo::new(&site.policy, parts),
            accept_language: request.accept_language,
            is_head: parts.method == Method::HEAD,
            revalidates: request.is_conditional && eligibility::is_navigation(&parts.headers),
        });
        let standing = Standing { effective: visit.consent.state().effective, enforces };
        let findings = site.gate.request(&mut parts.headers, standing);
        if page.is_ok() && !Plan::new(site, visit.consent.state(), visit.age()).is_empty() {
            // What an inner layer compresses cannot be read here; an outer one has read this.
            if request.accepts_encoding {
                parts.headers.remove(header::ACCEPT_ENCODING);
            }
            if page.as_ref().is_ok_and(|page| page.revalidates) {
                cache::forget_conditions(&mut parts.headers);
            }
        }
        let sender =
            Sender { origin: request.origin, host: request.host, authority: parts.uri.authority().cloned() };
        Self {
            site: site.clone(),
            hooks: hooks.clone(),
            visit,
            report,
            findings,
            standing,
            asks: allows_banner,
            page,
            sender,
        }
    }

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

        let standing = Standing { effective: state.effective, ..self.standing };
        let met = self.site.gate.response(&mut parts.headers, standing);

        let page = self.is_page(&parts, body.is_end_stream());
        let plan = match page {
            Ok(()) => Plan::new(&self.site, state, age),
            Err(_) => Plan::default(),
        };
        match page {
            // An asset is no page that was missed.
            Ok(()) | Err(Reason::NotHtml) => {}
            Err(reason) if eligibility::is_html(&parts.headers) => {
                tell_skipped(reason);
                if self.site.policy.optional() != 0 {
                    cache::vary(&mut parts.headers, &["Cookie"]);
                }
            }
            Err(_) => {}
        }
        // A later navigation must not be answered with what a fetch left in a cache, nor with what
        // a 304 said of the page.
        let stands_for_page = match page {
            Ok(()) => true,
            Err(Reason::Fragment | Reason::Framed | Reason::Fetch | Reason::Subresource) => {
                self.asks && is_html_page(&parts) && cache::allows_storing(&parts.headers)
            }
            Err(Reason::Status) => {
                parts.status == StatusCode::NOT_MODIFIED
                    && self.page.as_ref().is_ok_and(|page| page.revalidates)
            }
            Err(_) => false,
        };
        let has_decision = applied.is_some();
        let depends_on_visitor = stands_for_page || has_decision || !met.is_empty();
        if depends_on_visitor || self.visit.consent.was_consulted() {
            self.limit_caching(&mut parts.headers, plan, has_decision);
        }
        if !plan.is_empty() {
            prepare_head(&mut parts.headers, plan);
            parts.extensions.insert(Inserted);
        }
        let recording = applied.map(|applied| {
            write_decision(&self.site, &mut parts.headers, applied.cookies);
            self.hooks.record(applied.record)
        });

        let mut items = self.findings.gated;
        items.extend(met);
        self.report.complete(items);

        let body = match self.page {
            Ok(_) if plan.is_empty() => ResponseBody::pass(body),
            Ok(page) if page.is_head => ResponseBody::unknown(),
            Ok(page) => {
                let inserter = Inserter {
                    plan,
                    return_to: page.return_to.path(&self.site.policy),
                    content_language: content_language(&parts.headers),
                    accept_language: page.accept_language,
                    site: self.site,
                };
                ResponseBody::rewrite(body, Rewriter::new(plan.places()), inserter)
            }
            Err(_) => ResponseBody::pass(body),
        };
        (Response::from_parts(parts, body), recording)
    }

    /// Whether the response is a page of which visitors see different variants.
    fn is_page(&self, parts: &response::Parts, is_empty: bool) -> Result<(), Reason> {
        let page = self.page.as_ref().map_err(|reason| *reason)?;
        eligibility::response(parts.status, &parts.headers, is_empty && !page.is_head)?;
        match parts.extensions.get::<Inserted>() {
            Some(Inserted) => Err(Reason::Rendered),
            None => Ok(()),
        }
    }

    /// Keeps what one visitor gets from another, and a decision from all caches.
    fn limit_caching(&self, headers: &mut HeaderMap, plan: Plan, has_decision: bool) {
        cache::make_private(headers, plan.is_momentary() || has_decision);
        if has_decision {
            cache::forget_validators(headers);
        }
        let mut depends_on = vec!["Cookie"];
        if self.site.policy.declared().model == Model::OptOut {
            depends_on.push("Sec-GPC");
        }
        if !plan.is_empty() {
            depends_on.push("Accept-Language");
        }
        cache::vary(headers, &depends_on);
    }

    /// Works out what a handler decided.
    fn apply(&self, decision: Decision) -> Applied {
        let Sender { origin, host, authority } = &self.sender;
        let host = visible_host(&self.site.policy, authority.as_ref(), host.as_ref());
        let origin = origin.as_ref().and_then(|origin| origin.to_str().ok());
        apply(
            &self.site,
            &self.visit,
            decision.choice,
            self.hooks.now(),
            origin,
            Host::new(host),
            self.findings.cookies(),
        )
    }
}

/// Whether the response would be a page, had a browser opened it.
fn is_html_page(parts: &response::Parts) -> bool {
    eligibility::response(parts.status, &parts.headers, false).is_ok()
}

/// What a page's head has to say once something is inserted.
fn prepare_head(headers: &mut HeaderMap, plan: Plan) {
    cache::forget_representation(headers);
    if plan.has_form() && forbids_forms(headers) {
        warn_once!(
            "forms",
            "content-security-policy",
            "the app's Content-Security-Policy lets no form be sent, so visitors cannot answer: \
             allow 'self' in form-action, and allow-forms in sandbox"
        );
    }
    allow_styles(headers, || plan.style_hashes());
}

/// Writes the consent cookie last, and alone.
fn write_decision(site: &Site, headers: &mut HeaderMap, cookies: Vec<HeaderValue>) {
    let settings = &site.policy.declared().cookie;
    let lines = headers.get_all(header::SET_COOKIE).iter();
    let others = lines.filter(|line| !is_consent_cookie(settings, set_cookie_name(line.as_bytes())));
    let others: Vec<HeaderValue> = others.cloned().collect();
    headers.remove(header::SET_COOKIE);
    for line in others.into_iter().chain(cookies) {
        headers.append(header::SET_COOKIE, line);
    }
}

fn tell_skipped(reason: Reason) {
    match reason {
        Reason::Encoded => warn_once!(
            "skipped",
            reason.as_str(),
            "a page arrives encoded and cannot carry the banner; put compression outside of the consent layer"
        ),
        _ => debug_once!("skipped", reason.as_str(), "a page is left as it is"),
    }
}
