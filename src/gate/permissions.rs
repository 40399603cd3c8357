//! What browsers have built in for advertising, turned off by `Permissions-Policy`.

use http::{HeaderMap, HeaderName, HeaderValue};
use sfv::{Parser, visitor::Ignored};

use super::{Gate, Ruling, Standing, needs};
use crate::{
    event::warn_once,
    policy::{ADVERTISING_FEATURES, Policy},
};

const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

/// What was there before it. Of a feature that both name, browsers go by the newer (Permissions Policy, section 9.5).
const FEATURE_POLICY: HeaderName = HeaderName::from_static("feature-policy");

/// The category whose answer turns them on.
const CATEGORY: &str = "marketing";

/// The features that are turned off.
#[derive(Debug)]
pub(crate) struct Features {
    /// On every page.
    always: HeaderValue,
    /// Where the app's own policy names them, in the order of the table.
    named: Vec<&'static str>,
}

impl Features {
    /// `None` where the site turns nothing off.
    pub(super) fn new(policy: &Policy) -> Option<Self> {
        let declared = policy.declared();
        if !declared.permissions_policy {
            return None;
        }
        let table = |is_current| {
            let features =
                ADVERTISING_FEATURES.iter().filter(move |feature| feature.is_current == is_current);
            features.map(|feature| feature.name)
        };
        let (always, named) = match &declared.advertising_features {
            Some(own) => (off(own.iter().map(String::as_str)), Vec::new()),
            None => (off(table(true)), table(false).collect()),
        };
        Some(Self { always: always?, named })
    }

    /// Those that the app's own policy names, beside the ones that are always off.
    fn of_app(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        let lines = [PERMISSIONS_POLICY, FEATURE_POLICY].into_iter().flat_map(|name| headers.get_all(name));
        let lines: Vec<&str> = lines.filter_map(|line| line.to_str().ok()).collect();
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let names = |feature: &&str| {
            let mut words = lines.iter().flat_map(|line| line.split(|c| !is_name(c)));
            words.any(|word| word.eq_ignore_ascii_case(feature))
        };
        if lines.is_empty() { None } else { off(self.named.iter().copied().filter(names)) }
    }
}

/// Whether the app's lines are together no dictionary: browsers then drop all of them, and what is added with them
/// (RFC 9651, section 4.2).
fn are_void(headers: &HeaderMap) -> bool {
    let lines: Vec<&[u8]> = headers.get_all(PERMISSIONS_POLICY).iter().map(HeaderValue::as_bytes).collect();
    Parser::new(&lines.join(&b", "[..])).parse_dictionary_with_visitor(Ignored).is_err()
}

/// The members that turn features off.
fn off<'a>(features: impl Iterator<Item = &'a str>) -> Option<HeaderValue> {
    let members: Vec<String> = features.map(|feature| format!("{feature}=()")).collect();
    HeaderValue::try_from(members.join(", ")).ok().filter(|members| !members.is_empty())
}

impl Gate {
    /// Adds the features to what the app says. Of two members of one name the last counts (RFC 9651, section
    /// 4.2.2), and none is stricter than `()`.
    pub(super) fn restrict_features(&self, headers: &mut HeaderMap, standing: Standing) {
        let Some(features) = &self.features else { return };
        if self.rule(needs(&self.policy, CATEGORY), standing) != Ruling::Withheld {
            return;
        }
        if headers.contains_key(PERMISSIONS_POLICY) && are_void(headers) {
            warn_once!(
                "permissions-policy",
                "void",
                "the app's Permissions-Policy is no dictionary, so that browsers read nothing of it; write it as \
                 geolocation=(), camera=(self)"
            );
            headers.remove(PERMISSIONS_POLICY);
        }
        for added in [features.of_app(headers), Some(features.always.clone())].into_iter().flatten() {
            let is_there = headers.get_all(PERMISSIONS_POLICY).iter().any(|line| *line == added);
            if !is_there {
                headers.append(PERMISSIONS_POLICY, added);
            }
        }
    }
}
