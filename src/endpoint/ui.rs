//! What a page shows once its visitor has answered on it, for the script that puts it there.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header, request::Parts};

use super::{
    reply, sanitize,
    settings::{language, parameter},
};
use crate::{
    banner::{attribute, state_json},
    consent::{State, Visit},
    policy::NECESSARY,
    site::Site,
};

/// A document with the state, and with what takes the banner's place: the confirmation and the way back;
/// or, where nothing was kept of an answer, the word that nothing optional is used.
pub(super) fn page(site: &Site, visit: &Visit, parts: &Parts) -> Response<Bytes> {
    let query = parts.uri.query().unwrap_or_default();
    let language = language(site, parts);
    let return_to = sanitize(&site.policy, &parameter(query, "return_to").unwrap_or_default());
    let state = visit.consent.state();
    let mut json = String::new();
    attribute(&mut json, &state_json(&site.policy, state));
    let mut html = format!(
        "<!DOCTYPE html><html lang=\"{}\"><meta charset=\"utf-8\"><meta name=\"robots\" content=\"noindex\">\
         <title></title><body data-state=\"{json}\">",
        language.tag(),
    )
    .into_bytes();
    if state.is_decided() {
        html.extend_from_slice(&site.banners.confirmation(language, &return_to));
        if site.banners.has_control() {
            let is_choices = state.rules.shows_choices();
            html.extend_from_slice(&site.banners.control(language, is_choices, &return_to, ""));
        }
    } else if is_nothing_kept(state) {
        html.extend_from_slice(site.banners.blocked(language).as_bytes());
    }
    html.extend_from_slice(b"</body></html>");
    let mut response = reply(StatusCode::OK, "text/html; charset=utf-8", Bytes::from(html));
    let policy = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

/// Whether it would be true that nothing optional is used although the visitor may have answered.
fn is_nothing_kept(state: &State) -> bool {
    state.answers.is_none() && state.effective == NECESSARY
}

/// The way from an answer to that document, by which the browser shows whether it has kept the cookie.
pub(super) fn location(site: &Site, parts: &Parts) -> String {
    format!("{}/ui?{}", site.policy.settings_path(), parts.uri.query().unwrap_or_default())
}
