//! Audience measurement that needs no consent where the law says so: on until the visitor objects.

use axum::Router;
use tower_consent::{Basis, Category, Jurisdiction, Policy, PolicyBuilder};

use crate::support::{answered, app, get, post_form, setting};

const PREFIX: &str = "/cookie-consent";

fn declared() -> PolicyBuilder {
    let measurement = Category::analytics().basis(Basis::AudienceMeasurement).vendor("matomo").cookie("_own");
    Policy::builder("Example SAS", "privacy@example.com")
        .jurisdiction_header("cf-ipcountry")
        .category(measurement)
        .category(Category::marketing().cookie("promo"))
}

fn site(lines: &'static [&'static str]) -> Router {
    app(declared().build().unwrap(), setting(lines))
}

async fn is_measured(app: &Router, headers: &[(&str, &str)]) -> bool {
    !get(app, "/", headers).await.set_cookies().is_empty()
}

async fn answered_in(app: &Router, place: &str, form: &str) -> String {
    post_form(app, PREFIX, form, &[("cf-ipcountry", place)]).await.consent_cookie()
}

#[tokio::test]
async fn it_is_on_until_objected_where_the_law_exempts_it_and_waits_elsewhere() {
    let app = site(&["_own=1"]);
    for (place, expected) in
        [("FR", true), ("IT", true), ("ES", true), ("GB", true), ("DE", false), ("IE", false), ("XX", false)]
    {
        assert_eq!(is_measured(&app, &[("cf-ipcountry", place)]).await, expected, "{place}");
    }
    assert!(!is_measured(&app, &[]).await);
    let declared = Category::analytics().basis(Basis::AudienceMeasurement).cookie("_own");
    let nowhere = Policy::builder("E", "e@example.com").category(declared).build().unwrap();
    assert!(!is_measured(&crate::support::app(nowhere, setting(&["_own=1"])), &[]).await);
}

#[tokio::test]
async fn reject_an_unticked_box_and_both_signals_are_objections() {
    let app = site(&["_own=1"]);
    for form in ["choice=reject", "choice=reject&asked=marketing", "choice=save&category=marketing"] {
        let cookie = answered_in(&app, "FR", form).await;
        assert!(!is_measured(&app, &[("cf-ipcountry", "FR"), ("cookie", &cookie)]).await, "{form}");
    }
    let yes = answered(&app, "choice=accept").await;
    for signal in ["sec-gpc", "dnt"] {
        assert!(!is_measured(&app, &[("cf-ipcountry", "FR"), (signal, "1")]).await, "{signal}");
        let agreed = [("cf-ipcountry", "FR"), (signal, "1"), ("cookie", yes.as_str())];
        assert!(is_measured(&app, &agreed).await, "{signal}: who said yes to this has said more");
    }
    let unusable = [("cf-ipcountry", "FR"), ("cookie", "__Host-consent=x")];
    assert!(!is_measured(&app, &unusable).await, "there may have been an objection");
}

#[tokio::test]
async fn an_objection_outlives_revisions_and_is_kept_for_13_months() {
    let app = site(&["_own=1"]);
    let reply = post_form(&app, PREFIX, "choice=reject", &[("cf-ipcountry", "FR")]).await;
    let line = &reply.consent_lines()[0];
    assert!(line.contains("Max-Age=33955200"), "{line}");
    let next = declared().revision(2).build().unwrap();
    let next = crate::support::app(next, setting(&["_own=1"]));
    let cookie = reply.consent_cookie();
    assert!(!is_measured(&next, &[("cf-ipcountry", "FR"), ("cookie", &cookie)]).await);
    let form = "choice=reject&asked=marketing";
    let headers = [("cf-ipcountry", "FR"), ("cookie", cookie.as_str())];
    let again = post_form(&next, PREFIX, form, &headers).await.consent_cookie();
    assert!(!is_measured(&next, &[("cf-ipcountry", "FR"), ("cookie", &again)]).await);
}

#[tokio::test]
async fn a_box_that_was_ticked_from_the_start_is_no_consent() {
    let app = site(&["_own=1"]);
    let cookie = answered_in(&app, "FR", "choice=save&category=analytics").await;
    for (place, expected) in [("FR", true), ("DE", false)] {
        let headers = [("cf-ipcountry", place), ("cookie", cookie.as_str())];
        assert_eq!(is_measured(&app, &headers).await, expected, "{place}");
    }
    let objected = answered_in(&app, "FR", "choice=reject").await;
    let headers = [("cf-ipcountry", "FR"), ("cookie", objected.as_str())];
    let ticked = post_form(&app, PREFIX, "choice=save&category=analytics", &headers).await.consent_cookie();
    assert!(
        is_measured(&app, &[("cf-ipcountry", "DE"), ("cookie", &ticked)]).await,
        "they ticked it themselves"
    );
}

