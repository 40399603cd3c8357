//! What is known of one page while what it loads is ruled on.

use bytes::Bytes;
use url::Url;

use super::{embed::Embed, mark::Mark, style::Sheet};
use crate::{
    gate::{
        Gate, Gated, Plane, Standing, Verdict,
        address::{readings, resolve},
    },
    html::StartTag,
    policy::Mask,
};

/// What is known of one page.
#[derive(Debug)]
pub(crate) struct Markup {
    pub(super) standing: Standing,
    /// Where addresses start from: the page, until its first `base` says otherwise.
    pub(super) base: Option<Url>,
    pub(super) has_base: bool,
    /// No address of the page's own origin needs consent.
    pub(super) skips_relative: bool,
    /// The host that was met last of those from which everything passes; nothing before the first.
    pub(super) free_host: String,
    pub(super) marks: Vec<Mark>,
    pub(super) sheet: Sheet,
    /// The frame that was made inert last.
    pub(super) embed: Option<Embed>,
    /// So many frames are inert.
    pub(super) inert_frames: u32,
    /// So many documents in attributes are around this one.
    pub(super) depth: u32,
    /// The host of the page.
    pub(super) own: Option<String>,
    /// What was met, each origin once.
    pub(super) met: Vec<Gated>,
    /// What the current element waits for, where a script releases it in the browser.
    pub(super) awaited: Option<Awaited>,
}

/// What an element waits for beside what its author says.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Awaited {
    pub(super) needs: Mask,
    /// It loads what is undeclared or cannot be told, and is never released.
    pub(super) is_barred: bool,
}

impl Markup {
    /// `is_released` says that a script in the browser releases what the visitor has allowed.
    pub(crate) fn new(gate: &Gate, standing: Standing, is_released: bool, page: Option<Url>) -> Self {
        let mut markup = Self {
            standing,
            base: None,
            has_base: false,
            skips_relative: false,
            free_host: String::new(),
            marks: Vec::new(),
            sheet: Sheet::default(),
            embed: None,
            inert_frames: 0,
            depth: 0,
            own: page.as_ref().and_then(Url::host_str).map(str::to_owned),
            met: Vec::new(),
            awaited: is_released.then(Awaited::default),
        };
        markup.set_base(gate, page);
        markup
    }

    /// What the page's visitor has allowed.
    pub(crate) fn effective(&self) -> Mask {
        self.standing.effective
    }

    /// What the page has the browser use, as far as it has been seen.
    pub(crate) fn take_met(&mut self) -> Vec<Gated> {
        std::mem::take(&mut self.met)
    }

    /// All that the page has been found to use since there were so many waits, by a mark.
    pub(super) fn deny_since(&mut self, before: usize) {
        let origins = self.met.iter_mut().skip(before).filter(|item| item.plane == Plane::Origin);
        origins.for_each(|item| item.was_withheld = true);
    }

    /// A name for a frame that is inert, in front of its own. Browsers keep in the history of a tab what
    /// each frame showed, by the frame's name or by its place where it has none, and on the way back
    /// load that into a frame that has no address of its own. (Firefox goes by the place alone.)
    pub(super) fn frame_name(&mut self, tag: &StartTag<'_>) -> (usize, Bytes) {
        self.inert_frames += 1;
        (tag.behind_name(), Bytes::from(format!(" name=\"consent-withheld-{}\"", self.inert_frames)))
    }

    /// Notes why an address of the current element is withheld.
    pub(super) fn await_verdict(&mut self, verdict: Verdict) {
        let Some(awaited) = &mut self.awaited else { return };
        match verdict {
            Verdict::Needs(needs) | Verdict::NeedsAny(needs) => awaited.needs |= needs,
            Verdict::Recognised(_) | Verdict::Tracking | Verdict::Unknown | Verdict::Exempt => self.bar(),
        }
    }

    /// Notes that nobody can say what the current element would load.
    pub(super) fn bar(&mut self) {
        if let Some(awaited) = &mut self.awaited {
            awaited.is_barred = true;
        }
    }

    /// Where an address leads from here, if anywhere.
    pub(super) fn resolve(&self, address: &str) -> Option<Url> {
        match &self.base {
            Some(base) => resolve(base, address),
            None => Url::parse(address).ok(),
        }
    }

    /// Wherever it may lead.
    pub(super) fn readings(&self, address: &str) -> [Option<Url>; 2] {
        match &self.base {
            Some(base) => readings(base, address),
            None => [Url::parse(address).ok(), None],
        }
    }

    pub(super) fn set_base(&mut self, gate: &Gate, base: Option<Url>) {
        let host = base.as_ref().and_then(Url::host_str);
        self.skips_relative = host.is_none_or(|host| !gate.origins.claims_host(host));
        self.base = base;
    }
}
