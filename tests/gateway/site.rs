//! The site behind the gateway, in either version of HTTP.

use std::convert::Infallible;

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::{any, get},
};
use bytes::Bytes;
use http_body_util::StreamBody;
use hyper::body::Frame;
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    time::sleep,
};
use tokio_stream::{StreamExt, wrappers::UnboundedReceiverStream};

use crate::{program::Gateway, visitor::PATIENCE};

pub(crate) const POLICY: &str = r#"
privacy-policy = "/privacy"
exclude = ["/excluded"]
[controller]
name = "Example SAS"
contact = "privacy@example.com"
[[category]]
id = "analytics"
vendors = ["google-analytics"]
[[category]]
id = "marketing"
vendors = ["meta-pixel"]
"#;

const PAGE: &str = "<!DOCTYPE html><html lang=en><title>News</title><body><h1>News</h1></body></html>";

/// The writing end of a streamed body; what is sent last may be a failure.
pub(crate) type Pieces = mpsc::UnboundedSender<Result<&'static str, &'static str>>;

/// A gateway in front of a site, and the writing ends of what that streams.
pub(crate) struct Setting {
    pub(crate) gateway: Gateway,
    pub(crate) streams: mpsc::UnboundedReceiver<Pieces>,
    /// What the site says of uploads, while they come and at their end.
    pub(crate) counted: mpsc::UnboundedReceiver<String>,
}

#[derive(Clone)]
struct Ends {
    streams: mpsc::UnboundedSender<Pieces>,
    counted: mpsc::UnboundedSender<String>,
}

/// The arguments under which the gateway speaks each version of HTTP to the site.
pub(crate) const EACH_WAY: [&[&str]; 2] = [&[], &["--upstream-http2"]];

/// The gateway speaks HTTP/1.1 to the site.
pub(crate) async fn start() -> Setting {
    start_with(&[]).await
}

pub(crate) async fn start_with(arguments: &[&str]) -> Setting {
    let (streams, counted, ends) = {
        let (pieces, streams) = mpsc::unbounded_channel();
        let (counts, counted) = mpsc::unbounded_channel();
        (streams, counted, Ends { streams: pieces, counted: counts })
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router(ends)).await.unwrap() });
    Setting { gateway: Gateway::start(POLICY, &address, arguments), streams, counted }
}

/// A gateway in front of a site that answers each connection by itself.
pub(crate) async fn start_raw<F>(
    arguments: &[&str],
    serve: impl Fn(TcpStream) -> F + Send + 'static,
) -> Gateway
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream));
        }
    });
    Gateway::start(POLICY, &address, arguments)
}

/// A gateway in front of a site that has one answer, in HTTP/1.1, and hangs up after it.
pub(crate) async fn start_fixed(answer: &'static str) -> Gateway {
    start_raw(&[], move |mut stream: TcpStream| async move {
        let mut asked = Vec::new();
        while !asked.ends_with(b"\r\n\r\n") {
            if stream.read_buf(&mut asked).await.is_ok_and(|read| read > 0) {
                continue;
            }
            return;
        }
        let _ = stream.write_all(answer.as_bytes()).await;
    })
    .await
}

fn router(ends: Ends) -> Router {
    Router::new()
        .route("/", get(home))
        .route("/head", any(head))
        .route("/excluded", any(head))
        .route("/page", any(async |State(ends): State<Ends>| streamed(&ends, "text/html")))
        .route("/events", get(async |State(ends): State<Ends>| streamed(&ends, "text/event-stream")))
        .route("/trailers", get(with_trailers))
        .route("/upload", any(async |body: Body| Body::new(body)))
        .route("/count", any(count))
        .route("/waits", any(waits))
        .route("/request-trailers", any(request_trailers))
        .route("/request-trailer-names", any(request_trailer_names))
        .route("/echo", any(echo))
        .route("/hop", get(hop_by_hop))
        .route("/asset", get(async || ([(header::CACHE_CONTROL, "public, max-age=600")], "asset")))
        .route("/varies", get(async || [("cache-control", "public, max-age=600"), ("vary", "Consent")]))
        .route("/nothing", any(async || StatusCode::NO_CONTENT))
        .route("/unchanged", any(async || (StatusCode::NOT_MODIFIED, [(header::ETAG, "\"1\"")])))
        .route("/slow", get(async || sleep(PATIENCE * 6).await))
        .fallback(head)
        .with_state(ends)
}

