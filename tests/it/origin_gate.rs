//! Origins that headers name: `Link`, `Content-Security-Policy` and their like.

use axum::{Router, body::Body};
use http::{Request, Response};
use tower_consent::{Category, Delivery, GateReport, Plane, Policy, PolicyBuilder};

use crate::support::{PAGE, app, get, visitors, with};

fn declared() -> PolicyBuilder {
    Policy::builder("Example SAS", "privacy@example.com")
        .category(Category::necessary().origin("https://pay.example.net"))
        .category(Category::analytics().origin("https://stats.example.net").vendor("hotjar"))
        .category(Category::marketing().origin("https://*.ads.example"))
}

fn site(policy: PolicyBuilder, fields: &'static [(&'static str, &'static str)]) -> Router {
    app(policy.build().unwrap(), move |_: Request<Body>| -> Response<Body> {
        let page = with(PAGE, &[("content-type", "text/html")]);
        let (mut parts, body) = page.into_parts();
        parts.headers.extend(with("", fields).headers().clone());
        Response::from_parts(parts, body)
    })
}

/// The field as the undecided, the accepting and the refusing visitor get it.
async fn sent(name: &'static str, value: &'static str) -> [Vec<String>; 3] {
    let fields: &'static [(&str, &str)] = Box::leak(Box::new([(name, value)]));
    // Where nothing is inserted the layer has nothing of its own to allow.
    let app = site(declared().no_banner(["/bare"]), fields);
    let [undecided, yes, no] = visitors(&app).await;
    let of = async |cookie: &str| get(&app, "/bare", &[("cookie", cookie)]).await.lines(name);
    [of(&undecided).await, of(&yes).await, of(&no).await]
}

/// What is left of the field without consent; with it, it is whole.
async fn without_consent(name: &'static str, value: &'static str) -> String {
    let [undecided, yes, no] = sent(name, value).await.map(|lines| lines.join(","));
    assert_eq!(undecided, no, "{value}");
    assert!(yes.starts_with(value), "{value}: {yes}");
    undecided
}

#[tokio::test]
async fn links_that_open_connections_are_withheld_one_by_one() {
    for (value, left) in [
        ("<https://stats.example.net>; rel=preconnect", ""),
        (
            "</a.css>; rel=preload; as=style, <https://stats.example.net/x.js>; rel=preload",
            "</a.css>; rel=preload; as=style",
        ),
        (
            "<https://x.ads.example/a,b>; rel=\"prefetch\", <https://pay.example.net>; rel=preconnect",
            "<https://pay.example.net>; rel=preconnect",
        ),
        ("<//static.hotjar.com>; rel=dns-prefetch", ""),
        ("<https://stats.example.net/about>; rel=author", "<https://stats.example.net/about>; rel=author"),
        ("<https://other.example/>; rel=preconnect", "<https://other.example/>; rel=preconnect"),
        ("</next>; rel=next", "</next>; rel=next"),
        ("</a.png>; rel=preload; as=image; imagesrcset=\"https://stats.example.net/x 1x\"", ""),
        ("<https://stats.example.net/x>; rel=\"pre\\load\"", ""),
        (
            "<https://stats.example.net/\u{e9}.js>; rel=preload, </b>; rel=next; title=\"\u{e9}\"",
            "</b>; rel=next; title=\"\u{e9}\"",
        ),
    ] {
        assert_eq!(without_consent("link", value).await, left, "{value}");
    }
}

#[tokio::test]
async fn a_refresh_does_not_lead_to_what_is_denied() {
    for (value, passes) in [
        ("0;url=https://stats.example.net/x", false),
        ("5, URL='//x.ads.example/'", false),
        ("1 https:stats.example.net/x", false),
        ("0;url=https://pay.example.net/", true),
        ("0;url=/next", true),
        ("30", true),
        ("0;url=https://other.example/?a=https://stats.example.net/", true),
        ("0;url=/\u{e9}", true),
    ] {
        assert_eq!(without_consent("refresh", value).await, if passes { value } else { "" }, "{value}");
    }
    let one = ("refresh", "9;url=/");
    for lines in [
        &[one, ("refresh", "0;url=//stats.example.net")][..],
        &[("refresh", "0;url="), ("refresh", "x"), one],
    ] {
        let fields: &'static [(&str, &str)] = lines.to_vec().leak();
        let left = get(&site(declared(), fields), "/", &[]).await.lines("refresh");
        assert_eq!(left.len(), if lines.len() == 2 { 0 } else { 3 }, "{lines:?}");
    }
}

