//! Markup as it can stand in any page: its elements nest as browsers see them, and it is written as HTML and XHTML
//! read it alike.

use super::Fault;
use crate::{
    banner::{template::RETURN_TO_QUERY, text},
    html::{Piece, pieces as read},
};

/// Elements that have no content (HTML, section 13.1.2).
const VOID: &[&str] = &["br", "hr", "img", "input", "wbr"];

/// Elements that browsers nest as they are written, but for those of the next three lists.
const PLAIN: &[&str] = &[
    "a", "abbr", "b", "bdi", "bdo", "button", "cite", "code", "data", "dfn", "em", "i", "kbd", "label",
    "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var",
];
/// A `p` ends where one of these begins (HTML, section 13.2.6.4.7), and so do its parts in a `button`.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "div",
    "dl",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "li",
    "dt",
    "dd",
    "nav",
    "ol",
    "p",
    "section",
    "ul",
];
const HEADINGS: &[&str] = &["h1", "h2", "h3", "h4", "h5", "h6"];
/// Parts of drawings that load nothing, run nothing, and hold no HTML.
const DRAWING: &[&str] =
    &["circle", "defs", "ellipse", "g", "line", "path", "polygon", "polyline", "rect", "svg"];
/// What stands nowhere but in these.
const PARENTS: &[(&str, &[&str])] =
    &[("dd", &["dl"]), ("dt", &["dl"]), ("legend", &["fieldset"]), ("li", &["ol", "ul"])];

/// The pieces of markup in which every element ends before what it stands in.
pub(super) fn pieces(markup: &str) -> Result<Vec<Piece<'_>>, Fault> {
    let pieces =
        read(markup).map_err(|part| Fault::new(part, "write elements and text alone, and end every tag"))?;
    let mut open: Vec<String> = Vec::new();
    for piece in &pieces {
        match piece {
            Piece::Start { name, is_self_closing, .. } => {
                let name = name.to_ascii_lowercase();
                allow(&name, &open)?;
                let is_drawing = name == "svg" || open.iter().any(|name| name == "svg");
                if !is_empty(&name, *is_self_closing, is_drawing) {
                    open.push(name);
                }
            }
            Piece::End(name) => {
                if open.pop().is_none_or(|open| !open.eq_ignore_ascii_case(name)) {
                    return Err(Fault::new(
                        format!("</{name}>"),
                        "end every element, in the reverse of the order in which they begin",
                    ));
                }
            }
            Piece::Text(_) => {}
        }
    }
    match open.pop() {
        Some(name) => Err(Fault::new(format!("<{name}>"), "end this element")),
        None => Ok(pieces),
    }
}

/// Whether an element is over with its start tag: a slash at its end means that in drawings alone.
pub(super) fn is_empty(name: &str, is_self_closing: bool, is_drawing: bool) -> bool {
    VOID.iter().any(|void| name.eq_ignore_ascii_case(void)) || is_drawing && is_self_closing
}

/// Whether browsers open this element where it is written, and nothing but this.
fn allow(name: &str, open: &[String]) -> Result<(), Fault> {
    let fault = |remedy| Err(Fault::new(format!("<{name}>"), remedy));
    let is_in = |names: &[&str]| open.iter().any(|open| names.contains(&open.as_str()));
    let parent = open.last().map(String::as_str);
    if is_in(&["svg"]) || name == "svg" {
        return match DRAWING.contains(&name) {
            true => Ok(()),
            false => fault("draw with shapes alone"),
        };
    }
    let is_block = BLOCKS.contains(&name);
    if !is_block && name != "legend" && !PLAIN.contains(&name) && !VOID.contains(&name) {
        return fault(
            "a banner consists of texts, links, buttons, checkboxes, images and drawings: styles and scripts belong to \
             the page, and the form is there already",
        );
    }
    if is_block && is_in(&["p"]) {
        return fault("end the paragraph before this element: no p can have it in it");
    }
    if HEADINGS.contains(&name) && is_in(HEADINGS)
        || ["a", "button"].contains(&name) && is_in(&["a", "button"])
    {
        return fault("do not put this element into another of its kind");
    }
    if name == "button" && is_in(&["label"]) {
        return fault("a label is of one checkbox: put the button outside of it");
    }
    if let Some((_, parents)) = PARENTS.iter().find(|(child, _)| *child == name)
        && !parent.is_some_and(|parent| parents.contains(&parent))
    {
        return fault("put this element directly into the one that it belongs to");
    }
    Ok(())
}

/// Markup that is known to nest, made fit for every page.
pub(super) fn clean(markup: &str) -> Option<String> {
    pieces(markup).ok().map(|pieces| write(&pieces))
}

/// Writes pieces in ASCII, with `data-consent-ui` on every element.
pub(super) fn write(pieces: &[Piece<'_>]) -> String {
    let mut out = String::new();
    // What is not drawn has one spelling; XML knows no other.
    let mut drawings = 0;
    for piece in pieces {
        match piece {
            Piece::Start { name, attributes, is_self_closing } => {
                let is_drawing = drawings > 0 || name.eq_ignore_ascii_case("svg");
                let is_empty = is_empty(name, *is_self_closing, is_drawing);
                drawings += usize::from(is_drawing && !is_empty);
                out.push('<');
                push_name(&mut out, name, is_drawing);
                out.push_str(" data-consent-ui=\"\"");
                for (name, value) in attributes.iter().filter(|(name, _)| *name != "data-consent-ui") {
                    out.push(' ');
                    push_name(&mut out, name, is_drawing);
                    out.push_str("=\"");
                    push_value(&mut out, value);
                    out.push('"');
                }
                out.push_str(if is_empty { "/>" } else { ">" });
            }
            Piece::End(name) => {
                out.push_str("</");
                push_name(&mut out, name, drawings > 0);
                out.push('>');
                drawings = usize::saturating_sub(drawings, 1);
            }
            Piece::Text(words) => text(&mut out, words),
        }
    }
    out
}

fn push_name(out: &mut String, name: &str, is_drawing: bool) {
    match is_drawing {
        true => out.push_str(name),
        false => out.extend(name.chars().map(|c| c.to_ascii_lowercase())),
    }
}

/// An attribute's value, in which the path to return to may still be open.
fn push_value(out: &mut String, value: &str) {
    for part in value.split_inclusive(RETURN_TO_QUERY) {
        text(out, part);
        if part.ends_with(RETURN_TO_QUERY) {
            out.push(RETURN_TO_QUERY);
        }
    }
}

#[cfg(test)]
mod tests;
