//! Where things end.

use memchr::{memchr, memmem};

/// What hides markup in text, and what ends that.
const HIDDEN: [(&[u8], &[u8]); 3] = [(b"<![CDATA[", b"]]>"), (b"<!--", b"-->"), (b"<?", b"?>")];

pub(super) fn is_space(byte: &u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\r' | b' ')
}

/// Behind the `>` of a tag; else in which quotes what there is ends. And whether a `/` came last.
pub(super) fn end_of_tag(
    bytes: &[u8],
    mut quote: Option<u8>,
    mut is_empty: bool,
) -> (Option<usize>, Option<u8>, bool) {
    for (at, byte) in bytes.iter().enumerate() {
        match (quote, byte) {
            (Some(open), byte) if *byte == open => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(*byte),
            (None, b'>') => return (Some(at + 1), None, is_empty),
            _ => {}
        }
        is_empty = quote.is_none() && *byte == b'/';
    }
    (None, quote, is_empty)
}

/// Looks for the end of a text: the first tag that no CDATA section, comment or instruction hides.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct TextEnd {
    /// So much is text, whatever follows.
    pub(super) at: usize,
    /// What ends the section that it is in.
    section: Option<&'static [u8]>,
}

impl TextEnd {
    /// Reads on; whether the text ends.
    pub(super) fn find(&mut self, text: &[u8]) -> bool {
        loop {
            let rest = &text[self.at..];
            if let Some(end) = self.section {
                let Some(len) = memmem::find(rest, end) else {
                    self.at += (rest.len() + 1).saturating_sub(end.len());
                    return false;
                };
                self.at += len + end.len();
                self.section = None;
                continue;
            }
            let Some(len) = memchr(b'<', rest) else {
                self.at = text.len();
                return false;
            };
            self.at += len;
            let rest = &rest[len..];
            let Some((begin, end)) = HIDDEN.into_iter().find(|(begin, _)| rest.starts_with(begin)) else {
                return !HIDDEN.iter().any(|(begin, _)| begin.starts_with(rest));
            };
            self.at += begin.len();
            self.section = Some(end);
        }
    }

    /// So much of the text has left.
    pub(super) fn forget(&mut self, len: usize) {
        self.at -= len;
    }
}
