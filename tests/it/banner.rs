//! Section K: the banner, as a visitor meets it.

use tower_consent::{Category, CookieDeclaration, Placement, Policy, PolicyBuilder, SettingsControl};

use crate::support::{
    Browser, PAGE, Reply, answered, app, declared, dom::Element, get, pages, policy, visitors, with,
};

async fn first_page(policy: Policy) -> Reply {
    get(&pages(policy), "/", &[]).await
}

fn button(page: &Reply, value: &str) -> Element {
    let buttons = page.dom().banner().by_name("button");
    buttons.into_iter().find(|button| button.attr("value").as_deref() == Some(value)).unwrap()
}

// K1
#[tokio::test]
async fn the_banner_loads_nothing_and_works_without_the_script_it_carries() {
    let page = first_page(policy()).await;
    for element in page.dom().banner().elements() {
        assert!(!["link", "img", "iframe"].contains(&element.name().as_str()), "{}", element.name());
        for (name, value) in element.attrs() {
            assert!(!name.starts_with("on") && name != "style" && name != "src", "{name}={value}");
        }
    }
    assert!(!page.dom().banner().by_name("style").iter().any(|style| style.text().contains("url(")));
    // It only hides a banner that a browser brings back.
    let children = page.dom().banner().children();
    assert_eq!(children.last().unwrap().name(), "script");
    assert!(children.last().unwrap().text().contains("pageshow"));
}

// K1, K3
#[tokio::test]
async fn the_apps_csp_lets_the_banners_style_pass_and_nothing_else_more() {
    for (before, after) in [
        (
            "default-src 'none'; form-action 'self'",
            Some("default-src 'none'; form-action 'self'; style-src-elem 'sha256-"),
        ),
        ("style-src 'self'; script-src 'nonce-x'", Some("style-src 'self' 'sha256-")),
        ("img-src 'self'", None),
        ("default-src 'self' 'unsafe-inline'", None),
    ] {
        let app = app(policy(), move |_| {
            with(PAGE, &[("content-type", "text/html"), ("content-security-policy", before)])
        });
        let reply = get(&app, "/", &[]).await;
        let csp = reply.header("content-security-policy");
        match after {
            Some(start) => assert!(csp.starts_with(start), "{csp}"),
            None => assert_eq!(csp, before),
        }
        assert_eq!(csp.contains("script-src 'nonce-x'"), before.contains("script-src"), "{csp}");
    }
}

// K5
#[tokio::test]
async fn the_banner_is_a_named_region_of_native_controls() {
    let page = first_page(policy()).await;
    let banner = page.dom().banner();
    assert_eq!(banner.name(), "section");
    assert!(!banner.attr("aria-label").unwrap().is_empty());
    assert_eq!(banner.parent().unwrap().name(), "body");
    assert_eq!((banner.attr("lang").unwrap(), banner.attr("dir").unwrap()), ("en".into(), "ltr".into()));
    for element in banner.elements() {
        let tabindex = element.attr("tabindex").and_then(|index| index.parse::<i32>().ok()).unwrap_or(0);
        assert!(tabindex <= 0);
        assert_ne!(element.attr("role").as_deref(), Some("dialog"));
        assert!(element.attr("aria-modal").is_none() && element.attr("autofocus").is_none());
        assert!(element.attr("aria-hidden").is_none() && element.attr("inert").is_none());
    }
    let main = &page.dom().by_name("main")[0];
    assert!(main.attrs().is_empty(), "the page stays operable: {:?}", main.attrs());
}

