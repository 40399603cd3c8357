use std::{
    collections::VecDeque,
    fmt, io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use bytes::{Buf, Bytes, BytesMut};
use http::HeaderMap;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use super::{
    body_error::BodyError, cache, coding::Decoder, eligibility::Answered, endpoint::EndpointBody,
    insert::Inserter, json::begins_as_json,
};
use crate::{
    gate::{Setting, Standing},
    html::Rewriter,
    site::Site,
};

pin_project! {
    /// The body of a response that has passed the layer: the app's, the app's with insertions, or
    /// one of the layer's own.
    ///
    /// It yields the app's data as it comes, with the app's trailers and, in a [`BodyError`], its errors.
    pub struct ResponseBody<B> {
        #[pin]
        form: Form<B>,
    }
}

pin_project! {
    #[project = FormProjection]
    enum Form<B> {
        Pass { #[pin] inner: B, trailers: Option<Trailers> },
        Rewrite { #[pin] inner: B, rewriting: Box<Rewriting> },
        Own { body: EndpointBody },
        /// The answer to `HEAD`, whose length only `GET` would tell.
        Unknown,
    }
}

/// Judges trailers, which come when all else has left.
pub(super) struct Trailers {
    pub(super) site: Arc<Site>,
    pub(super) standing: Standing,
}

impl Trailers {
    fn gate(&self, fields: &mut HeaderMap) {
        let setting = Setting {
            runs_script: false,
            is_opened: false,
            is_document: false,
            is_for_visitor: false,
            is_shared: false,
            base: &|| None,
        };
        self.site.gate.response(fields, self.standing, &setting);
    }
}

/// No more of a file of rules is held. What it says behind that might be anything.
const MOST_RULES: usize = 16 << 10;

/// A page on its way through the rewriter.
struct Rewriting {
    rewriter: Rewriter,
    inserter: Inserter,
    /// Undoes the content coding of what the app sends.
    decoder: Option<Decoder>,
    /// Rules that are read once they are whole.
    rules: Option<BytesMut>,
    /// Nothing is inserted any more.
    only_forwards: bool,
    /// What may leave.
    out: VecDeque<Bytes>,
    gate: Trailers,
    /// Held until all data has left.
    trailers: Option<HeaderMap>,
    /// The app's body has ended.
    is_complete: bool,
    /// The app has sent nothing, which is no page.
    is_empty: bool,
    /// Something other than white space has come.
    has_begun: bool,
}

impl<B> ResponseBody<B> {
    /// What the layer leaves alone.
    pub(super) fn pass(inner: B) -> Self {
        Self { form: Form::Pass { inner, trailers: None } }
    }

    /// The app's data as it is.
    pub(super) fn gated(inner: B, trailers: Trailers) -> Self {
        Self { form: Form::Pass { inner, trailers: Some(trailers) } }
    }

    /// The app's data with insertions. What leaves is in no content coding.
    pub(super) fn rewrite(
        inner: B,
        answered: &Answered,
        rewriter: Rewriter,
        inserter: Inserter,
        gate: Trailers,
    ) -> Self {
        let rewriting = Rewriting {
            rewriter,
            inserter,
            decoder: answered.coding.map(Decoder::new),
            rules: answered.is_rules.then(BytesMut::new),
            only_forwards: false,
            out: VecDeque::new(),
            gate,
            trailers: None,
            is_complete: false,
            is_empty: true,
            has_begun: false,
        };
        Self { form: Form::Rewrite { inner, rewriting: Box::new(rewriting) } }
    }

    pub(super) fn unknown() -> Self {
        Self { form: Form::Unknown }
    }

    pub(super) fn own(data: Bytes) -> Self {
        Self { form: Form::Own { body: EndpointBody::new(data) } }
    }
}

impl Rewriting {
    /// What can leave before the app is asked for more.
    fn next_frame(&mut self) -> Option<Frame<Bytes>> {
        while let Some(data) = self.out.pop_front() {
            if !data.is_empty() {
                return Some(Frame::data(data));
            }
        }
        self.trailers.take().map(Frame::trailers)
    }

    /// Takes what the app sends.
    fn take(&mut self, data: Bytes) {
        match &mut self.decoder {
            Some(decoder) => decoder.push(data),
            None => self.feed(data),
        }
    }

    /// Decodes more of what the app has sent; whether there was more.
    fn decode(&mut self) -> io::Result<bool> {
        let Some(piece) = self.decoder.as_mut().map(Decoder::next_piece).transpose()?.flatten() else {
            return Ok(false);
        };
        self.feed(piece);
        Ok(true)
    }

    fn feed(&mut self, data: Bytes) {
        self.is_empty &= data.is_empty();
        if let Some(rules) = &mut self.rules {
            rules.extend_from_slice(&data);
            if rules.len() >= MOST_RULES {
                self.judge_rules();
            }
            return;
        }
        self.rewrite(data);
    }

    /// Lets rules go that were held, in a form that is no JSON where they are not allowed: browsers ignore those.
    fn judge_rules(&mut self) {
        let Some(rules) = self.rules.take() else { return };
        if self.inserter.withholds_rules(&rules) {
            self.out.push_back(Bytes::from_static(b"\"withheld until the visitor agrees\" "));
        }
        self.out.push_back(rules.freeze());
        self.only_forwards = true;
    }

    fn rewrite(&mut self, data: Bytes) {
        if !self.has_begun
            && let Some(is_json) = begins_as_json(&data)
        {
            self.has_begun = true;
            self.inserter.is_json = is_json;
        }
        if self.only_forwards || self.rewriter.is_done() {
            self.out.push_back(data);
        } else {
            self.rewriter.feed(&data, &mut self.inserter, &mut self.out);
        }
    }

    fn complete(&mut self) -> io::Result<()> {
        if !self.is_complete {
            self.is_complete = true;
            self.decoder.as_mut().map_or(Ok(()), Decoder::finish)?;
            self.judge_rules();
            if !self.is_empty && !self.only_forwards {
                self.rewriter.finish(&mut self.inserter, &mut self.out);
                self.inserter.tell(&self.rewriter);
            }
        }
        Ok(())
    }

    fn has_pending(&self) -> bool {
        !self.out.is_empty() || self.trailers.is_some()
    }

    /// Nothing is held back and nothing will be inserted any more.
    fn only_passes(&self) -> bool {
        let is_done = self.only_forwards || self.rules.is_none() && self.rewriter.is_done();
        self.is_complete || self.decoder.is_none() && is_done
    }
}

impl Drop for Rewriting {
    /// A server that knows a body's length does not ask for its end, and a visitor may not wait for it: what has been
    /// met by then is told all the same.
    fn drop(&mut self) {
        if !self.is_complete {
            self.inserter.tell_met();
        }
    }
}

impl<B: Body> Body for ResponseBody<B> {
    type Data = Bytes;
    type Error = BodyError<B::Error>;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError<B::Error>>>> {
        match self.project().form.project() {
            FormProjection::Pass { inner, trailers } => {
                let frame = ready!(inner.poll_frame(cx));
                let frame = frame.map(|frame| frame.map(|frame| frame.map_data(into_bytes)));
                let frame = frame.map(|frame| {
                    frame.map(|mut frame| {
                        if let (Some(fields), Some(trailers)) = (frame.trailers_mut(), &trailers) {
                            trailers.gate(fields);
                        }
                        frame
                    })
                });
                Poll::Ready(frame.map(|frame| frame.map_err(BodyError::App)))
            }
            FormProjection::Own { body } => Poll::Ready(body.next_frame().map(Ok)),
            FormProjection::Unknown => Poll::Ready(None),
            FormProjection::Rewrite { mut inner, rewriting } => loop {
                if let Some(frame) = rewriting.next_frame() {
                    return Poll::Ready(Some(Ok(frame)));
                }
                if rewriting.is_complete {
                    return Poll::Ready(None);
                }
                if rewriting.decode().map_err(BodyError::Coding)? {
                    continue;
                }
                match ready!(inner.as_mut().poll_frame(cx)) {
                    Some(Ok(frame)) => match frame.into_data() {
                        Ok(data) => rewriting.take(into_bytes(data)),
                        Err(frame) => {
                            // Trailers end the data (RFC 9112, section 7.1.2).
                            rewriting.complete().map_err(BodyError::Coding)?;
                            rewriting.trailers = frame.into_trailers().ok().map(|mut trailers| {
                                rewriting.gate.gate(&mut trailers);
                                cache::forget_bytes(&mut trailers);
                                cache::forget_validators(&mut trailers);
                                trailers
                            });
                        }
                    },
                    Some(Err(error)) => return Poll::Ready(Some(Err(BodyError::App(error)))),
                    None => rewriting.complete().map_err(BodyError::Coding)?,
                }
            },
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.form {
            Form::Pass { inner, .. } => inner.is_end_stream(),
            Form::Own { body } => body.is_end_stream(),
            // Else a server would take it for a body of no bytes, and say so.
            Form::Unknown => false,
            Form::Rewrite { inner, rewriting } => {
                let inner_has_ended = rewriting.is_complete || inner.is_end_stream();
                inner_has_ended && rewriting.only_passes() && !rewriting.has_pending()
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.form {
            Form::Pass { inner, .. } => inner.size_hint(),
            Form::Own { body } => body.size_hint(),
            Form::Unknown => SizeHint::new(),
            Form::Rewrite { inner, rewriting } => {
                let pending: usize = rewriting.out.iter().map(Bytes::len).sum();
                let inner = match (rewriting.is_complete, &rewriting.decoder) {
                    (true, _) => SizeHint::with_exact(0),
                    (false, None) => inner.size_hint(),
                    // Nobody knows what it decodes to.
                    (false, Some(_)) => SizeHint::new(),
                };
                let mut hint = SizeHint::new();
                hint.set_lower(inner.lower().saturating_add(pending as u64));
                // What is still to be inserted depends on the page.
                if let Some(upper) = inner.upper().filter(|_| rewriting.only_passes()) {
                    hint.set_upper(upper.saturating_add(pending as u64));
                }
                hint
            }
        }
    }
}

/// Free for bodies that yield `Bytes`.
fn into_bytes(mut data: impl Buf) -> Bytes {
    data.copy_to_bytes(data.remaining())
}

impl<B> fmt::Debug for ResponseBody<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let form = match self.form {
            Form::Pass { .. } => "Pass",
            Form::Rewrite { .. } => "Rewrite",
            Form::Own { .. } => "Own",
            Form::Unknown => "Unknown",
        };
        f.debug_tuple("ResponseBody").field(&form).finish()
    }
}
