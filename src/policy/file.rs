//! The policy as a file: the same declarations, under the keys of the documentation.

mod shown;

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use self::shown::Shown;

use super::{
    Basis, Category, Colors, ConsentMode, CookieDeclaration, Csp, Delivery, DoNotTrack, Enforcement, Finding,
    Jurisdiction, Key, Layout, Model, Notice, Placement, Policy, PolicyBuilder, Secure, SettingsControl,
    StorageDeclaration, Text, Theme,
};

/// What a file may hold beside its known keys: nothing, but each is to be named.
type Unknown = BTreeMap<String, Shown>;

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct PolicyFile {
    revision: Option<i64>,
    model: Option<String>,
    enforcement: Option<String>,
    observe_in_production: Option<bool>,
    prefix: Option<String>,
    mount: Option<String>,
    privacy_policy: Option<String>,
    public_origin: Option<String>,
    placement: Option<String>,
    layout: Option<String>,
    theme: Option<String>,
    delivery: Option<String>,
    consent_mode: Option<String>,
    csp: Option<String>,
    permissions_policy: Option<bool>,
    advertising_features: Option<Vec<String>>,
    notice: Option<String>,
    settings_control: Option<String>,
    language: Option<String>,
    #[serde(default)]
    texts: BTreeMap<String, BTreeMap<String, WordsFile>>,
    consent_lifetime: Option<String>,
    refusal_lifetime: Option<String>,
    gpc_support: Option<DateFile>,
    dnt: Option<String>,
    #[serde(default)]
    exclude: Vec<String>,
    #[serde(default)]
    no_banner: Vec<String>,
    #[serde(default)]
    scrub_click_ids: bool,
    #[serde(default)]
    controller: ControllerFile,
    #[serde(default)]
    jurisdiction: JurisdictionFile,
    #[serde(default)]
    colors: ColorsFile,
    #[serde(default)]
    cookie: CookieFile,
    #[serde(default)]
    category: Vec<CategoryFile>,
    #[serde(flatten)]
    unknown: Unknown,
}

#[derive(Default, Deserialize)]
struct ControllerFile {
    name: Option<String>,
    contact: Option<String>,
    #[serde(flatten)]
    unknown: Unknown,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct JurisdictionFile {
    header: Option<String>,
    region_header: Option<String>,
    #[serde(default)]
    places: BTreeMap<String, String>,
    #[serde(flatten)]
    unknown: Unknown,
}

#[derive(Default, Deserialize)]
struct ColorsFile {
    #[serde(default)]
    light: PaletteFile,
    #[serde(default)]
    dark: PaletteFile,
    #[serde(flatten)]
    unknown: Unknown,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct PaletteFile {
    background: Option<String>,
    text: Option<String>,
    border: Option<String>,
    button: Option<String>,
    button_text: Option<String>,
    #[serde(flatten)]
    unknown: Unknown,
}

impl From<PaletteFile> for Colors {
    fn from(file: PaletteFile) -> Self {
        let PaletteFile { background, text, border, button, button_text, .. } = file;
        Self { background, text, border, button, button_text }
    }
}

#[derive(Default, Deserialize)]
struct CookieFile {
    name: Option<String>,
    secure: Option<String>,
    domain: Option<String>,
    key: Option<String>,
    #[serde(flatten)]
    unknown: Unknown,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct CategoryFile {
    #[serde(default)]
    id: String,
    basis: Option<String>,
    title: Option<TextFile>,
    description: Option<TextFile>,
    #[serde(default)]
    cookies: Vec<DeclarationFile>,
    #[serde(default)]
    storage: Vec<StorageFile>,
    #[serde(default)]
    request_headers: Vec<String>,
    #[serde(default)]
    response_headers: Vec<String>,
    #[serde(default)]
    origins: Vec<String>,
    #[serde(default)]
    vendors: Vec<String>,
    #[serde(default)]
    consent_types: Vec<String>,
    #[serde(flatten)]
    unknown: Unknown,
}

#[derive(Deserialize)]
#[serde(expecting = "a table such as { name = \"sid\" }")]
struct DeclarationFile {
    #[serde(default)]
    name: String,
    purpose: Option<TextFile>,
    duration: Option<String>,
    provider: Option<String>,
    path: Option<String>,
    partitioned: Option<bool>,
    #[serde(flatten)]
    unknown: Unknown,
}

#[derive(Deserialize)]
#[serde(expecting = "a table such as { key = \"theme\" }")]
struct StorageFile {
    #[serde(default)]
    key: String,
    purpose: Option<TextFile>,
    duration: Option<String>,
    provider: Option<String>,
    #[serde(flatten)]
    unknown: Unknown,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "write a text, or texts by language such as { en = \"Visits\" }")]
enum TextFile {
    Any(String),
    ByLanguage(BTreeMap<String, String>),
}

impl From<TextFile> for Text {
    fn from(file: TextFile) -> Self {
        match file {
            TextFile::Any(text) => text.into(),
            TextFile::ByLanguage(texts) => Self::by_language(texts),
        }
    }
}

/// A text, or the forms it takes with numbers by plural category.
#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "write a text, or its forms by plural category such as { one = \"…\", other = \"…\" }"
)]
enum WordsFile {
    Text(String),
    Forms(BTreeMap<String, String>),
}

