//! `Server-Timing`, by which page scripts read what a server measured, and in some sites who is asking.

/// Whether a metric names a request or a visitor, and not how long something took: it is called so, or holds a
/// long word with digits.
pub(super) fn is_identifying(metric: &str) -> bool {
    const NAMES: [&str; 9] = [
        "traceparent",
        "tracestate",
        "trace",
        "traceid",
        "trace-id",
        "trace_id",
        "rid",
        "request-id",
        "intid",
    ];
    let name = metric.split([';', '=']).next().unwrap_or_default().trim();
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '+' | '/' | '=');
    let is_identifier = |word: &str| {
        word.len() >= 16
            && word.bytes().filter(u8::is_ascii_digit).count() >= 3
            && word.bytes().any(|byte| byte.is_ascii_alphabetic())
    };
    NAMES.iter().any(|known| name.eq_ignore_ascii_case(known))
        || metric.split(|c: char| !is_word(c)).any(is_identifier)
}

#[cfg(test)]
mod tests {
    use super::is_identifying;

    #[test]
    fn metrics_that_say_who_asks_are_told_from_those_that_say_how_long_it_took() {
        for metric in [
            "traceparent;desc=\"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\"",
            " trace;desc=x",
            "session;desc=\"u=8f14e45fceea167a5a36\"",
            "id;desc=Zm9vYmFyMTIzNDU2Nzg5MA==",
        ] {
            assert!(is_identifying(metric), "{metric}");
        }
        for metric in [
            "db;dur=53.2",
            "cache;desc=\"Cache Read\";dur=23.2",
            "cdn-cache; desc=HIT",
            "total;dur=123.45678901234567",
            "edge;desc=\"very-long-name-of-a-server-group\"",
            "",
        ] {
            assert!(!is_identifying(metric), "{metric}");
        }
    }
}
