//! Bodies as they come in, from the site and from visitors.

use std::{
    error, fmt,
    pin::Pin,
    task::{Context, Poll, ready},
};

use hyper::{
    Version,
    body::{Body, Bytes, Frame, Incoming, SizeHint},
    header::COOKIE,
};

use crate::{hop, proxy::CONSENT, site::Stream};

/// A body that ends only where its sender has ended it.
///
/// hyper takes a reset without an error code for the end of a body, and what comes out at the other
/// side would be a part that looks whole.
#[derive(Debug)]
pub(crate) struct Whole {
    inner: Incoming,
    is_http2: bool,
}

impl Whole {
    pub(crate) fn new(inner: Incoming, version: Version) -> Self {
        Self { inner, is_http2: version == Version::HTTP_2 }
    }
}

impl Body for Whole {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        let frame = match ready!(Pin::new(&mut self.inner).poll_frame(cx)) {
            Some(Ok(frame)) => frame,
            Some(Err(error)) => return Poll::Ready(Some(Err(Cut(crate::with_sources(&error))))),
            None if self.is_http2 && !self.inner.is_end_stream() => {
                return Poll::Ready(Some(Err(Cut("the stream was reset".to_owned()))));
            }
            None => return Poll::Ready(None),
        };
        Poll::Ready(Some(Ok(match frame.into_trailers() {
            Ok(mut trailers) => {
                hop::clean(&mut trailers);
                // What the layer takes out of the head is not to come in behind the body.
                for name in [COOKIE, CONSENT] {
                    trailers.remove(name);
                }
                Frame::trailers(trailers)
            }
            Err(frame) => frame,
        })))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// The sender broke off.
///
/// In words, since hyper would pass an error of HTTP/2 on by its code, and what the code says is meant
/// for the other connection.
#[derive(Debug)]
pub(crate) struct Cut(String);

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl error::Error for Cut {}

/// The body of the site's answer. Its stream is in use until it is dropped.
#[derive(Debug)]
pub(crate) struct Download {
    body: Whole,
    _stream: Option<Stream>,
}

impl Download {
    pub(crate) fn new(body: Whole, stream: Option<Stream>) -> Self {
        Self { body, _stream: stream }
    }
}

impl Body for Download {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        if let Some(Err(error)) = &frame {
            tracing::warn!("the site broke off in the middle of an answer: {error}");
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
