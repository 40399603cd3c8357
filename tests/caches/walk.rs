use std::{collections::BTreeMap, ops::Range};

use crate::{
    cache::{Cache, Counts},
    message::{Answer, Ask, field},
    rules::Kind,
    site::{BEGIN, Between, PATHS, Site},
    visitor::{Manner, Visitor},
};

/// Numbers that are as good as random, and the same every time.
struct Dice(u64);

impl Dice {
    /// One of so many, from 0.
    fn roll(&mut self, sides: usize) -> usize {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % sides as u64).unwrap()
    }

    fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.roll(list.len())]
    }
}

const OBEYING: Kind = Kind { is_shared: true, is_network: false, guesses: false };
const GUESSING: Kind = Kind { guesses: true, ..OBEYING };
const NETWORK: Kind = Kind { is_network: true, ..OBEYING };
const GUESSING_NETWORK: Kind = Kind { guesses: true, ..NETWORK };

const VISITORS: usize = 6;

/// What the shared cache did on a walk, by path.
type Tally = BTreeMap<&'static str, Counts>;

/// Lets visitors walk over a site behind a shared cache. An error names the first of them who saw what
/// was made for another.
fn walk(between: Between, kind: Kind, seed: u64, steps: usize) -> Result<Tally, String> {
    let site = Site::new(between);
    let mut shared = Cache::new(kind);
    let mut visitors: Vec<_> = (0..VISITORS).map(Visitor::new).collect();
    let mut dice = Dice(seed);
    let mut now = BEGIN;
    for step in 0..steps {
        now += match dice.roll(100) {
            0 => 86_400 * (30 + dice.roll(100) as u64),
            1..=4 => 3600 * dice.roll(30) as u64,
            5..=60 => dice.roll(20) as u64,
            _ => 0,
        };
        let visitor = &mut visitors[dice.roll(VISITORS)];
        if dice.roll(12) == 0 {
            let form = dice.pick(&[
                "choice=accept",
                "choice=accept",
                "choice=reject",
                "choice=save",
                "choice=allow&category=analytics",
            ]);
            let ask = visitor.decides(form, now);
            let answer = through(visitor, &mut shared, &site, &ask, now);
            visitor.keep(&answer, now);
            continue;
        }
        let path = dice.pick(&PATHS).0;
        let manners = [
            Manner::Opens,
            Manner::Opens,
            Manner::Opens,
            Manner::Fetches,
            Manner::Frames,
            Manner::Swaps,
            Manner::FetchesAcrossSites,
        ];
        let mut manner = dice.pick(&manners);
        // Where all share a page, only a site that says so has parts of pages told apart from them.
        if manner == Manner::Swaps && !between.is_private() && !path.ends_with("swapped") {
            manner = Manner::Opens;
        }
        let ask = visitor.asks_for(path, manner, now);
        let seen = through(visitor, &mut shared, &site, &ask, now);
        let own = site.answer(&ask, now);
        // What a site without the layer tells caches is its own affair.
        if between != Between::Nothing
            && let Some(difference) = difference(&seen, &own)
        {
            return Err(format!("{between:?}, {kind:?}, seed {seed}, step {step}: {ask:?}\n{difference}"));
        }
        visitor.keep(&own, now);
    }
    let counts = |path: &'static str| (path, shared.counts.get(path).copied().unwrap_or_default());
    Ok(PATHS.iter().map(|(path, _)| counts(path)).collect())
}

/// Through the browser's cache and the shared one.
fn through(visitor: &mut Visitor, shared: &mut Cache, site: &Site, ask: &Ask, now: u64) -> Answer {
    visitor.cache.fetch(ask, now, &mut |ask| shared.fetch(ask, now, &mut |ask| site.answer(ask, now)))
}

/// In what a visitor saw other than what the site would have said to that visitor just then, versions
/// apart, which caches may lag behind in.
fn difference(seen: &Answer, own: &Answer) -> Option<String> {
    let words = |answer: &Answer| {
        let pieces = answer.text().split('=').collect::<Vec<_>>();
        // The version stands between signs of equality, alone.
        pieces.into_iter().filter(|piece| piece.parse::<u64>().is_err()).collect::<String>()
    };
    if seen.status != own.status || words(seen) != words(own) {
        return Some(format!(
            "saw {} {}\ninstead of {} {}",
            seen.status,
            seen.text(),
            own.status,
            own.text()
        ));
    }
    // Hashes of what is inserted stand in the policy, which the words have been compared by.
    let policy = |answer: &Answer| field(&answer.headers, "content-security-policy");
    if policy(seen) != policy(own) {
        return Some(format!("was told {}\ninstead of {}", policy(seen), policy(own)));
    }
    let foreign = seen.set_cookies().into_iter().find(|line| !own.set_cookies().contains(line));
    foreign.map(|line| format!("was sent the cookie {line}"))
}

