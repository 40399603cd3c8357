//! Videos, maps and the like: what stands in their place, and how they are loaded.

use axum::Router;
use tower_consent::{Category, Policy, PolicyBuilder};

use crate::support::{answered, app, get, post_form, visitors, with};

fn policy() -> PolicyBuilder {
    Policy::builder("Example SAS", "privacy@example.com")
        .category(Category::embeds().vendor("youtube").origin("https://maps.example"))
        .category(Category::marketing().origin("https://ads.example").vendor("vimeo"))
}

fn site(csp: &'static str, body: &'static str) -> Router {
    app(policy().build().unwrap(), move |_| {
        let page =
            format!("<!DOCTYPE html><html lang=fr><head><title>T</title></head><body>{body}</body></html>");
        let page: &'static str = Box::leak(page.into_boxed_str());
        match csp {
            "" => with(page, &[("content-type", "text/html")]),
            csp => with(page, &[("content-type", "text/html"), ("content-security-policy", csp)]),
        }
    })
}

/// Maps and adverts come from one host of Google's.
#[tokio::test]
async fn a_frame_says_whose_it_is_by_its_path() {
    let policy = policy().category(Category::analytics().vendor("google-analytics"));
    for first_is_ads in [true, false] {
        let (ads, maps) = (
            Category::new("ads").title("Ads").description("x").vendor("google-ads"),
            Category::new("maps").title("Maps").description("x").vendor("google-maps"),
        );
        let (first, second) = if first_is_ads { (ads, maps) } else { (maps, ads) };
        let policy = policy.clone().category(first).category(second).build().unwrap();
        let app = app(policy, |_| {
            with(
                "<!DOCTYPE html><title>T</title><iframe src='https://www.google.com/maps/embed?pb=1'></iframe>",
                &[("content-type", "text/html")],
            )
        });
        let said = shown(&app, "").await.unwrap();
        assert!(said.contains("Google Maps") && !said.contains("Google Ads"), "{said}");
    }
}

/// The document that stands in the page's first frame.
async fn shown(app: &Router, cookie: &str) -> Option<String> {
    let page = get(app, "/a?b=c", &[("cookie", cookie)]).await.text().to_owned();
    let (_, rest) = page.split_once("<iframe srcdoc=\"")?;
    let text = rest.split_once('"').unwrap().0;
    Some(htmlize::unescape(text).into_owned())
}

const VIDEO: &str = "<iframe width=560 height=315 title=Film allow=fullscreen \
                     src=https://www.youtube.com/embed/x?a=1&amp;b=2></iframe>";

#[tokio::test]
async fn a_frame_that_waits_says_who_would_be_contacted_and_offers_to_load() {
    let app = site("", VIDEO);
    let [undecided, yes, no] = visitors(&app).await;
    for cookie in [&undecided, &no] {
        let document = shown(&app, cookie).await.expect("a placeholder");
        for part in [
            "lang=\"fr\"",
            "YouTube, Google Ireland Limited, Irlande",
            "www.youtube.com",
            "<form data-consent-ui=\"\" method=\"post\" action=\"/cookie-consent/embed\">",
            "name=\"src\" value=\"https://www.youtube.com/embed/x?a=1&amp;b=2\"",
            "name=\"title\" value=\"Film\"",
            "target=\"_top\"",
            "name=\"return_to\" value=\"/a?b=c\"",
            "name=\"category\" value=\"embeds\"",
            "name=\"choice\" value=\"allow\"",
        ] {
            assert!(document.contains(part), "{part}\n{document}");
        }
        assert!(!document.contains("marketing") && !document.contains("<script"), "{document}");
        assert!(!document.contains(" src="), "nothing is loaded for it: {document}");
    }
    assert_eq!(shown(&app, &yes).await, None);
    assert!(get(&app, "/", &[("cookie", &yes)]).await.text().contains(VIDEO));
}

#[tokio::test]
async fn always_allow_allows_such_content_and_no_advertising() {
    let app = site("", VIDEO);
    let cookie = answered(&app, "choice=allow&category=embeds").await;
    assert_eq!(shown(&app, &cookie).await, None);
    let state = get(&app, "/cookie-consent/state", &[("cookie", &cookie)]).await;
    assert!(state.text().contains("\"embeds\":true,\"marketing\":false"), "{}", state.text());
}

