use super::Findings;
use crate::policy::{
    Basis, CONSENT_TYPES, Category, CategoryId, CookieDeclaration, DeclaredCategory, DeclaredCookie,
    DeclaredStorage, Lifetime, MAX_CATEGORIES, NamePattern, Origin, StorageDeclaration, Text, Token, Vendor,
    catalogue, folded, vendors,
};

/// Checks every category and puts `necessary` first.
pub(super) fn all(found: &mut Findings, raw: Vec<Category>) -> Vec<DeclaredCategory> {
    let mut categories: Vec<DeclaredCategory> = Vec::with_capacity(raw.len() + 1);
    for (index, category) in raw.into_iter().enumerate() {
        let key = if CategoryId::is_well_formed(&category.id) {
            format!("category.{}", category.id)
        } else {
            let remedy = "an id is a lower-case letter, then up to 31 of a-z, 0-9, _ and -";
            found.push(format!("category[{index}].id"), &category.id, remedy);
            format!("category[{index}]")
        };
        if categories.iter().any(|known| known.id.as_str() == category.id) {
            found.push(
                format!("category[{index}].id"),
                &category.id,
                "this category is declared twice; join the two",
            );
        }
        categories.push(one(found, &key, category));
    }
    if !categories.iter().any(|category| category.id == Category::NECESSARY) {
        categories.push(one(found, "category.necessary", Category::necessary()));
    }
    categories.sort_by_key(|category| category.id != Category::NECESSARY);
    if categories.len() > MAX_CATEGORIES {
        let remedy = format!("a policy holds at most {MAX_CATEGORIES} categories; nobody can judge as many");
        found.push("category", categories.len().to_string(), remedy);
    }
    categories
}

fn one(found: &mut Findings, key: &str, raw: Category) -> DeclaredCategory {
    let built_in =
        matches!(raw.id.as_str(), "necessary" | "preferences" | "analytics" | "marketing" | "embeds");
    for (part, text) in [("title", &raw.title), ("description", &raw.description)] {
        match text {
            Some(text) => check_text(found, &format!("{key}.{part}"), text),
            None if built_in => {}
            None => found.push(
                format!("{key}.{part}"),
                "",
                "a category of your own needs a text here that tells visitors what they say yes to",
            ),
        }
    }
    let headers = |found: &mut Findings, part: &str, raw: &[String]| -> Vec<NamePattern> {
        let raw = raw.iter().enumerate();
        raw.filter_map(|(i, name)| header(found, &format!("{key}.{part}[{i}]"), name)).collect()
    };
    if raw.basis == Basis::AudienceMeasurement {
        measurement(found, key, &raw);
    }
    let id = CategoryId::new(raw.id);
    let declared = DeclaredCategory {
        basis: raw.basis,
        token: Token::of(&id),
        id,
        cookies: cookies(found, key, raw.cookies),
        storage: storage(found, key, raw.storage),
        request_headers: headers(found, "request-headers", &raw.request_headers),
        response_headers: headers(found, "response-headers", &raw.response_headers),
        origins: {
            let origins = raw.origins.iter().enumerate();
            origins
                .filter_map(|(i, text)| found.take(&format!("{key}.origins[{i}]"), text, Origin::parse(text)))
                .collect()
        },
        vendors: {
            let vendors = raw.vendors.iter().enumerate();
            vendors.filter_map(|(i, id)| vendor(found, &format!("{key}.vendors[{i}]"), id)).collect()
        },
        consent_types: {
            let types = raw.consent_types.iter().enumerate();
            types
                .filter_map(|(i, name)| consent_type(found, &format!("{key}.consent-types[{i}]"), name))
                .collect()
        },
        title: raw.title,
        description: raw.description,
    };
    if declared.basis == Basis::AudienceMeasurement {
        measured_by_others(found, key, &declared);
    }
    declared
}

