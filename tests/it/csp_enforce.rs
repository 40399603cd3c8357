//! `csp = "enforce"`: a policy of the layer's own, for what the app's policies leave open.

use axum::{Router, body::Body};
use http::{Request, Response};
use tower_consent::{Category, Csp, Delivery, Enforcement, Policy, PolicyBuilder};

use crate::support::{PAGE, app, get, html, visitors, with, with_status};

const ENFORCED: &str = "content-security-policy";
const REPORTED: &str = "content-security-policy-report-only";
const OWN: &str = "default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'";

fn declared(csp: Csp) -> PolicyBuilder {
    Policy::builder("Example SAS", "privacy@example.com")
        .csp(csp)
        .category(Category::necessary().origin("https://cdn.example.net"))
        .category(Category::analytics().origin("https://*.stats.example").origin("https://x.example/t;1/c,o"))
        .category(Category::marketing().origin("https://b.stats.example").origin("http://ads.example:8080"))
}

fn pages(policy: PolicyBuilder) -> Router {
    app(policy.build().unwrap(), |_| html(PAGE))
}

async fn sent(app: &Router, name: &str, headers: &[(&str, &str)]) -> Vec<String> {
    get(app, "/", headers).await.lines(name)
}

#[tokio::test]
async fn a_page_may_load_what_is_declared_and_allowed() {
    let app = pages(declared(Csp::Enforce));
    let [undecided, yes, no] = visitors(&app).await;
    let some = crate::support::answered(&app, "choice=save&category=analytics").await;
    let necessary = "https://cdn.example.net wss://cdn.example.net";
    for cookie in [&undecided, &no] {
        assert_eq!(sent(&app, ENFORCED, &[("cookie", cookie)]).await, [format!("{OWN} {necessary}")]);
    }
    // What the wildcard lets through anyway is not said again.
    let all = "http://ads.example:8080 https://*.stats.example https://cdn.example.net \
               https://stats.example https://x.example/t%3B1/c%2Co https://x.example/t%3B1/c%2Co/ \
               ws://ads.example:8080 wss://*.stats.example wss://cdn.example.net \
               wss://stats.example wss://x.example/t%3B1/c%2Co wss://x.example/t%3B1/c%2Co/";
    assert_eq!(sent(&app, ENFORCED, &[("cookie", &yes)]).await, [format!("{OWN} {all}")]);
    // The wildcard lets through what marketing claims, too.
    let analytics = "https://cdn.example.net https://stats.example \
                     https://x.example/t%3B1/c%2Co https://x.example/t%3B1/c%2Co/ wss://cdn.example.net \
                     wss://stats.example wss://x.example/t%3B1/c%2Co wss://x.example/t%3B1/c%2Co/";
    assert_eq!(sent(&app, ENFORCED, &[("cookie", &some)]).await, [format!("{OWN} {analytics}")]);
}

#[tokio::test]
async fn nothing_is_added_unless_the_site_wants_it() {
    for policy in [
        declared(Csp::App),
        declared(Csp::Enforce).enforcement(Enforcement::Observe).observe_in_production(true),
    ] {
        let app = pages(policy);
        assert!(sent(&app, ENFORCED, &[]).await.is_empty());
        assert!(sent(&app, REPORTED, &[]).await.is_empty());
    }
}

#[tokio::test]
async fn trying_it_blocks_nothing_and_reports_nowhere() {
    let app = pages(declared(Csp::ReportOnly));
    assert!(sent(&app, ENFORCED, &[]).await.is_empty());
    let reported = sent(&app, REPORTED, &[]).await;
    assert!(reported.len() == 1 && reported[0].starts_with(OWN), "{reported:?}");
    assert!(!reported[0].contains("report-"), "{reported:?}");
}

/// The policies of a page of which the app sends one.
async fn beside(policy: &'static str) -> Vec<String> {
    let app = app(declared(Csp::Enforce).no_banner(["/"]).build().unwrap(), move |_| {
        with(PAGE, &[("content-type", "text/html"), (ENFORCED, policy)])
    });
    sent(&app, ENFORCED, &[]).await
}

