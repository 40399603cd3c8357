//! Reads the vendor catalogue.
//!
//! ```text
//! # a comment
//! [id]
//! name     = what its makers call it
//! company  = who answers for it
//! country  = ISO 3166-1 code
//! privacy  = URL of its privacy policy
//! category = id of a category
//! checked  = YYYY-MM-DD
//! consent-api = google, uet, clarity or matomo
//! cookie   = name pattern | lifetime | purpose
//! cookie   = name pattern | lifetime | purpose | undistinctive
//! cookie   = name pattern | lifetime | purpose | on host
//! cookie   = name pattern | lifetime | purpose | seldom
//! cookie   = name pattern | lifetime | purpose | undistinctive, seldom
//! cookie   = name pattern | lifetime | choice | void after a no
//! storage  = key pattern | lifetime | purpose
//! storage  = key pattern | until deleted | purpose
//! origin   = https://host
//! sign-in  = end of a path
//! loader   = fragment && fragment
//! exempt   = capable
//! undeclared = advise
//! ```
//!
//! `cookie`, `storage`, `origin`, `sign-in` and `loader` may stand any number of times, `country`, `consent-api`,
//! `exempt` and `undeclared` at most once, the others exactly once.

use std::fmt;

use super::{CookiePurpose, Vendor, VendorCookie, VendorStorage};
use crate::policy::{NamePattern, consent_api::ConsentApi};

/// What is wrong in the file, and in which line.
#[derive(Debug)]
pub(super) struct ParseError {
    /// Counted from 1.
    line: usize,
    message: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Line {}: {}", self.line, self.message)
    }
}

/// Reads the whole file, or says what is wrong with the first bad stanza.
pub(super) fn parse(text: &'static str) -> Result<Vec<Vendor>, ParseError> {
    let mut vendors: Vec<Vendor> = Vec::new();
    // The line of the heading above.
    let mut heading = 0;
    for (at, line) in text.lines().enumerate() {
        let at = at + 1;
        let fail = |message| ParseError { line: at, message };
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(id) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            finished(&vendors, heading)?;
            if id.is_empty() || vendors.iter().any(|vendor| vendor.id == id) {
                return Err(fail(format!("the id {id:?} is empty or used before.")));
            }
            vendors.push(empty(id));
            heading = at;
            continue;
        }
        let (key, value) = line
            .split_once('=')
            .ok_or_else(|| fail("a line is `[id]`, `key = value` or a comment.".to_owned()))?;
        let vendor = vendors.last_mut().ok_or_else(|| fail("there is no `[id]` above.".to_owned()))?;
        set(vendor, key.trim(), value.trim()).map_err(fail)?;
    }
    finished(&vendors, heading)?;
    Ok(vendors)
}

fn empty(id: &'static str) -> Vendor {
    Vendor {
        id,
        name: "",
        company: "",
        country: "",
        privacy: "",
        category: "",
        checked: "",
        consent_api: None,
        cookies: Vec::new(),
        storage: Vec::new(),
        origins: Vec::new(),
        sign_in: Vec::new(),
        loaders: Vec::new(),
        is_exempt_capable: false,
        is_only_advised: false,
    }
}

fn set(vendor: &mut Vendor, key: &str, value: &'static str) -> Result<(), String> {
    if value.is_empty() {
        return Err(format!("{key:?} has no value."));
    }
    let field = match key {
        "name" => &mut vendor.name,
        "company" => &mut vendor.company,
        "country" => &mut vendor.country,
        "privacy" => &mut vendor.privacy,
        "category" => &mut vendor.category,
        "checked" => &mut vendor.checked,
        "consent-api" => {
            let api =
                ConsentApi::from_key(value).ok_or_else(|| format!("there is no consent API {value:?}."))?;
            let is_second = vendor.consent_api.replace(api).is_some();
            return if is_second { Err(format!("{key:?} is given twice.")) } else { Ok(()) };
        }
        "cookie" => {
            vendor.cookies.push(cookie(value)?);
            return Ok(());
        }
        "storage" => {
            vendor.storage.push(storage(value)?);
            return Ok(());
        }
        "exempt" => return flag(key, &mut vendor.is_exempt_capable, value, "capable"),
        "undeclared" => return flag(key, &mut vendor.is_only_advised, value, "advise"),
        "loader" => {
            vendor.loaders.push(value.split(" && ").map(str::trim).collect());
            return Ok(());
        }
        "origin" => {
            vendor.origins.push(value);
            return Ok(());
        }
        "sign-in" => {
            vendor.sign_in.push(value);
            return Ok(());
        }
        _ => return Err(format!("there is no key {key:?}.")),
    };
    if !field.is_empty() {
        return Err(format!("{key:?} is given twice."));
    }
    *field = value;
    Ok(())
}

/// Sets what one word says.
fn flag(key: &str, field: &mut bool, value: &str, word: &str) -> Result<(), String> {
    if value != word {
        return Err(format!("{key:?} is {word:?} or left out."));
    }
    let is_second = std::mem::replace(field, true);
    if is_second { Err(format!("{key:?} is given twice.")) } else { Ok(()) }
}

