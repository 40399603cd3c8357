//! Decisions that handlers make: `consent.grant([...])` and `consent.withdraw()`.

use std::sync::{Arc, Mutex};

use axum::{
    Json, Router,
    response::{AppendHeaders, Html, IntoResponse, Redirect},
    routing::get as route,
};
use http::header::{CACHE_CONTROL, ETAG, SET_COOKIE};
use tower_consent::{Category, Consent, ConsentLayer, Decision, DecisionRecord};

use crate::support::{Browser, PAGE, Reply, answered, declared, get, policy};

fn router() -> Router {
    let cookies =
        || AppendHeaders([(SET_COOKIE, "_ga=1; Path=/"), (SET_COOKIE, "promo=1"), (SET_COOKIE, "sid=1")]);
    Router::new()
        .route("/", route(|| async { Html(PAGE) }))
        .route(
            "/grant",
            route(move |c: Consent| async move { (c.grant([Category::ANALYTICS]), cookies(), Html(PAGE)) }),
        )
        .route(
            "/grant-late",
            route(move |c: Consent| async move { (cookies(), c.grant(["analytics"]), Html(PAGE)) }),
        )
        .route("/withdraw", route(move |c: Consent| async move { (cookies(), c.withdraw(), Html(PAGE)) }))
        .route(
            "/unknown",
            route(|c: Consent| async move { (c.grant(["nonsense", "necessary"]), Html(PAGE)) }),
        )
        .route("/alone", route(|c: Consent| async move { c.withdraw() }))
        .route("/redirect", route(|c: Consent| async move { (c.grant(["analytics"]), Redirect::to("/")) }))
        .route(
            "/rival",
            route(|c: Consent| async move {
                (
                    AppendHeaders([(SET_COOKIE, "__Host-consent=x"), (SET_COOKIE, "consent=y")]),
                    c.withdraw(),
                    "x",
                )
            }),
        )
        .route(
            "/json",
            route(|c: Consent| async move {
                let headers = [(CACHE_CONTROL, "public, max-age=600")];
                (headers, c.grant(["analytics"]), Json(true)).into_response()
            }),
        )
        .route(
            "/page",
            route(|c: Consent| async move {
                (
                    [(CACHE_CONTROL, "public, max-age=600"), (ETAG, "\"x\"")],
                    c.grant(["analytics"]),
                    Html(PAGE),
                )
            }),
        )
}

fn app() -> Router {
    router().layer(ConsentLayer::new(policy()))
}

// B13
#[tokio::test]
async fn what_the_same_response_sets_is_judged_by_the_grant() {
    for path in ["/grant", "/grant-late"] {
        let reply = get(&app(), path, &[]).await;
        assert_eq!(reply.cookie_names(), ["_ga", "sid", "__Host-consent"], "{path}");
    }
}

// B14
#[tokio::test]
async fn what_the_same_response_sets_is_judged_by_the_withdrawal() {
    let yes = answered(&app(), "choice=accept").await;
    let reply = get(&app(), "/withdraw", &[("cookie", &yes)]).await;
    assert_eq!(reply.cookie_names(), ["sid", "__Host-consent"]);
    assert!(!get(&app(), "/", &[("cookie", &reply.consent_cookie())]).await.has_banner());
}

// B14, E11
#[tokio::test]
async fn a_withdrawal_removes_the_cookies_the_browser_has() {
    let mut browser = Browser::at(&app(), "https", "www.example.com");
    let page = browser.visit("/").await;
    browser.press(&page, "accept").await;
    browser.store("_ga=1; Domain=example.com; Path=/");
    browser.store("promo=1; Path=/");
    browser.store("sid=1; Path=/");
    browser.visit("/alone").await;
    let mut left = browser.cookies();
    left.sort();
    assert_eq!(left, ["__Host-consent", "sid"]);
}

#[tokio::test]
async fn a_grant_leaves_the_other_answers() {
    let no = answered(&app(), "choice=reject").await;
    let reply = get(&app(), "/grant", &[("cookie", &no)]).await;
    let state = get(&app(), "/cookie-consent/state", &[("cookie", &reply.consent_cookie())]).await.json();
    assert_eq!(state["categories"]["analytics"], true);
    assert_eq!(state["categories"]["marketing"], false);
    assert_eq!(state["decided"], true);
}

