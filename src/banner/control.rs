//! What decided pages carry: the way back to the settings, and once a confirmation.

use std::fmt::Write as _;

use super::{
    attribute,
    look::Look,
    template::{RETURN_TO_QUERY, SCRIPT, Template},
    text,
};
use crate::policy::{Language, Phrase, Policy};

const RETURNS: &str = "&amp;return_to=";

/// The link to the settings page, at the end of the body, for one visitor.
pub(super) fn control(policy: &Policy, look: &Look, language: &Language, label: Phrase) -> Template {
    let return_to = format!("{RETURNS}{RETURN_TO_QUERY}");
    Template::new(&render_control(policy, look, language, &return_to, label, &SCRIPT.to_string()))
}

/// The same for all visitors, without the page's path.
pub(super) fn shared_control(policy: &Policy, look: &Look, language: &Language) -> String {
    render_control(policy, look, language, "", Phrase::SettingsLink, "")
}

/// The same for those without script, to whom a hidden banner is never shown.
pub(super) fn without_script(policy: &Policy, language: &Language) -> String {
    let (tag, direction) = (language.tag(), language.direction());
    let mut out = format!("<noscript data-consent-ui=\"\" lang=\"{tag}\" dir=\"{direction}\">");
    link(&mut out, policy, language, "", "", Phrase::SettingsLink);
    out.push_str("</noscript>");
    out
}

fn render_control(
    policy: &Policy,
    look: &Look,
    language: &Language,
    return_to: &str,
    label: Phrase,
    script: &str,
) -> String {
    let mut name = String::new();
    attribute(&mut name, language.get(label));
    let mut out = opening(look, language, &format!(" aria-label=\"{name}\""));
    link(&mut out, policy, language, " id=\"cookie-consent-settings\"", return_to, label);
    out.push_str(script);
    out.push_str("</section>");
    out
}

/// The sentence that says a choice was saved, announced once (WCAG 2.2, 4.1.3).
pub(super) fn confirmation(policy: &Policy, look: &Look, language: &Language) -> Template {
    status(policy, look, language, " data-saved=\"\"", Phrase::Saved, Phrase::Change)
}

/// The sentence that says that the browser's signal was honoured.
pub(super) fn honoured(policy: &Policy, look: &Look, language: &Language) -> Template {
    status(policy, look, language, "", Phrase::SignalHonoured, Phrase::SettingsLinkChoices)
}

/// `more` are attributes.
fn status(
    policy: &Policy,
    look: &Look,
    language: &Language,
    more: &str,
    sentence: Phrase,
    label: Phrase,
) -> Template {
    // Another name than the sentence, which whoever is led there would hear twice.
    let mut name = String::new();
    attribute(&mut name, language.get(Phrase::BannerLabel));
    let attributes =
        format!(" aria-label=\"{name}\" tabindex=\"-1\" data-nosnippet=\"\" data-turbo-temporary=\"\"{more}");
    let mut out = opening(look, language, &attributes);
    out.push_str("<span data-consent-ui=\"\" role=\"status\">");
    text(&mut out, language.get(sentence));
    out.push_str("</span> ");
    let return_to = format!("{RETURNS}{RETURN_TO_QUERY}");
    link(&mut out, policy, language, "", &return_to, label);
    out.push_str("</section>");
    Template::new(&out)
}

/// A landmark, so that what stands in it is in one.
fn opening(look: &Look, language: &Language, attributes: &str) -> String {
    format!(
        "<section data-consent-ui=\"\" class=\"consent-line\" lang=\"{}\" dir=\"{}\" data-turbo=\"false\" \
         hx-boost=\"false\"{attributes}><style data-consent-ui=\"\">{}</style>",
        language.tag(),
        language.direction(),
        look.control.text,
    )
}

fn link(
    out: &mut String,
    policy: &Policy,
    language: &Language,
    attributes: &str,
    return_to: &str,
    label: Phrase,
) {
    let _ = write!(
        out,
        "<a{attributes} data-consent-ui=\"\" data-consent-open=\"\" href=\"{}?lang={}{return_to}\">",
        policy.settings_path(),
        language.tag()
    );
    text(out, language.get(label));
    out.push_str("</a>");
}
