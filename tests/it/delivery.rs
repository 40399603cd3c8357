//! Pages that all visitors share, for caches that serve many.

use axum::{Router, body::Body};
use http::{Request, Response};
use tower_consent::{BannerRendered, Consent, Delivery, Model, PolicyBuilder};

use crate::support::{
    PAGE, Reply, answered, app, declared, get, html, post_form, request, send, visitors, with, with_status,
};

fn shared() -> PolicyBuilder {
    declared().delivery(Delivery::Shared)
}

fn auto() -> PolicyBuilder {
    declared().delivery(Delivery::Auto)
}

const FOR_ALL: [(&str, &str); 8] = [
    ("content-type", "text/html; charset=utf-8"),
    ("cache-control", "public, max-age=600"),
    ("etag", "\"v1\""),
    ("last-modified", "Wed, 25 Nov 2099 00:00:00 GMT"),
    ("surrogate-control", "max-age=60"),
    ("vary", "Accept-Encoding"),
    ("set-cookie", "_ga=1; Max-Age=9"),
    ("x-analytics-id", "7"),
];

fn page_for_all(_: Request<Body>) -> Response<Body> {
    with(PAGE, &FOR_ALL)
}

/// What a cache would keep of a reply.
fn kept(reply: &Reply) -> (Vec<(String, String)>, String) {
    let fields = reply.headers.iter();
    let fields = fields.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    (fields.collect(), reply.text().to_owned())
}

async fn assert_same_for_all(app: &Router) -> Reply {
    let first = get(app, "/", &[]).await;
    for cookie in visitors(app).await {
        for more in [
            ("accept-language", "fr"),
            ("sec-gpc", "1"),
            ("sec-fetch-dest", "iframe"),
            ("sec-fetch-dest", "empty"),
            ("sec-fetch-site", "cross-site"),
            ("accept", "text/html"),
        ] {
            let other = get(app, "/", &[("cookie", &cookie), more]).await;
            assert_eq!(kept(&other), kept(&first), "{cookie:?} {more:?}");
        }
    }
    first
}

// J8
#[tokio::test]
async fn every_visitor_gets_the_same_bytes_and_caches_may_keep_them() {
    for policy in [shared(), shared().model(Model::OptOut), auto()] {
        let page = assert_same_for_all(&app(policy.build().unwrap(), page_for_all)).await;
        for (name, value) in [FOR_ALL[1], FOR_ALL[3], FOR_ALL[4], FOR_ALL[5]] {
            assert_eq!(page.header(name), value);
        }
        assert_ne!(page.header("etag"), "\"v1\"");
        assert!(page.header("etag").starts_with("\"v1-"));
        assert!(
            page.set_cookies().is_empty() && page.lines("x-analytics-id").is_empty(),
            "everything is gated"
        );
    }
}

#[tokio::test]
async fn the_banner_is_there_but_hidden_and_says_nothing_of_the_page() {
    let app = app(shared().build().unwrap(), |_| html(PAGE));
    let page = get(&app, "/secret/path?q=1", &[]).await;
    assert!(!page.text().contains("secret"));
    let dom = page.dom();
    assert_eq!(dom.banner().attr("hidden").as_deref(), Some(""));
    assert_eq!(dom.banner().parent().unwrap().name(), "body");
    for element in dom.elements() {
        let is_ours = element.attr("data-consent-ui").is_some();
        let is_of_page = ["html", "head", "title", "body", "main", "h1"].contains(&&*element.name());
        assert_ne!(is_ours, is_of_page, "{}", element.name());
    }
    // Its text is there for those who run no script.
    let noscript = dom.by_name("noscript");
    assert!(noscript[0].text().contains("href=\"/cookie-consent?lang=en\""));
    let scripts = dom.by_name("script");
    assert_eq!(scripts.len(), 2);
    assert!(scripts[0].text().len() <= 300 && scripts[0].attr("src").is_none());
    assert!(scripts[1].attr("src").unwrap().starts_with("/cookie-consent/release.js?"));
    assert!(scripts[1].attr("defer").is_some());
    assert_eq!(
        dom.by_id("cookie-consent-settings").unwrap().attr("href").unwrap(),
        "/cookie-consent?lang=en"
    );
}

#[tokio::test]
async fn the_page_itself_speaks_the_language_not_the_browser() {
    let app = app(shared().build().unwrap(), |_| html("<html lang=fr><body>x"));
    let page = get(&app, "/", &[("accept-language", "en")]).await;
    assert_eq!(page.dom().banner().attr("lang").as_deref(), Some("fr"));
    assert!(!page.varies_on("accept-language"));
}

