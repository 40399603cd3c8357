//! Section D: headers, what handlers may ask, and signals.

use axum::{Router, body::Body, response::Html, routing::get as route};
use http::Response;
use tower_consent::{Answer, Category, Consent, ConsentLayer, DoNotTrack, MissingLayer, Model, Policy};

use crate::support::{PAGE, answered, app, declared, get, html, policy, visitors, with};

const SCRIPT: &str = "<script src=\"/stats.js\"></script>";

// D1
#[tokio::test]
async fn a_script_behind_a_question_is_absent_until_the_answer_is_yes() {
    let app = app(policy(), |request| {
        let consent = request.extensions().get::<Consent>().unwrap();
        let script = if consent.allows("analytics") { SCRIPT } else { "" };
        html(PAGE.replace("</main>", &format!("{script}</main>")))
    });
    let [_, yes, no] = visitors(&app).await;
    assert_eq!(get(&app, "/", &[]).await.text().matches(SCRIPT).count(), 0);
    assert_eq!(get(&app, "/", &[("cookie", &no)]).await.text().matches(SCRIPT).count(), 0);
    assert_eq!(get(&app, "/", &[("cookie", &yes)]).await.text().matches(SCRIPT).count(), 1);
}

// D2
#[tokio::test]
async fn a_handler_asks_by_extractor() {
    async fn home(consent: Consent) -> Html<String> {
        let constant = consent.allows(Category::ANALYTICS);
        assert_eq!(constant, consent.allows("analytics"));
        assert!(consent.allows(Category::NECESSARY));
        Html(format!("{constant} {:?} {}", consent.answer(Category::MARKETING), consent.is_decided()))
    }
    let app: Router = Router::new().route("/", route(home)).layer(ConsentLayer::new(policy()));
    let some = answered(&app, "choice=save&category=analytics").await;
    let [_, yes, no] = visitors(&app).await;
    for (cookie, expected) in [
        ("", "false NotAsked false"),
        ("__Host-consent=nonsense", "false NotAsked false"),
        (&no, "false Denied true"),
        (&yes, "true Granted true"),
        (&some, "true Denied true"),
    ] {
        let reply = get(&app, "/", &[("cookie", cookie), ("x-requested-with", "XMLHttpRequest")]).await;
        assert_eq!(reply.text(), expected, "{cookie}");
    }
}

// D2
#[tokio::test]
async fn without_the_layer_the_extractor_fails_and_the_optional_one_does_not() {
    let app: Router = Router::new()
        .route("/sure", route(|_: Consent| async { "x" }))
        .route("/maybe", route(|consent: Option<Consent>| async move { consent.is_some().to_string() }))
        .route(
            "/told",
            route(|consent: Result<Consent, MissingLayer>| async move { consent.unwrap_err().to_string() }),
        );
    let reply = get(&app, "/sure", &[]).await;
    assert_eq!(reply.status, 500);
    assert!(reply.text().contains("ConsentLayer"), "it says what to do");
    assert_eq!(get(&app, "/maybe", &[]).await.text(), "false");
    assert!(get(&app, "/told", &[]).await.text().contains("ConsentLayer"));
    let layered = app.layer(ConsentLayer::new(policy()));
    assert_eq!(get(&layered, "/maybe", &[]).await.text(), "true");
}

// D2, D12
#[tokio::test]
async fn an_id_the_policy_does_not_know_is_never_allowed() {
    let app = app(policy(), |request| {
        let consent = request.extensions().get::<Consent>().unwrap();
        let told = ["analytic", "Analytics", "analytics ", "", "embeds"].map(|id| consent.allows(id));
        assert_eq!(consent.answer("embeds"), Answer::NotAsked);
        Response::new(Body::from(format!("{told:?}")))
    });
    let [_, yes, _] = visitors(&app).await;
    assert_eq!(get(&app, "/", &[("cookie", &yes)]).await.text(), format!("{:?}", [false; 5]));
}

