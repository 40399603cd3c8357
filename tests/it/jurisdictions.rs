//! Whose rules apply: by a trusted header or a closure, and the strictest where nobody knows.

use axum::Router;
use tower_consent::{Basis, Category, ConsentLayer, Delivery, Jurisdiction, Policy};

use crate::support::{answered, app, app_with, declared, get, post_form, setting, with};

fn policy() -> Policy {
    declared()
        .jurisdiction_header("cf-ipcountry")
        .place("*", Jurisdiction::Off)
        .place("US", Jurisdiction::Off)
        .place("US-CA", Jurisdiction::UsOptOut)
        .build()
        .unwrap()
}

fn site() -> Router {
    app(policy(), setting(&["_ga=1"]))
}

/// What a new visitor meets: whether analytics is allowed, and whether there is a banner.
async fn first_visit(app: &Router, headers: &[(&str, &str)]) -> (bool, bool) {
    let reply = get(app, "/", headers).await;
    (!reply.set_cookies().is_empty(), reply.has_banner())
}

#[tokio::test]
async fn the_rules_are_those_of_the_place_that_the_trusted_header_names() {
    let app = site();
    for (place, expected) in [
        ("DE", (false, true)),
        ("fr", (false, true)),
        ("NO", (false, true)),
        ("GB", (false, true)),
        ("US-CA", (true, true)),
        ("us-ca", (true, true)),
        ("US", (true, false)),
        ("US-TX", (true, false)),
        ("BR", (true, false)),
    ] {
        assert_eq!(first_visit(&app, &[("cf-ipcountry", place)]).await, expected, "{place}");
    }
}

#[tokio::test]
async fn places_overseas_have_the_rules_of_the_law_that_holds_there() {
    let app = site();
    for place in
        ["GF", "GP", "MQ", "RE", "YT", "MF", "BL", "PM", "NC", "PF", "WF", "TF", "AX", "GI", "GG", "JE", "IM"]
    {
        let reply = get(&app, "/", &[("cf-ipcountry", place)]).await;
        assert!(reply.set_cookies().is_empty() && reply.has_banner(), "{place}");
    }
    let measuring =
        Category::analytics().cookie("_pk_id.*").vendor("matomo").basis(Basis::AudienceMeasurement);
    let policy =
        Policy::builder("E", "e@example.com").category(measuring).jurisdiction_header("cf-ipcountry");
    let app = app_with(ConsentLayer::new(policy.build().unwrap()), setting(&["_pk_id.1=1"]));
    for (place, is_exempt) in
        [("FR", true), ("RE", true), ("NC", true), ("AX", false), ("GI", false), ("JE", false)]
    {
        assert_eq!(first_visit(&app, &[("cf-ipcountry", place)]).await.0, is_exempt, "{place}");
    }
}

#[tokio::test]
async fn an_unknown_place_means_the_strictest_rules() {
    let app = site();
    for place in [
        "",
        "XX",
        "T1",
        "ZZ",
        "EU",
        "AP",
        "UK",
        "EL",
        "EA",
        "IC",
        "QQ",
        "USA",
        "California",
        "U\u{e9}",
        "US, DE",
    ] {
        assert_eq!(first_visit(&app, &[("cf-ipcountry", place)]).await, (false, true), "{place}");
    }
    assert_eq!(first_visit(&app, &[]).await, (false, true));
    let twice = [("cf-ipcountry", "US"), ("cf-ipcountry", "US")];
    assert_eq!(first_visit(&app, &twice).await, (false, true), "one of them is the visitor's own");
}

#[tokio::test]
async fn a_region_may_come_in_a_header_of_its_own() {
    let policy = declared()
        .jurisdiction_header("x-country")
        .jurisdiction_region_header("x-region")
        .place("US-UT", Jurisdiction::Off)
        .build();
    let app = app(policy.unwrap(), setting(&["_ga=1"]));
    for (region, has_banner) in [("UT", false), ("US-UT", false), ("CA", true)] {
        let reply = get(&app, "/", &[("x-country", "US"), ("x-region", region)]).await;
        assert_eq!(reply.has_banner(), has_banner, "{region}");
        assert!(reply.varies_on("x-country") && reply.varies_on("x-region"));
    }
}

#[tokio::test]
async fn pages_vary_on_the_trusted_header_and_stay_private() {
    for place in ["DE", "US-CA", "US"] {
        let reply = get(&site(), "/", &[("cf-ipcountry", place)]).await;
        assert!(reply.varies_on("cf-ipcountry"), "{place}");
        assert!(reply.header("cache-control").starts_with("private"), "{place}");
        assert_eq!(reply.varies_on("sec-gpc"), place != "DE", "{place}: only where it changes anything");
    }
}

