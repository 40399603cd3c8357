//! One TLS server for every host there is: the sites of the tests, and all third parties.

use std::{
    collections::{BTreeMap, BTreeSet},
    convert::Infallible,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Body,
    http::{Request, Response, header::HOST},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use rcgen::{CertificateParams, KeyPair, PublicKeyData};
use sha2::{Digest, Sha256};
use tokio::{
    net::{TcpListener, TcpStream},
    task::AbortHandle,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, pki_types::PrivateKeyDer},
};
use tower::ServiceExt;

use crate::third_party;

/// What a third party has seen: a connection, or a request on it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Contact {
    pub(crate) host: String,
    /// None for a connection.
    pub(crate) path: Option<String>,
}

#[derive(Default)]
struct Seen {
    contacts: BTreeSet<Contact>,
    last: Option<Instant>,
    connections: Vec<AbortHandle>,
}

/// A running server.
pub(crate) struct Front {
    address: SocketAddr,
    /// The fingerprint of its key, by which a browser is told to trust it.
    fingerprint: String,
    seen: Arc<Mutex<Seen>>,
}

impl Front {
    /// Serves these sites under their hosts; every other host is a third party.
    pub(crate) async fn start(sites: BTreeMap<&'static str, Router>) -> Self {
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(["example".to_owned()]).unwrap().self_signed(&key).unwrap();
        let fingerprint = STANDARD.encode(Sha256::digest(key.subject_public_key_info()));
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Seen::default()));
        let (sites, noted) = (Arc::new(sites), Arc::clone(&seen));
        tokio::spawn(async move {
            loop {
                let Ok((stream, _)) = listener.accept().await else { continue };
                let serving = serve(stream, acceptor.clone(), Arc::clone(&sites), Arc::clone(&noted));
                let handle = tokio::spawn(serving).abort_handle();
                let mut seen = noted.lock().unwrap();
                seen.connections.retain(|connection| !connection.is_finished());
                seen.connections.push(handle);
            }
        });
        Self { address, fingerprint, seen }
    }

    /// By which every name but this machine's own address leads a browser here.
    pub(crate) fn arguments(&self) -> Vec<String> {
        vec![
            format!("--host-resolver-rules=MAP * {}, EXCLUDE 127.0.0.1", self.address),
            format!("--ignore-certificate-errors-spki-list={}", self.fingerprint),
            "--short-reporting-delay".to_owned(),
            "--autoplay-policy=no-user-gesture-required".to_owned(),
        ]
    }

    /// Forgets what was seen, and ends all connections, so that none is used again unseen.
    pub(crate) fn forget(&self) {
        let mut seen = self.seen.lock().unwrap();
        seen.connections.drain(..).for_each(|connection| connection.abort());
        seen.contacts.clear();
        seen.last = None;
    }

    /// What third parties have seen, once nothing new has come for a while.
    pub(crate) async fn contacts(&self, quiet: Duration) -> BTreeSet<Contact> {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(15) {
            let last = self.seen.lock().unwrap().last.unwrap_or(start).max(start);
            if last.elapsed() >= quiet {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        self.seen.lock().unwrap().contacts.clone()
    }
}

async fn serve(
    stream: TcpStream,
    acceptor: TlsAcceptor,
    sites: Arc<BTreeMap<&'static str, Router>>,
    seen: Arc<Mutex<Seen>>,
) {
    let Ok(stream) = acceptor.accept(stream).await else { return };
    let is_site = |host: &str| sites.contains_key(host);
    let note = |host: &str, path: Option<&str>| {
        if !is_site(host) {
            let mut seen = seen.lock().unwrap();
            seen.contacts.insert(Contact { host: host.to_owned(), path: path.map(str::to_owned) });
            seen.last = Some(Instant::now());
        }
    };
    if let Some(host) = stream.get_ref().1.server_name() {
        note(host, None);
    }
    let answer = async |request: Request<Incoming>| {
        let host = request.headers().get(HOST).map_or("", |host| host.to_str().unwrap()).to_owned();
        note(&host, Some(request.uri().path()));
        let response: Response<Body> = match sites.get(host.as_str()) {
            Some(site) => site.clone().oneshot(request.map(Body::new)).await.unwrap(),
            None => third_party::answer(&host, &request),
        };
        Ok::<_, Infallible>(response)
    };
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer)).await;
}
