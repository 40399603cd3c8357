//! What concerns one connection.

use axum::http::{Method, Request, StatusCode, header};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};

use crate::{
    site::{EACH_WAY, start, start_with},
    visitor::{PATIENCE, read_until},
};

#[tokio::test]
async fn what_concerns_one_connection_does_not_cross() {
    for arguments in EACH_WAY {
        let gateway = start_with(arguments).await.gateway;
        let told = gateway
            .raw(
                "GET /head HTTP/1.1\r\nHost: a.example\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\n\
                 Keep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\nTE: gzip, trailers\r\nX-End: 1\r\n\r\n",
            )
            .await;
        let (_, told) = told.split_once("\r\n\r\n").unwrap();
        for gone in ["\nx-hop:", "\nkeep-alive:", "\nproxy-connection:", "gzip", "close"] {
            assert!(!told.contains(gone), "{gone} is in {told}");
        }
        assert!(told.contains("\nx-end: 1\n") && told.contains("\nte: trailers\n"), "{told}");
    }
    let gateway = start().await.gateway;
    let reply = gateway.get("/hop", "").await;
    assert!(reply.headers.contains_key("x-end"));
    for gone in ["connection", "x-hop", "keep-alive", "proxy-connection"] {
        assert!(!reply.headers.contains_key(gone), "{gone}");
    }
}

#[tokio::test]
async fn an_upgraded_connection_carries_both_ways_to_its_end() {
    // Towards a site that speaks both, over HTTP/1.1 in either case.
    for arguments in EACH_WAY {
        let gateway = start_with(arguments).await.gateway;
        let mut visitor = gateway.connect().await;
        let head = b"GET /echo HTTP/1.1\r\nHost: a.example\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n";
        visitor.write_all(head).await.unwrap();
        let answer = read_until(&mut visitor, "hello ").await;
        assert!(answer.starts_with("HTTP/1.1 101 "), "{answer}");
        assert!(
            answer.contains("upgrade: echo\r\n") && answer.contains("connection: upgrade\r\n"),
            "{answer}"
        );
        visitor.write_all(b"ping").await.unwrap();
        read_until(&mut visitor, "ping").await;
        // The visitor is done speaking, not listening.
        visitor.shutdown().await.unwrap();
        let mut rest = String::new();
        timeout(PATIENCE, visitor.read_to_string(&mut rest)).await.unwrap().unwrap();
        assert_eq!(rest, " bye");
    }
}

#[tokio::test]
async fn no_upgrade_leads_to_http_behind_the_layers_back() {
    let gateway = start().await.gateway;
    for protocol in ["h2c", "TLS/1.0", "HTTP/2.0", "echo, h2c"] {
        let told = gateway
            .raw(&format!(
                "GET /head HTTP/1.1\r\nHost: a.example\r\nConnection: close, Upgrade, HTTP2-Settings\r\n\
                 Upgrade: {protocol}\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n"
            ))
            .await;
        assert!(told.starts_with("HTTP/1.1 200 "), "{told}");
        assert!(!told.contains("\nupgrade:") && !told.contains("\nhttp2-settings:"), "{told}");
    }
}

#[tokio::test]
async fn requests_that_come_at_once_are_answered_in_their_order() {
    for arguments in EACH_WAY {
        let gateway = start_with(arguments).await.gateway;
        let ask = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: a.example\r\n");
        let answers = gateway
            .raw(&format!("{}\r\n{}\r\n{}Connection: close\r\n\r\n", ask("/asset"), ask("/one"), ask("/two")))
            .await;
        let places = ["asset", "/one HTTP", "/two HTTP"].map(|words| answers.find(words).expect(words));
        assert!(places.is_sorted() && answers.matches("HTTP/1.1 200 ").count() == 3, "{answers}");
    }
}

#[tokio::test]
async fn head_gets_the_head_of_get_and_no_body() {
    for arguments in EACH_WAY {
        let gateway = start_with(arguments).await.gateway;
        for path in ["/", "/asset"] {
            let request = Request::builder().method(Method::HEAD).uri(gateway.url(path));
            let head = gateway.send(request, "").await;
            let get = gateway.get(path, "").await;
            assert_eq!((head.status, head.text.as_str()), (get.status, ""));
            for name in [header::CONTENT_TYPE, header::CACHE_CONTROL, header::VARY] {
                assert_eq!(head.headers.get(&name), get.headers.get(&name), "{path} {name}");
            }
        }
        let request = Request::builder().method(Method::HEAD).uri(gateway.url("/asset"));
        assert_eq!(gateway.send(request, "").await.headers[header::CONTENT_LENGTH], "5");
    }
}

#[tokio::test]
async fn answers_without_a_body_stay_so_and_the_connection_goes_on() {
    for arguments in EACH_WAY {
        let gateway = start_with(arguments).await.gateway;
        let mut visitor = gateway.connect().await;
        for (path, status) in [("/nothing", 204), ("/unchanged", 304)] {
            for method in ["GET", "POST"] {
                let request =
                    format!("{method} {path} HTTP/1.1\r\nHost: a.example\r\nContent-Length: 0\r\n\r\n");
                visitor.write_all(request.as_bytes()).await.unwrap();
                let answer = read_until(&mut visitor, "\r\n\r\n").await;
                assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
                assert!(!answer.contains("transfer-encoding"), "{answer}");
            }
        }
        visitor.write_all(b"GET /asset HTTP/1.1\r\nHost: a.example\r\n\r\n").await.unwrap();
        read_until(&mut visitor, "asset").await;

        for (path, status) in [("/nothing", StatusCode::NO_CONTENT), ("/unchanged", StatusCode::NOT_MODIFIED)]
        {
            let reply = gateway.send_http2(Request::get(gateway.url(path)), "").await;
            assert_eq!((reply.status, reply.text.as_str()), (status, ""));
        }
    }
}
