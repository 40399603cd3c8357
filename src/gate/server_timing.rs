//! `Server-Timing`, by which page scripts read what a server measured, and in some sites who is asking.

use http::{HeaderMap, HeaderName, HeaderValue};

use super::{Gate, Gated, Standing, Verdict, latin, link::members, needs};

pub(super) const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

impl Gate {
    /// Takes the metrics that say who is asking out of `Server-Timing`, until analytics is allowed. A site may
    /// declare the field itself, and then that holds.
    pub(super) fn gate_timing(&self, headers: &mut HeaderMap, standing: Standing, met: &mut Vec<Gated>) {
        if !matches!(self.response_headers.look_up(SERVER_TIMING.as_str()), Verdict::Unknown) {
            return;
        }
        let verdict = needs(&self.policy, "analytics");
        let lines: Vec<HeaderValue> = headers.get_all(SERVER_TIMING).iter().cloned().collect();
        let texts: Vec<String> = lines.iter().map(latin::text).collect();
        let is_any = |text: &String| members(text).into_iter().any(is_identifying);
        if !texts.iter().any(is_any) {
            return;
        }
        let ruling = self.rule(verdict, standing);
        self.note_header(SERVER_TIMING.as_str(), verdict, ruling, met);
        if ruling.passes() {
            return;
        }
        headers.remove(SERVER_TIMING);
        for text in texts {
            let kept: Vec<&str> =
                members(&text).into_iter().filter(|metric| !is_identifying(metric)).collect();
            let rest = latin::value(kept.join(",").trim()).filter(|rest| !rest.is_empty());
            if let Some(rest) = rest {
                headers.append(SERVER_TIMING, rest);
            }
        }
    }
}

/// What a metric of a visitor, a device or a request is called, word by word.
const IDENTIFIED: [&str; 38] = [
    "account",
    "addr",
    "address",
    "aid",
    "auth",
    "cid",
    "client",
    "customer",
    "device",
    "email",
    "fingerprint",
    "guid",
    "id",
    "intid",
    "ip",
    "mail",
    "member",
    "ray",
    "req",
    "request",
    "rid",
    "session",
    "sessionid",
    "sid",
    "span",
    "tid",
    "token",
    "trace",
    "traceid",
    "traceparent",
    "tracestate",
    "uid",
    "user",
    "userid",
    "uuid",
    "vid",
    "visitor",
    "xid",
];

/// No request takes so many milliseconds: it is something else.
const LONGEST: f64 = 3_600_000.0;

/// Whether a metric says who is asking, or in which request, and not how long something took: it gives a
/// description to what is called so, or it holds a word that looks like an identifier.
///
/// In doubt it is one: no page needs the field to be shown.
fn is_identifying(metric: &str) -> bool {
    let mut parts = metric.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default();
    let is_duration = |value: &str| {
        let value = value.trim_matches('"').parse::<f64>();
        value.is_ok_and(|value| (0.0..LONGEST).contains(&value))
    };
    let (mut is_described, mut is_marked) = (false, has_identifier(name));
    for part in parts.filter(|part| !part.is_empty()) {
        let duration = part.split_once('=').filter(|(key, _)| key.trim().eq_ignore_ascii_case("dur"));
        if !duration.is_some_and(|(_, value)| is_duration(value.trim())) {
            is_described = true;
            is_marked |= has_identifier(part);
        }
    }
    let mut words = name.split(|c: char| !c.is_ascii_alphanumeric());
    let mut is_called = || words.any(|word| IDENTIFIED.iter().any(|known| word.eq_ignore_ascii_case(known)));
    is_marked || is_described && is_called()
}

/// Whether a text holds a word of at least six characters with both letters and digits, five digits or
/// more, or 24 characters with nothing between them that separates words.
fn has_identifier(text: &str) -> bool {
    let is_letter_or_digit = |c: char| c.is_ascii_alphanumeric();
    let looks_like_one = |word: &str| {
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        let is_mixed = digits > 0 && digits < word.len();
        word.len() >= 6 && is_mixed || word.len() >= 5 && digits == word.len() || word.len() >= 24
    };
    text.split(|c| !is_letter_or_digit(c)).any(looks_like_one)
}

#[cfg(test)]
mod tests {
    use super::{IDENTIFIED, is_identifying};

    #[test]
    fn names_are_lower_case_and_in_order() {
        assert!(IDENTIFIED.is_sorted());
        assert!(IDENTIFIED.iter().all(|word| *word == word.to_ascii_lowercase()));
    }

    #[test]
    fn metrics_that_say_who_asks_are_told_from_those_that_say_how_long_it_took() {
        for metric in [
            "traceparent;desc=\"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\"",
            " trace;desc=x",
            "session;desc=\"u=8f14e45fceea167a5a36\"",
            "id;desc=Zm9vYmFyMTIzNDU2Nzg5MA==",
            "uid;desc=\"user-8f14e45f\"",
            "visitor;desc=\"abc123\"",
            "visitor-id;desc=7;dur=3",
            "who;desc=\"8f14e45f\"",
            "n;desc=48151",
            "n;dur=48151623",
            "n;dur=NaN;dur=8f14e4",
            "x_8f14e45f;dur=1",
            "m;desc=QWxpY2VTbWl0aEV4YW1wbGVDb20",
            "Client_IP;desc=a",
            "n;a=b;c=\"8f14e45f\"",
        ] {
            assert!(is_identifying(metric), "{metric}");
        }
        for metric in [
            "db;dur=53.2",
            "user;dur=12",
            "session;dur=\"3.5\"",
            "request; dur=120",
            "cache;desc=\"Cache Read\";dur=23.2",
            "cdn-cache; desc=HIT",
            "total;dur=123.45678901234567",
            "edge;desc=\"very-long-name-of-a-server-group\"",
            "edge;desc=fra1-04",
            "proto;desc=http3",
            "status;desc=200",
            "",
        ] {
            assert!(!is_identifying(metric), "{metric}");
        }
    }
}
