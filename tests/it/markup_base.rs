//! Where addresses start from, and how they are read.

use tower_consent::{Category, Policy};

use crate::{
    markup_gate::{check, sent},
    support::{app, get, visitors, with},
};

#[tokio::test]
async fn a_base_that_is_none_changes_nothing() {
    for base in ["data:text/plain,x", "javascript:0", "data:text/html,<p>"] {
        let pages = sent(&format!(
            "<base href=\"{base}\"><img src=\"//x.ads.example/p.gif\"><script src=//stats.example.net/a.js></script>"
        ))
        .await;
        check(
            &pages,
            "<img src=\"//x.ads.example/p.gif\">",
            "<img data-consent-src=\"//x.ads.example/p.gif\">",
        );
        check(
            &pages,
            "<script src=//stats.example.net/a.js></script>",
            "<script type=\"text/plain\" data-consent-src=//stats.example.net/a.js></script>",
        );
    }
}

#[tokio::test]
async fn a_base_that_leads_to_what_is_denied_leads_nowhere() {
    for (markup, inert) in [
        (
            "<img src=late.gif><base href=\"https://x.ads.example/\"><img src=a>",
            "<img src=late.gif><base data-consent-href=\"https://x.ads.example/\"><img data-consent-src=a>",
        ),
        (
            "<noscript><base href=//x.ads.example/></noscript>",
            "<noscript><base data-consent-href=//x.ads.example/></noscript>",
        ),
        (
            "<base href=/a/><base href=//x.ads.example/>",
            "<base href=/a/><base data-consent-href=//x.ads.example/>",
        ),
    ] {
        check(&sent(markup).await, markup, inert);
    }
}

#[tokio::test]
async fn behind_what_is_seen_of_a_long_tag_nothing_counts_that_would_load() {
    let long = "A".repeat(20_000);
    for (element, inserted, rest) in [
        ("meta", " http-equiv", "http-equiv=refresh content=\"0;url=https://x.ads.example/\""),
        ("base", " href", "href=\"https://x.ads.example/\""),
    ] {
        let markup = format!("<{element} title=\"{long}\" {rest}>");
        let [undecided, yes, no] = sent(&markup).await;
        assert!(yes.contains(&markup));
        for page in [undecided, no] {
            let tag = page.split_once(&format!("<{element}{inserted}")).map(|(_, rest)| rest);
            assert!(tag.is_some_and(|rest| rest.starts_with(" title=")), "{element}: {}", &page[..300]);
        }
    }
}

#[tokio::test]
async fn an_address_without_slashes_is_read_for_either_scheme_of_the_page() {
    let markup = "<img src=\"https:stats.example.net/1\"><script src=\"http:stats.example.net/2\"></script>";
    let inert = "<img data-consent-src=\"https:stats.example.net/1\">\
                 <script type=\"text/plain\" data-consent-src=\"http:stats.example.net/2\"></script>";
    check(&sent(markup).await, markup, inert);
}

#[tokio::test]
async fn a_path_in_percent_code_is_the_same_path() {
    let markup = "<img src=\"https://video.example/%65mbed/x\">";
    check(&sent(markup).await, markup, "<img data-consent-src=\"https://video.example/%65mbed/x\">");
}

#[tokio::test]
async fn a_host_in_the_encoding_of_the_page_may_be_any() {
    // A soft hyphen in windows-1252, which browsers drop from hosts (UTS 46).
    const PAGE: &[u8] =
        b"<!DOCTYPE html><html lang=en><title>T</title><img src=\"https://sta\xadts.example.net/a\">\
        <img src=\"/caf\xe9.png\">";
    let policy = Policy::builder("Example SAS", "privacy@example.com")
        .category(Category::analytics().origin("https://stats.example.net"));
    let app =
        app(policy.build().unwrap(), |_| with(PAGE, &[("content-type", "text/html; charset=windows-1252")]));
    for (visitor, cookie) in visitors(&app).await.iter().enumerate() {
        let page = get(&app, "/", &[("cookie", cookie)]).await;
        let holds = |part: &[u8]| page.body.windows(part.len()).any(|window| window == part);
        assert_eq!(holds(b"<img src=\"https://sta\xadts"), visitor == 1);
        assert_eq!(holds(b"<img data-consent-src=\"https://sta\xadts"), visitor != 1);
        assert!(holds(b"<img src=\"/caf\xe9.png\">"), "its own stay");
    }
}
