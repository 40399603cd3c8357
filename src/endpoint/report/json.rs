//! The report for programs.

use std::fmt::Write as _;

use super::{PLANES, Suggestion};
use crate::gate::Collected;

pub(super) fn render(collected: &Collected, suggestion: &Suggestion) -> String {
    let mut json = format!("{{\"full\":{},\"items\":[", collected.is_full);
    for (index, ((plane, name), entry)) in collected.entries.iter().enumerate() {
        let plane = PLANES.iter().find(|(known, ..)| known == plane).map_or("", |(_, word, _)| word);
        json.push_str(if index > 0 { ",{\"plane\":\"" } else { "{\"plane\":\"" });
        json.push_str(plane);
        json.push_str("\",\"name\":");
        string(&mut json, name);
        json.push_str(",\"vendor\":");
        match entry.vendor {
            Some(vendor) => string(&mut json, vendor),
            None => json.push_str("null"),
        }
        json.push_str(",\"categories\":[");
        for (index, id) in entry.categories.iter().enumerate() {
            json.push_str(if index > 0 { "," } else { "" });
            string(&mut json, id.as_str());
        }
        let _ = write!(
            json,
            "],\"undeclared\":{},\"withheld\":{},\"spared\":{},\"passed\":{}}}",
            entry.is_undeclared, entry.was_withheld, entry.was_spared, entry.has_passed
        );
    }
    json.push_str("],\"policy\":");
    string(&mut json, &suggestion.new);
    json.push_str(",\"additions\":{");
    for (index, (id, lines)) in suggestion.additions.iter().enumerate() {
        json.push_str(if index > 0 { "," } else { "" });
        string(&mut json, id);
        json.push(':');
        string(&mut json, lines);
    }
    json.push_str("}}");
    json
}

/// A string of JSON (RFC 8259, section 7).
fn string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
