use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY_REPORT_ONLY, LINK, REFRESH, SET_COOKIE},
};
use url::Url;

use super::{
    Gate, Gated, Plane, Ruling, Standing, Verdict,
    csp_enforce::OwnPolicy,
    csp_inline::enforced,
    csp_lint,
    hints::ASKING_FOR_HINTS,
    link::{EXPECT_CT, REPORT_TO, REPORTING_ENDPOINTS, SPECULATION_RULES, TIMING_ALLOW_ORIGIN},
    referrer,
    server_timing::SERVER_TIMING,
    set_cookie,
};
use crate::{consent::is_consent_cookie, policy::NECESSARY};

const POLICIES: [HeaderName; 2] = [CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY_REPORT_ONLY];

/// Fields that name origins, on responses of any kind.
const OF_ALL: [HeaderName; 5] = [LINK, REFRESH, REPORT_TO, TIMING_ALLOW_ORIGIN, EXPECT_CT];

/// Fields beside these that name origins.
const OF_OPENED: [HeaderName; 4] =
    [CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY_REPORT_ONLY, REPORTING_ENDPOINTS, SPECULATION_RULES];

/// What a response is, as far as its fields mean something by it.
pub(crate) struct Setting<'a> {
    /// It runs scripts: a page, a worker, or another document that is opened by itself.
    pub(crate) runs_script: bool,
    /// It is that, or anything else that the browser shows by itself or in a frame.
    pub(crate) is_opened: bool,
    /// A page.
    pub(crate) is_document: bool,
    /// No cache keeps it for other visitors, as far as it differs by what they allow.
    pub(crate) is_for_visitor: bool,
    /// Everybody gets the same, so that the policy has to allow for what one may have agreed to.
    pub(crate) is_shared: bool,
    /// The address of the page.
    pub(crate) base: &'a dyn Fn() -> Option<Url>,
}

impl Gate {
    /// Takes out of a response what the visitor has not allowed, and says what was met, unknown cookies
    /// that pass included.
    ///
    /// One walk over the headers; where nothing is met nothing is allocated or moved.
    pub(crate) fn response(
        &self,
        headers: &mut HeaderMap,
        standing: Standing,
        setting: &Setting<'_>,
    ) -> Vec<Gated> {
        let mut met = Vec::new();
        let mut withheld_headers: Vec<HeaderName> = Vec::new();
        let (mut is_cookie_withheld, mut is_timed) = (false, false);
        let mut names_origins: Vec<HeaderName> = Vec::new();
        let mut asking: Vec<HeaderName> = Vec::new();
        for name in headers.keys() {
            let may_name_origins = OF_ALL.contains(name) || setting.is_opened && OF_OPENED.contains(name);
            // What the site says of the field holds for all of it.
            if may_name_origins && !self.response_headers.declares(name.as_str()) {
                names_origins.push(name.clone());
            }
            is_timed |= *name == SERVER_TIMING;
            if name == SET_COOKIE {
                for line in headers.get_all(SET_COOKIE) {
                    is_cookie_withheld |= self.met_cookie(line, standing, &mut met) == Ruling::Withheld;
                }
            } else if ASKING_FOR_HINTS.contains(name) {
                asking.push(name.clone());
            } else if self.met_header(name.as_str(), standing, &mut met) == Ruling::Withheld {
                withheld_headers.push(name.clone());
            }
        }
        for name in withheld_headers {
            headers.remove(name);
        }
        if is_cookie_withheld {
            self.drop_cookies(headers, standing);
        }
        for name in asking {
            self.gate_hints(headers, &name, standing, &mut met);
        }
        if is_timed {
            self.gate_timing(headers, standing, &mut met);
        }
        for name in names_origins {
            self.gate_origins(headers, &name, standing, setting, &mut met);
        }
        if setting.runs_script {
            self.add_own_policy(headers, standing, setting.is_shared);
        }
        if setting.is_document && setting.is_for_visitor {
            self.restrict_features(headers, standing);
            if standing.enforces && self.is_anything_denied(standing) {
                referrer::tighten(headers);
            }
        }
        met
    }

    /// Whether the site has a policy of its own on what may load.
    pub(crate) fn has_own_policy(&self) -> bool {
        self.own_policy.is_some()
    }