const STEPS: usize = 300;

/// Several walks, of which each must be clean.
fn walks(between: Between, kind: Kind, seeds: Range<u64>) -> Tally {
    let mut sum = Tally::new();
    for seed in seeds {
        let tally = walk(between, kind, seed, STEPS).unwrap_or_else(|error| panic!("{error}"));
        for (path, counts) in tally {
            *sum.entry(path).or_default() += counts;
        }
    }
    sum
}

fn assert_clean(delivery: &'static str, seeds: Range<u64>) {
    for model in ["opt-in", "opt-out"] {
        for kind in [OBEYING, GUESSING, NETWORK, GUESSING_NETWORK] {
            walks(Between::Layer(delivery, model), kind, seeds.clone());
        }
    }
}

// J6
#[test]
fn nobody_sees_what_was_made_for_another_where_pages_are_private() {
    assert_clean("private", 0..3);
}

// J6
#[test]
fn nobody_sees_what_was_made_for_another_where_pages_are_shared() {
    assert_clean("shared", 0..3);
}

// J6
#[test]
fn nobody_sees_what_was_made_for_another_where_it_depends_on_the_page() {
    assert_clean("auto", 0..3);
}

// J6
#[test]
#[ignore = "takes minutes: cargo test --release --test caches -- --ignored"]
fn nobody_sees_what_was_made_for_another_on_long_walks() {
    for delivery in ["private", "shared", "auto"] {
        assert_clean(delivery, 1000..1200);
    }
}

#[test]
fn the_walk_finds_a_layer_that_leaves_its_pages_to_shared_caches() {
    for kind in [OBEYING, NETWORK] {
        let spoiled = Between::Spoiled { keeps_vary: false };
        assert!((0..3).all(|seed| walk(spoiled, kind, seed, STEPS).is_err()), "{kind:?}");
    }
}

#[test]
fn the_walk_finds_a_layer_that_trusts_in_vary() {
    let spoiled = Between::Spoiled { keeps_vary: true };
    assert!((0..3).all(|seed| walk(spoiled, NETWORK, seed, STEPS).is_err()));
}

/// Whether the site gives a cache something to keep for all, which no gate stands in the way of. A page
/// without banner has no script that would release what waits, so each visitor gets an own one.
fn is_for_all(path: &str) -> bool {
    let is_gated = path.ends_with("/tracked") || path.ends_with("/policy") || path.starts_with("/bare");
    path.starts_with("/page") || !is_gated
}

fn sum(tally: &Tally, is_counted: impl Fn(&str) -> bool) -> Counts {
    let mut sum = Counts::default();
    tally.iter().filter(|(path, _)| is_counted(path)).for_each(|(_, counts)| sum += *counts);
    sum
}

// J6, J8
#[test]
fn where_pages_are_shared_the_cache_hits_as_often_as_without_the_layer() {
    let seeds = 10..14;
    for (name, kind) in [("obeying", OBEYING), ("network", NETWORK)] {
        let without = walks(Between::Nothing, kind, seeds.clone());
        let mut rows = vec![("no layer", without.clone())];
        for delivery in ["private", "shared", "auto"] {
            rows.push((delivery, walks(Between::Layer(delivery, "opt-in"), kind, seeds.clone())));
        }
        println!("{name:10} {:10} {:>24} {:>24} {:>24}", "", "pages", "json", "files");
        println!("{:10} {:10} {}", "", "", "  hits+confirmed/asked".repeat(3));
        for (delivery, tally) in &rows {
            let cells = ["/page", "/json", "/file"].map(|folder| {
                let Counts { requests, hits, confirmed } = sum(tally, |path| path.starts_with(folder));
                let rate = 100 * (hits + confirmed) / requests;
                format!("{hits}+{confirmed}/{requests} {rate:3} %")
            });
            println!("{:10} {delivery:10} {:>24} {:>24} {:>24}", "", cells[0], cells[1], cells[2]);
        }
        let shared = &rows[2].1;
        for (path, counts) in &without {
            if is_for_all(path) {
                assert_eq!(shared[path], *counts, "{name} {path}");
            }
        }
        // And private pages are what a shared cache keeps nothing of.
        assert_eq!(sum(&rows[1].1, |path| path.starts_with("/page")).hits, 0);
        assert!(sum(&rows[3].1, |path| path.starts_with("/page")).hits > 0);
    }
}
