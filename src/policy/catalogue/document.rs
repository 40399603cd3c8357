//! The catalogue as people read it: `docs/vendors.md`. `WRITE_DOCS=1 cargo test --lib document` writes it.

use std::{collections::BTreeSet, fmt::Write as _};

use super::{Vendor, vendors};

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/vendors.md");

const HEAD: &str = "\
# Vendors

What a policy may name under `vendors`. *storage* are keys of `localStorage` and `sessionStorage`. Cookies in parentheses are the vendor's own on its own host; those
with a `?` mean the vendor only on a site that declares it. A `\u{2713}` under *loader* says that the script which the
vendor has people paste into their pages is told by its text. *undeclared* says what becomes of what loads from a
vendor that no policy names: it is withheld from everyone, or it passes. *checked* is the day the entry was last gone over; vendors
change without notice.

| id | name | company | category | cookies | storage | origins | loader | undeclared | checked |
|---|---|---|---|---|---|---|---|---|---|
";

fn document() -> String {
    let mut all: Vec<&Vendor> = vendors().iter().collect();
    all.sort_by_key(|vendor| vendor.id);
    let mut text = HEAD.to_owned();
    for vendor in all {
        let cookies: BTreeSet<String> = vendor
            .cookies
            .iter()
            .map(|cookie| match cookie.host {
                Some(_) => format!("(`{}`)", cookie.pattern),
                None if cookie.distinctive => format!("`{}`", cookie.pattern),
                None => format!("`{}`?", cookie.pattern),
            })
            .collect();
        let cookies: Vec<_> = cookies.into_iter().collect();
        let storage: Vec<_> = vendor.storage.iter().map(|storage| format!("`{}`", storage.pattern)).collect();
        let origins: Vec<_> = vendor
            .origins
            .iter()
            .map(|origin| format!("`{}`", origin.trim_start_matches("https://")))
            .collect();
        let company = match vendor.country {
            "" => vendor.company.to_owned(),
            country => format!("{} ({country})", vendor.company),
        };
        let _ = writeln!(
            text,
            "| `{}` | [{}]({}) | {company} | {} | {} | {} | {} | {} | {} | {} |",
            vendor.id,
            vendor.name,
            vendor.privacy,
            vendor.category,
            cookies.join(" "),
            storage.join(" "),
            origins.join(" "),
            if vendor.loaders.is_empty() { "" } else { "\u{2713}" },
            if vendor.is_tracker() { "withheld" } else { "passes" },
            vendor.checked,
        );
    }
    text
}

#[test]
fn the_document_says_what_the_catalogue_says() {
    let text = document();
    if std::env::var_os("WRITE_DOCS").is_some() {
        std::fs::write(PATH, &text).unwrap();
    }
    let written = std::fs::read_to_string(PATH).unwrap_or_default();
    let differing = text.lines().zip(written.lines()).find(|(new, old)| new != old);
    assert_eq!(differing, None, "run `WRITE_DOCS=1 cargo test --lib document`");
    assert_eq!(text.len(), written.len());
}
