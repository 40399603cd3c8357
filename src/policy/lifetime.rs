//! How long a cookie stays.

use std::{error, fmt, str::FromStr, time::Duration};

/// How long something is kept in the browser, as a visitor is told.
///
/// - `session` is until the browser is closed.
/// - Otherwise a whole number above zero, one space and a unit in full, singular
///   or plural: `1 year`, `13 months`, `30 minutes`.
///
/// Upper and lower case are the same. The unit stays as written, since "13
/// months" is what people understand and 393 days is not.
///
/// ```text
/// let lifetime: Lifetime = "13 Months".parse()?;
/// assert_eq!(lifetime.to_string(), "13 months");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Lifetime {
    /// Until the browser is closed.
    Session,
    /// For a time.
    Limited {
        /// How many units; from a text, never zero.
        count: u32,
        /// The unit.
        unit: Unit,
    },
}

/// What a [`Lifetime`] is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Unit {
    /// Seconds.
    Seconds,
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
    /// Days.
    Days,
    /// Weeks.
    Weeks,
    /// Months, of 30.4375 days where a length is asked for.
    Months,
    /// Years, of 365.25 days where a length is asked for.
    Years,
}

impl Unit {
    /// Every unit, the shortest first.
    pub(crate) const ALL: [Self; 7] =
        [Self::Seconds, Self::Minutes, Self::Hours, Self::Days, Self::Weeks, Self::Months, Self::Years];

    /// The English word for one of it.
    pub(crate) const fn singular(self) -> &'static str {
        match self {
            Self::Seconds => "second",
            Self::Minutes => "minute",
            Self::Hours => "hour",
            Self::Days => "day",
            Self::Weeks => "week",
            Self::Months => "month",
            Self::Years => "year",
        }
    }

    const fn seconds(self) -> u64 {
        const DAY: u64 = 86_400;
        match self {
            Self::Seconds => 1,
            Self::Minutes => 60,
            Self::Hours => 3_600,
            Self::Days => DAY,
            Self::Weeks => 7 * DAY,
            Self::Months => 2_629_800,
            Self::Years => 31_557_600,
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| {
            let one = unit.singular();
            let stem = word.strip_suffix(['s', 'S']).unwrap_or(word);
            stem.eq_ignore_ascii_case(one)
        })
    }
}

impl Lifetime {
    /// About how long that is: a month counts 30.4375 days and a year 365.25.
    /// `None` for the session, which has no length.
    pub(crate) const fn approximate(&self) -> Option<Duration> {
        match *self {
            Self::Session => None,
            // `u32::MAX` years still fit into 64 bits of seconds.
            Self::Limited { count, unit } => Some(Duration::from_secs(count as u64 * unit.seconds())),
        }
    }
}

impl FromStr for Lifetime {
    type Err = LifetimeError;

    fn from_str(text: &str) -> Result<Self, LifetimeError> {
        if text.eq_ignore_ascii_case("session") {
            return Ok(Self::Session);
        }
        let unreadable = || LifetimeError::Unreadable { input: text.into() };
        let (count, unit) = text.split_once(' ').ok_or_else(unreadable)?;
        let unit = Unit::from_word(unit).ok_or_else(unreadable)?;
        // `u32::from_str` would take a plus sign.
        if count.is_empty() || !count.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(unreadable());
        }
        match count.parse() {
            Ok(0) => Err(LifetimeError::Zero { input: text.into() }),
            Ok(count) => Ok(Self::Limited { count, unit }),
            Err(_) => Err(LifetimeError::TooLong { input: text.into() }),
        }
    }
}

impl fmt::Display for Lifetime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Session => f.pad("session"),
            Self::Limited { count, unit } => {
                let plural = if count == 1 { "" } else { "s" };
                write!(f, "{count} {}{plural}", unit.singular())
            }
        }
    }
}

/// Why a text is not a [`Lifetime`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LifetimeError {
    /// The text is neither `session` nor a number and a unit.
    Unreadable {
        /// The text.
        input: Box<str>,
    },
    /// The number is zero.
    Zero {
        /// The text.
        input: Box<str>,
    },
    /// The number is above 4 294 967 295.
    TooLong {
        /// The text.
        input: Box<str>,
    },
}