// D3
#[tokio::test]
async fn the_signal_denies_whoever_has_not_decided_under_opt_out() {
    let app =
        app(declared().model(Model::OptOut).build().unwrap(), |_| with(PAGE, &[("set-cookie", "_ga=1")]));
    assert_eq!(get(&app, "/", &[]).await.set_cookies().len(), 1);
    assert!(get(&app, "/", &[("sec-gpc", "1")]).await.set_cookies().is_empty());
    for value in ["0", "true", "", "11", "1;x", "\"1\"", "?1"] {
        assert_eq!(get(&app, "/", &[("sec-gpc", value)]).await.set_cookies().len(), 1, "{value}");
    }
}

// D3, D4, D6
#[tokio::test]
async fn an_explicit_yes_beats_the_signal_under_opt_in() {
    let app = app(policy(), |request| {
        assert!(request.extensions().get::<Consent>().unwrap().has_signal());
        with(PAGE, &[("set-cookie", "_ga=1"), ("content-type", "text/html")])
    });
    let yes = answered(&app, "choice=accept").await;
    let reply = get(&app, "/", &[("sec-gpc", "1"), ("cookie", &yes)]).await;
    assert_eq!(reply.set_cookies(), ["_ga=1"]);
    assert!(get(&app, "/", &[("sec-gpc", "1")]).await.set_cookies().is_empty());
    assert!(get(&app, "/", &[("sec-gpc", "1")]).await.has_banner(), "it decides nothing by itself");
}

// D4
#[tokio::test]
async fn the_signal_beats_an_explicit_yes_under_opt_out() {
    let app = app(declared().model(Model::OptOut).build().unwrap(), |_| with("", &[("set-cookie", "_ga=1")]));
    let yes = answered(&app, "choice=accept").await;
    assert_eq!(get(&app, "/", &[("cookie", &yes)]).await.set_cookies().len(), 1);
    assert!(get(&app, "/", &[("cookie", &yes), ("sec-gpc", "1")]).await.set_cookies().is_empty());
}

// D5
#[tokio::test]
async fn do_not_track_counts_as_the_other_signal_unless_it_is_ignored() {
    let site = |dnt, model| {
        let policy = declared().model(model).dnt(dnt).build().unwrap();
        app(policy, |request| {
            assert_eq!(request.headers()["dnt"], "1", "the app sees what the browser sent");
            with(PAGE, &[("set-cookie", "_ga=1"), ("content-type", "text/html")])
        })
    };
    let count = async |app: &Router, cookie: &str| {
        let reply = get(app, "/", &[("dnt", "1"), ("cookie", cookie)]).await;
        assert!(reply.lines("tk").is_empty());
        reply.set_cookies().len()
    };
    let yes = answered(&site(DoNotTrack::Refusal, Model::OptIn), "choice=accept").await;
    for (dnt, model, new, agreed) in [
        (DoNotTrack::Refusal, Model::OptOut, 0, 0),
        (DoNotTrack::Ignore, Model::OptOut, 1, 1),
        (DoNotTrack::Refusal, Model::OptIn, 0, 1),
        (DoNotTrack::Ignore, Model::OptIn, 0, 1),
    ] {
        let app = site(dnt, model);
        assert_eq!((count(&app, "").await, count(&app, &yes).await), (new, agreed), "{dnt:?} {model:?}");
    }
    let counts = app(declared().model(Model::OptOut).build().unwrap(), |_| html(PAGE));
    let page = get(&counts, "/", &[("dnt", "1")]).await;
    assert!(page.varies_on("dnt") && page.text().contains("(Do Not Track)"));
    assert!(get(&counts, "/cookie-consent", &[("dnt", "1")]).await.text().contains("Do Not Track"));
    for value in ["0", "1;x", "11", ""] {
        assert!(!get(&counts, "/", &[("dnt", value)]).await.text().contains("Do Not Track"), "{value}");
    }
    let ignores = site(DoNotTrack::Ignore, Model::OptOut);
    assert!(!get(&ignores, "/", &[("dnt", "1")]).await.varies_on("dnt"));
}

