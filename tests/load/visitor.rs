//! One connection to the gateway, and what comes back on it.

use std::{convert::Infallible, time::Duration};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, StreamBody, combinators::UnsyncBoxBody};
use hyper::{
    Request, Response, StatusCode,
    body::{Frame, Incoming},
    client::conn::{http1, http2},
};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::{net::TcpStream, sync::mpsc, time::sleep};
use tokio_stream::wrappers::ReceiverStream;

use crate::news::{AFTER, BEFORE, Kind, content, receipt};

pub(crate) type Body = UnsyncBoxBody<Bytes, Infallible>;

/// What a visitor has answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Undecided,
    Accepted,
    Rejected,
}

impl State {
    pub(crate) const ALL: [Self; 3] = [Self::Undecided, Self::Accepted, Self::Rejected];

    /// What the site is told.
    fn consent(self) -> &'static str {
        match self {
            Self::Undecided => "necessary, analytics=?0;undecided",
            Self::Accepted => "necessary, analytics",
            Self::Rejected => "necessary, analytics=?0",
        }
    }
}

/// A connection of either version.
pub(crate) enum Connection {
    Http1(http1::SendRequest<Body>),
    Http2(http2::SendRequest<Body>),
}

impl Connection {
    pub(crate) async fn open(address: &str, is_http2: bool) -> Result<Self, String> {
        let stream = TcpStream::connect(address).await.map_err(|error| error.to_string())?;
        stream.set_nodelay(true).unwrap();
        if is_http2 {
            let opened = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await;
            let (sender, connection) = opened.map_err(|error| error.to_string())?;
            tokio::spawn(connection);
            Ok(Self::Http2(sender))
        } else {
            let opened = http1::handshake(TokioIo::new(stream)).await;
            let (sender, connection) = opened.map_err(|error| error.to_string())?;
            tokio::spawn(connection);
            Ok(Self::Http1(sender))
        }
    }

    async fn send(&mut self, request: Request<Body>) -> Result<Response<Incoming>, hyper::Error> {
        match self {
            Self::Http1(sender) => {
                sender.ready().await?;
                sender.send_request(request).await
            }
            Self::Http2(sender) => sender.send_request(request).await,
        }
    }
}

/// What a visitor wants, and how it goes about it.
#[derive(Debug)]
pub(crate) struct Wish {
    pub(crate) kind: Kind,
    pub(crate) tag: String,
    pub(crate) size: usize,
    pub(crate) state: State,
    pub(crate) is_slow: bool,
}

/// How it ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// With exactly what there is for this visitor.
    Right,
    /// With a page that says that the site is not there.
    Sorry,
    /// With a page that says that the site takes too long.
    Late,
    /// With an error that no client takes for an answer.
    Cut,
    Wrong(String),
}

impl Wish {
    pub(crate) async fn fulfil(&self, connection: &mut Connection, address: &str, cookie: &str) -> End {
        let path = self.kind.path(&self.tag, self.size);
        let request = match connection {
            Connection::Http1(_) => Request::builder().uri(&path).header("host", address),
            Connection::Http2(_) => Request::builder().uri(format!("http://{address}{path}")),
        };
        let request = request.header("cookie", cookie);
        let body = Bytes::from(content(Kind::Upload, &self.tag, self.size, ""));
        let request = match self.kind {
            Kind::Upload if self.is_slow => request.method("POST").body(slowly(body.clone())),
            Kind::Upload => request.method("POST").body(Full::new(body.clone()).boxed_unsync()),
            _ => request.body(Full::default().boxed_unsync()),
        };
        let Ok(response) = connection.send(request.unwrap()).await else { return End::Cut };
        let (parts, mut incoming) = response.into_parts();
        let mut read = Vec::new();
        let mut pauses = if self.is_slow { 8 } else { 0 };
        while let Some(frame) = incoming.frame().await {
            let Ok(frame) = frame else { return End::Cut };
            if let Ok(data) = frame.into_data() {
                read.extend_from_slice(&data);
            }
            if pauses > 0 {
                pauses -= 1;
                sleep(Duration::from_millis(5)).await;
            }
        }
        let text = String::from_utf8_lossy(&read);
        match parts.status {
            StatusCode::OK => {}
            StatusCode::BAD_GATEWAY if text.contains("<h1>The site") => return End::Sorry,
            StatusCode::GATEWAY_TIMEOUT if text.contains("<h1>The site") => return End::Late,
            status => return End::Wrong(format!("{self:?}: {status} {text}")),
        }
        let sets_tracker =
            parts.headers.get_all("set-cookie").iter().any(|line| line.as_bytes().starts_with(b"_ga"));
        if sets_tracker != (self.state == State::Accepted) {
            return End::Wrong(format!("{self:?}: _ga is {sets_tracker}"));
        }
        match self.is_right(&text, &path, &body) {
            Ok(()) => End::Right,
            Err(why) => End::Wrong(format!("{self:?}: {why}: {text:.200} ... {} bytes", text.len())),
        }
    }

    fn is_right(&self, text: &str, path: &str, sent: &[u8]) -> Result<(), &'static str> {
        let consent = self.state.consent();
        let content = content(self.kind, &self.tag, self.size, consent);
        match self.kind {
            Kind::Json => (text == content).then_some(()).ok_or("other data"),
            Kind::Upload => {
                (text == receipt(&self.tag, consent, sent)).then_some(()).ok_or("another receipt")
            }
            Kind::Page | Kind::Stream => {
                let inside = text.strip_prefix(BEFORE).and_then(|text| text.strip_suffix(AFTER));
                let inside = inside.ok_or("not the whole page")?;
                let (before, after) = inside.split_once(&content).ok_or("another content")?;
                let is_right = match self.state {
                    State::Undecided => {
                        before.starts_with("<section id=\"cookie-consent\"")
                            && before.ends_with("</section>")
                            && before.contains(&format!("value=\"{path}\""))
                            && after.is_empty()
                    }
                    State::Accepted | State::Rejected => {
                        // For a moment after the answer there is a confirmation.
                        (before.is_empty() || before.starts_with("<section data-consent-ui"))
                            && after.contains("id=\"cookie-consent-settings\"")
                            && after.contains(&format!("return_to={path}\""))
                    }
                };
                is_right.then_some(()).ok_or("not what the layer inserts for this visitor")
            }
        }
    }
}

fn slowly(body: Bytes) -> Body {
    let (pieces, slow) = mpsc::channel(1);
    tokio::spawn(async move {
        for piece in body.chunks(body.len().div_ceil(6)) {
            if pieces.send(Ok(Frame::data(body.slice_ref(piece)))).await.is_err() {
                return;
            }
            sleep(Duration::from_millis(5)).await;
        }
    });
    StreamBody::new(ReceiverStream::new(slow)).boxed_unsync()
}
