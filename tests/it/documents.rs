//! What is no HTML page and is gated all the same: XML that a browser opens, and changes to a page. And
//! what cannot be read.

use axum::Router;
use tower_consent::{Category, Csp, Policy, PolicyBuilder};

use crate::support::{app, get, visitors, with};

fn declared() -> PolicyBuilder {
    Policy::builder("Example SAS", "privacy@example.com")
        .category(Category::analytics().origin("https://stats.example.net"))
        .category(Category::marketing().vendor("meta-pixel"))
}

const KEPT: [(&str, &str); 3] =
    [("etag", "\"v1\""), ("cache-control", "public, max-age=600"), ("vary", "Accept")];

fn site(kind: &'static str, body: &'static str) -> Router {
    app(declared().build().unwrap(), move |_| with(body, &[&[("content-type", kind)][..], &KEPT].concat()))
}

const SVG: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\"><script href=\"https://stats.example.net/a.js\"/>\
                   <script><![CDATA[fbq('init'); 'https://connect.facebook.net/en_US/fbevents.js']]></script>\
                   <image href=\"https://stats.example.net/p\"/></svg>";
const XML: &str = "<?xml version=\"1.0\"?><r xmlns:h=\"http://www.w3.org/1999/xhtml\">\
                   <h:script src=\"https://stats.example.net/a.js\"/><i><![CDATA[<img src=//stats.example.net/>]]></i></r>";
const INERT_XML: &str = "<?xml version=\"1.0\"?><r xmlns:h=\"http://www.w3.org/1999/xhtml\">\
     <h:script type=\"text/plain\" data-consent-src=\"https://stats.example.net/a.js\"/><i><![CDATA[<img src=//stats.example.net/>]]></i></r>";

#[tokio::test]
async fn xml_that_a_browser_opens_is_gated_and_carries_no_banner() {
    for destination in ["document", "iframe", "object", "embed"] {
        for (kind, body, inert) in [
            ("text/xml", XML, INERT_XML),
            ("application/xml; charset=utf-8", XML, INERT_XML),
            ("application/atom+xml", XML, INERT_XML),
        ] {
            let app = site(kind, body);
            let [undecided, yes, no] = visitors(&site("text/html", "<p>")).await;
            for (cookie, expected) in [(undecided, inert), (yes, body), (no, inert)] {
                let asks = [("sec-fetch-dest", destination), ("cookie", &cookie)];
                let reply = get(&app, "/", &asks).await;
                assert_eq!(reply.text(), expected, "{destination} {kind}");
                assert_eq!(reply.header("cache-control"), "private, no-cache");
                assert!(reply.varies_on("cookie") && reply.header("etag") != "\"v1\"");
            }
        }
    }
}

#[tokio::test]
async fn a_drawing_by_itself_loads_nothing_that_is_denied() {
    let reply = get(&site("application/xml", SVG), "/", &[("sec-fetch-dest", "document")]).await;
    let text = reply.text();
    assert!(text.contains("data-consent-href=\"https://stats.example.net/a.js\""), "{text}");
    assert!(text.contains("<image data-consent-href=\"https://stats.example.net/p\"/>"), "{text}");
}

// As an image it loads nothing, and as data it is none of ours.
#[tokio::test]
async fn xml_that_is_not_opened_stays_as_it_is() {
    for asks in [
        &[("sec-fetch-dest", "image")][..],
        &[("sec-fetch-dest", "empty")],
        &[("sec-fetch-dest", "style")],
        // Programs that read feeds say that they accept HTML as well.
        &[("accept", "application/rss+xml, text/html")],
        &[],
    ] {
        let reply = get(&site("application/xml", SVG), "/", asks).await;
        assert_eq!(reply.text(), SVG, "{asks:?}");
        for (name, value) in KEPT {
            assert_eq!(reply.lines(name), [value], "{asks:?}");
        }
        assert_eq!(reply.header("content-length"), SVG.len().to_string());
    }
}

#[tokio::test]
async fn changes_to_a_page_are_gated_like_its_parts() {
    let stream = "<turbo-stream action=\"append\" target=\"x\"><template><img src=https://stats.example.net/p>\
                  <tr><td>x</template></turbo-stream>";
    let inert = stream.replace("<img src", "<img data-consent-src");
    let app = site("text/vnd.turbo-stream.html; charset=utf-8", stream);
    let [undecided, yes, no] = visitors(&site("text/html", "<p>")).await;
    for (cookie, expected) in [(&undecided, &*inert), (&yes, stream), (&no, &*inert)] {
        for accept in ["text/vnd.turbo-stream.html, text/html, application/xhtml+xml", "*/*"] {
            let asks = [("sec-fetch-dest", "empty"), ("accept", accept), ("cookie", cookie)];
            let reply = get(&app, "/", &asks).await;
            assert_eq!(reply.text(), expected);
            assert_eq!(reply.header("cache-control"), "private, no-cache");
        }
    }
}

// Nothing is written into what cannot be read; its head is gated.
#[tokio::test]
async fn a_page_in_an_encoding_that_hides_its_markup_keeps_to_a_policy() {
    const CSP: &str = "content-security-policy";
    let page = "<html><body><img src=https://stats.example.net/p></body></html>";
    for (charset, is_read) in [
        ("iso-2022-jp", false),
        ("UTF-16LE", false),
        ("hz-gb-2312", false),
        ("utf-7", true),
        ("utf-32", true),
        ("shift_jis", true),
    ] {
        for own in [None, Some("default-src 'self'; img-src 'self' https://stats.example.net")] {
            let policy = declared().csp(Csp::Enforce).build().unwrap();
            let app = app(policy, move |_| {
                let kind = format!("text/html; charset={charset}");
                let own = own.map(|own| (CSP, own));
                with(page, &[("content-type", &*kind)].into_iter().chain(own).collect::<Vec<_>>())
            });
            let reply = get(&app, "/", &[("sec-fetch-dest", "document")]).await;
            let policies = reply.lines(CSP);
            assert_eq!(policies.len(), 1, "{charset}");
            assert!(!policies[0].contains("stats."), "{charset} {policies:?}");
            assert_eq!(reply.text().contains("data-consent-src"), is_read, "{charset}");
            assert_eq!(reply.text() == page, !is_read, "{charset}");
        }
    }
}
