//! What the layer adds to a page of somebody who was not asked yet, in each of its languages.

use std::{fs, path::Path};

use axum::body::Bytes;
use http::HeaderValue;

use crate::{banners::BANNERS, site::page_in, size::Size, table::grouped};

pub(crate) async fn print() {
    let mut added = Vec::new();
    for language in languages() {
        let (bare, page) = (page_in(None, &language).await, page_in(Some(&BANNERS[0]), &language).await);
        let speaks = format!(" lang=\"{language}\" dir=");
        assert!(
            page.windows(speaks.len()).any(|found| found == speaks.as_bytes()),
            "no banner in {language}"
        );
        let bare = size(bare).await;
        added.push((language, size(page.clone()).await - bare, size(without_script(&page)).await - bare));
    }
    for (what, select) in [
        ("with", (|(_, with, _)| *with) as fn(&(String, Size, Size)) -> Size),
        ("without", |(_, _, without)| *without),
    ] {
        let worst = added.iter().max_by_key(|added| select(added).brotli).unwrap();
        let size = select(worst);
        println!(
            "\nThe layer {what} its script, in the worst of {} languages ({}): {} bytes, {} with gzip 6, \
            {} with Brotli 4.",
            added.len(),
            worst.0,
            grouped(size.raw),
            grouped(size.gzip),
            grouped(size.brotli)
        );
    }
}

/// The languages of the files of texts.
fn languages() -> Vec<String> {
    let files = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/policy/texts")).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut languages: Vec<_> =
        names.filter_map(|name| Some(name.strip_suffix(".txt")?.to_owned())).collect();
    languages.sort();
    languages
}

async fn size(page: Bytes) -> Size {
    Size::of(&HeaderValue::from_static("text/html"), page).await
}

/// The page less the one script that is the layer's.
fn without_script(page: &[u8]) -> Bytes {
    let page = std::str::from_utf8(page).unwrap();
    let (before, rest) = page.split_once("<script data-consent-ui").expect("a script");
    let (_, after) = rest.split_once("</script>").unwrap();
    assert!(!after.contains("<script data-consent-ui"), "one script");
    format!("{before}{after}").into()
}
