use http::Method;

use crate::{
    cache::Cache,
    message::{Answer, Ask},
    rules::Kind,
};

/// Someone with a browser: a cache and a jar of cookies.
pub(crate) struct Visitor {
    pub(crate) cache: Cache,
    sid: usize,
    language: &'static str,
    has_signal: bool,
    /// With the time at which it is gone.
    jar: Vec<(String, String, u64)>,
}

/// How a browser asks for something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    Opens,
    Fetches,
    Frames,
    Swaps,
    FetchesAcrossSites,
}

impl Visitor {
    pub(crate) fn new(sid: usize) -> Self {
        Self {
            cache: Cache::new(Kind::BROWSER),
            sid,
            language: ["en", "fr", "de-CH, de;q=0.8", "fr"][sid % 4],
            has_signal: sid % 3 == 1,
            jar: Vec::new(),
        }
    }

    fn ask(&self, method: Method, path: &str, now: u64) -> Ask {
        let mut cookies = vec![format!("sid={}", self.sid)];
        let alive = self.jar.iter().filter(|(_, _, end)| *end > now);
        cookies.extend(alive.map(|(name, value, _)| format!("{name}={value}")));
        let ask = Ask::new(method, path)
            .with("host", "www.example.com")
            .with("cookie", &cookies.join("; "))
            .with("accept-language", self.language);
        if self.has_signal { ask.with("sec-gpc", "1") } else { ask }
    }

    pub(crate) fn asks_for(&self, path: &str, manner: Manner, now: u64) -> Ask {
        let ask = self.ask(Method::GET, path, now);
        match manner {
            Manner::Opens => ask.with("sec-fetch-dest", "document").with("accept", "text/html,*/*;q=0.8"),
            Manner::Fetches => ask.with("sec-fetch-dest", "empty").with("accept", "*/*"),
            Manner::Frames => ask.with("sec-fetch-dest", "iframe").with("accept", "text/html,*/*;q=0.8"),
            Manner::Swaps => ask.with("sec-fetch-dest", "empty").with("hx-request", "true"),
            Manner::FetchesAcrossSites => {
                ask.with("sec-fetch-dest", "empty").with("sec-fetch-site", "cross-site")
            }
        }
    }

    pub(crate) fn decides(&self, form: &str, now: u64) -> Ask {
        let mut ask = self.ask(Method::POST, "/cookie-consent", now);
        form.clone_into(&mut ask.body);
        ask.with("content-type", "application/x-www-form-urlencoded").with("sec-fetch-site", "same-origin")
    }

    /// Keeps the cookies that an answer sets.
    pub(crate) fn keep(&mut self, answer: &Answer, now: u64) {
        for line in answer.set_cookies() {
            let mut parts = line.split("; ");
            let (name, value) = parts.next().unwrap().split_once('=').unwrap();
            let max_age = parts.find_map(|part| part.strip_prefix("Max-Age="));
            let max_age: u64 = max_age.map_or(u64::MAX / 2, |seconds| seconds.parse().unwrap());
            self.jar.retain(|(known, ..)| known != name);
            if max_age > 0 {
                self.jar.push((name.to_owned(), value.to_owned(), now + max_age));
            }
        }
    }
}
