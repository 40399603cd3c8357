//! Section A: what the consent cookie says, and what does not count as one.

use axum::body::Body;
use http::{HeaderValue, Response};
use proptest::prelude::*;
use tower_consent::{Category, Consent, Policy};

use crate::support::{Browser, answered, app, declared, get, pages, policy, post_form, request, send, with};

/// An app that answers with what it may do.
fn telling(policy: Policy) -> axum::Router {
    app(policy, |request| {
        let consent = request.extensions().get::<Consent>().unwrap();
        let allowed = consent.categories().filter(|(_, allowed)| *allowed).map(|(id, _)| id.to_string());
        let allowed: Vec<_> = allowed.collect();
        Response::new(Body::from(format!("{} {}", consent.is_decided(), allowed.join(","))))
    })
}

async fn told(app: &axum::Router, cookie: &str) -> String {
    let reply = get(app, "/", &[("cookie", cookie)]).await;
    assert_eq!(reply.status, 200);
    reply.text().to_owned()
}

// A1
#[tokio::test]
async fn a_new_visitor_is_undecided_sees_the_banner_and_gets_no_cookie() {
    let reply = get(&pages(policy()), "/", &[]).await;
    assert!(reply.has_banner());
    assert!(reply.set_cookies().is_empty());
    assert_eq!(get(&telling(policy()), "/", &[]).await.text(), "false necessary");
}

// A2
#[tokio::test]
async fn an_accept_ends_the_banner_and_allows_everything() {
    let cookie = answered(&pages(policy()), "choice=accept").await;
    assert!(!get(&pages(policy()), "/", &[("cookie", &cookie)]).await.has_banner());
    assert_eq!(told(&telling(policy()), &cookie).await, "true necessary,analytics,marketing");
}

// A3
#[tokio::test]
async fn a_reject_ends_the_banner_and_allows_only_what_is_necessary() {
    let cookie = answered(&pages(policy()), "choice=reject").await;
    assert!(!get(&pages(policy()), "/", &[("cookie", &cookie)]).await.has_banner());
    assert_eq!(told(&telling(policy()), &cookie).await, "true necessary");
}

// A4, A5
#[tokio::test]
async fn a_cookie_nobody_wrote_leaves_the_visitor_undecided() {
    let long = "A".repeat(4096);
    let accept = answered(&pages(policy()), "choice=accept").await;
    let value = accept.split_once('=').unwrap().1;
    let spoiled = [
        format!("{value}x"),
        format!("\"{value}\""),
        value.replacen("1.", "2.", 1),
        value.replacen("1.1.", "1.01.", 1),
        value.replacen("1.1.", "1.4294967296.", 1),
        value.replace(".AM.", ".AM.A"),
        value.replace(".AM.", ".AA."),
        value.replace(".AM.", ".AM"),
        value.to_ascii_uppercase(),
    ];
    let values =
        ["IAmATeapot", "[]", "{", "null", "1", "true", "accept", "", "%", "%zz", "1.1", "1.1.0.A", &long];
    for value in values.into_iter().map(str::to_owned).chain(spoiled) {
        let cookie = format!("__Host-consent={value}");
        assert_eq!(told(&telling(policy()), &cookie).await, "false necessary", "{value}");
        assert!(get(&pages(policy()), "/", &[("cookie", &cookie)]).await.has_banner(), "{value}");
    }
    let mut raw = request("GET", "/", "", &[]);
    let bytes = HeaderValue::from_bytes(b"__Host-consent=\xff\xfe\x80").unwrap();
    raw.headers_mut().insert("cookie", bytes);
    assert_eq!(send(&telling(policy()), raw).await.text(), "false necessary");
}

// A6
#[tokio::test]
async fn malformed_foreign_cookies_do_not_hide_ours() {
    let cookie = answered(&pages(policy()), "choice=accept").await;
    for before in ["=x; ;;foo; ", ";", "a; b=; =; ", "a=\"x; y\"; ", "\u{e9}=1; ", "consent=nonsense; "] {
        let line = format!("{before}{cookie}");
        assert_eq!(told(&telling(policy()), &line).await, "true necessary,analytics,marketing", "{before}");
    }
    assert_eq!(
        told(&telling(policy()), &format!("{cookie};; =")).await,
        "true necessary,analytics,marketing"
    );
}

// A8
#[tokio::test]
async fn an_answer_for_ana_says_nothing_about_analytics() {
    let ana = || Category::new("ana").title("Ana").description("Ana");
    let build = || {
        Policy::builder("E", "e@example.com").category(ana()).category(Category::analytics()).build().unwrap()
    };
    let app = telling(build());
    let short = answered(&app, "choice=save&category=ana").await;
    assert_eq!(told(&app, &short).await, "true necessary,ana");
    let long = answered(&app, "choice=save&category=analytics").await;
    assert_eq!(told(&app, &long).await, "true necessary,analytics");
}

