use http::{HeaderMap, HeaderName, header};

use crate::policy::DoNotTrack;

/// A preference that browsers send by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    /// `Sec-GPC: 1`.
    GlobalPrivacyControl,
    /// `DNT: 1`.
    DoNotTrack,
}

impl Signal {
    /// The signal of a request, if it has one that counts.
    pub(crate) fn of(headers: &HeaderMap, dnt: DoNotTrack) -> Option<Self> {
        const SEC_GPC: HeaderName = HeaderName::from_static("sec-gpc");
        if is_on(headers, SEC_GPC) {
            Some(Self::GlobalPrivacyControl)
        } else {
            (dnt == DoNotTrack::Refusal && is_on(headers, header::DNT)).then_some(Self::DoNotTrack)
        }
    }

    /// What it is called, in all languages.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::GlobalPrivacyControl => "Global Privacy Control",
            Self::DoNotTrack => "Do Not Track",
        }
    }
}

/// Whether a field has a member that is exactly `1`: of several fields one is enough, whatever the others say
/// (W3C Global Privacy Control, section 3.2), and proxies may have joined them into one list.
fn is_on(headers: &HeaderMap, name: HeaderName) -> bool {
    let mut lines = headers.get_all(name).iter();
    lines.any(|line| line.as_bytes().split(|&b| b == b',').any(|member| member.trim_ascii() == b"1"))
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue};

    use super::Signal;
    use crate::policy::DoNotTrack;

    #[test]
    fn only_an_exact_1_is_a_signal() {
        for (lines, on) in [
            (&["1"][..], true),
            (&["0", "1"], true),
            (&["0, 1"], true),
            (&["0"], false),
            (&["true"], false),
            (&["1;x"], false),
            (&["11"], false),
            (&[""], false),
            (&[], false),
        ] {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append("sec-gpc", HeaderValue::from_static(line));
            }
            let signal = Signal::of(&headers, DoNotTrack::Ignore);
            assert_eq!(signal == Some(Signal::GlobalPrivacyControl), on, "{lines:?}");
        }
    }
}
