//! Sites whose links are followed by a library that fetches pages and swaps them in.

use axum::{
    Router,
    http::header::CONTENT_TYPE,
    response::{Html, IntoResponse},
    routing::get,
};
use serde_json::json;
use tower_consent::{Category, ConsentLayer, Layout, Policy};

use crate::{
    chromium::{Browser, Script::On},
    web::package,
};

const BANNER: &str = "#cookie-consent";
const SETTINGS: &str = "#cookie-consent-settings";
const ACCEPT: &str = "#cookie-consent button[value=accept]";
const REJECT: &str = "#cookie-consent button[value=reject]";
const READ_MORE: &str = "#cookie-consent a[href*=return_to]";

/// A library, and how its documentation has a page use it.
#[derive(Clone, Copy, Debug)]
struct Library {
    file: &'static str,
    /// Scripts behind it.
    start: &'static str,
    body: &'static str,
    /// What holds the page.
    main: &'static str,
}

const TURBO: Library =
    Library { file: "@hotwired/turbo/dist/turbo.es2017-umd.js", start: "", body: "<body>", main: "<main>" };
const HTMX: Library = Library {
    file: "htmx.org/dist/htmx.min.js",
    start: "",
    body: "<body hx-boost:inherited=true>",
    main: "<main>",
};
const HTMX_2: Library =
    Library { file: "htmx2/dist/htmx.min.js", start: "", body: "<body hx-boost=true>", main: "<main>" };
/// The banner stands beside the container.
const SWUP: Library = Library {
    file: "swup/dist/Swup.umd.js",
    start: "const swup = new Swup({ animationSelector: false });
        document.addEventListener('consentchange', () => swup.cache.clear())",
    body: "<body>",
    main: "<main id=swup>",
};
/// Its whole page is updated: a response to a fragment of it carries no banner, and would be kept.
const UNPOLY: Library = Library {
    file: "unpoly/unpoly.min.js",
    start: "up.link.config.followSelectors.push('a[href]'); up.fragment.config.mainTargets = ['body'];
        document.addEventListener('consentchange', () => up.cache.evict())",
    body: "<body>",
    main: "<main>",
};

fn page(library: Library, name: &str) -> Html<String> {
    let tracker = match name {
        "tracked" => "<img id=tracker alt='' data-consent=analytics src=/pixel.svg>",
        _ => "",
    };
    let links: String =
        ["one", "two", "three", "tracked"].map(|to| format!("<a href=/{to}?at={to}>{to}</a> ")).concat();
    Html(format!(
        "<!DOCTYPE html><html lang=en><title>{name}</title><script defer src=/library.js></script>{}{}\
         <h1>{name}</h1><nav>{links}</nav><a id=own data-consent-open href=/cookie-consent>Cookies</a> \
         <a id=bare href=/cookie-consent>Cookies</a>{tracker}</main>",
        library.body, library.main,
    ))
}

async fn start(library: Library, layout: Layout) -> String {
    let policy = Policy::builder("Example SAS", "privacy@example.com")
        .category(Category::analytics())
        .layout(layout)
        .build()
        .unwrap();
    let script = format!("{}\n;{}", package(library.file), library.start);
    let pixel = || async { ([(CONTENT_TYPE, "image/svg+xml")], "<svg xmlns='http://www.w3.org/2000/svg'/>") };
    let mut app = Router::new()
        .route("/library.js", get(|| async { ([(CONTENT_TYPE, "text/javascript")], script).into_response() }))
        .route("/pixel.svg", get(pixel));
    for name in ["one", "two", "three", "tracked"] {
        app = app.route(&format!("/{name}"), get(move || async move { page(library, name) }));
    }
    let app = app.layer(ConsentLayer::new(policy));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    address
}

/// Opens a page of the site by itself, and marks it, so that a new one can be told from it.
async fn open(library: Library, layout: Layout, name: &str) -> Browser {
    let address = start(library, layout).await;
    let browser = Browser::open(On, 1280, 900).await;
    browser.goto(format!("{address}/{name}?at={name}")).await.unwrap();
    mark(&browser).await;
    browser
}

async fn mark(browser: &Browser) {
    browser.run("window.same = true").await;
}

async fn is_same_page(browser: &Browser) -> bool {
    browser.run("return window.same === true").await == json!(true)
}

/// Waits until the library has put a page in place.
async fn arrive(browser: &Browser, name: &str) {
    let is_there = format!(
        "location.pathname == '/{name}' && document.querySelector('h1')?.textContent == '{name}' \
         && !document.querySelector('html.is-changing, html[aria-busy], .htmx-request, .up-loading')"
    );
    browser.wait_for(&is_there).await;
}

/// Follows a link to a page, as the library does.
async fn go(browser: &Browser, name: &str) {
    // By a script, since nobody reaches it behind a modal.
    browser.run(&format!("document.querySelector('nav a[href^=\"/{name}\"]').click()")).await;
    arrive(browser, name).await;
    assert!(is_same_page(browser).await, "the library has left for {name}");
}

