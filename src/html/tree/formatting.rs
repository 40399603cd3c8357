//! The list of active formatting elements and the adoption agency.

use super::Tree;
use super::stack::{DEEPEST, Open, Scope, Stack};
use crate::html::names::Name;
use crate::html::outcome::Reason;
use crate::html::token::Tag;

#[derive(Clone, Copy, Debug)]
enum Entry {
    Marker,
    Element { name: Name, serial: u32, has_attributes: bool },
}

#[derive(Debug, Default)]
pub(super) struct Formatting {
    entries: Vec<Entry>,
}

impl Entry {
    fn is_serial(&self, wanted: u32) -> bool {
        matches!(*self, Entry::Element { serial, .. } if serial == wanted)
    }

    fn is_open(&self, stack: &Stack) -> bool {
        match *self {
            Entry::Marker => true,
            Entry::Element { serial, .. } => stack.position(serial).is_some(),
        }
    }
}

impl Formatting {
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn contains(&self, wanted: Name) -> bool {
        let same = |entry: &Entry| matches!(*entry, Entry::Element { name, .. } if name == wanted);
        self.entries.iter().any(same)
    }

    pub(super) fn push_marker(&mut self) {
        self.entries.push(Entry::Marker);
    }

    pub(super) fn clear_to_marker(&mut self) {
        while let Some(entry) = self.entries.pop() {
            if matches!(entry, Entry::Marker) {
                break;
            }
        }
    }

    /// Its last element is no longer open: text would open it again.
    #[inline]
    pub(super) fn is_dangling(&self, stack: &Stack) -> bool {
        self.entries.last().is_some_and(|entry| !entry.is_open(stack))
    }

    pub(super) fn holds(&self, serial: u32) -> bool {
        self.position(serial).is_some()
    }

    /// "Reconstruct the active formatting elements" opens it.
    pub(super) fn reopens(&self, serial: u32, stack: &Stack) -> bool {
        let open = self.entries.iter().rposition(|entry| entry.is_open(stack));
        self.position(serial).is_some_and(|index| open.is_none_or(|open| index > open))
    }

    /// The last one of that name behind the last marker: its index and serial.
    fn find(&self, wanted: Name) -> Option<(usize, u32)> {
        for (index, entry) in self.entries.iter().enumerate().rev() {
            match *entry {
                Entry::Marker => return None,
                Entry::Element { name, serial, .. } if name == wanted => {
                    return Some((index, serial));
                }
                Entry::Element { .. } => {}
            }
        }
        None
    }

    fn position(&self, serial: u32) -> Option<usize> {
        self.entries.iter().rposition(|entry| entry.is_serial(serial))
    }

    /// Takes the last one off the list if it is this.
    #[inline]
    pub(super) fn pop(&mut self, serial: u32) -> bool {
        self.entries.pop_if(|entry| entry.is_serial(serial)).is_some()
    }

    /// "Push onto the list", with its clause that at most three are equal. `false` if that cannot
    /// be told because attributes would have to be compared.
    fn push(&mut self, tag: &Tag, serial: u32) -> bool {
        let mut alike = 0;
        let mut earliest = None;
        for (index, entry) in self.entries.iter().enumerate().rev() {
            match *entry {
                Entry::Marker => break,
                Entry::Element { name, has_attributes, .. }
                    if name == tag.name && has_attributes == tag.has_attributes() =>
                {
                    alike += 1;
                    earliest = Some(index);
                }
                Entry::Element { .. } => {}
            }
        }
        let certain = alike < 3 || !tag.has_attributes();
        if let (true, Some(index)) = (alike >= 3, earliest) {
            self.entries.remove(index);
        }
        self.entries.push(Entry::Element { name: tag.name, serial, has_attributes: tag.has_attributes() });
        certain
    }
}

impl Tree {
    /// "Reconstruct the active formatting elements".
    #[inline]
    pub(super) fn reconstruct(&mut self) {
        if !self.formatting.is_empty() && self.formatting.is_dangling(&self.stack) {
            self.reopen();
        }
    }

