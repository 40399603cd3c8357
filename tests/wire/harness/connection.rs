use http::{Method, Request, Version};
use http_body_util::Full;
use hyper::client::conn::http2::SendRequest;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::{net::TcpStream, time::timeout};

use super::{
    PATIENCE,
    answer::{Answer, Arriving},
    http1::Http1,
    site::Way,
};

/// A request, as it will be sent.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) host: &'static str,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Ask {
    pub(crate) fn new(method: &str, path: &str) -> Self {
        Self {
            method: Method::from_bytes(method.as_bytes()).unwrap(),
            path: path.to_owned(),
            host: "www.example.com",
            headers: Vec::new(),
            body: String::new(),
        }
    }

    pub(crate) fn get(path: &str) -> Self {
        Self::new("GET", path)
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn with_all(self, headers: &[(&str, &str)]) -> Self {
        headers.iter().fold(self, |ask, (name, value)| ask.with(name, value))
    }

    /// A visitor's cookie, none where it is empty.
    pub(crate) fn cookie(self, cookie: &str) -> Self {
        if cookie.is_empty() { self } else { self.with("cookie", cookie) }
    }

    pub(crate) fn body(mut self, content_type: &str, body: &str) -> Self {
        body.clone_into(&mut self.body);
        self.with("content-type", content_type)
    }

    pub(crate) fn form(self, body: &str) -> Self {
        self.body("application/x-www-form-urlencoded", body)
    }
}

/// A connection that can be asked once more.
pub(crate) enum Connection {
    One(Http1),
    Two(SendRequest<Full<bytes::Bytes>>),
}

impl Connection {
    pub(crate) async fn open(way: Way) -> Self {
        let stream = TcpStream::connect(way.address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        match way.version {
            Version::HTTP_2 => {
                let (sender, connection) =
                    hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
                        .await
                        .unwrap();
                tokio::spawn(connection);
                Self::Two(sender)
            }
            _ => Self::One(Http1::new(stream)),
        }
    }

    /// Nothing comes any more.
    pub(crate) async fn assert_closes(self) {
        let Self::One(mut connection) = self else { panic!("a stream of HTTP/2") };
        timeout(PATIENCE, connection.assert_closes()).await.expect("the connection stays open");
    }

    /// Sends a request, and waits for the head of the response.
    pub(crate) async fn begin(self, ask: &Ask) -> Answer {
        timeout(PATIENCE, self.ask(ask)).await.unwrap_or_else(|_| panic!("no answer to {ask:?}"))
    }

    async fn ask(self, ask: &Ask) -> Answer {
        match self {
            Self::One(mut connection) => {
                connection.send(ask).await;
                let head = connection.head(&ask.method).await;
                Answer::new(head.status, head.headers, Arriving::One(connection, head.left))
            }
            Self::Two(mut sender) => {
                let mut request = Request::builder().method(ask.method.clone());
                request = match ask.method {
                    Method::CONNECT => request.uri(&ask.path),
                    _ => request.uri(format!("http://{}{}", ask.host, ask.path)),
                };
                for (name, value) in &ask.headers {
                    request = request.header(name, value);
                }
                let body = Full::from(ask.body.clone());
                let response = sender.send_request(request.body(body).unwrap()).await.unwrap();
                assert_eq!(response.version(), Version::HTTP_2);
                let (parts, body) = response.into_parts();
                Answer::new(parts.status, parts.headers, Arriving::Two(body, sender))
            }
        }
    }
}
