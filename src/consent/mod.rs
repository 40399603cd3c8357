//! What one visitor has decided.

mod answers;
mod codec;
mod cookie;
mod cookie_header;
mod decision;
mod signal;
mod state;
mod visit;

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, SystemTime},
};

#[cfg(fuzzing)]
pub(crate) use self::cookie::read;
pub use self::decision::Decision;
pub(crate) use self::{
    answers::{Answers, Choice},
    cookie::{Seen, Stored, is_consent_cookie, is_secure, remove_duplicates, write},
    cookie_header::{cookie_names, pieces, readable_name},
    signal::Signal,
    state::{Circumstances, State},
    visit::{Visit, host, is_local, single, visible_host},
};
use crate::{
    event::warn_once,
    policy::{CategoryId, Mask, NECESSARY, Policy},
};

/// What one visitor has decided, and what follows from it.
///
/// Handlers find it in the request's extensions; with the feature `axum` they take it as an
/// argument. A response whose handler asked it anything is kept out of shared caches (not on excluded
/// paths); ask before the response's headers are made, not first in a body that is streamed.
///
/// # Example
///
/// ```
/// use tower_consent::{Category, Consent};
///
/// fn snippet(consent: &Consent) -> &'static str {
///     if consent.allows(Category::ANALYTICS) {
///         "<script src=/stats.js></script>"
///     } else {
///         ""
///     }
/// }
/// ```
#[derive(Clone)]
pub struct Consent(Arc<Inner>);

struct Inner {
    policy: Policy,
    state: State,
    consulted: AtomicBool,
}

/// What a visitor has answered about one category.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// Yes, and the yes still holds.
    Granted,
    /// No, or a yes that has lapsed.
    Denied,
    /// Nothing yet, or so long ago that the question may return.
    NotAsked,
}

impl Consent {
    pub(crate) fn new(policy: Policy, state: State) -> Self {
        Self(Arc::new(Inner { policy, state, consulted: AtomicBool::new(false) }))
    }

    /// What is shown of every visitor alike: nobody has decided, and nothing is allowed.
    pub(crate) fn undecided(policy: &Policy) -> Self {
        let state = State {
            effective: NECESSARY,
            due: policy.optional(),
            rules: policy.rules(None),
            ..State::default()
        };
        Self::new(policy.clone(), state)
    }

    /// Whether a category may be used for this visitor.
    ///
    /// Takes the constants of [`Category`](crate::Category) and any other id. An id that the policy
    /// does not know is not allowed, and warned of.
    pub fn allows(&self, category: impl AsRef<str>) -> bool {
        let bit = self.bit(category.as_ref());
        self.consult().effective & bit != 0
    }

    /// What the visitor has answered about a category. An id that the policy does not know was not
    /// asked, and is warned of. `necessary` needs no answer and counts as granted.
    pub fn answer(&self, category: impl AsRef<str>) -> Answer {
        let bit = self.bit(category.as_ref());
        let state = self.consult();
        if (state.granted | NECESSARY) & bit != 0 {
            Answer::Granted
        } else if state.answered & bit != 0 {
            Answer::Denied
        } else {
            Answer::NotAsked
        }
    }

    /// Whether the visitor has answered and need not be asked anything more.
    pub fn is_decided(&self) -> bool {
        self.consult().is_decided()
    }

    /// When the visitor last answered.
    pub fn decided_at(&self) -> Option<SystemTime> {
        self.consult().answers.as_ref().map(|answers| system_time(answers.latest()))
    }

    /// Whether the browser sends an opt-out signal: Global Privacy Control, or Do Not Track unless the policy
    /// ignores it (see [`DoNotTrack`](crate::DoNotTrack)).
    pub fn has_signal(&self) -> bool {
        self.consult().signal.is_some()
    }

    /// Each category of the policy with whether it is allowed, `necessary` first.
    pub fn categories(&self) -> impl Iterator<Item = (&CategoryId, bool)> {
        let effective = self.consult().effective;
        let ids = self.0.policy.categories().enumerate();
        ids.map(move |(bit, id)| (id, effective >> bit & 1 == 1))
    }

    /// The decision to grant some categories and leave the others as they are.
    ///
    /// Only for an act of the visitor that says just this: a ticked box in the site's own form, not
    /// a page view (GDPR, Article 4(11)).
    pub fn grant<I: AsRef<str>>(&self, categories: impl IntoIterator<Item = I>) -> Decision {
        let bits = categories.into_iter().map(|id| self.bit(id.as_ref()));
        let mask = bits.fold(0, |mask, bit| mask | bit) & self.0.policy.optional();
        Decision { choice: Choice::grant(mask) }
    }

    /// The decision to deny everything that is not necessary.
    pub fn withdraw(&self) -> Decision {
        Decision { choice: Choice::deny(self.0.policy.optional()) }
    }

    /// What an app in another process is told in the request header `Consent`: a dictionary of
    /// every category (RFC 9651), such as `necessary, analytics, marketing=?0;undecided`.
    ///
    /// This does not count as asking, since every app behind a proxy is told: whoever passes the
    /// value on asks, by any other method, where the answer says `Vary: Consent`.
    pub fn to_header_value(&self) -> http::HeaderValue {
        let state = &self.0.state;
        let mut value = String::new();
        for (bit, id) in self.0.policy.categories().enumerate() {
            let bit = 1 << bit;
            if !value.is_empty() {
                value.push_str(", ");
            }
            value.push_str(id.as_str());
            if state.effective & bit == 0 {
                value.push_str("=?0");
            }
            if self.0.policy.optional() & !state.answered & bit != 0 {
                value.push_str(";undecided");
            }
        }
        // Ids are dictionary keys by their own grammar.
        http::HeaderValue::try_from(value).unwrap_or(http::HeaderValue::from_static("necessary"))
    }

    /// The state, without leaving a trace of having looked.
    pub(crate) fn state(&self) -> &State {
        &self.0.state
    }

    pub(crate) fn policy(&self) -> &Policy {
        &self.0.policy
    }

    /// Whether a handler has asked anything of this value or a clone of it.
    pub(crate) fn was_consulted(&self) -> bool {
        self.0.consulted.load(Ordering::Relaxed)
    }

    fn consult(&self) -> &State {
        self.0.consulted.store(true, Ordering::Relaxed);
        &self.0.state
    }

    fn bit(&self, id: &str) -> Mask {
        match self.0.policy.position(id) {
            Some(position) => 1 << position,
            None => {
                warn_once!("unknown-category", id, "the policy has no such category; it is not allowed");
                0
            }
        }
    }
}

/// The time so many seconds after 1970; 1970 itself where that is beyond the system's times.
pub(crate) fn system_time(seconds: i64) -> SystemTime {
    let since_1970 = Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
    SystemTime::UNIX_EPOCH.checked_add(since_1970).unwrap_or(SystemTime::UNIX_EPOCH)
}

/// Shows nothing of the visitor: what a debug print wrote into a page would not count as asking.
impl fmt::Debug for Consent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Consent").finish_non_exhaustive()
    }
}
