//! The headers that wait for a category, together where they are for the same.

use crate::policy::{
    Basis, DeclaredCategory, HeaderPurpose, NamePattern, Policy, TRACKING_HEADERS, TRACKING_REQUEST_HEADERS,
    TrackingHeader,
};

/// Headers that are for the same.
pub(super) struct HeaderGroup {
    /// `None` where the operator alone knows.
    pub(super) purpose: Option<HeaderPurpose>,
    /// The names, with wildcards.
    pub(super) names: Vec<String>,
}

impl HeaderGroup {
    /// The headers of a category: those it declares, and those that wait for it by default.
    pub(super) fn all(policy: &Policy, category: &DeclaredCategory) -> Vec<Self> {
        let requests = (TRACKING_REQUEST_HEADERS, requests as Side);
        let mut found = Vec::new();
        for (table, side) in [(TRACKING_HEADERS, responses as Side), requests] {
            for pattern in side(category) {
                let means = |header: &&TrackingHeader| {
                    NamePattern::parse(header.name).is_ok_and(|known| known.matches(pattern.as_str()))
                };
                let known = table.iter().find(means);
                found.push((known.map(|header| header.purpose), pattern.to_string()));
            }
            let is_declared = |header: &TrackingHeader| {
                let mut declared = policy.declared().categories.iter().flat_map(side);
                declared.any(|pattern| pattern.matches(header.name))
            };
            if category.basis == Basis::Consent {
                let waiting = table.iter().filter(|header| header.category == category.id.as_str());
                let waiting = waiting.filter(|header| !is_declared(header));
                found.extend(waiting.map(|header| (Some(header.purpose), header.name.to_owned())));
            }
        }
        let purposes = HeaderPurpose::ALL.map(Some).into_iter().chain([None]);
        let groups = purposes.map(|purpose| {
            let of_it = found.iter().filter(|(found, _)| *found == purpose);
            let mut names: Vec<_> = of_it.map(|(_, name)| name.clone()).collect();
            names.sort_unstable();
            names.dedup();
            Self { purpose, names }
        });
        groups.filter(|group| !group.names.is_empty()).collect()
    }
}

type Side = fn(&DeclaredCategory) -> &[NamePattern];

fn requests(category: &DeclaredCategory) -> &[NamePattern] {
    &category.request_headers
}

fn responses(category: &DeclaredCategory) -> &[NamePattern] {
    &category.response_headers
}
