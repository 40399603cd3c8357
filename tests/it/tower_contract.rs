//! Section L: what a layer owes to the services around it. Elsewhere are L1 and L3 in `router_shapes`,
//! L2 in `pages`, L5 in `policy_findings`, L6 in `layer_order` and `compression`, L7 in the tests named
//! `events`.

use std::{
    convert::Infallible,
    future::{Ready, pending, ready},
    marker::PhantomPinned,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
    time::{Duration, SystemTime},
};

use axum::body::Body;
use bytes::Buf;
use http::{Request, Response, StatusCode};
use http_body::Frame;
use http_body_util::{BodyExt, Empty};
use tokio::time::timeout;
use tower::{
    Service, ServiceBuilder, ServiceExt, buffer::Buffer, limit::ConcurrencyLimitLayer,
    load_shed::LoadShedLayer, service_fn,
};
use tower_consent::{BodyError, ConsentLayer};
use tower_layer::Layer;

use crate::support::{FORM, PAGE, app_with, declared, get, html, policy, request, with};

fn layer() -> ConsentLayer {
    ConsentLayer::new(policy())
}

fn page() -> Request<Body> {
    request("GET", "/", "", &[])
}

fn decision() -> Request<Body> {
    request("POST", "/cookie-consent", "choice=reject", &[("content-type", FORM)])
}

/// Fails where it is called without having been ready, as a clone has not been.
#[derive(Debug, Default)]
struct Strict {
    is_ready: bool,
}

impl Clone for Strict {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Service<Request<Body>> for Strict {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Ready<Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.is_ready = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<Body>) -> Self::Future {
        assert!(std::mem::take(&mut self.is_ready), "called without having been ready");
        ready(Ok(html(PAGE)))
    }
}

// L1
#[tokio::test]
async fn the_service_that_was_ready_is_the_one_that_is_called() {
    let mut service = layer().layer(Strict::default());
    for ask in [page, decision, decision, page, page] {
        let response = service.ready().await.unwrap().call(ask()).await.unwrap();
        assert!(response.status().is_success() || response.status() == StatusCode::SEE_OTHER);
    }
}

// L1
#[tokio::test]
async fn a_service_that_is_never_ready_holds_pages_back_and_is_not_called() {
    #[derive(Clone)]
    struct Never;
    impl Service<Request<Body>> for Never {
        type Response = Response<Body>;
        type Error = Infallible;
        type Future = Ready<Result<Response<Body>, Infallible>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            Poll::Pending
        }

        fn call(&mut self, _: Request<Body>) -> Self::Future {
            panic!("called although not ready")
        }
    }
    let mut service = layer().layer(Never);
    assert!(timeout(Duration::from_millis(50), service.ready()).await.is_err());
}

// L1
#[tokio::test]
async fn visitors_who_decide_take_no_place_from_those_who_read() {
    let inner = service_fn(|_: Request<Body>| async { Ok::<_, Infallible>(html(PAGE)) });
    let service = ServiceBuilder::new().layer(layer()).layer(ConcurrencyLimitLayer::new(1)).service(inner);
    let walk = async {
        // Neither services that are kept nor answers that nobody has read may hold the place.
        let (mut kept, mut unread) = (Vec::new(), Vec::new());
        for _ in 0..5 {
            for ask in [decision(), request("GET", "/cookie-consent", "", &[]), page()] {
                let mut service = service.clone();
                unread.push(service.ready().await.unwrap().call(ask).await.unwrap());
                kept.push(service);
            }
        }
        assert_eq!(unread[0].status(), StatusCode::SEE_OTHER);
        unread.len()
    };
    assert_eq!(timeout(Duration::from_secs(5), walk).await.expect("somebody waits for ever"), 15);
}

// L1
#[tokio::test]
async fn the_layer_works_around_a_buffer_and_inside_one() {
    let inner = || service_fn(|_: Request<Body>| async { Ok::<_, Infallible>(html(PAGE)) });
    let around = layer().layer(Buffer::new(inner(), 2));
    let within = Buffer::new(layer().layer(inner()), 2);
    for ask in [page, decision, page] {
        let outer = around.clone().oneshot(ask()).await.unwrap();
        let other = within.clone().oneshot(ask()).await.unwrap();
        assert_eq!(outer.status(), other.status());
    }
}

