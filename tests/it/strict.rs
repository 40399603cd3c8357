//! Strict enforcement: what nobody declared is withheld, too.

use axum::Router;
use tower_consent::{Category, Enforcement, Policy};

use crate::support::{app, get, visitors, with};

fn site(body: &'static str) -> Router {
    let policy = Policy::builder("Example SAS", "privacy@example.com")
        .enforcement(Enforcement::Strict)
        .category(Category::necessary().origin("https://cdn.example"))
        .category(Category::analytics().origin("https://stats.example.net"))
        .build()
        .unwrap();
    app(policy, move |_| {
        with(
            body,
            &[
                ("content-type", "text/html; charset=utf-8"),
                ("link", "<https://unknown.example/a.css>; rel=preload; as=style"),
                (
                    "content-security-policy",
                    "img-src 'self' data: https: *.example.com www.example.com https://cdn.example *.unknown.example; \
                     style-src 'unsafe-inline'; script-src 'unsafe-inline' https://unknown.example; \
                     report-uri /r https://unknown.example/r",
                ),
            ],
        )
    })
}

#[tokio::test]
async fn hosts_that_nobody_declared_load_for_nobody() {
    let app = site(
        "<!DOCTYPE html><html lang=en><title>T</title><body><img src=https://unknown.example/1>\
         <script src=https://other.example/a.js></script><p style='background:url(//unknown.example/2)'>\
         <a href=https://unknown.example/>Link</a></body></html>",
    );
    for cookie in visitors(&app).await {
        let page = get(&app, "/", &[("cookie", &cookie)]).await;
        for part in [
            "<img data-consent-src=https://unknown.example/1>",
            "<script type=\"text/plain\" data-consent-src=https://other.example/a.js>",
            "url(about:blank#//unknown.example/2)",
            "<a href=https://unknown.example/>",
        ] {
            assert!(page.text().contains(part), "{part}\n{}", page.text());
        }
        assert_eq!(page.header("link"), "");
        assert_eq!(
            page.header("content-security-policy"),
            "img-src 'self' data: https: *.example.com www.example.com https://cdn.example; \
             style-src 'unsafe-inline'; script-src 'unsafe-inline'; report-uri /r"
        );
    }
}

#[tokio::test]
async fn the_sites_own_hosts_and_what_is_necessary_load() {
    let body = "<!DOCTYPE html><html lang=en><title>T</title><body><img src=/own.png><img src=https://www.example.com/a>\
                <img src=https://static.www.example.com/b><img src=https://example.com/c><script src=https://cdn.example/d>\
                </script></body></html>";
    let app = site(body);
    for cookie in visitors(&app).await {
        let page = get(&app, "/", &[("cookie", &cookie)]).await;
        for part in body.split('<').filter(|part| part.contains("src=")) {
            assert!(page.text().contains(&format!("<{part}")), "{part}\n{}", page.text());
        }
    }
}