async fn shows(browser: &Browser, selector: &str, count: usize) {
    browser.wait_for(&format!("document.querySelectorAll('{selector}').length == {count}")).await;
    assert!(is_same_page(browser).await, "a new page");
}

/// The modal keeps visitors out of the page while it asks, and only then.
async fn is_barred(browser: &Browser, layout: Layout, asks: bool) {
    let reachable = "[...document.body.children].filter(e => e.id != 'cookie-consent' && !/SCRIPT|STYLE/.test(e.tagName) && !e.inert)";
    let is_modal = layout == Layout::Modal;
    if asks && is_modal {
        browser.wait_for(&format!("{reachable}.length == 0")).await;
    } else {
        browser.wait_for("document.querySelectorAll('[inert]').length == 0").await;
    }
}

/// Where an element leads back to.
async fn returns_to(browser: &Browser, selector: &str, name: &str) {
    // An address is brought up to date when it is used.
    browser
        .run(&format!(
            "const link = document.querySelector('{selector}');
             addEventListener('click', event => event.preventDefault(), {{ once: true, capture: true }});
             link.click()"
        ))
        .await;
    let found = browser
        .run(&format!(
            "return new URL(document.querySelector('{selector}').href).searchParams.get('return_to')"
        ))
        .await;
    assert_eq!(found, json!(format!("/{name}?at={name}")), "{selector}");
}

async fn the_banner_survives(library: Library, layout: Layout) {
    let browser = open(library, layout, "one").await;
    for name in ["two", "three", "two"] {
        go(&browser, name).await;
        shows(&browser, BANNER, 1).await;
        is_barred(&browser, layout, true).await;
        returns_to(&browser, READ_MORE, name).await;
        assert_eq!(browser.run("return towerConsent.state.decided").await, json!(false));
    }
    browser.back().await.unwrap();
    arrive(&browser, "three").await;
    shows(&browser, BANNER, 1).await;
    is_barred(&browser, layout, true).await;

    browser.click(REJECT).await;
    shows(&browser, BANNER, 0).await;
    assert_eq!(browser.run("return towerConsent.state.decided").await, json!(true));
    shows(&browser, SETTINGS, 1).await;
    is_barred(&browser, layout, false).await;
    for name in ["one", "two"] {
        go(&browser, name).await;
        shows(&browser, BANNER, 0).await;
        shows(&browser, SETTINGS, 1).await;
        is_barred(&browser, layout, false).await;
        returns_to(&browser, SETTINGS, name).await;
        assert_eq!(browser.run("return towerConsent.state.decided").await, json!(true));
    }
    // Both were seen before the answer.
    for name in ["one", "three", "two"] {
        browser.back().await.unwrap();
        arrive(&browser, name).await;
        shows(&browser, BANNER, 0).await;
        shows(&browser, SETTINGS, 1).await;
        is_barred(&browser, layout, false).await;
    }
}

async fn a_yes_where_nothing_waits(library: Library) {
    let browser = open(library, Layout::Top, "one").await;
    go(&browser, "two").await;
    browser.click(ACCEPT).await;
    shows(&browser, BANNER, 0).await;
    go(&browser, "tracked").await;
    browser.wait_for("document.querySelector('#tracker[src]')?.complete").await;
    assert!(is_same_page(&browser).await);
    shows(&browser, BANNER, 0).await;
}

async fn a_yes_where_something_waits(library: Library) {
    let browser = open(library, Layout::Top, "one").await;
    go(&browser, "tracked").await;
    assert_eq!(browser.count("#tracker[src]").await, 0);
    browser.click(ACCEPT).await;
    browser.wait_for("!window.same && document.querySelector('#tracker[src]')?.complete").await;
    assert_eq!(browser.path().await, "/tracked?at=tracked");

    // And back: on the page of the layer no library acts, and from there a new page comes.
    mark(&browser).await;
    go(&browser, "two").await;
    browser.run(&format!("document.querySelector('{SETTINGS}').click()")).await;
    browser.wait_for("!window.same && document.querySelector('button[value=reject]')").await;
    mark(&browser).await;
    browser.click("button[value=reject]").await;
    browser.wait_for("!window.same && location.pathname == '/two'").await;
    arrive(&browser, "two").await;
    browser.wait_for("window.towerConsent").await;
    assert_eq!(browser.run("return towerConsent.state.categories.analytics").await, json!(false));
    mark(&browser).await;
    go(&browser, "tracked").await;
    assert_eq!(browser.count("#tracker[src]").await, 0);
    shows(&browser, SETTINGS, 1).await;
}

/// What was seen before a yes is shown again with what it loads.
async fn a_yes_reaches_pages_from_before(library: Library) {
    let browser = open(library, Layout::Top, "one").await;
    go(&browser, "tracked").await;
    go(&browser, "two").await;
    browser.click(ACCEPT).await;
    shows(&browser, BANNER, 0).await;
    browser.back().await.unwrap();
    browser
        .wait_for("location.pathname == '/tracked' && document.querySelector('#tracker[src]')?.complete")
        .await;
}

