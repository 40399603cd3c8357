//! Makes tags inert, by insertion alone.

use std::borrow::Cow;

use bytes::Bytes;

use super::{element::loads, harmless::may_count, name_of, named};
use crate::html::{Attribute, Edits, ElementName as Name, StartTag};

/// In front of the name of an attribute that must not load.
pub(super) const INERT: Bytes = Bytes::from_static(b"data-consent-");

/// A script that must not run gets a type that is none; what else it has can be restored.
pub(super) fn make_inert(tag: &StartTag<'_>, edits: &mut Edits) {
    let kind = (tag.behind_name(), Bytes::from_static(b" type=\"text/plain\""));
    if !edits.contains(&kind) {
        edits.push(kind);
    }
    rename(tag, edits, |name| {
        name == "type" || loads(tag.name, tag.is_foreign, name).is_some() || name.starts_with("on")
    });
}

/// Gives attributes names that mean nothing to browsers, in every place: without the first of a name, the
/// second would count.
pub(super) fn rename(tag: &StartTag<'_>, edits: &mut Edits, is_inert: impl Fn(&str) -> bool) {
    for attribute in tag.attributes.iter().filter(|attribute| is_inert(&name_of(tag, attribute))) {
        let edit = inert(tag, attribute);
        if !edits.contains(&edit) {
            edits.push(edit);
        }
    }
}

/// In XML no attribute may stand twice in a tag, of which the first is ours.
pub(super) fn rename_double(tag: &StartTag<'_>, edits: &mut Edits, name: &str) {
    if tag.is_xml {
        rename(tag, edits, |known| known == name);
    }
}

/// Makes an attribute inert.
fn inert(tag: &StartTag<'_>, attribute: &Attribute) -> (usize, Bytes) {
    let name = tag.name_of(attribute);
    if !tag.is_xml {
        return (attribute.name.start, INERT);
    }
    if name.contains(&b':') {
        // A longer prefix would name no namespace (Namespaces in XML 1.0, section 5).
        return (attribute.value.start, Bytes::from_static(b"about:blank#"));
    }
    let mut prefix = INERT.to_vec();
    let is_taken =
        |prefix: &[u8]| tag.attributes.iter().any(|other| tag.name_of(other) == [prefix, name].concat());
    while is_taken(&prefix) {
        prefix.extend_from_slice(&INERT);
    }
    (attribute.name.start, prefix.into())
}

/// Of a tag that is too long nobody knows what is still to come. Of two attributes of one name the
/// first counts, so that whatever may load something more is there already, and empty.
pub(super) fn forestall(tag: &StartTag<'_>, edits: &mut Edits) {
    const NAMES: [&str; 17] = [
        "src",
        "code",
        "srcset",
        "srcdoc",
        "imagesrcset",
        "poster",
        "data",
        "ping",
        "attributionsrc",
        "background",
        "href",
        "xlink:href",
        "from",
        "to",
        "by",
        "values",
        "http-equiv",
    ];
    let seen: Vec<Cow<'_, str>> = named(tag, |name| may_count(tag, name)).map(|(_, name)| name).collect();
    let has = |name: &str| seen.iter().any(|seen| seen == name);
    let missing = NAMES.into_iter().filter(|name| {
        let is_sound = !tag.is_xml || !name.contains(':');
        // It would count instead of the one that is there, which has been ruled on.
        let replaces = *name == "href" && tag.is_foreign && has("xlink:href");
        let counts = match *name {
            "http-equiv" => tag.name == Name::Meta,
            "href" if tag.name == Name::Base => true,
            name => loads(tag.name, tag.is_foreign, name).is_some(),
        };
        is_sound && !replaces && counts && !has(name)
    });
    let value = if tag.is_xml { "=\"\"" } else { "" };
    let text: String = missing.flat_map(|name| [" ", name, value]).collect();
    edits.insert(0, (tag.behind_name(), Bytes::from(text)));
}