    fn reopen(&mut self) {
        let entries = &self.formatting.entries;
        let open = entries.iter().rposition(|entry| entry.is_open(&self.stack));
        let from = open.map_or(0, |index| index + 1);
        let mut fits = true;
        for entry in &entries[from..] {
            if let Entry::Element { name, serial, .. } = *entry {
                fits &= self.stack.push_named(name, Some(serial));
            }
        }
        if !fits {
            self.note(Reason::TooDeep);
        }
    }

    /// A start tag of a formatting element, once `a` and `nobr` have been seen to.
    pub(super) fn push_formatting(&mut self, tag: &Tag) {
        self.reconstruct();
        let serial = self.push_html(tag);
        if !self.formatting.push(tag, serial) {
            self.note(Reason::Misnested);
        }
        if self.formatting.entries.len() > DEEPEST {
            self.note(Reason::TooDeep);
        }
    }

    /// `<a>` while one is active.
    pub(super) fn close_active_link(&mut self, tag: &Tag) {
        let Some((_, serial)) = self.formatting.find(Name::A) else {
            return;
        };
        if self.adopt(tag) {
            // The element itself is in neither any more, and its clone stays.
            return;
        }
        if let Some(index) = self.formatting.position(serial) {
            self.formatting.entries.remove(index);
        }
        if let Some(index) = self.stack.position(serial) {
            self.stack.remove(index);
        }
    }

    /// "Adoption agency algorithm", less the nodes it moves. Says whether a clone took the place of an element.
    pub(super) fn adopt(&mut self, tag: &Tag) -> bool {
        let current = self.stack.last().filter(|open| open.is_html(tag.name));
        // The innermost of both, which most are.
        if current.is_some_and(|open| self.formatting.pop(open.serial)) {
            self.stack.pop();
            return false;
        }
        if current.is_some_and(|open| self.formatting.position(open.serial).is_none()) {
            self.stack.pop();
            return false;
        }
        let mut is_cloned = false;
        for _ in 0..8 {
            let Some((entry, serial)) = self.formatting.find(tag.name) else {
                self.any_other_end_tag(tag);
                return is_cloned;
            };
            let Some(index) = self.stack.position(serial) else {
                self.formatting.entries.remove(entry);
                return is_cloned;
            };
            if self.stack.find_in_scope(Scope::Default, |open| open.serial == serial).is_none() {
                return is_cloned;
            }
            if self.stack.iter().skip(index + 1).any(Open::is_foreign_special) {
                self.note(Reason::Misnested);
            }
            let block = self.stack.iter().skip(index + 1).position(Open::is_special);
            let Some(furthest) = block.map(|at| index + 1 + at) else {
                self.stack.truncate(index);
                self.formatting.entries.remove(entry);
                return is_cloned;
            };
            self.adopt_block(index, furthest, entry, serial);
            is_cloned = true;
        }
        is_cloned
    }

    /// The part of the algorithm for a block inside the formatting element. The clones it makes
    /// keep the serials of what they replace.
    fn adopt_block(&mut self, index: usize, furthest: usize, entry: usize, serial: u32) {
        let mut furthest = furthest;
        let mut bookmark = None;
        let mut counter = 0;
        for node in (index + 1..furthest).rev() {
            counter += 1;
            let Some(&Open { serial: inner, .. }) = self.stack.get(node) else {
                continue;
            };
            let mut active = self.formatting.position(inner);
            if let (true, Some(at)) = (counter > 3, active) {
                self.formatting.entries.remove(at);
                active = None;
            }
            if active.is_none() {
                self.stack.remove(node);
                furthest -= 1;
            } else if bookmark.is_none() {
                bookmark = Some(inner);
            }
        }
        let entry = self.formatting.position(serial).unwrap_or(entry);
        let element = self.formatting.entries.remove(entry);
        let to = bookmark.and_then(|inner| self.formatting.position(inner));
        self.formatting.entries.insert(to.map_or(entry, |at| at + 1), element);
        let open = self.stack.remove(index);
        self.stack.insert(furthest, open);
    }
}
