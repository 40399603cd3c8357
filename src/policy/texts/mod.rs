//! Every text that visitors read, one file a language.

mod phrase;

use std::{collections::HashMap, sync::LazyLock};

pub(crate) use self::phrase::Phrase;

/// The languages that come with the crate. The first serves whoever asks for none of them.
static LANGUAGES: LazyLock<Vec<Language>> = LazyLock::new(|| {
    let files = [include_str!("en.txt"), include_str!("fr.txt")];
    let files = files.into_iter().enumerate();
    files.map(|(index, file)| Language::parse(index, file)).collect()
});

/// The texts of one language.
#[derive(Debug)]
pub(crate) struct Language {
    /// Position among the bundled languages.
    pub(crate) index: usize,
    /// BCP 47.
    pub(crate) tag: &'static str,
    /// What its speakers call it.
    pub(crate) name: &'static str,
    /// `ltr` or `rtl`.
    pub(crate) direction: &'static str,
    phrases: HashMap<&'static str, &'static str>,
}

pub(crate) fn languages() -> &'static [Language] {
    &LANGUAGES
}

/// The bundled language with exactly this tag.
pub(super) fn language(tag: &str) -> Option<&'static Language> {
    LANGUAGES.iter().find(|language| language.tag.eq_ignore_ascii_case(tag))
}

impl Language {
    pub(crate) fn default_language() -> &'static Self {
        &LANGUAGES[0]
    }

    fn parse(index: usize, file: &'static str) -> Self {
        let lines = file.lines().map(str::trim).filter(|line| !line.is_empty());
        let phrases: HashMap<_, _> = lines.filter_map(|line| line.split_once(" = ")).collect();
        let tag = phrases.get("tag").copied().unwrap_or_default();
        let direction = phrases.get("direction").copied().unwrap_or("ltr");
        let name = phrases.get("name").copied().unwrap_or(tag);
        Self { index, tag, name, direction, phrases }
    }

    /// The text of a phrase.
    pub(crate) fn get(&self, phrase: Phrase) -> &'static str {
        self.raw(phrase.key()).unwrap_or_default()
    }

    /// The text of a phrase that changes with a number, with the number in it.
    pub(crate) fn count(&self, phrase: Phrase, count: u64) -> String {
        let key = format!("{}.{}", phrase.key(), self.plural(count));
        self.raw(&key).unwrap_or_default().replace("{count}", &count.to_string())
    }

    /// A text under a key that is put together at run time.
    pub(crate) fn raw(&self, key: &str) -> Option<&'static str> {
        self.phrases.get(key).copied()
    }

    /// The name of a country (ISO 3166-1), else its code.
    pub(crate) fn country(&self, code: &'static str) -> &'static str {
        self.raw(&format!("country-{code}")).unwrap_or(code)
    }

    /// The plural category of a whole number (Unicode CLDR, plural rules).
    fn plural(&self, count: u64) -> &'static str {
        match (self.tag, count) {
            ("fr", 0) | (_, 1) => "one",
            _ => "other",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Phrase, languages};

    fn placeholders(text: &str) -> BTreeSet<&str> {
        let parts = text.split('{').skip(1);
        parts.filter_map(|part| part.split_once('}')).map(|(name, _)| name).collect()
    }

    #[test]
    fn every_language_has_every_text_with_its_placeholders() {
        let english = &languages()[0];
        assert_eq!(english.tag, "en");
        for language in languages() {
            let keys = |l: &super::Language| l.phrases.keys().copied().collect::<BTreeSet<_>>();
            assert_eq!(keys(language), keys(english), "{}", language.tag);
            for (key, text) in &language.phrases {
                let expected = placeholders(english.phrases[key]);
                assert_eq!(placeholders(text), expected, "{} {key}", language.tag);
                assert!(!text.trim().is_empty(), "{} {key}", language.tag);
            }
        }
    }

    #[test]
    fn every_phrase_has_a_text() {
        for phrase in Phrase::ALL {
            for language in languages() {
                let plain = language.raw(phrase.key()).is_some();
                let plural = language.raw(&format!("{}.other", phrase.key())).is_some();
                assert!(plain != plural, "{} {phrase:?}", language.tag);
            }
        }
    }

    #[test]
    fn everything_that_the_catalogue_says_can_be_put_into_words() {
        for language in languages() {
            for vendor in crate::policy::vendors() {
                let code = vendor.country;
                assert!(code.is_empty() || language.country(code) != code, "{}", vendor.id);
            }
            for purpose in crate::policy::CookiePurpose::ALL {
                assert!(language.raw(purpose.phrase_key()).is_some(), "{purpose:?}");
            }
        }
    }

    #[test]
    fn languages_know_their_position() {
        for (index, language) in languages().iter().enumerate() {
            assert_eq!(language.index, index);
        }
    }

    #[test]
    fn numbers_take_the_right_form() {
        let [en, fr] = languages() else { unreachable!("two languages") };
        assert_eq!(en.count(Phrase::Months, 0), "0 months");
        assert_eq!(en.count(Phrase::Months, 1), "1 month");
        assert_eq!(fr.count(Phrase::Days, 0), "0 jour");
        assert_eq!(fr.count(Phrase::Days, 2), "2 jours");
    }
}
