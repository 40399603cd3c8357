//! "In body" insertion mode.

use super::stack::{Open, Scope};
use super::{Quirks, Tree};
use crate::html::names::{
    BLOCK, BLOCK_END, FORMATTING, HEAD, HEADING, IMPLIED_END, NO_FRAMESET, Name, SCOPE, VOID, VOID_PLAIN,
};
use crate::html::outcome::Reason;
use crate::html::token::{Content, Tag};

impl Tree {
    pub(super) fn start_in_body(&mut self, tag: &Tag) -> Option<Content> {
        let name = tag.name;
        if name.is(NO_FRAMESET) {
            self.frameset_ok = false;
        }
        if name.is(SCOPE) {
            // Older browsers ignore it in a select.
            self.doubt_in_select();
        }
        if name == Name::Other || name == Name::Span {
            self.reconstruct();
            self.push_html(tag);
        } else if name.is(BLOCK) {
            self.close_p();
            self.push_html(tag);
        } else if name == Name::A {
            self.close_active_link(tag);
            self.push_formatting(tag);
        } else if name == Name::Nobr {
            self.reconstruct();
            if self.stack.has_in_scope(Scope::Default, Name::Nobr) {
                self.adopt(tag);
            }
            self.push_formatting(tag);
        } else if name.is(FORMATTING) {
            self.push_formatting(tag);
        } else if name.is(VOID) {
            self.reconstruct();
        } else if name.is(HEAD) {
            return self.start_common(tag);
        } else if name.is(VOID_PLAIN) || Self::is_stray(tag) {
        } else if name.is(HEADING) {
            self.close_p();
            if self.stack.last().is_some_and(|open| open.is(HEADING)) {
                self.stack.pop();
            }
            self.push_html(tag);
        } else {
            return self.start_rarer(tag);
        }
        None
    }

    /// Whether a start tag begins with "reconstruct the active formatting elements".
    pub(super) fn reconstructs(tag: &Tag) -> bool {
        const OTHERS: [Name; 18] = [
            Name::Html,
            Name::Body,
            Name::Frameset,
            Name::Li,
            Name::Dd,
            Name::Dt,
            Name::Form,
            Name::Table,
            Name::Hr,
            Name::Textarea,
            Name::Iframe,
            Name::Noembed,
            Name::Noscript,
            Name::Plaintext,
            Name::Rb,
            Name::Rtc,
            Name::Rp,
            Name::Rt,
        ];
        let is_other = tag.name.is(BLOCK | HEADING | HEAD | VOID_PLAIN) || Self::is_stray(tag);
        tag.name == Name::Other || !is_other && !OTHERS.contains(&tag.name)
    }

    fn start_rarer(&mut self, tag: &Tag) -> Option<Content> {
        match tag.name {
            Name::Html | Name::Body => {}
            Name::Frameset if self.frameset_ok => self.note(Reason::Frameset),
            Name::Frameset => {}
            Name::Li | Name::Dd | Name::Dt => {
                self.close_item(tag.name);
                self.close_p();
                self.push_html(tag);
            }
            Name::Form => {
                let in_template = self.has_template();
                if in_template || self.form.is_none() {
                    self.close_p();
                    let serial = self.push_html(tag);
                    if !in_template {
                        self.form = Some(serial);
                    }
                }
            }
            Name::Button => {
                if self.stack.has_in_scope(Scope::Default, Name::Button) {
                    self.stack.pop_until(Name::Button);
                }
                self.reconstruct();
                self.push_html(tag);
            }
            Name::Applet | Name::Marquee | Name::Object => {
                self.reconstruct();
                self.push_html(tag);
                self.formatting.push_marker();
            }
            Name::Table => {
                self.close_p_before_table();
                self.push_html(tag);
                self.enter_table();
            }
            Name::Input => {
                if self.stack.has_in_scope(Scope::Default, Name::Select) {
                    self.stack.pop_until(Name::Select);
                }
                self.reconstruct();
            }
            Name::Hr => {
                self.close_p();
                if self.stack.has_in_scope(Scope::Default, Name::Select) {
                    self.stack.pop_implied(Name::Other);
                }
            }
            Name::Textarea | Name::Iframe | Name::Noembed | Name::Noscript => {
                self.doubt_in_select();
                return Some(Content::Raw(tag.name));
            }
            Name::Xmp => {
                self.doubt_in_select();
                self.close_p();
                self.reconstruct();
                return Some(Content::Raw(Name::Xmp));
            }
            Name::Plaintext => {
                self.doubt_in_select();
                self.close_p();
                self.push_html(tag);
                return Some(Content::Plaintext);
            }
            // One in another ends that.
            Name::Select if self.stack.has_in_scope(Scope::Default, Name::Select) => {
                self.stack.pop_until(Name::Select);
            }
            Name::Select => {
                self.reconstruct();
                self.push_html(tag);
            }
            Name::Option | Name::Optgroup => {
                if self.stack.has_in_scope(Scope::Default, Name::Select) {
                    let group = tag.name == Name::Optgroup;
                    self.stack.pop_implied(if group { Name::Other } else { Name::Optgroup });
                } else if self.stack.is_at(Name::Option) {
                    self.stack.pop();
                }
                self.reconstruct();
                self.push_html(tag);
            }
            Name::Rb | Name::Rtc | Name::Rp | Name::Rt => {
                if self.stack.has_in_scope(Scope::Default, Name::Ruby) {
                    let base = matches!(tag.name, Name::Rb | Name::Rtc);
                    self.stack.pop_implied(if base { Name::Other } else { Name::Rtc });
                }
                self.push_html(tag);
            }
            Name::Math | Name::Svg => self.enter_foreign(tag),
            _ => {
                self.reconstruct();
                self.push_html(tag);
            }
        }
        None
    }

