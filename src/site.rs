use std::{
    sync::{
        Once, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use crate::{
    banner::{Banners, Content},
    gate::{Collector, Gate},
    policy::Policy,
};

/// A policy with everything that is worked out of it once.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) policy: Policy,
    pub(crate) gate: Gate,
    pub(crate) banners: Banners,
    /// What was met on local hosts.
    pub(crate) collector: Collector,
    since: OnceLock<SystemTime>,
    linted: Once,
    turns: AtomicUsize,
}

impl Site {
    pub(crate) fn new(policy: Policy, content: Content) -> Self {
        Self {
            gate: Gate::new(&policy),
            banners: Banners::new(&policy, content),
            collector: Collector::default(),
            policy,
            since: OnceLock::new(),
            linted: Once::new(),
            turns: AtomicUsize::new(0),
        }
    }

    /// Does what is to be done when a layer is applied, however often it is.
    #[cfg_attr(not(feature = "tracing"), allow(dead_code))]
    pub(crate) fn lint_once(&self, lint: impl FnOnce()) {
        self.linted.call_once(lint);
    }

    /// Another number than the one before, and none is 0.
    pub(crate) fn turn(&self) -> usize {
        self.turns.fetch_add(1, Ordering::Relaxed).wrapping_add(1).max(1)
    }

    /// When it was first used: no earlier page can have held what is inserted now.
    pub(crate) fn since(&self, now: impl FnOnce() -> i64) -> SystemTime {
        *self.since.get_or_init(|| {
            let seconds = Duration::from_secs(u64::try_from(now()).unwrap_or(0));
            UNIX_EPOCH.checked_add(seconds).unwrap_or(UNIX_EPOCH)
        })
    }
}
