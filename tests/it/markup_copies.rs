//! What is loaded by HTML that carries no banner: gated all the same.

use std::convert::Infallible;

use axum::{Router, body::Body};
use tower_consent::{BannerRendered, Category, ConsentLayer, Delivery, Enforcement, Policy, PolicyBuilder};

use crate::support::{app, app_with, get, request, send, visitors, with, with_status};

fn declared() -> PolicyBuilder {
    Policy::builder("Example SAS", "privacy@example.com")
        .category(Category::analytics().origin("https://stats.example.net"))
        .no_banner(["/plain/*"])
}

const TRACKER: &str = "<p>é</p><img src=https://stats.example.net/p><i></i>";
const INERT: &str = "<p>é</p><img data-consent-src=https://stats.example.net/p><i></i>";
const HTML: (&str, &str) = ("content-type", "text/html");

/// Requests whose answer carries no banner.
const NO_BANNER: [(&str, &[(&str, &str)]); 7] = [
    ("/", &[("hx-request", "true")]),
    ("/", &[("turbo-frame", "x")]),
    ("/", &[("x-requested-with", "XMLHttpRequest")]),
    ("/", &[("sec-fetch-dest", "empty")]),
    ("/", &[("sec-fetch-dest", "iframe"), ("accept", "text/html")]),
    ("/", &[("sec-fetch-dest", "script")]),
    ("/plain/x", &[("accept", "text/html")]),
];

fn site(policy: PolicyBuilder, body: &'static str) -> Router {
    app(policy.build().unwrap(), move |request| {
        let known = request.headers().get("if-none-match").is_some_and(|tags| tags == "\"v1\"");
        let fields = [
            HTML,
            ("etag", "\"v1\""),
            ("cache-control", "public, max-age=600"),
            ("last-modified", "Sat, 28 Nov 2026 10:00:00 GMT"),
            ("repr-digest", "sha-256=:x:"),
        ];
        if known { with_status(304, "", &fields[1..]) } else { with(body, &fields) }
    })
}

#[tokio::test]
async fn html_without_banner_is_gated() {
    let app = site(declared(), TRACKER);
    let [undecided, yes, no] = visitors(&app).await;
    for (path, asks) in NO_BANNER {
        for (cookie, expected) in [(&undecided, INERT), (&no, INERT), (&yes, TRACKER)] {
            let reply = get(&app, path, &[asks, &[("cookie", cookie)]].concat()).await;
            assert_eq!(reply.text(), expected, "{asks:?}");
            assert_eq!(reply.header("cache-control"), "private, no-cache", "{asks:?}");
            assert!(reply.varies_on("cookie"), "{asks:?}");
            for gone in ["content-length", "repr-digest", "last-modified"] {
                assert!(reply.lines(gone).is_empty(), "{asks:?} {gone}");
            }
        }
    }
}

#[tokio::test]
async fn a_confirmation_is_only_for_those_to_whom_the_same_was_sent() {
    let app = site(declared(), TRACKER);
    let [_, yes, no] = visitors(&app).await;
    for (path, asks) in NO_BANNER {
        let tag = get(&app, path, &[asks, &[("cookie", &yes)]].concat()).await.header("etag");
        let known = [asks, &[("if-none-match", &*tag)]].concat();
        let same = get(&app, path, &[&known[..], &[("cookie", &yes)]].concat()).await;
        assert_eq!((same.status.as_u16(), same.header("etag")), (304, tag.clone()), "{asks:?}");
        assert!(same.lines("repr-digest").is_empty() && same.varies_on("cookie"), "{asks:?}");
        let withdrawn = get(&app, path, &[&known[..], &[("cookie", &no)]].concat()).await;
        assert_eq!(withdrawn.text(), INERT, "{asks:?}");
    }
}

// What a browser knows from before there was a layer was not gated.
#[tokio::test]
async fn what_was_kept_before_there_was_a_gate_is_not_confirmed() {
    let app = site(declared(), TRACKER);
    for at in [0, 1, 4, 6] {
        let (path, asks) = NO_BANNER[at];
        let reply = get(&app, path, &[asks, &[("if-none-match", "\"v1\"")]].concat()).await;
        assert_eq!(reply.text(), INERT, "{asks:?}");
    }
}

#[tokio::test]
async fn a_closure_that_declines_the_banner_does_not_decline_the_gate() {
    let layer = ConsentLayer::new(declared().build().unwrap()).banner_when(|_| false);
    let app = app_with(layer, |_| with(TRACKER, &[HTML]));
    assert_eq!(get(&app, "/", &[]).await.text(), INERT);
}

#[tokio::test]
async fn error_pages_are_gated() {
    let app = app(declared().build().unwrap(), |_| with_status(500, TRACKER, &[HTML]));
    assert_eq!(get(&app, "/", &[("sec-fetch-dest", "empty")]).await.text(), INERT);
    assert_eq!(get(&app, "/plain/x", &[]).await.text(), INERT);
}

