//! One site, reached in six ways, and the visitors who ask it.

mod answer;
mod canned;
mod connection;
mod dom;
mod gateway;
mod http1;
mod page;
mod site;
mod visitors;
mod writing;

use std::time::Duration;

pub(crate) use self::{
    answer::{Answer, Reply},
    canned::{Canned, canned},
    connection::{Ask, Connection},
    dom::{outline, own, shown, text_of},
    gateway::Gateway,
    page::{assert_unchanged, inserted},
    site::{Site, Through, Way, everywhere, in_process},
    visitors::Visitors,
    writing::writing,
};

/// Longer than anything here takes, unless it hangs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) const HTML: &str = "text/html; charset=utf-8";

pub(crate) const PAGE: &str =
    "<!DOCTYPE html><html lang=en><title>News</title><body><h1>Caf\u{e9} \u{1f36a}</h1></body></html>";

/// What a browser says when it opens a page.
pub(crate) const NAVIGATION: [(&str, &str); 2] =
    [("sec-fetch-dest", "document"), ("accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8")];

/// A policy with a bit of everything.
pub(crate) const POLICY: &str = r#"
privacy-policy = "/privacy"
consent-mode = "off"
exclude = ["/excluded/*"]
no-banner = ["/bare/*"]
[controller]
name = "Example SAS"
contact = "privacy@example.com"
[[category]]
id = "necessary"
cookies = [{ name = "sid" }]
[[category]]
id = "analytics"
vendors = ["google-analytics"]
response-headers = ["x-analytics-id"]
[[category]]
id = "marketing"
vendors = ["meta-pixel"]
"#;

/// The same, with a line for the top of the file.
pub(crate) fn policy_with(line: &str) -> String {
    format!("{line}\n{POLICY}")
}
