use std::collections::{BTreeMap, BTreeSet};

use super::{Counted, FILES, Language, Languages, Phrase, check, plural::Plural};

/// Written from right to left.
const RIGHT_TO_LEFT: &[&str] = &["ar", "he"];

/// The same in English by intent, whatever the language.
const AS_IN_ENGLISH: &[&str] = &["cookies", "date", "direction", "first-day", "list-comma", "tag"];

/// Words that a language shares with English: its tag, and the keys.
const SHARED_WORDS: &[(&str, &[&str])] =
    &[("fr", &["minutes.one", "minutes.other"]), ("nl", &["weeks.one"]), ("ro", &["accept"])];

fn texts(file: &'static str) -> BTreeMap<&'static str, &'static str> {
    let mut texts = BTreeMap::new();
    for line in file.lines().filter(|line| !line.is_empty()) {
        let (key, text) = line.split_once(" = ").unwrap_or_else(|| panic!("no text: {line}"));
        assert_eq!((key.trim(), text.trim()), (key, text), "{line}");
        assert!(!text.is_empty(), "{line}");
        assert!(texts.insert(key, text).is_none(), "twice: {line}");
    }
    texts
}

fn each() -> impl Iterator<Item = (&'static str, BTreeMap<&'static str, &'static str>)> {
    FILES.iter().map(|file| texts(file)).map(|texts| (texts["tag"], texts))
}

/// The family of a text that changes with a number, and its plural category.
fn counted(key: &str) -> Option<(Counted, Plural)> {
    let (family, suffix) = key.split_once('.')?;
    let family = Counted::ALL.iter().find(|counted| counted.key() == family)?;
    Some((*family, Plural::ALL.into_iter().find(|plural| plural.suffix() == suffix)?))
}

fn languages() -> impl Iterator<Item = &'static Language> {
    Languages::bundled().iter()
}

#[test]
fn every_language_has_every_text_and_no_other() {
    let english = texts(FILES[0]);
    for (tag, texts) in each() {
        let plain = |texts: &BTreeMap<&'static str, _>| -> BTreeSet<&str> {
            texts.keys().copied().filter(|key| counted(key).is_none()).collect()
        };
        assert_eq!(plain(&texts), plain(&english), "{tag}");
        for family in Counted::ALL {
            let has = |plural: &Plural| texts.contains_key(&*format!("{}.{}", family.key(), plural.suffix()));
            let found: Vec<Plural> = Plural::ALL.into_iter().filter(has).collect();
            assert_eq!(found, Plural::used_by(tag), "{tag} {family:?}");
        }
    }
}

#[test]
fn every_phrase_has_a_text() {
    for language in languages() {
        for &phrase in Phrase::ALL {
            assert!(!language.get(phrase).is_empty(), "{} {phrase:?}", language.tag());
        }
        assert!(!language.tag().is_empty() && !language.name().is_empty());
    }
}

#[test]
fn no_placeholder_is_lost_or_invented() {
    for (tag, texts) in each() {
        for (key, text) in texts.into_iter().filter(|(key, _)| *key != "tag") {
            assert_eq!(check(tag, key, text), Ok(()), "{tag} {key} = {text}");
        }
    }
}

#[test]
fn texts_run_in_the_direction_of_their_script() {
    for language in languages() {
        let is_right_to_left = RIGHT_TO_LEFT.contains(&language.tag());
        assert_eq!(language.direction(), if is_right_to_left { "rtl" } else { "ltr" }, "{}", language.tag());
        let accept = language.get(Phrase::Accept);
        let is_semitic = accept.chars().any(|c| matches!(c, '\u{590}'..='\u{6ff}'));
        assert_eq!(is_semitic, is_right_to_left, "{}", language.tag());
    }
}

#[test]
fn no_text_is_left_in_english() {
    let english = texts(FILES[0]);
    for (tag, texts) in each().skip(1) {
        let same = texts.iter().filter(|(key, text)| english.get(*key) == Some(text));
        let same = same.map(|(key, _)| *key).filter(|key| !key.starts_with("country-"));
        let same: BTreeSet<&str> = same.filter(|key| !AS_IN_ENGLISH.contains(key)).collect();
        let shared = SHARED_WORDS.iter().filter(|(of, _)| *of == tag).flat_map(|(_, keys)| *keys).copied();
        assert_eq!(same, shared.collect(), "{tag}");
    }
}

