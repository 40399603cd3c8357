use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use super::Reason;
use crate::{html::is_ascii_compatible, middleware::coding::Coding};

/// What a response's head tells.
#[derive(Debug)]
pub(in crate::middleware) struct Answered {
    /// Whether it is HTML at all.
    pub(in crate::middleware) is_html: bool,
    /// Whether browsers make elements of it, be it HTML, XML, or what becomes a part of a page; or fetch for
    /// them in advance.
    pub(in crate::middleware) is_markup: bool,
    /// Whether browsers read it as XML.
    pub(in crate::middleware) is_xml: bool,
    /// Whether it only ever becomes a part of a page.
    pub(in crate::middleware) is_part: bool,
    /// Whether it is rules by which browsers fetch pages in advance (HTML standard, "speculation rules").
    pub(in crate::middleware) is_rules: bool,
    /// Whether it is a page that can be written into.
    pub(in crate::middleware) page: Result<(), Reason>,
    /// Whether what it loads can be gated.
    pub(in crate::middleware) markup: Result<(), Reason>,
    /// The content coding that has to be undone first.
    pub(in crate::middleware) coding: Option<Coding>,
    /// The handler says that the page carries the banner already.
    pub(in crate::middleware) is_rendered: bool,
}

impl Answered {
    /// Reads a response. `is_opened` says that a browser opens it, `is_empty` that it has no body.
    pub(in crate::middleware) fn new(
        status: StatusCode,
        headers: &HeaderMap,
        is_opened: bool,
        is_empty: bool,
        is_rendered: bool,
    ) -> Self {
        let media = MediaType::new(headers);
        // Where it is not opened by itself, XML is data, or an image that loads nothing.
        let kind = media.and_then(MediaType::markup).filter(|kind| *kind != Markup::Xml || is_opened);
        let is_html = matches!(kind, Some(Markup::Html | Markup::Xhtml));
        let (markup, coding) = match writable(status, headers, kind.and(media), is_empty) {
            Ok(coding) => (Ok(()), coding),
            Err(reason) => (Err(reason), None),
        };
        let page = if is_html { markup } else { markup.and(Err(Reason::NotHtml)) };
        Self {
            is_html,
            is_markup: kind.is_some(),
            is_xml: matches!(kind, Some(Markup::Xhtml | Markup::Xml)),
            is_part: kind == Some(Markup::Stream),
            is_rules: kind == Some(Markup::Rules),
            page,
            markup,
            coding,
            is_rendered,
        }
    }
}

/// Whether bytes can be inserted, and what coding has to be undone for that. `media` is the type of what is
/// markup.
fn writable(
    status: StatusCode,
    headers: &HeaderMap,
    media: Option<MediaType<'_>>,
    is_empty: bool,
) -> Result<Option<Coding>, Reason> {
    let bodiless = status.is_informational()
        || status.is_redirection()
        || matches!(status, StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT);
    if bodiless {
        return Err(Reason::Status);
    }
    let MediaType { charset, .. } = media.ok_or(Reason::NotHtml)?;
    let is_partial = matches!(status, StatusCode::PARTIAL_CONTENT | StatusCode::RANGE_NOT_SATISFIABLE);
    if is_partial || headers.contains_key(header::CONTENT_RANGE) {
        return Err(Reason::Partial);
    }
    if !is_ascii_compatible(charset) {
        return Err(Reason::Charset);
    }
    let mut codings = list(headers, header::CONTENT_ENCODING)
        .filter(|coding| !coding.eq_ignore_ascii_case("identity"))
        .map(Coding::new);
    let coding = match (codings.next(), codings.next()) {
        (None, _) => None,
        (Some(Some(coding)), None) => Some(coding),
        _ => return Err(Reason::Encoded),
    };
    let is_attachment = list(headers, header::CONTENT_DISPOSITION).next().is_some_and(|disposition| {
        let kind = disposition.split(';').next().unwrap_or_default();
        !kind.trim().eq_ignore_ascii_case("inline")
    });
    if is_attachment {
        return Err(Reason::Attachment);
    }
    if list(headers, header::CACHE_CONTROL).any(|directive| directive.eq_ignore_ascii_case("no-transform")) {
        return Err(Reason::NoTransform);
    }
    if is_empty { Err(Reason::Empty) } else { Ok(coding) }
}