#[tokio::test]
async fn handlers_see_nobody() {
    for model in [Model::OptIn, Model::OptOut] {
        let app = app(shared().model(model).build().unwrap(), |request| {
            let consent = request.extensions().get::<Consent>().unwrap().clone();
            let cookie = request.headers().get("cookie").map_or("", |cookie| cookie.to_str().unwrap());
            let body = format!("{} {} {cookie}", consent.allows("analytics"), consent.is_decided());
            with(body, &[("content-type", "text/html"), ("cache-control", "public")])
        });
        let cookie = format!("{}; _ga=1; sid=2", answered(&app, "choice=accept").await);
        let page = get(&app, "/", &[("cookie", &cookie)]).await;
        assert!(page.text().contains("false false "), "{}", page.text());
        assert!(page.text().contains("sid=2") && !page.text().contains("_ga"), "{}", page.text());
        assert_eq!(page.header("cache-control"), "public");
        assert!(!page.varies_on("cookie"));
    }
}

#[tokio::test]
async fn scripts_can_read_the_answer() {
    for (policy, readable) in [(shared(), true), (auto(), true), (declared(), false)] {
        let app = app(policy.build().unwrap(), |_| html(PAGE));
        let reply = post_form(&app, "/cookie-consent", "choice=accept", &[]).await;
        assert_eq!(reply.consent_lines()[0].contains("HttpOnly"), !readable);
    }
}

#[tokio::test]
async fn the_release_script_is_served_where_it_is_used_and_is_what_pages_name() {
    let app_of = |policy: PolicyBuilder| app(policy.build().unwrap(), |_| html(PAGE));
    let app = app_of(shared());
    let page = get(&app, "/", &[]).await.dom();
    let script = page.by_name("script")[1].clone();
    let reply = get(&app, &script.attr("src").unwrap(), &[]).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("content-type"), "text/javascript; charset=utf-8");
    assert_eq!(reply.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(script.attr("integrity").unwrap(), integrity(&reply.body));
    let head = send(&app, request("HEAD", "/cookie-consent/release.js", "", &[])).await;
    assert_eq!((head.status.as_u16(), head.body.len()), (200, 0));
    assert_eq!(post_form(&app, "/cookie-consent/release.js", "", &[]).await.status, 405);
    let elsewhere = get(&app_of(declared()), "/cookie-consent/release.js", &[]).await;
    assert!(elsewhere.has_banner(), "a path that is not the layer's goes to the app");
}

fn integrity(bytes: &[u8]) -> String {
    use base64::Engine;
    use sha2::Digest;
    format!("sha256-{}", base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(bytes)))
}

#[tokio::test]
async fn a_content_security_policy_lets_the_scripts_through_and_no_more() {
    let app = app(shared().build().unwrap(), |_| {
        let policy = "default-src 'none'; script-src 'nonce-x' https://tracker.example; form-action 'self'";
        with(PAGE, &[("content-type", "text/html"), ("content-security-policy", policy)])
    });
    let page = get(&app, "/", &[]).await;
    let scripts = page.dom().by_name("script");
    let policy = page.header("content-security-policy");
    let reveal = integrity(scripts[0].text().as_bytes());
    let release = scripts[1].attr("integrity").unwrap();
    let expected = format!("script-src 'nonce-x' https://tracker.example '{reveal}' '{release}';");
    assert!(policy.contains(&expected), "{policy}");
}

#[tokio::test]
async fn a_fragment_is_not_taken_for_the_page() {
    for policy in [shared(), auto()] {
        let app = app(policy.build().unwrap(), page_for_all);
        for (name, value) in
            [("hx-request", "true"), ("turbo-frame", "a"), ("x-requested-with", "XMLHttpRequest")]
        {
            let reply = get(&app, "/", &[(name, value)]).await;
            assert_eq!(reply.text(), PAGE);
            assert_eq!(reply.header("cache-control"), "public, max-age=600");
            assert!(reply.varies_on(name), "{}", reply.header("vary"));
        }
    }
}

#[tokio::test]
async fn what_is_no_page_is_for_its_visitor_as_ever() {
    for policy in [shared(), auto()] {
        let app = app(policy.build().unwrap(), |_| {
            let fields =
                [("content-type", "application/json"), ("cache-control", "public"), ("set-cookie", "_ga=1")];
            with("{}", &fields)
        });
        let [_, yes, no] = visitors(&app).await;
        for (cookie, passes) in [("", 0), (&*yes, 1), (&*no, 0)] {
            let reply = get(&app, "/", &[("cookie", cookie)]).await;
            assert_eq!(reply.set_cookies().len(), passes);
            assert_eq!(reply.header("cache-control"), "private, no-cache");
        }
    }
}

