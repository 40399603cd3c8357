//! How long things are as they travel.

use std::{
    convert::Infallible,
    ops::{Add, Sub},
};

use axum::body::Body;
use bytes::Bytes;
use http::{HeaderValue, Request, Response, header};
use http_body_util::BodyExt;
use tower::{Layer, ServiceExt, layer::util::Stack, service_fn};
use tower_http::{CompressionLevel, compression::CompressionLayer};

/// Compression as sites have it: Brotli at level 4, else gzip at its default of 6.
pub(crate) fn compression() -> Stack<CompressionLayer, CompressionLayer> {
    let none = CompressionLayer::new().no_br().no_gzip().no_deflate().no_zstd();
    Stack::new(none.clone().br(true).quality(CompressionLevel::Precise(4)), none.gzip(true))
}

/// Bytes of content, as they are and in two codings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) raw: i64,
    pub(crate) gzip: i64,
    pub(crate) brotli: i64,
}

impl Size {
    pub(crate) async fn of(content_type: &HeaderValue, content: Bytes) -> Self {
        Self {
            raw: length(content_type, content.clone(), "identity").await,
            gzip: length(content_type, content.clone(), "gzip").await,
            brotli: length(content_type, content, "br").await,
        }
    }
}

async fn length(content_type: &HeaderValue, content: Bytes, coding: &'static str) -> i64 {
    let answer = service_fn(|_: Request<Body>| {
        let response = Response::builder().header(header::CONTENT_TYPE, content_type);
        std::future::ready(Ok::<_, Infallible>(response.body(Body::from(content.clone())).unwrap()))
    });
    let request = Request::get("/").header(header::ACCEPT_ENCODING, coding).body(Body::empty()).unwrap();
    let response = compression().layer(answer).oneshot(request).await.unwrap();
    response.into_body().collect().await.unwrap().to_bytes().len() as i64
}

impl Add for Size {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { raw: self.raw + other.raw, gzip: self.gzip + other.gzip, brotli: self.brotli + other.brotli }
    }
}

impl Sub for Size {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self { raw: self.raw - other.raw, gzip: self.gzip - other.gzip, brotli: self.brotli - other.brotli }
    }
}
