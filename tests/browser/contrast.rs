//! Whether controls and the mark of the focus stand out from what is around them, by the page's own colours.

use serde_json::json;
use tower_consent::{Colors, Layout, Theme};

use crate::{
    chromium::{Browser, Script::On},
    shapes,
};

/// Functions that tell how far colours are apart (WCAG 2.2, relative luminance and contrast ratio).
const CONTRAST: &str = "
    const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
    const pixel = colour => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        return canvas.getImageData(0, 0, 1, 1).data;
    };
    const luminance = colour => {
        const [r, g, b] = [...pixel(colour)].map(part => part / 255).map(part => part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4);
        return .2126 * r + .7152 * g + .0722 * b;
    };
    const contrast = (one, other) => {
        const [dark, bright] = [luminance(one), luminance(other)].sort((a, b) => a - b);
        return (bright + .05) / (dark + .05);
    };
    // What an element stands on: the page's own ground where nothing is painted.
    const behind = element => {
        for (let at = element; at; at = at.parentElement) {
            const colour = getComputedStyle(at).backgroundColor;
            if (pixel(colour)[3] == 255) return colour;
        }
        return 'Canvas';
    };";

/// Controls of which the mark of the focus (WCAG 2.2, 1.4.11 and 2.4.13) or the boundary (1.4.11) is hard to see.
const HARD_TO_SEE: &str = "
    const found = [], controls = [...document.querySelectorAll(arguments[0])].filter(control => control.checkVisibility());
    if (controls.length < arguments[1]) found.push('controls: ' + controls.length);
    for (const control of controls) {
        control.focus({ focusVisible: true });
        const style = getComputedStyle(control), offset = parseFloat(style.outlineOffset);
        // A mark within the edges stands on the control's own ground.
        const ground = behind(offset < 0 ? control : control.parentElement);
        const name = control.textContent || control.localName;
        const say = (what, value) => found.push(`${what} of ${name}: ${value}`);
        if (document.activeElement != control) say('focus', 'none');
        if (style.outlineStyle != 'solid' || parseFloat(style.outlineWidth) < 2 || offset < 0 && offset + parseFloat(style.outlineWidth) > 0)
            say('mark', style.outline);
        const mark = contrast(style.outlineColor, ground);
        if (!(mark >= 3)) say('mark', mark);
        if (control.localName != 'button') continue;
        const edge = Math.max(contrast(style.borderTopColor, ground), contrast(style.backgroundColor, ground));
        if (!(edge >= 3)) say('boundary', edge);
    }
    return found";

async fn hard_to_see(browser: &Browser, selector: &str, least: usize, place: &str) {
    let script = format!("{CONTRAST}{HARD_TO_SEE}");
    let found = browser.execute(script, vec![selector.into(), least.into()]).await.unwrap();
    assert_eq!(*found.json(), json!([]), "{place}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium, its driver and packages from npm"]
async fn controls_and_the_focus_stand_out() {
    let browser = Browser::open(On, 1280, 900).await;
    let own = Colors::new().background("#fffaf0").text("#767066").button("#8a8378").button_text("#000");
    for (theme, scheme) in
        [(Theme::Auto, "light"), (Theme::Auto, "dark"), (Theme::Light, "dark"), (Theme::Dark, "light")]
    {
        browser.prefer("", &[("prefers-color-scheme", scheme)]).await;
        for layout in [Layout::Top, Layout::Modal] {
            for colors in [Colors::new(), own.clone()] {
                let place = format!("{theme:?} where {scheme} is preferred, {layout:?}, {colors:?}");
                let address =
                    shapes::start(|policy| policy.layout(layout).theme(theme).light_colors(colors)).await;
                browser.goto(format!("{address}/film")).await.unwrap();
                browser.delete_all_cookies().await.unwrap();
                browser.goto(format!("{address}/film")).await.unwrap();
                hard_to_see(&browser, "#cookie-consent :is(button, a)", 4, &format!("banner, {place}")).await;
                browser.click("#cookie-consent button[value=reject]").await;
                browser.wait_for_none("#cookie-consent").await;
                let links = "[data-consent-ui] > a";
                hard_to_see(&browser, links, 2, &format!("confirmation and settings link, {place}")).await;
                browser.enter_frame(0).await.unwrap();
                hard_to_see(&browser, "button", 2, &format!("placeholder, {place}")).await;
                browser.enter_default_frame().await.unwrap();
                browser.goto(format!("{address}/cookie-consent?lang=en")).await.unwrap();
                let controls = "a, button, summary, input[type=checkbox]:enabled";
                hard_to_see(&browser, controls, 8, &format!("settings page, {place}")).await;
            }
        }
    }
}

/// Texts below what WCAG 2.2, 1.4.6 asks for, and edges of boxes that are hard to see.
const FAINT: &str = "
    const found = [], root = document.querySelector(arguments[0]);
    for (const element of [root, ...root.querySelectorAll('*')]) {
        if (!element.checkVisibility() || /^(script|style)$/.test(element.localName)) continue;
        const style = getComputedStyle(element);
        const has_text = [...element.childNodes].some(node => node.nodeType == 3 && node.data.trim());
        const text = contrast(style.color, behind(element));
        if (has_text && !(text >= 7)) found.push(`${element.textContent}: ${text}`);
        if (element.matches('section, form, li, .state') && parseFloat(style.borderBottomWidth) + parseFloat(style.borderTopWidth) > 0) {
            const edge = contrast(style.borderTopColor, behind(element));
            if (!(edge >= 4.5)) found.push(`${element.localName}: ${edge}`);
        }
    }
    return found";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium, its driver and packages from npm"]
async fn whoever_prefers_more_contrast_gets_it() {
    let browser = Browser::open(On, 1280, 900).await;
    let faint = format!("{CONTRAST}{FAINT}");
    for scheme in ["light", "dark"] {
        browser.prefer("", &[("prefers-contrast", "more"), ("prefers-color-scheme", scheme)]).await;
        for layout in [Layout::Top, Layout::Bottom, Layout::Corner, Layout::Modal] {
            let address = shapes::start(|policy| policy.layout(layout)).await;
            for (path, root) in [("plain", "#cookie-consent"), ("cookie-consent?lang=en", "body")] {
                browser.goto(format!("{address}/{path}")).await.unwrap();
                let found = browser.execute(&faint, vec![root.into()]).await.unwrap();
                assert_eq!(*found.json(), json!([]), "{scheme} {layout:?} {path}");
            }
        }
    }
}
