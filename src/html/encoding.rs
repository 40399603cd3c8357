//! Which encodings leave markup readable (Encoding standard).

/// The labels of those in which the bytes of ASCII mean other things, or nothing. Browsers know no other
/// labels of such: UTF-7 and UTF-32 are none.
const UNREADABLE: [&str; 17] = [
    // UTF-16.
    "csunicode",
    "iso-10646-ucs-2",
    "ucs-2",
    "unicode",
    "unicodefeff",
    "unicodefffe",
    "utf-16",
    "utf-16be",
    "utf-16le",
    // ISO-2022-JP: behind an escape sequence two bytes of ASCII are one character.
    "csiso2022jp",
    "iso-2022-jp",
    // Of these nothing is shown at all.
    "csiso2022kr",
    "hz-gb-2312",
    "iso-2022-cn",
    "iso-2022-cn-ext",
    "iso-2022-kr",
    "replacement",
];

/// Whether ASCII bytes mean ASCII under this label, or browsers do not know it and read on for one that they
/// do.
pub(crate) fn is_ascii_compatible(label: &str) -> bool {
    !UNREADABLE.iter().any(|known| label.trim_ascii().eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use encoding_rs::{Encoding, REPLACEMENT};

    use super::{UNREADABLE, is_ascii_compatible};

    #[test]
    fn a_label_is_readable_where_browsers_read_ascii_as_ascii() {
        for label in UNREADABLE.iter().copied().chain([
            "utf-7",
            "unicode-1-1-utf-7",
            "utf-32",
            "utf-16-be",
            "utf-8",
            "unicode-1-1-utf-8",
            "unicode20utf8",
            "x-unicode20utf8",
            "shift_jis",
            "gb18030",
            "gbk",
            "big5",
            "euc-kr",
            "euc-jp",
            "koi8-r",
            "windows-1252",
            "x-user-defined",
            "iso-2022-jp-2",
            "nonsense",
        ]) {
            let spelled = format!(" {}\t", label.to_ascii_uppercase());
            let expected = Encoding::for_label(spelled.as_bytes())
                .is_none_or(|encoding| encoding.is_ascii_compatible() && encoding != REPLACEMENT);
            assert_eq!(is_ascii_compatible(&spelled), expected, "{label}");
        }
    }
}
