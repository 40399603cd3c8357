//! Section E: what a visitor's decision leads to.

mod secure;

use std::sync::{Arc, Mutex};

use axum::{Router, body::Body};
use http::Response;
use tower_consent::{Category, CategoryId, ConsentLayer, DecisionRecord};

use crate::support::{
    Browser, PAGE, answered, app, app_with, declared, get, html, pages, policy, post_form, visitors, with,
};

const PREFIX: &str = "/cookie-consent";

async fn state_after(app: &Router, form: &str, cookie: &str) -> serde_json::Value {
    let headers = [("accept", "application/json"), ("cookie", cookie)];
    let reply = post_form(app, PREFIX, form, &headers).await;
    assert_eq!(reply.status, 200, "{form}");
    reply.json()
}

/// The attributes of a `Set-Cookie` line, in lower case.
fn attributes(line: &str) -> Vec<String> {
    line.split(';').skip(1).map(|part| part.trim().to_ascii_lowercase()).collect()
}

// E1
#[tokio::test]
async fn an_accept_is_answered_with_303_and_one_cookie() {
    let reply = post_form(&pages(policy()), PREFIX, "choice=accept&return_to=%2Fnews%3Fpage%3D2", &[]).await;
    assert_eq!(reply.status, 303);
    assert_eq!(reply.header("location"), "/news?page=2");
    assert_eq!(reply.cookie_names(), ["__Host-consent"]);
    let mut attributes = attributes(&reply.set_cookies()[0]);
    attributes.sort();
    let age = 184 * 24 * 60 * 60;
    assert_eq!(
        attributes,
        [
            "httponly".to_owned(),
            format!("max-age={age}"),
            "path=/".into(),
            "samesite=lax".into(),
            "secure".into()
        ]
    );
    assert!(reply.body.is_empty());
}

// E2
#[tokio::test]
async fn a_reject_is_kept_as_long_as_an_accept_and_ends_the_banner() {
    let app = pages(policy());
    let accept = post_form(&app, PREFIX, "choice=accept", &[]).await;
    let reject = post_form(&app, PREFIX, "choice=reject", &[]).await;
    assert_eq!(reject.status, 303);
    assert_eq!(attributes(&reject.set_cookies()[0]), attributes(&accept.set_cookies()[0]));
    assert!(!get(&app, "/", &[("cookie", &reject.consent_cookie())]).await.has_banner());
}

// E3
#[tokio::test]
async fn a_script_gets_the_state_instead_of_a_redirect() {
    let headers = [("accept", "application/json")];
    let reply = post_form(&pages(policy()), PREFIX, "choice=save&category=analytics", &headers).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("content-type"), "application/json");
    assert!(reply.lines("location").is_empty());
    assert_eq!(reply.consent_lines().len(), 1);
    let state = reply.json();
    assert_eq!(state["decided"], true);
    assert_eq!(state["revision"], 1);
    let expected = serde_json::json!({"necessary": true, "analytics": true, "marketing": false});
    assert_eq!(state["categories"], expected);
}

// E6
#[tokio::test]
async fn a_return_target_elsewhere_becomes_the_home_page() {
    let app = pages(policy());
    for target in [
        "//evil.com",
        "///evil.com",
        "/\\evil.com",
        "\\\\evil.com",
        "https://evil.com/",
        "https:evil.com",
        "javascript:alert(1)",
        "evil.com",
        "",
        "?x",
        "/%09/evil.com",
        "/\t/evil.com",
        "/\n/evil.com",
        "/a\r\nSet-Cookie: x=1",
        "/a\r",
        "/%0d%0aX: y",
        "/a\0b",
        "/\u{7f}",
        "/%2F/evil.com",
        "/%5Cevil.com",
        " //evil.com",
        "\u{a0}//evil.com",
        "/\u{85}/x",
    ] {
        let form = form_urlencoded::Serializer::new("choice=reject".to_owned())
            .append_pair("return_to", target)
            .finish();
        let reply = post_form(&app, PREFIX, &form, &[]).await;
        assert_eq!(reply.status, 303, "{target:?}");
        assert_eq!(reply.header("location"), "/", "{target:?}");
    }
}

