use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use super::Reason;
use crate::{html::is_ascii_compatible, middleware::coding::Coding};

/// What a response's head tells.
#[derive(Debug)]
pub(in crate::middleware) struct Answered {
    /// Whether it is HTML at all.
    pub(in crate::middleware) is_html: bool,
    /// Whether browsers read it as XML.
    pub(in crate::middleware) is_xml: bool,
    /// Whether it is a page that can be written into.
    pub(in crate::middleware) page: Result<(), Reason>,
    /// The content coding that has to be undone first.
    pub(in crate::middleware) coding: Option<Coding>,
    /// The handler says that the page carries the banner already.
    pub(in crate::middleware) is_rendered: bool,
}

impl Answered {
    /// Reads a response. `is_empty` says that it has no body.
    pub(in crate::middleware) fn new(
        status: StatusCode,
        headers: &HeaderMap,
        is_empty: bool,
        is_rendered: bool,
    ) -> Self {
        let kind = html_type(headers);
        let charset = kind.as_ref().map(|kind| kind.charset);
        let (page, coding) = match page(status, headers, charset, is_empty) {
            Ok(coding) => (Ok(()), coding),
            Err(reason) => (Err(reason), None),
        };
        let is_xml = kind.is_some_and(|kind| kind.is_xml);
        Self { is_html: charset.is_some(), is_xml, page, coding, is_rendered }
    }
}

fn page(
    status: StatusCode,
    headers: &HeaderMap,
    charset: Option<&str>,
    is_empty: bool,
) -> Result<Option<Coding>, Reason> {
    let bodiless = status.is_informational()
        || status.is_redirection()
        || matches!(status, StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT);
    if bodiless {
        return Err(Reason::Status);
    }
    let charset = charset.ok_or(Reason::NotHtml)?;
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

/// An HTML media type.
struct HtmlType<'a> {
    /// Empty where there is none.
    charset: &'a str,
    is_xml: bool,
}

/// The media type, if it is one of HTML.
///
/// Of several types the last counts that is one, and takes over the charset of the same type before it
/// (Fetch standard, "extract a MIME type").
fn html_type(headers: &HeaderMap) -> Option<HtmlType<'_>> {
    let mut found: Option<HtmlType<'_>> = None;
    for line in headers.get_all(header::CONTENT_TYPE) {
        for member in outside_quotes(as_text(line.as_bytes()), b',') {
            let mut parts = outside_quotes(member, b';').map(str::trim);
            let essence = parts.next().unwrap_or_default();
            let is_type =
                essence.split_once('/').is_some_and(|(kind, rest)| !kind.is_empty() && !rest.is_empty());
            if !is_type || essence == "*/*" {
                continue;
            }
            let is_xml = essence.eq_ignore_ascii_case("application/xhtml+xml");
            let is_html = is_xml || essence.eq_ignore_ascii_case("text/html");
            let mut named = || {
                parts.find_map(|parameter| {
                    let (name, value) = parameter.split_once('=')?;
                    name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"'))
                })
            };
            let inherited = found.map_or("", |earlier| earlier.charset);
            found = is_html.then(|| HtmlType { charset: named().unwrap_or(inherited), is_xml });
        }
    }
    found
}

/// Whether a response is XML, of which some kinds run scripts where they are opened by themselves, as SVG
/// does (HTML standard, "XML documents").
pub(in crate::middleware) fn is_xml(headers: &HeaderMap) -> bool {
    headers.get_all(header::CONTENT_TYPE).iter().any(|line| {
        let essence = as_text(line.as_bytes()).split(';').next().unwrap_or_default().trim();
        let ends = |end: &str| {
            essence
                .len()
                .checked_sub(end.len())
                .and_then(|at| essence.get(at..))
                .is_some_and(|rest| rest.eq_ignore_ascii_case(end))
        };
        ["+xml", "/xml"].into_iter().any(ends)
    })
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
