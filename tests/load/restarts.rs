//! A crowd in front of a site that runs, and of one that is killed again and again.

use std::{
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};

use tokio::{
    sync::Mutex,
    time::{Instant, sleep},
};

use crate::{
    POLICY,
    crowd::{CONNECTIONS, Crowd},
    footprint::Footprint,
    news::Site,
    program::Gateway,
    visitor::{Connection, End, State, Wish},
};

/// How much the memory may grow from one round to a later one, in KiB: what the allocator does not
/// give back.
const GROWTH: u64 = 16 * 1024;

/// Every second round the site is killed in the middle of its answers, and started again.
async fn rounds(arguments: &[&str], rounds: usize, requests_each: usize) {
    let site = Site::start().await;
    let gateway = Gateway::start(POLICY, &format!("http://{}", site.address), arguments);
    let site = Arc::new(Mutex::new(site));
    let crowd = Arc::new(Crowd::new(&gateway).await);
    let before = settled(&gateway, usize::MAX).await;
    println!("{arguments:?}: {CONNECTIONS} connections, {requests_each} requests on each; before: {before}");
    let mut first = None;
    for round in 0..rounds {
        let is_killed = round % 2 == 1;
        let killing = is_killed.then(|| tokio::spawn(kill_again_and_again(site.clone())));
        let (tally, time) = crowd.visit(round, requests_each).await;
        if let Some(killing) = killing {
            killing.abort();
            let _ = killing.await;
            // It may have been dead just then.
            let mut site = site.lock().await;
            site.kill().await;
            site.run().await;
        }
        let peak = Footprint::of(&gateway).peak;
        let after = settled(&gateway, before.files).await;
        let all = tally.right.load(Relaxed) + tally.failed();
        let rate = all as f64 / time.as_secs_f64();
        let site = if is_killed { "killed" } else { "up" };
        println!("round {round}, the site {site}: {tally}; {time:.1?}, {rate:.0}/s; after: {after}");

        let failed = tally.failed();
        let wrong = tally.wrong.into_inner().unwrap();
        assert!(wrong.is_empty(), "{} wrong, such as {:#?}", wrong.len(), &wrong[..wrong.len().min(3)]);
        assert_eq!(failed > 0, is_killed, "failures belong to the rounds with kills");
        assert!(after.files <= before.files, "{} files were open before, now {}", before.files, after.files);
        assert!(peak < 512 * 1024, "{peak} KiB at most");
        if round >= 1 {
            let first = *first.get_or_insert(after.resident);
            assert!(after.resident <= first + GROWTH, "{first} KiB after two rounds, now {}", after.resident);
        }
    }
}

async fn kill_again_and_again(site: Arc<Mutex<Site>>) {
    // At once for the first time, so that no round is too short for it.
    for pause in std::iter::once(50).chain(std::iter::repeat(400)) {
        sleep(Duration::from_millis(pause)).await;
        let mut site = site.lock().await;
        site.kill().await;
        sleep(Duration::from_millis(20)).await;
        site.run().await;
    }
}

/// What the gateway takes once it has closed what it need not keep open.
async fn settled(gateway: &Gateway, files: usize) -> Footprint {
    let begun = Instant::now();
    loop {
        // A visit now and then, since that is when the gateway looks at what is left.
        let mut connection = Connection::open(&gateway.address, false).await.unwrap();
        let wish = Wish {
            kind: crate::news::Kind::Json,
            tag: "last".to_owned(),
            size: 0,
            state: State::Undecided,
            is_slow: false,
        };
        assert_eq!(wish.fulfil(&mut connection, &gateway.address, "").await, End::Right);
        drop(connection);
        sleep(Duration::from_millis(100)).await;
        let footprint = Footprint::of(gateway);
        if footprint.files <= files || begun.elapsed() > Duration::from_secs(10) {
            return footprint;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crowd_gets_its_own_pages_or_honest_errors_over_http1() {
    rounds(&[], 3, 4).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crowd_gets_its_own_pages_or_honest_errors_over_http2() {
    rounds(&["--upstream-http2"], 3, 4).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes: cargo build --release --example gateway && cargo test --release --test load -- --ignored --nocapture --test-threads=1"]
async fn a_crowd_that_stays_gets_its_own_pages_or_honest_errors_over_http1() {
    rounds(&[], 10, 80).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes: cargo build --release --example gateway && cargo test --release --test load -- --ignored --nocapture --test-threads=1"]
async fn a_crowd_that_stays_gets_its_own_pages_or_honest_errors_over_http2() {
    rounds(&["--upstream-http2"], 10, 80).await;
}
