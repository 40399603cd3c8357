//! Click identifiers in the query, which are hidden from handlers until their category is allowed.

use std::borrow::Cow;

use form_urlencoded::parse;
use http::{Uri, uri::PathAndQuery};

use super::{Gate, Plane, RequestFindings, Ruling, Standing, Verdict};

impl Gate {
    /// Takes out of the query what the visitor has not allowed. What stays keeps its bytes and its order.
    pub(crate) fn request_query(&self, uri: &mut Uri, standing: Standing, findings: &mut RequestFindings) {
        if !self.policy.declared().scrub_click_ids {
            return;
        }
        let Some(query) = uri.query() else { return };
        let mut kept = Vec::new();
        let mut is_any_hidden = false;
        for piece in query.split('&') {
            let name = name(piece);
            let verdict = self.click_ids.look_up(&name);
            let ruling = match verdict {
                Verdict::Unknown => Ruling::Passes,
                _ => self.rule(verdict, standing),
            };
            if !matches!(verdict, Verdict::Unknown) {
                self.tell(Plane::Query, &name, verdict, ruling);
                findings.gated.push(self.gated(Plane::Query, &name, verdict, ruling));
            }
            match ruling {
                Ruling::Passes => kept.push(piece),
                Ruling::Withheld => is_any_hidden = true,
            }
        }
        if is_any_hidden && let Some(without) = with_query(uri, &kept.join("&"), kept.is_empty()) {
            *uri = without;
        }
    }
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
fn with_query(uri: &Uri, query: &str, is_without: bool) -> Option<Uri> {
    let path = uri.path();
    let target = if is_without { path.to_owned() } else { format!("{path}?{query}") };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(target).ok()?);
    Uri::from_parts(parts).ok()
}
