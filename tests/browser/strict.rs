//! Pages that forbid everything: the banner looks and works as it does anywhere.

use axum::{
    Router,
    http::header::CONTENT_SECURITY_POLICY,
    response::{Html, IntoResponse},
    routing::get,
};
use serde_json::json;
use tower_consent::{Category, ConsentLayer, Layout, Policy};

use crate::chromium::{Browser, Script};

const PAGE: &str =
    "<!DOCTYPE html><html lang=en><meta charset=utf-8><title>Strict</title><h1>Strict</h1><a href=/>Here</a>";

/// Nothing at all, and nothing that turns a string into a script.
const STRICT: [&str; 2] = [
    "default-src 'none'; form-action 'self'",
    "default-src 'none'; form-action 'self'; require-trusted-types-for 'script'; trusted-types 'none'",
];

const LOOKS: &str = "return [...document.querySelectorAll('#cookie-consent, #cookie-consent *')].map(element => {
    const style = getComputedStyle(element);
    return [element.localName, style.color, style.backgroundColor, style.position, style.width, style.padding, style.font];
})";

const VIOLATIONS: &str = "return new Promise(resolve => {
    const found = [];
    new ReportingObserver(reports => found.push(...reports.map(report => report.body.effectiveDirective)),
        { types: ['csp-violation'], buffered: true }).observe();
    setTimeout(() => resolve(found), 100);
})";

/// Keeps what the answer violates, for the page that comes then.
const NOTE: &str = "
    sessionStorage.violations = '';
    document.addEventListener('securitypolicyviolation', event => sessionStorage.violations += event.effectiveDirective + ' ')";

async fn serve(layout: Layout) -> String {
    let policy = Policy::builder("Example SAS", "privacy@example.com")
        .category(Category::analytics().vendor("google-analytics"))
        .layout(layout)
        .build()
        .unwrap();
    let strict = |csp: &'static str| {
        get(move || async move { ([(CONTENT_SECURITY_POLICY, csp)], Html(PAGE)).into_response() })
    };
    let app = Router::new()
        .route("/free", get(|| async { Html(PAGE) }))
        .route("/0", strict(STRICT[0]))
        .route("/1", strict(STRICT[1]))
        .layer(ConsentLayer::new(policy));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    address
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium, its driver and packages from npm"]
async fn every_layout_looks_and_works_alike_where_everything_is_forbidden() {
    for script in [Script::On, Script::Off] {
        let browser = Browser::open(script, 1280, 900).await;
        for layout in [Layout::Top, Layout::Bottom, Layout::Corner, Layout::Modal] {
            let address = serve(layout).await;
            browser.goto(format!("{address}/free")).await.unwrap();
            browser.delete_all_cookies().await.unwrap();
            browser.goto(format!("{address}/free")).await.unwrap();
            let looks = browser.run(LOOKS).await;
            for (number, csp) in STRICT.iter().enumerate() {
                for choice in ["accept", "reject"] {
                    browser.delete_all_cookies().await.unwrap();
                    browser.goto(format!("{address}/{number}")).await.unwrap();
                    assert_eq!(browser.run(LOOKS).await, looks, "{layout:?} {script:?} {csp}");
                    if script == Script::On {
                        assert_eq!(browser.run(VIOLATIONS).await, json!([]), "{layout:?} {csp}");
                    }
                    browser.run(NOTE).await;
                    browser.click(&format!("#cookie-consent button[value={choice}]")).await;
                    browser.wait_for_none("#cookie-consent").await;
                    if script == Script::On {
                        let noted = browser.run("return sessionStorage.violations").await;
                        assert_eq!(noted, json!(""), "{layout:?} {choice} {csp}");
                    }
                    assert_eq!(browser.cookies().await, ["consent"], "{layout:?} {script:?} {csp}");
                }
            }
        }
    }
}
