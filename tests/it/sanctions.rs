//! Practices that authorities and courts have sanctioned, each as something that this layer does not do.
//! The bodies: CNIL, the French authority; the EDPB, the authorities of the EU together.

use axum::{Router, body::Body};
use http::Request;
use tower_consent::{Category, Model, Policy};

use crate::support::{Browser, Reply, answered, app, declared, get, pages, policy, visitors, with};

/// Three trackers and what the site needs, whatever is asked for.
const LINES: [&str; 4] = ["sid=1; Path=/", "_ga=1; Path=/", "promo=1; Path=/", "_fbp=1; Path=/"];

/// What else a response tracks by, and the word that does it.
const FIELDS: [(&str, &str, &str); 7] = [
    ("accept-ch", "Sec-CH-UA-Model", "Model"),
    ("attribution-reporting-register-source", "{}", "{}"),
    ("content-security-policy", "script-src 'self' https://www.google-analytics.com", "google"),
    ("link", "</a.css>; rel=preload, <https://www.google-analytics.com>; rel=preconnect", "google"),
    ("nel", "{\"report_to\":\"all\",\"max_age\":60}", "all"),
    ("observe-browsing-topics", "?1", "?1"),
    ("x-analytics-id", "7", "7"),
];

/// What a page tracks by, of both categories.
const MARKUP: &str = "<script src=https://www.google-analytics.com/analytics.js></script>\
                      <link rel=preconnect href=https://www.google-analytics.com>\
                      <img alt='' src=https://www.google-analytics.com/collect>\
                      <iframe src=/promo.html data-consent=marketing></iframe>";

/// All of it, but for the cookie of a vendor that nobody declared.
const ANALYTICS: [&str; 9] = [
    "_ga",
    "accept-ch",
    "content-security-policy",
    "link",
    "nel",
    "x-analytics-id",
    "https://www.google-analytics.com/analytics.js",
    "https://www.google-analytics.com",
    "https://www.google-analytics.com/collect",
];
const MARKETING: [&str; 4] =
    ["promo", "attribution-reporting-register-source", "observe-browsing-topics", "/promo.html"];

/// Tracks in every way there is, and shows what the handler could read.
fn tracking(policy: Policy) -> Router {
    app(policy, |request| {
        let page = format!("<!DOCTYPE html><title>T</title>{MARKUP}<p>{}</p>", echo(&request));
        let mut fields = vec![("content-type", "text/html")];
        fields.extend(LINES.map(|line| ("set-cookie", line)));
        fields.extend(FIELDS.map(|(name, value, _)| (name, value)));
        with(page, &fields)
    })
}

/// What a handler is sent of the visitor.
fn echo(request: &Request<Body>) -> String {
    let of = |name: &str| request.headers().get(name).map_or("", |value| value.to_str().unwrap());
    format!("{}; device={}", of("cookie"), of("x-device-id"))
}

/// What tracks in a response, by its name or its address, sorted.
fn traces(reply: &Reply) -> Vec<String> {
    let is_set = |line: &&String| !line.contains("Max-Age=0") && !crate::support::is_consent(line);
    let lines = reply.set_cookies();
    let names = lines.iter().filter(is_set).map(|line| line.split('=').next().unwrap().to_owned());
    let mut found: Vec<String> = names.filter(|name| name != "sid").collect();
    let fields = FIELDS.iter().filter(|(name, _, word)| reply.header(name).contains(word));
    found.extend(fields.map(|(name, ..)| (*name).to_owned()));
    let elements = reply.dom().elements();
    let loads = elements.iter().filter(|element| element.attr("data-consent-ui").is_none());
    found.extend(loads.filter_map(|element| element.attr("src").or_else(|| element.attr("href"))));
    found.sort();
    found
}

fn sorted(words: &[&[&str]]) -> Vec<String> {
    let mut words: Vec<String> = words.concat().into_iter().map(str::to_owned).collect();
    words.sort();
    words
}

// CNIL, SAN-2021-023 (Google) and SAN-2021-024 (Facebook), 31 December 2021; SAN-2022-023 (Microsoft),
// 19 December 2022; SAN-2022-027 (TikTok), 29 December 2022: to refuse took more clicks than to accept.
#[tokio::test]
async fn to_refuse_takes_as_many_clicks_as_to_accept() {
    for choice in ["accept", "reject"] {
        let mut browser = Browser::new(&pages(policy()));
        let first = browser.visit("/").await;
        // One press on the first layer, and the question is answered for good.
        let (_, next) = browser.press(&first, choice).await;
        assert!(first.has_banner() && !next.has_banner(), "{choice}");
        let state = browser.visit("/cookie-consent/state").await.json();
        assert_eq!(state["decided"], true, "{choice}");
        assert_eq!(state["categories"]["analytics"], choice == "accept");
    }
}

