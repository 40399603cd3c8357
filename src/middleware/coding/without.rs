//! Without the feature `decompression` nothing is undone.

use std::{convert::Infallible, io};

use bytes::Bytes;

/// There is no coding that can be undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::middleware) struct Coding(Infallible);

impl Coding {
    pub(in crate::middleware) fn new(_: &str) -> Option<Self> {
        None
    }
}

#[derive(Debug)]
pub(in crate::middleware) struct Decoder(Infallible);

impl Decoder {
    pub(in crate::middleware) fn new(coding: Coding) -> Self {
        Self(coding.0)
    }

    pub(in crate::middleware) fn push(&mut self, _: Bytes) {
        match self.0 {}
    }

    pub(in crate::middleware) fn next_piece(&mut self) -> io::Result<Option<Bytes>> {
        match self.0 {}
    }

    pub(in crate::middleware) fn finish(&mut self) -> io::Result<()> {
        match self.0 {}
    }
}
