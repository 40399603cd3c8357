//! Which responses are pages that may be written into. Pure functions, with a reason for every no.

use http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts};

/// Why a response is left as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Reason {
    /// The path or a closure says so.
    Configured,
    /// The method asks for no page.
    Method,
    /// A part of a page, to be put into one that is there already.
    Fragment,
    /// A page inside another.
    Framed,
    /// A script, style, image and so on.
    Subresource,
    /// A script asked, and did not say that it swaps whole pages.
    Fetch,
    Status,
    NotHtml,
    /// An encoding in which ASCII does not mean ASCII.
    Charset,
    Encoded,
    Attachment,
    Partial,
    NoTransform,
    Empty,
    /// The handler, or a layer inside this one, has done it.
    Rendered,
}

impl Reason {
    #[cfg_attr(not(feature = "tracing"), allow(dead_code))]
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Configured => "configured",
            Self::Method => "method",
            Self::Fragment => "fragment",
            Self::Framed => "framed",
            Self::Subresource => "subresource",
            Self::Fetch => "fetch",
            Self::Status => "status",
            Self::NotHtml => "not HTML",
            Self::Charset => "charset",
            Self::Encoded => "encoded",
            Self::Attachment => "attachment",
            Self::Partial => "partial",
            Self::NoTransform => "no-transform",
            Self::Empty => "empty",
            Self::Rendered => "rendered by the handler",
        }
    }
}

/// What one walk over a request's headers tells.
#[derive(Debug)]
pub(super) struct Request {
    /// Whether it may be answered with a page that carries the banner.
    pub(super) page: Result<(), Reason>,
    /// It names an encoding that an inner layer might apply.
    pub(super) accepts_encoding: bool,
    /// It asks for what has changed, or for a part.
    pub(super) is_conditional: bool,
    pub(super) accept_language: Option<HeaderValue>,
    pub(super) origin: Option<HeaderValue>,
    pub(super) host: Option<HeaderValue>,
}

/// Reads a request.
pub(super) fn request(parts: &Parts) -> Request {
    let mut request = Request {
        page: Ok(()),
        accepts_encoding: false,
        is_conditional: false,
        accept_language: None,
        origin: None,
        host: None,
    };
    let mut destination: &[u8] = b"";
    // Some routers swap whole documents, and say so; others put fragments into a page.
    let mut swaps_page = false;
    let mut is_turbo = false;
    let mut is_turbo_frame = false;
    let mut is_fragment = false;
    for (name, value) in &parts.headers {
        let is = |word: &str| value.as_bytes().eq_ignore_ascii_case(word.as_bytes());
        match name.as_str() {
            "host" => request.host = Some(value.clone()),
            "origin" => request.origin = Some(value.clone()),
            "accept-language" => request.accept_language = Some(value.clone()),
            "accept-encoding" => request.accepts_encoding = true,
            "if-none-match" | "if-modified-since" | "if-match" | "if-range" | "range" => {
                request.is_conditional = true;
            }
            "sec-fetch-dest" => destination = value.as_bytes(),
            "hx-boosted" | "hx-history-restore-request" => swaps_page |= is("true"),
            "hx-request" => is_fragment |= is("true"),
            "x-turbo-request-id" => is_turbo = true,
            "turbo-frame" => is_turbo_frame = true,
            "x-up-target" | "x-pjax" => is_fragment = true,
            "x-requested-with" => {
                swaps_page |= is("swup");
                is_fragment |= is("xmlhttprequest");
            }
            _ => {}
        }
    }
    swaps_page |= is_turbo && !is_turbo_frame;
    let is = |word: &str| destination.eq_ignore_ascii_case(word.as_bytes());
    request.page = if matches!(parts.method, Method::CONNECT | Method::OPTIONS | Method::TRACE) {
        Err(Reason::Method)
    } else if (is_fragment || is_turbo_frame) && !swaps_page {
        Err(Reason::Fragment)
    } else if is("") || is("document") || is("empty") && swaps_page {
        Ok(())
    } else if is("empty") {
        Err(Reason::Fetch)
    } else if ["iframe", "frame", "embed", "object", "fencedframe"].into_iter().any(is) {
        Err(Reason::Framed)
    } else {
        Err(Reason::Subresource)
    };
    request
}

/// Whether a response is a page, judged by its head. `is_empty` says that it has no body.
pub(super) fn response(status: StatusCode, headers: &HeaderMap, is_empty: bool) -> Result<(), Reason> {
    let bodiless = status.is_informational()
        || status.is_redirection()
        || matches!(status, StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT);
    if bodiless {
        return Err(Reason::Status);
    }
    let charset = html_charset(headers).ok_or(Reason::NotHtml)?;
    if status == StatusCode::PARTIAL_CONTENT || headers.contains_key(header::CONTENT_RANGE) {
        return Err(Reason::Partial);
    }
    if !is_ascii_compatible(charset) {
        return Err(Reason::Charset);
    }
    let is_encoded =
        list(headers, header::CONTENT_ENCODING).any(|coding| !coding.eq_ignore_ascii_case("identity"));
    if is_encoded {
        return Err(Reason::Encoded);
    }
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
    if is_empty { Err(Reason::Empty) } else { Ok(()) }
}

/// Whether the response is HTML at all.
pub(super) fn is_html(headers: &HeaderMap) -> bool {
    html_charset(headers).is_some()
}

/// The charset parameter of an HTML media type, empty where there is none; `None` for other types.
fn html_charset(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let mut parts = value.split(';').map(str::trim);
    let essence = parts.next()?;
    let is_html =
        ["text/html", "application/xhtml+xml"].iter().any(|html| essence.eq_ignore_ascii_case(html));
    let charset = parts.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"'))
    });
    is_html.then(|| charset.unwrap_or_default())
}

/// Whether ASCII bytes mean ASCII under this label. Not in UTF-16, ISO-2022 and HZ, nor under labels
/// that browsers read as UTF-16 or replace (Encoding Standard, section 4.2).
fn is_ascii_compatible(charset: &str) -> bool {
    let charset = charset.to_ascii_lowercase();
    let other = [
        "utf-16",
        "utf16",
        "utf-32",
        "utf-7",
        "ucs-2",
        "unicode",
        "iso-10646-ucs-2",
        "csunicode",
        "iso-2022",
        "csiso2022",
        "hz-gb",
    ];
    !other.iter().any(|prefix| charset.starts_with(prefix))
        || charset.starts_with("unicode-1-1-utf-8")
        || charset.starts_with("unicode11utf8")
        || charset.starts_with("unicode20utf8")
}

/// The members of a comma-separated field.
fn list(headers: &HeaderMap, name: header::HeaderName) -> impl Iterator<Item = &str> {
    let lines = headers.get_all(name).into_iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim).filter(|member| !member.is_empty())
}

/// Whether the browser says that it opens a page: what was learned of an earlier variant must then
/// not come back as `304` or as a range.
pub(super) fn is_navigation(headers: &HeaderMap) -> bool {
    let accepts_html = || {
        list(headers, header::ACCEPT).any(|range| {
            let media = range.split(';').next().unwrap_or_default().trim();
            media.eq_ignore_ascii_case("text/html") || media.eq_ignore_ascii_case("application/xhtml+xml")
        })
    };
    headers.get("sec-fetch-dest").is_some_and(|dest| dest.as_bytes().eq_ignore_ascii_case(b"document"))
        || accepts_html()
}

#[cfg(test)]
mod tests;
