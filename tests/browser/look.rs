//! The layouts and themes, in pages that make it hard.

use serde_json::{Value, json};
use tower_consent::{BannerContext, Layout, Model, Theme};

use crate::{
    chromium::{Browser, Script},
    shapes,
};

const LAYOUTS: [Layout; 4] = [Layout::Top, Layout::Bottom, Layout::Corner, Layout::Modal];

/// What keeps a visitor from the banner or from the page.
const PROBLEMS: &str = "
    const banner = document.getElementById('cookie-consent'), problems = [];
    const reach = (element, block) => {
        element.scrollIntoView({ block, behavior: 'instant' });
        const area = element.getClientRects()[0];
        const hit = document.elementFromPoint(area.x + area.width / 2, area.y + area.height / 2);
        return hit == element || element.contains(hit);
    };
    for (const element of banner.querySelectorAll('button, a')) {
        if (!reach(element, 'nearest')) problems.push('covered: ' + element.textContent);
        if (parseFloat(getComputedStyle(element).fontSize) < 14) problems.push('small: ' + element.textContent);
        if (element.scrollWidth > element.clientWidth + 1) problems.push('overflows: ' + element.textContent);
    }
    const link = document.getElementById('last');
    const inert = link.closest('[inert]');
    if (!inert && !['start', 'center', 'end'].some(block => reach(link, block))) problems.push('page covered');
    if (inert && arguments[0] != 'modal') problems.push('page inert');
    const page = document.documentElement;
    if (page.scrollWidth > page.clientWidth) problems.push('page overflows by ' + (page.scrollWidth - page.clientWidth));
    scrollTo(0, 0);
    return problems";

/// How the buttons and texts of the banner look, lengths in its own font size.
const LOOKS: &str = "
    const banner = document.getElementById('cookie-consent');
    const size = parseFloat(getComputedStyle(banner).fontSize);
    const ems = length => Math.round(parseFloat(length) / size * 100);
    return [...banner.querySelectorAll('h2, p, button, a')].map(element => {
        const style = getComputedStyle(element);
        return [element.localName, style.color, style.backgroundColor, style.borderTopWidth, ems(style.fontSize),
            style.fontWeight, ems(style.lineHeight), style.textAlign, ems(style.paddingTop), ems(style.marginTop),
            style.display, style.textTransform, style.letterSpacing, style.wordSpacing, style.fontStyle,
            style.webkitTextFillColor, style.position, getComputedStyle(element, '::before').display];
    })";

/// How what is the site's own looks.
const OWN: &str = "
    return [...document.querySelectorAll('html, body, body *:not([data-consent-ui])')].map(element => {
        const style = getComputedStyle(element);
        return [element.localName, style.color, style.backgroundColor, style.border, style.font, style.margin,
            style.padding, style.display, style.position, style.textAlign];
    })";

async fn list(browser: &Browser, script: &str, arguments: Vec<Value>) -> Vec<Value> {
    let found = browser.execute(script, arguments).await.unwrap();
    found.json().as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium, its driver and packages from npm"]
async fn every_layout_can_be_used_in_every_page() {
    for layout in LAYOUTS {
        let address = shapes::start(|policy| policy.layout(layout)).await;
        for (width, height) in [(320, 640), (1440, 900)] {
            let browser = Browser::open(Script::On, width, height).await;
            let mut looks = Vec::new();
            for (name, _) in shapes::shapes() {
                browser.goto(format!("{address}/{name}")).await.unwrap();
                let argument = if layout == Layout::Modal { "modal" } else { "" };
                let mut problems = list(&browser, PROBLEMS, vec![argument.into()]).await;
                // What the documentation of the layouts says of such pages.
                problems.retain(|problem| match (layout, name) {
                    (Layout::Top, "row") => !problem.as_str().unwrap().contains("overflows"),
                    (Layout::Top, "shell") => problem != "page covered",
                    (Layout::Bottom | Layout::Corner, "shell" | "absolute") => problem != "page covered",
                    _ => true,
                });
                assert!(problems.is_empty(), "{layout:?} {name} at {width}: {problems:?}");
                let look = list(&browser, LOOKS, vec![]).await;
                match looks.is_empty() {
                    true => looks = look,
                    false => assert_eq!(looks, look, "{layout:?} {name} at {width}"),
                }
            }
            browser.follow("#cookie-consent button[value=reject]").await;
            assert_eq!(browser.count("#cookie-consent").await, 0);
        }
    }
}

/// What keeps a visitor from the link to the settings, and whether the confirmation is seen.
const CONTROL_PROBLEMS: &str = "
    const problems = [], link = document.getElementById('cookie-consent-settings');
    const confirmation = document.querySelector('[role=status][data-consent-ui]');
    if (!confirmation?.getClientRects().length) problems.push('no confirmation');
    const is_reached = ['start', 'center', 'end', 'nearest'].some(block => {
        link.scrollIntoView({ block, behavior: 'instant' });
        const area = link.getBoundingClientRect();
        return link.contains(document.elementFromPoint(area.x + area.width / 2, area.y + area.height / 2));
    });
    if (!is_reached) problems.push('covered');
    if (link.getBoundingClientRect().height < 44) problems.push('small');
    return problems";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium, its driver and packages from npm"]