const LIST: &str =
    "'self' data: blob: 'unsafe-inline' 'unsafe-eval' https://cdn.example.net wss://cdn.example.net";

#[tokio::test]
async fn what_the_apps_policies_decide_is_left_to_them() {
    for (policy, opened) in [
        ("default-src 'self'", None),
        ("img-src 'self', DEFAULT-SRC 'self'", None),
        ("default-src *, default-src https://cdn.other.example", None),
        ("default-src 'none'; img-src data: *.other.example", None),
        ("frame-ancestors 'none'; upgrade-insecure-requests", Some("")),
        ("img-src cdn.other.example", Some("; img-src * data: blob:")),
        ("connect-src wss://live.other.example", Some("; connect-src * data: blob: ws: wss:")),
        ("child-src 'self'", Some("; frame-src * data: blob:; worker-src * data: blob:")),
    ] {
        let lines = beside(policy).await;
        assert_eq!(lines[0], policy);
        let own = opened.map(|opened| format!("default-src {LIST}{opened}"));
        assert_eq!(lines.get(1), own.as_ref(), "{policy}");
    }
}

#[tokio::test]
async fn a_list_through_which_what_is_denied_can_be_reached_is_kept_to_the_rest_of_it() {
    for (policy, cut) in [
        // Scripts that are trusted vouch for any other.
        (
            "script-src 'nonce-x' 'strict-dynamic' https: cdn.other.example; object-src 'none'",
            format!(
                "; script-src {LIST} cdn.other.example; object-src * data: blob:; worker-src {LIST} cdn.other.example"
            ),
        ),
        // A path of it is declared.
        (
            "img-src 'self' https://x.example https://other.example",
            format!("; img-src {LIST} https://other.example"),
        ),
        ("img-src *.x.example", "; img-src * data: blob:".to_owned()),
        (
            "connect-src x.example:443/t;img-src 'self' https://x.example/other",
            "; img-src * data: blob:; connect-src * data: blob: ws: wss:".to_owned(),
        ),
        ("font-src https://x.example:*/, font-src 'self'", "; font-src * data: blob:".to_owned()),
        // A path of it is known for a tracker's, and all of it for one that visitors sign in with, too.
        (
            "img-src https://www.redditstatic.com https://connect.facebook.net https://other.example",
            format!("; img-src {LIST} https://other.example"),
        ),
    ] {
        let lines = beside(policy).await;
        assert_eq!(lines, [policy.to_owned(), format!("default-src {LIST}{cut}")]);
    }
    // All of it is allowed.
    let app = app(declared(Csp::Enforce).build().unwrap(), |_| {
        with(
            PAGE,
            &[
                ("content-type", "text/html"),
                (ENFORCED, "default-src 'self' https://x.example 'unsafe-inline'"),
            ],
        )
    });
    let [undecided, yes, _] = visitors(&app).await;
    assert_eq!(sent(&app, ENFORCED, &[("cookie", &undecided)]).await.len(), 2);
    assert_eq!(sent(&app, ENFORCED, &[("cookie", &yes)]).await.len(), 1);
}

fn app_with_rules(kind: &'static str) -> Router {
    const RULES: &str = "\"https://stats.example/rules.json\"";
    app(declared(Csp::App).build().unwrap(), move |_| {
        with("x", &[("content-type", kind), ("speculation-rules", RULES)])
    })
}

