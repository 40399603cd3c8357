//! The settings page: the second layer (design, section 4.3).

use tower_consent::{Category, CookieDeclaration, Model, Policy};

use crate::support::{Browser, Reply, answered, app, declared, dom::Element, get, html, pages, policy};

const PREFIX: &str = "/cookie-consent";

fn boxes(page: &Reply) -> Vec<(String, bool)> {
    let inputs = page.dom().by_name("input").into_iter();
    let boxes = inputs.filter(|input| input.attr("type").as_deref() == Some("checkbox"));
    boxes.map(|input| (input.attr("value").unwrap(), input.attr("checked").is_some())).collect()
}

async fn page_for(cookie: &str) -> Reply {
    get(&pages(policy()), PREFIX, &[("cookie", cookie)]).await
}

// CJEU C-673/17, Planet49: nothing is ticked beforehand
#[tokio::test]
async fn no_box_is_ticked_before_a_choice_and_each_shows_the_choice_after() {
    let app = pages(policy());
    let of =
        |analytics, marketing| vec![("analytics".to_owned(), analytics), ("marketing".to_owned(), marketing)];
    assert_eq!(boxes(&page_for("").await), of(false, false));
    for (form, analytics, marketing) in [
        ("choice=accept", true, true),
        ("choice=reject", false, false),
        ("choice=save&category=marketing", false, true),
    ] {
        assert_eq!(boxes(&page_for(&answered(&app, form).await).await), of(analytics, marketing), "{form}");
    }
}

#[tokio::test]
async fn under_opt_out_the_boxes_show_what_holds() {
    let app = pages(declared().model(Model::OptOut).build().unwrap());
    assert!(boxes(&get(&app, PREFIX, &[]).await).iter().all(|(_, ticked)| *ticked));
    assert!(boxes(&get(&app, PREFIX, &[("sec-gpc", "1")]).await).iter().all(|(_, ticked)| !ticked));
}

// EDPB Cookie Banner Taskforce, para 8
#[tokio::test]
async fn the_page_offers_accept_reject_and_save() {
    let page = page_for("").await;
    let buttons = page.dom().by_name("button");
    let values: Vec<_> = buttons.iter().map(|button| button.attr("value").unwrap()).collect();
    assert_eq!(values, ["accept", "reject", "save"]);
    assert!(buttons.iter().all(|button| button.attr("name").as_deref() == Some("choice")));
    assert!(buttons.iter().all(|button| button.attr("class") == buttons[0].attr("class")));
    assert!(page.dom().by_name("script").is_empty(), "it works without script");
}

#[tokio::test]
async fn the_page_is_never_stored_never_framed_and_loads_nothing() {
    let page = page_for("").await;
    assert_eq!(page.status, 200);
    assert_eq!(page.header("cache-control"), "no-store");
    let csp = page.header("content-security-policy");
    assert!(
        csp.contains("frame-ancestors")
            && csp.contains("default-src 'none'")
            && csp.contains("form-action 'self'"),
        "{csp}"
    );
    assert!(!csp.contains("unsafe"));
    assert!(!page.header("x-frame-options").is_empty());
    assert!(page.set_cookies().is_empty());
    for element in page.dom().elements() {
        assert!(!["img", "script", "iframe", "link"].contains(&element.name().as_str()));
        assert!(element.attr("src").is_none() && element.attr("style").is_none());
    }
}

#[tokio::test]
async fn the_page_does_not_depend_on_what_filter_lists_hide() {
    for element in page_for("").await.dom().elements() {
        for name in ["id", "class"] {
            let value = element.attr(name).unwrap_or_default();
            assert!(!value.contains("cookie") && !value.contains("gdpr"), "{value}");
        }
    }
}

#[tokio::test]
async fn the_page_carries_no_banner_and_no_link_to_itself_as_control() {
    let app = pages(policy());
    let yes = answered(&app, "choice=accept").await;
    for cookie in ["", &yes] {
        let dom = get(&app, PREFIX, &[("cookie", cookie), ("accept", "text/html")]).await.dom();
        assert!(dom.by_id("cookie-consent").is_none() && dom.by_id("cookie-consent-settings").is_none());
    }
}

