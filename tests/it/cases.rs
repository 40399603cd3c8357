//! The table of cases: those of sections A to E and K that must or should hold have a test, or a reason.

use std::{collections::BTreeSet, fs, path::Path};

const CASES: &str = "
    A1 A2 A3 A4 A5 A6 A8 A9 A10 A11 A12 A13 A15 A16 A17
    B1 B2 B3 B4 B5 B6 B8 B10 B12 B13 B14 B15 B16 B17 B18 B19 B20 B21 B22 B24 B25
    C1 C3
    D1 D2 D3 D4 D5 D6 D7 D10 D12
    E1 E2 E3 E4 E5 E6 E7 E8 E8b E9 E10 E11 E12 E13 E14 E15 E16 E17 E18 E19 E20 E21
    K1 K2 K3 K4 K5 K6 K7 K8 K10
";

/// Cases that no test here shows, and why.
const EXCEPTIONS: &[(&str, &str)] = &[
    ("B15", "no hook decides about single cookies: declarations do, `necessary` among them"),
    ("K2", "no nonce is needed: what is inserted is constant, and allowed by hash"),
    ("K4", "a warning is an event, and events are tested in a process of their own: tests/events.rs"),
];

/// The file of every test in this folder, and what is in it.
fn sources() -> Vec<(String, String)> {
    fn add(folder: &Path, sources: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                add(&path, sources);
            } else if path.file_name().is_some_and(|name| name != "cases.rs") {
                sources.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let mut sources = Vec::new();
    add(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join("it"), &mut sources);
    sources
}

fn is_number(word: &str) -> bool {
    let digits = word.trim_start_matches(|c: char| c.is_ascii_uppercase()).trim_end_matches('b');
    word.starts_with(|c: char| ('A'..='L').contains(&c))
        && word.len() - digits.len() <= 2
        && !digits.is_empty()
        && digits.chars().all(|digit| digit.is_ascii_digit())
}

/// The cases that are named in comments right above tests which run.
fn shown(source: &str) -> BTreeSet<&str> {
    let mut shown = BTreeSet::new();
    let mut named = Vec::new();
    let lines: Vec<&str> = source.lines().map(str::trim).collect();
    for (at, line) in lines.iter().enumerate() {
        if let Some(comment) = line.strip_prefix("// ") {
            named.extend(comment.split([' ', ',', ';', ':']).filter(|word| is_number(word)));
            continue;
        }
        if *line == "proptest! {" || line.starts_with("#![proptest_config") {
            continue;
        }
        let is_test = *line == "#[test]" || line.starts_with("#[tokio::test");
        if is_test && lines.get(at + 1).is_none_or(|next| !next.starts_with("#[ignore")) {
            shown.extend(named.iter().copied());
        }
        named.clear();
    }
    shown
}

#[test]
fn only_comments_right_above_tests_that_run_show_cases() {
    let source = "// A1, B22: both\n#[test]\nfn a() {}\n// C3\nfn b() {}\n// D4\n#[tokio::test]\n\
                  #[ignore = \"x\"]\nfn c() {}\n// E8b; GDPR, Article 7\n// K1\n#[tokio::test(x)]\nfn d() {}";
    assert_eq!(shown(source).into_iter().collect::<Vec<_>>(), ["A1", "B22", "E8b", "K1"]);
}

#[test]
fn every_case_has_a_test_or_a_reason() {
    let sources = sources();
    let shown: BTreeSet<&str> = sources.iter().flat_map(|(_, source)| shown(source)).collect();
    for number in CASES.split_whitespace() {
        let excepted = EXCEPTIONS.iter().find(|(excepted, _)| *excepted == number);
        assert!(shown.contains(number) || excepted.is_some(), "no test shows {number}");
        // One that has a test needs no excuse.
        assert!(
            !shown.contains(number) || excepted.is_none(),
            "{number} is shown, and excepted: {excepted:?}"
        );
    }
    for number in shown.iter().filter(|number| number.starts_with(['A', 'B', 'C', 'D', 'E'])) {
        assert!(
            CASES.split_whitespace().chain(["D13"]).any(|known| known == *number),
            "there is no case {number}"
        );
    }
    for (number, reason) in EXCEPTIONS {
        assert!(CASES.split_whitespace().any(|known| known == *number) && reason.len() > 15, "{number}");
    }
}