/// Fields of what is opened by itself act there, whatever it is; those of all else stay as they are.
#[tokio::test]
async fn the_apps_policies_and_rules_lose_what_is_denied_wherever_they_act() {
    const POLICY: &str = "default-src 'self' https://stats.example https://cdn.example.net";
    for (destination, kind, accept, runs_script) in OTHERS {
        let is_opened = runs_script || destination == "document";
        for (policy, left) in [
            (POLICY, "default-src 'self' https://cdn.example.net"),
            ("default-src 'self'", "default-src 'self'"),
        ] {
            let app = app(declared(Csp::App).build().unwrap(), move |_| {
                with(
                    "x",
                    &[("content-type", kind), ("cache-control", "public, max-age=60"), (ENFORCED, policy)],
                )
            });
            let ruled = app_with_rules(kind);
            let asks: Vec<_> = [("sec-fetch-dest", destination), ("accept", accept)]
                .into_iter()
                .filter(|ask| !ask.1.is_empty())
                .collect();
            let reply = get(&app, "/", &asks).await;
            assert_eq!(
                get(&ruled, "/", &asks).await.lines("speculation-rules").is_empty(),
                is_opened,
                "{destination} {kind}"
            );
            let is_less = is_opened && policy != left;
            assert_eq!(
                reply.header(ENFORCED).contains("stats.example"),
                !is_less && policy == POLICY,
                "{destination} {kind}"
            );
            if is_less || kind == "text/javascript" {
                let caching = if is_less { "private, no-cache" } else { "public, max-age=60" };
                assert_eq!(reply.header("cache-control"), caching, "{destination} {kind} {policy}");
            }
        }
    }
}

#[tokio::test]
async fn what_the_apps_policies_leave_open_is_kept_to_what_is_allowed() {
    const SCRIPTS: &str = "; script-src * data: blob: 'unsafe-inline' 'unsafe-eval'";
    for (policy, kept) in [
        ("default-src *", String::new()),
        ("default-src https: 'unsafe-inline', img-src *", String::new()),
        ("img-src 'self', default-src *:443", "; img-src * data: blob:".to_owned()),
        ("default-src HTTPS://*; font-src 'self'", "; font-src * data: blob:".to_owned()),
        ("default-src *; script-src-elem 'self'; worker-src wss:", format!("{SCRIPTS}; worker-src {LIST}")),
        ("default-src *; script-src 'self'; script-src-elem *", "; worker-src * data: blob:".to_owned()),
    ] {
        assert_eq!(beside(policy).await, [policy, &format!("default-src {LIST}{kept}")], "{policy}");
    }
    let lines = beside("default-src 'self'; img-src *").await;
    let own = lines[1].split("; ").collect::<Vec<_>>();
    assert_eq!(own[0], format!("default-src {LIST}"));
    assert!(own.len() == 10 && !own.iter().any(|directive| directive.starts_with("img-src")), "{own:?}");
}

#[tokio::test]
async fn a_policy_that_only_reports_does_not_decide() {
    let app = app(declared(Csp::Enforce).build().unwrap(), |_| {
        with(PAGE, &[("content-type", "text/html"), (REPORTED, "default-src 'self'")])
    });
    assert_eq!(sent(&app, ENFORCED, &[]).await.len(), 1);
}

/// What is asked for, and whether what comes runs script.
const OTHERS: [(&str, &str, &str, bool); 12] = [
    ("iframe", "text/html", "", true),
    ("empty", "text/html", "", true),
    ("worker", "text/javascript", "", true),
    ("sharedworker", "text/javascript", "", true),
    ("serviceworker", "text/javascript", "", true),
    ("document", "image/svg+xml", "", true),
    ("iframe", "application/xml; charset=utf-8", "", true),
    ("", "text/xml", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true),
    ("image", "image/svg+xml", "", false),
    ("script", "text/javascript", "", false),
    ("document", "application/pdf", "", false),
    ("empty", "application/json", "", false),
];

#[tokio::test]
async fn whatever_runs_script_has_the_policy_and_is_kept_for_its_visitor() {
    for (destination, kind, accept, runs_script) in OTHERS {
        let app = app(declared(Csp::Enforce).build().unwrap(), move |_| {
            with("x", &[("content-type", kind), ("cache-control", "public, max-age=60"), ("etag", "\"v1\"")])
        });
        let asks: Vec<_> = [("sec-fetch-dest", destination), ("accept", accept)]
            .into_iter()
            .filter(|ask| !ask.1.is_empty())
            .collect();
        let reply = get(&app, "/", &asks).await;
        assert_eq!(reply.lines(ENFORCED).len(), usize::from(runs_script), "{destination} {kind}");
        let caching = if runs_script { "private, no-cache" } else { "public, max-age=60" };
        assert_eq!(reply.header("cache-control"), caching, "{destination} {kind}");
        assert_eq!(reply.header("etag") == "\"v1\"", !runs_script, "{destination} {kind}");
    }
}

