//! What vendors' own queues hold before any script of theirs could run, and that a vendor who is told nothing is not
//! there after a no.

use axum::{Router, http::header::CONTENT_SECURITY_POLICY, response::Html, routing::get};
use serde_json::{Value, json};
use thirtyfour::By;
use tower_consent::{Category, ConsentLayer, Policy};

use crate::chromium::{Browser, Script::On};

/// The page's first script notes what it finds; nothing else is allowed to run.
const PAGE: &str = "<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>Vendors</title>\
                    <script nonce=page>window.found=JSON.stringify([\
                    [...(window.dataLayer||[])].map(pushed=>[...pushed]),window.uetq,\
                    [...(window.clarity||{q:[]}).q].map(pushed=>[...pushed]),window._paq])</script>\
                    </head><body><h1>Vendors</h1></body></html>";

/// A vendor whose interface is not spoken: its loader, cut down, and calls for as long as it runs.
const PIXEL: &str = "<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>Pixel</title>\
                     <script>!function(w,d,t,u){var n=w.fbq=function(){n.queue.push(arguments)};n.queue=[];\
                     var e=d.createElement(t);e.async=true;e.src=u;d.head.append(e)\
                     }(window,document,'script','https://connect.facebook.net/en_US/fbevents.js');\
                     fbq('init','1');setInterval(()=>fbq('track','PageView'),10)</script>\
                     </head><body><h1>Pixel</h1><form><textarea></textarea></form></body></html>";

async fn start() -> String {
    let analytics =
        Category::analytics().vendor("google-analytics").vendor("microsoft-clarity").vendor("matomo");
    let marketing = Category::marketing().vendor("google-ads").vendor("microsoft-advertising");
    let policy =
        Policy::builder("Example SAS", "privacy@example.com").category(analytics).category(marketing);
    let page =
        || async { ([(CONTENT_SECURITY_POLICY, "script-src 'nonce-page'; form-action 'self'")], Html(PAGE)) };
    serve(Router::new().route("/", get(page)).layer(ConsentLayer::new(policy.build().unwrap()))).await
}

async fn serve(app: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    address
}

async fn found(browser: &Browser) -> Value {
    let found = browser.execute("return window.found", Vec::new()).await.unwrap();
    let found = found.json().as_str().map(str::to_owned);
    let Some(found) = found else {
        panic!("the page's script has not run: {}", browser.source().await.unwrap())
    };
    serde_json::from_str(&found).unwrap()
}

/// A new page is there, all of it, and the vendor is not.
const GONE: &str = "document.readyState == 'complete' && window.towerConsent && !window.fbq";

/// A visitor who has answered, or has not.
#[derive(Clone, Copy)]
struct Allowed {
    ads: bool,
    analytics: bool,
}

const NOTHING: Allowed = Allowed { ads: false, analytics: false };
const ALL: Allowed = Allowed { ads: true, analytics: true };

fn word(is_granted: bool) -> &'static str {
    if is_granted { "granted" } else { "denied" }
}

/// The seven types of Google's consent mode. Nobody asks about functions here, nor about settings.
fn google(Allowed { ads, analytics }: Allowed) -> Value {
    json!({
        "ad_storage": word(ads),
        "ad_user_data": word(ads),
        "ad_personalization": word(ads),
        "analytics_storage": word(analytics),
        "functionality_storage": "denied",
        "personalization_storage": "denied",
        "security_storage": "granted",
    })
}

/// All that is in the queues.
fn told(allowed: Allowed) -> Value {
    let Allowed { ads, analytics } = allowed;
    let mut layer = vec![json!(["consent", "default", google(NOTHING)])];
    if !ads {
        layer.push(json!(["set", "ads_data_redaction", true]));
        layer.push(json!(["set", "url_passthrough", false]));
    }
    if ads || analytics {
        layer.push(json!(["consent", "update", google(allowed)]));
    }
    let mut uet = vec![json!("consent"), json!("default"), json!({ "ad_storage": "denied" })];
    if ads {
        uet.extend([json!("consent"), json!("update"), json!({ "ad_storage": "granted" })]);
    }
    let clarity = json!({ "ad_Storage": word(ads), "analytics_Storage": word(analytics) });
    let mut matomo = vec![json!(["requireConsent"])];
    if analytics {
        matomo.push(json!(["setConsentGiven"]));
    }
    json!([layer, uet, [["consentv2", clarity]], matomo])
}

/// What Google's tags say in `gcs` of the requests they send after such a queue: a digit for advertising and one
/// for analytics, and `-` for what nobody has said anything about.
fn gcs(layer: &Value) -> String {
    let calls = layer.as_array().unwrap().iter().filter(|call| call[0] == "consent");
    let digit = |name: &str| match calls.clone().filter_map(|call| call[2][name].as_str()).next_back() {
        Some("granted") => "1",
        Some(_) => "0",
        None => "-",
    };
    format!("G1{}{}", digit("ad_storage"), digit("analytics_storage"))
}

