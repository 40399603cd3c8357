//! What a policy may say but should know of: each rule with a policy that breaks it and one that does not.

use tower_consent::{
    Basis, Category, ConsentMode, CookieDeclaration, DoNotTrack, Enforcement, Jurisdiction, Layout,
    LintFinding, Model, Notice, Placement, Policy, PolicyBuilder, Secure, SettingsControl, Severity,
    StorageDeclaration,
};

fn cookie(name: &str) -> CookieDeclaration {
    CookieDeclaration::new(name).purpose("Counts visits").duration("13 months")
}

/// A policy of which there is nothing to say.
fn sound() -> PolicyBuilder {
    let limited = Category::analytics().cookie(cookie("_ga")).cookie(cookie("_ga_*"));
    bare().category(limited.vendor("google-analytics").cookie(cookie("_an")))
}

fn bare() -> PolicyBuilder {
    Policy::builder("Example SAS", "privacy@example.com").privacy_policy("/privacy")
}

fn necessary(category: impl FnOnce(Category) -> Category) -> PolicyBuilder {
    sound().category(category(Category::necessary()))
}

fn analytics(category: impl FnOnce(Category) -> Category) -> PolicyBuilder {
    bare().category(category(Category::analytics()))
}

fn measuring() -> PolicyBuilder {
    analytics(|category| category.vendor("matomo").basis(Basis::AudienceMeasurement))
}

fn placed(builder: PolicyBuilder) -> PolicyBuilder {
    builder.jurisdiction_header("cf-ipcountry")
}

fn of(builder: PolicyBuilder) -> Vec<LintFinding> {
    builder.build().unwrap().lint()
}

/// A rule, the key it is about, a policy that breaks it, and policies that do not.
type Case = (&'static str, &'static str, PolicyBuilder, Vec<PolicyBuilder>);