// CNIL recommendation 2020-092: the notice is what the gate enforces
#[tokio::test]
async fn everything_that_is_declared_is_listed() {
    let listed = declared().category(
        Category::embeds()
            .cookie(
                CookieDeclaration::new("player_*")
                    .purpose([("en", "Plays"), ("fr", "Joue")])
                    .duration("13 months")
                    .provider("Films SARL"),
            )
            .origin("https://video.example.net")
            .response_header("x-video"),
    );
    let app = pages(listed.build().unwrap());
    let text = |page: &Reply| page.dom().by_name("body").remove(0).text();
    let page = get(&app, "/cookie-consent?lang=en", &[]).await;
    let words = text(&page);
    for part in [
        "__Host-consent",
        "184 days",
        "sid",
        "__Host-session",
        "_an_*",
        "stats",
        "promo",
        "__Secure-ads",
        "_ga",
        "Google",
        "player_*",
        "Plays",
        "13 months",
        "Films SARL",
        "video.example.net",
        "x-video",
        "x-device-id",
        "x-analytics-id",
        "Example SAS",
        "privacy@example.com",
    ] {
        assert!(words.contains(part), "{part}");
    }
    let french = text(&get(&app, "/cookie-consent?lang=fr", &[]).await);
    assert!(
        french.contains("Joue") && french.contains("13\u{a0}mois") || french.contains("13 mois"),
        "{french}"
    );
}

#[tokio::test]
async fn the_language_is_asked_for_in_the_query_then_fixed_then_negotiated() {
    let app = pages(policy());
    let fixed = pages(declared().language("fr").build().unwrap());
    for (app, path, accept, expected) in [
        (&app, PREFIX, "fr", "fr"),
        (&app, PREFIX, "", "en"),
        (&app, "/cookie-consent?lang=fr", "en", "fr"),
        (&app, "/cookie-consent?lang=nonsense", "fr", "fr"),
        (&fixed, PREFIX, "en", "fr"),
        (&fixed, "/cookie-consent?lang=en", "", "en"),
    ] {
        let page = get(app, path, &[("accept-language", accept)]).await;
        assert_eq!(page.dom().by_name("html")[0].attr("lang").unwrap(), expected, "{path} {accept}");
        assert_eq!(page.header("content-language"), expected);
    }
}

// HTML, section 4.5.24: without isolation `_ga` reads `ga_` among Arabic words
#[tokio::test]
async fn names_keep_their_own_direction_among_words_of_the_other() {
    let own = Category::embeds().title("Films").description("Shows films.").cookie(
        CookieDeclaration::new("_player").purpose("Plays.").duration("1 year").provider("Films S.A."),
    );
    let app = pages(declared().category(own).build().unwrap());
    let dom = get(&app, "/cookie-consent?lang=ar", &[]).await.dom();
    let codes = dom.by_name("code");
    assert!(codes.iter().any(|code| code.text() == "_player"));
    assert!(codes.iter().all(|code| code.attr("dir").as_deref() == Some("ltr")));
    let isolated: Vec<_> = dom.by_name("bdi").iter().map(Element::text).collect();
    for name in ["Example SAS", "privacy@example.com", "Films", "Films S.A."] {
        assert!(isolated.iter().any(|words| words == name), "{name}: {isolated:?}");
    }
    for words in ["Shows films.", "Plays."] {
        let mut paragraphs = dom.by_name("p").into_iter().filter(|p| p.text() == words);
        assert_eq!(paragraphs.next().unwrap().attr("dir").as_deref(), Some("auto"), "{words}");
    }
    assert!(dom.by_name("footer")[0].by_name("a").iter().any(|a| a.attr("dir").as_deref() == Some("auto")));
    let banner = get(&app, "/", &[("accept-language", "ar")]).await.dom().by_name("bdi").remove(0);
    assert_eq!(banner.text(), "Example SAS");
}

#[tokio::test]
async fn the_page_links_back_to_where_the_visitor_came_from_and_nowhere_else() {
    let app = pages(policy());
    let back = |page: &Reply| page.dom().by_name("a")[0].attr("href").unwrap();
    for (query, expected) in [
        ("", "/"),
        ("?return_to=/news%3Fa%3Db%26c", "/news?a=b&c"),
        ("?lang=fr&return_to=%2Fx", "/x"),
        ("?return_to=//evil.com", "/"),
        ("?return_to=https://evil.com", "/"),
        ("?return_to=javascript:alert(1)", "/"),
        ("?return_to=/%22%3E%3Cscript%3E", "/%22%3E%3Cscript%3E"),
    ] {
        let page = get(&app, &format!("{PREFIX}{query}"), &[]).await;
        assert_eq!(back(&page), expected, "{query}");
        assert!(page.dom().by_name("script").is_empty());
    }
}

