//! The banner: the first layer of the notice.

use std::fmt::Write as _;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use super::{
    Inline, Look, attribute,
    inline::MODAL,
    partners,
    template::{RETURN_TO, RETURN_TO_QUERY, SCRIPT, Template},
    text,
};
use crate::{
    consent::Signal,
    policy::{Counted, Language, Layout, Mask, Model, Notice, Phrase, Policy},
};

/// The historic bar, word for word.
const CLASSIC: &str = "This website uses cookies to improve your experience. \
     We'll assume you're ok with this, but you can opt-out if you wish.";

/// What a banner has to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ask {
    /// The categories that are asked for.
    pub(crate) due: Mask,
    /// What is neither asked for nor answered, since it needs no consent.
    pub(crate) unasked: Mask,
    /// Some of that is in use.
    pub(crate) measures: bool,
    /// The browser's opt-out signal is honoured, whatever the visitor answers.
    pub(crate) signal: Option<Signal>,
    /// What holds for whoever does not answer.
    pub(crate) model: Model,
}

impl Ask {
    /// What is said of some categories by itself.
    pub(crate) fn about(due: Mask, model: Model) -> Self {
        Self { due, unasked: 0, measures: false, signal: None, model }
    }

    /// What a new visitor is asked.
    pub(crate) fn first(policy: &Policy) -> Self {
        Self::about(policy.optional(), policy.declared().model)
    }
}

/// The banner for one visitor.
pub(super) fn banner(policy: &Policy, look: &Look, language: &Language, ask: Ask) -> Template {
    let return_to = format!("&amp;return_to={RETURN_TO_QUERY}");
    let mut out = render(policy, look, language, ask, "", &RETURN_TO.to_string(), &return_to);
    if let Some(script) = layout_script(policy) {
        let _ = write!(out, "<script data-consent-ui=\"\">{}</script>", script.text);
    }
    out.push(SCRIPT);
    out.push_str("</section>");
    Template::new(&out)
}

/// The banner that all visitors get: hidden, and without the page's path. `attributes` are the root's.
pub(super) fn hidden_banner(policy: &Policy, look: &Look, language: &Language, attributes: &str) -> String {
    let attributes = format!(" hidden=\"\"{attributes}");
    let mut out = render(policy, look, language, Ask::first(policy), &attributes, "", "");
    if let Some(script) = layout_script(policy) {
        let _ = write!(out, "<script data-consent-ui=\"\">{}</script>", script.text);
    }
    out + "</section>"
}

/// The script that comes with the layout, if one does.
pub(super) fn layout_script(policy: &Policy) -> Option<&'static Inline> {
    (policy.declared().layout == Layout::Modal).then_some(&*MODAL)
}

/// Renders a banner, its root still open. Every element carries `data-consent-ui`. The last two are the
/// path to return to, as a value and as a further query parameter.
fn render(
    policy: &Policy,
    look: &Look,
    language: &Language,
    ask: Ask,
    attributes: &str,
    return_to: &str,
    return_to_query: &str,
) -> String {
    let declared = policy.declared();
    let is_classic = is_classic(policy, ask.model);
    let mut out = String::new();
    // The page that is opened speaks the visitor's language even where the historic words do not.
    let opened_in = language.tag();
    let language = speaks(policy, language, ask.model);
    open(&mut out, policy, look, language, attributes);
    let words = words(policy, language, ask);
    let _ = write!(out, "<div data-consent-ui=\"\">{words}</div><div data-consent-ui=\"\">");
    let _ = write!(
        out,
        "<input data-consent-ui=\"\" type=\"hidden\" name=\"return_to\" value=\"{return_to}\"/>\
         <input data-consent-ui=\"\" type=\"hidden\" name=\"notice\" value=\"{}\"/>",
        name_of(policy, &words)
    );
    if ask.due != policy.optional() {
        for category in policy.members(ask.due) {
            let _ = write!(
                out,
                "<input data-consent-ui=\"\" type=\"hidden\" name=\"asked\" value=\"{}\"/>",
                category.id
            );
        }
    }
    for (value, label) in buttons(policy, language, ask.model) {
        let _ = write!(
            out,
            "<button data-consent-ui=\"\" class=\"consent-choice\" name=\"choice\" value=\"{value}\">"
        );
        text(&mut out, label);
        out.push_str("</button>");
    }
    let read_more = if is_classic { "Read More" } else { language.get(Phrase::ReadMore) };
    let _ = write!(
        out,
        "<p data-consent-ui=\"\"><a data-consent-ui=\"\" href=\"{}?lang={}{return_to_query}\">",
        policy.settings_path(),
        opened_in
    );
    text(&mut out, read_more);
    out.push_str("</a>");
    if let Some(url) = declared.privacy_policy.as_deref().filter(|_| !is_classic) {
        out.push_str(" <a data-consent-ui=\"\" href=\"");
        attribute(&mut out, url);
        out.push_str("\">");
        text(&mut out, language.get(Phrase::PrivacyPolicy));
        out.push_str("</a>");
    }
    out.push_str("</p></div></form>");
    out
}

/// Opens the banner's root, and the form in it.
fn open(out: &mut String, policy: &Policy, look: &Look, language: &Language, attributes: &str) {
    let (tag, direction) = (language.tag(), language.direction());
    let mut label = String::new();
    attribute(&mut label, language.get(Phrase::BannerLabel));
    let _ = write!(
        out,
        "<section id=\"cookie-consent\" data-consent-ui=\"\" data-nosnippet=\"\" aria-label=\"{label}\" \
         lang=\"{tag}\" dir=\"{direction}\"{attributes}>\
         <style data-consent-ui=\"\">{}</style>\
         <form data-consent-ui=\"\" method=\"post\" action=\"{}\" \
         data-turbo=\"false\" hx-boost=\"false\" up-submit=\"false\">",
        look.banner.text,
        policy.settings_path(),
    );
}

