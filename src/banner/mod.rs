//! What the visitor sees on the site's own pages.

mod client;
mod content;
mod context;
mod control;
mod embed;
mod escape;
mod forget;
mod inline;
mod look;
mod notice;
mod partners;
mod shared;
mod template;
mod vendor_consent;

use std::sync::OnceLock;

use bytes::Bytes;
use sha2::{Digest, Sha256};

pub use self::context::{BannerCategory, BannerChoice, BannerContext, BannerText};
use self::template::Template;
pub(crate) use self::{
    client::{PageFacts, state_json},
    content::Content,
    embed::Placeholder,
    escape::{attribute, percent_encode, text},
    inline::{CLIENT, EMBED_STYLE, FORGET, Inline, RELEASE, REVEAL, TELL, VENDOR_CONSENT},
    look::Look,
    notice::{Ask, fill},
};
use crate::policy::{
    ConsentMode, Delivery, Language, Mask, Model, NamePattern, Phrase, Policy, SettingsControl, StorageKeys,
    VendorConsent,
};

/// Everything that is inserted into pages, rendered once for each language that is asked for.
#[derive(Debug)]
pub(crate) struct Banners {
    policy: Policy,
    look: Look,
    content: Content,
    rendered: Vec<OnceLock<Rendered>>,
    vendor_consent: VendorConsent,
    storage: StorageKeys,
    /// Some no removes something from there.
    may_forget: bool,
    fingerprint: [u8; 32],
}

#[derive(Debug)]
struct Rendered {
    /// The banner of a visitor who was asked nothing yet and sends no signal: nearly all of them.
    first_ask: Template,
    /// The same where it can be closed.
    first_closing: OnceLock<Template>,
    confirmation: Template,
    control: Template,
    /// The same link, and the word on the signal, where the law names both.
    choices: Template,
    honoured: Template,
    /// What all visitors get; empty where the policy makes every page for one.
    shared_banner: Bytes,
    shared_control: Bytes,
}

impl Rendered {
    fn new(policy: &Policy, look: &Look, content: &Content, language: &Language) -> Self {
        let is_shared = policy.declared().delivery != Delivery::Private;
        Self {
            first_ask: notice::banner(policy, look, content, language, Ask::first(policy)),
            first_closing: OnceLock::new(),
            confirmation: control::confirmation(policy, look, language),
            control: control::control(policy, look, language, Phrase::SettingsLink),
            choices: control::control(policy, look, language, Phrase::SettingsLinkChoices),
            honoured: control::honoured(policy, look, language),
            shared_banner: match is_shared {
                true => Bytes::from(shared::banner(policy, look, content, language)),
                false => Bytes::new(),
            },
            shared_control: match is_shared {
                true => Bytes::from(control::shared_control(policy, look, language)),
                false => Bytes::new(),
            },
        }
    }
}

impl Banners {
    pub(crate) fn new(policy: &Policy, content: Content) -> Self {
        let look = Look::new(policy, &content);
        let vendor_consent = match policy.declared().consent_mode {
            ConsentMode::Basic => VendorConsent::new(policy),
            ConsentMode::Off => VendorConsent::default(),
        };
        let mut hash = Sha256::new();
        let declared = policy.declared();
        hash.update(format!(
            "{:?} {:?} {:?} {} {:?}\n",
            declared.model,
            declared.enforcement,
            declared.csp,
            declared.permissions_policy,
            declared.advertising_features
        ));
        hash.update(format!("{:?} {:?}\n", declared.notice, declared.jurisdictions));
        for category in &declared.categories {
            let names = category.cookies.iter().map(|cookie| cookie.pattern.as_str());
            let headers = category.request_headers.iter().chain(&category.response_headers);
            let names = names.chain(headers.map(NamePattern::as_str));
            let names = names.chain(category.storage.iter().map(|storage| storage.pattern.as_str()));
            let vendors = category.vendors.iter().map(|vendor| vendor.id);
            hash.update(format!("{:?} {:?} {:?} ", category.basis, category.title, category.description));
            for text in [category.id.as_str()].into_iter().chain(names).chain(vendors) {
                hash.update(text);
                hash.update(b"\n");
            }
            for origin in &category.origins {
                hash.update(origin.to_string());
                hash.update(b"\n");
            }
        }
        // What is rendered in one language tells of all, together with the texts.
        let language = policy.languages().fallback();
        let rendered = Rendered::new(policy, &look, &content, language);
        let Rendered {
            first_ask,
            confirmation,
            control,
            choices,
            honoured,
            shared_banner,
            shared_control,
            first_closing: _,
        } = &rendered;
        for template in [first_ask, confirmation, control, choices, honoured] {
            hash.update(template.fill("", ""));
        }
        hash.update(shared_banner);
        hash.update(shared_control);
        hash.update(policy.languages().fingerprint());
        if content.is_own() {
            // Which language it speaks otherwise, only itself knows.
            for language in policy.languages().iter() {
                hash.update(notice::name(policy, &content, language, Ask::first(policy)));
            }
        }
        hash.update(format!("{vendor_consent:?}"));
        let mut all: Vec<_> = policy.languages().iter().map(|_| OnceLock::new()).collect();
        all[language.index] = OnceLock::from(rendered);
        let storage = StorageKeys::new(policy);
        Self {
            policy: policy.clone(),
            look,
            content,
            rendered: all,
            vendor_consent,
            may_forget: storage.gone_with(policy.optional()) != 0,
            storage,
            fingerprint: hash.finalize().into(),
        }
    }