#[tokio::test]
async fn the_language_links_keep_the_way_back() {
    let page = get(&pages(policy()), "/cookie-consent?return_to=%2Fnews%3Fa%3Db", &[]).await;
    let links = page.dom().by_name("a").into_iter().filter(|link| link.attr("hreflang").is_some());
    let links: Vec<_> = links.map(|link| link.attr("href").unwrap()).collect();
    assert!(links.len() >= 2);
    for link in links {
        let next = get(&pages(policy()), &link, &[]).await;
        assert_eq!(next.dom().by_name("a")[0].attr("href").unwrap(), "/news?a=b", "{link}");
    }
}

// E21, E8, E8b; GDPR, Article 7(3)
#[tokio::test]
async fn every_button_of_the_page_does_what_it_says() {
    for (choice, ticked, analytics, marketing) in [
        ("accept", None, true, true),
        ("reject", None, false, false),
        ("save", Some(&["analytics"][..]), true, false),
        ("save", Some(&["analytics", "marketing"]), true, true),
        ("save", Some(&[]), false, false),
        ("save", None, false, false),
    ] {
        let mut browser = Browser::new(&pages(policy()));
        let page = browser.visit("/cookie-consent?return_to=/a").await;
        let (reply, next) = browser.press_with(&page, choice, ticked).await;
        assert_eq!(reply.header("location"), "/a");
        assert!(!next.has_banner());
        let state = browser.visit("/cookie-consent/state").await.json();
        assert_eq!(state["categories"]["analytics"], analytics, "{choice} {ticked:?}");
        assert_eq!(state["categories"]["marketing"], marketing, "{choice} {ticked:?}");
    }
}

// GDPR, Article 7(3): open and reject
#[tokio::test]
async fn to_withdraw_takes_two_clicks() {
    let mut browser = Browser::new(&pages(policy()));
    let page = browser.visit("/news").await;
    let (_, page) = browser.press(&page, "accept").await;
    let link = page.dom().by_id("cookie-consent-settings").unwrap().attr("href").unwrap();
    let settings = browser.visit(&link).await;
    let (reply, _) = browser.press(&settings, "reject").await;
    assert_eq!(reply.header("location"), "/news");
    let state = browser.visit("/cookie-consent/state").await.json();
    assert_eq!(state["categories"]["analytics"], false);
}

#[tokio::test]
async fn whoever_came_by_no_page_sees_the_result_on_the_page_itself() {
    let mut browser = Browser::new(&pages(policy()));
    let page = browser.visit(PREFIX).await;
    let (reply, next) = browser.press(&page, "accept").await;
    assert!(reply.header("location").starts_with(PREFIX));
    assert!(boxes(&next).iter().all(|(_, ticked)| *ticked));
}

#[tokio::test]
async fn the_page_says_what_is_chosen_and_since_when() {
    let cookie = answered(&pages(policy()), "choice=accept").await;
    let status = |page: &Reply| {
        let all = page.dom().elements();
        all.iter()
            .find(|element| element.attr("role").as_deref() == Some("status"))
            .map(Element::text)
            .unwrap()
    };
    let (before, after) = (status(&page_for("").await), status(&page_for(&cookie).await));
    assert_ne!(before, after);
    assert!(after.contains("20"), "a date: {after}");
}

#[tokio::test]
async fn every_heading_label_and_form_has_its_name() {
    let dom = page_for("").await.dom();
    assert_eq!(dom.by_name("h1").len(), 1);
    assert_eq!(dom.by_name("main").len(), 1);
    assert!(!dom.by_name("title")[0].text().is_empty());
    let ids: Vec<_> = dom.elements().iter().filter_map(|element| element.attr("id")).collect();
    for section in dom.by_name("section") {
        assert!(ids.contains(&section.attr("aria-labelledby").unwrap()));
    }
    let labels = dom.by_name("label");
    assert_eq!(labels.len(), 2);
    assert!(labels.iter().all(|label| label.by_name("input").len() == 1 && !label.text().trim().is_empty()));
}

#[tokio::test]
async fn a_page_of_the_site_can_declare_the_same() {
    let policy = declared().privacy_policy("/privacy").build().unwrap();
    let codes = |dom: &crate::support::Dom| -> Vec<String> {
        dom.by_name("code").iter().map(crate::support::dom::Element::text).collect()
    };
    for (language, tag, direction) in [("en", "en", "ltr"), ("ar-EG", "ar", "rtl"), ("zz", "en", "ltr")] {
        let html = policy.declaration_html(language);
        assert!(html.is_ascii());
        let dom = crate::support::Dom::parse(html.as_bytes());
        let root = &dom.by_name("div")[0];
        assert_eq!((root.attr("lang").as_deref(), root.attr("dir").as_deref()), (Some(tag), Some(direction)));
        assert_eq!(dom.by_name("h2").len(), 3);
        assert!(html.contains("<bdi>Example SAS</bdi>") && html.contains("mailto:privacy@example.com"));
        for element in root.elements() {
            // Nothing that the site's style sheets, or filter lists, might take for something else.
            assert!(element.attr("class").is_none() && element.attr("id").is_none());
            assert!(!["form", "input", "button", "details"].contains(&element.name().as_str()));
        }
        let settings = get(&pages(policy.clone()), &format!("{PREFIX}?lang={tag}"), &[]).await;
        assert_eq!(codes(&dom), codes(&settings.dom()));
        assert!(codes(&dom).iter().any(|name| name == "_ga"));
        let open = format!("<a data-consent-open=\"\" href=\"{PREFIX}?lang={tag}\">");
        assert!(html.contains(&open), "{html}");
    }
}

