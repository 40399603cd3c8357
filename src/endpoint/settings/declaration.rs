//! What the categories of a policy declare, as visitors read it.

use std::time::Duration;

use super::{headers::HeaderGroup, page::responsible, writer::Page};
use crate::policy::{
    Category, DeclaredCategory, DeclaredCookie, DeclaredStorage, Language, Lifetime, Phrase, Policy, Text,
    Unit, Vendor,
};

impl Policy {
    /// The site's cookie declaration, to be put into a page of its own: for each category what it is for, its cookies
    /// and storage with purpose, duration and provider, the companies that take part, and what else it loads and sends
    /// (GDPR, Article 13; CJEU, C-673/17, paragraph 81); at the end who is responsible, and a link to the settings
    /// page. It is the same for all visitors.
    ///
    /// The texts are in the language of this tag (RFC 5646), or in English where the policy does not have it. The
    /// markup is ASCII, a `div` with a `section` for each category, whose headings are `h2` and `h3`; it has no styles.
    /// [`declaration_html_at`](Self::declaration_html_at) has other headings.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_consent::{Category, CookieDeclaration, Policy};
    ///
    /// let visits = CookieDeclaration::new("_an").purpose("Counts visits").duration("13 months");
    /// let policy = Policy::builder("Example SAS", "privacy@example.com")
    ///     .category(Category::analytics().cookie(visits))
    ///     .build()?;
    /// let html = policy.declaration_html("en");
    /// assert!(html.contains("<code dir=\"ltr\">_an</code>") && html.contains("Counts visits"));
    /// # Ok::<_, tower_consent::PolicyError>(())
    /// ```
    pub fn declaration_html(&self, language: &str) -> String {
        self.declaration_html_at(language, 2)
    }

    /// The same with headings that fit where it stands: each category has one of this level, and its lists have those
    /// of the next (WCAG 2.2, 1.3.1). Under an `h2` that is 3. A level that HTML does not have becomes the nearest
    /// from 1 to 5.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_consent::Policy;
    ///
    /// let policy = Policy::builder("Example SAS", "privacy@example.com").build()?;
    /// let page = format!("<h2>Cookies</h2>{}", policy.declaration_html_at("en", 3));
    /// assert!(page.contains(">Necessary</h3>"));
    /// # Ok::<_, tower_consent::PolicyError>(())
    /// ```
    pub fn declaration_html_at(&self, language: &str, level: u8) -> String {
        let level = level.clamp(1, 5);
        let language = self.languages().get(language).unwrap_or(self.languages().fallback());
        let kept_for = self.rules(None).kept_for();
        let mut page = Page::new(language);
        page.raw("<div lang=\"").raw(language.tag()).raw("\" dir=\"").raw(language.direction()).raw("\">");
        for category in &self.declared().categories {
            page.raw(&format!("<section><h{level} dir=\"auto\"")).lang(category.title_stand_in(language));
            page.raw(">").text(category.title_in(language)).raw(&format!("</h{level}><p dir=\"auto\""));
            page.lang(category.description_stand_in(language)).raw(">");
            page.text(category.description_in(language)).raw("</p>");
            write(&mut page, self, category, kept_for, &Listing::Open { level: level + 1 });
            page.raw("</section>");
        }
        responsible(&mut page, self);
        let settings = format!("{}?lang={}", self.settings_path(), language.tag());
        page.raw("<p><a data-consent-open=\"\" href=\"").attribute(&settings).raw("\">");
        page.phrase(Phrase::SettingsLink).raw("</a></p></div>");
        page.html
    }
}

/// How lists are shown.
enum Listing {
    /// Under a heading of this level.
    Open { level: u8 },
    /// Behind a summary with the number of what is in it.
    Folded,
}

impl Listing {
    /// A heading beside the lists.
    fn heading(&self, page: &mut Page<'_>, title: Phrase) {
        let level = match self {
            Self::Open { level } => *level,
            Self::Folded => 3,
        };
        page.raw(&format!("<h{level}>")).phrase(title).raw(&format!("</h{level}>"));
    }

    fn begin(&self, page: &mut Page<'_>, title: Phrase, count: usize) {
        match self {
            Self::Open { .. } => self.heading(page, title),
            Self::Folded => {
                page.raw("<details><summary>").phrase(title).raw(&format!(" ({count})</summary>"));
            }
        }
        page.raw("<ul>");
    }

