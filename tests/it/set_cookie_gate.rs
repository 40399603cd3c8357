//! Section B: cookies that the app sets.

use axum::body::Body;
use http::{HeaderValue, header::SET_COOKIE};
use tower_consent::{Category, ConsentLayer, Enforcement, GateReport, Plane, Policy};

use crate::support::{
    Browser, PAGE, answered, app, app_with, declared, get, html, policy, setting, visitors, with, with_status,
};

/// The cookies that three visitors get: undecided, accepted, rejected.
async fn set_for(policy: Policy, lines: &'static [&'static str]) -> [Vec<String>; 3] {
    let app = app(policy, setting(lines));
    let [none, yes, no] = visitors(&app).await;
    [
        get(&app, "/", &[]).await.set_cookies(),
        get(&app, "/", &[("cookie", &yes)]).await.set_cookies(),
        get(&app, "/", &[("cookie", &no), ("x-none", &none)]).await.set_cookies(),
    ]
}

// B1
#[tokio::test]
async fn a_cookie_declared_as_analytics_is_withheld_until_the_answer_is_yes() {
    for line in [&["_ga=GA1.2; Path=/"][..], &["_an_x=1"], &["stats=1; Secure"], &[" stats = 1"], &["_an_=1"]]
    {
        let [undecided, yes, no] = set_for(policy(), line).await;
        assert!(undecided.is_empty() && no.is_empty(), "{line:?}");
        assert_eq!(yes.len(), 1, "{line:?}");
    }
}

// B1
#[tokio::test]
async fn a_yes_to_another_category_lets_nothing_pass() {
    let app = app(policy(), setting(&["_ga=1", "promo=1"]));
    let cookie = answered(&app, "choice=save&category=marketing").await;
    assert_eq!(get(&app, "/", &[("cookie", &cookie)]).await.cookie_names(), ["promo"]);
}

/// Of a declared vendor's family all waits but what keeps a privacy choice, and what the site needs itself.
#[tokio::test]
async fn the_family_of_a_declared_vendor_waits_and_its_privacy_choices_pass() {
    let policy = || {
        let vendors = ["hotjar", "contentsquare", "vwo", "optimizely", "google-analytics", "segment"];
        let analytics = vendors.iter().fold(Category::analytics(), |category, id| category.vendor(*id));
        Policy::builder("Example SAS", "privacy@example.com")
            .category(Category::necessary().cookie("_gateway_session"))
            .category(analytics)
            .build()
            .unwrap()
    };
    let kept = &["_cs_optout=1", "optimizelyOptOut=1", "_vis_opt_out=1", "_gateway_session=1"];
    for lines in set_for(policy(), kept).await {
        assert_eq!(lines, kept);
    }
    let gated = &["_hjNew=1", "_cs_new=1", "_cs_c=1", "_vwo_new=1", "optimizelyNew=1", "FPAU=1", "ajs_new=1"];
    let [undecided, yes, no] = set_for(policy(), gated).await;
    assert_eq!(undecided, [""; 0]);
    assert_eq!(no, [""; 0]);
    assert_eq!(yes, gated);
}

// B1
#[tokio::test]
async fn a_cookie_whose_name_is_not_utf8_is_matched_by_its_pattern_too() {
    let app = app(policy(), |_| {
        let mut response = html(PAGE);
        response.headers_mut().append(SET_COOKIE, HeaderValue::from_bytes(b"_an_\xe9=1; Path=/").unwrap());
        response
    });
    assert_eq!(get(&app, "/", &[]).await.set_cookies(), [""; 0]);
}

// B2
#[tokio::test]
async fn a_necessary_cookie_is_kept_byte_for_byte() {
    const LINE: &str = "sid=a=b \"c\"; path=/x;HttpOnly;  samesite=STRICT; Foo=bar; Max-Age=07";
    for lines in set_for(policy(), &[LINE]).await {
        assert_eq!(lines, [LINE]);
    }
}

// B3, B8
#[tokio::test]
async fn the_others_stay_separate_and_in_order_when_one_is_dropped() {
    let [undecided, yes, _] = set_for(policy(), &["sid=1", "_ga=2", "other=3; Path=/a"]).await;
    assert_eq!(undecided, ["sid=1", "other=3; Path=/a"]);
    assert_eq!(yes, ["sid=1", "_ga=2", "other=3; Path=/a"]);
}

