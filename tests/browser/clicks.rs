//! How many clicks an answer takes: one to refuse, two to take a yes back.

use tower_consent::Layout;

use crate::{
    chromium::{Browser, Script},
    shapes,
};

const LANGUAGES: &str = "ar bg ca cs cy da de el en es et eu fi fr ga gl he hr hu is it lt lv mt nb nl pl pt ro sk sl \
                         sq sr sv tr uk";

/// Whether the visitor's cookie says yes to nothing.
async fn has_refused(browser: &Browser) -> bool {
    let cookie = browser.get_named_cookie("consent").await.unwrap();
    // Version, revision, day, granted, denied.
    let parts: Vec<_> = cookie.value.split('.').collect();
    parts.len() == 5 && parts[3].is_empty() && !parts[4].is_empty()
}

async fn refuse_in_one_and_withdraw_in_two(script: Script) {
    let browser = Browser::open(script, 1280, 900).await;
    for (turn, layout) in [Layout::Top, Layout::Bottom, Layout::Corner, Layout::Modal].into_iter().enumerate()
    {
        let address = shapes::start(|policy| policy.layout(layout)).await;
        browser.goto(format!("{address}/bare/plain")).await.unwrap();
        for (number, language) in LANGUAGES.split_ascii_whitespace().enumerate() {
            let page = format!("{address}/plain?{language}");
            browser.delete_all_cookies().await.unwrap();
            browser.goto(&page).await.unwrap();
            let banner = format!("#cookie-consent[lang={language}]");
            browser.click(&format!("{banner} button[value=reject]")).await;
            browser.wait_for_none("#cookie-consent").await;
            assert!(has_refused(&browser).await, "{layout:?} {language} {script:?}");

            // The way back is the same in every layout: each language takes it in one of them.
            if number % 4 != turn {
                continue;
            }
            browser.delete_all_cookies().await.unwrap();
            browser.goto(&page).await.unwrap();
            browser.click(&format!("{banner} button[value=accept]")).await;
            browser.wait_for_none("#cookie-consent").await;
            assert!(!has_refused(&browser).await, "{layout:?} {language} {script:?}");
            browser.follow("#cookie-consent-settings").await;
            browser.follow("button[value=reject]").await;
            assert!(has_refused(&browser).await, "{layout:?} {language} {script:?}");
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
