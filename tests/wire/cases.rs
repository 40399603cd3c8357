//! The table of cases: none is forgotten, and none is claimed by what is no test.

use std::collections::BTreeMap;

/// Every case of the sections F to J that must or should hold.
const CASES: &str = "
    F1 F2 F3 F4 F5 F6 F8 F9 F10 F11 F13 F14 F15 F17 F18 F19 F20 F21 F23
    G1 G2 G4 G5 G6 G7 G10 G11 G13 G14 G16
    H1 H2 H3 H4 H6 H7 H8 H10 H11 H12 H14
    I1 I2 I3 I5 I6 I7 I8 I9 I10
    J1 J2 J4 J5 J6 J7
";

/// Cases that no test shows through some way, and why.
const EXCEPTIONS: &[(&str, &str)] = &[
    ("F6", "1xx: servers on hyper send none but 101, and the gateway drops the site's"),
    ("F17", "through the gateway: an extension does not leave its process"),
    ("F19", "through the gateway: nor does a closure, so there only paths are shown"),
    ("F20", "through the gateway: two processes cannot know of each other's banner"),
    ("F23", "through the gateway: it takes a closure"),
    ("I6", "over HTTP/2: no upgrade exists there, and extended CONNECT (RFC 8441) is not offered"),
    ("I9", "through the gateway, compression around the layer: what is in front of it is no part of it"),
    ("J6", "with caches that keep, age and revalidate: the tests named `caches`"),
    ("J7", "what a browser shows from its back-forward cache: no socket sees that, tests/browser does"),
];

const SOURCES: &[&str] = &[
    include_str!("caching.rs"),
    include_str!("codings.rs"),
    include_str!("delivery.rs"),
    include_str!("digests.rs"),
    include_str!("eligibility.rs"),
    include_str!("exclusions.rs"),
    include_str!("fragments.rs"),
    include_str!("large.rs"),
    include_str!("metadata.rs"),
    include_str!("splice.rs"),
    include_str!("splits.rs"),
    include_str!("streams.rs"),
    include_str!("upgrades.rs"),
    include_str!("validators.rs"),
];

fn is_number(word: &str) -> bool {
    let mut chars = word.chars();
    chars.next().is_some_and(|letter| letter.is_ascii_uppercase())
        && !chars.as_str().is_empty()
        && chars.all(|digit| digit.is_ascii_digit())
}

/// The cases in comments right above tests that run, with how many tests show each.
fn shown(source: &str) -> BTreeMap<&str, usize> {
    let mut shown = BTreeMap::new();
    let lines: Vec<&str> = source.lines().map(str::trim).collect();
    for lines in lines.windows(3) {
        let Some(comment) = lines[0].strip_prefix("// ") else { continue };
        let is_test = ["#[test]", "#[tokio::test]"].contains(&lines[1]) && !lines[2].starts_with("#[ignore");
        let numbers: Vec<&str> = comment.split(", ").collect();
        if is_test && numbers.iter().all(|number| is_number(number)) {
            numbers.into_iter().for_each(|number| *shown.entry(number).or_default() += 1);
        }
    }
    shown
}

#[test]
fn only_a_comment_above_a_test_that_runs_shows_a_case() {
    let source = "// A1, B22\n#[test]\nfn a() {}\n// C3\nfn b() {}\n// D4\n#[tokio::test]\n#[ignore = \"x\"]\n// E5: x\n#[test]\nfn";
    assert_eq!(shown(source).into_keys().collect::<Vec<_>>(), ["A1", "B22"]);
}

#[test]
fn every_case_is_shown_and_every_exception_says_why() {
    let known: Vec<&str> = CASES.split_whitespace().collect();
    let mut tests: BTreeMap<&str, usize> = BTreeMap::new();
    for (number, count) in SOURCES.iter().flat_map(|source| shown(source)) {
        assert!(known.contains(&number), "there is no case {number}");
        *tests.entry(number).or_default() += count;
    }
    let missing: Vec<_> = known.iter().filter(|number| !tests.contains_key(**number)).collect();
    assert!(missing.is_empty(), "no test shows {missing:?}");
    for (number, reason) in EXCEPTIONS {
        assert!(known.contains(number) && reason.len() > 20, "{number}: {reason}");
    }
}

#[test]
fn every_file_with_tests_is_looked_through() {
    let files = include_str!("main.rs").lines().filter_map(|line| line.strip_prefix("mod ")).count();
    // All but this file and the harness.
    assert_eq!(SOURCES.len(), files - 2);
}
