//! Bytes held back until the token they belong to is known.

use bytes::{Bytes, BytesMut};
use std::collections::VecDeque;

/// At most so many bytes are held back, and looked at again for attributes.
pub(super) const LIMIT: usize = 16 * 1024;

/// One slice of the chunk where that is enough, a copy where a token spans several chunks.
#[derive(Debug, Default)]
pub(super) enum Held {
    #[default]
    Nothing,
    Slice(Bytes),
    Copy(BytesMut),
}

impl Held {
    pub(super) fn len(&self) -> usize {
        match self {
            Held::Nothing => 0,
            Held::Slice(bytes) => bytes.len(),
            Held::Copy(bytes) => bytes.len(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Held::Nothing => &[],
            Held::Slice(bytes) => bytes,
            Held::Copy(bytes) => bytes,
        }
    }

    /// Adds bytes behind those already held.
    pub(super) fn push(&mut self, more: Bytes) {
        match self {
            Held::Copy(bytes) => bytes.extend_from_slice(&more),
            Held::Nothing => *self = Held::Slice(more),
            Held::Slice(first) => {
                let mut bytes = BytesMut::with_capacity((first.len() + more.len()).max(256));
                bytes.extend_from_slice(first);
                bytes.extend_from_slice(&more);
                *self = Held::Copy(bytes);
            }
        }
    }

    /// Lets go what is before the last so many bytes.
    pub(super) fn release_all_but(&mut self, len: usize, out: &mut VecDeque<Bytes>) {
        let gone = self.len().saturating_sub(len);
        match self {
            Held::Nothing => {}
            Held::Slice(bytes) => push(out, bytes.split_to(gone)),
            Held::Copy(bytes) => push(out, bytes.split_to(gone).freeze()),
        }
    }

    /// Lets them go.
    pub(super) fn release(&mut self, out: &mut VecDeque<Bytes>) {
        let bytes = match std::mem::take(self) {
            Held::Nothing => return,
            Held::Slice(bytes) => bytes,
            Held::Copy(bytes) => bytes.freeze(),
        };
        push(out, bytes);
    }
}

/// Appends unless there is nothing to append.
pub(super) fn push(out: &mut VecDeque<Bytes>, bytes: Bytes) {
    if !bytes.is_empty() {
        out.push_back(bytes);
    }
}
