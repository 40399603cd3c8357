use std::fmt::{self, Write as _};

use super::{Ask, fill, partners, template::RETURN_TO_QUERY, text};
use crate::{
    consent::Signal,
    policy::{Counted, Language, Model, Notice, Phrase, Policy},
};

/// What a banner has to say and to offer: for [`ConsentLayer::banner`](crate::ConsentLayer::banner), and for
/// the default banner, which is written with it.
///
/// Texts are in the language of the page. Of the visitor and the page it knows nothing more, since a banner is
/// rendered once for all whom it asks the same.
#[derive(Clone, Copy, Debug)]
pub struct BannerContext<'a> {
    pub(super) policy: &'a Policy,
    pub(super) language: &'a Language,
    /// Of the page that it leads to.
    pub(super) opened_in: &'a str,
    pub(super) ask: Ask,
    /// All visitors get the same, so that it names no path to return to.
    pub(super) is_shared: bool,
}

/// A text that is escaped where it is shown: `format!("<h2>{}</h2>", banner.title())` is markup, in content as in
/// quoted attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BannerText<'a>(&'a str);

/// A button of the banner: `<button name="choice" value="…">…</button>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BannerChoice<'a> {
    /// `accept` or `reject`.
    pub value: &'static str,
    /// What stands on it.
    pub label: BannerText<'a>,
}

/// A category that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BannerCategory<'a> {
    /// Its id, as in `<input type="checkbox" name="category" value="…">`.
    pub id: &'a str,
    /// What it is called.
    pub title: BannerText<'a>,
    /// What it is for.
    pub description: BannerText<'a>,
}

