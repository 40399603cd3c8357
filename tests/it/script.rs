//! What the script of pages is told, and what it is given to put into them.

use axum::{Router, body::Body};
use http::{Request, Response};
use serde_json::{Value, json};
use tower_consent::{Category, Consent, Model, Policy, SettingsControl};
use tower_http::{CompressionLevel, compression::CompressionLayer};

use crate::support::{
    PAGE, Reply, answered, app, declared, dom::Element, get, html, pages, policy, post_form, with,
};

const UI: &str = "/cookie-consent/ui?lang=en&return_to=/news";

fn script(reply: &Reply) -> Option<Element> {
    let scripts = reply.dom().by_name("script").into_iter();
    let mut scripts = scripts.filter(|script| script.attr("data-state").is_some());
    let script = scripts.next();
    assert!(scripts.next().is_none(), "one script a page");
    script
}

fn state(script: &Element) -> Value {
    serde_json::from_str(&script.attr("data-state").unwrap()).unwrap()
}

/// Whether the page says that something on it waits for a yes.
async fn is_withheld(app: &Router, cookie: &str) -> bool {
    let page = get(app, "/", &[("cookie", cookie)]).await;
    script(&page).unwrap().attr("data-consent-withheld").is_some()
}

fn asking(request: &Request<Body>) -> Response<Body> {
    let consent = request.extensions().get::<Consent>().unwrap();
    html(if consent.allows("analytics") { "<body><p>Counted" } else { "<body><p>Not counted" })
}

#[tokio::test]
async fn the_script_knows_what_the_server_does() {
    let app = pages(policy());
    for form in ["", "choice=accept", "choice=reject", "choice=save&category=analytics"] {
        let cookie = if form.is_empty() { String::new() } else { answered(&app, form).await };
        let headers = [("cookie", cookie.as_str())];
        let page = get(&app, "/news", &headers).await;
        let script = script(&page).unwrap();
        let mut said = get(&app, "/cookie-consent/state", &headers).await.json();
        assert!(said.as_object_mut().unwrap().remove("signal").is_some());
        assert_eq!(state(&script), said, "{form}");
        assert_eq!(script.attr("data-at").unwrap(), "/cookie-consent?lang=en&return_to=");
        assert_eq!(script.attr("data-ui").unwrap(), "/cookie-consent/ui?lang=en&return_to=");
        // A page that asks fetches nothing to do so.
        assert_eq!(script.attr("src").is_none(), form.is_empty(), "{form}");
        assert_eq!(script.attr("data-fresh").is_some(), !form.is_empty(), "{form}");
        assert!(script.attr("data-posted").is_none());
    }
}

#[tokio::test]
async fn what_is_withheld_beside_the_markup_is_told() {
    let plain = pages(policy());
    assert!(!is_withheld(&plain, "").await);
    assert!(!is_withheld(&plain, "_an_1=x").await, "all undecided visitors get the same");
    let counting = app(policy(), |_| {
        with(PAGE, &[("content-type", "text/html"), ("set-cookie", "_an_1=x"), ("x-analytics-id", "1")])
    });
    assert!(is_withheld(&counting, "").await);
    assert!(!is_withheld(&counting, &answered(&counting, "choice=accept").await).await);
    assert!(is_withheld(&app(policy(), |request| asking(&request)), "").await);
}

#[tokio::test]
async fn a_page_that_answers_a_form_is_not_loaded_anew() {
    let page = post_form(&pages(policy()), "/comments", "text=x", &[]).await;
    assert!(script(&page).unwrap().attr("data-posted").is_some());
}

