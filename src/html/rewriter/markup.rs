//! Shows what a page loads to whoever may change it, and inserts what that gives.

use std::borrow::Cow;
use std::ops::Range;

use super::{Call, Rewriter};
use crate::html::attributes::{Attribute, Attributes};
use crate::html::held::{LIMIT, push};
use crate::html::insert::Places;
use crate::html::lang::Lang;
use crate::html::markup::{Consequence, Edits, StartTag};
use crate::html::names::Name;
use crate::html::token::Tag;

/// What is known of the markup around the current position.
#[derive(Debug, Default)]
pub(super) struct Markup {
    /// The elements that cover what is inside: their serials, none for what covers the whole rest.
    open: Vec<Option<u32>>,
    /// What covers it, in the same order.
    covers: Vec<u32>,
    /// Formatting elements that are closed and may be opened again, with what they cover then.
    dormant: Vec<(u32, u32)>,
    /// All of it stands in a `noscript`.
    is_in_noscript: bool,
    /// The text of an element that is to be shown.
    text: Text,
    /// The style sheet of a drawing that a tag has interrupted.
    sheet: Option<u32>,
    /// Where the tag began that was shown before it was complete, and what came of that.
    shown: Option<(u64, Option<u32>)>,
    edits: Edits,
}

impl Markup {
    /// Something covers what comes, or may cover it once it is opened again.
    #[inline]
    fn may_cover(&self) -> bool {
        !self.covers.is_empty() || !self.dormant.is_empty()
    }
}

#[derive(Debug, Default)]
enum Text {
    #[default]
    None,
    /// A script, held from where its tag starts, with what is to be inserted there in any case. The text of
    /// a foreign one is markup.
    Script { start: u64, end: u64, is_foreign: bool, edits: Edits },
    /// A style sheet, done with up to here.
    Style { from: u64 },
    /// The markup in a `noscript`, which browsers read as text where scripts run, done with up to here.
    Noscript { from: u64, inner: Box<Rewriter> },
}

/// Whether such a tag has to be looked at. In what is covered any handler counts, and those of SVG have many
/// names. What a long one says is looked at in part only, so that nobody knows what it loads.
#[inline]
fn may_load(tag: &Tag, is_all_wanted: bool) -> bool {
    let wanted = if is_all_wanted { u64::MAX } else { tag.name.wanted() };
    tag.attributes & wanted != 0
        || matches!(tag.name, Name::Script | Name::Style | Name::Noscript)
        || tag.end - tag.start > LIMIT as u64
}

impl Rewriter {
    /// What stands in a `noscript`, with what covers that.
    fn inside(covers: Vec<u32>) -> Box<Self> {
        let mut inner = Rewriter::new(Places { markup: true, ..Places::default() });
        inner.tree.begin_body(true);
        inner.tokenizer.stop_watching();
        inner.markup.open = vec![None; covers.len()];
        inner.markup.covers = covers;
        inner.markup.is_in_noscript = true;
        Box::new(inner)
    }

    /// A start tag that is complete. To be called before the tree takes it.
    #[inline]
    pub(super) fn show_tag(&mut self, call: &mut Call<'_>) -> Option<u32> {
        if !self.shows_markup {
            return None;
        }
        let tag = self.tokenizer.tag();
        let is_foreign = self.tree.makes_foreign(tag);
        if self.markup.sheet.is_some() {
            self.cut_sheet(is_foreign, self.tokenizer.tag().start, call);
        }
        let tag = self.tokenizer.tag();
        let shown = self.markup.shown.take().filter(|(start, _)| *start == tag.start);
        if shown.is_none() && !may_load(tag, is_foreign || self.markup.may_cover()) {
            return None;
        }
        let tag = tag.clone();
        let cover = match shown {
            Some((_, cover)) => cover,
            None => self.show(&tag, is_foreign, call),
        };
        let is_empty = is_foreign && (tag.self_closing || self.tree.is_mathml());
        if tag.name == Name::Style && !is_empty {
            self.markup.text = Text::Style { from: tag.end };
        }
        cover
    }

