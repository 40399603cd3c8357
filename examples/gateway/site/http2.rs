//! HTTP/2 to the site, with prior knowledge (RFC 9113, section 3.3).
//!
//! Many requests share a connection, so that no visitor may be in the way of another: each stream has a
//! small window of its own, the connection has room for all of them, and where a connection is full
//! there is another.

use std::{
    future::poll_fn,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    },
    task::Poll,
    time::{Duration, Instant},
};

use hyper::{
    Request, Response, Version,
    client::conn::http2::{self, SendRequest},
    http::uri::Authority,
};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::{net::TcpStream, time};

use super::{BUFFER, CONNECT, Silence, again};
use crate::{
    body::{Download, Whole},
    upload::Upload,
};

/// How many streams a connection carries at most; common servers allow as many.
const STREAMS: usize = 100;
const WINDOW: u32 = BUFFER as u32;

/// How often a request is sent at most, where the site did not take it up.
const ATTEMPTS: usize = 3;

#[derive(Debug)]
pub(crate) struct Http2 {
    address: String,
    connections: Mutex<Vec<Connection>>,
    /// Held by who connects; when the latest attempt failed, and why.
    connecting: tokio::sync::Mutex<Option<(Instant, Silence)>>,
}

#[derive(Debug)]
struct Connection {
    sender: SendRequest<Upload>,
    load: Arc<Load>,
}

#[derive(Debug)]
struct Load {
    streams: AtomicUsize,
    limit: AtomicUsize,
    /// What is under way may end, and nothing begins.
    is_retired: AtomicBool,
}

/// A place on a connection.
#[derive(Debug)]
pub(crate) struct Stream(Arc<Load>);

impl Stream {
    fn retire(&self) {
        self.0.is_retired.store(true, Relaxed);
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.0.streams.fetch_sub(1, Relaxed);
    }
}

impl Http2 {
    pub(crate) fn new(upstream: &Authority) -> Self {
        let address = format!("{}:{}", upstream.host(), upstream.port_u16().unwrap_or(80));
        Self { address, connections: Mutex::default(), connecting: tokio::sync::Mutex::default() }
    }

    /// Asks the site, again where it did not take the request up, or where that changes nothing.
    pub(crate) async fn ask(
        &self,
        mut request: Request<Upload>,
        late: impl Future<Output = ()>,
    ) -> Result<Response<Download>, Silence> {
        let mut late = std::pin::pin!(late);
        let mut attempts_left = ATTEMPTS;
        loop {
            attempts_left -= 1;
            let (mut sender, stream) = tokio::select! {
                connected = self.connection() => connected?,
                () = &mut late => return Err(Silence::Late),
            };
            let again = again(&request);
            let answered = tokio::select! {
                answered = sender.try_send_request(request) => answered,
                () = &mut late => {
                    // It may be dead, which nobody would learn for long.
                    stream.retire();
                    return Err(Silence::Late);
                }
            };
            let mut error = match answered {
                Ok(response) => {
                    let whole = |body| Whole::new(body, Version::HTTP_2);
                    return Ok(response.map(|body| Download::new(whole(body), Some(stream))));
                }
                Err(error) => error,
            };
            let unsent = error.take_message();
            let error = error.into_error();
            let cause = Cause::of(&error);
            if matches!(cause, Cause::Connection) {
                stream.retire();
            }
            let again = again.filter(|again| match cause {
                Cause::Refused => true,
                // Whether it has been done already, nobody knows.
                Cause::Connection => again.method().is_safe(),
                Cause::Stream => false,
            });
            match unsent.or(again).filter(|_| attempts_left > 0) {
                Some(again) => request = again,
                None => return Err(Silence::Broken(crate::with_sources(&error))),
            }
        }
    }

    async fn connection(&self) -> Result<(SendRequest<Upload>, Stream), Silence> {
        if let Some(free) = self.free() {
            return Ok(free);
        }
        let since = Instant::now();
        let mut failed = self.connecting.lock().await;
        if let Some(free) = self.free() {
            return Ok(free);
        }
        // One attempt is for all who waited for it.
        if let Some((_, why)) = failed.as_ref().filter(|(when, _)| *when > since) {
            return Err(why.clone());
        }
        match connect(&self.address).await {
            Ok(connection) => {
                let taken = connection.take();
                self.lock().push(connection);
                Ok(taken)
            }
            Err(why) => {
                *failed = Some((Instant::now(), why.clone()));
                Err(why)
            }
        }
    }

