//! The others, from npm.

use std::{fs, path::PathBuf, process::Command};

use serde_json::Value;

use crate::banners::BANNERS;

const INSTALL: &str = "npm ci --prefix benches/visits/web --ignore-scripts --no-audit --no-fund";

fn modules() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "benches/visits/web/node_modules"].iter().collect()
}

/// A file of a package.
pub(crate) fn read(path: &str) -> Option<Vec<u8>> {
    fs::read(modules().join(path)).ok()
}

pub(crate) fn version(package: &str) -> Option<String> {
    let described: Value = serde_json::from_slice(&read(&format!("{package}/package.json"))?).ok()?;
    Some(described["version"].as_str()?.to_owned())
}

/// What has to be installed before there is anything to measure.
pub(crate) fn missing() -> Vec<String> {
    let programs = ["chromium", "chromedriver"].into_iter().filter(|program| {
        let found = Command::new(program).arg("--version").output();
        !found.is_ok_and(|output| output.status.success())
    });
    let mut missing: Vec<_> = programs.map(|program| format!("no {program}: install it")).collect();
    let packages = BANNERS.iter().filter_map(|banner| banner.package);
    if packages.into_iter().any(|package| version(package).is_none()) {
        missing.push(format!("not all packages: {INSTALL}"));
    }
    missing
}
