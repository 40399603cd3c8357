//! How long answers hold: A13.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, UNIX_EPOCH},
};

use axum::Router;
use tower_consent::{Category, Consent, ConsentLayer, Model, Policy};

use crate::support::{Browser, PAGE, Reply, app_with, declared, html, policy};

const DAY: u64 = 24 * 60 * 60;
const START: u64 = 1_800_000_000;

/// An app whose clock the test sets, in days after the start.
struct Timed {
    now: Arc<AtomicU64>,
    browser: Browser,
}

impl Timed {
    fn new(policy: Policy) -> Self {
        let now = Arc::new(AtomicU64::new(START));
        let app = Self::app(&now, policy);
        Self { now, browser: Browser::new(&app) }
    }

    fn app(now: &Arc<AtomicU64>, policy: Policy) -> Router {
        let clock = now.clone();
        let layer = ConsentLayer::new(policy)
            .clock(move || UNIX_EPOCH + Duration::from_secs(clock.load(Ordering::Relaxed)));
        app_with(layer, |request| {
            let consent = request.extensions().get::<Consent>().unwrap();
            let mut response = html(PAGE);
            let allowed = consent.allows("analytics").to_string();
            response.headers_mut().insert("x-allowed", allowed.parse().unwrap());
            response
        })
    }

    async fn at(&mut self, seconds: u64) -> Reply {
        self.now.store(START + seconds, Ordering::Relaxed);
        self.browser.visit("/").await
    }

    async fn choose(&mut self, choice: &str) {
        let page = self.browser.visit("/").await;
        self.browser.press(&page, choice).await;
    }
}

// A13
#[tokio::test]
async fn a_yes_lapses_after_180_days_and_is_asked_for_again_after_184() {
    let mut timed = Timed::new(policy());
    timed.choose("accept").await;
    for (seconds, allowed, banner) in [
        (0, "true", false),
        (180 * DAY - 1, "true", false),
        (180 * DAY, "false", false),
        (184 * DAY - 1, "false", false),
        (184 * DAY, "false", true),
        (400 * DAY, "false", true),
    ] {
        let page = timed.at(seconds).await;
        assert_eq!(page.header("x-allowed"), allowed, "{seconds}");
        assert_eq!(page.has_banner(), banner, "{seconds}");
        assert!(page.consent_lines().is_empty(), "a page view renews nothing");
    }
}

#[tokio::test]
async fn nobody_who_agreed_is_told_that_they_refused() {
    for (choice, at, expected) in
        [("accept", 181 * DAY, "Not chosen yet"), ("accept", 1, "Allowed"), ("reject", 181 * DAY, "Refused")]
    {
        let mut timed = Timed::new(policy());
        timed.choose(choice).await;
        timed.now.store(START + at, Ordering::Relaxed);
        let page = timed.browser.visit("/cookie-consent").await;
        assert!(page.text().contains(&format!("<span class=\"mark\">{expected}</span>")), "{choice} {at}");
    }
}

// A13
#[tokio::test]
async fn a_no_is_remembered_for_184_days() {
    let mut timed = Timed::new(policy());
    timed.choose("reject").await;
    assert!(!timed.at(184 * DAY - 1).await.has_banner());
    assert!(timed.at(184 * DAY).await.has_banner());
}

// A13
#[tokio::test]
async fn a_new_yes_does_not_prolong_an_old_one() {
    let mut timed = Timed::new(policy());
    let settings = timed.browser.visit("/cookie-consent").await;
    timed.browser.press_with(&settings, "save", Some(&["analytics"])).await;
    timed.at(100 * DAY).await;
    let app = Timed::app(&timed.now, declared().category(Category::embeds()).build().unwrap());
    timed.browser.move_to(&app);
    let page = timed.browser.visit("/").await;
    assert!(page.has_banner(), "embeds is new");
    timed.browser.press(&page, "accept").await;
    assert_eq!(timed.at(179 * DAY).await.header("x-allowed"), "true");
    assert_eq!(timed.at(181 * DAY).await.header("x-allowed"), "false", "analytics was granted on day 0");
}

#[tokio::test]
async fn lifetimes_can_be_set() {
    let mut timed =
        Timed::new(declared().consent_lifetime("30 days").refusal_lifetime("200 days").build().unwrap());
    timed.choose("accept").await;
    assert_eq!(timed.at(30 * DAY - 1).await.header("x-allowed"), "true");
    let lapsed = timed.at(30 * DAY).await;
    assert_eq!(lapsed.header("x-allowed"), "false");
    assert!(!lapsed.has_banner());
    assert!(timed.at(200 * DAY).await.has_banner());
}

#[tokio::test]
async fn an_opt_out_lasts_at_least_twelve_months() {
    let mut timed = Timed::new(declared().model(Model::OptOut).build().unwrap());
    timed.choose("reject").await;
    let page = timed.at(365 * DAY).await;
    assert_eq!(page.header("x-allowed"), "false");
    assert!(!page.has_banner());
}

#[tokio::test]
async fn an_answer_from_the_future_is_none() {
    let mut timed = Timed::new(policy());
    timed.now.store(START + 10 * DAY, Ordering::Relaxed);
    timed.choose("accept").await;
    let early = timed.at(0).await;
    assert_eq!(early.header("x-allowed"), "false");
    assert!(early.has_banner());
    assert_eq!(timed.at(10 * DAY - 60).await.header("x-allowed"), "true", "clocks differ a little");
}

#[tokio::test]
async fn a_clock_before_1970_breaks_nothing() {
    let layer = ConsentLayer::new(policy()).clock(|| UNIX_EPOCH - Duration::from_secs(1));
    let app = app_with(layer, |_| html(PAGE));
    let mut browser = Browser::new(&app);
    let page = browser.visit("/").await;
    let (_, next) = browser.press(&page, "accept").await;
    assert!(!next.has_banner());
}

// 3.1: the confirmation
#[tokio::test]
async fn a_decision_is_confirmed_for_fifteen_seconds() {
    let mut timed = Timed::new(policy());
    let page = timed.browser.visit("/").await;
    let (_, next) = timed.browser.press(&page, "accept").await;
    let confirmations = |page: &Reply| {
        page.dom().elements().iter().filter(|e| e.attr("role").as_deref() == Some("status")).count()
    };
    assert_eq!(confirmations(&next), 1);
    assert!(next.header("cache-control").contains("no-store"));
    assert_eq!(confirmations(&timed.at(14).await), 1);
    let later = timed.at(15).await;
    assert_eq!(confirmations(&later), 0);
    assert_eq!(later.header("cache-control"), "private, no-cache");
}