async fn the_way_back_can_be_used_in_every_page() {
    let address = shapes::start(|policy| policy).await;
    for (width, height) in [(320, 640), (1440, 900)] {
        let browser = Browser::open(Script::Off, width, height).await;
        for (name, _) in shapes::shapes() {
            browser.goto(format!("{address}/cookie-consent?return_to=/{name}")).await.unwrap();
            browser.follow("button[value=reject]").await;
            let problems = list(&browser, CONTROL_PROBLEMS, vec![]).await;
            assert!(problems.is_empty(), "{name} at {width}: {problems:?}");
        }
    }
}

/// Which of the two answers are in sight before anything is scrolled.
const IN_SIGHT: &str = "
    return [...document.querySelectorAll('#cookie-consent button')].filter(button => {
        const area = button.getBoundingClientRect();
        const corners = [[area.left, area.top], [area.right, area.top], [area.left, area.bottom], [area.right, area.bottom]];
        return corners.every(([x, y]) =>
            button.contains(document.elementFromPoint(x + (x == area.left ? 9 : -9), y + (y == area.top ? 9 : -9))));
    }).map(button => button.value)";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium, its driver and packages from npm"]
async fn no_small_window_shows_one_answer_alone() {
    const LANGUAGES: &str = "bg ca de el et eu ga hr hu lt lv mt nl pl pt ro sq sr sr-Latn uk";
    for layout in [Layout::Bottom, Layout::Corner, Layout::Modal] {
        let address = shapes::start(|policy| policy.layout(layout)).await;
        for height in [400, 480, 568] {
            let browser = Browser::open(Script::On, 320, height).await;
            for language in LANGUAGES.split_ascii_whitespace() {
                browser.goto(format!("{address}/plain?{language}")).await.unwrap();
                let seen = list(&browser, IN_SIGHT, vec![]).await;
                assert_eq!(seen.len(), 2, "{layout:?} in {language} at {height}: {seen:?}");
            }
        }
    }
}