#[test]
fn a_file_says_what_do_not_track_means() {
    let read = |word: &str| {
        Policy::from_toml(&format!("dnt = \"{word}\"\n[controller]\nname = \"E\"\ncontact = \"e@a.example\""))
    };
    assert!(read("ignore").is_ok() && read("refusal").is_ok());
    assert_eq!(read("1").unwrap_err().findings()[0].key(), "dnt");
}

// D7
#[tokio::test]
async fn a_declared_header_is_withheld_until_the_answer_is_yes() {
    let app =
        app(policy(), |_| with("", &[("X-Analytics-Id", "1"), ("x-analytics-id", "2"), ("x-other", "3")]));
    let [_, yes, no] = visitors(&app).await;
    for (cookie, expected) in [("", 0), (no.as_str(), 0), (yes.as_str(), 2)] {
        let reply = get(&app, "/", &[("cookie", cookie)]).await;
        assert_eq!(reply.lines("x-analytics-id").len(), expected, "{cookie}");
        assert_eq!(reply.header("x-other"), "3");
    }
}

const TRACKING: [(&str, &str); 9] = [
    ("accept-ch", "Sec-CH-UA-Model"),
    ("critical-ch", "Sec-CH-UA-Model"),
    ("nel", "{\"report_to\":\"x\"}"),
    ("observe-browsing-topics", "?1"),
    ("attribution-reporting-register-source", "{}"),
    ("attribution-reporting-register-trigger", "{}"),
    ("shared-storage-write", "clear"),
    ("x-protected-audience-bidding-signals-format-version", "2"),
    ("set-cookie2", "a=1"),
];

// D7
#[tokio::test]
async fn tracking_headers_are_withheld_until_the_answer_is_yes() {
    let app = app(policy(), |_| with("", &TRACKING));
    let [_, yes, no] = visitors(&app).await;
    for (name, _) in TRACKING {
        assert!(get(&app, "/", &[]).await.lines(name).is_empty(), "{name}");
        assert!(get(&app, "/", &[("cookie", &no)]).await.lines(name).is_empty(), "{name}");
        assert_eq!(get(&app, "/", &[("cookie", &yes)]).await.lines(name).len(), 1, "{name}");
    }
}

// D7, D12
#[tokio::test]
async fn a_tracking_header_without_a_category_for_it_never_leaves() {
    let policy = Policy::builder("E", "e@example.com").category(Category::embeds()).build().unwrap();
    let app = app(policy, |_| with("", &TRACKING));
    let yes = answered(&app, "choice=accept").await;
    let reply = get(&app, "/", &[("cookie", &yes)]).await;
    assert!(TRACKING.iter().all(|(name, _)| reply.lines(name).is_empty()), "{:?}", reply.headers);
}

// D7
#[tokio::test]
async fn headers_that_sites_need_stay() {
    const NEEDED: [(&str, &str); 6] = [
        ("etag", "\"x\""),
        ("strict-transport-security", "max-age=1"),
        ("server-timing", "db;dur=53"),
        ("x-request-id", "7"),
        ("permissions-policy", "camera=()"),
        ("reporting-endpoints", "main=\"/reports\""),
    ];
    let app = app(policy(), |_| with("", &NEEDED));
    let reply = get(&app, "/", &[]).await;
    assert!(NEEDED.iter().all(|(name, value)| reply.header(name) == *value), "{:?}", reply.headers);
}

#[tokio::test]
async fn another_process_is_told_the_state_as_a_dictionary() {
    let app = app(policy(), |request| {
        let consent = request.extensions().get::<Consent>().unwrap();
        Response::new(Body::from(consent.to_header_value().to_str().unwrap().to_owned()))
    });
    let some = answered(&app, "choice=save&category=analytics").await;
    let one = answered(&app, "choice=allow&category=analytics").await;
    for (cookie, expected) in [
        ("", "necessary, analytics=?0;undecided, marketing=?0;undecided"),
        (some.as_str(), "necessary, analytics, marketing=?0"),
        (one.as_str(), "necessary, analytics, marketing=?0;undecided"),
    ] {
        assert_eq!(get(&app, "/", &[("cookie", cookie)]).await.text(), expected);
    }
}

