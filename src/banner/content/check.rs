//! What a banner may not lack, whoever writes it: both answers, alike, and the way to more (EDPB, guidelines 05/2020;
//! EDPB, report of the cookie banner taskforce of 17 January 2023), and what it may not have: anything that is
//! ticked beforehand (CJEU, C-673/17) or loads from elsewhere.

use std::borrow::Cow;

use super::{Fault, markup::is_empty};
use crate::{
    banner::BannerContext,
    html::Piece,
    policy::{Model, Notice, folded},
};

type Attributes<'a> = [(&'a str, Cow<'a, str>)];

const ASKS: &str = "say who asks, and what each category asked for is called, as message() does: an answer to less is \
                    no consent (GDPR, Article 4(11))";
const BOTH: &str = "show both of choices(), each as <button name=\"choice\" value=\"…\"> with its label";
const ALIKE: &str = "give both buttons the same attributes, so that no answer is easier than another";

/// What the layer calls the banner's root and the link to the settings; no two elements may share an id (HTML,
/// section 3.2.6).
const OWN_IDS: [&str; 2] = ["cookie-consent", "cookie-consent-settings"];

/// A button that answers.
struct Button<'a> {
    choice: &'a str,
    attributes: &'a Attributes<'a>,
    /// Where it starts.
    at: usize,
    /// The elements around it, each by where it starts.
    around: Vec<usize>,
    /// What stands in it.
    inside: &'a [Piece<'a>],
}

pub(super) fn check<'a>(pieces: &'a [Piece<'a>], context: &BannerContext<'_>) -> Result<(), Fault> {
    let mut buttons: Vec<Button<'_>> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let (mut links_settings, mut has_boxes) = (false, false);
    let settings = htmlize::unescape_attribute(context.settings_href()).into_owned();
    for (at, piece) in pieces.iter().enumerate() {
        let (name, attributes) = match piece {
            Piece::Start { name, attributes, is_self_closing } => {
                let is_drawing = open.iter().chain([&at]).any(|at| is_svg(&pieces[*at]));
                if !is_empty(name, *is_self_closing, is_drawing) {
                    open.push(at);
                }
                (name, attributes)
            }
            Piece::End(_) => {
                open.pop();
                continue;
            }
            Piece::Text(_) => continue,
        };
        allow_attributes(name, attributes)?;
        match name.to_ascii_lowercase().as_str() {
            "button" => {
                let choice = value(attributes, "name").filter(|name| *name == "choice");
                let choice = choice.and_then(|_| value(attributes, "value"));
                let choice =
                    choice.ok_or(Fault::new("<button>", "let buttons answer, as those of choices() do"))?;
                let inside = until_end(pieces, at, "button");
                if word(inside).is_empty() {
                    return Err(Fault::new(choice, "write on the button what it does"));
                }
                let around = open[..open.len() - 1].to_vec();
                buttons.push(Button { choice, attributes, at, around, inside });
            }
            "a" => {
                let is_settings = value(attributes, "href") == Some(&settings);
                links_settings |= is_settings && !word(until_end(pieces, at, "a")).is_empty();
            }
            "input" => {
                allow_input(attributes, context)?;
                let is_around = open.iter().any(|at| label_for(&pieces[*at]).is_some());
                let id = value(attributes, "id");
                let is_named = id.is_some() && pieces.iter().any(|piece| label_for(piece) == Some(id));
                let is_spoken = value(attributes, "aria-label").or(value(attributes, "aria-labelledby"));
                if !is_around && !is_named && is_spoken.is_none() {
                    return Err(Fault::new(
                        "<input>",
                        "say what a box allows in a <label> around it (WCAG 2.2, 1.3.1)",
                    ));
                }
                has_boxes = true;
            }
            _ => {}
        }
    }
    check_buttons(pieces, &buttons, context)?;
    if has_boxes && !buttons.iter().any(|button| button.choice == "save") {
        return Err(Fault::new(
            "<input>",
            "with boxes to tick show a button that saves what is ticked: accept grants everything",
        ));
    }
    if !links_settings {
        return Err(Fault::new("", "show a link to settings_href() with words on it"));
    }
    if context.notice() == Notice::Classic {
        return Ok(());
    }
    let (said, titles) = (word(pieces), context.categories().map(|category| category.title));
    let unsaid = [context.controller()].into_iter().chain(titles).find(|name| {
        let name = htmlize::unescape(name.as_str().to_owned());
        !said.contains(&folded(&name))
    });
    unsaid.map_or(Ok(()), |name| Err(Fault::new(name.as_str(), ASKS)))
}

fn is_svg(piece: &Piece<'_>) -> bool {
    matches!(piece, Piece::Start { name, .. } if name.eq_ignore_ascii_case("svg"))
}

