use crate::{
    chromium::{
        Browser,
        Script::{self, Off, On},
    },
    site::{ExampleServer, start_bare},
};

const ACCEPT: &str = "#cookie-consent button[name=choice][value=accept]";
const REJECT: &str = "#cookie-consent button[name=choice][value=reject]";
const READ_MORE: &str = "#cookie-consent a[href*='cookie-consent']";
const SETTINGS: &str = "#cookie-consent-settings";
const REJECT_ALL: &str = "button[name=choice][value=reject]";
const TRACKERS: [&str; 3] = ["_fbp", "_ga", "_ga_NEWS01"];

async fn trackers(browser: &Browser) -> Vec<String> {
    let mut cookies = browser.cookies().await;
    cookies.retain(|name| TRACKERS.contains(&name.as_str()));
    cookies
}

async fn accept_then_withdraw(script: Script) {
    let server = ExampleServer::start();
    let browser = Browser::open(script, 1280, 900).await;
    let home = server.address.as_str();

    browser.goto(format!("{home}/?lang=en")).await.unwrap();
    assert_eq!(browser.count("body > #cookie-consent").await, 1);
    assert_eq!(trackers(&browser).await, [""; 0]);
    assert_eq!(browser.cookies().await, ["sid"], "nothing but what is necessary");

    browser.follow(ACCEPT).await;
    assert_eq!(browser.path().await, "/?lang=en");
    assert_eq!(trackers(&browser).await, TRACKERS);
    assert_eq!(browser.count("#cookie-consent").await, 0);
    assert_eq!(browser.count("[role=status][data-consent-ui]").await, 1);

    browser.goto(format!("{home}/privacy")).await.unwrap();
    assert_eq!(browser.count("#cookie-consent").await, 0);

    browser.follow(SETTINGS).await;
    assert!(browser.path().await.starts_with("/cookie-consent?"), "{}", browser.path().await);
    assert_eq!(browser.count("input[name=category]:checked").await, 2);
    browser.follow(REJECT_ALL).await;
    assert_eq!(browser.path().await, "/privacy");
    assert_eq!(trackers(&browser).await, [""; 0], "what was set is deleted");

    browser.goto(home).await.unwrap();
    assert_eq!(trackers(&browser).await, [""; 0]);
    assert_eq!(browser.count("#cookie-consent").await, 0);
    browser.follow(SETTINGS).await;
    assert_eq!(browser.count("input[name=category]:checked").await, 0);
}

async fn reject(script: Script) {
    let server = ExampleServer::start();
    let browser = Browser::open(script, 1280, 900).await;
    browser.goto(&server.address).await.unwrap();
    browser.follow(REJECT).await;
    assert_eq!(browser.count("#cookie-consent").await, 0);
    assert_eq!(browser.cookies().await, ["consent", "sid"]);
    browser.goto(format!("{}/live", server.address)).await.unwrap();
    assert_eq!(browser.cookies().await, ["consent", "sid"]);
    assert_eq!(browser.count("#cookie-consent").await, 0);
}

async fn save_one_category(script: Script) {
    let server = ExampleServer::start();
    let browser = Browser::open(script, 1280, 900).await;
    browser.goto(&server.address).await.unwrap();
    browser.follow(READ_MORE).await;
    assert_eq!(browser.count("#cookie-consent").await, 0, "no banner over the settings");
    assert_eq!(browser.count("input[name=category]:checked").await, 0, "nothing is pre-ticked");
    browser.click("input[name=category][value=analytics]").await;
    browser.follow("button[name=choice][value=save]").await;
    assert_eq!(trackers(&browser).await, ["_ga", "_ga_NEWS01"]);
}

async fn opt_out_on_the_classic_site(script: Script) {
    let server = ExampleServer::start();
    let browser = Browser::open(script, 1280, 900).await;
    let classic = format!("{}/classic", server.address);
    browser.goto(&classic).await.unwrap();
    assert_eq!(trackers(&browser).await, TRACKERS, "nothing is withheld until one opts out");
    let banner = browser.find(thirtyfour::By::Id("cookie-consent")).await.unwrap();
    let words = banner.text().await.unwrap();
    assert!(
        words.contains(
            "This website uses cookies to improve your experience. \
             We'll assume you're ok with this, but you can opt-out if you wish."
        ),
        "{words}"
    );
    assert_eq!(browser.count(REJECT).await, 0);

    browser.follow("#cookie-consent a").await;
    browser.follow(REJECT_ALL).await;
    assert!(browser.path().await.starts_with("/classic"), "{}", browser.path().await);
    assert_eq!(trackers(&browser).await, [""; 0], "what was set is deleted");
    browser.goto(&classic).await.unwrap();
    assert_eq!(trackers(&browser).await, [""; 0]);
    assert_eq!(browser.count("#cookie-consent").await, 0);
}

