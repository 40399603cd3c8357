//! What a person does, in a real browser: Chromium by its driver, with script on and off.
//!
//! Ignored where there is no browser; with one, `cargo test --test browser -- --include-ignored`.

mod accessible;
mod chromium;
mod clicks;
mod contrast;
mod decisions;
mod embeds;
mod in_place;
mod keyboard;
mod layout;
mod look;
mod media;
mod navigation;
mod reflow;
mod screenshots;
mod script;
mod shapes;
mod shared;
mod site;
mod storage;
mod strict;
mod types;
mod vendor_consent;
mod web;
