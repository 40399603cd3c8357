//! Every text that visitors read, one file a language.
//!
//! A file holds one `key = text` a line. Its keys are those of English, but for texts that change with a
//! number: they have one key for each plural category that whole numbers have in the language
//! (`days.one`, `days.few`). The same placeholders stand in all languages; where a category is that of a
//! single number, `{count}` may be left out for the number in words. `month-names` are in the form that
//! they have in a date, and `first-day` is the first of the month.

mod check;
mod languages;
mod phrase;
mod plural;
#[cfg(test)]
mod tests;

use std::{borrow::Cow, collections::HashMap, sync::LazyLock};

pub(super) use self::check::check;
use self::plural::Plural;
pub(crate) use self::{
    languages::Languages,
    phrase::{Counted, Phrase},
};

/// English first: it serves whoever asks for none of them. Then by tag.
const FILES: &[&str] = &[
    include_str!("en.txt"),
    include_str!("ar.txt"),
    include_str!("bg.txt"),
    include_str!("ca.txt"),
    include_str!("cs.txt"),
    include_str!("cy.txt"),
    include_str!("da.txt"),
    include_str!("de.txt"),
    include_str!("el.txt"),
    include_str!("es.txt"),
    include_str!("et.txt"),
    include_str!("eu.txt"),
    include_str!("fi.txt"),
    include_str!("fr.txt"),
    include_str!("ga.txt"),
    include_str!("gl.txt"),
    include_str!("he.txt"),
    include_str!("hr.txt"),
    include_str!("hu.txt"),
    include_str!("is.txt"),
    include_str!("it.txt"),
    include_str!("lt.txt"),
    include_str!("lv.txt"),
    include_str!("mt.txt"),
    include_str!("nb.txt"),
    include_str!("nl.txt"),
    include_str!("pl.txt"),
    include_str!("pt.txt"),
    include_str!("ro.txt"),
    include_str!("sk.txt"),
    include_str!("sl.txt"),
    include_str!("sq.txt"),
    include_str!("sr.txt"),
    include_str!("sr-Latn.txt"),
    include_str!("sv.txt"),
    include_str!("tr.txt"),
    include_str!("uk.txt"),
];

/// Where the texts of keys are kept.
static PLACES: LazyLock<HashMap<String, Place>> = LazyLock::new(|| {
    let texts = Phrase::ALL.iter().map(|&phrase| (phrase.key().to_owned(), Place::Text(phrase)));
    let plurals = |counted: Counted| {
        let key = move |plural: Plural| format!("{}.{}", counted.key(), plural.suffix());
        Plural::ALL.into_iter().map(move |plural| (key(plural), Place::Counted(counted, plural)))
    };
    texts.chain(Counted::ALL.iter().copied().flat_map(plurals)).collect()
});

#[derive(Clone, Copy)]
enum Place {
    Text(Phrase),
    Counted(Counted, Plural),
}

/// The texts of one language.
#[derive(Clone, Debug)]
pub(crate) struct Language {
    /// Position among the languages.
    pub(crate) index: usize,
    tag: Cow<'static, str>,
    name: Cow<'static, str>,
    direction: Cow<'static, str>,
    texts: [Cow<'static, str>; Phrase::ALL.len()],
    counted: [[Cow<'static, str>; Plural::ALL.len()]; Counted::ALL.len()],
    /// Those whose keys are put together at run time.
    named: HashMap<Cow<'static, str>, Cow<'static, str>>,
}

impl Language {
    fn parse(index: usize, file: &'static str) -> Self {
        let mut language = Self::blank(index, Cow::Borrowed(""));
        for (key, text) in file.lines().filter_map(|line| line.split_once(" = ")) {
            language.set(Cow::Borrowed(key), Cow::Borrowed(text));
        }
        language
    }

    fn blank(index: usize, tag: Cow<'static, str>) -> Self {
        Self {
            index,
            tag,
            name: Cow::Borrowed(""),
            direction: Cow::Borrowed(""),
            texts: [const { Cow::Borrowed("") }; _],
            counted: [const { [const { Cow::Borrowed("") }; _] }; _],
            named: HashMap::with_capacity(64),
        }
    }

    pub(super) fn set(&mut self, key: Cow<'static, str>, text: Cow<'static, str>) {
        match (&*key, PLACES.get(&*key)) {
            (_, Some(&Place::Text(phrase))) => self.texts[phrase as usize] = text,
            (_, Some(&Place::Counted(counted, plural))) => {
                self.counted[counted as usize][plural as usize] = text;
            }
            ("tag", _) => self.tag = text,
            ("name", _) => self.name = text,
            ("direction", _) => self.direction = text,
            _ => drop(self.named.insert(key, text)),
        }
    }

    /// The text of any key.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        let text = match (key, PLACES.get(key)) {
            (_, Some(&Place::Text(phrase))) => self.get(phrase),
            (_, Some(&Place::Counted(counted, plural))) => &self.counted[counted as usize][plural as usize],
            ("name", _) => &self.name,
            ("direction", _) => &self.direction,
            _ => self.named(key)?,
        };
        (!text.is_empty()).then_some(text)
    }

    /// The keys of all texts, in the order of the English file.
    pub(super) fn keys(&self) -> impl Iterator<Item = Cow<'static, str>> {
        let plurals = Plural::used_by(&self.tag);
        let lines = FILES[0].lines().filter_map(|line| line.split_once(" = "));
        let keys = lines.map(|(key, _)| key).filter(|&key| key != "tag");
        keys.flat_map(move |key| match key.split_once('.') {
            None => vec![Cow::Borrowed(key)],
            // English has this form of each, and one more.
            Some((family, "other")) => {
                plurals.iter().map(|p| format!("{family}.{}", p.suffix()).into()).collect()
            }
            Some(_) => Vec::new(),
        })
    }

    /// BCP 47.
    pub(crate) fn tag(&self) -> &str {
        &self.tag
    }

    /// What its speakers call it.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// `ltr` or `rtl`.
    pub(crate) fn direction(&self) -> &str {
        &self.direction
    }

    /// The text of a phrase.
    pub(crate) fn get(&self, phrase: Phrase) -> &str {
        &self.texts[phrase as usize]
    }

    /// A text that changes with a number, with the number in it.
    pub(crate) fn count(&self, counted: Counted, count: u64) -> String {
        let text = &self.counted[counted as usize][Plural::of(&self.tag, count) as usize];
        text.replace("{count}", &count.to_string())
    }

    /// A text under a key that is put together at run time.
    pub(crate) fn named(&self, key: &str) -> Option<&str> {
        self.named.get(key).map(|text| &**text)
    }

    /// The name of a country (ISO 3166-1), else its code.
    pub(crate) fn country<'a>(&'a self, code: &'a str) -> &'a str {
        self.named(&format!("country-{code}")).unwrap_or(code)
    }
}
