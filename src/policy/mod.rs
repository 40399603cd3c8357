//! What the site declares.

mod advertising_features;
mod builder;
mod catalogue;
mod category;
mod choice;
mod click_ids;
mod colors;
mod consent_api;
mod cookie_prefix;
mod declaration;
mod error;
mod file;
mod host;
mod jurisdiction;
mod language;
mod lifetime;
mod lint;
mod path;
mod pattern;
mod storage;
mod text;
mod texts;
mod token;
mod tracking_headers;
mod validate;
mod wording;

use std::{borrow::Cow, fmt, sync::Arc, time::Duration};

use time::Date;

pub(crate) use self::{
    advertising_features::ADVERTISING_FEATURES,
    catalogue::{CookiePurpose, Vendor, catalogue_digest, vendors},
    click_ids::click_ids,
    colors::Palette,
    consent_api::{CONSENT_TYPES, ConsentApi, VendorConsent},
    cookie_prefix::CookiePrefix,
    declaration::{DeclaredCookie, DeclaredStorage, Origin},
    host::{Host, is_within},
    jurisdiction::{Jurisdictions, MEASUREMENT_AT_MOST, Rules},
    lifetime::{Lifetime, Unit},
    path::PathPattern,
    pattern::NamePattern,
    storage::StorageKeys,
    text::folded,
    texts::{Counted, Language, Languages, Phrase},
    token::Token,
    tracking_headers::{HeaderPurpose, TRACKING_HEADERS, TRACKING_REQUEST_HEADERS, TrackingHeader},
};
pub use self::{
    builder::PolicyBuilder,
    category::{Category, CategoryId},
    choice::{
        Basis, ConsentMode, Csp, Delivery, DoNotTrack, Enforcement, Jurisdiction, Layout, Model, Notice,
        Placement, Secure, SettingsControl, Theme,
    },
    colors::Colors,
    declaration::{CookieDeclaration, StorageDeclaration},
    error::{Finding, PolicyError},
    lint::{LintFinding, Severity},
    text::Text,
};

/// What a site declares: who is responsible, what it would like to do, and how it asks.
///
/// Built once, checked, then immutable and cheap to clone.
///
/// # Example
///
/// ```
/// use tower_consent::{Category, Policy};
///
/// let policy = Policy::builder("Example SAS", "privacy@example.com")
///     .privacy_policy("/privacy")
///     .category(Category::analytics().vendor("google-analytics"))
///     .build()?;
/// # Ok::<_, tower_consent::PolicyError>(())
/// ```
#[derive(Clone)]
pub struct Policy(Arc<Declared>);

/// The contents of a [`Policy`].
#[derive(Clone, Debug)]
pub(crate) struct Declared {
    pub(crate) controller: String,
    pub(crate) contact: String,
    pub(crate) revision: u32,
    /// Where no jurisdiction overrides it.
    pub(crate) model: Model,
    pub(crate) jurisdictions: Option<Jurisdictions>,
    pub(crate) enforcement: Enforcement,
    pub(crate) observe_in_production: bool,
    /// The path under which the layer's own pages are asked for.
    pub(crate) prefix: String,
    /// The same path as visitors see it: `mount` and `prefix`.
    pub(crate) public_prefix: String,
    pub(crate) mount: String,
    pub(crate) privacy_policy: Option<String>,
    pub(crate) public_origin: Option<PublicOrigin>,
    pub(crate) placement: Placement,
    pub(crate) layout: Layout,
    pub(crate) theme: Theme,
    /// Of the light theme and of the dark one.
    pub(crate) palettes: (Palette, Palette),
    pub(crate) delivery: Delivery,
    pub(crate) consent_mode: ConsentMode,
    pub(crate) csp: Csp,
    /// Whether pages turn the browser's advertising features off until marketing is allowed.
    pub(crate) permissions_policy: bool,
    /// In place of the built-in ones.
    pub(crate) advertising_features: Option<Vec<String>>,
    pub(crate) notice: Notice,
    pub(crate) settings_control: SettingsControl,
    pub(crate) languages: Arc<Languages>,
    /// Position among the languages.
    pub(crate) language: Option<usize>,
    pub(crate) consent_lifetime: Duration,
    pub(crate) refusal_lifetime: Duration,
    /// Since when Global Privacy Control has been honoured, if the site says so.
    pub(crate) gpc_support: Option<Date>,
    pub(crate) dnt: DoNotTrack,
    pub(crate) cookie: CookieSettings,
    pub(crate) exclude: Vec<PathPattern>,
    pub(crate) no_banner: Vec<PathPattern>,
    pub(crate) scrub_click_ids: bool,
    /// `necessary` first, then the others as declared: at most [`MAX_CATEGORIES`].
    pub(crate) categories: Vec<DeclaredCategory>,
}

