//! Nothing is buffered, and what comes after the body comes through.

use std::{convert::Infallible, time::Duration};

use axum::http::{HeaderMap, HeaderValue, Request, header};
use bytes::Bytes;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use tokio::{
    io::AsyncWriteExt,
    time::{sleep, timeout},
};

use crate::{
    site::{EACH_WAY, start_fixed, start_with},
    visitor::{PATIENCE, Reply, read_until},
};

#[tokio::test]
async fn the_first_piece_of_a_page_arrives_before_the_second_exists() {
    for arguments in EACH_WAY {
        let mut setting = start_with(arguments).await;
        let mut visitor = setting.gateway.connect().await;
        visitor.write_all(b"GET /page HTTP/1.1\r\nHost: a.example\r\n\r\n").await.unwrap();
        let pieces = setting.streams.recv().await.unwrap();
        pieces.send(Ok("<!DOCTYPE html><title>T</title><body><p>first</p>")).unwrap();
        let first = read_until(&mut visitor, "<p>first</p>\r\n").await;
        assert!(first.contains("<section id=\"cookie-consent\""), "{first}");
        pieces.send(Ok("<p>second</p>")).unwrap();
        read_until(&mut visitor, "<p>second</p>\r\n").await;
        drop(pieces);
        read_until(&mut visitor, "0\r\n\r\n").await;
    }
}

#[tokio::test]
async fn events_arrive_one_by_one() {
    for arguments in EACH_WAY {
        let mut setting = start_with(arguments).await;
        let mut visitor = setting.gateway.connect().await;
        visitor.write_all(b"GET /events HTTP/1.1\r\nHost: a.example\r\n\r\n").await.unwrap();
        let pieces = setting.streams.recv().await.unwrap();
        // The head arrives before there is any event.
        let head = read_until(&mut visitor, "\r\n\r\n").await;
        assert!(head.contains("content-type: text/event-stream\r\n"), "{head}");
        for event in ["data: 1\n\n", "data: 2\n\n"] {
            pieces.send(Ok(event)).unwrap();
            read_until(&mut visitor, &format!("{event}\r\n")).await;
        }
    }
}

#[tokio::test]
async fn events_arrive_one_by_one_over_http2() {
    for arguments in EACH_WAY {
        let mut setting = start_with(arguments).await;
        let request = Request::get(setting.gateway.url("/events"));
        let mut body = setting.gateway.open(request, "", true).await.into_body();
        let pieces = setting.streams.recv().await.unwrap();
        for event in ["data: 1\n\n", "data: 2\n\n"] {
            pieces.send(Ok(event)).unwrap();
            let frame = timeout(PATIENCE, body.frame()).await.unwrap().unwrap().unwrap();
            assert_eq!(frame.into_data().unwrap(), event);
        }
    }
}

#[tokio::test]
async fn an_answer_may_take_longer_than_its_head() {
    for arguments in [&["--timeout-seconds=1"][..], &["--timeout-seconds=1", "--upstream-http2"]] {
        let mut setting = start_with(arguments).await;
        let mut visitor = setting.gateway.connect().await;
        visitor.write_all(b"GET /events HTTP/1.1\r\nHost: a.example\r\n\r\n").await.unwrap();
        let pieces = setting.streams.recv().await.unwrap();
        read_until(&mut visitor, "\r\n\r\n").await;
        sleep(Duration::from_millis(1500)).await;
        pieces.send(Ok("late")).unwrap();
        read_until(&mut visitor, "late\r\n").await;
    }
}

#[tokio::test]
async fn an_upload_is_passed_on_piece_by_piece() {
    for arguments in EACH_WAY {
        let gateway = start_with(arguments).await.gateway;
        let mut visitor = gateway.connect().await;
        let head = b"POST /upload HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n";
        visitor.write_all(head).await.unwrap();
        read_until(&mut visitor, "\r\n\r\n").await;
        for piece in ["one", "two"] {
            visitor.write_all(format!("3\r\n{piece}\r\n").as_bytes()).await.unwrap();
            read_until(&mut visitor, &format!("{piece}\r\n")).await;
        }
        visitor.write_all(b"0\r\n\r\n").await.unwrap();
        read_until(&mut visitor, "0\r\n\r\n").await;
    }
}

