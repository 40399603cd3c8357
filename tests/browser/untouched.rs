//! Pages that no answer may take away or send again, and answers that none may take back.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    extract::{Request, State},
    http::{Method, header::CONTENT_TYPE},
    middleware::{Next, from_fn_with_state},
    response::Html,
    routing::{get, post},
};
use serde_json::json;
use tokio::sync::Notify;
use tower_consent::{BannerContext, ConsentLayer, Delivery, Model, PolicyBuilder};

use crate::{
    chromium::{Browser, Script::On},
    script::{ACCEPT, REJECT, declared, is_same_page, open},
};

const DECIDED: &str = "towerConsent.state.decided";
const PIXEL: &str = "<img alt='' data-consent=analytics src=/pixel.svg>";

fn page(body: &str) -> Html<String> {
    Html(format!("<!DOCTYPE html><html lang=en><title>Page</title>{body}"))
}

async fn serve(app: Router, layer: ConsentLayer) -> String {
    let pixel = || async { ([(CONTENT_TYPE, "image/svg+xml")], "<svg xmlns='http://www.w3.org/2000/svg'/>") };
    listen(app.route("/pixel.svg", get(pixel)).layer(layer)).await
}

async fn listen(app: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    address
}

/// A shop, and how many orders it has got.
async fn shop(policy: PolicyBuilder) -> (String, Arc<AtomicUsize>) {
    let orders = Arc::new(AtomicUsize::new(0));
    let got = orders.clone();
    let order = move || async move {
        page(&format!("<h1>Order {}</h1>{PIXEL}", got.fetch_add(1, Ordering::SeqCst) + 1))
    };
    let form = || async { page("<form method=post action=/order><button id=buy>Buy</button></form>") };
    let app = Router::new().route("/", get(form)).route("/order", post(order));
    (serve(app, ConsentLayer::new(policy.build().unwrap())).await, orders)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn no_answer_sends_a_form_of_the_page_again() {
    for model in [Model::OptIn, Model::OptOut] {
        for answer in [ACCEPT, REJECT] {
            let (address, orders) = shop(declared().model(model)).await;
            let browser = Browser::open(On, 1280, 900).await;
            browser.goto(&address).await.unwrap();
            browser.follow("#buy").await;
            browser.run("window.same = true").await;
            browser.click(answer).await;
            browser.wait_for_none("#cookie-consent").await;
            browser.run("return towerConsent.change({ choice: 'reject' })").await;
            assert!(is_same_page(&browser).await, "{model:?} {answer}");
            assert_eq!(browser.run("return towerConsent.state.categories.analytics").await, json!(false));
            assert_eq!(orders.load(Ordering::SeqCst), 1, "{model:?} {answer}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn no_withdrawal_in_another_tab_sends_a_form_again_where_visitors_share_pages() {
    let (address, orders) = shop(declared().delivery(Delivery::Shared)).await;
    let browser = Browser::open(On, 1280, 900).await;
    browser.goto(&address).await.unwrap();
    browser.follow(ACCEPT).await;
    browser.follow("#buy").await;
    let first = browser.window().await.unwrap();
    let second = browser.new_tab().await.unwrap();
    browser.switch_to_window(second).await.unwrap();
    browser.goto(format!("{address}/cookie-consent?return_to=/")).await.unwrap();
    browser.follow("button[value=reject]").await;
    browser.switch_to_window(first).await.unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(orders.load(Ordering::SeqCst), 1);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn a_no_costs_nobody_what_was_typed_either() {
    let form = || async { page(&format!("<input id=name>{PIXEL}")) };
    let layer = ConsentLayer::new(declared().model(Model::OptOut).build().unwrap());
    let address = serve(Router::new().route("/", get(form)), layer).await;
    let browser = Browser::open(On, 1280, 900).await;
    open(&browser, &address).await;
    browser.find(thirtyfour::By::Css("#name")).await.unwrap().send_keys("typed").await.unwrap();
    browser.click(REJECT).await;
    browser.wait_for_none("#cookie-consent").await;
    assert!(is_same_page(&browser).await);
    assert_eq!(browser.run("return document.getElementById('name').value").await, json!("typed"));
    // The next page is without what the answer forbids.
    browser.goto(&address).await.unwrap();
    assert_eq!(browser.count("img[data-consent-src]").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn a_no_that_falls_while_a_yes_loads_the_page_anew_holds() {
    // The page comes at once, and then not before it is let go; the second answer takes its time.
    let (asked, answers, go) =
        (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let awaited = go.clone();
    let slow = async move || {
        if asked.fetch_add(1, Ordering::SeqCst) == 1 {
            awaited.notified().await;
        }
        page(PIXEL)
    };
    let late = async move |State(answers): State<Arc<AtomicUsize>>, request: Request, next: Next| {
        if request.method() == Method::POST && answers.fetch_add(1, Ordering::SeqCst) == 1 {
            tokio::time::sleep(Duration::from_millis(1500)).await;
        }
        next.run(request).await
    };
    let layer = ConsentLayer::new(declared().build().unwrap());
    let app = Router::new().route("/", get(slow)).layer(layer).layer(from_fn_with_state(answers, late));
    let address = listen(app).await;
    let browser = Browser::open(On, 1280, 900).await;
    open(&browser, &address).await;
    browser
        .run(&format!(
            "document.querySelector('{ACCEPT}').click();
             setTimeout(() => document.querySelector('{REJECT}').click(), 1000)"
        ))
        .await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    go.notify_one();
    browser.wait_for(&format!("!window.same && window.towerConsent && {DECIDED}")).await;
    browser.goto(&address).await.unwrap();
    browser.wait_for(&format!("window.towerConsent && {DECIDED}")).await;
    assert_eq!(browser.run("return towerConsent.state.categories.analytics").await, json!(false));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn a_box_in_the_banner_is_no_form_of_the_page() {
    let own = |banner: &BannerContext<'_>| {
        let link = format!("<a href=\"{}\">{}</a>", banner.settings_href(), banner.settings_label());
        let mut html = format!("<div>{} {link}", banner.message());
        for category in banner.categories() {
            html += &format!(
                "<label><input type=checkbox name=category value={}>{}</label>",
                category.id, category.title
            );
        }
        html += "</div><div>";
        for choice in banner.choices() {
            html += &format!("<button name=choice value={}>{}</button>", choice.value, choice.label);
        }
        html += &format!("<button name=choice value=save>{}</button></div>", banner.text("save").unwrap());
        html
    };
    let layer = ConsentLayer::new(declared().build().unwrap()).banner(own).unwrap();
    let address = serve(Router::new().route("/", get(|| async { page(PIXEL) })), layer).await;
    let browser = Browser::open(On, 1280, 900).await;
    open(&browser, &address).await;
    browser.click("#cookie-consent [value=analytics]").await;
    browser.click("#cookie-consent [value=save]").await;
    browser.wait_for("!window.same && document.querySelector('img[src]')").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn a_link_to_the_settings_waits_for_nothing() {
    let body = "<button data-consent-open=true>Cookies</button>";
    let layer = ConsentLayer::new(declared().build().unwrap());
    let address = serve(Router::new().route("/", get(move || async move { page(body) })), layer).await;
    let browser = Browser::open(On, 1280, 900).await;
    open(&browser, &address).await;
    browser.click(ACCEPT).await;
    browser.wait_for_none("#cookie-consent").await;
    assert!(is_same_page(&browser).await);
}
