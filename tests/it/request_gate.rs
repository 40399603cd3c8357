//! Section C: what handlers see of a request.

use axum::{Router, body::Body};
use http::Response;
use tower_consent::{Enforcement, GateReport, Plane, Policy};

use crate::support::{app, declared, get, policy, visitors};

/// An app that answers with the header fields it was given.
fn echo(policy: Policy, name: &'static str) -> Router {
    app(policy, move |request| {
        let lines = request.headers().get_all(name).iter();
        let lines: Vec<_> = lines.map(|line| line.to_str().unwrap().to_owned()).collect();
        Response::new(Body::from(lines.join("\n")))
    })
}

async fn seen(app: &Router, headers: &[(&str, &str)]) -> String {
    get(app, "/", headers).await.text().to_owned()
}

// C1
#[tokio::test]
async fn a_handler_sees_no_cookie_that_is_denied() {
    let app = echo(policy(), "cookie");
    assert_eq!(seen(&app, &[("cookie", "sid=1; _ga=2")]).await, "sid=1");
    assert_eq!(seen(&app, &[("cookie", "_ga=2; sid=1")]).await, "sid=1");
    assert_eq!(seen(&app, &[("cookie", "_ga=2")]).await, "");
    assert_eq!(seen(&app, &[("cookie", "_fbp=2; x=1")]).await, "x=1");
}

// C1
#[tokio::test]
async fn after_a_no_the_handler_never_sees_the_cookie_again() {
    let app = echo(policy(), "cookie");
    let [_, yes, no] = visitors(&app).await;
    let with = |cookie: &str| format!("{cookie}; _ga=2; promo=1");
    assert_eq!(seen(&app, &[("cookie", &with(&yes))]).await, with(&yes));
    assert_eq!(seen(&app, &[("cookie", &with(&no))]).await, no);
}

// C3
#[tokio::test]
async fn what_stays_keeps_its_order_and_its_bytes() {
    let app = echo(policy(), "cookie");
    let line = "b=\"2; 3\";a = 1;  =x; flag; _ga=9; c=%20=\u{7e}";
    assert_eq!(seen(&app, &[("cookie", line)]).await, "b=\"2; 3\";a = 1;  =x; flag; c=%20=\u{7e}");
    let untouched = "b=1;a=2;;  c=3;";
    assert_eq!(seen(&app, &[("cookie", untouched)]).await, untouched);
}

// C3
#[tokio::test]
async fn a_denied_cookie_is_hidden_however_it_is_written() {
    let app = echo(policy(), "cookie");
    for piece in ["_ga=\"x\"", "=_ga=x", " = =_ga = x", "_ga", "=_ga", "_ga =", "\t_ga\t=\tx", "=__Host-_ga"]
    {
        let line = format!("a=\"1\";{piece}; =b; c; ==d=2;=");
        assert_eq!(seen(&app, &[("cookie", &line)]).await, "a=\"1\"; =b; c; ==d=2;=", "{piece}");
    }
    let strict = echo(declared().enforcement(Enforcement::Strict).build().unwrap(), "cookie");
    assert_eq!(seen(&strict, &[("cookie", "=x; flag; sid; =sid=1")]).await, "sid; =sid=1");
}

// C3
#[tokio::test]
async fn each_of_several_cookie_lines_is_gated() {
    let app = echo(policy(), "cookie");
    let lines = [("cookie", "sid=1"), ("cookie", "_ga=1"), ("cookie", "x=1; promo=2"), ("cookie", "y=1")];
    assert_eq!(seen(&app, &lines).await, "sid=1\nx=1\ny=1");
}

#[tokio::test]
async fn a_handler_sees_no_request_header_that_is_denied() {
    let app = echo(policy(), "x-device-id");
    let [_, yes, no] = visitors(&app).await;
    let device = ("X-Device-Id", "7");
    assert_eq!(seen(&app, &[device, device]).await, "");
    assert_eq!(seen(&app, &[device, ("cookie", &no)]).await, "");
    assert_eq!(seen(&app, &[device, ("cookie", &yes)]).await, "7");
}

#[tokio::test]
async fn a_cookie_nobody_knows_is_hidden_under_strict_enforcement_only() {
    let strict = echo(declared().enforcement(Enforcement::Strict).build().unwrap(), "cookie");
    assert_eq!(seen(&strict, &[("cookie", "x=1; sid=2")]).await, "sid=2");
    assert_eq!(seen(&echo(policy(), "cookie"), &[("cookie", "x=1; sid=2")]).await, "x=1; sid=2");
}

#[tokio::test]
async fn nothing_is_hidden_on_an_excluded_path() {
    let app = echo(declared().exclude(["/*"]).build().unwrap(), "cookie");
    assert_eq!(seen(&app, &[("cookie", "_ga=1; sid=2")]).await, "_ga=1; sid=2");
}

#[tokio::test]
async fn a_client_cannot_speak_in_the_name_of_the_layer() {
    let forged = [("consent", "necessary, analytics"), ("Consent", "marketing")];
    assert_eq!(seen(&echo(policy(), "consent"), &forged).await, "");
    let excluded = echo(declared().exclude(["/*"]).build().unwrap(), "consent");
    assert_eq!(seen(&excluded, &forged).await, "", "also on excluded paths");
}

#[tokio::test]
async fn the_report_tells_what_passed_after_a_yes() {
    let seen = std::sync::Arc::new(std::sync::Mutex::new(GateReport::default()));
    let shared = seen.clone();
    let app = app(policy(), move |request| {
        shared.lock().unwrap().clone_from(request.extensions().get().unwrap());
        Response::new(Body::empty())
    });
    let [_, yes, _] = visitors(&app).await;
    get(&app, "/", &[("cookie", &format!("{yes}; _ga=1; _fbp=1; sid=1"))]).await;
    let report = seen.lock().unwrap().clone();
    let told: Vec<_> =
        report.items().iter().map(|item| (item.plane(), item.name(), item.was_withheld())).collect();
    assert_eq!(told, [(Plane::RequestCookie, "_ga", false), (Plane::RequestCookie, "_fbp", true)]);
}

#[tokio::test]
async fn details_of_the_device_are_hidden_without_consent() {
    for (name, is_hidden) in [
        ("sec-ch-ua-model", true),
        ("sec-ch-ua-full-version-list", true),
        ("sec-browsing-topics", true),
        ("sec-ch-ua", false),
        ("sec-ch-ua-mobile", false),
        ("save-data", false),
        ("sec-gpc", false),
    ] {
        let app = echo(policy(), name);
        let [undecided, yes, no] = visitors(&app).await;
        for (cookie, is_allowed) in [(undecided, false), (yes, true), (no, false)] {
            let expected = if is_hidden && !is_allowed { "" } else { "1" };
            assert_eq!(seen(&app, &[("cookie", &cookie), (name, "1")]).await, expected, "{name} {cookie}");
        }
    }
}

#[tokio::test]
async fn an_answer_by_what_is_hidden_from_others_is_private() {
    let answer = |vary: &'static str| {
        app(policy(), move |_| {
            crate::support::with("", &[("cache-control", "public, max-age=60"), ("vary", vary)])
        })
    };
    let sent = [("sec-ch-ua-model", "1")];
    let cache =
        async |vary, headers: &[(&str, &str)]| get(&answer(vary), "/", headers).await.header("cache-control");
    assert_eq!(cache("Sec-CH-UA-Model", &sent).await, "private, no-cache");
    assert_eq!(cache("Accept", &sent).await, "public, max-age=60");
    assert_eq!(cache("Sec-CH-UA-Model", &[]).await, "public, max-age=60");
}
