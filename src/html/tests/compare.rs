//! The judgement: html5ever's tree with what was inserted, against the tree without.

use encoding_rs::{Encoding, UTF_8};
use std::collections::BTreeMap;

use super::harness::{BOTH, ONLY_END, ONLY_START, Ran};
use super::material::Material;
use super::oracle::{Parsed, parse_in};
use crate::html::{Outcome, Place, Places, Reason};

/// How many documents there were of each class.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts(BTreeMap<String, u64>);

impl Counts {
    pub(super) fn add(&mut self, class: impl Into<String>) {
        self.add_many(class, 1);
    }

    pub(super) fn add_many(&mut self, class: impl Into<String>, count: u64) {
        *self.0.entry(class.into()).or_default() += count;
    }

    pub(super) fn add_all(&mut self, other: Counts) {
        for (class, count) in other.0 {
            self.add_many(class, count);
        }
    }

    pub(super) fn get(&self, class: &str) -> u64 {
        self.0.get(class).copied().unwrap_or(0)
    }

    pub(super) fn lines(&self) -> Vec<String> {
        self.0.iter().map(|(class, count)| format!("{count:>9}  {class}")).collect()
    }

    pub(super) fn print(&self, title: &str) {
        println!("{title}\n{}", self.lines().join("\n"));
    }
}

const PLACES: [(Places, &str); 3] = [(ONLY_START, "start"), (ONLY_END, "end"), (BOTH, "both")];

/// What came of a document.
pub(super) struct Verdict {
    pub(super) start: Outcome,
    pub(super) end: Outcome,
    /// A frameset would have taken the place of a body that had begun without a tag. With something in
    /// it, it no longer does: the one case in which the page is not the same.
    pub(super) late_frameset: bool,
}

/// Judges documents.
pub(super) struct Judge<'a> {
    pub(super) materials: &'a [Material],
    /// Parses with scripting off, too.
    pub(super) scripting_off: bool,
    pub(super) encoding: &'static Encoding,
    pub(super) counts: Counts,
}

impl Default for Judge<'_> {
    fn default() -> Self {
        Judge { materials: Material::ALL, scripting_off: true, encoding: UTF_8, counts: Counts::default() }
    }
}

