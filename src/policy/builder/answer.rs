//! How an answer is kept, and for how long.

use super::PolicyBuilder;
use crate::policy::{Key, Secure};

impl PolicyBuilder {
    /// How long a yes holds, counted from the decision: a number and a unit from seconds to years.
    /// Under [`Model::OptOut`](crate::Model::OptOut) it holds at least as long as a no.
    ///
    /// Default: `180 days`. At least a day, at most 400 days, which is what browsers keep a cookie
    /// (draft-ietf-httpbis-rfc6265bis, section 5.5).
    pub fn consent_lifetime(mut self, lifetime: impl Into<String>) -> Self {
        self.consent_lifetime = Some(lifetime.into());
        self
    }

    /// How long a no holds before the question may return: a number and a unit.
    ///
    /// Default: `184 days` under [`Model::OptIn`](crate::Model::OptIn), `366 days` under
    /// [`Model::OptOut`](crate::Model::OptOut). At least 184 days (six months: Garante, 10 June 2021,
    /// section 6.2) or 365 days (12 months: Cal. Civ. Code 1798.135(c)(4)), at most 400 days.
    pub fn refusal_lifetime(mut self, lifetime: impl Into<String>) -> Self {
        self.refusal_lifetime = Some(lifetime.into());
        self
    }

    /// The name of the consent cookie, without the prefix that the layer puts in front.
    ///
    /// Default: `consent`, sent as `__Host-consent`.
    pub fn cookie_name(mut self, name: impl Into<String>) -> Self {
        self.cookie_name = name.into();
        self
    }

    /// When the consent cookie is `Secure`.
    ///
    /// Default: [`Secure::Auto`].
    pub fn cookie_secure(mut self, secure: Secure) -> Self {
        self.cookie_secure = secure;
        self
    }

    /// Shares one answer among the subdomains of a domain. The cookie is then named `__Secure-…`
    /// instead of `__Host-…`, so any subdomain could write one: the key (at least 32 bytes, kept
    /// secret, the same on all hosts) signs it.
    ///
    /// Default: each host keeps its own answer, and no key is needed.
    pub fn cookie_domain(mut self, domain: impl Into<String>, key: impl Into<Vec<u8>>) -> Self {
        self.cookie_domain = Some(domain.into());
        self.cookie_key = Some(Key(key.into()));
        self
    }
}
