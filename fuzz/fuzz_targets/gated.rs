//! What becomes of a page whose visitor has allowed nothing.

use std::sync::LazyLock;

use bytes::Bytes;
use tower_consent::fuzzing::{Piece, Site, Syntax};
use tower_consent::{Category, Policy};

use crate::cuts::cut;

const ADDRESS: &str = "https://www.example.com/dir/page";

pub static START: &str = "<section data-consent-ui=\"start\"><p>Cookies</p></section>";
pub static END: &str = "<div data-consent-ui=\"end\"><a href=\"/c\">Settings</a></div>";

/// So many bytes may be held back, and as many again of the tag that shows that they end.
const LIMIT: usize = 2 * 16 * 1024 + 64;

static SITE: LazyLock<Site> = LazyLock::new(|| {
    let analytics = Category::analytics().origin("https://t.example");
    let policy = Policy::builder("Example SAS", "privacy@example.com").category(analytics).build();
    Site::new(policy.expect("a policy"))
});

/// Whether an address leads to where consent is needed.
pub fn is_withheld(address: &str) -> bool {
    let mut page = SITE.page(Syntax::Html, ADDRESS, "", "");
    let value = address.replace('&', "&amp;").replace('"', "&quot;");
    let mut left = page.feed(&format!("<body><img src=\"{value}\">").into());
    left.extend(page.finish());
    left.iter().any(|piece| matches!(piece, Piece::Inserted(_)))
}

/// A page that has left.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Gated {
    pub output: Vec<u8>,
    /// What was inserted, with how much of the page before it.
    inserted: Vec<(usize, Bytes)>,
    pub is_inserted: (bool, bool),
}

/// The page, which must be the same however it is cut, and itself once what was inserted is taken out.
pub fn gated(document: &[u8], syntax: Syntax) -> Gated {
    let whole = run(document, syntax, std::iter::once(document));
    let shown = |other: &Gated| {
        let [whole, other] = [&whole, other].map(|gated| (gated.is_inserted, &gated.inserted));
        format!("{whole:?}\n{other:?}")
    };
    let small = run(document, syntax, document.chunks(1 + document.len() / 256));
    assert!(whole == small, "in small chunks: {}", shown(&small));
    for seed in 0..2 {
        let some = run(document, syntax, cut(document, seed));
        assert!(whole == some, "cut with seed {seed}: {}", shown(&some));
    }
    whole
}

fn run<'a>(document: &[u8], syntax: Syntax, chunks: impl Iterator<Item = &'a [u8]>) -> Gated {
    let mut page = SITE.page(syntax, ADDRESS, START, END);
    let mut gated = Gated::default();
    let (mut fed, mut left) = (0, 0);
    let take = |pieces: Vec<Piece>, gated: &mut Gated, left: &mut usize| {
        for piece in pieces {
            match piece {
                Piece::Own(bytes) => {
                    assert!(!bytes.is_empty(), "an empty chunk leaves");
                    let expected = document.get(*left..*left + bytes.len());
                    assert!(expected == Some(&bytes), "it is another from {left} on");
                    *left += bytes.len();
                    gated.output.extend_from_slice(&bytes);
                }
                Piece::Inserted(bytes) => {
                    gated.output.extend_from_slice(&bytes);
                    gated.inserted.push((*left, bytes));
                }
            }
        }
    };
    for chunk in chunks {
        fed += chunk.len();
        take(page.feed(&Bytes::copy_from_slice(chunk)), &mut gated, &mut left);
        assert!(fed - left <= LIMIT, "{} bytes are held back", fed - left);
    }
    take(page.finish(), &mut gated, &mut left);
    assert_eq!(left, document.len(), "something is missing");
    gated.is_inserted = page.is_inserted();
    gated
}