/// What is made of elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Markup {
    Html,
    Xhtml,
    /// Other XML, of which some kinds run scripts, as SVG does (HTML standard, "XML documents").
    Xml,
    /// Changes to a page, which Turbo carries out: HTML in templates.
    Stream,
    /// Elements of none, but loads for them.
    Rules,
}

/// A media type.
#[derive(Clone, Copy, Debug)]
struct MediaType<'a> {
    /// Without parameters.
    essence: &'a str,
    /// Empty where there is none.
    charset: &'a str,
}

impl<'a> MediaType<'a> {
    /// Of several types the last counts that is one, and takes over the charset of the same type before it
    /// (Fetch standard, "extract a MIME type").
    fn new(headers: &'a HeaderMap) -> Option<Self> {
        let mut found: Option<Self> = None;
        for line in headers.get_all(header::CONTENT_TYPE) {
            for member in outside_quotes(as_text(line.as_bytes()), b',') {
                let mut parts = outside_quotes(member, b';').map(str::trim);
                // Browsers make do with a blank in place of the semicolon.
                let essence = parts.next().unwrap_or_default();
                let essence = essence.split_ascii_whitespace().next().unwrap_or_default();
                let is_type =
                    essence.split_once('/').is_some_and(|(kind, rest)| !kind.is_empty() && !rest.is_empty());
                if !is_type || essence == "*/*" {
                    continue;
                }
                let named = parts.find_map(|parameter| {
                    let (name, value) = parameter.split_once('=')?;
                    name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"'))
                });
                let earlier = found.filter(|earlier| earlier.essence.eq_ignore_ascii_case(essence));
                let inherited = earlier.map_or("", |earlier| earlier.charset);
                found = Some(Self { essence, charset: named.unwrap_or(inherited) });
            }
        }
        found
    }

    fn markup(self) -> Option<Markup> {
        let is = |known: &str| self.essence.eq_ignore_ascii_case(known);
        match () {
            () if is("text/html") => Some(Markup::Html),
            () if is("application/xhtml+xml") => Some(Markup::Xhtml),
            () if is("application/speculationrules+json") => Some(Markup::Rules),
            () if is("text/vnd.turbo-stream.html") => Some(Markup::Stream),
            // Whether a drawing is opened by itself or shown as an image, its bytes and fields stay.
            () if is("image/svg+xml") => None,
            () if self.is_xml() => Some(Markup::Xml),
            () => None,
        }
    }

    /// "XML MIME type" (MIME Sniffing standard).
    fn is_xml(self) -> bool {
        let ends = |end: &str| {
            let at = self.essence.len().checked_sub(end.len());
            at.and_then(|at| self.essence.get(at..)).is_some_and(|rest| rest.eq_ignore_ascii_case(end))
        };
        ends("+xml") || ends("/xml")
    }
}

/// Whether browsers read a response as XML.
pub(in crate::middleware) fn is_xml(headers: &HeaderMap) -> bool {
    MediaType::new(headers).is_some_and(MediaType::is_xml)
}

/// Splits a text at a byte that does not stand in quotes.
fn outside_quotes(text: &str, separator: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let mut is_quoted = false;
        let at = text.bytes().position(|byte| {
            is_quoted ^= byte == b'"';
            byte == separator && !is_quoted
        });
        rest = at.map(|at| &text[at + 1..]);
        Some(at.map_or(text, |at| &text[..at]))
    })
}

/// The members of a comma-separated field, each as far as it is text.
pub(in crate::middleware) fn list(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
    let lines = headers.get_all(name).into_iter().map(HeaderValue::as_bytes);
    let members = lines.flat_map(|line| line.split(|&byte| byte == b','));
    members.map(|member| as_text(member).trim()).filter(|member| !member.is_empty())
}

fn as_text(bytes: &[u8]) -> &str {
    let text = std::str::from_utf8(bytes);
    text.unwrap_or_else(|error| std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default())
}
