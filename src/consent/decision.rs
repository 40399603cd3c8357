use super::answers::Choice;

/// An answer that a handler gives on the visitor's behalf, to be put into its response.
///
/// Made by [`Consent::grant`](crate::Consent::grant) and
/// [`Consent::withdraw`](crate::Consent::withdraw). It takes effect when it is in the response's
/// extensions, or with the feature `axum` when a handler returns it beside its response: the layer
/// then writes the consent cookie, and judges what the same response sets by the new state. On paths
/// that are excluded from the layer it does nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a decision does nothing until it is put into a response"]
pub struct Decision {
    pub(crate) choice: Choice,
}
