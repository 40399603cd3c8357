//! What a policy may not say: each finding names key, value and remedy, and all come at once (L5).

use tower_consent::{
    Category, Colors, CookieDeclaration, Finding, Model, Policy, PolicyBuilder, PolicyError, Secure,
};

fn valid() -> PolicyBuilder {
    Policy::builder("Example SAS", "privacy@example.com")
}

/// A file that is valid before these lines come in front or behind.
fn file(before: &str, behind: &str) -> Result<Policy, PolicyError> {
    Policy::from_toml(&format!("{before}\n[controller]\nname = \"E\"\ncontact = \"e@example.com\"\n{behind}"))
}

/// The only finding, which has to name key and value and a remedy of some words.
#[track_caller]
fn one(result: Result<Policy, PolicyError>, key: &str, value: &str) -> Finding {
    let error = result.expect_err(key);
    let findings = error.findings();
    assert_eq!(findings.len(), 1, "{error}");
    assert_eq!(findings[0].key(), key, "{error}");
    assert_eq!(findings[0].value(), value, "{error}");
    assert!(findings[0].remedy().split(' ').count() >= 3, "{error}");
    let shown = error.to_string();
    assert!(shown.contains(key) && shown.contains(findings[0].remedy()), "{shown}");
    findings[0].clone()
}

#[track_caller]
fn refused(builder: PolicyBuilder, key: &str, value: &str) -> Finding {
    one(builder.build(), key, value)
}

#[test]
fn a_bad_category_id() {
    for id in ["", "Analytics", "9x", "a b", "a.b", "\u{e9}t\u{e9}", "-a", &"a".repeat(33)] {
        refused(valid().category(Category::new(id).title("T").description("D")), "category[0].id", id);
    }
}

#[test]
fn a_category_declared_twice() {
    refused(
        valid().category(Category::analytics()).category(Category::analytics()),
        "category[1].id",
        "analytics",
    );
}

#[test]
fn a_bad_cookie_name() {
    for name in ["", "a b", "a;b", "a=b", "a,b", "a\"b", "\u{e9}", "a**", "*a*", "a\n", &"a".repeat(300)] {
        refused(
            valid().category(Category::analytics().cookie(name)),
            "category.analytics.cookies[0].name",
            name,
        );
    }
}

#[test]
fn a_cookie_declared_twice_in_one_category() {
    let category = Category::analytics().cookie("x").cookie("x");
    refused(valid().category(category), "category.analytics.cookies[1].name", "x");
}

#[test]
fn a_cookie_that_is_necessary_and_not() {
    let builder = valid()
        .category(Category::necessary().cookie("x"))
        .category(Category::analytics().cookie("y").cookie("x"));
    let finding = refused(builder, "category.analytics.cookies[1].name", "x");
    assert!(finding.remedy().contains("necessary"));
}

#[test]
fn a_header_that_is_necessary_and_not() {
    let both = || Category::necessary().response_header("X-A").request_header("x-b");
    let builder = valid().category(Category::analytics().response_header("x-a")).category(both());
    refused(builder, "category.analytics.response-headers[0]", "x-a");
    let builder = valid().category(both()).category(Category::marketing().request_header("X-B"));
    let error = builder.build().unwrap_err();
    assert_eq!(error.findings()[0].key(), "category.marketing.request-headers[0]");
}

#[test]
fn a_header_that_messages_need() {
    for name in ["Set-Cookie", "content-type", "consent", "host"] {
        refused(
            valid().category(Category::analytics().response_header(name)),
            "category.analytics.response-headers[0]",
            name,
        );
    }
    refused(
        valid().category(Category::analytics().request_header("Cookie")),
        "category.analytics.request-headers[0]",
        "Cookie",
    );
    refused(
        valid().category(Category::analytics().request_header("a b")),
        "category.analytics.request-headers[0]",
        "a b",
    );
}

