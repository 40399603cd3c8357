//! Acceptance tests through the public API. The numbers in comments are those of the acceptance
//! cases (`reference/cases.md`).

mod banner;
mod caching;
mod consent_cookie;
mod decisions;
mod endpoint_checks;
mod handler_decisions;
mod headers_and_signals;
mod lifetimes;
mod models;
mod pages;
mod policy_file;
mod policy_findings;
mod properties;
mod regressions;
mod request_gate;
mod router_shapes;
mod set_cookie_gate;
mod settings_page;
mod support;
mod xhtml;
