//! The pages that are measured.

use bytes::Bytes;

const HEAD: &str = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
    <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
    <title>A page of some length</title>\n<link rel=\"stylesheet\" href=\"/style.css\">\n\
    <script src=\"/app.js\" defer></script>\n</head>\n<body class=\"article\">\n";

/// A page with a head like most, and then these parts in turn up to so many bytes.
fn repeat(size: usize, parts: &[&str]) -> Bytes {
    let mut page = String::from(HEAD);
    for part in parts.iter().cycle() {
        if page.len() >= size {
            break;
        }
        page.push_str(part);
    }
    page.push_str("</body>\n</html>\n");
    page.into()
}

/// A paragraph of an article: a tag in a hundred bytes.
const PARAGRAPH: &str = "<p>The harbour was quiet that morning, as it had been on every morning since the ferries \
    stopped, and nobody who walked along the quay could have said when <a href=\"/ships/aurora\">the Aurora</a> \
    had left it. The harbour master, who kept a book of such things, had not written anything down.</p>\n";

/// A teaser, as front pages and shops are made of: a tag in forty bytes.
const TEASER: &str = "<div class=\"card wide teaser\" id=\"c17\" data-kind=\"article\"><h2 class=\"card-title\">\
    <a href=\"/articles/17/a-title-of-some-length\" title=\"An article\">A title of some length that may be \
    longer than one line</a></h2><p class=\"card-text\">Two lines of text which tell what it is <b>about</b> \
    in short, and for whom.</p><img src=\"/img/17.webp\" alt=\"A picture\" width=320 height=200 loading=lazy>\
    </div>\n";

/// A picture that comes from another host, as those of large sites do.
const PICTURE: &str = "<figure class=\"wide\"><img src=\"https://img.example.net/2026/11/17.webp?w=640&amp;q=80\" \
    srcset=\"https://img.example.net/640/17.webp 640w, https://img.example.net/1280/17.webp 1280w\" \
    sizes=\"50vw\" alt=\"A picture\" width=640 height=400 loading=lazy><figcaption>What it shows, and who took it\
    </figcaption></figure>\n";

/// What trackers add, and what a site marks.
const TRACKERS: &str = "<img src=\"https://www.facebook.com/tr?id=1\" alt=\"\" height=1 width=1>\
    <script>window.page = { name: \"a story\", words: 400 };</script>\n\
    <div data-consent=\"analytics\"><script src=\"/counts.js\"></script></div>\n\
    <p style=\"background: url(/own.png)\">text</p>\n";

pub(crate) fn article(size: usize) -> Bytes {
    repeat(size, &[PARAGRAPH])
}

pub(crate) fn teasers(size: usize) -> Bytes {
    repeat(size, &[TEASER])
}

pub(crate) fn pictures(size: usize) -> Bytes {
    repeat(size, &[PICTURE])
}

pub(crate) fn laden(size: usize) -> Bytes {
    repeat(size, &[TEASER, PARAGRAPH, TEASER, PARAGRAPH, TEASER, PARAGRAPH, TEASER, PARAGRAPH, TRACKERS])
}
