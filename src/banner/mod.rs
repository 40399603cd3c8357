//! What the visitor sees on the site's own pages.

mod control;
mod escape;
mod notice;
mod partners;
mod style;
mod template;

use bytes::Bytes;

use self::template::Template;
pub(crate) use self::{
    escape::{attribute, percent_encode, text},
    notice::{Ask, fill},
    style::Style,
};
use crate::policy::{Language, Mask, Policy, SettingsControl, languages};

/// Everything that is inserted into pages, rendered once for each language.
#[derive(Debug)]
pub(crate) struct Banners {
    policy: Policy,
    rendered: Vec<Rendered>,
}

#[derive(Debug)]
struct Rendered {
    /// The banner of a visitor who was asked nothing yet and sends no signal: nearly all of them.
    first_ask: Template,
    confirmation: Template,
    control: Template,
}

impl Banners {
    pub(crate) fn new(policy: &Policy) -> Self {
        let render = |language| Rendered {
            first_ask: notice::banner(policy, language, Ask::first(policy)),
            confirmation: control::confirmation(policy, language),
            control: control::control(policy, language),
        };
        Self { policy: policy.clone(), rendered: languages().iter().map(render).collect() }
    }

    /// The banner for what is due.
    pub(crate) fn banner(&self, language: &Language, ask: Ask, return_to: &str) -> Bytes {
        if ask == Ask::first(&self.policy) {
            self.rendered[language.index].first_ask.fill(return_to)
        } else {
            notice::banner(&self.policy, language, ask).fill(return_to)
        }
    }

    /// The sentence that says a choice was saved.
    pub(crate) fn confirmation(&self, language: &Language, return_to: &str) -> Bytes {
        self.rendered[language.index].confirmation.fill(return_to)
    }

    /// The link to the settings page.
    pub(crate) fn control(&self, language: &Language, return_to: &str) -> Bytes {
        self.rendered[language.index].control.fill(return_to)
    }

    /// Whether pages carry the link to the settings page.
    pub(crate) fn has_control(&self) -> bool {
        self.policy.declared().settings_control == SettingsControl::Link && self.policy.optional() != 0
    }
}

/// The name of the notice that a visitor sees: the revision, and a hash of its words.
pub(crate) fn notice_name(policy: &Policy, language: &Language, asked: Mask) -> String {
    notice::name(policy, language, Ask { due: asked, ..Ask::first(policy) })
}

/// The revision in the name of a notice.
pub(crate) fn notice_revision(name: &str) -> Option<u32> {
    name.split('.').next()?.parse().ok()
}
