//! What visitors read of a declaration.

use time::Date;

use super::{Counted, DeclaredCategory, Language, Lifetime, Phrase, Unit, Vendor, catalogue::VendorCookie};

impl Language {
    /// A date in words.
    pub(crate) fn date(&self, date: Date) -> String {
        let month = usize::from(u8::from(date.month())) - 1;
        let month = self.get(Phrase::MonthNames).split(", ").nth(month).unwrap_or_default();
        let day = match date.day() {
            1 => self.get(Phrase::FirstDay).to_owned(),
            day => day.to_string(),
        };
        let template = self.get(Phrase::Date);
        template.replace("{day}", &day).replace("{month}", month).replace("{year}", &date.year().to_string())
    }
}

impl DeclaredCategory {
    /// The cookies of a vendor that the site does not declare itself, by the same name, as lasting otherwise.
    pub(crate) fn cookies_of<'a>(&'a self, vendor: &'a Vendor) -> impl Iterator<Item = &'a VendorCookie> {
        let is_declared = |known: &VendorCookie| {
            known.host.is_none() && self.cookies.iter().any(|cookie| cookie.pattern == known.pattern)
        };
        vendor.cookies.iter().filter(move |known| !is_declared(known))
    }

    /// The site's own title, else the bundled one.
    pub(crate) fn title_in<'a>(&'a self, language: &'a Language) -> &'a str {
        self.text_in(language, self.title.as_ref(), "title")
    }

    /// The site's own description, else the bundled one.
    pub(crate) fn description_in<'a>(&'a self, language: &'a Language) -> &'a str {
        self.text_in(language, self.description.as_ref(), "description")
    }

    /// The language of the title, where it is another than the reader's.
    pub(crate) fn title_stand_in(&self, language: &Language) -> Option<&str> {
        self.title.as_ref()?.stand_in(language.tag())
    }

    /// The same of the description.
    pub(crate) fn description_stand_in(&self, language: &Language) -> Option<&str> {
        self.description.as_ref()?.stand_in(language.tag())
    }

    fn text_in<'a>(&'a self, language: &'a Language, own: Option<&'a super::Text>, part: &str) -> &'a str {
        match own {
            Some(text) => text.get(language.tag()),
            None => language.named(&format!("{}-{part}", self.id)).unwrap_or(self.id.as_str()),
        }
    }
}

impl Lifetime {
    /// The lifetime in words.
    pub(crate) fn wording(&self, language: &Language) -> String {
        match *self {
            Self::Session => language.get(Phrase::Session).to_owned(),
            Self::Limited { count, unit } => {
                let counted = match unit {
                    Unit::Seconds => Counted::Seconds,
                    Unit::Minutes => Counted::Minutes,
                    Unit::Hours => Counted::Hours,
                    Unit::Days => Counted::Days,
                    Unit::Weeks => Counted::Weeks,
                    Unit::Months => Counted::Months,
                    Unit::Years => Counted::Years,
                };
                language.count(counted, count.into())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use time::{Date, Month};

    use crate::policy::Languages;

    #[test]
    fn dates_read_as_people_say_them() {
        let date = |tag, day| {
            let date = Date::from_calendar_date(2026, Month::August, day).unwrap();
            Languages::bundled().get(tag).unwrap().date(date)
        };
        for (tag, expected) in [
            ("en", "1 August 2026"),
            ("ar", "1 أغسطس 2026"),
            ("bg", "1 август 2026 г."),
            ("ca", "1 d’agost del 2026"),
            ("cs", "1. srpna 2026"),
            ("cy", "1 Awst 2026"),
            ("da", "1. august 2026"),
            ("de", "1. August 2026"),
            ("el", "1 Αυγούστου 2026"),
            ("es", "1 de agosto de 2026"),
            ("et", "1. august 2026"),
            ("eu", "2026(e)ko abuztuak 1"),
            ("fi", "1. elokuuta 2026"),
            ("fr", "1er août 2026"),
            ("ga", "1 Lúnasa 2026"),
            ("gl", "1 de agosto de 2026"),
            ("he", "1 באוגוסט 2026"),
            ("hr", "1. kolovoza 2026."),
            ("hu", "2026. augusztus 1."),
            ("is", "1. ágúst 2026"),
            ("it", "1º agosto 2026"),
            ("lt", "2026 m. rugpjūčio 1 d."),
            ("lv", "2026. gada 1. augusts"),
            ("mt", "1 ta’ Awwissu 2026"),
            ("nb", "1. august 2026"),
            ("nl", "1 augustus 2026"),
            ("pl", "1 sierpnia 2026"),
            ("pt", "1 de agosto de 2026"),
            ("ro", "1 august 2026"),
            ("sk", "1. augusta 2026"),
            ("sl", "1. avgusta 2026"),
            ("sq", "1 gusht 2026"),
            ("sr", "1. августа 2026."),
            ("sv", "1 augusti 2026"),
            ("tr", "1 Ağustos 2026"),
            ("uk", "1 серпня 2026 р."),
        ] {
            assert_eq!(date(tag, 1), expected, "{tag}");
        }
        assert_eq!(date("fr", 23), "23 août 2026");
    }
}
