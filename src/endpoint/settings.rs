//! The settings page: the second layer of the notice, where one also withdraws.

mod declaration;
mod headers;
mod page;
mod writer;

use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, header, request::Parts};

use super::{return_to::referring_path, sanitize, shell};
use crate::{
    banner::{Inline, TELL},
    consent::{State, Visit},
    policy::Language,
    site::Site,
};

/// What the request for the page says.
struct View<'a> {
    site: &'a Site,
    visit: &'a Visit,
    language: &'a Language,
    /// Where the visitor came from, if the page was told.
    return_to: Option<String>,
}

impl View<'_> {
    /// Visitors who came here by themselves stay, and other tabs hear of their answer from here.
    fn script(&self) -> Option<&'static Inline> {
        State::is_fresh(self.visit.age()).then_some(&*TELL)
    }
}

pub(super) fn reply(site: &Site, visit: &Visit, parts: &Parts) -> Response<Bytes> {
    let query = parts.uri.query().unwrap_or_default();
    // Pages that all visitors share name no path; the browser does.
    let is_elsewhere = |path: &&str| {
        let rest = path.strip_prefix(site.policy.settings_path());
        rest.is_none_or(|rest| !rest.is_empty() && !rest.starts_with(['?', '/']))
    };
    let referring = || referring_path(&site.policy, parts).filter(is_elsewhere).map(Cow::Borrowed);
    let return_to = parameter(query, "return_to").or_else(referring);
    let return_to = return_to.map(|target| sanitize(&site.policy, &target));
    let view = View { site, visit, language: language(site, parts), return_to };
    let mut response = shell::respond(site, page::render(&view), view.language.tag(), view.script());
    if is_boosted(&parts.headers)
        && let Ok(address) = HeaderValue::try_from(format!("{}?{query}", site.policy.settings_path()))
    {
        response.headers_mut().insert(HX_REDIRECT, address);
    }
    response
}

/// What htmx goes to by itself.
const HX_REDIRECT: HeaderName = HeaderName::from_static("hx-redirect");

/// Whether htmx has followed a link and would put this page into the site's own, styles and all.
fn is_boosted(headers: &HeaderMap) -> bool {
    headers.get("hx-boosted").is_some_and(|value| value == "true")
}

/// The language that the address names, else the preferred one.
pub(super) fn language<'a>(site: &'a Site, parts: &Parts) -> &'a Language {
    let named = parameter(parts.uri.query().unwrap_or_default(), "lang");
    let named = named.and_then(|tag| site.policy.languages().get(&tag));
    named.unwrap_or_else(|| preferred(site, &parts.headers))
}

/// What the site fixed, else what the browser asks for, else English.
fn preferred<'a>(site: &'a Site, headers: &HeaderMap) -> &'a Language {
    let languages = site.policy.languages();
    let asked = || {
        let accept = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
        languages.negotiate(accept)
    };
    site.policy.language().or_else(asked).unwrap_or_else(|| languages.fallback())
}

pub(super) fn parameter<'a>(query: &'a str, name: &str) -> Option<Cow<'a, str>> {
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.find(|(found, _)| found == name).map(|(_, value)| value)
}
