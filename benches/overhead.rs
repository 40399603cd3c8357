//! What the layer adds to a response: `cargo bench --bench overhead`.
//!
//! Each line compares, within one run, a service alone with the same service behind the layer.
//! Times are the least of several rounds; what counts is the difference. Two numbers after `--` are
//! rounds and calls a round, a word picks the lines that hold it: `-- 1 300 JSON` suits a profiler.

mod pages;

use std::{
    convert::Infallible,
    future::{Ready, ready},
    hint::black_box,
    pin::pin,
    task::{Context, Poll, Waker},
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{Request, Response, header};
use http_body::Body;
use http_body_util::Full;
use tower::{Layer, Service};
use tower_consent::{Category, ConsentLayer, Policy};

use pages::{article, laden, pictures, teasers};

/// Rounds, and calls a round.
#[derive(Clone, Copy)]
struct Effort {
    rounds: u32,
    calls: u32,
}

impl Effort {
    fn from_arguments() -> Self {
        let mut numbers = std::env::args().filter_map(|argument| argument.parse().ok());
        Self { rounds: numbers.next().unwrap_or(15), calls: numbers.next().unwrap_or(20_000) }
    }
}

/// Answers at once, and does with a request what every middleware does at least.
#[derive(Clone)]
struct Answer {
    content_type: &'static str,
    body: Bytes,
}

impl Service<Request<Full<Bytes>>> for Answer {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<Full<Bytes>>) -> Self::Future {
        request.extensions_mut().insert(1u64);
        black_box(&request);
        let response = Response::builder().header(header::CONTENT_TYPE, self.content_type);
        ready(Ok(response
            .header(header::CACHE_CONTROL, "no-cache")
            .body(Full::new(self.body.clone()))
            .unwrap()))
    }
}

fn request(cookie: Option<&str>) -> Request<Full<Bytes>> {
    let mut request = Request::get("/articles/harbour?page=2")
        .header(header::HOST, "www.example.com")
        .header(header::ACCEPT, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
        .header(header::ACCEPT_LANGUAGE, "en-GB,en;q=0.9,fr;q=0.5")
        .header("sec-fetch-dest", "document");
    if let Some(cookie) = cookie {
        request = request.header(header::COOKIE, cookie);
    }
    request.body(Full::default()).unwrap()
}

/// Sends one request through and reads the whole answer.
fn run<S, B>(service: &mut S, request: Request<Full<Bytes>>) -> usize
where
    S: Service<Request<Full<Bytes>>, Response = Response<B>, Error = Infallible>,
    B: Body<Data = Bytes>,
{
    let mut context = Context::from_waker(Waker::noop());
    let mut future = pin!(service.call(request));
    let Poll::Ready(Ok(response)) = future.as_mut().poll(&mut context) else {
        unreachable!("answers at once")
    };
    let mut body = pin!(response.into_body());
    let mut length = 0;
    while let Poll::Ready(Some(Ok(frame))) = body.as_mut().poll_frame(&mut context) {
        length += frame.into_data().map_or(0, |data| data.len());
    }
    length
}

fn least<S, B>(service: &mut S, cookie: Option<&str>, effort: Effort) -> Duration
where
    S: Service<Request<Full<Bytes>>, Response = Response<B>, Error = Infallible>,
    B: Body<Data = Bytes>,
{
    let round = |service: &mut S| {
        // Clones share their bytes, as the values do that a server parses out of one buffer.
        let template = request(cookie);
        let requests: Vec<_> = (0..effort.calls).map(|_| template.clone()).collect();
        let start = Instant::now();
        for request in requests {
            black_box(run(service, request));
        }
        start.elapsed() / effort.calls
    };
    (0..effort.rounds).map(|_| round(service)).min().unwrap()
}

fn main() {
    let effort = Effort::from_arguments();
    let mut words =
        std::env::args().skip(1).filter(|word| word.parse::<u32>().is_err() && !word.starts_with('-'));
    let only = words.next_back().unwrap_or_default();
    let policy = Policy::builder("Example SAS", "privacy@example.com")
        .category(Category::analytics().vendor("google-analytics"))
        .category(Category::marketing().vendor("meta-pixel"))
        .build()
        .unwrap();
    let layer = ConsentLayer::new(policy);
    let seconds =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() - 3600;
    let decided = format!("sid=abcdef; __Host-consent=1.1.{}.AM.", base36(seconds));

    println!("{:<44} {:>12} {:>12} {:>12} {:>10}", "", "alone", "layered", "added", "scanned");
    let one: fn(usize) -> Bytes = article;
    for (name, content_type, page, size, cookie) in [
        ("JSON, new visitor", "application/json", one, 1024, None),
        ("JSON, decided visitor", "application/json", one, 1024, Some(decided.as_str())),
        ("article of 16 KiB, new visitor", "text/html", one, 16 << 10, None),
        ("article of 16 KiB, decided visitor", "text/html", one, 16 << 10, Some(decided.as_str())),
        ("article of 1 MiB, new visitor", "text/html", one, 1 << 20, None),
        ("teasers of 1 MiB, new visitor", "text/html", teasers, 1 << 20, None),
        ("pictures of 1 MiB, new visitor", "text/html", pictures, 1 << 20, None),
        ("laden page of 64 KiB, new visitor", "text/html", laden, 64 << 10, None),
        ("laden page of 1 MiB, new visitor", "text/html", laden, 1 << 20, None),
        ("laden page of 1 MiB, decided visitor", "text/html", laden, 1 << 20, Some(decided.as_str())),
    ] {
        if !name.contains(&only) {
            continue;
        }
        // As many bytes in each round, so that long pages do not take for ever.
        let calls = (effort.calls as usize * 1024 / size).clamp(1, effort.calls as usize) as u32;
        let effort = Effort { calls, ..effort };
        let mut alone = Answer { content_type, body: page(size) };
        let mut layered = layer.layer(alone.clone());
        let (alone, layered) = (least(&mut alone, cookie, effort), least(&mut layered, cookie, effort));
        let added = layered.saturating_sub(alone);
        println!(
            "{name:<44} {:>9} ns {:>9} ns {:>9} ns {:>5.2} GB/s",
            alone.as_nanos(),
            layered.as_nanos(),
            added.as_nanos(),
            size as f64 / added.as_nanos().max(1) as f64
        );
    }
}

fn base36(mut number: u64) -> String {
    let mut digits = Vec::new();
    while number > 0 {
        digits.push(char::from_digit((number % 36) as u32, 36).unwrap());
        number /= 36;
    }
    digits.iter().rev().collect()
}
