//! The layer in an axum app, as the README shows it.
//!
//! `cargo run --example axum`, then open <http://127.0.0.1:3000>.

use axum::{Router, http::header::SET_COOKIE, response::Html, routing::get};
use tower_consent::{Category, Consent, ConsentLayer, Policy};

async fn home(consent: Consent) -> ([(axum::http::HeaderName, &'static str); 1], Html<String>) {
    let stats = if consent.allows(Category::ANALYTICS) { "on" } else { "off" };
    // Set for everyone; the layer withholds it until the visitor agrees.
    let cookie = [(SET_COOKIE, "_ga=GA1.1.1.1; Path=/; Max-Age=63072000")];
    (cookie, Html(format!("<!DOCTYPE html><title>Home</title><h1>Home</h1><p>Statistics are {stats}.")))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let policy = Policy::builder("Example SAS", "privacy@example.com")
        .category(Category::analytics().vendor("google-analytics"))
        .build()?;

    let app = Router::new().route("/", get(home)).layer(ConsentLayer::new(policy));

    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    println!("listening on http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, app).await?)
}
