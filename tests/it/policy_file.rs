//! The policy file (design, section 4.2), and that the builder says the same.

use tower_consent::{
    Category, CookieDeclaration, Enforcement, Model, Notice, Placement, Policy, Secure, SettingsControl,
};

use crate::support::{PAGE, answered, app, get, html, with};

const EXAMPLE: &str = r#"
revision       = 1                     # raise it when the notice changes in substance
model          = "opt-in"              # opt-in | opt-out
enforcement    = "declared"            # observe | declared | strict
prefix         = "/cookie-consent"     # where the layer's own pages live
privacy-policy = "/privacy"
placement      = "start"               # start | end

[controller]
name    = "Example SAS"
contact = "privacy@example.com"

[cookie]
name = "consent"                       # plus "__Host-" or "__Secure-", see 3.1

[[category]]
id = "necessary"
cookies = [{ name = "sid", purpose = "Keeps you signed in", duration = "session" }]

[[category]]
id = "analytics"
vendors          = ["google-analytics"]
cookies          = [{ name = "_an_*", purpose = { en = "Counts visits", fr = "Compte les visites" }, duration = "13 months" }]
response-headers = ["x-analytics-id"]
request-headers  = ["x-device-id"]
origins          = ["https://stats.example.net"]
"#;

fn example() -> Policy {
    Policy::from_toml(EXAMPLE).unwrap()
}

fn example_built() -> Policy {
    Policy::builder("Example SAS", "privacy@example.com")
        .revision(1)
        .model(Model::OptIn)
        .enforcement(Enforcement::Declared)
        .prefix("/cookie-consent")
        .privacy_policy("/privacy")
        .placement(Placement::Start)
        .cookie_name("consent")
        .category(
            Category::necessary()
                .cookie(CookieDeclaration::new("sid").purpose("Keeps you signed in").duration("session")),
        )
        .category(
            Category::analytics()
                .vendor("google-analytics")
                .cookie(
                    CookieDeclaration::new("_an_*")
                        .purpose([("en", "Counts visits"), ("fr", "Compte les visites")])
                        .duration("13 months"),
                )
                .response_header("x-analytics-id")
                .request_header("x-device-id")
                .origin("https://stats.example.net"),
        )
        .build()
        .unwrap()
}

#[test]
fn the_example_of_the_design_is_a_policy() {
    let policy = example();
    assert_eq!(policy.revision(), 1);
    assert_eq!(policy.settings_path(), "/cookie-consent");
    assert_eq!(policy.categories().map(ToString::to_string).collect::<Vec<_>>(), ["necessary", "analytics"]);
}

#[test]
fn file_and_builder_agree() {
    assert_eq!(format!("{:?}", example()), format!("{:?}", example_built()));
}

#[tokio::test]
async fn file_and_builder_make_the_same_pages() {
    for path in ["/", "/cookie-consent", "/cookie-consent?lang=fr", "/cookie-consent/state"] {
        let of = |policy| app(policy, |_| html(PAGE));
        let (file, built) =
            (get(&of(example()), path, &[]).await, get(&of(example_built()), path, &[]).await);
        assert_eq!(file.body, built.body, "{path}");
        assert_eq!(file.headers, built.headers, "{path}");
    }
}

#[tokio::test]
async fn what_the_file_declares_is_what_the_gate_withholds() {
    let app = app(example(), |request| {
        assert!(!request.headers().contains_key("x-device-id") || request.headers().contains_key("x-yes"));
        with(
            "",
            &[
                ("set-cookie", "sid=1"),
                ("set-cookie", "_an_1=1"),
                ("set-cookie", "_ga=1"),
                ("x-analytics-id", "7"),
            ],
        )
    });
    let reply = get(&app, "/", &[("x-device-id", "7")]).await;
    assert_eq!(reply.cookie_names(), ["sid"]);
    assert!(reply.lines("x-analytics-id").is_empty());
    let yes = answered(&app, "choice=accept").await;
    let reply = get(&app, "/", &[("cookie", &yes), ("x-yes", "1"), ("x-device-id", "7")]).await;
    assert_eq!(reply.cookie_names(), ["sid", "_an_1", "_ga"]);
}

const EVERY_KEY: &str = r#"
revision = 7
model = "opt-out"
enforcement = "strict"
observe-in-production = true
prefix = "/c"
mount = "/app"
privacy-policy = "https://example.com/privacy"
public-origin = "https://www.example.com"
placement = "end"
notice = "classic"
settings-control = "none"
language = "fr"
consent-lifetime = "90 days"
refusal-lifetime = "13 months"
exclude = ["/api/*", "/feed"]
no-banner = ["/embed/*"]
scrub-click-ids = true

[controller]
name = "E"
contact = "e@example.com"

[cookie]
name = "cc"
secure = "always"
domain = "example.com"
key = "0123456789abcdef0123456789abcdef"

[[category]]
id = "club"
title = { en = "Club", fr = "Le club" }
description = "Members only"
cookies = [{ name = "club", provider = "Club SARL" }]
"#;