/// One bit a category, and one spare.
pub(crate) const MAX_CATEGORIES: usize = 63;

#[derive(Clone, Debug)]
pub(crate) struct DeclaredCategory {
    pub(crate) id: CategoryId,
    pub(crate) basis: Basis,
    pub(crate) token: Token,
    pub(crate) title: Option<Text>,
    pub(crate) description: Option<Text>,
    pub(crate) cookies: Vec<DeclaredCookie>,
    pub(crate) storage: Vec<DeclaredStorage>,
    pub(crate) request_headers: Vec<NamePattern>,
    pub(crate) response_headers: Vec<NamePattern>,
    pub(crate) origins: Vec<Origin>,
    pub(crate) vendors: Vec<&'static Vendor>,
    /// The types of vendors' consent interfaces that it stands for.
    pub(crate) consent_types: Vec<&'static str>,
}

/// How the consent cookie is written.
#[derive(Clone, Debug)]
pub(crate) struct CookieSettings {
    /// Without a prefix.
    pub(crate) name: String,
    pub(crate) secure: Secure,
    pub(crate) domain: Option<String>,
    pub(crate) key: Option<Key>,
    /// Whether scripts cannot read it.
    pub(crate) http_only: bool,
}

impl CookieSettings {
    /// What stands in front of the name where the cookie is `Secure`.
    pub(crate) fn prefix(&self) -> &'static str {
        match self.domain {
            Some(_) => "__Secure-",
            None => "__Host-",
        }
    }
}

/// A secret, which shows itself to nobody.
#[derive(Clone)]
pub(crate) struct Key(pub(crate) Vec<u8>);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(..)")
    }
}

/// The origin that visitors see, where a proxy hides it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PublicOrigin {
    /// As browsers send it in `Origin`.
    pub(crate) origin: String,
    /// Host, and port where it is not the scheme's own.
    pub(crate) authority: String,
}

impl Policy {
    /// Starts a policy with the controller's name and how to reach it, which visitors must be told
    /// (GDPR, Article 13(1)(a)).
    pub fn builder(controller: impl Into<String>, contact: impl Into<String>) -> PolicyBuilder {
        PolicyBuilder::new(controller.into(), contact.into())
    }

    /// Reads a policy file.
    ///
    /// # Errors
    ///
    /// Every finding at once: unknown keys, wrong values and contradictions. What is not TOML at
    /// all, or has a value of the wrong type, is reported alone.
    ///
    /// # Example
    ///
    /// ```
    /// let policy = tower_consent::Policy::from_toml(r#"
    ///     privacy-policy = "/privacy"
    ///
    ///     [controller]
    ///     name    = "Example SAS"
    ///     contact = "privacy@example.com"
    ///
    ///     [[category]]
    ///     id      = "analytics"
    ///     vendors = ["google-analytics"]
    /// "#)?;
    /// # Ok::<_, tower_consent::PolicyError>(())
    /// ```
    #[cfg(feature = "toml")]
    pub fn from_toml(text: &str) -> Result<Self, PolicyError> {
        file::from_toml(text)
    }

    /// The number that is raised when the notice changes in substance.
    pub fn revision(&self) -> u32 {
        self.0.revision
    }

    /// The path of the settings page, with what [`PolicyBuilder::mount`] puts in front.
    pub fn settings_path(&self) -> &str {
        &self.0.public_prefix
    }

