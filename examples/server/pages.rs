//! The pages of the paper, as markup and as streamed responses.

use std::{
    convert::Infallible,
    fmt::{self, Write as _},
    time::Duration,
};

use axum::{
    body::Body,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use tokio_stream::{StreamExt, iter, once};
use tower_consent::Policy;

use crate::{
    language::{Text, text},
    panel::Panel,
    site::Visit,
    stories::{STORIES, Story, TICKER},
};

const PAPER: &str = "Brisemer Courant";
const BETWEEN_LINES: Duration = Duration::from_millis(300);

/// What differs between pages.
#[derive(Debug)]
pub(crate) struct Page {
    title: String,
    /// The contents of `main`.
    main: String,
    /// What follows in `main`, piece by piece, as it happens.
    later: Vec<String>,
}

impl Page {
    fn new(title: String, main: String) -> Self {
        Self { title, main, later: Vec::new() }
    }
}

/// Streams a page: first what there is, then what happens later, then the panel.
///
/// The panel tells what happened to the headers of this very response. They are gated when the
/// handler has returned and before the body is asked for more, so it is rendered as late as that.
pub(crate) fn respond(visit: Visit, status: StatusCode, page: Page) -> Response {
    let opening = opening(&visit, &page);
    let panel = Panel::new(&visit);
    let language = visit.language.tag();
    let later = iter(page.later).then(|piece| async {
        tokio::time::sleep(BETWEEN_LINES).await;
        piece
    });
    let end = once(()).map(move |()| closing(&visit, &panel));
    let body = once(opening).chain(later).chain(end).map(Ok::<_, Infallible>);
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_LANGUAGE, language),
        (header::VARY, "Accept-Language"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'",
        ),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (status, headers, Body::from_stream(body)).into_response()
}

/// From the doctype into `main`.
fn opening(visit: &Visit, page: &Page) -> String {
    let Page { title, main, .. } = page;
    let title = escape(title);
    let tag = visit.language.tag();
    let style = visit.address("/style.css");
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"{tag}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title} · {PAPER}</title>\n\
         <link rel=\"stylesheet\" href=\"{style}\">\n</head>\n<body>\n"
    );
    masthead(&mut out, visit);
    let _ = write!(out, "<main id=\"main\">\n{main}\n");
    out
}

/// From the end of `main` to the end of the page.
fn closing(visit: &Visit, panel: &Panel) -> String {
    let mut out = format!("</main>\n{}\n", panel.render());
    footer(&mut out, visit);
    out.push_str("</body>\n</html>\n");
    out
}

fn masthead(out: &mut String, visit: &Visit) {
    let motto = say(
        visit,
        text("The island’s paper since the tide of 1871", "Le journal de l’île depuis la marée de 1871"),
    );
    let skip = say(visit, text("Skip to the content", "Aller au contenu"));
    let other = visit.language.other();
    let _ = write!(
        out,
        "<header class=\"masthead\">\n<a class=\"skip\" href=\"#main\">{skip}</a>\n<p class=\"folio\"><span>{motto}</span> \
         <a lang=\"{tag}\" hreflang=\"{tag}\" href=\"{}\">{}</a></p>\n\
         <p class=\"paper\"><a href=\"{}\">{PAPER}</a></p>\n<nav aria-label=\"{}\">\n<ul>\n",
        escape(&visit.href_in_other_language()),
        other.name(),
        escape(&visit.href("/")),
        say(visit, text("Pages", "Pages")),
        tag = other.tag(),
    );
    let links = [
        ("/", text("Front page", "À la une")),
        ("/live", text("Live", "En direct")),
        ("/privacy", text("Privacy", "Vie privée")),
    ];
    for (path, words) in links {
        let current = if visit.path == path { " aria-current=\"page\"" } else { "" };
        let _ = writeln!(
            out,
            "<li><a href=\"{}\"{current}>{}</a></li>",
            escape(&visit.href(path)),
            say(visit, words)
        );
    }
    out.push_str("</ul>\n</nav>\n</header>\n");
}

fn footer(out: &mut String, visit: &Visit) {
    let about = say(
        visit,
        text(
            "Brisemer, its paper and its people are invented. The cookies are real.",
            "Brisemer, son journal et ses habitants sont inventés. Les cookies sont vrais.",
        ),
    );
    let _ = write!(out, "<footer class=\"colophon\">\n<p>{about}</p>\n");
    // The classic edition is a site of its own, and all its links stay in it.
    if !visit.edition.is_classic() {
        let words = say(
            visit,
            text(
                "The same paper, tracking until you opt out",
                "Le même journal, qui vous suit jusqu’à ce que vous refusiez",
            ),
        );
        let _ = writeln!(out, "<p><a href=\"/classic?lang={}\">{words}</a></p>", visit.language.tag());
    }
    out.push_str("</footer>\n");
}

