//! Inserting only ever inserts, at the same offsets however the document is cut into chunks, and
//! holds back no more than it may.

#![no_main]

mod cuts;

use std::collections::VecDeque;
use std::fmt;

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use tower_consent::fuzzing::{Asked, Outcome, Rewriter};

use cuts::{cut, repeat};

static START: &[u8] = b"<section>start</section>";
static END: &[u8] = b"<div>end</div>";

/// So many bytes may be held back.
const LIMIT: usize = 16 * 1024;

#[derive(PartialEq, Eq)]
struct Ran {
    /// What is left without the insertions.
    document: Vec<u8>,
    /// With how much of the document before each.
    inserted: Vec<(Asked, usize)>,
    start: Outcome,
    end: Outcome,
}

fuzz_target!(|input: &[u8]| {
    let document = repeat(input);
    for (start, end) in [(true, false), (false, true), (true, true)] {
        let whole = run(start, end, std::iter::once(&document[..]));
        assert!(whole.document == document, "without what was inserted it is another: {whole:?}");
        // In single bytes, but for the longest.
        let small = run(start, end, document.chunks(1 + document.len() / 1024));
        assert!(whole == small, "in small chunks: {whole:?}\n{small:?}");
        for seed in 0..2 {
            let some = run(start, end, cut(&document, seed));
            assert!(whole == some, "cut with seed {seed}: {whole:?}\n{some:?}");
        }
    }
    // Nothing wanted, nothing done.
    let passed = run(false, false, cut(&document, 2));
    assert!(passed.document == document && passed.inserted.is_empty());
});

impl fmt::Debug for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes, {:?} {:?} {:?}", self.document.len(), self.start, self.end, self.inserted)
    }
}

fn run<'a>(start: bool, end: bool, chunks: impl Iterator<Item = &'a [u8]>) -> Ran {
    let mut rewriter = Rewriter::new(start, end);
    let mut asked = Vec::new();
    let mut insert = |ask: Asked| {
        let bytes = if ask.at_end { END } else { START };
        asked.push(ask);
        Bytes::from_static(bytes)
    };
    let mut ran =
        Ran { document: Vec::new(), inserted: Vec::new(), start: rewriter.start(), end: rewriter.end() };
    let mut places = Vec::new();
    let mut fed = 0;
    let mut out = VecDeque::new();
    let mut drain = |out: &mut VecDeque<Bytes>, document: &mut Vec<u8>| {
        for bytes in out.drain(..) {
            assert!(!bytes.is_empty(), "an empty chunk leaves");
            // What is inserted is told by its address: a document may hold the same bytes.
            if bytes.as_ptr() == START.as_ptr() || bytes.as_ptr() == END.as_ptr() {
                places.push((bytes.as_ptr() == END.as_ptr(), document.len()));
            } else {
                document.extend_from_slice(&bytes);
            }
        }
    };
    for chunk in chunks {
        fed += chunk.len();
        rewriter.feed(&Bytes::copy_from_slice(chunk), &mut insert, &mut out);
        drain(&mut out, &mut ran.document);
        let held = fed - ran.document.len();
        assert!(held <= LIMIT, "{held} bytes are held back");
        assert!(!rewriter.is_done() || held == 0, "done, with {held} bytes held back");
    }
    rewriter.finish(&mut insert, &mut out);
    drain(&mut out, &mut ran.document);
    assert!(rewriter.is_done());
    (ran.start, ran.end) = (rewriter.start(), rewriter.end());
    for (wanted, outcome) in [(start, ran.start), (end, ran.end)] {
        assert!(!outcome.is_pending());
        assert_eq!(outcome.is_not_wanted(), !wanted);
    }
    // Each place is asked for at most once, the start before the end, and what was given stands there.
    let given: Vec<bool> = asked.iter().map(|ask| ask.at_end).collect();
    let inserted = [(false, ran.start), (true, ran.end)].into_iter().filter(|(_, found)| found.is_inserted());
    assert_eq!(given, inserted.map(|(at_end, _)| at_end).collect::<Vec<_>>());
    assert_eq!(given, places.iter().map(|(at_end, _)| *at_end).collect::<Vec<_>>());
    assert!(places.is_sorted_by_key(|(_, offset)| *offset));
    assert!(asked.iter().all(|ask| ask.at_end || ask.child_of_body));
    ran.inserted = asked.into_iter().zip(places.iter().map(|(_, offset)| *offset)).collect();
    ran
}
