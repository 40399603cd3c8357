use std::{fmt, io};

use bytes::{Buf, Bytes};
use compression_codecs::{
    BrotliDecoder, DecodeV2, DeflateDecoder, GzipDecoder, ZlibDecoder, ZstdDecoder,
    core::util::{PartialBuffer, WriteBuffer},
    zstd::params::DParameter,
};

/// So much is decoded at a time, so that a small body that decodes to a large page costs no memory.
const PIECE: usize = 8 * 1024;

/// Windows of more than 8 MiB are not for content codings (RFC 9659, section 3).
const ZSTD_WINDOW_LOG: u32 = 23;

/// A content coding that can be undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::middleware) enum Coding {
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

impl Coding {
    /// By its name in `Content-Encoding`.
    pub(in crate::middleware) fn new(name: &str) -> Option<Self> {
        let names = [
            ("gzip", Self::Gzip),
            // RFC 9110, section 8.4.1.3.
            ("x-gzip", Self::Gzip),
            ("deflate", Self::Deflate),
            ("br", Self::Brotli),
            ("zstd", Self::Zstd),
        ];
        names.into_iter().find(|(known, _)| name.eq_ignore_ascii_case(known)).map(|(_, coding)| coding)
    }
}

/// Undoes a content coding piece by piece.
pub(in crate::middleware) struct Decoder {
    coding: Coding,
    /// None until the first bytes have told which.
    codec: Option<Box<dyn DecodeV2 + Send + Sync>>,
    /// What has come and is not decoded.
    input: Bytes,
    piece: Box<[u8; PIECE]>,
    /// The last piece was full, so that the codec may have more.
    was_full: bool,
    progress: Progress,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    /// Nothing has come.
    Empty,
    /// Within a stream.
    Within,
    /// A stream has ended, and no other has begun.
    Between,
    /// What still comes is rubbish, which browsers ignore.
    Ended,
}

impl Decoder {
    pub(in crate::middleware) fn new(coding: Coding) -> Self {
        Self {
            coding,
            codec: None,
            input: Bytes::new(),
            piece: Box::new([0; PIECE]),
            was_full: false,
            progress: Progress::Empty,
        }
    }

    /// Takes the next bytes, once there is no next piece of those before.
    pub(in crate::middleware) fn push(&mut self, data: Bytes) {
        if self.progress == Progress::Empty && !data.is_empty() {
            self.progress = Progress::Within;
        }
        self.input = match self.input.is_empty() {
            true => data,
            // A first byte that did not tell the codec.
            false => [&self.input[..], &data].concat().into(),
        };
    }

    /// The next piece of what has come; `None` when more has to come first.
    ///
    /// # Errors
    ///
    /// What has come is not in this coding.
    pub(in crate::middleware) fn next_piece(&mut self) -> io::Result<Option<Bytes>> {
        loop {
            if self.progress == Progress::Ended || self.codec.is_none() && !self.choose_codec() {
                return Ok(None);
            }
            let had_input = !self.input.is_empty();
            if !had_input && !self.was_full {
                return Ok(None);
            }
            let (made, is_end) = match self.step() {
                Ok(step) => step,
                // Only codecs that are given nothing may complain of it.
                Err(_) if !had_input => (0, false),
                Err(_) if self.progress == Progress::Between => {
                    self.progress = Progress::Ended;
                    return Ok(None);
                }
                Err(error) => return Err(error),
            };
            self.was_full = made == PIECE;
            if made > 0 {
                self.progress = Progress::Within;
            }
            if is_end {
                self.end_stream()?;
            }
            if made > 0 {
                return Ok(Some(Bytes::copy_from_slice(&self.piece[..made])));
            }
        }
    }

    /// Nothing more comes.
    ///
    /// # Errors
    ///
    /// What has come is cut off.
    pub(in crate::middleware) fn finish(&mut self) -> io::Result<()> {
        match self.progress {
            Progress::Within => Err(io::ErrorKind::UnexpectedEof.into()),
            Progress::Empty | Progress::Between | Progress::Ended => Ok(()),
        }
    }

    /// Decodes once: how much that made, and whether a stream has ended.
    fn step(&mut self) -> io::Result<(usize, bool)> {
        let Some(codec) = &mut self.codec else { return Ok((0, false)) };
        let mut input = PartialBuffer::new(&self.input[..]);
        let mut output = WriteBuffer::new_initialized(&mut self.piece[..]);
        let is_end = codec.decode(&mut input, &mut output);
        let (taken, made) = (input.written_len(), output.written_len());
        self.input.advance(taken);
        is_end.map(|is_end| (made, is_end))
    }

    fn end_stream(&mut self) -> io::Result<()> {
        self.was_full = false;
        // Several may stand in a row (RFC 1952, section 2.2; RFC 8878, section 3).
        let codec = self.codec.as_mut().filter(|_| matches!(self.coding, Coding::Gzip | Coding::Zstd));
        match codec {
            Some(codec) => {
                self.progress = Progress::Between;
                codec.reinit()
            }
            None => {
                self.progress = Progress::Ended;
                Ok(())
            }
        }
    }

    /// Whether the first bytes tell which codec it is.
    fn choose_codec(&mut self) -> bool {
        self.codec = Some(match self.coding {
            Coding::Gzip => Box::new(GzipDecoder::new()),
            Coding::Brotli => Box::new(BrotliDecoder::new()),
            Coding::Zstd => {
                Box::new(ZstdDecoder::new_with_params(&[DParameter::window_log_max(ZSTD_WINDOW_LOG)]))
            }
            // The zlib format, which some servers leave out (RFC 9110, section 8.4.1.2).
            Coding::Deflate => match *self.input {
                [] | [_] => return false,
                [first, second, ..] if is_zlib(first, second) => Box::new(ZlibDecoder::new()),
                _ => Box::new(DeflateDecoder::new()),
            },
        });
        true
    }
}

/// RFC 1950, section 2.2: the method is 8, and both bytes together a multiple of 31.
fn is_zlib(first: u8, second: u8) -> bool {
    first & 0xf == 8 && u16::from_be_bytes([first, second]).is_multiple_of(31)
}

impl fmt::Debug for Decoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decoder").field("coding", &self.coding).field("progress", &self.progress).finish()
    }
}

#[cfg(test)]
mod tests;