// D7
#[tokio::test]
async fn a_site_may_say_otherwise_of_any_tracking_header() {
    let app = |category: Category| {
        let policy = declared().category(category).build().unwrap();
        app(policy, |_| with("", &[("nel", "{}"), ("critical-ch", "Sec-CH-UA-Model")]))
    };
    let preferences = app(Category::preferences().response_header("nel"));
    let some = answered(&preferences, "choice=save&category=preferences").await;
    let reply = get(&preferences, "/", &[("cookie", &some)]).await;
    assert_eq!((reply.header("nel"), reply.header("critical-ch")), ("{}".to_owned(), String::new()));
    assert!(get(&preferences, "/", &[]).await.lines("nel").is_empty());

    let policy = Policy::builder("E", "e@example.com")
        .category(Category::necessary().response_header("nel").request_header("rtt"))
        .category(Category::analytics());
    let exempt = crate::support::app(policy.build().unwrap(), |request| {
        let seen = ["rtt", "ect"].map(|name| request.headers().contains_key(name));
        with(format!("{seen:?}"), &[("nel", "{}"), ("accept-ch", "x")])
    });
    let reply = get(&exempt, "/", &[("rtt", "50"), ("ect", "4g")]).await;
    assert_eq!((reply.header("nel"), reply.header("accept-ch")), ("{}".to_owned(), String::new()));
    assert_eq!(reply.text(), "[true, false]");
}

// D7
#[tokio::test]
async fn hints_are_asked_for_one_by_one() {
    const ASKED: &str =
        "Sec-CH-UA-Model, Sec-CH-Prefers-Color-Scheme, DPR,  Save-Data , Sec-CH-New, Sec-CH-UA-Platform";
    let necessary = |hint: &str| {
        let policy =
            Policy::builder("E", "e@example.com").category(Category::necessary().request_header(hint));
        policy.category(Category::analytics()).build().unwrap()
    };
    for (policy, left) in [
        (policy(), "Sec-CH-Prefers-Color-Scheme, Save-Data, Sec-CH-UA-Platform"),
        (necessary("dpr"), "Sec-CH-Prefers-Color-Scheme, DPR, Save-Data, Sec-CH-UA-Platform"),
        (
            necessary("sec-ch-*"),
            "Sec-CH-UA-Model, Sec-CH-Prefers-Color-Scheme, Save-Data, Sec-CH-New, Sec-CH-UA-Platform",
        ),
    ] {
        let app =
            app(policy, |_| with("", &[("accept-ch", ASKED), ("critical-ch", "DPR"), ("accept-ch", "DPR")]));
        let [undecided, yes, no] = visitors(&app).await;
        assert_eq!(get(&app, "/", &[("cookie", &yes)]).await.lines("accept-ch"), [ASKED, "DPR"]);
        for cookie in [undecided, no] {
            let reply = get(&app, "/", &[("cookie", &cookie)]).await;
            let keeps_dpr = left.contains("DPR");
            let lines = if keeps_dpr { vec![left, "DPR"] } else { vec![left] };
            assert_eq!(reply.lines("accept-ch"), lines);
            assert_eq!(reply.lines("critical-ch").len(), usize::from(keeps_dpr));
        }
    }
    let app_of = |value: &'static str| app(policy(), move |_| with("", &[("accept-ch", value)]));
    let quoted = "Save-Data;x=\"a,b\", DPR";
    assert_eq!(get(&app_of(quoted), "/", &[]).await.lines("accept-ch"), ["Save-Data;x=\"a,b\""]);
    // Nothing is taken out, nothing is met, and caches may keep it.
    let harmless = [("accept-ch", "Sec-CH-Prefers-Color-Scheme"), ("cache-control", "public")];
    let app = app(policy(), move |_| with("", &harmless));
    let reply = get(&app, "/", &[]).await;
    assert!(harmless.iter().all(|(name, value)| reply.header(name) == *value), "{:?}", reply.headers);
}

