use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, HeaderValue, header};
use sha2::{Digest, Sha256};

use super::{
    entity_tag::{EntityTag, NAME_LEN},
    plan::Plan,
};
use crate::{
    consent::{Signal, State},
    policy::{Language, Model, catalogue_digest},
    site::Site,
};

/// One of the forms in which a page is sent, by a name that is a function of the policy, the
/// visitor's decision and the language: visitors to whom the same applies share it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Variant(String);

impl Variant {
    /// The form for one visitor, and all who have decided alike.
    pub(super) fn private(site: &Site, state: &State, plan: Plan, language: &Language) -> Self {
        let mut hash = Self::of_policy(site);
        hash.update(state.effective.to_be_bytes());
        hash.update(state.due.to_be_bytes());
        let opts_out = state.rules.model == Model::OptOut;
        let signal = state.signal.filter(|_| opts_out);
        hash.update([u8::from(opts_out), number(signal), u8::from(state.rules.closes())]);
        hash.update(plan.kind().to_be_bytes());
        hash.update(plan.forgets().to_be_bytes());
        hash.update(language.tag());
        Self::new(hash)
    }

    /// The form that all visitors get, with what it carries.
    pub(super) fn shared(site: &Site, plan: Plan) -> Self {
        let mut hash = Self::of_policy(site);
        hash.update(plan.kind().to_be_bytes());
        Self::new(hash)
    }

    /// HTML without a banner, though it is gated: what a script, a frame or a part of a page has asked
    /// for. It must not be taken for the page that is opened.
    pub(super) fn bare(site: &Site, state: &State, plan: Plan) -> Self {
        Self::gated(site, state, &[b"bare", plan.kind().to_be_bytes().as_slice()].concat())
    }

    /// What is no HTML, but differs by visitor: something in its head was gated, or its handler has asked.
    pub(super) fn head(site: &Site, state: &State) -> Self {
        Self::gated(site, state, b"head")
    }

    fn gated(site: &Site, state: &State, kind: &[u8]) -> Self {
        let mut hash = Self::of_policy(site);
        // All that handlers may have asked.
        for mask in [state.effective, state.granted, state.answered, state.due] {
            hash.update(mask.to_be_bytes());
        }
        hash.update([number(state.signal)]);
        hash.update(kind);
        Self::new(hash)
    }

    /// What all names depend on. Another version may insert and withhold other things.
    fn of_policy(site: &Site) -> Sha256 {
        let mut hash = Sha256::new();
        hash.update(env!("CARGO_PKG_VERSION"));
        hash.update(catalogue_digest());
        hash.update(site.banners.fingerprint());
        hash
    }

    fn new(hash: Sha256) -> Self {
        let mut name = URL_SAFE_NO_PAD.encode(hash.finalize());
        name.truncate(NAME_LEN);
        Self(name)
    }

    pub(super) fn is_named(&self, name: &[u8]) -> bool {
        self.0.as_bytes() == name
    }

    /// Makes the app's `ETag` name this form. One that is malformed names nothing, and goes.
    pub(super) fn name_etag(&self, headers: &mut HeaderMap) {
        let Some(value) = headers.get(header::ETAG) else { return };
        let named = EntityTag::new(value).map(|tag| tag.with_variant(&self.0));
        match named.and_then(|named| HeaderValue::from_bytes(&named).ok()) {
            Some(named) => headers.insert(header::ETAG, named),
            None => headers.remove(header::ETAG),
        };
    }
}

fn number(signal: Option<Signal>) -> u8 {
    match signal {
        None => 0,
        Some(Signal::GlobalPrivacyControl) => 1,
        Some(Signal::DoNotTrack) => 2,
    }
}