/// Of a label, what it says it is for.
fn label_for<'a>(piece: &'a Piece<'_>) -> Option<Option<&'a str>> {
    match piece {
        Piece::Start { name, attributes, .. } if name.eq_ignore_ascii_case("label") => {
            Some(value(attributes, "for"))
        }
        _ => None,
    }
}

/// What stands in the element that starts at a place.
fn until_end<'a>(pieces: &'a [Piece<'a>], at: usize, element: &str) -> &'a [Piece<'a>] {
    let rest = &pieces[at + 1..];
    let is_end = |piece: &Piece<'_>| matches!(piece, Piece::End(name) if name.eq_ignore_ascii_case(element));
    &rest[..rest.iter().position(is_end).unwrap_or(rest.len())]
}

/// What is read in it, as far as it tells one label from another.
fn word(pieces: &[Piece<'_>]) -> String {
    let texts = pieces.iter().filter_map(|piece| match piece {
        Piece::Text(text) => Some(&**text),
        _ => None,
    });
    folded(&texts.collect::<String>())
}

fn value<'a>(attributes: &'a Attributes<'_>, name: &str) -> Option<&'a str> {
    attributes.iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| &**value)
}

/// Whether something stands between two places that is no button, nor in one.
fn is_apart(pieces: &[Piece<'_>], a: usize, b: usize) -> bool {
    let mut is_in_button = false;
    pieces[a.min(b)..a.max(b)].iter().any(|piece| {
        match piece {
            Piece::Start { name, .. } if name.eq_ignore_ascii_case("button") => is_in_button = true,
            Piece::End(name) if name.eq_ignore_ascii_case("button") => is_in_button = false,
            Piece::Start { .. } => return !is_in_button,
            Piece::Text(text) => return !is_in_button && !text.trim_ascii().is_empty(),
            Piece::End(_) => {}
        }
        false
    })
}

fn check_buttons(
    pieces: &[Piece<'_>],
    buttons: &[Button<'_>],
    context: &BannerContext<'_>,
) -> Result<(), Fault> {
    let of = |choice: &str| {
        let mut found = buttons.iter().filter(|button| button.choice == choice);
        match (found.next(), found.next()) {
            (Some(button), None) => Ok(Some(button)),
            (Some(_), Some(_)) => Err(Fault::new(choice, "show each choice once")),
            (None, _) => Ok(None),
        }
    };
    let other = buttons.iter().find(|button| !["accept", "reject", "save"].contains(&button.choice));
    if let Some(button) = other {
        return Err(Fault::new(button.choice, "a choice is accept, reject or save"));
    }
    let save = of("save")?;
    let accept = of("accept")?.ok_or(Fault::new("accept", BOTH))?;
    let reject = match of("reject")? {
        Some(reject) => reject,
        None if context.notice() == Notice::Classic => return Ok(()),
        None => return Err(Fault::new("reject", BOTH)),
    };
    if looks(accept.attributes) != looks(reject.attributes) {
        return Err(Fault::new("class", ALIKE));
    }
    let elements = |button: &Button<'_>| -> Vec<_> {
        let starts = button.inside.iter().filter_map(|piece| match piece {
            Piece::Start { name, attributes, .. } => Some((name.to_ascii_lowercase(), looks(attributes))),
            _ => None,
        });
        starts.collect()
    };
    let is_apart = accept.around != reject.around || is_apart(pieces, accept.at, reject.at);
    if is_apart || elements(accept) != elements(reject) {
        return Err(Fault::new(
            "<button>",
            "let both answers stand side by side, in the same elements, with the same in them and nothing but \
             buttons between them",
        ));
    }
    let labels: Vec<_> = context
        .choices()
        .map(|choice| (choice.value, folded(&htmlize::unescape(choice.label.as_str().to_owned()))))
        .collect();
    let label_of = |value: &str| labels.iter().find(|(known, _)| *known == value).map(|(_, label)| label);
    let (yes, no) = (word(accept.inside), word(reject.inside));
    // "Do not accept" is a no; there is no yes that names the refusal.
    let names_refusal = label_of("reject").is_some_and(|label| yes.contains(label));
    if yes == no || names_refusal || label_of("accept") == Some(&no) {
        return Err(Fault::new("reject", "let each button say what it does, and the two differ"));
    }
    let is_said = |saves: &Button<'_>| {
        let word = word(saves.inside);
        word == yes || word == no || labels.iter().any(|(_, label)| *label == word)
    };
    match save.is_some_and(is_said) {
        true => {
            Err(Fault::new("save", "let it say that it saves what is ticked, which no other button does"))
        }
        false => Ok(()),
    }
}

/// The attributes by which an element looks and acts as it does.
fn looks(attributes: &Attributes<'_>) -> Vec<(String, String)> {
    let mut looks: Vec<_> =
        attributes.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.to_string())).collect();
    looks.retain(|(name, _)| name != "value");
    looks.sort();
    looks
}