#[tokio::test]
async fn a_browser_that_sends_hints_nobody_allowed_is_asked_to_stop() {
    let app = page_with(policy(), "x-y", "z");
    let [undecided, yes, no] = visitors(&app).await;
    for cookie in [&undecided, &no] {
        for hint in ["sec-ch-ua-model", "dpr"] {
            let reply = get(&app, "/", &[("cookie", cookie), (hint, "x")]).await;
            assert_eq!(reply.lines("accept-ch"), [""], "{hint}");
        }
        for other in ["sec-ch-ua", "sec-browsing-topics"] {
            assert!(get(&app, "/", &[("cookie", cookie), (other, "x")]).await.lines("accept-ch").is_empty());
        }
    }
    assert!(get(&app, "/", &[("cookie", &yes), ("dpr", "2")]).await.lines("accept-ch").is_empty());
    let shared = page_with(declared().delivery(tower_consent::Delivery::Shared).build().unwrap(), "x-y", "z");
    assert!(get(&shared, "/", &[("dpr", "2")]).await.lines("accept-ch").is_empty());
    // What the site needs and says so the browser goes on sending.
    let necessary =
        Category::necessary().request_header("width").request_header("dpr").request_header("x-dev*");
    let declared = Policy::builder("E", "e@example.com").category(necessary);
    let analytics = Category::analytics().request_header("sec-ch-ua-arch");
    let needed = page_with(declared.category(analytics).build().unwrap(), "x-y", "z");
    let reply = get(&needed, "/", &[("dpr", "2"), ("sec-ch-ua-model", "x")]).await;
    assert_eq!(reply.lines("accept-ch"), ["dpr, width"]);
    assert!(get(&needed, "/", &[("dpr", "2")]).await.lines("accept-ch").is_empty());
}

#[tokio::test]
async fn who_withdraws_has_the_browser_forget_what_it_was_to_report() {
    let withdrawn = async |app: &Router, form: &str| {
        let yes = answered(app, "choice=accept").await;
        crate::support::post_form(app, "/cookie-consent", form, &[("cookie", &yes)]).await.lines("nel")
    };
    let app = crate::support::app(policy(), |_| html(PAGE));
    assert_eq!(withdrawn(&app, "choice=reject").await, ["{\"max_age\":0}"]);
    assert!(withdrawn(&app, "choice=save&category=analytics").await.is_empty());
    let exempt = declared().category(Category::preferences());
    let exempt = crate::support::app(exempt.build().unwrap(), |_| html(PAGE));
    assert!(withdrawn(&exempt, "choice=save&category=analytics&category=marketing").await.is_empty());
    let first = crate::support::post_form(&app, "/cookie-consent", "choice=reject", &[]).await;
    assert!(first.lines("nel").is_empty());
}

#[tokio::test]
async fn timings_that_say_who_asks_are_withheld() {
    const TIMING: &str = "db;dur=53, trace;desc=\"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\";dur=1, cdn;desc=HIT";
    let app = app(policy(), |_| with("", &[("server-timing", TIMING), ("cache-control", "public")]));
    let [undecided, yes, no] = visitors(&app).await;
    for (cookie, left) in [
        (undecided, "db;dur=53, trace;dur=1, cdn;desc=HIT"),
        (no, "db;dur=53, trace;dur=1, cdn;desc=HIT"),
        (yes, TIMING),
    ] {
        let reply = get(&app, "/", &[("cookie", &cookie)]).await;
        assert_eq!(reply.header("server-timing"), left);
        assert_eq!(reply.header("cache-control"), "private, no-cache");
    }
}

/// A page with one field of the app's.
fn page_with(policy: Policy, name: &'static str, value: &'static str) -> Router {
    app(policy, move |_| with(PAGE, &[("content-type", "text/html"), (name, value)]))
}

