use std::{borrow::Cow, sync::LazyLock};

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

/// The text of a style or script, which is the same for all visitors, with what a Content-Security-Policy and an
/// `integrity` attribute call it.
#[derive(Debug)]
pub(crate) struct Inline {
    pub(crate) text: Cow<'static, str>,
    /// `sha256-…` (Subresource Integrity, section 3.1).
    pub(crate) integrity: String,
    /// The same in quotes (CSP 3, section 2.3.1).
    pub(crate) source: String,
}

/// How the button looks that closes the banner.
pub(crate) static CLOSE_STYLE: LazyLock<Inline> = LazyLock::new(|| Inline::new(include_str!("close.css")));
/// How a frame looks whose content waits.
pub(crate) static EMBED_STYLE: LazyLock<Inline> = LazyLock::new(|| Inline::new(include_str!("embed.css")));
/// What pages do by themselves where scripts run: see [`super::client`].
pub(crate) static CLIENT: LazyLock<Inline> = LazyLock::new(|| Inline::joined(include_str!("client.js")));
/// Has the pages in other tabs ask what holds now, from a page that cannot show it: see [`super::client`].
pub(crate) static TELL: LazyLock<Inline> = LazyLock::new(|| Inline::new(include_str!("tell.js")));
/// Shows the banner of a page that all visitors share to those who have not answered.
pub(crate) static REVEAL: LazyLock<Inline> = LazyLock::new(|| Inline::new(include_str!("reveal.js")));
/// Keeps the focus in a banner that stands over the page.
pub(crate) static MODAL: LazyLock<Inline> = LazyLock::new(|| Inline::new(include_str!("modal.js")));
/// Releases on such a page what its visitor has allowed.
pub(crate) static RELEASE: LazyLock<Inline> =
    LazyLock::new(|| Inline::new(format!("{}({});", include_str!("release.js").trim_end(), forget())));
/// Removes from the browser's storage what belongs to what the visitor has refused.
pub(crate) static FORGET: LazyLock<Inline> = LazyLock::new(|| {
    let own = "document.querySelector(\"script[data-consent-ui][data-forget]\")";
    Inline::new(format!("({})({own}.dataset.forget)", forget()))
});
/// Tells vendors what the visitor has agreed to.
pub(crate) static VENDOR_CONSENT: LazyLock<Inline> =
    LazyLock::new(|| Inline::new(include_str!("vendor_consent.js")));

/// The function of both.
fn forget() -> &'static str {
    include_str!("forget.js").trim_end()
}

impl Inline {
    pub(crate) fn new(text: impl Into<Cow<'static, str>>) -> Self {
        let text = match text.into() {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim_end()),
            Cow::Owned(text) => Cow::Owned(text),
        };
        let integrity = format!("sha256-{}", STANDARD.encode(Sha256::digest(text.as_bytes())));
        Self { text, source: format!("'{integrity}'"), integrity }
    }

    /// The lines of a text, whose ends and indents say nothing, in one.
    fn joined(text: &str) -> Self {
        Self::new(text.lines().map(str::trim_start).collect::<String>())
    }

    /// Tells one text from another in an address.
    pub(crate) fn version(&self) -> String {
        let digest = Sha256::digest(self.text.as_bytes());
        digest[..4].iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::{CLIENT, CLOSE_STYLE, EMBED_STYLE, FORGET, Inline, MODAL, RELEASE, REVEAL, VENDOR_CONSENT};

    #[test]
    fn the_source_is_the_hash_of_the_text_between_the_tags() {
        assert_eq!(Inline::new("").source, "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='");
        for inline in [&*CLIENT, &CLOSE_STYLE, &EMBED_STYLE, &FORGET, &MODAL, &REVEAL, &VENDOR_CONSENT] {
            assert!(inline.text.is_ascii() && !inline.text.contains(['<', '&']));
        }
        assert!(RELEASE.text.is_ascii());
    }

    #[test]
    fn the_script_that_every_page_carries_is_small() {
        assert!(REVEAL.text.len() <= 300, "{} bytes", REVEAL.text.len());
    }
}
