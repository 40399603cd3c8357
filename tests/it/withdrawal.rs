//! A no that is true: what was set is removed, whatever it takes, and never by a response that others get.

use std::collections::BTreeSet;

use axum::Router;
use tower_consent::{Category, ConsentLayer, CookieDeclaration, Model, Policy, PolicyBuilder};

use crate::support::{answered, app, app_with, get, pages, policy, post_form, visitors, with};

fn declared() -> PolicyBuilder {
    Policy::builder("Example SAS", "privacy@example.com").category(
        Category::analytics()
            .cookie("_an_*")
            .cookie(CookieDeclaration::new("_shop").path("/shop"))
            .cookie(CookieDeclaration::new("_apart").partitioned(true)),
    )
}

fn site() -> Router {
    app(declared().build().unwrap(), |request| match request.uri().path() {
        "/public" => {
            with("{}", &[("content-type", "application/json"), ("cache-control", "public, max-age=60")])
        }
        "/data" => with("{}", &[("content-type", "application/json")]),
        "/own" => with("{}", &[("content-type", "application/json"), ("cache-control", "private")]),
        _ => with("<!DOCTYPE html><title>T</title><p>x", &[("content-type", "text/html")]),
    })
}

fn removed(lines: &[String]) -> Vec<String> {
    let removals = lines.iter().filter(|line| line.contains("Max-Age=0"));
    let key = |line: &String| {
        let parts =
            line.split("; ").filter(|part| !part.starts_with("Max-Age") && !part.starts_with("Expires"));
        parts.collect::<Vec<_>>().join("; ")
    };
    removals.map(key).collect()
}

// B17
#[tokio::test]
async fn what_is_still_sent_after_a_no_is_removed_with_pages_and_what_is_for_one() {
    let app = site();
    let no = answered(&app, "choice=reject").await;
    let cookie = format!("{no}; _an_1=x; sid=y");
    for path in ["/", "/own"] {
        let reply = get(&app, path, &[("cookie", &cookie), ("host", "www.example.com")]).await;
        // Whatever the order is in: that turns.
        let removed = BTreeSet::from_iter(removed(&reply.set_cookies()));
        let domains = ["", "; Domain=www.example.com", "; Domain=example.com"];
        let expected = domains.iter().flat_map(|domain| {
            [format!("_an_1=; Path=/{domain}"), format!("_an_1=; Partitioned; Secure; Path=/{domain}")]
        });
        assert_eq!(removed, expected.collect(), "{path}");
    }
    for path in ["/public", "/data"] {
        let reply = get(&app, path, &[("cookie", &cookie)]).await;
        assert_eq!(reply.set_cookies(), Vec::<String>::new(), "{path}: others may get it too");
    }
}

// R25
#[tokio::test]
async fn a_signal_removes_what_ran_before() {
    let policy = declared().model(Model::OptOut).build().unwrap();
    let app = app_with(ConsentLayer::new(policy), |_| {
        with("<!DOCTYPE html><title>T</title><p>x", &[("content-type", "text/html")])
    });
    let ask = |signal| [("cookie", "_an_1=x; sid=y"), ("host", "localhost"), signal];
    let reply = get(&app, "/", &ask(("sec-gpc", "1"))).await;
    let removed: BTreeSet<_> = removed(&reply.set_cookies()).into_iter().collect();
    assert!(removed.contains("_an_1=; Path=/") && removed.iter().all(|line| line.starts_with("_an_1=;")));
    let reply = get(&app, "/", &ask(("sec-gpc", "0"))).await;
    assert_eq!(reply.set_cookies(), Vec::<String>::new());
}

#[tokio::test]
async fn nothing_is_removed_from_those_who_have_not_said_no() {
    let app = site();
    let [undecided, yes, _] = visitors(&app).await;
    for cookie in [undecided, yes] {
        let reply = get(&app, "/", &[("cookie", &format!("{cookie}; _an_1=x"))]).await;
        assert_eq!(reply.set_cookies(), Vec::<String>::new(), "{cookie}");
    }
    let app = app_with(ConsentLayer::new(declared().exclude(["/"]).build().unwrap()), |_| {
        with("<p>x", &[("content-type", "text/html")])
    });
    let no = answered(&app, "choice=reject").await;
    let reply = get(&app, "/", &[("cookie", &format!("{no}; _an_1=x"))]).await;
    assert_eq!(reply.set_cookies(), Vec::<String>::new());
}