#[test]
fn serbian_says_the_same_in_both_scripts() {
    const LETTERS: [&str; 30] = [
        "a", "b", "v", "g", "d", "đ", "e", "ž", "z", "i", "j", "k", "l", "lj", "m", "n", "nj", "o", "p", "r",
        "s", "t", "ć", "u", "f", "h", "c", "č", "dž", "š",
    ];
    let latin = |letter: char| {
        let small = letter.to_lowercase().next().unwrap();
        let position = "абвгдђежзијклљмнњопрстћуфхцчџш".chars().position(|known| known == small);
        match position.map(|position| LETTERS[position]) {
            None => letter.to_string(),
            Some(same) if letter == small => same.to_owned(),
            Some(same) => {
                let mut letters = same.chars();
                letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
            }
        }
    };
    let find = |tag: &str| each().find(|(found, _)| *found == tag).unwrap().1;
    let (cyrillic, in_latin) = (find("sr"), find("sr-Latn"));
    for (key, text) in cyrillic.into_iter().filter(|(key, _)| *key != "tag") {
        assert_eq!(in_latin[key], text.chars().map(latin).collect::<String>(), "{key}");
    }
}

#[test]
fn labels_are_short_and_tell_accept_from_reject() {
    for language in languages() {
        for phrase in [Phrase::Accept, Phrase::Reject, Phrase::OptOut, Phrase::ReadMore] {
            let label = language.get(phrase);
            assert!(label.chars().count() <= 24, "{} {label}", language.tag());
        }
        assert_ne!(language.get(Phrase::Accept), language.get(Phrase::Reject), "{}", language.tag());
        assert_ne!(language.get(Phrase::AcceptAll), language.get(Phrase::RejectAll), "{}", language.tag());
        assert_ne!(language.get(Phrase::Accept), language.get(Phrase::OptOut), "{}", language.tag());
    }
}

#[test]
fn buttons_are_named_in_sentences_as_they_are_labelled() {
    for language in languages() {
        assert!(language.get(Phrase::BannerMeasured).contains("{reject}"), "{}", language.tag);
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
            assert!(language.named(purpose.phrase_key()).is_some(), "{purpose:?}");
        }
    }
}

#[test]
fn languages_know_their_position() {
    let mut tags = BTreeSet::new();
    for (index, language) in languages().enumerate() {
        assert_eq!(language.index, index);
        assert!(tags.insert(language.tag()), "twice: {}", language.tag());
    }
    assert_eq!(Languages::bundled().fallback().tag, "en");
}

#[test]
fn numbers_take_the_right_form() {
    for (tag, counted, count, expected) in [
        ("en", Counted::Months, 0, "0 months"),
        ("en", Counted::Months, 1, "1 month"),
        ("fr", Counted::Days, 0, "0 jour"),
        ("fr", Counted::Days, 2, "2 jours"),
        ("fr", Counted::Seconds, 1_000_000, "1000000 de secondes"),
        ("pl", Counted::Years, 1, "1 rok"),
        ("pl", Counted::Years, 2, "2 lata"),
        ("pl", Counted::Years, 12, "12 lat"),
        ("pl", Counted::Years, 22, "22 lata"),
        ("uk", Counted::Days, 21, "21 день"),
        ("cs", Counted::Months, 13, "13 měsíců"),
        ("ro", Counted::Days, 19, "19 zile"),
        ("ro", Counted::Days, 20, "20 de zile"),
        ("is", Counted::Days, 21, "21 dagur"),
        ("ar", Counted::Days, 2, "يومان"),
        ("ar", Counted::Days, 103, "103 أيام"),
        ("ar", Counted::Months, 13, "13 شهرًا"),
        ("ar", Counted::Days, 100, "100 يوم"),
        ("cy", Counted::Years, 6, "6 blynedd"),
        ("ga", Counted::Years, 8, "8 mbliana"),
        ("he", Counted::Years, 2, "שנתיים"),
        ("hr", Counted::Days, 21, "21 dan"),
        ("lt", Counted::Months, 13, "13 mėnesių"),
        ("lt", Counted::Days, 31, "31 diena"),
        ("lv", Counted::Days, 30, "30 dienu"),
        ("lv", Counted::Days, 41, "41 diena"),
        ("mt", Counted::Months, 13, "13-il xahar"),
        ("sl", Counted::Days, 102, "102 dneva"),
        ("sr", Counted::Months, 24, "24 месеца"),
    ] {
        assert_eq!(Languages::bundled().get(tag).unwrap().count(counted, count), expected, "{tag}");
    }
}
