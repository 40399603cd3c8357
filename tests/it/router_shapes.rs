//! Where in a router the layer can stand, and what each place needs.

use axum::{Router, response::Html, routing::get as route};
use tower::ServiceBuilder;
use tower_consent::{ConsentLayer, PolicyBuilder};

use crate::support::{Browser, PAGE, declared, dom::Element, get};

fn layer() -> ConsentLayer {
    layer_of(declared())
}

fn layer_of(builder: PolicyBuilder) -> ConsentLayer {
    ConsentLayer::new(builder.build().unwrap())
}

fn home() -> axum::routing::MethodRouter {
    route(|| async { Html(PAGE) })
}

/// The endpoint as routes, for shapes in which the layer does not see unmatched paths.
fn with_endpoint(router: Router, layer: &ConsentLayer) -> Router {
    router
        .route_service("/cookie-consent", layer.endpoint())
        .route_service("/cookie-consent/{*rest}", layer.endpoint())
}

/// A visitor who sees the banner, reads more, and decides by either page.
async fn assert_works(app: &Router, path: &str) {
    for choice in ["accept", "reject"] {
        let mut browser = Browser::new(app);
        let page = browser.visit(path).await;
        assert!(page.has_banner(), "{path}");
        let (reply, next) = browser.press(&page, choice).await;
        assert_eq!(reply.header("location"), path);
        assert_eq!(next.status, 200);
        assert!(!next.has_banner(), "{path} {choice}");
        let control = next.dom().by_id("cookie-consent-settings").expect("the way back");
        assert_settings(&mut browser, &control, path).await;
    }
    let mut browser = Browser::new(app);
    let page = browser.visit(path).await;
    let more = &page.dom().banner().by_name("a")[0];
    assert_settings(&mut browser, more, path).await;
}

async fn assert_settings(browser: &mut Browser, link: &Element, path: &str) {
    let settings = browser.visit(&link.attr("href").unwrap()).await;
    assert_eq!(settings.status, 200);
    let back = settings.dom().by_name("a")[0].attr("href").unwrap();
    assert_eq!(back, path);
    let (reply, next) = browser.press_with(&settings, "save", Some(&["analytics"])).await;
    assert_eq!(reply.header("location"), path);
    assert!(!next.has_banner());
}

// E16
#[tokio::test]
async fn on_the_outermost_router_nothing_more_is_needed() {
    let app =
        Router::new().route("/", home()).nest("/deep", Router::new().route("/x", home())).layer(layer());
    assert_works(&app, "/").await;
    assert_works(&app, "/deep/x").await;
}

// E16, F13
#[tokio::test]
async fn on_the_outermost_router_the_fallback_carries_the_banner() {
    let app = Router::new().route("/", home()).fallback(|| async { Html(PAGE) }).layer(layer());
    assert_works(&app, "/no/such/page").await;
}

// E16
#[tokio::test]
async fn a_route_layer_needs_the_endpoint_as_routes() {
    let layer = layer();
    let app = with_endpoint(Router::new().route("/", home()), &layer).route_layer(layer);
    assert_works(&app, "/").await;
    assert_eq!(get(&app, "/nothing", &[]).await.status, 404);
}

// E16
#[tokio::test]
async fn the_endpoint_works_as_routes_outside_the_layer() {
    let layer = layer();
    let app = with_endpoint(Router::new().route("/", home()).route_layer(layer.clone()), &layer);
    assert_works(&app, "/").await;
}

// E16
#[tokio::test]
async fn a_layered_router_can_be_merged_with_another() {
    let layer = layer();
    let ours = with_endpoint(Router::new().route("/", home()), &layer).layer(layer);
    let other = Router::new().route("/plain", home());
    for app in [ours.clone().merge(other.clone()), other.merge(ours)] {
        assert_works(&app, "/").await;
        assert!(!get(&app, "/plain", &[]).await.has_banner());
    }
}

