//! Which host is asked for, by whom, and on which way.

use axum::http::{Request, StatusCode, header};
use tokio::net::TcpListener;

use crate::{
    program::Gateway,
    site::{EACH_WAY, POLICY, start, start_with},
};

#[tokio::test]
async fn the_site_sees_the_public_host_and_who_asks() {
    for (arguments, [line, host]) in EACH_WAY.into_iter().zip([
        ["GET /head?a=%2F&b HTTP/1.1", "host: news.example:8080"],
        // The host is in the target (RFC 9113, section 8.3.1), and nowhere else.
        ["GET http://news.example:8080/head?a=%2F&b HTTP/2.0", ""],
    ]) {
        let gateway = start_with(arguments).await.gateway;
        let request = Request::get(gateway.url("/head?a=%2F&b")).header(header::HOST, "news.example:8080");
        let told = gateway.send(request, "").await.text;
        assert!(told.starts_with(line), "{told}");
        assert_eq!(told.contains("\nhost: "), !host.is_empty(), "{told}");
        for line in [
            host,
            "x-forwarded-for: 127.0.0.1",
            "x-forwarded-proto: http",
            "x-forwarded-host: news.example:8080",
            "via: 1.1 consent-gateway",
        ] {
            assert!(told.contains(&format!("\n{line}")), "{line} is not in {told}");
        }
    }
}

#[tokio::test]
async fn what_proxies_in_front_have_said_is_kept() {
    let gateway = start().await.gateway;
    let request = Request::get(gateway.url("/head"))
        .header("x-forwarded-for", "192.0.2.1")
        .header("x-forwarded-for", "192.0.2.2")
        .header("x-forwarded-proto", "https")
        .header("x-forwarded-host", "news.example")
        .header("via", "2 front");
    let told = gateway.send(request, "").await.text;
    for line in [
        "x-forwarded-for: 192.0.2.1, 192.0.2.2, 127.0.0.1",
        "x-forwarded-proto: https",
        "x-forwarded-host: news.example",
        "via: 2 front\nvia: 1.1 consent-gateway",
    ] {
        assert!(told.contains(&format!("\n{line}\n")), "{line} is not in {told}");
    }
}

#[tokio::test]
async fn a_request_that_does_not_name_one_host_is_refused() {
    let gateway = start().await.gateway;
    for hosts in [
        "Host: a.example\r\nHost: b.example\r\n",
        "",
        "Host:\r\n",
        "Host: a b\r\n",
        "Host: a/b\r\n",
        "Host: u@a\r\n",
    ] {
        let answer = gateway.raw(&format!("GET /head HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n")).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{hosts:?}: {answer}");
    }
    // HTTP/1.0 knows no host.
    let answer = gateway.raw("GET /head HTTP/1.0\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.0 200 ") && answer.contains("\nvia: 1.0 consent-gateway"), "{answer}");
}

#[tokio::test]
async fn a_target_with_a_host_counts_for_more_than_the_header() {
    let gateway = start().await.gateway;
    let told = gateway
        .raw("GET http://user:word@a.example/head HTTP/1.1\r\nHost: b.example\r\nConnection: close\r\n\r\n")
        .await;
    assert!(told.contains("GET /head HTTP/1.1\n") && told.contains("\nhost: a.example\n"), "{told}");
}

#[tokio::test]
async fn a_question_about_the_whole_server_keeps_its_target() {
    for (arguments, line) in
        EACH_WAY.into_iter().zip(["OPTIONS * HTTP/1.1", "OPTIONS http://a.example* HTTP/2.0"])
    {
        let gateway = start_with(arguments).await.gateway;
        let told = gateway.raw("OPTIONS * HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n").await;
        assert!(told.contains(&format!("\r\n\r\n{line}")), "{told}");
    }
}

#[tokio::test]
async fn a_tunnel_to_anywhere_is_refused() {
    let gateway = start().await.gateway;
    let answer = gateway
        .raw("CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\nConnection: close\r\n\r\n")
        .await;
    assert!(answer.starts_with("HTTP/1.1 501 "), "{answer}");
}

#[tokio::test]
async fn a_gateway_in_front_of_itself_goes_round_a_few_times_only() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    let circle = Gateway::start(POLICY, &format!("http://{address}"), &[]);
    let _back = Gateway::start_at(&address, POLICY, &format!("http://{}", circle.address), &[]);
    assert_eq!(circle.get("/", "").await.status, StatusCode::LOOP_DETECTED);
}
