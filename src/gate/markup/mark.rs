//! `data-consent`: what authors say of their elements.

use crate::policy::{Mask, Policy};

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

    /// What stands in for something that may not be allowed.
    pub(super) fn is_for_what_stands_in(self) -> bool {
        self.excludes != 0
    }

    /// What stands in for something else, which is there now.
    pub(super) fn is_replaced(self, effective: Mask) -> bool {
        self.excludes & effective != 0
    }
}
