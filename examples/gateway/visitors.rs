//! The connections of visitors.

use std::{convert::Infallible, pin::pin, sync::Arc, time::Duration};

use hyper::{
    Request, Response,
    body::{Body, Incoming},
    service::service_fn,
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{mpsc, watch},
    time,
};
use tower::{Service, ServiceExt};
use tracing::{debug, info, warn};

use crate::{activity, forwarded::Peer, stop::Stop};

/// How long answers that are under way may take once the gateway is told to stop.
const FAREWELL: Duration = Duration::from_secs(10);

/// The most that a head may be, and that waits to be sent on one stream.
const BUFFER: usize = 64 * 1024;

/// How many requests an HTTP/2 connection carries at a time.
const STREAMS: u32 = 128;

/// Serves until told to stop, and a little longer.
pub(crate) async fn serve<S, B>(listener: TcpListener, mut stop: Stop, site: S, idle: Duration)
where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible> + Clone + Send + Sync + 'static,
    S::Future: Send,
    B: Body<Error: Into<crate::Error>, Data: Send> + Send + 'static,
{
    let mut server = auto::Builder::new(TokioExecutor::new());
    server.http1().timer(TokioTimer::new()).header_read_timeout(idle).max_buf_size(BUFFER);
    server
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(BUFFER as u32)
        .initial_stream_window_size(BUFFER as u32)
        .max_send_buf_size(BUFFER);
    let server = Arc::new(server);
    let (closing, is_closing) = watch::channel(());
    let (alive, mut all_gone) = mpsc::channel::<Infallible>(1);

    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.told() => break,
        };
        let (stream, address) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Such as too many open files: some will be closed soon.
                warn!("cannot accept a connection: {error}");
                time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        // What a site streams in small pieces is not to wait for more.
        let _ = stream.set_nodelay(true);
        let visitor = Visitor { peer: Peer(address.ip()), alive: Alive(alive.clone()) };
        tokio::spawn(attend(server.clone(), stream, visitor, site.clone(), idle, is_closing.clone()));
    }

    // Who comes now is to learn at once that nobody listens.
    drop(listener);
    info!("finishing what is under way, for at most {} seconds", FAREWELL.as_secs());
    let _ = closing.send(());
    drop(alive);
    tokio::select! {
        _ = all_gone.recv() => {}
        () = time::sleep(FAREWELL) => warn!("some answers were cut off"),
        () = stop.told() => warn!("told twice to stop: some answers may be cut off"),
    }
}

/// Kept by whatever must be waited for when the gateway stops.
#[derive(Clone, Debug)]
pub(crate) struct Alive(#[allow(dead_code)] mpsc::Sender<Infallible>); // To be dropped, not to be used.

/// What requests are told of their connection.
struct Visitor {
    peer: Peer,
    alive: Alive,
}

/// Serves one connection to its end.
async fn attend<S, B>(
    server: Arc<auto::Builder<TokioExecutor>>,
    stream: TcpStream,
    visitor: Visitor,
    site: S,
    idle: Duration,
    mut is_closing: watch::Receiver<()>,
) where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible> + Clone + Send + Sync + 'static,
    S::Future: Send,
    B: Body<Error: Into<crate::Error>, Data: Send> + Send + 'static,
{
    let (activity, mut latest) = activity::new();
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(visitor.peer);
        request.extensions_mut().insert(visitor.alive.clone());
        let busy = activity.begin();
        let answer = site.clone().oneshot(request);
        async move { answer.await.map(|response| response.map(|body| busy.until_the_end_of(body))) }
    });
    let mut connection = pin!(server.serve_connection_with_upgrades(TokioIo::new(stream), service));
    let mut is_ending = false;
    loop {
        tokio::select! {
            ended = connection.as_mut() => {
                if let Err(error) = ended {
                    debug!("a connection ended: {error}");
                }
                return;
            }
            _ = is_closing.changed(), if !is_ending => {}
            () = latest.has_rested(idle) => {
                if is_ending {
                    // Nobody is there.
                    return;
                }
            }
        }
        is_ending = true;
        connection.as_mut().graceful_shutdown();
    }
}