impl fmt::Display for LifetimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { input } => write!(
                f,
                "the duration {input:?} cannot be read; write \"session\", or a number, one space \
                 and seconds, minutes, hours, days, weeks, months or years, such as \"13 months\""
            ),
            Self::Zero { input } => write!(
                f,
                "the duration {input:?} is zero; write at least one, such as \"1 day\", or \
                 \"session\""
            ),
            Self::TooLong { input } => write!(
                f,
                "the number in the duration {input:?} is too large; write a shorter one, such as \
                 \"13 months\""
            ),
        }
    }
}

impl error::Error for LifetimeError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn lifetime(text: &str) -> Lifetime {
        text.parse().unwrap()
    }

    #[track_caller]
    fn lifetime_err(text: &str) -> String {
        text.parse::<Lifetime>().unwrap_err().to_string()
    }

    #[test]
    fn session_and_every_unit_are_read_in_any_case() {
        assert_eq!(lifetime("session"), Lifetime::Session);
        assert_eq!(lifetime("Session"), Lifetime::Session);
        for unit in Unit::ALL {
            let one = unit.singular();
            let upper = one.to_ascii_uppercase();
            let many = Lifetime::Limited { count: 30, unit };
            for text in [format!("30 {one}"), format!("30 {one}s"), format!("30 {upper}S")] {
                assert_eq!(lifetime(&text), many);
            }
        }
    }

    #[test]
    fn what_is_shown_is_canonical_and_reads_back() {
        assert_eq!(lifetime("1 YEARS").to_string(), "1 year");
        assert_eq!(lifetime("013 month").to_string(), "13 months");
        assert_eq!(Lifetime::Session.to_string(), "session");
        for unit in Unit::ALL {
            for count in [1, 2, 13, u32::MAX] {
                let value = Lifetime::Limited { count, unit };
                assert_eq!(lifetime(&value.to_string()), value);
            }
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            " ",
            "1",
            "1year",
            "1  year",
            " 1 year",
            "1 year ",
            "1 y",
            "30 min",
            "1 h",
            "+1 day",
            "-1 day",
            "1.5 years",
            "year",
            "one year",
            "1 yearss",
            "1 s",
            "session ",
            "1\tday",
            "½ year",
            "1 decade",
            "٣ days",
        ] {
            let message = lifetime_err(text);
            assert!(message.contains(&format!("{text:?}")), "{message}");
            assert!(message.contains("\"13 months\""), "{message}");
        }
    }

    #[test]
    fn errors_name_the_input_and_show_a_form_that_works() {
        assert_eq!(
            lifetime_err("soon"),
            "the duration \"soon\" cannot be read; write \"session\", or a number, one space and \
             seconds, minutes, hours, days, weeks, months or years, such as \"13 months\""
        );
        assert_eq!(
            lifetime_err("0 days"),
            "the duration \"0 days\" is zero; write at least one, such as \"1 day\", or \"session\""
        );
        assert_eq!(
            lifetime_err("4294967296 days"),
            "the number in the duration \"4294967296 days\" is too large; write a shorter one, \
             such as \"13 months\""
        );
    }

    #[test]
    fn lengths_are_those_of_the_mean_calendar() {
        let days = |text: &str| lifetime(text).approximate().unwrap().as_secs_f64() / 86_400.0;
        let close = |a: f64, b: f64| (a - b).abs() < 1e-9;
        assert!(close(days("1 month"), 30.4375));
        assert!(close(days("12 months"), days("1 year")));
        assert!(close(days("2 weeks"), 14.0));
        assert!(close(days("1 day"), 1.0));
        assert_eq!(lifetime("30 minutes").approximate(), Some(Duration::from_secs(1_800)));
        assert_eq!(Lifetime::Session.approximate(), None);
    }

    #[test]
    fn the_longest_lifetime_does_not_overflow() {
        for unit in Unit::ALL {
            let longest = Lifetime::Limited { count: u32::MAX, unit };
            assert!(longest.approximate().unwrap() >= Duration::from_secs(u32::MAX.into()));
        }
    }
}