// E7
#[tokio::test]
async fn a_path_of_the_site_is_returned_to() {
    let app = pages(policy());
    for (target, expected) in [
        ("/a?b=c", "/a?b=c"),
        ("/a?next=https://x.com//y", "/a?next=https://x.com//y"),
        ("/a//b", "/a//b"),
        ("/caf\u{e9}", "/caf%C3%A9"),
        ("/a#b", "/a"),
        ("/a b", "/a%20b"),
    ] {
        let form = form_urlencoded::Serializer::new("choice=accept".to_owned())
            .append_pair("return_to", target)
            .finish();
        assert_eq!(post_form(&app, PREFIX, &form, &[]).await.header("location"), expected, "{target}");
    }
    assert_eq!(post_form(&app, PREFIX, "choice=accept", &[]).await.header("location"), "/");
}

// E7
#[tokio::test]
async fn the_form_on_a_page_leads_back_to_the_page() {
    let mut browser = Browser::new(&pages(policy()));
    let page = browser.visit("/search?q=a%26b&x=%22%3E%3Cb%3E").await;
    let (reply, _) = browser.press(&page, "accept").await;
    assert_eq!(reply.header("location"), "/search?q=a%26b&x=%22%3E%3Cb%3E");
}

// E7
#[tokio::test]
async fn the_form_on_a_page_that_answers_a_form_leads_back_to_where_that_stood() {
    let app = pages(policy());
    for (referer, expected) in [
        ("https://www.example.com/signup?a=b", "/signup?a=b"),
        ("https://evil.com/signup", "/"),
        ("https://www.example.com//evil.com", "/"),
        ("https://www.example.com", "/"),
        ("nonsense", "/"),
    ] {
        let page = post_form(&app, "/signup", "mail=x", &[("referer", referer)]).await;
        let inputs = page.dom().banner().by_name("input");
        let target = inputs.iter().find(|input| input.attr("name").as_deref() == Some("return_to")).unwrap();
        assert_eq!(target.attr("value").unwrap(), expected, "{referer}");
    }
}

// E8, E8b
#[tokio::test]
async fn a_partial_choice_grants_what_is_ticked_and_nothing_else() {
    let app = pages(policy());
    for (form, analytics, marketing) in [
        ("choice=save&category=analytics", true, false),
        ("choice=save&category=marketing&category=analytics", true, true),
        ("choice=save&category=analytics&category=analytics", true, false),
        ("choice=save", false, false),
        ("choice=save&category=", false, false),
        ("choice=save&category=nonsense&category=Analytics", false, false),
        ("choice=save&category=necessary", false, false),
        ("choice=save&category=analytics%2Cmarketing", true, true),
        ("choice=save&categories=analytics", false, false),
        ("choice=reject&category=analytics", false, false),
    ] {
        let state = state_after(&app, form, "").await;
        assert_eq!(state["decided"], true, "{form}");
        assert_eq!(state["categories"]["analytics"], analytics, "{form}");
        assert_eq!(state["categories"]["marketing"], marketing, "{form}");
        assert_eq!(state["categories"]["necessary"], true, "{form}");
    }
}

#[tokio::test]
async fn allow_adds_to_what_is_granted_and_leaves_the_rest() {
    let app = pages(policy());
    let no = answered(&app, "choice=reject").await;
    let state = state_after(&app, "choice=allow&category=marketing&category=nonsense", &no).await;
    assert_eq!(
        state["categories"],
        serde_json::json!({"necessary": true, "analytics": false, "marketing": true})
    );
    assert_eq!(state["decided"], true);
    let fresh = state_after(&app, "choice=allow&category=marketing", "").await;
    assert_eq!(
        fresh["categories"],
        serde_json::json!({"necessary": true, "analytics": false, "marketing": true})
    );
    assert_eq!(fresh["decided"], false, "analytics was not asked");
    let yes = answered(&app, "choice=accept").await;
    assert_eq!(
        state_after(&app, "choice=allow", &yes).await["categories"]["analytics"],
        true,
        "nothing is taken away"
    );
}

