//! Click identifiers in the query, and in that of the page a request comes from, which are hidden from handlers
//! until their category is allowed.

use std::borrow::Cow;

use form_urlencoded::parse;
use http::{HeaderMap, HeaderValue, Uri, header::REFERER, uri::PathAndQuery};

use super::{Gate, Plane, RequestFindings, Ruling, Standing, Verdict, latin};

impl Gate {
    /// Takes out of the query what the visitor has not allowed. What stays keeps its bytes and its order.
    pub(crate) fn request_query(&self, uri: &mut Uri, standing: Standing, findings: &mut RequestFindings) {
        let Some(query) = uri.query() else { return };
        let mut note = |name: &str, verdict, ruling| {
            self.tell(Plane::Query, name, verdict, ruling);
            findings.gated.push(self.gated(Plane::Query, name, verdict, ruling));
        };
        let kept = self.without_click_ids(query, standing, &mut note);
        if let Some(kept) = kept
            && let Some(without) = with_query(uri, kept.as_deref())
        {
            *uri = without;
        }
    }

    /// The same for the address of the page of this site that a request comes from: where a visitor who came by
    /// an advert goes on, it is there that the advert's identifier stands. What others say of their pages is
    /// theirs.
    pub(crate) fn request_referer(
        &self,
        headers: &mut HeaderMap,
        own: &str,
        standing: Standing,
        findings: &mut RequestFindings,
    ) {
        let mut met: Option<(Verdict, Ruling)> = None;
        let mut note = |_: &str, verdict, ruling| {
            if met.is_none_or(|(_, before)| before.passes()) {
                met = Some((verdict, ruling));
            }
        };
        let mut scrubbed = |line: &HeaderValue| {
            let text = latin::text(line);
            let (page, query) = text.split_once('?').filter(|(page, _)| is_at(page, own))?;
            let kept = self.without_click_ids(query, standing, &mut note)?;
            latin::value(&kept.map_or_else(|| page.to_owned(), |kept| format!("{page}?{kept}")))
        };
        let lines: Vec<HeaderValue> = headers.get_all(REFERER).iter().cloned().collect();
        let lines = lines.into_iter().map(|line| scrubbed(&line).unwrap_or(line)).collect::<Vec<_>>();
        let Some((verdict, ruling)) = met else { return };
        self.tell(Plane::RequestHeader, REFERER.as_str(), verdict, ruling);
        findings.gated.push(self.gated(Plane::RequestHeader, REFERER.as_str(), verdict, ruling));
        headers.remove(REFERER);
        for line in lines {
            headers.append(REFERER, line);
        }
    }

    /// What is left of a query, which may be no query at all; `None` where nothing is withheld. Calls `note` for
    /// each click identifier.
    fn without_click_ids(
        &self,
        query: &str,
        standing: Standing,
        note: &mut dyn FnMut(&str, Verdict, Ruling),
    ) -> Option<Option<String>> {
        let mut passes = |piece: &&str| {
            let name = name(piece);
            let verdict = self.click_ids.look_up(&name);
            if matches!(verdict, Verdict::Unknown) {
                return true;
            }
            let ruling = self.rule(verdict, standing);
            note(&name, verdict, ruling);
            ruling.passes()
        };
        let (kept, withheld): (Vec<&str>, Vec<&str>) = query.split('&').partition(|piece| passes(piece));
        (!withheld.is_empty()).then(|| (!kept.is_empty()).then(|| kept.join("&")))
    }
}

/// Whether an address without its query is at a host, with its port if it has one.
fn is_at(page: &str, host: &str) -> bool {
    let authority = page.split_once("://").and_then(|(_, rest)| rest.split('/').next());
    authority.is_some_and(|authority| authority.eq_ignore_ascii_case(host))
}

/// The name of a parameter as handlers decode it.
fn name(piece: &str) -> Cow<'_, str> {
    let encoded = piece.split('=').next().unwrap_or_default();
    match encoded.contains(['%', '+']) {
        true => parse(encoded.as_bytes()).next().map_or(Cow::Borrowed(encoded), |(name, _)| name),
        false => Cow::Borrowed(encoded),
    }
}

/// The same address with another query, or none. A part of a valid query is valid.
fn with_query(uri: &Uri, query: Option<&str>) -> Option<Uri> {
    let path = uri.path();
    let target = query.map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(target).ok()?);
    Uri::from_parts(parts).ok()
}