const AD_FEATURES: [&str; 4] =
    ["browsing-topics", "interest-cohort", "private-state-token-issuance", "private-state-token-redemption"];

#[tokio::test]
async fn browsers_keep_their_advertising_features_off_until_marketing_is_allowed() {
    for app_says in ["camera=(), browsing-topics=(self \"https://ads.example\")", "browsing-topics=*", "x"] {
        let app = page_with(policy(), "permissions-policy", app_says);
        let [undecided, yes, no] = visitors(&app).await;
        let some = answered(&app, "choice=save&category=analytics").await;
        assert_eq!(get(&app, "/", &[("cookie", &yes)]).await.lines("permissions-policy"), [app_says]);
        for cookie in [undecided, no, some] {
            let lines = get(&app, "/", &[("cookie", &cookie)]).await.lines("permissions-policy");
            assert_eq!(lines[0], app_says);
            // Of two members with one key the last counts.
            let last = |feature: &str| {
                let members = lines.iter().flat_map(|line| line.split(','));
                members.filter_map(|member| member.trim().split_once('=')).rfind(|(key, _)| *key == feature)
            };
            assert!(AD_FEATURES.iter().all(|feature| last(feature) == Some((feature, "()"))), "{lines:?}");
        }
    }
}

/// The features of earlier browsers: to name them has others complain.
const PAST_FEATURES: [&str; 6] = [
    "attribution-reporting",
    "join-ad-interest-group",
    "private-aggregation",
    "run-ad-auction",
    "shared-storage",
    "shared-storage-select-url",
];

#[tokio::test]
async fn features_of_earlier_browsers_are_turned_off_where_the_app_names_them() {
    let off = |lines: &[String], feature: &str| {
        let mut members = lines.iter().flat_map(|line| line.split(','));
        members.any(|member| member.trim() == format!("{feature}=()"))
    };
    for feature in PAST_FEATURES {
        for (name, value) in [
            ("permissions-policy", format!("camera=(), {feature}=(self \"https://ads.example\")")),
            ("feature-policy", format!("camera 'none'; {feature} *")),
        ] {
            let app =
                app(policy(), move |_| with(PAGE, &[("content-type", "text/html"), (name, value.as_str())]));
            let [undecided, yes, no] = visitors(&app).await;
            assert!(!off(&get(&app, "/", &[("cookie", &yes)]).await.lines("permissions-policy"), feature));
            for cookie in [undecided, no] {
                let lines = get(&app, "/", &[("cookie", &cookie)]).await.lines("permissions-policy");
                let closed = PAST_FEATURES.iter().filter(|past| off(&lines, past));
                assert_eq!(closed.collect::<Vec<_>>(), [&feature], "{name}");
                assert!(AD_FEATURES.iter().all(|feature| off(&lines, feature)), "{lines:?}");
            }
        }
    }
    let lines = get(&page_with(policy(), "x-y", "z"), "/", &[]).await.lines("permissions-policy");
    assert!(!PAST_FEATURES.iter().any(|feature| off(&lines, feature)), "{lines:?}");
}

/// Browsers drop a field that is no dictionary, and with it what is added to it.
#[tokio::test]
async fn a_policy_of_the_app_s_that_browsers_cannot_read_does_not_keep_the_features_on() {
    let off = page_with(policy(), "x-y", "z");
    let added = get(&off, "/", &[]).await.lines("permissions-policy");
    for void in [
        "geolocation 'none'; camera 'self'",
        "Camera=()",
        "camera =()",
        "camera=(); microphone=()",
        "camera='self'",
        "camera=(self), ",
        "*; camera",
        "'none'",
    ] {
        let app = page_with(policy(), "permissions-policy", void);
        let [undecided, yes, _] = visitors(&app).await;
        let lines = get(&app, "/", &[("cookie", &undecided)]).await.lines("permissions-policy");
        let is_read = void.starts_with('*');
        assert_eq!(
            lines,
            if is_read { vec![void.to_owned(), added[0].clone()] } else { added.clone() },
            "{void}"
        );
        assert_eq!(get(&app, "/", &[("cookie", &yes)]).await.lines("permissions-policy"), [void]);
    }
    for sound in ["camera=(), x", "a, b=(self)", "", " fullscreen", "a;b=1"] {
        let app = page_with(policy(), "permissions-policy", sound);
        let lines = get(&app, "/", &[]).await.lines("permissions-policy");
        assert_eq!(lines[0].trim(), sound.trim());
    }
}

