//! Runs a document through the rewriter in many chunkings and compares.

use std::cell::Cell;
use std::collections::VecDeque;

use bytes::Bytes;

use super::material::Material;
use crate::html::{Insert, Outcome, Page, Place, Places, Rewriter};

pub(super) const BOTH: Places = Places { start: true, end: true, markup: false };
pub(super) const ONLY_START: Places = Places { start: true, end: false, markup: false };
pub(super) const ONLY_END: Places = Places { start: false, end: true, markup: false };

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) place: Place,
    pub(super) lang: Option<String>,
    pub(super) child_of_body: bool,
}

struct Inserter {
    material: Material,
    asked: Vec<Asked>,
}

impl Insert for Inserter {
    fn insert(&mut self, place: Place, page: &Page<'_>) -> Bytes {
        let lang = page.lang.map(str::to_owned);
        assert!(self.asked.iter().all(|asked| asked.place != place), "asked twice for {place:?}");
        self.asked.push(Asked { place, lang, child_of_body: page.child_of_body });
        Bytes::from_static(self.material.text(place, page.child_of_body).as_bytes())
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ran {
    pub(super) material: Material,
    pub(super) output: Vec<u8>,
    pub(super) start: Outcome,
    pub(super) end: Outcome,
    pub(super) asked: Vec<Asked>,
}

impl Ran {
    /// What was inserted, in the order of the page.
    fn inserted(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.asked.iter().map(|asked| {
            let title = if asked.place == Place::BodyStart { "{start}" } else { "{end}" };
            (title, self.material.text(asked.place, asked.child_of_body))
        })
    }

    pub(super) fn text(&self) -> String {
        let output = String::from_utf8_lossy(&self.output).into_owned();
        self.inserted().fold(output, |output, (title, text)| output.replacen(text, title, 1))
    }

    /// What is left of the output once what was inserted is taken out.
    pub(super) fn removed(&self) -> Vec<u8> {
        let mut output = self.output.clone();
        for (_, text) in self.inserted() {
            let at = memchr::memmem::find(&output, text.as_bytes()).expect("what was inserted");
            output.drain(at..at + text.len());
        }
        output
    }

    pub(super) fn asked(&self, place: Place) -> Option<&Asked> {
        self.asked.iter().find(|asked| asked.place == place)
    }
}

thread_local! {
    static RUNS: Cell<u64> = const { Cell::new(0) };
}

/// How often a document has been run in this thread.
pub(super) fn runs() -> u64 {
    RUNS.get()
}

/// Runs the document in these chunks.
pub(super) fn run_chunks(material: Material, places: Places, chunks: impl Iterator<Item = Bytes>) -> Ran {
    RUNS.set(RUNS.get() + 1);
    let mut rewriter = Rewriter::new(places);
    let mut inserter = Inserter { material, asked: Vec::new() };
    let mut out = VecDeque::with_capacity(8);
    let mut output = Vec::with_capacity(1024);
    let mut take = |out: &mut VecDeque<Bytes>| {
        for bytes in out.drain(..) {
            assert!(!bytes.is_empty(), "an empty chunk");
            output.extend_from_slice(&bytes);
        }
        output.len()
    };
    let mut fed = 0;
    for chunk in chunks {
        fed += chunk.len();
        rewriter.feed(&chunk, &mut inserter, &mut out);
        let asked = inserter.asked.iter();
        let inserted: usize = asked.map(|asked| material.text(asked.place, asked.child_of_body).len()).sum();
        let held = fed + inserted - take(&mut out);
        assert!(held <= 16 * 1024, "{held} bytes are held back");
        assert!(!rewriter.is_done() || held == 0, "done with {held} bytes held back");
    }
    rewriter.finish(&mut inserter, &mut out);
    assert!(rewriter.is_done());
    take(&mut out);
    let ran = Ran {
        material,
        output,
        start: rewriter.outcome(Place::BodyStart),
        end: rewriter.outcome(Place::BodyEnd),
        asked: inserter.asked,
    };
    for (wanted, place) in [(places.start, Place::BodyStart), (places.end, Place::BodyEnd)] {
        let outcome = rewriter.outcome(place);
        assert_ne!(outcome, Outcome::Pending);
        assert_eq!(outcome == Outcome::NotWanted, !wanted);
        assert_eq!(outcome == Outcome::Inserted, ran.asked(place).is_some());
    }
    ran
}

/// The same, with chunks that are copied and one element to insert.
pub(super) fn run<'a>(places: Places, chunks: impl IntoIterator<Item = &'a [u8]>) -> Ran {
    run_chunks(Material::Single, places, chunks.into_iter().map(Bytes::copy_from_slice))
}

/// Which chunkings of a document are compared with the document in one piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Chunkings {
    SingleBytes,
    /// And each split in two.
    All,
}

/// Runs the document whole, and checks that removal gives it back and that chunks make no difference.
pub(super) fn run_ways(chunkings: Chunkings, material: Material, places: Places, input: &[u8]) -> Ran {
    let page = Bytes::copy_from_slice(input);
    let shown = || String::from_utf8_lossy(input);
    let whole = run_chunks(material, places, std::iter::once(page.clone()));
    assert_eq!(whole.removed(), input, "removal does not give {:?}", shown());
    let single = run_chunks(material, places, (0..page.len()).map(|at| page.slice(at..at + 1)));
    assert_eq!(whole, single, "{:?} in single bytes", shown());
    if chunkings == Chunkings::All {
        for split in 0..=page.len() {
            let ran = run_chunks(material, places, [page.slice(..split), page.slice(split..)].into_iter());
            assert_eq!(whole, ran, "{:?} split at {split}", shown());
        }
    }
    whole
}

pub(super) fn run_two_ways(places: Places, input: &[u8]) -> Ran {
    run_ways(Chunkings::SingleBytes, Material::Single, places, input)
}

pub(super) fn run_all_ways(places: Places, input: &[u8]) -> Ran {
    run_ways(Chunkings::All, Material::Single, places, input)
}
