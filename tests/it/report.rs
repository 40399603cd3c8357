//! The report for whoever develops the site: on local hosts, what was met, and what to declare.

use axum::Router;
use http::Request;
use tower::ServiceExt;
use tower_consent::{ConsentLayer, Policy};

use crate::support::{Reply, app, app_with, get, pages, policy, with};

const LOCAL: (&str, &str) = ("host", "localhost:3000");

const MINIMAL: &str = "enforcement = \"observe\"\n\
    scrub-click-ids = true\n\
    [controller]\nname = \"Example SAS\"\ncontact = \"privacy@example.com\"\n";

const TRACKED: &str = "<!DOCTYPE html><title>T</title><body><script src=https://www.google-analytics.com/a.js>\
    </script><script>!function(f){n.src='x'}();fbq('init');//https://connect.facebook.net/en_US/fbevents.js\n</script>\
    <iframe src=https://www.youtube-nocookie.com/embed/x></iframe><img src=https://img.example.net/x.png>";

/// An app that was never told of consent.
fn existing(policy: Policy) -> Router {
    app(policy, |request| match request.uri().path() {
        "/" => with(
            TRACKED,
            &[
                ("content-type", "text/html"),
                ("set-cookie", "cart=secret; Max-Age=60"),
                ("set-cookie", "_fbp=secret"),
                ("set-cookie", "a b=secret"),
                ("nel", "{\"report_to\":\"secret\"}"),
                ("link", "<https://fonts.example.org>; rel=preconnect"),
            ],
        ),
        path => with(format!("the app's {path}"), &[]),
    })
}

async fn click_through(app: &Router) {
    let browser = [LOCAL, ("cookie", "_ga=secret; made-up=secret"), ("sec-ch-ua-model", "secret")];
    get(app, "/?gclid=secret", &browser).await;
}

async fn json(app: &Router) -> serde_json::Value {
    let reply = get(app, "/cookie-consent/report", &[LOCAL, ("accept", "application/json")]).await;
    assert_eq!(reply.header("content-type"), "application/json");
    assert!(!reply.text().contains("secret"), "{}", reply.text());
    reply.json()
}