    fn end(&self, page: &mut Page<'_>) {
        page.raw(match self {
            Self::Open { .. } => "</ul>",
            Self::Folded => "</ul></details>",
        });
    }
}

/// What one category declares, its lists folded. `kept_for` says how long the consent cookie stays.
pub(super) fn folded(page: &mut Page<'_>, policy: &Policy, category: &DeclaredCategory, kept_for: Duration) {
    write(page, policy, category, kept_for, &Listing::Folded);
}

fn write(
    page: &mut Page<'_>,
    policy: &Policy,
    category: &DeclaredCategory,
    kept_for: Duration,
    listing: &Listing,
) {
    let controller = &policy.declared().controller;
    let is_necessary = category.id == Category::NECESSARY;
    let by_vendors: usize = category.vendors.iter().map(|vendor| category.cookies_of(vendor).count()).sum();
    let count = category.cookies.len() + by_vendors + usize::from(is_necessary);
    let kept =
        category.storage.len() + category.vendors.iter().map(|vendor| vendor.storage.len()).sum::<usize>();
    if count > 0 {
        listing.begin(page, Phrase::Cookies, count);
        if is_necessary {
            consent_cookie(page, policy, kept_for);
        }
        for cookie in &category.cookies {
            declared_cookie(page, cookie, controller);
        }
        for vendor in &category.vendors {
            vendor_cookies(page, category, vendor);
        }
        listing.end(page);
    } else if kept == 0 {
        page.raw("<p><small>").phrase(Phrase::NothingDeclared).raw("</small></p>");
    }
    if kept > 0 {
        listing.begin(page, Phrase::Storage, kept);
        for storage in &category.storage {
            declared_storage(page, storage, controller);
        }
        for vendor in &category.vendors {
            vendor_storage(page, vendor);
        }
        listing.end(page);
    }
    if !category.vendors.is_empty() {
        listing.heading(page, Phrase::Companies);
        page.raw("<ul>");
        for vendor in &category.vendors {
            company(page, vendor);
        }
        page.raw("</ul>");
    }
    if !category.origins.is_empty() {
        listing.begin(page, Phrase::LoadsFrom, category.origins.len());
        for origin in &category.origins {
            page.raw("<li><code dir=\"ltr\">").text(host(&origin.to_string())).raw("</code></li>");
        }
        listing.end(page);
    }
    headers(page, listing, &HeaderGroup::all(policy, category));
}

fn headers(page: &mut Page<'_>, listing: &Listing, groups: &[HeaderGroup]) {
    if groups.is_empty() {
        return;
    }
    listing.begin(page, Phrase::SendsHeaders, groups.iter().map(|group| group.names.len()).sum());
    for group in groups {
        page.raw("<li>");
        if let Some(purpose) = group.purpose.and_then(|purpose| page.language.named(purpose.phrase_key())) {
            page.raw("<p dir=\"auto\">").text(purpose).raw("</p>");
        }
        page.raw("<code dir=\"ltr\">").text(&group.names.join(", ")).raw("</code></li>");
    }
    listing.end(page);
}

/// An origin as visitors know it: a host, with what is unusual about it.
fn host(origin: &str) -> &str {
    origin.strip_prefix("https://").unwrap_or(origin)
}

/// Our own cookie is listed like any other.
fn consent_cookie(page: &mut Page<'_>, policy: &Policy, kept_for: Duration) {
    let days = u32::try_from(kept_for.as_secs() / (24 * 60 * 60)).unwrap_or(u32::MAX);
    let lifetime = Lifetime::Limited { count: days, unit: Unit::Days };
    let purpose = page.language.get(Phrase::PurposeConsent);
    let controller = &policy.declared().controller;
    cookie(page, &policy.consent_cookie_name(), purpose.into(), Some(&lifetime), controller);
}

fn declared_cookie(page: &mut Page<'_>, declared: &DeclaredCookie, controller: &str) {
    let language = page.language;
    let purpose = own_purpose(language, declared.purpose.as_ref());
    let provider = declared.provider.as_deref().unwrap_or(controller);
    cookie(page, declared.pattern.as_str(), purpose, declared.lifetime.as_ref(), provider);
}

