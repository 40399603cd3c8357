//! What the layer writes into a page, where the page has room for it.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header};
use memchr::memmem;

use super::{
    json,
    plan::{Element, Plan},
    watch::Watch,
};
use crate::{
    banner::{PageFacts, Placeholder},
    event::debug_once,
    gate::{Embed, Markup, with_forms},
    html::{Consequence, Edits, ElementName, Insert, Outcome, Page, Place, Rewriter, StartTag},
    policy::Language,
    site::Site,
};

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

    fn cut_style(&mut self) -> Bytes {
        let mut edits = vec![(0, self.site.gate.cut_style(&mut self.markup))];
        self.finish(&mut edits);
        edits.pop().map_or_else(Bytes::new, |(_, cut)| cut)
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

    /// Tells the operator what the page loads.
    pub(super) fn tell_met(&mut self) {
        self.watch.tell(&self.markup.take_met(), self.markup.effective());
    }

    /// Tells that, and where the page could not carry what it should.
    pub(super) fn tell(&mut self, rewriter: &Rewriter) {
        self.tell_met();
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