// E16
#[tokio::test]
async fn a_nested_router_needs_mount_and_the_endpoint_as_routes() {
    let layer = layer_of(declared().mount("/app"));
    let inner = with_endpoint(Router::new().route("/", home()).route("/x", home()), &layer).layer(layer);
    let app = Router::new().route("/", route(|| async { "outside" })).nest("/app", inner);
    assert_works(&app, "/app/x").await;
}

// E16
#[tokio::test]
async fn a_layered_app_can_be_nested_as_a_service() {
    let inner = Router::new().route("/x", home()).layer(layer_of(declared().mount("/app")));
    let app = Router::new().nest_service("/app", inner);
    assert_works(&app, "/app/x").await;
}

// E16
#[tokio::test]
async fn the_endpoint_alone_can_be_nested_at_the_prefix() {
    let layer = layer();
    let app =
        Router::new().route("/", home()).nest_service("/cookie-consent", layer.endpoint()).route_layer(layer);
    assert_works(&app, "/").await;
    let bare = get(&app, "/cookie-consent/state", &[]).await;
    assert_eq!(bare.json()["decided"], false);
}

// E16
#[tokio::test]
async fn a_fallback_set_after_the_layer_is_outside_and_the_endpoint_needs_routes() {
    let layer = layer();
    let app = with_endpoint(Router::new().route("/", home()), &layer)
        .layer(layer)
        .fallback(|| async { Html(PAGE) });
    assert_works(&app, "/").await;
    assert!(!get(&app, "/nothing", &[]).await.has_banner());
}

#[tokio::test]
async fn with_a_prefix_of_its_own_every_shape_follows() {
    let layer = layer_of(declared().prefix("/legal/cookies").mount("/app"));
    let app = Router::new().nest_service("/app", Router::new().route("/x", home()).layer(layer));
    assert_works(&app, "/app/x").await;
}

#[tokio::test]
async fn the_endpoint_answers_404_for_paths_that_are_not_its_own() {
    let layer = layer();
    let app = with_endpoint(Router::new().route("/", home()), &layer);
    assert_eq!(get(&app, "/cookie-consent/nothing", &[]).await.status, 404);
}

// F17, F20
#[tokio::test]
async fn a_layer_applied_twice_asks_once() {
    let layer = layer();
    let inner = Router::new().route("/", home()).layer(layer.clone());
    let app = Router::new().merge(inner).layer(layer);
    let page = get(&app, "/", &[]).await;
    assert_eq!(
        page.dom().elements().iter().filter(|e| e.attr("id").as_deref() == Some("cookie-consent")).count(),
        1
    );
    assert_works(&app, "/").await;
}

#[tokio::test]
async fn the_layer_fits_into_a_service_builder() {
    let app = Router::new()
        .route("/", home())
        .layer(ServiceBuilder::new().layer(layer()).layer(tower::limit::ConcurrencyLimitLayer::new(4)));
    assert_works(&app, "/").await;
}

// L1
#[tokio::test]
async fn an_answer_of_the_layer_gives_the_readiness_of_the_app_back() {
    use tower::{Service, ServiceExt, service_fn};
    use tower_layer::Layer;
    let inner = service_fn(|_: http::Request<axum::body::Body>| async {
        Ok::<_, std::convert::Infallible>(crate::support::html(PAGE))
    });
    let mut held = layer().layer(tower::limit::ConcurrencyLimit::new(inner, 1));
    let mut other = held.clone();
    let body = "choice=reject";
    let headers = [("content-type", crate::support::FORM)];
    let decision = crate::support::request("POST", "/cookie-consent", body, &headers);
    let answer = held.ready().await.unwrap().call(decision);
    let ready = tokio::time::timeout(std::time::Duration::from_secs(2), other.ready()).await;
    assert!(ready.is_ok(), "the permit is kept by a request that never reaches the app");
    assert_eq!(answer.await.unwrap().status(), 303);
}