#[tokio::test]
async fn what_leads_by_a_refresh_to_where_consent_is_needed_is_not_for_others() {
    let app = app(declared().build().unwrap(), |_| {
        with("x", &[("refresh", "0;url=//stats.example.net/"), ("cache-control", "public, max-age=60")])
    });
    for cookie in visitors(&app).await {
        let reply = get(&app, "/", &[("cookie", &cookie)]).await;
        assert_eq!(reply.header("cache-control"), "private, no-cache", "{cookie}");
    }
}

#[tokio::test]
async fn policies_that_no_browser_reads_stay_as_they_are() {
    for name in ["x-content-security-policy", "x-webkit-csp"] {
        let value = "default-src *; img-src https://stats.example.net";
        for lines in sent(name, value).await {
            assert_eq!(lines, [value]);
        }
    }
}

#[tokio::test]
async fn a_scheme_without_slashes_is_read_as_on_pages_of_either_scheme() {
    for (value, passes) in [
        ("<https:stats.example.net/x>; rel=preload", false),
        ("< HTTPS:/stats.example.net/x>; rel=preload", false),
        ("<http:\\stats.example.net/x>; rel=preload", false),
        ("<https:other.example/stats.example.net>; rel=preload", true),
        ("<https:>; rel=preload", true),
    ] {
        assert_eq!(without_consent("link", value).await, if passes { value } else { "" }, "{value}");
    }
    let own = || {
        let category = Category::analytics().origin("https://www.example.com/stats");
        Policy::builder("Example SAS", "privacy@example.com").category(category)
    };
    for value in ["<https:/stats/a>; rel=preload", "<http:stats/a>; rel=preload"] {
        let app = site(own(), Box::leak(Box::new([("link", value)])));
        assert_eq!(get(&app, "/", &[]).await.header("link"), "", "{value}");
    }
}

#[tokio::test]
async fn the_site_itself_can_be_a_tracker() {
    let policy = || {
        let category = Category::analytics().origin("https://www.example.com/stats");
        Policy::builder("Example SAS", "privacy@example.com").category(category)
    };
    let app = site(policy(), &[("link", "</stats/a.js>; rel=preload, </b.js>; rel=preload")]);
    assert_eq!(get(&app, "/", &[]).await.header("link"), "</b.js>; rel=preload");
}

#[tokio::test]
async fn a_content_security_policy_loses_what_is_denied_and_nothing_else() {
    for (value, left) in [
        ("script-src 'self' https://stats.example.net", "script-src 'self'"),
        ("script-src https://stats.example.net; img-src *", "script-src 'none'; img-src *"),
        ("connect-src stats.example.net:443 *.ads.example b.ads.example/x", "connect-src 'none'"),
        ("img-src 'self'; frame-src *.example.net", "img-src 'self'; frame-src https://pay.example.net"),
        ("img-src https://*.example.net 'self'", "img-src 'self' https://pay.example.net"),
        ("connect-src wss://*.example.net", "connect-src wss://pay.example.net"),
        (
            "img-src *.pay.example.net *.example.net:8443",
            "img-src *.pay.example.net https://pay.example.net:8443",
        ),
        (
            "img-src https://*.example.net/js/ *.example.net:*",
            "img-src https://pay.example.net/js/ https://pay.example.net:*",
        ),
        ("img-src https: data: *.other.example", "img-src https: data: *.other.example"),
        ("img-src https://stats.example.net; report-uri /\u{e9}", "img-src 'none'; report-uri /\u{e9}"),
        ("form-action https://stats.example.net", "form-action https://stats.example.net"),
        ("frame-ancestors https://stats.example.net", "frame-ancestors https://stats.example.net"),
        (
            "img-src a.example, img-src https://stats.example.net b.example",
            "img-src a.example, img-src b.example",
        ),
        ("img-src 'self'; report-uri https://stats.example.net/r /own", "img-src 'self'; report-uri /own"),
        (
            "script-src 'nonce-x' 'strict-dynamic' https://stats.example.net",
            "script-src 'nonce-x' 'strict-dynamic'",
        ),
    ] {
        for name in ["content-security-policy", "content-security-policy-report-only"] {
            let sent = without_consent(name, value).await;
            assert_eq!(sent, left, "{value}");
        }
    }
}