/// What is known to be a tracker's measures nothing without consent under no vendor's name either.
fn measured_by_others(found: &mut Findings, key: &str, category: &DeclaredCategory) {
    let mut refuse = |key: String, value: &str, is_of: &dyn Fn(&Vendor) -> bool| {
        let all = || vendors().iter().filter(|vendor| is_of(vendor));
        if let (Some(vendor), true) =
            (all().find(|vendor| vendor.is_tracker()), all().all(|vendor| !vendor.is_exempt_capable))
        {
            let remedy = format!(
                "this is {}, which has no mode for measuring without consent; leave it out, and add {:?} to the vendors \
                 of a category without basis",
                vendor.name, vendor.id
            );
            found.push(key, value, remedy);
        }
    };
    for (i, cookie) in category.cookies.iter().enumerate() {
        let (key, name) = (format!("{key}.cookies[{i}].name"), cookie.pattern.as_str());
        refuse(key, name, &|vendor| vendor.cookies_named(&cookie.pattern).next().is_some());
    }
    for (i, storage) in category.storage.iter().enumerate() {
        let (key, name) = (format!("{key}.storage[{i}].key"), storage.pattern.as_str());
        refuse(key, name, &|vendor| vendor.keeps(&storage.pattern));
    }
    for (i, origin) in category.origins.iter().enumerate() {
        let (key, text) = (format!("{key}.origins[{i}]"), origin.to_string());
        refuse(key, &text, &|vendor| vendor.origins_at(origin).next().is_some());
    }
}

/// What is to measure without consent does nothing else.
fn measurement(found: &mut Findings, key: &str, raw: &Category) {
    const WORD: &str = "audience-measurement";
    if matches!(raw.id.as_str(), "necessary" | "preferences" | "marketing" | "embeds") {
        let remedy = "this is no audience measurement; write it in analytics or a category of your own";
        found.push(format!("{key}.basis"), WORD, remedy);
    }
    for (i, id) in raw.vendors.iter().enumerate() {
        if catalogue::vendor(id).is_some_and(|vendor| !vendor.is_exempt_capable) {
            let remedy = format!(
                "{id} has no mode for measuring without consent; move it into a category of its own, \
                 or leave basis = \"{WORD}\" out"
            );
            found.push(format!("{key}.vendors[{i}]"), id, remedy);
        }
    }
    if let Some(name) = raw.consent_types.first() {
        let remedy = "vendors are not told of a consent that nobody gave; leave it out";
        found.push(format!("{key}.consent-types[0]"), name, remedy);
    }
}

fn consent_type(found: &mut Findings, key: &str, name: &str) -> Option<&'static str> {
    let names = CONSENT_TYPES.map(|(known, _)| known);
    let known = names.into_iter().find(|known| *known == name);
    if known.is_none() {
        found.push(key, name, format!("write one of {}", names.join(", ")));
    }
    known
}

fn check_text(found: &mut Findings, key: &str, text: &Text) {
    for (tag, text) in text.each() {
        let key = tag.map_or_else(|| key.to_owned(), |tag| format!("{key}.{tag}"));
        if folded(text).is_empty() {
            found.push(&key, text, "write a text that visitors can read");
        }
        if let Some(tag) = tag.filter(|tag| !is_tag(tag)) {
            found.push(&key, tag, "name the language by its BCP 47 tag, such as fr or pt-BR");
        }
    }
}

/// RFC 5646, section 2.1, as far as a slip of the pen needs it.
pub(super) fn is_tag(tag: &str) -> bool {
    let mut subtags = tag.split('-');
    let primary = subtags.next().unwrap_or_default();
    let alphanumeric =
        |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
    (2..=8).contains(&primary.len())
        && primary.bytes().all(|b| b.is_ascii_alphabetic())
        && subtags.all(alphanumeric)
}

