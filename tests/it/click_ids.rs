//! Click identifiers in the query: hidden from handlers until their category is allowed.

use std::sync::{Arc, Mutex};

use axum::{Router, body::Body};
use http::Response;
use tower_consent::{Category, Delivery, GateReport, Plane, Policy, PolicyBuilder};

use crate::support::{PAGE, answered, app, declared, get, html, visitors, with};

fn scrubbing() -> PolicyBuilder {
    declared().scrub_click_ids(true)
}

/// An app that answers with the address it was asked for.
fn echo(policy: PolicyBuilder) -> Router {
    app(policy.build().unwrap(), |request| Response::new(Body::from(request.uri().to_string())))
}

async fn seen(app: &Router, path: &str, cookie: &str) -> String {
    get(app, path, &[("cookie", cookie)]).await.text().to_owned()
}

#[tokio::test]
async fn a_handler_sees_no_click_id_until_marketing_is_allowed() {
    let app = echo(scrubbing());
    let [undecided, yes, no] = visitors(&app).await;
    for (path, without) in [
        ("/a?gclid=1", "/a"),
        ("/a?gclid=1&b=2", "/a?b=2"),
        ("/a?b=2&fbclid=1&c", "/a?b=2&c"),
        ("/a?b=2&msclkid", "/a?b=2"),
        ("/a?%67clid=1&b=2", "/a?b=2"),
        ("/?mc_eid=1&utm_source=x&_hsenc=2&utm_id=y", "/?utm_source=x&utm_id=y"),
        ("/a?x=%20+%c3%A9&&=1&gclid=2&y=%zz", "/a?x=%20+%c3%A9&&=1&y=%zz"),
        ("/a?&gclid=1", "/a?"),
    ] {
        for cookie in [&undecided, &no] {
            assert_eq!(seen(&app, path, cookie).await, without, "{path}");
        }
        assert_eq!(seen(&app, path, &yes).await, path);
    }
}

#[tokio::test]
async fn what_is_no_click_id_stays_as_it_is() {
    let app = echo(scrubbing());
    for path in
        ["/", "/?", "/?&&", "/?utm_source=a", "/?GCLID=1", "/?a=gclid", "/gclid?b", "/?gclidx=1", "/?x=%ff"]
    {
        assert_eq!(seen(&app, path, "").await, path);
    }
}

#[tokio::test]
async fn each_waits_for_the_category_that_it_serves() {
    let app = echo(scrubbing());
    let analytics = answered(&app, "choice=save&category=analytics").await;
    assert_eq!(seen(&app, "/?_gl=1&gclid=2", &analytics).await, "/?_gl=1");
    let neither =
        echo(Policy::builder("E", "e@example.com").category(Category::embeds()).scrub_click_ids(true));
    let yes = answered(&neither, "choice=accept").await;
    assert_eq!(seen(&neither, "/?_gl=1&gclid=2&a", &yes).await, "/?a", "nobody was asked");
}

#[tokio::test]
async fn by_default_and_on_excluded_paths_nothing_is_hidden() {
    assert_eq!(seen(&echo(declared()), "/?gclid=1", "").await, "/?gclid=1");
    let excluding = echo(scrubbing().exclude(["/api/*"]));
    assert_eq!(seen(&excluding, "/api/x?gclid=1", "").await, "/api/x?gclid=1");
    assert_eq!(seen(&excluding, "/x?gclid=1", "").await, "/x");
}

#[tokio::test]
async fn a_decision_leads_back_without_them() {
    let app = app(scrubbing().build().unwrap(), |_| html(PAGE));
    let page = get(&app, "/a?gclid=SECRET&b=2", &[]).await.text().to_owned();
    assert!(page.contains("/a?b=2") && !page.contains("SECRET"), "{page}");
}

#[tokio::test]
async fn a_page_for_all_is_made_without_them() {
    let app = echo(scrubbing().delivery(Delivery::Shared));
    let yes = answered(&app, "choice=accept").await;
    assert_eq!(seen(&app, "/?gclid=1", &yes).await, "/");
}

