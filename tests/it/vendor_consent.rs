//! What vendors are told by their own interfaces.

use axum::Router;
use tower_consent::{Category, ConsentMode, Placement, Policy, PolicyBuilder};

use crate::support::{answered, app, get, visitors, with};

fn policy() -> PolicyBuilder {
    Policy::builder("Example SAS", "privacy@example.com")
}

fn google() -> PolicyBuilder {
    policy()
        .category(Category::analytics().vendor("google-analytics"))
        .category(Category::marketing().vendor("google-ads"))
}

const PAGE: &str = "<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>T</title>\
                    <script src=/app.js></script></head><body><script>go()</script></body></html>";

fn site(policy: PolicyBuilder, page: &'static str) -> Router {
    app(policy.build().unwrap(), move |_| {
        with(page, &[("content-type", "text/html"), ("content-security-policy", "script-src 'nonce-x'")])
    })
}

/// What stands in the attributes of the script that tells.
fn told(page: &str) -> Option<(&str, &str)> {
    let (_, rest) = page.split_once("<script data-consent-ui=\"\" data-consent-tell=\"")?;
    let (vendors, rest) = rest.split_once("\" data-granted=\"").unwrap();
    Some((vendors, rest.split_once("\">").unwrap().0))
}

async fn page(app: &Router, cookie: &str) -> String {
    get(app, "/", &[("cookie", cookie)]).await.text().to_owned()
}

#[tokio::test]
async fn google_is_told_what_the_visitor_has_agreed_to_and_no_more() {
    let app = site(google(), PAGE);
    let [undecided, yes, no] = visitors(&app).await;
    let all = "ad_storage ad_user_data ad_personalization analytics_storage";
    assert_eq!(told(&page(&app, &undecided).await), Some(("google", "")));
    assert_eq!(told(&page(&app, &no).await), Some(("google", "")));
    assert_eq!(told(&page(&app, &yes).await), Some(("google", all)));
    let one = answered(&app, "choice=save&category=analytics").await;
    assert_eq!(told(&page(&app, &one).await), Some(("google", "analytics_storage")));
    let other = answered(&app, "choice=save&category=marketing").await;
    let ads = "ad_storage ad_user_data ad_personalization";
    assert_eq!(told(&page(&app, &other).await), Some(("google", ads)));
    let gpc = get(&app, "/", &[("cookie", &undecided), ("sec-gpc", "1")]).await;
    assert_eq!(told(gpc.text()), Some(("google", "")));
}

#[tokio::test]
async fn it_stands_once_behind_the_charset_and_before_the_first_script_and_is_allowed_by_hash() {
    let app = site(google(), PAGE);
    let [_, yes, _] = visitors(&app).await;
    let reply = get(&app, "/", &[("cookie", &yes)]).await;
    let text = reply.text();
    assert_eq!(
        text.matches("data-consent-tell").count(),
        2,
        "the attribute, and once in the script:\n{text}"
    );
    let at = text.find("<script data-consent-ui=\"\" data-consent-tell").unwrap();
    let end = at + text[at..].find("</script>").unwrap() + "</script>".len();
    assert!(text.find("<meta charset=utf-8>").unwrap() < at);
    assert!(text[end..].starts_with("<script src=/app.js>"), "{}", &text[end..]);
    let csp = reply.header("content-security-policy").to_owned();
    assert!(csp.contains("'nonce-x' 'sha256-"), "{csp}");
}

#[tokio::test]
async fn each_vendor_is_told_by_its_own_interface_and_only_where_it_is_declared() {
    for (vendors, category, tell, granted) in [
        (
            &["microsoft-advertising"][..],
            Category::marketing(),
            "uet",
            "ad_storage ad_user_data ad_personalization uet",
        ),
        (&["microsoft-clarity"], Category::analytics(), "clarity", "analytics_storage clarity"),
        (&["matomo"], Category::analytics(), "matomo", "analytics_storage matomo"),
        (&["google-analytics", "matomo"], Category::analytics(), "google matomo", "analytics_storage matomo"),
    ] {
        let category = vendors.iter().fold(category, |category, vendor| category.vendor(*vendor));
        let app = site(policy().category(category), PAGE);
        let [undecided, yes, no] = visitors(&app).await;
        assert_eq!(told(&page(&app, &undecided).await), Some((tell, "")));
        assert_eq!(told(&page(&app, &no).await), Some((tell, "")));
        assert_eq!(told(&page(&app, &yes).await), Some((tell, granted)));
    }
    let app = site(policy().category(Category::marketing().vendor("meta-pixel")), PAGE);
    for cookie in visitors(&app).await {
        assert_eq!(told(&page(&app, &cookie).await), None);
    }
    let app = site(google().consent_mode(ConsentMode::Off), PAGE);
    for cookie in visitors(&app).await {
        assert_eq!(told(&page(&app, &cookie).await), None);
    }
}

