use std::fmt;

/// Everything that is wrong with a policy, found in one go.
///
/// Each [`Finding`] names the key as a policy file spells it, the value that was
/// given, and what to write instead. The builder reports under the same keys.
///
/// # Example
///
/// ```
/// use tower_consent::{Category, Policy};
///
/// let error = Policy::builder("", "privacy@example.com")
///     .prefix("consent")
///     .category(Category::analytics())
///     .build()
///     .unwrap_err();
///
/// let keys: Vec<_> = error.findings().iter().map(|finding| finding.key()).collect();
/// assert_eq!(keys, ["controller.name", "prefix"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyError {
    findings: Vec<Finding>,
}

impl PolicyError {
    pub(crate) fn new(findings: Vec<Finding>) -> Self {
        Self { findings }
    }

    /// What was found. Never empty.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.findings.as_slice() {
            [one] => write!(f, "the policy is not valid: {one}"),
            many => {
                write!(f, "the policy is not valid, {} findings:", many.len())?;
                many.iter().try_for_each(|finding| write!(f, "\n- {finding}"))
            }
        }
    }
}

impl std::error::Error for PolicyError {}

/// One thing that is wrong with a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    key: String,
    value: String,
    remedy: String,
}

impl Finding {
    pub(crate) fn new(key: impl Into<String>, value: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { key: key.into(), value: value.into(), remedy: remedy.into() }
    }

    /// The key, as a policy file spells it: `category.analytics.cookies[0].name`.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The value that was given.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// What is wrong with it, and what to write instead.
    pub fn remedy(&self) -> &str {
        &self.remedy
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {:?}: {}", self.key, self.value, self.remedy)
    }
}
