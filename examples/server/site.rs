//! The routes of the paper, and what every page has to know of its reader.

use axum::{
    Extension, Json, Router,
    extract::{FromRequestParts, Path, rejection::PathRejection},
    http::{HeaderMap, StatusCode, header, request::Parts},
    middleware,
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Serialize;
use tower_consent::{Consent, GateReport, MissingLayer, Policy};

use crate::{
    language::Language,
    pages,
    stories::{self, STORIES},
    trackers,
};

/// One of the two sites: the same paper at two places.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edition {
    /// What stands in front of all its paths.
    pub(crate) base: &'static str,
}

impl Edition {
    pub(crate) const MAIN: Self = Self { base: "" };
    pub(crate) const CLASSIC: Self = Self { base: "/classic" };

    pub(crate) fn is_classic(self) -> bool {
        self.base == Self::CLASSIC.base
    }
}

/// The whole paper. The fallback makes it answer for every path: a layer on a nested router sees
/// only the paths that this router answers for, and the settings page is none of its routes.
pub(crate) fn router(edition: Edition, policy: &Policy) -> Router {
    Router::new()
        .route("/", get(front))
        .route("/articles/{slug}", get(article))
        .route("/live", get(live))
        .route("/privacy", get(privacy))
        .route("/api/stories", get(api_stories))
        .route("/style.css", get(style))
        .fallback(not_found)
        .layer(middleware::from_fn(trackers::track))
        .layer(Extension(policy.clone()))
        .with_state(edition)
}

async fn front(visit: Visit) -> Response {
    let page = pages::front(&visit);
    pages::respond(visit, StatusCode::OK, page)
}

async fn article(slug: Result<Path<String>, PathRejection>, visit: Visit) -> Response {
    let story = slug.ok().and_then(|Path(slug)| stories::find(&slug));
    let Some(story) = story else { return not_found(visit).await };
    let page = pages::article(&visit, story);
    pages::respond(visit, StatusCode::OK, page)
}

async fn live(visit: Visit) -> Response {
    let page = pages::live(&visit);
    pages::respond(visit, StatusCode::OK, page)
}

async fn privacy(visit: Visit, Extension(policy): Extension<Policy>) -> Response {
    let page = pages::privacy(&visit, &policy);
    pages::respond(visit, StatusCode::OK, page)
}

async fn not_found(visit: Visit) -> Response {
    let page = pages::not_found(&visit);
    pages::respond(visit, StatusCode::NOT_FOUND, page)
}

#[derive(Serialize)]
struct Listed {
    url: String,
    section: String,
    headline: String,
    summary: String,
}

/// The stories for other programs. It counts its readers too, and is gated like any page.
async fn api_stories(visit: Visit, sent: HeaderMap) -> Response {
    let listed = STORIES.iter().map(|story| Listed {
        url: visit.href(&format!("/articles/{}", story.slug)),
        section: story.section.get(visit.language).into_owned(),
        headline: story.headline.get(visit.language).into_owned(),
        summary: story.summary.get(visit.language).into_owned(),
    });
    let listed: Vec<_> = listed.collect();
    let mut response = ([(header::VARY, "Accept-Language")], Json(listed)).into_response();
    trackers::set_cookie(response.headers_mut(), &trackers::analytics_visitor(&sent));
    response
}

/// The same for everyone, so any cache may keep it; the layer leaves its headers alone.
async fn style() -> impl IntoResponse {
    let headers =
        [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "public, max-age=600")];
    (headers, include_str!("style.css"))
}

/// What every page has to know of its request.
#[derive(Debug)]
pub(crate) struct Visit {
    pub(crate) edition: Edition,
    pub(crate) language: Language,
    /// The language was asked for in the address, so the links of the page ask for it too.
    asks_in_address: bool,
    /// The path within the edition.
    pub(crate) path: String,
    pub(crate) consent: Consent,
    pub(crate) report: GateReport,
}

impl Visit {
    /// A link to a path of the same edition, in the language that the reader chose.
    pub(crate) fn href(&self, path: &str) -> String {
        let address = self.address(path);
        if self.asks_in_address { format!("{address}?lang={}", self.language.tag()) } else { address }
    }

    /// This page in the other language.
    pub(crate) fn href_in_other_language(&self) -> String {
        format!("{}?lang={}", self.address(&self.path), self.language.other().tag())
    }

    /// The layer's settings page, which leads back here.
    pub(crate) fn settings_href(&self) -> String {
        let parameters = form_urlencoded::Serializer::new(String::new())
            .append_pair("lang", self.language.tag())
            .append_pair("return_to", &self.href(&self.path))
            .finish();
        format!("{}?{parameters}", self.address("/cookie-consent"))
    }

    pub(crate) fn address(&self, path: &str) -> String {
        match (self.edition.base, path) {
            ("", path) => path.to_owned(),
            (base, "/") => base.to_owned(),
            (base, path) => format!("{base}{path}"),
        }
    }
}

impl FromRequestParts<Edition> for Visit {
    type Rejection = MissingLayer;

    async fn from_request_parts(parts: &mut Parts, edition: &Edition) -> Result<Self, MissingLayer> {
        let consent = Consent::from_request_parts(parts, edition).await?;
        let asked = Language::from_query(parts.uri.query().unwrap_or_default());
        Ok(Self {
            edition: *edition,
            language: asked.unwrap_or_else(|| Language::from_headers(&parts.headers)),
            asks_in_address: asked.is_some(),
            path: own_path(parts.uri.path()),
            consent,
            report: parts.extensions.get().cloned().unwrap_or_default(),
        })
    }
}

/// The path, unless a browser would take a link to it for another host's name.
fn own_path(path: &str) -> String {
    if path.starts_with("//") || path.starts_with("/\\") { "/".to_owned() } else { path.to_owned() }
}
