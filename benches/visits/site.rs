//! One page, served with each of the banners and without.

use std::{
    mem,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::Path,
    response::{Html, IntoResponse},
    routing::get,
};
use http::{HeaderValue, Request, StatusCode, header, request::Parts};
use http_body_util::BodyExt;
use tower::{ServiceExt, util::MapRequestLayer};
use tower_consent::{Category, ConsentLayer, CookieDeclaration, Policy};

use crate::{banners::Banner, packages, pages, size};

const STYLE: &str = "body { margin: 0 auto; max-width: 40rem; padding: 0 1rem; font: 1rem/1.5 sans-serif }\n\
    a { color: #14539a }\n";

/// A site that listens.
pub(crate) struct Site {
    pub(crate) banner: Option<&'static Banner>,
    pub(crate) address: String,
    app: Router,
    asked: Arc<Mutex<Vec<Parts>>>,
    /// How many seconds its clock is ahead.
    ahead: Arc<AtomicU64>,
}

impl Site {
    pub(crate) async fn start(banner: Option<&'static Banner>) -> Self {
        let ahead = Arc::new(AtomicU64::new(0));
        let app = app(banner, "en", &ahead);
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        let note = MapRequestLayer::new(move |request: Request<Body>| {
            let (parts, body) = request.into_parts();
            log.lock().unwrap().push(parts.clone());
            Request::from_parts(parts, body)
        });
        let served = app.clone().layer(size::compression()).layer(note);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, served).await.unwrap() });
        Self { banner, address, app, asked, ahead }
    }

    /// Lets it be so much later.
    pub(crate) fn set_ahead(&self, by: Duration) {
        self.ahead.store(by.as_secs(), Ordering::Relaxed);
    }

    /// What it was asked for since the last call.
    pub(crate) fn take_asked(&self) -> Vec<Parts> {
        mem::take(&mut self.asked.lock().unwrap())
    }

    /// The type and content of what it answers to such a request, before compression.
    pub(crate) async fn content(&self, asked: &Parts) -> (HeaderValue, Bytes) {
        let mut asked = asked.clone();
        asked.headers.remove(header::ACCEPT_ENCODING);
        // What the first router noted there.
        asked.extensions.clear();
        let uri = asked.uri.clone();
        let request = Request::from_parts(asked, Body::empty());
        let response = self.app.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{uri}");
        let content_type = response.headers()[header::CONTENT_TYPE].clone();
        (content_type, response.into_body().collect().await.unwrap().to_bytes())
    }
}

/// A page in a language, as somebody sees it who was not asked yet.
pub(crate) async fn page_in(banner: Option<&'static Banner>, language: &str) -> Bytes {
    let app = app(banner, language, &Arc::default());
    let request = Request::get("/").header("sec-fetch-dest", "document").header(header::HOST, "127.0.0.1");
    let response = app.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    response.into_body().collect().await.unwrap().to_bytes()
}

fn app(banner: Option<&'static Banner>, language: &str, ahead: &Arc<AtomicU64>) -> Router {
    let page = page(banner, language);
    let app = Router::new()
        .route("/", get(move || async { Html(page) }))
        .route("/style.css", get(|| async { kept("css", STYLE.into()) }))
        .route("/app.js", get(|| async { kept("js", "\"use strict\";\n".into()) }))
        .route("/npm/{*path}", get(package))
        .route(
            "/others/vanilla-cookieconsent.js",
            get(|| other(include_str!("others/vanilla-cookieconsent.js"))),
        )
        .route("/others/klaro.js", get(|| other(include_str!("others/klaro.js"))));
    match banner {
        Some(Banner { package: None, .. }) => app.layer(layer(Arc::clone(ahead))),
        _ => app,
    }
}

fn layer(ahead: Arc<AtomicU64>) -> ConsentLayer {
    let counter = CookieDeclaration::new("_an_*").purpose("Counts visits").duration("13 months");
    let adverts = CookieDeclaration::new("_ad_*").purpose("Shows adverts that fit").duration("90 days");
    let policy = Policy::builder("Example SAS", "privacy@example.com")
        .privacy_policy("/privacy")
        .category(Category::analytics().cookie(counter))
        .category(Category::marketing().cookie(adverts))
        .build()
        .unwrap();
    ConsentLayer::new(policy)
        .clock(move || SystemTime::now() + Duration::from_secs(ahead.load(Ordering::Relaxed)))
}

/// An article of 16 KiB, with an icon that costs nothing.
fn page(banner: Option<&Banner>, language: &str) -> String {
    let (head, body) = banner.map_or(("", ""), |banner| (banner.head, banner.body));
    String::from_utf8(pages::article(16 << 10).into())
        .unwrap()
        .replacen("lang=\"en\"", &format!("lang=\"{language}\""), 1)
        .replacen("</head>", &format!("<link rel=\"icon\" href=\"data:,\">\n{head}</head>"), 1)
        .replacen("</body>", &format!("{body}</body>"), 1)
}

async fn package(Path(path): Path<String>) -> impl IntoResponse {
    let content = packages::read(&path).ok_or(StatusCode::NOT_FOUND)?;
    let extension = path.rsplit('.').next().unwrap_or_default();
    Ok::<_, StatusCode>(kept(extension, content.into()))
}

async fn other(script: &'static str) -> impl IntoResponse {
    kept("js", script.into())
}

/// A file that browsers need to load once only.
fn kept(extension: &str, content: Bytes) -> impl IntoResponse + use<> {
    let content_type = match extension {
        "css" => "text/css",
        "js" => "text/javascript",
        "svg" => "image/svg+xml",
        _ => "application/octet-stream",
    };
    let headers = [
        (header::CONTENT_TYPE, content_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, content)
}