const VOID: &str = "void after a no";
const SELDOM: &str = "seldom";

fn cookie(value: &'static str) -> Result<VendorCookie, String> {
    let mut fields = value.split('|').map(str::trim);
    let (Some(name), Some(lifetime), Some(purpose), note, None) =
        (fields.next(), fields.next(), fields.next(), fields.next(), fields.next())
    else {
        return Err(format!("{value:?} has not three or four fields."));
    };
    let (note, is_seldom) = match note {
        Some(SELDOM) => (None, true),
        Some(note) => match note.strip_suffix(SELDOM).and_then(|note| note.trim_end().strip_suffix(',')) {
            Some(note) => (Some(note), true),
            None => (Some(note), false),
        },
        None => (None, false),
    };
    let (distinctive, host) = match note {
        None => (true, None),
        Some("undistinctive" | VOID) => (false, None),
        Some(note) => match note.strip_prefix("on ") {
            Some(host) => (false, Some(host)),
            None => {
                return Err(format!(
                    "{note:?} is none of `undistinctive`, `on host`, `{SELDOM}` and `{VOID}`."
                ));
            }
        },
    };
    let purpose = purpose_of(purpose)?;
    let is_void_after_no = note == Some(VOID);
    if is_void_after_no && purpose != CookiePurpose::Choice {
        return Err(format!("{value:?} is no privacy choice."));
    }
    Ok(VendorCookie {
        pattern: NamePattern::parse(name).map_err(|error| error.to_string())?,
        lifetime: lifetime.parse().map_err(|error| format!("{error}"))?,
        purpose,
        distinctive,
        host,
        is_void_after_no,
        is_seldom,
    })
}

fn storage(value: &'static str) -> Result<VendorStorage, String> {
    let fields: Vec<&str> = value.split('|').map(str::trim).collect();
    let [key, lifetime, purpose] = fields[..] else {
        return Err(format!("{value:?} has not three fields."));
    };
    Ok(VendorStorage {
        pattern: NamePattern::parse_key(key).map_err(|error| error.to_string())?,
        lifetime: match lifetime {
            "until deleted" => None,
            limited => Some(limited.parse().map_err(|error| format!("{error}"))?),
        },
        purpose: purpose_of(purpose)?,
    })
}

fn purpose_of(key: &str) -> Result<CookiePurpose, String> {
    CookiePurpose::from_key(key).ok_or_else(|| format!("there is no purpose {key:?}."))
}

