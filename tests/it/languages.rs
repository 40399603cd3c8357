//! The languages of the layer, and the site's own texts (K10; GDPR, Article 12(1)).

use tower_consent::{Category, Policy, PolicyBuilder, Text};

use crate::support::{Reply, app, declared, dom::Element, get, pages, policy, with};

/// The official languages of the EU, and those of its neighbours and regions.
const LANGUAGES: &str = "en bg cs da de el es et fi fr ga hr hu it lt lv mt nl pl pt ro sk sl sv \
                         ar ca cy eu gl he is nb sq sr sr-Latn tr uk";

/// A page that says no language of its own, as a browser with this preference gets it.
async fn first_page(policy: Policy, accept_language: &str) -> Reply {
    let app = app(policy, |_| with("<!DOCTYPE html><p>T", &[("content-type", "text/html")]));
    get(&app, "/", &[("accept-language", accept_language)]).await
}

fn label(banner: &Element, value: &str) -> String {
    let buttons = banner.by_name("button");
    buttons.into_iter().find(|button| button.attr("value").as_deref() == Some(value)).unwrap().text()
}

/// English, with a mark that tells it from what it was made of.
fn marked(mut builder: PolicyBuilder, tag: &str) -> PolicyBuilder {
    for (key, text) in policy().texts("en") {
        let text = match &*key {
            "direction" | "month-names" => text.to_owned(),
            _ => format!("{text} \u{2713}"),
        };
        builder = builder.text(tag, key, text);
    }
    builder
}

#[tokio::test]
async fn banner_and_settings_page_speak_every_language() {
    let policy = policy();
    for tag in LANGUAGES.split_whitespace() {
        let direction = if ["ar", "he"].contains(&tag) { "rtl" } else { "ltr" };
        let banner = first_page(policy.clone(), tag).await.dom().banner();
        assert_eq!(banner.attr("lang").as_deref(), Some(tag));
        assert_eq!(banner.attr("dir").as_deref(), Some(direction), "{tag}");
        assert_ne!(label(&banner, "accept"), label(&banner, "reject"), "{tag}");
        for words in banner.by_name("p") {
            assert!(!words.text().contains('{'), "{tag}: {}", words.text());
        }

        let path = format!("/cookie-consent?lang={tag}");
        let page = get(&pages(policy.clone()), &path, &[]).await;
        let root = &page.dom().by_name("html")[0];
        assert_eq!(root.attr("lang").as_deref(), Some(tag));
        assert_eq!(root.attr("dir").as_deref(), Some(direction), "{tag}");
        assert_eq!(page.header("content-language"), tag);
        assert!(!root.by_name("main")[0].text().contains('{'), "{tag}");
    }
}

// RFC 4647, section 3.4
#[tokio::test]
async fn visitors_are_served_in_what_they_read() {
    for (accept, expected) in [
        ("no", "nb"),
        ("nn-NO, en;q=0.5", "nb"),
        ("iw", "he"),
        ("pt-BR", "pt"),
        ("sr-Latn-RS", "sr-Latn"),
        ("sr-ME", "sr"),
        ("zh-CN, zh;q=0.9, it;q=0.1", "it"),
        ("zh", "en"),
    ] {
        let banner = first_page(policy(), accept).await.dom().banner();
        assert_eq!(banner.attr("lang").as_deref(), Some(expected), "{accept}");
    }
}

#[tokio::test]
async fn a_site_says_it_in_its_own_words() {
    let policy =
        declared().text("de", "accept", "Gerne <ja>").text("de", "settings-title", "Kekse").build().unwrap();
    assert_eq!(label(&first_page(policy.clone(), "de").await.dom().banner(), "accept"), "Gerne <ja>");
    assert_eq!(label(&first_page(policy.clone(), "fr").await.dom().banner(), "accept"), "Tout accepter");
    let page = get(&pages(policy), "/cookie-consent?lang=de", &[]).await;
    assert_eq!(page.dom().by_name("h1")[0].text(), "Kekse");
}

#[tokio::test]
async fn a_region_has_the_texts_of_its_script() {
    for (tag, reject) in [("sr-Latn-ME", "Odbijam sve"), ("sr-BA", "Одбијам све")] {
        let policy = declared().text(tag, "accept", "X").build().unwrap();
        let banner = first_page(policy, tag).await.dom().banner();
        assert_eq!(banner.attr("lang").as_deref(), Some(tag));
        assert_eq!(label(&banner, "reject"), reject);
    }
}

#[tokio::test]
async fn a_regional_form_takes_over_what_it_does_not_say() {
    let builder = declared().text("pt-BR", "reject", "Recusar").text("pt", "accept", "Aceito");
    let policy = builder.build().unwrap();
    for (accept, tag, labels) in
        [("pt-BR", "pt-BR", ["Aceito", "Recusar"]), ("pt-PT", "pt", ["Aceito", "Rejeitar"])]
    {
        let banner = first_page(policy.clone(), accept).await.dom().banner();
        assert_eq!(banner.attr("lang").as_deref(), Some(tag));
        assert_eq!([label(&banner, "accept"), label(&banner, "reject")], labels);
    }
}