fn cases() -> Vec<Case> {
    let origin = |origin: &'static str| necessary(|category| category.origin(origin));
    let lasting = |time: &str| analytics(|category| category.cookie(cookie("_an").duration(time)));
    vec![
        (
            "implied-consent",
            "model",
            sound().model(Model::OptOut),
            vec![placed(sound().model(Model::OptOut)), bare().model(Model::OptOut)],
        ),
        (
            "implied-consent",
            "jurisdiction.places.FR",
            placed(sound()).place("FR", Jurisdiction::Off),
            vec![
                placed(sound()).place("US", Jurisdiction::Off).place("*", Jurisdiction::UsOptOut),
                placed(sound()).place("FR", Jurisdiction::De),
            ],
        ),
        (
            "implied-consent",
            "jurisdiction.places.DE-BY",
            placed(sound()).place("DE-BY", Jurisdiction::UsOptOut),
            vec![placed(sound()).place("US-CA", Jurisdiction::UsOptOut)],
        ),
        (
            "classic-notice",
            "notice",
            sound().model(Model::OptOut).notice(Notice::Classic),
            vec![sound().model(Model::OptOut), sound().notice(Notice::Classic)],
        ),
        (
            "classic-notice",
            "notice",
            placed(sound()).notice(Notice::Classic),
            vec![placed(sound()), placed(sound()).notice(Notice::Classic).place("US", Jurisdiction::Eu)],
        ),
        (
            "consent-over-six-months",
            "consent-lifetime",
            sound().consent_lifetime("12 months"),
            vec![
                sound().consent_lifetime("184 days"),
                sound().model(Model::OptOut).consent_lifetime("1 year"),
            ],
        ),
        (
            "consent-over-a-year",
            "consent-lifetime",
            sound().consent_lifetime("13 months"),
            vec![sound().consent_lifetime("12 months")],
        ),
        (
            "missing-privacy-policy",
            "privacy-policy",
            Policy::builder("Example SAS", "privacy@example.com")
                .category(Category::embeds().vendor("youtube")),
            vec![sound(), Policy::builder("Example SAS", "privacy@example.com")],
        ),
        (
            "settings-control-off",
            "settings-control",
            sound().settings_control(SettingsControl::None),
            vec![bare().settings_control(SettingsControl::None)],
        ),
        (
            "banner-at-the-end",
            "placement",
            sound().placement(Placement::End),
            vec![sound().placement(Placement::End).layout(Layout::Bottom), bare().placement(Placement::End)],
        ),
        (
            "observe-in-production",
            "observe-in-production",
            sound().enforcement(Enforcement::Observe).observe_in_production(true),
            vec![sound().enforcement(Enforcement::Observe), sound().observe_in_production(true)],
        ),
        (
            "consent-mode-off",
            "consent-mode",
            sound().consent_mode(ConsentMode::Off),
            vec![
                analytics(|category| category.vendor("hotjar")).consent_mode(ConsentMode::Off),
                measuring().consent_mode(ConsentMode::Off),
            ],
        ),
        ("permissions-policy-off", "permissions-policy", sound().permissions_policy(false), vec![sound()]),
        (
            "insecure-consent-cookie",
            "cookie.secure",
            sound().cookie_secure(Secure::Never),
            vec![sound().cookie_secure(Secure::Always)],
        ),
        ("do-not-track-ignored", "dnt", sound().dnt(DoNotTrack::Ignore), vec![sound()]),
        (
            "everything-excluded",
            "exclude[1]",
            sound().exclude(["/a", "/*"]),
            vec![sound().exclude(["/a/*", "/"])],
        ),
        (
            "tracker-as-necessary",
            "category.necessary.vendors[0]",
            necessary(|category| category.vendor("hotjar")),
            vec![necessary(|category| category.vendor("cloudflare"))],
        ),
        (
            "tracker-as-necessary",
            "category.necessary.cookies[1].name",
            bare().category(Category::necessary().cookie(cookie("sid")).cookie(cookie("_ga"))),
            vec![
                necessary(|category| category.cookie(cookie("uid"))),
                // An objection that is kept is none.
                necessary(|category| category.cookie(cookie("matomo_ignore"))),
            ],
        ),
        (
            "tracker-as-necessary",
            "category.necessary.cookies[0].name",
            bare().category(Category::necessary().cookie(cookie("_hj*"))),
            vec![bare().category(Category::necessary().cookie(cookie("_hold*")))],
        ),
        (
            "tracker-as-necessary",
            "category.necessary.cookies[0].name",
            bare().category(Category::necessary().cookie(cookie("*"))),
            vec![],
        ),
        (
            "tracker-as-necessary",
            "category.necessary.cookies[0].name",
            bare().category(Category::necessary().cookie(cookie("_ga_ABC123"))),
            vec![],
        ),
        (
            "tracker-as-necessary",
            "category.necessary.origins[0]",
            origin("https://static.hotjar.com/c/"),
            vec![origin("https://cdn.example.net")],
        ),
        (
            "tracker-as-necessary",
            "category.necessary.origins[0]",
            origin("https://*.facebook.net"),
            vec![origin("https://www.google.com/recaptcha/")],
        ),
        // Where the vendor is declared too, the more exact of both counts, as at the gate.
        (
            "tracker-as-necessary",
            "category.necessary.origins[0]",
            origin("https://script.hotjar.com").category(Category::marketing().vendor("hotjar")),
            vec![
                origin("https://*.hotjar.com").category(Category::marketing().vendor("hotjar")),
                necessary(|category| category.cookie(cookie("__utm*"))),
            ],
        ),
        (
            "service-as-necessary",
            "category.necessary.vendors[0]",
            necessary(|category| category.vendor("google-maps")),
            vec![necessary(|category| category.vendor("hotjar"))],
        ),
        (
            "service-as-necessary",
            "category.necessary.origins[0]",
            origin("https://fonts.gstatic.com"),
            vec![origin("https://cdn.example.net")],
        ),
        (
            "tracking-header-as-necessary",
            "category.necessary.response-headers[1]",
            necessary(|category| category.response_header("x-a").response_header("accept-ch")),
            vec![sound()],
        ),
        (
            "tracking-header-as-necessary",
            "category.necessary.request-headers[0]",
            necessary(|category| category.request_header("sec-ch-ua-*")),
            vec![necessary(|category| category.request_header("x-device"))],
        ),
        (
            "empty-category",
            "category.preferences",
            sound().category(Category::preferences()),
            vec![
                sound().category(Category::preferences().cookie(cookie("theme"))),
                sound().category(Category::preferences().request_header("x-a")),
                sound().category(Category::preferences().response_header("x-a")),
                sound().category(Category::preferences().origin("https://a.example.net")),
                sound().category(Category::embeds().vendor("youtube")),
                sound().category(Category::necessary()),
            ],
        ),
        (
            "vendor-for-another-purpose",
            "category.analytics.vendors[1]",
            analytics(|category| category.vendor("google-analytics").vendor("meta-pixel")),
            vec![
                bare().category(Category::marketing().vendor("meta-pixel").vendor("google-analytics")),
                bare().category(Category::new("own").title("Ours").description("All").vendor("meta-pixel")),
            ],
        ),
        (
            "vendor-for-another-purpose",
            "category.analytics.cookies[1].name",
            analytics(|category| category.cookie(cookie("_ga")).cookie(cookie("_fbp"))),
            vec![
                analytics(|category| category.cookie(cookie("_hjid")).cookie(cookie("_an"))),
                // What covers both is no better declared there.
                analytics(|category| category.cookie(cookie("_*"))),
                bare().category(Category::marketing().cookie(cookie("_fbp"))),
            ],
        ),
        (
            "vendor-for-another-purpose",
            "category.preferences.cookies[0].name",
            bare().category(Category::preferences().cookie(cookie("_hjid"))),
            vec![bare().category(Category::preferences().cookie(cookie("theme")))],
        ),
        (
            "vendor-for-another-purpose",
            "category.preferences.storage[0].key",
            bare().category(
                Category::preferences()
                    .storage(StorageDeclaration::new("_hjRecordingEnabled").purpose("Remembers")),
            ),
            vec![bare().category(
                Category::preferences().storage(StorageDeclaration::new("theme").purpose("Remembers")),
            )],
        ),
        (
            "vendor-for-another-purpose",
            "category.analytics.origins[0]",
            analytics(|category| category.origin("https://connect.facebook.net")),
            vec![
                analytics(|category| category.origin("https://www.googletagmanager.com")),
                analytics(|category| category.origin("https://cdn.example.net")),
            ],
        ),
        (
            "missing-purpose",
            "category.analytics.cookies[0].purpose",
            analytics(|category| category.cookie(CookieDeclaration::new("_an").duration("1 day"))),
            vec![sound()],
        ),
        (
            "missing-purpose",
            "category.necessary.cookies[0].purpose",
            necessary(|category| category.cookie(CookieDeclaration::new("cart").duration("1 day"))),
            vec![sound()],
        ),
        (
            "missing-duration",
            "category.necessary.cookies[0].duration",
            necessary(|category| {
                category.cookie(CookieDeclaration::new("sid").purpose("Keeps you signed in"))
            }),
            vec![sound()],
        ),
        (
            "cookie-lifetime",
            "category.analytics.cookies[0].duration",
            lasting("396 days"),
            vec![lasting("13 months"), lasting("session")],
        ),
        (
            "cookie-lifetime",
            "category.analytics.vendors[0]",
            analytics(|category| {
                category.vendor("google-analytics").cookie(cookie("_ga")).cookie(cookie("_gid"))
            }),
            vec![sound(), analytics(|category| category.vendor("hotjar"))],
        ),
        (
            "cookie-lifetime",
            "category.necessary.cookies[0].duration",
            necessary(|category| category.cookie(cookie("theme").duration("2 years"))),
            vec![necessary(|category| category.cookie(cookie("theme").duration("400 days")))],
        ),
        (
            "duration-mismatch",
            "category.analytics.cookies[0].duration",
            analytics(|category| category.cookie(cookie("_ga").duration("session"))),
            vec![
                analytics(|category| category.cookie(cookie("_ga").duration("2 years"))),
                // What lasts too long by default is to be limited.
                sound(),
                analytics(|category| category.cookie(cookie("_an").duration("1 day"))),
                // Means the vendor only where it is declared.
                analytics(|category| category.cookie(cookie("_gid").duration("1 hour"))),
            ],
        ),
        (
            "duration-mismatch",
            "category.analytics.cookies[0].duration",
            analytics(|category| {
                category.vendor("google-analytics").cookie(cookie("_gid").duration("1 hour"))
            }),
            vec![],
        ),
        (
            "measurement-lifetime",
            "category.analytics.cookies[0].duration",
            placed(analytics(|category| {
                category.basis(Basis::AudienceMeasurement).cookie(cookie("_an").duration("14 months"))
            })),
            vec![placed(measuring())],
        ),
        (
            "measurement-lifetime",
            "category.analytics.vendors[0]",
            placed(analytics(|category| {
                category.basis(Basis::AudienceMeasurement).vendor("piano-analytics")
            })),
            vec![placed(analytics(|category| {
                let limited = cookie("_pcus").duration("6 months");
                category.basis(Basis::AudienceMeasurement).vendor("piano-analytics").cookie(limited)
            }))],
        ),
        (
            "measurement-without-jurisdiction",
            "category.analytics.basis",
            measuring(),
            vec![placed(measuring()), measuring().model(Model::OptOut), sound()],
        ),
        (
            "measurement-without-jurisdiction",
            "category.analytics.basis",
            ["FR", "IT", "ES", "GB"]
                .into_iter()
                .fold(placed(measuring()), |builder, code| builder.place(code, Jurisdiction::Eu)),
            vec![
                ["FR", "IT", "ES"]
                    .into_iter()
                    .fold(placed(measuring()), |builder, code| builder.place(code, Jurisdiction::Eu)),
            ],
        ),
        (
            "measurement-not-exempt",
            "jurisdiction.places.DE",
            placed(measuring()).place("DE", Jurisdiction::Fr),
            vec![
                placed(sound()).place("DE", Jurisdiction::Fr),
                placed(measuring()).place("FR", Jurisdiction::Uk).place("DE", Jurisdiction::Eu),
            ],
        ),
        (
            "missing-translation",
            "category.analytics.cookies[1].purpose",
            analytics(|category| {
                category
                    .cookie(cookie("_a").purpose([("en", "Counts"), ("fr", "Compte")]))
                    .cookie(cookie("_b").purpose([("en", "Counts")]))
            }),
            vec![analytics(|category| {
                category
                    .title("Statistics")
                    .cookie(cookie("_a").purpose([("en", "Counts"), ("fr", "Compte")]))
                    .cookie(cookie("_b").purpose([("en-GB", "Counts"), ("en", "Counts"), ("fr", "Compte")]))
                    .cookie(cookie("_c").purpose([("fr-CA", "Compte"), ("fr", "Compte"), ("en", "Counts")]))
            })],
        ),
        (
            "uneven-answers",
            "texts.en.accept",
            sound()
                .text("en", "accept", "Accept all cookies and go on to the site")
                .text("en", "reject", "No"),
            vec![
                sound().text("en", "accept", "Yes").text("en", "reject", "Reject"),
                sound().text("de", "accept", "Alle akzeptieren").text("de", "reject", "Ablehnen"),
            ],
        ),
        (
            "missing-translation",
            "category.analytics.title",
            analytics(|category| category.cookie(cookie("_a")).title([("en", "Statistics")])).language("fr"),
            vec![
                analytics(|category| category.cookie(cookie("_a")).title([("en", "Statistics")]))
                    .language("en"),
            ],
        ),
    ]
}

