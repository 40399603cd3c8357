use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header};
use memchr::memmem;

use super::{json, watch::Watch};
use crate::{
    banner::{
        Ask, Banners, CLIENT, CONTROL_STYLE, EMBED_STYLE, FORGET, Inline, PageFacts, Placeholder, RELEASE,
        REVEAL, VENDOR_CONSENT,
    },
    consent::State,
    event::debug_once,
    gate::{Embed, Markup, with_forms},
    html::{Consequence, Edits, ElementName, Insert, Outcome, Page, Place, Places, Rewriter, StartTag},
    policy::{Language, Mask, Model, Placement},
    site::Site,
};

/// A decision is confirmed on pages that are shown within so many seconds.
const CONFIRMED_FOR: i64 = 15;

/// What a page is to carry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    notice: Option<Element>,
    control: bool,
    /// The script as a file; a page that asks has it in it.
    links_script: bool,
    /// The link to the settings page goes by the name that the law gives it.
    is_choices: bool,
    notice_at_end: bool,
    /// What the page loads is gated.
    gates: bool,
    /// Frames whose content waits say so.
    embeds: bool,
    /// Vendors are told what the visitor has agreed to.
    tells_vendors: bool,
    /// The refused categories whose keys leave the browser's storage.
    forgets: Mask,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Element {
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
        let is_fresh = age.is_some_and(|age| (0..CONFIRMED_FOR).contains(&age));
        let is_choices = state.rules.shows_choices();
        let notice = if is_choices && state.signal.is_some() && site.policy.optional() != 0 {
            // Nothing is left to ask: no answer would count for more than the signal.
            Some(Element::Honoured)
        } else if state.due != 0 {
            // Under opt-in the signal changes nothing that the banner says.
            let model = state.rules.model;
            let signal = state.signal.filter(|_| model == Model::OptOut);
            Some(Element::Banner(Ask {
                due: state.due,
                unasked: state.rules.exempt & !state.answered,
                measures: state.measured() != 0,
                signal,
                model,
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
            gates: site.policy.optional() != 0,
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
        let control: Option<&Inline> = (self.control || is_line || self.asks()).then_some(&CONTROL_STYLE);
        let embed: Option<&Inline> = self.embeds.then_some(&EMBED_STYLE);
        let sources = [banner, control, embed].into_iter().flatten().map(|style| style.source.as_str());
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

    pub(super) fn without_linked_script(self) -> Self {
        Self { links_script: false, ..self }
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

/// Renders what is inserted, once the page has said its language.
#[derive(Debug)]
pub(super) struct Inserter {
    pub(super) site: Arc<Site>,
    pub(super) plan: Plan,
    /// What is known of what the page loads.
    pub(super) markup: Markup,
    /// Who is told of that.
    pub(super) watch: Watch,
    pub(super) return_to: String,
    /// What the page's script is told.
    pub(super) facts: PageFacts,
    /// The page's policies let it frame pages of this site.
    pub(super) may_frame: bool,
    /// It is JSON, whatever its type says: it becomes no page, and what is inserted stands in its strings.
    pub(super) is_json: bool,
    /// The position of the response's `Content-Language`.
    pub(super) content_language: Option<usize>,
    /// `Accept-Language` of the request, where it counts.
    pub(super) accept_language: Option<HeaderValue>,
}

impl Insert for Inserter {
    fn script(&mut self, tag: &StartTag<'_>, text: &[u8], edits: &mut Edits) {
        self.site.gate.script(&mut self.markup, tag, text, edits);
        self.finish(edits);
    }

    fn style(&mut self, text: &[u8], is_last: bool, edits: &mut Edits) -> usize {
        let done = self.site.gate.style(&mut self.markup, text, is_last, edits);
        self.finish(edits);
        done
    }

    fn start_tag(&mut self, tag: &StartTag<'_>, edits: &mut Edits) -> Consequence {
        if !self.is_json && self.is_for_vendors(tag) {
            self.plan.tells_vendors = false;
            edits.push((0, self.site.banners.vendor_consent(self.markup.effective())));
        }
        if submits_itself(tag) {
            self.plan.notice = None;
        }
        let consequence = self.site.gate.start_tag(&mut self.markup, tag, edits);
        if self.plan.embeds
            && !self.is_json
            && let Some(embed) = self.markup.take_embed()
        {
            self.place_in(tag, &embed, edits);
        }
        self.finish(edits);
        consequence
    }

    fn insert(&mut self, place: Place, page: &Page<'_>) -> Bytes {
        if self.is_json {
            return Bytes::new();
        }
        let language = self.language(page.lang);
        let banners = &self.site.banners;
        let is_here = match place {
            Place::BodyStart => !self.plan.notice_at_end,
            Place::BodyEnd => self.plan.notice_at_end,
        };
        // Inside whatever the page left open a form might be ignored.
        let notice = self.plan.notice.filter(|_| is_here && page.child_of_body).map(|notice| match notice {
            Element::Banner(ask) => banners.banner(language, ask, &self.return_to, &self.facts),
            Element::Confirmation => banners.confirmation(language, &self.return_to),
            Element::Honoured => banners.honoured(language, &self.return_to),
            Element::Hidden => banners.shared_banner(language),
        });
        let is_end = place == Place::BodyEnd;
        let script = match is_end && self.plan.links_script {
            true => banners.linked_script(language, &self.facts),
            false => String::new(),
        };
        let control = match self.plan.notice {
            _ if !is_end || !self.plan.control => script.into(),
            Some(Element::Hidden) => banners.shared_control(language),
            _ => banners.control(language, self.plan.is_choices, &self.return_to, &script),
        };
        let forget = match is_end && self.plan.forgets != 0 {
            true => banners.forget(self.plan.forgets).into(),
            false => Bytes::new(),
        };
        let parts = [notice.unwrap_or_default(), control, forget];
        let mut filled = parts.iter().filter(|part| !part.is_empty());
        match (filled.next(), filled.next()) {
            (Some(only), None) => only.clone(),
            _ => parts.concat().into(),
        }
    }
}

impl Inserter {
    /// Whether a file of rules has browsers fetch what is not allowed.
    pub(super) fn withholds_rules(&mut self, text: &[u8]) -> bool {
        let is_withheld = self.site.gate.withholds_speculation(&mut self.markup, text);
        self.watch.tell(&self.markup.take_met(), self.markup.effective());
        is_withheld
    }

    /// Fits what is inserted to where it stands.
    fn finish(&self, edits: &mut Edits) {
        if self.is_json {
            json::escape(edits);
        }
    }

    /// Has a frame that waits show what for.
    fn place_in(&self, tag: &StartTag<'_>, embed: &Embed, edits: &mut Edits) {
        let sandbox = embed.attributes.iter().find(|(name, _)| *name == "sandbox");
        let sandbox = sandbox.map(|(_, value)| with_forms(value));
        let placeholder = Placeholder {
            address: embed.url.as_str(),
            host: embed.url.host_str().unwrap_or_default(),
            vendor: embed.vendor,
            always: embed.always,
            once: (embed.is_declared && self.may_frame).then_some(&embed.attributes),
            sandbox: sandbox.as_deref(),
            return_to: &self.return_to,
        };
        if placeholder.once.is_some() || placeholder.always != 0 {
            let attributes = self.site.banners.placeholder(self.language(tag.lang), &placeholder);
            edits.insert(0, (tag.behind_name(), attributes));
        }
    }

    /// Whether vendors are told before this tag: it is the first script, which may be theirs. A page that
    /// hydrates from its body gets nothing there.
    fn is_for_vendors(&self, tag: &StartTag<'_>) -> bool {
        let is_script = tag.name == ElementName::Script && !tag.is_foreign && tag.is_live;
        self.plan.tells_vendors && is_script && (tag.is_before_body || !self.plan.notice_at_end)
    }

    /// The page's own language, else what the site fixed, else what the browser asks for.
    fn language(&self, lang: Option<&str>) -> &Language {
        let languages = self.site.policy.languages();
        lang.and_then(|tag| languages.get(tag))
            .or_else(|| self.content_language.map(|index| &languages[index]))
            .unwrap_or_else(|| negotiated(&self.site, self.accept_language.as_ref()))
    }

    /// Tells the operator what the page loads, and where it could not carry what it should.
    pub(super) fn tell(&mut self, rewriter: &Rewriter) {
        self.watch.tell(&self.markup.take_met(), self.markup.effective());
        for place in [Place::BodyStart, Place::BodyEnd] {
            let outcome = rewriter.outcome(place);
            if matches!(outcome, Outcome::Impossible(_) | Outcome::Declined) {
                let reason = format!("{outcome:?}");
                debug_once!("not-inserted", reason.as_str(), place = ?place, "a page could not carry what it should");
            }
        }
    }
}

/// Whether a page goes on by itself, as those do by which one site signs visitors in to another: nobody could answer
/// there, and the first form, which it sends, would be the banner's.
fn submits_itself(tag: &StartTag<'_>) -> bool {
    let submits = |handler: &[u8]| memmem::find(handler, b"submit").is_some();
    tag.name == ElementName::Body && tag.value("onload").is_some_and(submits)
}

/// What the site fixed, else what the browser asks for, else the language that is always there.
pub(super) fn negotiated<'a>(site: &'a Site, accept_language: Option<&HeaderValue>) -> &'a Language {
    let languages = site.policy.languages();
    let asked = || languages.negotiate(accept_language?.to_str().ok()?);
    site.policy.language().or_else(asked).unwrap_or_else(|| languages.fallback())
}

/// The position of the language that a response says it is in.
pub(super) fn content_language(site: &Site, headers: &HeaderMap) -> Option<usize> {
    let tag = headers.get(header::CONTENT_LANGUAGE)?.to_str().ok()?;
    let language = site.policy.languages().get(tag.split(',').next()?.trim())?;
    Some(language.index)
}
