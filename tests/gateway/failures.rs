//! A site that gives no answer.

use axum::http::{Request, StatusCode};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::{
    program::Gateway,
    site::{EACH_WAY, POLICY, start_fixed, start_raw, start_with},
    visitor::read_until,
};

#[tokio::test]
async fn a_site_that_is_down_is_a_502_page_with_the_banner() {
    for arguments in EACH_WAY {
        // Bound and let go, so that nobody listens there.
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        drop(listener);
        let gateway = Gateway::start(POLICY, &address, arguments);
        let reply = gateway.get("/", "").await;
        assert_eq!(reply.status, StatusCode::BAD_GATEWAY);
        assert!(reply.text.contains("<h1>The site cannot be reached</h1>"));
        assert!(reply.has_banner());
    }
}

#[tokio::test]
async fn a_site_that_talks_nonsense_is_a_502_page() {
    for arguments in EACH_WAY {
        let gateway = start_raw(arguments, async |mut stream: TcpStream| {
            let _ = stream.write_all(b"SSH-2.0-nonsense\r\n").await;
        })
        .await;
        assert_eq!(gateway.get("/", "").await.status, StatusCode::BAD_GATEWAY);
    }
}

#[tokio::test]
async fn heads_that_can_be_read_in_two_ways_are_a_502_page() {
    for answer in [
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok!",
        "HTTP/1.1 200 OK\r\nContent-Length: 2, 3\r\n\r\nok!",
        "HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nX-Folded: a\r\n b\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n",
    ] {
        let gateway = start_fixed(answer).await;
        assert_eq!(gateway.get("/", "").await.status, StatusCode::BAD_GATEWAY, "{answer}");
    }
}

#[tokio::test]
async fn a_site_that_hangs_up_on_an_idle_connection_is_asked_again_where_that_is_safe() {
    // Promises to go on, and hangs up on the next request.
    let gateway = start_raw(&[], async |mut stream: TcpStream| {
        read_until(&mut stream, "\r\n\r\n").await;
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await.unwrap();
        let _ = stream.read_u8().await;
    })
    .await;
    for _ in 0..2 {
        let reply = gateway.get("/", "").await;
        assert_eq!((reply.status, reply.text.as_str()), (StatusCode::OK, "ok"));
    }
    // Whether it has been done already, nobody knows.
    assert_eq!(gateway.send(Request::post(gateway.url("/")), "").await.status, StatusCode::BAD_GATEWAY);
}

#[tokio::test]
async fn a_site_that_does_not_answer_in_time_is_a_504_page() {
    for arguments in [&["--timeout-seconds=1"][..], &["--timeout-seconds=1", "--upstream-http2"]] {
        let gateway = start_with(arguments).await.gateway;
        let reply = gateway.get("/slow", "").await;
        assert_eq!(reply.status, StatusCode::GATEWAY_TIMEOUT);
        assert!(reply.text.contains("<h1>The site takes too long to answer</h1>"));
        assert_eq!(gateway.get("/asset", "").await.text, "asset");
    }
}

#[tokio::test]
async fn an_answer_that_comes_before_the_upload_is_through_is_passed_on() {
    let gateway = start_raw(&[], async |mut stream: TcpStream| {
        let mut head = Vec::new();
        while !head.windows(4).any(|end| end == b"\r\n\r\n") {
            stream.read_buf(&mut head).await.unwrap();
        }
        let answer =
            b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 7\r\nConnection: close\r\n\r\nno more";
        stream.write_all(answer).await.unwrap();
        // Reads on for a while, as servers do, so that the answer is not lost in a reset.
        let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
    })
    .await;
    let upload = "x".repeat(1 << 20);
    let reply = gateway.send(Request::post(gateway.url("/")), &upload).await;
    assert_eq!((reply.status, reply.text.as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "no more"));
}