#[test]
fn each_rule_finds_what_breaks_it_and_nothing_else() {
    for (rule, key, flawed, fine) in cases() {
        let findings = of(flawed);
        let about = |findings: &[LintFinding]| {
            findings.iter().filter(|finding| finding.rule() == rule && finding.key() == key).count()
        };
        assert_eq!(about(&findings), 1, "{rule} {key}: {findings:#?}");
        for builder in fine {
            let findings = of(builder);
            assert!(findings.iter().all(|finding| finding.rule() != rule), "{rule} {key}: {findings:#?}");
        }
    }
}

#[test]
fn every_rule_that_is_documented_is_shown_here() {
    let document = include_str!("../../docs/lint.md");
    let documented: Vec<_> = document.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    let cases = cases();
    for rule in &documented {
        assert!(cases.iter().any(|(shown, ..)| shown == rule), "{rule}");
    }
    for (rule, ..) in cases {
        assert!(documented.contains(&rule), "{rule}");
    }
}

#[test]
fn of_a_sound_policy_there_is_nothing_to_say() {
    assert_eq!(of(sound()), []);
    // The example takes its analytics vendor as it comes, for two years.
    let file = include_str!("../../examples/server/policy.toml");
    let findings = Policy::from_toml(file).unwrap().lint();
    let rules: Vec<_> = findings.iter().map(|finding| (finding.rule(), finding.key())).collect();
    assert_eq!(rules, [("cookie-lifetime", "category.analytics.vendors[0]")]);
}

