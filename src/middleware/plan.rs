//! What a page is to carry.

use crate::{
    banner::{Ask, Banners, CLIENT, EMBED_STYLE, FORGET, Inline, RELEASE, REVEAL, VENDOR_CONSENT},
    consent::State,
    html::Places,
    policy::{Mask, Model, Placement},
    site::Site,
};

/// What a page is to carry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) notice: Option<Element>,
    pub(super) control: bool,
    /// The script as a file; a page that asks has it in it.
    pub(super) links_script: bool,
    /// The link to the settings page goes by the name that the law gives it.
    pub(super) is_choices: bool,
    pub(super) notice_at_end: bool,
    /// What the page loads is gated.
    gates: bool,
    /// Frames whose content waits say so.
    pub(super) embeds: bool,
    /// Vendors are told what the visitor has agreed to.
    pub(super) tells_vendors: bool,
    /// The refused categories whose keys leave the browser's storage.
    pub(super) forgets: Mask,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Element {
    Banner(Ask),
    Confirmation,
    /// The word that the browser's signal was honoured.
    Honoured,
    /// The banner that is the same for all, and hidden.
    Hidden,
}

impl Plan {
    /// What one visitor is to see. `age` is that of the latest answer, in seconds.
    pub(super) fn new(site: &Site, state: &State, age: Option<i64>) -> Self {
        let declared = site.policy.declared();
        let is_fresh = State::is_fresh(age);
        let is_choices = state.rules.shows_choices();
        let notice = if is_choices && state.signal.is_some() && site.policy.optional() != 0 {
            // Nothing is left to ask: no answer would count for more than the signal.
            Some(Element::Honoured)
        } else if state.due != 0 {
            // Under opt-in the signal changes nothing that the banner says.
            let signal = state.signal.filter(|_| state.rules.model == Model::OptOut);
            // What was agreed to under an earlier notice waits for the answer to this one, whatever the model.
            let waits = signal.is_none() && state.effective & state.due == 0;
            let model = if waits { Model::OptIn } else { state.rules.model };
            Some(Element::Banner(Ask {
                due: state.due,
                unasked: state.rules.exempt & !state.answered,
                measures: state.measured() != 0,
                signal,
                model,
                closes: state.rules.closes(),
            }))
        } else {
            is_fresh.then_some(Element::Confirmation)
        };
        // An objection needs a way to be made.
        let has_way_back = is_choices || state.rules.exempt != 0 || state.answers.is_some();
        let asks = matches!(notice, Some(Element::Banner(_)));
        Self {
            notice,
            control: has_way_back && site.banners.has_control(),
            links_script: has_way_back && !asks && site.policy.optional() != 0,
            is_choices,
            notice_at_end: declared.placement == Placement::End,
            gates: true,
            embeds: site.banners.has_embeds(),
            tells_vendors: site.banners.tells_vendors(),
            forgets: site.banners.forgets(state.refused),
        }
    }

    /// What HTML without a banner carries: what it loads is gated all the same. `is_document` says that it
    /// becomes a page or a frame of its own, and not a part of one whose vendors have been told.
    pub(super) fn gated(site: &Site, is_document: bool) -> Self {
        Self {
            notice_at_end: site.policy.declared().placement == Placement::End,
            gates: true,
            tells_vendors: is_document && site.banners.tells_vendors(),
            ..Self::default()
        }
    }

    /// What all visitors get.
    pub(super) fn shared(site: &Site) -> Self {
        Self {
            notice: Some(Element::Hidden),
            control: site.banners.has_control(),
            links_script: false,
            is_choices: false,
            notice_at_end: site.policy.declared().placement == Placement::End,
            gates: true,
            // The script that releases frames knows of no document in their place.
            embeds: false,
            tells_vendors: false,
            // The script that releases knows what is refused, too.
            forgets: 0,
        }
    }

