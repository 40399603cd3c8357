//! The banner: the first layer of the notice.

use std::fmt::Write as _;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use super::{
    BannerContext, Inline, Look, attribute,
    content::Content,
    inline::{CLOSE_STYLE, MODAL},
    template::{RETURN_TO, SCRIPT, Template},
    text,
};
use crate::{
    consent::Signal,
    policy::{Language, Layout, Mask, Model, Notice, Phrase, Policy},
};

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
    /// It can be closed, which refuses.
    pub(crate) closes: bool,
}

impl Ask {
    /// What is said of some categories by itself.
    pub(crate) fn about(due: Mask, model: Model) -> Self {
        Self { due, unasked: 0, measures: false, signal: None, model, closes: false }
    }

    /// What a new visitor is asked.
    pub(crate) fn first(policy: &Policy) -> Self {
        Self::about(policy.optional(), policy.declared().model)
    }
}

/// The banner for one visitor.
pub(super) fn banner(
    policy: &Policy,
    look: &Look,
    content: &Content,
    language: &Language,
    ask: Ask,
) -> Template {
    let context = context(policy, language, ask);
    let mut out = render(look, content, &context, "");
    if let Some(script) = layout_script(policy) {
        let _ = write!(out, "<script data-consent-ui=\"\">{}</script>", script.text);
    }
    out.push(SCRIPT);
    out.push_str("</section>");
    Template::new(&out)
}

/// The banner that all visitors get: hidden, and without the page's path. `attributes` are the root's.
pub(super) fn hidden_banner(
    policy: &Policy,
    look: &Look,
    content: &Content,
    language: &Language,
    attributes: &str,
) -> String {
    let context = BannerContext { is_shared: true, ..context(policy, language, Ask::first(policy)) };
    let mut out = render(look, content, &context, &format!(" hidden=\"\"{attributes}"));
    if let Some(script) = layout_script(policy) {
        let _ = write!(out, "<script data-consent-ui=\"\">{}</script>", script.text);
    }
    out + "</section>"
}

/// The script that comes with the layout, if one does.
pub(super) fn layout_script(policy: &Policy) -> Option<&'static Inline> {
    (policy.declared().layout == Layout::Modal).then_some(&*MODAL)
}

/// What there is to say of what is asked. The historic words are English whatever the page is; the page that they
/// lead to speaks the visitor's language.
fn context<'a>(policy: &'a Policy, language: &'a Language, ask: Ask) -> BannerContext<'a> {
    let mut context = BannerContext { policy, language, opened_in: language.tag(), ask, is_shared: false };
    if context.notice() == Notice::Classic {
        context.language = policy.languages().fallback();
    }
    context
}

/// How many characters are read on the banner, in whichever language most.
pub(super) fn longest(policy: &Policy, content: &Content) -> usize {
    let read = |language| {
        let markup = content.render(&context(policy, language, Ask::first(policy)));
        let texts = markup.split('<').filter_map(|piece| piece.split_once('>')).map(|(_, text)| text);
        texts.map(|text| htmlize::unescape(text).chars().count()).sum()
    };
    policy.languages().iter().map(read).max().unwrap_or_default()
}

/// Renders a banner, its root still open. Every element carries `data-consent-ui`.
fn render(look: &Look, content: &Content, context: &BannerContext<'_>, attributes: &str) -> String {
    let policy = context.policy;
    let mut out = String::new();
    open(&mut out, policy, look, context.language, attributes);
    let mut field = |name: &str, value: &str| {
        let _ =
            write!(out, "<input data-consent-ui=\"\" type=\"hidden\" name=\"{name}\" value=\"{value}\"/>");
    };
    let return_to = RETURN_TO.to_string();
    field("return_to", if context.is_shared { "" } else { &return_to });
    field("notice", &name_of(content, context));
    if context.ask.due != policy.optional() {
        for category in policy.members(context.ask.due) {
            field("asked", category.id.as_str());
        }
    }
    out.push_str(&content.render(context));
    if context.ask.closes {
        close(&mut out, context);
    }
    out.push_str("</form>");
    out
}

/// The button that closes the banner, called by what it does. It refuses, as not answering does.
fn close(out: &mut String, context: &BannerContext<'_>) {
    if let Some(style) = close_style(context.policy) {
        let _ = write!(out, "<style data-consent-ui=\"\">{}</style>", style.text);
    }
    let mut name = String::new();
    attribute(&mut name, context.language.get(Phrase::Reject));
    let _ = write!(
        out,
        "<button data-consent-ui=\"\" class=\"consent-close\" name=\"choice\" value=\"reject\" \
         aria-label=\"{name}\" title=\"{name}\">&#215;</button>"
    );
}

/// How it looks, where the looks are not the site's.
pub(super) fn close_style(policy: &Policy) -> Option<&'static Inline> {
    (policy.declared().layout != Layout::Unstyled).then_some(&*CLOSE_STYLE)
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
         <form data-consent-ui=\"\" method=\"post\" action=\"{}\" target=\"_self\" \
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

/// The name of the notice that asks this: the revision, and a hash of what is read.
pub(super) fn name(policy: &Policy, content: &Content, language: &Language, ask: Ask) -> String {
    name_of(content, &context(policy, language, ask))
}

fn name_of(content: &Content, context: &BannerContext<'_>) -> String {
    // One question has one name, on pages of one visitor as on shared ones.
    let content = content.render(&BannerContext { is_shared: true, ..*context });
    let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(content));
    format!("{}.{}", context.policy.revision(), &hash[..8])
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
