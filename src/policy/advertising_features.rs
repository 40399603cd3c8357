//! What browsers have, or had, built in for advertising, as `Permissions-Policy` calls it.

/// A feature that pages turn off until marketing is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AdvertisingFeature {
    /// As `Permissions-Policy` spells it.
    pub(crate) name: &'static str,
    /// Current browsers know it: Chromium 156 lists it in `document.featurePolicy`. Of any other a browser writes
    /// into the console of each page that it does not know it.
    pub(crate) is_current: bool,
}

const fn current(name: &'static str) -> AdvertisingFeature {
    AdvertisingFeature { name, is_current: true }
}

const fn gone(name: &'static str) -> AdvertisingFeature {
    AdvertisingFeature { name, is_current: false }
}

/// The features, in the order of their names.
pub(crate) const ADVERTISING_FEATURES: &[AdvertisingFeature] = &[
    gone("attribution-reporting"),
    current("browsing-topics"),
    current("interest-cohort"),
    gone("join-ad-interest-group"),
    gone("private-aggregation"),
    current("private-state-token-issuance"),
    current("private-state-token-redemption"),
    gone("run-ad-auction"),
    gone("shared-storage"),
    gone("shared-storage-select-url"),
];

/// Checks the name of a feature: lower-case letters, digits and hyphens (Permissions Policy, section 5.1; as a key
/// of RFC 9651, section 3.1.2).
pub(super) fn parse(name: &str) -> Result<String, &'static str> {
    let is_name = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    is_name.then(|| name.to_owned()).ok_or("write the name of one feature, such as browsing-topics")
}

#[cfg(test)]
mod tests {
    use super::{ADVERTISING_FEATURES, parse};

    #[test]
    fn the_table_is_in_order_and_its_names_are_valid() {
        assert!(ADVERTISING_FEATURES.is_sorted_by(|a, b| a.name < b.name));
        assert!(ADVERTISING_FEATURES.iter().all(|feature| parse(feature.name).is_ok()));
        for name in ["", "-a", "Camera", "a=()", "a b", "a,b", "9a", "\u{e4}"] {
            assert!(parse(name).is_err(), "{name}");
        }
    }

    #[test]
    fn the_documentation_lists_every_feature_with_its_reason() {
        let text = include_str!("../../docs/headers.md");
        let section =
            text.split("## Advertising features").nth(1).and_then(|rest| rest.split("\n## ").next()).unwrap();
        let rows: Vec<&str> = section.lines().filter(|line| line.starts_with("| `")).collect();
        assert_eq!(rows.len(), ADVERTISING_FEATURES.len());
        for (row, feature) in rows.iter().zip(ADVERTISING_FEATURES) {
            let when = if feature.is_current { "on every page" } else { "where the app names it" };
            assert!(row.starts_with(&format!("| `{}` | {when} | ", feature.name)), "{row}");
            assert!(row.ends_with("). |"), "{row}");
        }
    }
}