#[test]
fn the_opt_out_edition_of_the_example_is_what_it_says_it_is() {
    let file = include_str!("../../examples/server/classic.toml");
    let findings = Policy::from_toml(file).unwrap().lint();
    let rules: Vec<_> = findings.iter().map(LintFinding::rule).collect();
    assert_eq!(rules, ["implied-consent", "classic-notice", "cookie-lifetime"]);
}

#[test]
fn a_finding_is_one_line_with_all_there_is_to_know() {
    for (.., flawed, _) in cases() {
        for finding in of(flawed) {
            let line = finding.to_string();
            assert!(!line.contains('\n'), "{line}");
            for part in [finding.rule(), finding.key(), finding.remedy(), finding.source()] {
                assert!(!part.is_empty() && line.contains(part), "{part:?} in {line}");
            }
            assert!(line.contains(&format!("{:?}", finding.value())), "{line}");
            assert!(line.starts_with(&finding.severity().to_string()), "{line}");
        }
    }
    let findings = of(sound().model(Model::OptOut));
    assert_eq!(findings[0].severity(), Severity::Warning);
    assert!(findings[0].to_string().starts_with("warning: model = \"opt-out\": "), "{}", findings[0]);
    assert!(Severity::Notice < Severity::Warning);
}

#[test]
fn one_cookie_is_one_tracker_however_many_vendors_it_may_be() {
    let findings = of(bare().category(Category::necessary().cookie(cookie("*"))));
    assert_eq!(findings.len(), 1, "{findings:#?}");
}