// D12
#[test]
fn an_unknown_vendor() {
    let finding = refused(
        valid().category(Category::analytics().vendor("google-analytic")),
        "category.analytics.vendors[0]",
        "google-analytic",
    );
    assert!(finding.remedy().contains("did you mean \"google-analytics\""), "{finding}");
    refused(
        valid().category(Category::analytics().vendor("zzzzzzzzzzzz")),
        "category.analytics.vendors[0]",
        "zzzzzzzzzzzz",
    );
}

#[test]
fn the_consent_cookie_in_a_gated_category() {
    for name in ["consent", "__Host-consent", "__Secure-consent"] {
        refused(
            valid().category(Category::analytics().cookie(name)),
            "category.analytics.cookies[0].name",
            name,
        );
    }
    refused(
        valid().cookie_name("cc").category(Category::analytics().cookie("__Host-cc")),
        "category.analytics.cookies[0].name",
        "__Host-cc",
    );
}

#[test]
fn an_empty_controller() {
    refused(Policy::builder("", "e@example.com"), "controller.name", "");
    refused(Policy::builder("E", "  "), "controller.contact", "  ");
    let error = Policy::from_toml("").unwrap_err();
    let keys: Vec<_> = error.findings().iter().map(Finding::key).collect();
    assert_eq!(keys, ["controller.name", "controller.contact"]);
}

#[test]
fn a_prefix_that_is_no_path() {
    for prefix in [
        "",
        "consent",
        "/",
        "/a/",
        "//a",
        "/a//b",
        "/a/../b",
        "/a b",
        "/a?b",
        "/\"",
        "/caf\u{e9}",
        "https://x/y",
    ] {
        refused(valid().prefix(prefix), "prefix", prefix);
        if !prefix.is_empty() {
            refused(valid().mount(prefix), "mount", prefix);
        }
    }
}

// G11
#[test]
fn a_privacy_policy_that_is_neither_path_nor_http() {
    for url in [
        "javascript:alert(1)",
        "JavaScript:x",
        " javascript:x",
        "java\tscript:x",
        "data:text/html,x",
        "//evil.com",
        "/\\evil.com",
        "privacy",
        "",
        "mailto:a@b.c",
    ] {
        refused(valid().privacy_policy(url), "privacy-policy", url);
    }
    for url in ["/privacy", "https://example.com/p?x=1#y", "http://example.com"] {
        assert!(valid().privacy_policy(url).build().is_ok(), "{url}");
    }
}

#[test]
fn a_bad_duration() {
    for duration in
        ["", "13", "months", "0 days", "-1 days", "13 moons", "1.5 days", "99999999999 years", "13  months"]
    {
        let cookie = CookieDeclaration::new("x").duration(duration);
        refused(
            valid().category(Category::analytics().cookie(cookie)),
            "category.analytics.cookies[0].duration",
            duration,
        );
    }
}

#[test]
fn lifetimes_out_of_bounds() {
    for text in ["session", "401 days", "2 years", "1 hour", "soon"] {
        refused(valid().consent_lifetime(text), "consent-lifetime", text);
    }
    for text in ["183 days", "6 months", "401 days", "session", ""] {
        refused(valid().refusal_lifetime(text), "refusal-lifetime", text);
    }
    refused(valid().model(Model::OptOut).refusal_lifetime("364 days"), "refusal-lifetime", "364 days");
    for builder in [
        valid().consent_lifetime("400 days"),
        valid().refusal_lifetime("184 days"),
        valid().model(Model::OptOut).refusal_lifetime("12 months"),
    ] {
        assert!(builder.build().is_ok());
    }
}

#[test]
fn unknown_keys_in_a_file() {
    one(file("revison = 2", ""), "revison", "2");
    one(file("", "email = \"x\""), "controller.email", "x");
    one(file("", "[cookie]\nhttponly = false"), "cookie.httponly", "false");
    one(file("", "[[category]]\nid = \"analytics\"\ncookie = []"), "category[0].cookie", "[..]");
    one(
        file("", "[[category]]\nid = \"analytics\"\ncookies = [{ name = \"x\", max-age = 1 }]"),
        "category[0].cookies[0].max-age",
        "1",
    );
    one(file("", "[banner]\nx = 1"), "banner", "{..}");
}