// E10
#[tokio::test]
async fn to_say_the_same_twice_changes_nothing() {
    let app = pages(policy());
    let yes = answered(&app, "choice=accept").await;
    let reply = post_form(&app, PREFIX, "choice=accept", &[("cookie", &yes)]).await;
    assert_eq!(reply.cookie_names(), ["__Host-consent"]);
    let state = get(&app, "/cookie-consent/state", &[("cookie", &reply.consent_cookie())]).await.json();
    assert_eq!(state["categories"]["marketing"], true);
}

// E11
#[tokio::test]
async fn a_withdrawal_keeps_a_no_and_removes_the_cookies_in_the_same_response() {
    let app = pages(policy());
    let yes = answered(&app, "choice=accept").await;
    let headers = [("cookie", &*format!("{yes}; _ga=1; sid=2"))];
    let reply = post_form(&app, PREFIX, "choice=reject", &headers).await;
    let removed: Vec<_> = reply.set_cookies().into_iter().filter(|line| line.starts_with("_ga=")).collect();
    assert!(removed.iter().any(|line| !line.contains("Domain=")), "{removed:?}");
    assert!(removed.iter().any(|line| line.contains("Domain=example.com")), "{removed:?}");
    assert!(removed.iter().all(|line| line.contains("Max-Age=0") && line.contains("Path=/")), "{removed:?}");
    assert!(reply.cookie_names().iter().all(|name| name != "sid"));
    let state = get(&app, "/cookie-consent/state", &[("cookie", &reply.consent_cookie())]).await.json();
    assert_eq!(state["categories"]["analytics"], false);
}

// E11
#[tokio::test]
async fn to_untick_one_box_removes_only_its_cookies() {
    let app = pages(policy());
    let yes = answered(&app, "choice=accept").await;
    let headers = [("cookie", &*format!("{yes}; _ga=1; promo=2"))];
    let reply = post_form(&app, PREFIX, "choice=save&category=analytics", &headers).await;
    let names = reply.cookie_names();
    assert!(names.contains(&"promo".to_owned()) && !names.contains(&"_ga".to_owned()), "{names:?}");
}

// E12
#[tokio::test]
async fn every_answer_of_the_endpoint_is_no_store() {
    let app = pages(policy());
    for form in ["choice=accept", "choice=reject", "choice=nonsense"] {
        assert_eq!(post_form(&app, PREFIX, form, &[]).await.header("cache-control"), "no-store", "{form}");
    }
    for path in [PREFIX, "/cookie-consent/state"] {
        assert_eq!(get(&app, path, &[]).await.header("cache-control"), "no-store", "{path}");
    }
}

// E16, E17
#[tokio::test]
async fn the_endpoint_lives_under_its_prefix_and_nowhere_else() {
    let policy = declared().prefix("/privacy/choices").cookie_name("cc").build().unwrap();
    let app = app(policy, |request| Response::new(Body::from(format!("app {}", request.uri().path()))));
    assert_eq!(post_form(&app, "/privacy/choices", "choice=accept", &[]).await.cookie_names(), ["__Host-cc"]);
    for path in [
        "/cookie-consent",
        "/privacy/choices/",
        "/privacy/choices/x",
        "/privacy/choicesx",
        "/Privacy/choices",
        "/privacy/choices/state/",
    ] {
        assert_eq!(get(&app, path, &[]).await.text(), format!("app {path}"));
    }
}

// E17
#[tokio::test]
async fn the_endpoint_never_reaches_the_app() {
    let app = app(policy(), |_| unreachable!());
    for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"] {
        for path in [PREFIX, "/cookie-consent/state"] {
            crate::support::send(&app, crate::support::request(method, path, "", &[])).await;
        }
    }
}

