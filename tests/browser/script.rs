//! What the banner's script adds to what works without it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    extract::{Path, Request, State},
    http::{
        Method,
        header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, SET_COOKIE, VARY},
    },
    middleware::{Next, from_fn_with_state, map_response},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use futures_util::StreamExt;
use serde_json::json;
use tokio::sync::Notify;
use tower_consent::{Category, ConsentLayer, Layout, Policy, PolicyBuilder, Secure};

use crate::chromium::{
    Browser,
    Script::{Off, On},
};

pub(crate) const ACCEPT: &str = "#cookie-consent button[value=accept]";
pub(crate) const REJECT: &str = "#cookie-consent button[value=reject]";
const SETTINGS: &str = "body > section:last-of-type > #cookie-consent-settings";
const STATUS: &str = "[role=status][data-consent-ui]";
const SAVED: &str = "Your choice has been saved.";

/// Lets scripts only ask this site, and turns no string into a script.
const STRICT: &str = "default-src 'none'; connect-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; \
                      require-trusted-types-for 'script'; trusted-types 'none'";

/// Nothing on this page waits for a yes.
async fn plain() -> impl IntoResponse {
    Html("<!DOCTYPE html><html lang=en><title>Plain</title><h1>Plain</h1><a id=next href=/plain>Next</a>")
}

async fn tracked() -> impl IntoResponse {
    let page = "<!DOCTYPE html><html lang=en><title>Tracked</title><h1>Tracked</h1>\
                <img alt='' data-consent=analytics src=/pixel.svg><a href=/plain>Plain</a>";
    ([(CONTENT_SECURITY_POLICY, STRICT)], Html(page))
}

async fn counted() -> impl IntoResponse {
    ([(SET_COOKIE, "_an=1")], Html("<!DOCTYPE html><html lang=en><title>Counted</title><h1>Counted</h1>"))
}

async fn form() -> impl IntoResponse {
    Html(
        "<!DOCTYPE html><html lang=en><title>Form</title><form><textarea></textarea></form>\
         <img alt='' data-consent=analytics src=/pixel.svg>",
    )
}

/// Controls that have a value though nobody has touched them, and state of the site's own.
async fn controls() -> impl IntoResponse {
    Html(
        "<!DOCTYPE html><html lang=en><title>Controls</title><script type=application/json data-state=x>{}</script>\
         <input type=checkbox><input type=radio><input type=range><input type=color><select><option>1<option>2</select>\
         <input value=1><textarea>2</textarea><a id=hash href=#x>Hash</a><div contenteditable>x</div>\
         <img alt='' data-consent=analytics src=/pixel.svg>",
    )
}

async fn dialog() -> impl IntoResponse {
    Html(
        "<!DOCTYPE html><html lang=en><title>Dialog</title><main><dialog><form method=dialog><button id=yes>Yes</button>\
         </form></dialog><button id=show onclick='document.querySelector(\"dialog\").showModal()'>Show</button></main>\
         <script>document.querySelector('dialog').showModal()</script>",
    )
}

/// An element of the site's own that has the banner's id.
async fn namesake() -> impl IntoResponse {
    Html(
        "<!DOCTYPE html><html lang=en><title>Namesake</title>\
         <article id=cookie-consent><h1>Cookies and consent</h1></article><a href=/plain>Plain</a>",
    )
}

/// To which `position: fixed` means the page and not the screen.
async fn filtered() -> impl IntoResponse {
    let text = "<p>The harbour was quiet that morning.</p>".repeat(100);
    Html(format!(
        "<!DOCTYPE html><html lang=en><title>Filtered</title><body style='filter:grayscale(1)'>{text}"
    ))
}

async fn retargeted() -> impl IntoResponse {
    Html("<!DOCTYPE html><html lang=en><title>Retargeted</title><base target=_blank><h1>Retargeted</h1>")
}

async fn opener() -> impl IntoResponse {
    Html(
        "<!DOCTYPE html><html lang=en><title>Opener</title><form action=/sent>\
         <button id=open data-consent-open>Cookies</button></form>\
         <a id=hash data-consent-open href=#>Cookies</a>",
    )
}

