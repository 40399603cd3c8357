//! Shows what a page loads to whoever may change it, and inserts what that gives.

use bytes::Bytes;

use super::{Call, Xml, text::TextEnd};
use crate::html::{
    attributes::Attributes,
    held::{LIMIT, push},
    lang::Lang,
    markup::{Edits, StartTag},
    names::Name,
};

#[derive(Debug)]
pub(super) struct Script {
    /// So long is its tag.
    pub(super) tag: usize,
    pub(super) is_foreign: bool,
    /// What is to be inserted into the tag in any case.
    pub(super) edits: Edits,
    pub(super) end: TextEnd,
}

impl Xml {
    pub(super) fn tag<'a>(
        &'a self,
        name: Name,
        is_foreign: bool,
        bytes: &'a [u8],
        is_cut: bool,
    ) -> StartTag<'a> {
        StartTag {
            name,
            is_foreign,
            bytes,
            is_cut,
            attributes: Attributes::new(bytes).collect(),
            is_xml: true,
            is_live: true,
            is_before_body: self.is_before_body,
            lang: self.lang.as_ref().and_then(Lang::as_str),
            covers: self.elements.covers(),
        }
    }

    /// Hands on a script's tag, once there is enough of its text.
    pub(super) fn show_script(&self, bytes: &Bytes, script: Script, call: &mut Call<'_>) {
        let Script { tag, is_foreign, mut edits, end } = script;
        // An element that begins there shows that the text may go on.
        let is_open = bytes.get(tag + end.at + 1).is_some_and(|byte| *byte != b'/');
        let end = tag + end.at + if is_open { 2 } else { 0 };
        let text = &bytes[tag..end.min(bytes.len()).min(LIMIT).max(tag)];
        call.insert.script(&self.tag(Name::Script, is_foreign, &bytes[..tag], false), text, &mut edits);
        apply(bytes, tag, edits, call);
    }

    /// Hands on so much of a style sheet as it is done with.
    pub(super) fn show_style(bytes: &Bytes, len: usize, is_last: bool, call: &mut Call<'_>) -> usize {
        let mut edits = Edits::new();
        let done = call.insert.style(&bytes[..len], is_last, &mut edits);
        apply(bytes, done, edits, call);
        done
    }
}

/// Hands on so many bytes, with what is inserted into them.
pub(super) fn apply(bytes: &Bytes, len: usize, mut edits: Edits, call: &mut Call<'_>) {
    edits.sort_by_key(|(at, _)| *at);
    let mut done = 0;
    for (at, inserted) in edits {
        push(call.out, bytes.slice(done..at));
        push(call.out, inserted);
        done = at;
    }
    push(call.out, bytes.slice(done..len));
}
