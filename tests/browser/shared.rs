//! Pages that all visitors share, in a browser: the same bytes, and what each visitor makes of them.

use axum::{
    Router,
    http::{
        HeaderMap,
        header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    },
    response::{Html, IntoResponse},
    routing::get,
};
use serde_json::Value;
use tower_consent::{Category, ConsentLayer, Delivery, Model, Policy, PolicyBuilder};

use crate::chromium::{
    Browser,
    Script::{Off, On},
};

const BANNER: &str = "#cookie-consent";
const ACCEPT: &str = "#cookie-consent button[name=choice][value=accept]";
const REJECT: &str = "#cookie-consent button[name=choice][value=reject]";
const SETTINGS: &str = "#cookie-consent-settings";

/// What waits for a yes notes on the page that it ran.
const PAGE: &str = r#"<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Shared</title>
<body data-ran="">
<script nonce="page">const ran = (name) => (document.body.dataset.ran += name + " ");</script>
<script nonce="page" type="text/plain" data-consent="analytics">ran("inline")</script>
<script nonce="page" type="text/plain" data-consent="analytics" data-consent-type="module">ran("module")</script>
<script nonce="page" data-consent="marketing" data-consent-src="/marketing.js"></script>
<div data-consent="analytics"><script nonce="page" type="text/plain">ran("container")</script>
<script nonce="page" type="text/plain" data-consent="marketing">ran("both")</script></div>
<svg><script nonce="page" data-consent="analytics">ran("drawing")</script>
<script nonce="page" data-consent="analytics" href="/drawing.js"></script></svg>
<script nonce="page" type="text/plain" data-consent="nothing">ran("unknown")</script>
<script nonce="page" type="text/plain" data-consent="newsletter">ran("own")</script>
<img alt="" data-consent="analytics" data-consent-src="/pixel.svg">
<a id="link" data-consent="analytics" data-consent-href="javascript:ran('link')">Link</a>
<iframe data-consent="analytics" data-consent-src="javascript:parent.ran('frame')"></iframe>
<p data-consent="analytics" data-consent-onclick="ran('click')">Text</p>
<h1>Shared</h1></body></html>"#;

const POLICY: &str = "default-src 'none'; script-src 'nonce-page'; img-src 'self'; form-action 'self'";

async fn page() -> impl IntoResponse {
    ([(CACHE_CONTROL, "public, max-age=60"), (CONTENT_SECURITY_POLICY, POLICY)], Html(PAGE))
}

async fn frame() -> impl IntoResponse {
    Html("<!DOCTYPE html><title>Frame</title><body><iframe src=/page></iframe>")
}

fn declared() -> PolicyBuilder {
    Policy::builder("Example SAS", "privacy@example.com")
        .category(Category::analytics())
        .category(Category::marketing())
        .category(Category::new("newsletter").title("Newsletter").description("Counts who opens it."))
        .delivery(Delivery::Shared)
}

async fn start(policy: PolicyBuilder) -> String {
    let script = || async { ([(CONTENT_TYPE, "text/javascript")], "ran('file')") };
    let drawn = || async { ([(CONTENT_TYPE, "text/javascript")], "ran('drawn')") };
    let pixel = || async { ([(CONTENT_TYPE, "image/svg+xml")], "<svg xmlns='http://www.w3.org/2000/svg'/>") };
    let app = Router::new()
        .route("/page", get(page))
        .route("/frame", get(frame))
        .route("/marketing.js", get(script))
        .route("/drawing.js", get(drawn))
        .route("/pixel.svg", get(pixel))
        .route("/cookies", get(|headers: HeaderMap| async move { format!("{headers:?}") }))
        .layer(ConsentLayer::new(policy.build().unwrap()));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    address
}

/// What has run once nothing more does: the page is complete, and two looks see the same.
async fn ran(browser: &Browser) -> Vec<String> {
    let mut before = None;
    for _ in 0..50 {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        let script = "return document.readyState == 'complete' ? document.body.dataset.ran : null";
        let value = browser.execute(script, []).await.unwrap();
        let Some(now) = value.json().as_str().map(str::to_owned) else { continue };
        if before.as_ref() == Some(&now) {
            let mut ran: Vec<_> = now.split_whitespace().map(str::to_owned).collect();
            ran.sort();
            return ran;
        }
        before = Some(now);
    }
    panic!("the page does not come to rest");
}

