use std::{fmt, net::SocketAddr};

use axum::{Router, extract::Request};
use http::Version;
use http_body::Body;
use hyper::service::service_fn;
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use tokio::net::TcpListener;
use tower::{Layer, Service, ServiceExt};
use tower_consent::{ConsentLayer, Policy};

use super::{Answer, Ask, Connection, Gateway, Reply};

/// How a site comes to have the layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Through {
    /// By `Router::layer`: the layer sees what handlers return.
    Router,
    /// Around the whole router: the layer sees what the server would have sent.
    Server,
    /// By a process of its own.
    Gateway,
    /// Not at all.
    Nothing,
}

/// A way to a site, and the protocol that is spoken on it.
#[derive(Clone, Copy)]
pub(crate) struct Way {
    pub(crate) through: Through,
    pub(crate) version: Version,
    pub(crate) address: SocketAddr,
    plain: SocketAddr,
}

impl fmt::Debug for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} over {:?}", self.through, self.version)
    }
}

impl Way {
    pub(crate) fn is_http2(self) -> bool {
        self.version == Version::HTTP_2
    }

    /// The same site without the layer, over the same protocol.
    pub(crate) fn without_layer(self) -> Self {
        Self { through: Through::Nothing, address: self.plain, ..self }
    }

    /// Asks over a connection of its own, and waits for the head.
    pub(crate) async fn begin(self, ask: &Ask) -> Answer {
        Connection::open(self).await.begin(ask).await
    }

    pub(crate) async fn send(self, ask: &Ask) -> Reply {
        self.begin(ask).await.finish().await.0
    }

    pub(crate) async fn get(self, path: &str, headers: &[(&str, &str)]) -> Reply {
        self.send(&Ask::get(path).with_all(headers)).await
    }
}

/// One site in every shape, for as long as this lives.
pub(crate) struct Site {
    ways: Vec<Way>,
    gateway: Option<Gateway>,
}

impl Site {
    /// Starts the site behind the layer and the gateway, with the policy of a file.
    pub(crate) async fn start(policy: &str, router: Router) -> Self {
        let layer = ConsentLayer::new(Policy::from_toml(policy).unwrap());
        let mut site = Self::layered(layer, router).await;
        let plain = site.ways[0].plain;
        let gateway = Gateway::start(plain, policy);
        site.add(Through::Gateway, gateway.address, plain);
        site.gateway = Some(gateway);
        site
    }

    /// Starts the site with what a file cannot say, which no gateway can do.
    pub(crate) async fn layered(layer: ConsentLayer, router: Router) -> Self {
        let plain = serve(router.clone()).await;
        let mut site = Self { ways: Vec::new(), gateway: None };
        site.add(Through::Router, serve(router.clone().layer(layer.clone())).await, plain);
        site.add(Through::Server, serve(layer.layer(router)).await, plain);
        site
    }

    /// Starts a site that has the layer where the test has put it.
    pub(crate) async fn plain(router: Router) -> Self {
        let plain = serve(router).await;
        let mut site = Self { ways: Vec::new(), gateway: None };
        site.add(Through::Nothing, plain, plain);
        site
    }

    fn add(&mut self, through: Through, address: SocketAddr, plain: SocketAddr) {
        let versions = [Version::HTTP_11, Version::HTTP_2];
        self.ways.extend(versions.map(|version| Way { through, version, address, plain }));
    }

    pub(crate) fn gateway(&self) -> &Gateway {
        self.gateway.as_ref().expect("a site with a gateway")
    }

    /// Runs a test through every way, one after the other, and names the one that fails.
    pub(crate) async fn every_way(&self, test: impl AsyncFn(Way)) {
        for way in &self.ways {
            let named = Named(*way);
            test(*way).await;
            drop(named);
        }
    }
}

/// Says through which way a test was on when it failed.
struct Named(Way);

impl Drop for Named {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("through {:?}:", self.0);
        }
    }
}

/// A test through the layer in both places, and through the gateway.
pub(crate) async fn everywhere(policy: &str, router: Router, test: impl AsyncFn(Way)) {
    Site::start(policy, router).await.every_way(test).await;
}

/// A test of what only a program can say to the layer.
pub(crate) async fn in_process(layer: ConsentLayer, router: Router, test: impl AsyncFn(Way)) {
    Site::layered(layer, router).await.every_way(test).await;
}

/// Serves until the test ends.
async fn serve<S, B>(service: S) -> SocketAddr
where
    S: Service<Request, Response = http::Response<B>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    B: Body<Data = bytes::Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            stream.set_nodelay(true).unwrap();
            let service = service.clone();
            let service = service_fn(move |request: http::Request<hyper::body::Incoming>| {
                service.clone().oneshot(request.map(axum::body::Body::new))
            });
            tokio::spawn(async move {
                let server = auto::Builder::new(TokioExecutor::new());
                // A visitor who leaves is an error to the server, and none here.
                let _ = server.serve_connection_with_upgrades(TokioIo::new(stream), service).await;
            });
        }
    });
    address
}