#[tokio::test]
async fn a_page_with_a_banner_of_its_own_is_gated() {
    let app = app(declared().build().unwrap(), |_| {
        let mut page =
            with(TRACKER, &[HTML, ("content-length", "1"), ("content-security-policy", "style-src 'self'")]);
        page.extensions_mut().insert(BannerRendered);
        page
    });
    let page = get(&app, "/", &[]).await;
    assert_eq!(page.text(), INERT);
    assert_eq!(page.header("content-security-policy"), "style-src 'self'");
    assert!(page.lines("content-length").is_empty());
}

#[tokio::test]
async fn of_nested_layers_the_outermost_gates() {
    let inner = ConsentLayer::new(declared().build().unwrap());
    let outer = ConsentLayer::new(declared().prefix("/outer").build().unwrap());
    let app = Router::new().fallback(|| async { with(TRACKER, &[HTML]) }).layer(inner).layer(outer);
    assert_eq!(get(&app, "/", &[("hx-request", "true")]).await.text(), INERT);
}

#[tokio::test]
async fn where_nothing_can_be_denied_nothing_changes() {
    let observed = declared().enforcement(Enforcement::Observe);
    for policy in [observed, declared().exclude(["/*"])] {
        let app = site(policy, TRACKER);
        for (path, asks) in NO_BANNER {
            let asks = [asks, &[("host", "localhost")]].concat();
            let reply = get(&app, path, &asks).await;
            assert_eq!(reply.text(), TRACKER, "{asks:?}");
            for (name, value) in [("etag", "\"v1\""), ("repr-digest", "sha-256=:x:")] {
                assert_eq!(reply.header(name), value, "{asks:?}");
            }
        }
    }
}

#[tokio::test]
async fn where_nothing_is_optional_what_nobody_declared_waits_for_everyone() {
    const TRACKERS: &str = "<!DOCTYPE html><html lang=en><title>T</title><body>\
        <script src=https://mc.yandex.ru/metrika/tag.js></script><p data-consent=marketing><img src=/own></p><img src=/own>";
    const GATED: &str = "<!DOCTYPE html><html lang=en><title>T</title><body>\
        <script type=\"text/plain\" data-consent-src=https://mc.yandex.ru/metrika/tag.js></script>\
        <p data-consent=marketing><img data-consent-src=/own></p><img src=/own>";
    let policy = || Policy::builder("Example SAS", "privacy@example.com");
    for (policy, text) in [
        (policy(), GATED),
        (policy().enforcement(Enforcement::Strict), GATED),
        (policy().enforcement(Enforcement::Observe), TRACKERS),
    ] {
        let public = [("cache-control", "public, max-age=60"), ("etag", "\"v1\""), HTML];
        let app = app(policy.build().unwrap(), move |_| with(TRACKERS, &public));
        for asks in [&[][..], &[("hx-request", "true")]] {
            let page = get(&app, "/", &[asks, &[("host", "localhost")]].concat()).await;
            assert_eq!(page.text(), text);
            // It is the same for all.
            assert_eq!(page.header("cache-control"), "public, max-age=60");
            assert!(!page.lines("vary").iter().any(|field| field.contains("Cookie")));
            assert_eq!(page.header("etag") == "\"v1\"", text == TRACKERS);
        }
    }
}

#[tokio::test]
async fn a_fragment_may_be_any_part_of_a_page() {
    for (fragment, inert) in [
        (
            "<tr data-consent=analytics><td><img src=/own></td></tr><tr><td><img src=/own></tr>",
            "<tr data-consent=analytics><td><img data-consent-src=/own></td></tr><tr><td><img src=/own></tr>",
        ),
        (
            "<td background=//stats.example.net/b><td>",
            "<td data-consent-background=//stats.example.net/b><td>",
        ),
        (
            "<option>a<option>b</select><img src=//stats.example.net/p>",
            "<option>a<option>b</select><img data-consent-src=//stats.example.net/p>",
        ),
        (
            "<script>1</script><tr data-consent=analytics><td><img src=/own></table></template><img src=/own>",
            "<script>1</script><tr data-consent=analytics><td><img data-consent-src=/own></table></template>\
             <img src=/own>",
        ),
        (
            "<use href=//stats.example.net/s#a /><image xlink:href=//stats.example.net/p />",
            "<use data-consent-href=//stats.example.net/s#a />\
             <image data-consent-xlink:href=//stats.example.net/p />",
        ),
        (
            "<noscript><img src=//stats.example.net/p></noscript>",
            "<noscript><img data-consent-src=//stats.example.net/p></noscript>",
        ),
        (
            "<!DOCTYPE html><title><img src=//stats.example.net/p></title><body data-consent=analytics><img src=/own>",
            "<!DOCTYPE html><title><img src=//stats.example.net/p></title><body data-consent=analytics>\
             <img data-consent-src=/own>",
        ),
    ] {
        let app = site(declared(), fragment);
        for asks in [("hx-request", "true"), ("sec-fetch-dest", "empty")] {
            assert_eq!(get(&app, "/", &[asks]).await.text(), inert, "{asks:?}");
        }
    }
}

