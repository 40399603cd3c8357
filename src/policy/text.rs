use std::collections::BTreeMap;

/// A text that visitors read, in one language or in several.
///
/// One string serves every language; pairs of language and string serve each
/// visitor the best match (RFC 4647 lookup), and English or else the first
/// where there is none.
///
/// # Example
///
/// ```
/// use tower_consent::Text;
///
/// let plain = Text::from("Counts visits");
/// assert_eq!(plain.get("fr"), "Counts visits");
///
/// let both = Text::from([("en", "Counts visits"), ("fr", "Compte les visites")]);
/// assert_eq!(both.get("fr-CA"), "Compte les visites");
/// assert_eq!(both.get("de"), "Counts visits");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text(Form);

/// Letters that show nothing (Unicode Standard, section 18.6, "Hangul fillers").
const FILLERS: [char; 4] = ['\u{115f}', '\u{1160}', '\u{3164}', '\u{ffa0}'];

/// A text as far as it tells one label from another: its letters and digits.
pub(crate) fn folded(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric() && !FILLERS.contains(c))
        .flat_map(char::to_lowercase)
        .collect()
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Form {
    Any(String),
    ByLanguage(BTreeMap<String, String>),
}

impl Text {
    /// The text for a language, by its BCP 47 tag.
    pub fn get(&self, language: &str) -> &str {
        match &self.0 {
            Form::Any(text) => text,
            Form::ByLanguage(texts) => lookup(language, |tag| texts.get(tag))
                .or_else(|| texts.get("en"))
                .or_else(|| texts.values().next())
                .map_or("", String::as_str),
        }
    }

    /// The tag of the text that [`get`](Self::get) gives, where there is none in the language itself.
    pub(crate) fn stand_in(&self, language: &str) -> Option<&str> {
        let Form::ByLanguage(texts) = &self.0 else { return None };
        let is_there = lookup(language, |tag| texts.get(tag)).is_some();
        let first = || texts.keys().next();
        let stand_in = texts.get_key_value("en").map(|(tag, _)| tag).or_else(first);
        stand_in.filter(|_| !is_there).map(String::as_str)
    }

    /// The texts with their language tags; one without a tag serves all.
    pub(crate) fn each(&self) -> impl Iterator<Item = (Option<&str>, &str)> {
        let (any, by_language) = match &self.0 {
            Form::Any(text) => (Some((None, text.as_str())), None),
            Form::ByLanguage(texts) => (None, Some(texts)),
        };
        let by_language = by_language.into_iter().flatten();
        any.into_iter().chain(by_language.map(|(tag, text)| (Some(tag.as_str()), text.as_str())))
    }

    pub(crate) fn by_language(texts: BTreeMap<String, String>) -> Self {
        let texts = texts.into_iter();
        Self(Form::ByLanguage(texts.map(|(tag, text)| (tag.to_ascii_lowercase(), text)).collect()))
    }
}

/// Other tags whose speakers read this one. `no` means Bokmål nearly always, and `iw` is an old tag of Hebrew
/// (IANA language subtag registry).
fn kindred(tag: &str) -> &'static [&'static str] {
    match tag {
        "nb" => &["no", "nn"],
        "nn" => &["nb", "no"],
        "no" => &["nb", "nn"],
        "he" => &["iw"],
        "iw" => &["he"],
        _ => &[],
    }
}

/// RFC 4647, section 3.4: drop subtags from the right until something is found.
pub(crate) fn lookup<T>(language: &str, find: impl Fn(&str) -> Option<T>) -> Option<T> {
    let tag = language.to_ascii_lowercase().replace('_', "-");
    let mut tag = tag.as_str();
    loop {
        if let Some(found) = find(tag).or_else(|| kindred(tag).iter().find_map(|tag| find(tag))) {
            return Some(found);
        }
        let (shorter, _) = tag.rsplit_once('-')?;
        // A single-character subtag announces the one after it and goes with it.
        tag = match shorter.rsplit_once('-') {
            Some((head, single)) if single.len() == 1 => head,
            _ => shorter,
        };
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(Form::Any(text.to_owned()))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(Form::Any(text))
    }
}

impl<L: Into<String>, S: Into<String>, const N: usize> From<[(L, S); N]> for Text {
    fn from(texts: [(L, S); N]) -> Self {
        let texts = texts.into_iter();
        Self::by_language(texts.map(|(tag, text)| (tag.into(), text.into())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::{Text, lookup};

    #[test]
    fn lookup_drops_subtags_from_the_right() {
        let known = |tag: &str| ["zh-hant", "de"].contains(&tag).then(|| tag.to_owned());
        assert_eq!(lookup("zh-Hant-CN-x-private", known).as_deref(), Some("zh-hant"));
        assert_eq!(lookup("DE_at", known).as_deref(), Some("de"));
        assert_eq!(lookup("fr", known), None);
        assert_eq!(lookup("", known), None);
    }

    #[test]
    fn kindred_languages_serve_each_other() {
        let text = Text::from([("en", "Yes"), ("no", "Ja"), ("iw", "כן")]);
        assert_eq!((text.get("nb"), text.get("nn-NO"), text.get("he")), ("Ja", "Ja", "כן"));
        assert_eq!(Text::from([("en", "a"), ("nb", "b"), ("nn", "c")]).get("nn"), "c");
    }

    #[test]
    fn without_english_the_first_language_serves_the_rest() {
        assert_eq!(Text::from([("fr", "Oui")]).get("de"), "Oui");
    }
}