#[tokio::test]
async fn decided_pages_name_a_file_that_browsers_keep() {
    let app = pages(declared().settings_control(SettingsControl::None).build().unwrap());
    let cookie = answered(&app, "choice=reject").await;
    let page = get(&app, "/", &[("cookie", &cookie)]).await;
    let script = script(&page).unwrap();
    assert!(script.attr("defer").is_some() && script.text().is_empty());
    let address = script.attr("src").unwrap();
    let file = get(&app, &address, &[]).await;
    assert_eq!(file.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(file.header("content-type"), "text/javascript; charset=utf-8");
    let first = get(&app, "/", &[]).await;
    assert_eq!(file.text(), self::script(&first).unwrap().text(), "the same script everywhere");
    let (path, _) = address.split_once('?').unwrap();
    assert_eq!(get(&app, path, &[]).await.header("cache-control"), "no-store");
}

#[tokio::test]
async fn a_policy_lets_the_script_through_by_its_hash_or_as_its_text() {
    let with_policy = |csp: &'static str| {
        app(policy(), move |_| with(PAGE, &[("content-type", "text/html"), ("content-security-policy", csp)]))
    };
    let strict = with_policy("default-src 'none'; form-action 'self'");
    let cookie = answered(&strict, "choice=reject").await;
    let page = get(&strict, "/", &[("cookie", &cookie)]).await;
    let integrity = script(&page).unwrap().attr("integrity").unwrap();
    assert!(page.header("content-security-policy").contains(&format!("'{integrity}'")));
    let first = get(&strict, "/", &[]).await;
    assert!(first.header("content-security-policy").contains(&format!("'{integrity}'")));

    // A hash would switch off what the site's own scripts rely on.
    for csp in ["script-src 'unsafe-inline'", "script-src 'unsafe-inline' https://cdn.example"] {
        let inline_alone = with_policy(csp);
        for cookie in ["", &cookie] {
            let page = get(&inline_alone, "/", &[("cookie", cookie)]).await;
            assert!(page.header("content-security-policy").starts_with(csp));
            let script = script(&page).unwrap();
            assert!(script.attr("src").is_none() && !script.text().is_empty());
        }
    }
}

#[tokio::test]
async fn the_script_may_ask_the_site_one_thing_where_a_policy_lets_it_ask_others_at_most() {
    let own = "www.example.com:8443/cookie-consent/ui";
    for (csp, expected) in [
        ("default-src 'none'; form-action 'self'", "connect-src "),
        ("default-src 'self'; CONNECT-SRC 'NONE'", "CONNECT-SRC "),
        ("connect-src; default-src 'self'", "connect-src "),
        ("connect-src https://api.example.net", "connect-src https://api.example.net "),
        ("default-src 'self' 'unsafe-inline', default-src *; connect-src 'none'", "; connect-src "),
    ] {
        let headers = [("content-type", "text/html"), ("content-security-policy", csp)];
        let app = app(policy(), move |_| with(PAGE, &headers));
        let page = get(&app, "/", &[("host", "www.example.com:8443")]).await;
        let allowed = page.header("content-security-policy");
        assert!(allowed.contains(&format!("{expected}{own}")), "{csp}: {allowed}");
        assert_eq!(allowed.matches(own).count(), 1, "{csp}: {allowed}");
        assert!(!allowed.to_ascii_lowercase().contains("connect-src 'none'"), "{allowed}");
        let address = script(&page).unwrap().attr("data-ui").unwrap();
        assert_eq!(address, "/cookie-consent/ui?lang=en&return_to=", "{csp}");
    }
    for csp in
        ["default-src 'none'; connect-src 'self'", "default-src 'self'", "img-src 'none'", "connect-src *"]
    {
        let headers = [("content-type", "text/html"), ("content-security-policy", csp)];
        let page = get(&app(policy(), move |_| with(PAGE, &headers)), "/", &[]).await;
        assert!(!page.header("content-security-policy").contains("/ui"), "{csp}");
    }
}

// A forbidden try is a violation that the site would be told of with every answer.
#[tokio::test]
async fn nothing_is_asked_where_no_policy_can_say_whom() {
    let headers = [
        ("content-type", "text/html"),
        ("content-security-policy", "default-src 'none'; form-action 'self'"),
    ];
    let app = app(policy(), move |_| with(PAGE, &headers));
    for host in ["[::1]:3000", "a;b", "a b", ""] {
        let page = get(&app, "/", &[("host", host)]).await;
        assert!(!page.header("content-security-policy").contains("connect-src"), "{host}");
        assert_eq!(script(&page).unwrap().attr("data-ui").unwrap(), "//", "{host}");
    }
}

#[tokio::test]
async fn nobody_gets_a_script_for_nothing() {
    let nothing = Policy::builder("Example SAS", "privacy@example.com").build().unwrap();
    assert!(script(&get(&pages(nothing), "/", &[]).await).is_none());
    let app = pages(policy());
    for headers in [("sec-fetch-dest", "iframe"), ("hx-request", "true")] {
        assert!(script(&get(&app, "/", &[headers]).await).is_none(), "{headers:?}");
    }
}

