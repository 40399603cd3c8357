//! Compression outside of the layer and inside (I9, F3).

use axum::{Router, body::Body, response::Html, routing::get as route};
use bytes::Bytes;
use http::{Request, Response, header};
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use tower::ServiceExt;
use tower_consent::{BodyError, ConsentLayer, SettingsControl};
use tower_http::{compression::CompressionLayer, decompression::DecompressionLayer};

use crate::support::{PAGE, app, declared, get, pages, policy, request, visitors, with};

const CODINGS: [&str; 4] = ["gzip", "deflate", "br", "zstd"];

/// Long enough to be compressed.
fn long_page() -> String {
    let filler: String = (0..500).map(|i| format!("<p>{i}</p>")).collect();
    PAGE.replace("</main>", &format!("{filler}</main>"))
}

/// The bytes of a page in a coding, as another layer makes them.
async fn encoded(coding: &'static str) -> Bytes {
    let app = Router::new().route("/", route(|| async { Html(long_page()) })).layer(CompressionLayer::new());
    let reply = get(&app, "/", &[("accept-encoding", coding)]).await;
    assert_eq!(reply.header("content-encoding"), coding);
    assert!(reply.body.len() < long_page().len());
    reply.body
}

/// An app that ignores what encodings are asked for.
async fn stubborn(coding: &'static str) -> Router {
    let body = encoded(coding).await;
    app(policy(), move |_| {
        let length = body.len().to_string();
        let fields = [
            ("content-type", "text/html"),
            ("content-encoding", coding),
            ("content-length", &*length),
            ("etag", "\"v1\""),
            ("vary", "Accept-Encoding"),
        ];
        with(body.clone(), &fields)
    })
}

#[tokio::test]
async fn compression_outside_of_the_layer_takes_the_page_with_its_banner() {
    let reader = pages(policy()).layer(CompressionLayer::new()).layer(DecompressionLayer::new());
    for coding in CODINGS {
        let compressed = pages(policy()).layer(CompressionLayer::new());
        let reply = get(&compressed, "/", &[("accept-encoding", coding)]).await;
        assert_eq!(reply.header("content-encoding"), coding);
        assert!(reply.varies_on("cookie") && reply.varies_on("accept-encoding"));
    }
    let reply = reader.oneshot(request("GET", "/", "", &[])).await.unwrap();
    let body = reply.into_body().collect().await.unwrap().to_bytes();
    assert!(String::from_utf8_lossy(&body).contains("id=\"cookie-consent\""));
}

#[tokio::test]
async fn compression_inside_is_not_asked_for_pages_and_stays_for_the_rest() {
    let app = Router::new()
        .route("/", route(|| async { Html(long_page()) }))
        .route("/data", route(|| async { "data ".repeat(100) }))
        .layer(CompressionLayer::new())
        .layer(ConsentLayer::new(policy()));
    let page = get(&app, "/", &[("accept-encoding", "gzip"), ("sec-fetch-dest", "document")]).await;
    assert!(page.has_banner() && page.lines("content-encoding").is_empty());
    let data = get(&app, "/data", &[("accept-encoding", "gzip"), ("sec-fetch-dest", "empty")]).await;
    assert_eq!(data.header("content-encoding"), "gzip");
}

#[tokio::test]
async fn a_page_that_arrives_compressed_is_decompressed_and_written_into() {
    for coding in CODINGS {
        let reply = get(&stubborn(coding).await, "/", &[]).await;
        assert!(reply.has_banner(), "{coding}");
        let text = reply.text();
        let (before, rest) = text.split_once("<section id=\"cookie-consent\"").unwrap();
        let (_, after) = rest.split_once("</section>").unwrap();
        assert_eq!(format!("{before}{after}"), long_page(), "{coding}");
        for name in ["content-encoding", "content-length"] {
            assert!(reply.lines(name).is_empty(), "{coding} {name}");
        }
        assert!(reply.varies_on("accept-encoding"));
    }
}

#[tokio::test]
async fn head_of_such_a_page_has_the_fields_of_get() {
    let app = stubborn("br").await;
    let get = get(&app, "/", &[]).await;
    let head = crate::support::send(&app, request("HEAD", "/", "", &[])).await;
    assert_eq!(head.headers, get.headers);
}

#[tokio::test]
async fn a_page_that_carries_the_script_alone_and_a_fragment_are_decompressed_to_be_gated() {
    let body = encoded("gzip").await;
    let policy = declared().settings_control(SettingsControl::None).build().unwrap();
    let a_minute_ago = || std::time::SystemTime::now() - std::time::Duration::from_secs(60);
    let past =
        crate::support::app_with(ConsentLayer::new(policy.clone()).clock(a_minute_ago), |_| with("", &[]));
    let app = app(policy, move |_| {
        with(body.clone(), &[("content-type", "text/html"), ("content-encoding", "gzip")])
    });
    let [_, yes, _] = visitors(&past).await;
    let reply = get(&app, "/", &[("cookie", &yes)]).await;
    let (start, end) = reply.text().split_once("<script data-consent-ui").unwrap();
    let (_, end) = end.split_once("</script>").unwrap();
    assert_eq!((start.to_owned() + end, reply.header("content-encoding")), (long_page(), String::new()));
    let other = get(&app, "/", &[("hx-request", "true")]).await;
    assert_eq!((other.text(), other.header("content-encoding")), (&*long_page(), String::new()));
}

/// What comes of a compressed body that is sent in these pieces.
async fn sent(pieces: &[Result<&[u8], &'static str>]) -> Result<Vec<u8>, BodyError<&'static str>> {
    let pieces: Vec<_> = pieces.iter().map(|piece| piece.map(Bytes::copy_from_slice)).collect();
    let service = tower::service_fn(move |_: Request<Body>| {
        let frames = pieces.clone().into_iter().map(|piece| piece.map(Frame::data));
        let response = Response::builder().header(header::CONTENT_TYPE, "text/html");
        let response = response.header(header::CONTENT_ENCODING, "gzip");
        let response = response.body(StreamBody::new(tokio_stream::iter(frames))).unwrap();
        async move { Ok::<_, std::convert::Infallible>(response) }
    });
    let service = tower_layer::Layer::layer(&ConsentLayer::new(policy()), service);
    let mut body = service.oneshot(request("GET", "/", "", &[])).await.unwrap().into_body();
    let mut out = Vec::new();
    while let Some(frame) = body.frame().await {
        out.extend(frame?.into_data().unwrap_or_default());
    }
    Ok(out)
}

#[tokio::test]
async fn a_compressed_page_that_is_cut_off_or_broken_does_not_look_complete() {
    let body = encoded("gzip").await;
    let (first, second) = body.split_at(body.len() / 2);
    assert!(sent(&[Ok(first), Ok(second)]).await.is_ok());
    assert!(matches!(sent(&[Ok(first)]).await, Err(BodyError::Coding(_))));
    assert!(matches!(sent(&[Ok(first), Err("gone")]).await, Err(BodyError::App("gone"))));
    let mut broken = body.to_vec();
    let length = broken.len();
    broken[length - 5] ^= 1;
    assert!(matches!(sent(&[Ok(&broken)]).await, Err(BodyError::Coding(_))));
}
