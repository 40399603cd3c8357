use std::io;

use bytes::Bytes;
use compression_codecs::{
    BrotliEncoder, DeflateEncoder, EncodeV2, GzipEncoder, ZlibEncoder, ZstdEncoder,
    core::{
        Level,
        util::{PartialBuffer, WriteBuffer},
    },
};
use proptest::prelude::*;

use super::{Coding, Decoder};

fn encoders() -> [(Coding, Box<dyn EncodeV2>); 5] {
    [
        (Coding::Gzip, Box::new(GzipEncoder::new(Level::Default.into()))),
        (Coding::Deflate, Box::new(ZlibEncoder::new(Level::Default.into()))),
        (Coding::Deflate, Box::new(DeflateEncoder::new(Level::Default.into()))),
        (Coding::Brotli, Box::new(BrotliEncoder::new(Default::default()))),
        (Coding::Zstd, Box::new(ZstdEncoder::new(3))),
    ]
}

fn encoded(encoder: &mut dyn EncodeV2, data: &[u8]) -> Vec<u8> {
    let mut buffer = vec![0; data.len() + 4096];
    let mut output = WriteBuffer::new_initialized(&mut buffer);
    let mut input = PartialBuffer::new(data);
    if !data.is_empty() {
        encoder.encode(&mut input, &mut output).unwrap();
    }
    assert!(input.unwritten().is_empty());
    assert!(encoder.finish(&mut output).unwrap());
    let length = output.written_len();
    buffer.truncate(length);
    buffer
}

fn decode<'a>(coding: Coding, chunks: impl IntoIterator<Item = &'a [u8]>) -> io::Result<Vec<u8>> {
    let mut decoder = Decoder::new(coding);
    let mut out = Vec::new();
    for chunk in chunks {
        decoder.push(Bytes::copy_from_slice(chunk));
        while let Some(piece) = decoder.next_piece()? {
            assert!(!piece.is_empty() && piece.len() <= super::PIECE);
            out.extend_from_slice(&piece);
        }
    }
    decoder.finish()?;
    Ok(out)
}

/// Compressible, and longer than a piece.
fn page() -> Vec<u8> {
    (0..800).flat_map(|i| format!("<p>{i} {}</p>\n", i * i % 97).into_bytes()).collect()
}

#[test]
fn every_coding_is_undone_at_every_cut() {
    for (coding, mut encoder) in encoders() {
        let page = page();
        let body = encoded(&mut *encoder, &page);
        assert!(body.len() < page.len());
        assert_eq!(decode(coding, [&body[..]]).unwrap(), page, "{coding:?}");
        assert_eq!(decode(coding, body.chunks(1)).unwrap(), page, "{coding:?} in single bytes");
        for split in (0..body.len()).step_by(11) {
            let (first, second) = body.split_at(split);
            assert_eq!(decode(coding, [first, second]).unwrap(), page, "{coding:?} split at {split}");
        }
    }
}

#[test]
fn an_empty_body_is_empty_and_a_page_of_no_bytes_too() {
    for (coding, mut encoder) in encoders() {
        assert_eq!(decode(coding, []).unwrap(), b"");
        assert_eq!(decode(coding, [&[][..]]).unwrap(), b"");
        assert_eq!(decode(coding, [&encoded(&mut *encoder, b"")[..]]).unwrap(), b"", "{coding:?}");
    }
}

#[test]
fn what_is_cut_off_is_an_error() {
    for (coding, mut encoder) in encoders() {
        let body = encoded(&mut *encoder, &page());
        for length in [1, 2, 5, body.len() / 2, body.len() - 1] {
            assert!(decode(coding, [&body[..length]]).is_err(), "{coding:?} after {length}");
        }
    }
}

#[test]
fn what_is_in_no_coding_is_an_error() {
    for coding in [Coding::Gzip, Coding::Brotli, Coding::Zstd, Coding::Deflate] {
        assert!(decode(coding, [&b"<!DOCTYPE html><p>Not encoded at all"[..]]).is_err(), "{coding:?}");
    }
}

#[test]
fn streams_in_a_row_are_one_body() {
    for coding in [Coding::Gzip, Coding::Zstd] {
        let stream = |text: &[u8]| {
            let (_, mut encoder) = encoders().into_iter().find(|(found, _)| *found == coding).unwrap();
            encoded(&mut *encoder, text)
        };
        let body = [stream(b"one "), stream(b""), stream(b"two")].concat();
        assert_eq!(decode(coding, [&body[..]]).unwrap(), b"one two", "{coding:?}");
        assert_eq!(decode(coding, body.chunks(1)).unwrap(), b"one two", "{coding:?}");
    }
}

#[test]
fn rubbish_behind_the_end_is_ignored() {
    for (coding, mut encoder) in encoders() {
        let body = [encoded(&mut *encoder, b"page"), b"\0\0rubbish".to_vec()].concat();
        assert_eq!(decode(coding, [&body[..]]).unwrap(), b"page", "{coding:?}");
        assert_eq!(decode(coding, body.chunks(1)).unwrap(), b"page", "{coding:?}");
    }
}

#[test]
fn what_is_flushed_comes_out_before_more_comes() {
    for (coding, mut encoder) in encoders() {
        let mut buffer = vec![0; 4096];
        let mut output = WriteBuffer::new_initialized(&mut buffer);
        encoder.encode(&mut PartialBuffer::new(b"<body>first"), &mut output).unwrap();
        while !encoder.flush(&mut output).unwrap() {}
        let mut decoder = Decoder::new(coding);
        decoder.push(Bytes::copy_from_slice(output.written()));
        let mut out = Vec::new();
        while let Some(piece) = decoder.next_piece().unwrap() {
            out.extend_from_slice(&piece);
        }
        assert_eq!(out, b"<body>first", "{coding:?}");
    }
}

#[test]
fn a_bomb_goes_off_in_pieces() {
    let zeros = vec![0; 5_000_000];
    for (coding, mut encoder) in encoders() {
        let bomb = encoded(&mut *encoder, &zeros);
        let mut decoder = Decoder::new(coding);
        decoder.push(bomb.into());
        let mut length = 0;
        while let Some(piece) = decoder.next_piece().unwrap() {
            assert!(piece.len() <= super::PIECE);
            length += piece.len();
        }
        assert_eq!(length, zeros.len(), "{coding:?}");
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_are_decoded_or_refused(data in proptest::collection::vec(any::<u8>(), 0..300), cut in 0..300usize) {
        for coding in [Coding::Gzip, Coding::Deflate, Coding::Brotli, Coding::Zstd] {
            let (first, second) = data.split_at(cut.min(data.len()));
            let whole = decode(coding, [&data[..]]);
            let split = decode(coding, [first, second]);
            prop_assert_eq!(whole.ok(), split.ok());
        }
    }
}