// K6; EDPB Cookie Banner Taskforce, report of 17 January 2023, paras 8 and 14
#[tokio::test]
async fn to_reject_is_as_easy_as_to_accept() {
    let page = first_page(policy()).await;
    let (accept, reject) = (button(&page, "accept"), button(&page, "reject"));
    let without_value =
        |button: &Element| button.attrs().into_iter().filter(|(name, _)| name != "value").collect::<Vec<_>>();
    assert_eq!((accept.name(), reject.name()), ("button".into(), "button".into()));
    assert_eq!(without_value(&accept), without_value(&reject));
    assert_eq!(accept.attr("name").unwrap(), "choice");
    assert!(!accept.text().is_empty() && accept.text() != reject.text());
    let order: Vec<_> =
        accept.parent().unwrap().children().iter().map(|child| (child.name(), child.attr("value"))).collect();
    let at = |value: &str| {
        order.iter().position(|(name, v)| name == "button" && v.as_deref() == Some(value)).unwrap()
    };
    assert_eq!(at("accept").abs_diff(at("reject")), 1, "side by side");
}

// K6: one click each, E21
#[tokio::test]
async fn either_button_closes_the_banner_at_once() {
    for choice in ["accept", "reject"] {
        let mut browser = Browser::new(&pages(policy()));
        let page = browser.visit("/a").await;
        let (_, next) = browser.press(&page, choice).await;
        assert!(!next.has_banner(), "{choice}");
        assert!(!browser.visit("/b").await.has_banner(), "{choice}");
    }
}

// K7
#[tokio::test]
async fn read_more_opens_the_settings_which_link_to_the_privacy_policy() {
    let mut browser = Browser::new(&pages(policy()));
    let page = browser.visit("/news?a=b").await;
    let href = page.dom().banner().by_name("a")[0].attr("href").unwrap();
    assert!(href.starts_with("/cookie-consent"));
    let settings = browser.visit(&href).await;
    assert_eq!(settings.status, 200);
    assert!(!settings.has_banner());
    assert!(settings.dom().by_name("a").iter().any(|link| link.attr("href").as_deref() == Some("/privacy")));
    assert!(
        page.dom().banner().by_name("a").iter().any(|link| link.attr("href").as_deref() == Some("/privacy"))
    );
}

// K8; GDPR, Article 7(3)
#[tokio::test]
async fn decided_pages_carry_the_way_back_at_the_end_of_the_body() {
    let app = pages(policy());
    for form in ["choice=accept", "choice=reject"] {
        let cookie = answered(&app, form).await;
        let dom = get(&app, "/x?y=1", &[("cookie", &cookie)]).await.dom();
        let link = dom.by_id("cookie-consent-settings").unwrap();
        assert_eq!(link.name(), "a");
        assert!(link.attr("href").unwrap().starts_with("/cookie-consent"));
        assert!(link.attr("data-consent-ui").is_some() && !link.text().is_empty());
        let body = dom.by_name("body").remove(0);
        let last = body.children().pop().unwrap();
        assert!(last.elements().iter().any(|e| e.attr("id").as_deref() == Some("cookie-consent-settings")));
    }
    assert!(
        get(&app, "/", &[]).await.dom().by_id("cookie-consent-settings").is_none(),
        "undecided pages have the banner"
    );
}

// K8
#[tokio::test]
async fn a_site_with_a_control_of_its_own_gets_none() {
    let app = pages(declared().settings_control(SettingsControl::None).build().unwrap());
    let cookie = answered(&app, "choice=reject").await;
    assert!(get(&app, "/", &[("cookie", &cookie)]).await.dom().by_id("cookie-consent-settings").is_none());
}

// K9
#[tokio::test]
async fn search_engines_are_told_to_leave_the_banner_out_of_snippets() {
    assert!(first_page(policy()).await.dom().banner().attr("data-nosnippet").is_some());
}