// L1, L2
#[tokio::test]
async fn what_an_overloaded_app_sheds_comes_out_as_it_is_and_decisions_are_still_taken() {
    let inner = service_fn(|_: Request<Body>| async {
        pending::<()>().await;
        Ok::<_, Infallible>(html(PAGE))
    });
    let service = ServiceBuilder::new()
        .layer(layer())
        .layer(LoadShedLayer::new())
        .layer(ConcurrencyLimitLayer::new(1))
        .service(inner);
    let mut busy = service.clone();
    let first = busy.ready().await.unwrap().call(page());
    let error = service.clone().oneshot(page()).await.err().unwrap();
    assert!(error.is::<tower::load_shed::error::Overloaded>(), "{error}");
    let answer = service.clone().oneshot(decision()).await.unwrap();
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    drop(first);
}

/// A body of its own kind: no `Bytes`, no `Unpin`, and an error that is no `Error`.
#[derive(Debug)]
struct OwnBody {
    left: Mutex<Left>,
    _pin: PhantomPinned,
}

#[derive(Debug)]
struct Left {
    /// The next one last.
    pieces: Vec<&'static [u8]>,
    then: Option<OwnError>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct OwnError(u8);

fn own(pieces: &[&'static [u8]], then: Option<OwnError>) -> OwnBody {
    let pieces = pieces.iter().rev().copied().collect();
    OwnBody { left: Mutex::new(Left { pieces, then }), _pin: PhantomPinned }
}

impl http_body::Body for OwnBody {
    type Data = bytes::buf::Chain<&'static [u8], &'static [u8]>;
    type Error = OwnError;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, OwnError>>> {
        let left = &mut *self.left.lock().unwrap();
        Poll::Ready(match left.pieces.pop() {
            Some(piece) => Some(Ok(Frame::data(piece[..1].chain(&piece[1..])))),
            None => left.then.take().map(Err),
        })
    }
}

// L3
#[tokio::test]
async fn any_body_with_any_error_goes_through() {
    let serve = |then: Option<OwnError>| {
        service_fn(move |_: Request<Empty<&'static [u8]>>| {
            let mut response = Response::new(own(&[b"<!DOCTYPE html><bo", b"dy><p>y"], then));
            response.headers_mut().insert("content-type", http::HeaderValue::from_static("text/html"));
            ready(Ok::<_, OwnError>(response))
        })
    };
    let ask = || Request::new(Empty::<&'static [u8]>::new());
    let whole = layer().layer(serve(None)).oneshot(ask()).await.unwrap().into_body();
    let whole = Box::pin(whole).collect().await.unwrap().to_bytes();
    assert!(String::from_utf8_lossy(&whole).contains("<body><section id=\"cookie-consent\""));
    assert!(whole.ends_with(b"<p>y"));

    let broken = layer().layer(serve(Some(OwnError(7)))).oneshot(ask()).await.unwrap().into_body();
    let error = Box::pin(broken).collect().await.err().unwrap();
    assert!(matches!(error, BodyError::App(OwnError(7))), "{error:?}");
}

// L4
#[tokio::test]
async fn closures_may_own_what_they_need() {
    let (excluded, spared, now) = ("/raw".to_owned(), Arc::new("bot".to_owned()), vec![SystemTime::now()]);
    let told = Arc::new(Mutex::new(Vec::<String>::new()));
    let tell = told.clone();
    let layer = ConsentLayer::new(declared().build().unwrap())
        .exclude_when(move |parts| parts.uri.path() == excluded)
        .banner_when(move |parts| {
            parts.headers.get("user-agent").is_none_or(|agent| agent != spared.as_str())
        })
        .on_decision(move |record| tell.lock().unwrap().push(format!("{:?}", record.denied())))
        .clock(move || now[0]);
    let app = app_with(layer.clone(), |_| with(PAGE, &[("content-type", "text/html")]));
    assert!(get(&app, "/", &[]).await.has_banner());
    assert!(!get(&app, "/raw", &[]).await.has_banner());
    assert!(!get(&app, "/", &[("user-agent", "bot")]).await.has_banner());
    assert_eq!(app.oneshot(decision()).await.unwrap().status(), StatusCode::SEE_OTHER);
    assert_eq!(told.lock().unwrap().len(), 1);
}

// L4
#[test]
fn the_layer_and_its_services_can_be_sent_and_shared() {
    fn assert_shared<T: Clone + Send + Sync + 'static>(_: &T) {}
    let layer = layer();
    assert_shared(&layer);
    assert_shared(&layer.endpoint());
    assert_shared(&layer.layer(Strict::default()));
}
