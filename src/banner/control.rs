//! What decided pages carry: the way back to the settings, and once a confirmation.

use std::fmt::Write as _;

use super::{
    attribute,
    style::Style,
    template::{RETURN_TO_QUERY, Template},
    text,
};
use crate::policy::{Language, Phrase, Policy};

/// The link to the settings page, at the end of the body.
pub(super) fn control(policy: &Policy, language: &Language) -> Template {
    let mut label = String::new();
    attribute(&mut label, language.get(Phrase::SettingsLink));
    let mut out = opening("section", language, &format!(" aria-label=\"{label}\""));
    link(&mut out, policy, language, " id=\"cookie-consent-settings\"", Phrase::SettingsLink);
    out.push_str("</section>");
    Template::new(&out)
}

/// The sentence that says a choice was saved, announced once (WCAG 2.2, 4.1.3).
pub(super) fn confirmation(policy: &Policy, language: &Language) -> Template {
    let mut out = opening("div", language, " role=\"status\" data-nosnippet=\"\"");
    text(&mut out, language.get(Phrase::Saved));
    out.push(' ');
    link(&mut out, policy, language, "", Phrase::Change);
    out.push_str("</div>");
    Template::new(&out)
}

fn opening(element: &str, language: &Language, attributes: &str) -> String {
    format!(
        "<{element} data-consent-ui=\"\" class=\"consent-line\" lang=\"{}\" dir=\"{}\" data-turbo=\"false\" \
         hx-boost=\"false\"{attributes}><style data-consent-ui=\"\">{}</style>",
        language.tag,
        language.direction,
        Style::control().css,
    )
}

fn link(out: &mut String, policy: &Policy, language: &Language, attributes: &str, label: Phrase) {
    let _ = write!(
        out,
        "<a{attributes} data-consent-ui=\"\" href=\"{}?lang={}&amp;return_to={RETURN_TO_QUERY}\">",
        policy.settings_path(),
        language.tag
    );
    text(out, language.get(label));
    out.push_str("</a>");
}