/// What a site may write by itself: buttons in a box of their own, beside the text, and in it.
const WRITTEN: [(&str, &str); 3] =
    [("<div>{text}</div><div>", "</div>"), ("<h2>Biscuits?</h2>{text}", ""), ("{text}<p>", "</p>")];

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium, its driver and packages from npm"]
async fn the_answers_of_a_site_s_own_banner_are_equally_wide() {
    const WIDTHS: &str = "return [...document.querySelectorAll('#cookie-consent [name=choice]')].map(button => button.offsetWidth)";
    let browser = Browser::open_resizable(Script::On).await;
    for layout in LAYOUTS {
        for (before, behind) in WRITTEN {
            let own = move |banner: &BannerContext<'_>| {
                let link = format!("<a href=\"{}\">{}</a>", banner.settings_href(), banner.settings_label());
                let mut html = before.replace("{text}", &format!("<p>{} {link}</p>", banner.message()));
                for choice in banner.choices() {
                    html += &format!("<button name=choice value={}>{}</button>", choice.value, choice.label);
                }
                html + behind
            };
            let address =
                shapes::start_with(|policy| policy.layout(layout), |layer| layer.banner(own).unwrap()).await;
            for width in [320, 360, 900, 1040, 1440] {
                browser.resize(width, 800, 1).await;
                browser.goto(format!("{address}/plain")).await.unwrap();
                let widths = list(&browser, WIDTHS, vec![]).await;
                assert!(
                    widths.len() == 2 && widths[0] == widths[1],
                    "{layout:?} {before} at {width}: {widths:?}"
                );
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium, its driver and packages from npm"]
async fn every_language_fits_a_phone() {
    const LANGUAGES: &str = "ar bg ca cs cy da de el en es et eu fi fr ga gl he hr hu is it lt lv mt nb nl pl pt ro sk \
        sl sq sr sr-Latn sv tr uk";
    const OVERFLOWS: &str = "
        const found = [...document.querySelectorAll('button, label')]
            .filter(element => element.scrollWidth > element.clientWidth + 1).map(element => element.textContent);
        const page = document.documentElement;
        return page.scrollWidth > page.clientWidth ? found.concat('page') : found";
    // "Same size": CNIL, deliberation 2020-092, paragraph 34.
    const SIZES: &str = "return [...document.querySelectorAll('#cookie-consent [name=choice]')]
        .map(button => button.getBoundingClientRect()).map(({ width, height }) => [width, height].map(Math.round).join('x'))";
    const ALL_SIZES: &str =
        "return [...document.querySelectorAll('.all button')].map(button => button.offsetHeight)";
    let browser = Browser::open(Script::On, 320, 640).await;
    let top = shapes::start(|policy| policy).await;
    let corner = shapes::start(|policy| policy.layout(Layout::Corner)).await;
    let opt_out = shapes::start(|policy| policy.model(Model::OptOut)).await;
    for language in LANGUAGES.split_ascii_whitespace() {
        for address in [&top, &corner] {
            browser.goto(format!("{address}/plain?{language}")).await.unwrap();
            let said = "return document.getElementById('cookie-consent').lang";
            let said = browser.execute(said, vec![]).await.unwrap();
            assert_eq!(said.json().as_str(), Some(language));
            let problems = list(&browser, PROBLEMS, vec!["".into()]).await;
            assert!(problems.is_empty(), "{language}: {problems:?}");
            let sizes = list(&browser, SIZES, vec![]).await;
            assert!(sizes.len() == 2 && sizes[0] == sizes[1], "{language}: {sizes:?}");
        }
        browser.goto(format!("{top}/cookie-consent?lang={language}")).await.unwrap();
        let found = list(&browser, OVERFLOWS, vec![]).await;
        assert!(found.is_empty(), "settings page in {language}: {found:?}");
        browser.goto(format!("{opt_out}/cookie-consent?lang={language}")).await.unwrap();
        let sizes = list(&browser, ALL_SIZES, vec![]).await;
        assert!(sizes.len() == 2 && sizes[0] == sizes[1], "settings page in {language}: {sizes:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium, its driver and packages from npm"]
async fn the_page_keeps_its_looks() {
    for layout in LAYOUTS {
        let address = shapes::start(|policy| policy.layout(layout)).await;
        let browser = Browser::open(Script::On, 1280, 900).await;
        for (name, _) in shapes::shapes() {
            browser.goto(format!("{address}/bare/{name}")).await.unwrap();
            let without = list(&browser, OWN, vec![]).await;
            browser.goto(format!("{address}/{name}")).await.unwrap();
            assert_eq!(browser.count("#cookie-consent").await, 1);
            assert_eq!(list(&browser, OWN, vec![]).await, without, "{layout:?} {name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium, its driver and packages from npm"]
async fn a_modal_keeps_the_focus_until_it_is_answered_and_needs_script() {
    let address = shapes::start(|policy| policy.layout(Layout::Modal)).await;
    let browser = Browser::open(Script::On, 1280, 900).await;
    browser.goto(format!("{address}/plain")).await.unwrap();
    assert_eq!(browser.count("main[inert], header[inert]").await, 2);
    let hide = "document.getElementById('cookie-consent').hidden = true";
    browser.execute(hide, vec![]).await.unwrap();
    browser.wait_for_none("[inert]").await;
    let without = Browser::open(Script::Off, 1280, 900).await;
    without.goto(format!("{address}/plain")).await.unwrap();
    let banner = without.find(thirtyfour::By::Css("#cookie-consent")).await.unwrap();
    assert_eq!(banner.css_value("position").await.unwrap(), "relative");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium, its driver and packages from npm"]
async fn a_theme_is_what_the_site_says_or_the_visitor_prefers() {
    let background = "return getComputedStyle(document.getElementById('cookie-consent')).backgroundColor";
    let (light, dark) = ("rgb(243, 245, 249)", "rgb(30, 36, 49)");
    for (theme, in_light, in_dark) in
        [(Theme::Auto, light, dark), (Theme::Light, light, light), (Theme::Dark, dark, dark)]
    {
        let address = shapes::start(|policy| policy.theme(theme)).await;
        for (prefers_dark, expected) in [(false, in_light), (true, in_dark)] {
            let scheme = format!("--blink-settings=preferredColorScheme={}", u8::from(!prefers_dark));
            let browser = Browser::open_with(Script::On, 1280, 900, &[scheme]).await;
            browser.goto(format!("{address}/plain")).await.unwrap();
            let found = browser.execute(background, vec![]).await.unwrap();
            assert_eq!(found.json().as_str(), Some(expected), "{theme:?} {prefers_dark}");
            // A frame that waits, likewise.
            browser.goto(format!("{address}/film")).await.unwrap();
            browser.enter_frame(0).await.unwrap();
            let in_frame = "return getComputedStyle(document.body).backgroundColor == 'rgb(255, 255, 255)'";
            let found = browser.execute(in_frame, vec![]).await.unwrap();
            assert_eq!(found.json(), &json!(expected == light), "{theme:?} {prefers_dark}");
        }
    }
}

// Garante, 10 June 2021, section 7.1
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium, its driver and packages from npm"]
async fn in_italy_a_button_at_the_top_right_closes_the_banner() {
    const PLACE: &str = "const box = element => element.getBoundingClientRect();
        const button = document.querySelector('#cookie-consent .consent-close');
        const [close, form] = [box(button), box(button.form)];
        const words = [...button.form.querySelectorAll('h2, p, button:not(.consent-close)')].map(element => {
            const range = document.createRange();
            range.selectNodeContents(element);
            return box(range);
        });
        const apart = rect => rect.right <= close.left || rect.left >= close.right || rect.top >= close.bottom;
        const end = document.documentElement.dir === 'rtl' ? close.left - form.left : form.right - close.right;
        return [close.width >= 44 && close.height >= 44, Math.abs(close.top - form.top) < 4, Math.abs(end) < 4, words.every(apart),
            button.contains(document.elementFromPoint(close.x + close.width / 2, close.y + close.height / 2))]";
    let browser = Browser::open_resizable(Script::On).await;
    browser.command("Network.enable", json!({})).await;
    browser.command("Network.setExtraHTTPHeaders", json!({ "headers": { "x-country": "IT" } })).await;
    for layout in [Layout::Top, Layout::Bottom, Layout::Corner, Layout::Modal] {
        let address = shapes::start(|policy| policy.layout(layout).jurisdiction_header("x-country")).await;
        for (width, height) in [(320, 640), (1280, 800)] {
            browser.resize(width, height, 1).await;
            for (shape, language) in [("plain", "it"), ("plain", "ar"), ("bootstrap", "de"), ("unset", "it")]
            {
                browser.delete_all_cookies().await.unwrap();
                browser.goto(format!("{address}/{shape}?{language}")).await.unwrap();
                let place = browser.run(PLACE).await;
                assert_eq!(
                    place,
                    json!([true, true, true, true, true]),
                    "{layout:?} {width} {shape} {language}"
                );
            }
            browser.click("#cookie-consent .consent-close").await;
            browser.wait_for_none("#cookie-consent").await;
            let answer = browser.get_named_cookie("consent").await.unwrap().value;
            assert!(answer.split('.').nth(3).is_some_and(str::is_empty), "{answer}");
        }
    }
}
