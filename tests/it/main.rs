//! Acceptance tests through the public API. A letter and a number in a comment name the case that a
//! test shows: A the consent cookie, B `Set-Cookie`, C `Cookie`, D headers and signals, E decisions,
//! F which responses are pages, G where in a page, H metadata, I streams, J caches, K the banner, L
//! Tower.

mod banner;
mod caching;
mod cases;
mod click_ids;
mod compression;
mod conditions;
mod consent_cookie;
mod copies;
mod csp_enforce;
mod decisions;
mod delivery;
mod embeds;
mod endpoint_checks;
mod handler_decisions;
mod headers_and_signals;
mod layer_order;
mod lifetimes;
mod listed;
mod markup_css;
mod markup_differential;
mod markup_gate;
mod markup_kinds;
mod models;
mod on_gated;
mod origin_gate;
mod pages;
mod policy_file;
mod policy_findings;
mod properties;
mod regressions;
mod report;
mod request_gate;
mod router_shapes;
mod sanctions;
mod set_cookie_gate;
mod settings_page;
mod support;
mod tower_contract;
mod vendor_consent;
mod withdrawal;
mod xhtml;
