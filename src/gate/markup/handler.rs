//! Event handlers in attributes (HTML standard, "event handler content attributes"): scripts that stand in a
//! tag.

use super::{Gate, Markup, decoded, is_run, named, rename};
use crate::html::{Edits, ElementName as Name, StartTag};

/// How the names of events begin that follow what a visitor does to an element. All others may come by
/// themselves: as it loads, is shown, moves or plays.
const ACTIONS: [&str; 31] = [
    "auxclick",
    "beforeinput",
    "beforetoggle",
    "blur",
    "cancel",
    "change",
    "click",
    "close",
    "command",
    "contextmenu",
    "copy",
    "cut",
    "dblclick",
    "drag",
    "drop",
    "focus",
    "formdata",
    "gotpointer",
    "input",
    "invalid",
    "key",
    "lostpointer",
    "mouse",
    "paste",
    "pointer",
    "reset",
    "scroll",
    "select",
    "submit",
    "touch",
    "wheel",
];

/// Whether an attribute is a handler.
pub(super) fn is_handler(name: &[u8]) -> bool {
    name.len() > 2 && name[..2].eq_ignore_ascii_case(b"on")
}

impl Gate {
    /// Rules on the handlers of a tag. `is_denied` says that a mark of it or around it does not hold,
    /// `is_marked` that its own does not: around it a mark covers what runs by itself, and leaves buttons
    /// and forms alone.
    pub(super) fn gate_handlers(
        &self,
        page: &mut Markup,
        tag: &StartTag<'_>,
        is_denied: bool,
        is_marked: bool,
        edits: &mut Edits,
    ) {
        let has_any = tag.attributes.iter().any(|attribute| is_handler(tag.name_of(attribute)));
        if !has_any || tag.name == Name::Script && !is_run(tag) {
            return;
        }
        let takes_focus = tag.value("autofocus").is_some();
        let mut inert = Vec::new();
        for (attribute, name) in named(tag, is_handler) {
            let is_action = ACTIONS.iter().any(|event| name[2..].starts_with(event))
                && !(takes_focus && name[2..].starts_with("focus"));
            let text = decoded(tag.value_of(attribute));
            // What a visitor does may well lead to an address that nothing loads from.
            let is_withheld = match is_action {
                true => self.withholds_code(page, text.as_bytes()),
                false => self.withholds_running(page, text.as_bytes()),
            };
            if is_withheld || is_marked || is_denied && !is_action {
                inert.push(name);
            }
        }
        if inert.is_empty() {
            return;
        }
        let before = edits.len();
        rename(tag, edits, |name| inert.iter().any(|inert| inert == name));
        if edits.len() > before {
            edits.sort_by_key(|(at, _)| *at);
        }
    }
}