#[tokio::test]
async fn every_directive_that_says_where_a_page_loads_from_is_gated_on_every_line() {
    for directive in [
        "default-src",
        "child-src",
        "connect-src",
        "fenced-frame-src",
        "font-src",
        "frame-src",
        "img-src",
        "manifest-src",
        "media-src",
        "object-src",
        "prefetch-src",
        "script-src",
        "script-src-attr",
        "script-src-elem",
        "style-src",
        "style-src-elem",
        "worker-src",
    ] {
        let value =
            format!("{directive} 'self' https://stats.example.net; {directive}-x https://stats.example.net");
        let left = without_consent("content-security-policy", value.leak()).await;
        assert_eq!(left, format!("{directive} 'self'; {directive}-x https://stats.example.net"));
    }
    let fields: [(&str, &str); 3] = [
        ("content-security-policy", "img-src https://stats.example.net a.example"),
        ("content-security-policy", "img-src b.example"),
        ("content-security-policy", "frame-src https://x.ads.example"),
    ];
    let app = site(declared().no_banner(["/bare"]), Box::leak(Box::new(fields)));
    let lines = get(&app, "/bare", &[]).await.lines("content-security-policy");
    assert_eq!(lines, ["img-src a.example", "img-src b.example", "frame-src 'none'"]);
}

#[tokio::test]
async fn the_banner_is_let_through_by_policies_that_only_report_too() {
    let policy = [("content-security-policy-report-only", "default-src 'self'")];
    let page = get(&site(declared(), Box::leak(Box::new(policy))), "/", &[]).await;
    let reports = page.header("content-security-policy-report-only");
    assert!(reports.contains("style-src-elem 'self' 'sha256-"), "{reports}");
    assert!(reports.contains("script-src-elem 'self' 'sha256-"), "{reports}");
}

