use super::texts::{Language, Languages};

impl Languages {
    /// The first language that an `Accept-Language` value asks for
    /// (RFC 9110, section 12.5.4; RFC 4647, section 3.4).
    pub(crate) fn negotiate(&self, accept_language: &str) -> Option<&Language> {
        // A list this long is no browser's.
        let ranges = accept_language.split(',').take(32);
        let mut ranges: Vec<(&str, u16)> = ranges.filter_map(parse_range).collect();
        // Stable: what comes first wins among equals.
        ranges.sort_by_key(|&(_, quality)| std::cmp::Reverse(quality));
        ranges.into_iter().find_map(|(range, _)| self.get(range))
    }
}

/// A language range with its quality in thousandths; `None` for refused and malformed ones.
fn parse_range(range: &str) -> Option<(&str, u16)> {
    let mut parts = range.split(';').map(str::trim);
    let tag = parts.next().filter(|tag| !tag.is_empty())?;
    let quality = match parts.next() {
        None => 1000,
        Some(weight) => {
            let (name, value) = weight.split_once('=')?;
            let value = name.trim().eq_ignore_ascii_case("q").then(|| value.trim())?;
            thousandths(value)?
        }
    };
    (quality > 0).then_some((tag, quality))
}

/// RFC 9110, section 12.4.2: `0` or `1` with up to three decimals.
fn thousandths(value: &str) -> Option<u16> {
    let (whole, decimals) = value.split_once('.').unwrap_or((value, ""));
    let digits = decimals.len() <= 3 && decimals.bytes().all(|b| b.is_ascii_digit());
    let whole = match whole {
        "0" if digits => 0,
        "1" if digits => 1000,
        _ => return None,
    };
    let decimals = format!("{decimals:0<3}").parse::<u16>().ok()?;
    Some(whole + decimals).filter(|&quality| quality <= 1000)
}

#[cfg(test)]
mod tests {
    use super::{Language, Languages};

    #[test]
    fn the_highest_quality_that_is_bundled_wins() {
        for (header, tag) in [
            ("fr", Some("fr")),
            ("fr-CH, en;q=0.9", Some("fr")),
            ("en;q=0.5, fr;q=0.8", Some("fr")),
            ("tlh, fr;q=0.1", Some("fr")),
            ("en, fr", Some("en")),
            ("fr;q=0, en;q=0.1", Some("en")),
            ("*", None),
            ("", None),
            ("fr;q=2", None),
            ("fr;q=0.1234", None),
            (";;;,,,=", None),
        ] {
            assert_eq!(Languages::bundled().negotiate(header).map(Language::tag), tag, "{header}");
        }
    }

    #[test]
    fn regions_fall_back_to_their_language() {
        for (asked, tag) in [
            ("EN-gb", Some("en")),
            ("pt-BR", Some("pt")),
            ("de_AT", Some("de")),
            ("sr-Latn-RS", Some("sr-Latn")),
            ("sr-RS", Some("sr")),
            ("zh-Hant", None),
            ("x-klingon", None),
        ] {
            assert_eq!(Languages::bundled().get(asked).map(Language::tag), tag, "{asked}");
        }
    }

    #[test]
    fn one_language_has_several_tags() {
        for (asked, tag) in [("no", "nb"), ("nn-NO", "nb"), ("NB", "nb"), ("iw-IL", "he"), ("he", "he")] {
            assert_eq!(Languages::bundled().get(asked).unwrap().tag(), tag, "{asked}");
        }
    }
}
