use std::{
    fmt,
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use http::request::Parts;

use crate::{
    consent::Visit,
    endpoint::DecisionRecord,
    event::warn_once,
    gate::Gated,
    policy::{Jurisdiction, Policy},
};

type Predicate = dyn Fn(&Parts) -> bool + Send + Sync;
type Locator = dyn Fn(&Parts) -> Option<Jurisdiction> + Send + Sync;
type Listener = dyn Fn(&DecisionRecord) + Send + Sync;
type Observer = dyn Fn(&Gated) + Send + Sync;
type Clock = dyn Fn() -> SystemTime + Send + Sync;

/// What a file cannot say: the closures of a layer.
#[derive(Clone, Default)]
pub(crate) struct Hooks {
    pub(super) exclude_when: Option<Arc<Predicate>>,
    pub(super) banner_when: Option<Arc<Predicate>>,
    pub(super) jurisdiction: Option<Arc<Locator>>,
    pub(super) on_decision: Option<Arc<Listener>>,
    pub(super) on_gated: Option<Arc<Observer>>,
    pub(super) clock: Option<Arc<Clock>>,
}

impl Hooks {
    /// Seconds since 1970.
    pub(super) fn now(&self) -> i64 {
        let now = self.clock.as_ref().map_or_else(SystemTime::now, |clock| clock());
        let seconds = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        i64::try_from(seconds).unwrap_or(i64::MAX)
    }

    pub(super) fn excludes(&self, parts: &Parts) -> bool {
        self.exclude_when.as_ref().is_some_and(|exclude| exclude(parts))
    }

    pub(super) fn allows_banner(&self, parts: &Parts) -> bool {
        self.banner_when.as_ref().is_none_or(|allow| allow(parts))
    }

    /// Tells of something that was met, as far as anybody wants to know.
    pub(super) fn gated(&self, item: &Gated) {
        let Some(on_gated) = &self.on_gated else { return };
        // What the closure does is no matter of the visitor's.
        if catch_unwind(AssertUnwindSafe(|| on_gated(item))).is_err() {
            warn_once!(
                "hook",
                "on_gated",
                "the closure of on_gated panicked; the response is sent all the same"
            );
        }
    }

    /// Reads what a request says of its visitor.
    pub(super) fn visit(&self, policy: &Policy, parts: &Parts) -> Visit {
        let jurisdiction = self.jurisdiction(policy, parts);
        if jurisdiction.is_none() && policy.measurement() != 0 {
            warn_once!(
                "basis",
                "audience-measurement",
                "nothing says where visitors are, so that audience measurement waits for their consent everywhere: \
                 name the trusted header under jurisdiction, or give ConsentLayer::jurisdiction a closure"
            );
        }
        Visit::new(policy, jurisdiction, parts, || self.now())
    }

    /// Whose rules apply: as the closure says, else the trusted header, else the strictest. Nothing where
    /// neither is there to ask.
    fn jurisdiction(&self, policy: &Policy, parts: &Parts) -> Option<Jurisdiction> {
        let told = self.jurisdiction.as_ref().map(|jurisdiction| jurisdiction(parts));
        let by_header = || policy.declared().jurisdictions.as_ref().map(|known| known.find(&parts.headers));
        told.flatten().or_else(by_header).or_else(|| told.map(|_| Jurisdiction::default()))
    }

    /// The step between a decision and the response that tells of it.
    pub(super) fn record(&self, record: DecisionRecord) -> Recording {
        // A form that names nothing the policy knows decides nothing.
        let on_decision = self.on_decision.clone().filter(|_| !record.is_empty());
        Box::pin(async move {
            if let Some(on_decision) = on_decision {
                // The visitor's answer stands, whatever becomes of the note of it.
                if catch_unwind(AssertUnwindSafe(|| on_decision(&record))).is_err() {
                    warn_once!(
                        "hook",
                        "on_decision",
                        "the closure of on_decision panicked; the answer stands all the same"
                    );
                }
            }
        })
    }
}

pub(super) type Recording = Pin<Box<dyn Future<Output = ()> + Send>>;

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |is_set: bool| is_set.then_some("<fn>");
        f.debug_struct("Hooks")
            .field("exclude_when", &shown(self.exclude_when.is_some()))
            .field("banner_when", &shown(self.banner_when.is_some()))
            .field("jurisdiction", &shown(self.jurisdiction.is_some()))
            .field("on_decision", &shown(self.on_decision.is_some()))
            .field("on_gated", &shown(self.on_gated.is_some()))
            .field("clock", &shown(self.clock.is_some()))
            .finish()
    }
}