#[tokio::test]
async fn paths_that_are_declared_or_above_the_page_and_partitions_are_tried() {
    let app = site();
    let yes = answered(&app, "choice=accept").await;
    let cookie = format!("{yes}; _shop=x; _apart=x");
    let reply = post_form(&app, "/cookie-consent", "choice=reject", &[("cookie", &cookie)]).await;
    let lines = removed(&reply.set_cookies());
    for line in ["_shop=; Path=/", "_shop=; Path=/shop", "_apart=; Partitioned; Secure; Path=/"] {
        assert!(lines.iter().any(|found| found == line), "{line} is not in {lines:?}");
    }
    let no = answered(&app, "choice=reject").await;
    let reply = get(&app, "/docs/a/page", &[("cookie", &format!("{no}; _an_1=x"))]).await;
    let lines = removed(&reply.set_cookies());
    for path in ["/", "/docs", "/docs/", "/docs/a", "/docs/a/"] {
        assert!(lines.contains(&format!("_an_1=; Path={path}")), "{path} is not in {lines:?}");
    }
}

#[tokio::test]
async fn a_form_removes_what_the_page_it_was_answered_from_has_set() {
    let app = site();
    let yes = answered(&app, "choice=accept").await;
    let form = "choice=reject&return_to=/docs/page%3Fq=/x/y";
    let reply = post_form(&app, "/cookie-consent", form, &[("cookie", &format!("{yes}; _an_1=x"))]).await;
    let lines = removed(&reply.set_cookies());
    assert!(lines.contains(&"_an_1=; Path=/docs/".to_owned()), "{lines:?}");
    assert!(!lines.iter().any(|line| line.contains("/x")), "{lines:?}");
}

#[tokio::test]
async fn however_many_there_are_in_the_end_all_are_gone() {
    let app = site();
    let yes = answered(&app, "choice=accept").await;
    let mut jar: Vec<String> = (0..120).map(|i| format!("_an_{i}")).collect();
    let sent = |jar: &[String]| jar.iter().map(|name| format!("; {name}=x")).collect::<String>();
    let cookie = format!("{yes}{}", sent(&jar));
    let reply = post_form(
        &app,
        "/cookie-consent",
        "choice=reject",
        &[("cookie", &cookie), ("host", "www.example.com")],
    )
    .await;
    let no = answered(&app, "choice=reject").await;
    let mut lines = reply.set_cookies();
    for pages in 0.. {
        let size: usize = lines.iter().map(String::len).sum();
        assert!(size <= 4096, "{size} bytes");
        let gone = removed(&lines);
        // The browser has them for the parent domain.
        jar.retain(|name| !gone.contains(&format!("{name}=; Path=/; Domain=example.com")));
        if jar.is_empty() {
            break;
        }
        assert!(pages < 20, "{} are left", jar.len());
        let cookie = format!("{no}{}", sent(&jar));
        lines = get(&app, "/", &[("cookie", &cookie), ("host", "www.example.com")]).await.set_cookies();
    }
}

#[tokio::test]
async fn a_program_that_withdraws_is_told_to_load_the_page_anew() {
    let app = pages(policy());
    let [undecided, yes, _] = visitors(&app).await;
    for (cookie, form, reload) in [
        (&yes, "choice=reject", true),
        (&yes, "choice=accept", false),
        (&undecided, "choice=reject", false),
        (&undecided, "choice=accept", false),
    ] {
        let headers = [("cookie", cookie.as_str()), ("accept", "application/json")];
        let reply = post_form(&app, "/cookie-consent", form, &headers).await;
        assert_eq!(reply.json()["reload"], reload, "{form} after {cookie:?}");
    }
    assert!(get(&app, "/cookie-consent/state", &[]).await.json().get("reload").is_none());
}

#[tokio::test]
async fn browsers_are_asked_to_empty_their_cache_only_where_they_do_it() {
    let app = pages(policy());
    let yes = answered(&app, "choice=accept").await;
    for (host, origin, empties) in [
        ("www.example.com", "https://www.example.com", true),
        ("www.example.com", "http://www.example.com", false),
        ("localhost:3000", "http://localhost:3000", true),
    ] {
        let headers = [("cookie", yes.as_str()), ("host", host), ("origin", origin)];
        let reply = post_form(&app, "/cookie-consent", "choice=reject", &headers).await;
        assert_eq!(reply.headers.contains_key("clear-site-data"), empties, "{origin}");
    }
}

// E18
#[tokio::test]
async fn a_hook_that_panics_takes_no_response_down() {
    std::panic::set_hook(Box::new(|_| {}));
    let layer = ConsentLayer::new(policy()).on_decision(|_| panic!("the ledger is down"));
    let app = app_with(layer, |_| with("<p>x", &[("content-type", "text/html")]));
    let reply = post_form(&app, "/cookie-consent", "choice=reject", &[]).await;
    assert_eq!(reply.status, 303);
    assert_eq!(reply.consent_lines().len(), 1);
    let _ = std::panic::take_hook();
}

#[test]
fn a_cookie_path_that_is_none_is_found_when_the_policy_is_built() {
    let cookie = CookieDeclaration::new("_a").path("shop; Secure");
    let built = Policy::builder("Example SAS", "privacy@example.com")
        .category(Category::analytics().cookie(cookie))
        .build();
    let error = built.unwrap_err().to_string();
    assert!(error.contains("cookies[0].path") && error.contains("shop; Secure"), "{error}");
}