// CNIL, SAN-2020-012 (Google) and SAN-2020-013 (Amazon), 7 December 2020; SAN-2025-005 (Shein),
// 1 September 2025: cookies were set as soon as visitors arrived.
#[tokio::test]
async fn nothing_that_needs_consent_is_set_on_arrival() {
    let mut browser = Browser::new(&tracking(policy()));
    for path in ["/", "/article", "/article?utm_source=x", "/image.png"] {
        let page = browser.visit(path).await;
        assert_eq!(browser.cookies(), ["sid"], "{path}");
        assert_eq!(traces(&page), [""; 0], "{path}");
    }
    let page = browser.visit("/").await;
    let (_, page) = browser.press(&page, "accept").await;
    assert_eq!(traces(&page), sorted(&[&ANALYTICS, &MARKETING]), "it is all there for a yes");
}

// CNIL, SAN-2025-005 (Shein), 1 September 2025: "refuse all" set new cookies, and earlier ones were
// still read.
#[tokio::test]
async fn to_refuse_everything_has_effect() {
    let mut browser = Browser::new(&tracking(policy()));
    browser.extra.push(("x-device-id", "7"));
    // From the days before the site asked.
    for line in ["_ga=0; Path=/", "promo=0; Path=/"] {
        browser.store(line);
    }
    let first = browser.visit("/").await;
    let (answer, next) = browser.press(&first, "reject").await;
    assert_eq!(answer.consent_lines().len(), 1);
    assert_eq!(traces(&answer), [""; 0]);
    assert_eq!(traces(&next), [""; 0]);
    for path in ["/", "/article", "/"] {
        let page = browser.visit(path).await;
        let mut cookies = browser.cookies();
        cookies.sort();
        assert_eq!(cookies, ["__Host-consent", "sid"]);
        assert_eq!(traces(&page), [""; 0]);
        let read = page.text();
        assert!(read.contains("sid=1") && read.contains("; device=<"), "{read}");
        assert!(!read.contains("_ga=") && !read.contains("promo="), "{read}");
        // What is set by a script all the same is read by nobody.
        browser.store("_ga=2; Path=/");
    }
}

// CNIL, SAN-2025-004 (Google), 1 September 2025; SAN-2020-012: visitors were not told in the banner what
// for, nor by whom, nor that they may refuse.
#[tokio::test]
async fn the_first_layer_says_who_asks_and_what_for() {
    let banner = get(&pages(policy()), "/", &[("accept", "text/html")]).await.dom().banner();
    let text = banner.text();
    assert!(text.contains("Example SAS"), "{text}");
    let links: Vec<_> = banner.by_name("a").iter().map(|link| link.attr("href").unwrap()).collect();
    assert!(links.iter().any(|href| href.starts_with("/cookie-consent")), "{links:?}");
    let lower = text.to_lowercase();
    assert!(lower.contains("audience measurement") && lower.contains("advertising"), "{text}");
    assert!(lower.contains("you can change your mind at any time"), "{text}");
    let declared = Policy::builder("Example SAS", "privacy@example.com")
        .category(Category::analytics().vendor("google-analytics").vendor("hotjar"));
    let banner = get(&pages(declared.build().unwrap()), "/", &[("accept", "text/html")]).await.dom().banner();
    assert!(banner.text().contains("2 other companies take part"), "{}", banner.text());
}

// CNIL, SAN-2024-019 (Orange), 14 November 2024; American Express, 27 November 2025; SAN-2025-010
// (Condé Nast), 20 November 2025: cookies were still read after the withdrawal.
#[tokio::test]
async fn after_a_withdrawal_cookies_are_gone_and_those_that_stay_are_read_by_nobody() {
    let mut browser = Browser::at(&tracking(policy()), "https", "www.shop.example.com");
    let first = browser.visit("/").await;
    browser.press(&first, "accept").await;
    // Some are set for a parent domain, as scripts of vendors do.
    browser.store("_ga_X=1; Path=/; Domain=example.com");
    let page = browser.visit("/").await;
    assert!(page.text().contains("_ga=1") && page.text().contains("_ga_X=1"), "read after a yes");

    let settings = browser.visit("/cookie-consent?return_to=/").await;
    let (answer, next) = browser.press(&settings, "reject").await;
    assert_eq!(traces(&answer), [""; 0]);
    assert_eq!(traces(&next), [""; 0], "nor does the page ask vendors for anything");
    let mut cookies = browser.cookies();
    cookies.sort();
    assert_eq!(cookies, ["__Host-consent", "sid"]);
    assert!(!next.text().contains("_ga"), "{}", next.text());
    // A script that still runs in another tab sets it once more.
    browser.store("_ga=2; Path=/");
    assert!(!browser.visit("/").await.text().contains("_ga"));
}