    /// A place on a connection that has one. Connections beyond the first go once they are idle.
    fn free(&self) -> Option<(SendRequest<Upload>, Stream)> {
        let mut connections = self.lock();
        let mut is_first = true;
        connections.retain(|Connection { sender, load }| {
            let is_open = !sender.is_closed() && !load.is_retired.load(Relaxed);
            let stays = is_open && (is_first || load.streams.load(Relaxed) > 0);
            is_first &= !stays;
            stays
        });
        let free = |load: &Load| load.streams.load(Relaxed) < load.limit.load(Relaxed);
        connections.iter().find(|connection| free(&connection.load)).map(Connection::take)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Connection {
    fn take(&self) -> (SendRequest<Upload>, Stream) {
        self.load.streams.fetch_add(1, Relaxed);
        (self.sender.clone(), Stream(self.load.clone()))
    }
}

async fn connect(address: &str) -> Result<Connection, Silence> {
    let stream = time::timeout(CONNECT, TcpStream::connect(address)).await;
    let stream = stream.map_err(|_| Silence::Unreachable("connecting takes too long".to_owned()))?;
    let stream = stream.map_err(|error| Silence::Unreachable(error.to_string()))?;
    let _ = stream.set_nodelay(true);
    let builder = http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .initial_stream_window_size(WINDOW)
        .initial_connection_window_size(WINDOW * STREAMS as u32)
        .initial_max_send_streams(0)
        .max_header_list_size(WINDOW)
        .max_send_buf_size(BUFFER)
        .clone();
    let begun = async {
        let (sender, mut connection) = builder.handshake(TokioIo::new(stream)).await?;
        // How many streams it takes, the site says in its first frame.
        while connection.current_max_send_streams() == 0 {
            if let Poll::Ready(ended) = poll_fn(|cx| Poll::Ready(Pin::new(&mut connection).poll(cx))).await {
                ended?;
                break;
            }
            time::sleep(Duration::from_millis(1)).await;
        }
        Ok::<_, hyper::Error>((sender, connection))
    };
    let not_http2 = |why: &str| Silence::Broken(format!("no HTTP/2 with prior knowledge: {why}"));
    let begun = time::timeout(CONNECT, begun).await.map_err(|_| not_http2("it says nothing"))?;
    let (sender, mut connection) = begun.map_err(|error| not_http2(&crate::with_sources(&error)))?;
    let limit = |told: usize| told.clamp(1, STREAMS);
    let load = Arc::new(Load {
        streams: AtomicUsize::new(0),
        limit: AtomicUsize::new(limit(connection.current_max_send_streams())),
        is_retired: AtomicBool::new(false),
    });
    let told = load.clone();
    tokio::spawn(async move {
        let ended = poll_fn(|cx| {
            let ended = Pin::new(&mut connection).poll(cx);
            // It may have said so anew.
            told.limit.store(limit(connection.current_max_send_streams()), Relaxed);
            ended
        });
        if let Err(error) = ended.await {
            tracing::debug!("a connection to the site ended: {}", crate::with_sources(&error));
        }
    });
    Ok(Connection { sender, load })
}

/// How far an error reaches.
#[derive(Clone, Copy, Debug)]
enum Cause {
    /// The site says that it has not looked at the request (RFC 9113, section 8.7).
    Refused,
    Stream,
    Connection,
}

impl Cause {
    fn of(error: &hyper::Error) -> Self {
        let sources = std::iter::successors(std::error::Error::source(error), |error| error.source());
        let error = sources.into_iter().find_map(|error| error.downcast_ref::<h2::Error>());
        match error {
            Some(error) if error.is_reset() && error.reason() == Some(h2::Reason::REFUSED_STREAM) => {
                Self::Refused
            }
            Some(error) if error.is_reset() => Self::Stream,
            _ => Self::Connection,
        }
    }
}