// A9
#[tokio::test]
async fn the_cookie_is_found_in_the_second_cookie_line() {
    let app = telling(policy());
    let cookie = answered(&app, "choice=accept").await;
    let reply = get(&app, "/", &[("cookie", "sid=1"), ("cookie", &cookie)]).await;
    assert_eq!(reply.text(), "true necessary,analytics,marketing");
}

// A10
#[tokio::test]
async fn two_consent_cookies_deny_whatever_they_say() {
    let app = telling(policy());
    let (yes, no) = (answered(&app, "choice=accept").await, answered(&app, "choice=reject").await);
    for pair in [[&yes, &no], [&no, &yes], [&yes, &yes]] {
        let line = format!("{}; {}", pair[0], pair[1]);
        assert_eq!(told(&app, &line).await, "false necessary", "{line}");
        let lines = get(&app, "/", &[("cookie", pair[0].as_str()), ("cookie", pair[1].as_str())]).await;
        assert_eq!(lines.text(), "false necessary");
    }
}

// A10
#[tokio::test]
async fn a_decision_heals_a_duplicate_left_on_a_parent_domain() {
    let app = pages(policy());
    let mut browser = Browser::at(&app, "http", "app.shop.test");
    browser.store("consent=stale; Domain=shop.test; Path=/");
    browser.store("consent=stale; Domain=app.shop.test; Path=/");
    browser.store("consent=stale; Path=/");
    let page = browser.visit("/").await;
    assert!(page.has_banner());
    let (reply, next) = browser.press(&page, "reject").await;
    assert_eq!(reply.consent_lines().len(), 1, "{:?}", reply.set_cookies());
    assert!(!next.has_banner(), "{:?}", browser.cookies());
    assert_eq!(browser.cookies(), ["consent"]);
}

// A10
#[tokio::test]
async fn a_decision_heals_a_host_only_duplicate_of_a_shared_cookie() {
    let app = pages(declared().cookie_domain("example.com", [7; 32]).build().unwrap());
    let mut browser = Browser::new(&app);
    browser.store("__Secure-consent=stale; Secure; Path=/");
    browser.store("__Secure-consent=stale; Secure; Domain=www.example.com; Path=/");
    let page = browser.visit("/").await;
    let (_, next) = browser.press(&page, "accept").await;
    assert!(!next.has_banner(), "the question is asked for ever: {:?}", browser.cookies());
}

// A11, A17
#[tokio::test]
async fn a_new_revision_asks_everyone_anew_and_one_answer_suffices() {
    let old = answered(&pages(policy()), "choice=accept").await;
    let app = pages(declared().revision(2).build().unwrap());
    let tells = telling(declared().revision(2).build().unwrap());
    assert_eq!(told(&tells, &old).await, "false necessary");
    let mut browser = Browser::new(&app);
    browser.store(&format!("{old}; Path=/; Secure"));
    let page = browser.visit("/").await;
    assert!(page.has_banner());
    let (_, next) = browser.press(&page, "accept").await;
    assert!(!next.has_banner());
}

// A11
#[tokio::test]
async fn an_answer_to_a_later_revision_does_not_count_for_an_earlier_one() {
    let app = telling(declared().revision(3).build().unwrap());
    let cookie = answered(&app, "choice=accept").await;
    assert_eq!(told(&telling(policy()), &cookie).await, "false necessary");
}

// A12
#[tokio::test]
async fn a_new_category_is_asked_alone_and_the_others_keep_their_answer() {
    let old = answered(&pages(policy()), "choice=save&category=analytics").await;
    let grown = || declared().category(Category::embeds().cookie("player")).build().unwrap();
    let app = pages(grown());
    let mut browser = Browser::new(&app);
    browser.store(&format!("{old}; Path=/; Secure"));
    assert_eq!(told(&telling(grown()), &old).await, "false necessary,analytics");
    let page = browser.visit("/").await;
    let (reply, next) = browser.press(&page, "accept").await;
    assert!(!next.has_banner());
    assert_eq!(told(&telling(grown()), &reply.consent_cookie()).await, "true necessary,analytics,embeds");
}

// A12
#[tokio::test]
async fn more_of_what_was_asked_about_is_not_asked_about_anew() {
    let old = answered(&pages(policy()), "choice=accept").await;
    let more = declared().category(Category::preferences().cookie("theme"));
    let category = Category::analytics().cookie("_an_*").cookie("_more").vendor("hotjar");
    let grown = Policy::builder("Example SAS", "privacy@example.com")
        .category(category)
        .category(Category::marketing());
    assert!(get(&pages(more.build().unwrap()), "/", &[("cookie", &old)]).await.has_banner());
    let page = get(&pages(grown.build().unwrap()), "/", &[("cookie", &old)]).await;
    assert!(!page.has_banner(), "only a new category or revision asks");
}