fn cookies(found: &mut Findings, key: &str, raw: Vec<CookieDeclaration>) -> Vec<DeclaredCookie> {
    let mut cookies: Vec<DeclaredCookie> = Vec::with_capacity(raw.len());
    for (index, cookie) in raw.into_iter().enumerate() {
        let key = format!("{key}.cookies[{index}]");
        if let Some(purpose) = &cookie.purpose {
            check_text(found, &format!("{key}.purpose"), purpose);
        }
        let lifetime = cookie
            .duration
            .as_deref()
            .and_then(|text| found.take(&format!("{key}.duration"), text, text.parse::<Lifetime>()));
        if let Some(path) = cookie.path.as_deref().filter(|path| !is_cookie_path(path)) {
            found.push(
                format!("{key}.path"),
                path,
                "a cookie's path starts with / and has no ; and no spaces",
            );
        }
        let name_key = format!("{key}.name");
        let Some(pattern) = found.take(&name_key, &cookie.name, NamePattern::parse(&cookie.name)) else {
            continue;
        };
        if cookies.iter().any(|known| known.pattern == pattern) {
            found.push(name_key, &cookie.name, "this cookie is declared twice in one category; keep one");
        }
        cookies.push(DeclaredCookie {
            pattern,
            purpose: cookie.purpose,
            lifetime,
            provider: cookie.provider,
            path: cookie.path,
            is_partitioned: cookie.is_partitioned,
        });
    }
    cookies
}

fn storage(found: &mut Findings, key: &str, raw: Vec<StorageDeclaration>) -> Vec<DeclaredStorage> {
    let mut all: Vec<DeclaredStorage> = Vec::with_capacity(raw.len());
    for (index, storage) in raw.into_iter().enumerate() {
        let key = format!("{key}.storage[{index}]");
        if let Some(purpose) = &storage.purpose {
            check_text(found, &format!("{key}.purpose"), purpose);
        }
        let lifetime = storage
            .duration
            .as_deref()
            .and_then(|text| found.take(&format!("{key}.duration"), text, text.parse::<Lifetime>()));
        let name_key = format!("{key}.key");
        let Some(pattern) = found.take(&name_key, &storage.key, NamePattern::parse_key(&storage.key)) else {
            continue;
        };
        if pattern.literal_len() == 0 {
            let remedy = "this is whatever any script keeps, which a no would remove; write what the keys have in common";
            found.push(&name_key, &storage.key, remedy);
        }
        if all.iter().any(|known| known.pattern == pattern) {
            found.push(name_key, &storage.key, "this key is declared twice in one category; keep one");
        }
        all.push(DeclaredStorage { pattern, purpose: storage.purpose, lifetime, provider: storage.provider });
    }
    all
}

/// RFC 6265, section 4.1.1.
fn is_cookie_path(path: &str) -> bool {
    path.starts_with('/') && path.bytes().all(|b| b.is_ascii_graphic() && b != b';')
}

/// Headers that carry messages, their caching or their security, or that are the layer's own.
const VITAL_HEADERS: &[&str] = &[
    "accept",
    "accept-language",
    "authorization",
    "cache-control",
    "connection",
    "consent",
    "content-disposition",
    "content-encoding",
    "content-length",
    "content-security-policy",
    "content-type",
    "date",
    "host",
    "location",
    "origin",
    "sec-fetch-dest",
    "sec-fetch-mode",
    "sec-fetch-site",
    "sec-gpc",
    "strict-transport-security",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "vary",
    "www-authenticate",
    "x-content-type-options",
    "x-frame-options",
];

fn header(found: &mut Findings, key: &str, name: &str) -> Option<NamePattern> {
    let lower = name.to_ascii_lowercase();
    let pattern = found.take(key, name, NamePattern::parse(&lower))?;
    let covers = |names: &[&'static str]| names.iter().find(|name| pattern.matches(name)).copied();
    let remedy = if let Some(cookies) = covers(&["set-cookie", "cookie"]) {
        format!("{cookies} is judged cookie by cookie; declare them by their names, under cookies")
    } else if let Some(vital) = covers(VITAL_HEADERS) {
        format!("this covers {vital}, without which messages do not work; declare only what tracks")
    } else {
        return Some(pattern);
    };
    found.push(key, name, remedy);
    None
}

fn vendor(found: &mut Findings, key: &str, id: &str) -> Option<&'static catalogue::Vendor> {
    let known = catalogue::vendor(id);
    if known.is_none() {
        let hint = catalogue::closest(id).map(|close| format!("; did you mean {close:?}?"));
        let remedy = format!(
            "the catalogue has no vendor of this name{}",
            hint.unwrap_or_else(|| "; declare its cookies and origins one by one".to_owned())
        );
        found.push(key, id, remedy);
    }
    known
}