    fn add_own_policy(&self, headers: &mut HeaderMap, standing: Standing, is_shared: bool) {
        let Some(own) = &self.own_policy else { return };
        let allowed = match is_shared {
            true => self.policy.optional() | NECESSARY,
            false => standing.effective,
        };
        own.add(headers, &self.origins, allowed, standing.enforces);
    }

    fn gate_origins(
        &self,
        headers: &mut HeaderMap,
        name: &HeaderName,
        standing: Standing,
        setting: &Setting<'_>,
        met: &mut Vec<Gated>,
    ) {
        if POLICIES.contains(name) {
            if !setting.is_shared {
                if *name == CONTENT_SECURITY_POLICY && self.is_anything_denied(standing) {
                    let is_guarded = self.own_policy.as_ref().is_some_and(OwnPolicy::is_enforced);
                    csp_lint::tell(&enforced(headers), is_guarded);
                }
                self.gate_policies(headers, name, (setting.base)().as_ref(), standing, met);
            }
        } else if let Some(base) = (setting.base)() {
            if *name == REFRESH {
                return self.gate_refresh(headers, &base, standing, met);
            }
            self.gate_members(headers, name, &base, standing, met);
        }
    }

    fn met_cookie(&self, line: &HeaderValue, standing: Standing, met: &mut Vec<Gated>) -> Ruling {
        let (verdict, ruling) = self.response_cookie(line, standing);
        if !matches!(verdict, Verdict::Exempt) {
            let name = String::from_utf8_lossy(set_cookie::name(line.as_bytes()));
            self.tell(Plane::ResponseCookie, &name, verdict, ruling);
            met.push(self.gated(Plane::ResponseCookie, &name, verdict, ruling));
        }
        ruling
    }

    fn response_cookie(&self, line: &HeaderValue, standing: Standing) -> (Verdict, Ruling) {
        let line = line.as_bytes();
        let name = set_cookie::name(line);
        if is_consent_cookie(&self.policy.declared().cookie, name) {
            return (Verdict::Exempt, Ruling::Passes);
        }
        let verdict = self.cookie(name);
        let ruling = match self.rule(verdict, standing) {
            // A line without a name is beyond judging, so it waits for a yes to everything.
            Ruling::Passes if name.is_empty() && standing.enforces && self.is_anything_denied(standing) => {
                Ruling::Withheld
            }
            Ruling::Withheld | Ruling::Observed if set_cookie::is_removal(line) => Ruling::Passes,
            ruling => ruling,
        };
        (verdict, ruling)
    }

    pub(super) fn is_anything_denied(&self, standing: Standing) -> bool {
        self.policy.optional() & !standing.effective != 0
    }

    /// Takes the withheld lines out and leaves the others in their order.
    fn drop_cookies(&self, headers: &mut HeaderMap, standing: Standing) {
        let lines = headers.get_all(SET_COOKIE).iter();
        let passes = |line: &&HeaderValue| self.response_cookie(line, standing).1.passes();
        let kept: Vec<HeaderValue> = lines.filter(passes).cloned().collect();
        headers.remove(SET_COOKIE);
        for line in kept {
            headers.append(SET_COOKIE, line);
        }
    }

    /// Notes a response header, or what stands for it in a page, and rules on it.
    pub(super) fn met_header(&self, name: &str, standing: Standing, met: &mut Vec<Gated>) -> Ruling {
        let verdict = self.response_headers.look_up(name);
        if matches!(verdict, Verdict::Exempt | Verdict::Unknown) {
            return Ruling::Passes;
        }
        let ruling = self.rule(verdict, standing);
        self.note_header(name, verdict, ruling, met);
        ruling
    }

    /// Tells of a response header, once.
    pub(super) fn note_header(&self, name: &str, verdict: Verdict, ruling: Ruling, met: &mut Vec<Gated>) {
        if !met.iter().any(|item| item.plane == Plane::ResponseHeader && item.name == name) {
            self.tell(Plane::ResponseHeader, name, verdict, ruling);
            met.push(self.gated(Plane::ResponseHeader, name, verdict, ruling));
        }
    }
}