#[tokio::test]
async fn reports_and_speculation_do_not_go_where_nobody_has_agreed_to() {
    let value = "main=\"/reports\", other=\"https://stats.example.net/r\"";
    assert_eq!(without_consent("reporting-endpoints", value).await, "main=\"/reports\"");
    let own = r#"{"group":"own","max_age":1,"endpoints":[{"url":"/r"}]}"#;
    let value = format!(r#"{own},{{"max_age":1,"endpoints":[{{"url":"https:\/\/stats.example.net\/r"}}]}}"#);
    assert_eq!(without_consent("report-to", value.leak()).await, own);
    let value = "max-age=1, enforce, report-uri=\"https://stats.example.net/r\"";
    assert_eq!(without_consent("expect-ct", value).await, "max-age=1, enforce");
    let value = "https://stats.example.net, https://pay.example.net";
    assert_eq!(without_consent("timing-allow-origin", value).await, "https://pay.example.net");
    assert_eq!(without_consent("timing-allow-origin", "*").await, "*");
    let value = "\"https://stats.example.net/rules.json\", \"/rules.json\"";
    assert_eq!(without_consent("speculation-rules", value).await, "\"/rules.json\"");
}

#[tokio::test]
async fn reports_go_to_third_parties_only_with_analytics_unless_they_are_declared() {
    let field = "own=\"/r\", below=\"https://r.www.example.com/r\", other=\"https://reports.example/r\"";
    let first_party = "own=\"/r\", below=\"https://r.www.example.com/r\"";
    let group = r#"{"max_age":1,"endpoints":[{"url":"https://reports.example/r"}]}"#;
    for (name, value, left) in [
        ("reporting-endpoints", field, first_party),
        ("report-to", group, ""),
        ("expect-ct", "max-age=1, report-uri=\"https://reports.example/r\"", "max-age=1"),
        (
            "content-security-policy",
            "img-src 'self'; report-uri https://reports.example/r /own",
            "img-src 'self'; report-uri /own",
        ),
        (
            "content-security-policy-report-only",
            "img-src 'self'; report-uri //reports.example/r",
            "img-src 'self';",
        ),
    ] {
        assert_eq!(without_consent(name, value).await, left, "{name}");
    }
}

#[tokio::test]
async fn known_trackers_that_nobody_declared_are_withheld_from_everyone() {
    let value = "<https://connect.facebook.net>; rel=preconnect, <https://www.youtube.com>; rel=preconnect";
    for sent in sent("link", value).await {
        assert_eq!(sent, ["<https://www.youtube.com>; rel=preconnect"]);
    }
    // A wildcard may be for something else.
    for sent in sent("content-security-policy", "img-src *.google.com").await {
        assert_eq!(sent, ["img-src *.google.com"]);
    }
}

#[tokio::test]
async fn what_visitors_sign_in_with_passes_where_its_vendor_is_not_declared() {
    let sdk = "<https://connect.facebook.net/en_US/sdk.js>; rel=preload; as=script";
    let policy =
        "script-src 'self' https://connect.facebook.net/de_DE/fbevents.js https://connect.facebook.net";
    for sent in sent("link", sdk).await {
        assert_eq!(sent, [sdk]);
    }
    for sent in sent("content-security-policy", policy).await {
        assert_eq!(sent, ["script-src 'self' https://connect.facebook.net"]);
    }
    let declared = Policy::builder("Example SAS", "privacy@example.com")
        .category(Category::marketing().vendor("meta-pixel"));
    let app = site(declared, Box::leak(Box::new([("link", sdk)])));
    assert_eq!(get(&app, "/", &[]).await.header("link"), "");
}

#[tokio::test]
async fn the_report_names_the_origin_once() {
    let app = app(declared().build().unwrap(), |request| {
        let report = request.extensions().get::<GateReport>().unwrap().clone();
        let body = Body::from_stream(tokio_stream::once(Ok::<_, std::convert::Infallible>(PAGE)));
        let mut response = with(body, &[("content-type", "text/html")]);
        response.headers_mut().append(
            "link",
            "<https://stats.example.net/a>; rel=preload, <https://stats.example.net/b>; rel=preload"
                .parse()
                .unwrap(),
        );
        response.extensions_mut().insert(report);
        response
    });
    let response =
        tower::ServiceExt::oneshot(app, crate::support::request("GET", "/", "", &[])).await.unwrap();
    let report = response.extensions().get::<GateReport>().unwrap();
    let told: Vec<_> =
        report.items().iter().map(|item| (item.plane(), item.name(), item.was_withheld())).collect();
    assert_eq!(told, [(Plane::Origin, "https://stats.example.net", true)]);
}

#[tokio::test]
async fn assets_keep_their_policy_and_their_caching() {
    let app = app(declared().build().unwrap(), |_| {
        let fields = [
            ("content-type", "text/css"),
            ("cache-control", "public, max-age=600"),
            ("content-security-policy", "img-src https://stats.example.net"),
        ];
        with("", &fields)
    });
    let reply = get(&app, "/a.css", &[]).await;
    assert_eq!(reply.header("cache-control"), "public, max-age=600");
    assert_eq!(reply.header("content-security-policy"), "img-src https://stats.example.net");
}

#[tokio::test]
async fn a_shared_page_keeps_origins_in_its_policy_but_opens_no_connection() {
    let fields = &[
        ("link", "<https://stats.example.net>; rel=preconnect"),
        ("content-security-policy", "script-src https://stats.example.net"),
        ("cache-control", "public"),
    ];
    let app = site(declared().delivery(Delivery::Shared), fields);
    for cookie in visitors(&app).await {
        let reply = get(&app, "/", &[("cookie", &cookie)]).await;
        assert!(
            reply
                .header("content-security-policy")
                .starts_with("script-src https://stats.example.net 'sha256-")
        );
        assert!(reply.lines("link").is_empty());
        assert_eq!(reply.header("cache-control"), "public");
    }
}

/// A site that answers conditions, with its policy on everything it says or only on the whole.
fn validating(says_again: bool) -> Router {
    const POLICY: (&str, &str) = ("content-security-policy", "img-src 'self' https://stats.example.net");
    let fields = [("etag", "\"v1\""), ("cache-control", "public, max-age=60")];
    app(declared().no_banner(["/bare"]).build().unwrap(), move |request| {
        let known = request
            .headers()
            .get("if-none-match")
            .is_some_and(|tags| tags.to_str().unwrap().contains("\"v1\""));
        let whole = [&fields[..], &[POLICY, ("content-type", "text/html")]].concat();
        let brief = if says_again { [&fields[..], &[POLICY]].concat() } else { fields.to_vec() };
        if known { crate::support::with_status(304, "", &brief) } else { with(PAGE, &whole) }
    })
}

const DOCUMENTS: [(&str, (&str, &str)); 3] = [
    ("/bare", ("sec-fetch-dest", "document")),
    ("/page", ("sec-fetch-dest", "iframe")),
    ("/page", ("hx-request", "true")),
];

#[tokio::test]
async fn a_document_without_banner_is_gated_when_it_is_confirmed_too() {
    let app = validating(true);
    for (path, asks) in DOCUMENTS {
        let headers = [asks, ("accept", "text/html")];
        let first = get(&app, path, &headers).await;
        assert!(!first.has_banner());
        assert_eq!(first.header("content-security-policy"), "img-src 'self'");
        let tag = first.header("etag");
        let again = get(&app, path, &[&headers[..], &[("if-none-match", &tag)]].concat()).await;
        assert_eq!(again.status, 304, "{path} {asks:?}");
        for name in ["content-security-policy", "cache-control", "vary", "etag"] {
            assert_eq!(again.header(name), first.header(name), "{name} of {path} {asks:?}");
        }
    }
}

#[tokio::test]
async fn a_document_of_before_a_withdrawal_is_not_confirmed_after_it() {
    let app = validating(false);
    let [_, yes, no] = visitors(&app).await;
    for (path, asks) in DOCUMENTS {
        let as_visitor = |cookie| [asks, ("accept", "text/html"), ("cookie", cookie)];
        let before = get(&app, path, &as_visitor(&yes)).await;
        assert!(before.header("content-security-policy").contains("stats"));
        let tag = before.header("etag");
        let same = get(&app, path, &[&as_visitor(&yes)[..], &[("if-none-match", &tag)]].concat()).await;
        assert_eq!(same.status, 304, "{path} {asks:?}");
        let after = get(&app, path, &[&as_visitor(&no)[..], &[("if-none-match", &tag)]].concat()).await;
        assert_eq!(
            (after.status.as_u16(), &*after.header("content-security-policy")),
            (200, "img-src 'self'")
        );
    }
}

#[tokio::test]
async fn another_origin_in_the_policy_makes_other_variants() {
    let tag = async |origin: &str| {
        let policy = declared().category(Category::preferences().origin(origin));
        get(&site(policy, &[("etag", "\"v1\"")]), "/", &[]).await.header("etag")
    };
    assert_ne!(tag("https://a.example").await, tag("https://b.example").await);
    assert_eq!(tag("https://a.example").await, tag("https://a.example").await);
}

#[tokio::test]
async fn what_is_no_page_but_was_gated_is_confirmed_in_private() {
    let app = app(declared().build().unwrap(), |request| {
        let fields = [("etag", "\"v1\""), ("cache-control", "public, max-age=60")];
        let known = request.headers().get("if-none-match").is_some_and(|tags| tags == "\"v1\"");
        let cookie = [("content-type", "application/json"), ("set-cookie", "_hjSession_1=1")];
        let whole = [&fields[..], &cookie].concat();
        if known { crate::support::with_status(304, "", &fields) } else { with("{}", &whole) }
    });
    let first = get(&app, "/", &[("accept", "application/json")]).await;
    assert_eq!(first.header("cache-control"), "private, no-cache");
    let tag = first.header("etag");
    let again = get(&app, "/", &[("accept", "application/json"), ("if-none-match", &tag)]).await;
    assert_eq!(
        (again.status.as_u16(), again.header("cache-control"), again.header("etag")),
        (304, "private, no-cache".to_owned(), tag)
    );
}

// H8: a video whose app measures on every response can still be wound forward.
#[tokio::test]
async fn parts_of_what_is_no_page_are_found_again() {
    let app = app(declared().build().unwrap(), |request| {
        let header = |name| request.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        let is_part = header("range").is_some() && header("if-range").is_none_or(|tag| tag == "\"v1\"");
        let fields = [("content-type", "video/mp4"), ("etag", "\"v1\""), ("set-cookie", "_hjSession_1=1")];
        let part = [&fields[..2], &[("content-range", "bytes 5-8/9")]].concat();
        if is_part { crate::support::with_status(206, "part", &part) } else { with("wholepart", &fields) }
    });
    let [_, yes, _] = visitors(&app).await;
    let whole = get(&app, "/", &[("sec-fetch-dest", "video")]).await;
    let tag = whole.header("etag");
    assert_ne!(tag, "\"v1\"");
    let asks = [("sec-fetch-dest", "video"), ("range", "bytes=5-"), ("if-range", &*tag)];
    let part = get(&app, "/", &asks).await;
    assert_eq!((part.status.as_u16(), part.text(), &part.header("etag")), (206, "part", &tag));
    assert_eq!(part.header("cache-control"), "private, no-cache");
    // After a yes the head has changed, and so has the name: the whole comes again.
    let other = get(&app, "/", &[&asks[..], &[("cookie", &*yes)]].concat()).await;
    assert_eq!(other.status, 200);
}

#[tokio::test]
async fn what_a_confirmation_calls_its_document_is_no_name_of_the_page() {
    // The app's page has a tag alone; what confirms it sets a cookie, which is gated.
    for policy in [declared(), declared().delivery(Delivery::Shared)] {
        let app = app(policy.build().unwrap(), |request| {
            let is_known = request.headers().contains_key("if-none-match");
            let brief = [("etag", "\"v1\""), ("set-cookie", "_hjSession_1=1")];
            let whole = [("etag", "\"v1\""), ("content-type", "text/html")];
            if is_known { crate::support::with_status(304, "", &brief) } else { with(PAGE, &whole) }
        });
        for asks in [("sec-fetch-dest", "iframe"), ("sec-fetch-dest", "empty"), ("hx-request", "true")] {
            let confirmed = get(&app, "/", &[asks, ("if-none-match", "\"v1\"")]).await;
            let tag = confirmed.header("etag");
            let opened = get(&app, "/", &[("accept", "text/html"), ("if-none-match", &tag)]).await;
            assert!(opened.has_banner(), "{asks:?} {tag}");
        }
    }
}

/// One of a vendor's hosts lies below another vendor's, which is recognised.
#[tokio::test]
async fn a_declared_host_below_one_that_is_only_recognised_loads_after_a_yes() {
    let link = |host: &str| format!("<https://{host}/c/csq-1.js>; rel=preload; as=script");
    let hotjar: &'static str = link("static.hj.contentsquare.net").leak();
    assert_eq!(without_consent("link", hotjar).await, "");
    for lines in sent("link", link("t.contentsquare.net").leak()).await {
        assert_eq!(lines.concat(), "");
    }
    let [undecided, yes, no] =
        sent("content-security-policy", "script-src 'self' https://*.hj.contentsquare.net")
            .await
            .map(|l| l.concat());
    assert!(yes.contains("hj.contentsquare.net"), "{yes}");
    assert!(!undecided.contains("contentsquare") && !no.contains("contentsquare"), "{undecided} {no}");
    let script = "<script src=https://static.hj.contentsquare.net/c/csq-1.js></script>";
    let stub = "<script>(function(c,s,q){c._hjSettings={hjid:1};e.src=q+c._hjSettings.hjid})\
                (window,document,'https://static.hj.contentsquare.net/c/csq-')</script>";
    let page = PAGE.replace("</body>", &format!("{script}{stub}</body>"));
    assert_ne!(page, PAGE);
    let app = app(declared().build().unwrap(), move |_| with(page.clone(), &[("content-type", "text/html")]));
    let [undecided, yes, no] = visitors(&app).await;
    for (cookie, passes) in [(undecided, false), (yes, true), (no, false)] {
        let reply = get(&app, "/", &[("cookie", &cookie)]).await;
        assert_eq!(reply.text().contains(script), passes, "{cookie}");
        assert_eq!(reply.text().contains(stub), passes, "{cookie}");
    }
}
