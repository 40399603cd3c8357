//! The elements that are open.

use super::namespace::Namespace;

/// So many are told apart that stand in each other.
const DEPTH: usize = 1024;

#[derive(Debug, Default)]
pub(super) struct Elements {
    open: Vec<Open>,
    /// So many more are open beyond those.
    deeper: usize,
    covers: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Open {
    /// That of elements in it that have no prefix.
    pub(super) default: Namespace,
    pub(super) is_body: bool,
    has_cover: bool,
}

impl Elements {
    /// How many are open.
    pub(super) fn depth(&self) -> usize {
        self.open.len() + self.deeper
    }

    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// The root is open, and nothing else.
    pub(super) fn has_root_alone(&self) -> bool {
        self.depth() == 1
    }

    /// The one that an end tag would close, as far as it is told apart.
    pub(super) fn innermost(&self) -> Option<&Open> {
        self.open.last().filter(|_| self.deeper == 0)
    }

    /// The namespace of an element without a prefix that begins here.
    pub(super) fn namespace(&self) -> Namespace {
        self.open.last().map_or(Namespace::Unknown, |open| open.default)
    }

    /// What was said to cover them, from the outermost in.
    pub(super) fn covers(&self) -> &[u32] {
        &self.covers
    }

    pub(super) fn push(&mut self, default: Namespace, is_body: bool, cover: Option<u32>) {
        if self.open.len() >= DEPTH {
            self.deeper += 1;
            return;
        }
        self.open.push(Open { default, is_body, has_cover: cover.is_some() });
        self.covers.extend(cover);
    }

    pub(super) fn close(&mut self) {
        if self.deeper > 0 {
            self.deeper -= 1;
        } else if self.open.pop().is_some_and(|open| open.has_cover) {
            self.covers.pop();
        }
    }
}