async fn made_ahead(Path(how): Path<String>) -> impl IntoResponse {
    Html(format!(
        "<!DOCTYPE html><html lang=en><title>Ahead</title>\
         <script type=speculationrules>{{\"{how}\":[{{\"urls\":[\"/plain\"],\"eagerness\":\"immediate\"}}]}}</script>\
         <a id=plain href=/plain>Plain</a>",
    ))
}

pub(crate) fn declared() -> PolicyBuilder {
    let analytics = Category::analytics().cookie("_an");
    Policy::builder("Example SAS", "privacy@example.com").category(analytics).category(Category::marketing())
}

pub(crate) async fn start(policy: PolicyBuilder) -> String {
    let pixel = || async { ([(CONTENT_TYPE, "image/svg+xml")], "<svg xmlns='http://www.w3.org/2000/svg'/>") };
    let app = Router::new()
        .route("/plain", get(plain))
        .route("/tracked", get(tracked))
        .route("/counted", get(counted))
        .route("/form", get(form))
        .route("/controls", get(controls))
        .route("/dialog", get(dialog))
        .route("/namesake", get(namesake))
        .route("/filtered", get(filtered))
        .route("/retargeted", get(retargeted))
        .route("/opener", get(opener))
        .route("/ahead/{how}", get(made_ahead))
        .route("/pixel.svg", get(pixel))
        .layer(ConsentLayer::new(policy.build().unwrap()));
    serve(app).await
}

async fn serve(app: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    address
}

/// Marks the page, so that a new one can be told from it, and notes what happens on it.
const WATCH: &str = "
window.same = true; window.events = []; window.said = []; window.violations = [];
document.addEventListener('consentchange', event => events.push(event.detail));
new MutationObserver(() => {
  const status = document.querySelector('[role=status][data-consent-ui]');
  if (status && said.at(-1) !== status.textContent) said.push(status.textContent);
}).observe(document, { subtree: true, childList: true, characterData: true });
new ReportingObserver(reports => violations.push(...reports.map(report => report.body.effectiveDirective)),
  { types: ['csp-violation'], buffered: true }).observe();";

pub(crate) async fn open(browser: &Browser, url: &str) {
    browser.goto(url).await.unwrap();
    browser.run(WATCH).await;
}

