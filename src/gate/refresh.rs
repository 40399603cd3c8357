//! Where `Refresh` and `<meta http-equiv="refresh">` lead (HTML standard, "shared declarative refresh steps").

use http::{HeaderMap, header::REFRESH};
use url::Url;

use super::{Gate, Gated, Ruling, Standing, address::readings, latin};

impl Gate {
    /// Takes the field out where it leads to what is not allowed. `base` is the address of the page.
    pub(super) fn gate_refresh(
        &self,
        headers: &mut HeaderMap,
        base: &Url,
        standing: Standing,
        met: &mut Vec<Gated>,
    ) {
        let lines: Vec<String> = headers.get_all(REFRESH).iter().map(latin::text).collect();
        // Of several lines some take one, some all as a list.
        let joined = (lines.len() > 1).then(|| lines.join(", "));
        let mut is_withheld = false;
        for text in lines.iter().chain(&joined) {
            let address = refresh_url(text.as_bytes()).map(String::from_utf8_lossy);
            let urls = address.map_or([None, None], |address| readings(base, &address));
            for url in urls.into_iter().flatten() {
                let ruling = self.met_address(&url, base.host_str(), standing, met);
                is_withheld |= ruling == Ruling::Withheld;
            }
        }
        if is_withheld {
            headers.remove(REFRESH);
        }
    }
}

/// The URL in its `content`; nothing where the page only reloads itself, or does nothing. One in quotes
/// ends with them.
pub(super) fn refresh_url(content: &[u8]) -> Option<&[u8]> {
    let text = content.trim_ascii_start();
    let time = run(text, u8::is_ascii_digit);
    if time == 0 && text.first() != Some(&b'.') {
        return None;
    }
    let text = &text[time..];
    let text = &text[run(text, |byte| byte.is_ascii_digit() || *byte == b'.')..];
    if !text.first().is_some_and(|byte| byte.is_ascii_whitespace() || matches!(byte, b';' | b',')) {
        return None;
    }
    let text = text.trim_ascii_start();
    let text = text.strip_prefix(b";").or(text.strip_prefix(b",")).unwrap_or(text).trim_ascii_start();
    let url = match named(text) {
        Some(behind) => unquoted(behind),
        // A "u" alone ends the look for the name, not the look for quotes.
        None if !text.first().is_some_and(|byte| byte.eq_ignore_ascii_case(&b'u')) => unquoted(text),
        None => text,
    };
    (!url.is_empty()).then_some(url)
}

fn run(text: &[u8], is_part: impl Fn(&u8) -> bool) -> usize {
    text.iter().take_while(|byte| is_part(byte)).count()
}

/// What stands behind `url =`.
fn named(text: &[u8]) -> Option<&[u8]> {
    let (name, behind) = text.split_at_checked(3)?;
    let value = behind.trim_ascii_start().strip_prefix(b"=")?;
    name.eq_ignore_ascii_case(b"url").then(|| value.trim_ascii_start())
}

/// Without the quote it begins with, and what follows that quote's next.
fn unquoted(text: &[u8]) -> &[u8] {
    match text.split_first() {
        Some((quote @ (b'"' | b'\''), inside)) => &inside[..run(inside, |byte| byte != quote)],
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::refresh_url;

    #[track_caller]
    fn check(content: &str, expected: Option<&str>) {
        let found = refresh_url(content.as_bytes()).map(|url| String::from_utf8_lossy(url).into_owned());
        assert_eq!(found.as_deref(), expected, "{content:?}");
    }

    #[test]
    fn the_url_may_be_named() {
        check("0;url=//a.example/", Some("//a.example/"));
        check("5; URL = //a.example/ ", Some("//a.example/ "));
        check("\n5\t;\nuRl\x0c=\r//a", Some("//a"));
        check("5,url=a", Some("a"));
    }

    #[test]
    fn the_separator_may_be_white_space_alone() {
        check("0 url=//a.example/", Some("//a.example/"));
        check("0 //a.example/", Some("//a.example/"));
        check("0 ; , a", Some(", a"));
        check("0;;a", Some(";a"));
    }

    #[test]
    fn the_time_may_have_fractions() {
        check("1.5;url=a", Some("a"));
        check(".5;url=a", Some("a"));
        check("1..2.3.;a", Some("a"));
        check(".;a", Some("a"));
    }

    #[test]
    fn the_url_may_be_quoted() {
        check("0;url='a'b", Some("a"));
        check("0;url=\"a'\"", Some("a'"));
        check("0;url='a\"", Some("a\""));
        check("0;'a'", Some("a"));
        check("0;\"url=a\"", Some("url=a"));
        check("0;url=''", None);
    }

    #[test]
    fn a_name_that_is_cut_is_part_of_the_url() {
        check("0;url", Some("url"));
        check("0;u", Some("u"));
        check("0;url'a'", Some("url'a'"));
        check("0;urn:'a'", Some("urn:'a'"));
        check("0;url a=b", Some("url a=b"));
    }

    #[test]
    fn without_time_or_url_it_leads_nowhere_else() {
        for content in
            ["", "5", "5;", " 5 ; ", "url=a", "a", "-1;a", "+1;a", "5a;b", "5x", "5.x", ";a", "0;url="]
        {
            check(content, None);
        }
    }

    proptest! {
        #[test]
        fn the_url_is_a_piece_of_the_content(content in "[0-1.;,url=URL'\" \\nx:/\u{e9}]{0,20}") {
            if let Some(url) = refresh_url(content.as_bytes()) {
                let (outer, inner) = (content.as_bytes().as_ptr_range(), url.as_ptr_range());
                prop_assert!(outer.start <= inner.start && inner.end <= outer.end && !url.is_empty());
            }
        }
    }
}
