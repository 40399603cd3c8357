//! Where the visitor answers: the settings page, decisions and the state.

mod decide;
mod embed;
mod form;
mod negotiate;
mod provenance;
mod record;
mod report;
mod return_to;
mod settings;
mod shell;
mod state;
mod ui;
mod wellknown;

use bytes::Bytes;
use http::{HeaderValue, Method, Response, StatusCode, header, request::Parts};

pub use self::record::DecisionRecord;
pub(crate) use self::{
    decide::{Applied, apply},
    record::Decided,
    return_to::{ReturnTo, home, sanitize},
};
use crate::{
    banner::{CLIENT, Inline, RELEASE},
    consent::{Visit, is_local},
    policy::{Delivery, Policy},
    site::Site,
};

/// A body that is longer is no decision.
pub(crate) const MAX_BODY: usize = 16 * 1024;

/// The layer's own pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// `{prefix}`
    Settings,
    /// `{prefix}/state`
    State,
    /// `{prefix}/embed`: content of others, this once.
    Embed,
    /// `{prefix}/report`, on local hosts.
    Report,
    /// `{prefix}/ui`: what a page shows after an answer.
    Ui,
    /// `{prefix}/client.js`
    Client,
    /// `{prefix}/release.js`, where all visitors share pages.
    Release,
    /// `/.well-known/gpc.json`, if the site says that it honours the signal.
    GpcSupport,
}

impl Route {
    /// The page at a path, if it is one of ours. `prefix` is empty where a router has taken it off.
    pub(crate) fn of(policy: &Policy, prefix: &str, parts: &Parts) -> Option<Self> {
        let path = parts.uri.path();
        let path = if prefix.is_empty() && path == "/" { "" } else { path };
        // A layer that is nested does not see the root of the host.
        let is_root = prefix.is_empty() || policy.declared().mount.is_empty();
        if is_root && path == wellknown::PATH && policy.declared().gpc_support.is_some() {
            return Some(Self::GpcSupport);
        }
        match path.strip_prefix(prefix)? {
            "" => Some(Self::Settings),
            "/state" => Some(Self::State),
            "/embed" => Some(Self::Embed),
            "/ui" => Some(Self::Ui),
            "/client.js" => Some(Self::Client),
            "/report" if is_local(policy, parts) => Some(Self::Report),
            "/release.js" if policy.declared().delivery != Delivery::Private => Some(Self::Release),
            _ => None,
        }
    }
}

/// What is to be done about a request to one of our pages.
pub(crate) enum Step {
    /// The response is ready.
    Reply(Response<Bytes>),
    /// The form has to be read first.
    ReadForm,
}

/// Answers whatever needs no body.
pub(crate) fn begin(site: &Site, visit: &Visit, parts: &Parts, route: Route) -> Step {
    let is_read = parts.method == Method::GET || parts.method == Method::HEAD;
    let reply = match route {
        Route::State if is_read => state::reply(&visit.consent, visit.consent.state()),
        Route::Ui if is_read => ui::page(site, visit, parts),
        Route::Client if is_read => script(&CLIENT, parts),
        Route::Release if is_read => script(&RELEASE, parts),
        Route::Report if is_read => report::reply(site, &parts.headers),
        Route::GpcSupport if is_read => wellknown::reply(&site.policy),
        Route::State | Route::Client | Route::Release | Route::Report | Route::GpcSupport => {
            not_allowed("GET, HEAD")
        }
        Route::Settings if is_read && negotiate::prefers_json(&parts.headers) => {
            state::reply(&visit.consent, visit.consent.state())
        }
        Route::Settings if is_read => settings::reply(site, visit, parts),
        Route::Settings | Route::Ui | Route::Embed if parts.method == Method::POST => {
            match provenance::check(&site.policy, parts) {
                Ok(()) => return Step::ReadForm,
                Err(refusal) => refusal,
            }
        }
        Route::Embed => not_allowed("POST"),
        Route::Settings | Route::Ui => not_allowed("GET, HEAD, POST"),
    };
    Step::Reply(if parts.method == Method::HEAD { without_body(reply) } else { reply })
}

/// Judges a form that has been read.
///
/// # Errors
///
/// The response to a form that decides nothing.
#[allow(clippy::result_large_err)] // It is the response itself, on its way out.
pub(crate) fn decide(
    site: &Site,
    visit: &Visit,
    parts: &Parts,
    route: Route,
    body: &[u8],
    now: i64,
) -> Result<Decided, Response<Bytes>> {
    if route == Route::Embed {
        return Err(embed::page(site, body));
    }
    let form =
        form::Form::parse(&site.policy, body).map_err(|reason| refusal(StatusCode::BAD_REQUEST, reason))?;
    Ok(decide::by_form(site, visit, parts, route, &form, now))
}

/// A body that could not be read to its end.
pub(crate) fn unreadable() -> Response<Bytes> {
    refusal(StatusCode::BAD_REQUEST, "the body could not be read")
}

pub(crate) fn too_large() -> Response<Bytes> {
    refusal(StatusCode::PAYLOAD_TOO_LARGE, "a decision has at most 16 KiB")
}

pub(crate) fn not_found() -> Response<Bytes> {
    refusal(StatusCode::NOT_FOUND, "there is no such page")
}

fn not_allowed(allow: &'static str) -> Response<Bytes> {
    let mut response = refusal(StatusCode::METHOD_NOT_ALLOWED, "this page does not take this method");
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allow));
    response
}

fn refusal(status: StatusCode, reason: &'static str) -> Response<Bytes> {
    reply(status, "text/plain; charset=utf-8", Bytes::from_static(reason.as_bytes()))
}

/// A response of ours: never stored, never sniffed.
fn reply(status: StatusCode, content_type: &'static str, body: Bytes) -> Response<Bytes> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if !response.body().is_empty() {
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    response
}

/// A script that pages name with its version. Under the name of another, which a server that is
/// about to be replaced may be asked for, nothing is kept.
fn script(script: &'static Inline, parts: &Parts) -> Response<Bytes> {
    let text = Bytes::from_static(script.text.as_bytes());
    let mut response = reply(StatusCode::OK, "text/javascript; charset=utf-8", text);
    if parts.uri.query() == Some(&*script.version()) {
        let cache = HeaderValue::from_static("public, max-age=31536000, immutable");
        response.headers_mut().insert(header::CACHE_CONTROL, cache);
    }
    response
}

/// The response to `HEAD`: the same fields, no content (RFC 9110, section 9.3.2).
fn without_body(mut response: Response<Bytes>) -> Response<Bytes> {
    let length = std::mem::take(response.body_mut()).len();
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    response
}
