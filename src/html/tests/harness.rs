//! Runs a document through the rewriter in many chunkings and compares.

use std::collections::VecDeque;

use bytes::Bytes;

use crate::html::{Insert, Outcome, Page, Place, Places, Rewriter};

/// What a banner is made of, without being one. Only the outermost element is marked, so that
/// anything inside that got out of it would be seen.
pub(super) const START: &str = "<section data-consent-ui=start><h2>Cookies</h2><p>We ask. \
     <a href=/c>Read more</a></p><form method=post><button name=choice>Accept</button></form></section>";
pub(super) const END: &str = "<div data-consent-ui=end><a href=/c>Cookie <b>settings</b></a></div>";
/// With a form, which only works where the inserter is told that it stands alone.
pub(super) const END_FORM: &str = "<div data-consent-ui=end><p><a href=/c>More</a></p>\
     <form method=post><button name=choice>Accept</button></form></div>";

pub(super) const BOTH: Places = Places { start: true, end: true };
pub(super) const ONLY_START: Places = Places { start: true, end: false };
pub(super) const ONLY_END: Places = Places { start: false, end: true };

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) place: Place,
    pub(super) lang: Option<String>,
    pub(super) child_of_body: bool,
}

#[derive(Default)]
struct Inserter {
    asked: Vec<Asked>,
}

impl Insert for Inserter {
    fn insert(&mut self, place: Place, page: &Page<'_>) -> Bytes {
        let lang = page.lang.map(str::to_owned);
        assert!(self.asked.iter().all(|asked| asked.place != place), "asked twice for {place:?}");
        self.asked.push(Asked { place, lang, child_of_body: page.child_of_body });
        Bytes::from_static(match place {
            Place::BodyStart => START.as_bytes(),
            Place::BodyEnd if page.child_of_body => END_FORM.as_bytes(),
            Place::BodyEnd => END.as_bytes(),
        })
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ran {
    pub(super) output: Vec<u8>,
    pub(super) start: Outcome,
    pub(super) end: Outcome,
    pub(super) asked: Vec<Asked>,
}

impl Ran {
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.output)
            .replace(START, "{start}")
            .replace(END, "{end}")
            .replace(END_FORM, "{end}")
    }

    pub(super) fn asked(&self, place: Place) -> Option<&Asked> {
        self.asked.iter().find(|asked| asked.place == place)
    }
}

/// Runs the document in these chunks.
pub(super) fn run<'a>(places: Places, chunks: impl IntoIterator<Item = &'a [u8]>) -> Ran {
    let mut rewriter = Rewriter::new(places);
    let mut inserter = Inserter::default();
    let mut out = VecDeque::new();
    let (mut fed, mut left) = (0, 0);
    for chunk in chunks {
        fed += chunk.len();
        rewriter.feed(&Bytes::copy_from_slice(chunk), &mut inserter, &mut out);
        left = out.iter().map(Bytes::len).sum::<usize>();
        let inserted: usize = inserter
            .asked
            .iter()
            .map(|asked| match (asked.place, asked.child_of_body) {
                (Place::BodyStart, _) => START.len(),
                (Place::BodyEnd, true) => END_FORM.len(),
                (Place::BodyEnd, false) => END.len(),
            })
            .sum();
        let held = fed + inserted - left;
        assert!(held <= 16 * 1024, "{held} bytes are held back");
        assert!(!rewriter.is_done() || held == 0, "done with {held} bytes held back");
    }
    rewriter.finish(&mut inserter, &mut out);
    assert!(rewriter.is_done() && left <= out.iter().map(Bytes::len).sum());
    assert!(out.iter().all(|chunk| !chunk.is_empty()), "an empty chunk");
    let ran = Ran {
        output: out.iter().flatten().copied().collect(),
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

fn without(mut output: Vec<u8>, inserted: &str) -> Vec<u8> {
    if let Some(at) = memchr::memmem::find(&output, inserted.as_bytes()) {
        output.drain(at..at + inserted.len());
    }
    output
}

/// What is left of the output once what was inserted is taken out.
pub(super) fn removed(ran: &Ran) -> Vec<u8> {
    let mut output = ran.output.clone();
    for asked in &ran.asked {
        output = without(
            output,
            match (asked.place, asked.child_of_body) {
                (Place::BodyStart, _) => START,
                (Place::BodyEnd, true) => END_FORM,
                (Place::BodyEnd, false) => END,
            },
        );
    }
    output
}

/// Runs the document whole, and checks that chunks of one byte give the same.
pub(super) fn run_two_ways(places: Places, input: &[u8]) -> Ran {
    let whole = run(places, [input]);
    let shown = || String::from_utf8_lossy(input);
    assert_eq!(removed(&whole), input, "removal does not give {:?}", shown());
    let single = run(places, input.chunks(1));
    assert_eq!(whole, single, "{:?} in single bytes", shown());
    whole
}

/// The same, and at every split in two.
pub(super) fn run_all_ways(places: Places, input: &[u8]) -> Ran {
    let whole = run_two_ways(places, input);
    for split in 0..=input.len() {
        let (first, second) = input.split_at(split);
        let ran = run(places, [first, second]);
        assert_eq!(whole, ran, "{:?} split at {split}", String::from_utf8_lossy(input));
    }
    whole
}
