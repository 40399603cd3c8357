use http::{HeaderMap, HeaderName, HeaderValue, Method, header, request::Parts};

use super::{Reason, response::list};

/// The `Accept` of routers that fetch whole documents and swap them (Turbo Drive, swup), and of the
/// former where a form is sent.
const SWAPS_DOCUMENTS: [&[u8]; 2] =
    [b"text/html, application/xhtml+xml", b"text/vnd.turbo-stream.html, text/html, application/xhtml+xml"];

/// What runs scripts of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::middleware) enum Opens {
    /// What is shown by itself or in a frame.
    Document,
    Worker,
    Nothing,
}

/// What one walk over a request's headers tells.
#[derive(Debug)]
pub(in crate::middleware) struct Asked {
    /// Whether the request may be answered with a page that carries the banner.
    pub(in crate::middleware) page: Result<(), Reason>,
    /// The field by which the request asks for a fragment.
    pub(in crate::middleware) fragment_by: Option<HeaderName>,
    /// A router of the page's asks for a whole document, to swap it in.
    pub(in crate::middleware) swaps_page: bool,
    /// The browser says that it opens what comes, by itself or in a frame.
    pub(in crate::middleware) is_opened: bool,
    /// What the answer is to become, by the word of the browser.
    pub(in crate::middleware) opens: Opens,
    /// It names an encoding that an inner layer might apply.
    pub(in crate::middleware) accepts_encoding: bool,
    /// It asks for what has changed, or for a part.
    pub(in crate::middleware) is_conditional: bool,
    pub(in crate::middleware) accept_language: Option<HeaderValue>,
    pub(in crate::middleware) origin: Option<HeaderValue>,
    pub(in crate::middleware) host: Option<HeaderValue>,
}

impl Asked {
    /// Reads a request.
    pub(in crate::middleware) fn new(parts: &Parts) -> Self {
        let mut asked = Self {
            page: Ok(()),
            fragment_by: None,
            swaps_page: false,
            is_opened: false,
            opens: Opens::Nothing,
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
        let mut is_navigated = false;
        let mut accepts_documents = false;
        for (name, value) in &parts.headers {
            let is = |word: &str| value.as_bytes().eq_ignore_ascii_case(word.as_bytes());
            match name.as_str() {
                "host" => asked.host = Some(value.clone()),
                "origin" => asked.origin = Some(value.clone()),
                "accept" => accepts_documents = SWAPS_DOCUMENTS.contains(&value.as_bytes()),
                "accept-language" => asked.accept_language = Some(value.clone()),
                "accept-encoding" => asked.accepts_encoding = true,
                "if-none-match"
                | "if-modified-since"
                | "if-match"
                | "if-unmodified-since"
                | "if-range"
                | "range" => asked.is_conditional = true,
                "sec-fetch-dest" => destination = value.as_bytes(),
                // A service worker that passes on what the browser opens changes the destination alone.
                "sec-fetch-mode" => is_navigated = is("navigate"),
                "hx-boosted" | "hx-history-restore-request" => swaps_page |= is("true"),
                "hx-request" if is("true") => asked.fragment_by = Some(name.clone()),
                "x-turbo-request-id" => is_turbo = true,
                "x-up-target" if targets_body(value) => swaps_page = true,
                "turbo-frame" | "x-up-target" | "x-pjax" => asked.fragment_by = Some(name.clone()),
                "x-requested-with" if is("swup") => swaps_page = true,
                "x-requested-with" if is("xmlhttprequest") => asked.fragment_by = Some(name.clone()),
                _ => {}
            }
        }
        if swaps_page && asked.fragment_by.as_ref().is_none_or(|name| name != "turbo-frame") {
            asked.fragment_by = None;
        }
        swaps_page |= is_turbo || accepts_documents;
        asked.swaps_page = swaps_page;
        let is = |word: &str| destination.eq_ignore_ascii_case(word.as_bytes());
        let is_framed = ["iframe", "frame", "embed", "object", "fencedframe"].into_iter().any(is);
        asked.is_opened = is_navigated || is_framed || is("document");
        asked.opens = if asked.is_opened || is("") && is_navigation(&parts.headers) {
            Opens::Document
        } else if ["worker", "sharedworker", "serviceworker"].into_iter().any(is) {
            Opens::Worker
        } else {
            Opens::Nothing
        };
        asked.page = if matches!(parts.method, Method::CONNECT | Method::OPTIONS | Method::TRACE) {
            Err(Reason::Method)
        } else if asked.fragment_by.is_some() {
            Err(Reason::Fragment)
        } else if is("") || is("document") || is("empty") && (swaps_page || is_navigated) {
            Ok(())
        } else if is("empty") {
            Err(Reason::Fetch)
        } else if is_framed {
            Err(Reason::Framed)
        } else {
            Err(Reason::Subresource)
        };
        asked
    }

    /// The request is answered by a document or by a part of one, if the client gets what it expects.
    pub(in crate::middleware) fn wants_html(&self) -> bool {
        use Reason::{Configured, Declined, Fragment, Framed};
        matches!(self.page, Ok(()) | Err(Configured | Declined | Framed | Fragment))
    }

    /// What answers becomes a part of a page that is there already.
    pub(in crate::middleware) fn is_part(&self) -> bool {
        matches!(self.page, Err(Reason::Fragment | Reason::Fetch | Reason::Subresource))
    }

    /// A library asks that gets nothing but HTML; `X-Requested-With` is sent for all kinds of data.
    pub(in crate::middleware) fn is_surely_fragment(&self) -> bool {
        self.fragment_by.as_ref().is_some_and(|name| name != "x-requested-with")
    }
}

/// Whether one of the selectors that Unpoly updates is the whole body.
fn targets_body(value: &HeaderValue) -> bool {
    value
        .as_bytes()
        .split(|&byte| byte == b',')
        .any(|target| target.trim_ascii().eq_ignore_ascii_case(b"body"))
}

/// Whether the browser says that it opens a page: what was learned of an earlier variant must then
/// not come back as `304` or as a range.
pub(in crate::middleware) fn is_navigation(headers: &HeaderMap) -> bool {
    let accepts_html = || {
        list(headers, header::ACCEPT).any(|range| {
            let media = range.split(';').next().unwrap_or_default().trim();
            media.eq_ignore_ascii_case("text/html") || media.eq_ignore_ascii_case("application/xhtml+xml")
        })
    };
    headers.get("sec-fetch-dest").is_some_and(|dest| dest.as_bytes().eq_ignore_ascii_case(b"document"))
        || accepts_html()
}

/// Whether the request says nothing of what it wants.
pub(in crate::middleware) fn accepts_anything(headers: &HeaderMap) -> bool {
    list(headers, header::ACCEPT).all(|range| range == "*/*")
}
