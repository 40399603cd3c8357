//! The report for whoever develops the site, on local hosts: what was met since the start, and what to
//! write into the policy. In English, since only developers see it.

mod json;
mod page;
mod reach;
mod suggestion;

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};

use self::suggestion::Suggestion;
use super::{negotiate::prefers_json, reply as plain_reply, shell};
use crate::{
    gate::{Collected, Plane},
    site::Site,
};

pub(super) fn reply(site: &Site, headers: &HeaderMap) -> Response<Bytes> {
    let collected = site.collector.collected();
    let suggestion = Suggestion::new(&site.policy, &collected);
    if prefers_json(headers) {
        let json = json::render(&collected, &suggestion);
        return plain_reply(StatusCode::OK, "application/json", Bytes::from(json));
    }
    shell::respond(site, page::render(site, &collected, &suggestion), "en", reach::script(site))
}

/// The planes, in the order of the report, each with what JSON and people call it.
const PLANES: [(Plane, &str, &str); 7] = [
    (Plane::ResponseCookie, "response-cookie", "Cookies the app sets"),
    (Plane::ResponseHeader, "response-header", "Headers the app sends"),
    (Plane::Origin, "origin", "Origins that pages and headers use"),
    (Plane::Mark, "mark", "Elements marked with data-consent"),
    (Plane::RequestCookie, "request-cookie", "Cookies the browser sends"),
    (Plane::RequestHeader, "request-header", "Headers the browser sends"),
    (Plane::Query, "query", "Click identifiers in queries"),
];

/// How many names stand for something undeclared.
fn undeclared(collected: &Collected) -> usize {
    collected.entries.values().filter(|entry| entry.is_undeclared).count()
}