pub(crate) fn front(visit: &Visit) -> Page {
    let title = say(visit, text("Front page", "À la une"));
    let mut main = format!("<h1 class=\"unseen\">{title}</h1>\n<div class=\"front\">\n");
    for (index, story) in STORIES.iter().enumerate() {
        let is_lead = index == 0;
        let (class, picture) = if is_lead { ("lead", LIGHTHOUSE) } else { ("brief", "") };
        let _ = writeln!(
            main,
            "<article class=\"{class}\">{picture}<p class=\"section\">{}</p>\
             <h2><a href=\"{}\">{}</a></h2><p>{}</p></article>",
            say(visit, story.section),
            escape(&visit.href(&format!("/articles/{}", story.slug))),
            say(visit, story.headline),
            say(visit, story.summary),
        );
        if is_lead {
            almanac(&mut main, visit);
        }
    }
    main.push_str("</div>");
    Page::new(title, main)
}

/// The small box beside the lead.
fn almanac(out: &mut String, visit: &Visit) {
    let rows = [
        (text("High water", "Pleine mer"), text("6.42 and 19.05", "6 h 42 et 19 h 05")),
        (text("Low water", "Basse mer"), text("12.51", "12 h 51")),
        (
            text("Wind", "Vent"),
            text("South-west, fresh, hold your hat", "Sud-ouest, frais, tenez vos chapeaux"),
        ),
        (text("Ferry", "Bac"), text("7.10, 12.30 and 18.15", "7 h 10, 12 h 30 et 18 h 15")),
        (text("Lighthouse", "Phare"), text("Lit", "Allumé")),
        (text("Bosun", "Bosco"), text("Asleep", "Endormi")),
    ];
    let _ = write!(
        out,
        "<section class=\"almanac\" aria-labelledby=\"almanac\"><h2 id=\"almanac\">{}</h2><dl>",
        say(visit, text("Today on the island", "Aujourd’hui sur l’île"))
    );
    for (term, value) in rows {
        let _ = write!(out, "<div><dt>{}</dt><dd>{}</dd></div>", say(visit, term), say(visit, value));
    }
    let _ = writeln!(
        out,
        "</dl><p><a href=\"{}\">{}</a></p></section>",
        escape(&visit.href("/live")),
        say(visit, text("Live: the regatta at the Old Basin", "En direct : la régate du Vieux Bassin"))
    );
}

pub(crate) fn article(visit: &Visit, story: &Story) -> Page {
    let headline = say(visit, story.headline);
    let mut main = format!(
        "<article class=\"story\">\n<header><p class=\"section\">{}</p><h1>{headline}</h1>\
         <p class=\"standfirst\">{}</p><p class=\"byline\">{} {}</p></header>\n",
        say(visit, story.section),
        say(visit, story.summary),
        say(visit, text("By", "Par")),
        escape(story.author),
    );
    for paragraph in story.paragraphs {
        let _ = writeln!(main, "<p>{}</p>", say(visit, *paragraph));
    }
    main.push_str("</article>\n");
    read_on(&mut main, visit, story);
    Page::new(story.headline.get(visit.language).into_owned(), main)
}

fn read_on(out: &mut String, visit: &Visit, read: &Story) {
    let _ = write!(
        out,
        "<section class=\"more\" aria-labelledby=\"more\"><h2 id=\"more\">{}</h2><ul>",
        say(visit, text("Also in this issue", "Aussi dans ce numéro"))
    );
    for story in STORIES.iter().filter(|story| story.slug != read.slug) {
        let _ = write!(
            out,
            "<li><a href=\"{}\">{}</a></li>",
            escape(&visit.href(&format!("/articles/{}", story.slug))),
            say(visit, story.headline)
        );
    }
    out.push_str("</ul></section>");
}

