//! A page that holds one frame of others' content, for whoever wants to see it this once.

use std::{borrow::Cow, sync::LazyLock};

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use url::Url;

use super::{refusal, reply};
use crate::{
    banner::{Inline, attribute, text},
    gate::CARRIED,
    site::Site,
};

static STYLE: LazyLock<Inline> = LazyLock::new(|| {
    Inline::new("html,body{height:100%;margin:0}iframe{display:block;width:100%;height:100%;border:0}")
});

/// It holds a frame, from wherever that leads to, and nothing else.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let policy = format!(
        "default-src 'none'; style-src {}; frame-src http: https:; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'self'",
        STYLE.source
    );
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
});

/// Answers the form of a placeholder. Only what the policy declares is framed, so that nobody can show
/// pages of their choice under this site's name.
pub(super) fn page(site: &Site, body: &[u8]) -> Response<Bytes> {
    let field = |name: &str| {
        let mut pairs = form_urlencoded::parse(body);
        pairs.find(|(found, _)| found == name).map(|(_, value)| value)
    };
    let url = field("src").and_then(|src| Url::parse(&src).ok());
    let url = url.filter(|url| matches!(url.scheme(), "http" | "https"));
    let Some(url) = url.filter(|url| site.gate.declared_needs(url).is_some()) else {
        return refusal(StatusCode::BAD_REQUEST, "the policy declares no content of this address");
    };
    let mut response = reply(StatusCode::OK, "text/html; charset=utf-8", Bytes::from(render(&url, field)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY.clone());
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("strict-origin-when-cross-origin"));
    response
}

fn render<'a>(url: &Url, field: impl Fn(&str) -> Option<Cow<'a, str>>) -> String {
    let mut out = String::from(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><meta name=\"robots\" content=\"noindex\"><title>",
    );
    text(&mut out, url.host_str().unwrap_or_default());
    out.push_str("</title><style>");
    out.push_str(&STYLE.text);
    out.push_str("</style></head><body><iframe src=\"");
    attribute(&mut out, url.as_str());
    out.push('"');
    for name in CARRIED {
        if let Some(value) = field(name) {
            out.push(' ');
            out.push_str(name);
            out.push_str("=\"");
            attribute(&mut out, &value);
            out.push('"');
        }
    }
    out.push_str("></iframe></body></html>");
    out
}
