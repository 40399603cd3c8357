//! How the consent cookie is written: `Secure`, its prefix, its domain.

use tower_consent::Secure;

use super::{PREFIX, attributes};
use crate::support::{Browser, answered, declared, get, pages, policy, post_form};

// E13
#[tokio::test]
async fn the_cookie_is_secure_unless_the_page_is_on_a_plain_local_host() {
    let app = pages(policy());
    for (host, scheme, secure) in [
        ("www.example.com", "https", true),
        ("www.example.com", "http", true),
        ("localhost:3000", "http", false),
        ("localhost:3000", "https", true),
        ("127.0.0.1:3000", "http", false),
        ("[::1]:3000", "http", false),
        ("192.168.1.7", "http", false),
        ("devbox:8080", "http", false),
        ("shop.test", "http", false),
        ("printer.local", "http", false),
        ("8.8.8.8", "http", true),
        ("localhost.evil.com", "http", true),
    ] {
        let origin = format!("{scheme}://{host}");
        let reply = post_form(&app, PREFIX, "choice=accept", &[("host", host), ("origin", &origin)]).await;
        assert_eq!(reply.status, 303, "{origin}");
        let line = &reply.set_cookies()[0];
        assert_eq!(attributes(line).contains(&"secure".into()), secure, "{origin}");
        assert_eq!(line.starts_with("__Host-"), secure, "{origin}");
    }
    let reply = post_form(&app, PREFIX, "choice=accept", &[("host", "localhost:3000")]).await;
    assert!(reply.set_cookies()[0].starts_with("__Host-"), "without Origin it is Secure");
}

// E13, E21
#[tokio::test]
async fn consent_sticks_wherever_a_developer_or_a_visitor_opens_the_site() {
    let app = pages(policy());
    for (scheme, host) in [
        ("https", "www.example.com"),
        ("https", "example.com:8443"),
        ("http", "localhost:3000"),
        ("http", "127.0.0.1:3000"),
        ("http", "192.168.1.7:8080"),
        ("http", "shop.test"),
        ("http", "devbox"),
        ("https", "shop.test"),
    ] {
        for choice in ["accept", "reject"] {
            let mut browser = Browser::at(&app, scheme, host);
            let page = browser.visit("/").await;
            let (_, next) = browser.press(&page, choice).await;
            assert!(!next.has_banner(), "{scheme}://{host} {choice}: {:?}", browser.refused);
        }
    }
}

// E14
#[tokio::test]
async fn what_a_proxy_says_of_the_scheme_is_not_believed() {
    let app = pages(policy());
    let headers =
        [("x-forwarded-proto", "http"), ("origin", "https://www.example.com"), ("forwarded", "proto=http")];
    let reply = post_form(&app, PREFIX, "choice=accept", &headers).await;
    assert!(reply.set_cookies()[0].starts_with("__Host-"));
}

// E14, E19
#[tokio::test]
async fn always_and_never_mean_what_they_say() {
    let local = [("host", "localhost:3000"), ("origin", "http://localhost:3000")];
    let always = pages(declared().cookie_secure(Secure::Always).build().unwrap());
    let line = post_form(&always, PREFIX, "choice=accept", &local).await.set_cookies().remove(0);
    assert!(line.starts_with("__Host-consent=") && attributes(&line).contains(&"secure".into()));
    let never = pages(declared().cookie_secure(Secure::Never).build().unwrap());
    let line = post_form(&never, PREFIX, "choice=accept", &[]).await.set_cookies().remove(0);
    assert!(line.starts_with("consent=") && !attributes(&line).contains(&"secure".into()));
    assert!(attributes(&line).contains(&"samesite=lax".into()));
    let cookie = answered(&never, "choice=accept").await;
    assert!(!get(&never, "/", &[("cookie", &cookie)]).await.has_banner());
}

// E14
#[tokio::test]
async fn the_public_origin_counts_behind_a_proxy_that_rewrites_host() {
    let app = pages(declared().public_origin("https://www.example.com").build().unwrap());
    let inner = ("host", "127.0.0.1:8000");
    let right =
        post_form(&app, PREFIX, "choice=accept", &[inner, ("origin", "https://www.example.com")]).await;
    assert_eq!(right.cookie_names(), ["__Host-consent"]);
    let cookie = right.consent_cookie();
    assert!(!get(&app, "/", &[inner, ("cookie", &cookie)]).await.has_banner());
    let wrong = post_form(&app, PREFIX, "choice=accept", &[inner, ("origin", "http://127.0.0.1:8000")]).await;
    assert_eq!(wrong.status, 403);
    let removal = post_form(&app, PREFIX, "choice=reject", &[inner, ("cookie", "_ga=1")]).await;
    assert!(removal.set_cookies().iter().any(|line| line.contains("Domain=example.com")));
}

// E14
#[tokio::test]
async fn a_public_origin_with_a_port_keeps_the_way_back() {
    let app = pages(declared().public_origin("https://www.example.com:8443").build().unwrap());
    let headers = [("host", "127.0.0.1:8000"), ("referer", "https://www.example.com:8443/signup")];
    let page = post_form(&app, "/signup", "x=1", &headers).await;
    let inputs = page.dom().banner().by_name("input");
    let target = inputs.iter().find(|input| input.attr("name").as_deref() == Some("return_to")).unwrap();
    assert_eq!(target.attr("value").unwrap(), "/signup");
}

// E15
#[tokio::test]
async fn a_shared_cookie_carries_its_domain_on_every_change() {
    let app = pages(declared().cookie_domain("example.com", [9; 32]).build().unwrap());
    let mut cookie = String::new();
    for form in [
        "choice=accept",
        "choice=reject",
        "choice=allow&category=marketing",
        "choice=save&category=analytics",
        "choice=save",
        "choice=accept",
        "choice=accept",
    ] {
        let reply = post_form(&app, PREFIX, form, &[("cookie", &cookie)]).await;
        let lines = reply.consent_lines();
        assert_eq!(lines.len(), 1, "{form} after {cookie:?}");
        let has = |attribute: &str| attributes(&lines[0]).contains(&attribute.to_owned());
        assert!(lines[0].starts_with("__Secure-consent="), "{form} after {cookie:?}");
        assert!(has("domain=example.com") && has("secure"), "{form} after {cookie:?}: {}", lines[0]);
        cookie = reply.consent_cookie();
        assert!(!get(&app, "/", &[("cookie", &cookie)]).await.has_banner());
    }
}