#[tokio::test]
async fn a_grant_of_one_category_leaves_the_question_about_the_others() {
    let reply = get(&app(), "/grant", &[]).await;
    assert!(reply.has_banner(), "marketing was not asked");
    let asked: Vec<_> = reply
        .dom()
        .banner()
        .by_name("input")
        .iter()
        .filter_map(|input| (input.attr("name")? == "asked").then(|| input.attr("value")).flatten())
        .collect();
    assert_eq!(asked, ["marketing"]);
}

#[tokio::test]
async fn a_grant_of_nothing_known_decides_nothing() {
    let reply = get(&app(), "/unknown", &[]).await;
    assert!(reply.set_cookies().is_empty());
    assert!(reply.has_banner());
}

#[tokio::test]
async fn a_redirect_can_carry_a_decision() {
    let reply = get(&app(), "/redirect", &[]).await;
    assert_eq!(reply.status, 303);
    assert_eq!(reply.cookie_names(), ["__Host-consent"]);
}

#[tokio::test]
async fn the_layer_writes_the_consent_cookie_last_and_alone() {
    let reply = get(&app(), "/rival", &[]).await;
    assert_eq!(reply.cookie_names(), ["__Host-consent"]);
    assert!(!reply.set_cookies()[0].starts_with("__Host-consent=x"));
}

fn assert_never_stored(reply: &Reply) {
    assert_eq!(reply.consent_lines().len(), 1);
    let cache = reply.header("cache-control");
    assert!(cache.contains("no-store") && !cache.contains("public"), "{cache:?}");
    assert!(reply.lines("etag").is_empty(), "{:?}", reply.headers);
}

// E12, J6
#[tokio::test]
async fn a_page_that_carries_a_decision_is_never_stored() {
    assert_never_stored(&get(&app(), "/page", &[]).await);
}

// E12, J6
#[tokio::test]
async fn a_json_response_that_carries_a_decision_is_never_stored() {
    assert_never_stored(&get(&app(), "/json", &[]).await);
}

// E12
#[tokio::test]
async fn a_redirect_that_carries_a_decision_is_never_stored() {
    assert_never_stored(&get(&app(), "/redirect", &[]).await);
}

// E15
#[tokio::test]
async fn a_shared_cookie_carries_its_domain_whatever_a_handler_changes() {
    let policy = declared().cookie_domain("example.com", [9; 32]).build().unwrap();
    let app = router().layer(ConsentLayer::new(policy));
    let mut cookie = answered(&app, "choice=reject").await;
    for (path, is_granted) in [("/grant", true), ("/withdraw", false), ("/grant", true), ("/alone", false)] {
        let reply = get(&app, path, &[("cookie", &cookie)]).await;
        let lines = reply.consent_lines();
        assert!(
            lines.len() == 1
                && lines[0].starts_with("__Secure-consent=")
                && lines[0].contains("; Domain=example.com"),
            "{path}: {lines:?}"
        );
        cookie = reply.consent_cookie();
        let state = get(&app, "/cookie-consent/state", &[("cookie", &cookie)]).await.json();
        assert_eq!(state["categories"]["analytics"], is_granted, "{path}");
    }
}

// E18
#[tokio::test]
async fn the_hook_is_told_of_a_handlers_decision_once() {
    let told = Arc::new(Mutex::new(Vec::<DecisionRecord>::new()));
    let shared = told.clone();
    let layer =
        ConsentLayer::new(policy()).on_decision(move |record| shared.lock().unwrap().push(record.clone()));
    let app = router().layer(layer);
    get(&app, "/", &[]).await;
    assert!(told.lock().unwrap().is_empty());
    get(&app, "/withdraw", &[]).await;
    let told = told.lock().unwrap();
    assert_eq!(told.len(), 1);
    assert!(told[0].granted().is_empty() && told[0].notice().is_none());
    assert_eq!(told[0].denied(), [Category::ANALYTICS, Category::MARKETING]);
}

#[tokio::test]
async fn a_decision_on_a_path_without_banner_counts() {
    let app = router().layer(ConsentLayer::new(declared().no_banner(["/*"]).build().unwrap()));
    assert_eq!(get(&app, "/grant", &[]).await.cookie_names(), ["_ga", "sid", "__Host-consent"]);
}

#[tokio::test]
async fn a_decision_that_is_not_put_into_a_response_changes_nothing() {
    async fn forgetful(consent: Consent) -> Html<&'static str> {
        let _: Decision = consent.grant(["analytics"]);
        Html(PAGE)
    }
    let app = Router::new().route("/", route(forgetful)).layer(ConsentLayer::new(policy()));
    assert!(get(&app, "/", &[]).await.set_cookies().is_empty());
}
