//! Who asks: a client that knows HTTP, and one that writes bytes.

use std::time::Duration;

use axum::http::{HeaderMap, Request, StatusCode, Version, header, request::Builder};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Response, body::Incoming};
use hyper_util::{
    client::{self, legacy::Client},
    rt::TokioExecutor,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::program::Gateway;

/// Longer than anything here takes, unless it hangs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) version: Version,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    pub(crate) trailers: Option<HeaderMap>,
}

impl Reply {
    /// An error where the answer breaks off.
    pub(crate) async fn read(response: Response<Incoming>) -> Result<Self, hyper::Error> {
        let (parts, body) = response.into_parts();
        let body = timeout(PATIENCE, body.collect()).await.expect("the answer ends")?;
        let trailers = body.trailers().cloned();
        let text = String::from_utf8(body.to_bytes().to_vec()).unwrap();
        Ok(Self { status: parts.status, version: parts.version, headers: parts.headers, text, trailers })
    }

    pub(crate) fn has_banner(&self) -> bool {
        self.text.contains("<section id=\"cookie-consent\"")
    }

    pub(crate) fn sets(&self, cookie: &str) -> bool {
        let mut lines = self.headers.get_all(header::SET_COOKIE).iter();
        lines.any(|line| line.to_str().unwrap().starts_with(cookie))
    }
}

impl Gateway {
    /// A connection on which a test speaks for itself.
    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(&self.address).await.unwrap()
    }

    /// Sends bytes and reads until the gateway hangs up.
    pub(crate) async fn raw(&self, request: &str) -> String {
        let mut stream = self.connect().await;
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        timeout(PATIENCE, stream.read_to_end(&mut answer)).await.expect("the gateway hangs up").unwrap();
        String::from_utf8(answer).unwrap()
    }

    pub(crate) async fn open(&self, request: Builder, body: &str, is_http2: bool) -> Response<Incoming> {
        self.try_open(request, body, is_http2).await.unwrap()
    }

    /// An error where the answer breaks off before its head has come.
    pub(crate) async fn try_open(
        &self,
        request: Builder,
        body: &str,
        is_http2: bool,
    ) -> Result<Response<Incoming>, client::legacy::Error> {
        let client = Client::builder(TokioExecutor::new()).http2_only(is_http2).build_http();
        let body = Full::<Bytes>::from(Bytes::copy_from_slice(body.as_bytes()));
        timeout(PATIENCE, client.request(request.body(body).unwrap())).await.expect("an answer")
    }

    pub(crate) async fn send(&self, request: Builder, body: &str) -> Reply {
        Reply::read(self.open(request, body, false).await).await.unwrap()
    }

    pub(crate) async fn send_http2(&self, request: Builder, body: &str) -> Reply {
        Reply::read(self.open(request, body, true).await).await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str, cookie: &str) -> Reply {
        self.send(Request::get(self.url(path)).header(header::COOKIE, cookie), "").await
    }

    /// The cookie of a visitor who has given this answer.
    pub(crate) async fn answered(&self, form: &str) -> String {
        let request = Request::post(self.url("/cookie-consent"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let reply = self.send(request, form).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER);
        let cookie = reply.headers[header::SET_COOKIE].to_str().unwrap();
        cookie.split(';').next().unwrap().to_owned()
    }
}

/// Reads until what has come ends in these words.
pub(crate) async fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let mut read = Vec::new();
    let reading = async {
        while !read.ends_with(end.as_bytes()) {
            assert_ne!(stream.read_buf(&mut read).await.unwrap(), 0, "{}", String::from_utf8_lossy(&read));
        }
    };
    let is_in_time = timeout(PATIENCE, reading).await.is_ok();
    let read = String::from_utf8(read).unwrap();
    assert!(is_in_time, "no {end:?} in {read:?}");
    read
}

/// Reads until the other side hangs up.
pub(crate) async fn read_to_end(stream: &mut TcpStream) -> String {
    let mut read = Vec::new();
    // A reset is an end too.
    let _ = timeout(PATIENCE, stream.read_to_end(&mut read)).await.expect("the other side hangs up");
    String::from_utf8(read).unwrap()
}
