use bytes::Bytes;
use http::{Response, StatusCode};

use crate::consent::{Consent, State};

/// The state as JSON, in effective values.
pub(super) fn reply(consent: &Consent, state: &State) -> Response<Bytes> {
    super::reply(StatusCode::OK, "application/json", Bytes::from(json(consent, state) + "}"))
}

/// The same after a decision. What already runs on the page can only be ended with it, so a withdrawal says
/// that the page is to be loaded anew.
pub(super) fn reply_after(consent: &Consent, state: &State, withdraws: bool) -> Response<Bytes> {
    let json = json(consent, state) + if withdraws { ",\"reload\":true}" } else { ",\"reload\":false}" };
    super::reply(StatusCode::OK, "application/json", Bytes::from(json))
}

fn json(consent: &Consent, state: &State) -> String {
    let policy = consent.policy();
    let mut json = format!(
        "{{\"decided\":{},\"revision\":{},\"signal\":{},\"categories\":",
        state.is_decided(),
        policy.revision(),
        state.signal.is_some()
    );
    state.write_categories(policy, &mut json);
    json
}