/// A date as text, or as TOML has it, which serde sees as a table of one entry.
#[derive(Deserialize)]
#[serde(untagged, expecting = "write a date such as 2026-01-01")]
enum DateFile {
    Text(String),
    Toml(BTreeMap<String, String>),
}

impl From<DateFile> for String {
    fn from(file: DateFile) -> Self {
        match file {
            DateFile::Text(text) => text,
            DateFile::Toml(entries) => entries.into_values().next().unwrap_or_default(),
        }
    }
}

/// Reads a policy out of any format serde knows, under the keys of the policy file.
impl<'de> Deserialize<'de> for Policy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let file = PolicyFile::deserialize(deserializer)?;
        file.into_builder().build().map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "toml")]
pub(super) fn from_toml(text: &str) -> Result<Policy, super::PolicyError> {
    match toml::from_str::<PolicyFile>(text) {
        Ok(file) => file.into_builder().build(),
        Err(error) => {
            let span = error.span().unwrap_or_default();
            let before = text.get(..span.start).unwrap_or_default();
            let number = before.matches('\n').count();
            let line = text.lines().nth(number).unwrap_or_default();
            let name = line.split_once('=').map_or("", |(name, _)| name.trim());
            let key = format!("{name} (line {})", number + 1);
            let key = key.trim_start();
            let value = text.get(span).unwrap_or_default().lines().next().unwrap_or_default();
            let remedy = error.message().replace("expected a sequence", "expected a list such as [\"…\"]");
            let finding = Finding::new(key, value, remedy);
            Err(super::PolicyError::new(vec![finding]))
        }
    }
}