// B4
#[tokio::test]
async fn a_cookie_appended_by_an_inner_layer_is_gated() {
    let inner = axum::middleware::map_response(|mut response: axum::response::Response| async move {
        response.headers_mut().append(SET_COOKIE, HeaderValue::from_static("_ga=1"));
        response
    });
    let app = axum::Router::new()
        .route("/", axum::routing::get(|| async { "x" }))
        .layer(inner)
        .layer(ConsentLayer::new(policy()));
    assert!(get(&app, "/", &[]).await.set_cookies().is_empty());
}

// B5
#[tokio::test]
async fn a_cookie_nobody_knows_passes_where_only_what_is_declared_is_withheld() {
    for lines in set_for(policy(), &["other=1", "uid=1"]).await {
        assert_eq!(lines, ["other=1", "uid=1"]);
    }
}

// B5
#[tokio::test]
async fn a_cookie_nobody_knows_is_withheld_from_everyone_under_strict_enforcement() {
    let strict = declared().enforcement(Enforcement::Strict).build().unwrap();
    let [undecided, yes, no] = set_for(strict, &["other=1", "sid=1", "_ga=1"]).await;
    assert_eq!(undecided, ["sid=1"]);
    assert_eq!(no, ["sid=1"]);
    assert_eq!(yes, ["sid=1", "_ga=1"]);
}

// B5, D12
#[tokio::test]
async fn a_recognised_tracker_is_withheld_from_everyone_until_it_is_declared() {
    for lines in set_for(policy(), &["_fbp=fb.1.2.3; Path=/", "_gcl_au=1", "sid=1"]).await {
        assert_eq!(lines, ["sid=1"]);
    }
    let with_vendor = Policy::builder("E", "e@example.com")
        .category(Category::marketing().vendor("meta-pixel"))
        .build()
        .unwrap();
    let [undecided, yes, no] = set_for(with_vendor, &["_fbp=1"]).await;
    assert!(undecided.is_empty() && no.is_empty());
    assert_eq!(yes, ["_fbp=1"]);
}

// B6
#[tokio::test]
async fn the_removal_of_a_gated_cookie_always_passes() {
    const REMOVALS: [&str; 4] = [
        "_ga=; Max-Age=0",
        "_ga=x; max-age=-5; Path=/",
        "_ga=; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
        "_fbp=; Max-Age=0",
    ];
    for lines in set_for(policy(), &REMOVALS).await {
        assert_eq!(lines, REMOVALS);
    }
}

// B6
#[tokio::test]
async fn what_only_looks_like_a_removal_does_not_pass() {
    const TRICKS: [&str; 4] = [
        "_ga=1; Max-Age=0; Max-Age=9999",
        "_ga=1; Max-Age=x; Expires=Thu, 01 Jan 2099 00:00:00 GMT",
        "_ga=Max-Age=0",
        "_ga=1; X-Max-Age=0",
    ];
    let [undecided, _, no] = set_for(policy(), &TRICKS).await;
    assert!(undecided.is_empty() && no.is_empty(), "{undecided:?}");
}

// B10
#[tokio::test]
async fn every_kind_of_response_is_gated() {
    let app = app(policy(), |request| {
        let path = request.uri().path().trim_start_matches('/').to_owned();
        let (status, kind) = path.split_once('/').unwrap();
        let cookies = [("set-cookie", "_ga=1"), ("set-cookie", "sid=1")];
        let mut response = with_status(status.parse().unwrap(), Body::empty(), &cookies);
        response.headers_mut().insert("content-type", kind.replace('.', "/").parse().unwrap());
        response
    });
    for status in [200, 201, 204, 206, 301, 302, 303, 304, 404, 422, 500, 503] {
        for kind in ["text.html", "application.json", "image.png", "text.event-stream"] {
            let reply = get(&app, &format!("/{status}/{kind}"), &[]).await;
            assert_eq!(reply.status.as_u16(), status);
            assert_eq!(reply.set_cookies(), ["sid=1"], "{status} {kind}");
        }
    }
}

