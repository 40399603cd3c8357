//! The two languages of the paper.

use std::borrow::Cow;

use axum::http::{HeaderMap, header};
use form_urlencoded::parse;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    French,
}

/// What readers read, in both languages.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text {
    pub(crate) en: &'static str,
    pub(crate) fr: &'static str,
}

pub(crate) const fn text(en: &'static str, fr: &'static str) -> Text {
    Text { en, fr }
}

impl Text {
    pub(crate) fn get(self, language: Language) -> Cow<'static, str> {
        match language {
            Language::English => Cow::Borrowed(self.en),
            Language::French => unbreakable_spaces(self.fr),
        }
    }
}

impl Language {
    /// The tag for `lang` attributes and `?lang=`.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
        }
    }

    /// Its own name for itself.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::French => "Français",
        }
    }

    pub(crate) fn other(self) -> Self {
        match self {
            Self::English => Self::French,
            Self::French => Self::English,
        }
    }

    /// What `?lang=` asks for.
    pub(crate) fn from_query(query: &str) -> Option<Self> {
        let (_, tag) = parse(query.as_bytes()).find(|(name, _)| name == "lang")?;
        Self::from_tag(&tag)
    }

    /// What the browser prefers of the two; English where it does not say.
    pub(crate) fn from_headers(headers: &HeaderMap) -> Self {
        let lines = headers.get_all(header::ACCEPT_LANGUAGE).iter().filter_map(|line| line.to_str().ok());
        let mut best = (Self::English, 0.0);
        for range in lines.flat_map(|line| line.split(',')) {
            let (tag, weight) = range.split_once(';').unwrap_or((range, ""));
            let Some(language) = Self::from_tag(tag.trim()) else { continue };
            let weight = weight.trim().strip_prefix("q=").map_or(1.0, |q| q.trim().parse().unwrap_or(0.0));
            // The first of equals wins.
            if weight > best.1 {
                best = (language, weight);
            }
        }
        best.0
    }

    /// `fr`, `fr-CA`, `FR`.
    fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next().unwrap_or_default();
        [Self::English, Self::French]
            .into_iter()
            .find(|language| primary.eq_ignore_ascii_case(language.tag()))
    }
}

/// French sets a space before `: ; ! ?`, inside guillemets and in `7 h 10`, where no line may break. The
/// source has plain spaces there, since one cannot tell them apart in an editor.
fn unbreakable_spaces(text: &str) -> Cow<'_, str> {
    const SPACED: [(&str, &str); 7] = [
        (" ;", "\u{202f};"),
        (" !", "\u{202f}!"),
        (" ?", "\u{202f}?"),
        (" :", "\u{a0}:"),
        ("« ", "«\u{a0}"),
        (" »", "\u{a0}»"),
        (" h ", "\u{a0}h\u{a0}"),
    ];
    SPACED.iter().fold(Cow::Borrowed(text), |text, (plain, unbreakable)| {
        if text.contains(plain) { Cow::Owned(text.replace(plain, unbreakable)) } else { text }
    })
}
