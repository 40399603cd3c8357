//! What stays in the browser's storage after an answer.

use axum::{
    Router,
    http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY},
    response::Html,
    routing::get,
};
use serde_json::{Value, json};
use tower_consent::{Category, ConsentLayer, Delivery, Policy};

use crate::chromium::{
    Browser,
    Script::{Off, On},
};

const PAGE: &str = "<!DOCTYPE html><html lang=en><meta charset=utf-8><title>Keys</title><h1>Keys</h1>";

/// Lets only scripts of this site run, and turns no string into a script.
const STRICT: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; form-action 'self'; \
                      require-trusted-types-for 'script'; trusted-types 'none'";

async fn start(delivery: Delivery) -> String {
    let policy = Policy::builder("Example SAS", "privacy@example.com")
        .category(Category::necessary().storage("app_*"))
        .category(Category::analytics().vendor("posthog").storage("app_stats"))
        .category(Category::marketing().storage("ad:*"))
        .delivery(delivery);
    let page =
        || async { ([(CONTENT_SECURITY_POLICY, STRICT), (CACHE_CONTROL, "public, max-age=60")], Html(PAGE)) };
    // A document in an opaque origin has no storage.
    let blocked = || async { ([(CONTENT_SECURITY_POLICY, "sandbox allow-scripts allow-forms")], Html(PAGE)) };
    let app = Router::new().route("/", get(page)).route("/blocked", get(blocked));
    let app = app.layer(ConsentLayer::new(policy.build().unwrap()));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    address
}

/// What scripts of vendors and of the site's own keep.
async fn fill(browser: &Browser) {
    let keys = json!([
        "ph_a_posthog",
        "ph_posthog",
        "__ph_opt_in_out_a",
        "app_stats",
        "app_cart",
        "ad:1",
        "ad",
        "basket"
    ]);
    browser.run(&format!("for (const key of {keys}) localStorage[key] = sessionStorage[key] = 1")).await;
}

async fn kept(browser: &Browser) -> Value {
    let keys =
        browser.run("return [localStorage, sessionStorage].map((all) => Object.keys(all).sort())").await;
    assert_eq!(keys[0], keys[1]);
    keys[0].clone()
}

fn all() -> Value {
    json!([
        "__ph_opt_in_out_a",
        "ad",
        "ad:1",
        "app_cart",
        "app_stats",
        "basket",
        "ph_a_posthog",
        "ph_posthog"
    ])
}

fn after_no() -> Value {
    json!(["__ph_opt_in_out_a", "ad", "app_cart", "basket", "ph_posthog"])
}

async fn answer(browser: &Browser, address: &str, choice: &str) {
    browser.goto(format!("{address}/cookie-consent?return_to=/")).await.unwrap();
    browser.follow(&format!("button[value={choice}]")).await;
    browser.wait_for("document.readyState == 'complete'").await;
}

async fn goes_with_a_no_alone(delivery: Delivery) {
    let address = start(delivery).await;
    let browser = Browser::open(On, 1280, 800).await;
    browser.goto(&address).await.unwrap();
    fill(&browser).await;
    browser.goto(&address).await.unwrap();
    assert_eq!(kept(&browser).await, all(), "nobody has said no");
    answer(&browser, &address, "accept").await;
    assert_eq!(kept(&browser).await, all());
    answer(&browser, &address, "reject").await;
    assert_eq!(kept(&browser).await, after_no(), "withdrawn");
    fill(&browser).await;
    browser.goto(&address).await.unwrap();
    assert_eq!(kept(&browser).await, after_no(), "on every page");
    answer(&browser, &address, "accept").await;
    fill(&browser).await;
    browser.goto(&address).await.unwrap();
    assert_eq!(kept(&browser).await, all());
}

#[ignore = "needs Chromium and its driver"]
#[tokio::test(flavor = "multi_thread")]
async fn what_belongs_to_what_is_refused_goes_and_all_else_stays() {
    goes_with_a_no_alone(Delivery::Private).await;
}

#[ignore = "needs Chromium and its driver"]
#[tokio::test(flavor = "multi_thread")]
async fn it_goes_on_a_page_that_all_visitors_share() {
    goes_with_a_no_alone(Delivery::Shared).await;
}

#[ignore = "needs Chromium and its driver"]
#[tokio::test(flavor = "multi_thread")]
async fn a_first_no_removes_what_is_there_and_a_page_without_storage_or_script_stays_as_it_is() {
    let address = start(Delivery::Private).await;
    let browser = Browser::open(On, 1280, 800).await;
    browser.goto(&address).await.unwrap();
    fill(&browser).await;
    answer(&browser, &address, "reject").await;
    assert_eq!(kept(&browser).await, after_no());
    browser.goto(format!("{address}/blocked")).await.unwrap();
    assert_eq!(browser.count("script[data-forget]").await, 1);
    assert_eq!(browser.count("h1").await, 1);

    let browser = Browser::open(Off, 1280, 800).await;
    browser.goto(&address).await.unwrap();
    browser.follow("#cookie-consent button[value=reject]").await;
    assert_eq!(browser.count("h1").await, 1);
    assert_eq!(browser.path().await, "/");
}
