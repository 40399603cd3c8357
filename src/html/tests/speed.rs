//! `cargo test --release -- --ignored --nocapture speed`

use bytes::Bytes;
use std::collections::VecDeque;
use std::hint::black_box;
use std::time::Instant;

use super::harness::{BOTH, ONLY_END, ONLY_START};
use crate::html::{Insert, Outcome, Page, Place, Places, Rewriter};

struct Mark;

impl Insert for Mark {
    fn insert(&mut self, _: Place, _: &Page<'_>) -> Bytes {
        Bytes::from_static(b"<section data-consent-ui></section>")
    }
}

fn head() -> String {
    let mut head = String::from(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n  <meta charset=\"utf-8\">\n  \
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n  \
         <title>An article of ordinary length - The Example</title>\n",
    );
    for name in ["description", "og:title", "og:image", "twitter:card"] {
        head += &format!(
            "  <meta property=\"{name}\" content=\"Some sixty characters that describe what is in it.\">\n"
        );
    }
    for name in ["main", "print", "theme"] {
        head += &format!("  <link rel=\"stylesheet\" href=\"/assets/{name}.0123456789abcdef.css\">\n");
    }
    head += "  <script>window.config={a:1<2,b:\"x\"};/* some inline code that sets things up for later */</script>\n";
    head += "  <style>body{margin:0;font:16px/1.5 system-ui}header{display:flex}main{max-width:60rem;margin:auto}</style>\n";
    head += "  <script src=\"/assets/app.0123456789abcdef.js\" defer></script>\n</head>\n<body class=\"home page\">\n";
    head
}

fn text_page(size: usize) -> Bytes {
    let mut page = head();
    while page.len() < size {
        page += "<p>It is a truth universally acknowledged, that a single man in possession of a good fortune, \
                 must be in want of a wife. However little known the feelings or views of such a man may be on \
                 his first entering a <a href=\"/neighbourhood\">neighbourhood</a>, this truth is so well fixed \
                 in the minds of the surrounding families, that he is considered the rightful property.</p>\n";
    }
    Bytes::from(page + "</body></html>")
}

/// One `<` in forty bytes.
fn dense_page(size: usize) -> Bytes {
    let mut page = head();
    while page.len() < size {
        page += "<div class=\"card wide teaser-with-picture\" id=\"c17\" data-kind=\"article\"><h2 class=\"card-title larger\">\
                 <a href=\"/articles/17/some-title-of-an-article\" title=\"An article\">Some title of an article that is \
                 longer than a line</a></h2><p class=\"card-text smaller\">Two lines of text which tell what it is \
                 <b>about</b> in short, and for whom it may be of interest.</p><img src=\"/img/17.webp\" alt=\"A picture\" \
                 width=320 height=200 loading=lazy></div>\n";
    }
    Bytes::from(page + "</body></html>")
}

/// One in half as many.
fn densest_page(size: usize) -> Bytes {
    let mut page = head();
    while page.len() < size {
        page += "<div class=\"card wide\" id=\"c17\"><h2 class=\"card-title\"><a href=\"/articles/17/some-title\" \
                 title=\"An article\">Some title of an article</a></h2><p class=\"card-text\">Two lines of text which \
                 tell what it is <b>about</b> in short.</p><ul class=\"tags\"><li><a href=\"/t/rust\">rust and its \
                 friends</a><li><a href=\"/t/web\">web and all the rest</a></ul><img src=\"/img/17.webp\" alt=\"A picture\" \
                 width=320 height=200 loading=lazy></div>\n";
    }
    Bytes::from(page + "</body></html>")
}

fn measure(title: &str, page: &Bytes, places: Places, chunk: usize) {
    let chunks: Vec<Bytes> =
        (0..page.len()).step_by(chunk).map(|at| page.slice(at..page.len().min(at + chunk))).collect();
    // Short batches, so that on a busy machine the best one was left alone.
    let rounds = (1 << 17) / page.len().clamp(1, if places.end { usize::MAX } else { 1024 });
    let mut best = f64::MAX;
    let mut out = VecDeque::with_capacity(64);
    for _ in 0..4_000 {
        let begun = Instant::now();
        for _ in 0..rounds {
            let mut rewriter = Rewriter::new(places);
            for chunk in &chunks {
                if rewriter.is_done() {
                    break;
                }
                rewriter.feed(black_box(&chunk.clone()), &mut Mark, &mut out);
            }
            rewriter.finish(&mut Mark, &mut out);
            let place = if places.end { Place::BodyEnd } else { Place::BodyStart };
            assert_eq!(rewriter.outcome(place), Outcome::Inserted);
            out.clear();
        }
        best = best.min(begun.elapsed().as_secs_f64() / rounds as f64);
    }
    let tags = memchr::memchr_iter(b'<', page).count();
    println!(
        "{title:<42} {:>6} bytes, {:>4} a tag: {:>8.3} us, {:>6.2} GB/s",
        page.len(),
        page.len() / tags,
        best * 1e6,
        page.len() as f64 / best / 1e9
    );
}

#[test]
#[ignore = "a measurement: cargo test --release -- --ignored --nocapture speed"]
fn speed() {
    println!("head of {} bytes", head().len());
    measure("start, 16 KiB, one chunk", &text_page(16 << 10), ONLY_START, usize::MAX);
    measure("start, 16 KiB, chunks of 8 KiB", &text_page(16 << 10), ONLY_START, 8 << 10);
    measure("start, nothing but the body tag", &Bytes::from_static(b"<body>x"), ONLY_START, usize::MAX);
    measure("end, 64 KiB of text", &text_page(64 << 10), ONLY_END, usize::MAX);
    measure("both, 64 KiB of text", &text_page(64 << 10), BOTH, usize::MAX);
    measure("both, 64 KiB of text, chunks of 8 KiB", &text_page(64 << 10), BOTH, 8 << 10);
    measure("both, 64 KiB tag-dense", &dense_page(64 << 10), BOTH, usize::MAX);
    measure("both, 64 KiB tag-dense, chunks of 8 KiB", &dense_page(64 << 10), BOTH, 8 << 10);
    measure("both, 64 KiB of little but tags", &densest_page(64 << 10), BOTH, usize::MAX);
    measure("both, 64 KiB tag-dense, chunks of 1 KiB", &dense_page(64 << 10), BOTH, 1 << 10);
}
