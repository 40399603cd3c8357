//! HTTP/2 frame by frame, for visitors and sites that do what a client library would not.

use bytes::Bytes;
use h2::{RecvStream, client::SendRequest, server};
use tokio::{net::TcpStream, time::timeout};

use crate::{program::Gateway, visitor::PATIENCE};

/// A visitor on a connection of its own.
pub(crate) async fn visit(gateway: &Gateway) -> SendRequest<Bytes> {
    let (sender, connection) = h2::client::handshake(gateway.connect().await).await.unwrap();
    tokio::spawn(connection);
    sender.ready().await.unwrap()
}

/// The site's end of a connection.
pub(crate) async fn accept(stream: TcpStream) -> server::Connection<TcpStream, Bytes> {
    server::handshake(stream).await.unwrap()
}

/// Whether the body ends well without more.
pub(crate) async fn ends(body: &mut RecvStream) -> bool {
    while let Some(piece) = timeout(PATIENCE, body.data()).await.expect("the body ends") {
        if !piece.is_ok_and(|piece| piece.is_empty()) {
            return false;
        }
    }
    true
}