#[test]
fn what_the_site_says_of_a_vendor_s_cookie_stands_for_what_the_catalogue_says() {
    let limited = tower_consent::CookieDeclaration::new("_ga").purpose("Counts visits").duration("7 months");
    let analytics = Category::analytics().vendor("google-analytics");
    let html = |category: Category| {
        let policy = tower_consent::Policy::builder("Example SAS", "privacy@example.com").category(category);
        policy.build().unwrap().declaration_html("en")
    };
    let names = |html: &str| html.matches("<code dir=\"ltr\">_ga</code>").count();
    let (known, own) = (html(analytics.clone()), html(analytics.cookie(limited)));
    assert_eq!((names(&known), names(&own)), (1, 1));
    assert!(!known.contains("7 months") && own.contains("7 months"));
}

#[test]
fn headings_of_the_declaration_fit_where_it_stands() {
    let policy = declared().build().unwrap();
    let levels = |level| {
        let html = policy.declaration_html_at("en", level);
        let dom = crate::support::Dom::parse(html.as_bytes());
        let counts = ["h1", "h2", "h3", "h4", "h5", "h6"].map(|name| dom.by_name(name).len());
        (1..).zip(counts).filter(|(_, count)| *count > 0).collect::<Vec<_>>()
    };
    let [(2, categories), (3, lists)] = *levels(2) else { panic!("{:?}", levels(2)) };
    assert_eq!(levels(4), [(4, categories), (5, lists)]);
    assert_eq!((levels(0), levels(9)), (levels(1), levels(5)));
    assert_eq!(policy.declaration_html_at("fr", 2), policy.declaration_html("fr"));
}

#[tokio::test]
async fn a_link_that_htmx_follows_leads_to_a_page_by_itself() {
    let app = pages(policy());
    let boosted = [("hx-request", "true"), ("hx-boosted", "true")];
    let reply = get(&app, "/cookie-consent?lang=fr&return_to=%2Fnews", &boosted).await;
    assert_eq!(reply.header("hx-redirect"), "/cookie-consent?lang=fr&return_to=%2Fnews");
    // What a site asks for by itself it may put where it wants.
    let reply = get(&app, "/cookie-consent", &[("hx-request", "true")]).await;
    assert!(reply.headers.get("hx-redirect").is_none());
}

// WCAG 2.2, 3.1.2
#[tokio::test]
async fn what_is_said_in_another_language_says_in_which() {
    let english = [("en", "Counts visits"), ("fr", "Compte les visites")];
    let category = Category::new("counting")
        .title([("en", "Counting"), ("ar", "\u{639}\u{62f}")])
        .description(english)
        .cookie(CookieDeclaration::new("_c").purpose(english));
    let policy = Policy::builder("E", "e@example.com").category(category).build().unwrap();
    let declaration = policy.declaration_html("ar");
    let app = app(policy, |_| html("<!DOCTYPE html><html lang=de><title>T</title><body>x"));
    for page in [get(&app, "/cookie-consent?lang=ar", &[]).await.text().to_owned(), declaration] {
        assert_eq!(page.matches("<p dir=\"auto\" lang=\"en\">Counts visits</p>").count(), 2, "{page}");
        assert!(
            page.contains(" dir=\"auto\">&#1593;&#1583;</h2>")
                || page.contains(" id=\"title-counting\">&#1593;&#1583;</h2>"),
            "{page}"
        );
    }
    let page = get(&app, "/cookie-consent?lang=fr", &[]).await;
    assert!(page.text().contains("<p dir=\"auto\">Compte les visites</p>"), "{}", page.text());
    assert!(page.text().contains("<bdi lang=\"en\">Counting</bdi></span></label>"), "{}", page.text());
    let banner = get(&app, "/", &[]).await;
    assert!(banner.text().contains("<b data-consent-ui=\"\" lang=\"en\">Counting</b>"), "{}", banner.text());
}
