//! What is done to a response on its way out.

use http::{HeaderMap, HeaderValue, Response, StatusCode, header, response::Parts};
use http_body::Body;
use url::Url;

use super::{
    body::ResponseBody,
    cache,
    eligibility::{self, Answered, Reason},
    hooks::Recording,
    inbound::Inbound,
    insert::{Inserter, Plan, content_language},
    variant::Variant,
};
use crate::{
    consent::{Decision, is_consent_cookie, visible_host},
    endpoint::{Applied, apply},
    event::{debug_once, info_once, warn_once},
    gate::{InlineKind, Setting, Standing, allow_inline, forbids_forms, set_cookie_name},
    html::Rewriter,
    policy::{Delivery, Host, Model, NECESSARY},
    site::Site,
};

/// Says that a page carries a consent banner already: the handler puts it into the response's
/// extensions, and the layer inserts nothing. Caches are told what they are told of every page that
/// depends on its visitor.
///
/// # Example
///
/// ```
/// use axum::{Extension, response::{Html, IntoResponse}};
/// use tower_consent::{BannerRendered, Consent};
///
/// async fn page(consent: Consent) -> impl IntoResponse {
///     let banner = if consent.is_decided() { "" } else { "<form method=post action=/cookie-consent>…</form>" };
///     (Extension(BannerRendered), Html(format!("<body>{banner}<h1>Home</h1>")))
/// }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BannerRendered;

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
        let effective = if is_shared { NECESSARY } else { state.effective };
        let is_html = eligibility::is_html(&parts.headers);
        let setting = Setting { is_document: is_html, is_shared, base: &|| self.base() };
        let standing = Standing { effective, ..self.standing };
        let met = self.site.gate.response(&mut parts.headers, standing, &setting);
        if is_html {
            let is_anything_denied = self.site.policy.optional() & !effective != 0;
            let gate = eligibility::gate(&self.asked, &answered);
            tell_skipped(page, if is_anything_denied { gate } else { Ok(()) });
        }

        let plan = match page {
            Ok(()) if is_shared => Plan::shared(&self.site),
            Ok(()) => Plan::new(&self.site, state, age),
            Err(_) => Plan::default(),
        };
        if is_shared {
            self.share(&mut parts, page, plan, applied.is_some());
        } else {
            // An answer by what one visitor lets be seen is none for another who does not.
            let uses_gated = self.findings.headers().any(|name| cache::varies_on(&parts.headers, name));
            let depends = applied.is_some()
                || !met.is_empty()
                || uses_gated
                || self.stands_for_page(&parts, &answered, page);
            // What is confirmed is the page as this visitor would get it.
            let plan = match parts.status {
                StatusCode::NOT_MODIFIED => Plan::new(&self.site, state, age),
                _ => plan,
            };
            self.keep_for_visitor(&mut parts, page, plan, depends, applied.is_some());
        }
        let is_rewritten = !plan.is_empty();
        if is_rewritten {
            prepare_head(&mut parts.headers, plan, &answered);
        }
        let recording = applied.map(|applied| {
            write_decision(&self.site, &mut parts.headers, applied.cookies);
            self.hooks.record(applied.record)
        });

        let mut items = self.findings.gated;
        items.extend(met);
        self.report.complete(items);

        let body = if !is_rewritten {
            ResponseBody::pass(body)
        } else if self.is_head {
            ResponseBody::unknown()
        } else {
            let inserter = Inserter {
                plan,
                return_to: self.return_to.map_or_else(String::new, |page| page.path(&self.site.policy)),
                content_language: content_language(&parts.headers),
                accept_language: self.asked.accept_language.filter(|_| !is_shared),
                site: self.site,
            };
            ResponseBody::rewrite(body, answered.coding, Rewriter::new(plan.places()), inserter)
        };
        (Response::from_parts(parts, body), recording)
    }

    fn read<B: Body>(&self, parts: &Parts, body: &B) -> Answered {
        let is_empty = match self.is_head {
            true => parts.headers.get(header::CONTENT_LENGTH).is_some_and(|length| length == "0"),
            false => body.is_end_stream(),
        };
        let is_rendered = parts.extensions.get::<BannerRendered>().is_some();
        Answered::new(parts.status, &parts.headers, is_empty, is_rendered)
    }

    /// Whether the page is one for all visitors.
    fn is_shared(&self, parts: &Parts, answered: &Answered, has_decision: bool) -> bool {
        let is_confirmed = || {
            let shared = Variant::shared(&self.site);
            parts.status == StatusCode::NOT_MODIFIED
                && (self.kept.confirms.contains(&shared) || self.kept.has_date)
        };
        let is_page = || answered.page.is_ok() && !answered.is_rendered;
        self.asks
            && match self.site.policy.declared().delivery {
                Delivery::Private => false,
                Delivery::Shared => is_page() || is_confirmed(),
                Delivery::Auto => {
                    !has_decision
                        && !self.visit.consent.was_consulted()
                        && !cache::varies_on(&parts.headers, "cookie")
                        && (is_page() && cache::is_for_all(&parts.headers) || is_confirmed())
                }
            }
    }

    /// Leaves to caches what the app leaves them, and tells the forms of the page apart.
    fn share(&self, parts: &mut Parts, page: Result<(), Reason>, plan: Plan, has_decision: bool) {
        let headers = &mut parts.headers;
        if has_decision {
            cache::forget_validators(headers);
            return self.limit_caching(headers, plan, true);
        }
        if let Some(field) = &self.asked.fragment_by {
            // A fragment must not be taken for the page, nor the page for it.
            cache::vary(headers, &[field.as_str()]);
        }
        if page.is_ok() || parts.status == StatusCode::NOT_MODIFIED {
            Variant::shared(&self.site).name_etag(headers);
            cache::date_from(headers, self.site.since(|| self.hooks.now()));
        }
    }

    /// Keeps what one visitor gets from the others.
    fn keep_for_visitor(
        &self,
        parts: &mut Parts,
        page: Result<(), Reason>,
        plan: Plan,
        depends: bool,
        has_decision: bool,
    ) {
        let headers = &mut parts.headers;
        let differs = self.site.policy.declared().delivery != Delivery::Shared;
        if differs && page != Ok(()) && self.site.policy.optional() != 0 && eligibility::is_html(headers) {
            cache::vary(headers, &["Cookie"]);
        }
        let was_consulted = differs && self.visit.consent.was_consulted();
        if !depends && !was_consulted {
            return;
        }
        self.limit_caching(headers, plan, has_decision);
        if has_decision || plan.is_momentary() {
            cache::forget_validators(headers);
        } else if matches!(page, Ok(()) | Err(Reason::Rendered)) {
            headers.remove(header::LAST_MODIFIED);
            let plan = Plan::new(&self.site, self.visit.consent.state(), self.visit.age());
            self.private_variant(plan).name_etag(headers);
        } else if parts.status == StatusCode::NOT_MODIFIED
            && let Some(confirmed) = self.kept.confirms.first()
        {
            headers.remove(header::LAST_MODIFIED);
            confirmed.name_etag(headers);
        }
    }

    /// A later navigation must not be answered with what a fetch left in a cache, nor with what a
    /// `304` said of the page.
    fn stands_for_page(&self, parts: &Parts, answered: &Answered, page: Result<(), Reason>) -> bool {
        match page {
            Ok(()) | Err(Reason::Rendered) => true,
            Err(Reason::Fragment | Reason::Framed | Reason::Fetch | Reason::Subresource) => {
                let is_page = matches!(answered.page, Ok(()) | Err(Reason::Encoded));
                self.asks && is_page && cache::allows_storing(&parts.headers)
            }
            Err(Reason::Status) => {
                let is_confirmed = self.kept.is_navigation || !self.kept.confirms.is_empty();
                parts.status == StatusCode::NOT_MODIFIED && is_confirmed
            }
            Err(_) => false,
        }
    }

    /// Keeps what one visitor gets from another, and a decision from all caches.
    fn limit_caching(&self, headers: &mut HeaderMap, plan: Plan, has_decision: bool) {
        if eligibility::is_html(headers) && cache::is_for_all(headers) {
            info_once!(
                "private",
                "cache-control",
                "pages that the app marks for shared caches become private, since they differ by visitor; \
                 to let caches keep them, set delivery to \"shared\" or \"auto\""
            );
        }
        cache::make_private(headers, plan.is_momentary() || has_decision);
        let mut depends_on = vec!["Cookie"];
        if self.site.policy.declared().model == Model::OptOut {
            depends_on.push("Sec-GPC");
        }
        if !plan.is_empty() {
            depends_on.push("Accept-Language");
        }
        cache::vary(headers, &depends_on);
    }

    /// The address that relative ones in headers start from, as far as it tells whose they are.
    fn base(&self) -> Option<Url> {
        let host = visible_host(&self.site.policy, self.authority.as_ref(), self.asked.host.as_ref());
        Url::parse(&format!("https://{host}/")).or_else(|_| Url::parse("https://localhost/")).ok()
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
            Host::new(host),
            self.findings.cookies(),
        )
    }
}

/// What a page's head has to say once something is inserted.
fn prepare_head(headers: &mut HeaderMap, plan: Plan, answered: &Answered) {
    cache::forget_bytes(headers);
    if answered.coding.is_some() {
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
    allow_inline(headers, InlineKind::Style, || plan.styles());
    if let Some(scripts) = plan.scripts() {
        allow_inline(headers, InlineKind::Script, || scripts.clone());
    }
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
