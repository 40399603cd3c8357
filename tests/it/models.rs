//! Opt-out, with the standard and the classic notice.

use tower_consent::{Model, Notice, Policy};

use crate::support::{Browser, Reply, answered, app, declared, get, pages, policy, post_form, setting, with};

fn opt_out() -> Policy {
    declared().model(Model::OptOut).build().unwrap()
}

fn classic() -> Policy {
    declared().model(Model::OptOut).notice(Notice::Classic).build().unwrap()
}

/// The buttons of the banner: value, label and class.
fn buttons(page: &Reply) -> Vec<(String, String, String)> {
    let buttons = page.dom().banner().by_name("button");
    let part = |button: &crate::support::dom::Element, name: &str| button.attr(name).unwrap_or_default();
    buttons.iter().map(|button| (part(button, "value"), button.text(), part(button, "class"))).collect()
}

#[tokio::test]
async fn under_opt_out_everything_is_allowed_until_the_visitor_says_no() {
    let app = app(opt_out(), setting(&["_ga=1", "sid=1"]));
    let first = get(&app, "/", &[]).await;
    assert_eq!(first.set_cookies(), ["_ga=1", "sid=1"]);
    assert!(first.has_banner());
    let no = answered(&app, "choice=reject").await;
    let after = get(&app, "/", &[("cookie", &no)]).await;
    assert_eq!(after.set_cookies(), ["sid=1"]);
    assert!(!after.has_banner());
    let yes = answered(&app, "choice=accept").await;
    assert_eq!(get(&app, "/", &[("cookie", &yes)]).await.set_cookies(), ["_ga=1", "sid=1"]);
}

#[tokio::test]
async fn the_standard_notice_offers_accept_opt_out_and_read_more() {
    let page = get(&pages(opt_out()), "/", &[]).await;
    let buttons = buttons(&page);
    assert_eq!(buttons.len(), 2);
    assert_eq!((buttons[0].0.as_str(), buttons[0].1.as_str()), ("accept", "Accept"));
    assert_eq!((buttons[1].0.as_str(), buttons[1].1.as_str()), ("reject", "Opt out"));
    assert_eq!(buttons[0].2, buttons[1].2, "of one class");
    let links = page.dom().banner().by_name("a");
    assert!(links.iter().any(|link| link.text() == "Read more"));
}

#[tokio::test]
async fn the_classic_notice_is_the_historic_bar_word_for_word() {
    let page = get(&pages(classic()), "/", &[("accept-language", "fr")]).await;
    let banner = page.dom().banner();
    let words = "This website uses cookies to improve your experience. \
                 We'll assume you're ok with this, but you can opt-out if you wish.";
    assert!(banner.text().contains(words), "{}", banner.text());
    assert_eq!(buttons(&page).len(), 1);
    assert_eq!(buttons(&page)[0].1, "Accept");
    let links: Vec<_> = banner.by_name("a").iter().map(crate::support::dom::Element::text).collect();
    assert_eq!(links, ["Read More"]);
    assert_eq!(banner.attr("lang").unwrap(), "en", "the words are English on every page");
}

#[tokio::test]
async fn the_opt_out_of_the_classic_notice_is_on_the_page_behind_read_more() {
    let mut browser = Browser::new(&pages(classic()));
    let page = browser.visit("/news").await;
    let link = page.dom().banner().by_name("a")[0].attr("href").unwrap();
    assert!(link.starts_with("/cookie-consent"));
    let settings = browser.visit(&link).await;
    let (reply, next) = browser.press(&settings, "reject").await;
    assert_eq!(reply.header("location"), "/news");
    assert!(!next.has_banner());
    let state = browser.visit("/cookie-consent/state").await.json();
    assert_eq!(state["categories"]["marketing"], false);
}

#[tokio::test]
async fn the_classic_wording_changes_nothing_under_opt_in() {
    let page = get(&pages(declared().notice(Notice::Classic).build().unwrap()), "/", &[]).await;
    assert_eq!(buttons(&page).len(), 2, "a reject as easy as the accept");
}

#[tokio::test]
async fn a_cookie_that_cannot_be_read_denies_until_answered() {
    let app = app(opt_out(), setting(&["_ga=1"]));
    let no = answered(&app, "choice=reject").await;
    for cookie in ["__Host-consent=nonsense", &format!("{no}; {no}"), "__Host-consent="] {
        let reply = get(&app, "/", &[("cookie", cookie)]).await;
        assert!(reply.set_cookies().is_empty(), "{cookie}");
        assert!(reply.has_banner(), "{cookie}");
    }
}

#[tokio::test]
async fn an_explicit_no_survives_a_new_revision() {
    let no = answered(&pages(opt_out()), "choice=reject").await;
    let app = app(declared().model(Model::OptOut).revision(2).build().unwrap(), setting(&["_ga=1"]));
    assert!(get(&app, "/", &[("cookie", &no)]).await.set_cookies().is_empty());
}

#[tokio::test]
async fn a_new_revision_asks_those_who_said_yes_and_denies_meanwhile() {
    let yes = answered(&pages(opt_out()), "choice=accept").await;
    let app = app(declared().model(Model::OptOut).revision(2).build().unwrap(), setting(&["_ga=1"]));
    let reply = get(&app, "/", &[("cookie", &yes)]).await;
    assert!(reply.has_banner());
    assert!(reply.set_cookies().is_empty(), "a stale cookie means denied until answered");
    let said = reply.dom().banner().text();
    assert!(said.contains("would like to use") && said.contains("Nothing optional is used"), "{said}");
}

#[tokio::test]
async fn a_cross_site_request_that_may_hide_the_cookie_counts_as_denied() {
    let app = app(opt_out(), |_| with("", &[("set-cookie", "_ga=1")]));
    let cross = ("sec-fetch-site", "cross-site");
    let navigate = [cross, ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")];
    assert_eq!(get(&app, "/", &navigate).await.set_cookies().len(), 1, "a top-level GET shows the cookie");
    for headers in [
        &[cross][..],
        &[cross, ("sec-fetch-mode", "no-cors"), ("sec-fetch-dest", "image")],
        &[cross, ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "iframe")],
    ] {
        assert!(get(&app, "/", headers).await.set_cookies().is_empty(), "{headers:?}");
    }
    assert!(post_form(&app, "/", "x=1", &navigate).await.set_cookies().is_empty());
    let yes = answered(&app, "choice=accept").await;
    assert_eq!(get(&app, "/", &[cross, ("cookie", &yes)]).await.set_cookies().len(), 1);
}

// D10
#[tokio::test]
async fn the_signal_is_told_to_the_visitor_and_kept_apart_in_caches() {
    let app = pages(opt_out());
    let (plain, signal) = (get(&app, "/", &[]).await, get(&app, "/", &[("sec-gpc", "1")]).await);
    assert_ne!(plain.dom().banner().text(), signal.dom().banner().text());
    assert!(plain.varies_on("sec-gpc") && signal.varies_on("sec-gpc"));
    assert!(!get(&pages(policy()), "/", &[]).await.varies_on("sec-gpc"), "it changes nothing under opt-in");
}

#[tokio::test]
async fn the_signal_is_in_the_state() {
    let state = get(&pages(opt_out()), "/cookie-consent/state", &[("sec-gpc", "1")]).await.json();
    assert_eq!(state["categories"]["analytics"], false);
    assert_eq!(state["decided"], false);
}
