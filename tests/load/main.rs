//! The example gateway under load, and in front of a page of any length: what it answers, and what it
//! costs, as Linux tells it. The numbers are printed:
//!
//! ```text
//! cargo build --example gateway && cargo test --test load -- --nocapture
//! ```

#![cfg(target_os = "linux")]

mod crowd;
mod footprint;
mod long_page;
mod news;
#[path = "../gateway/program.rs"]
mod program;
mod restarts;
mod visitor;

const POLICY: &str = r#"
privacy-policy = "/privacy"
[controller]
name = "Example SAS"
contact = "privacy@example.com"
[[category]]
id = "analytics"
vendors = ["google-analytics"]
"#;
