//! html5lib's tree-construction suite.

use std::path::{Path, PathBuf};

use super::compare::Judge;
use super::harness::{Chunkings, run_ways};
use super::rivals;
use crate::html::Outcome;

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

/// One test of a `.dat` file.
pub(super) struct Document {
    /// The file and the test's number in it, from 1.
    pub(super) name: String,
    pub(super) data: String,
    /// Its tree is that of a whole document, with scripting on; other data is a document all the same.
    pub(super) is_document: bool,
}

impl Document {
    /// Its name and the first line of its data.
    fn line(&self) -> String {
        let first: String = self.data.lines().next().unwrap_or("").chars().take(60).collect();
        format!("{:<40} {first:?}", self.name)
    }
}

/// Every test of the suite.
pub(super) fn documents() -> Vec<Document> {
    let folder = suites().join("tree-construction");
    let mut found = Vec::new();
    for path in [files(&folder, "dat"), files(&folder.join("scripted"), "dat")].concat() {
        let bytes = std::fs::read(&path).expect("a readable file");
        let file = path.strip_prefix(&folder).expect("a file of the suite").display();
        let text = format!("\n{}", String::from_utf8_lossy(&bytes));
        for (index, test) in text.split("\n#data\n").skip(1).enumerate() {
            // The data may be empty, so that its own line end is the one before "#data".
            let test = format!("\n{test}");
            let (data, rest) = test.split_once("\n#errors").expect("#errors behind #data");
            let flagged = |flag: &str| rest.lines().any(|line| line == flag);
            found.push(Document {
                name: format!("{file}:{}", index + 1),
                data: data.get(1..).unwrap_or("").to_owned(),
                is_document: !flagged("#document-fragment") && !flagged("#script-off"),
            });
        }
    }
    found
}

/// Compares these documents and prints what came of them, by name where nothing was inserted or
/// nothing could be compared.
fn check(title: &str, documents: &[&Document], expected: &[&str]) {
    let mut judge = Judge::default();
    let mut excluded: [Vec<String>; 2] = Default::default();
    let mut failures = Vec::new();
    for document in documents {
        let run = |material, places, input: &[u8]| run_ways(Chunkings::All, material, places, input);
        match judge.compare(document.data.as_bytes(), run) {
            Err(failure) => failures.push(format!("{} {failure}", document.name)),
            Ok(verdict) => {
                for (excluded, outcome) in excluded.iter_mut().zip([verdict.start, verdict.end]) {
                    if let Outcome::Impossible(reason) = outcome {
                        excluded.push(format!("{:<12} {}", format!("{reason:?}"), document.line()));
                    }
                }
                if verdict.late_frameset {
                    excluded[0].push(format!("LateFrameset {}", document.line()));
                }
            }
        }
    }
    for (place, mut lines) in ["start", "end"].into_iter().zip(excluded) {
        lines.sort();
        println!("{title}: {} documents excluded at the {place}", lines.len());
        lines.iter().for_each(|line| println!("  {line}"));
    }
    judge.counts.print(title);
    let shown = failures.len().min(12);
    assert!(failures.is_empty(), "{} failures\n{}", failures.len(), failures[..shown].join("\n\n"));
    let found: Vec<_> = judge.counts.lines().iter().map(|line| line.trim().to_owned()).collect();
    assert_eq!(found, expected, "{title}: other counts than before");
}

#[test]
#[ignore = "needs HTML5LIB_TESTS"]
fn html5lib_documents_keep_their_trees() {
    let all = documents();
    let (whole, others): (Vec<_>, Vec<_>) = all.iter().partition(|document| document.is_document);
    check("html5lib tree construction", &whole, DOCUMENTS);
    check("html5lib's fragments and what it parses with scripting off", &others, OTHERS);
    rivals::print(&whole);
}

const DOCUMENTS: &[&str] = &[
    "23  both, scripting off: frames",
    "1349  both, scripting off: neutral",
    "7  both, scripting off: the tree differs",
    "23  both: late frameset, not compared",
    "3  both: whitespace from behind </body> stands behind it",
    "1577  documents",
    "72  end Impossible(Frameset)",
    "31  end Impossible(Misnested)",
    "14  end Impossible(OpenComment)",
    "216  end Impossible(OpenElement)",
    "94  end Impossible(OpenForeign)",
    "20  end Impossible(OpenLink)",
    "162  end Impossible(OpenRawText)",
    "1  end Impossible(OpenTag)",
    "33  end Impossible(OpenTemplate)",
    "795  end Inserted",
    "139  end Inserted, may be nested",
    "932  end, scripting off: neutral",
    "2  end, scripting off: the tree differs",
    "16  end: not promised, child of body all the same",
    "3  end: whitespace from behind </body> stands behind it",
    "40  start Impossible(Frameset)",
    "10  start Impossible(OpenComment)",
    "128  start Impossible(OpenRawText)",
    "20  start Impossible(OpenTemplate)",
    "1379  start Inserted",
    "23  start, scripting off: frames",
    "1349  start, scripting off: neutral",
    "7  start, scripting off: the tree differs",
    "23  start: late frameset, not compared",
];

const OTHERS: &[&str] = &[
    "2  both, scripting off: frames",
    "205  both, scripting off: neutral",
    "7  both, scripting off: the tree differs",
    "2  both: late frameset, not compared",
    "219  documents",
    "5  end Impossible(Frameset)",
    "6  end Impossible(Misnested)",
    "20  end Impossible(OpenElement)",
    "10  end Impossible(OpenForeign)",
    "36  end Impossible(OpenLink)",
    "6  end Impossible(OpenRawText)",
    "107  end Inserted",
    "29  end Inserted, may be nested",
    "134  end, scripting off: neutral",
    "2  end, scripting off: the tree differs",
    "3  start Impossible(Frameset)",
    "2  start Impossible(OpenRawText)",
    "214  start Inserted",
    "2  start, scripting off: frames",
    "205  start, scripting off: neutral",
    "7  start, scripting off: the tree differs",
    "2  start: late frameset, not compared",
];