#[tokio::test]
async fn auto_shares_only_what_the_app_marks_and_has_not_made_for_someone() {
    type Handler = fn(Request<Body>) -> Response<Body>;
    let handlers: [Handler; 5] = [
        |_| html(PAGE),
        |_| with(PAGE, &[("content-type", "text/html"), ("cache-control", "no-cache")]),
        |_| with(PAGE, &[("content-type", "text/html"), ("cache-control", "private, max-age=60")]),
        |_| with(PAGE, &[("content-type", "text/html"), ("cache-control", "public"), ("vary", "cookie")]),
        |request| {
            let consent = request.extensions().get::<Consent>().unwrap();
            let _ = consent.is_decided();
            page_for_all(request)
        },
    ];
    for handler in handlers {
        let app = app(auto().build().unwrap(), handler);
        let [_, yes, _] = visitors(&app).await;
        for (cookie, has_banner) in [("", true), (&*yes, false)] {
            let reply = get(&app, "/", &[("cookie", cookie)]).await;
            assert_eq!(reply.has_banner(), has_banner);
            assert!(reply.dom().by_name("script").iter().all(|script| script.attr("data-policy").is_none()));
            assert!(reply.header("cache-control").starts_with("private"));
            assert!(reply.varies_on("cookie"));
        }
    }
}

#[tokio::test]
async fn a_decision_of_a_handler_is_for_its_visitor() {
    for policy in [shared(), auto()] {
        let app = app(policy.build().unwrap(), |request| {
            let consent = request.extensions().get::<Consent>().unwrap();
            let decision = consent.grant(["analytics"]);
            let mut response = page_for_all(request);
            response.extensions_mut().insert(decision);
            response
        });
        let reply = get(&app, "/", &[]).await;
        assert_eq!(reply.consent_lines().len(), 1);
        assert_eq!(reply.header("cache-control"), "private, no-store");
        assert!(reply.lines("etag").is_empty());
    }
}

#[tokio::test]
async fn a_page_with_a_banner_of_its_own_is_guarded_in_auto_and_for_all_in_shared() {
    let of = |policy: PolicyBuilder| {
        app(policy.build().unwrap(), |request| {
            let mut response = page_for_all(request);
            response.extensions_mut().insert(BannerRendered);
            response
        })
    };
    for policy in [shared(), auto()] {
        let reply = get(&of(policy), "/", &[]).await;
        assert_eq!(reply.text(), PAGE);
        assert_eq!(reply.header("cache-control"), "private, no-cache");
    }
}

fn conditional(request: Request<Body>) -> Response<Body> {
    let has = |name: &str, value: &str| request.headers().get(name).is_some_and(|found| found == value);
    if has("if-none-match", "\"v1\"") || has("if-modified-since", FOR_ALL[3].1) {
        with_status(304, "", &FOR_ALL[1..6])
    } else {
        page_for_all(request)
    }
}

// H7
#[tokio::test]
async fn what_all_share_is_confirmed_by_tag_and_by_date() {
    for policy in [shared(), auto()] {
        let app = app(policy.build().unwrap(), conditional);
        let tag = get(&app, "/", &[]).await.header("etag");
        for cookie in visitors(&app).await {
            for condition in [("if-none-match", &*tag), ("if-modified-since", FOR_ALL[3].1)] {
                let headers = [condition, ("accept", "text/html"), ("cookie", &cookie)];
                let reply = get(&app, "/", &headers).await;
                assert_eq!(reply.status, 304, "{condition:?}");
                assert_eq!(reply.header("etag"), tag);
                assert_eq!(reply.header("cache-control"), "public, max-age=600");
                assert!(!reply.varies_on("cookie"));
            }
        }
    }
}

#[tokio::test]
async fn a_page_is_no_older_than_its_banner() {
    let app = app(shared().build().unwrap(), |request| {
        let dated = request.headers().contains_key("if-modified-since");
        let fields = [("content-type", "text/html"), ("last-modified", "Thu, 01 Jan 2026 00:00:00 GMT")];
        with(if dated { "dated" } else { PAGE }, &fields)
    });
    let first = get(&app, "/", &[("accept", "text/html")]).await;
    let date = first.header("last-modified");
    assert_ne!(date, "Thu, 01 Jan 2026 00:00:00 GMT");
    for (since, passes) in [("Thu, 01 Jan 2026 00:00:00 GMT", false), (&*date, true), ("x", false)] {
        for accept in ["text/html", "*/*"] {
            let reply = get(&app, "/", &[("accept", accept), ("if-modified-since", since)]).await;
            assert_eq!(reply.text().contains("dated"), passes, "{since} {accept}");
        }
        let reply = get(&app, "/", &[("accept", "application/json"), ("if-modified-since", since)]).await;
        assert!(reply.text().contains("dated"), "{since}");
    }
}

#[test]
fn a_signed_answer_cannot_be_checked_in_a_page() {
    let error = shared().cookie_domain("example.com", [7; 32]).build().unwrap_err();
    assert_eq!(error.findings()[0].key(), "delivery");
    assert_eq!(error.findings()[0].value(), "shared");
}