impl Judge<'_> {
    /// Runs a document with every material and every choice of places.
    pub(super) fn compare(
        &mut self,
        input: &[u8],
        run: impl Fn(Material, Places, &[u8]) -> Ran,
    ) -> Result<Verdict, String> {
        let before = parse_in(self.encoding, input, true);
        let before_off = self.scripting_off.then(|| parse_in(self.encoding, input, false));
        assert!(before.inserted.is_empty(), "the document is marked already");
        self.counts.add("documents");
        let mut outcomes = Vec::new();
        for (places, title) in PLACES {
            let mut first: Option<(Ran, Option<String>)> = None;
            for material in self.materials {
                let ran = run(*material, places, input);
                let verdict = self.judge(title, places, input, &before, &ran)?;
                let verdict_off = match &before_off {
                    Some(before) => self.judge_off(before, &ran),
                    None => None,
                };
                match &first {
                    None => {
                        self.count(title, places, &ran, &verdict, verdict_off.as_deref());
                        first = Some((ran, verdict_off));
                    }
                    Some((first, first_off)) => {
                        if (first.start, first.end) != (ran.start, ran.end) {
                            return Err(format!("{title}: {first:?}\n{ran:?}"));
                        }
                        if *first_off != verdict_off {
                            let classes = format!("{first_off:?}, shared {verdict_off:?}");
                            let Some(why) = shared_differs(input) else {
                                return Err(format!("{title}, scripting off: {classes}\n{:?}", ran.text()));
                            };
                            self.counts.add(format!("{title}, scripting off, {why}: {classes}"));
                        }
                    }
                }
            }
            outcomes.extend(first.map(|(ran, _)| (ran.start, ran.end)));
        }
        let (start, end) = (outcomes[0].0, outcomes[1].1);
        Ok(Verdict { start, end, late_frameset: start == Outcome::Inserted && before.has_frames })
    }

    fn count(&mut self, title: &str, places: Places, ran: &Ran, verdict: &[String], off: Option<&str>) {
        match (places.start, places.end) {
            (true, false) => self.counts.add(format!("start {:?}", ran.start)),
            (false, true) => self.counts.add(format!(
                "end {:?}{}",
                ran.end,
                match ran.asked(Place::BodyEnd) {
                    Some(asked) if !asked.child_of_body => ", may be nested",
                    _ => "",
                }
            )),
            _ => {}
        }
        for class in verdict {
            self.counts.add(format!("{title}: {class}"));
        }
        if let Some(class) = off {
            self.counts.add(format!("{title}, scripting off: {class}"));
        }
    }

    /// With scripting on. Returns the classes to be counted.
    fn judge(
        &self,
        title: &str,
        places: Places,
        input: &[u8],
        before: &Parsed,
        ran: &Ran,
    ) -> Result<Vec<String>, String> {
        if before.has_frames {
            if ran.start == Outcome::Inserted {
                return Ok(vec!["late frameset, not compared".into()]);
            }
            let frames = Outcome::Impossible(Reason::Frameset);
            // A doubt may have been noted before the frames.
            let impossible = ran.end == Outcome::NotWanted || matches!(ran.end, Outcome::Impossible(_));
            if !(ran.start == Outcome::NotWanted || ran.start == frames) || !impossible {
                return Err(format!("{title}: frames, and {:?} {:?}: {:?}", ran.start, ran.end, ran.text()));
            }
        }
        if ran.asked.is_empty() {
            // Removal has been checked: the output is the input.
            return Ok(Vec::new());
        }
        let after = parse_in(self.encoding, &ran.output, true);
        let fail = |what: &str| {
            Err(format!(
                "{title}, {:?}: {what}\n input {:?}\noutput {:?}\n{:?} {:?}\nbefore {:?}\n{}\nafter {:?}\n{}",
                ran.material,
                String::from_utf8_lossy(input),
                ran.text(),
                ran.start,
                ran.end,
                before.quirks,
                before.tree,
                after.quirks,
                after.tree,
            ))
        };
        if !after.is_same_page(before) {
            return fail("the tree differs");
        }
        let mut classes = Vec::new();
        let mut children = before.body_children;
        for (mark, place) in [("start", Place::BodyStart), ("end", Place::BodyEnd)] {
            let found = after.paths(mark);
            let Some(asked) = ran.asked(place) else {
                if found.is_empty() {
                    continue;
                }
                return fail("something else is marked");
            };
            let in_body = found.iter().filter(|path| *path == "html>body").count();
            if found.len() != ran.material.elements(place, asked.child_of_body)
                || (asked.child_of_body && in_body != found.len())
                || !found.iter().all(|path| path.starts_with("html>body"))
            {
                return fail(&format!("{mark} stands at {found:?}"));
            }
            if !asked.child_of_body && in_body > 0 && places.start != places.end {
                classes.push("not promised, child of body all the same".into());
            }
            children += in_body;
        }
        if !after.before_start.is_empty() {
            return fail(&format!("{:?} stands before the start", after.before_start));
        }
        // What a hydration cursor meets: the page's nodes as they were, then the insertion, then
        // nothing but the last text's whitespace, if it stood behind "</body>".
        match &after.behind_end[..] {
            [] => {}
            [space] if space.bytes().all(|byte| byte.is_ascii_whitespace()) => {
                classes.push("whitespace from behind </body> stands behind it".into());
                children += usize::from(after.body_children > children);
            }
            behind => return fail(&format!("{behind:?} stands behind the end")),
        }
        if after.body_children != children {
            return fail("a text node has come or gone");
        }
        Ok(classes)
    }

    /// What came of it where scripting is off. The module reads as browsers do whose scripting is on.
    fn judge_off(&self, before: &Parsed, ran: &Ran) -> Option<String> {
        if ran.asked.is_empty() {
            return None;
        }
        if before.has_frames {
            return Some("frames".into());
        }
        let after = parse_in(self.encoding, &ran.output, false);
        if !after.is_same_page(before) {
            return Some("the tree differs".into());
        }
        let mut class = String::from("neutral");
        for asked in &ran.asked {
            let (mark, title) = match asked.place {
                Place::BodyStart => ("start", "start"),
                Place::BodyEnd => ("end", "end"),
            };
            let found = after.paths(mark);
            let expected = ran.material.elements(asked.place, asked.child_of_body);
            if found.len() != expected || !found.iter().all(|path| path.starts_with("html>body")) {
                return Some(format!("{title} got lost"));
            }
            if asked.child_of_body && !found.iter().all(|path| path == "html>body") {
                class += &format!(", {title} not a child of body");
            }
        }
        Some(class)
    }
}

/// Elements that set a marker among the active formatting elements, which hides that of their template when it ends
/// before them (HTML standard, sections 13.2.4.3 and 13.2.6.4.4).
const MARKED: [&str; 6] = ["<object", "<applet", "<marquee", "<td", "<th", "<caption"];

/// Why several elements may fare otherwise than one where scripting is off. Then `noscript` opens
/// formatting again that is due, and what a `noscript` of the page left open takes the elements in.
fn shared_differs(input: &[u8]) -> Option<&'static str> {
    let has = |text: &str| memchr::memmem::find(input, text.as_bytes()).is_some();
    if has("<noscript") {
        Some("noscript left open")
    } else if has("<template") && MARKED.into_iter().any(has) {
        Some("formatting left active by what stands in a template")
    } else {
        None
    }
}
