//! Character references undone, with where each stood (HTML standard, "character reference state").

use std::ops::Range;

/// Where the text stands: in an attribute fewer references count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Context {
    Attribute,
    Text,
}

/// Text with its references undone.
#[derive(Debug)]
pub(super) struct Decoded {
    pub(super) bytes: Vec<u8>,
    runs: Vec<Run>,
}

/// So much that is verbatim, or one reference.
#[derive(Clone, Copy, Debug)]
struct Run {
    decoded: usize,
    raw: usize,
    is_reference: bool,
    /// What stands before it is a reference that no semicolon ends.
    is_behind_open: bool,
}

impl Decoded {
    pub(super) fn new(raw: &[u8], context: Context) -> Self {
        let mut decoded = Self::with_capacity(raw.len());
        decoded.read(raw, 0..raw.len(), context);
        decoded.end(raw.len());
        decoded
    }

    /// For text that is read in parts.
    pub(super) fn with_capacity(len: usize) -> Self {
        Self { bytes: Vec::with_capacity(len), runs: Vec::new() }
    }

    /// Reads on: there may be references in this part of the text.
    pub(super) fn read(&mut self, raw: &[u8], part: Range<usize>, context: Context) {
        let (raw, mut at) = (&raw[..part.end], part.start);
        self.begin(at, false, false);
        while let Some(len) = memchr::memchr(b'&', &raw[at..]) {
            self.bytes.extend_from_slice(&raw[at..at + len]);
            at += len;
            let reference = &raw[at..at + reach(&raw[at..])];
            let text = String::from_utf8_lossy(reference);
            let meant = match context {
                Context::Attribute => htmlize::unescape_attribute(&*text),
                Context::Text => htmlize::unescape(&*text),
            };
            at += self.push(at, reference, &meant);
        }
        self.bytes.extend_from_slice(&raw[at..]);
    }

    /// Reads on: there are none in this part.
    pub(super) fn read_verbatim(&mut self, raw: &[u8], part: Range<usize>) {
        self.begin(part.start, false, false);
        self.bytes.extend_from_slice(&raw[part]);
    }

    /// All that is read ends here.
    pub(super) fn end(&mut self, raw: usize) {
        self.begin(raw, false, self.is_open_end());
    }

    fn begin(&mut self, raw: usize, is_reference: bool, is_behind_open: bool) {
        self.runs.push(Run { decoded: self.bytes.len(), raw, is_reference, is_behind_open });
    }

    /// Takes what may be a reference, and says how much of it that is.
    fn push(&mut self, at: usize, reference: &[u8], meant: &str) -> usize {
        let meant_bytes = meant.as_bytes();
        if meant_bytes == reference {
            self.bytes.push(b'&');
            return 1;
        }
        // What is behind the reference stayed as it was.
        let first = meant.chars().next().map_or(0, char::len_utf8);
        let pairs = reference.iter().rev().zip(meant_bytes[first..].iter().rev());
        let kept = pairs.take_while(|(raw, meant)| raw == meant).count();
        let len = reference.len() - kept;
        let is_behind_open = self.is_open_end();
        self.begin(at, true, is_behind_open);
        self.bytes.extend_from_slice(&meant_bytes[..meant_bytes.len() - kept]);
        self.begin(at + len, false, reference[len - 1] != b';');
        len
    }

    /// Nothing has come yet behind a reference without a semicolon.
    fn is_open_end(&self) -> bool {
        self.runs.last().is_some_and(|run| run.decoded == self.bytes.len() && run.is_behind_open)
    }

    fn run(&self, offset: usize) -> Option<&Run> {
        self.runs[..self.runs.partition_point(|run| run.decoded <= offset)].last()
    }

    /// Where a byte stood; for one that a reference stands for, where that began.
    pub(super) fn raw_offset(&self, offset: usize) -> usize {
        self.run(offset).map_or(offset, |run| match run.is_reference {
            true => run.raw,
            false => run.raw + offset - run.decoded,
        })
    }

    /// What is inserted before this byte is right behind a reference that no semicolon ends.
    pub(super) fn is_behind_open_reference(&self, offset: usize) -> bool {
        self.run(offset).is_some_and(|run| run.decoded == offset && run.is_behind_open)
    }
}

/// How far a reference may reach, with the byte that says whether it counts.
fn reach(text: &[u8]) -> usize {
    let rest = &text[1..];
    let rest = rest.strip_prefix(b"#").unwrap_or(rest);
    let name = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let end = text.len() - rest.len() + name;
    end + usize::from(matches!(text.get(end), Some(b';' | b'=')))
}

#[cfg(test)]
mod tests {
    use super::{Context, Decoded};

    #[track_caller]
    fn check(raw: &str, context: Context, expected: &[(&str, usize)]) {
        let decoded = Decoded::new(raw.as_bytes(), context);
        let text = String::from_utf8_lossy(&decoded.bytes);
        let whole: String = expected.iter().map(|(part, _)| *part).collect();
        assert_eq!(text, whole);
        let mut at = 0;
        for (part, raw_offset) in expected {
            assert_eq!(decoded.raw_offset(at), *raw_offset, "{part} of {raw}");
            at += part.len();
        }
        assert_eq!(decoded.raw_offset(at), raw.len());
    }

    #[test]
    fn each_byte_is_found_where_it_stood() {
        use Context::{Attribute, Text};
        check("a&amp;b", Attribute, &[("a", 0), ("&", 1), ("b", 6)]);
        check("&#39x&#x3b;;", Attribute, &[("'", 0), ("x", 4), (";", 5), (";", 11)]);
        check("&lt&gt", Attribute, &[("<", 0), (">", 3)]);
        check("&ltx&lt=", Attribute, &[("&ltx&lt=", 0)]);
        check("&ltx", Text, &[("<", 0), ("x", 3)]);
        check("&#9999999;&NotEqualTilde;z", Text, &[("\u{fffd}", 0), ("\u{2242}\u{338}", 10), ("z", 25)]);
        check("& &; &&amp;", Text, &[("& &; &", 0), ("&", 6)]);
    }

    #[test]
    fn a_reference_without_semicolon_is_open() {
        let decoded = Decoded::new(b"&#39&#39;a&quot;b", Context::Attribute);
        let open: Vec<_> = (0..=4).map(|at| decoded.is_behind_open_reference(at)).collect();
        assert_eq!(open, [false, true, false, false, false]);
    }
}
