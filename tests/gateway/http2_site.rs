//! Sites that speak HTTP/2, and how they turn requests down.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use axum::http::{Request, Response, StatusCode, Version};
use bytes::Bytes;
use h2::{Reason, SendStream, server::SendResponse};
use tokio::{net::TcpStream, task::JoinSet, time::timeout};

use crate::{raw_http2, site::start_raw, visitor::PATIENCE};

const HTTP2: &[&str] = &["--upstream-http2"];

fn ok(respond: &mut SendResponse<Bytes>) {
    let mut body = respond.send_response(Response::new(()), false).unwrap();
    body.send_data(Bytes::from("ok"), true).unwrap();
}

#[tokio::test]
async fn the_site_is_asked_in_http2_with_the_host_in_the_target() {
    let gateway = start_raw(HTTP2, async |stream: TcpStream| {
        let mut connection = raw_http2::accept(stream).await;
        while let Some(Ok((request, mut respond))) = connection.accept().await {
            let is_right = request.version() == Version::HTTP_2
                && request.uri() == "http://news.example/a?b"
                && request.headers()["te"] == "trailers"
                && ["host", "connection", "upgrade", "content-length"]
                    .iter()
                    .all(|name| !request.headers().contains_key(*name))
                && request.body().is_end_stream();
            assert!(is_right, "{request:?}");
            ok(&mut respond);
        }
    })
    .await;
    let answer = gateway
        .raw("GET /a?b HTTP/1.1\r\nHost: news.example\r\nTE: trailers\r\nConnection: te, close\r\n\r\n")
        .await;
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("\r\nok\r\n"), "{answer}");
}

#[tokio::test]
async fn a_request_that_the_site_refuses_is_sent_again_where_it_has_no_body() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let gateway = start_raw(HTTP2, move |stream: TcpStream| {
        let count = count.clone();
        async move {
            let mut connection = raw_http2::accept(stream).await;
            while let Some(Ok((_, mut respond))) = connection.accept().await {
                match count.fetch_add(1, Relaxed) % 2 {
                    0 => respond.send_reset(Reason::REFUSED_STREAM),
                    _ => ok(&mut respond),
                }
            }
        }
    })
    .await;
    assert_eq!(gateway.get("/", "").await.text, "ok");
    // Not looked at, says the site.
    assert_eq!(gateway.send(Request::post(gateway.url("/")), "").await.text, "ok");
    // Of a body that has gone out nothing is kept.
    assert_eq!(gateway.send(Request::post(gateway.url("/")), "body").await.status, StatusCode::BAD_GATEWAY);
    assert_eq!(asked.load(Relaxed), 5);
}

#[tokio::test]
async fn a_site_that_refuses_everything_is_asked_a_few_times_only() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let gateway = start_raw(HTTP2, move |stream: TcpStream| {
        let count = count.clone();
        async move {
            let mut connection = raw_http2::accept(stream).await;
            while let Some(Ok((_, mut respond))) = connection.accept().await {
                count.fetch_add(1, Relaxed);
                respond.send_reset(Reason::REFUSED_STREAM);
            }
        }
    })
    .await;
    assert_eq!(gateway.get("/", "").await.status, StatusCode::BAD_GATEWAY);
    assert_eq!(asked.load(Relaxed), 3);
}

#[tokio::test]
async fn a_request_that_meets_a_closing_connection_is_sent_again_where_that_is_safe() {
    // The first connection goes away after one answer, without waiting for the next request.
    let connections = Arc::new(AtomicUsize::new(0));
    let count = connections.clone();
    let gateway = start_raw(HTTP2, move |stream: TcpStream| {
        let count = count.clone();
        async move {
            let is_first = count.fetch_add(1, Relaxed) == 0;
            let mut connection = raw_http2::accept(stream).await;
            while let Some(Ok((_, mut respond))) = connection.accept().await {
                ok(&mut respond);
                if is_first {
                    connection.graceful_shutdown();
                }
            }
        }
    })
    .await;
    for _ in 0..3 {
        assert_eq!(gateway.get("/", "").await.text, "ok");
    }
    assert_eq!(connections.load(Relaxed), 2);
}

#[tokio::test]
async fn a_connection_that_dies_is_followed_by_another() {
    // Each hangs up on its second request.
    let gateway = start_raw(HTTP2, async |stream: TcpStream| {
        let mut connection = raw_http2::accept(stream).await;
        if let Some(Ok((_, mut respond))) = connection.accept().await {
            ok(&mut respond);
        }
        let _ = connection.accept().await;
    })
    .await;
    for _ in 0..4 {
        assert_eq!(gateway.get("/", "").await.text, "ok");
    }
    let statuses =
        [gateway.send(Request::post(gateway.url("/")), "").await.status, gateway.get("/", "").await.status];
    // Whether it has been done already, nobody knows.
    assert_eq!(statuses, [StatusCode::BAD_GATEWAY, StatusCode::OK]);
}