#[test]
fn wrong_words() {
    for (key, words) in [
        ("model", "opt-in, opt-out"),
        ("enforcement", "observe, declared, strict"),
        ("placement", "start, end"),
        ("notice", "standard, classic"),
        ("settings-control", "link, none"),
    ] {
        let finding = one(file(&format!("{key} = \"Opt-In\""), ""), key, "Opt-In");
        assert!(finding.remedy().contains(words), "{finding}");
    }
    one(file("", "[cookie]\nsecure = \"true\""), "cookie.secure", "true");
}

#[test]
fn a_custom_category_without_texts() {
    let error = valid().category(Category::new("own")).build().unwrap_err();
    let keys: Vec<_> = error.findings().iter().map(Finding::key).collect();
    assert_eq!(keys, ["category.own.title", "category.own.description"]);
    refused(valid().category(Category::new("own").title(" ").description("D")), "category.own.title", " ");
    refused(
        valid().category(Category::analytics().title([("french", "")])),
        "category.analytics.title.french",
        "",
    );
}

#[test]
fn a_bad_origin() {
    for origin in [
        "stats.example.net",
        "https://",
        "https://*",
        "ftp://a.b",
        "https://u@a.b",
        "https://a.b/?x",
        "javascript:x",
        "",
    ] {
        refused(
            valid().category(Category::analytics().origin(origin)),
            "category.analytics.origins[0]",
            origin,
        );
    }
}

#[test]
fn a_bad_path() {
    for path in ["", "api", "*", "/a/*/b", "/a?b", "/a b", "/a**"] {
        refused(valid().exclude([path]), "exclude[0]", path);
        refused(valid().no_banner(["/ok", path]), "no-banner[1]", path);
    }
}

#[test]
fn a_cookie_domain_without_a_key() {
    one(file("", "[cookie]\ndomain = \"example.com\""), "cookie.key", "..");
    refused(valid().cookie_domain("example.com", [1; 31]), "cookie.key", "..");
    for domain in [".example.com", "example", "", "a..b", "exa mple.com", "example.com/"] {
        refused(valid().cookie_domain(domain, [1; 32]), "cookie.domain", domain);
    }
    refused(
        valid().cookie_domain("example.com", [1; 32]).cookie_secure(Secure::Never),
        "cookie.secure",
        "never",
    );
}

// 3.1: no MAC on `__Host-`, since nobody else can set it.
#[tokio::test]
async fn a_key_without_a_cookie_domain_is_refused_or_signs_nothing() {
    for key in ["short", "0123456789abcdef0123456789abcdef"] {
        let Ok(policy) = file("", &format!("[cookie]\nkey = {key:?}")) else { continue };
        let cookie = crate::support::answered(&crate::support::pages(policy), "choice=accept").await;
        assert!(!cookie.contains('~'), "{cookie}");
    }
}

#[test]
fn a_bad_consent_cookie_name() {
    for name in ["", "a b", "a*", "__Host-consent", "__Secure-x", "a;b", &"a".repeat(65)] {
        refused(valid().cookie_name(name), "cookie.name", name);
    }
}

#[test]
fn a_bad_revision_language_or_public_origin() {
    refused(valid().revision(0), "revision", "0");
    one(file("revision = -1", ""), "revision", "-1");
    refused(valid().language("tlh"), "language", "tlh");
    for origin in ["example.com", "https://a.com/x", "ftp://a.com", ""] {
        refused(valid().public_origin(origin), "public-origin", origin);
    }
}