pub(crate) async fn is_same_page(browser: &Browser) -> bool {
    browser.run("return window.same === true").await == json!(true)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn a_refusal_needs_no_new_page() {
    let address = start(declared()).await;
    let browser = Browser::open(On, 1280, 900).await;
    open(&browser, &format!("{address}/tracked")).await;
    browser.click(REJECT).await;
    browser.wait_for("window.said.length == 2").await;
    assert!(is_same_page(&browser).await);
    assert_eq!(browser.run("return said").await, json!(["", SAVED]), "announced once, where it stood before");
    assert_eq!(browser.count("#cookie-consent").await, 0);
    assert_eq!(browser.count(STATUS).await, 1);
    let focused = "return document.activeElement === document.querySelector('[role=status]').parentNode";
    assert_eq!(browser.run(focused).await, json!(true));
    assert_eq!(browser.cookies().await, ["consent"]);
    let state = json!({"decided": true, "revision": 1,
        "categories": {"necessary": true, "analytics": false, "marketing": false}});
    assert_eq!(browser.run("return events").await, json!([state]));
    assert_eq!(browser.run("return towerConsent.state").await, state);
    let padding = "return getComputedStyle(document.querySelector('[role=status]').parentNode).paddingLeft";
    assert_eq!(browser.run(padding).await, json!("16px"), "its style is let through");
    assert_eq!(browser.run("return violations").await, json!([]));

    browser.follow(SETTINGS).await;
    assert_eq!(browser.path().await, "/cookie-consent?lang=en&return_to=%2Ftracked");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn an_acceptance_needs_a_new_page_only_where_something_waits_for_it() {
    let address = start(declared()).await;
    for (path, is_new) in [("/plain", false), ("/tracked", true), ("/counted", true)] {
        let browser = Browser::open(On, 1280, 900).await;
        open(&browser, &format!("{address}{path}")).await;
        browser.click(ACCEPT).await;
        let status = format!("document.querySelector('{STATUS}')?.textContent == '{SAVED}'");
        browser.wait_for(&status).await;
        assert_eq!(is_same_page(&browser).await, !is_new, "{path}");
        assert_eq!(browser.path().await, path);
        assert_eq!(browser.count("#cookie-consent").await, 0, "{path}");
        assert_eq!(browser.count(SETTINGS).await, 1, "{path}");
        let allowed = "return towerConsent.state.categories.analytics";
        assert_eq!(browser.run(allowed).await, json!(true), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn an_answer_that_takes_a_new_page_is_announced_on_it() {
    let address = start(declared()).await;
    let browser = Browser::open(On, 1280, 900).await;
    browser.goto(format!("{address}/tracked")).await.unwrap();
    browser.command("Page.enable", json!({})).await;
    browser.command("Page.addScriptToEvaluateOnNewDocument", json!({ "source": WATCH })).await;
    browser.click(ACCEPT).await;
    // A page may be seen before all of it is there.
    browser.wait_for(&format!("window.said?.join('|').endsWith('{SAVED}||{SAVED}')")).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn of_two_answers_in_a_row_the_later_one_counts() {
    // The first reply comes last.
    let is_first = Arc::new(AtomicBool::new(true));
    let late = async move |State(is_first): State<Arc<AtomicBool>>, request: Request, next: Next| {
        let is_answer = request.method() == Method::POST;
        let response = next.run(request).await;
        if is_answer && is_first.swap(false, Ordering::SeqCst) {
            tokio::time::sleep(Duration::from_millis(1500)).await;
        }
        response
    };
    let app = Router::new().route("/plain", get(plain)).layer(ConsentLayer::new(declared().build().unwrap()));
    let address = serve(app.layer(from_fn_with_state(is_first, late))).await;
    let browser = Browser::open(On, 1280, 900).await;
    open(&browser, &format!("{address}/plain")).await;
    browser.click(ACCEPT).await;
    browser.click(REJECT).await;
    browser.wait_for(&format!("said.at(-1) == '{SAVED}'")).await;
    tokio::time::sleep(Duration::from_millis(2000)).await;
    assert!(is_same_page(&browser).await);
    browser.refresh().await.unwrap();
    let allowed = "return towerConsent.state.categories.analytics";
    assert_eq!(browser.run(allowed).await, json!(false));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn an_acceptance_costs_nobody_what_was_typed() {
    let address = start(declared()).await;
    let browser = Browser::open(On, 1280, 900).await;
    open(&browser, &format!("{address}/form")).await;
    browser.find(thirtyfour::By::Css("textarea")).await.unwrap().send_keys("typed").await.unwrap();
    browser.click(ACCEPT).await;
    browser.wait_for(&format!("said.at(-1) == '{SAVED}'")).await;
    assert!(is_same_page(&browser).await);
    assert_eq!(browser.run("return document.querySelector('textarea').value").await, json!("typed"));
    assert_eq!(browser.count("img[src]").await, 0, "it takes effect on the next page");
    browser.refresh().await.unwrap();
    assert_eq!(browser.count("img[src]").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn controls_that_nobody_touched_keep_no_page_from_changing() {
    let address = start(declared()).await;
    let browser = Browser::open(On, 1280, 900).await;
    open(&browser, &format!("{address}/controls")).await;
    let undecided = "return towerConsent.state.decided";
    assert_eq!(browser.run(undecided).await, json!(false), "a site may keep state of its own");
    browser.click(ACCEPT).await;
    browser.wait_for("window.same !== true").await;
    browser.wait_for("document.querySelectorAll('img[src]').length == 1").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn what_was_chosen_or_written_anywhere_counts_as_typed_wherever_the_visitor_goes_on_the_page() {
    let address = start(declared()).await;
    for (selector, keys) in [("select", "2"), ("[contenteditable]", "typed"), ("[type=checkbox]", " ")] {
        let browser = Browser::open(On, 1280, 900).await;
        open(&browser, &format!("{address}/controls")).await;
        browser.find(thirtyfour::By::Css(selector)).await.unwrap().send_keys(keys).await.unwrap();
        browser.click("#hash").await;
        browser.click(ACCEPT).await;
        browser.wait_for(&format!("said.at(-1) == '{SAVED}'")).await;
        assert!(is_same_page(&browser).await, "{selector}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn what_was_chosen_counts_also_when_a_field_that_was_edited_later_has_gone() {
    let address = start(declared()).await;
    for goes in ["[contenteditable]", "select, [contenteditable]"] {
        let browser = Browser::open(On, 1280, 900).await;
        open(&browser, &format!("{address}/controls")).await;
        for (selector, keys) in [("select", "2"), ("[contenteditable]", "typed")] {
            browser.find(thirtyfour::By::Css(selector)).await.unwrap().send_keys(keys).await.unwrap();
        }
        browser.run(&format!("document.querySelectorAll('{goes}').forEach((field) => field.remove())")).await;
        browser.click(ACCEPT).await;
        if goes.starts_with("select") {
            browser.wait_for("window.same !== true").await;
        } else {
            browser.wait_for(&format!("said.at(-1) == '{SAVED}'")).await;
            assert!(is_same_page(&browser).await);
        }
    }
}

/// What many sites do with every form: keep it from being sent twice, or send it by themselves.
const FORM_SCRIPTS: &str = "
    document.addEventListener('submit', event => event.target.querySelectorAll('button').forEach(button => button.disabled = true));
    document.querySelectorAll('form').forEach(form => form.addEventListener('submit', event => event.preventDefault()));
    document.addEventListener('submit', event => window.heard = true, true)";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn what_a_site_does_with_its_forms_is_not_done_to_the_banner_s() {
    let address = start(declared()).await;
    let browser = Browser::open(On, 1280, 900).await;
    for (page, answer) in [("plain", REJECT), ("tracked", ACCEPT)] {
        browser.delete_all_cookies().await.unwrap();
        open(&browser, &format!("{address}/{page}")).await;
        browser.run(FORM_SCRIPTS).await;
        browser.click(answer).await;
        browser.wait_for_none("#cookie-consent").await;
        assert_eq!(browser.run("return window.heard").await, json!(null), "{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn a_yes_given_while_the_page_arrives_holds_for_what_comes_after_it() {
    let head = format!(
        "<!DOCTYPE html><html lang=en><title>Slow</title><body><h1>Slow</h1>{:4096}\
         <script>document.querySelector('#cookie-consent [value=accept]')?.click()</script>",
        ""
    );
    let tail = "<img alt='' data-consent=analytics src=/pixel.svg>";
    let slow = move || {
        let parts = [(0, head.clone()), (1500, tail.to_owned())];
        let parts = futures_util::stream::iter(parts).then(|(wait, part)| async move {
            tokio::time::sleep(Duration::from_millis(wait)).await;
            Ok::<_, std::convert::Infallible>(part)
        });
        async { ([(CONTENT_TYPE, "text/html")], axum::body::Body::from_stream(parts)) }
    };
    let pixel = || async { ([(CONTENT_TYPE, "image/svg+xml")], "<svg xmlns='http://www.w3.org/2000/svg'/>") };
    let app = Router::new().route("/slow", get(slow)).route("/pixel.svg", get(pixel));
    let app = app.layer(ConsentLayer::new(declared().build().unwrap()));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    let browser = Browser::open(On, 1280, 900).await;
    browser.goto(format!("{address}/slow")).await.unwrap();
    browser.wait_for("document.querySelectorAll('img[src]').length == 1").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn an_answer_given_without_a_network_leaves_the_page_and_can_be_given_again() {
    let address = start(declared()).await;
    let browser = Browser::open(On, 1280, 900).await;
    open(&browser, &format!("{address}/plain")).await;
    let network = async |is_offline: bool| {
        let conditions =
            json!({"offline": is_offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1});
        browser.command("Network.enable", json!({})).await;
        browser.command("Network.emulateNetworkConditions", conditions).await;
    };
    network(true).await;
    browser.run("addEventListener('submit', () => setTimeout(() => window.tried = true, 500), true)").await;
    browser.click(REJECT).await;
    browser.wait_for("window.tried").await;
    assert_eq!(browser.count("#cookie-consent").await, 1);
    network(false).await;
    browser.click(REJECT).await;
    browser.wait_for(&format!("said.at(-1) == '{SAVED}'")).await;
    assert!(is_same_page(&browser).await);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn an_answer_that_does_not_get_through_takes_no_page_away_on_which_something_was_typed() {
    let address = start(declared()).await;
    for is_typed in [true, false] {
        let browser = Browser::open(On, 1280, 900).await;
        open(&browser, &format!("{address}/controls")).await;
        if is_typed {
            browser
                .find(thirtyfour::By::Css("[contenteditable]"))
                .await
                .unwrap()
                .send_keys("typed")
                .await
                .unwrap();
        }
        browser.command("Network.enable", json!({})).await;
        browser.command("Network.setBlockedURLs", json!({"urls": ["*/cookie-consent/ui*"]})).await;
        browser
            .run("addEventListener('submit', () => setTimeout(() => window.tried = true, 500), true)")
            .await;
        browser.click(REJECT).await;
        if is_typed {
            browser.wait_for("window.tried").await;
            assert!(is_same_page(&browser).await);
            browser.click(REJECT).await;
        }
        // As without script.
        browser.wait_for_none("#cookie-consent").await;
        assert!(!is_same_page(&browser).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn a_dialog_of_the_page_is_answered_before_the_banner_over_the_page() {
    let address = start(declared().layout(Layout::Modal)).await;
    let browser = Browser::open(On, 1280, 900).await;
    open(&browser, &format!("{address}/dialog")).await;
    for _ in 0..2 {
        browser.wait_for("!document.querySelector('main').inert").await;
        browser.click("#yes").await;
        browser.wait_for("document.querySelector('main').inert").await;
        browser.run("document.querySelector('dialog').showModal()").await;
    }
    browser.click("#yes").await;
    browser.click(REJECT).await;
    browser.wait_for_none("[inert]").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn an_element_of_the_site_s_own_with_the_banner_s_id_is_left_alone() {
    let address = start(declared()).await;
    let browser = Browser::open(On, 1280, 900).await;
    open(&browser, &format!("{address}/namesake")).await;
    browser.click("[data-consent-ui] button[value=reject]").await;
    browser.wait_for(&format!("said.at(-1) == '{SAVED}'")).await;
    browser.click("article + a, a[href='/plain']").await;
    browser.wait_for("location.pathname == '/plain'").await;
    browser.back().await.unwrap();
    browser.wait_for("location.pathname == '/namesake'").await;
    browser.run("return towerConsent.change({ choice: 'accept' })").await;
    assert_eq!(browser.count("article#cookie-consent").await, 1);
    let background = "return getComputedStyle(document.querySelector('article')).backgroundColor";
    assert_eq!(browser.run(background).await, json!("rgba(0, 0, 0, 0)"));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn a_modal_that_is_fixed_to_the_page_is_brought_into_sight() {
    let address = start(declared().layout(Layout::Modal)).await;
    let browser = Browser::open(On, 400, 700).await;
    open(&browser, &format!("{address}/filtered")).await;
    let is_in_sight = "(() => { const area = document.querySelector('#cookie-consent button').getBoundingClientRect(); \
                       return area.top >= 0 && area.bottom <= innerHeight })()";
    browser.wait_for(is_in_sight).await;
    browser.click(REJECT).await;
    browser.wait_for_none("#cookie-consent").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn an_answer_without_script_stays_in_its_tab() {
    let address = start(declared()).await;
    let browser = Browser::open(Off, 1280, 900).await;
    browser.goto(format!("{address}/retargeted")).await.unwrap();
    browser.follow(REJECT).await;
    assert_eq!(browser.windows().await.unwrap().len(), 1);
    assert_eq!(browser.count("#cookie-consent").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn other_tabs_hear_of_an_answer() {
    let address = start(declared()).await;
    let browser = Browser::open(On, 1280, 900).await;
    open(&browser, &format!("{address}/plain")).await;
    let first = browser.window().await.unwrap();
    let second = browser.new_tab().await.unwrap();
    browser.switch_to_window(second.clone()).await.unwrap();
    open(&browser, &format!("{address}/tracked")).await;
    browser.click(ACCEPT).await;
    browser.wait_for("!window.same").await;

    browser.switch_to_window(first.clone()).await.unwrap();
    browser.wait_for_none("#cookie-consent").await;
    assert!(is_same_page(&browser).await, "a page is not taken from under its reader");
    assert_eq!(browser.count(SETTINGS).await, 1);
    assert_eq!(browser.count(STATUS).await, 0, "said where it was done");
    assert_eq!(browser.run("return events.length").await, json!(1));

    browser.switch_to_window(second).await.unwrap();
    browser.wait_for("window.towerConsent").await;
    browser.follow(SETTINGS).await;
    browser.follow("button[value=reject]").await;
    browser.switch_to_window(first).await.unwrap();
    browser.wait_for("!window.same").await;
    assert_eq!(browser.run("return towerConsent.state.categories.analytics").await, json!(false));
}

/// Two tabs, of which the first is looked at. The second is on its way to a page that comes when it is let go, by the
/// cookies that were there before.
async fn with_one_on_its_way(has_agreed: bool) -> (Browser, Arc<Notify>) {
    let (asked, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (told, awaited) = (asked.clone(), go.clone());
    let slow = async move || {
        told.notify_one();
        awaited.notified().await;
        tracked().await
    };
    let layer = ConsentLayer::new(declared().build().unwrap());
    let pixel = || async { ([(CONTENT_TYPE, "image/svg+xml")], "<svg xmlns='http://www.w3.org/2000/svg'/>") };
    let app =
        Router::new().route("/plain", get(plain)).route("/slow", get(slow)).route("/pixel.svg", get(pixel));
    let address = serve(app.layer(layer)).await;

    let browser = Browser::open(On, 1280, 900).await;
    open(&browser, &format!("{address}/plain")).await;
    if has_agreed {
        browser.run("return towerConsent.change({ choice: 'accept' })").await;
    }
    browser.run("open('/slow', '', 'noopener')").await;
    asked.notified().await;
    (browser, go)
}

async fn to_last_tab(browser: &Browser) {
    let windows = browser.windows().await.unwrap();
    browser.switch_to_window(windows.last().unwrap().clone()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn a_page_on_its_way_while_another_tab_answers_asks_no_more_once_it_is_there() {
    let (browser, go) = with_one_on_its_way(false).await;
    browser.click(REJECT).await;
    browser.wait_for_none("#cookie-consent").await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    go.notify_one();
    to_last_tab(&browser).await;
    browser.wait_for("location.pathname == '/slow' && window.towerConsent").await;
    browser.wait_for_none("#cookie-consent").await;
    assert_eq!(browser.count(SETTINGS).await, 1);
    assert_eq!(browser.run("return towerConsent.state.decided").await, json!(true));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn a_page_on_its_way_while_another_tab_withdraws_is_loaded_anew() {
    let (browser, go) = with_one_on_its_way(true).await;
    browser.run("towerConsent.change({ choice: 'reject' })").await;
    browser.wait_for("!window.same && window.towerConsent?.state.categories.analytics === false").await;
    go.notify_one();
    to_last_tab(&browser).await;
    browser.wait_for("location.pathname == '/slow'").await;
    go.notify_one();
    browser.wait_for("document.querySelector('img[data-consent-src]')").await;
    assert_eq!(browser.run("return towerConsent.state.categories.analytics").await, json!(false));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn other_tabs_hear_of_an_answer_of_those_who_opened_the_settings_by_themselves() {
    let address = start(declared()).await;
    let browser = Browser::open(On, 1280, 900).await;
    open(&browser, &format!("{address}/plain")).await;
    let first = browser.window().await.unwrap();
    let second = browser.new_tab().await.unwrap();
    browser.switch_to_window(second).await.unwrap();
    browser.goto(format!("{address}/cookie-consent?lang=en")).await.unwrap();
    assert_eq!(browser.count("script").await, 0, "nothing is to be told");
    browser.follow("button[value=reject]").await;
    assert_eq!(browser.path().await, "/cookie-consent?lang=en");
    browser.switch_to_window(first).await.unwrap();
    browser.wait_for_none("#cookie-consent").await;
    assert!(is_same_page(&browser).await);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn an_answer_is_told_again_for_a_minute_and_no_longer() {
    // Each time takes what the browser keeps whole from other tabs.
    const HURRY: &str = "window.waits = []; window.heard = 0;
        const { setTimeout } = window;
        window.setTimeout = (run, wait, ...more) => { waits.push(wait); return setTimeout(run, 0, ...more); };
        new BroadcastChannel('towerConsent').onmessage = () => heard++;";
    let browser = Browser::open(On, 1280, 900).await;
    open(&browser, &format!("{}/plain", start(declared()).await)).await;
    browser.run(HURRY).await;
    browser.click(REJECT).await;
    browser.wait_for("heard > 20").await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let told = browser.run("return [heard, waits.reduce((sum, wait) => sum + wait)]").await;
    let [times, span] = [0, 1].map(|index| told[index].as_f64().unwrap());
    assert!(times < 30.0, "{told}");
    assert!((30_000.0..90_000.0).contains(&span), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn a_page_made_before_the_answer_does_not_ask_once_it_is_shown() {
    let address = start(declared()).await;
    let browser = Browser::open(On, 1280, 900).await;
    for (how, was_made_ahead) in
        [("prerender", "activationStart > 0"), ("prefetch", "deliveryType === 'navigational-prefetch'")]
    {
        browser.delete_all_cookies().await.unwrap();
        open(&browser, &format!("{address}/ahead/{how}")).await;
        // Until the page is there, made ahead and not shown.
        tokio::time::sleep(Duration::from_secs(2)).await;
        browser.click(REJECT).await;
        browser.wait_for_none("#cookie-consent").await;
        browser.follow("#plain").await;
        let entry = format!("return performance.getEntriesByType('navigation')[0].{was_made_ahead}");
        assert_eq!(browser.run(&entry).await, json!(true), "it was made ahead");
        browser.wait_for_none("#cookie-consent").await;
        assert_eq!(browser.count(SETTINGS).await, 1);
    }
}

/// Answers as the form does, where no page hears of it.
const ANSWER_UNHEARD: &str =
    "return fetch('/cookie-consent', { method: 'POST', body: new URLSearchParams({ choice: 'reject', return_to: '/form' }) })
    .then(reply => reply.ok)";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn a_page_that_the_browser_keeps_whole_asks_no_more_once_it_is_back() {
    let address = start(declared()).await;
    let browser = Browser::open(On, 1280, 900).await;
    open(&browser, &format!("{address}/plain")).await;
    browser.goto(format!("{address}/form")).await.unwrap();
    assert_eq!(browser.run(ANSWER_UNHEARD).await, json!(true));
    browser.back().await.unwrap();
    browser.wait_for_none("#cookie-consent").await;
    assert!(is_same_page(&browser).await, "it was kept");
    assert_eq!(browser.count(SETTINGS).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn a_page_that_comes_from_a_cache_by_back_asks_no_more() {
    // Caches may go by nothing but the address when a visitor goes back (RFC 9111, section 6).
    async fn by_address(mut response: Response) -> Response {
        response.headers_mut().remove(VARY);
        response
    }
    let served = Arc::new(AtomicUsize::new(0));
    let count = served.clone();
    let page = move || {
        count.fetch_add(1, Ordering::SeqCst);
        plain()
    };
    let layer = ConsentLayer::new(declared().build().unwrap());
    let app = Router::new().route("/plain", get(page)).route("/form", get(form)).layer(layer);
    let address = serve(app.layer(map_response(by_address))).await;
    let browser =
        Browser::open_with(On, 1280, 900, &["--disable-features=BackForwardCache".to_owned()]).await;
    open(&browser, &format!("{address}/plain")).await;
    browser.goto(format!("{address}/form")).await.unwrap();
    assert_eq!(browser.run(ANSWER_UNHEARD).await, json!(true));
    browser.back().await.unwrap();
    browser.wait_for_none("#cookie-consent").await;
    assert!(!is_same_page(&browser).await, "it was kept whole");
    assert_eq!(served.load(Ordering::SeqCst), 1, "it came from the cache");
    assert_eq!(browser.count(SETTINGS).await, 1);
}

const BLOCKED: &str = "Your browser keeps no cookies of this site, so nothing optional is used.";

pub(crate) async fn says_what_is_blocked(browser: &Browser) {
    browser.wait_for(&format!("document.querySelector('{STATUS}')?.textContent == '{BLOCKED}'")).await;
    assert_eq!(browser.count("#cookie-consent button").await, 1, "nothing is asked");
    browser.click("#cookie-consent button").await;
    browser.wait_for_none("#cookie-consent").await;
    assert!(is_same_page(browser).await);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn a_browser_that_blocks_cookies_is_not_asked() {
    let browser = Browser::open_without_cookies().await;
    for layout in [Layout::Top, Layout::Modal] {
        let address = start(declared().layout(layout)).await;
        open(&browser, &format!("{address}/tracked")).await;
        browser.wait_for("document.querySelector('#cookie-consent[tabindex]')").await;
        let focused = browser.run("return document.activeElement === document.body").await;
        assert_eq!(focused, json!(true));
        let is_free = "return [...document.body.children].every(element => !element.inert)
            && getComputedStyle(document.documentElement).overflow === 'visible'
            && getComputedStyle(document.querySelector('#cookie-consent')).position !== 'fixed'";
        assert_eq!(browser.run(is_free).await, json!(true), "{layout:?}");
        says_what_is_blocked(&browser).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn an_answer_that_the_browser_does_not_keep_is_not_asked_for_again() {
    // Over plain HTTP browsers keep no `Secure` cookie.
    let address = start(declared().cookie_secure(Secure::Always)).await;
    let rule = "--host-resolver-rules=MAP site.example 127.0.0.1".to_owned();
    let browser = Browser::open_with(On, 1280, 900, &[rule]).await;
    let address = address.replace("127.0.0.1", "site.example");
    open(&browser, &format!("{address}/tracked")).await;
    browser.click(ACCEPT).await;
    says_what_is_blocked(&browser).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn the_page_s_own_scripts_can_ask_open_and_change() {
    let address = start(declared()).await;
    let browser = Browser::open(On, 1280, 900).await;
    open(&browser, &format!("{address}/plain")).await;
    assert_eq!(browser.run("return towerConsent.state.decided").await, json!(false));
    let script = "return towerConsent.change({ choice: 'save', category: ['analytics', 'none'] }).then(state => [state, events])";
    let state = json!({"decided": true, "revision": 1,
        "categories": {"necessary": true, "analytics": true, "marketing": false}});
    assert_eq!(browser.run(script).await, json!([state, [state]]));
    assert_eq!(browser.count("#cookie-consent").await, 0);

    for selector in ["#open", "#hash"] {
        for is_undecided in [false, true] {
            if is_undecided {
                browser.delete_all_cookies().await.unwrap();
            }
            browser.goto(format!("{address}/opener")).await.unwrap();
            browser.follow(selector).await;
            assert_eq!(browser.path().await, "/cookie-consent?lang=en&return_to=%2Fopener", "{selector}");
        }
    }
    browser.goto(format!("{address}/plain?a=b")).await.unwrap();
    browser.run("towerConsent.open()").await;
    browser.wait_for("location.pathname == '/cookie-consent'").await;
    browser.follow("button[value=accept]").await;
    assert_eq!(browser.path().await, "/plain?a=b");

    browser.run(WATCH).await;
    browser.run("towerConsent.change({ choice: 'reject' })").await;
    // What runs already ends with the page.
    browser.wait_for("!window.same").await;
    assert_eq!(browser.run("return towerConsent.state.categories.analytics").await, json!(false));
}
