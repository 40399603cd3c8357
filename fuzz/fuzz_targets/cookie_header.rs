//! Reading `Cookie` lines: what is no answer leaves the visitor undecided, what is one means one
//! thing, and hiding cookies from the app leaves the others as they are.

#![no_main]

mod policy;

use std::sync::LazyLock;

use cookie::Cookie;
use http::{HeaderMap, HeaderValue, header::COOKIE};
use libfuzzer_sys::{Corpus, fuzz_target};
use tower_consent::fuzzing::{Answers, Site, Stored};

use policy::{OPTIONAL, builder};

static SITE: LazyLock<Site> = LazyLock::new(|| Site::new(builder().build().expect("a policy")));
static SHARED: LazyLock<Site> =
    LazyLock::new(|| Site::new(builder().cookie_domain("example.com", [7; 32]).build().expect("a policy")));

const HOST: &str = "__Host-consent";
const SECURE: &str = "__Secure-consent";
const BARE: &str = "consent";

// Lines of input are header lines.
fuzz_target!(|input: &[u8]| -> Corpus {
    let mut headers = HeaderMap::new();
    for line in input.split(|byte| *byte == b'\n') {
        let Ok(line) = HeaderValue::from_bytes(line) else { return Corpus::Reject };
        headers.append(COOKIE, line);
    }
    for is_local in [false, true] {
        check_reading(&headers, is_local);
        check_shared(&headers, is_local);
    }
    for allowed in [&[][..], &["analytics"], &["marketing", "news"], &OPTIONAL] {
        check_hiding(&headers, allowed);
    }
    Corpus::Keep
});

/// Name and value of a piece between two semicolons.
fn pair(piece: &[u8]) -> (&[u8], &[u8]) {
    match piece.iter().position(|byte| *byte == b'=') {
        Some(at) => (piece[..at].trim_ascii(), piece[at + 1..].trim_ascii()),
        None => (b"", piece.trim_ascii()),
    }
}

fn pieces(headers: &HeaderMap) -> impl Iterator<Item = &[u8]> {
    headers.get_all(COOKIE).into_iter().flat_map(|line| line.as_bytes().split(|byte| *byte == b';'))
}

fn values<'a>(headers: &'a HeaderMap, name: &str) -> Vec<&'a [u8]> {
    pieces(headers).map(pair).filter(|(found, _)| *found == name.as_bytes()).map(|(_, value)| value).collect()
}

/// The values that count: under the prefix, else on local hosts under the bare name.
fn counted<'a>(headers: &'a HeaderMap, prefixed: &str, is_local: bool) -> Vec<&'a [u8]> {
    let found = values(headers, prefixed);
    if found.is_empty() && is_local { values(headers, BARE) } else { found }
}

fn check_reading(headers: &HeaderMap, is_local: bool) {
    let values = counted(headers, HOST, is_local);
    match (SITE.read(headers, is_local), &values[..]) {
        (Stored::Absent, []) | (Stored::Unusable, [_, ..]) => {}
        (Stored::Answers(answers), [value]) => check_answers(&answers, value),
        (stored, _) => panic!("{stored:?} from {headers:?}"),
    }
}

/// The answers are written as they were read, less what means nothing here.
fn check_answers(answers: &Answers, value: &[u8]) {
    let value = std::str::from_utf8(value).expect("answers are ASCII");
    for secure in [true, false] {
        let (line, written) = written(&SITE, answers, secure);
        assert!(matches!(SITE.read(&line, true), Stored::Answers(again) if again == *answers));
        assert_eq!(normal(value), normal(&written), "{value:?}");
        assert!(written.len() <= value.len());
    }
}

/// The header of a browser that keeps these answers, and their value.
fn written(site: &Site, answers: &Answers, secure: bool) -> (HeaderMap, String) {
    let line = site.write(answers, secure);
    let line = line.to_str().expect("a line of ASCII");
    let cookie = Cookie::parse(line).expect("a cookie");
    let name = if secure { cookie.name() } else { BARE };
    assert_eq!(cookie.name(), name);
    assert_eq!(cookie.path(), Some("/"));
    let header = HeaderValue::try_from(format!("{name}={}", cookie.value())).expect("a header");
    (HeaderMap::from_iter([(COOKIE, header)]), cookie.value().to_owned())
}

/// A value, each list with only what the policy knows, in one order.
fn normal(value: &str) -> Vec<String> {
    let mut answered = Vec::new();
    let mut known = |list: &str| {
        let (letters, digests) = list.split_once('-').unwrap_or((list, ""));
        let letters = letters.split("").filter(|letter| ["A", "M"].contains(letter));
        let digests = digests.as_bytes().chunks(6).filter(|digest| *digest == NEWS.as_bytes());
        let mut tokens: Vec<String> = letters.map(str::to_owned).chain(digests.map(text)).collect();
        answered.extend(tokens.clone());
        tokens.sort();
        tokens.concat()
    };
    // Version, revision, then a time and two lists for each group.
    let is_list = |index: usize| index >= 3 && index % 3 != 2;
    let fields = value.split('.').enumerate();
    let fields = fields.map(|(index, field)| if is_list(index) { known(field) } else { field.to_owned() });
    let fields = fields.collect();
    let answers = answered.len();
    answered.sort();
    answered.dedup();
    assert_eq!(answered.len(), answers, "{value:?} answers a category twice");
    fields
}