#[tokio::test]
async fn a_site_adds_a_language() {
    let policy = marked(declared(), "eo").language("eo").build().unwrap();
    let page = first_page(policy.clone(), "de").await;
    assert_eq!(page.dom().banner().attr("lang").as_deref(), Some("eo"));
    assert_eq!(label(&page.dom().banner(), "accept"), "Accept \u{2713}");
    let page = get(&pages(policy), "/cookie-consent?lang=eo", &[]).await;
    assert_eq!(page.header("content-language"), "eo");
    let mut links = page.dom().by_name("a").into_iter();
    assert!(links.any(|link| link.text() == "English \u{2713}"));
}

#[tokio::test]
async fn a_policy_file_holds_texts() {
    let policy = Policy::from_toml(
        r#"
        [controller]
        name = "Example SAS"
        contact = "privacy@example.com"
        [[category]]
        id = "analytics"
        origins = ["https://stats.example.net"]
        [texts.en]
        accept = "Yes, please"
        banner-partners.one = "With a partner ({count})."
        "#,
    )
    .unwrap();
    let banner = first_page(policy, "en").await.dom().banner();
    assert_eq!(label(&banner, "accept"), "Yes, please");
    assert!(banner.text().contains("With a partner (1)."), "{}", banner.text());
}

#[test]
fn labels_that_turn_yes_and_no_around_or_say_nothing_are_refused() {
    for (language, key, text) in [
        ("en", "reject", "ACCEPT."),
        ("de", "reject", "\u{200b}"),
        ("en", "refused", "allowed"),
        ("en", "reject", "Accept all"),
        ("en", "reject-all", "accept"),
        ("en", "accept-all", "Reject"),
        ("en", "read-more", "Accept"),
        ("en", "save", "accept all "),
        ("de", "accept", &*"Ja ".repeat(27)),
        ("en", "accept", "Reject all trackers"),
        ("en", "reject", "\u{3164}"),
    ] {
        let policy = Policy::builder("Example SAS", "privacy@example.com")
            .category(Category::analytics().cookie("_an"))
            .text(language, key, text);
        let error = policy.build().expect_err(text);
        let finding = &error.findings()[0];
        assert_eq!((finding.key(), finding.value()), (&*format!("texts.{language}.{key}"), text));
    }
    // Two of the site's own, and what is bundled beside a text of the site's.
    let own = Policy::builder("E", "e@example.com").text("en", "accept-all", "Yes to all");
    let error = own.text("en", "reject", "yes to all").build().unwrap_err();
    assert_eq!((error.findings().len(), error.findings()[0].key()), (1, "texts.en.reject"), "{error}");
    let bundled = "ar bg ca cs cy da de el en es et eu fi fr ga gl he hr hu is it lt lv mt nb nl pl pt ro sk sl sq sr \
                   sr-Latn sv tr uk";
    for tag in bundled.split_ascii_whitespace() {
        Policy::builder("E", "e@example.com").text(tag, "hide", "X").build().expect(tag);
    }
    let swapped = Policy::builder("E", "e@example.com")
        .category(Category::analytics().cookie("_an"))
        .text("de", "accept", "ablehnen")
        .text("de", "reject", "Akzeptieren");
    let keys: Vec<String> =
        swapped.build().unwrap_err().findings().iter().map(|finding| finding.key().to_owned()).collect();
    assert_eq!(keys, ["texts.de.accept", "texts.de.reject"]);
    // What visitors know as yes from other sites is no way to read more.
    let renamed =
        Policy::builder("E", "e@example.com").text("en", "accept", "Yes").text("en", "reject", "No");
    let moved = renamed.text("en", "read-more", "Reject").text("en", "save", "accept");
    let keys: Vec<String> =
        moved.build().unwrap_err().findings().iter().map(|finding| finding.key().to_owned()).collect();
    assert_eq!(keys, ["texts.en.read-more", "texts.en.save"]);
    let title = Category::new("media").title(".").description("Films.");
    let error = Policy::builder("E", "e@example.com").category(title).build().unwrap_err();
    assert_eq!(error.findings()[0].key(), "category.media.title");
}

#[test]
fn titles_that_visitors_cannot_tell_apart_are_refused() {
    let own = |id: &str, title: Text| Category::new(id).title(title).description("Films.");
    let policy = || Policy::builder("Example SAS", "privacy@example.com");
    for (builder, key, value) in [
        (policy().category(own("films", "Necessary".into())), "category.films.title", "Necessary"),
        (
            policy().category(own("films", [("en", "Films"), ("de", "notwendig ")].into())),
            "category.films.title",
            "notwendig ",
        ),
        (
            policy().category(own("films", "Films".into())).category(own("clips", "FILMS".into())),
            "category.clips.title",
            "FILMS",
        ),
        (
            policy()
                .category(Category::analytics())
                .text("en", "analytics-title", "Strictly necessary")
                .category(Category::necessary().title("Strictly necessary")),
            "category.analytics.title",
            "Strictly necessary",
        ),
    ] {
        let error = builder.build().expect_err(key);
        let findings = error.findings();
        assert_eq!((findings.len(), findings[0].key(), findings[0].value()), (1, key, value), "{error}");
    }
}
