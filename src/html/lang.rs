//! The language a page says it is in.

/// The longest value that is kept, room for any registered language tag in use.
const LONGEST: usize = 35;

/// The value of `lang` on the body, else on the root, kept without an allocation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lang {
    bytes: [u8; LONGEST],
    len: u8,
}

impl Lang {
    /// `None` if it could not be a language tag. Many sites write `en_US`, as their locales are called.
    pub(super) fn new(value: &[u8]) -> Option<Self> {
        let plain = value.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        if value.is_empty() || !plain {
            return None;
        }
        let mut bytes = [0; LONGEST];
        bytes.get_mut(..value.len())?.copy_from_slice(value);
        Some(Lang { bytes, len: u8::try_from(value.len()).ok()? })
    }

    pub(super) fn as_str(&self) -> Option<&str> {
        let bytes = self.bytes.get(..usize::from(self.len))?;
        std::str::from_utf8(bytes).ok()
    }
}
