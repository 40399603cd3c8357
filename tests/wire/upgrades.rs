//! Case I6: what is no page, nor even HTTP, goes through as it comes.

use axum::{Router, body::Body, extract::Request, response::IntoResponse};
use http::{Method, Response, StatusCode, header};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};

use crate::harness::{
    Answer, Ask, HTML, NAVIGATION, PATIENCE, POLICY, Through, Visitors, everywhere, writing,
};

// I6
#[tokio::test]
async fn events_arrive_one_by_one_and_as_they_are() {
    let visitors = Visitors::of(POLICY).await;
    let (site, writers) = writing(&[("content-type", "text/event-stream")]);
    everywhere(POLICY, site, async |way| {
        for cookie in visitors.all() {
            // The head arrives before there is any event.
            let mut answer =
                way.begin(&Ask::get("/").with("accept", "text/event-stream").cookie(cookie)).await;
            assert_eq!(answer.headers[header::CONTENT_TYPE], "text/event-stream");
            assert!(!answer.headers.contains_key(header::CONTENT_LENGTH));
            let writer = writers.next().await;
            for event in ["data: <body>\n\n", ": \n", "data: </body>\n\n"] {
                writer.write(event);
                assert_eq!(answer.read_until(event).await, event);
            }
            drop(writer);
            assert_eq!(answer.finish().await.0.text(), "");
        }
    })
    .await;
}

/// Speaks first, then echoes until the visitor is done, and has the last word.
async fn echo(mut request: Request) -> Response<Body> {
    let upgrade = request.headers().get(header::UPGRADE).cloned();
    let is_tunnel = request.method() == Method::CONNECT;
    if upgrade.is_none() && !is_tunnel {
        return "no upgrade".into_response();
    }
    let upgraded = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        let mut stream = TokioIo::new(upgraded.await.unwrap());
        stream.write_all(b"<body>").await.unwrap();
        let (mut reader, mut writer) = tokio::io::split(stream);
        tokio::io::copy(&mut reader, &mut writer).await.unwrap();
        writer.write_all(b"</body>").await.unwrap();
        writer.shutdown().await.unwrap();
    });
    // A type that means nothing here must not make a page of it.
    let response = Response::builder().header(header::CONTENT_TYPE, HTML);
    let response = match upgrade {
        Some(protocol) if !is_tunnel => response
            .status(StatusCode::SWITCHING_PROTOCOLS)
            .header(header::CONNECTION, "upgrade")
            .header(header::UPGRADE, protocol),
        _ => response,
    };
    response.body(Body::empty()).unwrap()
}

/// Both ways, to the end: bytes of any kind, and nothing but what the other side has sent.
async fn assert_carries_both_ways(answer: Answer) {
    let (mut stream, early) = answer.into_http1().into_stream();
    let sent = b"\x81\x05<body>\xff\0</body>";
    stream.write_all(sent).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut read = early.to_vec();
    timeout(PATIENCE, stream.read_to_end(&mut read)).await.unwrap().unwrap();
    assert_eq!(read, [b"<body>", &sent[..], b"</body>"].concat());
}

// I6
#[tokio::test]
async fn an_upgraded_connection_carries_both_ways() {
    let visitors = Visitors::of(POLICY).await;
    everywhere(POLICY, Router::new().fallback(echo), async |way| {
        if way.is_http2() {
            // There is no such upgrade in HTTP/2 (RFC 9113, section 8.6), and the request is like any other.
            assert_eq!(way.get("/", &NAVIGATION).await.text(), "no upgrade");
            return;
        }
        for cookie in visitors.all() {
            let upgrade =
                [("connection", "Upgrade"), ("upgrade", "websocket"), ("sec-websocket-version", "13")];
            let ask = Ask::get("/").with_all(&upgrade).with_all(&NAVIGATION).cookie(cookie);
            let answer = way.begin(&ask).await;
            assert_eq!(answer.status, StatusCode::SWITCHING_PROTOCOLS);
            assert_eq!(answer.headers[header::UPGRADE], "websocket");
            assert_carries_both_ways(answer).await;
        }
    })
    .await;
}

// I6
#[tokio::test]
async fn a_tunnel_carries_both_ways_where_the_site_opens_one() {
    everywhere(POLICY, Router::new().fallback(echo), async |way| {
        let mut ask = Ask::new("CONNECT", "www.example.com:443");
        ask.host = "www.example.com:443";
        match way.through {
            // A gateway to one site opens none to others.
            Through::Gateway => assert_eq!(way.send(&ask).await.status, StatusCode::NOT_IMPLEMENTED),
            _ if way.is_http2() => {}
            _ => {
                let answer = way.begin(&ask).await;
                assert_eq!(answer.status, StatusCode::OK);
                assert_carries_both_ways(answer).await;
            }
        }
    })
    .await;
}
