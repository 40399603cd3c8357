//! What is kept in the browser's storage is listed like cookies, and goes with a no.

use axum::Router;
use tower_consent::{
    Category, ConsentLayer, Csp, Delivery, Jurisdiction, Model, Placement, Policy, PolicyBuilder,
    SettingsControl, StorageDeclaration,
};

use crate::support::{answered, app, app_with, get, html, visitors, with};

const PAGE: &str = "<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>T</title></head><body><p>x</p></body></html>";

fn builder() -> PolicyBuilder {
    Policy::builder("Example SAS", "privacy@example.com")
}

fn declared() -> PolicyBuilder {
    builder()
        .category(Category::necessary().storage("app_*"))
        .category(Category::analytics().vendor("posthog").storage("app_stats").storage("both"))
        .category(Category::marketing().storage("both").storage("it's<&\"*"))
}

fn site(policy: PolicyBuilder) -> Router {
    app(policy.build().unwrap(), |_| {
        with(PAGE, &[("content-type", "text/html"), ("content-security-policy", "script-src 'nonce-x'")])
    })
}

/// What the script is to remove, and to keep of what is called alike.
fn forgotten(page: &str) -> Option<&str> {
    let (_, rest) = page.split_once("<script data-consent-ui=\"\" data-forget=\"")?;
    Some(rest.split_once("\">").unwrap().0)
}

async fn page(app: &Router, headers: &[(&str, &str)]) -> String {
    get(app, "/", headers).await.text().to_owned()
}

// GDPR, Article 7(3); Directive 2002/58/EC, Article 5(3)
#[tokio::test]
async fn what_a_visitor_has_refused_goes_and_what_nobody_refused_stays() {
    let app = site(declared());
    let [undecided, yes, no] = visitors(&app).await;
    assert_eq!(forgotten(&page(&app, &[("cookie", &undecided)]).await), None);
    assert_eq!(forgotten(&page(&app, &[("cookie", &yes)]).await), None);
    let all = "-ph_*_primary_window_exists -ph_*_window_id -ph_*_posthog";
    let text = page(&app, &[("cookie", &no)]).await;
    let words: Vec<&str> = forgotten(&text).unwrap().split(' ').collect();
    for word in all.split(' ').chain(["-app_stats", "+app_*", "-both", "-it&#39;s&lt;&amp;&quot;*"]) {
        assert!(words.contains(&word), "{word} is not in {words:?}");
    }
    assert!(!words.iter().any(|word| word.contains("opt_in_out")), "{words:?}");

    let one = answered(&app, "choice=save&category=analytics").await;
    let text = page(&app, &[("cookie", &one)]).await;
    assert_eq!(forgotten(&text), Some("-it&#39;s&lt;&amp;&quot;*"), "what analytics has too stays");
}

#[tokio::test]
async fn a_signal_is_a_no_until_the_visitor_says_otherwise() {
    let app = site(declared());
    let [_, yes, _] = visitors(&app).await;
    for signal in ["sec-gpc", "dnt"] {
        assert!(forgotten(&page(&app, &[(signal, "1")]).await).is_some(), "{signal}");
        assert_eq!(forgotten(&page(&app, &[(signal, "1"), ("cookie", &yes)]).await), None, "{signal}");
    }
    let app = site(declared().model(Model::OptOut));
    assert!(forgotten(&page(&app, &[("sec-gpc", "1")]).await).is_some());
    assert_eq!(forgotten(&page(&app, &[]).await), None);
}

#[tokio::test]
async fn an_objection_to_measuring_removes_what_measures() {
    let measuring = Category::new("audience").title("T").description("D").storage("au_*");
    let policy = builder().category(measuring.basis(tower_consent::Basis::AudienceMeasurement));
    let layer = ConsentLayer::new(policy.build().unwrap()).jurisdiction(|_| Some(Jurisdiction::Fr));
    let app = app_with(layer, |_| html(PAGE));
    let [undecided, _, no] = visitors(&app).await;
    assert_eq!(forgotten(&page(&app, &[("cookie", &undecided)]).await), None);
    assert_eq!(forgotten(&page(&app, &[("cookie", &no)]).await), Some("-au_*"));
}

