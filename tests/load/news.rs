//! A site on which each answer says for whom it is, and that can be killed.

use std::{convert::Infallible, net::SocketAddr, time::Duration};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, StreamBody, combinators::UnsyncBoxBody};
use hyper::{
    Request, Response,
    body::{Frame, Incoming},
    service::service_fn,
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use sha2::{Digest, Sha256};
use tokio::{
    net::TcpListener,
    sync::mpsc,
    task::{JoinHandle, JoinSet},
    time::{sleep, timeout},
};
use tokio_stream::wrappers::ReceiverStream;

type Body = UnsyncBoxBody<Bytes, Infallible>;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A page with its length.
    Page,
    /// A page that comes piece by piece.
    Stream,
    Json,
    /// A body from the visitor.
    Upload,
}

impl Kind {
    pub(crate) const ALL: [Self; 4] = [Self::Page, Self::Stream, Self::Json, Self::Upload];

    /// `tag` is nobody else's.
    pub(crate) fn path(self, tag: &str, size: usize) -> String {
        format!("/{self:?}/{tag}/{size}")
    }

    fn of(path: &str) -> Option<(Self, &str, usize)> {
        let mut parts = path.split('/').skip(1);
        let name = parts.next()?;
        let kind = Self::ALL.into_iter().find(|kind| format!("{kind:?}") == name)?;
        Some((kind, parts.next()?, parts.next()?.parse().ok()?))
    }
}

pub(crate) const BEFORE: &str = "<!DOCTYPE html><html lang=en><title>News</title><body>";
pub(crate) const AFTER: &str = "</body></html>";

/// What is written for one request and one state of consent; in a page, between `BEFORE` and `AFTER`.
/// Every part of it says for whom it is.
pub(crate) fn content(kind: Kind, tag: &str, size: usize, consent: &str) -> String {
    const LINE: &str = "Nothing new today, says everyone who has looked; ask again tomorrow. ";
    let (open, close) = if kind == Kind::Json { ("{\"for\":\"", "\"}") } else { ("<p>", "</p>") };
    let mut content = format!("{open}{tag} {consent}");
    while content.len() < size {
        let part = LINE.repeat((size - content.len()).min(4096).div_ceil(LINE.len()));
        content.push_str(&format!(" {tag} {} {part}", content.len()));
    }
    content + close
}

pub(crate) fn receipt(tag: &str, consent: &str, body: &[u8]) -> String {
    format!("{tag} {consent} {} {:x?}", body.len(), Sha256::digest(body).as_slice())
}

/// Where the site can be reached, while it runs.
pub(crate) struct Site {
    pub(crate) address: SocketAddr,
    running: Option<JoinHandle<()>>,
}

impl Site {
    pub(crate) async fn start() -> Self {
        let mut site = Self { address: ([127, 0, 0, 1], 0).into(), running: None };
        site.run().await;
        site
    }

    /// Starts, at the same address as before.
    pub(crate) async fn run(&mut self) {
        let bound = async {
            loop {
                match TcpListener::bind(self.address).await {
                    Ok(listener) => return listener,
                    // Somebody else has the port for a moment.
                    Err(_) => sleep(Duration::from_millis(20)).await,
                }
            }
        };
        let listener = timeout(Duration::from_secs(10), bound).await.expect("the port is free again");
        self.address = listener.local_addr().unwrap();
        self.running = Some(tokio::spawn(async move {
            // Dropped together with this task, and their sockets with them.
            let mut connections = JoinSet::new();
            loop {
                let Ok((stream, _)) = listener.accept().await else { continue };
                stream.set_nodelay(true).unwrap();
                connections.spawn(async move {
                    let server = auto::Builder::new(TokioExecutor::new());
                    let _ = server.serve_connection(TokioIo::new(stream), service_fn(answer)).await;
                });
                while connections.try_join_next().is_some() {}
            }
        }));
    }

    /// Everything that is under way breaks off.
    pub(crate) async fn kill(&mut self) {
        if let Some(running) = self.running.take() {
            running.abort();
            let _ = running.await;
        }
    }
}

async fn answer(request: Request<Incoming>) -> Result<Response<Body>, hyper::Error> {
    let path = request.uri().path().to_owned();
    let (kind, tag, size) = Kind::of(&path).unwrap_or((Kind::Json, "none", 0));
    let consent = request.headers().get("consent").map_or("", |consent| consent.to_str().unwrap());
    let consent = consent.to_owned();
    // Both for the accepting only, and the layer is to see to it.
    let response = Response::builder().header("set-cookie", format!("_ga=GA1.1.{tag}; Path=/"));
    let (media_type, body) = match kind {
        Kind::Page => {
            let page = format!("{BEFORE}{}{AFTER}", content(kind, tag, size, &consent));
            ("text/html; charset=utf-8", whole(page))
        }
        Kind::Json => ("application/json", whole(content(kind, tag, size, &consent))),
        Kind::Upload => {
            // Breaks off where the visitor does.
            let body = request.into_body().collect().await?.to_bytes();
            ("text/plain", whole(receipt(tag, &consent, &body)))
        }
        Kind::Stream => {
            let page = format!("{BEFORE}{}{AFTER}", content(kind, tag, size, &consent));
            ("text/html; charset=utf-8", in_pieces(page.into()))
        }
    };
    Ok(response.header("content-type", media_type).body(body).unwrap())
}

fn whole(text: String) -> Body {
    Full::from(text).boxed_unsync()
}

fn in_pieces(text: Bytes) -> Body {
    let (pieces, body) = mpsc::channel(1);
    tokio::spawn(async move {
        for piece in text.chunks(text.len().div_ceil(5)) {
            let frame = Frame::data(text.slice_ref(piece));
            if pieces.send(Ok(frame)).await.is_err() {
                return;
            }
            sleep(Duration::from_millis(3)).await;
        }
    });
    StreamBody::new(ReceiverStream::new(body)).boxed_unsync()
}
