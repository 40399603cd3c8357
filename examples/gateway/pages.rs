//! What the gateway answers when the site does not.

use http_body_util::Full;
use hyper::{
    Response, StatusCode,
    body::Bytes,
    header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue},
};

/// Why there is no answer from the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The request names no host, or several, or none that can be.
    NoHost,
    /// The request broke off, or it is not HTTP.
    Unreadable,
    /// The request's body is in a transfer coding that nobody here knows.
    Coded,
    /// The request comes from here.
    Circle,
    /// The request asks for a tunnel to anywhere.
    Tunnel,
    Unreachable,
    /// The site broke off, or what it said is not HTTP.
    Broken,
    Late,
}

impl Failure {
    fn words(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::NoHost => {
                (StatusCode::BAD_REQUEST, "Unclear request", "The request does not name one host.")
            }
            Self::Unreadable => (
                StatusCode::BAD_REQUEST,
                "Unclear request",
                "The request ended early or is not written well.",
            ),
            Self::Coded => (
                StatusCode::NOT_IMPLEMENTED,
                "Unclear request",
                "The request has an unknown transfer coding.",
            ),
            Self::Circle => (
                StatusCode::LOOP_DETECTED,
                "The site leads back to itself",
                "The gateway in front of it has its own address for that of the site.",
            ),
            Self::Tunnel => {
                (StatusCode::NOT_IMPLEMENTED, "No tunnels here", "This address serves one site only.")
            }
            Self::Unreachable => (
                StatusCode::BAD_GATEWAY,
                "The site cannot be reached",
                "It may be restarting. Please try again in a moment.",
            ),
            Self::Broken => {
                (StatusCode::BAD_GATEWAY, "The site gave no proper answer", "Please try again in a moment.")
            }
            Self::Late => (
                StatusCode::GATEWAY_TIMEOUT,
                "The site takes too long to answer",
                "Please try again in a moment.",
            ),
        }
    }

    pub(crate) fn page(self) -> Response<Full<Bytes>> {
        let (status, headline, advice) = self.words();
        let html = format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n<title>{headline}</title>\n</head>\n\
             <body>\n<main>\n<h1>{headline}</h1>\n<p>{advice}</p>\n</main>\n</body>\n</html>\n"
        );
        let mut response = Response::new(Full::from(html));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}
