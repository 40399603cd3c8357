//! The interfaces by which vendors are told what a visitor has agreed to, and what that takes.

use super::{Basis, DeclaredCategory, Mask, NECESSARY, Policy};

/// A vendor's interface of that kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ConsentApi {
    /// Google consent mode, version 2.
    Google,
    /// Consent mode of Microsoft's Universal Event Tracking.
    Uet,
    /// Microsoft Clarity's consent interface, version 2.
    Clarity,
    /// Matomo's tracking consent.
    Matomo,
}

impl ConsentApi {
    pub(crate) const ALL: [Self; 4] = [Self::Google, Self::Uet, Self::Clarity, Self::Matomo];

    /// The word for it in the catalogue and in pages.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Google => "google",
            Self::Uet => "uet",
            Self::Clarity => "clarity",
            Self::Matomo => "matomo",
        }
    }

    pub(super) fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|api| api.key() == key)
    }
}

/// The types of storage and use that the interfaces tell apart, by the names Google gives them, each with
/// the built-in category that stands for it. The seventh, `security_storage`, is always granted.
pub(crate) const CONSENT_TYPES: [(&str, &str); 6] = [
    ("ad_storage", "marketing"),
    ("ad_user_data", "marketing"),
    ("ad_personalization", "marketing"),
    ("analytics_storage", "analytics"),
    ("functionality_storage", "preferences"),
    ("personalization_storage", "preferences"),
];

/// What is said to vendors, compiled from a policy.
#[derive(Clone, Debug, Default)]
pub(crate) struct VendorConsent {
    /// The interfaces of the vendors that are declared.
    pub(crate) apis: Vec<ConsentApi>,
    /// The types, each with the categories that must all be allowed; none for what is never granted.
    needs: Vec<(&'static str, Mask)>,
}

impl VendorConsent {
    pub(crate) fn new(policy: &Policy) -> Self {
        let categories = &policy.declared().categories;
        let is_declared =
            |api: &ConsentApi| categories.iter().any(|category| declares(category, Some(*api), None));
        let apis: Vec<ConsentApi> = ConsentApi::ALL.into_iter().filter(is_declared).collect();
        let mut needs: Vec<(&str, Mask)> = CONSENT_TYPES
            .iter()
            .map(|(name, built_in)| (*name, type_needs(categories, name, built_in)))
            .collect();
        // Matomo has no types: what tracks is allowed, or it is not.
        needs.push((
            "matomo",
            having(categories, |category| declares(category, Some(ConsentApi::Matomo), None)),
        ));
        // One type is all about these vendors, whatever category they stand in.
        for (api, name) in [(ConsentApi::Uet, "ad_storage"), (ConsentApi::Clarity, "analytics_storage")] {
            let own = having(categories, |category| asks(category) && declares(category, Some(api), None));
            let claimed = if own == 0 { 0 } else { claiming(categories, name) };
            needs.push((api.key(), if claimed == 0 { own & !NECESSARY } else { claimed & !NECESSARY }));
        }
        Self { apis, needs }
    }

    /// The types that are granted where these categories are allowed.
    pub(crate) fn granted(&self, effective: Mask) -> impl Iterator<Item = &'static str> {
        let is_granted = move |(_, needs): &&(&str, Mask)| *needs != 0 && needs & !effective == 0;
        self.needs.iter().filter(is_granted).map(|(name, _)| *name)
    }
}

/// What a type needs: the categories that claim it; else those of Google's vendors that it is about; else the
/// built-in one that stands for it; else those of other vendors.
fn type_needs(categories: &[DeclaredCategory], name: &str, built_in: &str) -> Mask {
    let by_vendors =
        |api| having(categories, |category| asks(category) && declares(category, api, Some(built_in)));
    let standing = having(categories, |category| asks(category) && category.id.as_str() == built_in);
    let found =
        [claiming(categories, name), by_vendors(Some(ConsentApi::Google)), standing, by_vendors(None)];
    found.into_iter().find(|mask| *mask != 0).unwrap_or_default() & !NECESSARY
}

fn claiming(categories: &[DeclaredCategory], name: &str) -> Mask {
    having(categories, |category| category.consent_types.contains(&name))
}

/// Measuring without consent is nothing to be told of as one.
fn asks(category: &DeclaredCategory) -> bool {
    category.basis == Basis::Consent
}

fn declares(category: &DeclaredCategory, api: Option<ConsentApi>, usual: Option<&str>) -> bool {
    category.vendors.iter().any(|vendor| {
        vendor.consent_api.is_some()
            && api.is_none_or(|api| vendor.consent_api == Some(api))
            && usual.is_none_or(|usual| vendor.category == usual)
    })
}

fn having(categories: &[DeclaredCategory], is: impl Fn(&DeclaredCategory) -> bool) -> Mask {
    categories
        .iter()
        .enumerate()
        .filter(|(_, category)| is(category))
        .fold(0, |mask, (bit, _)| mask | 1 << bit)
}
