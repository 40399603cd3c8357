use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header};

use crate::{
    banner::{Ask, Style},
    consent::State,
    event::debug_once,
    html::{Insert, Outcome, Page, Place, Places, Rewriter},
    policy::{Language, Placement, negotiate, parse_tag},
    site::Site,
};

/// A decision is confirmed on pages that are shown within so many seconds.
const CONFIRMED_FOR: i64 = 15;

/// What a page is to carry for one visitor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    notice: Option<Notice>,
    control: bool,
    notice_at_end: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Notice {
    Banner(Ask),
    Confirmation,
}

impl Plan {
    /// `age` is that of the latest answer, in seconds.
    pub(super) fn new(site: &Site, state: &State, age: Option<i64>) -> Self {
        let declared = site.policy.declared();
        let is_fresh = age.is_some_and(|age| (0..CONFIRMED_FOR).contains(&age));
        let notice = if state.due != 0 {
            // Under opt-in the signal changes nothing that the banner says.
            let signal = state.signal && declared.model == crate::policy::Model::OptOut;
            Some(Notice::Banner(Ask { due: state.due, signal }))
        } else {
            is_fresh.then_some(Notice::Confirmation)
        };
        Self {
            notice,
            control: state.answers.is_some() && site.banners.has_control(),
            notice_at_end: declared.placement == Placement::End,
        }
    }

    pub(super) fn is_empty(self) -> bool {
        self.notice.is_none() && !self.control
    }

    /// The page carries a form to answer with.
    pub(super) fn has_form(self) -> bool {
        matches!(self.notice, Some(Notice::Banner(_)))
    }

    /// The page says what has just happened, and must not be shown again later.
    pub(super) fn is_momentary(self) -> bool {
        self.notice == Some(Notice::Confirmation)
    }

    pub(super) fn places(self) -> Places {
        let notice = self.notice.is_some();
        Places { start: notice && !self.notice_at_end, end: self.control || notice && self.notice_at_end }
    }

    /// The hashes of the styles that come along.
    pub(super) fn style_hashes(self) -> String {
        let banner = self.has_form().then(Style::banner);
        let control = (self.control || self.is_momentary()).then(Style::control);
        let hashes = [banner, control].into_iter().flatten().map(|style| style.hash.as_str());
        hashes.collect::<Vec<_>>().join(" ")
    }
}

/// Renders what is inserted, once the page has said its language.
#[derive(Debug)]
pub(super) struct Inserter {
    pub(super) site: Arc<Site>,
    pub(super) plan: Plan,
    pub(super) return_to: String,
    /// `Content-Language` of the response.
    pub(super) content_language: Option<&'static Language>,
    /// `Accept-Language` of the request.
    pub(super) accept_language: Option<HeaderValue>,
}

impl Insert for Inserter {
    fn insert(&mut self, place: Place, page: &Page<'_>) -> Bytes {
        let language = self.language(page);
        let banners = &self.site.banners;
        let is_here = match place {
            Place::BodyStart => !self.plan.notice_at_end,
            Place::BodyEnd => self.plan.notice_at_end,
        };
        // Inside whatever the page left open a form might be ignored.
        let notice = self.plan.notice.filter(|_| is_here && page.child_of_body).map(|notice| match notice {
            Notice::Banner(ask) => banners.banner(language, ask, &self.return_to),
            Notice::Confirmation => banners.confirmation(language, &self.return_to),
        });
        let control = (place == Place::BodyEnd && self.plan.control)
            .then(|| banners.control(language, &self.return_to));
        match (notice, control) {
            (Some(notice), Some(control)) => [notice, control].concat().into(),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => Bytes::new(),
        }
    }
}

impl Inserter {
    /// The page's own language, else what the site fixed, else what the browser asks for.
    fn language(&self, page: &Page<'_>) -> &'static Language {
        let asked = || {
            let accept = self.accept_language.as_ref()?.to_str().ok()?;
            negotiate(accept)
        };
        page.lang
            .and_then(parse_tag)
            .or(self.content_language)
            .or(self.site.policy.declared().language)
            .or_else(asked)
            .unwrap_or_else(Language::default_language)
    }

    /// Tells the operator of a page that could not carry what it should.
    pub(super) fn tell(&self, rewriter: &Rewriter) {
        for place in [Place::BodyStart, Place::BodyEnd] {
            let outcome = rewriter.outcome(place);
            if matches!(outcome, Outcome::Impossible(_) | Outcome::Declined) {
                let reason = format!("{outcome:?}");
                debug_once!("not-inserted", reason.as_str(), place = ?place, "a page could not carry what it should");
            }
        }
    }
}

/// The language a response says it is in.
pub(super) fn content_language(headers: &HeaderMap) -> Option<&'static Language> {
    let tag = headers.get(header::CONTENT_LANGUAGE)?.to_str().ok()?;
    parse_tag(tag.split(',').next()?.trim())
}
