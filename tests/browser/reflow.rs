//! Text that is large, in a window that is small: 400 % zoom (WCAG 1.4.10) and wide spacing (1.4.12).

use serde_json::{Value, json};
use tower_consent::{Category, Layout};

use crate::{
    chromium::{Browser, Script},
    shapes,
};

/// What cannot be reached, is cut off, or leaves no page to see.
const PROBLEMS: &str = "
    const problems = [], page = document.documentElement, banner = document.getElementById('cookie-consent');
    if (page.scrollWidth > page.clientWidth) problems.push('scrolls sideways');
    for (const element of (banner || document).querySelectorAll('button, a, summary, label, h1, h2, p')) {
        if (!element.checkVisibility()) continue;
        element.scrollIntoView({ block: 'nearest', behavior: 'instant' });
        const area = element.getClientRects()[0];
        if (area.left < 0 || area.right > innerWidth) problems.push('sideways: ' + element.textContent);
        if (element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display != 'inline')
            problems.push('cut: ' + element.textContent);
        const hit = document.elementFromPoint(area.x + area.width / 2, area.y + Math.min(area.height / 2, 20));
        if (element.matches('button, a, summary, label') && hit != element && !element.contains(hit))
            problems.push('covered: ' + element.textContent);
    }
    if (banner && getComputedStyle(banner).position == 'fixed' && !document.querySelector('main[inert]')) {
        if (banner.getBoundingClientRect().height > innerHeight * .76) problems.push('fills the screen');
        const link = document.getElementById('last');
        link.scrollIntoView({ block: 'start', behavior: 'instant' });
        const area = link.getClientRects()[0];
        const hit = document.elementFromPoint(area.x + 2, area.y + area.height / 2);
        if (hit != link) problems.push('the page stays covered');
    }
    return problems";

const SPACED: &str = "
    const sheet = new CSSStyleSheet;
    sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } \
        p { margin-block-end: 2em !important }');
    document.adoptedStyleSheets.push(sheet)";

async fn check(browser: &Browser, place: &str) {
    for spaced in [false, true] {
        if spaced {
            browser.run(SPACED).await;
        }
        let problems: Value = browser.run(PROBLEMS).await;
        assert_eq!(problems, json!([]), "{place}, spaced: {spaced}");
    }
}

const WIDTHS: &str = "return [...document.querySelectorAll('#cookie-consent [name=choice]')].map(button => button.offsetWidth)";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium, its driver and packages from npm"]
async fn text_of_twice_the_size_fits_and_the_answers_stay_equal() {
    for (width, height) in [(375, 900), (1280, 900)] {
        let browser = Browser::open_with_large_text(width, height).await;
        for layout in [Layout::Top, Layout::Bottom, Layout::Corner, Layout::Modal] {
            let address = shapes::start(|policy| policy.layout(layout)).await;
            for language in ["en", "ar", "de", "fr", "hu"] {
                browser.goto(format!("{address}/plain?{language}")).await.unwrap();
                let place = format!("{layout:?} {language} at {width}");
                let mut problems = browser.run(PROBLEMS).await;
                // As the page does by itself.
                problems.as_array_mut().unwrap().retain(|problem| problem != "scrolls sideways");
                assert_eq!(problems, json!([]), "{place}");
                let widths = browser.run(WIDTHS).await;
                assert_eq!(widths[0], widths[1], "{place}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium, its driver and packages from npm"]
async fn the_end_of_the_page_is_reached_behind_a_long_banner() {
    const LAST: &str = "
        scrollTo(0, document.documentElement.scrollHeight);
        const area = document.getElementById('last').getBoundingClientRect();
        return document.elementFromPoint(area.x + 2, area.bottom - 2)?.id";
    let browser = Browser::open_resizable(Script::On).await;
    for layout in [Layout::Bottom, Layout::Corner] {
        for categories in [0, 6] {
            let address = shapes::start(|policy| {
                (0..categories).fold(policy.layout(layout), |policy, number| {
                    let title = format!("Improving what we recommend to you, part {number}");
                    policy.category(Category::new(format!("more-{number}")).title(title).description("Such."))
                })
            })
            .await;
            for (width, height) in [(320, 640), (900, 720), (1280, 720)] {
                browser.resize(width, height, 1).await;
                for language in ["en", "de", "hu", "uk"] {
                    browser.goto(format!("{address}/plain?{language}")).await.unwrap();
                    let place = format!("{layout:?} {language} at {width}, {categories} more");
                    assert_eq!(browser.run(LAST).await, json!("last"), "{place}");
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium, its driver and packages from npm"]
async fn everything_is_reached_at_four_hundred_percent_and_with_wide_spacing() {
    let browser = Browser::open_resizable(Script::On).await;
    for (width, height, zoom) in [(320, 256, 4), (320, 640, 1), (1440, 900, 1)] {
        browser.resize(width, height, zoom).await;
        for layout in [Layout::Top, Layout::Bottom, Layout::Corner, Layout::Modal] {
            let address = shapes::start(|policy| policy.layout(layout)).await;
            for language in ["en", "ar", "de", "hu"] {
                let place = format!("{layout:?} {language} at {width}x{height}");
                browser.goto(format!("{address}/plain?{language}")).await.unwrap();
                check(&browser, &place).await;
                browser.goto(format!("{address}/cookie-consent?lang={language}")).await.unwrap();
                check(&browser, &format!("settings page, {place}")).await;
            }
        }
    }
}
