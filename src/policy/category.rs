use std::{borrow::Cow, fmt};

use super::{Basis, CookieDeclaration, StorageDeclaration, Text};

/// The name of a category: a lower-case letter, then up to 31 of `a`–`z`, `0`–`9`, `_` and `-`.
///
/// The built-in ones are constants of [`Category`].
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CategoryId(Cow<'static, str>);

impl CategoryId {
    const fn built_in(id: &'static str) -> Self {
        Self(Cow::Borrowed(id))
    }

    pub(crate) fn new(id: impl Into<Cow<'static, str>>) -> Self {
        Self(id.into())
    }

    pub(crate) fn is_well_formed(id: &str) -> bool {
        let mut bytes = id.bytes();
        id.len() <= 32
            && bytes.next().is_some_and(|first| first.is_ascii_lowercase())
            && bytes.all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-'))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for CategoryId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CategoryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for CategoryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

/// A purpose that a visitor can say yes or no to, and what serves it.
///
/// What is declared here is at once what the gate withholds, what the settings
/// page lists and what is deleted after a no.
///
/// # Example
///
/// ```
/// use tower_consent::{Category, CookieDeclaration};
///
/// let analytics = Category::analytics()
///     .vendor("google-analytics")
///     .cookie(
///         CookieDeclaration::new("_an_*")
///             .purpose([("en", "Counts visits"), ("fr", "Compte les visites")])
///             .duration("13 months"),
///     )
///     .response_header("x-analytics-id");
/// # let _ = analytics;
/// ```
#[derive(Clone, Debug)]
#[must_use = "a category does nothing until it is given to a policy"]
pub struct Category {
    pub(crate) id: String,
    pub(crate) basis: Basis,
    pub(crate) title: Option<Text>,
    pub(crate) description: Option<Text>,
    pub(crate) cookies: Vec<CookieDeclaration>,
    pub(crate) storage: Vec<StorageDeclaration>,
    pub(crate) request_headers: Vec<String>,
    pub(crate) response_headers: Vec<String>,
    pub(crate) origins: Vec<String>,
    pub(crate) vendors: Vec<String>,
    pub(crate) consent_types: Vec<String>,
}

impl Category {
    /// What the site cannot work without; exempt from consent (Directive 2002/58/EC, Article 5(3)).
    pub const NECESSARY: CategoryId = CategoryId::built_in("necessary");
    /// Remembers how the visitor likes the site to be.
    pub const PREFERENCES: CategoryId = CategoryId::built_in("preferences");
    /// Measures how the site is used.
    pub const ANALYTICS: CategoryId = CategoryId::built_in("analytics");
    /// Advertising, and measuring it.
    pub const MARKETING: CategoryId = CategoryId::built_in("marketing");
    /// Video, maps, chat and the like from other companies.
    pub const EMBEDS: CategoryId = CategoryId::built_in("embeds");

    /// A category of the site's own. It needs a [`title`](Self::title) and a
    /// [`description`](Self::description), which the built-in ones bring along.
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            basis: Basis::default(),
            title: None,
            description: None,
            cookies: Vec::new(),
            storage: Vec::new(),
            request_headers: Vec::new(),
            response_headers: Vec::new(),
            origins: Vec::new(),
            vendors: Vec::new(),
            consent_types: Vec::new(),
        }
    }

    /// The category [`NECESSARY`](Self::NECESSARY). A policy has it even when it is not declared.
    pub fn necessary() -> Self {
        Self::new("necessary")
    }

    /// The category [`PREFERENCES`](Self::PREFERENCES).
    pub fn preferences() -> Self {
        Self::new("preferences")
    }

    /// The category [`ANALYTICS`](Self::ANALYTICS).
    pub fn analytics() -> Self {
        Self::new("analytics")
    }

    /// The category [`MARKETING`](Self::MARKETING).
    pub fn marketing() -> Self {
        Self::new("marketing")
    }

    /// The category [`EMBEDS`](Self::EMBEDS).
    pub fn embeds() -> Self {
        Self::new("embeds")
    }

    /// What visitors see the category called. Default: the built-in name in the visitor's language.
    pub fn title(mut self, title: impl Into<Text>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// One sentence that tells visitors what they say yes to. Default: the built-in one.
    pub fn description(mut self, description: impl Into<Text>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// What lets the category be used. [`Basis::AudienceMeasurement`] is for `analytics` and categories of the
    /// site's own, with vendors that have a mode for it (such as `matomo`) or none.
    ///
    /// Default: [`Basis::Consent`].
    pub fn basis(mut self, basis: Basis) -> Self {
        self.basis = basis;
        self
    }

    /// Declares a cookie.
    ///
    /// Default: none.
    pub fn cookie(mut self, cookie: impl Into<CookieDeclaration>) -> Self {
        self.cookies.push(cookie.into());
        self
    }

    /// Declares a key of the browser's `localStorage` or `sessionStorage`, which pages remove once their visitor has
    /// said no to the category. Visitors are told.
    ///
    /// Default: none.
    pub fn storage(mut self, storage: impl Into<StorageDeclaration>) -> Self {
        self.storage.push(storage.into());
        self
    }

    /// Declares a request header that handlers may see only when the category is allowed.
    /// One `*` stands for any characters.
    ///
    /// Default: none.
    pub fn request_header(mut self, name: impl Into<String>) -> Self {
        self.request_headers.push(name.into());
        self
    }

    /// Declares a response header that is sent only when the category is allowed. One `*` stands for
    /// any characters. Declared in `necessary`, a tracking header of the built-in table is sent to
    /// everyone.
    ///
    /// Default: the table's `accept-ch`, `nel` and the like, under `analytics` and `marketing`.
    pub fn response_header(mut self, name: impl Into<String>) -> Self {
        self.response_headers.push(name.into());
        self
    }

    /// Declares an origin that pages load from: `https://host`, `https://*.host`, with a path
    /// prefix if need be. Until the category is allowed, what pages load from there is inert, and policies
    /// and `Link` headers lose it. Visitors are told.
    ///
    /// Default: none.
    pub fn origin(mut self, origin: impl Into<String>) -> Self {
        self.origins.push(origin.into());
        self
    }

    /// Declares a service of the vendor catalogue with all its cookies, storage and origins.
    ///
    /// Default: none. A tracker that the catalogue recognises and nobody declares is withheld from
    /// everyone.
    pub fn vendor(mut self, id: impl Into<String>) -> Self {
        self.vendors.push(id.into());
        self
    }

    /// Says that the category stands for a type of Google's consent mode, such as `ad_storage`: vendors that
    /// have such an interface are told that it is granted where the category is allowed. If several
    /// categories stand for one type, all are needed.
    ///
    /// Default: `analytics` stands for `analytics_storage`; `marketing` for `ad_storage`, `ad_user_data` and
    /// `ad_personalization`; `preferences` for `functionality_storage` and `personalization_storage`. Where the
    /// policy has none of them, the categories of the vendors that a type is about.
    pub fn consent_type(mut self, name: impl Into<String>) -> Self {
        self.consent_types.push(name.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::CategoryId;

    #[test]
    fn ids_are_lower_case_slugs_of_at_most_32_characters() {
        for id in ["a", "analytics", "a-b_c9", &"a".repeat(32)] {
            assert!(CategoryId::is_well_formed(id), "{id}");
        }
        for id in ["", "A", "9a", "-a", "a b", "é", "a.b", &"a".repeat(33)] {
            assert!(!CategoryId::is_well_formed(id), "{id}");
        }
    }
}