// B22: the one change that is ever made to a cookie of the app's takes nothing from it but its length.
#[tokio::test]
async fn its_cookies_last_13_months_at_most() {
    for (line, expected) in [
        ("_own=1; Path=/; Max-Age=33955200", "_own=1; Path=/; Max-Age=33955200"),
        ("_own=1; Max-Age=33955201; Path=/", "_own=1; Path=/; Max-Age=33955200"),
        ("_own=1; Max-Age=99999999999999999999", "_own=1; Max-Age=33955200"),
        ("_own=1; Max-Age=63072000; Max-Age=x", "_own=1; Max-Age=33955200"),
        ("_own=1; expires=Fri, 31 Dec 9999 23:59:59 GMT; Secure", "_own=1; Secure; Max-Age=33955200"),
        (
            "_own=1; Domain=example.com; HttpOnly; SameSite=Lax; Partitioned; Secure; Max-Age=63072000",
            "_own=1; Domain=example.com; HttpOnly; SameSite=Lax; Partitioned; Secure; Max-Age=33955200",
        ),
        ("_own=1; Expires=soon", "_own=1"),
        ("_own=1", "_own=1"),
        ("_pk_id.1.2=x; Max-Age=63072000", "_pk_id.1.2=x; Max-Age=33955200"),
    ] {
        let app = app(declared().build().unwrap(), setting(Vec::leak(vec![line])));
        let fr = get(&app, "/", &[("cf-ipcountry", "FR")]).await;
        assert_eq!(fr.set_cookies(), [expected]);
        let yes = answered(&app, "choice=accept").await;
        let agreed = get(&app, "/", &[("cf-ipcountry", "FR"), ("cookie", &yes)]).await;
        assert_eq!(agreed.set_cookies(), [line], "with a yes they last as long as was agreed");
    }
}

#[tokio::test]
async fn what_the_browser_has_is_not_set_anew() {
    let lines = &["_own=2; Max-Age=60", "promo=; Max-Age=0", "other=1; Max-Age=60"];
    let names = async |cookie: &str| {
        let reply = get(&site(lines), "/", &[("cf-ipcountry", "FR"), ("cookie", cookie)]).await;
        reply.cookie_names()
    };
    assert_eq!(names("").await, ["_own", "promo", "other"]);
    assert_eq!(names("_own=1; other=1").await, ["promo", "other"]);
    for line in ["_own=2", "_own=; Max-Age=0", "_own=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"] {
        let app = app(declared().build().unwrap(), setting(Vec::leak(vec![line])));
        let reply = get(&app, "/", &[("cf-ipcountry", "FR"), ("cookie", "_own=1")]).await;
        assert_eq!(reply.set_cookies(), [line], "this prolongs nothing");
    }
}

#[tokio::test]
async fn nothing_that_is_undeclared_goes_with_it() {
    let app =
        app(declared().build().unwrap(), |_| crate::support::with("", &[("nel", "{}"), ("accept-ch", "x")]));
    let reply = get(&app, "/", &[("cf-ipcountry", "FR")]).await;
    assert!(reply.lines("nel").is_empty() && reply.lines("accept-ch").is_empty());
}

#[tokio::test]
async fn the_banner_asks_for_the_rest_and_says_that_reject_objects() {
    let app = site(&[]);
    let banner = async |headers: &[(&str, &str)]| get(&app, "/", headers).await.dom().banner().text();
    let fr = banner(&[("cf-ipcountry", "FR")]).await;
    assert!(fr.contains("Advertising") && !fr.contains("Audience measurement"), "{fr}");
    assert!(
        fr.contains("\u{201c}Reject\u{201d} also objects to that") && !fr.contains("earlier choices"),
        "{fr}"
    );
    let signal = banner(&[("cf-ipcountry", "FR"), ("sec-gpc", "1")]).await;
    assert!(
        signal.contains("Nothing optional is used unless you accept") && !signal.contains("objects"),
        "{signal}"
    );
    let de = banner(&[("cf-ipcountry", "DE")]).await;
    assert!(de.contains("Audience measurement") && !de.contains("objects"), "{de}");
}

