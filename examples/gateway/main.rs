//! The layer as a streaming reverse proxy, in front of any site in any language.
//!
//! ```text
//! cargo run --example gateway -- --upstream http://127.0.0.1:8000 --listen 127.0.0.1:8080 --policy policy.toml
//! ```
//!
//! It speaks HTTP/1.1 and, with prior knowledge, HTTP/2 to visitors. To the site it speaks HTTP/1.1, or
//! with `--upstream-http2` HTTP/2, again with prior knowledge; upgrades such as WebSockets go to the same
//! address over HTTP/1.1 then, and are a `502` page where the site does not speak that. Nothing is
//! buffered, and the site learns from the request header `Consent` what the visitor has agreed to. A site
//! that answers by it says `Vary: Consent`.
//!
//! An answer that breaks off at the site breaks off at the visitor: the connection or the stream is cut,
//! never ended as if the page were whole. HTTP/1.0 visitors cannot tell one from the other where an answer
//! has no length, as pages that are written into have none.
//!
//! What it does not do:
//!
//! - TLS. In front of it goes what terminates TLS and says `X-Forwarded-Proto: https`; for a site that
//!   only speaks HTTPS, a TLS proxy goes behind it.
//! - Interim responses other than `101`, among them `103 Early Hints`: the site's are dropped. `100
//!   Continue` is the gateway's own, sent once the site takes the body.
//! - Trailers over HTTP/1.1 that are not announced in `Trailer`, or that the visitor did not ask for by
//!   `TE: trailers`. Over HTTP/2 all pass.
//! - WebSockets over HTTP/2 (RFC 8441): the gateway does not offer it, so browsers use HTTP/1.1; who asks
//!   all the same is refused.
//! - Limits on how slow a body may be. A visitor that keeps a body waiting keeps one stream of its own and
//!   one of the site's busy, and at most a few hundred KiB of memory.
//!
//! Clients can send `X-Forwarded-*` too, and the gateway keeps what it gets: a site must trust only
//! what its own proxies have added. As gateways must, it adds `Via` to requests; nginx then compresses
//! only with `gzip_proxied any`.

mod activity;
mod arguments;
mod body;
mod forwarded;
mod hop;
mod pages;
mod proxy;
mod site;
mod stop;
mod tunnel;
mod upload;
mod visitors;

use std::{
    env, fs,
    io::{self, IsTerminal, Write},
    process::ExitCode,
    sync::Arc,
};

use hyper::{Request, body::Incoming};
use tokio::net::TcpListener;
use tower::Layer;
use tower_consent::{ConsentLayer, Policy};
use tracing_subscriber::EnvFilter;

use crate::{arguments::Command, proxy::Proxy, site::Site, stop::Stop};

type Error = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> ExitCode {
    log_to_stderr();
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Error> {
    let arguments = match arguments::read(env::args().skip(1))? {
        Command::Help => return Ok(write!(io::stdout(), "{}", arguments::HELP)?),
        Command::Serve(arguments) => arguments,
    };
    let policy = read_policy(&arguments.policy)?;
    let listen = &arguments.listen;
    let listener =
        TcpListener::bind(listen).await.map_err(|error| format!("cannot listen on {listen}: {error}"))?;
    let stop = Stop::listen()?;
    let proxy = Arc::new(Proxy::new(Site::new(arguments.upstream, arguments.is_http2, arguments.timeout)));
    let forward = tower::service_fn(move |request: Request<Incoming>| proxy.clone().answer(request));
    // Logs what the lint finds in the policy.
    let service = ConsentLayer::new(policy).layer(forward);
    // What was bound, not what was asked for: the port may have been 0.
    writeln!(io::stdout(), "listening on http://{}", listener.local_addr()?)?;
    visitors::serve(listener, stop, service, arguments.idle).await;
    Ok(())
}

fn read_policy(path: &str) -> Result<Policy, Error> {
    let text = fs::read_to_string(path).map_err(|error| format!("cannot read {path}: {error}"))?;
    Policy::from_toml(&text).map_err(|error| format!("{path}: {error}").into())
}

/// hyper's errors say the most in their sources.
fn with_sources(error: &dyn std::error::Error) -> String {
    let sources = std::iter::successors(error.source(), |error| error.source());
    sources.fold(error.to_string(), |text, source| format!("{text}: {source}"))
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