/// What stands in for the banner where the browser keeps no answer: nothing can be asked for, so it
/// says what holds, and can be hidden.
pub(super) fn blocked(policy: &Policy, look: &Look, language: &Language) -> String {
    let mut out = String::new();
    open(&mut out, policy, look, language, " tabindex=\"-1\"");
    out.push_str("<div data-consent-ui=\"\"><p data-consent-ui=\"\" role=\"status\">");
    text(&mut out, language.get(Phrase::Blocked));
    out.push_str("</p></div><div data-consent-ui=\"\"><button data-consent-ui=\"\">");
    text(&mut out, language.get(Phrase::Hide));
    out.push_str("</button></div></form></section>");
    out
}

/// The name of the notice with these words.
pub(super) fn name(policy: &Policy, language: &Language, ask: Ask) -> String {
    name_of(policy, &words(policy, speaks(policy, language, ask.model), ask))
}

/// The language of the banner: the historic words are English whatever the page is.
fn speaks<'a>(policy: &'a Policy, language: &'a Language, model: Model) -> &'a Language {
    if is_classic(policy, model) { policy.languages().fallback() } else { language }
}

fn name_of(policy: &Policy, words: &str) -> String {
    let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(words));
    format!("{}.{}", policy.revision(), &hash[..8])
}

fn is_classic(policy: &Policy, model: Model) -> bool {
    model == Model::OptOut && policy.declared().notice == Notice::Classic
}

/// The buttons, all of one element and class. The historic bar has its opt-out on the settings page.
fn buttons<'a>(policy: &Policy, language: &'a Language, model: Model) -> Vec<(&'static str, &'a str)> {
    let accept = ("accept", language.get(Phrase::Accept));
    match model {
        Model::OptOut if is_classic(policy, model) => vec![("accept", "Accept")],
        Model::OptOut => vec![accept, ("reject", language.get(Phrase::OptOut))],
        Model::OptIn => vec![accept, ("reject", language.get(Phrase::Reject))],
    }
}

/// Heading and sentences, as markup.
fn words(policy: &Policy, language: &Language, ask: Ask) -> String {
    let mut out = String::new();
    if is_classic(policy, ask.model) {
        out.push_str("<p data-consent-ui=\"\">");
        text(&mut out, CLASSIC);
        signal(&mut out, language, ask);
        out.push_str("</p>");
        return out;
    }
    out.push_str("<h2 data-consent-ui=\"\">");
    text(&mut out, language.get(Phrase::BannerTitle));
    out.push_str("</h2><p data-consent-ui=\"\">");
    let is_first = ask.due | ask.unasked == policy.optional();
    let (question, until) = match ask.model {
        Model::OptOut => (Phrase::BannerOptOut, Phrase::BannerOptOutUntil),
        Model::OptIn if !is_first => (Phrase::BannerAskNew, Phrase::BannerUntilNew),
        Model::OptIn if ask.measures => (Phrase::BannerAsk, Phrase::BannerUntilNew),
        Model::OptIn => (Phrase::BannerAsk, Phrase::BannerUntil),
    };
    let mut purposes = String::new();
    for category in policy.members(ask.due) {
        if !purposes.is_empty() {
            text(&mut purposes, language.get(Phrase::ListComma));
            purposes.push(' ');
        }
        purposes.push_str("<b data-consent-ui=\"\">");
        text(&mut purposes, category.title_in(language));
        purposes.push_str("</b>");
    }
    // Its direction is its own, whatever that of the sentence (HTML, section 4.5.24).
    let mut controller = String::from("<bdi data-consent-ui=\"\">");
    text(&mut controller, &policy.declared().controller);
    controller.push_str("</bdi>");
    let mut sentence = String::new();
    text(&mut sentence, language.get(question));
    // The placeholders are plain ASCII without anything to escape; what replaces them is markup.
    let sentence = fill(&sentence, &[("{controller}", &controller), ("{purposes}", &purposes)]);
    out.push_str(&sentence);
    let partners = partners::count(policy, ask.due);
    if partners > 0 {
        out.push(' ');
        text(&mut out, &language.count(Counted::BannerPartners, partners as u64));
    }
    if ask.signal.is_some() {
        signal(&mut out, language, ask);
    } else {
        out.push(' ');
        text(&mut out, language.get(until));
    }
    if ask.measures {
        out.push(' ');
        text(&mut out, language.get(Phrase::BannerMeasured));
    }
    out.push_str("</p>");
    out
}

fn signal(out: &mut String, language: &Language, ask: Ask) {
    if let Some(signal) = ask.signal {
        out.push(' ');
        text(out, &fill(language.get(Phrase::BannerSignal), &[("{signal}", signal.name())]));
    }
}

/// Puts values in place of placeholders, in one pass, so that no value is searched for another's.
pub(crate) fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        let (before, at) = rest.split_at(open);
        out.push_str(before);
        match values.iter().find(|(name, _)| at.starts_with(name)) {
            Some((name, value)) => {
                out.push_str(value);
                rest = &at[name.len()..];
            }
            None => {
                out.push('{');
                rest = &at[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn values_are_not_searched_for_placeholders() {
        let values = [("{a}", "{b}$1\\1"), ("{b}", "{a}")];
        assert_eq!(fill("{a} and {b}, {c}{", &values), "{b}$1\\1 and {a}, {c}{");
    }
}
