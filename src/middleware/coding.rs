//! Content codings that are undone, so that a page which an inner layer or a proxied site has
//! compressed can be written into (RFC 9110, section 8.4.1).

#[cfg(feature = "decompression")]
mod decoder;
#[cfg(not(feature = "decompression"))]
#[path = "coding/without.rs"]
mod decoder;

pub(super) use self::decoder::{Coding, Decoder};