/// Whether the last vendor has all it needs.
fn finished(vendors: &[Vendor], heading: usize) -> Result<(), ParseError> {
    let Some(vendor) = vendors.last() else {
        return Ok(());
    };
    let fields = [
        ("name", vendor.name),
        ("company", vendor.company),
        ("privacy", vendor.privacy),
        ("category", vendor.category),
        ("checked", vendor.checked),
    ];
    match fields.into_iter().find(|(_, value)| value.is_empty()) {
        None => Ok(()),
        Some((key, _)) => {
            Err(ParseError { line: heading, message: format!("{:?} has no {key:?}.", vendor.id) })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "[a]\nname = A\ncompany = B\ncountry = FR\nprivacy = p\ncategory = c\n\
                        checked = d\n";

    #[track_caller]
    fn fails(text: &str, message: &str) {
        // Tests may leak; the product reads one embedded file.
        let text: &'static str = Box::leak(text.to_owned().into_boxed_str());
        assert_eq!(parse(text).unwrap_err().to_string(), message);
    }

    #[test]
    fn a_stanza_becomes_a_vendor() {
        let text = "# comment\n\n[a]\nname=A = B\ncompany = C\ncountry = FR\nprivacy = p\n\
                    category = c\nchecked = d\ncookie = _x*| 2 years|visit\n\
                    cookie = y | session | ads | undistinctive\n\
                    cookie = z | 1 day | test | on z.example\norigin = https://a.example\n";
        let vendors = parse(text).unwrap();
        let [vendor] = &vendors[..] else {
            panic!("one vendor");
        };
        assert_eq!((vendor.id, vendor.name, vendor.company), ("a", "A = B", "C"));
        assert_eq!(vendor.origins, ["https://a.example"]);
        let cookies: Vec<_> = vendor
            .cookies
            .iter()
            .map(|c| (c.pattern.as_str(), c.lifetime.to_string(), c.purpose, c.distinctive, c.host))
            .collect();
        assert!(vendor.cookies.iter().all(|cookie| !cookie.is_void_after_no));
        assert_eq!(
            cookies,
            [
                ("_x*", "2 years".to_owned(), CookiePurpose::Visit, true, None),
                ("y", "session".to_owned(), CookiePurpose::Ads, false, None),
                ("z", "1 day".to_owned(), CookiePurpose::Test, false, Some("z.example")),
            ]
        );
    }

    #[test]
    fn a_choice_stays_after_a_no_unless_it_is_void() {
        let text = "[a]\nname=A\ncompany = C\ncountry = FR\nprivacy = p\ncategory = c\nchecked = d\n\
                    cookie = x | 1 day | choice | void after a no\n\
                    cookie = y | 1 day | choice | undistinctive\ncookie = z | 1 day | ads\n";
        let vendors = parse(text).unwrap();
        let found = vendors[0].cookies.iter().map(|cookie| (cookie.distinctive, cookie.outlives_no()));
        assert!(found.eq([(false, false), (false, true), (true, false)]));
    }

    #[test]
    fn what_few_sites_meet_is_told_apart() {
        let text = "[a]\nname=A\ncompany = C\ncountry = FR\nprivacy = p\ncategory = c\nchecked = d\n\
                    cookie = x | 1 day | ads | seldom\ncookie = y | 1 day | ads | undistinctive, seldom\n\
                    cookie = z | 1 day | ads\n";
        let vendors = parse(text).unwrap();
        let found = vendors[0].cookies.iter().map(|cookie| (cookie.distinctive, cookie.is_seldom));
        assert!(found.eq([(true, true), (false, true), (true, false)]));
    }

    #[test]
    fn no_text_is_no_vendors() {
        assert!(parse("").unwrap().is_empty());
        assert!(parse("# nothing\n").unwrap().is_empty());
    }

    #[test]
    fn mistakes_are_named_with_their_line() {
        fails("name = A", "Line 1: there is no `[id]` above.");
        fails("[a]\nhello", "Line 2: a line is `[id]`, `key = value` or a comment.");
        fails("[a]\nname =", "Line 2: \"name\" has no value.");
        fails("[a]\nfoo = 1", "Line 2: there is no key \"foo\".");
        fails("[a]\nname = A\nname = B", "Line 3: \"name\" is given twice.");
        fails("\n[a]\nname = A\n", "Line 2: \"a\" has no \"company\".");
        fails("[a]\n[b]", "Line 1: \"a\" has no \"name\".");
        fails("[]", "Line 1: the id \"\" is empty or used before.");
        fails(&format!("{HEAD}[a]"), "Line 8: the id \"a\" is empty or used before.");
    }

    #[test]
    fn flags_are_one_word_each() {
        let text = "[a]\nname=A\ncompany = C\ncountry = FR\nprivacy = p\ncategory = c\nchecked = d\n\
                    exempt = capable\nundeclared = advise\n";
        let vendors = parse(text).unwrap();
        assert!(vendors[0].is_exempt_capable && vendors[0].is_only_advised);
        fails("[a]\nexempt = yes", "Line 2: \"exempt\" is \"capable\" or left out.");
        fails("[a]\nundeclared = withhold", "Line 2: \"undeclared\" is \"advise\" or left out.");
        fails("[a]\nexempt = capable\nexempt = capable", "Line 3: \"exempt\" is given twice.");
    }

    #[test]
    fn a_storage_line_has_a_key_a_lifetime_and_a_purpose() {
        let text = "[a]\nname=A\ncompany = C\ncountry = FR\nprivacy = p\ncategory = c\nchecked = d\n\
                    storage = x/*| until deleted|visit\nstorage = y | session | ads\n";
        let vendors = parse(text).unwrap();
        let storage = vendors[0].storage.iter().map(|s| (s.pattern.as_str(), s.lifetime, s.purpose));
        let session = "session".parse().ok();
        let expected = [("x/*", None, CookiePurpose::Visit), ("y", session, CookiePurpose::Ads)];
        assert!(storage.eq(expected));
        let storage = |line: &str, message: &str| {
            fails(&format!("{HEAD}storage = {line}"), &format!("Line 8: {message}"));
        };
        storage("x | ads", "\"x | ads\" has not three fields.");
        storage("x | session | fun", "there is no purpose \"fun\".");
    }

    #[test]
    fn a_cookie_line_must_be_right_in_every_field() {
        let cookie = |line: &str, message: &str| {
            fails(&format!("{HEAD}cookie = {line}"), &format!("Line 8: {message}"));
        };
        cookie("x | 1 day", "\"x | 1 day\" has not three or four fields.");
        cookie("x|1 day|ads|on a|b", "\"x|1 day|ads|on a|b\" has not three or four fields.");
        cookie("x | 1 day | fun", "there is no purpose \"fun\".");
        cookie(
            "x|1 day|ads|shy",
            "\"shy\" is none of `undistinctive`, `on host`, `seldom` and `void after a no`.",
        );
        cookie("x|1 day|ads|void after a no", "\"x|1 day|ads|void after a no\" is no privacy choice.");
        cookie("x**|1 day|ads", "the name \"x**\" has more than one `*`; write one, anywhere");
        cookie(
            "x|0 days|ads",
            "the duration \"0 days\" is zero; write at least one, such as \"1 day\", or \
             \"session\"",
        );
    }
}