/// Answers with a body that the test writes.
fn streamed(ends: &Ends, content_type: &'static str) -> Response {
    let (pieces, body) = mpsc::unbounded_channel();
    ends.streams.send(pieces).unwrap();
    let body = UnboundedReceiverStream::new(body);
    ([(header::CONTENT_TYPE, content_type)], Body::from_stream(body)).into_response()
}

/// The request's head, as the site got it.
async fn head(request: Request) -> String {
    let mut lines = vec![format!("{} {} {:?}", request.method(), request.uri(), request.version())];
    for (name, value) in request.headers() {
        lines.push(format!("{name}: {}", value.to_str().unwrap()));
    }
    lines.push(String::new());
    lines.join("\n")
}

/// How much comes up to the end, or that it does not end.
async fn count(State(ends): State<Ends>, body: Body) -> String {
    // On its own, since servers forget about the answer where the visitor has gone.
    let told = tokio::spawn(async move {
        let told = length(&ends, body).await;
        let _ = ends.counted.send(told.clone());
        told
    });
    told.await.unwrap()
}

async fn length(ends: &Ends, body: Body) -> String {
    let mut pieces = body.into_data_stream();
    let mut length = 0;
    while let Some(piece) = pieces.next().await {
        match piece {
            Ok(piece) => {
                length += piece.len();
                let _ = ends.counted.send(format!("{length} so far"));
            }
            Err(error) => return format!("cut after {length}: {error}"),
        }
    }
    length.to_string()
}

/// Does not answer; the test sees until when it tries.
async fn waits(State(ends): State<Ends>) {
    let (pieces, mut never) = mpsc::unbounded_channel();
    ends.streams.send(pieces).unwrap();
    never.recv().await;
}

async fn request_trailers(body: Body) -> String {
    let body = http_body_util::BodyExt::collect(body).await.unwrap();
    format!("{:?}", body.trailers().and_then(|trailers| trailers.get("x-sum")))
}

async fn request_trailer_names(body: Body) -> String {
    let body = http_body_util::BodyExt::collect(body).await.unwrap();
    let names = body.trailers().into_iter().flat_map(HeaderMap::keys);
    names.map(HeaderName::as_str).collect::<Vec<_>>().join(" ")
}

async fn with_trailers() -> Response {
    let trailers = HeaderMap::from_iter([("x-sum".try_into().unwrap(), HeaderValue::from_static("42"))]);
    let frames = [Frame::data(Bytes::from("data")), Frame::trailers(trailers)];
    let body = StreamBody::new(tokio_stream::iter(frames.map(Ok::<_, Infallible>)));
    ([(header::TRAILER, "x-sum")], Body::new(body)).into_response()
}

/// Echoes over an upgraded connection, first and last in its own words.
async fn echo(mut request: Request) -> Response {
    if request.headers().get(header::UPGRADE).is_none_or(|protocol| protocol != "echo") {
        return (StatusCode::OK, "no upgrade").into_response();
    }
    let upgraded = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        let mut stream = TokioIo::new(upgraded.await.unwrap());
        stream.write_all(b"hello ").await.unwrap();
        let (mut reader, mut writer) = tokio::io::split(stream);
        tokio::io::copy(&mut reader, &mut writer).await.unwrap();
        writer.write_all(b" bye").await.unwrap();
        writer.shutdown().await.unwrap();
    });
    let switch = [(header::CONNECTION, "upgrade"), (header::UPGRADE, "echo")];
    (StatusCode::SWITCHING_PROTOCOLS, switch).into_response()
}

async fn home() -> impl IntoResponse {
    ([(header::SET_COOKIE, "_ga=GA1.1.1.1; Path=/; Max-Age=63072000")], Html(PAGE))
}

async fn hop_by_hop() -> impl IntoResponse {
    let headers =
        [("connection", "x-hop"), ("x-hop", "1"), ("keep-alive", "timeout=5"), ("proxy-connection", "close")];
    (headers, [("x-end", "1")], "")
}
