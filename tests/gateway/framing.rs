//! Requests that one side might read otherwise than the other (RFC 9112, section 11.2).

use tokio::io::AsyncWriteExt;

use crate::{
    site::{EACH_WAY, start, start_with},
    visitor::read_to_end,
};

const REFUSED: [&str; 12] = [
    "POST /head HTTP/1.1\r\nHost: a.example\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nabcde",
    "POST /head HTTP/1.1\r\nHost: a.example\r\nContent-Length: 3, 5\r\n\r\nabcde",
    "POST /head HTTP/1.1\r\nHost: a.example\r\nContent-Length: +3\r\n\r\nabc",
    "POST /head HTTP/1.1\r\nHost: a.example\r\nContent-Length: -1\r\n\r\n",
    "POST /head HTTP/1.1\r\nHost: a.example\r\nContent-Length: 0x3\r\n\r\nabc",
    "POST /head HTTP/1.1\r\nHost: a.example\r\nContent-Length : 3\r\n\r\nabc",
    "POST /head HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: identity\r\n\r\n",
    "POST /head HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "POST /head HTTP/1.0\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "GET /head HTTP/1.1\r\nHost: a.example\r\nX-Folded: a\r\n b\r\n\r\n",
    "GET /head HTTP/1.1\r\nHost: a.example\r\nX-Null: a\0b\r\n\r\n",
    "GET /he ad HTTP/1.1\r\nHost: a.example\r\n\r\n",
];

#[tokio::test]
async fn heads_that_can_be_read_in_two_ways_are_refused_and_the_connection_ends() {
    let gateway = start().await.gateway;
    for request in REFUSED {
        let answer = gateway.raw(request).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{request:?}: {answer}");
        assert!(!answer.contains("POST /head"), "{request:?}: {answer}");
    }
}

#[tokio::test]
async fn transfer_codings_that_nobody_here_decodes_are_refused() {
    let gateway = start().await.gateway;
    for coding in ["gzip, chunked", "chunked\r\nTransfer-Encoding: chunked", "identity, chunked"] {
        let answer = gateway
            .raw(&format!(
                "POST /head HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: {coding}\r\nConnection: close\r\n\r\n0\r\n\r\n"
            ))
            .await;
        assert!(answer.starts_with("HTTP/1.1 501 "), "{coding}: {answer}");
    }
}

#[tokio::test]
async fn a_length_beside_chunks_does_not_count_and_does_not_cross() {
    for arguments in EACH_WAY {
        let gateway = start_with(arguments).await.gateway;
        for head in [
            "Content-Length: 3\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: chunked\r\nContent-Length: 3",
        ] {
            let request =
                format!("POST /head HTTP/1.1\r\nHost: a.example\r\n{head}\r\nConnection: close\r\n\r\n");
            let answer =
                gateway.raw(&format!("{request}5\r\nabcde\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n")).await;
            let told = answer.split_once("\r\n\r\n").unwrap().1;
            assert!(told.starts_with("POST /head") || told.starts_with("POST http:"), "{answer}");
            assert!(!told.contains("content-length") && !told.contains("smuggled"), "{answer}");
        }
    }
}

#[tokio::test]
async fn the_same_length_twice_crosses_once() {
    let gateway = start().await.gateway;
    let answer = gateway
        .raw(
            "POST /head HTTP/1.1\r\nHost: a.example\r\nContent-Length: 3\r\nContent-Length: 3\r\n\
             Connection: close\r\n\r\nabc",
        )
        .await;
    let told = answer.split_once("\r\n\r\n").unwrap().1;
    assert_eq!(told.matches("\ncontent-length: 3\n").count(), 1, "{answer}");
}

#[tokio::test]
async fn chunks_that_are_none_are_a_400_page_and_the_connection_ends() {
    for arguments in EACH_WAY {
        let gateway = start_with(arguments).await.gateway;
        for chunks in ["zz\r\nabc\r\n", "-1\r\n", "3;\nabc", "3\r\nabcde\r\n", "ffffffffffffffffff\r\na\r\n"]
        {
            let mut visitor = gateway.connect().await;
            let head = "POST /count HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n";
            visitor.write_all(format!("{head}{chunks}").as_bytes()).await.unwrap();
            let answer = read_to_end(&mut visitor).await;
            assert!(answer.starts_with("HTTP/1.1 400 "), "{chunks:?}: {answer}");
        }
    }
}

#[tokio::test]
async fn heads_too_large_are_refused() {
    let gateway = start().await.gateway;
    let large = "a".repeat(100_000);
    let many = (0..200).map(|n| format!("X-{n}: 1\r\n")).collect::<String>();
    for lines in [format!("X-Large: {large}\r\n"), many] {
        let mut visitor = gateway.connect().await;
        let _ =
            visitor.write_all(format!("GET / HTTP/1.1\r\nHost: a.example\r\n{lines}\r\n").as_bytes()).await;
        let answer = read_to_end(&mut visitor).await;
        assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    }
}
