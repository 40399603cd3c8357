//! Services that sites use, as data: their cookies, storage, origins and companies.
//!
//! What they do is in `vendors.txt`; how that file is read, in `parse.rs`.

#[cfg(test)]
mod document;
mod parse;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use sha2::{Digest, Sha256};

use super::{ConsentApi, Lifetime, NamePattern, Origin};

const TEXT: &str = include_str!("vendors.txt");

/// A hash of all that the catalogue says.
pub(crate) fn catalogue_digest() -> &'static [u8; 32] {
    static DIGEST: LazyLock<[u8; 32]> = LazyLock::new(|| Sha256::digest(TEXT).into());
    &DIGEST
}

/// A service that sites use.
#[derive(Clone, Debug)]
pub(crate) struct Vendor {
    /// What a policy calls it: `google-analytics`.
    pub(crate) id: &'static str,
    /// What its makers call it.
    pub(crate) name: &'static str,
    /// Who answers for it; in the EU, where they are established there.
    pub(crate) company: &'static str,
    /// Where that company sits (ISO 3166-1, two capital letters); empty where it does not say.
    pub(crate) country: &'static str,
    /// Where its privacy policy is.
    pub(crate) privacy: &'static str,
    /// The id of the category it usually belongs to.
    pub(crate) category: &'static str,
    /// When the entry was last gone over, as `YYYY-MM-DD`.
    pub(crate) checked: &'static str,
    /// Whether it has a mode in which some authorities let it measure without consent, where the site
    /// keeps to their conditions (in France: CNIL, guidelines 2020-091 of 17 September 2020, article 5).
    pub(crate) is_exempt_capable: bool,
    /// Whether what loads from it passes where no policy declares it: it keeps a site running or
    /// watched over, and to lose it unasked would break that.
    pub(crate) is_only_advised: bool,
    /// The ends of paths by which these serve what visitors sign in with.
    pub(crate) sign_in: Vec<&'static str>,
    /// How it is told what a visitor has agreed to.
    pub(crate) consent_api: Option<ConsentApi>,
    /// The cookies it sets.
    pub(crate) cookies: Vec<VendorCookie>,
    /// What it keeps in the site's `localStorage` and `sessionStorage`.
    pub(crate) storage: Vec<VendorStorage>,
    /// Where it loads from and sends to: `https://host` or `https://*.host`,
    /// some with a path prefix.
    pub(crate) origins: Vec<&'static str>,
    /// What the scripts hold that its makers have people paste into their pages: all fragments of one of
    /// these.
    pub(crate) loaders: Vec<Vec<&'static str>>,
}

impl Vendor {
    /// The origins in parts. All of the catalogue's can be read; a test holds it.
    pub(crate) fn parsed_origins(&self) -> impl Iterator<Item = Origin> {
        self.origins.iter().filter_map(|origin| Origin::parse(origin).ok())
    }

    /// Whether it measures or advertises, and shows visitors nothing: it is withheld undeclared.
    pub(crate) fn is_tracker(&self) -> bool {
        !self.is_only_advised && matches!(self.category, "analytics" | "marketing")
    }

    /// The cookies by which it tracks that a declared name is, or covers.
    pub(crate) fn cookies_named<'a>(
        &'a self,
        name: &'a NamePattern,
    ) -> impl Iterator<Item = &'a VendorCookie> {
        let telling = self.cookies.iter().filter(|cookie| cookie.distinctive && cookie.host.is_none());
        telling.filter(|cookie| cookie.purpose != CookiePurpose::Choice).filter(
            |VendorCookie { pattern, .. }| {
                // A wildcard is a character like another to the pattern that covers it.
                pattern.matches_cookie(name.as_str()) || name.matches_cookie(pattern.as_str())
            },
        )
    }

    /// Whether a declared key is, or covers, one by which it tracks.
    pub(crate) fn keeps(&self, key: &NamePattern) -> bool {
        let mut telling = self.storage.iter().filter(|storage| storage.purpose != CookiePurpose::Choice);
        telling.any(|storage| storage.pattern.matches(key.as_str()) || key.matches(storage.pattern.as_str()))
    }

    /// Its origins that a declared one is, or covers, in full or in part.
    pub(crate) fn origins_at<'a>(&'a self, origin: &'a Origin) -> impl Iterator<Item = Origin> {
        self.parsed_origins().filter(|own| {
            let is_host = own.has_host(&origin.host) || origin.has_host(&own.host);
            is_host && (own.path.starts_with(&origin.path) || origin.path.starts_with(&own.path))
        })
    }
}

