//! What visitors read of a declaration.

use super::{DeclaredCategory, Language, Lifetime, Phrase, Unit};

impl DeclaredCategory {
    /// The site's own title, else the bundled one.
    pub(crate) fn title_in<'a>(&'a self, language: &Language) -> &'a str {
        self.text_in(language, self.title.as_ref(), "title")
    }

    /// The site's own description, else the bundled one.
    pub(crate) fn description_in<'a>(&'a self, language: &Language) -> &'a str {
        self.text_in(language, self.description.as_ref(), "description")
    }

    fn text_in<'a>(&'a self, language: &Language, own: Option<&'a super::Text>, part: &str) -> &'a str {
        match own {
            Some(text) => text.get(language.tag),
            None => language.raw(&format!("{}-{part}", self.id)).unwrap_or(self.id.as_str()),
        }
    }
}

impl Lifetime {
    /// The lifetime in words.
    pub(crate) fn wording(&self, language: &Language) -> String {
        match *self {
            Self::Session => language.get(Phrase::Session).to_owned(),
            Self::Limited { count, unit } => {
                let phrase = match unit {
                    Unit::Seconds => Phrase::Seconds,
                    Unit::Minutes => Phrase::Minutes,
                    Unit::Hours => Phrase::Hours,
                    Unit::Days => Phrase::Days,
                    Unit::Weeks => Phrase::Weeks,
                    Unit::Months => Phrase::Months,
                    Unit::Years => Phrase::Years,
                };
                language.count(phrase, count.into())
            }
        }
    }
}
