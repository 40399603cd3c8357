//! The markup of the settings page.

use time::OffsetDateTime;

use super::View;
use crate::{
    banner::{attribute, fill, percent_encode, text},
    endpoint::{home, shell},
    policy::{
        Basis, DeclaredCategory, DeclaredCookie, Language, Lifetime, Mask, Model, NECESSARY, Phrase,
        TRACKING_HEADERS, TrackingHeader, Unit, Vendor,
    },
};

/// A page in the making.
pub(super) struct Page<'a> {
    html: String,
    language: &'a Language,
}

impl Page<'_> {
    fn raw(&mut self, markup: &str) -> &mut Self {
        self.html.push_str(markup);
        self
    }

    fn text(&mut self, words: &str) -> &mut Self {
        text(&mut self.html, words);
        self
    }

    fn attribute(&mut self, value: &str) -> &mut Self {
        attribute(&mut self.html, value);
        self
    }

    fn phrase(&mut self, phrase: Phrase) -> &mut Self {
        let words = self.language.get(phrase);
        self.text(words)
    }

    /// A phrase with markup in place of its placeholders, which are plain ASCII without anything to escape.
    fn sentence(&mut self, phrase: Phrase, values: &[(&str, &str)]) -> &mut Self {
        let mut words = String::new();
        text(&mut words, self.language.get(phrase));
        self.raw(&fill(&words, values))
    }

    fn isolated(&mut self, words: &str) -> &mut Self {
        self.raw(&isolated(words))
    }
}

pub(super) fn render(view: &View<'_>) -> String {
    let declared = view.site.policy.declared();
    let model = view.visit.consent.state().rules.model;
    let language = view.language;
    let mut page = Page { html: String::with_capacity(16 * 1024), language };
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
    shell::close(&mut page.html);
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
    page.raw("\">").text(category.title_in(view.language)).raw("</h2>");
    if bit == NECESSARY {
        page.raw("<span class=\"mark\">").phrase(Phrase::AlwaysActive).raw("</span>");
    } else {
        let phrase = match (state.answered & bit != 0, is_allowed) {
            (_, true) if state.measured() & bit != 0 => Phrase::OnUntilObjected,
            (_, true) => Phrase::Allowed,
            (true, false) => Phrase::Refused,
            (false, false) => Phrase::NotChosen,
        };
        page.raw("<span class=\"mark\">").phrase(phrase).raw("</span>");
    }
    page.raw("</div><p dir=\"auto\">").text(category.description_in(view.language)).raw("</p>");
    if state.rules.exempt & bit != 0 {
        page.raw("<p>").phrase(Phrase::ObjectionFree).raw("</p>");
    }
    if bit != NECESSARY {
        page.raw("<label><input type=\"checkbox\" name=\"category\" value=\"").raw(id).raw("\"");
        if is_allowed {
            page.raw(" checked");
        }
        let title = isolated(category.title_in(view.language));
        page.raw("><span>").sentence(Phrase::Allow, &[("{title}", &title)]).raw("</span></label>");
    }
    declarations(page, view, category, bit);
    page.raw("</section>");
}

fn declarations(page: &mut Page<'_>, view: &View<'_>, category: &DeclaredCategory, bit: Mask) {
    let controller = &view.site.policy.declared().controller;
    let by_vendors: usize = category.vendors.iter().map(|vendor| vendor.cookies.len()).sum();
    let own = usize::from(bit == NECESSARY);
    let count = category.cookies.len() + by_vendors + own;
    if count > 0 {
        page.raw("<details><summary>")
            .phrase(Phrase::Cookies)
            .raw(" (")
            .raw(&count.to_string())
            .raw(")</summary><ul>");
        if bit == NECESSARY {
            consent_cookie(page, view);
        }
        for cookie in &category.cookies {
            declared_cookie(page, cookie, controller);
        }
        for vendor in &category.vendors {
            vendor_cookies(page, vendor);
        }
        page.raw("</ul></details>");
    } else {
        page.raw("<p class=\"mark\">").phrase(Phrase::NothingDeclared).raw("</p>");
    }
    if !category.vendors.is_empty() {
        page.raw("<h3>").phrase(Phrase::Companies).raw("</h3><ul>");
        for vendor in &category.vendors {
            company(page, vendor);
        }
        page.raw("</ul>");
    }
    let origins = category.origins.iter().map(ToString::to_string);
    listing(page, Phrase::LoadsFrom, origins.collect());
    let headers = category.request_headers.iter().chain(&category.response_headers);
    let serves = |header: &&TrackingHeader| {
        category.basis == Basis::Consent && header.category == category.id.as_str()
    };
    let by_default = TRACKING_HEADERS.iter().filter(serves);
    let by_default = by_default.map(|header| header.name.to_owned());
    listing(page, Phrase::SendsHeaders, headers.map(ToString::to_string).chain(by_default).collect());
}

