//! Answers for which the page stays: what has the focus then, what is announced, and that nothing holds the page.

use serde_json::{Value, json};
use thirtyfour::Key;
use tower_consent::Layout;

use crate::{
    chromium::{Browser, Script::On},
    shapes,
};

const SAVED: &str = "Your choice has been saved.";

/// What assistive technology is told of by itself: each live region of the accessibility tree, and its words.
async fn live_regions(browser: &Browser) -> Vec<String> {
    browser.command("Accessibility.enable", json!({})).await;
    let tree = browser.command("Accessibility.getFullAXTree", json!({})).await;
    let nodes = tree["nodes"].as_array().unwrap();
    let words = |node: &Value| {
        let children = node["childIds"].as_array().unwrap().iter();
        let found = children.filter_map(|id| nodes.iter().find(|node| node["nodeId"] == *id));
        found.filter_map(|node| node["name"]["value"].as_str()).collect::<String>()
    };
    let live = |node: &&Value| {
        let properties = node["properties"].as_array().into_iter().flatten();
        let mut live = properties.filter(|property| property["name"] == "live");
        live.any(|property| property["value"]["value"] == "polite") && node["role"]["value"] == "status"
    };
    nodes.iter().filter(live).map(words).collect()
}

/// Marks the page, and notes what is said on it.
const WATCH: &str = "
window.same = true; window.said = [];
new MutationObserver(() => {
  const text = document.querySelector('[role=status]')?.textContent ?? null;
  if (said.at(-1) !== text) said.push(text);
}).observe(document, { subtree: true, childList: true, characterData: true });";

/// What has the focus, in a word.
const FOCUSED: &str = "
    const focused = document.activeElement;
    return focused.matches(':has(> [role=status])') ? 'confirmation'
        : focused.parentNode.matches(':has(> [role=status])') ? 'its link'
        : focused.matches('header a') ? 'page' : focused.localName";

/// What still holds the page.
const HOLDS: &str = "
    const page = getComputedStyle(document.documentElement), found = [];
    if (document.querySelector('[inert]')) found.push('inert');
    if (page.overflowY != 'visible') found.push('overflow ' + page.overflowY);
    if (page.scrollPaddingBottom != 'auto') found.push('scroll-padding ' + page.scrollPaddingBottom);
    if (getComputedStyle(document.documentElement, '::after').content != 'none') found.push('room');
    scrollTo({ top: 400, behavior: 'instant' });
    if (scrollY != 400) found.push('scrolls to ' + scrollY);
    return found";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium, its driver and packages from npm"]
async fn the_focus_goes_to_what_is_announced_and_the_page_is_free() {
    let browser = Browser::open(On, 1280, 600).await;
    for layout in [Layout::Top, Layout::Bottom, Layout::Corner, Layout::Modal] {
        let address = shapes::start(|policy| policy.layout(layout)).await;
        for choice in ["accept", "reject"] {
            for by_keyboard in [true, false] {
                let place = format!("{layout:?} {choice}, by keyboard: {by_keyboard}");
                browser.goto(format!("{address}/plain")).await.unwrap();
                browser.delete_all_cookies().await.unwrap();
                browser.goto(format!("{address}/plain")).await.unwrap();
                browser.run(WATCH).await;
                assert_eq!(live_regions(&browser).await, [""; 0], "{place}");
                if by_keyboard {
                    let tabs = if choice == "accept" { 1 } else { 2 };
                    for _ in 0..tabs {
                        browser.press(Key::Tab).await;
                    }
                    browser.press(Key::Enter).await;
                } else {
                    browser.click(&format!("#cookie-consent button[value={choice}]")).await;
                }
                browser.wait_for(&format!("said.at(-1) == '{SAVED}'")).await;
                assert_eq!(browser.run("return [same, said]").await, json!([true, ["", SAVED]]), "{place}");
                assert_eq!(live_regions(&browser).await, [SAVED], "{place}");
                assert_eq!(browser.run(FOCUSED).await, json!("confirmation"), "{place}");
                assert_eq!(browser.run(HOLDS).await, json!([]), "{place}");
                for next in ["its link", "page"] {
                    browser.press(Key::Tab).await;
                    assert_eq!(browser.run(FOCUSED).await, json!(next), "{place}");
                }
            }
        }
    }
}

/// Scrolls down, and returns where a text of the page is then.
const READ_ON: &str = "
    scrollTo({ top: 600, behavior: 'instant' });
    return Math.round(document.querySelector('main p:nth-of-type(15)').getBoundingClientRect().y)";

const WHERE: &str = "
    const area = document.querySelector('[role=status]').getBoundingClientRect();
    return [Math.round(document.querySelector('main p:nth-of-type(15)').getBoundingClientRect().y), area.y >= 0 && area.bottom <= innerHeight]";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium, its driver and packages from npm"]
async fn everyone_reads_on_where_they_were_and_sees_what_has_the_focus() {
    let browser = Browser::open(On, 1280, 600).await;
    for layout in [Layout::Bottom, Layout::Corner] {
        let address = shapes::start(|policy| policy.layout(layout)).await;
        for by_keyboard in [true, false] {
            browser.goto(format!("{address}/plain")).await.unwrap();
            browser.delete_all_cookies().await.unwrap();
            browser.goto(format!("{address}/plain")).await.unwrap();
            browser.run(WATCH).await;
            let before = browser.run(READ_ON).await;
            if by_keyboard {
                browser.press(Key::Tab).await;
                browser.press(Key::Enter).await;
            } else {
                browser.click("#cookie-consent button[value=reject]").await;
            }
            browser.wait_for(&format!("said.at(-1) == '{SAVED}'")).await;
            assert_eq!(browser.run(FOCUSED).await, json!("confirmation"), "{layout:?}");
            let found = browser.run(WHERE).await;
            let is_in_sight = found[1] == json!(true);
            assert_eq!((found[0] == before, is_in_sight), (true, true), "{layout:?} {by_keyboard}");
        }
    }
}
