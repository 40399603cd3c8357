//! The value of the consent cookie.
//!
//! ```text
//! value = "1." revision 1*( "." time "." answers "." answers )
//! ```
//!
//! - `1` is the version of this format; any other is not ours to read.
//! - `revision` is the policy's, decimal.
//! - `time` is when the two lists after it were decided: seconds since 1970 in base 36.
//! - The lists hold the tokens of granted, then of denied categories: the letters of built-in
//!   categories (`P` preferences, `A` analytics, `M` marketing, `E` embeds) in any order, then, if
//!   there are categories of the site's own, `-` and six characters for each: 36 bits of the
//!   SHA-256 of the id, in base64url.
//!
//! Answers are bound to ids, never to positions; tokens of unknown categories are skipped. All
//! characters are cookie-octets (RFC 6265, section 4.1.1), so nothing on the way has a reason to
//! change them. What was accepted at one time, with two built-in categories:
//! `1.1.t65qv5.AM.`, 14 bytes.

use super::answers::{Answers, Group};
use crate::policy::{Mask, Policy, Token};

/// No honest value is longer.
const MAX_LEN: usize = 1024;

const RADIX: u32 = 36;

/// Reads a value. `None` for what does not follow the format above, or answers a category twice.
pub(crate) fn decode(policy: &Policy, value: &[u8]) -> Option<Answers> {
    if value.len() > MAX_LEN {
        return None;
    }
    let value = std::str::from_utf8(value).ok()?;
    let mut fields = value.strip_prefix("1.")?.split('.');
    let revision = number(fields.next()?, 10)?;
    let revision = u32::try_from(revision).ok().filter(|&revision| revision > 0)?;

    let mut taken: Mask = 0;
    let mut group = |time: &str, fields: &mut std::str::Split<'_, char>| {
        let group = Group {
            at: number(time, RADIX)?,
            granted: read_tokens(policy, fields.next()?, &mut taken)?,
            denied: read_tokens(policy, fields.next()?, &mut taken)?,
        };
        Some(group)
    };
    let time = fields.next()?;
    let first = group(time, &mut fields)?;
    let mut rest = Vec::new();
    while let Some(time) = fields.next() {
        rest.push(group(time, &mut fields)?);
    }
    Some(Answers { revision, first, rest })
}

/// Writes a value.
pub(crate) fn encode(policy: &Policy, answers: &Answers) -> String {
    let mut value = format!("1.{}", answers.revision);
    for group in answers.groups() {
        value.push('.');
        write_base36(&mut value, group.at);
        for mask in [group.granted, group.denied] {
            value.push('.');
            write_tokens(policy, mask, &mut value);
        }
    }
    value
}

/// A number without sign and leading zeros.
fn number(text: &str, radix: u32) -> Option<i64> {
    let digits = |b: u8| b.is_ascii_digit() || (radix == RADIX && b.is_ascii_lowercase());
    let canonical = text.bytes().all(digits) && (text == "0" || !text.starts_with('0'));
    i64::from_str_radix(text, radix).ok().filter(|_| canonical)
}

fn write_base36(out: &mut String, number: i64) {
    let number = number.max(0).unsigned_abs();
    let digits = std::iter::successors(Some(number), |rest| Some(rest / 36).filter(|&rest| rest > 0));
    let digits: Vec<char> = digits.filter_map(|rest| char::from_digit((rest % 36) as u32, RADIX)).collect();
    out.extend(digits.iter().rev());
}

/// A list of tokens; a category that was met before makes the value contradictory.
fn read_tokens(policy: &Policy, list: &str, taken: &mut Mask) -> Option<Mask> {
    let (letters, digests) = match list.split_once('-') {
        Some((letters, digests)) if !digests.is_empty() => (letters, digests.as_bytes()),
        Some(_) => return None,
        None => (list, &[][..]),
    };
    let (digests, remainder) = digests.as_chunks::<{ Token::DIGEST_LEN }>();
    let well_formed = letters.bytes().all(|b| b.is_ascii_uppercase())
        && remainder.is_empty()
        && digests.as_flattened().iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    if !well_formed {
        return None;
    }
    let letters = letters.bytes().map(Token::BuiltIn);
    let digests = digests.iter().copied().map(Token::Digest);
    let mut mask = 0;
    for token in letters.chain(digests) {
        let mut known = policy.declared().categories.iter();
        if let Some(bit) = known.position(|category| category.token == token) {
            let bit = 1 << bit;
            if *taken & bit != 0 {
                return None;
            }
            *taken |= bit;
            mask |= bit;
        }
    }
    Some(mask & policy.optional())
}

fn write_tokens(policy: &Policy, mask: Mask, out: &mut String) {
    let mut digests = String::new();
    for category in policy.members(mask) {
        match category.token {
            Token::BuiltIn(letter) => out.push(char::from(letter)),
            Token::Digest(digest) => digests.extend(digest.map(char::from)),
        }
    }
    if !digests.is_empty() {
        out.push('-');
        out.push_str(&digests);
    }
}

#[cfg(test)]
mod tests;