// A12
#[tokio::test]
async fn a_no_to_a_new_category_leaves_the_earlier_yes() {
    let old = answered(&pages(policy()), "choice=accept").await;
    let grown = || declared().category(Category::embeds()).build().unwrap();
    let app = pages(grown());
    let mut browser = Browser::new(&app);
    browser.store(&format!("{old}; Path=/; Secure"));
    let page = browser.visit("/").await;
    let (reply, _) = browser.press(&page, "reject").await;
    assert_eq!(told(&telling(grown()), &reply.consent_cookie()).await, "true necessary,analytics,marketing");
}

// A12
#[tokio::test]
async fn the_order_of_categories_changes_no_answer() {
    let cookie = answered(&pages(policy()), "choice=save&category=marketing").await;
    let turned = Policy::builder("E", "e@example.com")
        .category(Category::marketing())
        .category(Category::analytics())
        .build()
        .unwrap();
    assert_eq!(told(&telling(turned), &cookie).await, "true necessary,marketing");
}

// A15
#[tokio::test]
async fn answers_about_categories_that_are_gone_are_ignored() {
    let own = Category::new("newsletter").title("N").description("N");
    let old = pages(declared().category(Category::embeds()).category(own).build().unwrap());
    let rejected = answered(&old, "choice=reject").await;
    assert_eq!(told(&telling(policy()), &rejected).await, "true necessary");
    let mixed = answered(&old, "choice=save&category=embeds&category=newsletter&category=marketing").await;
    assert_eq!(told(&telling(policy()), &mixed).await, "true necessary,marketing");
}

#[tokio::test]
async fn the_cookie_is_small() {
    let app =
        pages(declared().category(Category::embeds()).category(Category::preferences()).build().unwrap());
    let cookie = answered(&app, "choice=accept").await;
    assert!(cookie.len() <= 64, "{cookie}");
}

#[tokio::test]
async fn a_bare_cookie_on_a_public_host_is_no_answer() {
    let app = telling(policy());
    let cookie = answered(&app, "choice=accept").await;
    let bare = cookie.strip_prefix("__Host-").unwrap();
    assert_eq!(told(&app, bare).await, "false necessary");
    let local = get(&app, "/", &[("cookie", bare), ("host", "localhost:3000")]).await;
    assert_eq!(local.text(), "true necessary,analytics,marketing");
}

#[tokio::test]
async fn a_shared_cookie_without_the_right_tag_is_no_answer() {
    let shared = |key: u8| telling(declared().cookie_domain("example.com", [key; 32]).build().unwrap());
    let cookie = answered(&shared(1), "choice=accept").await;
    assert!(cookie.starts_with("__Secure-consent="));
    assert_eq!(told(&shared(1), &cookie).await, "true necessary,analytics,marketing");
    assert_eq!(told(&shared(2), &cookie).await, "false necessary");
    let (value, _) = cookie.split_once('~').unwrap();
    for forged in [value.to_owned(), format!("{value}~"), format!("{value}~AAAAAAAAAAAA")] {
        assert_eq!(told(&shared(1), &forged).await, "false necessary", "{forged}");
    }
}

#[tokio::test]
async fn page_views_never_renew_an_answer() {
    let app = pages(policy());
    let cookie = answered(&app, "choice=accept").await;
    assert!(get(&app, "/", &[("cookie", &cookie)]).await.set_cookies().is_empty());
    let json = crate::support::app(policy(), |_| with("{}", &[("content-type", "application/json")]));
    assert!(get(&json, "/", &[("cookie", &cookie)]).await.set_cookies().is_empty());
}

// A16
proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn every_answer_survives_the_way_through_the_cookie(
        ids in proptest::collection::btree_set("[a-z][a-z0-9_-]{0,31}", 1..12),
        chosen in any::<u16>(),
        revision in 1..=u32::MAX,
    ) {
        prop_assume!(!ids.contains("necessary"));
        let mut builder = Policy::builder("E", "e@example.com").revision(revision);
        let mut form = "choice=save".to_owned();
        let mut expected = vec!["necessary".to_owned()];
        for (bit, id) in ids.iter().enumerate() {
            builder = builder.category(Category::new(id).title(format!("Title {bit}")).description("D"));
            if chosen >> bit & 1 == 1 {
                form.push_str("&category=");
                form.push_str(id);
                expected.push(id.clone());
            }
        }
        let app = telling(builder.build().unwrap());
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let told = runtime.block_on(async {
            let reply = post_form(&app, "/cookie-consent", &form, &[]).await;
            told(&app, &reply.consent_cookie()).await
        });
        prop_assert_eq!(told, format!("true {}", expected.join(",")));
    }
}