async fn shows_banner(browser: &Browser) -> bool {
    browser.find(thirtyfour::By::Css(BANNER)).await.unwrap().is_displayed().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn each_visitor_makes_of_the_same_page_what_was_agreed_to() {
    let address = start(declared()).await;
    let page = format!("{address}/page?a=b&c=d");
    let browser = Browser::open(On, 1280, 900).await;
    let nothing: [&str; 0] = [];

    browser.goto(&page).await.unwrap();
    assert!(shows_banner(&browser).await);
    assert_eq!(ran(&browser).await, nothing);

    browser.follow(ACCEPT).await;
    assert_eq!(browser.path().await, "/page?a=b&c=d", "the browser knows where it was");
    assert!(!shows_banner(&browser).await);
    let everything = ["both", "container", "drawing", "drawn", "file", "inline", "module", "own"];
    assert_eq!(ran(&browser).await, everything);
    let image = browser.execute("return document.images[0].naturalWidth > 0 && document.images[0].src", []);
    assert!(image.await.unwrap().json().as_str().unwrap().ends_with("/pixel.svg"));
    browser.click("#link").await;
    browser.click("p[data-consent]").await;
    assert_eq!(ran(&browser).await, everything, "attributes that do not load stay what they are");

    browser.follow(SETTINGS).await;
    browser.click("input[name=category][value=analytics]").await;
    browser.follow("button[name=choice][value=save]").await;
    assert_eq!(browser.path().await, "/page?a=b&c=d");
    assert_eq!(ran(&browser).await, ["file", "own"]);

    browser.follow(SETTINGS).await;
    browser.follow("button[name=choice][value=reject]").await;
    assert!(!shows_banner(&browser).await);
    assert_eq!(ran(&browser).await, nothing);
    browser.back().await.unwrap();
    browser.back().await.unwrap();
    assert_eq!(ran(&browser).await, nothing, "nothing comes back with an earlier page");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn other_tabs_hear_of_an_answer() {
    let address = start(declared()).await;
    let page = format!("{address}/page");
    let browser = Browser::open(On, 1280, 900).await;
    browser.goto(&page).await.unwrap();
    let first = browser.window().await.unwrap();
    let second = browser.new_tab().await.unwrap();
    let typed = browser.new_tab().await.unwrap();
    for tab in [&second, &typed] {
        browser.switch_to_window(tab.clone()).await.unwrap();
        browser.goto(&page).await.unwrap();
        assert!(shows_banner(&browser).await);
        browser.run("window.same = true").await;
    }
    browser.switch_to_window(first.clone()).await.unwrap();
    browser.follow(ACCEPT).await;
    browser.switch_to_window(second.clone()).await.unwrap();
    browser.wait_for("document.querySelector('#cookie-consent').hidden").await;
    assert_eq!(browser.run("return window.same").await, true, "a page is not taken from under its reader");
    assert_eq!(ran(&browser).await, [""; 0], "a yes takes effect on the next page");

    for tab in [&second, &typed] {
        browser.switch_to_window(tab.clone()).await.unwrap();
        browser.goto(&page).await.unwrap();
        assert!(!ran(&browser).await.is_empty());
        browser.run("window.same = true").await;
    }
    browser.run("document.body.append(document.createElement('textarea'))").await;
    browser.find(thirtyfour::By::Css("textarea")).await.unwrap().send_keys("typed").await.unwrap();
    browser.switch_to_window(first).await.unwrap();
    browser.follow(SETTINGS).await;
    browser.follow("button[name=choice][value=reject]").await;
    browser.switch_to_window(second).await.unwrap();
    browser.wait_for("!window.same").await;
    assert_eq!(ran(&browser).await, [""; 0], "what ran there is gone with its page");
    browser.switch_to_window(typed).await.unwrap();
    assert_eq!(browser.run("return document.querySelector('textarea').value").await, "typed");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn what_was_chosen_counts_though_a_field_that_was_edited_later_has_gone() {
    let address = start(declared()).await;
    let page = format!("{address}/page");
    let browser = Browser::open(On, 1280, 900).await;
    browser.goto(&page).await.unwrap();
    browser.follow(ACCEPT).await;
    let first = browser.window().await.unwrap();
    let edited = browser.new_tab().await.unwrap();
    browser.switch_to_window(edited.clone()).await.unwrap();
    browser.goto(&page).await.unwrap();
    browser.run("document.body.insertAdjacentHTML('beforeend', '<input type=checkbox id=box><p contenteditable id=note>x</p>')").await;
    browser.click("#box").await;
    browser.find(thirtyfour::By::Css("#note")).await.unwrap().send_keys("typed").await.unwrap();
    browser.run("document.getElementById('note').remove(); window.same = true").await;
    browser.switch_to_window(first).await.unwrap();
    browser.follow(SETTINGS).await;
    browser.follow("button[name=choice][value=reject]").await;
    browser.switch_to_window(edited).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
    assert_eq!(browser.run("return window.same && document.getElementById('box').checked").await, true);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn a_refusal_is_one_click_and_runs_nothing() {
    let browser = Browser::open(On, 390, 844).await;
    let address = start(declared()).await;
    browser.goto(format!("{address}/page")).await.unwrap();
    browser.follow(REJECT).await;
    assert!(!shows_banner(&browser).await);
    assert!(ran(&browser).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn without_script_a_link_leads_to_the_settings() {
    let browser = Browser::open(Off, 1280, 900).await;
    let address = start(declared()).await;
    browser.goto(format!("{address}/page")).await.unwrap();
    assert!(!shows_banner(&browser).await);
    browser.follow("noscript a").await;
    assert!(browser.path().await.starts_with("/cookie-consent?lang=en"));
    browser.follow("button[name=choice][value=accept]").await;
    assert_eq!(browser.path().await, "/page", "the settings page knows who referred to it");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn a_framed_page_does_not_ask() {
    let browser = Browser::open(On, 1280, 900).await;
    let address = start(declared()).await;
    browser.goto(format!("{address}/frame")).await.unwrap();
    browser.enter_frame(0).await.unwrap();
    assert!(!shows_banner(&browser).await);
    assert!(ran(&browser).await.is_empty());
    assert!(!shows_banner(&browser).await, "nor later");
}

/// The script has to read a cookie as the server does.
async fn agrees_with_the_server(policy: PolicyBuilder, revision: u32) {
    let browser = Browser::open(On, 1280, 900).await;
    let address = start(policy.revision(revision)).await;
    let page = format!("{address}/page");
    browser.goto(format!("{address}/cookies")).await.unwrap();
    let ago = |days: u64| {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
        base36(now - days * 24 * 60 * 60)
    };
    let (today, lapsed, long_ago) = (ago(0), ago(182), ago(390));
    let news = own_token(&address).await;
    let values = [
        format!("1.{revision}.{today}.AM-{news}."),
        format!("1.{revision}.{today}.A.M-{news}"),
        format!("1.{revision}.{today}..AM-{news}"),
        format!("1.{revision}.{today}.A."),
        format!("1.{revision}.{lapsed}.AM-{news}."),
        format!("1.{revision}.{lapsed}.A.M-{news}"),
        format!("1.{revision}.{lapsed}.A..{today}.M-{news}."),
        format!("1.{revision}.{long_ago}.A..{today}.M-{news}."),
        format!("1.{revision}.{long_ago}..AM-{news}"),
        format!("1.{}.{today}.AM-{news}.", revision + 1),
        format!("1.{}.{today}..AM-{news}", revision + 1),
        format!("1.{}.{today}.A.M-{news}", revision + 1),
        format!("1.{revision}.{today}.A-abcdef{news}.M"),
        format!("1.{revision}.{today}.ABC.M-{news}"),
        format!("1.{revision}.{today}.A.AM"),
        format!("1.{revision}.{today}.A-abc.M"),
        format!("1.{revision}.0{today}.AM-{news}."),
        format!("2.{revision}.{today}.AM-{news}."),
        "x".to_owned(),
        String::new(),
    ];
    for value in values {
        let set = format!("document.cookie = 'consent={value}; path=/'");
        browser.execute(set, []).await.unwrap();
        browser.goto(format!("{address}/cookie-consent/state")).await.unwrap();
        let state: Value = serde_json::from_str(
            &browser.find(thirtyfour::By::Css("pre")).await.unwrap().text().await.unwrap(),
        )
        .unwrap();
        browser.goto(&page).await.unwrap();
        let ran = ran(&browser).await;
        let allows = |id: &str| state["categories"][id].as_bool().unwrap();
        let mut expected = Vec::new();
        for (name, is_allowed) in [
            ("both", allows("analytics") && allows("marketing")),
            ("container", allows("analytics")),
            ("drawing", allows("analytics")),
            ("drawn", allows("analytics")),
            ("file", allows("marketing")),
            ("inline", allows("analytics")),
            ("module", allows("analytics")),
            ("own", allows("newsletter")),
        ] {
            expected.extend(is_allowed.then_some(name));
        }
        assert_eq!(ran, expected, "{value}: {state}");
        assert_eq!(shows_banner(&browser).await, !is_settled(&state), "{value}: {state}");
    }
}

/// Whether nothing is left to ask: the server says `decided` only of those with an answer that holds.
fn is_settled(state: &Value) -> bool {
    state["decided"].as_bool().unwrap()
}

/// What stands for the site's own category in a cookie.
async fn own_token(address: &str) -> String {
    let client =
        hyper_util::client::legacy::Client::builder(hyper_util::rt::TokioExecutor::new()).build_http();
    let body = http_body_util::Full::<bytes::Bytes>::from("choice=save&category=newsletter");
    let request = axum::http::Request::post(format!("{address}/cookie-consent"))
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(body)
        .unwrap();
    let reply = client.request(request).await.unwrap();
    let line = reply.headers()["set-cookie"].to_str().unwrap().to_owned();
    let (_, rest) = line.split_once('-').unwrap();
    let (_, rest) = rest.split_once(".-").unwrap_or(("", rest));
    rest[..6].to_owned()
}

fn base36(mut number: u64) -> String {
    let mut digits = Vec::new();
    while number > 0 {
        digits.push(char::from_digit((number % 36) as u32, 36).unwrap());
        number /= 36;
    }
    digits.iter().rev().collect()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn the_script_reads_a_cookie_as_the_server_does() {
    agrees_with_the_server(declared(), 3).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn the_script_reads_a_cookie_as_the_server_does_under_opt_out() {
    agrees_with_the_server(declared().model(Model::OptOut), 1).await;
}