#[test]
fn every_key_of_the_builder_can_be_said_in_a_file() {
    let built = Policy::builder("E", "e@example.com")
        .revision(7)
        .model(Model::OptOut)
        .enforcement(Enforcement::Strict)
        .observe_in_production(true)
        .prefix("/c")
        .mount("/app")
        .privacy_policy("https://example.com/privacy")
        .public_origin("https://www.example.com")
        .placement(Placement::End)
        .notice(Notice::Classic)
        .settings_control(SettingsControl::None)
        .language("fr")
        .consent_lifetime("90 days")
        .refusal_lifetime("13 months")
        .exclude(["/api/*", "/feed"])
        .no_banner(["/embed/*"])
        .scrub_click_ids(true)
        .cookie_name("cc")
        .cookie_secure(Secure::Always)
        .cookie_domain("example.com", *b"0123456789abcdef0123456789abcdef")
        .category(
            Category::new("club")
                .title([("en", "Club"), ("fr", "Le club")])
                .description("Members only")
                .cookie(CookieDeclaration::new("club").provider("Club SARL")),
        )
        .build()
        .unwrap();
    assert_eq!(format!("{:?}", Policy::from_toml(EVERY_KEY).unwrap()), format!("{built:?}"));
}

#[test]
fn the_least_file_is_a_policy_with_the_documented_defaults() {
    let file = Policy::from_toml("[controller]\nname = \"E\"\ncontact = \"e@example.com\"\n").unwrap();
    let built = Policy::builder("E", "e@example.com").build().unwrap();
    assert_eq!(format!("{file:?}"), format!("{built:?}"));
    assert_eq!(file.categories().count(), 1);
}

#[test]
fn the_key_never_shows_in_debug_output() {
    let policy = Policy::from_toml(EVERY_KEY).unwrap();
    let shown = format!("{policy:?}");
    assert!(!shown.contains("0123456789abcdef") && !shown.contains("48, 49, 50"), "{shown}");
}

fn file_of_the_readme() -> &'static str {
    let readme = include_str!("../../README.md");
    let blocks = readme.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next());
    let files: Vec<&str> = blocks.filter(|block| block.contains("[controller]")).collect();
    let [file] = files[..] else { panic!("one policy file: {files:?}") };
    file
}

#[test]
fn the_file_of_the_readme_is_a_policy() {
    Policy::from_toml(file_of_the_readme()).unwrap();
}

/// The keys in the tables of the page that lists them, those of a category apart.
fn documented() -> (Vec<String>, Vec<String>) {
    let page = include_str!("../../docs/policy.md");
    let (before, category) = page.split_once("Each `[[category]]` has").unwrap();
    let (category, after) = category.split_once("\n## ").unwrap();
    let keys = |text: &str| {
        let cells = text.lines().filter_map(|line| line.strip_prefix("| `")?.split(" |").next());
        cells.flat_map(|cell| cell.split(", ").map(|key| key.trim_matches('`').to_owned())).collect()
    };
    ([keys(before), keys(after)].concat(), keys(category))
}

#[test]
fn every_key_that_is_documented_is_known() {
    // No key is of this type, so that each is refused, the known ones for their values.
    let is_known = |file: String| {
        let error = Policy::from_toml(&file).unwrap_err().to_string();
        !error.contains("there is no such key")
    };
    assert!(!is_known("nonsense = 7.5".to_owned()) && !is_known("[[category]]\nnonsense = 7.5".to_owned()));
    let (keys, of_category) = documented();
    assert!(keys.len() > 30 && of_category.len() > 9, "{keys:?} {of_category:?}");
    for key in keys {
        assert!(is_known(format!("{key} = 7.5")), "{key}");
    }
    for key in of_category {
        assert!(is_known(format!("[[category]]\n{key} = 7.5")), "{key}");
    }
}

#[test]
fn every_key_that_is_shown_is_documented() {
    let page = include_str!("../../docs/policy.md");
    let lines = EVERY_KEY.lines().chain(file_of_the_readme().lines());
    let shown = lines.filter_map(|line| line.split_once(" = ")).map(|(key, _)| key.trim());
    for key in shown.filter(|key| key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')) {
        assert!(["`", "."].iter().any(|before| page.contains(&format!("{before}{key}`"))), "{key}");
    }
}

#[test]
fn a_value_of_another_type_is_told_from_what_is_expected() {
    for (file, expected) in [
        ("exclude = \"/api/*\"", "exclude (line 1) = \"\\\"/api/*\\\"\""),
        ("exclude = \"/api/*\"", "a list such as"),
        ("[[category]]\nid = \"a\"\ncookies = [\"csrf\"]", "a table such as { name = \"sid\" }"),
        ("[[category]]\nid = \"a\"\ntitle = 1", "texts by language"),
        ("gpc-support = 1", "a date such as"),
        ("consent-lifetime = \"180\"", "write a number of days"),
    ] {
        let error = Policy::from_toml(file).unwrap_err().to_string();
        assert!(error.contains(expected), "{file}: {error}");
    }
}