fn validating(kind: &'static str) -> Router {
    app(
        declared(Csp::Enforce).no_banner(["/bare"]).build().unwrap(),
        move |request: Request<Body>| -> Response<Body> {
            let fields =
                [("etag", "\"v1\""), ("cache-control", "public, max-age=60"), ("content-type", kind)];
            let known = request
                .headers()
                .get("if-none-match")
                .is_some_and(|tags| tags.to_str().unwrap().contains("\"v1\""));
            if known { with_status(304, "", &fields[..2]) } else { with(PAGE, &fields) }
        },
    )
}

#[tokio::test]
async fn what_confirms_a_document_says_its_policy_again() {
    for (destination, kind) in [
        ("document", "text/html"),
        ("iframe", "text/html"),
        ("worker", "text/javascript"),
        ("document", "image/svg+xml"),
    ] {
        let app = validating(kind);
        let [_, yes, no] = visitors(&app).await;
        let accept = if destination == "worker" { "*/*" } else { "text/html" };
        let asks = [("sec-fetch-dest", destination), ("accept", accept), ("cookie", &*yes)];
        let first = get(&app, "/bare", &asks).await;
        let tag = first.header("etag");
        let again = get(&app, "/bare", &[&asks[..], &[("if-none-match", &tag)]].concat()).await;
        assert_eq!(again.status, 304, "{destination} {kind}");
        for name in [ENFORCED, "cache-control", "vary", "etag"] {
            assert_eq!(again.header(name), first.header(name), "{name} of {destination} {kind}");
        }
        let after = [asks[0], asks[1], ("cookie", &no), ("if-none-match", &tag)];
        let after = get(&app, "/bare", &after).await;
        assert_eq!(after.status, 200, "{destination} {kind}");
        assert!(!after.header(ENFORCED).contains("ads.example"));
    }
}

#[tokio::test]
async fn a_worker_of_before_the_layer_gets_the_policy_when_it_is_confirmed() {
    let asks = [("sec-fetch-dest", "worker"), ("if-none-match", "\"v1\"")];
    let confirmed = get(&validating("text/javascript"), "/", &asks).await;
    assert!(confirmed.status != 304 || confirmed.lines(ENFORCED).len() == 1, "{:?}", confirmed.headers);
}

#[tokio::test]
async fn a_shared_page_may_load_what_any_visitor_may_have_agreed_to() {
    let app = pages(declared(Csp::Enforce).delivery(Delivery::Shared));
    for cookie in visitors(&app).await {
        let policy = sent(&app, ENFORCED, &[("cookie", &cookie)]).await.concat();
        assert!(policy.contains("https://*.stats.example") && policy.contains("ads.example"), "{policy}");
    }
}

#[tokio::test]
async fn the_layers_own_parts_work_under_it() {
    // A hash would switch 'unsafe-inline' off, on which the app relies.
    for delivery in [Delivery::Private, Delivery::Shared] {
        let app = pages(declared(Csp::Enforce).delivery(delivery));
        let reply = get(&app, "/", &[]).await;
        assert!(reply.has_banner() && !reply.header(ENFORCED).contains("sha256"));
    }
}

#[tokio::test]
async fn a_file_can_say_it() {
    let file = |csp: &str| {
        Policy::from_toml(&format!(
            "csp = \"{csp}\"\n[controller]\nname = \"E\"\ncontact = \"e@example.com\"\n"
        ))
    };
    let app = app(file("enforce").unwrap(), |_| html(PAGE));
    assert_eq!(sent(&app, ENFORCED, &[]).await, [OWN]);
    let error = file("strict").unwrap_err().to_string();
    assert!(error.contains("csp") && error.contains("report-only"), "{error}");
}