#[ignore = "needs Chromium and its driver"]
#[tokio::test(flavor = "multi_thread")]
async fn vendors_are_told_before_the_first_script_and_anew_after_a_choice() {
    let address = start().await;
    let browser = Browser::open(On, 1280, 800).await;
    browser.goto(&address).await.unwrap();
    assert_eq!(found(&browser).await, told(NOTHING));
    // What the site calls by itself finds somebody to take it.
    let call = "gtag('event', 'sign_up'); return [...dataLayer.pop()]";
    assert_eq!(*browser.execute(call, []).await.unwrap().json(), json!(["event", "sign_up"]));

    browser.follow("#cookie-consent button[value=accept]").await;
    assert_eq!(found(&browser).await, told(ALL));

    browser.goto(format!("{address}/cookie-consent")).await.unwrap();
    browser.follow("button[value=reject]").await;
    browser.goto(&address).await.unwrap();
    assert_eq!(found(&browser).await, told(NOTHING));
}

#[ignore = "needs Chromium and its driver"]
#[tokio::test(flavor = "multi_thread")]
async fn vendors_are_told_of_each_purpose_by_itself() {
    let address = start().await;
    let browser = Browser::open(On, 1280, 800).await;
    browser.goto(&address).await.unwrap();
    assert_eq!(gcs(&found(&browser).await[0]), "G100");
    for (ads, analytics, expected) in
        [(false, true, "G101"), (true, false, "G110"), (true, true, "G111"), (false, false, "G100")]
    {
        browser.goto(format!("{address}/cookie-consent")).await.unwrap();
        for (category, is_wanted) in [("marketing", ads), ("analytics", analytics)] {
            let selector = format!("input[name=category][value={category}]");
            let is_ticked = browser.count(&format!("{selector}:checked")).await == 1;
            if is_ticked != is_wanted {
                browser.click(&selector).await;
            }
        }
        browser.follow("button[value=save]").await;
        browser.goto(&address).await.unwrap();
        let found = found(&browser).await;
        assert_eq!(found, told(Allowed { ads, analytics }));
        assert_eq!(gcs(&found[0]), expected);
    }
}

#[ignore = "needs Chromium and its driver"]
#[tokio::test(flavor = "multi_thread")]
async fn a_vendor_that_is_told_nothing_is_gone_with_the_page_after_a_no() {
    let policy = Policy::builder("Example SAS", "privacy@example.com")
        .category(Category::marketing().vendor("meta-pixel"))
        .build()
        .unwrap();
    let address =
        serve(Router::new().route("/", get(|| async { Html(PIXEL) })).layer(ConsentLayer::new(policy))).await;
    let nowhere = "--host-resolver-rules=MAP connect.facebook.net ~NOTFOUND".to_owned();
    let browser = Browser::open_with(On, 1280, 800, &[nowhere]).await;
    browser.goto(&address).await.unwrap();
    assert_eq!(browser.run("return typeof fbq").await, "undefined");
    browser.follow("#cookie-consent button[value=accept]").await;
    browser.wait_for("window.fbq?.queue.length > 2").await;
    let first = browser.window().await.unwrap();

    // Another tab of the same page, and one in which something was typed, which nobody loses.
    let other = browser.new_tab().await.unwrap();
    browser.switch_to_window(other.clone()).await.unwrap();
    browser.goto(&address).await.unwrap();
    browser.wait_for("window.fbq?.queue.length > 2").await;
    let typed = browser.new_tab().await.unwrap();
    browser.switch_to_window(typed.clone()).await.unwrap();
    browser.goto(&address).await.unwrap();
    browser.find(By::Css("textarea")).await.unwrap().send_keys("typed").await.unwrap();
    browser
        .run("document.addEventListener('consentchange', event => window.heard = event.detail.categories)")
        .await;

    browser.switch_to_window(first).await.unwrap();
    browser.run("towerConsent.change({ choice: 'reject' })").await;
    browser.wait_for(GONE).await;
    assert_eq!(browser.run("return towerConsent.state.categories.marketing").await, false);
    browser.switch_to_window(other).await.unwrap();
    browser.wait_for(GONE).await;
    browser.switch_to_window(typed).await.unwrap();
    browser.wait_for("window.heard").await;
    assert_eq!(browser.run("return heard.marketing").await, false, "here the site can tell the vendor");
    assert_eq!(browser.run("return document.querySelector('textarea').value").await, "typed");
    browser.refresh().await.unwrap();
    assert_eq!(browser.run("return typeof fbq").await, "undefined");
}