impl<'a> BannerContext<'a> {
    /// The tag of the language (RFC 5646), which the banner's root carries as `lang`.
    pub fn language(&self) -> &'a str {
        self.language.tag()
    }

    /// `ltr` or `rtl`, which the root carries as `dir`.
    pub fn direction(&self) -> &'a str {
        self.language.direction()
    }

    /// Who is responsible.
    pub fn controller(&self) -> BannerText<'a> {
        BannerText(&self.policy.declared().controller)
    }

    /// What holds for whoever does not answer.
    pub fn model(&self) -> Model {
        self.ask.model
    }

    /// [`Notice::Classic`] where the banner may leave the opt-out to the settings page.
    pub fn notice(&self) -> Notice {
        match self.ask.model {
            Model::OptOut => self.policy.declared().notice,
            Model::OptIn => Notice::Standard,
        }
    }

    /// The heading.
    pub fn title(&self) -> BannerText<'a> {
        self.phrase(Phrase::BannerTitle)
    }

    /// The sentences that the law asks for, as markup of `b` and `bdi` elements: who asks, for which purposes,
    /// how many others take part, what holds until an answer, and, if the browser sends a signal that is
    /// honoured, that it is (GDPR, Article 13; Directive 2002/58/EC, Article 5(3)).
    pub fn message(&self) -> String {
        let (ask, language) = (self.ask, self.language);
        let mut out = self.question();
        let partners = self.partners();
        if partners > 0 {
            out.push(' ');
            text(&mut out, &language.count(Counted::BannerPartners, partners as u64));
        }
        out.push(' ');
        match self.signal_sentence() {
            Some(sentence) => out.push_str(&sentence),
            None => text(&mut out, language.get(self.until())),
        }
        if ask.measures {
            out.push(' ');
            let reject = language.get(Phrase::Reject);
            text(&mut out, &fill(language.get(Phrase::BannerMeasured), &[("{reject}", reject)]));
        }
        out
    }

    /// The categories that are asked for.
    pub fn categories(&self) -> impl Iterator<Item = BannerCategory<'a>> {
        let language = self.language;
        self.policy.members(self.ask.due).map(move |category| BannerCategory {
            id: category.id.as_str(),
            title: BannerText(category.title_in(language)),
            description: BannerText(category.description_in(language)),
        })
    }

    /// How many third parties these bring in.
    pub fn partners(&self) -> usize {
        partners::count(self.policy, self.ask.due)
    }

    /// The name of the browser's signal that is honoured whatever the visitor answers.
    pub fn signal(&self) -> Option<&'static str> {
        self.ask.signal.map(Signal::name)
    }

    /// The buttons, in order: all of one element and class, so that no answer is easier than another (EDPB,
    /// guidelines 05/2020, paragraph 114).
    pub fn choices(&self) -> impl Iterator<Item = BannerChoice<'a>> {
        let accept = BannerChoice { value: "accept", label: self.phrase(Phrase::Accept) };
        let reject = match self.ask.model {
            Model::OptOut => Phrase::OptOut,
            Model::OptIn => Phrase::Reject,
        };
        let reject = BannerChoice { value: "reject", label: self.phrase(reject) };
        [accept, reject].into_iter()
    }

    /// Where the settings page is, as the value of an `href` attribute.
    ///
    /// Give the link `data-consent-open` too: then it leads back to wherever a script has brought the visitor
    /// since, and no library puts the settings page into the site's own. Turbo, htmx and swup leave it a page by
    /// itself even without; Unpoly does not.
    pub fn settings_href(&self) -> String {
        let mut out = format!("{}?lang={}", self.policy.settings_path(), self.opened_in);
        if !self.is_shared {
            let _ = write!(out, "&amp;return_to={RETURN_TO_QUERY}");
        }
        out
    }

    /// "Read more".
    pub fn settings_label(&self) -> BannerText<'a> {
        self.phrase(Phrase::ReadMore)
    }

    /// Where the privacy policy is, if the site has one.
    pub fn privacy_policy(&self) -> Option<BannerText<'a>> {
        self.policy.declared().privacy_policy.as_deref().map(BannerText)
    }

    /// "Privacy policy".
    pub fn privacy_policy_label(&self) -> BannerText<'a> {
        self.phrase(Phrase::PrivacyPolicy)
    }

    /// Any text of the language, by the key under which [`Policy::texts`] lists it, such as `save`.
    pub fn text(&self, key: &str) -> Option<BannerText<'a>> {
        self.language.text(key).map(BannerText)
    }

    fn phrase(&self, phrase: Phrase) -> BannerText<'a> {
        BannerText(self.language.get(phrase))
    }

    /// That the browser's signal is honoured, as markup.
    pub(super) fn signal_sentence(&self) -> Option<String> {
        let signal = self.signal()?;
        Some(fill(&self.phrase(Phrase::BannerSignal).to_string(), &[("{signal}", signal)]))
    }

    /// All is asked for that there is to ask for.
    fn is_first(&self) -> bool {
        self.ask.due | self.ask.unasked == self.policy.optional()
    }

    /// Who asks for what.
    fn question(&self) -> String {
        let phrase = match self.ask.model {
            Model::OptOut => Phrase::BannerOptOut,
            Model::OptIn if !self.is_first() => Phrase::BannerAskNew,
            Model::OptIn => Phrase::BannerAsk,
        };
        let mut purposes = String::new();
        for category in self.policy.members(self.ask.due) {
            if !purposes.is_empty() {
                let _ = write!(purposes, "{} ", self.phrase(Phrase::ListComma));
            }
            purposes.push_str("<b");
            // What is not said in the language of the page (WCAG 2.2, 3.1.2).
            if let Some(tag) = category.title_stand_in(self.language) {
                let _ = write!(purposes, " lang=\"{}\"", BannerText(tag));
            }
            let _ = write!(purposes, ">{}</b>", BannerText(category.title_in(self.language)));
        }
        // Its direction is its own, whatever that of the sentence (HTML, section 4.5.24).
        let controller = format!("<bdi>{}</bdi>", self.controller());
        let question = self.phrase(phrase).to_string();
        // The placeholders are plain ASCII without anything to escape; what replaces them is markup.
        fill(&question, &[("{controller}", &controller), ("{purposes}", &purposes)])
    }

    /// What holds until an answer.
    fn until(&self) -> Phrase {
        match self.ask.model {
            Model::OptOut => Phrase::BannerOptOutUntil,
            Model::OptIn if !self.is_first() || self.ask.measures => Phrase::BannerUntilNew,
            Model::OptIn => Phrase::BannerUntil,
        }
    }
}

impl<'a> BannerText<'a> {
    /// The text as it is, for templates that escape by themselves.
    pub fn as_str(&self) -> &'a str {
        self.0
    }
}

impl fmt::Display for BannerText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::with_capacity(self.0.len() + 16);
        text(&mut out, self.0);
        f.write_str(&out)
    }
}
