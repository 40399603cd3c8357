//! A page of the shape of a news site's, laden with trackers, behind the gateway: whom a visitor's
//! browser contacts before and after.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use axum::{Router, response::Html, routing::get};
use tokio::net::TcpListener;

use crate::{
    chromium::{Browser, Script},
    front::Front,
    program::Gateway,
};

const PAGE: &str = include_str!("page.html");
const POLICY: &str = include_str!("policy.toml");
const IMAGE: &str = "<svg xmlns='http://www.w3.org/2000/svg' width='640' height='360'/>";

/// The visitors whose contacts the table compares, in the order of its columns.
const VISITORS: [&str; 4] = ["no layer", "undecided", "refused", "accepted"];

/// Starts the site by itself; it knows nothing of the layer.
async fn start() -> String {
    let image = || async { ([("content-type", "image/svg+xml")], IMAGE) };
    let app = Router::new().route("/", get(|| async { Html(PAGE) })).route("/ferry.svg", get(image));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    address
}

/// The third parties that the page names in what loads.
fn named() -> BTreeSet<String> {
    let is_loaded = |line: &&str| !line.contains("canonical") && !line.contains("schema.org");
    let lines = PAGE.split("<noscript>").next().unwrap().lines().filter(is_loaded);
    let addresses = lines.flat_map(|line| line.split("https://").skip(1));
    let host = |rest: &str| rest.split(['/', '"', '\'', '?']).next().unwrap().to_owned();
    // No server learns of a name that is looked up.
    addresses.map(host).collect()
}

async fn contacted(front: &Front) -> BTreeSet<String> {
    let contacts = front.contacts(Duration::from_secs(2)).await;
    let named = named();
    contacts.into_iter().map(|contact| contact.host).filter(|host| named.contains(host)).collect()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn a_news_page_contacts_nobody_until_the_visitor_agrees() {
    let front = Front::start(BTreeMap::new()).await;
    let site = start().await;
    let gateway = Gateway::start(POLICY, &site, &[]);
    let browser = Browser::open_with(Script::On, 1280, 900, &front.arguments()).await;
    let mut seen = Vec::new();

    browser.goto(&site).await.unwrap();
    seen.push(contacted(&front).await);
    front.forget();
    browser.goto(gateway.url("/")).await.unwrap();
    seen.push(contacted(&front).await);
    for choice in ["reject", "accept"] {
        browser.goto(gateway.url("/cookie-consent?return_to=/")).await.unwrap();
        front.forget();
        browser.follow(&format!("button[name=choice][value={choice}]")).await;
        seen.push(contacted(&front).await);
    }

    println!("{}", table(&seen));
    let [before, undecided, refused, accepted] = seen.try_into().unwrap();
    assert_eq!(before, named());
    assert!(before.len() >= 30, "{}", before.len());
    assert_eq!(undecided, BTreeSet::new());
    assert_eq!(refused, BTreeSet::new());
    assert_eq!(accepted, before);
}

/// In Markdown, a line for each third party.
fn table(seen: &[BTreeSet<String>]) -> String {
    let mut table = format!("| contacted | {} |\n|---|---|---|---|---|\n", VISITORS.join(" | "));
    let row = |name: &str, cells: Vec<String>| format!("| {name} | {} |\n", cells.join(" | "));
    for host in seen.iter().flatten().collect::<BTreeSet<_>>() {
        let mark = |hosts: &BTreeSet<String>| if hosts.contains(host) { "yes" } else { "–" }.to_owned();
        table += &row(host, seen.iter().map(mark).collect());
    }
    table += &row("**together**", seen.iter().map(|hosts| format!("**{}**", hosts.len())).collect());
    table
}
