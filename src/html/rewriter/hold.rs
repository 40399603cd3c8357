//! What is kept back at the end of a chunk.

use super::{Call, Rewriter};
use crate::html::held::LIMIT;
use crate::html::token::Tail;
use crate::html::tree::Opening;

impl Rewriter {
    /// At the end of a chunk: keeps back what a decision is still open on, lets go all else.
    pub(super) fn hold(&mut self, call: &mut Call<'_>) {
        let base = self.tokenizer.base();
        let end = base + call.chunk.len() as u64;
        let text = self.read_text(call);
        let token = match self.tokenizer.tail() {
            Tail::Tag { .. } | Tail::Reference { .. } => Some(self.tokenizer.start()),
            _ => None,
        };
        if self.is_decided() && !self.shows_markup {
            return self.held.release(call.out);
        }
        let fits = |start: &u64| end - start <= LIMIT as u64;
        if let Some(start) = text.or(self.closing.filter(fits)).or(token.filter(fits)) {
            return self.hold_from(start, call);
        }
        // Too long since this chunk.
        if token.is_some_and(|start| start >= base - self.held.len() as u64) {
            self.decide_by_name(call);
            self.show_long_tag(call);
        }
        self.held.release(call.out);
    }

    /// Lets go what is before this offset and keeps back the rest.
    fn hold_from(&mut self, start: u64, call: &mut Call<'_>) {
        self.pass_to(start, call);
        self.held.push(call.chunk.slice(call.done..));
        call.done = call.chunk.len();
    }

    /// A tag has grown too long to be held back. Its name is known, and where the body begins
    /// because of it is before it, whether or not it is ever complete.
    fn decide_by_name(&mut self, call: &mut Call<'_>) {
        if self.tokenizer.tail() != (Tail::Tag { text: false }) || !self.tree.before_body() {
            return;
        }
        let tag = self.tokenizer.unfinished_tag();
        let start = tag.start;
        if self.tree.opening(tag) == Opening::Implied {
            self.begin_body(start, false, call);
        }
    }
}