#[tokio::test]
async fn a_site_may_list_the_features_itself() {
    let file = "advertising-features = [\"run-ad-auction\", \"x-9\"]\n[controller]\nname = \"E\"\ncontact = \"e@example.com\"\n\
                [[category]]\nid = \"marketing\"";
    let built = declared().advertising_features(["run-ad-auction"]).advertising_features(["x-9"]).build();
    for policy in [Policy::from_toml(file).unwrap(), built.unwrap()] {
        let app = page_with(policy, "permissions-policy", "shared-storage=*");
        let lines = get(&app, "/", &[]).await.lines("permissions-policy");
        assert_eq!(lines, ["shared-storage=*", "run-ad-auction=(), x-9=()"]);
    }
    for (features, key, value) in
        [(&["A"] as &[&str], "advertising-features[0]", "A"), (&[], "advertising-features", "[]")]
    {
        let error = declared().advertising_features(features.iter().copied()).build().unwrap_err();
        let found = &error.findings()[0];
        assert_eq!((found.key(), found.value()), (key, value));
    }
}

#[tokio::test]
async fn features_are_left_alone_where_there_is_no_page_or_the_site_says_so() {
    let asset = crate::support::app(policy(), |_| with("x", &[("content-type", "text/css")]));
    let off = page_with(declared().permissions_policy(false).build().unwrap(), "x-y", "z");
    for app in [asset, off] {
        assert!(get(&app, "/", &[]).await.lines("permissions-policy").is_empty());
    }
    // What a shared cache may keep of a page that is left alone is the same for all.
    let kept = [("content-type", "text/html"), ("cache-control", "public, max-age=60")];
    let app = app(declared().exclude(["/"]).build().unwrap(), move |_| with(PAGE, &kept));
    let reply = get(&app, "/", &[]).await;
    assert!(reply.lines("permissions-policy").is_empty());
    assert_eq!(reply.header("cache-control"), kept[1].1);
    let file = "permissions-policy = false\n[controller]\nname = \"E\"\ncontact = \"e@example.com\"";
    let app = page_with(Policy::from_toml(file).unwrap(), "x-y", "z");
    assert!(get(&app, "/", &[]).await.lines("permissions-policy").is_empty());
}

#[tokio::test]
async fn no_address_goes_to_others_while_anything_is_denied() {
    for (app_says, sent) in [
        ("unsafe-url", "strict-origin-when-cross-origin"),
        ("no-referrer-when-downgrade", "strict-origin-when-cross-origin"),
        ("Origin-When-Cross-Origin", "strict-origin-when-cross-origin"),
        ("no-referrer, strict-origin-when-cross-origin, unsafe-url", "strict-origin-when-cross-origin"),
        ("unsafe-url, made-up", "strict-origin-when-cross-origin"),
        ("origin", "strict-origin"),
        ("unsafe-url, no-referrer", "unsafe-url, no-referrer"),
        ("same-origin", "same-origin"),
        ("strict-origin", "strict-origin"),
        ("made-up", "made-up"),
        ("", ""),
    ] {
        let app = page_with(policy(), "referrer-policy", app_says);
        let [undecided, yes, no] = visitors(&app).await;
        assert_eq!(get(&app, "/", &[("cookie", &yes)]).await.lines("referrer-policy"), [app_says]);
        for cookie in [undecided, no] {
            assert_eq!(
                get(&app, "/", &[("cookie", &cookie)]).await.lines("referrer-policy"),
                [sent],
                "{app_says}"
            );
        }
    }
}
