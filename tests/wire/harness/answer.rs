use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, client::conn::http2::SendRequest};
use tokio::time::timeout;

use super::{
    PATIENCE,
    connection::Connection,
    http1::{Http1, Left, Piece},
};

/// A response of which the head has come, and the body comes as it is asked for.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    arriving: Arriving,
    trailers: Option<HeaderMap>,
}

pub(crate) enum Arriving {
    One(Http1, Left),
    Two(Incoming, SendRequest<Full<Bytes>>),
}

impl Answer {
    pub(crate) fn new(status: StatusCode, headers: HeaderMap, arriving: Arriving) -> Self {
        Self { status, headers, arriving, trailers: None }
    }

    /// The next bytes, however they are cut.
    pub(crate) async fn next(&mut self) -> Option<Bytes> {
        match timeout(PATIENCE, self.piece()).await.expect("no more of the body comes") {
            Piece::Data(data) => Some(data),
            Piece::End(trailers) => {
                self.trailers = trailers.or(self.trailers.take());
                None
            }
            Piece::Broken => panic!("the body breaks off"),
        }
    }

    async fn piece(&mut self) -> Piece {
        match &mut self.arriving {
            Arriving::One(connection, left) => connection.next(left).await,
            Arriving::Two(body, _) => loop {
                let frame = match body.frame().await {
                    None => return Piece::End(None),
                    Some(Err(_)) => return Piece::Broken,
                    Some(Ok(frame)) => frame,
                };
                match frame.into_data() {
                    Ok(data) if data.is_empty() => {}
                    Ok(data) => {
                        assert!(self.trailers.is_none(), "data after trailers");
                        return Piece::Data(data);
                    }
                    Err(frame) => self.trailers = frame.into_trailers().ok(),
                }
            },
        }
    }

    /// Reads what comes of a body that does not come to its end.
    pub(crate) async fn until_broken(mut self) -> String {
        let mut read = Vec::new();
        loop {
            match timeout(PATIENCE, self.piece()).await.expect("the body neither goes on nor breaks off") {
                Piece::Data(data) => read.extend_from_slice(&data),
                Piece::End(_) => panic!("ends after {}", String::from_utf8_lossy(&read)),
                Piece::Broken => return String::from_utf8(read).unwrap(),
            }
        }
    }

    /// Reads until these words have come.
    pub(crate) async fn read_until(&mut self, end: &str) -> String {
        let mut read = Vec::new();
        while !read.ends_with(end.as_bytes()) {
            let data = self.next().await;
            let data = data.unwrap_or_else(|| panic!("no {end:?} in {}", String::from_utf8_lossy(&read)));
            read.extend_from_slice(&data);
        }
        String::from_utf8(read).unwrap()
    }

    /// Reads to the end; the connection can then be asked again.
    pub(crate) async fn finish(mut self) -> (Reply, Connection) {
        let mut body = Vec::new();
        while let Some(data) = self.next().await {
            body.extend_from_slice(&data);
        }
        let connection = match self.arriving {
            Arriving::One(connection, _) => {
                connection.assert_clean();
                Connection::One(connection)
            }
            Arriving::Two(_, sender) => {
                // Over HTTP/2 the length is checked by nobody else.
                if let Some(length) = self.headers.get("content-length")
                    && !body.is_empty()
                {
                    assert_eq!(length.to_str().unwrap(), body.len().to_string());
                }
                assert!(!self.headers.contains_key("transfer-encoding"), "{:?}", self.headers);
                Connection::Two(sender)
            }
        };
        let (status, headers, trailers) = (self.status, self.headers, self.trailers);
        (Reply { status, headers, body: body.into(), trailers }, connection)
    }

    /// The connection, where it goes on in another protocol.
    pub(crate) fn into_http1(self) -> Http1 {
        match self.arriving {
            Arriving::One(connection, _) => connection,
            Arriving::Two(..) => panic!("a stream of HTTP/2"),
        }
    }
}

/// A response that has been read to its end.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) trailers: Option<HeaderMap>,
}

impl Reply {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn has_banner(&self) -> bool {
        self.text().contains("<section id=\"cookie-consent\"")
    }

    pub(crate) fn lines(&self, name: &str) -> Vec<String> {
        let lines = self.headers.get_all(name).iter();
        lines.map(|line| String::from_utf8_lossy(line.as_bytes()).into_owned()).collect()
    }

    /// All lines of a field, as one list.
    pub(crate) fn header(&self, name: &str) -> String {
        self.lines(name).join(", ")
    }

    pub(crate) fn varies_on(&self, name: &str) -> bool {
        self.header("vary").split(',').any(|member| member.trim().eq_ignore_ascii_case(name))
    }

    /// The names of the cookies that are set, in order.
    pub(crate) fn sets(&self) -> Vec<String> {
        let lines = self.lines("set-cookie").into_iter();
        lines.map(|line| line.split('=').next().unwrap_or_default().to_owned()).collect()
    }
}