/// A cookie of a [`Vendor`].
#[derive(Clone, Debug)]
pub(crate) struct VendorCookie {
    /// Its name.
    pub(crate) pattern: NamePattern,
    /// How long it stays.
    pub(crate) lifetime: Lifetime,
    /// What it is for.
    pub(crate) purpose: CookiePurpose,
    /// Whether the name alone gives the vendor away. Where it is false, the name
    /// means something only on a site that declares the vendor; it is always
    /// false where there is a `host`.
    pub(crate) distinctive: bool,
    /// The vendor's own host that sets it. Such a cookie is shown to visitors
    /// and never passes through the site, so the gate does not match it.
    pub(crate) host: Option<&'static str>,
    /// Of a privacy choice, that it is kept without anybody's objection too, and of no use after a no.
    pub(crate) is_void_after_no: bool,
    /// Whether few sites of today meet it, such as those of a vendor's earlier products: nobody is asked to limit it.
    pub(crate) is_seldom: bool,
}

impl VendorCookie {
    /// Whether it stays when its vendor is denied: to lose an opt-out would be the opposite of what was
    /// asked for.
    pub(crate) fn outlives_no(&self) -> bool {
        self.purpose == CookiePurpose::Choice && !self.is_void_after_no
    }
}

/// What a [`Vendor`] keeps in the browser's storage.
#[derive(Clone, Debug)]
pub(crate) struct VendorStorage {
    /// Its key.
    pub(crate) pattern: NamePattern,
    /// How long it stays; none until it is deleted.
    pub(crate) lifetime: Option<Lifetime>,
    /// What it is for.
    pub(crate) purpose: CookiePurpose,
}

/// What a vendor's cookie is for. The words that visitors read are with the
/// other texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum CookiePurpose {
    /// Tells visitors apart.
    Visitor,
    /// Groups the page views of one visit.
    Visit,
    /// Remembers which campaign or advert brought the visitor.
    Campaign,
    /// Measures and personalises advertising.
    Ads,
    /// Records or replays how pages are used.
    Replay,
    /// Keeps a visitor in the same variant of an experiment.
    Experiment,
    /// Keeps a chat conversation.
    Chat,
    /// Limits how often requests are sent.
    Throttle,
    /// Checks whether cookies work.
    Test,
    /// Remembers a privacy choice.
    Choice,
    /// Keeps the state and statistics of a media player.
    Player,
    /// Protects against fraud and abuse.
    Security,
}

impl CookiePurpose {
    /// Every purpose.
    pub(crate) const ALL: [Self; 12] = [
        Self::Visitor,
        Self::Visit,
        Self::Campaign,
        Self::Ads,
        Self::Replay,
        Self::Experiment,
        Self::Chat,
        Self::Throttle,
        Self::Test,
        Self::Choice,
        Self::Player,
        Self::Security,
    ];

    /// The word for it in the catalogue.
    pub(crate) fn key(self) -> &'static str {
        self.phrase_key().trim_start_matches("purpose-")
    }

    /// The key of what visitors read of it.
    pub(crate) const fn phrase_key(self) -> &'static str {
        match self {
            Self::Visitor => "purpose-visitor",
            Self::Visit => "purpose-visit",
            Self::Campaign => "purpose-campaign",
            Self::Ads => "purpose-ads",
            Self::Replay => "purpose-replay",
            Self::Experiment => "purpose-experiment",
            Self::Chat => "purpose-chat",
            Self::Throttle => "purpose-throttle",
            Self::Test => "purpose-test",
            Self::Choice => "purpose-choice",
            Self::Player => "purpose-player",
            Self::Security => "purpose-security",
        }
    }

    fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.key() == key)
    }
}

/// Every vendor, in the order of the file.
pub(crate) fn vendors() -> &'static [Vendor] {
    // The file is part of the program, and a test reads it.
    static VENDORS: LazyLock<Vec<Vendor>> = LazyLock::new(|| match parse::parse(TEXT) {
        Ok(vendors) => vendors,
        Err(error) => panic!("The vendor catalogue is malformed. {error}"),
    });
    &VENDORS
}

/// The vendor of this id.
pub(crate) fn vendor(id: &str) -> Option<&'static Vendor> {
    vendors().iter().find(|vendor| vendor.id == id)
}

/// The id that differs the least from `id`, by three letters at most and not
/// in all of them.
pub(crate) fn closest(id: &str) -> Option<&'static str> {
    let ids = vendors().iter().map(|vendor| vendor.id);
    ids.filter_map(|known| Some((distance(id, known)?, known)))
        .filter(|&(distance, known)| distance < known.len())
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, known)| known)
}

const MAX_DISTANCE: usize = 3;

/// How many bytes must be added, left out or changed to get from one text to
/// the other (Levenshtein), up to three.
fn distance(from: &str, to: &str) -> Option<usize> {
    // Also keeps a very long `from` from costing anything.
    if from.len().abs_diff(to.len()) > MAX_DISTANCE {
        return None;
    }
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in to.bytes().enumerate() {
            let change = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = change.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row.last().copied().filter(|&last| last <= MAX_DISTANCE)
}
