//! Every short sequence of tokens, against html5ever.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::alphabet::{CORE, IN_BODY, page, some_forty};
use super::compare::{Counts, Judge};
use super::harness::{BOTH, Chunkings, run_ways, runs};
use super::material::Material;
use crate::html::Places;

/// How thoroughly each document is looked at.
#[derive(Clone, Copy)]
struct Depth {
    chunkings: fn(Places) -> Chunkings,
    materials: &'static [Material],
    scripting_off: bool,
}

const EVERYDAY: Depth =
    Depth { chunkings: |_| Chunkings::SingleBytes, materials: &[Material::Shared], scripting_off: false };
const THOROUGH: Depth =
    Depth { chunkings: |_| Chunkings::All, materials: Material::ALL, scripting_off: true };
/// At every split only with both places at once, which takes the same decisions as each alone.
const LONG: Depth = Depth {
    chunkings: |places| match places {
        BOTH => Chunkings::All,
        _ => Chunkings::SingleBytes,
    },
    materials: &[Material::Shared],
    scripting_off: false,
};

/// The sequences of at most so many tokens that begin with this one, or the empty sequence.
pub(super) fn sequences(
    alphabet: &[&str],
    first: Option<usize>,
    length: usize,
    mut each: impl FnMut(&[usize]),
) {
    let Some(first) = first else {
        return each(&[]);
    };
    for length in 1..=length {
        let mut indices = vec![0; length];
        indices[0] = first;
        'all: loop {
            each(&indices);
            for index in indices[1..].iter_mut().rev() {
                *index += 1;
                if *index < alphabet.len() {
                    continue 'all;
                }
                *index = 0;
            }
            break;
        }
    }
}

/// What the threads found.
#[derive(Default)]
struct Found {
    counts: Counts,
    failures: Vec<String>,
    runs: u64,
}

/// Takes one first token after the other until none is left.
fn work(prefix: &str, alphabet: &[&str], length: usize, depth: Depth, next: &AtomicUsize) -> Found {
    let run = |material, places, input: &[u8]| run_ways((depth.chunkings)(places), material, places, input);
    let mut judge =
        Judge { materials: depth.materials, scripting_off: depth.scripting_off, ..Judge::default() };
    let mut failures = Vec::new();
    let runs_before = runs();
    let mut input = String::new();
    loop {
        let first = next.fetch_add(1, Ordering::Relaxed);
        if first > alphabet.len() {
            return Found { counts: judge.counts, failures, runs: runs() - runs_before };
        }
        sequences(alphabet, first.checked_sub(1), length, |indices| {
            input.clear();
            input.push_str(prefix);
            input.extend(indices.iter().map(|index| alphabet[*index]));
            if let Err(failure) = judge.compare(input.as_bytes(), run) {
                failures.push(failure);
            }
        });
    }
}

fn check(title: &str, prefix: &str, alphabet: &[&str], length: usize, depth: Depth) -> Counts {
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let mut all = Found::default();
    std::thread::scope(|scope| {
        let work = || work(prefix, alphabet, length, depth, &next);
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        for thread in threads {
            let found = thread.join().expect("a thread that ends well");
            all.counts.add_all(found.counts);
            all.failures.extend(found.failures);
            all.runs += found.runs;
        }
    });
    let documents = all.counts.get("documents");
    all.counts.print(&format!(
        "{title}: {:.2} million documents, {:.2} million runs",
        documents as f64 / 1e6,
        all.runs as f64 / 1e6
    ));
    let expected: usize = (0..=length as u32).map(|length| alphabet.len().pow(length)).sum();
    assert_eq!(documents, expected as u64);
    all.failures.sort_by_key(String::len);
    let shown = all.failures.len().min(12);
    assert!(shown == 0, "{} failures\n{}", all.failures.len(), all.failures[..shown].join("\n\n"));
    assert!(all.counts.get("start Inserted") > documents / 4);
    assert!(all.counts.get("end Inserted") > documents / 50);
    all.counts
}

#[test]
fn every_sequence_of_three_tokens_keeps_its_tree() {
    check("three tokens", "", CORE, 3, EVERYDAY);
}

#[test]
fn every_sequence_of_two_tokens_keeps_its_tree_at_every_split() {
    check("two tokens, thoroughly", "", &page(), 2, THOROUGH);
}

#[test]
fn every_sequence_of_two_tokens_in_a_body_keeps_its_tree() {
    check("two tokens in a body", "<!doctype html><body>", IN_BODY, 2, EVERYDAY);
    check("two tokens in a div in quirks mode", "<body><div>", IN_BODY, 2, EVERYDAY);
    check("two tokens in a table", "<!doctype html><table>", IN_BODY, 2, EVERYDAY);
    check("two tokens in a cell", "<!doctype html><table><td><b>", IN_BODY, 2, EVERYDAY);
}

#[test]
#[ignore = "takes minutes: cargo test --release --lib every_sequence_of_four -- --ignored --nocapture"]
fn every_sequence_of_four_tokens_keeps_its_tree_at_every_split() {
    check("four tokens", "", &some_forty(), 4, LONG);
}

#[test]
#[ignore = "takes minutes: cargo test --release --lib every_sequence_in_a_body -- --ignored --nocapture"]
fn every_sequence_in_a_body_of_four_tokens_keeps_its_tree_at_every_split() {
    check("four tokens in a body", "<!doctype html><body>", IN_BODY, 4, LONG);
}

#[test]
#[ignore = "takes an hour: cargo test --release --lib every_long_sequence -- --ignored --nocapture"]
fn every_long_sequence_of_rarer_tokens_keeps_its_tree_at_every_split() {
    check("four of all tokens", "", &page(), 4, LONG);
}

#[test]
#[ignore = "takes minutes: cargo test --release --lib every_sequence_of_three -- --ignored --nocapture"]
fn every_sequence_of_three_tokens_keeps_its_tree_whatever_is_inserted() {
    check("three tokens, thoroughly", "", &page(), 3, THOROUGH);
    check("three tokens in a body", "<!doctype html><body>", IN_BODY, 3, THOROUGH);
    check("three tokens in quirks mode", "<body>", IN_BODY, 3, THOROUGH);
    check("three tokens in b", "<!doctype html><body><b>", IN_BODY, 3, THOROUGH);
    check("three tokens in b and p", "<!doctype html><body><b><p>", IN_BODY, 3, THOROUGH);
    check("three tokens in a table", "<!doctype html><table>", IN_BODY, 3, THOROUGH);
    check("three tokens in a cell", "<!doctype html><table><td><b>", IN_BODY, 3, THOROUGH);
}