    pub(super) fn end_in_body(&mut self, tag: &Tag) {
        let name = tag.name;
        let same = |open: &Open| open.is_html(name);
        let is_plain = name.is(BLOCK_END | HEADING | IMPLIED_END) || matches!(name, Name::Other | Name::Span);
        if is_plain && self.stack.last().is_some_and(|open| same(open) && open.has_name(tag)) {
            // The current node, which nothing is in the way of.
            self.stack.pop();
        } else if name == Name::P {
            // Without an open p it makes an empty one, which closes at once.
            self.close_p();
        } else if name.is(BLOCK_END) {
            if self.stack.find_in_scope(Scope::Default, same).is_some() {
                self.stack.pop_until(name);
            }
        } else if name.is(FORMATTING) {
            self.adopt(tag);
        } else {
            match name {
                // What follows them returns to "in body", with the same elements open.
                Name::Body | Name::Html => {}
                Name::Template => self.close_template(),
                Name::Br => self.reconstruct(),
                Name::Form => self.close_form(),
                Name::Li => {
                    if self.stack.find_in_scope(Scope::ListItem, same).is_some() {
                        self.stack.pop_until(name);
                    }
                }
                Name::Dd | Name::Dt => {
                    if self.stack.find_in_scope(Scope::Default, same).is_some() {
                        self.stack.pop_until(name);
                    }
                }
                Name::Applet | Name::Marquee | Name::Object => {
                    if self.stack.find_in_scope(Scope::Default, same).is_some() {
                        self.stack.pop_until(name);
                        self.formatting.clear_to_marker();
                    }
                }
                name if name.is(HEADING) => {
                    let heading = |open: &Open| open.is(HEADING);
                    if let Some(index) = self.stack.find_in_scope(Scope::Default, heading) {
                        self.stack.truncate(index);
                    }
                }
                _ => self.any_other_end_tag(tag),
            }
        }
    }

    pub(super) fn any_other_end_tag(&mut self, tag: &Tag) {
        let mut found = None;
        for (index, open) in self.stack.iter().enumerate().rev() {
            if open.is_html(tag.name) && open.has_name(tag) {
                found = Some(index);
                break;
            }
            if open.is_special() {
                // html5ever and older browsers go on past a foreign one.
                if open.is_foreign_special() {
                    self.note(Reason::Misnested);
                }
                return;
            }
        }
        if let Some(index) = found {
            self.stack.truncate(index);
        }
    }

    /// "Close a p element", if one is in button scope.
    #[inline]
    pub(super) fn close_p(&mut self) {
        let p = self.stack.find_in_scope(Scope::Button, |open| open.is_html(Name::P));
        if let Some(index) = p {
            self.stack.truncate(index);
        }
    }

    fn close_p_before_table(&mut self) {
        match self.quirks {
            Quirks::No => self.close_p(),
            Quirks::Yes => {}
            Quirks::Undecided | Quirks::Unknown => {
                if self.stack.has_in_scope(Scope::Button, Name::P) {
                    self.note(Reason::Misnested);
                }
                self.close_p();
            }
        }
    }

    /// An open item that `<li>`, `<dd>` or `<dt>` closes.
    fn close_item(&mut self, name: Name) {
        let closes = |open: &Open| match name {
            Name::Li => open.is_html(Name::Li),
            _ => open.is_html(Name::Dd) || open.is_html(Name::Dt),
        };
        let mut found = None;
        for (index, open) in self.stack.iter().enumerate().rev() {
            if closes(open) {
                found = Some(index);
                break;
            }
            let passes = matches!(open.name, Name::Address | Name::Div | Name::P);
            if open.is_special() && (!passes || open.is_foreign_special()) {
                if open.is_foreign_special() {
                    self.note(Reason::Misnested);
                }
                return;
            }
        }
        if let Some(index) = found {
            self.stack.truncate(index);
        }
    }

    fn close_form(&mut self) {
        if self.has_template() {
            if self.stack.has_in_scope(Scope::Default, Name::Form) {
                self.stack.pop_until(Name::Form);
            }
            return;
        }
        let Some(serial) = self.form.take() else {
            return;
        };
        let found = self.stack.find_in_scope(Scope::Default, |open| open.serial == serial);
        if found.is_none() {
            return;
        }
        self.stack.pop_implied(Name::Other);
        if let Some(index) = self.stack.position(serial) {
            self.stack.remove(index);
        }
    }

    /// Browsers that know "in select" ignore what others open there.
    pub(super) fn doubt_in_select(&mut self) {
        if self.stack.contains(Name::Select) {
            self.note(Reason::Misnested);
        }
    }
}