#[tokio::test]
async fn an_answer_that_may_go_by_them_is_private() {
    let app = app(scrubbing().build().unwrap(), |_| with("{}", &[("cache-control", "public, max-age=60")]));
    let [undecided, yes, _] = visitors(&app).await;
    for cookie in [undecided, yes] {
        let headers = [("cookie", cookie.as_str())];
        assert_eq!(get(&app, "/?gclid=1", &headers).await.header("cache-control"), "private, no-cache");
        assert_eq!(get(&app, "/?a=1", &headers).await.header("cache-control"), "public, max-age=60");
    }
}

/// An app that answers with the page it was asked from.
fn echo_referer(policy: PolicyBuilder) -> Router {
    app(policy.build().unwrap(), |request| {
        let lines = request.headers().get_all("referer").iter().map(|line| line.as_bytes().to_vec());
        Response::new(Body::from(lines.collect::<Vec<_>>().join(&b' ')))
    })
}

#[tokio::test]
async fn the_page_before_is_told_without_them() {
    let app = echo_referer(scrubbing());
    let [undecided, yes, no] = visitors(&app).await;
    for (referer, without) in [
        ("https://www.example.com/a?gclid=1&b=2", "https://www.example.com/a?b=2"),
        ("http://WWW.example.com/?gclid=1", "http://WWW.example.com/"),
        ("https://www.example.com?x=\u{e9}&fbclid=1", "https://www.example.com?x=\u{e9}"),
        ("https://www.example.com/a?b=2&c=?gclid=1", "https://www.example.com/a?b=2&c=?gclid=1"),
        ("https://other.example/a?gclid=1", "https://other.example/a?gclid=1"),
        ("https://other.example/www.example.com/?gclid=1", "https://other.example/www.example.com/?gclid=1"),
        ("https://www.example.com:8443/a?gclid=1", "https://www.example.com:8443/a?gclid=1"),
        ("about:client?gclid=1", "about:client?gclid=1"),
    ] {
        let seen = async |cookie: &str| {
            get(&app, "/", &[("cookie", cookie), ("referer", referer)]).await.text().to_owned()
        };
        assert_eq!([seen(&undecided).await, seen(&no).await], [without, without], "{referer}");
        assert_eq!(seen(&yes).await, referer);
    }
    let local = [("host", "localhost:3000"), ("referer", "http://localhost:3000/?gclid=1")];
    assert_eq!(get(&app, "/", &local).await.text(), "http://localhost:3000/");
    let off = echo_referer(declared());
    let kept = "https://www.example.com/?gclid=1";
    assert_eq!(get(&off, "/", &[("referer", kept)]).await.text(), kept);
}

#[tokio::test]
async fn only_an_answer_by_the_page_before_is_private_for_it() {
    let answer = |vary: &'static str| {
        let policy = scrubbing().build().unwrap();
        app(policy, move |_| with("{}", &[("cache-control", "public, max-age=60"), ("vary", vary)]))
    };
    let referer = ("referer", "https://www.example.com/?gclid=1");
    for (vary, cache) in [("Referer", "private, no-cache"), ("Accept", "public, max-age=60")] {
        assert_eq!(get(&answer(vary), "/", &[referer]).await.header("cache-control"), cache, "{vary}");
    }
}

#[tokio::test]
async fn the_report_names_them_and_never_their_values() {
    let report = Arc::new(Mutex::new(GateReport::default()));
    let shared = report.clone();
    let app = app(scrubbing().build().unwrap(), move |request| {
        shared.lock().unwrap().clone_from(request.extensions().get().unwrap());
        Response::new(Body::empty())
    });
    get(&app, "/?gclid=SECRET&a=1", &[]).await;
    let report = report.lock().unwrap().clone();
    let told: Vec<_> =
        report.items().iter().map(|item| (item.plane(), item.name(), item.was_withheld())).collect();
    assert_eq!(told, [(Plane::Query, "gclid", true)]);
    assert!(!format!("{report:?}").contains("SECRET"));
}