#[tokio::test]
async fn what_is_declared_is_loaded_once_in_a_page_of_its_own() {
    let app = site("", VIDEO);
    let form = "src=https%3A%2F%2Fwww.youtube.com%2Fembed%2Fx%3Fa%3D1%26b%3D2&title=%22%3E%3Cb%3E&allow=fullscreen&sandbox=allow-scripts&onload=x";
    let reply = post_form(&app, "/cookie-consent/embed", form, &[]).await;
    assert_eq!(reply.status, 200);
    assert!(reply.text().contains(
        "<iframe src=\"https://www.youtube.com/embed/x?a=1&amp;b=2\" allow=\"fullscreen\" sandbox=\"allow-scripts\" \
         title=\"&quot;&gt;&lt;b&gt;\"></iframe>"
    ), "{}", reply.text());
    assert_eq!(reply.header("cache-control"), "no-store");
    let policy = reply.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'self'"), "{policy}");
    assert!(!reply.headers.contains_key("set-cookie"), "nothing is decided by it");

    for src in ["https://elsewhere.example/", "javascript:alert(1)", "", "data:text/html,x", "/own"] {
        let reply = post_form(&app, "/cookie-consent/embed", &format!("src={src}"), &[]).await;
        assert_eq!(reply.status, 400, "{src}");
    }
    let foreign = [("sec-fetch-site", "cross-site")];
    let reply = post_form(&app, "/cookie-consent/embed", form, &foreign).await;
    assert_eq!(reply.status, 403);
    assert_eq!(get(&app, "/cookie-consent/embed", &[]).await.status, 405);
}

#[tokio::test]
async fn what_nobody_sees_or_what_tracks_gets_no_placeholder() {
    for frame in [
        "<iframe src=https://ads.example/slot width=300 height=250></iframe>",
        "<iframe src=https://maps.example/ width=1 height=1></iframe>",
        "<iframe src=https://maps.example/ hidden></iframe>",
        "<iframe src=https://maps.example/ style='DISPLAY: none'></iframe>",
        "<iframe src=https://maps.example/ srcdoc=own></iframe>",
        "<template><iframe src=https://maps.example/></iframe></template>",
        "<noscript><iframe src=https://maps.example/></iframe></noscript>",
        "<iframe data-consent='embeds marketing' src=https://maps.example/></iframe>",
        "<iframe data-consent=unknown src=https://maps.example/></iframe>",
        "<iframe src=https://www.clarity.ms/></iframe>",
        "<iframe data-consent=embeds></iframe>",
        "<iframe src=https://elsewhere.example/></iframe>",
    ] {
        let app = site("", frame);
        let page = get(&app, "/", &[]).await.text().to_owned();
        assert!(!page.contains("srcdoc=\""), "{frame}\n{page}");
    }
}

#[tokio::test]
async fn each_offer_stands_only_where_it_can_be_kept() {
    let offers = |document: &str| (document.contains("/embed\""), document.contains("value=\"allow\""));
    for (csp, frame, expected) in [
        ("", "<iframe src=https://maps.example/ width=100% height=60></iframe>", (true, true)),
        // A player that is declared as advertising: to allow it for good would allow that.
        ("", "<iframe src=https://player.vimeo.com/video/1></iframe>", (true, false)),
        // Nobody knows whose it is, so it is framed by nobody else.
        ("", "<iframe data-consent=embeds src=https://elsewhere.example/></iframe>", (false, true)),
        ("", "<div data-consent=embeds><iframe src=/own></iframe></div>", (false, true)),
        ("frame-src https://maps.example", "<iframe src=https://maps.example/></iframe>", (false, true)),
        ("frame-src 'self'", "<iframe src=https://maps.example/></iframe>", (true, true)),
        ("default-src 'self'", "<iframe src=https://maps.example/></iframe>", (true, true)),
    ] {
        let app = site(csp, frame);
        let document = shown(&app, "").await.unwrap_or_else(|| panic!("{frame}"));
        assert_eq!(offers(&document), expected, "{csp} {frame}\n{document}");
    }
    let app = site("style-src 'self'", VIDEO);
    let csp = get(&app, "/", &[]).await.header("content-security-policy");
    assert!(csp.matches("'sha256-").count() >= 2, "{csp}");
}

#[tokio::test]
async fn a_sandbox_of_the_sites_own_lets_the_visitor_answer_and_nothing_more() {
    let app = site("", "<iframe sandbox='allow-scripts allow-forms' src=https://maps.example/></iframe>");
    let page = get(&app, "/", &[]).await.text().to_owned();
    assert!(page.contains(
        "\" sandbox=\"allow-scripts allow-forms allow-same-origin allow-top-navigation-by-user-activation\" name=\"consent-withheld-1\" \
         sandbox='allow-scripts allow-forms' data-consent-src=https://maps.example/>"
    ), "{page}");
}
