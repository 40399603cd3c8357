//! For random pages, policies and answers: what html5ever finds that loads is, after the layer, just what
//! the rules allow; nothing else has changed; and only bytes were added.

mod document;
mod oracle;

use axum::body::Body;
use bytes::Bytes;
use http_body_util::BodyExt;
use proptest::{
    prelude::*,
    sample::select,
    test_runner::{RngAlgorithm, TestRng, TestRunner},
};
use tower::ServiceExt;
use tower_consent::{Category, ConsentLayer, Policy, SettingsControl};
use url::Url;

use self::{
    document::document,
    oracle::{Expectation, Rules, parse},
};
use crate::support::{answered, app_with, request, with};

const IDS: [&str; 3] = ["analytics", "marketing", "embeds"];
const ORIGINS: [&str; 3] =
    ["https://stats.example.net", "https://*.ads.example", "https://video.example/embed"];

fn policy(categories: [&'static str; 3]) -> Policy {
    let builder =
        Policy::builder("Example SAS", "privacy@example.com").settings_control(SettingsControl::None);
    let builder = IDS.into_iter().fold(builder, |builder, id| {
        let own = ORIGINS.into_iter().zip(categories).filter(|(_, category)| *category == id);
        builder.category(own.fold(
            match id {
                "analytics" => Category::analytics().cookie("_an"),
                "marketing" => Category::marketing().cookie("_ma"),
                _ => Category::embeds().cookie("_em"),
            },
            |category, (origin, _)| category.origin(origin),
        ))
    });
    builder.build().unwrap()
}

/// The page as the visitor gets it.
async fn sent(rules: &Rules, page: &str, cuts: &[usize]) -> String {
    let mut chunks = Vec::new();
    let mut from = 0;
    for cut in cuts.iter().chain([&page.len()]) {
        chunks.push(Bytes::copy_from_slice(&page.as_bytes()[from..*cut]));
        from = *cut;
    }
    let app = app_with(ConsentLayer::new(policy(rules.categories)), move |_| {
        let chunks = chunks.clone().into_iter().map(Ok::<_, std::io::Error>);
        with(Body::from_stream(tokio_stream::iter(chunks)), &[("content-type", "text/html; charset=utf-8")])
    });
    let form: String = rules.granted.iter().flat_map(|id| ["&category=", id]).collect();
    let cookie = answered(&app, &format!("choice=save{form}")).await;
    let reply =
        app.oneshot(request("GET", "/dir/page", Body::empty(), &[("cookie", &cookie)])).await.unwrap();
    String::from_utf8(reply.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
}

/// Whether bytes were added and none taken away or moved.
fn is_within(page: &str, sent: &str) -> bool {
    let mut sent = sent.bytes();
    page.bytes().all(|byte| sent.any(|sent| sent == byte))
}

fn check((page, cuts): (String, Vec<usize>), rules: &Rules) -> Result<(), TestCaseError> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let sent_whole = runtime.block_on(sent(rules, &page, &[]));
    let sent_cut = runtime.block_on(sent(rules, &page, &cuts));
    prop_assert_eq!(&sent_cut, &sent_whole, "cut at {:?}", cuts);
    prop_assert!(is_within(&page, &sent_whole));
    let mut expected = parse(&page);
    let mut expectation = Expectation::new(rules, Url::parse("https://www.example.com/dir/page").unwrap());
    expectation.apply(&mut expected, true);
    let mut found = parse(&sent_whole);
    oracle::open_noscript(&mut found);
    oracle::check_frames(&mut expected, &mut found).map_err(TestCaseError::fail)?;
    prop_assert_eq!(found, expected, "\n{}\nbecame\n{}", page, sent_whole);
    Ok(())
}

fn run(cases: u32, rng: TestRng) {
    let category = || select(&IDS[..]);
    let granted = proptest::sample::subsequence(&IDS[..], 0..=3);
    let rules = ([category(), category(), category()], granted)
        .prop_map(|(categories, granted)| Rules { categories, granted });
    let config = ProptestConfig {
        cases,
        max_shrink_iters: 250,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let result =
        TestRunner::new_with_rng(config, rng).run(&(document(), rules), |(page, rules)| check(page, &rules));
    if let Err(error) = result {
        panic!("{error}");
    }
}

#[test]
fn what_loads_is_what_the_rules_allow() {
    // The same documents each time; the long run takes others.
    run(200, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
}

#[test]
#[ignore = "takes minutes"]
fn what_loads_is_what_the_rules_allow_at_length() {
    let rng = TestRunner::default().new_rng();
    run(30_000, rng);
}
