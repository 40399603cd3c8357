use std::fmt;

use super::Rule;
use crate::policy::Finding;

/// Something that [`Policy::lint`](crate::Policy::lint) has found.
///
/// It prints as one line: severity, key, value, what to do about it, rule and source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LintFinding {
    rule: Rule,
    finding: Finding,
}

impl LintFinding {
    pub(super) fn new(rule: Rule, finding: Finding) -> Self {
        Self { rule, finding }
    }

    /// The name of the rule, such as `implied-consent`.
    pub fn rule(&self) -> &'static str {
        self.rule.id()
    }

    /// How grave it is.
    pub fn severity(&self) -> Severity {
        self.rule.severity()
    }

    /// The law, guideline, decision or standard that the rule comes from.
    pub fn source(&self) -> &'static str {
        self.rule.source()
    }

    /// Key, value and remedy.
    #[cfg_attr(not(feature = "tracing"), allow(dead_code))]
    pub(crate) fn finding(&self) -> &Finding {
        &self.finding
    }

    /// The key, as a policy file spells it: `category.analytics.cookies[0].duration`.
    pub fn key(&self) -> &str {
        self.finding.key()
    }

    /// The value that was given; empty where there is none.
    pub fn value(&self) -> &str {
        self.finding.value()
    }

    /// What it leads to, and what to write instead.
    pub fn remedy(&self) -> &str {
        self.finding.remedy()
    }
}

impl fmt::Display for LintFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} [{}: {}]", self.severity(), self.finding, self.rule(), self.source())
    }
}

/// How grave a [`LintFinding`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// It may be meant so, and asks something of the site that the layer cannot see.
    Notice,
    /// A rule is broken for those visitors to whom it applies.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Notice => "notice",
            Self::Warning => "warning",
        })
    }
}
