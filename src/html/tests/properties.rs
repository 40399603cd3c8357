//! Arbitrary bytes, arbitrary markup, arbitrary chunks.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::compare::Judge;
use super::harness::{BOTH, Chunkings, ONLY_END, ONLY_START, Ran, run, run_ways};
use super::material::Material;
use crate::html::Places;

const PIECES: &[&str] = &[
    "<",
    ">",
    "/",
    "=",
    "\"",
    "'",
    "!",
    "-",
    "--",
    "?",
    "&",
    "#",
    ";",
    " ",
    "\r\n",
    "\0",
    "x",
    "]]>",
    "<!--",
    "-->",
    "--!>",
    "<![CDATA[",
    "<!doctype html>",
    "<html lang=en>",
    "<head>",
    "</head>",
    "<body>",
    "<body class='a",
    "</body>",
    "</html>",
    "<script>",
    "</script>",
    "<style>",
    "</style>",
    "<title>",
    "</title>",
    "<textarea>",
    "</textarea>",
    "<noscript>",
    "</noscript>",
    "<template>",
    "</template>",
    "<svg>",
    "</svg>",
    "<math>",
    "</math>",
    "<mi>",
    "<desc>",
    "<foreignObject>",
    "<annotation-xml encoding=text/html>",
    "<font color=x>",
    "<p>",
    "</p>",
    "<div>",
    "</div>",
    "<a>",
    "</a>",
    "<b>",
    "</b>",
    "<b x>",
    "<i>",
    "</i>",
    "<table>",
    "<tr>",
    "<td>",
    "</table>",
    "<select>",
    "</select>",
    "<option>",
    "<form>",
    "</form>",
    "<button>",
    "</button>",
    "<frameset>",
    "<br/>",
    "&#32;",
    "&Tab;",
    "&amp;",
    "<ul>",
    "<li>",
    "</ul>",
    "<h1>",
    "</h1>",
    "<x-y>",
    "</x-y>",
    "<caption>",
    "<col>",
    "<object>",
    "</object>",
    "<plaintext>",
    "<span>",
    "</span>",
    "<ruby>",
    "<rt>",
    "é",
    "日",
];

fn soup() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(0..PIECES.len(), 0..40)
        .prop_map(|pieces| pieces.iter().flat_map(|piece| PIECES[*piece].bytes()).collect())
}

fn two_ways(material: Material, places: Places, input: &[u8]) -> Ran {
    run_ways(Chunkings::SingleBytes, material, places, input)
}

fn check(input: &[u8], cuts: &[usize]) -> Result<(), TestCaseError> {
    for places in [ONLY_START, ONLY_END, BOTH] {
        let whole = run(places, [input]);
        prop_assert_eq!(&whole.removed()[..], input);
        let mut cuts: Vec<_> = cuts.iter().map(|cut| cut % (input.len() + 1)).collect();
        cuts.push(input.len());
        cuts.sort_unstable();
        let mut from = 0;
        let chunks = cuts.iter().map(|to| &input[std::mem::replace(&mut from, *to)..*to]);
        prop_assert_eq!(whole, run(places, chunks));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_pass(
        input in prop::collection::vec(any::<u8>(), 0..300),
        cuts in prop::collection::vec(any::<usize>(), 0..8),
    ) {
        check(&input, &cuts)?;
    }

    #[test]
    fn arbitrary_markup_passes(
        input in soup(),
        cuts in prop::collection::vec(any::<usize>(), 0..8),
    ) {
        check(&input, &cuts)?;
    }

    #[test]
    fn arbitrary_markup_keeps_its_tree(input in soup()) {
        Judge::default().compare(&input, two_ways).map_err(TestCaseError::fail)?;
    }
}

#[test]
fn formatting_that_a_cell_keeps_from_its_template_takes_no_element_in_where_scripts_run() {
    for input in ["<template><tr><b x><td></template><", "<template><table><caption><i></template>a"] {
        Judge::default().compare(input.as_bytes(), two_ways).unwrap();
    }
}

/// So many soups, always the same.
pub(super) fn soups(cases: usize, mut each: impl FnMut(&[u8])) {
    let mut runner = TestRunner::deterministic();
    for _ in 0..cases {
        each(&soup().new_tree(&mut runner).expect("a soup").current());
    }
}

#[test]
#[ignore = "takes minutes: cargo test --release --lib a_lot_of -- --ignored --nocapture"]
fn a_lot_of_arbitrary_markup_keeps_its_tree() {
    let mut judge = Judge::default();
    let cases = std::env::var("CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(300_000);
    let mut failures = Vec::new();
    soups(cases, |input| failures.extend(judge.compare(input, two_ways).err()));
    judge.counts.print("token soups");
    failures.sort_by_key(String::len);
    let shown = failures.len().min(8);
    assert!(failures.is_empty(), "{} failures\n{}", failures.len(), failures[..shown].join("\n\n"));
    assert!(judge.counts.get("end Inserted") > cases as u64 / 50);
}