// K10; GDPR, Article 12(1)
#[tokio::test]
async fn the_language_is_the_pages_then_the_sites_then_the_browsers() {
    let page = |lang: &str| PAGE.replace("lang=\"en\"", lang);
    for (lang, content_language, site, accept, expected) in [
        ("lang=\"fr\"", "", None, "en", "fr"),
        ("lang=\"fr-CA\"", "en", Some("en"), "en", "fr"),
        ("lang=\"fr_CA\"", "en", Some("en"), "en", "fr"),
        ("", "fr", None, "en", "fr"),
        ("", "", Some("fr"), "en", "fr"),
        ("", "", None, "fr-CH, en;q=0.5", "fr"),
        ("", "", None, "", "en"),
        ("lang=\"tlh\"", "", None, "tlh", "en"),
    ] {
        let mut builder = declared();
        if let Some(site) = site {
            builder = builder.language(site);
        }
        let body = page(lang);
        let app = app(builder.build().unwrap(), move |_| {
            with(body.clone(), &[("content-type", "text/html"), ("content-language", content_language)])
        });
        let reply = get(&app, "/", &[("accept-language", accept)]).await;
        assert_eq!(
            reply.dom().banner().attr("lang").unwrap(),
            expected,
            "{lang} {content_language} {site:?} {accept}"
        );
    }
}

// K10
#[tokio::test]
async fn a_page_whose_language_is_negotiated_varies_on_it() {
    let app = app(policy(), |_| with(PAGE.replace(" lang=\"en\"", ""), &[("content-type", "text/html")]));
    assert!(get(&app, "/", &[]).await.varies_on("accept-language"));
}

// K10
#[tokio::test]
async fn a_page_whose_language_nobody_negotiates_does_not_vary_on_it() {
    let page =
        |_| with(PAGE.replace(" lang=\"en\"", ""), &[("content-type", "text/html"), ("etag", "\"x\"")]);
    let fixed = app(declared().language("fr").build().unwrap(), page);
    let mut tags = Vec::new();
    for cookie in visitors(&fixed).await {
        for accept in ["de", "en"] {
            let reply = get(&fixed, "/", &[("accept-language", accept), ("cookie", &cookie)]).await;
            assert!(!reply.varies_on("accept-language") && reply.varies_on("cookie"), "{cookie:?}");
            assert!(
                reply
                    .dom()
                    .elements()
                    .iter()
                    .all(|element| element.attr("lang").is_none_or(|tag| tag == "fr"))
            );
            tags.push(reply.header("etag"));
        }
    }
    assert_eq!(tags.chunks(2).filter(|pair| pair[0] != pair[1]).count(), 0, "{tags:?}");
    // Nor does what no page is.
    let bare =
        app(policy(), |_| with("{}", &[("content-type", "application/json"), ("set-cookie", "_ga=1")]));
    assert!(!get(&bare, "/", &[("accept-language", "de")]).await.varies_on("accept-language"));
}

// K10
#[tokio::test]
async fn an_app_that_knows_its_visitors_language_says_it_with_the_page() {
    let app = app(policy(), |request| {
        let body = PAGE.replace(" lang=\"en\"", "");
        let of_session = if request.headers().contains_key("x-session") { "fr" } else { "de" };
        with(body, &[("content-type", "text/html"), ("content-language", of_session)])
    });
    for (headers, expected) in [(&[("x-session", "1")][..], "fr"), (&[], "de")] {
        let banner = get(&app, "/", &[headers, &[("accept-language", "en")]].concat()).await.dom().banner();
        assert_eq!(banner.attr("lang").as_deref(), Some(expected));
        let links = banner.by_name("a").into_iter().filter_map(|link| link.attr("href"));
        let settings = links.into_iter().find(|href| href.starts_with("/cookie-consent")).unwrap();
        let page = get(&app, &settings, &[("accept-language", "en")]).await;
        assert_eq!(page.header("content-language"), expected, "where Read more leads");
    }
}

// 4.4
#[tokio::test]
async fn every_inserted_element_is_marked_and_nothing_else_is() {
    let app = pages(policy());
    let yes = answered(&app, "choice=accept").await;
    for cookie in ["", &yes] {
        let dom = get(&app, "/", &[("cookie", cookie)]).await.dom();
        let marked = |element: &Element| element.attr("data-consent-ui").is_some();
        let own: Vec<_> = dom.elements().into_iter().filter(marked).collect();
        assert!(!own.is_empty());
        assert!(own.iter().all(|element| element.elements().iter().all(marked)));
        let others: Vec<_> = dom.elements().iter().filter(|e| !marked(e)).map(Element::name).collect();
        assert_eq!(others, ["html", "head", "title", "body", "main", "h1"]);
    }
}

