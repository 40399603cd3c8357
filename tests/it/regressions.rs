//! Found by using it: what once went wrong and must not again.

use axum::{
    Router,
    http::header::{CACHE_CONTROL, SET_COOKIE},
    response::Html,
    routing::get as route,
};
use tower_consent::{Category, Consent, ConsentLayer, Model, Policy, SettingsControl};

use crate::support::{answered, declared, get, policy, post_form};

const PUBLIC: [(http::HeaderName, &str); 1] = [(CACHE_CONTROL, "public, max-age=600")];

fn public_page(policy: Policy) -> Router {
    let page = || async { (PUBLIC, Html("<!DOCTYPE html><title>Page</title><p>Page")) };
    let not_modified = || async { (http::StatusCode::NOT_MODIFIED, PUBLIC) };
    let app = Router::new().route("/", route(page)).route("/304", route(not_modified));
    app.layer(ConsentLayer::new(policy))
}

#[tokio::test]
async fn what_a_script_fetches_is_not_kept_for_a_later_navigation() {
    let app = public_page(policy());
    for asked in [("sec-fetch-dest", "empty"), ("sec-fetch-dest", "iframe"), ("hx-request", "true")] {
        let reply = get(&app, "/", &[asked]).await;
        assert!(!reply.has_banner());
        assert_eq!(reply.header("cache-control"), "private, no-cache", "{asked:?}");
        assert!(reply.varies_on("Cookie"));
    }
}

#[tokio::test]
async fn not_modified_says_of_the_page_what_the_page_says() {
    let app = public_page(declared().settings_control(SettingsControl::None).build().unwrap());
    let cookie = answered(&app, "choice=reject").await;
    let headers = [("cookie", cookie.as_str()), ("accept", "text/html"), ("if-none-match", "\"v1\"")];
    let reply = get(&app, "/304", &headers).await;
    let page = get(&app, "/", &headers).await;
    assert!(page.header("cache-control").starts_with("private, "));
    for name in ["cache-control", "vary"] {
        assert_eq!(reply.header(name), page.header(name));
    }
    let image = [("cookie", cookie.as_str()), ("accept", "image/*"), ("sec-fetch-dest", "image")];
    assert_eq!(get(&app, "/304", &image).await.header("cache-control"), "public, max-age=600");
}

#[tokio::test]
async fn a_bare_cookie_is_not_believed_behind_a_proxy_of_a_public_site() {
    let app = public_page(policy());
    let cookie = answered(&app, "choice=accept").await.replace("__Host-", "");
    let decided = async |proxy: &[(&str, &str)]| {
        let mut headers = vec![("cookie", cookie.as_str()), ("host", "127.0.0.1:8000")];
        headers.extend(proxy);
        let state = get(&app, "/cookie-consent/state", &headers).await;
        state.json()["decided"].as_bool().unwrap()
    };
    assert!(decided(&[]).await);
    assert!(decided(&[("x-forwarded-host", "localhost:5173"), ("x-forwarded-for", "127.0.0.1")]).await);
    assert!(!decided(&[("x-forwarded-host", "www.example.com")]).await);
    for address in ["203.0.113.9", "2001:db8::1", "unknown", "127.0.0.1, 203.0.113.9"] {
        assert!(!decided(&[("x-forwarded-for", address)]).await, "{address}");
    }
    assert!(!decided(&[("forwarded", "for=203.0.113.9")]).await);
}

#[tokio::test]
async fn deciding_nothing_does_not_make_an_unusable_cookie_a_first_visit() {
    let policy = declared().model(Model::OptOut).build().unwrap();
    let page = |consent: Consent| async move {
        (consent.grant([""; 0]), [(SET_COOKIE, "_ga=GA1.1.1.1; Path=/")], Html("<p>Page"))
    };
    let app = Router::new().route("/", route(page)).layer(ConsentLayer::new(policy));
    let broken = [("cookie", "__Host-consent=broken"), ("accept", "application/json")];
    assert!(get(&app, "/", &broken).await.cookie_names().is_empty());
    let state = post_form(&app, "/cookie-consent", "choice=allow&category=unknown", &broken).await;
    assert_eq!(state.json()["categories"]["analytics"], false);
    assert_eq!(get(&app, "/", &[]).await.cookie_names(), ["_ga"], "a first visit is another thing");
}

#[test]
fn a_pattern_cannot_gate_what_messages_need() {
    for (category, key) in [
        (Category::analytics().response_header("c*"), "category.analytics.response-headers[0]"),
        (Category::analytics().response_header("Vary"), "category.analytics.response-headers[0]"),
        (Category::analytics().request_header("*"), "category.analytics.request-headers[0]"),
        (Category::analytics().request_header("cookie"), "category.analytics.request-headers[0]"),
    ] {
        let error = Policy::builder("Example SAS", "a@b.c").category(category).build().unwrap_err();
        assert_eq!(error.findings().iter().map(tower_consent::Finding::key).collect::<Vec<_>>(), [key]);
    }
}

#[test]
fn a_cookie_in_necessary_cannot_come_with_a_vendor_elsewhere() {
    let builder = Policy::builder("Example SAS", "a@b.c").model(Model::OptIn);
    let builder = builder.category(Category::necessary().cookie("_ga"));
    let error = builder.category(Category::analytics().vendor("google-analytics")).build().unwrap_err();
    assert_eq!(error.findings()[0].key(), "category.analytics.vendors[0]");
    assert!(error.findings()[0].remedy().contains("_ga"));
}
