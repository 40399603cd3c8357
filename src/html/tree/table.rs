//! The insertion modes of tables. What they foster-parent leaves the stack as "in body" does.

use super::stack::{Open, Scope};
use super::{Mode, Tree};
use crate::html::names::Name;
use crate::html::outcome::Reason;
use crate::html::token::{Content, Tag};

fn is_cell(open: &Open) -> bool {
    open.is_html(Name::Td) || open.is_html(Name::Th)
}

fn is_row_group(name: Name) -> bool {
    matches!(name, Name::Tbody | Name::Tfoot | Name::Thead)
}

impl Tree {
    /// The current node is one in which text is kept for "in table text".
    pub(super) fn is_at_table_part(&self) -> bool {
        self.stack.last().is_some_and(|open| {
            let part = matches!(open.name, Name::Table | Name::Template | Name::Tr);
            (part || is_row_group(open.name)) && open.is_html(open.name)
        })
    }

    pub(super) fn enter_table(&mut self) {
        self.mode = Mode::InTable;
    }

    pub(super) fn start_in_table_modes(&mut self, tag: &Tag) -> Option<Content> {
        let part = match tag.name {
            Name::Caption | Name::Colgroup | Name::Col | Name::Tr | Name::Td | Name::Th => true,
            name => is_row_group(name),
        };
        match self.mode {
            Mode::InTable => self.start_in_table(tag),
            Mode::InColumnGroup => self.start_in_column_group(tag),
            Mode::InTableBody => match tag.name {
                Name::Tr => {
                    self.clear_to_table_body();
                    self.push_html(tag);
                    self.mode = Mode::InRow;
                    None
                }
                Name::Td | Name::Th => {
                    self.clear_to_table_body();
                    self.insert(Name::Tr);
                    self.mode = Mode::InRow;
                    self.start_in_mode(tag)
                }
                _ if part => self.leave_table_body().then(|| self.start_in_mode(tag)).flatten(),
                _ => self.start_in_table(tag),
            },
            Mode::InRow => match tag.name {
                Name::Td | Name::Th => {
                    self.clear_to_row();
                    self.push_html(tag);
                    self.formatting.push_marker();
                    self.mode = Mode::InCell;
                    None
                }
                _ if part => self.leave_row().then(|| self.start_in_mode(tag)).flatten(),
                _ => self.start_in_table(tag),
            },
            Mode::InCell if part => self.leave_cell().then(|| self.start_in_mode(tag)).flatten(),
            Mode::InCaption if part => self.leave_caption().then(|| self.start_in_mode(tag)).flatten(),
            _ => self.start_in_body(tag),
        }
    }

    fn start_in_table(&mut self, tag: &Tag) -> Option<Content> {
        match tag.name {
            Name::Caption => {
                self.clear_to_table();
                self.formatting.push_marker();
                self.push_html(tag);
                self.mode = Mode::InCaption;
            }
            Name::Colgroup => {
                self.clear_to_table();
                self.push_html(tag);
                self.mode = Mode::InColumnGroup;
            }
            Name::Col => {
                self.clear_to_table();
                self.insert(Name::Colgroup);
                self.mode = Mode::InColumnGroup;
            }
            name if is_row_group(name) => {
                self.clear_to_table();
                self.push_html(tag);
                self.mode = Mode::InTableBody;
            }
            Name::Td | Name::Th | Name::Tr => {
                self.clear_to_table();
                self.insert(Name::Tbody);
                self.mode = Mode::InTableBody;
                return self.start_in_mode(tag);
            }
            Name::Table => {
                if self.stack.has_in_scope(Scope::Table, Name::Table) {
                    self.stack.pop_until(Name::Table);
                    self.reset_mode();
                    return self.start_in_mode(tag);
                }
            }
            Name::Style | Name::Script | Name::Template => return self.start_common(tag),
            // A hidden one stays in the table and opens nothing, nor does another.
            Name::Input => {
                if self.formatting.is_dangling(&self.stack) {
                    self.note(Reason::Misnested);
                }
                return self.start_in_body(tag);
            }
            Name::Form => {
                if !self.has_template() && self.form.is_none() {
                    let serial = self.push_html(tag);
                    self.stack.pop();
                    self.form = Some(serial);
                }
            }
            _ => return self.start_in_body(tag),
        }
        None
    }

    fn start_in_column_group(&mut self, tag: &Tag) -> Option<Content> {
        match tag.name {
            Name::Html | Name::Col => None,
            Name::Template => self.start_common(tag),
            _ if self.leave_column_group() => self.start_in_mode(tag),
            // In a template: ignored.
            _ => None,
        }
    }

