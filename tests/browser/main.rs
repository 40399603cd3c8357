//! What a person does, in real browsers: Chromium by its driver, with script on and off, and Firefox where it differs.
//!
//! Ignored where there is no browser; with both, and their drivers, `cargo test --test browser -- --include-ignored`.

mod accessible;
mod chromium;
mod clicks;
mod contrast;
mod decisions;
mod embeds;
mod firefox;
mod fixed;
mod in_place;
mod keyboard;
mod layout;
mod look;
mod media;
mod navigation;
mod reach;
mod reflow;
mod screenshots;
mod script;
mod shapes;
mod shared;
mod site;
mod storage;
mod strict;
mod types;
mod untouched;
mod vendor_consent;
mod web;
