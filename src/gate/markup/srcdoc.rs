//! Documents that stand in an attribute: `<iframe srcdoc>`.

use std::collections::VecDeque;

use bytes::Bytes;
use url::Url;

use super::{Gate, Markup};
use crate::html::{Consequence, Edits, Insert, Page, Place, Places, Rewriter, StartTag};

/// Documents in documents in attributes are followed so far.
const DEPTH: u32 = 4;

/// Looks whether anything would be inserted, and inserts nothing.
struct Probe<'a> {
    gate: &'a Gate,
    page: Markup,
    is_any_withheld: bool,
}

impl Insert for Probe<'_> {
    fn insert(&mut self, _: Place, _: &Page<'_>) -> Bytes {
        Bytes::new()
    }

    fn start_tag(&mut self, tag: &StartTag<'_>, edits: &mut Edits) -> Consequence {
        let consequence = self.gate.start_tag(&mut self.page, tag, edits);
        self.is_any_withheld |= !edits.is_empty();
        consequence
    }

    fn script(&mut self, tag: &StartTag<'_>, text: &[u8], edits: &mut Edits) {
        self.gate.script(&mut self.page, tag, text, edits);
        self.is_any_withheld |= !edits.is_empty();
    }

    fn style(&mut self, text: &[u8], is_last: bool, edits: &mut Edits) -> usize {
        let done = self.gate.style(&mut self.page, text, is_last, edits);
        self.is_any_withheld |= !edits.is_empty();
        done
    }

    fn cut_style(&mut self) -> Bytes {
        let cut = self.gate.cut_style(&mut self.page);
        self.is_any_withheld |= !cut.is_empty();
        cut
    }
}

impl Markup {
    /// Goes into a document or script in an attribute, if there is not too much around it already.
    pub(super) fn descend(&mut self) -> Option<()> {
        self.depth = Some(self.depth + 1).filter(|depth| *depth <= DEPTH)?;
        Some(())
    }

    pub(super) fn ascend(&mut self) {
        self.depth -= 1;
    }
}

impl Gate {
    /// Whether such a document holds anything that is not allowed. Its addresses start from where those
    /// of the page around it do (HTML standard, "fallback base URL").
    pub(super) fn withholds_document(&self, page: &mut Markup, html: &str, is_cut: bool) -> bool {
        if is_cut {
            return self.withholds_anything(page);
        }
        let is_withheld = self.withholds_inner(page, page.base.clone(), Rewriter::new, html.as_bytes());
        if is_withheld {
            page.bar();
        }
        is_withheld
    }

    /// Whether a document inside of the page holds anything that is not allowed. Its addresses start from
    /// `base`.
    pub(super) fn withholds_inner(
        &self,
        page: &mut Markup,
        base: Option<Url>,
        rewriter: fn(Places) -> Rewriter,
        document: &[u8],
    ) -> bool {
        let Some(()) = page.descend() else { return self.withholds_anything(page) };
        let mut inner = Markup::new(self, page.standing, false, base);
        inner.depth = page.depth;
        inner.own.clone_from(&page.own);
        inner.met = std::mem::take(&mut page.met);
        let mut probe = Probe { gate: self, page: inner, is_any_withheld: false };
        let mut rewriter = rewriter(Places { markup: true, ..Places::default() });
        let mut out = VecDeque::new();
        rewriter.feed(&Bytes::copy_from_slice(document), &mut probe, &mut out);
        rewriter.finish(&mut probe, &mut out);
        page.met = probe.page.met;
        page.ascend();
        probe.is_any_withheld
    }
}