#[tokio::test]
async fn each_banner_offers_what_its_rules_call_for() {
    let labels = async |place: &str| {
        let page = get(&site(), "/", &[("cf-ipcountry", place)]).await;
        let buttons = page.dom().banner().by_name("button");
        buttons.iter().map(crate::support::dom::Element::text).collect::<Vec<_>>()
    };
    assert_eq!(labels("DE").await, ["Accept", "Reject"]);
    assert_eq!(labels("US-CA").await, ["Accept", "Opt out"]);
    let settings = get(&site(), "/cookie-consent", &[("cf-ipcountry", "US-CA")]).await;
    assert!(settings.text().contains("Opt out of all"));
}

#[tokio::test]
async fn the_signal_wins_where_the_law_says_so_and_an_explicit_yes_elsewhere() {
    let app = site();
    let yes = answered(&app, "choice=accept").await;
    for (place, allowed) in [("DE", true), ("US-CA", false)] {
        let headers = [("cf-ipcountry", place), ("sec-gpc", "1"), ("cookie", yes.as_str())];
        assert_eq!(first_visit(&app, &headers).await.0, allowed, "{place}");
    }
}

#[tokio::test]
async fn a_no_holds_wherever_the_visitor_goes() {
    let app = site();
    let no = answered(&app, "choice=reject").await;
    for place in ["DE", "US-CA", "US", "BR"] {
        let headers = [("cf-ipcountry", place), ("cookie", no.as_str())];
        assert_eq!(first_visit(&app, &headers).await, (false, false), "{place}");
    }
}

#[tokio::test]
async fn answers_are_remembered_as_long_as_the_rules_say() {
    let app = site();
    for (place, days) in [("DE", 184), ("US-CA", 366)] {
        let reply = post_form(&app, "/cookie-consent", "choice=reject", &[("cf-ipcountry", place)]).await;
        let max_age = format!("Max-Age={}", days * 24 * 60 * 60);
        assert!(reply.set_cookies()[0].contains(&max_age), "{place}: {:?}", reply.set_cookies());
    }
}

#[tokio::test]
async fn a_closure_may_say_and_leaves_the_rest_to_the_header() {
    let layer = ConsentLayer::new(policy())
        .jurisdiction(|parts| parts.uri.path().starts_with("/us").then_some(Jurisdiction::UsOptOut));
    let app = app_with(layer, setting(&["_ga=1"]));
    assert!(!get(&app, "/us", &[("cf-ipcountry", "DE")]).await.set_cookies().is_empty());
    assert!(get(&app, "/", &[("cf-ipcountry", "DE")]).await.set_cookies().is_empty());
    assert!(!get(&app, "/", &[("cf-ipcountry", "BR")]).await.set_cookies().is_empty());
}

#[tokio::test]
async fn a_closure_that_knows_nothing_means_the_strictest_rules_and_pages_for_one() {
    let shared = declared().model(tower_consent::Model::OptOut).delivery(Delivery::Shared).build().unwrap();
    let app = app_with(ConsentLayer::new(shared).jurisdiction(|_| None), setting(&["_ga=1"]));
    let reply = get(&app, "/", &[]).await;
    assert!(reply.set_cookies().is_empty());
    assert!(reply.header("cache-control").starts_with("private"));
}

#[test]
fn what_makes_no_sense_is_found_when_the_policy_is_built() {
    let key = |policy: Result<Policy, tower_consent::PolicyError>| {
        policy.unwrap_err().findings()[0].key().to_owned()
    };
    for delivery in [Delivery::Shared, Delivery::Auto] {
        let policy = declared().jurisdiction_header("cf-ipcountry").delivery(delivery).build();
        assert_eq!(key(policy), "jurisdiction.header");
    }
    assert_eq!(key(declared().jurisdiction_header("no header").build()), "jurisdiction.header");
    assert_eq!(key(declared().place("US", Jurisdiction::Off).build()), "jurisdiction.header");
    let place = |code| declared().jurisdiction_header("x").place(code, Jurisdiction::Off).build();
    for code in ["", "us", "USA", "US-", "US-CALI", "**"] {
        assert_eq!(key(place(code)), format!("jurisdiction.places.{code}"));
    }
}