/// What stands for the category `news`, read off a decision.
static NEWS: LazyLock<String> = LazyLock::new(|| {
    let decided = SITE.decide(&HeaderMap::new(), b"choice=allow&category=news", 1).expect("a form");
    let line = decided.response.headers()["set-cookie"].to_str().expect("a line of ASCII").to_owned();
    let value = Cookie::parse(line).expect("a cookie").value().to_owned();
    let digest = value.strip_prefix("1.1.1.-").and_then(|rest| rest.strip_suffix('.')).expect("one token");
    digest.to_owned()
});

/// Where siblings could write the cookie, only what was tagged counts.
fn check_shared(headers: &HeaderMap, is_local: bool) {
    let values = counted(headers, SECURE, is_local);
    match (SHARED.read(headers, is_local), &values[..]) {
        (Stored::Absent, []) => {}
        (Stored::Unusable, [_, ..]) => {}
        (Stored::Answers(answers), [value]) => {
            // An input may hold a tag that was written once. It fits its own value alone.
            let cut = value.iter().rposition(|byte| *byte == b'~').expect("a tag");
            let (_, written) = written(&SHARED, &answers, true);
            let is_as_written = normal(&text(&value[..cut])) == normal(&written[..written.len() - 13]);
            assert!(is_as_written && value.len() - cut == 13, "{:?}", text(value));
        }
        (stored, _) => panic!("{stored:?} from {headers:?}"),
    }
    // What was answered and not tagged, or tagged and then changed, is nothing.
    if let Stored::Answers(answers) = SITE.read(headers, is_local) {
        let (line, value) = written(&SHARED, &answers, true);
        assert!(matches!(SHARED.read(&line, is_local), Stored::Answers(again) if again == answers));
        let at = headers.get_all(COOKIE).iter().map(HeaderValue::len).sum::<usize>() % value.len();
        let mut changed = value.into_bytes();
        changed[at] = if changed[at] == b'1' { b'2' } else { b'1' };
        let header = [format!("{SECURE}=").as_bytes(), &changed].concat();
        let header = HeaderValue::from_bytes(&header).expect("a header");
        let headers = HeaderMap::from_iter([(COOKIE, header)]);
        assert_eq!(SHARED.read(&headers, is_local), Stored::Unusable, "{:?}", text(&changed));
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The declarations that the input is likely to meet, once more by hand.
fn needs(name: &[u8]) -> Option<&'static str> {
    match name {
        b"sid" | b"_an_keep" => None,
        b"_an_letter" => Some("news"),
        b"letter" => Some("news"),
        b"promo" => Some("marketing"),
        b"_ga" => Some("analytics"),
        _ if name.starts_with(b"_an_") || name.starts_with(b"_ga_") => Some("analytics"),
        _ if name.ends_with(b"_ad") => Some("marketing"),
        _ => None,
    }
}

/// The name that the laxest of servers reads: what comes first but for `=` and blanks.
fn readable_name(piece: &[u8]) -> &[u8] {
    let mut rest = piece;
    while let Some(behind) = rest.strip_prefix(b"=").or(rest.strip_prefix(b" ")).or(rest.strip_prefix(b"\t"))
    {
        rest = behind;
    }
    rest.split(|byte| *byte == b'=').next().unwrap_or_default().trim_ascii()
}

fn check_hiding(headers: &HeaderMap, allowed: &[&str]) {
    let mut after = headers.clone();
    SITE.hide(&mut after, allowed);

    let is_alone_hidden = |name: &[u8]| {
        let line = HeaderValue::from_bytes(&[name, b"=x"].concat()).expect("part of a header");
        let mut alone = HeaderMap::from_iter([(COOKIE, line)]);
        SITE.hide(&mut alone, allowed);
        alone.is_empty()
    };
    for name in pieces(headers).map(readable_name) {
        let is_denied = needs(name).is_some_and(|category| !allowed.contains(&category));
        assert!(!is_denied || is_alone_hidden(name), "{:?} passes with {allowed:?}", text(name));
    }
    for name in pieces(&after).map(readable_name) {
        assert!(!is_alone_hidden(name), "{:?} is left", text(name));
    }

    // Line by line: the pieces that stay, as they stood, but for the blanks at both ends.
    let mut lines = after.get_all(COOKIE).iter();
    for line in headers.get_all(COOKIE) {
        let pieces: Vec<&[u8]> = line.as_bytes().split(|byte| *byte == b';').collect();
        let stays = |piece: &&[u8]| !is_alone_hidden(readable_name(piece));
        let kept: Vec<&[u8]> = pieces.iter().copied().filter(stays).collect();
        if kept.len() == pieces.len() {
            assert_eq!(lines.next(), Some(line), "nothing is hidden from it");
            continue;
        }
        let expected = kept.join(&b';').trim_ascii().to_vec();
        if !expected.is_empty() {
            assert_eq!(lines.next().map(HeaderValue::as_bytes), Some(&expected[..]));
        }
    }
    assert_eq!(lines.next(), None, "a line more than there was");

    // The same as handlers see it.
    let seen = |headers: &HeaderMap| {
        let lines =
            headers.get_all(COOKIE).iter().filter_map(|line| std::str::from_utf8(line.as_bytes()).ok());
        let cookies = lines.flat_map(|line| Cookie::split_parse(line.to_owned())).flatten();
        let cookies = cookies.map(|cookie| (cookie.name().to_owned(), cookie.value().to_owned()));
        cookies.collect::<Vec<_>>()
    };
    let is_text = headers.get_all(COOKIE).iter().all(|line| line.as_bytes().is_ascii());
    if is_text {
        let mut left = seen(headers);
        left.retain(|(name, _)| !is_alone_hidden(name.as_bytes()));
        assert_eq!(seen(&after), left);
    }
}
