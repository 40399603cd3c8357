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

#[track_caller]
fn assert_well_formed(document: &str) {
    let options = roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() };
    let parsed = roxmltree::Document::parse_with_options(document, options);
    parsed.unwrap_or_else(|error| panic!("{error}: {document}"));
}

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
    assert_well_formed(text);
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
        // A prefix means what the innermost element says that declares it, in whatever spelling.
        (
            "<p xmlns:h=\"http://www.w3.org/2000/svg\"><h:img src=\"//stats.example.net/p\"/></p>\
             <h:img src=\"//stats.example.net/p\"/><p xmlns:h=\"http://www.w3.org/2000/svg\"/>\
             <h:img src=\"//stats.example.net/p\"/><p xmlns=\"http://www.w3.org/1999/xhtm&#108;\">\
             <img src=\"//stats.example.net/p\"/></p>",
            "<p xmlns:h=\"http://www.w3.org/2000/svg\"><h:img src=\"//stats.example.net/p\"/></p>\
             <h:img data-consent-src=\"//stats.example.net/p\"/><p xmlns:h=\"http://www.w3.org/2000/svg\"/>\
             <h:img data-consent-src=\"//stats.example.net/p\"/><p xmlns=\"http://www.w3.org/1999/xhtm&#108;\">\
             <img data-consent-src=\"//stats.example.net/p\"/></p>",
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
        // It has no other that counts.
        (
            "<?xml-stylesheet style=\"a:url(//stats.example.net/a)\" src=\"//stats.example.net/a\"?>",
            "<?xml-stylesheet style=\"a:url(//stats.example.net/a)\" src=\"//stats.example.net/a\"?>",
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

#[tokio::test]
async fn cuts_make_no_difference_to_what_is_too_long_to_be_held() {
    let long = " ".repeat(20_000);
    for inside in [
        format!("<?xml-stylesheet {long} href='//stats.example.net/s.css'?>"),
        format!("<p></p {long} a='>'><img src='//stats.example.net/p'/>"),
        format!("<p></p {long} a='<br/>'><img src='//stats.example.net/p'/>"),
    ] {
        let document = format!("<html xmlns='http://www.w3.org/1999/xhtml'><body>{inside}</body></html>");
        let whole = page_with(&document, usize::MAX, &[]).await;
        assert_eq!(page_with(&document, 1000, &[]).await, whole);
    }
}

/// The page as a visitor with these headers gets it, in pieces of this size.
async fn page_with(document: &str, size: usize, headers: &[(&str, &str)]) -> String {
    let document = document.to_owned();
    let app = app(declared().build().unwrap(), move |_| {
        let pieces: Vec<_> =
            document.as_bytes().chunks(size).map(<[u8]>::to_vec).map(Ok::<_, Infallible>).collect();
        with(Body::from_stream(tokio_stream::iter(pieces)), &[XHTML])
    });
    // Of a long tag nobody knows what is still to come.
    get(&app, "/", headers).await.text().replacen("<body background=\"\"", "<body", 1)
}

/// The banner stands at `|`, and the link to the settings page at `^`.
#[tokio::test]
async fn the_body_is_found_by_the_rules_of_xml() {
    const XMLNS: &str = "xmlns=\"http://www.w3.org/1999/xhtml\"";
    let long =
        format!("<html {XMLNS}><head/><body class=\"{}>\">|<i>t</i>^</body></html>", "a".repeat(20_000));
    let documents = [
        format!("<html {XMLNS}><head><script/><title/></head><body>|<p/><div/><textarea/>t^</body></html>"),
        format!(
            "<html {XMLNS}>\n<body id='>'>|<!-- </body> --><![CDATA[</body>]]><?p </body>?>^</body ></html>"
        ),
        format!(
            "<!DOCTYPE html [<!ENTITY e '<body>'><!-- <body> '--><?p <body>?>]><html {XMLNS}><body>|<i>t</i>^</body></html>"
        ),
        format!(
            "<?p <body>?><!-- <body> --><html {XMLNS}><head><x:body xmlns:x='x'/></head><body>|<body/>^</body></html>"
        ),
        format!(
            "<html {XMLNS}><head><body></body></head><body>|<svg xmlns='s'><body>t</body></svg>^</body></html>"
        ),
        format!(
            "<h:html {XMLNS} xmlns:h='http://www.w3.org/1999/xhtml'><h:body>|<p>t</p>^</h:body></h:html>"
        ),
        long,
    ];
    let cookie = answered(&app(declared().build().unwrap(), |_| with("", &[])), "choice=reject").await;
    for document in &documents {
        let (before, rest) = document.split_once('|').unwrap();
        let (inside, behind) = rest.split_once('^').unwrap();
        let plain = [before, inside, behind].concat();
        let inserted = |page: &str| {
            let between = page.strip_prefix(before).and_then(|rest| rest.strip_suffix(behind));
            let parts = between.and_then(|between| between.rsplit_once(inside));
            let (start, end) = parts.unwrap_or_else(|| panic!("{document}\nhas become\n{page}"));
            (start.to_owned(), end.to_owned())
        };
        let sizes = if plain.len() < 1000 { [1, 3, usize::MAX] } else { [1000, 5000, usize::MAX] };
        for size in sizes {
            let page = page_with(&plain, size, &[]).await;
            assert_well_formed(&page);
            let (banner, none) = inserted(&page);
            assert!(banner.starts_with("<section id=\"cookie-consent\"") && none.is_empty(), "{page}");
            let page = page_with(&plain, size, &[("cookie", &cookie)]).await;
            assert_well_formed(&page);
            let (_, control) = inserted(&page);
            assert!(control.contains("<a id=\"cookie-consent-settings\""), "{control}");
        }
    }
}

#[tokio::test]
async fn what_is_no_xhtml_or_has_no_body_gets_no_banner() {
    for document in [
        "<html xmlns=\"http://www.example.net/\"><body>t</body></html>",
        "<feed xmlns=\"http://www.w3.org/1999/xhtml\"><body>t</body></feed>",
        "<html xmlns=\"http://www.w3.org/1999/xhtml\"><head/><body/></html>",
        "<html xmlns=\"http://www.w3.org/1999/xhtml\"><BODY>t</BODY></html>",
        "<html xmlns=\"http://www.w3.org/1999/xhtml\"><frameset><body>t</body></frameset></html>",
        "<html xmlns=\"http://www.w3.org/1999/xhtml\"><body xmlns=\"x\">t</body></html>",
        // What is inserted has no prefix, and would be of no namespace.
        "<h:html xmlns:h=\"http://www.w3.org/1999/xhtml\"><h:body>t</h:body></h:html>",
    ] {
        for size in [1, 7, usize::MAX] {
            assert_eq!(page_with(document, size, &[]).await, document);
        }
    }
}

#[tokio::test]
async fn the_language_of_an_xhtml_page_is_that_of_its_banner() {
    for lang in ["xml:lang='fr'", "lang='fr'", "lang='de' xml:lang='fr'"] {
        let document =
            format!("<html {lang} xmlns=\"http://www.w3.org/1999/xhtml\"><head/><body>t</body></html>");
        assert!(page_with(&document, 7, &[]).await.contains("lang=\"fr\" dir=\"ltr\""), "{lang}");
        let document = format!(
            "<html lang='de' xmlns=\"http://www.w3.org/1999/xhtml\"><head/><body {lang}>t</body></html>"
        );
        assert!(page_with(&document, 7, &[]).await.contains("lang=\"fr\" dir=\"ltr\""), "{lang}");
    }
}

#[tokio::test]
async fn style_sheets_in_xhtml_are_read_as_browsers_put_them_together() {
    for marked in [
        "<style>@import '|//stats.example.net/a.css'; a{b:url(/own)}</style>",
        "<style type=\"text/css\"><![CDATA[a > b {c:url(|https://stats.example.net/)}</style>]]></style><p/>",
        "<style>/*<![CDATA[*/ a{b:url(|//stats.example.net/)} /*]]>*/ c{d:url(|//stats.example.net/)}</style>",
        "<style>a{b:url(&quot;|//stats.<!-- > -->exa<?p >?>mple.net/&quot;)} <!-- url(//stats.example.net/) --></style>",
        "<s:svg><s:style>@im<![CDATA[port \"|//sta]]>ts.example.net/\";</s:style></s:svg>",
        "<style/><p>url(//stats.example.net/)</p>",
    ] {
        let plain: &'static str = marked.replace('|', "").leak();
        let expected = marked.replace('|', "about:blank#");
        for size in [1, 7, usize::MAX] {
            assert_eq!(gated(declared(), DOCTYPE, plain, size).await, expected);
        }
    }
}

#[tokio::test]
async fn a_script_whose_text_goes_on_behind_an_element_waits() {
    for inside in ["<script>1<br/></script>", "<script>1<b></b>2</script>", "<s:script>1<s:g/></s:script>"] {
        let expected = inside.replacen("script", "script type=\"text/plain\"", 1);
        for size in [1, 7, usize::MAX] {
            assert_eq!(gated(declared(), DOCTYPE, inside, size).await, expected);
        }
    }
}