#[tokio::test]
async fn a_fragment_is_gated_however_it_is_cut() {
    let app = app(declared().build().unwrap(), |_| {
        let bytes = TRACKER.as_bytes().chunks(1).map(Ok::<_, Infallible>);
        with(Body::from_stream(tokio_stream::iter(bytes.collect::<Vec<_>>())), &[HTML])
    });
    assert_eq!(get(&app, "/", &[("hx-request", "true")]).await.text(), INERT);
}

#[tokio::test]
async fn head_says_what_get_says() {
    let app = site(declared(), TRACKER);
    for (path, asks) in NO_BANNER {
        let page = get(&app, path, asks).await;
        let head = send(&app, request("HEAD", path, "", asks)).await;
        for name in ["etag", "cache-control", "vary"] {
            assert_eq!(head.header(name), page.header(name), "{asks:?} {name}");
        }
        assert!(head.lines("content-length").is_empty(), "{asks:?}");
    }
}

#[tokio::test]
async fn what_an_inner_layer_might_compress_is_asked_for_as_it_is() {
    let app = app(declared().build().unwrap(), |request| {
        let coding = request.headers().get("accept-encoding").is_some();
        with(if coding { "coded" } else { "plain" }, &[("content-type", "text/plain")])
    });
    for (path, asks) in NO_BANNER {
        let is_other = matches!(asks[0].1, "script" | "empty");
        let reply = get(&app, path, &[asks, &[("accept-encoding", "gzip")]].concat()).await;
        assert_eq!(reply.text(), if is_other { "coded" } else { "plain" }, "{asks:?}");
    }
}

#[tokio::test]
async fn a_fragment_for_all_visitors_is_gated_for_all_alike() {
    let app = site(declared().delivery(Delivery::Shared), TRACKER);
    let [undecided, yes, no] = visitors(&site(declared(), TRACKER)).await;
    let mut replies = Vec::new();
    for cookie in [undecided, yes, no] {
        replies.push(get(&app, "/", &[("hx-request", "true"), ("cookie", &cookie)]).await);
    }
    let inert =
        "<p>é</p><img data-consent-needs=\"analytics\" data-consent-src=https://stats.example.net/p><i></i>";
    for reply in &replies {
        assert_eq!(reply.text(), inert);
        assert_eq!(reply.header("cache-control"), "public, max-age=600");
        assert_eq!(reply.headers, replies[0].headers);
    }
    let tag = replies[0].header("etag");
    assert_ne!(tag, "\"v1\"");
    assert_ne!(tag, get(&app, "/", &[]).await.header("etag"));
    let again = get(&app, "/", &[("hx-request", "true"), ("if-none-match", &tag)]).await;
    assert_eq!((again.status.as_u16(), again.header("etag")), (304, tag));
}

#[tokio::test]
async fn a_page_for_all_visitors_is_gated_as_for_one_who_has_agreed_to_nothing() {
    for (body, inert) in [
        (
            "<img src=//stats.example.net/p>",
            "<img data-consent-needs=\"analytics\" data-consent-src=//stats.example.net/p>",
        ),
        (
            "<script src=//stats.example.net/a.js></script>",
            "<script data-consent-needs=\"analytics\" type=\"text/plain\" data-consent-src=//stats.example.net/a.js></script>",
        ),
        // What authors say stays, and is no reason to release what nobody has declared.
        (
            "<div data-consent=analytics><img src=/own><img src=https://connect.facebook.net/x></div>",
            "<div data-consent=analytics><img data-consent-src=/own>\
             <img data-consent-needs=\"\" data-consent-src=https://connect.facebook.net/x></div>",
        ),
        (
            "<script>fbq('init');\"https://connect.facebook.net/en_US/fbevents.js\"</script>",
            "<script data-consent-needs=\"\" type=\"text/plain\">fbq('init')",
        ),
        (
            "<script data-consent=analytics>fbq('init');\"https://connect.facebook.net/en_US/fbevents.js\"</script>",
            "<script data-consent-needs=\"\" type=\"text/plain\" data-consent=analytics>fbq('init')",
        ),
        (
            "<div data-consent=analytics><script type=module>import \"https://stats.example.net/m.js\"</script></div>",
            "<script data-consent-needs=\"analytics\" type=\"text/plain\" data-consent-type=module>import",
        ),
        // Nobody can say what such a frame would load.
        (
            "<iframe srcdoc='&lt;img src=//stats.example.net/p>'></iframe>",
            "<iframe data-consent-needs=\"\" name=\"consent-withheld-1\" data-consent-srcdoc=",
        ),
        ("<p data-consent=!analytics><img src=/own>", "<p data-consent=!analytics><img src=/own>"),
        ("<img src=/own><script>1</script>", "<img src=/own><script>1</script>"),
    ] {
        let app = site(declared().delivery(Delivery::Shared), body);
        let [_, yes, _] = visitors(&site(declared(), TRACKER)).await;
        let page = get(&app, "/", &[]).await;
        assert!(page.has_banner() && page.text().contains(inert), "{inert}\nis not in\n{}", page.text());
        assert_eq!(get(&app, "/", &[("cookie", &yes)]).await.body, page.body);
        assert_eq!(page.header("cache-control"), "public, max-age=600");
    }
}