fn own_purpose<'a>(language: &'a Language, purpose: Option<&'a Text>) -> Purpose<'a> {
    match purpose {
        Some(purpose) => {
            let tag = language.tag();
            Purpose { words: purpose.get(tag), stand_in: purpose.stand_in(tag) }
        }
        None => language.get(Phrase::Unknown).into(),
    }
}

fn declared_storage(page: &mut Page<'_>, declared: &DeclaredStorage, controller: &str) {
    let language = page.language;
    let purpose = own_purpose(language, declared.purpose.as_ref());
    let provider = declared.provider.as_deref().unwrap_or(controller);
    let lifetime = stays(language, declared.lifetime.as_ref());
    item(page, declared.pattern.as_str(), purpose, &lifetime, provider);
}

fn vendor_storage(page: &mut Page<'_>, vendor: &Vendor) {
    for declared in &vendor.storage {
        let purpose = page.language.named(declared.purpose.phrase_key()).unwrap_or_default();
        let lifetime = stays(page.language, declared.lifetime.as_ref());
        item(page, declared.pattern.as_str(), purpose.into(), &lifetime, vendor.name);
    }
}

/// How long something stays in the browser's storage, which forgets nothing by itself.
fn stays(language: &Language, lifetime: Option<&Lifetime>) -> String {
    let until_deleted = || language.get(Phrase::UntilDeleted).to_owned();
    lifetime.map_or_else(until_deleted, |lifetime| lifetime.wording(language))
}

fn vendor_cookies(page: &mut Page<'_>, category: &DeclaredCategory, vendor: &Vendor) {
    for declared in category.cookies_of(vendor) {
        let purpose = page.language.named(declared.purpose.phrase_key()).unwrap_or_default();
        let provider = match declared.host {
            Some(host) => format!("{} ({host})", vendor.name),
            None => vendor.name.to_owned(),
        };
        cookie(page, declared.pattern.as_str(), purpose.into(), Some(&declared.lifetime), &provider);
    }
}

/// A purpose in words, and their language where it is another than the reader's.
#[derive(Clone, Copy)]
struct Purpose<'a> {
    words: &'a str,
    stand_in: Option<&'a str>,
}

impl<'a> From<&'a str> for Purpose<'a> {
    fn from(words: &'a str) -> Self {
        Self { words, stand_in: None }
    }
}

fn cookie(
    page: &mut Page<'_>,
    name: &str,
    purpose: Purpose<'_>,
    lifetime: Option<&Lifetime>,
    provider: &str,
) {
    let unknown = || page.language.get(Phrase::Unknown).to_owned();
    let lifetime = lifetime.map_or_else(unknown, |lifetime| lifetime.wording(page.language));
    item(page, name, purpose, &lifetime, provider);
}

fn item(page: &mut Page<'_>, name: &str, purpose: Purpose<'_>, lifetime: &str, provider: &str) {
    page.raw("<li><code dir=\"ltr\">")
        .text(name)
        .raw("</code><p dir=\"auto\"")
        .lang(purpose.stand_in)
        .raw(">")
        .text(purpose.words)
        .raw("</p><dl><dt>");
    page.phrase(Phrase::CookieDuration).raw("</dt><dd>").text(lifetime);
    page.raw("</dd><dt>")
        .phrase(Phrase::CookieProvider)
        .raw("</dt><dd>")
        .isolated(provider)
        .raw("</dd></dl></li>");
}

fn company(page: &mut Page<'_>, vendor: &Vendor) {
    let country = page.language.country(vendor.country);
    page.raw("<li><p>").isolated(vendor.name).raw(" &#183; ").isolated(vendor.company);
    if !country.is_empty() {
        page.phrase(Phrase::ListComma).raw(" ").text(country);
    }
    page.raw("</p><a href=\"")
        .attribute(vendor.privacy)
        .raw("\" rel=\"noreferrer\">")
        .phrase(Phrase::PrivacyPolicy);
    page.raw("<small> (").text(vendor.name).raw(")</small></a>");
    if !vendor.origins.is_empty() {
        let hosts: Vec<_> = vendor.origins.iter().map(|origin| host(origin)).collect();
        page.raw("<dl><dt>").phrase(Phrase::LoadsFrom).raw("</dt><dd><code dir=\"ltr\">");
        page.text(&hosts.join(", ")).raw("</code></dd></dl>");
    }
    page.raw("</li>");
}
