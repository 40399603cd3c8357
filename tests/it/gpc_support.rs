//! What the site says at `/.well-known/gpc.json`, and what counts as the signal.

use axum::{Router, body::Body, routing::get as route};
use http::Response;
use tower_consent::{ConsentLayer, Model, Policy};

use crate::support::{app, app_with, declared, get, policy, post_form, request, send, with};

const PATH: &str = "/.well-known/gpc.json";

fn supporting() -> Policy {
    declared().gpc_support("2026-01-01").build().unwrap()
}

#[tokio::test]
async fn the_site_says_that_it_honours_the_signal() {
    let app = app(supporting(), |_| with("the app", &[]));
    let reply = get(&app, PATH, &[]).await;
    assert_eq!(reply.text(), r#"{"gpc":true,"lastUpdate":"2026-01-01"}"#);
    assert_eq!(reply.header("content-type"), "application/json");
    assert!(reply.header("cache-control").starts_with("public, max-age="));
    assert!(reply.lines("set-cookie").is_empty() && reply.lines("vary").is_empty(), "it is for all");
    let head = send(&app, request("HEAD", PATH, Body::empty(), &[])).await;
    assert_eq!(head.status, 200);
    assert!(head.body.is_empty());
    assert_eq!(head.header("content-length"), reply.body.len().to_string());
    let post = post_form(&app, PATH, "x=1", &[]).await;
    assert_eq!(post.status, 405);
    assert_eq!(post.header("allow"), "GET, HEAD");
}

#[tokio::test]
async fn without_a_word_in_the_policy_the_path_is_the_apps() {
    let app = app(policy(), |_| with("the app", &[]));
    assert_eq!(get(&app, PATH, &[]).await.text(), "the app");
}

#[tokio::test]
async fn a_nested_layer_leaves_the_root_to_the_endpoint_as_a_route() {
    let nested = declared().mount("/app").gpc_support("2026-01-01").build().unwrap();
    let layer = ConsentLayer::new(nested);
    let inner = app_with(layer.clone(), |_| with("the app", &[]));
    assert_eq!(get(&inner, PATH, &[]).await.text(), "the app");
    let outer: Router = Router::new().route_service(PATH, layer.endpoint()).route("/", route(|| async {}));
    assert!(get(&outer, PATH, &[]).await.text().contains("2026-01-01"));
}

#[test]
fn the_date_is_a_day() {
    for date in ["2026-1-1", "2026-02-30", "01-01-2026", "today", "", "2026-01-01T00:00:00Z", "+026-01-01"] {
        let error = declared().gpc_support(date).build().unwrap_err();
        let finding = &error.findings()[0];
        assert_eq!((finding.key(), finding.value()), ("gpc-support", date));
    }
}

#[tokio::test]
async fn a_file_may_write_the_date_as_toml_does_or_as_text() {
    for date in ["2026-03-09", "\"2026-03-09\""] {
        let text = format!("gpc-support = {date}\n[controller]\nname = \"E\"\ncontact = \"e@example.com\"");
        let app = app(Policy::from_toml(&text).unwrap(), |_| with("", &[]));
        assert!(get(&app, PATH, &[]).await.text().contains("\"2026-03-09\""), "{date}");
    }
}

#[tokio::test]
async fn only_an_exact_1_is_the_signal_and_the_app_sees_it_as_it_was() {
    for (lines, is_on) in [
        (&["1"][..], true),
        (&[" 1 "], true),
        (&["0", "1"], true),
        (&["0, 1"], true),
        (&["1", "1"], true),
        (&["1, 1"], true),
        (&["0"], false),
        (&["true"], false),
        (&["1;x"], false),
        (&["11"], false),
        (&["0", "0"], false),
        (&[], false),
    ] {
        let sent: Vec<_> = lines.iter().map(|line| ("sec-gpc", *line)).collect();
        let expected: Vec<_> = lines.iter().map(|line| (*line).to_owned()).collect();
        let app = app(declared().model(Model::OptOut).build().unwrap(), move |request| {
            let seen = request.headers().get_all("sec-gpc").iter();
            let seen: Vec<_> = seen.map(|line| line.to_str().unwrap().to_owned()).collect();
            assert_eq!(seen, expected);
            let mut response = Response::new(Body::empty());
            response.headers_mut().append("set-cookie", "_ga=1".parse().unwrap());
            response
        });
        let reply = get(&app, "/", &sent).await;
        assert_eq!(reply.set_cookies().is_empty(), is_on, "{lines:?}");
        assert!(reply.varies_on("sec-gpc"), "what was met depends on it");
    }
}
