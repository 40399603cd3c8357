//! Files of rules that the header `Speculation-Rules` names.

use axum::{Router, body::Body};
use tower_consent::{Category, Policy};

use crate::support::{app, get, visitors, with};

const KIND: (&str, &str) = ("content-type", "application/speculationrules+json");
const ASKED: (&str, &str) = ("sec-fetch-dest", "speculationrules");

fn site(rules: String) -> Router {
    let policy = Policy::builder("Example SAS", "privacy@example.com")
        .category(Category::analytics().origin("https://stats.example.net"))
        .build()
        .unwrap();
    app(policy, move |_| {
        // In pieces, as files come.
        let pieces = rules.as_bytes().chunks(1000).map(|piece| Ok::<_, std::io::Error>(piece.to_vec()));
        let body = Body::from_stream(tokio_stream::iter(pieces.collect::<Vec<_>>()));
        with(body, &[KIND, ("cache-control", "public, max-age=60")])
    })
}

#[tokio::test]
async fn rules_that_lead_to_a_denied_origin_are_none_without_consent() {
    let long = format!(r#"{{"prefetch":[{{"urls":["/{}","/b"]}}]}}"#, "a".repeat(20_000));
    for rules in [
        r#"{"prefetch":[{"urls":["/own","https://stats.example.net/1"]}]}"#,
        r#"{"prefetch":[{"source":"document","eagerness":"immediate"}]}"#,
        &long,
    ] {
        let app = site(rules.to_owned());
        let [undecided, yes, no] = visitors(&app).await;
        for cookie in [undecided, no] {
            let sent = get(&app, "/rules.json", &[ASKED, ("cookie", &cookie)]).await;
            assert!(serde_json::from_str::<serde_json::Value>(sent.text()).is_err());
            assert_eq!(sent.text(), format!("\"withheld until the visitor agrees\" {rules}"));
            assert_eq!(sent.header("cache-control"), "private, no-cache");
        }
        let sent = get(&app, "/rules.json", &[ASKED, ("cookie", &yes)]).await;
        assert_eq!(sent.text(), rules);
        assert_eq!(sent.header("cache-control"), "private, no-cache");
    }
}

#[tokio::test]
async fn rules_about_the_sites_own_pages_stay() {
    let rules = r#"{"prefetch":[{"urls":["/a"]},{"where":{"href_matches":"/*"}}]}"#;
    let app = site(rules.to_owned());
    for cookie in visitors(&app).await {
        assert_eq!(get(&app, "/rules.json", &[ASKED, ("cookie", &cookie)]).await.text(), rules);
    }
}
