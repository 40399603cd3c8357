//! Many visitors at a time.

use std::{
    fmt,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use axum::http::header;
use bytes::Bytes;
use http_body_util::Full;
use hyper::Request;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use tokio::{
    task::JoinSet,
    time::{sleep, timeout},
};

use crate::{
    news::Kind,
    program::Gateway,
    visitor::{Connection, End, State, Wish},
};

/// How many connections there are at a time, half of them HTTP/2 with a few streams each.
pub(crate) const CONNECTIONS: usize = 256;
const STREAMS: usize = 4;

/// Longer than any request takes, unless it hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// Who the visitors are.
pub(crate) struct Crowd {
    address: String,
    /// One for each state.
    cookies: [String; 3],
}

/// How their requests ended.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) right: AtomicUsize,
    pub(crate) sorry: AtomicUsize,
    pub(crate) late: AtomicUsize,
    pub(crate) cut: AtomicUsize,
    pub(crate) wrong: Mutex<Vec<String>>,
}

impl Tally {
    fn count(&self, end: End) {
        match end {
            End::Right => self.right.fetch_add(1, Relaxed),
            End::Sorry => self.sorry.fetch_add(1, Relaxed),
            End::Late => self.late.fetch_add(1, Relaxed),
            End::Cut => self.cut.fetch_add(1, Relaxed),
            End::Wrong(what) => {
                self.wrong.lock().unwrap().push(what);
                0
            }
        };
    }

    pub(crate) fn failed(&self) -> usize {
        [&self.sorry, &self.late, &self.cut].iter().map(|count| count.load(Relaxed)).sum()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wrong = self.wrong.lock().unwrap();
        let count = |number: &AtomicUsize| number.load(Relaxed);
        let (right, sorry, late, cut) =
            (count(&self.right), count(&self.sorry), count(&self.late), count(&self.cut));
        write!(f, "{right} right, {sorry} pages 502, {late} pages 504, {cut} cut, {} wrong", wrong.len())
    }
}

impl Crowd {
    pub(crate) async fn new(gateway: &Gateway) -> Self {
        let mut cookies = [String::new(), String::new(), String::new()];
        for (cookie, choice) in cookies[1..].iter_mut().zip(["accept", "reject"]) {
            let client = Client::builder(TokioExecutor::new()).build_http();
            let request = Request::post(gateway.url("/cookie-consent"))
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Full::<Bytes>::from(format!("choice={choice}")));
            let response = client.request(request.unwrap()).await.unwrap();
            let line = response.headers()[header::SET_COOKIE].to_str().unwrap();
            *cookie = line.split(';').next().unwrap().to_owned();
        }
        Self { address: gateway.address.clone(), cookies }
    }

    /// Of a visitor in this state.
    pub(crate) fn cookie(&self, state: State) -> &str {
        &self.cookies[state as usize]
    }

    /// Everyone comes at once, asks so often, and leaves.
    pub(crate) async fn visit(self: &Arc<Self>, round: usize, requests_each: usize) -> (Tally, Duration) {
        let tally = Arc::new(Tally::default());
        let begun = Instant::now();
        let mut visits = JoinSet::new();
        for number in 0..CONNECTIONS {
            let (crowd, tally) = (self.clone(), tally.clone());
            visits.spawn(async move {
                let seed = (round * CONNECTIONS + number) as u64;
                if number % 2 == 0 {
                    crowd.connection(format!("{round}.{number}"), seed, false, requests_each, &tally).await;
                } else {
                    // The streams of one connection.
                    crowd.streams(format!("{round}.{number}"), seed, requests_each, &tally).await;
                }
            });
        }
        while let Some(visit) = visits.join_next().await {
            visit.unwrap();
        }
        let tally = Arc::into_inner(tally).expect("everyone has left");
        (tally, begun.elapsed())
    }

    async fn connection(&self, name: String, seed: u64, is_http2: bool, requests: usize, tally: &Tally) {
        let mut random = Random(seed);
        let mut connection = None;
        for number in 0..requests {
            let wish = random.wish(format!("{name}.{number}"));
            let end = self.ask(&wish, &mut connection, is_http2).await;
            tally.count(end);
        }
    }

    async fn streams(self: &Arc<Self>, name: String, seed: u64, requests: usize, tally: &Arc<Tally>) {
        let Ok(Connection::Http2(sender)) = Connection::open(&self.address, true).await else {
            for _ in 0..requests {
                tally.count(End::Cut);
            }
            return;
        };
        let mut streams = JoinSet::new();
        for stream in 0..STREAMS {
            let (crowd, tally, name, sender) = (self.clone(), tally.clone(), name.clone(), sender.clone());
            streams.spawn(async move {
                let mut random = Random(seed * STREAMS as u64 + stream as u64 + 1_000_000);
                let mut connection = Some(Connection::Http2(sender));
                for number in 0..requests.div_ceil(STREAMS) {
                    let wish = random.wish(format!("{name}.{stream}.{number}"));
                    tally.count(crowd.ask(&wish, &mut connection, true).await);
                }
            });
        }
        while let Some(stream) = streams.join_next().await {
            stream.unwrap();
        }
    }

    /// Asks on this connection, or on another where it has broken.
    async fn ask(&self, wish: &Wish, connection: &mut Option<Connection>, is_http2: bool) -> End {
        let asked = async {
            let mut open = match connection.take() {
                Some(open) => open,
                None => match Connection::open(&self.address, is_http2).await {
                    Ok(open) => open,
                    // The gateway is always there.
                    Err(why) => return End::Wrong(format!("{wish:?}: {why}")),
                },
            };
            let end = wish.fulfil(&mut open, &self.address, self.cookie(wish.state)).await;
            if !matches!(end, End::Cut | End::Wrong(_)) {
                *connection = Some(open);
            }
            if end != End::Right {
                // "Please try again in a moment."
                sleep(Duration::from_millis(25)).await;
            }
            end
        };
        timeout(PATIENCE, asked).await.unwrap_or_else(|_| End::Wrong(format!("{wish:?}: hangs")))
    }
}

/// A small generator (linear congruential), so that a run can be had again.
struct Random(u64);

impl Random {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }

    fn wish(&mut self, tag: String) -> Wish {
        let kind = Kind::ALL[self.next(4) as usize];
        let state = State::ALL[self.next(3) as usize];
        let size = if self.next(16) == 0 { 300_000 } else { 200 + self.next(8_000) as usize };
        Wish { kind, tag, size, state, is_slow: self.next(8) == 0 }
    }
}
