//! The markup of the settings page.

use time::OffsetDateTime;

use super::{
    View, declaration,
    writer::{Page, isolated, isolated_in},
};
use crate::{
    banner::{attribute, percent_encode},
    endpoint::{home, shell},
    policy::{DeclaredCategory, Mask, Model, NECESSARY, Phrase, Policy},
};

pub(super) fn render(view: &View<'_>) -> String {
    let declared = view.site.policy.declared();
    let model = view.visit.consent.state().rules.model;
    let language = view.language;
    let mut page = Page::new(language);
    let title = format!("{} \u{b7} {}", language.get(Phrase::SettingsTitle), declared.controller);
    shell::open(&mut page.html, view.site, language.tag(), language.direction(), &title);
    page.raw("<p class=\"back\"><a href=\"");
    page.attribute(view.return_to.as_deref().unwrap_or(home(&view.site.policy)));
    page.raw("\">").phrase(Phrase::Back).raw("</a></p><h1>").phrase(Phrase::SettingsTitle).raw("</h1><p>");
    let intro = match model {
        Model::OptIn => Phrase::SettingsIntro,
        Model::OptOut => Phrase::SettingsIntroOptOut,
    };
    page.sentence(intro, &[("{controller}", &isolated(&declared.controller))]).raw("</p>");
    present_state(&mut page, view);
    let name = view.site.banners.notice_name(language, view.site.policy.optional(), model);
    let has_choice = view.site.policy.optional() != 0;
    if has_choice {
        open_form(&mut page, view, &name);
        page.raw("<p class=\"all\">");
        let reject = match model {
            Model::OptIn => Phrase::RejectAll,
            Model::OptOut => Phrase::OptOutAll,
        };
        button(&mut page, "accept", Phrase::AcceptAll);
        button(&mut page, "reject", reject);
        page.raw("</p></form>");
        // A form of its own: Enter in a checkbox presses the first button of its form.
        open_form(&mut page, view, &name);
    }
    for (bit, category) in declared.categories.iter().enumerate() {
        one_category(&mut page, view, category, 1 << bit);
    }
    if has_choice {
        page.raw("<p class=\"save\">");
        button(&mut page, "save", Phrase::Save);
        page.raw("</p></form>");
    }
    footer(&mut page, view);
    shell::close(&mut page.html, view.script());
    page.html
}

/// What is chosen now, and since when.
fn present_state(page: &mut Page<'_>, view: &View<'_>) {
    let state = view.visit.consent.state();
    page.raw("<div class=\"state\" role=\"status\">");
    match &state.answers {
        Some(answers) => {
            let at = OffsetDateTime::from_unix_timestamp(answers.latest());
            let date = page.language.date(at.unwrap_or(OffsetDateTime::UNIX_EPOCH).date());
            page.raw("<p>").sentence(Phrase::StateDecided, &[("{date}", &isolated(&date))]).raw("</p>");
        }
        None if view.site.policy.optional() == 0 => {
            page.raw("<p>").phrase(Phrase::StateNothing).raw("</p>");
        }
        None => {
            let phrase = match state.rules.model {
                _ if state.effective == NECESSARY => Phrase::StateUndecided,
                Model::OptIn => Phrase::StateMeasured,
                Model::OptOut => Phrase::StateUndecidedOptOut,
            };
            page.raw("<p>").phrase(phrase).raw("</p>");
        }
    }
    if let Some(signal) = state.signal {
        let phrase = match state.rules.model {
            Model::OptOut if state.rules.shows_choices() => Phrase::SignalHonoured,
            Model::OptOut => Phrase::StateSignal,
            Model::OptIn if state.effective == NECESSARY => Phrase::StateSignalOptIn,
            Model::OptIn => Phrase::StateSignalOverruled,
        };
        page.raw("<p>").sentence(phrase, &[("{signal}", &isolated(signal.name()))]).raw("</p>");
    }
    page.raw("</div>");
}

fn open_form(page: &mut Page<'_>, view: &View<'_>, notice: &str) {
    let prefix = view.site.policy.settings_path();
    page.raw("<form method=\"post\" action=\"").raw(prefix);
    page.raw("\" data-turbo=\"false\" hx-boost=\"false\" up-submit=\"false\">");
    page.raw("<input type=\"hidden\" name=\"return_to\" value=\"");
    match &view.return_to {
        Some(target) => page.attribute(target),
        // Who came by no page of the site sees the result here.
        None => page.raw(prefix).raw("?lang=").raw(view.language.tag()),
    };
    page.raw("\"><input type=\"hidden\" name=\"notice\" value=\"").raw(notice).raw("\">");
}