#[test]
fn everything_at_once() {
    let error = file(
        "model = \"maybe\"\nprefix = \"x\"\nprivacy-policy = \"javascript:x\"\nextra = 1\nrefusal-lifetime = \"1 day\"\nexclude = [\"api\"]",
        "[[category]]\nid = \"analytics\"\nvendors = [\"nobody-at-all\"]\ncookies = [{ name = \"a b\" }, { name = \"x\", duration = \"y\" }]\n[[category]]\nid = \"Bad\"",
    )
    .unwrap_err();
    let keys: Vec<_> = error.findings().iter().map(Finding::key).collect();
    for key in [
        "model",
        "prefix",
        "privacy-policy",
        "extra",
        "refusal-lifetime",
        "exclude[0]",
        "category.analytics.vendors[0]",
        "category.analytics.cookies[0].name",
        "category.analytics.cookies[1].duration",
        "category[1].id",
    ] {
        assert!(keys.contains(&key), "{key} in {keys:?}");
        assert!(error.to_string().contains(key), "{key}");
    }
}

#[test]
fn what_is_no_toml_names_its_line() {
    let error = Policy::from_toml("revision = 1\nmodel = = 2\n").unwrap_err();
    assert_eq!(error.findings()[0].key(), "model (line 2)");
    assert!(file("revision = \"one\"", "").is_err());
    assert!(file("exclude = \"/api\"", "").is_err());
    assert!(file("revision = 99999999999", "").is_err());
}

#[test]
fn a_layout_or_theme_that_is_none() {
    one(file("layout = \"sidebar\"", ""), "layout", "sidebar");
    one(file("theme = \"sepia\"", ""), "theme", "sepia");
    one(file("", "[colors.light]\nbutton-color = \"#000\""), "colors.light.button-color", "#000");
    file("layout = \"bottom\"\ntheme = \"dark\"", "[colors.dark]\nbackground = \"#000\"").unwrap();
}

#[test]
fn colours_that_cannot_be_read() {
    let of = |colors: Colors| valid().light_colors(colors);
    refused(of(Colors::new().text("black")), "colors.light.text", "black");
    let finding = refused(of(Colors::new().text("#777").button("#000")), "colors.light.text", "#777777");
    assert!(finding.remedy().contains("4.5:1"), "{finding:?}");
    refused(of(Colors::new().button("#d0d4dc").button_text("#000")), "colors.light.button", "#d0d4dc");
    refused(of(Colors::new().button_text("#333333")), "colors.light.button-text", "#333333");
    refused(
        valid().dark_colors(Colors::new().background("#ddd").text("#000").button_text("#111").button("#333")),
        "colors.dark.button-text",
        "#111111",
    );
}

#[test]
fn texts_that_fit_nowhere() {
    for (language, key, text) in [
        ("de", "acept", "Ja"),
        ("de", "accept", " "),
        ("de", "tag", "en"),
        ("de", "accept", "{controller}"),
        ("de", "banner-ask", "Wir fragen wegen {purposes}."),
        ("de", "banner-ask", "{controller} fragt wegen {purposes}{"),
        ("de", "days.other", "Tage"),
        ("de", "days.few", "{count} Tage"),
        ("de", "direction", "left"),
        ("de", "month-names", "Januar, Februar"),
    ] {
        refused(valid().text(language, key, text), &format!("texts.{language}.{key}"), text);
    }
    refused(valid().text("de_AT", "accept", "Ja"), "texts.de_AT", "de_AT");
    one(file("texts.de.acept = \"Ja\"", ""), "texts.de.acept", "Ja");
    one(file("texts.pl.days.other = \"{count} dni\"", ""), "texts.pl.days.other", "{count} dni");
}

// R18
#[test]
fn a_yes_that_reads_like_a_no() {
    refused(valid().text("de", "accept", "Ablehnen"), "texts.de.reject", "Ablehnen");
    refused(valid().text("de", "opt-out", "Akzeptieren"), "texts.de.opt-out", "Akzeptieren");
}

#[test]
fn a_language_with_texts_missing() {
    for tag in ["ja", "uk-Latn"] {
        let finding = refused(valid().text(tag, "accept", "X"), &format!("texts.{tag}"), tag);
        assert!(finding.remedy().contains("reject") && finding.remedy().contains("month-names"));
        assert!(!finding.remedy().contains("accept,"), "{}", finding.remedy());
    }
}
