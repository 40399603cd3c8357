//! What browsers make of a response that does not say what it is (MIME Sniffing standard, section 7.1).

use bytes::{Bytes, BytesMut};

/// No more of a response is looked at ("resource header").
const LOOKED_AT: usize = 1445;

/// What a document of HTML begins with. Chromium does not go by what stands behind, which the standard does.
const HTML: [&[u8]; 17] = [
    b"<!DOCTYPE HTML",
    b"<HTML",
    b"<HEAD",
    b"<SCRIPT",
    b"<IFRAME",
    b"<H1",
    b"<DIV",
    b"<FONT",
    b"<TABLE",
    b"<A",
    b"<STYLE",
    b"<TITLE",
    b"<B",
    b"<BODY",
    b"<BR",
    b"<P",
    b"<!--",
];
const XML: &[u8] = b"<?xml";

/// What it is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sniffed {
    Html,
    Xml,
    /// Text, an image, a download and so on.
    Other,
}

/// Holds the first bytes of a response, until they tell.
#[derive(Debug, Default)]
pub(super) struct Sniffer {
    held: BytesMut,
}

impl Sniffer {
    /// Takes more of it; what it is, with all that was held, once that can be told.
    pub(super) fn take(&mut self, data: &[u8]) -> Option<(Sniffed, Bytes)> {
        self.held.extend_from_slice(data);
        let sniffed = sniff(&self.held, self.held.len() >= LOOKED_AT)?;
        Some((sniffed, self.held.split().freeze()))
    }

    /// The same where no more comes.
    pub(super) fn finish(&mut self) -> (Sniffed, Bytes) {
        let sniffed = sniff(&self.held, true).unwrap_or(Sniffed::Other);
        (sniffed, self.held.split().freeze())
    }
}

/// What begins so; nothing where more could change that.
fn sniff(data: &[u8], is_all: bool) -> Option<Sniffed> {
    let blank = data.iter().take_while(|byte| matches!(byte, b'\t' | b'\n' | 0x0c | b'\r' | b' ')).count();
    let data = &data[blank..];
    let begins = |start: &[u8]| data.get(..start.len()).is_some_and(|text| text.eq_ignore_ascii_case(start));
    let may_begin = |start: &[u8]| {
        data.len() < start.len()
            && start.get(..data.len()).is_some_and(|start| start.eq_ignore_ascii_case(data))
    };
    if HTML.into_iter().any(begins) {
        return Some(Sniffed::Html);
    }
    if data.starts_with(XML) {
        return Some(Sniffed::Xml);
    }
    let is_open = HTML.into_iter().chain([XML]).any(may_begin);
    (is_all || !is_open).then_some(Sniffed::Other)
}

#[cfg(test)]
mod tests {
    use super::{LOOKED_AT, Sniffed, Sniffer};

    /// What a body is taken for that comes in pieces of one byte.
    fn sniffed(body: &[u8]) -> Sniffed {
        let mut sniffer = Sniffer::default();
        for (at, byte) in body.iter().enumerate() {
            if let Some((sniffed, held)) = sniffer.take(&[*byte]) {
                assert_eq!(held, body[..=at], "nothing is lost");
                return sniffed;
            }
        }
        let (sniffed, held) = sniffer.finish();
        assert_eq!(held, body, "nothing is lost");
        sniffed
    }

    #[test]
    fn documents_are_known_by_what_they_begin_with() {
        for html in
            ["<!doctype html>", "\n\t <HTML lang=en>", "<p class=a>", "<pre>", "<!-- a -->", "<!--", "<b"]
        {
            assert_eq!(sniffed(html.as_bytes()), Sniffed::Html, "{html}");
        }
        for xml in ["<?xml version='1.0'?><html/>", " <?xml"] {
            assert_eq!(sniffed(xml.as_bytes()), Sniffed::Xml, "{xml}");
        }
        for other in
            ["", " ", "<", "<!doc", "<?XML", "text", "%PDF-1.7", "\u{feff}<html>", "<section>", "x<html>"]
        {
            assert_eq!(sniffed(other.as_bytes()), Sniffed::Other, "{other}");
        }
    }

    #[test]
    fn no_more_is_held_than_browsers_look_at() {
        let mut sniffer = Sniffer::default();
        let blank = vec![b' '; LOOKED_AT];
        assert_eq!(sniffer.take(&blank[1..]), None);
        assert_eq!(sniffer.take(b" "), Some((Sniffed::Other, blank.into())));
    }
}