    /// A number for what is carried, as far as no mask of categories tells.
    pub(super) fn kind(self) -> u16 {
        let notice = match self.notice {
            None => 0,
            Some(Element::Banner(_)) => 1,
            Some(Element::Confirmation) => 2,
            Some(Element::Hidden) => 3,
            Some(Element::Honoured) => 4,
        };
        let flags = [
            self.control,
            self.links_script,
            self.is_choices,
            self.notice_at_end,
            self.gates,
            self.tells_vendors,
        ];
        flags.into_iter().fold(notice, |kind, flag| kind << 1 | u16::from(flag))
    }

    /// The categories whose keys leave the browser's storage.
    pub(super) fn forgets(self) -> Mask {
        self.forgets
    }

    pub(super) fn is_empty(self) -> bool {
        self.notice.is_none() && !self.control && !self.links_script && !self.gates
    }

    /// The page carries nothing of the layer's own.
    pub(super) fn only_gates(self) -> bool {
        Self { gates: false, notice_at_end: false, embeds: false, ..self } == Self::default()
    }

    /// The page carries a form to answer with.
    pub(super) fn has_form(self) -> bool {
        matches!(self.notice, Some(Element::Banner(_) | Element::Hidden))
    }

    /// The page says what has just happened, and must not be shown again later.
    pub(super) fn is_momentary(self) -> bool {
        self.notice == Some(Element::Confirmation)
    }

    pub(super) fn places(self) -> Places {
        let notice = self.notice.is_some();
        let start = notice && !self.notice_at_end;
        let end = self.control || self.links_script || self.forgets != 0 || notice && self.notice_at_end;
        Places { start, end, markup: self.gates }
    }

    pub(super) fn has_styles(self) -> bool {
        self.notice.is_some() || self.control || self.embeds
    }

    /// The styles that come along, as a Content-Security-Policy calls them.
    pub(super) fn styles(self, banners: &Banners) -> String {
        let is_line = matches!(self.notice, Some(Element::Confirmation | Element::Honoured));
        let banner = self.has_form().then_some(&banners.look().banner);
        let control: Option<&Inline> =
            (self.control || is_line || self.asks()).then_some(&banners.look().control);
        let embed: Option<&Inline> = self.embeds.then_some(&EMBED_STYLE);
        let close =
            matches!(self.notice, Some(Element::Banner(ask)) if ask.closes).then(|| banners.close_style());
        let sources = [banner, control, embed, close.flatten()]
            .into_iter()
            .flatten()
            .map(|style| style.source.as_str());
        sources.collect::<Vec<_>>().join(" ")
    }

    /// The page asks, and its script may put the confirmation in place of the question.
    fn asks(self) -> bool {
        matches!(self.notice, Some(Element::Banner(_)))
    }

    /// Whether it carries the script for what the visitor does, in either form.
    pub(super) fn has_client(self) -> bool {
        self.asks() || self.links_script
    }

    pub(super) fn without_embeds(self) -> Self {
        Self { embeds: false, ..self }
    }

    pub(super) fn without_vendors(self) -> Self {
        Self { tells_vendors: false, ..self }
    }

    pub(super) fn has_embeds(self) -> bool {
        self.embeds
    }

    /// A script of the layer is loaded, and not only inline.
    pub(super) fn loads_script(self) -> bool {
        self.notice == Some(Element::Hidden)
    }

    /// The scripts that come along.
    pub(super) fn scripts(self, banners: &Banners) -> Option<String> {
        let of_notice: &[&Inline] = match self.notice {
            _ if self.has_client() => &[&CLIENT],
            Some(Element::Hidden) => &[&REVEAL, &RELEASE],
            Some(Element::Banner(_) | Element::Confirmation | Element::Honoured) | None => &[],
        };
        let to_vendors = self.tells_vendors.then_some(&*VENDOR_CONSENT);
        let forget = (self.forgets != 0).then_some(&*FORGET);
        let layout = banners.layout_script().filter(|_| self.has_form());
        let scripts = of_notice
            .iter()
            .copied()
            .chain(layout)
            .chain(to_vendors)
            .chain(forget)
            .map(|script| script.source.as_str());
        let sources = scripts.collect::<Vec<_>>().join(" ");
        (!sources.is_empty()).then_some(sources)
    }
}
