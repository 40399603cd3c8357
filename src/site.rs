use crate::{banner::Banners, gate::Gate, policy::Policy};

/// A policy with everything that is worked out of it once.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) policy: Policy,
    pub(crate) gate: Gate,
    pub(crate) banners: Banners,
}

impl Site {
    pub(crate) fn new(policy: Policy) -> Self {
        Self { gate: Gate::new(&policy), banners: Banners::new(&policy), policy }
    }
}
