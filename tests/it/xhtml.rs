//! What XML asks of markup that HTML does not.

use std::convert::Infallible;

use axum::body::Body;
use tower_consent::{Category, Delivery, Policy, PolicyBuilder};

use crate::support::{answered, app, get, policy, with};

#[tokio::test]
async fn an_xhtml_page_stays_well_formed() {
    let page = "<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"fr\"><head><title>é</title>\
                </head><body><p/></body></html>";
    let app = app(policy(), move |_| with(page, &[("content-type", "application/xhtml+xml")]));
    let cookie = answered(&app, "choice=accept").await;
    for headers in [&[][..], &[("cookie", cookie.as_str())]] {
        let reply = get(&app, "/?a&b='", headers).await;
        let body = reply.text();
        assert!(body.contains("data-consent-ui"), "{body}");
        // Every attribute has a value and every element an end, which is where HTML and XML differ.
        let mut open = Vec::new();
        for tag in body.split('<').skip(1).map(|rest| rest.split('>').next().unwrap()) {
            let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap();
            match tag {
                _ if tag.ends_with('/') => {}
                _ if tag.starts_with('/') => assert_eq!(open.pop(), Some(name), "{body}"),
                _ => open.push(name),
            }
            let attributes = tag.split_once(' ').map_or("", |(_, attributes)| attributes);
            let outside_quotes = attributes.split('"').step_by(2).collect::<Vec<_>>().join(" ");
            let names = outside_quotes.split(' ').filter(|name| !matches!(*name, "" | "/"));
            for name in names {
                assert!(name.ends_with('='), "{name:?} of <{tag}>");
            }
        }
        assert!(open.is_empty(), "{open:?}");
    }
}

const XHTML: (&str, &str) = ("content-type", "application/xhtml+xml");

fn declared() -> PolicyBuilder {
    let analytics = Category::analytics().origin("https://stats.example.net");
    Policy::builder("Example SAS", "privacy@example.com").category(analytics)
}

/// It has what else looks like an end.
const DOCTYPE: &str = "<!DOCTYPE html [<!-- it's one --><!ENTITY e \"a>b\">]>";

/// A page with this in its body, once nothing is allowed, without what is the layer's own.
async fn gated(policy: PolicyBuilder, doctype: &'static str, inside: &'static str, size: usize) -> String {
    let page = move |_| {
        let page = format!(
            "<?xml version=\"1.0\"?>{doctype}\
             <html xmlns=\"http://www.w3.org/1999/xhtml\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" \
             xmlns:s=\"http://www.w3.org/2000/svg\" xmlns:h=\"http://www.w3.org/1999/xhtml\">\
             <head><title>t</title></head><body>{inside}</body></html>"
        );
        let pieces: Vec<_> =
            page.as_bytes().chunks(size).map(<[u8]>::to_vec).map(Ok::<_, Infallible>).collect();
        with(Body::from_stream(tokio_stream::iter(pieces)), &[XHTML])
    };
    let reply = get(&app(policy.build().unwrap(), page), "/", &[("sec-fetch-dest", "iframe")]).await;
    let text = reply.text();
    let options = roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() };
    roxmltree::Document::parse_with_options(text, options).unwrap_or_else(|error| panic!("{error}: {text}"));
    let body = text.split_once("<body>").unwrap().1;
    body.strip_suffix("</body></html>").unwrap().to_owned()
}

