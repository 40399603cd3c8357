//! Where Firefox differs: what it brings back from the history of a tab, and how it blocks cookies.

use std::{process::Command, time::Duration};

use serde_json::{Value, json};
use thirtyfour::{DesiredCapabilities, WebDriver, common::capabilities::firefox::FirefoxPreferences};

use crate::{
    chromium::{Browser, Process},
    embeds::{Company, company, site},
    script::{ACCEPT, REJECT, declared, is_same_page, open, says_what_is_blocked, start},
};

async fn firefox(preferences: &[(&str, Value)]) -> Browser {
    let (process, port) =
        Process::start(Command::new("geckodriver").arg("--port=0"), "Listening on 127.0.0.1:");
    let mut capabilities = DesiredCapabilities::firefox();
    capabilities.set_headless().unwrap();
    let mut all = FirefoxPreferences::new();
    for (name, value) in preferences {
        all.set(name, value).unwrap();
    }
    capabilities.set_preferences(all).unwrap();
    let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities).await.unwrap();
    driver.set_implicit_wait_timeout(Duration::ZERO).await.unwrap();
    Browser::of(driver, process)
}

/// Waits until the company was asked for something, or for a moment in which it might have been.
async fn is_asked(company: &Company, before: usize) -> bool {
    for _ in 0..40 {
        if company.asked() > before {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    false
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Firefox and its driver"]
async fn a_yes_fills_the_frames_that_waited_in_firefox_too() {
    let company = company().await;
    let address = site(&company, "").await;
    let browser = firefox(&[]).await;
    browser.goto(format!("{address}/film")).await.unwrap();
    assert_eq!(company.asked(), 0);
    browser.click(ACCEPT).await;
    assert!(is_asked(&company, 0).await);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Firefox and its driver"]
async fn a_no_empties_the_frames_of_the_page_in_firefox_either() {
    let company = company().await;
    let address = site(&company, "").await;
    let browser = firefox(&[]).await;
    browser.goto(format!("{address}/film")).await.unwrap();
    browser.click(ACCEPT).await;
    assert!(is_asked(&company, 0).await);
    let asked = company.asked();
    browser.run("window.same = true; towerConsent.change({ choice: 'reject' })").await;
    browser.wait_for("window.same !== true").await;
    assert!(!is_asked(&company, asked).await, "it came back");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Firefox and its driver"]
async fn a_firefox_that_blocks_cookies_is_not_asked() {
    let address = start(declared()).await;
    let browser = firefox(&[("network.cookie.cookieBehavior", json!(2))]).await;
    open(&browser, &format!("{address}/tracked")).await;
    says_what_is_blocked(&browser).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Firefox and its driver"]
async fn a_refusal_needs_no_new_page_in_firefox_either() {
    let address = start(declared()).await;
    let browser = firefox(&[]).await;
    open(&browser, &format!("{address}/tracked")).await;
    browser.click(REJECT).await;
    browser.wait_for_none("#cookie-consent").await;
    assert!(is_same_page(&browser).await);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Firefox and its driver"]
async fn both_answers_work_without_script_in_firefox() {
    let address = start(declared()).await;
    let browser = firefox(&[("javascript.enabled", json!(false))]).await;
    for (answer, images) in [(REJECT, 0), (ACCEPT, 1)] {
        browser.delete_all_cookies().await.unwrap();
        browser.goto(format!("{address}/tracked")).await.unwrap();
        browser.follow(answer).await;
        assert_eq!(browser.count("#cookie-consent").await, 0);
        assert_eq!(browser.count("img[src]").await, images);
    }
}
