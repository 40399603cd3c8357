//! Frames that wait: what they show, and what becomes of them when visitors press their buttons.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::{Router, http::header::CONTENT_SECURITY_POLICY, response::Html, routing::get};
use serde_json::json;
use thirtyfour::{By, Key};
use tower_consent::{Category, ConsentLayer, Policy};

use crate::chromium::{
    Browser,
    Script::{self, Off, On},
};

/// The company whose content is framed, and how often it was asked for something.
pub(crate) struct Company {
    address: String,
    asked: Arc<AtomicUsize>,
}

impl Company {
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

async fn serve(app: Router, host: &str) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{host}:{}", listener.local_addr().unwrap().port());
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    address
}

pub(crate) async fn company() -> Company {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let app = Router::new().fallback(move || {
        count.fetch_add(1, Ordering::SeqCst);
        async { Html("<!DOCTYPE html><title>Player</title><h1 id=player>Playing</h1>") }
    });
    Company { address: serve(app, "localhost").await, asked }
}

pub(crate) async fn site(company: &Company, csp: &'static str) -> String {
    let page = format!(
        "<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>Film</title></head><body><h1>Film</h1>\
         <iframe title=Film width=560 height=315 src={}/film></iframe></body></html>",
        company.address
    );
    let policy = Policy::builder("Example SAS", "privacy@example.com")
        .category(Category::embeds().origin(company.address.as_str()))
        .category(Category::marketing().cookie("_ad"))
        .build()
        .unwrap();
    let page = move || async move { ([(CONTENT_SECURITY_POLICY, csp)], Html(page)) };
    serve(Router::new().route("/film", get(page)).layer(ConsentLayer::new(policy)), "127.0.0.1").await
}

/// What the visitor reads in the frame, through as many frames as there are.
async fn in_frame(browser: &Browser, depth: usize, selector: &str) -> Option<String> {
    for _ in 0..50 {
        browser.enter_default_frame().await.unwrap();
        let mut is_there = true;
        for _ in 0..depth {
            is_there &= match browser.find(By::Css("iframe")).await {
                Ok(frame) => frame.enter_frame().await.is_ok(),
                Err(_) => false,
            };
        }
        if is_there
            && let Ok(found) = browser.find(By::Css(selector)).await
            && let Ok(text) = found.text().await
        {
            return Some(text);
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    None
}

async fn walk(script: Script, csp: &'static str) {
    let company = company().await;
    let address = site(&company, csp).await;
    let browser = Browser::open(script, 1280, 900).await;
    browser.goto(format!("{address}/film")).await.unwrap();
    let words = in_frame(&browser, 1, "p").await.expect("a placeholder");
    assert!(words.contains("localhost"), "{words}");
    let background = browser.find(By::Css("button")).await.unwrap().css_value("min-height").await.unwrap();
    assert_eq!(background, "44px", "its style is let through by {csp:?}");
    assert_eq!(company.asked(), 0, "nothing is asked for before the visitor answers");

    browser.find(By::Css("form[action$='/embed'] button")).await.unwrap().click().await.unwrap();
    assert_eq!(in_frame(&browser, 2, "#player").await.as_deref(), Some("Playing"));
    assert_eq!(company.asked(), 1);
    browser.enter_default_frame().await.unwrap();
    assert_eq!(browser.cookies().await, Vec::<String>::new(), "this once is no answer");

    browser.goto(format!("{address}/film")).await.unwrap();
    in_frame(&browser, 1, "p").await.expect("the placeholder again");
    let always = browser.find(By::Css("button[value=allow]")).await.unwrap();
    assert_eq!(always.text().await.unwrap(), "Always allow: Embedded content");
    always.click().await.unwrap();
    assert_eq!(in_frame(&browser, 1, "#player").await.as_deref(), Some("Playing"));
    browser.enter_default_frame().await.unwrap();
    assert_eq!(browser.path().await, "/film");
    assert_eq!(company.asked(), 2);
    // What else is to be asked is asked still.
    assert_eq!(browser.count("#cookie-consent").await, 1);
}

/// Presses Tab until the focus is on something in the frame.
async fn tab_in_frame(browser: &Browser, selector: &str) {
    for _ in 0..10 {
        browser.enter_default_frame().await.unwrap();
        browser.press(Key::Tab).await;
        if browser.run("return document.activeElement.localName").await != json!("iframe") {
            continue;
        }
        browser.enter_frame(0).await.unwrap();
        let focused = browser.active_element().await.unwrap();
        if browser.find_all(By::Css(selector)).await.unwrap().contains(&focused) {
            assert_ne!(focused.css_value("outline-style").await.unwrap(), "none", "the focus is seen");
            return;
        }
    }
    panic!("no Tab leads to {selector}");
}

async fn walk_by_keyboard(script: Script, csp: &'static str) {
    for key in [Key::Enter, Key::Space] {
        let company = company().await;
        let address = site(&company, csp).await;
        let browser = Browser::open(script, 1280, 900).await;
        browser.goto(format!("{address}/film")).await.unwrap();
        in_frame(&browser, 1, "p").await.expect("a placeholder");
        tab_in_frame(&browser, "form[action$='/embed'] button").await;
        browser.press(key.clone()).await;
        assert_eq!(in_frame(&browser, 2, "#player").await.as_deref(), Some("Playing"), "{script:?}");

        browser.goto(format!("{address}/film")).await.unwrap();
        in_frame(&browser, 1, "p").await.expect("the placeholder again");
        tab_in_frame(&browser, "button[value=allow]").await;
        browser.press(key).await;
        assert_eq!(in_frame(&browser, 1, "#player").await.as_deref(), Some("Playing"), "{script:?}");
        browser.enter_default_frame().await.unwrap();
        assert_eq!(browser.path().await, "/film");
        assert_eq!(company.asked(), 2, "{script:?}");
    }
}

const STRICT: &str = "default-src 'self'; frame-src 'self' http://localhost:*; form-action 'self'";

#[ignore = "needs Chromium and its driver"]
#[tokio::test(flavor = "multi_thread")]
async fn content_waits_and_loads_once_or_always() {
    walk(On, "object-src 'none'").await;
}

#[ignore = "needs Chromium and its driver"]
#[tokio::test(flavor = "multi_thread")]
async fn the_same_without_script_and_under_a_strict_policy() {
    walk(Off, STRICT).await;
}

#[ignore = "needs Chromium and its driver"]
#[tokio::test(flavor = "multi_thread")]
async fn content_is_loaded_by_keyboard() {
    walk_by_keyboard(On, STRICT).await;
}

#[ignore = "needs Chromium and its driver"]
#[tokio::test(flavor = "multi_thread")]
async fn content_is_loaded_by_keyboard_without_script() {
    walk_by_keyboard(Off, STRICT).await;
}