    fn rendered(&self, language: &Language) -> &Rendered {
        self.rendered[language.index]
            .get_or_init(|| Rendered::new(&self.policy, &self.look, &self.content, language))
    }

    /// A hash of everything that is inserted, and of what is gated.
    pub(crate) fn fingerprint(&self) -> &[u8; 32] {
        &self.fingerprint
    }

    /// The styles.
    pub(crate) fn look(&self) -> &Look {
        &self.look
    }

    /// What makes the content of banners.
    pub(crate) fn content(&self) -> &Content {
        &self.content
    }

    /// How the button looks that closes the banner, where the looks are not the site's.
    pub(crate) fn close_style(&self) -> Option<&'static Inline> {
        notice::close_style(&self.policy)
    }

    /// The script that comes with the layout, if one does.
    pub(crate) fn layout_script(&self) -> Option<&'static Inline> {
        notice::layout_script(&self.policy)
    }

    /// The hidden banner, with the scripts that show it and release what was withheld.
    pub(crate) fn shared_banner(&self, language: &Language) -> Bytes {
        self.rendered(language).shared_banner.clone()
    }

    /// The link to the settings page, without the page's path.
    pub(crate) fn shared_control(&self, language: &Language) -> Bytes {
        self.rendered(language).shared_control.clone()
    }

    /// The banner for what is due, with the script in it.
    pub(crate) fn banner(&self, language: &Language, ask: Ask, return_to: &str, facts: &PageFacts) -> Bytes {
        let script = client::inline(&self.policy, language, facts);
        let render = || notice::banner(&self.policy, &self.look, &self.content, language, ask);
        let first = Ask::first(&self.policy);
        if ask == first {
            self.rendered(language).first_ask.fill(return_to, &script)
        } else if ask == (Ask { closes: true, ..first }) {
            self.rendered(language).first_closing.get_or_init(render).fill(return_to, &script)
        } else {
            render().fill(return_to, &script)
        }
    }

    /// The name of the notice that asks for some categories.
    pub(crate) fn notice_name(&self, language: &Language, asked: Mask, model: Model) -> String {
        notice::name(&self.policy, &self.content, language, Ask::about(asked, model))
    }

    /// What stands in for the banner where the browser keeps no cookies.
    pub(crate) fn blocked(&self, language: &Language) -> String {
        notice::blocked(&self.policy, &self.look, language)
    }

    /// The script as a file, for pages without the banner.
    pub(crate) fn linked_script(&self, language: &Language, facts: &PageFacts) -> String {
        client::linked(&self.policy, language, facts)
    }

    /// The sentence that says a choice was saved.
    pub(crate) fn confirmation(&self, language: &Language, return_to: &str) -> Bytes {
        self.rendered(language).confirmation.fill(return_to, "")
    }

    /// The sentence that says that the browser's signal was honoured.
    pub(crate) fn honoured(&self, language: &Language, return_to: &str) -> Bytes {
        self.rendered(language).honoured.fill(return_to, "")
    }

    /// The link to the settings page, under the name for it that visitors know from the law or the plain one.
    /// It holds the script, if the page has it from a file.
    pub(crate) fn control(
        &self,
        language: &Language,
        is_choices: bool,
        return_to: &str,
        script: &str,
    ) -> Bytes {
        let rendered = self.rendered(language);
        let control = if is_choices { &rendered.choices } else { &rendered.control };
        control.fill(return_to, script)
    }

    /// Whether frames can have content that shows who it comes from while it waits.
    pub(crate) fn has_embeds(&self) -> bool {
        let optional = self.policy.members(self.policy.optional());
        optional.into_iter().any(|category| {
            !matches!(category.id.as_str(), "analytics" | "marketing")
                || category.vendors.iter().any(|vendor| !vendor.is_tracker())
        })
    }

    /// The attributes by which a frame shows who its content comes from.
    pub(crate) fn placeholder(&self, language: &Language, placeholder: &Placeholder<'_>) -> Bytes {
        embed::attributes(&self.policy, language, placeholder)
    }

    /// Whether there are vendors to be told what the visitor has agreed to.
    pub(crate) fn tells_vendors(&self) -> bool {
        !self.vendor_consent.apis.is_empty()
    }

    /// The script that tells them.
    pub(crate) fn vendor_consent(&self, effective: Mask) -> Bytes {
        vendor_consent::script(&self.vendor_consent, effective)
    }

    /// Whether a no may remove something from the browser's storage.
    pub(crate) fn may_forget(&self) -> bool {
        self.may_forget
    }

    /// Those of the refused categories by which something goes from the browser's storage.
    pub(crate) fn forgets(&self, refused: Mask) -> Mask {
        self.storage.gone_with(refused)
    }

    /// The script that removes it.
    pub(crate) fn forget(&self, refused: Mask) -> String {
        forget::script(&self.storage, refused)
    }

    /// Whether pages carry the link to the settings page.
    pub(crate) fn has_control(&self) -> bool {
        self.policy.declared().settings_control == SettingsControl::Link && self.policy.optional() != 0
    }
}

/// The revision in the name of a notice.
pub(crate) fn notice_revision(name: &str) -> Option<u32> {
    name.split('.').next()?.parse().ok()
}