#[tokio::test]
async fn a_file_says_the_same() {
    let text = r#"
        [controller]
        name    = "E"
        contact = "e@example.com"

        [jurisdiction]
        header = "cf-ipcountry"
        places = { US = "off", US-CA = "us-optout" }

        [[category]]
        id = "analytics"
        vendors = ["google-analytics"]
    "#;
    let app = app(Policy::from_toml(text).unwrap(), setting(&["_ga=1"]));
    assert_eq!(first_visit(&app, &[("cf-ipcountry", "US-CA")]).await, (true, true));
    assert_eq!(first_visit(&app, &[("cf-ipcountry", "US")]).await, (true, false));
    let wrong = text.replace("us-optout", "usa");
    let error = Policy::from_toml(&wrong).unwrap_err();
    assert_eq!(error.findings()[0].key(), "jurisdiction.places.US-CA");
}

#[tokio::test]
async fn a_us_visitor_sees_that_the_signal_was_honoured_and_finds_the_toggle_off() {
    let app = site();
    let yes = answered(&app, "choice=accept").await;
    let us = [("cf-ipcountry", "US-CA"), ("sec-gpc", "1")];
    for cookie in ["", yes.as_str()] {
        let headers = [us[0], us[1], ("cookie", cookie)];
        let page = get(&app, "/", &headers).await;
        assert!(!page.has_banner(), "nothing is left to ask");
        let text = page.text();
        let status = text.split("role=\"status\"").nth(1).unwrap();
        assert!(status.contains("Opt-Out Request Honored"), "{text}");
        assert!(page.set_cookies().is_empty());
        let settings = get(&app, "/cookie-consent", &headers).await;
        assert!(settings.text().contains("Opt-Out Request Honored"));
        assert!(!settings.text().contains(" checked"));
    }
    for headers in [[us[0], ("sec-gpc", "0")], [("cf-ipcountry", "DE"), us[1]]] {
        assert!(!get(&app, "/", &headers).await.text().contains("Opt-Out Request Honored"), "{headers:?}");
    }
}

#[tokio::test]
async fn every_us_page_links_to_the_privacy_choices() {
    let app = site();
    let no = answered(&app, "choice=reject").await;
    for cookie in ["", no.as_str()] {
        for (place, expected) in [("US-CA", true), ("DE", false)] {
            let page = get(&app, "/", &[("cf-ipcountry", place), ("cookie", cookie)]).await;
            assert_eq!(page.text().contains(">Your Privacy Choices</a>"), expected, "{place} {cookie}");
        }
    }
}

// Garante, 10 June 2021, section 7.1
#[tokio::test]
async fn in_italy_the_banner_can_be_closed_which_is_a_no() {
    const CLOSE: &str = "<button data-consent-ui=\"\" class=\"consent-close\" name=\"choice\" value=\"reject\" \
                         aria-label=\"Reject\" title=\"Reject\">&#215;</button></form>";
    let page = |_| {
        let csp = ("content-security-policy", "default-src 'none'; form-action 'self'");
        with(
            "<!DOCTYPE html><html lang=en><title>T</title><body>x",
            &[("content-type", "text/html"), csp, ("etag", "\"1\"")],
        )
    };
    let builder = || Policy::builder("E", "e@example.com").category(Category::analytics().cookie("_an"));
    let placed = || builder().jurisdiction_header("cf-ipcountry");
    let app = app(placed().build().unwrap(), page);
    let mut tags = Vec::new();
    for (country, closes) in [("IT", true), ("FR", false), ("", false)] {
        let reply = get(&app, "/", &[("cf-ipcountry", country)]).await;
        assert_eq!(reply.text().matches(CLOSE).count(), usize::from(closes), "{country}");
        assert_eq!(reply.text().matches("consent-close").count() > 0, closes, "{country}");
        // Of what a script may put in place of the banner, and the script, too.
        let styles = reply.text().matches("<style data-consent-ui").count();
        assert_eq!(
            reply.header("content-security-policy").matches("sha256-").count(),
            styles + 2,
            "{country}"
        );
        tags.push(reply.header("etag"));
    }
    assert_ne!(tags[0], tags[1]);
    // A site's own banner has it too, and its own looks.
    let policy = placed().layout(tower_consent::Layout::Unstyled).build().unwrap();
    let own = ConsentLayer::new(policy).banner(|banner| {
        let mut out = banner.message();
        for choice in banner.choices() {
            out += &format!("<button name=choice value={}>{}</button>", choice.value, choice.label);
        }
        out + &format!("<a href=\"{}\">More</a>", banner.settings_href())
    });
    let reply = get(&app_with(own.unwrap(), page), "/", &[("cf-ipcountry", "IT")]).await;
    assert!(
        reply.text().contains(CLOSE) && !reply.text().contains("button.consent-close"),
        "{}",
        reply.text()
    );
}
