//! `data-consent`: what authors say of their elements.

use super::Markup;
use crate::{
    gate::{Gate, Plane, Verdict},
    policy::{Mask, Policy},
};

/// What the attribute asks for: all of it has to hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Mark {
    needs: Mask,
    /// Behind a `!`: for content that stands in for what is not allowed.
    excludes: Mask,
    /// It names nothing that the policy has, so it never holds.
    is_unknown: bool,
}

impl Mark {
    /// Reads a value. `unknown` is told each id that the policy has not.
    pub(super) fn new(policy: &Policy, value: &str, mut unknown: impl FnMut(&str)) -> Self {
        let mut mark = Self { is_unknown: true, ..Self::default() };
        let mut has_unknown = false;
        for word in value.split_ascii_whitespace() {
            let (id, set) = match word.strip_prefix('!') {
                Some(id) => (id, &mut mark.excludes),
                None => (word, &mut mark.needs),
            };
            match policy.position(id) {
                Some(bit) => *set |= 1 << bit,
                None => {
                    has_unknown = true;
                    unknown(id);
                }
            }
            mark.is_unknown = false;
        }
        mark.is_unknown |= has_unknown;
        mark
    }

    /// What is to be allowed; nothing where that does not help.
    pub(super) fn needs(self) -> Option<Mask> {
        (!self.is_unknown && self.excludes == 0).then_some(self.needs)
    }

    pub(super) fn holds(self, effective: Mask) -> bool {
        !self.is_unknown && self.needs & !effective == 0 && self.excludes & effective == 0
    }

    /// What stands in for something else, which is there now.
    pub(super) fn is_replaced(self, effective: Mask) -> bool {
        self.excludes & effective != 0
    }
}

impl Gate {
    /// Tells of what is marked, once. What stands in for something else is not withheld.
    pub(super) fn note_mark(&self, page: &mut Markup, value: &str, mark: Mark) {
        let verdict = match mark.needs() {
            Some(needs) => Verdict::Needs(needs),
            None if mark.excludes != 0 => return,
            None => Verdict::Tracking,
        };
        let name = value.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
        if page.met.iter().any(|item| item.plane == Plane::Mark && item.name == name) {
            return;
        }
        let ruling = self.rule(verdict, page.standing);
        if matches!(verdict, Verdict::Needs(_)) {
            self.tell(Plane::Mark, &name, verdict, ruling);
        }
        page.met.push(self.gated(Plane::Mark, &name, verdict, ruling));
    }
}
