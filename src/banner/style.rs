use std::sync::LazyLock;

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

/// An inline style, whose text never varies, with what a Content-Security-Policy calls it.
#[derive(Debug)]
pub(crate) struct Style {
    pub(crate) css: &'static str,
    /// `'sha256-…'` (CSP 3, section 2.3.1).
    pub(crate) hash: String,
}

static BANNER: LazyLock<Style> = LazyLock::new(|| Style::new(include_str!("style.css")));
static CONTROL: LazyLock<Style> = LazyLock::new(|| Style::new(include_str!("control.css")));

impl Style {
    pub(crate) fn banner() -> &'static Self {
        &BANNER
    }

    pub(crate) fn control() -> &'static Self {
        &CONTROL
    }

    pub(crate) fn new(css: &'static str) -> Self {
        let css = css.trim_end();
        let hash = format!("'sha256-{}'", STANDARD.encode(Sha256::digest(css)));
        Self { css, hash }
    }
}

#[cfg(test)]
mod tests {
    use super::Style;

    #[test]
    fn the_hash_is_that_of_the_text_between_the_tags() {
        assert_eq!(Style::new("").hash, "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='");
        for style in [Style::banner(), Style::control()] {
            assert!(style.css.is_ascii() && !style.css.contains('<'));
        }
    }
}