/// A no in another tab, heard while something is typed in this one: the next page is one by itself.
/// Not with swup, which leaves what stands beside its container as it is, and runs nothing there.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn a_no_ends_what_runs_with_the_next_page() {
    for library in [TURBO, HTMX, HTMX_2, UNPOLY] {
        ends_with_the_next_page(library).await;
    }
}

async fn ends_with_the_next_page(library: Library) {
    let browser = open(library, Layout::Top, "tracked").await;
    browser.click(ACCEPT).await;
    browser.wait_for("document.querySelector('#tracker[src]')?.complete").await;
    mark(&browser).await;
    browser.run("document.querySelector('h1').insertAdjacentHTML('afterend', '<input id=typed>')").await;
    browser.find(thirtyfour::By::Css("#typed")).await.unwrap().send_keys("typed").await.unwrap();
    browser
        .run(
            "document.addEventListener('consentchange', () => window.heard = true);
             fetch('/cookie-consent', { method: 'POST', body: new URLSearchParams({ choice: 'reject' }) })
                .then(() => new BroadcastChannel('towerConsent').postMessage(0))",
        )
        .await;
    browser.wait_for("window.heard").await;
    assert!(is_same_page(&browser).await);
    browser.run("document.querySelector('nav a[href^=\"/two\"]').click()").await;
    browser.wait_for("location.pathname == '/two' && !window.same && window.towerConsent").await;
    assert_eq!(browser.run("return towerConsent.state.categories.analytics").await, json!(false));
}

/// A link of the site's own to the settings leads to a page by itself.
async fn the_settings_are_no_part_of_a_page(library: Library) {
    let browser = open(library, Layout::Top, "one").await;
    go(&browser, "two").await;
    browser.run("document.querySelector('#own').click()").await;
    browser
        .wait_for("location.pathname == '/cookie-consent' && document.querySelector('button[value=reject]')")
        .await;
    assert!(!is_same_page(&browser).await);
    browser.follow("button[value=accept]").await;
    assert_eq!(browser.path().await, "/two?at=two");
}

/// So does one that the layer's script knows nothing of. Unpoly needs the attribute that tells it.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn a_bare_link_leads_to_a_page_by_itself() {
    for library in [TURBO, HTMX, HTMX_2, SWUP] {
        let browser = open(library, Layout::Top, "one").await;
        go(&browser, "two").await;
        browser.run("document.querySelector('#bare').click()").await;
        browser.wait_for("!window.same && document.querySelector('body > main button[value=reject]')").await;
        browser.follow("button[value=accept]").await;
        assert_eq!(browser.path().await, "/two?at=two", "{library:?}");
    }
}

/// A page that comes back does not say again that something was saved.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn turbo_brings_no_confirmation_back() {
    let browser = open(TURBO, Layout::Top, "one").await;
    browser.click(REJECT).await;
    shows(&browser, "[role=status]", 1).await;
    // So long new pages say it.
    tokio::time::sleep(std::time::Duration::from_secs(16)).await;
    go(&browser, "two").await;
    shows(&browser, "[role=status]", 0).await;
    browser.back().await.unwrap();
    arrive(&browser, "one").await;
    shows(&browser, SETTINGS, 1).await;
    shows(&browser, "[role=status]", 0).await;
}

/// What one visitor was shown is kept nowhere, to be read or shown after a withdrawal.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn htmx_stores_no_page() {
    let browser = open(HTMX_2, Layout::Top, "one").await;
    for name in ["two", "three"] {
        go(&browser, name).await;
    }
    let stored = "return JSON.parse(sessionStorage['htmx-history-cache'] ?? '[]').map(page => page.url)";
    assert_eq!(browser.run(stored).await, json!([]));
}

/// One test for each thing that a library has to leave intact.
macro_rules! libraries {
    ($($library:ident: $module:ident;)+) => {$(
        mod $module {
            use tower_consent::Layout;

            #[tokio::test(flavor = "multi_thread")]
            #[ignore = "needs Chromium and its driver"]
            async fn the_banner_survives() {
                super::the_banner_survives(super::$library, Layout::Top).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            #[ignore = "needs Chromium and its driver"]
            async fn the_modal_survives() {
                super::the_banner_survives(super::$library, Layout::Modal).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            #[ignore = "needs Chromium and its driver"]
            async fn a_yes_where_nothing_waits_needs_no_new_page() {
                super::a_yes_where_nothing_waits(super::$library).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            #[ignore = "needs Chromium and its driver"]
            async fn what_changes_what_runs_ends_in_a_new_page() {
                super::a_yes_where_something_waits(super::$library).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            #[ignore = "needs Chromium and its driver"]
            async fn a_yes_reaches_pages_from_before() {
                super::a_yes_reaches_pages_from_before(super::$library).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            #[ignore = "needs Chromium and its driver"]
            async fn the_settings_are_no_part_of_a_page() {
                super::the_settings_are_no_part_of_a_page(super::$library).await;
            }
        }
    )+};
}

libraries! {
    TURBO: turbo;
    HTMX: htmx;
    HTMX_2: htmx_2;
    SWUP: swup;
    UNPOLY: unpoly;
}
