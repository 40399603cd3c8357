use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use super::CategoryId;

/// What stands for a category in the consent cookie.
///
/// The built-in ones are a capital letter. Others are 36 bits of the id's SHA-256, so that an
/// answer stays bound to the id whatever happens to the list; a new id takes over the answer
/// to an abandoned one with a chance of one in 2³⁶.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Token {
    BuiltIn(u8),
    Digest([u8; Token::DIGEST_LEN]),
}

impl Token {
    pub(crate) const DIGEST_LEN: usize = 6;

    pub(crate) fn of(id: &CategoryId) -> Self {
        match id.as_str() {
            "necessary" => Self::BuiltIn(b'N'),
            "preferences" => Self::BuiltIn(b'P'),
            "analytics" => Self::BuiltIn(b'A'),
            "marketing" => Self::BuiltIn(b'M'),
            "embeds" => Self::BuiltIn(b'E'),
            id => {
                let text = URL_SAFE_NO_PAD.encode(Sha256::digest(id));
                let mut token = [0; Self::DIGEST_LEN];
                token.copy_from_slice(&text.as_bytes()[..Self::DIGEST_LEN]);
                Self::Digest(token)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Token;
    use crate::policy::CategoryId;

    #[test]
    fn a_token_depends_on_nothing_but_the_id() {
        let of = |id: &'static str| Token::of(&CategoryId::new(id));
        assert_eq!(of("analytics"), Token::BuiltIn(b'A'));
        // Pinned: visitors' cookies outlive releases.
        assert_eq!(of("newsletter"), Token::Digest(*b"3W9GX2"));
        assert_ne!(of("newsletter"), of("newsletters"));
    }
}
