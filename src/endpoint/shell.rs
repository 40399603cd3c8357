//! What the pages of the layer that people read have in common: they load nothing and lead to no frame of
//! others.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};

use super::reply;
use crate::{
    banner::{Inline, text},
    site::Site,
};

fn policy(style: &Inline, script: Option<&Inline>) -> HeaderValue {
    let scripts = script.map(|script| format!(" script-src {};", script.source)).unwrap_or_default();
    let policy = format!(
        "default-src 'none'; style-src {};{scripts} form-action 'self'; base-uri 'none'; frame-ancestors 'self'",
        style.source
    );
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
}

/// The start of a page, up to where its `main` begins.
pub(super) fn open(out: &mut String, site: &Site, tag: &str, direction: &str, title: &str) {
    for piece in ["<!DOCTYPE html><html lang=\"", tag, "\" dir=\"", direction] {
        out.push_str(piece);
    }
    out.push_str("\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    out.push_str("<meta name=\"robots\" content=\"noindex\"><meta name=\"turbo-visit-control\" content=\"reload\"><title>");
    text(out, title);
    out.push_str("</title><style>");
    out.push_str(&site.banners.look().pages.text);
    out.push_str("</style></head><body><main>");
}

/// Its end, with the one script that runs on it, if any.
pub(super) fn close(out: &mut String, script: Option<&Inline>) {
    out.push_str("</main>");
    if let Some(script) = script {
        out.push_str("<script>");
        out.push_str(&script.text);
        out.push_str("</script>");
    }
    out.push_str("</body></html>");
}

/// The page as a response, which lets that script run.
pub(super) fn respond(site: &Site, html: String, tag: &str, script: Option<&Inline>) -> Response<Bytes> {
    let mut response = reply(StatusCode::OK, "text/html; charset=utf-8", Bytes::from(html));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, policy(&site.banners.look().pages, script));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    if let Ok(tag) = HeaderValue::try_from(tag) {
        headers.insert(header::CONTENT_LANGUAGE, tag);
    }
    response
}