async fn accept_the_classic_notice(script: Script) {
    let server = ExampleServer::start();
    let browser = Browser::open(script, 1280, 900).await;
    browser.goto(format!("{}/classic", server.address)).await.unwrap();
    browser.follow(ACCEPT).await;
    assert_eq!(browser.count("#cookie-consent").await, 0);
    assert_eq!(trackers(&browser).await, TRACKERS);
}

async fn decide_where_every_style_is_forbidden(script: Script) {
    let address = start_bare().await;
    let browser = Browser::open(script, 1280, 900).await;
    browser.goto(&address).await.unwrap();
    browser.follow(REJECT).await;
    assert_eq!(browser.cookies().await, ["consent"]);
    assert_eq!(browser.count("#cookie-consent").await, 0);
    assert_eq!(browser.count("#cookie-consent-settings").await, 1);
}

/// One test with script, one without.
macro_rules! with_and_without_script {
    ($($flow:ident: $with:ident, $without:ident;)+) => {$(
        #[tokio::test(flavor = "multi_thread")]
        #[ignore = "needs Chromium and its driver"]
        async fn $with() {
            $flow(On).await;
        }

        #[tokio::test(flavor = "multi_thread")]
        #[ignore = "needs Chromium and its driver"]
        async fn $without() {
            $flow(Off).await;
        }
    )+};
}

with_and_without_script! {
    accept_then_withdraw: a_visitor_accepts_and_later_withdraws, a_visitor_without_script_accepts_and_later_withdraws;
    reject: a_visitor_rejects, a_visitor_without_script_rejects;
    save_one_category: a_visitor_allows_one_purpose, a_visitor_without_script_allows_one_purpose;
    opt_out_on_the_classic_site: a_visitor_opts_out, a_visitor_without_script_opts_out;
    accept_the_classic_notice: a_visitor_accepts_the_classic_notice, a_visitor_without_script_accepts_the_classic_notice;
    decide_where_every_style_is_forbidden:
        a_visitor_decides_on_a_page_that_forbids_everything,
        a_visitor_without_script_decides_on_a_page_that_forbids_everything;
}

// J7: what a browser brings back from its cache was made before the answer.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn a_page_that_comes_back_after_the_answer_does_not_ask_again() {
    let server = ExampleServer::start();
    let browser = Browser::open(On, 1280, 900).await;
    browser.goto(format!("{}/?lang=en", server.address)).await.unwrap();
    browser.goto(format!("{}/live?lang=en", server.address)).await.unwrap();
    assert_eq!(browser.count("#cookie-consent:not([hidden])").await, 1);
    browser.follow(REJECT).await;
    for _ in 0..2 {
        browser.back().await.unwrap();
        browser.wait_for_none("#cookie-consent:not([hidden])").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn a_page_that_comes_back_where_scripts_may_ask_keeps_what_was_typed() {
    let address = crate::site::start_form().await;
    let browser = Browser::open(On, 1280, 900).await;
    browser.goto(format!("{address}/form")).await.unwrap();
    browser.find(thirtyfour::By::Css("textarea")).await.unwrap().send_keys("typed").await.unwrap();
    browser.goto(format!("{address}/other")).await.unwrap();
    browser.click(REJECT).await;
    browser.wait_for_none("#cookie-consent").await;
    browser.back().await.unwrap();
    browser.wait_for_none("#cookie-consent").await;
    let typed = browser.execute("return document.querySelector('textarea').value", []).await.unwrap();
    assert_eq!(typed.json().as_str(), Some("typed"));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn the_privacy_page_declares_the_cookies_in_the_reader_s_language() {
    let server = ExampleServer::start();
    let browser = Browser::open(Off, 320, 640).await;
    for edition in ["", "/classic"] {
        for (language, purpose) in [
            ("en", "Keeps the pages you open together as one visit."),
            ("fr", "Relie entre elles les pages que vous ouvrez au cours d\u{2019}une visite."),
        ] {
            browser.goto(format!("{}{edition}/privacy?lang={language}", server.address)).await.unwrap();
            let words = browser.find(thirtyfour::By::Css("main")).await.unwrap().text().await.unwrap();
            for word in [purpose, "sid", "_ga_*", "_fbp", "Google Ireland"] {
                assert!(words.contains(word), "{edition} {language}: no {word} in {words}");
            }
            let overflows =
                "return document.documentElement.scrollWidth > document.documentElement.clientWidth";
            assert_eq!(browser.run(overflows).await.as_bool(), Some(false), "{edition} {language}");
        }
    }
}
