use http::{HeaderMap, HeaderValue, header::COOKIE};

use super::{Gate, Gated, Plane, Ruling, Standing, Verdict};
use crate::consent::{is_consent_cookie, pieces, readable_name};

/// What was met on a request.
#[derive(Debug, Default)]
pub(crate) struct RequestFindings {
    /// For the report. Empty for most requests, and then nothing is allocated.
    pub(crate) gated: Vec<Gated>,
}

impl RequestFindings {
    /// The names of the gated cookies that the browser sent, passed or withheld.
    pub(crate) fn cookies(&self) -> impl Iterator<Item = &str> {
        self.names(Plane::RequestCookie)
    }

    /// The names of the gated headers that the browser sent, passed or withheld.
    pub(crate) fn headers(&self) -> impl Iterator<Item = &str> {
        self.names(Plane::RequestHeader)
    }

    /// Whether the query held a click identifier, passed or withheld.
    pub(crate) fn has_click_id(&self) -> bool {
        self.names(Plane::Query).next().is_some()
    }

    /// The names of the headers that the app is not shown.
    pub(super) fn withheld_headers(&self) -> impl Iterator<Item = &str> {
        let withheld = self.gated.iter().filter(|item| item.was_withheld);
        withheld.filter(|item| item.plane == Plane::RequestHeader).map(|item| item.name.as_str())
    }

    fn names(&self, plane: Plane) -> impl Iterator<Item = &str> {
        let items = self.gated.iter().filter(move |item| item.plane == plane);
        items.map(|item| item.name.as_str())
    }
}

impl Gate {
    /// Hides from the app what the visitor has not allowed it to read. What stays keeps its bytes
    /// and its order.
    pub(crate) fn request(&self, headers: &mut HeaderMap, standing: Standing) -> RequestFindings {
        let mut findings = RequestFindings::default();
        self.request_cookies(headers, standing, &mut findings);
        self.request_headers(headers, standing, &mut findings);
        findings
    }

    fn request_cookies(&self, headers: &mut HeaderMap, standing: Standing, findings: &mut RequestFindings) {
        let mut is_any_hidden = false;
        for line in headers.get_all(COOKIE) {
            for piece in pieces(line.as_bytes()) {
                let name = readable_name(piece);
                let (verdict, ruling) = self.request_cookie(name, standing);
                let is_of_interest = standing.is_watched || !is_unknown_and_passes(verdict, ruling);
                if matches!(verdict, Verdict::Exempt) || !is_of_interest {
                    continue;
                }
                let name = String::from_utf8_lossy(name);
                self.tell(Plane::RequestCookie, &name, verdict, ruling);
                findings.gated.push(self.gated(Plane::RequestCookie, &name, verdict, ruling));
                is_any_hidden |= ruling == Ruling::Withheld;
            }
        }
        if !is_any_hidden {
            return;
        }
        let lines: Vec<HeaderValue> = headers.get_all(COOKIE).iter().cloned().collect();
        headers.remove(COOKIE);
        for line in lines {
            if let Some(line) = self.without_hidden(&line, standing) {
                headers.append(COOKIE, line);
            }
        }
    }

    fn request_cookie(&self, name: &[u8], standing: Standing) -> (Verdict, Ruling) {
        if name.is_empty() || is_consent_cookie(&self.policy.declared().cookie, name) {
            return (Verdict::Exempt, Ruling::Passes);
        }
        let verdict = self.cookie(name);
        (verdict, self.rule(verdict, standing))
    }

    /// A `Cookie` line without what is withheld; nothing if that is all.
    fn without_hidden(&self, line: &HeaderValue, standing: Standing) -> Option<HeaderValue> {
        let passes = |piece: &&[u8]| self.request_cookie(readable_name(piece), standing).1.passes();
        let (kept, hidden): (Vec<&[u8]>, Vec<&[u8]>) = pieces(line.as_bytes()).partition(passes);
        if hidden.is_empty() {
            return Some(line.clone());
        }
        let kept = kept.join(&b';');
        let kept = kept.trim_ascii();
        // A part of a valid value is valid.
        HeaderValue::from_bytes(kept).ok().filter(|_| !kept.is_empty())
    }

    fn request_headers(&self, headers: &mut HeaderMap, standing: Standing, findings: &mut RequestFindings) {
        let mut withheld = Vec::new();
        for name in headers.keys() {
            let verdict = self.request_headers.look_up(name.as_str());
            if matches!(verdict, Verdict::Needs(_) | Verdict::Tracking) {
                let ruling = self.rule(verdict, standing);
                findings.gated.push(self.gated(Plane::RequestHeader, name.as_str(), verdict, ruling));
                if ruling == Ruling::Withheld {
                    withheld.push(name.clone());
                }
            }
        }
        for name in withheld {
            headers.remove(name);
        }
    }
}

fn is_unknown_and_passes(verdict: Verdict, ruling: Ruling) -> bool {
    matches!(verdict, Verdict::Unknown) && ruling.passes()
}
