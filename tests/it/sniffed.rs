//! Responses that do not say what they are, which browsers judge by what they begin with.

use axum::Router;
use tower_consent::{Category, Policy};

use crate::support::{app, get, with};

const OPENED: (&str, &str) = ("sec-fetch-dest", "document");

fn site(body: &'static str, headers: &'static [(&'static str, &'static str)]) -> Router {
    let policy = Policy::builder("Example SAS", "privacy@example.com")
        .category(Category::analytics().origin("https://stats.example.net"))
        .build()
        .unwrap();
    app(policy, move |_| with(body, headers))
}

const PAGE: &str =
    "<!doctype html><html lang=en><title>T</title><body><img src=https://stats.example.net/1></body></html>";

#[tokio::test]
async fn a_page_that_does_not_say_so_is_gated_and_asks() {
    for headers in [
        &[][..],
        &[("content-type", "*/*")],
        &[("content-type", "html")],
        &[("content-type", "")],
        &[("content-type", "unknown/unknown")],
        &[("content-type", "Application/Unknown; charset=utf-8")],
    ] {
        let app = site(PAGE, headers);
        for asked in [OPENED, ("accept", "text/html,*/*;q=0.8")] {
            let page = get(&app, "/", &[asked]).await;
            assert!(page.text().contains("id=\"cookie-consent\""), "{headers:?}: {}", page.text());
            assert!(page.text().contains("<img data-consent-src="), "{headers:?}: {}", page.text());
            assert!(page.header("cache-control").contains("private"));
        }
        let framed = get(&app, "/", &[("sec-fetch-dest", "iframe")]).await;
        assert!(
            !framed.text().contains("id=\"cookie-consent\"") && framed.text().contains(" data-consent-src=")
        );
        let fetched = get(&app, "/", &[("sec-fetch-dest", "empty")]).await;
        assert_eq!(fetched.text(), PAGE);
    }
}

#[tokio::test]
async fn what_browsers_take_for_something_else_stays_as_it_is() {
    for body in
        ["plain <b>text</b>", "%PDF-1.7 <img src=https://stats.example.net/1>", "", " ", "<", "{\"a\":1}"]
    {
        let sent = get(&site(body, &[]), "/", &[OPENED]).await;
        assert_eq!(sent.text(), body);
    }
    for headers in [
        &[("x-content-type-options", "nosniff")][..],
        &[("content-type", "text/plain")],
        &[("content-type", "application/octet-stream")],
        &[("content-disposition", "attachment")],
    ] {
        assert_eq!(get(&site(PAGE, headers), "/", &[OPENED]).await.text(), PAGE, "{headers:?}");
    }
}

#[tokio::test]
async fn xml_that_does_not_say_so_is_gated_by_the_rules_of_xml() {
    let body = "<?xml version='1.0'?><h:html xmlns:h='http://www.w3.org/1999/xhtml'><h:body>\
                <h:img src='https://stats.example.net/1'/></h:body></h:html>";
    let sent = get(&site(body, &[]), "/", &[OPENED]).await;
    assert!(sent.text().contains("<h:img data-consent-src="), "{}", sent.text());
    roxmltree::Document::parse(sent.text()).unwrap();
}
