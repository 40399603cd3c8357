//! WebSockets, by an implementation that checks each byte of theirs.

use axum::http::StatusCode;
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    accept_hdr_async, client_async,
    tungstenite::{
        Error, Message,
        client::IntoClientRequest,
        handshake::server::{ErrorResponse, Request, Response},
        http::HeaderValue,
        protocol::CloseFrame,
    },
};

use crate::{
    lifetimes::{exits_well, signal},
    site::{EACH_WAY, start_raw},
};

/// Echoes, in the protocol `chat`, with what it was told of the visitor first.
async fn chat(stream: TcpStream) {
    let mut consent = String::new();
    // The library's own type, whatever its size.
    #[allow(clippy::result_large_err)]
    let handshake = |request: &Request, mut response: Response| -> Result<Response, ErrorResponse> {
        consent = request.headers()["consent"].to_str().unwrap().to_owned();
        if request.headers().contains_key("sec-websocket-protocol") {
            response.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static("chat"));
        }
        Ok(response)
    };
    let Ok(mut socket) = accept_hdr_async(stream, handshake).await else { return };
    socket.send(Message::text(consent)).await.unwrap();
    while let Some(Ok(message)) = socket.next().await {
        if message.is_text() || message.is_binary() {
            socket.send(message).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_websocket_opens_carries_frames_and_closes() {
    for arguments in EACH_WAY {
        let gateway = start_raw(arguments, chat).await;
        let mut request = format!("ws://{}/chat", gateway.address).into_client_request().unwrap();
        request.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static("chat"));
        let (mut socket, response) = client_async(request, gateway.connect().await).await.unwrap();
        assert_eq!(response.headers()["sec-websocket-protocol"], "chat");
        let told = socket.next().await.unwrap().unwrap();
        assert_eq!(told.to_text().unwrap(), "necessary, analytics=?0;undecided, marketing=?0;undecided");
        for message in [Message::text("héllo"), Message::binary(vec![7; 1 << 20]), Message::text("")] {
            socket.send(message.clone()).await.unwrap();
            assert_eq!(socket.next().await.unwrap().unwrap(), message);
        }
        socket.send(Message::Ping("p".into())).await.unwrap();
        assert_eq!(socket.next().await.unwrap().unwrap(), Message::Pong("p".into()));
        let close = CloseFrame { code: 4001.into(), reason: "bye".into() };
        socket.close(Some(close.clone())).await.unwrap();
        assert_eq!(socket.next().await.unwrap().unwrap(), Message::Close(Some(close)));
        assert!(socket.next().await.is_none());
    }
}

#[tokio::test]
async fn a_site_that_speaks_http2_alone_has_no_websockets() {
    let gateway = start_raw(&["--upstream-http2"], async |stream: TcpStream| {
        let Ok(mut connection) = h2::server::handshake(stream).await else { return };
        let _: Option<Result<(_, h2::server::SendResponse<bytes::Bytes>), _>> = connection.accept().await;
    })
    .await;
    let request = format!("ws://{}/chat", gateway.address);
    match client_async(request, gateway.connect().await).await {
        Err(Error::Http(response)) => assert_eq!(response.status(), StatusCode::BAD_GATEWAY),
        other => panic!("{other:?}"),
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_websocket_may_come_to_its_end_when_the_gateway_stops() {
    let mut gateway = start_raw(&[], chat).await;
    let request = format!("ws://{}/chat", gateway.address).into_client_request().unwrap();
    let (mut socket, _) = client_async(request, gateway.connect().await).await.unwrap();
    socket.next().await.unwrap().unwrap();
    signal(&gateway, "-INT");
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    socket.send(Message::text("still")).await.unwrap();
    assert_eq!(socket.next().await.unwrap().unwrap(), Message::text("still"));
    socket.close(None).await.unwrap();
    while socket.next().await.is_some() {}
    exits_well(&mut gateway).await;
}
