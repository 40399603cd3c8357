//! How many clicks an answer takes: one to refuse, two to take a yes back.

use std::time::Duration;

use serde_json::{Value, json};
use tower_consent::Layout;

use crate::{
    chromium::{Browser, Script},
    shapes,
};

const LANGUAGES: &str = "ar bg ca cs cy da de el en es et eu fi fr ga gl he hr hu is it lt lv mt nb nl pl pt ro sk sl \
                         sq sr sr-Latn sv tr uk";

/// What the visitor's cookie says.
async fn answer(browser: &Browser) -> String {
    browser.get_named_cookie("consent").await.unwrap().value
}

/// Whether the visitor's cookie says yes to nothing.
async fn has_refused(browser: &Browser) -> bool {
    let answer = answer(browser).await;
    // Version, revision, day, granted, denied.
    let parts: Vec<_> = answer.split('.').collect();
    parts.len() == 5 && parts[3].is_empty() && !parts[4].is_empty()
}

/// Waits until an expression has a value on a page that has loaded and can be seen: before that, browsers drop
/// what the pointer does.
///
/// Like the pointer below it speaks the DevTools protocol: hundreds of pages pass in half the time.
async fn value(browser: &Browser, expression: &str) -> Value {
    match poll(browser, expression, 500).await {
        Some(found) => found,
        None => panic!("{expression} comes to nothing on {}", browser.path().await),
    }
}

async fn poll(browser: &Browser, expression: &str, times: usize) -> Option<Value> {
    let expression = format!(
        "document.readyState === 'complete' && performance.getEntriesByName('first-contentful-paint').length > 0 && ({expression})"
    );
    for _ in 0..times {
        let parameters = json!({ "expression": expression, "returnByValue": true });
        // Between two pages there is nothing to ask.
        let found = browser.cdp().send_raw("Runtime.evaluate", parameters).await.unwrap_or_default();
        match &found["result"]["value"] {
            Value::Null | Value::Bool(false) => tokio::time::sleep(Duration::from_millis(20)).await,
            found => return Some(found.clone()),
        }
    }
    None
}

/// Presses what is to bring something about. Now and then Chromium drops the release of a button that the page has felt
/// pressed, also where no script runs: where nothing at all has come of it, it was no click.
async fn press(browser: &Browser, selector: &str, effect: &str) {
    for _ in 0..3 {
        point(browser, selector).await;
        if poll(browser, effect, 150).await.is_some() {
            return;
        }
    }
    panic!("{effect} does not come of {selector} on {}", browser.path().await);
}

/// Moves the pointer to the one element that matches, and presses it there, once the page says that the pointer is
/// over it: a busy browser still shows the page before for a moment, and drops what is pressed so early. What the
/// page has not felt is no click.
async fn point(browser: &Browser, selector: &str) {
    let center = format!(
        "(found => {{
            if (found.length !== 1) return false;
            found[0].scrollIntoViewIfNeeded();
            const box = found[0].getBoundingClientRect();
            const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
            return found[0].contains(document.elementFromPoint(x, y)) && {{ x, y, isOver: found[0].matches(':hover') }};
        }})(document.querySelectorAll('{selector}'))"
    );
    let feels = json!({ "expression": format!("document.querySelector('{selector}:active') !== null"), "returnByValue": true });
    for _ in 0..500 {
        let found = value(browser, &center).await;
        let pointer = async |event, button, count| {
            let event = json!({ "type": event, "x": found["x"], "y": found["y"], "button": button, "clickCount": count });
            // A page that goes takes the pointer with it, and the next is asked anew.
            browser.cdp().send_raw("Input.dispatchMouseEvent", event).await.unwrap_or_default();
        };
        if found["isOver"] != true {
            pointer("mouseMoved", "none", 0).await;
            continue;
        }
        pointer("mousePressed", "left", 1).await;
        let felt = browser.cdp().send_raw("Runtime.evaluate", feels.clone()).await.unwrap_or_default();
        let is_felt = felt["result"]["value"] == true;
        pointer("mouseReleased", "left", 1).await;
        if is_felt {
            return;
        }
    }
    panic!("nothing presses {selector} on {}", browser.path().await);
}

async fn go(browser: &Browser, url: &str) {
    browser.command("Page.navigate", json!({ "url": url })).await;
}

async fn refuse_in_one_and_withdraw_in_two(script: Script) {
    let browser = Browser::open(script, 1280, 900).await;
    for layout in [Layout::Top, Layout::Bottom, Layout::Corner, Layout::Modal] {
        let address = shapes::start(|policy| policy.layout(layout)).await;
        browser.delete_all_cookies().await.unwrap();
        browser.goto(format!("{address}/plain")).await.unwrap();
        browser.click("#cookie-consent button[value=accept]").await;
        browser.wait_for_none("#cookie-consent").await;
        assert!(!has_refused(&browser).await, "{layout:?} {script:?}");
        let yes = json!({ "name": "consent", "value": answer(&browser).await, "url": address });

        for language in LANGUAGES.split_ascii_whitespace() {
            let page = format!("{address}/plain?{language}");
            let html = format!("html[lang={language}]");
            browser.command("Network.setCookie", yes.clone()).await;
            go(&browser, &page).await;
            point(&browser, &format!("{html} #cookie-consent-settings")).await;
            let reject = format!("{html} form button[value=reject]");
            press(&browser, &reject, "location.pathname === '/plain'").await;
            assert!(has_refused(&browser).await, "withdrawn: {layout:?} {language} {script:?}");

            browser.command("Network.clearBrowserCookies", json!({})).await;
            go(&browser, &page).await;
            let reject = format!("#cookie-consent[lang={language}] button[value=reject]");
            press(&browser, &reject, "!document.querySelector('#cookie-consent')").await;
            assert!(has_refused(&browser).await, "refused: {layout:?} {language} {script:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium, its driver and packages from npm"]
async fn a_visitor_refuses_in_one_click_and_withdraws_in_two() {
    refuse_in_one_and_withdraw_in_two(Script::On).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium, its driver and packages from npm"]
async fn a_visitor_without_script_refuses_in_one_click_and_withdraws_in_two() {
    refuse_in_one_and_withdraw_in_two(Script::Off).await;
}
