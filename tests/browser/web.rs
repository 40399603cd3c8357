//! Style sheets and scripts of others, from npm: `npm ci --prefix tests/browser/web`.

use std::{fs, path::Path};

/// The text of a file of a package.
pub(crate) fn package(path: &str) -> String {
    let modules = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/web/node_modules");
    let file = modules.join(path);
    fs::read_to_string(&file)
        .unwrap_or_else(|error| panic!("{}: {error}; run npm ci --prefix tests/browser/web", file.display()))
}