#[tokio::test]
async fn a_connection_on_which_nothing_comes_back_is_not_used_again() {
    let connections = Arc::new(AtomicUsize::new(0));
    let gateway = start_raw(&["--upstream-http2", "--timeout-seconds=1"], move |stream: TcpStream| {
        let is_first = connections.fetch_add(1, Relaxed) == 0;
        async move {
            let mut connection = raw_http2::accept(stream).await;
            let mut unanswered = Vec::new();
            while let Some(Ok((_, mut respond))) = connection.accept().await {
                if is_first {
                    unanswered.push(respond);
                } else {
                    ok(&mut respond);
                }
            }
        }
    })
    .await;
    assert_eq!(gateway.get("/", "").await.status, StatusCode::GATEWAY_TIMEOUT);
    assert_eq!(gateway.get("/", "").await.text, "ok");
}

#[tokio::test]
async fn an_answer_that_comes_before_the_upload_is_through_is_passed_on() {
    let gateway = start_raw(HTTP2, async |stream: TcpStream| {
        let mut connection = raw_http2::accept(stream).await;
        while let Some(Ok((_, mut respond))) = connection.accept().await {
            let head = Response::builder().status(StatusCode::PAYLOAD_TOO_LARGE).body(()).unwrap();
            let mut body = respond.send_response(head, false).unwrap();
            body.send_data(Bytes::from("no more"), true).unwrap();
            // What follows is of no use, and nothing went wrong: the request is dropped here, which resets
            // the stream for no error (RFC 9113, section 8.1).
        }
    })
    .await;
    let upload = "x".repeat(1 << 20);
    let reply = gateway.send(Request::post(gateway.url("/")), &upload).await;
    assert_eq!((reply.status, reply.text.as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "no more"));
}

#[tokio::test]
async fn more_requests_than_a_connection_takes_go_over_several() {
    // Ten at a time, and none of them ends before all have come.
    let (arrived, all) = tokio::sync::watch::channel(0);
    let gateway = start_raw(HTTP2, move |stream: TcpStream| {
        let (arrived, all) = (arrived.clone(), all.clone());
        async move {
            let mut connection = h2::server::Builder::new()
                .max_concurrent_streams(10)
                .handshake::<_, Bytes>(stream)
                .await
                .unwrap();
            while let Some(Ok((_, mut respond))) = connection.accept().await {
                arrived.send_modify(|count| *count += 1);
                let mut all = all.clone();
                tokio::spawn(async move {
                    all.wait_for(|count| *count >= 60).await.unwrap();
                    ok(&mut respond);
                });
            }
        }
    })
    .await;
    let gateway = Arc::new(gateway);
    let mut visits = JoinSet::new();
    for _ in 0..60 {
        let gateway = gateway.clone();
        visits.spawn(async move { gateway.get("/", "").await.text });
    }
    while let Some(text) = visits.join_next().await {
        assert_eq!(text.unwrap(), "ok");
    }
}

#[tokio::test]
async fn visitors_who_do_not_read_are_in_nobodys_way() {
    const STUCK: usize = 20;
    let (stuck, mut all) = tokio::sync::watch::channel(0);
    let gateway = start_raw(HTTP2, move |stream: TcpStream| {
        let stuck = stuck.clone();
        async move {
            let mut connection = raw_http2::accept(stream).await;
            while let Some(Ok((request, mut respond))) = connection.accept().await {
                if request.uri().path() == "/short" {
                    ok(&mut respond);
                    continue;
                }
                let body = respond.send_response(Response::new(()), false).unwrap();
                let stuck = stuck.clone();
                tokio::spawn(async move {
                    let _body = fill(body).await;
                    stuck.send_modify(|count| *count += 1);
                    std::future::pending::<()>().await;
                });
            }
        }
    })
    .await;
    let mut visitors = Vec::new();
    for _ in 0..STUCK {
        let mut visitor = raw_http2::visit(&gateway).await;
        let request = Request::get(gateway.url("/long")).body(()).unwrap();
        let (answer, _) = visitor.send_request(request, true).unwrap();
        visitors.push((visitor, timeout(PATIENCE, answer).await.unwrap().unwrap()));
    }
    timeout(PATIENCE, all.wait_for(|count| *count == STUCK)).await.expect("all are stuck").unwrap();
    for _ in 0..10 {
        assert_eq!(gateway.get("/short", "").await.text, "ok");
    }
}

/// Sends until nothing more is taken for a while.
async fn fill(mut body: SendStream<Bytes>) -> SendStream<Bytes> {
    loop {
        body.reserve_capacity(16 * 1024);
        let capacity = std::future::poll_fn(|cx| body.poll_capacity(cx));
        let Ok(capacity) = timeout(Duration::from_millis(500), capacity).await else { return body };
        let piece = Bytes::from(vec![b'.'; capacity.unwrap().unwrap()]);
        body.send_data(piece, false).unwrap();
    }
}