#[tokio::test]
async fn an_answer_leads_to_what_takes_the_banner_s_place() {
    let app = pages(policy());
    let reply = post_form(&app, UI, "choice=reject&return_to=/news", &[]).await;
    assert_eq!(reply.status, 303);
    assert_eq!(reply.header("location"), UI);
    assert_eq!(reply.header("cache-control"), "no-store");
    let cookie = reply.consent_cookie();

    let reply = get(&app, UI, &[("cookie", &cookie)]).await;
    assert_eq!(reply.header("cache-control"), "no-store");
    let dom = reply.dom();
    assert!(dom.by_id("cookie-consent").is_none());
    let body = &dom.by_name("body")[0];
    let [said, control] = &body.children()[..] else { panic!("{}", reply.text()) };
    assert_eq!(said.text(), "Your choice has been saved. Change it");
    let link = dom.by_id("cookie-consent-settings").unwrap();
    assert_eq!(link.parent().unwrap().text(), control.text());
    assert_eq!(link.attr("href").unwrap(), "/cookie-consent?lang=en&return_to=/news");
    assert_eq!(state(body)["decided"], json!(true));

    // Where the browser has kept nothing.
    let reply = get(&app, UI, &[]).await;
    let banner = reply.dom().banner();
    assert_eq!(banner.by_name("p").len(), 1);
    assert_eq!(banner.by_name("button")[0].text(), "Hide");
    assert!(banner.by_name("input").is_empty());
    let reply =
        get(&app, "/cookie-consent/ui?lang=fr&return_to=//evil.example", &[("cookie", &cookie)]).await;
    assert!(reply.text().contains("lang=\"fr\"") && !reply.text().contains("evil"));
}

#[tokio::test]
async fn nobody_is_told_what_is_not_true() {
    let opt_out = pages(declared().model(Model::OptOut).build().unwrap());
    let reply = get(&opt_out, UI, &[]).await;
    assert!(reply.dom().by_name("body")[0].children().is_empty(), "what is in use is in use");

    // Nobody can agree to what an older notice did not say, so the page asks anew.
    let revised = pages(declared().revision(2).build().unwrap());
    let form = "choice=accept&notice=1.AAAAAAAA&return_to=/news";
    let reply = post_form(&revised, UI, form, &[]).await;
    assert_eq!((reply.status.as_u16(), reply.header("location")), (303, "/news".to_owned()));
    assert!(reply.consent_lines().is_empty());
}

#[tokio::test]
async fn answers_of_other_sites_and_other_methods_are_none() {
    let app = pages(policy());
    let reply = post_form(&app, UI, "choice=accept", &[("sec-fetch-site", "cross-site")]).await;
    assert_eq!(reply.status, 403);
    assert!(reply.set_cookies().is_empty());
    assert_eq!(post_form(&app, UI, "choice=perhaps", &[]).await.status, 400);
    let script = post_form(&app, "/cookie-consent/client.js", "choice=accept", &[]).await;
    assert_eq!((script.status.as_u16(), script.header("allow")), (405, "GET, HEAD".to_owned()));
}

#[tokio::test]
async fn the_script_weighs_less_than_a_kilobyte() {
    let app = pages(policy()).layer(CompressionLayer::new().quality(CompressionLevel::Best));
    let reply = get(&app, "/cookie-consent/client.js", &[("accept-encoding", "br")]).await;
    assert_eq!(reply.header("content-encoding"), "br");
    assert!(reply.body.len() <= 1000, "{} bytes", reply.body.len());
}

#[tokio::test]
async fn its_attributes_end_where_they_should() {
    let longest = "a".repeat(32);
    let policy = Policy::builder("Example SAS", "privacy@example.com")
        .category(Category::new(&longest).title("T").description("D"))
        .build()
        .unwrap();
    let page = get(&pages(policy), "/", &[]).await;
    assert_eq!(state(&script(&page).unwrap())["categories"][&longest], json!(false));
    assert!(!script(&page).unwrap().text().contains(['<', '&']), "nothing that XML would read");
}