#[tokio::test]
async fn the_script_is_allowed_by_hash_and_stands_at_the_end_of_every_kind_of_page() {
    let app = site(declared());
    let [_, yes, no] = visitors(&app).await;
    let csp = |cookie: String| {
        let app = app.clone();
        async move { get(&app, "/", &[("cookie", &cookie)]).await.header("content-security-policy").to_owned() }
    };
    assert_eq!(
        csp(no.clone()).await.matches("'sha256-").count(),
        csp(yes).await.matches("'sha256-").count() + 1
    );

    for policy in [
        declared().settings_control(SettingsControl::None),
        declared().placement(Placement::End),
        declared().csp(Csp::Enforce),
    ] {
        let app = site(policy);
        let no = answered(&app, "choice=reject").await;
        let text = page(&app, &[("cookie", &no)]).await;
        let (_, behind) = text.split_once("<p>x</p>").unwrap();
        assert!(forgotten(behind).is_some(), "{text}");
    }
    let xhtml = "<html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title>T</title></head><body><p>x</p></body></html>";
    let app = crate::support::app(declared().build().unwrap(), move |_| {
        with(xhtml, &[("content-type", "application/xhtml+xml")])
    });
    let text = page(&app, &[("cookie", &no), ("accept", "application/xhtml+xml")]).await;
    assert!(forgotten(&text).is_some(), "{text}");
    let (_, script) = text.split_once("data-forget=\"").unwrap();
    let (_, script) = script.split_once("\">").unwrap();
    assert!(!script.split_once("</script>").unwrap().0.contains(['<', '&']), "{script}");
}

#[tokio::test]
async fn a_policy_without_keys_has_no_script_and_pages_with_one_are_another_form() {
    let keyless = site(builder().category(Category::analytics().vendor("google-analytics")));
    let no = answered(&keyless, "choice=reject").await;
    assert!(!page(&keyless, &[("cookie", &no)]).await.contains("data-forget"));

    let tagged = |key: &str| {
        let policy = builder().category(Category::analytics().storage(key));
        app(policy.build().unwrap(), |_| with(PAGE, &[("content-type", "text/html"), ("etag", "\"a\"")]))
    };
    let mut tags = Vec::new();
    for app in [tagged("a*"), tagged("b*")] {
        for headers in [&[][..], &[("sec-gpc", "1")]] {
            tags.push(get(&app, "/", headers).await.header("etag").to_owned());
        }
    }
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), 4, "{tags:?}");
}

#[tokio::test]
async fn a_page_for_all_names_every_key_and_what_it_waits_for() {
    let app = app(declared().delivery(Delivery::Shared).build().unwrap(), |_| {
        with(PAGE, &[("content-type", "text/html"), ("cache-control", "public, max-age=60")])
    });
    let no = answered(&app, "choice=reject").await;
    let [text, refused] = [page(&app, &[]).await, page(&app, &[("cookie", &no)]).await];
    assert_eq!(text, refused);
    assert!(!text.contains("data-forget"));
    let (_, keys) = text.split_once("data-keys=\"").unwrap();
    let keys: Vec<&str> = keys.split_once('"').unwrap().0.split(' ').collect();
    for key in
        ["analytics=app_stats", "necessary=app_*", "analytics,marketing=both", "analytics=ph_*_posthog"]
    {
        assert!(keys.contains(&key), "{key} is not in {keys:?}");
    }
}

// CJEU, C-673/17, paragraph 81
#[tokio::test]
async fn what_is_kept_is_listed_with_its_purpose_duration_and_provider() {
    let queue = StorageDeclaration::new("stats:queue:*")
        .purpose([("en", "Keeps visits"), ("fr", "Garde les visites")])
        .provider("Stats SARL");
    let tab = StorageDeclaration::new("tab").duration("session");
    let app = site(builder().category(Category::analytics().storage(queue).storage(tab)));
    let text = get(&app, "/cookie-consent?lang=en", &[]).await.dom().by_name("main").remove(0).text();
    for words in [
        "Browser storage (2)",
        "stats:queue:*",
        "Keeps visits",
        "Until deleted",
        "Stats SARL",
        "tab",
        "Not stated",
        "Until the browser is closed",
        "Example SAS",
    ] {
        assert!(text.contains(words), "{words} is not in {text}");
    }
    assert!(!text.contains("No cookies are declared"), "{text}");
    let french = get(&app, "/cookie-consent?lang=fr", &[]).await.text().to_owned();
    assert!(french.contains("Garde les visites") && french.contains("Stockage du navigateur"), "{french}");
}

