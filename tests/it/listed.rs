//! What is gated is listed, and what is listed is gated: by every vendor of the catalogue.

use std::sync::{Arc, Mutex};

use axum::Router;
use tower_consent::{Category, GateReport, Gated, Plane, Policy};

use crate::support::{Reply, answered, app, get, with};

const CATALOGUE: &str = include_str!("../../src/policy/catalogue/vendors.txt");

/// A stanza of the catalogue, as text.
struct Stanza {
    id: &'static str,
    lines: Vec<(&'static str, &'static str)>,
}

impl Stanza {
    fn all() -> Vec<Self> {
        let mut stanzas: Vec<Self> = Vec::new();
        for line in CATALOGUE.lines().map(str::trim) {
            if let Some(id) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                stanzas.push(Self { id, lines: Vec::new() });
            } else if let Some((key, value)) = line.split_once('=').filter(|_| !line.starts_with('#')) {
                stanzas.last_mut().unwrap().lines.push((key.trim(), value.trim()));
            }
        }
        stanzas
    }

    fn values(&self, key: &str) -> impl Iterator<Item = &'static str> {
        self.lines.iter().filter(move |line| line.0 == key).map(|line| line.1)
    }

    fn value(&self, key: &str) -> &'static str {
        self.values(key).next().unwrap()
    }

    /// The names of its cookies, and whether they wait for consent: the vendor sets some on its own host, and
    /// a privacy choice is never lost.
    fn cookies(&self) -> Vec<(&'static str, bool)> {
        let cookies = self.values("cookie");
        let cookies = cookies.map(|cookie| cookie.split('|').map(str::trim).collect::<Vec<_>>());
        let waits = |fields: &[&str]| {
            fields[2] != "choice" && !fields.get(3).is_some_and(|field| field.starts_with("on "))
        };
        cookies.map(|fields| (fields[0], waits(&fields))).collect()
    }

    fn policy(&self) -> Policy {
        let category = match self.value("category") {
            "necessary" => Category::necessary(),
            "preferences" => Category::preferences(),
            "analytics" => Category::analytics(),
            "marketing" => Category::marketing(),
            "embeds" => Category::embeds(),
            other => panic!("{}: {other}", self.id),
        };
        Policy::builder("Example SAS", "privacy@example.com")
            .category(category.vendor(self.id))
            .build()
            .unwrap()
    }
}

/// A cookie that a pattern stands for.
fn example(pattern: &str) -> String {
    pattern.replace('*', "A1")
}

/// An app that sets every cookie of the catalogue and names every origin, and what the gate made of it.
fn everything(policy: Policy) -> (Router, Arc<Mutex<GateReport>>) {
    let report = Arc::new(Mutex::new(GateReport::default()));
    let kept = Arc::clone(&report);
    let app = app(policy, move |request| {
        *kept.lock().unwrap() = request.extensions().get::<GateReport>().unwrap().clone();
        let mut response = with("", &[("content-type", "text/html")]);
        for stanza in Stanza::all() {
            for (pattern, _) in stanza.cookies() {
                let line = format!("{}=1", example(pattern));
                response.headers_mut().append("set-cookie", line.parse().unwrap());
            }
            for origin in stanza.values("origin") {
                let link = format!("<{}>; rel=preconnect", origin.replace('*', "a1"));
                response.headers_mut().append("link", link.parse().unwrap());
            }
        }
        response
    });
    (app, report)
}

/// The words of the settings page, with where its links lead.
fn words(page: &Reply) -> String {
    let body = page.dom().by_name("body").remove(0);
    let links = body.by_name("a").into_iter().filter_map(|link| link.attr("href"));
    links.fold(body.text(), |words, href| words + "\n" + &href)
}

// CNIL recommendation 2020-092; GDPR, Article 13(1)(e)
#[tokio::test]
async fn every_vendor_and_every_cookie_of_it_is_listed_for_visitors() {
    for stanza in Stanza::all() {
        let app = app(stanza.policy(), |_| with("", &[]));
        let words = words(&get(&app, "/cookie-consent?lang=en", &[]).await);
        let parts = ["name", "company", "privacy"].map(|key| stanza.value(key));
        let cookies = stanza.cookies();
        for part in parts.into_iter().chain(cookies.iter().map(|(name, _)| *name)) {
            assert!(words.contains(part), "{}: {part} is not in\n{words}", stanza.id);
        }
    }
}

#[tokio::test]
async fn nothing_waits_for_consent_that_is_not_listed_and_all_that_is_listed_waits() {
    for stanza in Stanza::all().into_iter().filter(|stanza| stanza.value("category") != "necessary") {
        let (app, report) = everything(stanza.policy());
        let words = words(&get(&app, "/cookie-consent?lang=en", &[]).await);
        let no = answered(&app, "choice=reject").await;
        let yes = answered(&app, "choice=accept").await;
        let mut gated = Vec::new();
        for (cookie, is_withheld) in [(no, true), (yes, false)] {
            get(&app, "/", &[("cookie", &cookie)]).await;
            let items = report.lock().unwrap().items().to_vec();
            // Of what no category declares nobody is asked: it stays away from all.
            let (asked, undeclared): (Vec<Gated>, Vec<Gated>) =
                items.into_iter().partition(|item| !item.categories().is_empty());
            assert!(asked.iter().all(|item| item.was_withheld() == is_withheld), "{}: {asked:?}", stanza.id);
            assert!(undeclared.iter().all(Gated::was_withheld), "{}: {undeclared:?}", stanza.id);
            gated = asked;
        }
        for item in gated.iter().filter(|item| item.plane() == Plane::ResponseCookie) {
            let is_listed = |(pattern, _): &(&str, bool)| {
                example(pattern) == item.name() || {
                    let (start, end) = pattern.split_once('*').unwrap_or((pattern, "\0"));
                    item.name().starts_with(start) && item.name().ends_with(end)
                }
            };
            let listed: Vec<_> = stanza.cookies().into_iter().filter(is_listed).collect();
            assert!(!listed.is_empty(), "{}: {} is not listed", stanza.id, item.name());
            assert!(listed.iter().any(|(pattern, _)| words.contains(pattern)), "{}: {listed:?}", stanza.id);
        }
        for (pattern, _) in stanza.cookies().into_iter().filter(|(_, waits)| *waits) {
            let is_met = gated.iter().any(|item| item.name() == example(pattern));
            assert!(is_met, "{}: {pattern} does not wait", stanza.id);
        }
    }
}
