//! Looks for single bytes in what is usually short.

use memchr::memchr;

/// Ends a tag's name.
const NAME: u8 = 1;
/// Ends an attribute's name.
const ATTRIBUTE: u8 = 2;
/// Ends an attribute's value without quotes.
const VALUE: u8 = 4;
const SPACE: u8 = 8;

const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let spaces = [b'\t', b'\n', 0x0c, b'\r', b' '];
    let mut at = 0;
    while at < spaces.len() {
        classes[spaces[at] as usize] = NAME | ATTRIBUTE | VALUE | SPACE;
        at += 1;
    }
    classes[b'/' as usize] = NAME | ATTRIBUTE;
    classes[b'>' as usize] = NAME | ATTRIBUTE | VALUE;
    classes[b'=' as usize] = ATTRIBUTE;
    classes
};

#[inline]
pub(super) fn is_space(byte: u8) -> bool {
    CLASSES[usize::from(byte)] & SPACE != 0
}

#[inline]
pub(super) fn ends_name(byte: u8) -> bool {
    CLASSES[usize::from(byte)] & NAME != 0
}

#[inline]
pub(super) fn ends_attribute(byte: u8) -> bool {
    CLASSES[usize::from(byte)] & ATTRIBUTE != 0
}

#[inline]
pub(super) fn ends_value(byte: u8) -> bool {
    CLASSES[usize::from(byte)] & VALUE != 0
}

const ONES: u64 = u64::from_le_bytes([1; 8]);
const HIGH: u64 = ONES << 7;

// In the three below the lowest set bit is that of the first byte wanted; borrows only spoil later
// ones.

/// The high bit of each byte that is this one.
#[inline]
fn equal(word: u64, byte: u8) -> u64 {
    let differs = word ^ (ONES * byte as u64);
    differs.wrapping_sub(ONES) & !differs & HIGH
}

/// The high bit of each byte that may end a name: whitespace and controls, `/` and `>`.
#[inline]
fn ends(word: u64) -> u64 {
    let low = word.wrapping_sub(ONES * (b' ' as u64 + 1)) & !word & HIGH;
    low | equal(word, b'/') | equal(word, b'>')
}

#[inline]
fn first(mask: u64) -> usize {
    (mask.trailing_zeros() / 8) as usize
}

#[inline]
fn word(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().map(|word| u64::from_le_bytes(*word))
}

/// A tag's name if it is shorter than eight bytes: packed, in lower case, with its length.
#[inline]
pub(super) fn short_name(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    let word = word(bytes, at)?;
    let len = first(ends(word));
    if len == 8 || !ends_name(bytes[at + len]) {
        return None;
    }
    let name = word & ((1 << (8 * len)) - 1);
    let sevens = name & !HIGH;
    let above_z = sevens + ONES * (0x7f - b'Z' as u64);
    let from_a = sevens + ONES * (0x80 - b'A' as u64);
    let upper = !name & HIGH & (from_a ^ above_z);
    Some((name | (upper >> 2), len))
}

/// Where an attribute's name ends that has begun before `at`.
#[inline]
pub(super) fn attribute_end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut at = at;
    if let Some(word) = word(bytes, at) {
        at += first(ends(word) | equal(word, b'='));
    }
    while !ends_attribute(*bytes.get(at)?) {
        at += 1;
    }
    Some(at)
}

/// As `memchr`, whose call costs more than looking at the first bytes here.
#[inline]
pub(super) fn find(needle: u8, bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    while at < 32 {
        let (Some(low), Some(high)) = (word(bytes, at), word(bytes, at + 8)) else {
            break;
        };
        let (low, high) = (equal(low, needle), equal(high, needle));
        if low | high != 0 {
            return Some(at + if low != 0 { first(low) } else { 8 + first(high) });
        }
        at += 16;
    }
    memchr(needle, &bytes[at..]).map(|found| at + found)
}
