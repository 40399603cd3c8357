use std::collections::HashMap;

use http::{HeaderMap, HeaderValue, Method, StatusCode};

use crate::{
    message::{Answer, Ask, field, members},
    rules::{Kind, age, is_known, is_same, not_modified},
};

/// A cache as RFC 9111 describes it, in virtual time.
#[derive(Debug)]
pub(crate) struct Cache {
    kind: Kind,
    stored: HashMap<String, Vec<Stored>>,
    pub(crate) counts: HashMap<String, Counts>,
}

/// How requests for one path were answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) requests: usize,
    /// Without asking.
    pub(crate) hits: usize,
    /// After the site said that nothing has changed.
    pub(crate) confirmed: usize,
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.requests += other.requests;
        self.hits += other.hits;
        self.confirmed += other.confirmed;
    }
}

#[derive(Clone, Debug)]
struct Stored {
    selecting: Vec<(String, String)>,
    answer: Answer,
    since: u64,
}

impl Stored {
    fn is_for(&self, ask: &Ask) -> bool {
        self.selecting.iter().all(|(name, value)| field(&ask.headers, name) == *value)
    }
}

impl Cache {
    pub(crate) fn new(kind: Kind) -> Self {
        Self { kind, stored: HashMap::new(), counts: HashMap::new() }
    }

    /// Answers from what is stored where that is allowed, else asks on.
    pub(crate) fn fetch(&mut self, ask: &Ask, now: u64, next: &mut dyn FnMut(&Ask) -> Answer) -> Answer {
        if ask.method != Method::GET {
            // Section 4.4.
            self.stored.remove(&ask.path);
            return next(ask);
        }
        let counts = self.counts.entry(ask.path.clone()).or_default();
        counts.requests += 1;
        let stored = self.stored.entry(ask.path.clone()).or_default();
        // The latest of those that fit (section 4.1).
        let found = stored.iter().rposition(|stored| stored.is_for(ask));
        if let Some(found) = found.map(|found| &stored[found])
            && self.kind.is_usable(&found.answer, now - found.since)
        {
            counts.hits += 1;
            return found.serve(ask, now);
        }

        let answer = next(&conditional(ask, stored, found));
        if answer.status == StatusCode::NOT_MODIFIED {
            let Some(same) = confirmed(stored, found, &answer) else {
                // It answers the client's own conditions.
                return answer;
            };
            counts.confirmed += 1;
            let mut same = stored.remove(same);
            freshen(&mut same.answer.headers, &answer.headers);
            if !self.kind.is_shared {
                same.answer.headers.remove("set-cookie");
            }
            same.since = now;
            same.selecting = self.kind.selecting(ask, &same.answer);
            let served = same.serve(ask, now);
            if self.kind.may_store(ask, &same.answer) {
                stored.retain(|other| other.selecting != same.selecting);
                stored.push(same);
            }
            return served;
        }
        if self.kind.may_store(ask, &answer) {
            let selecting = self.kind.selecting(ask, &answer);
            stored.retain(|other| other.selecting != selecting);
            let mut kept = answer.clone();
            if !self.kind.is_shared {
                // A browser has set it, and does so once.
                kept.headers.remove("set-cookie");
            }
            stored.push(Stored { selecting, answer: kept, since: now });
        }
        answer
    }
}

impl Stored {
    fn serve(&self, ask: &Ask, now: u64) -> Answer {
        let mut answer = self.answer.clone();
        let age = age(&answer, now - self.since);
        answer.headers.insert("age", HeaderValue::from(age));
        if is_known(&ask.headers, &answer.headers) { not_modified(&answer) } else { answer }
    }
}

/// The request with the validators of all that is stored beside the client's own (section 4.3.1).
fn conditional(ask: &Ask, stored: &[Stored], found: Option<usize>) -> Ask {
    let mut onward = ask.clone();
    let mut tags: Vec<String> = members(&field(&ask.headers, "if-none-match")).map(str::to_owned).collect();
    for tag in stored.iter().map(|stored| field(&stored.answer.headers, "etag")) {
        if !tag.is_empty() && !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    if !tags.is_empty() {
        onward.headers.insert("if-none-match", HeaderValue::from_str(&tags.join(", ")).unwrap());
    }
    let modified = found.and_then(|found| stored[found].answer.headers.get("last-modified"));
    if let Some(modified) = modified {
        onward.headers.insert("if-modified-since", modified.clone());
    }
    onward
}

/// Which stored answer a `304` is about (section 4.3.3).
fn confirmed(stored: &[Stored], found: Option<usize>, answer: &Answer) -> Option<usize> {
    let tag = field(&answer.headers, "etag");
    if tag.is_empty() {
        return found;
    }
    stored.iter().rposition(|stored| is_same(&field(&stored.answer.headers, "etag"), &tag))
}

/// Brings what is stored up to date (section 3.2), cookies included (section 7.3).
fn freshen(stored: &mut HeaderMap, new: &HeaderMap) {
    stored.remove("age");
    for name in new.keys() {
        stored.remove(name);
    }
    for (name, value) in new {
        if name != "content-length" {
            stored.append(name.clone(), value.clone());
        }
    }
}
