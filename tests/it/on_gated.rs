//! The callback: everything that is withheld or undeclared, by name.

use std::sync::{Arc, Mutex};

use axum::{Router, body::Body};
use tower_consent::{ConsentLayer, Enforcement, Gated, Plane, PolicyBuilder};

use crate::support::{answered, app_with, declared, get, html, with};

type Told = Arc<Mutex<Vec<Gated>>>;

const TRACKED: &str = "<!DOCTYPE html><title>T</title><body><script src=https://www.google-analytics.com/a.js>\
    </script><script>fbq('init');n.src='https://connect.facebook.net/en_US/fbevents.js'</script>\
    <img src=https://img.example.net/x.png><img src=/own.png><a href=https://elsewhere.example>E</a>";

fn watched(policy: PolicyBuilder) -> (Router, Told) {
    let told = Told::default();
    let shared = told.clone();
    let layer = ConsentLayer::new(policy.build().unwrap())
        .on_gated(move |item| shared.lock().unwrap().push(item.clone()));
    let app = app_with(layer, |request| match request.uri().path() {
        "/page" => html(TRACKED),
        "/cookies" => with(
            "x",
            &[
                ("set-cookie", "sid=secret"),
                ("set-cookie", "_ga=secret"),
                ("set-cookie", "_fbp=secret"),
                ("set-cookie", "cart=secret"),
                ("etag", "\"1\""),
            ],
        ),
        "/unknown" => with("x", &[("set-cookie", "cart=secret"), ("cache-control", "max-age=60")]),
        _ => with("x", &[]),
    });
    (app, told)
}

/// Plane, name, whether it is undeclared and whether it was withheld, in order.
fn names(told: &Told) -> Vec<(Plane, String, bool, bool)> {
    let mut told = told.lock().unwrap();
    assert!(!format!("{told:?}").contains("secret"));
    told.drain(..)
        .map(|item| (item.plane(), item.name().to_owned(), item.is_undeclared(), item.was_withheld()))
        .collect()
}

#[tokio::test]
async fn it_is_told_of_cookies_and_headers_that_are_withheld_or_undeclared() {
    let (app, told) = watched(declared());
    get(&app, "/cookies", &[("cookie", "_an_1=secret; made-up=secret"), ("x-device-id", "secret")]).await;
    assert_eq!(
        names(&told),
        [
            (Plane::RequestCookie, "_an_1".to_owned(), false, true),
            (Plane::RequestHeader, "x-device-id".to_owned(), false, true),
            (Plane::ResponseCookie, "_ga".to_owned(), false, true),
            (Plane::ResponseCookie, "_fbp".to_owned(), true, true),
            (Plane::ResponseCookie, "cart".to_owned(), true, false),
        ]
    );
    let accepted = answered(&app, "choice=accept").await;
    get(&app, "/cookies", &[("cookie", &accepted)]).await;
    assert_eq!(
        names(&told),
        [
            (Plane::ResponseCookie, "_fbp".to_owned(), true, true),
            (Plane::ResponseCookie, "cart".to_owned(), true, false),
        ],
        "what is allowed is nothing to tell"
    );
}

#[tokio::test]
async fn a_name_that_only_a_browser_has_made_up_is_never_told() {
    let (app, told) = watched(declared().enforcement(Enforcement::Strict));
    get(&app, "/", &[("cookie", "made-up=secret; _fbp=secret")]).await;
    assert_eq!(names(&told), [(Plane::RequestCookie, "_fbp".to_owned(), true, true)]);
}

#[tokio::test]
async fn it_is_told_of_what_a_page_loads() {
    let (app, told) = watched(declared());
    get(&app, "/page", &[]).await;
    assert_eq!(
        names(&told),
        [
            (Plane::Origin, "https://www.google-analytics.com".to_owned(), false, true),
            (Plane::Origin, "https://connect.facebook.net".to_owned(), true, true),
            (Plane::Origin, "https://img.example.net".to_owned(), true, false),
        ]
    );
}

#[tokio::test]
async fn it_is_told_of_what_waits_by_a_mark() {
    const MARKED: &str = "<!DOCTYPE html><title>T</title><body><script data-consent=analytics>start()</script>\
        <div data-consent=\" analytics\"><img src=https://img.example.net/x></div><p data-consent=!analytics>x</p>";
    let (told, listener) = (Told::default(), Told::default());
    let keep = told.clone();
    let layer = ConsentLayer::new(declared().build().unwrap())
        .on_gated(move |item| keep.lock().unwrap().push(item.clone()));
    let app = app_with(layer, |_| with(MARKED, &[("content-type", "text/html")]));
    get(&app, "/", &[]).await;
    drop(listener);
    assert_eq!(
        names(&told),
        [
            (Plane::Mark, "analytics".to_owned(), false, true),
            (Plane::Origin, "https://img.example.net".to_owned(), true, true),
        ]
    );
    let accepted = answered(&app, "choice=accept").await;
    get(&app, "/", &[("cookie", &accepted)]).await;
    assert_eq!(names(&told), [(Plane::Origin, "https://img.example.net".to_owned(), true, false)]);
}

#[tokio::test]
async fn observe_tells_the_same_and_changes_no_byte() {
    let (app, told) = watched(declared().enforcement(Enforcement::Observe));
    let reply = get(&app, "/page", &[("host", "localhost:3000")]).await;
    assert_eq!(reply.text(), TRACKED);
    assert_eq!(
        names(&told),
        [
            (Plane::Origin, "https://www.google-analytics.com".to_owned(), false, false),
            (Plane::Origin, "https://connect.facebook.net".to_owned(), true, false),
            (Plane::Origin, "https://img.example.net".to_owned(), true, false),
        ]
    );
}

#[tokio::test]
async fn what_passes_undeclared_makes_nothing_private() {
    let (app, told) = watched(declared());
    let reply = get(&app, "/unknown", &[]).await;
    assert_eq!(reply.header("cache-control"), "max-age=60");
    assert!(!reply.varies_on("cookie"));
    assert_eq!(names(&told).len(), 1, "it is told all the same");
}

#[tokio::test]
async fn a_callback_that_panics_takes_no_response_down() {
    let layer = ConsentLayer::new(declared().build().unwrap()).on_gated(|_| panic!("the callback's own"));
    let app = app_with(layer, |_| {
        let mut response = html(TRACKED);
        response.headers_mut().insert("set-cookie", "_ga=secret".parse().unwrap());
        response.map(|body: Body| body)
    });
    let reply = get(&app, "/", &[("cookie", "_ga=secret")]).await;
    assert_eq!(reply.status, 200);
    assert!(reply.has_banner() && reply.set_cookies().is_empty());
}
