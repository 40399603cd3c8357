use bytes::Bytes;
use http::{Response, StatusCode};

use crate::consent::{Consent, State};

/// The state as JSON, in effective values.
pub(super) fn reply(consent: &Consent, state: &State) -> Response<Bytes> {
    let policy = consent.policy();
    let mut json = format!(
        "{{\"decided\":{},\"revision\":{},\"signal\":{},\"categories\":{{",
        state.is_decided(),
        policy.revision(),
        state.signal
    );
    for (bit, id) in policy.categories().enumerate() {
        if bit > 0 {
            json.push(',');
        }
        // An id holds nothing that JSON would escape.
        json.push_str(&format!("\"{id}\":{}", state.effective >> bit & 1 == 1));
    }
    json.push_str("}}");
    super::reply(StatusCode::OK, "application/json", Bytes::from(json))
}
