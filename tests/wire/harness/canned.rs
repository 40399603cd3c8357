use axum::{Router, body::Body, extract::Request};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response};

/// A response that a test has written down.
#[derive(Clone, Debug)]
pub(crate) struct Canned {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Bytes,
}

impl Canned {
    pub(crate) fn new(body: impl Into<Bytes>) -> Self {
        Self { status: 200, headers: Vec::new(), body: body.into() }
    }

    pub(crate) fn html(body: impl Into<Bytes>) -> Self {
        Self::new(body).with("content-type", super::HTML)
    }

    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub(crate) fn with_all(self, headers: &[(&'static str, &str)]) -> Self {
        headers.iter().fold(self, |canned, (name, value)| canned.with(name, value))
    }

    pub(crate) fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// Says how long the body is, as some frameworks do and others leave to the server.
    pub(crate) fn with_length(self) -> Self {
        let length = self.body.len().to_string();
        self.with("content-length", &length)
    }

    pub(crate) fn response(&self) -> Response<Body> {
        let mut response = Response::builder().status(self.status);
        for (name, value) in &self.headers {
            let name = HeaderName::from_static(name);
            response = response.header(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        response.body(Body::from(self.body.clone())).unwrap()
    }
}

/// A site that answers `/n`, below any folder and with any query, with the n-th of these.
pub(crate) fn canned(responses: Vec<Canned>) -> Router {
    Router::new().fallback(async move |request: Request| {
        let path = request.uri().path();
        let number: usize = path.rsplit('/').next().unwrap().parse().unwrap();
        responses[number].response()
    })
}
