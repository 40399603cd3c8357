//! Colours that the visitor's system forces, more contrast, less motion, paper.

use serde_json::json;
use tower_consent::Layout;

use crate::{
    chromium::{Browser, Script},
    shapes,
};

const LAYOUTS: [Layout; 4] = [Layout::Top, Layout::Bottom, Layout::Corner, Layout::Modal];

/// Buttons without a border or a mark of the focus that can be seen.
const UNSEEN: &str = "
    const found = [], see = (element, what, colour, width) => {
        const ground = getComputedStyle(element).backgroundColor;
        if (!(parseFloat(width) >= 2) || colour == ground || colour == 'rgba(0, 0, 0, 0)') found.push(what + ': ' + element.textContent);
    };
    for (const element of document.querySelectorAll('#cookie-consent :is(button, a), body > main form button')) {
        if (element.closest('[inert]')) continue;
        element.focus({ focusVisible: true });
        const style = getComputedStyle(element);
        if (element.localName == 'button' && element.value) see(element, 'border', style.borderTopColor, style.borderTopWidth);
        if (style.outlineStyle == 'none') found.push('outline: ' + element.textContent);
        else if (style.outlineStyle != 'auto') see(document.querySelector('#cookie-consent') || document.body, 'outline', style.outlineColor, style.outlineWidth);
    }
    return found";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium, its driver and packages from npm"]
async fn buttons_and_the_focus_are_seen_in_forced_colours() {
    let browser = Browser::open_resizable(Script::On).await;
    browser.resize(1280, 900, 1).await;
    for scheme in ["light", "dark"] {
        browser.prefer("", &[("forced-colors", "active"), ("prefers-color-scheme", scheme)]).await;
        for layout in LAYOUTS {
            let address = shapes::start(|policy| policy.layout(layout)).await;
            for path in ["plain", "cookie-consent?lang=en"] {
                browser.goto(format!("{address}/{path}")).await.unwrap();
                assert_eq!(
                    browser.run("return matchMedia('(forced-colors: active)').matches").await,
                    json!(true)
                );
                assert_eq!(browser.run(UNSEEN).await, json!([]), "{layout:?} {scheme} {path}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium, its driver and packages from npm"]
async fn nothing_moves_and_nothing_is_printed() {
    let browser = Browser::open_resizable(Script::On).await;
    browser.resize(1280, 900, 1).await;
    for layout in LAYOUTS {
        let address = shapes::start(|policy| policy.layout(layout)).await;
        browser.prefer("", &[("prefers-reduced-motion", "reduce")]).await;
        browser.goto(format!("{address}/plain")).await.unwrap();
        assert_eq!(browser.run("return document.getAnimations().length").await, json!(0), "{layout:?}");
        browser.prefer("print", &[]).await;
        let shown = "return document.getElementById('cookie-consent').checkVisibility()";
        assert_eq!(browser.run(shown).await, json!(false), "{layout:?}");
        // Room for the banner and a lock on scrolling are for the screen alone.
        let room = "return [getComputedStyle(document.documentElement, '::after').content, \
                    getComputedStyle(document.documentElement).overflowY]";
        assert_eq!(browser.run(room).await, json!(["none", "visible"]), "{layout:?}");
        browser.prefer("", &[]).await;
        browser.click("#cookie-consent button[value=reject]").await;
        browser.wait_for_none("#cookie-consent").await;
        browser.prefer("print", &[]).await;
        let shown = "return [...document.querySelectorAll('[role=status], #cookie-consent-settings')]
            .map(element => element.checkVisibility())";
        assert_eq!(browser.run(shown).await, json!([false, false]), "{layout:?}");
        browser.prefer("", &[]).await;
        browser.delete_all_cookies().await.unwrap();
    }
}