/// All buttons are of one element and class.
fn button(page: &mut Page<'_>, value: &str, label: Phrase) {
    page.raw("<button class=\"consent-choice\" name=\"choice\" value=\"").raw(value).raw("\">");
    page.phrase(label).raw("</button>");
}

fn one_category(page: &mut Page<'_>, view: &View<'_>, category: &DeclaredCategory, bit: Mask) {
    let state = view.visit.consent.state();
    let is_allowed = state.effective & bit != 0;
    let id = category.id.as_str();
    page.raw("<section aria-labelledby=\"title-")
        .raw(id)
        .raw("\"><div class=\"head\"><h2 dir=\"auto\" id=\"title-")
        .raw(id);
    page.raw("\"").lang(category.title_stand_in(view.language)).raw(">");
    page.text(category.title_in(view.language)).raw("</h2>");
    if bit == NECESSARY {
        page.raw("<span class=\"mark\">").phrase(Phrase::AlwaysActive).raw("</span>");
    } else {
        let phrase = match (state.answered & bit != 0, is_allowed) {
            (_, true) if state.measured() & bit != 0 => Phrase::OnUntilObjected,
            (_, true) => Phrase::Allowed,
            // A yes that has lapsed is no refusal, though neither is asked about for a while.
            (true, false) if !state.has_lapsed(bit) => Phrase::Refused,
            (_, false) => Phrase::NotChosen,
        };
        page.raw("<span class=\"mark\">").phrase(phrase).raw("</span>");
    }
    page.raw("</div><p dir=\"auto\"").lang(category.description_stand_in(view.language)).raw(">");
    page.text(category.description_in(view.language)).raw("</p>");
    if state.rules.exempt & bit != 0 {
        page.raw("<p>").phrase(Phrase::ObjectionFree).raw("</p>");
    }
    if bit != NECESSARY {
        page.raw("<label><input type=\"checkbox\" name=\"category\" value=\"").raw(id).raw("\"");
        if is_allowed {
            page.raw(" checked");
        }
        let stand_in = category.title_stand_in(view.language);
        let title = isolated_in(category.title_in(view.language), stand_in);
        page.raw("><span>").sentence(Phrase::Allow, &[("{title}", &title)]).raw("</span></label>");
    }
    let kept_for = state.rules.kept_for();
    declaration::folded(page, &view.site.policy, category, kept_for);
    page.raw("</section>");
}

/// How to reach the controller, as a link where it is one.
fn contact(contact: &str) -> String {
    let is_url = contact.starts_with("https://") || contact.starts_with("http://");
    let is_mail = contact.contains('@') && !contact.contains(|c: char| c.is_whitespace() || c == '/');
    let mut out = String::new();
    if is_url || is_mail {
        out.push_str(if is_url { "<a href=\"" } else { "<a href=\"mailto:" });
        attribute(&mut out, contact);
        out.push_str("\">");
    }
    out.push_str(&isolated(contact));
    if is_url || is_mail {
        out.push_str("</a>");
    }
    out
}

/// Who answers for the site, and how to reach them (GDPR, Article 13(1)(a)).
pub(super) fn responsible(page: &mut Page<'_>, policy: &Policy) {
    let declared = policy.declared();
    let controller = isolated(&declared.controller);
    let contact = contact(&declared.contact);
    let values = [("{controller}", &*controller), ("{contact}", &*contact)];
    page.raw("<p>").sentence(Phrase::SettingsContact, &values).raw("</p>");
}

fn footer(page: &mut Page<'_>, view: &View<'_>) {
    let declared = view.site.policy.declared();
    page.raw("<footer>");
    responsible(page, &view.site.policy);
    if let Some(url) = &declared.privacy_policy {
        page.raw("<p><a href=\"").attribute(url).raw("\">").phrase(Phrase::PrivacyPolicy).raw("</a></p>");
    }
    page.raw("<p lang=\"en\">");
    let languages = view.site.policy.languages();
    for (index, language) in languages.iter().enumerate() {
        if index > 0 {
            page.raw(" \u{b7} ");
        }
        let mut href = format!("{}?lang={}", view.site.policy.settings_path(), language.tag());
        if let Some(target) = &view.return_to {
            href.push_str("&return_to=");
            percent_encode(&mut href, target);
        }
        page.raw("<a dir=\"auto\" lang=\"")
            .raw(language.tag())
            .raw("\" hreflang=\"")
            .raw(language.tag())
            .raw("\" href=\"");
        page.attribute(&href).raw("\">").text(language.name()).raw("</a>");
    }
    page.raw("</p></footer>");
}
