//! Every way through, by keyboard alone.

use serde_json::{Value, json};
use thirtyfour::{By, Key};
use tower_consent::Layout;

use crate::{
    chromium::{Browser, Script},
    shapes,
};

const LAYOUTS: [Layout; 4] = [Layout::Top, Layout::Bottom, Layout::Corner, Layout::Modal];

/// Presses Tab until the focus is on what matches.
async fn tab_to(browser: &Browser, selector: &str) {
    for _ in 0..60 {
        browser.press(Key::Tab).await;
        if is_on(browser, selector).await {
            return;
        }
    }
    panic!("no Tab leads to {selector} on {}", browser.path().await);
}

async fn is_on(browser: &Browser, selector: &str) -> bool {
    let Ok(focused) = browser.active_element().await else { return false };
    let found = browser.find_all(By::Css(selector)).await.unwrap();
    found.contains(&focused)
}

/// Presses a key on what has the focus, and waits for the page it leads to.
async fn press_and_leave(browser: &Browser, key: Key) {
    let focused = browser.active_element().await.unwrap();
    browser.press(key).await;
    browser.leave(&focused).await;
}

const ACCEPT: &str = "#cookie-consent button[value=accept]";
const REJECT: &str = "#cookie-consent button[value=reject]";
const READ_MORE: &str = "#cookie-consent a[href*='cookie-consent']";

async fn walk(script: Script) {
    let browser = Browser::open(script, 1280, 900).await;
    for layout in LAYOUTS {
        let address = shapes::start(|policy| policy.layout(layout)).await;
        let page = format!("{address}/plain");
        let open = async || {
            browser.goto(&page).await.unwrap();
            browser.delete_all_cookies().await.unwrap();
            browser.goto(&page).await.unwrap();
            assert!(is_on(&browser, "body").await, "{layout:?}: the banner takes no focus");
        };

        // First in order in every layout, each thing in its turn, and then the page, unless it waits.
        open().await;
        for selector in [ACCEPT, REJECT, READ_MORE, "#cookie-consent a[href='/privacy']"] {
            browser.press(Key::Tab).await;
            assert!(is_on(&browser, selector).await, "{layout:?} {selector}");
            let focused = browser.active_element().await.unwrap();
            assert_eq!(focused.css_value("outline-style").await.unwrap(), "solid", "{layout:?} {selector}");
            assert_eq!(focused.css_value("outline-width").await.unwrap(), "3px", "{layout:?} {selector}");
        }
        browser.press(Key::Tab).await;
        let leads_on = is_on(&browser, "header a").await;
        assert_eq!(leads_on, layout != Layout::Modal || script == Script::Off, "{layout:?}");

        open().await;
        tab_to(&browser, REJECT).await;
        browser.press(Key::Enter).await;
        browser.wait_for_none("#cookie-consent").await;
        assert_eq!(browser.count("[inert]").await, 0, "{layout:?}");
        tab_to(&browser, ":has(> [role=status]) a").await;
        press_and_leave(&browser, Key::Enter).await;
        assert!(browser.path().await.starts_with("/cookie-consent?"));

        open().await;
        tab_to(&browser, ACCEPT).await;
        browser.press(Key::Space).await;
        browser.wait_for_none("#cookie-consent").await;
        tab_to(&browser, "#cookie-consent-settings").await;
        press_and_leave(&browser, Key::Enter).await;
        assert_eq!(browser.count("input[name=category]:checked").await, 3);
        tab_to(&browser, "button[value=reject]").await;
        press_and_leave(&browser, Key::Enter).await;
        assert_eq!(browser.path().await, "/plain");

        open().await;
        tab_to(&browser, READ_MORE).await;
        press_and_leave(&browser, Key::Enter).await;
        tab_to(&browser, "input[value=analytics]").await;
        browser.press(Key::Space).await;
        assert_eq!(browser.count("input[name=category]:checked").await, 1);
        tab_to(&browser, "button[value=save]").await;
        press_and_leave(&browser, Key::Enter).await;
        assert_eq!(browser.path().await, "/plain");
        tab_to(&browser, "#cookie-consent-settings").await;
        press_and_leave(&browser, Key::Enter).await;
        assert_eq!(browser.count("input[value=analytics]:checked").await, 1);
        tab_to(&browser, ".back a").await;
        press_and_leave(&browser, Key::Enter).await;
        assert_eq!(browser.path().await, "/plain");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium, its driver and packages from npm"]
async fn every_way_is_walked_by_keyboard() {
    walk(Script::On).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium, its driver and packages from npm"]
async fn every_way_is_walked_by_keyboard_without_script() {
    walk(Script::Off).await;
}

/// Whether all of what has the focus lies behind something else (WCAG 2.4.11).
const IS_HIDDEN: &str = "
    const element = document.activeElement, area = element.getBoundingClientRect();
    const seen = [.1, .5, .9].some(x => [.1, .5, .9].some(y => {
        const hit = document.elementFromPoint(area.x + area.width * x, area.y + area.height * y);
        return hit == element || element.contains(hit);
    }));
    return seen ? null : element.id || element.outerHTML";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium, its driver and packages from npm"]
async fn no_banner_hides_what_has_the_focus() {
    let browser = Browser::open_resizable(Script::On).await;
    for layout in [Layout::Top, Layout::Bottom, Layout::Corner] {
        let address = shapes::start(|policy| policy.layout(layout)).await;
        // Some banners of Bulgarian are the highest; its halves come to stand beside each other from 832 px on.
        for (width, height, language) in [
            (1280, 720, "en"),
            (896, 900, "bg"),
            (832, 600, "bg"),
            (768, 1024, "bg"),
            (320, 640, "en"),
            (320, 256, "en"),
        ] {
            browser.resize(width, height, 1).await;
            browser.goto(format!("{address}/plain?{language}")).await.unwrap();
            // A page full of links.
            browser
                .run("document.querySelectorAll('main p').forEach(p => { const a = document.createElement('a'); \
                      a.href = '/plain'; p.before(a); a.append(p) })")
                .await;
            let mut seen = 0;
            for shift in ["", "\u{e008}"] {
                for _ in 0..38 {
                    browser.press(format!("{shift}{}", char::from(Key::Tab))).await;
                    // Back at the start of the page, or in the browser's own bars.
                    if is_on(&browser, "body").await {
                        continue;
                    }
                    seen += 1;
                    let hidden: Value = browser.run(IS_HIDDEN).await;
                    assert_eq!(hidden, json!(null), "{layout:?} at {width}x{height} in {language}");
                }
            }
            assert!(seen > 60, "{seen}");
        }
    }
}
