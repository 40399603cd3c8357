use std::{
    sync::OnceLock,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use crate::{
    banner::Banners,
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
}

impl Site {
    pub(crate) fn new(policy: Policy) -> Self {
        Self {
            gate: Gate::new(&policy),
            banners: Banners::new(&policy),
            collector: Collector::default(),
            policy,
            since: OnceLock::new(),
        }
    }

    /// When it was first used: no earlier page can have held what is inserted now.
    pub(crate) fn since(&self, now: impl FnOnce() -> i64) -> SystemTime {
        *self.since.get_or_init(|| {
            let seconds = Duration::from_secs(u64::try_from(now()).unwrap_or(0));
            UNIX_EPOCH.checked_add(seconds).unwrap_or(UNIX_EPOCH)
        })
    }
}
