//! Turns what was written into what was meant, and names everything that makes no sense.

mod category;
mod conflict;
mod jurisdiction;
mod settings;
mod texts;

use std::time::Duration;

use super::{
    CookieSettings, Declared, Delivery, Finding, Lifetime, Model, Palette, PathPattern, PolicyBuilder,
    PolicyError, advertising_features,
};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What has been found so far.
#[derive(Debug, Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn push(&mut self, key: impl Into<String>, value: impl Into<String>, remedy: impl Into<String>) {
        self.0.push(Finding::new(key, value, remedy));
    }

    /// Keeps what is well, reports what is not.
    fn take<T>(&mut self, key: &str, value: &str, checked: Result<T, impl ToString>) -> Option<T> {
        checked.map_err(|remedy| self.push(key, value, remedy.to_string())).ok()
    }
}

pub(super) fn policy(raw: PolicyBuilder) -> Result<Declared, PolicyError> {
    let mut findings = Findings(raw.findings);
    let found = &mut findings;

    for (key, value) in [("controller.name", &raw.controller), ("controller.contact", &raw.contact)] {
        if value.trim().is_empty() {
            found.push(
                key,
                value,
                "visitors must be told who is responsible and how to reach them; write a text",
            );
        }
    }
    if raw.revision == 0 {
        found.push("revision", "0", "revisions count from 1; write 1 or more");
    }
    settings::own_path(found, "prefix", &raw.prefix);
    if !raw.mount.is_empty() {
        settings::own_path(found, "mount", &raw.mount);
    }
    if let Some(url) = &raw.privacy_policy {
        found.take("privacy-policy", url, settings::link(url));
    }
    let public_origin = raw
        .public_origin
        .as_deref()
        .and_then(|origin| found.take("public-origin", origin, settings::public_origin(origin)));
    let languages = texts::languages(found, raw.texts);
    let language = raw.language.as_deref().and_then(|tag| {
        let known = languages
            .get(tag)
            .ok_or("there are no texts in this language; write en or another tag, or its texts");
        found.take("language", tag, known.map(|language| language.index))
    });
    let (consent_lifetime, refusal_lifetime) =
        lifetimes(found, raw.model, raw.consent_lifetime.as_deref(), raw.refusal_lifetime.as_deref());
    let gpc_support =
        raw.gpc_support.as_deref().and_then(|date| found.take("gpc-support", date, settings::date(date)));
    let cookie = CookieSettings {
        name: raw.cookie_name,
        secure: raw.cookie_secure,
        domain: raw.cookie_domain,
        key: raw.cookie_key,
        http_only: raw.delivery == Delivery::Private,
    };
    settings::cookie(found, &cookie);
    settings::delivery(found, raw.delivery, &cookie);
    let jurisdictions = jurisdiction::check(
        found,
        raw.jurisdiction_header.as_deref(),
        raw.jurisdiction_region_header.as_deref(),
        raw.places,
        raw.delivery,
    );
    let palettes = (
        Palette::new(&mut found.0, "colors.light", &raw.light_colors, Palette::LIGHT),
        Palette::new(&mut found.0, "colors.dark", &raw.dark_colors, Palette::DARK),
    );
    let advertising_features = raw.advertising_features.map(|names| features(found, &names));
    let exclude = paths(found, "exclude", &raw.exclude);
    let no_banner = paths(found, "no-banner", &raw.no_banner);
    let categories = category::all(found, raw.categories);
    texts::titles(found, &categories, &languages);
    conflict::check(found, &categories, &cookie.name);

    if !findings.0.is_empty() {
        return Err(PolicyError::new(findings.0));
    }
    Ok(Declared {
        controller: raw.controller,
        contact: raw.contact,
        revision: raw.revision,
        model: raw.model,
        jurisdictions,
        enforcement: raw.enforcement,
        observe_in_production: raw.observe_in_production,
        public_prefix: format!("{}{}", raw.mount, raw.prefix),
        prefix: raw.prefix,
        mount: raw.mount,
        privacy_policy: raw.privacy_policy,
        public_origin,
        placement: raw.placement,
        layout: raw.layout,
        theme: raw.theme,
        palettes,
        delivery: raw.delivery,
        consent_mode: raw.consent_mode,
        csp: raw.csp,
        permissions_policy: raw.permissions_policy,
        advertising_features,
        notice: raw.notice,
        settings_control: raw.settings_control,
        languages,
        language,
        consent_lifetime,
        refusal_lifetime,
        gpc_support,
        dnt: raw.dnt,
        cookie,
        exclude,
        no_banner,
        scrub_click_ids: raw.scrub_click_ids,
        categories,
    })
}

/// How long a yes and a no hold.
fn lifetimes(
    found: &mut Findings,
    model: Model,
    consent: Option<&str>,
    refusal: Option<&str>,
) -> (Duration, Duration) {
    let mut read = |key: &str, text: Option<&str>, default: Duration, least: Duration, why: &str| {
        let Some(text) = text else { return default };
        let read = text.parse::<Lifetime>().map_err(|_| "write a number of days, such as \"180 days\"");
        let lifetime = found.take(key, text, read);
        match lifetime.map(|lifetime| lifetime.approximate()) {
            Some(Some(length)) if length < least => found.push(key, text, why),
            Some(Some(length)) if length > 400 * DAY => {
                found.push(
                    key,
                    text,
                    "browsers keep no cookie for more than 400 days; write 400 days or less",
                );
            }
            Some(Some(length)) => return length,
            Some(None) => found.push(key, text, "an answer outlives the session; write a number of days"),
            None => {}
        }
        default
    };
    let (least, default, too_short) = match model {
        Model::OptIn => (
            184 * DAY,
            184 * DAY,
            "a no holds for at least six months (Garante, 10 June 2021, 6.2); write 184 days or more",
        ),
        Model::OptOut => (
            365 * DAY,
            366 * DAY,
            "an opt-out holds for at least 12 months (Cal. Civ. Code 1798.135(c)(4)); write 365 days or more",
        ),
    };
    (
        read("consent-lifetime", consent, 180 * DAY, DAY, "a yes holds for at least a day; write 180 days"),
        read("refusal-lifetime", refusal, default, least, too_short),
    )
}

fn paths(found: &mut Findings, key: &str, raw: &[String]) -> Vec<PathPattern> {
    let raw = raw.iter().enumerate();
    raw.filter_map(|(i, path)| found.take(&format!("{key}[{i}]"), path, PathPattern::parse(path))).collect()
}

fn features(found: &mut Findings, raw: &[String]) -> Vec<String> {
    if raw.is_empty() {
        found.push("advertising-features", "[]", "to turn nothing off, write permissions-policy = false");
    }
    let raw = raw.iter().enumerate();
    raw.filter_map(|(i, name)| {
        found.take(&format!("advertising-features[{i}]"), name, advertising_features::parse(name))
    })
    .collect()
}
