//! Which form of a text goes with a number (Unicode CLDR, cardinal plural rules, whole numbers only).

/// A plural category. Each language uses some of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Plural {
    Zero,
    One,
    Two,
    Few,
    Many,
    Other,
}

impl Plural {
    pub(super) const ALL: [Self; 6] = [Self::Zero, Self::One, Self::Two, Self::Few, Self::Many, Self::Other];

    /// What stands behind the key of a text: `days.few`.
    pub(super) fn suffix(self) -> &'static str {
        match self {
            Self::Zero => "zero",
            Self::One => "one",
            Self::Two => "two",
            Self::Few => "few",
            Self::Many => "many",
            Self::Other => "other",
        }
    }

    /// The category of a number in a language, by its BCP 47 tag.
    pub(super) fn of(tag: &str, n: u64) -> Self {
        let (tens, hundreds) = (n % 10, n % 100);
        let is_teen = (11..=19).contains(&hundreds);
        let ends_in_one = tens == 1 && hundreds != 11;
        let ends_in_few = matches!(tens, 2..=4) && !matches!(hundreds, 12..=14);
        let is_millions = n != 0 && n.is_multiple_of(1_000_000);
        let language = tag.split('-').next().unwrap_or_default();
        match (language, n) {
            ("id" | "ja" | "ko" | "ms" | "th" | "zh", _) => Self::Other,
            ("bn" | "fa" | "fr" | "hi" | "vi", 0) => Self::One,
            ("ca" | "es" | "fr" | "gl" | "it" | "pt", _) if is_millions => Self::Many,
            ("is" | "mk", _) if ends_in_one => Self::One,
            ("is" | "mk", _) => Self::Other,
            ("he", 2) => Self::Two,
            ("cs" | "sk", 2..=4) => Self::Few,
            ("pl", 1) => Self::One,
            ("be" | "bs" | "hr" | "ru" | "sr" | "uk", _) if ends_in_one => Self::One,
            ("be" | "bs" | "hr" | "pl" | "ru" | "sr" | "uk", _) if ends_in_few => Self::Few,
            ("be" | "pl" | "ru" | "uk", _) => Self::Many,
            ("bs" | "hr" | "sr", _) => Self::Other,
            ("ro", n) if n == 0 || n != 1 && matches!(hundreds, 1..=19) => Self::Few,
            ("lt", _) if is_teen => Self::Other,
            ("lt", _) if tens == 1 => Self::One,
            ("lt", _) if tens > 1 => Self::Few,
            ("lt", _) => Self::Other,
            ("lv", _) if is_teen || tens == 0 => Self::Zero,
            ("lv", _) if ends_in_one => Self::One,
            ("lv", _) => Self::Other,
            ("sl", _) => match hundreds {
                1 => Self::One,
                2 => Self::Two,
                3 | 4 => Self::Few,
                _ => Self::Other,
            },
            ("ar" | "cy", 0) => Self::Zero,
            ("ar" | "cy" | "ga" | "mt", 2) => Self::Two,
            ("ar", _) if matches!(hundreds, 3..=10) => Self::Few,
            ("ar", _) if hundreds > 10 => Self::Many,
            ("cy", 3) | ("ga", 3..=6) | ("mt", 0) => Self::Few,
            ("cy", 6) | ("ga", 7..=10) => Self::Many,
            ("mt", _) if matches!(hundreds, 3..=10) => Self::Few,
            ("mt", _) if is_teen => Self::Many,
            (_, 1) => Self::One,
            _ => Self::Other,
        }
    }

    /// The categories that whole numbers have in a language.
    pub(super) fn used_by(tag: &str) -> Vec<Self> {
        // Every rule goes by the last two digits, by small numbers or by whole millions.
        let numbers = || (0..=200).chain([1_000_000]).map(|n| Self::of(tag, n));
        Self::ALL.into_iter().filter(|&plural| numbers().any(|used| used == plural)).collect()
    }

    /// Whether there is a single number of this category, so that a text can say it in words.
    pub(super) fn is_one_number(self, tag: &str) -> bool {
        (0..=200).filter(|&n| Self::of(tag, n) == self).count() == 1
    }
}

#[cfg(test)]
mod tests {
    use icu_plurals::{PluralCategory, PluralRules};

    use super::{
        super::{Language, Languages},
        Plural,
    };

    /// Languages that are not bundled, and that a site may add.
    const OTHERS: &[&str] =
        &["be", "bn", "bs", "eo", "fa", "hi", "id", "ja", "ka", "ko", "mk", "ms", "ru", "th", "vi", "zh"];

    #[test]
    fn categories_are_those_of_cldr() {
        let bundled = Languages::bundled().iter().map(Language::tag);
        for tag in bundled.chain(OTHERS.iter().copied()) {
            let cldr = match tag {
                // The Portuguese texts are those of Portugal.
                "pt" => "pt-PT",
                // The rules are those of a language in any script.
                "sr-Latn" => "sr",
                _ => tag,
            };
            let rules =
                PluralRules::try_new_cardinal(cldr.parse::<icu_locale_core::Locale>().unwrap().into());
            let rules = rules.unwrap();
            let used = Plural::used_by(tag);
            let big = [1_000_000, 1_000_001, 1_000_002, 1_000_005, 2_000_000, 3_400_000, u64::from(u32::MAX)];
            for n in (0..=2_100).chain(big) {
                let expected = match rules.category_for(n) {
                    PluralCategory::Zero => Plural::Zero,
                    PluralCategory::One => Plural::One,
                    PluralCategory::Two => Plural::Two,
                    PluralCategory::Few => Plural::Few,
                    PluralCategory::Many => Plural::Many,
                    PluralCategory::Other => Plural::Other,
                };
                assert_eq!(Plural::of(tag, n), expected, "{tag} {n}");
                assert!(used.contains(&expected), "{tag} {n}");
            }
        }
    }
}