impl PolicyFile {
    fn into_builder(self) -> PolicyBuilder {
        let controller = self.controller;
        let mut builder =
            Policy::builder(controller.name.unwrap_or_default(), controller.contact.unwrap_or_default());
        let found = &mut builder.findings;
        unknown_keys(found, "", &self.unknown);
        unknown_keys(found, "controller.", &controller.unknown);
        unknown_keys(found, "jurisdiction.", &self.jurisdiction.unknown);
        unknown_keys(found, "colors.", &self.colors.unknown);
        unknown_keys(found, "colors.light.", &self.colors.light.unknown);
        unknown_keys(found, "colors.dark.", &self.colors.dark.unknown);
        unknown_keys(found, "cookie.", &self.cookie.unknown);

        let revision = self.revision.map(|number| {
            u32::try_from(number).unwrap_or_else(|_| {
                found.push(Finding::new(
                    "revision",
                    number.to_string(),
                    "a revision is a whole number from 1 to 4294967295",
                ));
                1
            })
        });
        let mut word = |key: &str, value: Option<String>, words: &[&str]| {
            value.filter(|value| {
                let known = words.contains(&value.as_str());
                if !known {
                    found.push(Finding::new(key, value, format!("write one of {}", words.join(", "))));
                }
                known
            })
        };
        let model = word("model", self.model, Model::WORDS);
        let enforcement = word("enforcement", self.enforcement, Enforcement::WORDS);
        let placement = word("placement", self.placement, Placement::WORDS);
        let layout = word("layout", self.layout, Layout::WORDS);
        let theme = word("theme", self.theme, Theme::WORDS);
        let delivery = word("delivery", self.delivery, Delivery::WORDS);
        let consent_mode = word("consent-mode", self.consent_mode, ConsentMode::WORDS);
        let csp = word("csp", self.csp, Csp::WORDS);
        let notice = word("notice", self.notice, Notice::WORDS);
        let settings_control = word("settings-control", self.settings_control, SettingsControl::WORDS);
        let dnt = word("dnt", self.dnt, DoNotTrack::WORDS);
        let secure = word("cookie.secure", self.cookie.secure, Secure::WORDS);

        let mut places = Vec::new();
        for (code, name) in self.jurisdiction.places {
            let name = word(&format!("jurisdiction.places.{code}"), Some(name), Jurisdiction::WORDS);
            places.extend(name.and_then(|name| Jurisdiction::from_word(&name)).map(|known| (code, known)));
        }

        fn or_default<T: Default>(word: Option<&str>, read: fn(&str) -> Option<T>) -> T {
            word.and_then(read).unwrap_or_default()
        }
        builder.model = or_default(model.as_deref(), Model::from_word);
        builder.enforcement = or_default(enforcement.as_deref(), Enforcement::from_word);
        builder.placement = or_default(placement.as_deref(), Placement::from_word);
        builder.layout = or_default(layout.as_deref(), Layout::from_word);
        builder.theme = or_default(theme.as_deref(), Theme::from_word);
        builder.light_colors = self.colors.light.into();
        builder.dark_colors = self.colors.dark.into();
        builder.delivery = or_default(delivery.as_deref(), Delivery::from_word);
        builder.consent_mode = or_default(consent_mode.as_deref(), ConsentMode::from_word);
        builder.csp = or_default(csp.as_deref(), Csp::from_word);
        builder.permissions_policy = self.permissions_policy.unwrap_or(builder.permissions_policy);
        builder.advertising_features = self.advertising_features;
        builder.notice = or_default(notice.as_deref(), Notice::from_word);
        builder.settings_control = or_default(settings_control.as_deref(), SettingsControl::from_word);
        builder.dnt = or_default(dnt.as_deref(), DoNotTrack::from_word);
        builder.cookie_secure = or_default(secure.as_deref(), Secure::from_word);
        builder.revision = revision.unwrap_or(builder.revision);
        builder.observe_in_production = self.observe_in_production.unwrap_or_default();
        builder.jurisdiction_header = self.jurisdiction.header;
        builder.jurisdiction_region_header = self.jurisdiction.region_header;
        builder.places = places;
        builder.prefix = self.prefix.unwrap_or(builder.prefix);
        builder.mount = self.mount.unwrap_or_default();
        builder.privacy_policy = self.privacy_policy;
        builder.public_origin = self.public_origin;
        builder.language = self.language;
        for (language, texts) in self.texts {
            for (key, words) in texts {
                builder = match words {
                    WordsFile::Text(text) => builder.text(&language, key, text),
                    WordsFile::Forms(forms) => forms.into_iter().fold(builder, |builder, (plural, text)| {
                        builder.text(&language, format!("{key}.{plural}"), text)
                    }),
                };
            }
        }
        builder.consent_lifetime = self.consent_lifetime;
        builder.refusal_lifetime = self.refusal_lifetime;
        builder.gpc_support = self.gpc_support.map(Into::into);
        builder.cookie_name = self.cookie.name.unwrap_or(builder.cookie_name);
        builder.cookie_domain = self.cookie.domain;
        builder.cookie_key = self.cookie.key.map(|key| Key(key.into_bytes()));
        builder.exclude = self.exclude;
        builder.no_banner = self.no_banner;
        builder.scrub_click_ids = self.scrub_click_ids;
        for (index, category) in self.category.into_iter().enumerate() {
            let category = category.into_category(index, &mut builder.findings);
            builder.categories.push(category);
        }
        builder
    }
}

impl CategoryFile {
    fn into_category(self, index: usize, found: &mut Vec<Finding>) -> Category {
        unknown_keys(found, &format!("category[{index}]."), &self.unknown);
        let basis = self.basis.as_deref().unwrap_or(Basis::WORDS[0]);
        if Basis::from_word(basis).is_none() {
            let key = format!("category[{index}].basis");
            found.push(Finding::new(key, basis, format!("write one of {}", Basis::WORDS.join(", "))));
        }
        let mut category = Category::new(self.id);
        category.basis = Basis::from_word(basis).unwrap_or_default();
        category.title = self.title.map(Into::into);
        category.description = self.description.map(Into::into);
        category.request_headers = self.request_headers;
        category.response_headers = self.response_headers;
        category.origins = self.origins;
        category.vendors = self.vendors;
        category.consent_types = self.consent_types;
        for (i, file) in self.cookies.into_iter().enumerate() {
            unknown_keys(found, &format!("category[{index}].cookies[{i}]."), &file.unknown);
            let mut cookie = CookieDeclaration::new(file.name);
            cookie.purpose = file.purpose.map(Into::into);
            cookie.duration = file.duration;
            cookie.provider = file.provider;
            cookie.path = file.path;
            cookie.is_partitioned = file.partitioned.unwrap_or_default();
            category.cookies.push(cookie);
        }
        for (i, file) in self.storage.into_iter().enumerate() {
            unknown_keys(found, &format!("category[{index}].storage[{i}]."), &file.unknown);
            let mut storage = StorageDeclaration::new(file.key);
            storage.purpose = file.purpose.map(Into::into);
            storage.duration = file.duration;
            storage.provider = file.provider;
            category.storage.push(storage);
        }
        category
    }
}

fn unknown_keys(found: &mut Vec<Finding>, table: &str, unknown: &Unknown) {
    for (key, Shown(value)) in unknown {
        let remedy = "there is no such key; docs/policy.md lists those there are";
        found.push(Finding::new(format!("{table}{key}"), value, remedy));
    }
}
