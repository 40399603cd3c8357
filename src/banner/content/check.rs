//! What a banner may not lack, whoever writes it: both answers, alike, and the way to more (EDPB, guidelines 05/2020;
//! EDPB, report of the cookie banner taskforce of 17 January 2023), and what it may not have: anything that is
//! ticked beforehand (CJEU, C-673/17) or loads from elsewhere.

use std::borrow::Cow;

use super::Fault;
use crate::{
    banner::BannerContext,
    html::Piece,
    policy::{Model, Notice},
};

type Attributes<'a> = [(&'a str, Cow<'a, str>)];

const BOTH: &str = "show both of choices(), each as <button name=\"choice\" value=\"…\"> with its label";
const ALIKE: &str = "give both buttons the same attributes, so that no answer is easier than another";

pub(super) fn check(pieces: &[Piece<'_>], context: &BannerContext<'_>) -> Result<(), Fault> {
    let mut buttons: Vec<(&str, &Attributes<'_>)> = Vec::new();
    let mut links_settings = false;
    let settings = htmlize::unescape_attribute(context.settings_href()).into_owned();
    for (at, piece) in pieces.iter().enumerate() {
        let Piece::Start { name, attributes, .. } = piece else { continue };
        allow_attributes(name, attributes)?;
        match name.to_ascii_lowercase().as_str() {
            "button" => {
                let choice = value(attributes, "name").filter(|name| *name == "choice");
                let choice = choice.and_then(|_| value(attributes, "value"));
                if let Some(choice) = choice {
                    let inside = pieces[at..].iter().take_while(
                        |piece| !matches!(piece, Piece::End(name) if name.eq_ignore_ascii_case("button")),
                    );
                    if !inside
                        .into_iter()
                        .any(|piece| matches!(piece, Piece::Text(text) if !text.trim().is_empty()))
                    {
                        return Err(Fault::new(choice, "write on the button what it does"));
                    }
                    buttons.push((choice, attributes));
                }
            }
            "a" => links_settings |= value(attributes, "href") == Some(&settings),
            "input" => allow_input(attributes, context)?,
            _ => {}
        }
    }
    check_buttons(&buttons, context)?;
    match links_settings {
        true => Ok(()),
        false => Err(Fault::new("", "show a link to settings_href()")),
    }
}

fn value<'a>(attributes: &'a Attributes<'_>, name: &str) -> Option<&'a str> {
    attributes.iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| &**value)
}

fn check_buttons(buttons: &[(&str, &Attributes<'_>)], context: &BannerContext<'_>) -> Result<(), Fault> {
    let of = |choice: &str| {
        let mut found = buttons.iter().filter(|(value, _)| *value == choice);
        match (found.next(), found.next()) {
            (Some((_, attributes)), None) => Ok(Some(*attributes)),
            (Some(_), Some(_)) => Err(Fault::new(choice, "show each choice once")),
            (None, _) => Ok(None),
        }
    };
    let other = buttons.iter().find(|(value, _)| !["accept", "reject", "save"].contains(value));
    if let Some((value, _)) = other {
        return Err(Fault::new(*value, "a choice is accept, reject or save"));
    }
    let accept = of("accept")?.ok_or(Fault::new("accept", BOTH))?;
    let reject = match of("reject")? {
        Some(reject) => reject,
        None if context.notice() == Notice::Classic => return Ok(()),
        None => return Err(Fault::new("reject", BOTH)),
    };
    let looks = |attributes: &Attributes<'_>| {
        let mut looks: Vec<_> =
            attributes.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.to_string())).collect();
        looks.retain(|(name, _)| !["value", "id"].contains(&name.as_str()));
        looks.sort();
        looks
    };
    match looks(accept) == looks(reject) {
        true => Ok(()),
        false => Err(Fault::new("class", ALIKE)),
    }
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
            "href" if element.eq_ignore_ascii_case("a") => continue,
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