#[tokio::test]
async fn the_way_to_object_is_on_every_page_and_says_what_it_is() {
    let alone = Category::analytics().basis(Basis::AudienceMeasurement).cookie("_own");
    let policy = Policy::builder("E", "e@example.com").jurisdiction_header("cf-ipcountry").category(alone);
    let app = app(policy.build().unwrap(), setting(&["_own=1"]));
    for (place, is_exempt) in [("GB", true), ("DE", false)] {
        let page = get(&app, "/", &[("cf-ipcountry", place)]).await;
        assert_eq!(page.has_banner(), !is_exempt, "{place}: nothing is asked for");
        assert_eq!(page.dom().by_id("cookie-consent-settings").is_some(), is_exempt, "{place}");
        for (tag, free, mark) in [
            ("en", "free of charge", "Active until you object"),
            ("fr", "sans frais", "Actif tant que vous ne vous y opposez pas"),
        ] {
            let settings = get(&app, &format!("{PREFIX}?lang={tag}"), &[("cf-ipcountry", place)]).await;
            assert_eq!(settings.text().contains(free), is_exempt, "{place} {tag}");
            assert_eq!(settings.text().contains(mark), is_exempt, "{place} {tag}");
            assert_eq!(settings.text().contains(" checked"), is_exempt, "{place} {tag}");
        }
    }
}

#[test]
fn only_what_can_measure_without_consent_may_say_so() {
    let key = |category: Category| {
        let category = category.basis(Basis::AudienceMeasurement);
        let policy = Policy::builder("E", "e@example.com").category(category).build();
        policy.unwrap_err().findings()[0].key().to_owned()
    };
    assert_eq!(
        key(Category::analytics().vendor("matomo").vendor("google-analytics")),
        "category.analytics.vendors[1]"
    );
    let own = || Category::analytics().vendor("matomo").cookie("_own").cookie("_pk_id.*");
    assert_eq!(key(own().cookie("_ga")), "category.analytics.cookies[2].name");
    assert_eq!(key(own().cookie("_fb*")), "category.analytics.cookies[2].name");
    assert_eq!(
        key(own().origin("https://stats.own.example").origin("https://www.google-analytics.com")),
        "category.analytics.origins[1]"
    );
    assert_eq!(key(Category::marketing()), "category.marketing.basis");
    assert_eq!(key(Category::necessary()), "category.necessary.basis");
    assert_eq!(key(Category::analytics().consent_type("ad_storage")), "category.analytics.consent-types[0]");
    let file = |word: &str| {
        Policy::from_toml(&format!(
            "[controller]\nname = \"E\"\ncontact = \"e@a.example\"\n[[category]]\nid = \"analytics\"\nbasis = \"{word}\""
        ))
    };
    assert!(file("audience-measurement").is_ok() && file("consent").is_ok());
    assert_eq!(file("none").unwrap_err().findings()[0].key(), "category[0].basis");
}

#[tokio::test]
async fn a_closure_may_say_where_visitors_are() {
    let declared = Category::analytics().basis(Basis::AudienceMeasurement).cookie("_own");
    let policy = Policy::builder("E", "e@example.com").category(declared).build().unwrap();
    let layer = tower_consent::ConsentLayer::new(policy).jurisdiction(|_| Some(Jurisdiction::Fr));
    assert!(is_measured(&crate::support::app_with(layer, setting(&["_own=1"])), &[]).await);
}

#[tokio::test]
async fn pages_vary_on_the_signals_that_end_it_where_it_runs() {
    let app = site(&["_own=1"]);
    let page = async |place: &str| get(&app, "/", &[("cf-ipcountry", place)]).await.header("vary");
    let exempt = page("FR").await;
    assert!(exempt.contains("Sec-GPC") && exempt.contains("DNT"), "{exempt}");
    assert!(!page("DE").await.contains("Sec-GPC"));
}

#[tokio::test]
async fn the_sentence_on_it_names_the_button_as_it_is_labelled() {
    let policy = declared().text("en", "reject", "Decline").build().unwrap();
    let page = get(&app(policy, setting(&[])), "/", &[("cf-ipcountry", "FR")]).await;
    assert!(page.text().contains("without asking; &#8220;Decline&#8221; also objects"), "{}", page.text());
}
