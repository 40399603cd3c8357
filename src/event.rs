//! `tracing` events that are told once, however often their cause recurs.

use std::{
    collections::HashSet,
    hash::{BuildHasher, RandomState},
    sync::{LazyLock, PoisonError, RwLock},
};

/// So many different things are told at most, so that names that are made up fill no memory.
const LIMIT: usize = 4096;

static TOLD: LazyLock<(RandomState, RwLock<HashSet<u64>>)> = LazyLock::new(Default::default);

/// Whether this is the first time that this name is met for this reason.
#[cfg_attr(not(feature = "tracing"), allow(dead_code))]
pub(crate) fn is_first(reason: &'static str, name: &str) -> bool {
    let (state, told) = &*TOLD;
    let key = state.hash_one((reason, name));
    let is_known = |told: &HashSet<u64>| told.len() >= LIMIT || told.contains(&key);
    if is_known(&told.read().unwrap_or_else(PoisonError::into_inner)) {
        return false;
    }
    told.write().unwrap_or_else(PoisonError::into_inner).insert(key)
}

/// A warning that is told once for each name.
macro_rules! warn_once {
    ($reason:literal, $name:expr, $($message:tt)+) => {{
        #[cfg(feature = "tracing")]
        if $crate::event::is_first($reason, $name) {
            ::tracing::warn!(target: "tower_consent", name = $name, $($message)+);
        }
        #[cfg(not(feature = "tracing"))]
        let _ = $name;
    }};
}

/// Something worth knowing that is told once for each name.
macro_rules! info_once {
    ($reason:literal, $name:expr, $($message:tt)+) => {{
        #[cfg(feature = "tracing")]
        if $crate::event::is_first($reason, $name) {
            ::tracing::info!(target: "tower_consent", name = $name, $($message)+);
        }
        #[cfg(not(feature = "tracing"))]
        let _ = $name;
    }};
}

/// A debug event that is told once for each name.
macro_rules! debug_once {
    ($reason:literal, $name:expr, $($message:tt)+) => {{
        #[cfg(feature = "tracing")]
        if $crate::event::is_first($reason, $name) {
            ::tracing::debug!(target: "tower_consent", name = $name, $($message)+);
        }
        #[cfg(not(feature = "tracing"))]
        let _ = $name;
    }};
}

pub(crate) use {debug_once, info_once, warn_once};

#[cfg(test)]
mod tests {
    use super::is_first;

    #[test]
    fn a_name_is_told_once_for_each_reason() {
        assert!(is_first("test-a", "x"));
        assert!(!is_first("test-a", "x"));
        assert!(is_first("test-b", "x"));
    }
}
