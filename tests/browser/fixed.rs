//! Layouts in which the banner is fixed to the window.

use serde_json::json;
use thirtyfour::Key;
use tower_consent::Layout;

use crate::{
    chromium::{Browser, Script},
    shapes,
};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium, its driver and packages from npm"]
async fn where_the_banner_is_fixed_the_answer_is_confirmed_in_sight_and_nobody_loses_the_place() {
    const PLACE: &str = "const area = document.querySelector('[role=status][data-consent-ui]').getBoundingClientRect();
        return [scrollY, area.top > 0 && area.bottom <= innerHeight, Math.round(document.querySelector('main').offsetLeft)]";
    for layout in [Layout::Bottom, Layout::Corner, Layout::Modal] {
        let address = shapes::start(|policy| policy.layout(layout)).await;
        for (shape, by_keyboard) in [("plain", false), ("plain", true), ("bootstrap", false)] {
            let browser = Browser::open(Script::On, 1280, 600).await;
            browser.goto(format!("{address}/{shape}")).await.unwrap();
            browser.run("scrollTo({ top: 300, behavior: 'instant' })").await;
            let before = browser.run("return [scrollY, document.querySelector('main').offsetLeft]").await;
            match by_keyboard {
                true => {
                    browser.run("document.querySelector('#cookie-consent [value=reject]').focus()").await;
                    browser.press(Key::Enter).await;
                }
                false => drop(browser.click("#cookie-consent [value=reject]").await),
            }
            browser.wait_for_none("#cookie-consent").await;
            let place = browser.run(PLACE).await;
            assert_eq!(place, json!([before[0], true, before[1]]), "{layout:?} {shape} {by_keyboard}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium, its driver and packages from npm"]
async fn a_modal_whose_script_may_not_run_covers_nothing() {
    let address = shapes::start(|policy| policy.layout(Layout::Modal)).await;
    let browser = Browser::open(Script::On, 1280, 600).await;
    for (shape, position) in [("meta-policy", "relative"), ("plain", "fixed")] {
        browser.goto(format!("{address}/{shape}")).await.unwrap();
        let found = "return getComputedStyle(document.getElementById('cookie-consent')).position";
        assert_eq!(browser.run(found).await, json!(position), "{shape}");
    }
}
