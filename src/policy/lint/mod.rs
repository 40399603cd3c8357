//! What a policy may say, but whoever answers for the site should know of.

mod category;
#[cfg(test)]
mod document;
mod finding;
mod necessary;
mod purpose;
mod rule;
mod settings;
mod texts;
mod visitors;

pub use self::finding::{LintFinding, Severity};
use self::rule::Rule;
use super::{Finding, Policy};

impl Policy {
    /// What is valid and yet breaks a rule for some visitors, or may not be what was meant, each with the
    /// rule's source. `docs/lint.md` explains every rule. What would break one for all visitors is refused
    /// when the policy is built.
    ///
    /// A [`ConsentLayer`](crate::ConsentLayer) tells the same as `tracing` events when it is applied: warnings
    /// as such, notices as information.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_consent::{Category, Model, Policy, Severity};
    ///
    /// let policy = Policy::builder("Example SAS", "privacy@example.com")
    ///     .privacy_policy("/privacy")
    ///     .model(Model::OptOut)
    ///     .category(Category::analytics().vendor("plausible"))
    ///     .build()?;
    ///
    /// let findings = policy.lint();
    /// assert_eq!(findings.len(), 1);
    /// assert_eq!(findings[0].rule(), "implied-consent");
    /// assert_eq!(findings[0].severity(), Severity::Warning);
    /// # Ok::<_, tower_consent::PolicyError>(())
    /// ```
    pub fn lint(&self) -> Vec<LintFinding> {
        self.lint_with(false)
    }

    /// The same, where code that the policy does not know of may tell whose rules apply to a visitor.
    pub(crate) fn lint_with(&self, has_locator: bool) -> Vec<LintFinding> {
        let mut found = Found::default();
        visitors::check(&mut found, self, has_locator);
        settings::check(&mut found, self, has_locator);
        for category in &self.declared().categories {
            category::check(&mut found, self, category);
        }
        visitors::measurement(&mut found, self, has_locator);
        texts::check(&mut found, self.declared());
        found.0
    }
}

/// What has been found so far.
#[derive(Debug, Default)]
struct Found(Vec<LintFinding>);

impl Found {
    fn push(
        &mut self,
        rule: Rule,
        key: impl Into<String>,
        value: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.0.push(LintFinding::new(rule, Finding::new(key, value, remedy)));
    }
}