/// The page arrives as the regatta does: the top at once, then line by line.
pub(crate) fn live(visit: &Visit) -> Page {
    let title = text("Live: the regatta at the Old Basin", "En direct : la régate du Vieux Bassin");
    let summary = text(
        "Model boats, real wind. This page is sent line by line while you read it.",
        "Petits bateaux, vrai vent. Cette page est envoyée ligne par ligne pendant que vous la lisez.",
    );
    let main = format!(
        "<article class=\"story\">\n<header><p class=\"section\">{}</p><h1>{}</h1>\
         <p class=\"standfirst\">{}</p></header>\n<ol class=\"ticker\">",
        say(visit, text("Live", "En direct")),
        say(visit, title),
        say(visit, summary)
    );
    let lines = TICKER.iter().map(|(time, words)| {
        format!("<li><time>{}</time> <span>{}</span></li>\n", escape(time), say(visit, *words))
    });
    let mut later: Vec<_> = lines.collect();
    if let Some(last) = later.last_mut() {
        last.push_str("</ol>\n</article>\n");
    }
    Page { later, ..Page::new(title.get(visit.language).into_owned(), main) }
}

pub(crate) fn privacy(visit: &Visit, policy: &Policy) -> Page {
    let title = text("Privacy", "Vie privée");
    let basics = text(
        "This paper sets one cookie that it needs, and would like to set a few that it does not: some to \
         count its readers, one for advertising. Nothing is sold, since nothing here is for sale.",
        "Ce journal dépose un cookie dont il a besoin, et aimerait en déposer quelques autres dont il peut se \
         passer : certains pour compter ses lecteurs, un pour la publicité. Rien n’est vendu, puisque rien ici \
         n’est à vendre.",
    );
    let asks = text(
        "The optional ones wait for your yes. You can give it, refuse it, or take it back whenever you like:",
        "Les cookies facultatifs attendent votre accord. Vous pouvez le donner, le refuser ou le reprendre \
         quand vous voulez :",
    );
    let assumes = text(
        "In this edition the optional ones are set until you opt out, which you can do whenever you like:",
        "Dans cette édition, les cookies facultatifs sont déposés tant que vous ne refusez pas, ce que vous \
         pouvez faire quand vous voulez :",
    );
    let contact = text(
        "Questions reach us at privacy@brisemer.example, or at the harbour office before the 7.10.",
        "Pour toute question : privacy@brisemer.example, ou au bureau du port avant le 7 h 10.",
    );
    let main = format!(
        "<article class=\"story\">\n<header><h1>{}</h1></header>\n<p>{}</p>\n<p>{} <a href=\"{}\">{}</a>.</p>\n\
         {}\n<p>{}</p>\n</article>",
        say(visit, title),
        say(visit, basics),
        say(visit, if visit.edition.is_classic() { assumes } else { asks }),
        escape(&visit.settings_href()),
        say(visit, text("cookie settings", "gestion des cookies")),
        policy.declaration_html(visit.language.tag()),
        say(visit, contact)
    );
    Page::new(title.get(visit.language).into_owned(), main)
}

pub(crate) fn not_found(visit: &Visit) -> Page {
    let title = text("This page is out at sea", "Cette page est en mer");
    let words = text(
        "We looked in the harbour, in the library and under the cat. Nothing by that name.",
        "Nous avons cherché au port, à la bibliothèque et sous le chat. Rien de ce nom.",
    );
    let main = format!(
        "<article class=\"story\">\n<header><p class=\"section\">404</p><h1>{}</h1></header>\n<p>{}</p>\n\
         <p><a href=\"{}\">{}</a></p>\n</article>",
        say(visit, title),
        say(visit, words),
        escape(&visit.href("/")),
        say(visit, text("Back to the front page", "Retour à la une"))
    );
    Page::new(title.get(visit.language).into_owned(), main)
}

/// A text in the reader's language, escaped.
fn say(visit: &Visit, words: Text) -> String {
    escape(&words.get(visit.language)).to_string()
}

/// Writes text so that it stays text, between tags and inside quoted attributes.
pub(crate) fn escape(text: &str) -> Escaped<'_> {
    Escaped(text)
}

#[derive(Debug)]
pub(crate) struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in self.0.split_inclusive(['&', '<', '>', '"', '\'']) {
            let (plain, reference) = match part.as_bytes().last() {
                Some(b'&') => (&part[..part.len() - 1], "&amp;"),
                Some(b'<') => (&part[..part.len() - 1], "&lt;"),
                Some(b'>') => (&part[..part.len() - 1], "&gt;"),
                Some(b'"') => (&part[..part.len() - 1], "&quot;"),
                Some(b'\'') => (&part[..part.len() - 1], "&#39;"),
                _ => (part, ""),
            };
            f.write_str(plain)?;
            f.write_str(reference)?;
        }
        Ok(())
    }
}

/// The picture of the lead; its colours are in the style sheet, for day and night.
const LIGHTHOUSE: &str = include_str!("lighthouse.svg");
