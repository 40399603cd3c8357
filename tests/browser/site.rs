use std::{env, path::PathBuf, process::Command};

use axum::{
    Router,
    http::header::CONTENT_SECURITY_POLICY,
    response::{Html, IntoResponse},
    routing::get,
};
use tower_consent::{Category, ConsentLayer, Policy};

use crate::chromium::Process;

/// The example server on a port of its own.
pub(crate) struct ExampleServer {
    pub(crate) address: String,
    _process: Process,
}

impl ExampleServer {
    pub(crate) fn start() -> Self {
        // Cargo builds examples beside the tests that it runs.
        let test = env::current_exe().unwrap();
        let target: PathBuf = test.parent().and_then(|deps| deps.parent()).unwrap().into();
        let mut command = Command::new(target.join("examples").join("server"));
        let (process, address) = Process::start(command.env("LISTEN", "127.0.0.1:0"), "listening on ");
        Self { address, _process: process }
    }
}

/// A page that forbids every style, script and image.
async fn bare() -> impl IntoResponse {
    let forbidden = [(CONTENT_SECURITY_POLICY, "default-src 'none'; form-action 'self'")];
    (forbidden, Html("<!DOCTYPE html><html lang=en><title>Bare</title><h1>Bare</h1><a href=/>Here</a>"))
}

/// Starts that page behind the layer.
pub(crate) async fn start_bare() -> String {
    let policy = Policy::builder("Example SAS", "privacy@example.com")
        .category(Category::analytics().vendor("google-analytics"))
        .build()
        .unwrap();
    let app = Router::new().route("/", get(bare)).layer(ConsentLayer::new(policy));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    address
}

/// Starts a page with a form, and another, which forbid nothing.
pub(crate) async fn start_form() -> String {
    let policy = Policy::builder("Example SAS", "privacy@example.com").category(Category::analytics());
    let form = || async {
        Html("<!DOCTYPE html><html lang=en><title>Form</title><form><textarea></textarea></form>")
    };
    let other = || async { Html("<!DOCTYPE html><html lang=en><title>Other</title><h1>Other</h1>") };
    let app = Router::new().route("/form", get(form)).route("/other", get(other));
    let app = app.layer(ConsentLayer::new(policy.build().unwrap()));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    address
}
