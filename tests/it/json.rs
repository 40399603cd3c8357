//! JSON that says that it is HTML, as servers send it whose default type that is.

use axum::body::Body;
use tower_consent::{Category, Policy};

use crate::support::{app, get, html, visitors};

#[tokio::test]
async fn json_stays_json_whatever_its_type() {
    for json in [
        "{\"ok\":true}",
        " \n[1,2]",
        "{\"html\":\"<script src='https://stats.example.net/a.js'></script><img src=https://stats.example.net/b>\"}",
        "[\"<svg><script>import('https://stats.example.net/a.js')</script></svg>\"]",
        "{\"a\":\"<iframe src=https://stats.example.net/></iframe><p style='a:url(https://stats.example.net/)'></p>\"}",
    ] {
        let policy = Policy::builder("Example SAS", "privacy@example.com")
            .category(Category::analytics().origin("https://stats.example.net"))
            .build()
            .unwrap();
        let app = app(policy, move |_| html(Body::from(json)));
        for cookie in visitors(&app).await {
            for header in [("accept", "*/*"), ("sec-fetch-dest", "empty"), ("sec-fetch-dest", "document")] {
                let reply = get(&app, "/", &[("cookie", &cookie), header]).await;
                let value: serde_json::Value = serde_json::from_slice(&reply.body)
                    .unwrap_or_else(|error| panic!("{error}: {}", reply.text()));
                let text = value.to_string();
                assert!(!text.contains("data-consent-ui"), "{text}");
                let is_allowed = cookie.contains(".A.");
                assert!(
                    is_allowed || !text.contains(" src='https") && !text.contains(" src=https"),
                    "{text}"
                );
            }
        }
    }
}
