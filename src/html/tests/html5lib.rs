//! html5lib's tree-construction suite.

use std::path::{Path, PathBuf};

use super::harness::run_all_ways;
use super::oracle::{Counts, compare};

/// The suites' folder, from the environment.
pub(super) fn suites() -> PathBuf {
    std::env::var_os("HTML5LIB_TESTS").expect("HTML5LIB_TESTS names html5lib's tests").into()
}

pub(super) fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found: Vec<_> = std::fs::read_dir(folder)
        .expect("the suite's folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect();
    found.sort();
    assert!(!found.is_empty(), "no .{extension} in {folder:?}");
    found
}

/// The documents of a `.dat` file; `None` for fragments and what is only for scripting off.
fn documents(text: &str) -> Vec<Option<String>> {
    let mut found = Vec::new();
    for test in format!("\n{text}").split("\n#data\n").skip(1) {
        // The data may be empty, so that its own line end is the one before "#data".
        let test = format!("\n{test}");
        let (data, rest) = test.split_once("\n#errors").expect("#errors behind #data");
        let data = data.get(1..).unwrap_or("");
        let flagged = |flag: &str| rest.lines().any(|line| line == flag);
        let skipped = flagged("#document-fragment") || flagged("#script-off");
        found.push((!skipped).then(|| data.to_owned()));
    }
    found
}

#[test]
#[ignore = "needs HTML5LIB_TESTS"]
fn html5lib_documents_keep_their_trees() {
    let folder = suites().join("tree-construction");
    let mut counts = Counts::default();
    let mut failures = Vec::new();
    for path in [files(&folder, "dat"), files(&folder.join("scripted"), "dat")].concat() {
        let bytes = std::fs::read(&path).expect("a readable file");
        for document in documents(&String::from_utf8_lossy(&bytes)) {
            match document {
                None => counts.add("skipped: fragment or scripting off"),
                Some(document) => {
                    if let Err(failure) = compare(document.as_bytes(), run_all_ways, &mut counts) {
                        failures.push(format!("{path:?} {failure}"));
                    }
                }
            }
        }
    }
    counts.print("html5lib tree construction");
    let shown = failures.len().min(12);
    assert!(failures.is_empty(), "{} failures\n{}", failures.len(), failures[..shown].join("\n\n"));
    assert!(counts.get("documents") > 1200, "{counts:?}");
    assert!(counts.get("start Inserted") > 1100, "{counts:?}");
    assert!(counts.get("end Inserted") > 400, "{counts:?}");
}
