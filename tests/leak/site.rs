//! The site: one page with every kind of reference, under several hosts, each with another part of the
//! layer at work.

use std::collections::BTreeMap;

use axum::{Router, body::Body, http::Response, response::IntoResponse, routing::get};
use tower_consent::{ConsentLayer, Policy};

use crate::{
    references::{self, Framed},
    snippets,
};

/// What stands between the page and a third party.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Setting {
    /// No layer.
    Bare,
    /// The layer, in front of an app that sends no Content-Security-Policy.
    Markup,
    /// The same, and `csp = "enforce"`.
    Enforced,
    /// The layer and the app's own policy, on a page whose markup may not be touched.
    Csp,
    /// The layer and the app's own policy.
    Both,
}

impl Setting {
    pub(crate) const ALL: [Self; 5] = [Self::Bare, Self::Markup, Self::Enforced, Self::Csp, Self::Both];

    /// Each has a site of its own, so that browsers share nothing between them.
    pub(crate) fn host(self) -> &'static str {
        match self {
            Self::Bare => "bare.example",
            Self::Markup => "markup.example",
            Self::Enforced => "enforced.example",
            Self::Csp => "csp.example",
            Self::Both => "both.example",
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Bare => "no layer",
            Self::Markup => "markup alone, no CSP",
            Self::Enforced => "markup and our CSP",
            Self::Csp => "the app's CSP alone",
            Self::Both => "markup and the app's CSP",
        }
    }

    /// Whether this version of the crate has it.
    pub(crate) fn is_there(self) -> bool {
        self != Self::Enforced || Policy::from_toml(&policy("csp = \"enforce\"")).is_ok()
    }

    fn sends_policy(self) -> bool {
        matches!(self, Self::Csp | Self::Both)
    }

    fn app(self) -> Router {
        let page = move || async move { page(self) };
        let own = || async { ([("content-type", "image/svg+xml")], OWN_IMAGE) };
        let app = references::frames().into_iter().fold(Router::new(), |app, frame| {
            app.route(
                frame.path,
                get(move || {
                    let response = framed(&frame);
                    async move { response }
                }),
            )
        });
        let app = app.route("/page", get(page)).route("/own.svg", get(own)).fallback(missing);
        match self {
            Self::Bare => app,
            Self::Enforced => app.layer(layer("csp = \"enforce\"")),
            _ => app.layer(layer("")),
        }
    }
}

/// The sites of all settings, by host.
pub(crate) fn all() -> BTreeMap<&'static str, Router> {
    let there = Setting::ALL.into_iter().filter(|setting| setting.is_there());
    there.map(|setting| (setting.host(), setting.app())).collect()
}

const OWN_IMAGE: &str = "<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/>";

fn framed(frame: &Framed) -> Response<Body> {
    let response = frame
        .headers
        .iter()
        .fold(Response::builder(), |response, (name, value)| response.header(*name, value));
    response.body(Body::from(frame.body.clone())).unwrap()
}

async fn missing() -> impl IntoResponse {
    axum::http::StatusCode::NOT_FOUND
}

fn layer(more: &str) -> ConsentLayer {
    ConsentLayer::new(Policy::from_toml(&policy(more)).unwrap())
}

fn policy(more: &str) -> String {
    let of = |category: &str| {
        let snippets = snippets::SNIPPETS.iter().filter(|snippet| snippet.category == category);
        snippets.map(|snippet| format!("{:?}", snippet.vendor)).collect::<Vec<_>>().join(", ")
    };
    format!(
        "{more}
privacy-policy = \"/privacy\"
[controller]
name = \"Example SAS\"
contact = \"privacy@example.com\"
[[category]]
id = \"necessary\"
cookies = [{{ name = \"sid\", purpose = \"Keeps you signed in\", duration = \"session\" }}]
[[category]]
id = \"analytics\"
vendors = [{}]
[[category]]
id = \"marketing\"
vendors = [{}]
cookies = [{{ name = \"promo\", purpose = \"Remembers adverts\", duration = \"1 day\" }}]
origins = [\"https://*.tracker.example\"]
",
        of("analytics"),
        of("marketing")
    )
}

/// Lists every third party of the page, as apps with a policy do.
fn content_security_policy() -> String {
    let mut others = "https://*.tracker.example".to_owned();
    snippets::kinds().for_each(|kind| others += &format!(" https://{}", kind.host));
    format!(
        "default-src 'self'; script-src 'self' 'unsafe-inline' blob: data: {others}; \
         style-src 'self' 'unsafe-inline' data: {others}; img-src 'self' data: {others}; \
         connect-src 'self' {others} wss://*.tracker.example; font-src {others}; \
         frame-src 'self' data: {others}; media-src 'self' {others}; object-src {others}; \
         manifest-src {others}; worker-src 'self' blob:; form-action 'self'"
    )
}

fn page(setting: Setting) -> Response<Body> {
    let html = format!(
        "<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>Everything</title>\n{}</head>\n\
         <body><h1>Everything</h1>\n<p id=a>a<p id=b>b<p id=c>c<p id=d>d<p id=e>e<p id=f>f\n{}{}{}</body></html>",
        references::head(),
        references::body(),
        snippets::markup(),
        references::script(),
    );
    let mut response = Response::builder().header("content-type", "text/html; charset=utf-8");
    for (name, value) in references::headers() {
        response = response.header(name, value);
    }
    for cookie in ["sid=1; Path=/", "_ga=GA1.1.1.1; Path=/; Max-Age=99999", "promo=1; Path=/; Max-Age=9999"] {
        response = response.header("set-cookie", cookie);
    }
    if setting.sends_policy() {
        response = response.header("content-security-policy", content_security_policy());
    }
    if setting == Setting::Csp {
        response = response.header("cache-control", "no-transform");
    }
    response.body(Body::from(html)).unwrap()
}
