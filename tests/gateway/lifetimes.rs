//! How long connections live.

use std::{
    io::Read,
    process::Command,
    time::{Duration, Instant},
};

use axum::http::Request;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    task::JoinSet,
    time::{sleep, timeout},
};

use crate::{
    program::Gateway,
    raw_http2,
    site::{EACH_WAY, start_with},
    visitor::{PATIENCE, read_to_end, read_until},
};

#[tokio::test]
async fn who_does_not_finish_a_head_is_hung_up_on() {
    let gateway = start_with(&["--idle-seconds=1"]).await.gateway;
    let mut visits = JoinSet::new();
    for head in [
        "",
        "GET",
        "PRI * HTTP/2.0\r\n",
        "GET / HTTP/1.1\r\nHost: a.example\r\nX-Slow:",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
        let mut visitor = gateway.connect().await;
        visitor.write_all(head.as_bytes()).await.unwrap();
        visits.spawn(async move {
            let begun = Instant::now();
            let mut read = Vec::new();
            let _ = timeout(PATIENCE, visitor.read_to_end(&mut read)).await.expect("hangs up");
            assert!(begun.elapsed() < Duration::from_secs(4), "{head:?}: {:?}", begun.elapsed());
        });
    }
    visits.join_all().await;
}

#[tokio::test]
async fn who_drips_a_head_byte_by_byte_is_hung_up_on() {
    let gateway = start_with(&["--idle-seconds=1"]).await.gateway;
    let mut visitor = gateway.connect().await;
    let begun = Instant::now();
    visitor.write_all(b"GET / HTTP/1.1\r\nHost: a.example\r\nX-Slow: ").await.unwrap();
    while visitor.write_all(b"a").await.is_ok() {
        assert!(begun.elapsed() < Duration::from_secs(5), "still listens");
        sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn connections_without_requests_end_and_those_with_stay() {
    let mut setting = start_with(&["--idle-seconds=1"]).await;
    // Two on one connection: one answer ends, the other goes on.
    let mut visitor = raw_http2::visit(&setting.gateway).await;
    let request = |path: &str| Request::get(setting.gateway.url(path)).body(()).unwrap();
    let (short, _) = visitor.send_request(request("/asset"), true).unwrap();
    let (long, _) = visitor.send_request(request("/events"), true).unwrap();
    let pieces = setting.streams.recv().await.unwrap();
    drop(short.await.unwrap());
    sleep(Duration::from_millis(2500)).await;
    pieces.send(Ok("late")).unwrap();
    let mut body = timeout(PATIENCE, long).await.unwrap().unwrap().into_body();
    assert_eq!(timeout(PATIENCE, body.data()).await.unwrap().unwrap().unwrap(), "late");
    drop(pieces);
    assert!(raw_http2::ends(&mut body).await);
    // Told to go, not cut off.
    let gone = async {
        while visitor.clone().ready().await.is_ok() {
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(Duration::from_secs(4), gone).await.expect("the connection stays");

    let mut visitor = setting.gateway.connect().await;
    visitor.write_all(b"GET /asset HTTP/1.1\r\nHost: a.example\r\n\r\n").await.unwrap();
    read_until(&mut visitor, "asset").await;
    assert_eq!(
        timeout(Duration::from_secs(4), read_to_end(&mut visitor)).await.expect("the connection stays"),
        ""
    );
}

pub(crate) async fn exits_well(gateway: &mut Gateway) {
    let exit = timeout(PATIENCE, async {
        loop {
            match gateway.child.try_wait().unwrap() {
                Some(status) => return status,
                None => sleep(Duration::from_millis(20)).await,
            }
        }
    });
    let status = exit.await.expect("the gateway ends");
    assert!(status.success(), "{status}");
}

pub(crate) fn signal(gateway: &Gateway, signal: &str) {
    let sent = Command::new("kill").args([signal, &gateway.child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

#[cfg(unix)]
#[tokio::test]
async fn an_interrupted_gateway_finishes_what_is_under_way() {
    for (arguments, stop) in EACH_WAY.into_iter().zip(["-INT", "-TERM"]) {
        let mut setting = start_with(arguments).await;
        let mut visitor = setting.gateway.connect().await;
        visitor.write_all(b"GET /events HTTP/1.1\r\nHost: a.example\r\n\r\n").await.unwrap();
        let pieces = setting.streams.recv().await.unwrap();
        read_until(&mut visitor, "\r\n\r\n").await;
        let mut idle = setting.gateway.connect().await;
        let mut http2 = raw_http2::visit(&setting.gateway).await;
        let request = Request::get(setting.gateway.url("/events")).body(()).unwrap();
        let (answer, _) = http2.send_request(request, true).unwrap();
        let http2_pieces = setting.streams.recv().await.unwrap();
        signal(&setting.gateway, stop);
        // Nobody waits for who says nothing.
        assert_eq!(read_to_end(&mut idle).await, "");
        assert!(tokio::net::TcpStream::connect(&setting.gateway.address).await.is_err());
        pieces.send(Ok("last")).unwrap();
        drop(pieces);
        read_until(&mut visitor, "last\r\n0\r\n\r\n").await;
        http2_pieces.send(Ok("last")).unwrap();
        drop(http2_pieces);
        let mut body = timeout(PATIENCE, answer).await.unwrap().unwrap().into_body();
        assert_eq!(body.data().await.unwrap().unwrap(), "last");
        assert!(raw_http2::ends(&mut body).await);
        exits_well(&mut setting.gateway).await;
        let mut rest = String::new();
        setting.gateway.child.stdout.take().unwrap().read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_gateway_interrupted_twice_waits_for_nobody() {
    let mut setting = start_with(&[]).await;
    let mut visitor = setting.gateway.connect().await;
    visitor.write_all(b"GET /events HTTP/1.1\r\nHost: a.example\r\n\r\n").await.unwrap();
    let _pieces = setting.streams.recv().await.unwrap();
    read_until(&mut visitor, "\r\n\r\n").await;
    let begun = Instant::now();
    for _ in 0..2 {
        signal(&setting.gateway, "-INT");
        sleep(Duration::from_millis(300)).await;
    }
    exits_well(&mut setting.gateway).await;
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    assert!(!read_to_end(&mut visitor).await.ends_with("0\r\n\r\n"), "the stream looks whole");
}
