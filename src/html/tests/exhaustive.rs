//! Every short sequence of tokens, against html5ever.

use super::harness::run_two_ways;
use super::oracle::{Counts, compare};

const ALPHABET: &[&str] = &[
    "<!doctype html>",
    "<!--x-->",
    "<![CDATA[x]]>",
    " ",
    "x",
    "&#32;",
    "\0",
    "<html>",
    "<head>",
    "</head>",
    "<body>",
    "</body>",
    "</html>",
    "</br>",
    "<p>",
    "</p>",
    "<div>",
    "</div>",
    "<b>",
    "</b>",
    "<a>",
    "</a>",
    "<title>",
    "</title>",
    "<script>",
    "</script>",
    "<noscript>",
    "<meta>",
    "<template>",
    "</template>",
    "<frameset>",
    "<table>",
    "</table>",
    "<td>",
    "<svg>",
    "</svg>",
    "<foreignObject>",
    "<math>",
    "<mi>",
    "<select>",
    "<option>",
    "<li>",
    "<form>",
    "</form>",
    "<button>",
    "<i/ x='>'",
    "<",
];

/// More of what goes wrong inside the body, for sequences that begin there.
const IN_BODY: &[&str] = &[
    "x",
    " ",
    "<b>",
    "</b>",
    "<i>",
    "</i>",
    "<a>",
    "</a>",
    "<nobr>",
    "<div>",
    "</div>",
    "<p>",
    "</p>",
    "<span>",
    "</span>",
    "<table>",
    "</table>",
    "<tr>",
    "<td>",
    "</td>",
    "<caption>",
    "<col>",
    "<template>",
    "</template>",
    "<svg>",
    "</svg>",
    "<desc>",
    "<select>",
    "</select>",
    "<input>",
    "<form>",
    "</form>",
    "<li>",
    "<ul>",
    "</ul>",
    "<object>",
    "</object>",
    "<h1>",
    "</h2>",
    "<button>",
    "<style>",
    "</style>",
    "</body>",
];

fn sequences(prefix: &str, alphabet: &[&str], length: usize, counts: &mut Counts) {
    let mut failures = Vec::new();
    let mut failed = 0;
    for length in 0..=length {
        let mut indices = vec![0; length];
        'all: loop {
            let tokens: String = indices.iter().map(|index| alphabet[*index]).collect();
            let input = format!("{prefix}{tokens}");
            if let Err(failure) = compare(input.as_bytes(), run_two_ways, counts) {
                failed += 1;
                if failures.len() < 12 {
                    failures.push(failure);
                }
            }
            for index in indices.iter_mut().rev() {
                *index += 1;
                if *index < alphabet.len() {
                    continue 'all;
                }
                *index = 0;
            }
            break;
        }
    }
    assert!(failures.is_empty(), "{failed} failures, the first:\n{}", failures.join("\n\n"));
}

fn check(title: &str, prefix: &str, alphabet: &[&str], length: u32) {
    let mut counts = Counts::default();
    sequences(prefix, alphabet, length as usize, &mut counts);
    counts.print(title);
    let expected: usize = (0..=length).map(|length| alphabet.len().pow(length)).sum();
    assert_eq!(counts.get("documents"), expected);
    assert!(counts.get("start Inserted") > expected / 4);
    assert!(counts.get("end Inserted") > expected / 50);
}

#[test]
fn every_sequence_of_three_tokens_keeps_its_tree() {
    check("three tokens", "", ALPHABET, 3);
}

#[test]
fn every_sequence_of_two_tokens_in_a_body_keeps_its_tree() {
    check("two tokens in a body", "<!doctype html><body>", IN_BODY, 2);
    check("two tokens in a div in quirks mode", "<body><div>", IN_BODY, 2);
    check("two tokens in a table", "<!doctype html><table>", IN_BODY, 2);
    check("two tokens in a cell", "<!doctype html><table><td><b>", IN_BODY, 2);
}

#[test]
#[ignore = "takes minutes: cargo test --release -- --ignored every_sequence_of_four"]
fn every_sequence_of_four_tokens_keeps_its_tree() {
    check("four tokens", "", ALPHABET, 4);
    check("four tokens in a body", "<!doctype html><body>", IN_BODY, 4);
}

#[test]
#[ignore = "takes a minute: cargo test --release -- --ignored every_sequence_of_three_tokens_in"]
fn every_sequence_of_three_tokens_in_a_body_keeps_its_tree() {
    check("three tokens in a body", "<!doctype html><body>", IN_BODY, 3);
    check("three tokens in quirks mode", "<body>", IN_BODY, 3);
    check("three tokens in b", "<!doctype html><body><b>", IN_BODY, 3);
    check("three tokens in b and p", "<!doctype html><body><b><p>", IN_BODY, 3);
    check("three tokens in a table", "<!doctype html><table>", IN_BODY, 3);
    check("three tokens in a cell", "<!doctype html><table><td><b>", IN_BODY, 3);
}