    pub(super) fn end_in_table_modes(&mut self, tag: &Tag) {
        let name = tag.name;
        if name == Name::Template {
            return self.close_template();
        }
        let never = matches!(name, Name::Body | Name::Html | Name::Col);
        let outer = name == Name::Table || is_row_group(name);
        match self.mode {
            Mode::InColumnGroup => match name {
                Name::Colgroup => {
                    self.leave_column_group();
                }
                Name::Col => {}
                _ => {
                    if self.leave_column_group() {
                        self.end_in_mode(tag);
                    }
                }
            },
            _ if never => {}
            Mode::InCell => match name {
                Name::Td | Name::Th => {
                    if self.stack.has_in_scope(Scope::Table, name) {
                        self.stack.pop_until(name);
                        self.formatting.clear_to_marker();
                        self.mode = Mode::InRow;
                    }
                }
                Name::Caption | Name::Colgroup => {}
                _ if outer || name == Name::Tr => {
                    if self.stack.has_in_scope(Scope::Table, name) && self.leave_cell() {
                        self.end_in_mode(tag);
                    }
                }
                _ => self.end_in_body(tag),
            },
            Mode::InCaption => match name {
                Name::Caption => {
                    self.leave_caption();
                }
                Name::Table => {
                    if self.leave_caption() {
                        self.end_in_mode(tag);
                    }
                }
                Name::Colgroup | Name::Td | Name::Th | Name::Tr => {}
                _ if is_row_group(name) => {}
                _ => self.end_in_body(tag),
            },
            _ if matches!(name, Name::Caption | Name::Colgroup | Name::Td | Name::Th) => {}
            Mode::InRow => match name {
                Name::Tr => {
                    self.leave_row();
                }
                Name::Table => {
                    if self.leave_row() {
                        self.end_in_mode(tag);
                    }
                }
                _ if outer => {
                    if self.stack.has_in_scope(Scope::Table, name) && self.leave_row() {
                        self.end_in_mode(tag);
                    }
                }
                _ => self.end_in_body(tag),
            },
            _ if name == Name::Tr => {}
            Mode::InTableBody => match name {
                Name::Table => {
                    if self.leave_table_body() {
                        self.end_in_mode(tag);
                    }
                }
                _ if outer => {
                    if self.stack.has_in_scope(Scope::Table, name) {
                        self.clear_to_table_body();
                        self.stack.pop();
                        self.mode = Mode::InTable;
                    }
                }
                _ => self.end_in_body(tag),
            },
            _ if is_row_group(name) => {}
            _ if name == Name::Table => {
                if self.stack.has_in_scope(Scope::Table, Name::Table) {
                    self.stack.pop_until(Name::Table);
                    self.reset_mode();
                }
            }
            _ => self.end_in_body(tag),
        }
    }

    /// An element without a tag.
    fn insert(&mut self, name: Name) {
        if !self.stack.push_named(name, None) {
            self.note(Reason::TooDeep);
        }
    }

    fn clear_to_table(&mut self) {
        self.stack.pop_to(|open| open.is_html(Name::Table) || open.is_html(Name::Template));
    }

    fn clear_to_table_body(&mut self) {
        self.stack.pop_to(|open| {
            open.is_html(Name::Template) || (is_row_group(open.name) && open.is_html(open.name))
        });
    }

    fn clear_to_row(&mut self) {
        self.stack.pop_to(|open| open.is_html(Name::Tr) || open.is_html(Name::Template));
    }

    /// These return whether there was anything to leave, else the token is ignored.
    pub(super) fn leave_column_group(&mut self) -> bool {
        let leaves = self.stack.is_at(Name::Colgroup);
        if leaves {
            self.stack.pop();
            self.mode = Mode::InTable;
        }
        leaves
    }

    fn leave_caption(&mut self) -> bool {
        let leaves = self.stack.has_in_scope(Scope::Table, Name::Caption);
        if leaves {
            self.stack.pop_until(Name::Caption);
            self.formatting.clear_to_marker();
            self.mode = Mode::InTable;
        }
        leaves
    }

    fn leave_cell(&mut self) -> bool {
        let cell = self.stack.find_in_scope(Scope::Table, is_cell);
        if let Some(index) = cell {
            self.stack.truncate(index);
            self.formatting.clear_to_marker();
            self.mode = Mode::InRow;
        }
        cell.is_some()
    }

    fn leave_row(&mut self) -> bool {
        let leaves = self.stack.has_in_scope(Scope::Table, Name::Tr);
        if leaves {
            self.clear_to_row();
            self.stack.pop();
            self.mode = Mode::InTableBody;
        }
        leaves
    }

    fn leave_table_body(&mut self) -> bool {
        let group = |open: &Open| is_row_group(open.name) && open.is_html(open.name);
        let leaves = self.stack.find_in_scope(Scope::Table, group).is_some();
        if leaves {
            self.clear_to_table_body();
            self.stack.pop();
            self.mode = Mode::InTable;
        }
        leaves
    }
}
