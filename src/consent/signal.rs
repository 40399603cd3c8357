use http::{HeaderMap, HeaderName};

/// Whether the browser sends Global Privacy Control.
///
/// Only a member that is exactly `1` counts (W3C Global Privacy Control, section 3.2); proxies may
/// have joined several lines into one.
pub(crate) fn global_privacy_control(headers: &HeaderMap) -> bool {
    const SEC_GPC: HeaderName = HeaderName::from_static("sec-gpc");
    let mut lines = headers.get_all(SEC_GPC).iter();
    lines.any(|line| line.as_bytes().split(|&b| b == b',').any(|member| member.trim_ascii() == b"1"))
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue};

    use super::global_privacy_control;

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
            assert_eq!(global_privacy_control(&headers), on, "{lines:?}");
        }
    }
}
