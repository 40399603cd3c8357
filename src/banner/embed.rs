//! What stands in a frame until its content is allowed. It loads nothing.

use std::fmt::Write as _;

use bytes::Bytes;

use super::{attribute, fill, inline::EMBED_STYLE, text};
use crate::policy::{Language, Mask, Phrase, Policy, Theme, Vendor};

/// The content that waits.
#[derive(Debug)]
pub(crate) struct Placeholder<'a> {
    pub(crate) address: &'a str,
    pub(crate) host: &'a str,
    pub(crate) vendor: Option<&'static Vendor>,
    /// The categories to be allowed for good; none where that cannot be offered.
    pub(crate) always: Mask,
    /// Whether it can be loaded this once, and with which attributes.
    pub(crate) once: Option<&'a [(&'static str, String)]>,
    /// The frame's own `sandbox`, with what is needed to ask.
    pub(crate) sandbox: Option<&'a str>,
    pub(crate) return_to: &'a str,
}

/// The attributes that a frame gets in front of its own.
pub(super) fn attributes(policy: &Policy, language: &Language, placeholder: &Placeholder<'_>) -> Bytes {
    let mut out = String::from(" srcdoc=\"");
    attribute(&mut out, &document(policy, language, placeholder));
    out.push('"');
    if let Some(sandbox) = placeholder.sandbox {
        out.push_str(" sandbox=\"");
        attribute(&mut out, sandbox);
        out.push('"');
    }
    out.into()
}

fn document(policy: &Policy, language: &Language, placeholder: &Placeholder<'_>) -> String {
    let mut out = String::new();
    let _ = write!(
        out,
        "<!DOCTYPE html><html data-consent-ui=\"\" lang=\"{}\" dir=\"{}\"><head data-consent-ui=\"\">\
         <meta data-consent-ui=\"\" name=\"color-scheme\" content=\"{}\"/><title data-consent-ui=\"\">",
        language.tag(),
        language.direction(),
        match policy.declared().theme {
            Theme::Auto => "light dark",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    );
    text(&mut out, placeholder.host);
    let _ = write!(
        out,
        "</title><style data-consent-ui=\"\">{}</style></head><body data-consent-ui=\"\"><div data-consent-ui=\"\"><p data-consent-ui=\"\">",
        EMBED_STYLE.text
    );
    let words = match placeholder.vendor {
        Some(vendor) => {
            let country = language.country(vendor.country);
            let known = [vendor.name, vendor.company, country].into_iter().filter(|part| !part.is_empty());
            let company = known.collect::<Vec<_>>().join(&comma(language));
            fill(language.get(Phrase::EmbedFrom), &[("{company}", &company), ("{host}", placeholder.host)])
        }
        None => fill(language.get(Phrase::EmbedFromHost), &[("{host}", placeholder.host)]),
    };
    text(&mut out, &words);
    out.push_str("</p>");
    if let Some(attributes) = placeholder.once {
        once(&mut out, policy, language, placeholder.address, attributes);
    }
    if placeholder.always != 0 {
        always(&mut out, policy, language, placeholder);
    }
    out.push_str("</div></body></html>");
    out
}

/// The frame goes on to a page that holds the content.
fn once(
    out: &mut String,
    policy: &Policy,
    language: &Language,
    address: &str,
    attributes: &[(&'static str, String)],
) {
    open_form(out, &format!("{}/embed", policy.settings_path()), "");
    hidden(out, "src", address);
    for (name, value) in attributes {
        hidden(out, name, value);
    }
    out.push_str("<button data-consent-ui=\"\">");
    text(out, language.get(Phrase::EmbedOnce));
    out.push_str("</button></form>");
}

/// The whole page is loaded anew, now with the content.
fn always(out: &mut String, policy: &Policy, language: &Language, placeholder: &Placeholder<'_>) {
    open_form(out, policy.settings_path(), " target=\"_top\"");
    hidden(out, "return_to", placeholder.return_to);
    let mut titles = Vec::new();
    for category in policy.members(placeholder.always) {
        hidden(out, "category", category.id.as_str());
        titles.push(category.title_in(language));
    }
    out.push_str("<button data-consent-ui=\"\" name=\"choice\" value=\"allow\">");
    let titles = titles.join(&comma(language));
    text(out, &fill(language.get(Phrase::EmbedAlways), &[("{title}", &titles)]));
    out.push_str("</button></form>");
}

/// What parts the members of a list.
fn comma(language: &Language) -> String {
    format!("{} ", language.get(Phrase::ListComma))
}

fn open_form(out: &mut String, action: &str, attributes: &str) {
    out.push_str("<form data-consent-ui=\"\" method=\"post\" action=\"");
    attribute(out, action);
    let _ = write!(out, "\"{attributes}>");
}

fn hidden(out: &mut String, name: &str, value: &str) {
    let _ = write!(out, "<input data-consent-ui=\"\" type=\"hidden\" name=\"{name}\" value=\"");
    attribute(out, value);
    out.push_str("\"/>");
}