fn listing(page: &mut Page<'_>, title: Phrase, items: Vec<String>) {
    if items.is_empty() {
        return;
    }
    let count = items.len().to_string();
    page.raw("<details><summary>").phrase(title).raw(" (").raw(&count).raw(")</summary><ul>");
    for item in items {
        page.raw("<li><code dir=\"ltr\">").text(&item).raw("</code></li>");
    }
    page.raw("</ul></details>");
}

/// Our own cookie is listed like any other.
fn consent_cookie(page: &mut Page<'_>, view: &View<'_>) {
    let declared = view.site.policy.declared();
    let kept_for = view.visit.consent.state().rules.kept_for();
    let days = u32::try_from(kept_for.as_secs() / (24 * 60 * 60)).unwrap_or(u32::MAX);
    let lifetime = Lifetime::Limited { count: days, unit: Unit::Days };
    let name = view.site.policy.consent_cookie_name();
    let purpose = page.language.get(Phrase::PurposeConsent);
    cookie(page, &name, purpose, Some(&lifetime), &declared.controller);
}

fn declared_cookie(page: &mut Page<'_>, declared: &DeclaredCookie, controller: &str) {
    let language = page.language;
    let purpose = match &declared.purpose {
        Some(purpose) => purpose.get(language.tag()),
        None => language.get(Phrase::Unknown),
    };
    let provider = declared.provider.as_deref().unwrap_or(controller);
    cookie(page, declared.pattern.as_str(), purpose, declared.lifetime.as_ref(), provider);
}

fn vendor_cookies(page: &mut Page<'_>, vendor: &Vendor) {
    for declared in &vendor.cookies {
        let purpose = page.language.named(declared.purpose.phrase_key()).unwrap_or_default();
        let provider = match declared.host {
            Some(host) => format!("{} ({host})", vendor.name),
            None => vendor.name.to_owned(),
        };
        cookie(page, declared.pattern.as_str(), purpose, Some(&declared.lifetime), &provider);
    }
}

fn cookie(page: &mut Page<'_>, name: &str, purpose: &str, lifetime: Option<&Lifetime>, provider: &str) {
    let language = page.language;
    page.raw("<li><code dir=\"ltr\">")
        .text(name)
        .raw("</code><p dir=\"auto\">")
        .text(purpose)
        .raw("</p><dl><dt>");
    page.phrase(Phrase::CookieDuration).raw("</dt><dd>");
    match lifetime {
        Some(lifetime) => page.text(&lifetime.wording(language)),
        None => page.phrase(Phrase::Unknown),
    };
    page.raw("</dd><dt>")
        .phrase(Phrase::CookieProvider)
        .raw("</dt><dd>")
        .isolated(provider)
        .raw("</dd></dl></li>");
}

fn company(page: &mut Page<'_>, vendor: &Vendor) {
    let country = page.language.country(vendor.country);
    page.raw("<li><p>").isolated(vendor.name).raw(" \u{b7} ").isolated(vendor.company);
    if !country.is_empty() {
        page.phrase(Phrase::ListComma).raw(" ").text(country);
    }
    page.raw("</p><a href=\"")
        .attribute(vendor.privacy)
        .raw("\" rel=\"noreferrer\">")
        .phrase(Phrase::PrivacyPolicy);
    page.raw("<span class=\"mark\"> (").text(vendor.name).raw(")</span></a></li>");
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

fn footer(page: &mut Page<'_>, view: &View<'_>) {
    let declared = view.site.policy.declared();
    let controller = isolated(&declared.controller);
    let contact = contact(&declared.contact);
    let values = [("{controller}", &*controller), ("{contact}", &*contact)];
    page.raw("<footer><p>").sentence(Phrase::SettingsContact, &values).raw("</p>");
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

/// Words of another language than what surrounds them: their direction is their own (HTML, section 4.5.24).
fn isolated(words: &str) -> String {
    let mut out = String::from("<bdi>");
    text(&mut out, words);
    out + "</bdi>"
}
