//! A page whose visitor has allowed nothing, on its way through the gate.

use std::collections::{HashMap, VecDeque};

use bytes::Bytes;
use url::Url;

use super::Site;
use crate::{
    gate::{Gate, Markup, Standing},
    html::{Consequence, Edits, Insert, Outcome, Page as About, Place, Places, Rewriter, StartTag},
    policy::NECESSARY,
};

/// What browsers read a page as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    Html,
    Xml,
}

/// What leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    Own(Bytes),
    Inserted(Bytes),
}

/// The page.
#[derive(Debug)]
pub struct Page<'a> {
    rewriter: Rewriter,
    inserter: Inserter<'a>,
    out: VecDeque<Bytes>,
}

#[derive(Debug)]
struct Inserter<'a> {
    gate: &'a Gate,
    markup: Markup,
    start: &'static str,
    end: &'static str,
    /// What was inserted, by where it is in memory: a page may hold the same bytes.
    inserted: HashMap<usize, Bytes>,
}

impl Inserter<'_> {
    fn note(&mut self, bytes: &Bytes) {
        self.inserted.insert(bytes.as_ptr() as usize, bytes.clone());
    }

    fn note_all(&mut self, edits: &Edits) {
        for (_, bytes) in edits {
            self.note(bytes);
        }
    }
}

impl Insert for Inserter<'_> {
    fn insert(&mut self, place: Place, _about: &About<'_>) -> Bytes {
        let bytes = match place {
            Place::BodyStart => self.start,
            Place::BodyEnd => self.end,
        };
        let bytes = Bytes::from_static(bytes.as_bytes());
        self.note(&bytes);
        bytes
    }

    fn start_tag(&mut self, tag: &StartTag<'_>, edits: &mut Edits) -> Consequence {
        let consequence = self.gate.start_tag(&mut self.markup, tag, edits);
        self.note_all(edits);
        consequence
    }

    fn script(&mut self, tag: &StartTag<'_>, text: &[u8], edits: &mut Edits) {
        self.gate.script(&mut self.markup, tag, text, edits);
        self.note_all(edits);
    }

    fn style(&mut self, text: &[u8], is_last: bool, edits: &mut Edits) -> usize {
        let done = self.gate.style(&mut self.markup, text, is_last, edits);
        self.note_all(edits);
        done
    }

    fn cut_style(&mut self) -> Bytes {
        let cut = self.gate.cut_style(&mut self.markup);
        self.note(&cut);
        cut
    }
}

impl Site {
    /// Begins a page at this address, with what is inserted into its body.
    ///
    /// # Panics
    ///
    /// If the address is none.
    pub fn page(&self, syntax: Syntax, address: &str, start: &'static str, end: &'static str) -> Page<'_> {
        let gate = &self.0.gate;
        let standing = Standing { effective: NECESSARY, measured: 0, enforces: true, is_watched: false };
        let address = Url::parse(address).expect("an address");
        let markup = Markup::new(gate, standing, false, Some(address));
        let places = Places { start: true, end: true, markup: true };
        let rewriter = match syntax {
            Syntax::Html => Rewriter::new(places),
            Syntax::Xml => Rewriter::of_xml(places),
        };
        let inserter = Inserter { gate, markup, start, end, inserted: HashMap::new() };
        Page { rewriter, inserter, out: VecDeque::new() }
    }
}

impl Page<'_> {
    /// Takes a chunk, and gives what may leave.
    pub fn feed(&mut self, chunk: &Bytes) -> Vec<Piece> {
        self.rewriter.feed(chunk, &mut self.inserter, &mut self.out);
        self.pieces()
    }

    pub fn finish(&mut self) -> Vec<Piece> {
        self.rewriter.finish(&mut self.inserter, &mut self.out);
        self.pieces()
    }

    /// Whether the places were found.
    pub fn is_inserted(&self) -> (bool, bool) {
        let is = |place| self.rewriter.outcome(place) == Outcome::Inserted;
        (is(Place::BodyStart), is(Place::BodyEnd))
    }

    fn pieces(&mut self) -> Vec<Piece> {
        let inserted = &self.inserter.inserted;
        let piece = |bytes: Bytes| match inserted.get(&(bytes.as_ptr() as usize)) {
            Some(known) if known.len() == bytes.len() => Piece::Inserted(bytes),
            _ => Piece::Own(bytes),
        };
        self.out.drain(..).map(piece).collect()
    }
}