// E18
#[tokio::test]
async fn the_hook_is_told_of_each_decision_once_before_the_visitor_is() {
    let told = Arc::new(Mutex::new(Vec::<DecisionRecord>::new()));
    let shared = told.clone();
    let layer =
        ConsentLayer::new(policy()).on_decision(move |record| shared.lock().unwrap().push(record.clone()));
    let app = app_with(layer, |_| html(PAGE));
    let mut browser = Browser::new(&app);
    let page = browser.visit("/").await;
    browser.press(&page, "accept").await;
    post_form(&app, PREFIX, "choice=nonsense", &[]).await;
    post_form(&app, PREFIX, "choice=accept", &[("sec-fetch-site", "cross-site")]).await;
    let told = told.lock().unwrap();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].revision(), 1);
    assert!(told[0].notice().unwrap().starts_with("1."));
    assert_eq!(told[0].granted(), [Category::ANALYTICS, Category::MARKETING]);
    assert!(told[0].denied().is_empty());
    assert!(told[0].decided_at().elapsed().unwrap().as_secs() < 60);
}

// E18
#[tokio::test]
async fn the_hook_is_told_of_a_refusal_and_of_a_withdrawal_by_form() {
    let told = Arc::new(Mutex::new(Vec::<DecisionRecord>::new()));
    let shared = told.clone();
    let layer =
        ConsentLayer::new(policy()).on_decision(move |record| shared.lock().unwrap().push(record.clone()));
    let app = app_with(layer, |_| html(PAGE));
    let yes = answered(&app, "choice=accept").await;
    post_form(&app, PREFIX, "choice=reject", &[("cookie", &yes)]).await;
    post_form(&app, PREFIX, "choice=save&category=analytics", &[]).await;
    let ids = |ids: &[CategoryId]| ids.iter().map(CategoryId::as_str).collect::<Vec<_>>().join(" ");
    let told: Vec<_> =
        told.lock().unwrap().iter().map(|record| (ids(record.granted()), ids(record.denied()))).collect();
    let expected = [("analytics marketing", ""), ("", "analytics marketing"), ("analytics", "marketing")];
    assert_eq!(told, expected.map(|(granted, denied)| (granted.to_owned(), denied.to_owned())));
}

// E20
#[tokio::test]
async fn the_cookies_of_a_response_with_a_decision_survive() {
    let app = app(policy(), |request| {
        let consent = request.extensions().get::<tower_consent::Consent>().unwrap();
        let mut response = with("", &[("set-cookie", "sid=1"), ("set-cookie", "x=2")]);
        response.extensions_mut().insert(consent.withdraw());
        response
    });
    assert_eq!(get(&app, "/", &[]).await.cookie_names(), ["sid", "x", "__Host-consent"]);
}

// E21
#[tokio::test]
async fn a_notice_of_an_older_revision_grants_nothing_and_the_banner_returns() {
    let old = Browser::new(&pages(policy())).visit("/").await;
    let app = pages(declared().revision(2).build().unwrap());
    let mut browser = Browser::new(&app);
    let (reply, next) = browser.press(&old, "accept").await;
    assert!(next.has_banner(), "{:?}", reply.set_cookies());
    let state = browser.visit("/cookie-consent/state").await.json();
    assert_eq!(state["categories"]["analytics"], false);
    for notice in ["1.abcdefgh", "3.x", "", "x", "2", "-1.x"] {
        let form = format!("choice=accept&notice={notice}");
        let state = state_after(&app, &form, "").await;
        assert_eq!(state["categories"]["analytics"], notice == "2", "{notice}");
    }
    assert_eq!(
        state_after(&app, "choice=accept", "").await["categories"]["analytics"],
        true,
        "absent means current"
    );
}

// E11, J7
#[tokio::test]
async fn a_withdrawal_empties_the_browsers_cache_and_nothing_else_does() {
    let app = pages(policy());
    let [undecided, yes, no] = visitors(&app).await;
    for (cookie, form, clears) in [
        (&undecided, "choice=accept", false),
        (&undecided, "choice=reject", false),
        (&no, "choice=reject", false),
        (&no, "choice=accept", false),
        (&yes, "choice=accept", false),
        (&yes, "choice=reject", true),
        (&yes, "choice=save&category=analytics", true),
        (&yes, "choice=allow&category=analytics", false),
    ] {
        let reply = post_form(&app, "/cookie-consent", form, &[("cookie", cookie)]).await;
        let expected = if clears { "\"cache\"" } else { "" };
        assert_eq!(reply.header("clear-site-data"), expected, "{form} after {cookie:?}");
    }
}
