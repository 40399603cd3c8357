use std::time::SystemTime;

use bytes::Bytes;
use http::Response;

use crate::{consent::system_time, policy::CategoryId};

/// One decision, as the hook of [`ConsentLayer::on_decision`](crate::ConsentLayer::on_decision)
/// sees it. It names no visitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionRecord {
    pub(super) at: i64,
    pub(super) revision: u32,
    pub(super) notice: Option<String>,
    pub(super) granted: Vec<CategoryId>,
    pub(super) denied: Vec<CategoryId>,
}

impl DecisionRecord {
    pub(crate) fn is_empty(&self) -> bool {
        self.granted.is_empty() && self.denied.is_empty()
    }

    /// When the visitor decided.
    pub fn decided_at(&self) -> SystemTime {
        system_time(self.at)
    }

    /// The revision of the policy.
    pub fn revision(&self) -> u32 {
        self.revision
    }

    /// The name of the notice that was shown, where the form said it.
    pub fn notice(&self) -> Option<&str> {
        self.notice.as_deref()
    }

    /// What was granted now.
    pub fn granted(&self) -> &[CategoryId] {
        &self.granted
    }

    /// What was denied now.
    pub fn denied(&self) -> &[CategoryId] {
        &self.denied
    }
}

/// A decision that is to be recorded, and the response that tells the visitor so.
#[derive(Debug)]
pub(crate) struct Decided {
    pub(crate) record: DecisionRecord,
    pub(crate) response: Response<Bytes>,
}