    /// A tag that has grown too long to be held back: what there is of it has to do.
    pub(super) fn show_long_tag(&mut self, call: &mut Call<'_>) {
        let end = self.tokenizer.base() + call.chunk.len() as u64;
        let tag = Tag { end, ..self.tokenizer.unfinished_tag().clone() };
        if !tag.is_end {
            let is_foreign = self.tree.makes_foreign(&tag);
            self.cut_sheet(is_foreign, tag.start, call);
            let cover = self.show(&tag, is_foreign, call);
            self.markup.shown = Some((tag.start, cover));
        }
    }

    fn show(&mut self, tag: &Tag, is_foreign: bool, call: &mut Call<'_>) -> Option<u32> {
        self.follow_covers(tag);
        let is_cut = tag.end - tag.start > LIMIT as u64;
        let end = tag.end.min(tag.start + LIMIT as u64);
        let bytes = self.bytes(tag.start, end, call.chunk);
        let mut edits = std::mem::take(&mut self.markup.edits);
        let kept = self.tokenizer.attributes().filter(|_| !is_cut);
        let attributes = kept.map_or_else(|| Attributes::new(&bytes).collect(), Cow::Borrowed);
        let is_mathml = is_foreign && self.tree.is_mathml();
        let name = if is_mathml { Name::Other } else { tag.name };
        let shown = StartTag { is_cut, ..self.start_tag(name, is_foreign, &bytes, attributes) };
        let Consequence { cover, reads_text } = call.insert.start_tag(&shown, &mut edits);
        match tag.name {
            Name::Script if reads_text && !is_cut && is_foreign && tag.self_closing => {
                call.insert.script(&shown, b"", &mut edits);
                edits.sort_by_key(|(at, _)| *at);
            }
            Name::Script if reads_text && !is_cut => {
                self.markup.text = Text::Script { start: tag.start, end: tag.end, is_foreign, edits };
                return cover;
            }
            Name::Noscript if !is_foreign && !is_cut => {
                let covers = self.markup.covers.iter().copied().chain(cover).collect();
                self.markup.text = Text::Noscript { from: tag.end, inner: Self::inside(covers) };
            }
            _ => {}
        }
        self.apply(tag.start, &mut edits, call);
        self.markup.edits = edits;
        cover
    }

