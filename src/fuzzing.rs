//! What the fuzz targets in `fuzz/` reach of the parts that are not public. Compiled with
//! `--cfg fuzzing` alone, and no part of the crate's promise.

#![allow(missing_docs)] // Not part of the public API.

mod page;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response};

pub use crate::html::fuzzing::{Asked, Outcome, Rewriter, Token, Tokens, attributes, tokenize};
pub use page::{Page, Piece, Syntax};

use crate::{
    CategoryId, DecisionRecord, Policy,
    consent::{self, Visit},
    endpoint::{self, Route},
    gate::{self, Standing},
    policy::NECESSARY,
    site,
};

/// A policy, compiled.
#[derive(Debug)]
pub struct Site(site::Site);

/// What a request says of earlier answers.
#[derive(Debug, PartialEq, Eq)]
pub enum Stored {
    Absent,
    Unusable,
    Answers(Answers),
}

/// What the consent cookie says.
#[derive(Debug, PartialEq, Eq)]
pub struct Answers(consent::Answers);

/// A form that was taken.
#[derive(Debug)]
pub struct Decided {
    pub record: DecisionRecord,
    pub response: Response<Bytes>,
}

impl Site {
    pub fn new(policy: Policy) -> Self {
        Self(site::Site::new(policy, crate::banner::Content::default()))
    }

    /// Reads the consent cookie.
    pub fn read(&self, headers: &HeaderMap, is_local: bool) -> Stored {
        match consent::read(&self.0.policy, headers, || is_local).0 {
            consent::Stored::Absent => Stored::Absent,
            consent::Stored::Unusable => Stored::Unusable,
            consent::Stored::Answers(answers) => Stored::Answers(Answers(answers)),
        }
    }

    /// The `Set-Cookie` line that stores answers.
    pub fn write(&self, answers: &Answers, secure: bool) -> HeaderValue {
        let memory = self.0.policy.rules(None).memory();
        consent::write(&self.0.policy, &answers.0, memory, secure)
    }

    /// The categories with a yes.
    pub fn granted(&self, answers: &Answers) -> Vec<&CategoryId> {
        let mask = answers.0.groups().fold(0, |mask, group| mask | group.granted);
        self.0.policy.members(mask).map(|category| &category.id).collect()
    }

    /// Hides from the app what a visitor has not allowed it to read.
    pub fn hide(&self, headers: &mut HeaderMap, allowed: &[&str]) {
        let bits = allowed.iter().filter_map(|id| self.0.policy.position(id)).map(|bit| 1 << bit);
        let effective = bits.fold(NECESSARY, |mask, bit| mask | bit);
        self.0.gate.request(headers, Standing { effective, measured: 0, enforces: true, is_watched: false });
    }

    /// Judges a form that a visitor with these headers sends; nothing if it is refused.
    pub fn decide(&self, headers: &HeaderMap, body: &[u8], now: i64) -> Option<Decided> {
        let (mut parts, ()) = Request::new(()).into_parts();
        parts.headers = headers.clone();
        let visit = Visit::new(&self.0.policy, None, &parts, || now);
        let decided = endpoint::decide(&self.0, &visit, &parts, Route::Settings, body, now).ok()?;
        Some(Decided { record: decided.record, response: decided.response })
    }
}

/// The name in a `Set-Cookie` line.
pub fn set_cookie_name(line: &[u8]) -> &[u8] {
    gate::set_cookie_name(line)
}

/// Whether a `Set-Cookie` line is taken for a removal.
pub fn is_removal(line: &[u8]) -> bool {
    gate::is_removal(line)
}
