//! Documents made of inputs, and how they are cut into chunks.

use std::hash::{DefaultHasher, Hasher};

/// Stands for many of the byte before it, so that small inputs reach the limits.
const REPEAT: u8 = 0x1e;
const REPEATED: usize = 8000;

/// The input, with repetitions.
pub fn repeat(input: &[u8]) -> Vec<u8> {
    let mut document: Vec<u8> = Vec::with_capacity(input.len());
    let mut left = 3;
    for byte in input {
        match document.last() {
            Some(&last) if *byte == REPEAT && left > 0 => {
                left -= 1;
                document.extend(std::iter::repeat_n(last, REPEATED));
            }
            _ => document.push(*byte),
        }
    }
    document
}

/// Chunks of various lengths that depend on nothing but the document and the seed, some of them
/// empty.
pub fn cut(document: &[u8], seed: u8) -> impl Iterator<Item = &[u8]> {
    let mut hasher = DefaultHasher::new();
    hasher.write_u8(seed);
    hasher.write(document);
    let mut random = hasher.finish() | 1;
    let mut rest = document;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        // xorshift64
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let longest = [4, 16, 64, 8192][(random >> 32) as usize % 4];
        let (chunk, tail) = rest.split_at((random as usize % longest).min(rest.len()));
        rest = tail;
        Some(chunk)
    })
}
