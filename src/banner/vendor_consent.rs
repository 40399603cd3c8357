//! Tells vendors by their own interfaces what the visitor has agreed to, before any script of theirs runs.

use std::fmt::Write as _;

use bytes::Bytes;

use super::inline::VENDOR_CONSENT;
use crate::policy::{Mask, VendorConsent};

/// The script, with what it has to say in its attributes, so that one hash allows it for everybody.
pub(super) fn script(consent: &VendorConsent, effective: Mask) -> Bytes {
    let mut out = String::from("<script data-consent-ui=\"\" data-consent-tell=\"");
    words(&mut out, consent.apis.iter().map(|api| api.key()));
    out.push_str("\" data-granted=\"");
    words(&mut out, consent.granted(effective));
    let _ = write!(out, "\">{}</script>", VENDOR_CONSENT.text);
    out.into()
}

fn words(out: &mut String, words: impl Iterator<Item = &'static str>) {
    for (index, word) in words.enumerate() {
        if index > 0 {
            out.push(' ');
        }
        out.push_str(word);
    }
}
