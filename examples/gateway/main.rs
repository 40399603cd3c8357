//! The layer as a streaming reverse proxy, in front of any site in any language.
//!
//! ```text
//! cargo run --example gateway -- --upstream http://127.0.0.1:8000 --listen 127.0.0.1:8080 --policy policy.toml
//! ```
//!
//! It speaks HTTP/1.1 and, with prior knowledge, HTTP/2 to visitors, and HTTP/1.1 to the site. Nothing
//! is buffered, upgrades such as WebSockets pass, and the site learns from the request header `Consent`
//! what the visitor has agreed to. A site that answers by it says `Vary: Consent`.
//!
//! What it does not do:
//!
//! - TLS. In front of it goes what terminates TLS and says `X-Forwarded-Proto: https`; for a site that
//!   only speaks HTTPS, a TLS proxy goes behind it.
//! - Interim responses other than `101`, among them `103 Early Hints`: the site's are dropped.
//! - Trailers that the site does not announce in `Trailer` reach visitors over HTTP/2 only.
//! - WebSockets over HTTP/2 (RFC 8441): browsers then use HTTP/1.1.
//!
//! Clients can send `X-Forwarded-*` too, and the gateway keeps what it gets: a site must trust only
//! what its own proxies have added.

mod arguments;
mod forwarded;
mod hop;
mod pages;
mod proxy;
mod upload;

use std::{
    env, fs,
    io::{self, IsTerminal, Write},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use hyper::{Request, body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::GracefulShutdown},
};
use tokio::{net::TcpListener, signal, time};
use tower::{Layer, ServiceExt};
use tower_consent::{ConsentLayer, Policy};
use tracing::{info, warn};
use tracing_subscriber::EnvFilter;

use crate::{
    arguments::{Arguments, Command},
    forwarded::Peer,
    proxy::Proxy,
};

type Error = Box<dyn std::error::Error + Send + Sync>;

/// How long answers that are under way may take once Ctrl-C is pressed.
const FAREWELL: Duration = Duration::from_secs(10);

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
    // What was bound, not what was asked for: the port may have been 0.
    writeln!(io::stdout(), "listening on http://{}", listener.local_addr()?)?;
    serve(&listener, policy, arguments).await;
    Ok(())
}

fn read_policy(path: &str) -> Result<Policy, Error> {
    let text = fs::read_to_string(path).map_err(|error| format!("cannot read {path}: {error}"))?;
    Policy::from_toml(&text).map_err(|error| format!("{path}: {error}").into())
}

/// Serves until Ctrl-C, and a little longer.
async fn serve(listener: &TcpListener, policy: Policy, arguments: Arguments) {
    let proxy = Arc::new(Proxy::new(arguments.upstream, arguments.timeout));
    let forward = tower::service_fn(move |request: Request<Incoming>| proxy.clone().answer(request));
    let site = ConsentLayer::new(policy).layer(forward);

    let mut server = auto::Builder::new(TokioExecutor::new());
    server.http1().timer(TokioTimer::new());
    server.http2().timer(TokioTimer::new());
    let connections = GracefulShutdown::new();
    let mut ctrl_c = std::pin::pin!(signal::ctrl_c());

    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = &mut ctrl_c => break,
        };
        let (stream, address) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Such as too many open files: some will be closed soon.
                warn!("cannot accept a connection: {error}");
                time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        // What a site streams in small pieces is not to wait for more.
        let _ = stream.set_nodelay(true);
        let site = site.clone();
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(Peer(address.ip()));
            site.clone().oneshot(request)
        });
        let connection = server.serve_connection_with_upgrades(TokioIo::new(stream), service).into_owned();
        let connection = connections.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!("a connection ended: {error}");
            }
        });
    }

    info!("finishing what is under way, for at most {} seconds", FAREWELL.as_secs());
    if time::timeout(FAREWELL, connections.shutdown()).await.is_err() {
        warn!("some answers were cut off");
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
