//! What is gated is listed, and what is listed is gated: by every vendor of the catalogue.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    http::{HeaderName, HeaderValue},
};
use tower_consent::{Category, GateReport, Gated, Plane, Policy};

use crate::support::{Reply, answered, app, get, with};

const CATALOGUE: &str = include_str!("../../src/policy/catalogue/vendors.txt");
const HEADERS: &str = include_str!("../../docs/headers.md");

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

    /// The keys of what it keeps in the browser's storage, and whether they go with a no.
    fn storage(&self) -> Vec<(&'static str, bool)> {
        let storage = self.values("storage");
        let storage = storage.map(|storage| storage.split('|').map(str::trim).collect::<Vec<_>>());
        storage.map(|fields| (fields[0], fields[2] != "choice")).collect()
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
    pattern.replace('*', "a1")
}

/// Whether a name is what a pattern stands for.
fn fits(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        Some((start, end)) => {
            name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end)
        }
        None => name == pattern,
    }
}

/// The headers of one side that wait for consent.
fn tracking_headers(side: &str) -> Vec<String> {
    let section = HEADERS.split(side).nth(1).unwrap().split("\n## ").next().unwrap();
    let names = section.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    names.map(example).collect()
}

/// An app that sets every cookie and header and names every origin there is, those of this vendor first since each
/// host is reported once; and what the gate made of it.
fn everything(policy: Policy, first: &'static str) -> (Router, Arc<Mutex<GateReport>>) {
    let report = Arc::new(Mutex::new(GateReport::default()));
    let kept = Arc::clone(&report);
    let app = app(policy, move |request| {
        *kept.lock().unwrap() = request.extensions().get::<GateReport>().unwrap().clone();
        let mut response = with("", &[("content-type", "text/html")]);
        let mut stanzas = Stanza::all();
        stanzas.sort_by_key(|stanza| stanza.id != first);
        for stanza in stanzas {
            for (pattern, _) in stanza.cookies() {
                let line = format!("{}=1", example(pattern));
                response.headers_mut().append("set-cookie", line.parse().unwrap());
            }
            for origin in stanza.values("origin") {
                let link = format!("<{}>; rel=preload;as=image", example(origin));
                response.headers_mut().append("link", link.parse().unwrap());
            }
        }
        for name in tracking_headers("## Responses") {
            response.headers_mut().append(HeaderName::try_from(name).unwrap(), HeaderValue::from_static("1"));
        }
        response
    });
    (app, report)
}

/// The names on the settings page: of cookies, hosts and headers.
fn names(page: &Reply) -> Vec<String> {
    let names = page.dom().by_name("code").into_iter().map(|code| code.text());
    names.flat_map(|names| names.split(", ").map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// The words of the settings page, with where its links lead.
fn words(page: &Reply) -> String {
    let body = page.dom().by_name("body").remove(0);
    let links = body.by_name("a").into_iter().filter_map(|link| link.attr("href"));
    links.fold(body.text(), |words, href| words + "\n" + &href)
}

// CNIL recommendation 2020-092; GDPR, Article 13(1)(e)
#[tokio::test]
async fn every_vendor_and_all_it_stores_is_listed_for_visitors() {
    for stanza in Stanza::all() {
        let app = app(stanza.policy(), |_| with("", &[]));
        let words = words(&get(&app, "/cookie-consent?lang=en", &[]).await);
        let parts = ["name", "company", "privacy"].map(|key| stanza.value(key));
        let names: Vec<_> = stanza.cookies().into_iter().chain(stanza.storage()).collect();
        let origins = stanza.values("origin").map(|origin| origin.trim_start_matches("https://"));
        for part in parts.into_iter().chain(names.iter().map(|(name, _)| *name)).chain(origins) {
            assert!(words.contains(part), "{}: {part} is not in\n{words}", stanza.id);
        }
    }
}

#[tokio::test]
async fn what_is_kept_in_the_browsers_storage_goes_after_a_no_and_is_listed() {
    for stanza in Stanza::all().into_iter().filter(|stanza| stanza.value("category") != "necessary") {
        let app = app(stanza.policy(), |_| with("<!DOCTYPE html><p>x", &[("content-type", "text/html")]));
        let no = answered(&app, "choice=reject").await;
        let page = get(&app, "/", &[("cookie", &no)]).await;
        let scripts = page.dom().by_name("script");
        let told = scripts.iter().find_map(|script| script.attr("data-forget")).unwrap_or_default();
        let mut gone: Vec<&str> = told.split(' ').filter_map(|word| word.strip_prefix('-')).collect();
        let storage = stanza.storage().into_iter();
        let mut expected: Vec<&str> = storage.filter(|(_, goes)| *goes).map(|(key, _)| key).collect();
        gone.sort_unstable();
        expected.sort_unstable();
        assert_eq!(gone, expected, "{}", stanza.id);
        let listed = names(&get(&app, "/cookie-consent?lang=en", &[]).await);
        assert!(gone.iter().all(|key| listed.iter().any(|name| name == key)), "{}", stanza.id);
    }
}

#[tokio::test]
async fn nothing_waits_for_consent_that_is_not_listed_and_all_that_is_listed_waits() {
    let hints = tracking_headers("## Requests");
    for stanza in Stanza::all().into_iter().filter(|stanza| stanza.value("category") != "necessary") {
        let (app, report) = everything(stanza.policy(), stanza.id);
        let listed = names(&get(&app, "/cookie-consent?lang=en", &[]).await);
        let no = answered(&app, "choice=reject").await;
        let yes = answered(&app, "choice=accept").await;
        let mut gated = Vec::new();
        for (cookie, is_withheld) in [(no, true), (yes, false)] {
            let mut sent = vec![("cookie", cookie.as_str())];
            sent.extend(hints.iter().map(|name| (name.as_str(), "1")));
            get(&app, "/", &sent).await;
            let items = report.lock().unwrap().items().to_vec();
            // Of what no category declares nobody is asked: it stays away from all.
            let (asked, undeclared): (Vec<Gated>, Vec<Gated>) =
                items.into_iter().partition(|item| !item.categories().is_empty());
            assert!(asked.iter().all(|item| item.was_withheld() == is_withheld), "{}: {asked:?}", stanza.id);
            assert!(undeclared.iter().all(Gated::was_withheld), "{}: {undeclared:?}", stanza.id);
            gated = asked;
        }
        for item in &gated {
            // Some vendors have a part of a host, which is named whole where a page connects to it.
            let name = item.name().trim_start_matches("https://");
            let is_listed = |listed: &String| fits(listed.split('/').next().unwrap(), name);
            assert!(listed.iter().any(is_listed), "{}: {item:?}", stanza.id);
        }
        for (pattern, _) in stanza.cookies().into_iter().filter(|(_, waits)| *waits) {
            let is_met = gated.iter().any(|item| item.name() == example(pattern));
            assert!(is_met, "{}: {pattern} does not wait", stanza.id);
        }
        for origin in stanza.values("origin") {
            let origin = example(origin);
            let is_met = gated.iter().any(|item| {
                item.plane() == Plane::Origin
                    && origin
                        .strip_prefix(item.name())
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            });
            assert!(is_met, "{}: {origin} does not wait", stanza.id);
        }
    }
}