/// A checkbox for a category, as on the settings page.
fn allow_input(attributes: &Attributes<'_>, context: &BannerContext<'_>) -> Result<(), Fault> {
    let is_checkbox = value(attributes, "type").is_some_and(|kind| kind.eq_ignore_ascii_case("checkbox"));
    let category = value(attributes, "name").filter(|name| *name == "category");
    let category = category
        .and_then(|_| value(attributes, "value"))
        .filter(|id| context.policy.categories().any(|known| known.as_str() == *id));
    if !is_checkbox || category.is_none() {
        return Err(Fault::new(
            "<input>",
            "the only inputs of a banner are <input type=\"checkbox\" name=\"category\" value=\"…\"> with the id of a \
             category; what the form has to say besides is there already",
        ));
    }
    match value(attributes, "checked") {
        Some(_) if context.model() == Model::OptIn => {
            Err(Fault::new("checked", "tick nothing beforehand: a consent is given by the visitor"))
        }
        _ => Ok(()),
    }
}

/// Attributes by which a banner would load from elsewhere, take the focus, hide an answer, or lead the form astray.
fn allow_attributes(element: &str, attributes: &Attributes<'_>) -> Result<(), Fault> {
    for (name, value) in attributes {
        let name = name.to_ascii_lowercase();
        let remedy = match name.as_str() {
            "src" if is_own(value) => continue,
            "href" if element.eq_ignore_ascii_case("a") && !is_script(value) => continue,
            "id" if element.eq_ignore_ascii_case("button") => {
                "give both buttons the same class instead, so that no style sheet makes one easier than the other"
            }
            "id" if OWN_IDS.contains(&&**value) => "take another: it is the one of an element of the layer's",
            "data-state" => "leave it out: it is how the layer's script knows its own",
            _ if name.starts_with("data-consent")
                && !["data-consent-open", "data-consent-ui"].contains(&&*name) =>
            {
                "leave it out: marks are for what the page loads"
            }
            "aria-label" | "aria-labelledby" if element.eq_ignore_ascii_case("button") => {
                "leave it out: what stands on a button is what it is called (WCAG 2.2, 2.5.3)"
            }
            "role" | "aria-disabled" if element.eq_ignore_ascii_case("button") => {
                "leave it out: every answer is a button that can be pressed (WCAG 2.2, 4.1.2)"
            }
            "required" => "leave it out: it keeps visitors from sending a no",
            "aria-modal" => {
                "leave it out: the page stays operable; write layout = \"modal\" for one that waits"
            }
            "role" if value.to_ascii_lowercase().contains("dialog") => {
                "leave it out: the region around it says what it is; write layout = \"modal\" for a dialog"
            }
            "src" | "href" | "xlink:href" => "load nothing but images of this site: a path, or data:image/…",
            "srcset" | "background" | "ping" | "attributionsrc" => {
                "leave it out: a banner loads nothing by it"
            }
            "style" => "leave it out: a style sheet of the page says how the banner looks",
            // What a drawing is painted with may be an address.
            "fill" | "stroke" | "filter" | "mask" | "clip-path" | "cursor" | "marker" | "marker-start"
            | "marker-mid" | "marker-end"
                if value.contains(['(', '\\']) =>
            {
                "load nothing in drawings"
            }
            "autofocus" => "leave the focus where the visitor has it (WCAG 2.2, 3.2.1)",
            "form" | "formaction" | "formmethod" | "formenctype" | "formtarget" | "formnovalidate"
            | "target"
                if !element.eq_ignore_ascii_case("a") =>
            {
                "leave it out: the form knows where it goes"
            }
            "hidden" | "disabled" | "inert" | "popover" | "aria-hidden" | "tabindex" => {
                "show what can be answered from the start"
            }
            "type" if element.eq_ignore_ascii_case("button") && !value.eq_ignore_ascii_case("submit") => {
                "leave it out: the button sends the form"
            }
            _ if !is_plain(&name) => "write names of attributes in letters, digits and hyphens",
            _ if name.starts_with("on") => {
                "handlers belong into a script of the page: many policies forbid them here"
            }
            _ => continue,
        };
        return Err(Fault::new(name, remedy));
    }
    Ok(())
}

/// Whether a link runs something (URL Standard, "basic URL parser", on what is dropped from an address).
fn is_script(address: &str) -> bool {
    let plain = address.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).skip_while(|c| *c <= ' ');
    let scheme: String = plain.take("javascript:".len()).collect();
    scheme.eq_ignore_ascii_case("javascript:")
}

/// What XML takes for a name, too.
fn is_plain(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

fn is_own(address: &str) -> bool {
    let is_path = address.starts_with('/') && !address[1..].starts_with(['/', '\\']);
    is_path && !address.contains(['\t', '\n', '\r'])
        || address.to_ascii_lowercase().starts_with("data:image/")
}
