//! HTTP/1.1 as it stands on the wire: nothing is tidied up, and what does not add up is an error.

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::connection::Ask;

/// One connection, and what has come over it but is not read yet.
pub(crate) struct Http1 {
    stream: TcpStream,
    buffer: BytesMut,
}

/// How much of a message's body is left (RFC 9112, section 6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Left {
    Bytes(u64),
    Chunks,
    /// Until the connection closes.
    Open,
    Nothing,
}

/// What comes next of a body.
pub(crate) enum Piece {
    Data(Bytes),
    /// With the trailers.
    End(Option<HeaderMap>),
    /// It does not come to its end.
    Broken,
}

pub(crate) struct Head {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) left: Left,
}

impl Http1 {
    pub(crate) fn new(stream: TcpStream) -> Self {
        Self { stream, buffer: BytesMut::new() }
    }

    pub(crate) async fn send(&mut self, ask: &Ask) {
        let mut message = format!("{} {} HTTP/1.1\r\nHost: {}\r\n", ask.method, ask.path, ask.host);
        for (name, value) in &ask.headers {
            message.push_str(&format!("{name}: {value}\r\n"));
        }
        if !ask.body.is_empty() {
            message.push_str(&format!("Content-Length: {}\r\n", ask.body.len()));
        }
        message.push_str("\r\n");
        message.push_str(&ask.body);
        self.stream.write_all(message.as_bytes()).await.unwrap();
    }

    /// Whether anything came.
    async fn fill(&mut self) -> bool {
        self.stream.read_buf(&mut self.buffer).await.unwrap() != 0
    }

    async fn line(&mut self) -> String {
        loop {
            if let Some(end) = self.buffer.windows(2).position(|window| window == b"\r\n") {
                let line = self.buffer.split_to(end + 2);
                let line = std::str::from_utf8(&line[..end]).unwrap().to_owned();
                assert!(!line.contains(['\r', '\n']), "a bare line end in {line:?}");
                return line;
            }
            assert!(self.fill().await, "the connection ends within {:?}", self.buffer);
        }
    }

    async fn fields(&mut self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        loop {
            let line = self.line().await;
            if line.is_empty() {
                return headers;
            }
            let (name, value) = line.split_once(':').unwrap_or_else(|| panic!("no field: {line:?}"));
            // Strict about the name, which no white space may follow (RFC 9112, section 5.1).
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            headers.append(name, HeaderValue::from_str(value.trim_matches([' ', '\t'])).unwrap());
        }
    }

    /// The final response's head; interim ones are passed over.
    pub(crate) async fn head(&mut self, method: &Method) -> Head {
        loop {
            let line = self.line().await;
            let status = line.strip_prefix("HTTP/1.1 ").unwrap_or_else(|| panic!("no status line: {line:?}"));
            let status = StatusCode::from_bytes(&status.as_bytes()[..3]).unwrap();
            let headers = self.fields().await;
            let is_switching = status == StatusCode::SWITCHING_PROTOCOLS;
            if status.is_informational() && !is_switching {
                continue;
            }
            let left = left(method, status, &headers);
            return Head { status, headers, left };
        }
    }

    pub(crate) async fn next(&mut self, left: &mut Left) -> Piece {
        match *left {
            Left::Nothing | Left::Bytes(0) => Piece::End(None),
            Left::Bytes(count) => {
                if self.buffer.is_empty() && !self.fill().await {
                    return Piece::Broken;
                }
                let here = self.buffer.len().min(usize::try_from(count).unwrap());
                *left = Left::Bytes(count - here as u64);
                Piece::Data(self.buffer.split_to(here).freeze())
            }
            Left::Open => {
                if self.buffer.is_empty() && !self.fill().await {
                    *left = Left::Nothing;
                    return Piece::End(None);
                }
                Piece::Data(self.buffer.split().freeze())
            }
            Left::Chunks => {
                if self.buffer.is_empty() && !self.fill().await {
                    return Piece::Broken;
                }
                let size = self.line().await;
                let size = usize::from_str_radix(&size, 16).unwrap_or_else(|_| panic!("no size: {size:?}"));
                if size == 0 {
                    *left = Left::Nothing;
                    let trailers = self.fields().await;
                    return Piece::End(Some(trailers).filter(|trailers| !trailers.is_empty()));
                }
                while self.buffer.len() < size + 2 {
                    if !self.fill().await {
                        return Piece::Broken;
                    }
                }
                let chunk = self.buffer.split_to(size).freeze();
                assert_eq!(&self.buffer.split_to(2)[..], b"\r\n", "a chunk is longer than it says");
                Piece::Data(chunk)
            }
        }
    }

    /// Nothing has come that belongs to no message.
    pub(crate) fn assert_clean(&self) {
        assert!(self.buffer.is_empty(), "after the message came {:?}", self.buffer);
    }

    /// Nothing comes any more.
    pub(crate) async fn assert_closes(&mut self) {
        while self.fill().await {}
        self.assert_clean();
    }

    /// The connection for another protocol.
    pub(crate) fn into_stream(self) -> (TcpStream, BytesMut) {
        (self.stream, self.buffer)
    }
}

fn left(method: &Method, status: StatusCode, headers: &HeaderMap) -> Left {
    let lengths: Vec<_> = headers.get_all("content-length").iter().collect();
    let codings: Vec<_> = headers.get_all("transfer-encoding").iter().collect();
    assert!(lengths.len() + codings.len() <= 1, "the length is said twice: {headers:?}");
    let no_body = status.is_informational() || status == 204 || status == 304;
    if no_body {
        assert!(codings.is_empty(), "a coding of no body: {headers:?}");
    }
    let is_tunnel = *method == Method::CONNECT && status.is_success();
    if no_body || method == Method::HEAD || is_tunnel {
        Left::Nothing
    } else if let [coding] = codings[..] {
        assert_eq!(coding, "chunked");
        Left::Chunks
    } else if let [length] = lengths[..] {
        Left::Bytes(length.to_str().unwrap().parse().unwrap())
    } else {
        Left::Open
    }
}
