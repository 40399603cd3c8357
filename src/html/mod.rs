//! Where things go in a page.
//!
//! A [`Rewriter`] is fed the chunks of an HTML document and hands them on, with bytes inserted at
//! the start of its body, at the end, or both. It only ever inserts: what it hands on less what was
//! inserted is what it was fed, and where it inserts does not depend on how the document was cut
//! into chunks.
//!
//! It follows the HTML standard's parsing rules, so that what is inserted becomes a child of `body`
//! and changes nothing else in the tree:
//!
//! - [`tokenizer`] finds the tokens, [`token`] says what they are, [`reference`] tells whitespace
//!   spelled as a character reference, [`wanted`] tells the few tags whose attributes matter, which
//!   [`attributes`] looks into;
//! - [`scan`] looks for the bytes that end things;
//! - [`tree`] follows tree construction as far as it decides what is open;
//! - [`xml`] does the same for pages that browsers read as XML;
//! - [`fragment`] reads markup that is to be inserted;
//! - [`rewriter`] decides, holds back what must wait for a decision, and inserts what an [`insert`]er
//!   gives it.

mod attributes;
mod encoding;
mod fragment;
#[cfg(fuzzing)]
pub(crate) mod fuzzing;
mod held;
mod insert;
mod lang;
mod markup;
mod names;
mod outcome;
mod reference;
mod rewriter;
mod scan;
#[cfg(test)]
mod tests;
mod token;
mod tokenizer;
mod tree;
mod wanted;
mod xml;

pub(crate) use attributes::Attribute;
pub(crate) use encoding::is_ascii_compatible;
pub(crate) use fragment::{Piece, pieces};
pub(crate) use insert::{Insert, Page, Place, Places};
pub(crate) use markup::{Consequence, Edits, StartTag};
pub(crate) use names::Name as ElementName;
pub(crate) use outcome::Outcome;
#[cfg(any(test, fuzzing))]
use outcome::Reason;
pub(crate) use rewriter::Rewriter;