    /// The ids of all categories, `necessary` first.
    pub fn categories(&self) -> impl Iterator<Item = &CategoryId> {
        self.0.categories.iter().map(|category| &category.id)
    }

    /// The texts of a language under their keys: what [`PolicyBuilder::text`] can say otherwise, and what a
    /// site that adds a language has to say. Of a language that is not there, those in English.
    ///
    /// # Example
    ///
    /// ```
    /// let policy = tower_consent::Policy::builder("Example SAS", "privacy@example.com").build()?;
    /// let accept = policy.texts("de").find(|(key, _)| key == "accept");
    /// assert_eq!(accept, Some(("accept".into(), "Akzeptieren")));
    /// # Ok::<_, tower_consent::PolicyError>(())
    /// ```
    pub fn texts(&self, language: &str) -> impl Iterator<Item = (Cow<'static, str>, &str)> {
        let languages = &self.0.languages;
        let language = languages.get(language).unwrap_or(languages.fallback());
        language.keys().filter_map(|key| language.text(&key).map(|text| (key.clone(), text)))
    }

    pub(crate) fn languages(&self) -> &Languages {
        &self.0.languages
    }

    /// The language that the site has fixed.
    pub(crate) fn language(&self) -> Option<&Language> {
        self.0.language.map(|index| &self.0.languages[index])
    }

    /// The consent cookie as visitors on a secure connection have it.
    pub(crate) fn consent_cookie_name(&self) -> String {
        let settings = &self.0.cookie;
        let prefix = if settings.secure == Secure::Never { "" } else { settings.prefix() };
        format!("{prefix}{}", settings.name)
    }

    pub(crate) fn new(declared: Declared) -> Self {
        Self(Arc::new(declared))
    }

    /// Whether both are one, and not just alike.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    pub(crate) fn declared(&self) -> &Declared {
        &self.0
    }

    /// Whether a vendor certainly knows which categories are allowed before any script of its runs. A page
    /// that hydrates from its body tells it in the head only.
    pub(crate) fn tells(&self, vendor: &Vendor) -> bool {
        let is_told = vendor.consent_api.is_some() && self.0.consent_mode == ConsentMode::Basic;
        is_told && self.0.placement == Placement::Start
    }

    /// The categories that measure the audience.
    pub(crate) fn measurement(&self) -> Mask {
        let categories = self.0.categories.iter().enumerate();
        let measuring = categories.filter(|(_, category)| category.basis == Basis::AudienceMeasurement);
        measuring.fold(0, |mask, (bit, _)| mask | 1 << bit)
    }

    /// The rules for visitors under a jurisdiction; the policy's own where there is none to ask about.
    pub(crate) fn rules(&self, jurisdiction: Option<Jurisdiction>) -> Rules {
        Rules::new(self, jurisdiction)
    }

    /// The same policy with pages made for one visitor each.
    pub(crate) fn delivered_privately(&self) -> Self {
        let mut declared = Declared::clone(&self.0);
        declared.delivery = Delivery::Private;
        declared.cookie.http_only = true;
        Self::new(declared)
    }

    /// The bit of a category in a [`Mask`].
    pub(crate) fn position(&self, id: &str) -> Option<usize> {
        let mut ids = self.categories();
        ids.position(|known| known.as_str() == id)
    }

    /// Every category that needs an answer.
    pub(crate) fn optional(&self) -> Mask {
        let all = (1u64 << self.0.categories.len()) - 1;
        all & !NECESSARY
    }

    /// The categories of a mask, in the order of the policy.
    pub(crate) fn members(&self, mask: Mask) -> impl Iterator<Item = &DeclaredCategory> {
        let categories = self.0.categories.iter().enumerate();
        categories.filter(move |(bit, _)| mask >> bit & 1 == 1).map(|(_, category)| category)
    }
}

/// A set of categories, by their position in the policy.
pub(crate) type Mask = u64;

/// The category `necessary`, which is always first.
pub(crate) const NECESSARY: Mask = 1;

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}