// Each stays well-formed: a parser that conforms reads the whole page.
#[tokio::test]
async fn what_xhtml_loads_is_gated() {
    for (inside, expected) in [
        ("<img src=\"//stats.example.net/p\"/>", "<img data-consent-src=\"//stats.example.net/p\"/>"),
        ("<h:img src='//stats.example.net/p'/>", "<h:img data-consent-src='//stats.example.net/p'/>"),
        // Nothing behind it is the script's text.
        (
            "<script src=\"//stats.example.net/a.js\"/><img src=\"//stats.example.net/p\"/>",
            "<script type=\"text/plain\" data-consent-src=\"//stats.example.net/a.js\"/>\
             <img data-consent-src=\"//stats.example.net/p\"/>",
        ),
        (
            "<script type=\"module\" src=\"//stats.example.net/a.js\"></script>",
            "<script type=\"text/plain\" data-consent-type=\"module\" \
             data-consent-src=\"//stats.example.net/a.js\"></script>",
        ),
        (
            "<script type=\"text/javascript\"><![CDATA[1 < 2 && '</script>'; fbq('init'); \
             'https://connect.facebook.net/en_US/fbevents.js']]></script><br/>",
            "<script type=\"text/plain\" data-consent-type=\"text/javascript\"><![CDATA[1 < 2 && '</script>'; \
             fbq('init'); 'https://connect.facebook.net/en_US/fbevents.js']]></script><br/>",
        ),
        (
            "<script>fbq(&quot;init&quot;); &#39;https://connect.facebook.net/en_US/fbevents.js&#39;</script>",
            "<script type=\"text/plain\">fbq(&quot;init&quot;); \
             &#39;https://connect.facebook.net/en_US/fbevents.js&#39;</script>",
        ),
        // A prefix that no namespace is declared for is not well-formed.
        (
            "<svg xmlns=\"http://www.w3.org/2000/svg\"><image xlink:href=\"https://stats.example.net/p\"/>\
             <foreignObject><img xmlns=\"http://www.w3.org/1999/xhtml\" src=\"//stats.example.net/p\"/>\
             </foreignObject></svg><s:image href=\"//stats.example.net/p\"/>",
            "<svg xmlns=\"http://www.w3.org/2000/svg\"><image xlink:href=\"about:blank#https://stats.example.net/p\"/>\
             <foreignObject><img xmlns=\"http://www.w3.org/1999/xhtml\" data-consent-src=\"//stats.example.net/p\"/>\
             </foreignObject></svg><s:image data-consent-href=\"//stats.example.net/p\"/>",
        ),
        (
            "<s:svg><img src=\"//stats.example.net/p\"/></s:svg>",
            "<s:svg><img data-consent-src=\"//stats.example.net/p\"/></s:svg>",
        ),
        // No attribute may be there twice.
        (
            "<img src=\"//stats.example.net/p\" data-consent-src=\"/own\"/>",
            "<img data-consent-data-consent-src=\"//stats.example.net/p\" data-consent-src=\"/own\"/>",
        ),
        (
            "<iframe name=\"n\" src=\"//stats.example.net/f\"></iframe>",
            "<iframe name=\"consent-withheld-1\" data-consent-name=\"n\" \
             data-consent-src=\"//stats.example.net/f\"></iframe>",
        ),
        (
            "<p data-consent=\"!necessary\" hidden=\"\"/>",
            "<p hidden=\"\" data-consent=\"!necessary\" data-consent-hidden=\"\"/>",
        ),
        // Case matters.
        (
            "<img SRC=\"/own\" src=\"//stats.example.net/p\"/>",
            "<img SRC=\"/own\" data-consent-src=\"//stats.example.net/p\"/>",
        ),
        (
            "<div data-consent=\"analytics\"><p/><img src=\"/own\"/></div><img src=\"/own\"/>",
            "<div data-consent=\"analytics\"><p/><img data-consent-src=\"/own\"/></div><img src=\"/own\"/>",
        ),
        // In XML these are elements as others are.
        (
            "<noscript><img src=\"//stats.example.net/p\"/></noscript>\
             <textarea><img src=\"//stats.example.net/p\"/></textarea>",
            "<noscript><img data-consent-src=\"//stats.example.net/p\"/></noscript>\
             <textarea><img data-consent-src=\"//stats.example.net/p\"/></textarea>",
        ),
        // These are text.
        (
            "<![CDATA[<img src=\"//stats.example.net/p\"/>]]><!-- <img src=\"//stats.example.net/p\"/> -->\
             <?p <img src=\"//stats.example.net/p\"/>?>",
            "<![CDATA[<img src=\"//stats.example.net/p\"/>]]><!-- <img src=\"//stats.example.net/p\"/> -->\
             <?p <img src=\"//stats.example.net/p\"/>?>",
        ),
        (
            "<?xml-stylesheet type=\"text/css\" href=\"//stats.example.net/s.css\"?>",
            "<?xml-stylesheet type=\"text/css\" data-consent-href=\"//stats.example.net/s.css\"?>",
        ),
    ] {
        for size in [1, 7, usize::MAX] {
            assert_eq!(gated(declared(), DOCTYPE, inside, size).await, expected);
        }
    }
}

#[tokio::test]
async fn xhtml_for_all_visitors_stays_well_formed() {
    let inside = "<img src=\"//stats.example.net/p\" data-consent-needs=\"x\"/>";
    let expected = "<img data-consent-needs=\"analytics\" data-consent-src=\"//stats.example.net/p\" \
                    data-consent-data-consent-needs=\"x\"/>";
    let text = gated(declared().delivery(Delivery::Shared), "", inside, usize::MAX).await;
    assert!(text.contains(expected), "{text}");
}

#[tokio::test]
async fn a_tag_that_is_too_long_to_be_held_stays_well_formed() {
    let inside =
        Box::leak(format!("<img src=\"/own\" alt=\"{}\"/><br/>", "a".repeat(20_000)).into_boxed_str());
    for size in [1000, usize::MAX] {
        let text = gated(declared(), DOCTYPE, inside, size).await;
        assert!(text.starts_with("<img srcset=\"\" attributionsrc=\"\" src=\"/own\""), "{}", &text[..80]);
    }
}
