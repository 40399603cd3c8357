//! Cookies whose names have a prefix, with which browsers hold them to rules: with it and without they are
//! the same cookie.

use axum::body::Body;
use http::{HeaderValue, Response, header::SET_COOKIE};
use tower_consent::{Category, CookieDeclaration, Enforcement, Policy, PolicyBuilder};

use crate::support::{Browser, PAGE, app, declared, get, html, policy, post_form, visitors};

const PREFIXES: [&str; 5] = ["__Host-", "__Secure-", "__Http-", "__Host-Http-", "__hOST-"];

/// The names that a page may set of these: undecided, accepted, rejected.
async fn set(policy: Policy, names: &[String]) -> [Vec<String>; 3] {
    let names = names.to_vec();
    let app = app(policy, move |_| {
        let mut response = html(PAGE);
        for name in &names {
            let line = format!("{name}=1; Secure; HttpOnly; Path=/");
            response.headers_mut().append(SET_COOKIE, HeaderValue::try_from(line).unwrap());
        }
        response
    });
    let [none, yes, no] = visitors(&app).await;
    let names = async |cookie: &str| get(&app, "/", &[("cookie", cookie)]).await.cookie_names();
    [names(&none).await, names(&yes).await, names(&no).await]
}

// B12
#[tokio::test]
async fn a_declared_cookie_is_withheld_with_any_prefix_or_none() {
    for prefix in PREFIXES {
        for name in ["_ga", "_ga_A1", "_an_x", "promo", "ads"] {
            let names = [format!("{prefix}{name}")];
            let [undecided, yes, no] = set(policy(), &names).await;
            assert!(undecided.is_empty() && no.is_empty(), "{names:?}");
            assert_eq!(yes, names);
        }
        let others = [format!("{prefix}other"), format!("{prefix}promos"), format!("x{prefix}promo")];
        for passing in set(policy(), &others).await {
            assert_eq!(passing, others);
        }
    }
    let [undecided, yes, _] = set(policy(), &["ads".to_owned()]).await;
    assert!(undecided.is_empty() && yes == ["ads"], "declared as __Secure-ads");
}

// B12
#[tokio::test]
async fn a_recognised_tracker_is_one_with_a_prefix_too() {
    for passing in set(policy(), &["__Host-_fbp".to_owned()]).await {
        assert!(passing.is_empty());
    }
}

// B12
#[tokio::test]
async fn what_is_necessary_passes_under_strict_enforcement_with_a_prefix_and_without() {
    let strict = declared().enforcement(Enforcement::Strict).build().unwrap();
    let names = ["sid", "__Host-sid", "session", "__Host-session"].map(str::to_owned);
    for passing in set(strict, &names).await {
        assert_eq!(passing, names);
    }
}

// B12
#[tokio::test]
async fn a_name_that_is_declared_with_its_prefix_means_that_one() {
    let split = || {
        Policy::builder("E", "e@example.com")
            .category(Category::necessary().cookie("__Host-id"))
            .category(Category::analytics().cookie("id"))
            .build()
            .unwrap()
    };
    let [undecided, ..] = set(split(), &["id", "__Host-id", "__Secure-id"].map(str::to_owned)).await;
    assert_eq!(undecided, ["__Host-id"]);
}

// B12, C1
#[tokio::test]
async fn a_denied_cookie_is_hidden_from_handlers_with_its_prefix() {
    let app = app(policy(), |request| {
        let sent = request.headers().get("cookie").map_or(&b""[..], HeaderValue::as_bytes);
        Response::new(Body::from(sent.to_vec()))
    });
    let sent = "a=1; __Host-_ga=2; __Secure-promo=3; __Host-session=4; __Http-_fbp=5; __Host-b=6";
    let reply = get(&app, "/", &[("cookie", sent)]).await;
    assert_eq!(reply.text(), "a=1; __Host-session=4; __Host-b=6");
}

fn tracking() -> PolicyBuilder {
    Policy::builder("E", "e@example.com").category(
        Category::analytics().cookie(CookieDeclaration::new("_an_id").path("/shop").partitioned(true)),
    )
}

// B21
#[tokio::test]
async fn a_no_removes_what_has_a_prefix_as_the_prefix_asks() {
    let app = app(tracking().build().unwrap(), |_| html(PAGE));
    for prefix in PREFIXES {
        let name = format!("{prefix}_an_id");
        let headers = [("cookie", &*format!("{name}=1")), ("host", "www.example.com")];
        let form = "choice=reject&return_to=/shop/page";
        let lines = post_form(&app, "/cookie-consent", form, &headers).await.set_cookies();
        let removals: Vec<_> = lines.iter().filter(|line| line.starts_with(&format!("{name}="))).collect();
        let is_host_only = prefix.to_ascii_lowercase().starts_with("__host-");
        assert_eq!(removals.len() == 2, is_host_only, "in its partition and out of it: {removals:?}");
        for line in removals {
            assert!(line.contains("; Secure") && line.contains("Max-Age=0"), "{line}");
            assert!(!is_host_only || line.contains("Path=/;") && !line.contains("Domain"), "{line}");
            assert!(!prefix.contains("Http") || line.contains("HttpOnly"), "{line}");
        }
    }
}

// B17, B21
#[tokio::test]
async fn browsers_take_the_removals_of_what_has_a_prefix() {
    let app = app(policy(), |_| html(PAGE));
    let mut browser = Browser::at(&app, "https", "www.example.com");
    for line in [
        "__Host-_ga=1; Secure; Path=/",
        "__Secure-_an_x=1; Secure; Path=/; Domain=example.com",
        "__Host-session=1; Secure; Path=/",
    ] {
        browser.store(line);
    }
    let page = browser.visit("/").await;
    browser.press(&page, "reject").await;
    assert!(browser.refused.iter().all(|line| !line.starts_with("__")), "{:?}", browser.refused);
    let mut left = browser.cookies();
    left.sort();
    assert_eq!(left, ["__Host-consent", "__Host-session"]);
}
