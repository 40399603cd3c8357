//! `Server-Timing`, by which page scripts read what a server measured, and in some sites who is asking.

use http::{HeaderMap, HeaderName, HeaderValue};

use super::{Gate, Gated, Standing, Verdict, latin, link::members, needs};

pub(super) const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

impl Gate {
    /// Leaves of each metric its name, how long it took, and what a cache did, until analytics is allowed: the rest
    /// may say who is asking. A site may declare the field itself, and then that holds.
    pub(super) fn gate_timing(&self, headers: &mut HeaderMap, standing: Standing, met: &mut Vec<Gated>) {
        if !matches!(self.response_headers.look_up(SERVER_TIMING.as_str()), Verdict::Unknown) {
            return;
        }
        let verdict = needs(&self.policy, "analytics");
        let lines: Vec<HeaderValue> = headers.get_all(SERVER_TIMING).iter().cloned().collect();
        let texts: Vec<String> = lines.iter().map(latin::text).collect();
        if !texts.iter().any(|text| members(text).into_iter().any(|metric| left(metric).is_some())) {
            return;
        }
        let ruling = self.rule(verdict, standing);
        self.note_header(SERVER_TIMING.as_str(), verdict, ruling, met);
        if ruling.passes() {
            return;
        }
        headers.remove(SERVER_TIMING);
        for text in texts {
            let metrics =
                members(&text).into_iter().map(|metric| left(metric).unwrap_or_else(|| metric.to_owned()));
            let kept: Vec<String> = metrics.filter(|metric| !metric.is_empty()).collect();
            let rest = latin::value(kept.join(",").trim()).filter(|rest| !rest.is_empty());
            if let Some(rest) = rest {
                headers.append(SERVER_TIMING, rest);
            }
        }
    }
}

/// What a cache did, as the field is used for by proxies (RFC 9211, section 2.2, and the words of before).
const OF_CACHES: [&str; 13] = [
    "bypass",
    "dynamic",
    "error",
    "expired",
    "hit",
    "miss",
    "none",
    "pass",
    "revalidated",
    "stale",
    "synth",
    "updating",
    "uri-miss",
];

/// No request takes so many milliseconds: it is something else.
const LONGEST: f64 = 3_600_000.0;

/// What is left of a metric that may say who is asking; `None` where it says no more than how long something took
/// (Server Timing, section 4). Its name goes, too, if it looks like an identifier.
fn left(metric: &str) -> Option<String> {
    let mut parts = metric.split(';');
    let name = parts.next().unwrap_or_default();
    if has_identifier(name) {
        return Some(String::new());
    }
    let mut left = name.trim_end().to_owned();
    let mut is_less = false;
    for part in parts {
        if is_harmless(part.trim()) {
            left.extend([";", part]);
        } else {
            is_less |= !part.trim().is_empty();
        }
    }
    is_less.then_some(left)
}

/// Whether a parameter is a duration or what a cache did.
fn is_harmless(parameter: &str) -> bool {
    let Some((key, value)) = parameter.split_once('=') else { return false };
    let value = value.trim();
    let value = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value);
    let is = |name: &str| key.trim().eq_ignore_ascii_case(name);
    let is_duration = || value.parse::<f64>().is_ok_and(|value| (0.0..LONGEST).contains(&value));
    is("dur") && is_duration() || is("desc") && OF_CACHES.iter().any(|word| value.eq_ignore_ascii_case(word))
}

/// Whether a text holds a word of at least six characters with both letters and digits, or five digits or more.
fn has_identifier(text: &str) -> bool {
    let looks_like_one = |word: &str| {
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        digits > 0 && (word.len() >= 6 || word.len() == 5 && digits == 5)
    };
    text.split(|c: char| !c.is_ascii_alphanumeric()).any(looks_like_one)
}

#[cfg(test)]
mod tests {
    use super::left;

    #[test]
    fn what_may_say_who_asks_goes_and_how_long_it_took_stays() {
        for (metric, rest) in [
            ("traceparent;desc=\"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\"", "traceparent"),
            (" trace;desc=x", " trace"),
            ("visitor;desc=\"abc123\";dur=3", "visitor;dur=3"),
            ("edge;desc=\"203.0.113.7\"", "edge"),
            ("cache;desc=\"alice@example.com\"", "cache"),
            ("cache;desc=\"Cache Read\"; dur=23.2", "cache; dur=23.2"),
            ("n;dur=48151623", "n"),
            ("n;dur=8f14", "n"),
            ("n;dur=NaN", "n"),
            ("n;dur=\"3", "n"),
            ("n;desc=\"a;dur=1;b=\"", "n;dur=1"),
            ("n;flag", "n"),
            ("x_8f14e45f;dur=1", ""),
            ("u48151;dur=1", ""),
        ] {
            assert_eq!(left(metric).as_deref(), Some(rest), "{metric}");
        }
        for metric in [
            "db;dur=53.2",
            "user; dur = \"12\"",
            "total;dur=123.45678901234567",
            "cdn-cache; desc=HIT",
            "cdn;desc=\"uri-miss\";dur=0",
            "fra1",
            "db;",
            "",
        ] {
            assert_eq!(left(metric), None, "{metric}");
        }
    }
}
