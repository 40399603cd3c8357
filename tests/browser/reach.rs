//! What the report says of a page that leaves the banner no room.

use serde_json::Value;
use thirtyfour::By;
use tower_consent::{Enforcement, Layout};

use crate::{
    chromium::{Browser, Script},
    shapes,
};

const REPORT: &str = "/cookie-consent/report";

/// What it says of a page, and what it advises.
async fn said(browser: &Browser, page: &str) -> (Vec<String>, Option<String>) {
    let field = browser.find(By::Css("#reach input")).await.unwrap();
    field.clear().await.unwrap();
    field.send_keys(page).await.unwrap();
    browser.click("#reach button").await;
    browser.wait_for("!document.querySelector('#reach button').disabled").await;
    let lines = "return [...document.querySelectorAll('#reach li')].map(item => item.textContent)";
    let lines = browser
        .run(lines)
        .await
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line.as_str().unwrap().to_owned())
        .collect();
    let advice = "const [advice] = document.querySelectorAll('#reach [data-advice]');
        return advice.hidden ? null : advice.querySelector('code').textContent";
    (lines, browser.run(advice).await.as_str().map(str::to_owned))
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium, its driver and packages from npm"]
async fn pages_that_leave_a_banner_no_room_are_told_of_with_what_to_write() {
    let top = [
        ("plain", ""),
        ("bootstrap", ""),
        ("fixed-header", ""),
        ("column", ""),
        ("body-scrolls", ""),
        ("row", "wider with the banner"),
        ("row", "stands beside the page"),
        ("row", "the link to the settings will change the size of header"),
        ("areas", "comes after what should come after it"),
        ("columns", "stands beside the page"),
        ("rows", "changes the size of main"),
        ("above-all", "covered by header"),
        ("shell", "keeps visitors from input and 2 more controls"),
        ("over-top", "keeps visitors from a (Home)"),
    ];
    let bottom = [("plain", ""), ("over-top", ""), ("tab-bar", "keeps visitors from a (Home)")];
    // Windows are no larger than the screen.
    let screen = "--screen-info={1600x1200}".to_owned();
    let browser = Browser::open_with(Script::On, 1280, 900, &[screen]).await;
    for (layout, advised, pages) in
        [(Layout::Top, "layout = \"bottom\"", &top[..]), (Layout::Bottom, "layout = \"top\"", &bottom)]
    {
        let address = shapes::start(|policy| policy.layout(layout)).await;
        browser.goto(format!("{address}{REPORT}")).await.unwrap();
        for (page, expected) in pages {
            let (lines, advice) = said(&browser, &format!("/{page}")).await;
            if expected.is_empty() {
                let fine = |width| format!("At {width} px: banner and page can be reached.");
                assert_eq!(lines, [fine(320), fine(1280)], "{layout:?} {page}");
                assert_eq!(advice, None, "{layout:?} {page}");
            } else {
                assert!(lines.iter().any(|line| line.contains(expected)), "{layout:?} {page}: {lines:?}");
                assert_eq!(advice.as_deref(), Some(advised), "{layout:?} {page}");
            }
        }
    }
    assert_eq!(browser.windows().await.unwrap().len(), 1, "no window is left open");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn where_nothing_can_be_looked_at_it_says_why() {
    let browser = Browser::open(Script::On, 1280, 900).await;
    let address = shapes::start(|policy| policy).await;
    browser.goto(format!("{address}{REPORT}")).await.unwrap();
    let one = |text: &str| vec![text.to_owned()];
    assert_eq!(said(&browser, "https://example.net/").await.0, one("That is no page of this site."));
    assert_eq!(said(&browser, "http://").await.0, one("That is no page of this site."));
    let (lines, advice) = said(&browser, "/bare/plain").await;
    assert!(lines[0].starts_with("No banner is shown there:"), "{lines:?}");
    assert_eq!(advice, None);
    for (page, expected) in [
        ("/hydrates", "placement = \"end\""),
        ("/dialog", "A dialog of the page"),
        ("/no/such/page", "one of an error (404)"),
    ] {
        let (lines, advice) = said(&browser, page).await;
        assert!(lines[0].contains(expected), "{page}: {lines:?}");
        assert_eq!(advice, None);
    }

    let address = shapes::start(|policy| policy.enforcement(Enforcement::Observe)).await;
    browser.goto(format!("{address}{REPORT}")).await.unwrap();
    assert_eq!(browser.count("#reach form").await, 0);
    let text = browser.run("return document.getElementById('reach').textContent").await;
    assert!(matches!(&text, Value::String(text) if text.contains("shows no banner")), "{text}");
}