#[tokio::test]
async fn the_banner_stands_first_or_last_in_the_body() {
    for (placement, first) in [(Placement::Start, true), (Placement::End, false)] {
        let dom = first_page(declared().placement(placement).build().unwrap()).await.dom();
        let children = dom.by_name("body").remove(0).children();
        let at = children.iter().position(|child| child.attr("id").as_deref() == Some("cookie-consent"));
        assert_eq!(at, Some(if first { 0 } else { 1 }));
    }
}

#[tokio::test]
async fn the_form_opts_out_of_fetch_navigation() {
    let form = first_page(policy()).await.dom().banner().by_name("form").remove(0);
    for (name, value) in [
        ("data-turbo", "false"),
        ("hx-boost", "false"),
        ("up-submit", "false"),
        ("method", "post"),
        ("action", "/cookie-consent"),
    ] {
        assert_eq!(form.attr(name).as_deref(), Some(value));
    }
}

fn odd(words: &str) -> PolicyBuilder {
    let own = Category::new("own").title(words).description(words);
    let cookie = CookieDeclaration::new("c").purpose(words).provider(words);
    Policy::builder(words, words).category(own.cookie(cookie))
}

// G10, G11
#[tokio::test]
async fn what_the_operator_writes_is_text_and_never_markup() {
    for words in [
        "<b>&amp;\"'</section><script>alert(1)</script>",
        "$1 $& \\1 \\d %s {} {{x}} {controller} {purposes} {date}",
        "</style></form><!--",
        "caf\u{e9} \u{202e}\u{1f36a}",
    ] {
        let app = pages(odd(words).build().unwrap());
        let page = get(&app, "/", &[]).await;
        assert!(page.dom().banner().text().contains(words), "{words}: {}", page.dom().banner().text());
        assert!(page.dom().by_name("script").iter().all(|script| script.attr("data-consent-ui").is_some()));
        assert_eq!(page.dom().by_name("main").len(), 1, "{words}");
        let settings = get(&app, "/cookie-consent", &[]).await;
        assert!(settings.dom().by_name("script").is_empty());
        let text = settings.dom().by_name("body").remove(0).text();
        assert!(text.matches(words).count() >= 4, "{words}: {text}");
    }
}

#[tokio::test]
async fn the_path_of_a_request_never_becomes_markup() {
    let app = pages(policy());
    for path in
        ["/\"><script>x</script>", "/a?b=\"><b>", "/a?'&lt;", "/%22%3E", "//evil.com/x", "/a?b=%0d%0a"]
    {
        let Ok(uri) = path.parse::<http::Uri>() else { continue };
        let mut request = crate::support::request("GET", "/", "", &[]);
        *request.uri_mut() = uri;
        let page = crate::support::send(&app, request).await;
        assert_eq!(page.dom().by_name("script").len(), 1, "the layer's own, {path}");
        let names: Vec<_> = page.dom().banner().elements().iter().map(Element::name).collect();
        assert_eq!(names, first_names(), "{path}");
    }
}

fn first_names() -> Vec<String> {
    [
        "section", "style", "form", "input", "input", "div", "h2", "p", "bdi", "b", "b", "div", "button",
        "button", "p", "a", "a", "script",
    ]
    .map(str::to_owned)
    .to_vec()
}

#[tokio::test]
async fn a_site_with_nothing_to_ask_for_is_not_left_without_an_end() {
    let app = pages(
        Policy::builder("E", "e@example.com").category(Category::necessary().cookie("sid")).build().unwrap(),
    );
    assert!(!get(&app, "/", &[]).await.has_banner(), "there is nothing to ask");
    assert_eq!(get(&app, "/cookie-consent", &[]).await.status, 200);
}