#[tokio::test]
async fn categories_of_the_sites_own_stand_for_the_types_they_claim() {
    let own = |id: &str| Category::new(id).title(id).description("D");
    let claiming = site(
        policy()
            .category(own("ads").vendor("google-ads").consent_type("ad_storage"))
            .category(own("profiles").consent_type("ad_personalization").consent_type("ad_user_data"))
            .category(Category::preferences().cookie("theme")),
        PAGE,
    );
    let ads = answered(&claiming, "choice=save&category=ads").await;
    assert_eq!(told(&page(&claiming, &ads).await), Some(("google", "ad_storage")));
    let yes = answered(&claiming, "choice=accept").await;
    let all = "ad_storage ad_user_data ad_personalization functionality_storage personalization_storage";
    assert_eq!(told(&page(&claiming, &yes).await), Some(("google", all)));

    let unnamed = site(policy().category(own("ads").vendor("google-ads")), PAGE);
    let yes = answered(&unnamed, "choice=accept").await;
    assert_eq!(
        told(&page(&unnamed, &yes).await),
        Some(("google", "ad_storage ad_user_data ad_personalization"))
    );

    // Each is told of the category it stands in.
    let apart = policy()
        .category(Category::analytics().cookie("_own"))
        .category(Category::marketing().vendor("google-ads"))
        .category(own("stats").vendor("google-analytics"))
        .category(own("replay").vendor("microsoft-clarity"))
        .category(own("bing").vendor("microsoft-advertising"));
    let apart = site(apart, PAGE);
    for (allowed, granted) in [
        ("analytics", ""),
        ("stats", "analytics_storage"),
        ("replay", "clarity"),
        ("bing", "uet"),
        ("marketing", "ad_storage ad_user_data ad_personalization"),
    ] {
        let cookie = answered(&apart, &format!("choice=save&category={allowed}")).await;
        assert_eq!(told(&page(&apart, &cookie).await), Some(("google uet clarity", granted)), "{allowed}");
    }

    let error = policy().category(Category::marketing().consent_type("ads_storage")).build().unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("consent-types[0]") && text.contains("ads_storage") && text.contains("ad_storage,"),
        "{text}"
    );
}

#[tokio::test]
async fn scripts_that_do_not_run_are_not_the_first() {
    let page_of = "<!DOCTYPE html><html><head><title>T</title><template><script src=/t.js></script></template>\
                   <noscript><link rel=x></noscript></head><body><svg><script href=/s.js></script></svg>\
                   <p>x</p><script src=/a.js></script></body></html>";
    let app = site(google(), page_of);
    let [_, yes, _] = visitors(&app).await;
    let text = page(&app, &yes).await;
    assert!(
        text.contains("<template><script src=/t.js>") && text.contains("<svg><script href=/s.js>"),
        "{text}"
    );
    let (_, behind) = text.split_once("<p>x</p>").unwrap();
    assert!(behind.starts_with("<script data-consent-ui=\"\" data-consent-tell"), "{behind}");

    // A page that hydrates from its body must find there what it rendered.
    let app = site(google().placement(Placement::End), page_of);
    assert_eq!(told(&page(&app, &yes).await), None);
    let app = site(google().placement(Placement::End), PAGE);
    assert!(told(&page(&app, &yes).await).is_some());
}

#[tokio::test]
async fn a_page_without_script_tells_nobody() {
    let app = site(google(), "<!DOCTYPE html><title>T</title><p>x</p>");
    let [_, yes, _] = visitors(&app).await;
    assert_eq!(told(&page(&app, &yes).await), None);
}

#[tokio::test]
async fn what_two_categories_share_loads_once_one_is_allowed_and_its_vendor_knows_of_the_other() {
    let page_of = "<!DOCTYPE html><html><head><title>T</title>\
                   <script async src=https://www.googletagmanager.com/gtag/js></script>\
                   <script src=https://www.googleadservices.com/a.js></script></head><body>";
    let gtag = "<script async src=https://www.googletagmanager.com/gtag/js>";
    let ads = "<script src=https://www.googleadservices.com/a.js>";
    let app = site(google(), page_of);
    let one = answered(&app, "choice=save&category=analytics").await;
    let text = page(&app, &one).await;
    assert!(text.contains(gtag) && !text.contains(ads), "{text}");
    let no = answered(&app, "choice=reject").await;
    let text = page(&app, &no).await;
    assert!(!text.contains(gtag) && !text.contains(ads), "{text}");

    // Nobody tells it, so all are needed.
    let app = site(google().consent_mode(ConsentMode::Off), page_of);
    let text = page(&app, &one).await;
    assert!(!text.contains(gtag) && !text.contains(ads), "{text}");
}