#[cfg(feature = "toml")]
#[test]
fn a_file_declares_keys_under_storage() {
    let file = |storage: &str| {
        format!(
            "[controller]\nname = \"E\"\ncontact = \"e@example.com\"\n\n[[category]]\nid = \"analytics\"\nstorage = [{storage}]\n"
        )
    };
    let policy = Policy::from_toml(&file(
        "{ key = \"st:*\", purpose = { en = \"Counts\" }, duration = \"30 days\", provider = \"S\" }",
    ));
    let html = policy.unwrap().declaration_html("en");
    for words in ["st:*", "Counts", "30 days", "<bdi>S</bdi>"] {
        assert!(html.contains(words), "{words} is not in {html}");
    }
    for (storage, key, value, remedy) in [
        ("{ key = \"*\" }", "category.analytics.storage[0].key", "*", "have in common"),
        ("{ key = \"a b\" }", "category.analytics.storage[0].key", "a b", "write `*` for"),
        ("{ key = \"a\" }, { key = \"a\" }", "category.analytics.storage[1].key", "a", "keep one"),
        ("{ key = \"a\", duration = \"long\" }", "category.analytics.storage[0].duration", "long", "session"),
        (
            "{ key = \"a\", purpose = \"\" }",
            "category.analytics.storage[0].purpose",
            "",
            "that visitors can read",
        ),
        ("{ key = \"a\", name = \"b\" }", "category[0].storage[0].name", "b", "no such key"),
    ] {
        let error = Policy::from_toml(&file(storage)).unwrap_err();
        let finding = error.findings().iter().find(|finding| finding.key() == key);
        let finding = finding.unwrap_or_else(|| panic!("{key}: {error}"));
        assert_eq!(finding.value(), value);
        assert!(finding.remedy().contains(remedy), "{error}");
    }
}

#[test]
fn what_is_necessary_is_no_trackers_and_in_no_other_category() {
    let both = builder()
        .category(Category::necessary().storage("a*"))
        .category(Category::analytics().storage("a*"))
        .build();
    assert!(both.unwrap_err().to_string().contains("category.analytics.storage[0].key"));

    let lint = |category: Category| {
        let policy = builder().privacy_policy("/privacy").category(category).build().unwrap();
        policy.lint().iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    let described = |key: &str| StorageDeclaration::new(key).purpose("P");
    let text = lint(Category::necessary().storage(described("_uetsid")));
    assert!(
        text.contains("tracker-as-necessary") && text.contains("category.necessary.storage[0].key"),
        "{text}"
    );
    assert_eq!(lint(Category::necessary().storage(described("cart"))), "");
    assert_eq!(lint(Category::analytics().storage(described("st_*"))), "", "that is no empty category");
    let text = lint(Category::analytics().storage("st_*"));
    assert!(
        text.contains("missing-purpose") && text.contains("category.analytics.storage[0].purpose"),
        "{text}"
    );
}

// D10
#[tokio::test]
async fn where_a_signal_removes_what_was_stored_the_page_depends_on_it() {
    for (policy, depends) in
        [(declared(), true), (builder().category(Category::analytics().cookie("_an")), false)]
    {
        let app = site(policy);
        let [plain, signalled] = [get(&app, "/", &[]).await, get(&app, "/", &[("sec-gpc", "1")]).await];
        assert_eq!(forgotten(signalled.text()).is_some(), depends);
        for reply in [plain, signalled] {
            let vary = reply.header("vary");
            assert_eq!(vary.contains("Sec-GPC") && vary.contains("DNT"), depends, "{vary}");
        }
    }
}
