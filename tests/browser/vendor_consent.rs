//! What vendors' own queues hold before any script of theirs could run.

use axum::{Router, http::header::CONTENT_SECURITY_POLICY, response::Html, routing::get};
use serde_json::{Value, json};
use tower_consent::{Category, ConsentLayer, Policy};

use crate::chromium::{Browser, Script::On};

/// The page's first script notes what it finds; nothing else is allowed to run.
const PAGE: &str = "<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>Vendors</title>\
                    <script nonce=page>window.found=JSON.stringify([\
                    [...(window.dataLayer||[])].map(pushed=>[...pushed]),window.uetq,\
                    [...(window.clarity||{q:[]}).q].map(pushed=>[...pushed]),window._paq])</script>\
                    </head><body><h1>Vendors</h1></body></html>";

async fn start() -> String {
    let analytics =
        Category::analytics().vendor("google-analytics").vendor("microsoft-clarity").vendor("matomo");
    let marketing = Category::marketing().vendor("google-ads").vendor("microsoft-advertising");
    let policy =
        Policy::builder("Example SAS", "privacy@example.com").category(analytics).category(marketing);
    let page =
        || async { ([(CONTENT_SECURITY_POLICY, "script-src 'nonce-page'; form-action 'self'")], Html(PAGE)) };
    let app = Router::new().route("/", get(page)).layer(ConsentLayer::new(policy.build().unwrap()));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    address
}

async fn found(browser: &Browser) -> Value {
    let found = browser.execute("return window.found", Vec::new()).await.unwrap();
    let found = found.json().as_str().map(str::to_owned);
    let Some(found) = found else {
        panic!("the page's script has not run: {}", browser.source().await.unwrap())
    };
    serde_json::from_str(&found).unwrap()
}

fn google(state: &str) -> Value {
    let mut types = serde_json::Map::new();
    for name in [
        "ad_storage",
        "ad_user_data",
        "ad_personalization",
        "analytics_storage",
        "functionality_storage",
        "personalization_storage",
    ] {
        let is_asked = !matches!(name, "functionality_storage" | "personalization_storage");
        types.insert(name.to_owned(), json!(if is_asked { state } else { "denied" }));
    }
    types.insert("security_storage".to_owned(), json!("granted"));
    Value::Object(types)
}

#[ignore = "needs Chromium and its driver"]
#[tokio::test(flavor = "multi_thread")]
async fn vendors_are_told_before_the_first_script_and_anew_after_a_choice() {
    let address = start().await;
    let browser = Browser::open(On, 1280, 800).await;
    let denied = json!([
        [
            ["consent", "default", google("denied")],
            ["set", "ads_data_redaction", true],
            ["set", "url_passthrough", false]
        ],
        ["consent", "default", { "ad_storage": "denied" }],
        [["consentv2", { "ad_Storage": "denied", "analytics_Storage": "denied" }]],
        [["requireConsent"]]
    ]);
    browser.goto(&address).await.unwrap();
    assert_eq!(found(&browser).await, denied);
    // What the site calls by itself finds somebody to take it.
    let call = "gtag('event', 'sign_up'); return [...dataLayer.pop()]";
    assert_eq!(*browser.execute(call, []).await.unwrap().json(), json!(["event", "sign_up"]));

    browser.follow("#cookie-consent button[value=accept]").await;
    let granted = json!([
        [["consent", "default", google("denied")], ["consent", "update", google("granted")]],
        ["consent", "default", { "ad_storage": "denied" }, "consent", "update", { "ad_storage": "granted" }],
        [["consentv2", { "ad_Storage": "granted", "analytics_Storage": "granted" }]],
        [["requireConsent"], ["setConsentGiven"]]
    ]);
    assert_eq!(found(&browser).await, granted);

    browser.goto(format!("{address}/cookie-consent")).await.unwrap();
    browser.follow("button[value=reject]").await;
    browser.goto(&address).await.unwrap();
    assert_eq!(found(&browser).await, denied);
}
