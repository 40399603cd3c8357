//! What axe-core finds, and what the keyboard reaches (WCAG 2.2, AA).

use serde_json::{Value, json};
use tower_consent::{Layout, Theme};

use crate::{
    chromium::{Browser, Script},
    shapes,
    web::package,
};

/// Checks an element and what is in it, and tells which rules are broken where.
async fn violations(browser: &Browser, selector: &str) -> Vec<Value> {
    browser.execute(package("axe-core/axe.min.js"), vec![]).await.unwrap();
    let run = "const done = arguments[1];
        axe.run({ include: [[arguments[0]]] }, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
            .then(found => done(found.violations.map(rule => rule.id + ': ' + rule.nodes.map(node => node.html).join(' ')).concat(
                found.passes.length ? [] : ['nothing was checked'])), error => done([String(error)]))";
    let found = browser.execute_async(run, vec![selector.into()]).await.unwrap();
    found.json().as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium, its driver and packages from npm"]
async fn axe_finds_nothing_in_what_the_layer_shows() {
    let browser = Browser::open_resizable(Script::On).await;
    for theme in [Theme::Light, Theme::Dark] {
        for layout in [Layout::Top, Layout::Bottom, Layout::Corner, Layout::Modal] {
            let address = shapes::start(|policy| policy.layout(layout).theme(theme)).await;
            for (width, height) in [(320, 640), (768, 1024), (1440, 900)] {
                browser.resize(width, height, 1).await;
                // One language of each direction.
                for language in ["en", "ar"] {
                    let place = format!("{layout:?} {theme:?} {width} {language}");
                    browser.command("Network.clearBrowserCookies", json!({})).await;
                    browser.goto(format!("{address}/plain?{language}")).await.unwrap();
                    let found = violations(&browser, "#cookie-consent").await;
                    assert!(found.is_empty(), "banner {place}: {found:?}");
                    if layout == Layout::Top {
                        check_the_rest(&browser, &address, language, &place).await;
                    }
                }
            }
        }
    }
}

/// What is the same in every layout.
async fn check_the_rest(browser: &Browser, address: &str, language: &str, place: &str) {
    browser.goto(format!("{address}/cookie-consent?lang={language}")).await.unwrap();
    let found = violations(browser, "html").await;
    assert!(found.is_empty(), "settings page {place}: {found:?}");
    browser.goto(format!("{address}/cookie-consent/report")).await.unwrap();
    let found = violations(browser, "html").await;
    assert!(found.is_empty(), "report {place}: {found:?}");
    // With the page around them, since they are no pages of their own.
    browser.goto(format!("{address}/films?{language}")).await.unwrap();
    for frame in 0..2 {
        browser.enter_frame(frame).await.unwrap();
        browser.execute(package("axe-core/axe.min.js"), vec![]).await.unwrap();
        browser.enter_default_frame().await.unwrap();
    }
    let found = violations(browser, "html").await;
    assert!(found.is_empty(), "placeholders {place}: {found:?}");
    browser.goto(format!("{address}/dark-shell?{language}")).await.unwrap();
    browser.click("#cookie-consent button[value=reject]").await;
    browser.wait_for_none("#cookie-consent").await;
    for (what, selector) in
        [("confirmation", "html"), ("settings link", "section:has(> #cookie-consent-settings)")]
    {
        let found = violations(browser, selector).await;
        assert!(found.is_empty(), "{what} {place}: {found:?}");
    }
}