/// The names of the items that a field is true of.
fn names(json: &serde_json::Value, field: &str) -> Vec<String> {
    let items = json["items"].as_array().unwrap().iter();
    items.filter(|item| item[field] == true).map(|item| item["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_lines_it_gives_can_be_pasted_and_leave_nothing_to_declare() {
    let app = existing(Policy::from_toml(MINIMAL).unwrap());
    click_through(&app).await;
    let before = json(&app).await;
    let lines = before["policy"].as_str().unwrap();
    for expected in ["\"google-analytics\"", "\"meta-pixel\"", "\"youtube\"", "\"nel\"", "\"cart\""] {
        assert!(lines.contains(expected), "{expected} in {lines}");
    }
    for expected in ["\"https://img.example.net\"", "\"https://fonts.example.org\""] {
        assert!(lines.contains(expected), "{expected} in {lines}");
    }
    // Scripts set cookies, too, and not all have names that a policy can hold.
    assert!(lines.contains("\"made-up\"") && lines.contains("\"a*b\""), "{lines}");
    assert_eq!(before["additions"], serde_json::json!({}));

    let pasted =
        Policy::from_toml(&format!("{MINIMAL}{lines}")).unwrap_or_else(|error| panic!("{error}\n{lines}"));
    let app = existing(pasted);
    click_through(&app).await;
    let after = json(&app).await;
    assert_eq!(names(&after, "undeclared"), Vec::<String>::new());
    assert_eq!(after["policy"], "");
    assert_eq!(after["additions"], serde_json::json!({}));
}

#[tokio::test]
async fn under_observe_it_says_what_would_be_withheld() {
    let app = existing(Policy::from_toml(MINIMAL).unwrap());
    click_through(&app).await;
    let json = json(&app).await;
    assert!(names(&json, "withheld").is_empty());
    let spared = names(&json, "spared");
    for expected in ["_fbp", "_ga", "gclid", "https://www.google-analytics.com", "nel", "sec-ch-ua-model"] {
        assert!(spared.iter().any(|name| name == expected), "{expected} in {spared:?}");
    }
    for unknown in ["cart", "https://img.example.net"] {
        assert!(!spared.iter().any(|name| name == unknown), "{unknown} in {spared:?}");
    }
}

#[tokio::test]
async fn a_category_that_the_policy_has_is_added_to() {
    let app = app(policy(), |_| with("x", &[("set-cookie", "_hjSessionUser_1=x"), ("set-cookie", "_fbp=x")]));
    get(&app, "/", &[LOCAL]).await;
    let json = json(&app).await;
    assert_eq!(json["policy"], "");
    assert_eq!(json["additions"]["analytics"], "vendors = [\"hotjar\"]\n");
    assert_eq!(json["additions"]["marketing"], "vendors = [\"meta-pixel\"]\n");
    assert_eq!(names(&json, "withheld"), ["_fbp", "_hjSessionUser_1"]);
}

#[tokio::test]
async fn it_is_a_page_that_is_kept_by_nobody_and_runs_nothing_while_the_policy_observes() {
    let app = existing(Policy::from_toml(MINIMAL).unwrap());
    let empty = get(&app, "/cookie-consent/report", &[LOCAL]).await;
    assert!(empty.text().contains("Nothing was met yet"));
    click_through(&app).await;
    let reply = get(&app, "/cookie-consent/report", &[LOCAL]).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("cache-control"), "no-store");
    let text = reply.text();
    assert!(text.contains("noindex") && !text.contains("<script") && !text.contains("secret"), "{text}");
    assert!(!reply.has_banner());
    assert!(text.contains("<code>_fbp</code>") && text.contains("would be withheld"), "{text}");
    assert!(text.contains("[[category]]"), "{text}");
    let head =
        crate::support::send(&app, crate::support::request("HEAD", "/cookie-consent/report", "", &[LOCAL]));
    assert_eq!(head.await.header("content-length"), text.len().to_string());
    let post = crate::support::post_form(&app, "/cookie-consent/report", "", &[LOCAL]).await;
    assert_eq!((post.status.as_u16(), post.header("allow")), (405, "GET, HEAD".to_owned()));
}

#[tokio::test]
async fn elsewhere_the_path_is_the_apps_and_nothing_is_collected() {
    let app = existing(Policy::from_toml(MINIMAL).unwrap());
    get(&app, "/", &[("cookie", "_ga=secret")]).await;
    get(&app, "/", &[LOCAL, ("x-forwarded-for", "203.0.113.9")]).await;
    assert_eq!(json(&app).await["items"], serde_json::json!([]));
    let is_apps = |reply: &Reply| reply.text() == "the app's /cookie-consent/report";
    assert!(is_apps(&get(&app, "/cookie-consent/report", &[]).await));
    assert!(is_apps(
        &get(&app, "/cookie-consent/report", &[LOCAL, ("x-forwarded-host", "example.com")]).await
    ));
}

#[tokio::test]
async fn clones_of_a_layer_and_its_endpoint_share_one_report() {
    let layer = ConsentLayer::new(policy());
    let app = app_with(layer.clone(), |_| with("x", &[("set-cookie", "_fbp=x")]));
    get(&app, "/", &[LOCAL]).await;
    let ask = async |path: &str, host: &str| {
        let request = Request::get(path).header("host", host).body(axum::body::Body::empty()).unwrap();
        layer.endpoint().oneshot(request).await.unwrap()
    };
    assert_eq!(ask("/report", "example.com").await.status(), 404);
    let response = ask("/report", "localhost").await;
    let body = http_body_util::BodyExt::collect(response.into_body()).await.unwrap().to_bytes();
    assert!(String::from_utf8_lossy(&body).contains("_fbp"));
}

#[tokio::test]
async fn a_site_that_declares_everything_is_told_so() {
    let app = pages(policy());
    get(&app, "/", &[LOCAL, ("cookie", "stats=1")]).await;
    let reply = get(&app, "/cookie-consent/report", &[LOCAL]).await;
    assert!(reply.text().contains("All that was met is declared") && !reply.text().contains("To declare"));
}
