//! Which responses carry the banner, and of which the markup may be gated: two pure functions of a
//! request and its response, with a reason for every no.

mod request;
mod response;
#[cfg(test)]
mod tests;

pub(super) use self::{
    request::{Asked, Opens, accepts_anything, is_navigation},
    response::{Answered, is_xml, list},
};

/// Why a response is left as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Reason {
    /// The path says so, or there is nothing to ask.
    Configured,
    /// A closure says so, of this request.
    Declined,
    /// The method asks for no page.
    Method,
    /// A part of a page, to be put into one that is there already.
    Fragment,
    /// A page inside another.
    Framed,
    /// A script, style, image and so on.
    Subresource,
    /// A script asked, and did not say that it swaps whole pages.
    Fetch,
    /// A layer outside of this one does it.
    Nested,
    Status,
    NotHtml,
    /// An encoding in which ASCII does not mean ASCII.
    Charset,
    /// Compressed, in a way that cannot be undone here.
    Encoded,
    Attachment,
    Partial,
    NoTransform,
    Empty,
    /// The handler has done it.
    Rendered,
}

impl Reason {
    #[cfg_attr(not(feature = "tracing"), allow(dead_code))]
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Configured => "configured",
            Self::Declined => "declined",
            Self::Method => "method",
            Self::Fragment => "fragment",
            Self::Framed => "framed",
            Self::Subresource => "subresource",
            Self::Fetch => "fetch",
            Self::Nested => "nested layer",
            Self::Status => "status",
            Self::NotHtml => "not HTML",
            Self::Charset => "charset",
            Self::Encoded => "encoded",
            Self::Attachment => "attachment",
            Self::Partial => "partial",
            Self::NoTransform => "no-transform",
            Self::Empty => "empty",
            Self::Rendered => "rendered by the handler",
        }
    }
}

/// Whether a response carries the banner, for visitors who have something to answer.
///
/// Where all visitors get the same bytes, it does not matter who asks first for what is then kept
/// for the others: a frame and a fetch get the page as a navigation would.
pub(super) fn banner(asked: &Asked, answered: &Answered, is_shared: bool) -> Result<(), Reason> {
    match asked.page {
        Err(Reason::Framed | Reason::Fetch | Reason::Subresource) if is_shared => {}
        other => other?,
    }
    answered.page?;
    if answered.is_rendered { Err(Reason::Rendered) } else { Ok(()) }
}

/// Whether the markup of a response may be gated. To skip the banner is not to skip the gate: what
/// a fragment, a frame or a fetched page loads is loaded all the same.
pub(super) fn gate(asked: &Asked, answered: &Answered) -> Result<(), Reason> {
    match asked.page {
        Err(reason @ (Reason::Method | Reason::Nested)) => Err(reason),
        _ => answered.markup,
    }
}