    /// A tag that stands here, whole.
    fn start_tag<'a>(
        &'a self,
        name: Name,
        is_foreign: bool,
        bytes: &'a [u8],
        attributes: Cow<'a, [Attribute]>,
    ) -> StartTag<'a> {
        StartTag {
            name,
            is_foreign,
            bytes,
            is_cut: false,
            attributes,
            is_xml: false,
            is_live: !self.markup.is_in_noscript && !self.tree.has_template(),
            is_before_body: self.tree.before_body(),
            lang: self.lang.as_ref().and_then(Lang::as_str),
            covers: &self.markup.covers,
        }
    }

    /// The tree has taken a tag that covers what is inside.
    pub(super) fn open_cover(&mut self, cover: Option<u32>, before: Option<u32>) {
        let Some(cover) = cover else { return };
        let is_root = matches!(self.tokenizer.tag().name, Name::Html | Name::Body);
        let serial = self.tree.innermost();
        if is_root || self.tree.is_too_deep() {
            self.markup.open.push(None);
        } else if serial != before {
            self.markup.open.push(serial);
        } else {
            return;
        }
        self.markup.covers.push(cover);
    }

    /// Forgets covers whose elements have ended, and finds those again that a tag opens anew.
    fn follow_covers(&mut self, tag: &Tag) {
        if !self.markup.may_cover() || self.tree.is_too_deep() {
            return;
        }
        let Markup { open, covers, dormant, .. } = &mut self.markup;
        for index in (0..open.len()).rev() {
            if let Some(serial) = open[index].filter(|serial| !self.tree.has_open(*serial)) {
                open.remove(index);
                dormant.push((serial, covers.remove(index)));
            }
        }
        dormant.retain(|&(serial, cover)| {
            let is_open = self.tree.has_open(serial) || self.tree.reopens(serial, tag);
            if is_open {
                open.push(Some(serial));
                covers.push(cover);
            }
            !is_open && self.tree.may_reopen(serial)
        });
    }

    /// A tag ends the text that is shown, if any is.
    #[inline]
    pub(super) fn end_text(&mut self, call: &mut Call<'_>) {
        let tag = self.tokenizer.tag();
        let end = match self.markup.text {
            Text::None => return,
            // Any other tag than its end shows that the text of a script may go on.
            Text::Script { is_foreign: true, .. } if !(tag.is_end && tag.name == Name::Script) => tag.end,
            _ => tag.start,
        };
        self.end_text_at(end, call);
    }

    /// An end tag that closes nothing is no end of the style sheet it stands in.
    #[inline]
    pub(super) fn resume_sheet(&mut self, call: &mut Call<'_>) {
        if let Some(sheet) = self.markup.sheet.take()
            && self.tree.innermost() == Some(sheet)
        {
            let from = self.tokenizer.tag().end;
            self.cut(from, call);
            self.markup.text = Text::Style { from };
        }
    }

    /// Neither is an element in it, whose text is not part of it.
    fn cut_sheet(&mut self, is_foreign: bool, at: u64, call: &mut Call<'_>) {
        if self.markup.sheet.take().is_some() && is_foreign {
            self.cut(at, call);
        }
    }

    fn cut(&mut self, at: u64, call: &mut Call<'_>) {
        let bytes = call.insert.cut_style();
        self.pass_to(at, call);
        push(call.out, bytes);
    }

    /// The document ends. A script that is not closed does not run.
    pub(super) fn finish_text(&mut self, call: &mut Call<'_>) {
        if matches!(self.markup.text, Text::Style { .. } | Text::Noscript { .. }) {
            self.end_text_at(self.tokenizer.certain_text(0), call);
        }
    }

    fn end_text_at(&mut self, end: u64, call: &mut Call<'_>) {
        match std::mem::take(&mut self.markup.text) {
            Text::None => {}
            Text::Script { start, end: tag_end, is_foreign, edits } => {
                self.show_script(start..end, tag_end, is_foreign, edits, call);
            }
            Text::Style { from } => {
                self.show_style(from, end, true, call);
                self.markup.sheet = self.tree.innermost().filter(|_| self.tree.is_foreign());
            }
            Text::Noscript { from, mut inner } => {
                self.show_noscript(from, end, &mut inner, call);
                inner.finish(call.insert, call.out);
            }
        }
    }

    /// At the end of a chunk, shows what there is; from where on bytes must be held back.
    pub(super) fn read_text(&mut self, call: &mut Call<'_>) -> Option<u64> {
        let certain = self.tokenizer.certain_text(call.chunk.len());
        let chunk_end = self.tokenizer.base() + call.chunk.len() as u64;
        let is_over = self.tokenizer.is_in_tag() && chunk_end - certain > LIMIT as u64;
        if is_over && matches!(self.markup.text, Text::Style { .. } | Text::Noscript { .. }) {
            // The tag that ends it is too long to be waited for.
            self.end_text_at(certain, call);
            return None;
        }
        match std::mem::take(&mut self.markup.text) {
            Text::None => None,
            Text::Script { start, end, is_foreign, edits } => {
                // The tag that ends it may be long as well.
                let is_in_tag = self.tokenizer.is_in_tag();
                let held = if is_in_tag { chunk_end } else { certain } - start;
                if held <= LIMIT as u64 {
                    self.markup.text = Text::Script { start, end, is_foreign, edits };
                    return Some(start);
                }
                // In a drawing the tag may be one that begins something, which is to be seen.
                let begins = is_in_tag && is_foreign && !self.tokenizer.unfinished_tag().is_end;
                let until = if begins { chunk_end } else { certain };
                self.show_script(start..until, end, is_foreign, edits, call);
                None
            }
            Text::Style { from } => {
                let from = self.show_style(from, certain, false, call);
                self.markup.text = Text::Style { from };
                Some(from)
            }
            Text::Noscript { from, mut inner } => {
                self.show_noscript(from, certain, &mut inner, call);
                self.markup.text = Text::Noscript { from: certain, inner };
                Some(certain)
            }
        }
    }

    /// Shows a script, from its tag that ends there on.
    fn show_script(
        &mut self,
        Range { start, end }: Range<u64>,
        tag_end: u64,
        is_foreign: bool,
        mut edits: Edits,
        call: &mut Call<'_>,
    ) {
        let end = end.min(start + LIMIT as u64);
        let bytes = self.bytes(start, end, call.chunk);
        let (tag, text) = bytes.split_at((tag_end - start) as usize);
        let shown = self.start_tag(Name::Script, is_foreign, tag, Attributes::new(tag).collect());
        call.insert.script(&shown, text, &mut edits);
        edits.sort_by_key(|(at, _)| *at);
        self.apply(start, &mut edits, call);
    }

    /// Up to where the style sheet is done with.
    fn show_style(&mut self, from: u64, end: u64, is_last: bool, call: &mut Call<'_>) -> u64 {
        let bytes = self.bytes(from, end, call.chunk);
        let mut edits = std::mem::take(&mut self.markup.edits);
        let done = call.insert.style(&bytes, is_last, &mut edits);
        self.apply(from, &mut edits, call);
        self.markup.edits = edits;
        from + done as u64
    }

    /// Sends what is in a `noscript` through its own rewriter instead of handing it on.
    fn show_noscript(&mut self, from: u64, end: u64, inner: &mut Rewriter, call: &mut Call<'_>) {
        self.pass_to(from, call);
        let before = std::mem::take(call.out);
        self.pass_to(end, call);
        let inside = std::mem::replace(call.out, before);
        for piece in &inside {
            inner.feed(piece, call.insert, call.out);
        }
    }

    /// Inserts at offsets from here.
    fn apply(&mut self, start: u64, edits: &mut Edits, call: &mut Call<'_>) {
        for (at, bytes) in edits.drain(..) {
            self.pass_to(start + at as u64, call);
            push(call.out, bytes);
        }
    }

    /// Hands on everything before an offset, which may be in what is held.
    pub(super) fn pass_to(&mut self, offset: u64, call: &mut Call<'_>) {
        match offset.checked_sub(self.tokenizer.base()) {
            Some(until) => {
                self.held.release(call.out);
                call.pass(until as usize);
            }
            None => self.held.release_all_but((self.tokenizer.base() - offset) as usize, call.out),
        }
    }

    /// Bytes that are at hand: in the chunk, or held back from before it.
    pub(super) fn bytes<'a>(&self, start: u64, end: u64, chunk: &'a [u8]) -> Cow<'a, [u8]> {
        let base = self.tokenizer.base();
        let in_chunk = |offset: u64| (offset.saturating_sub(base) as usize).min(chunk.len());
        if start >= base {
            return Cow::Borrowed(&chunk[in_chunk(start)..in_chunk(end)]);
        }
        let held = self.held.bytes();
        let from = held.len().saturating_sub((base - start) as usize);
        let to = held.len() - (base.saturating_sub(end) as usize).min(held.len());
        let mut bytes = held[from..to].to_vec();
        bytes.extend_from_slice(&chunk[..in_chunk(end)]);
        Cow::Owned(bytes)
    }
}