// The same, for whoever takes back one purpose of two: GDPR, Article 7(3) with recital 32.
#[tokio::test]
async fn to_withdraw_one_purpose_ends_all_that_serves_it_and_nothing_else() {
    for (kept, expected, read, not_read) in
        [("marketing", &MARKETING[..], "promo=1", "_ga="), ("analytics", &ANALYTICS, "_ga=1", "promo=")]
    {
        let mut browser = Browser::new(&tracking(policy()));
        let first = browser.visit("/").await;
        browser.press(&first, "accept").await;
        let settings = browser.visit("/cookie-consent?return_to=/").await;
        let (_, next) = browser.press_with(&settings, "save", Some(&[kept])).await;
        assert_eq!(traces(&next), sorted(&[expected]), "{kept} stays");
        assert!(next.text().contains(read) && !next.text().contains(not_read), "{}", next.text());
    }
}

// CNIL, SAN-2025-010 (Condé Nast), 20 November 2025: trackers were called necessary. CNIL, SAN-2022-023
// (Microsoft): a cookie against advertising fraud was said to need no consent.
#[tokio::test]
async fn an_advertisers_cookie_is_not_necessary_unless_the_operator_says_so_in_public() {
    let set = |policy| app(policy, |_| with("", &[("set-cookie", "_uetvid=1")]));
    let undeclared = set(policy());
    for cookie in visitors(&undeclared).await {
        assert!(get(&undeclared, "/", &[("cookie", &cookie)]).await.set_cookies().is_empty(), "{cookie}");
    }
    // Whoever is claimed as necessary stands on the settings page under that name.
    let claimed = Category::necessary().cookie("_uetvid");
    let claimed = pages(Policy::builder("E", "e@example.com").category(claimed).build().unwrap());
    let page = get(&claimed, "/cookie-consent?lang=en", &[]).await;
    assert!(page.dom().by_name("body")[0].text().contains("_uetvid"));
}

// People of California v. Sephora USA, 24 August 2022 (1.2 million USD): Global Privacy Control ignored.
#[tokio::test]
async fn global_privacy_control_is_a_no() {
    let app = tracking(declared().model(Model::OptOut).build().unwrap());
    assert!(get(&app, "/", &[]).await.cookie_names().contains(&"_ga".to_owned()));
    let yes = answered(&app, "choice=accept").await;
    for cookie in ["", &yes] {
        let reply = get(&app, "/", &[("sec-gpc", "1"), ("cookie", cookie)]).await;
        assert_eq!(reply.cookie_names(), ["sid"], "{cookie}");
    }
}

// LG Berlin, judgment of 24 August 2023, 16 O 420/19 (LinkedIn): the site said that it does not react to "Do Not
// Track", which is an objection that visitors may make by their browser.
#[tokio::test]
async fn do_not_track_is_an_objection() {
    let app = tracking(declared().model(Model::OptOut).build().unwrap());
    let reply = get(&app, "/", &[("dnt", "1")]).await;
    assert_eq!(reply.cookie_names(), ["sid"]);
    let page = get(&app, "/cookie-consent", &[("dnt", "1")]).await;
    assert!(page.text().contains("Do Not Track"), "{}", page.text());
}

// EDPB, Cookie Banner Taskforce, report of 17 January 2023, after noyb's complaints, and its binding
// decisions since: no "reject" on the first layer, ticked boxes, a link for a button, no way back.
#[tokio::test]
async fn the_banner_has_none_of_the_defects_complained_of() {
    let app = pages(policy());
    let page = get(&app, "/", &[("accept", "text/html")]).await;
    let banner = page.dom().banner();
    let buttons = banner.by_name("button");
    let of = |value: &str| buttons.iter().find(|button| button.attr("value").as_deref() == Some(value));
    let (accept, reject) = (of("accept").unwrap(), of("reject").unwrap());
    assert_eq!(accept.attr("class"), reject.attr("class"));
    assert!(accept.attr("style").is_none() && reject.attr("style").is_none());
    let settings = get(&app, "/cookie-consent", &[]).await;
    for inputs in [banner.by_name("input"), settings.dom().by_name("input")] {
        assert!(inputs.iter().all(|input| input.attr("checked").is_none()));
    }
    for cookie in &visitors(&app).await[1..] {
        let decided = get(&app, "/", &[("cookie", cookie), ("accept", "text/html")]).await;
        assert!(decided.dom().by_id("cookie-consent-settings").is_some(), "as easy to withdraw");
    }
}
