//! A small bilingual newspaper that tracks its readers, and the layer that makes it ask first.
//!
//! ```text
//! cargo run --example server
//! LISTEN=127.0.0.1:4000 cargo run --example server
//! ```
//!
//! The paper's own code (`site`, `pages`, `stories`, `trackers`) never asks whether it may track.
//! The layer, added here in one line, withholds what the reader has not agreed to, and the panel
//! at the end of every page shows what that was.
//!
//! `/` asks before it tracks (opt-in); `/classic` is the same paper, which tracks until one opts
//! out. What the lint has against that is logged on start.

mod language;
mod pages;
mod panel;
mod site;
mod stories;
mod trackers;

use std::{
    env,
    error::Error,
    io::{self, IsTerminal},
    process::ExitCode,
};

use axum::{Router, extract::RawQuery, response::Redirect, routing::get};
use tokio::net::TcpListener;
use tower_consent::{ConsentLayer, Policy, PolicyError};
use tracing_subscriber::EnvFilter;

use crate::site::Edition;

#[tokio::main]
async fn main() -> ExitCode {
    log_to_stderr();
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let app = app()?;
    let address = env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:3000".to_owned());
    let listener =
        TcpListener::bind(&address).await.map_err(|error| format!("cannot listen on {address}: {error}"))?;
    // What was bound, not what was asked for: the port may have been 0.
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}

/// Both editions, each behind its own layer.
fn app() -> Result<Router, PolicyError> {
    let policy = Policy::from_toml(include_str!("policy.toml"))?;
    let classic_policy = Policy::from_toml(include_str!("classic.toml"))?;

    let classic = site::router(Edition::CLASSIC, &classic_policy).layer(ConsentLayer::new(classic_policy));
    let app = site::router(Edition::MAIN, &policy)
        .nest(Edition::CLASSIC.base, classic)
        // `nest` serves the front page at `/classic` alone.
        .route("/classic/", get(to_classic))
        // Last, so that it is outermost: it sees every request first and every response last.
        .layer(ConsentLayer::new(policy));
    Ok(app)
}

async fn to_classic(RawQuery(query): RawQuery) -> Redirect {
    match query {
        Some(query) => Redirect::permanent(&format!("{}?{query}", Edition::CLASSIC.base)),
        None => Redirect::permanent(Edition::CLASSIC.base),
    }
}

/// The layer tells each thing once, so `debug`, where it names what it withholds, is no flood.
fn log_to_stderr() {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,tower_consent=debug"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .init();
}
