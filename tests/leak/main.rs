//! What reaches third parties: pages with every kind of reference in Chromium, with a server that stands
//! in for every third party and notes who calls.

#[allow(dead_code, reason = "shared with the tests named `browser`, which need all of it")]
#[path = "../browser/chromium.rs"]
mod chromium;
mod front;
mod kinds;
mod known;
mod leaks;
mod news;
#[allow(dead_code, reason = "shared with the tests named `gateway`, which need all of it")]
#[path = "../gateway/program.rs"]
mod program;
mod references;
mod site;
mod snippets;
mod table;
mod third_party;
mod visit;