#[tokio::test]
async fn a_nameless_line_waits_for_a_yes_to_everything() {
    // Browsers send `=_ga=1` back as `_ga=1`.
    let [undecided, yes, no] = set_for(policy(), &["=_ga=1", "_ga"]).await;
    assert!(undecided.is_empty() && no.is_empty());
    assert_eq!(yes.len(), 2);
}

#[tokio::test]
async fn a_cookie_in_two_categories_needs_both() {
    let build = || {
        Policy::builder("E", "e@example.com")
            .category(Category::analytics().cookie("both"))
            .category(Category::marketing().cookie("bo*"))
            .build()
            .unwrap()
    };
    let app = app(build(), setting(&["both=1"]));
    for (form, expected) in [
        ("choice=save&category=analytics", 0),
        ("choice=save&category=marketing", 0),
        ("choice=save&category=marketing&category=analytics", 1),
    ] {
        let cookie = answered(&app, form).await;
        assert_eq!(get(&app, "/", &[("cookie", &cookie)]).await.set_cookies().len(), expected, "{form}");
    }
}

#[tokio::test]
async fn necessary_wins_where_it_is_more_exact_and_not_in_doubt() {
    let policy = Policy::builder("E", "e@example.com")
        .category(Category::necessary().cookie("app_*").cookie("an_keep").cookie("z*"))
        .category(Category::analytics().cookie("app_an_*").cookie("an_*").cookie("*z"))
        .build()
        .unwrap();
    let [undecided, yes, _] =
        set_for(policy, &["app_x=1", "app_an_x=1", "an_keep=1", "an_x=1", "zz=1"]).await;
    assert_eq!(undecided, ["app_x=1", "an_keep=1"]);
    assert_eq!(yes.len(), 5);
}

// B16
#[tokio::test]
async fn the_consent_cookie_itself_is_never_gated() {
    let strict = || {
        let necessary = Category::analytics().cookie("*");
        Policy::builder("E", "e@example.com")
            .enforcement(Enforcement::Strict)
            .category(necessary)
            .build()
            .unwrap()
    };
    let app = app(strict(), |_| html(PAGE));
    for form in ["choice=reject", "choice=accept"] {
        let cookie = answered(&app, form).await;
        assert!(!get(&app, "/", &[("cookie", &cookie)]).await.has_banner(), "{form}");
    }
}

// B17, E11
#[tokio::test]
async fn a_no_removes_what_is_denied_host_only_and_from_every_parent_domain() {
    let app = app(policy(), |_| html(PAGE));
    let mut browser = Browser::at(&app, "https", "www.shop.example.com");
    for line in [
        "_ga=1; Path=/; Domain=example.com",
        "_an_a=1; Path=/",
        "promo=1; Path=/; Domain=shop.example.com",
        "__Secure-ads=1; Secure; Path=/",
        "sid=1; Path=/",
        "other=1; Path=/",
    ] {
        browser.store(line);
    }
    let page = browser.visit("/").await;
    browser.press(&page, "reject").await;
    assert!(browser.refused.iter().all(|line| !line.starts_with("__")), "{:?}", browser.refused);
    let mut left = browser.cookies();
    left.sort();
    assert_eq!(left, ["__Host-consent", "other", "sid"]);
}

// B18
#[tokio::test]
async fn nothing_is_removed_from_a_visitor_who_has_not_decided() {
    let app = app(policy(), |_| html(PAGE));
    assert!(get(&app, "/", &[("cookie", "_ga=1; promo=2")]).await.set_cookies().is_empty());
}

// B19, B20
#[tokio::test]
async fn a_no_removes_only_what_was_sent_and_never_what_is_necessary() {
    let app = app(policy(), |_| html(PAGE));
    let headers = [("cookie", "sid=1; __Host-session=2; other=3")];
    let reply = crate::support::post_form(&app, "/cookie-consent", "choice=reject", &headers).await;
    assert_eq!(reply.cookie_names(), ["__Host-consent"]);
}