#[tokio::test]
async fn who_waits_for_leave_to_send_a_body_gets_it() {
    for arguments in EACH_WAY {
        let gateway = start_with(arguments).await.gateway;
        let mut visitor = gateway.connect().await;
        let head =
            b"POST /count HTTP/1.1\r\nHost: a.example\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n";
        visitor.write_all(head).await.unwrap();
        read_until(&mut visitor, "HTTP/1.1 100 Continue\r\n\r\n").await;
        visitor.write_all(b"abc").await.unwrap();
        read_until(&mut visitor, "\r\n\r\n3").await;
    }
}

#[tokio::test]
async fn trailers_reach_visitors_who_take_them() {
    for arguments in EACH_WAY {
        let gateway = start_with(arguments).await.gateway;
        for is_http2 in [false, true] {
            let request = Request::get(gateway.url("/trailers")).header(header::TE, "trailers");
            let reply = Reply::read(gateway.open(request, "", is_http2).await).await.unwrap();
            assert_eq!(reply.text, "data");
            assert_eq!(reply.headers[header::TRAILER], "x-sum");
            assert_eq!(reply.trailers.unwrap()["x-sum"], "42");
        }
    }
}

#[tokio::test]
async fn trailers_that_concern_the_connection_do_not_cross() {
    let gateway = start_fixed(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ndata\r\n0\r\nX-Sum: 42\r\nConnection: x-hop\r\n\
         X-Hop: 1\r\n\r\n",
    )
    .await;
    let trailers = gateway.send_http2(Request::get(gateway.url("/")), "").await.trailers.unwrap();
    assert_eq!(
        trailers,
        HeaderMap::from_iter([("x-sum".try_into().unwrap(), HeaderValue::from_static("42"))])
    );
}

#[tokio::test]
async fn trailers_of_uploads_reach_the_site() {
    for arguments in EACH_WAY {
        let gateway = start_with(arguments).await.gateway;
        for is_http2 in [false, true] {
            let sum = HeaderMap::from_iter([("x-sum".try_into().unwrap(), HeaderValue::from_static("42"))]);
            let frames = [Frame::data(Bytes::from("data")), Frame::trailers(sum)];
            let body = StreamBody::new(tokio_stream::iter(frames.map(Ok::<_, Infallible>)));
            let client = Client::builder(TokioExecutor::new()).http2_only(is_http2).build_http();
            let request = Request::post(gateway.url("/request-trailers")).header(header::TRAILER, "x-sum");
            let reply = client.request(request.body(body).unwrap()).await.unwrap();
            assert_eq!(Reply::read(reply).await.unwrap().text, "Some(\"42\")", "{arguments:?} {is_http2}");
        }
    }
}

#[tokio::test]
async fn an_upload_with_a_length_keeps_it() {
    for arguments in EACH_WAY {
        let gateway = start_with(arguments).await.gateway;
        let told = gateway.send(Request::post(gateway.url("/head")), "12345").await.text;
        assert!(told.contains("\ncontent-length: 5\n"), "{told}");
        let told = gateway.send_http2(Request::put(gateway.url("/head")), "12345").await.text;
        assert!(told.contains("\ncontent-length: 5\n"), "{told}");
        // RFC 9110, section 8.6: said where a body is expected.
        let told = gateway.send(Request::post(gateway.url("/head")), "").await.text;
        assert!(told.contains("\ncontent-length: 0\n"), "{told}");
        let told = gateway.send(Request::get(gateway.url("/head")), "").await.text;
        assert!(!told.contains("\ncontent-length:") && !told.contains("\ntransfer-encoding:"), "{told}");
    }
}
