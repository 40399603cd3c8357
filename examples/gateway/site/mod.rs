//! The way to the site.

mod http2;

use std::{fmt, time::Duration};

use hyper::{Request, Response, Version, http::uri::Authority};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};

use self::http2::Http2;
pub(crate) use self::http2::Stream;
use crate::{
    body::{Download, Whole},
    upload::{Progress, Upload},
};

/// How long to try to connect, and to keep a connection that is idle. The latter is less than what
/// common servers wait before they hang up, so that few requests meet a closing door.
const CONNECT: Duration = Duration::from_secs(5);
const IDLE: Duration = Duration::from_secs(2);

/// How much is read ahead, of heads and of bodies that the visitor is slow to take.
const BUFFER: usize = 64 * 1024;

/// Why the site gave no answer.
#[derive(Clone, Debug)]
pub(crate) enum Silence {
    Unreachable(String),
    Broken(String),
    Late,
}

impl fmt::Display for Silence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(why) => write!(f, "it cannot be reached: {why}"),
            Self::Broken(why) => write!(f, "it broke off, or what it says is not HTTP: {why}"),
            Self::Late => f.write_str("it takes too long"),
        }
    }
}

#[derive(Debug)]
pub(crate) struct Site {
    http1: Client<HttpConnector, Upload>,
    http2: Option<Http2>,
    upstream: Authority,
    timeout: Duration,
}

impl Site {
    pub(crate) fn new(upstream: Authority, is_http2: bool, timeout: Duration) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(CONNECT));
        let http1 = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .http1_max_buf_size(BUFFER)
            .build(connector);
        let http2 = is_http2.then(|| Http2::new(&upstream));
        Self { http1, http2, upstream, timeout }
    }

    pub(crate) fn upstream(&self) -> &Authority {
        &self.upstream
    }

    pub(crate) fn speaks_http2(&self) -> bool {
        self.http2.is_some()
    }

    /// Asks the site. `progress` is that of the request's body.
    pub(crate) async fn ask(
        &self,
        request: Request<Upload>,
        progress: &Progress,
    ) -> Result<Response<Download>, Silence> {
        let late = progress.has_rested(self.timeout);
        match &self.http2 {
            Some(http2) if request.version() == Version::HTTP_2 => http2.ask(request, late).await,
            _ => tokio::select! {
                answered = self.ask_http1(request) => answered,
                () = late => Err(Silence::Late),
            },
        }
    }

    /// Asks a second time where the site hung up on a connection that had been idle, and asking twice
    /// changes nothing (RFC 9110, section 9.2.2).
    async fn ask_http1(&self, request: Request<Upload>) -> Result<Response<Download>, Silence> {
        let again = again(&request).filter(|request| request.method().is_safe());
        let answered = match (self.http1.request(request).await, again) {
            (Err(error), Some(again)) if !error.is_connect() => self.http1.request(again).await,
            (answered, _) => answered,
        };
        match answered {
            Ok(response) => Ok(response.map(|body| Download::new(Whole::new(body, Version::HTTP_11), None))),
            Err(error) if error.is_connect() => Err(Silence::Unreachable(crate::with_sources(&error))),
            Err(error) => Err(Silence::Broken(crate::with_sources(&error))),
        }
    }
}

/// The same request, if its body is none.
fn again(request: &Request<Upload>) -> Option<Request<Upload>> {
    let mut again = Request::new(request.body().again()?);
    *again.method_mut() = request.method().clone();
    *again.uri_mut() = request.uri().clone();
    *again.version_mut() = request.version();
    *again.headers_mut() = request.headers().clone();
    Some(again)
}