// B21
#[tokio::test]
async fn the_removal_of_a_prefixed_cookie_keeps_to_the_rules_of_its_prefix() {
    let ads = Category::marketing().cookie("__Host-ads").cookie("__Secure-ads");
    let build = Policy::builder("E", "e@example.com").category(ads).build().unwrap();
    let app = app(build, |_| html(PAGE));
    let headers = [("cookie", "__Host-ads=1; __Secure-ads=1")];
    let reply = crate::support::post_form(&app, "/cookie-consent", "choice=reject", &headers).await;
    let lines = reply.set_cookies();
    let host: Vec<_> = lines.iter().filter(|line| line.starts_with("__Host-ads")).collect();
    assert_eq!(host.len(), 1, "{lines:?}");
    assert!(host[0].contains("Secure") && host[0].contains("Path=/") && !host[0].contains("Domain"));
    assert!(
        lines.iter().filter(|line| line.starts_with("__Secure-ads")).all(|line| line.contains("; Secure"))
    );
}

// B24
#[tokio::test]
async fn an_excluded_response_is_identical() {
    const HEADERS: &[(&str, &str)] = &[
        ("content-type", "text/html"),
        ("set-cookie", "_ga=1"),
        ("x-analytics-id", "7"),
        ("cache-control", "public, max-age=60"),
        ("etag", "\"x\""),
        ("vary", "Accept"),
    ];
    let by_path = ConsentLayer::new(declared().exclude(["/api/*", "/feed"]).build().unwrap());
    let by_closure = ConsentLayer::new(policy()).exclude_when(|parts| parts.headers.contains_key("x-us"));
    for (layer, path) in [(by_path.clone(), "/api/x"), (by_path, "/feed"), (by_closure, "/")] {
        let app = app_with(layer, |_| with(PAGE, HEADERS));
        let reply = get(&app, path, &[("x-us", "1")]).await;
        assert_eq!(reply.text(), PAGE);
        let mut headers = reply.headers.clone();
        headers.remove("content-length");
        assert_eq!(headers, *with("", HEADERS).headers());
    }
}

// B25
#[tokio::test]
async fn observe_passes_everything_on_a_local_host_and_reports_it() {
    let observe = || declared().enforcement(Enforcement::Observe).build().unwrap();
    let seen = std::sync::Arc::new(std::sync::Mutex::new(None::<GateReport>));
    let shared = seen.clone();
    let app = app(observe(), move |request| {
        *shared.lock().unwrap() = request.extensions().get::<GateReport>().cloned();
        with(PAGE, &[("content-type", "text/html"), ("set-cookie", "_ga=secret")])
    });
    let local = get(&app, "/", &[("host", "localhost:3000")]).await;
    assert_eq!(local.set_cookies(), ["_ga=secret"]);
    assert!(!local.has_banner());
    let report = seen.lock().unwrap().clone().unwrap();
    let item = &report.items()[0];
    assert_eq!(
        (item.name(), item.plane(), item.categories()[0].as_str()),
        ("_ga", Plane::ResponseCookie, "analytics")
    );
    let public = get(&app, "/", &[]).await;
    assert!(public.set_cookies().is_empty() && public.has_banner(), "elsewhere it is declared");
}

#[tokio::test]
async fn the_report_names_what_was_met_and_never_a_value() {
    let seen = std::sync::Arc::new(std::sync::Mutex::new(None::<GateReport>));
    let shared = seen.clone();
    let app = app(policy(), move |request| {
        let report = request.extensions().get::<GateReport>().unwrap();
        assert!(!report.is_complete() && report.items().is_empty(), "before the response there is nothing");
        *shared.lock().unwrap() = Some(report.clone());
        with(
            "x",
            &[("set-cookie", "_fbp=secret1"), ("set-cookie", "sid=secret2"), ("x-analytics-id", "secret3")],
        )
    });
    let headers = [("cookie", "_ga=secret4; sid=secret5"), ("x-device-id", "secret6")];
    get(&app, "/", &headers).await;
    let report = seen.lock().unwrap().clone().unwrap();
    assert!(report.is_complete());
    assert!(report.items().iter().all(tower_consent::Gated::was_withheld));
    let mut met: Vec<_> =
        report.items().iter().map(|item| (item.plane(), item.name(), item.vendor())).collect();
    met.sort_by_key(|(_, name, _)| name.to_string());
    assert_eq!(
        met,
        [
            (Plane::ResponseCookie, "_fbp", Some("meta-pixel")),
            (Plane::RequestCookie, "_ga", None),
            (Plane::ResponseHeader, "x-analytics-id", None),
            (Plane::RequestHeader, "x-device-id", None),
        ]
    );
    assert!(!format!("{report:?}").contains("secret"));
}
