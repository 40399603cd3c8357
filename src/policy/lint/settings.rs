//! The policy's own settings, one by one.

use super::{Found, Rule};
use crate::policy::{
    Basis, ConsentMode, Declared, DoNotTrack, Enforcement, Layout, Model, Placement, Policy, Secure,
    SettingsControl,
};

const SECONDS_A_DAY: u64 = 24 * 60 * 60;

pub(super) fn check(found: &mut Found, policy: &Policy, has_locator: bool) {
    let declared = policy.declared();
    let asks = policy.optional() != 0;
    let is_by_place = has_locator || declared.jurisdictions.is_some();
    if asks && (is_by_place || declared.model == Model::OptIn) {
        consent_lifetime(found, declared);
    }
    if asks && declared.privacy_policy.is_none() {
        let remedy = "visitors are asked to agree to what they cannot read up on; write where the privacy \
                      policy is, such as /privacy";
        found.push(Rule::MissingPrivacyPolicy, "privacy-policy", "", remedy);
    }
    if asks && declared.settings_control == SettingsControl::None {
        let remedy = "the layer shows no way back to the settings: every page of the site has to have a \
                      control of its own, marked data-consent-open; or write link";
        found.push(Rule::SettingsControlOff, "settings-control", "none", remedy);
    }
    if asks && declared.placement == Placement::End && declared.layout == Layout::Top {
        let remedy = "the banner stands where the page ends, and visitors see it when they have read all of it; \
                      write layout = \"bottom\"";
        found.push(Rule::BannerAtTheEnd, "placement", "end", remedy);
    }
    if declared.observe_in_production && declared.enforcement == Enforcement::Observe {
        let remedy = "nothing is withheld and nobody is asked, on public hosts too; write \
                      enforcement = \"declared\", or leave this out";
        found.push(Rule::ObserveInProduction, "observe-in-production", "true", remedy);
    }
    if declared.consent_mode == ConsentMode::Off {
        consent_mode(found, declared);
    }
    if !declared.permissions_policy {
        let remedy = "what browsers have built in for advertising stays on for visitors who have not agreed, \
                      unless the app turns it off; write true";
        found.push(Rule::PermissionsPolicyOff, "permissions-policy", "false", remedy);
    }
    if asks && declared.cookie.secure == Secure::Never {
        let remedy = "anyone on the network or on a sibling host can forge a yes; write auto";
        found.push(Rule::InsecureConsentCookie, "cookie.secure", "never", remedy);
    }
    if asks && declared.dnt == DoNotTrack::Ignore {
        let remedy = "a German court has held DNT: 1 to be a valid objection; write refusal, and do not say \
                      that the site takes no notice of it";
        found.push(Rule::DoNotTrackIgnored, "dnt", "ignore", remedy);
    }
    for (i, _) in declared.exclude.iter().enumerate().filter(|(_, pattern)| pattern.is_everything()) {
        let remedy = "nothing of the site is gated and nobody is asked; exclude less, or leave the layer out";
        found.push(Rule::EverythingExcluded, format!("exclude[{i}]"), "/*", remedy);
    }
}

fn consent_lifetime(found: &mut Found, declared: &Declared) {
    let days = declared.consent_lifetime.as_secs() / SECONDS_A_DAY;
    let (rule, remedy) = match days {
        ..=184 => return,
        185..=365 => (
            Rule::ConsentOverSixMonths,
            "a yes is best renewed after six months; write 180 days, unless a longer time can be justified",
        ),
        _ => (
            Rule::ConsentOverAYear,
            "what somebody agreed to more than a year ago says little of what they want; write 180 days",
        ),
    };
    found.push(rule, "consent-lifetime", format!("{days} days"), remedy);
}

/// Vendors that could be told of consent, and are not.
fn consent_mode(found: &mut Found, declared: &Declared) {
    let asking = declared.categories.iter().skip(1).filter(|category| category.basis == Basis::Consent);
    let vendors = asking.flat_map(|category| &category.vendors);
    let mut ids: Vec<_> =
        vendors.filter(|vendor| vendor.consent_api.is_some()).map(|vendor| vendor.id).collect();
    ids.sort_unstable();
    ids.dedup();
    if !ids.is_empty() {
        let remedy = format!(
            "unless the site tells them itself what its visitors have agreed to, these may process less than \
             allowed, or not at all: {}; write basic",
            ids.join(", ")
        );
        found.push(Rule::ConsentModeOff, "consent-mode", "off", remedy);
    }
}
