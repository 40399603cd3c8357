//! The two usual ways to put something into a page, by the same measure.

use super::harness::{ONLY_START, run};
use super::html5lib::Document;
use super::material::Material;
use super::oracle::parse;
use crate::html::Place;

pub(super) fn start() -> &'static str {
    Material::Single.text(Place::BodyStart, true)
}

/// Before `</body>`, else at the end.
fn append(page: &str) -> String {
    let at = page.to_ascii_lowercase().find("</body>").unwrap_or(page.len());
    [&page[..at], start(), &page[at..]].concat()
}

/// As the first child of `body`, by lol_html.
fn prepend(page: &str) -> String {
    use lol_html::{RewriteStrSettings, element, html_content::ContentType, rewrite_str};

    let handler = element!("body", |body| {
        body.prepend(start(), ContentType::Html);
        Ok(())
    });
    let settings = RewriteStrSettings::new().append_element_content_handler(handler).with_strict(false);
    rewrite_str(page, settings).unwrap_or_else(|_| page.to_owned())
}

/// It is in the page once, a child of the body, and the page is the same.
fn is_neutral(page: &str, rewritten: &[u8]) -> bool {
    let before = parse(page.as_bytes(), true);
    let after = parse(rewritten, true);
    after.is_same_page(&before) && after.paths("start") == ["html>body"]
}

/// Prints in how many of these pages what is inserted becomes a child of the body and changes
/// nothing else.
pub(super) fn print(documents: &[&Document]) {
    let mut neutral = [0; 3];
    for document in documents {
        let page = &document.data;
        let ours = run(ONLY_START, [page.as_bytes()]).output;
        let ways = [ours, append(page).into_bytes(), prepend(page).into_bytes()];
        for (count, rewritten) in neutral.iter_mut().zip(ways) {
            *count += usize::from(is_neutral(page, &rewritten));
        }
    }
    let all = documents.len();
    println!("of {all} documents, in so many the insertion is a child of body and the rest the same:");
    for (title, count) in
        ["this module", "before </body> or at the end", "lol_html on body"].iter().zip(neutral)
    {
        println!("{count:>9}  {:>5.1} %  {title}", 100.0 * count as f64 / all as f64);
    }
    let [ours, ..] = neutral;
    assert!(neutral[1..].iter().all(|other| *other < ours));
}
