//! Pages in every encoding that is compatible with ASCII. encoding_rs decodes, html5ever parses.

use encoding_rs::*;

use super::compare::{Counts, Judge};
use super::harness::{BOTH, Chunkings, run_ways};
use super::material::Material;
use super::properties::soups;
use super::rivals::start;
use crate::html::{Outcome, Reason};

/// All of the Encoding Standard's but UTF-16, ISO-2022-JP and "replacement".
const COMPATIBLE: &[&Encoding] = &[
    UTF_8,
    IBM866,
    ISO_8859_2,
    ISO_8859_3,
    ISO_8859_4,
    ISO_8859_5,
    ISO_8859_6,
    ISO_8859_7,
    ISO_8859_8,
    ISO_8859_8_I,
    ISO_8859_10,
    ISO_8859_13,
    ISO_8859_14,
    ISO_8859_15,
    ISO_8859_16,
    KOI8_R,
    KOI8_U,
    MACINTOSH,
    WINDOWS_874,
    WINDOWS_1250,
    WINDOWS_1251,
    WINDOWS_1252,
    WINDOWS_1253,
    WINDOWS_1254,
    WINDOWS_1255,
    WINDOWS_1256,
    WINDOWS_1257,
    WINDOWS_1258,
    X_MAC_CYRILLIC,
    GBK,
    GB18030,
    BIG5,
    EUC_JP,
    SHIFT_JIS,
    EUC_KR,
    X_USER_DEFINED,
];

/// Bytes with a meaning in markup, and those around them; not the letters, nor `[`, `\` and `]`.
const MARKUP: &[u8] = b"\0\t\n\x0c\r !\"#$%&'()*+,-./:;<=>?";

fn decode(encoding: &'static Encoding, bytes: &[u8]) -> String {
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

#[test]
fn no_character_hides_markup() {
    let high = || 0x80..=0xff_u8;
    for encoding in COMPATIBLE {
        let mut beginnings: Vec<Vec<u8>> = high().map(|lead| vec![lead]).collect();
        // What three and four bytes long characters begin with.
        for lead in high() {
            beginnings.extend((0x30..=0x39).map(|second| vec![lead, second]));
            beginnings.extend([0x80, 0xa1, 0xbf, 0xfe].map(|second| vec![lead, second]));
            beginnings.extend([0x81, 0xfe].map(|third| vec![lead, 0x35, third]));
            beginnings.extend([0x80, 0xbf].map(|third| vec![lead, 0xa0, third]));
        }
        for beginning in beginnings {
            for byte in MARKUP {
                let text = decode(encoding, &[&beginning[..], &[*byte]].concat());
                assert!(text.ends_with(char::from(*byte)), "{encoding:?}: {beginning:x?} takes {byte:x}");
            }
        }
        for byte in 0..0x80 {
            assert_eq!(decode(encoding, &[byte]), char::from(byte).to_string(), "{encoding:?}");
        }
    }
}

#[test]
fn other_encodings_do_hide_markup() {
    for (encoding, bytes) in [
        (ISO_2022_JP, &b"\x1b$B<p>x"[..]),
        (UTF_16LE, b"\xff<x>"),
        (UTF_16BE, b"<\xffx>"),
        (REPLACEMENT, b"<p>"),
    ] {
        assert!(!decode(encoding, bytes).contains('<'), "{encoding:?}");
    }
    assert_eq!(COMPATIBLE.len() + 4, 40, "the Encoding Standard has 40");
}

/// ASCII bytes that are the second half of a character, which they are in these characters.
fn trails(encoding: &'static Encoding) -> Vec<(u8, Vec<u8>)> {
    let find = |second: u8| {
        (0x80..=0xff).map(|lead| vec![lead, second]).find(|bytes| {
            let text = decode(encoding, bytes);
            text.chars().count() == 1 && !text.contains('\u{fffd}')
        })
    };
    (0..0x80).filter_map(|second| Some((second, find(second)?))).collect()
}

/// A page with these bytes wherever text may stand.
fn page(text: &[u8]) -> Vec<u8> {
    let before = [
        "<?xml version='1.0'?>\r\n<!--",
        "--><!doctype html><html lang=x><title>",
        "</title><meta content=\"",
        "\"><meta content=",
        "><script>'",
        "'</script>\r\n<body class='",
        "'><p ",
        "=x>",
        "<x-",
        "><svg><desc>",
        "</desc></svg><textarea>",
    ];
    let mut page = Vec::new();
    for before in before {
        page.extend_from_slice(before.as_bytes());
        page.extend_from_slice(text);
    }
    page.extend_from_slice(b"</textarea></p></body>\r\n</html>");
    page
}

/// What is inserted is ASCII either way.
fn single(encoding: &'static Encoding) -> Judge<'static> {
    let materials = &[Material::Single];
    Judge { encoding, materials, scripting_off: false, counts: Counts::default() }
}

fn check(judge: &mut Judge<'_>, input: &[u8]) {
    let run = |material, places, input: &[u8]| run_ways(Chunkings::SingleBytes, material, places, input);
    if let Err(failure) = judge.compare(input, run) {
        panic!("{:?}: {failure}", judge.encoding);
    }
}

#[test]
fn characters_whose_second_half_is_ascii_change_nothing() {
    let mut with_trails = Vec::new();
    for encoding in COMPATIBLE.iter().filter(|encoding| !encoding.is_single_byte()) {
        let mut judge = single(encoding);
        let trails = trails(encoding);
        let all: Vec<u8> = trails.iter().flat_map(|(_, bytes)| bytes.clone()).collect();
        if !trails.is_empty() {
            with_trails.push((encoding.name(), trails.len(), trails[0].0, trails[trails.len() - 1].0));
        }
        check(&mut judge, &page(&all));
        for (_, bytes) in &trails {
            check(&mut judge, &page(bytes));
        }
        // And characters cut off: bytes that could begin one.
        for lead in (0x80..=0xff).step_by(3) {
            check(&mut judge, &page(&[lead]));
        }
        assert_eq!(judge.counts.get("start Inserted"), judge.counts.get("documents"), "{encoding:?}");
    }
    let expected = [
        ("GBK", 63, 0x40, 0x7e),
        ("gb18030", 63, 0x40, 0x7e),
        ("Big5", 63, 0x40, 0x7e),
        ("Shift_JIS", 63, 0x40, 0x7e),
        ("EUC-KR", 52, 0x41, 0x7a),
    ];
    assert_eq!(with_trails, expected);
}

#[test]
fn pages_in_real_encodings_keep_their_trees() {
    for (sentence, encoding, input, begins) in [
        ("windows-1252", WINDOWS_1252, &b"<title>caf\xe9</title>\xa0<p title=\xab\xbb>\x80"[..], 19),
        ("a no-break space is text", WINDOWS_1252, b"<head> \xa0<p>", 7),
        ("so is U+0085", ISO_8859_2, b"<head>\x85<p>", 6),
        ("a backslash in a Shift_JIS attribute", SHIFT_JIS, b"<body title=\"\x95\x5c\">\x83\x5c<p>", 17),
        ("a bracket in Big5", BIG5, b"<meta content='\xa5\x5b'><p title=\xa5\x5c>\xb3\x5c", 19),
        ("a letter in GBK", GBK, b"<title>\x81\x42</title>\x81\x70<b>", 17),
        ("digits in gb18030", GB18030, b"<body id=\x81\x30\x81\x30>\x84\x31\xa4\x37<b>", 14),
        ("three bytes in EUC-JP", EUC_JP, b"<title>\x8f\xb0\xa1</title><p>\xa4\xa2", 18),
        ("a character cut off by a tag", SHIFT_JIS, b"<head>\x83<p>\x83</p>\x83", 6),
        ("UTF-8 cut off by a tag", UTF_8, b"<title>\xe6\x97</title>\xe6\x97<p>\xf0\x9f<b>", 17),
        ("bytes UTF-8 never has", UTF_8, b"<p\xff a\xc0=\xc1>\xf8\xfe</p\xff>", 0),
        ("an overlong less-than sign", UTF_8, b"<title></title>\xc0\xbcbody>", 15),
        ("a byte order mark", UTF_8, b"\xef\xbb\xbf<!doctype html>\r\n<p>x", 20),
        ("one that overrules the label", WINDOWS_1252, b"\xef\xbb\xbf<title>\xc3\xa9</title><p>", 20),
        (
            "XHTML with a prolog",
            UTF_8,
            b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<!DOCTYPE html PUBLIC \
              \"-//W3C//DTD XHTML 1.0 Strict//EN\" \"http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd\">\r\n\
              <html xmlns=\"http://www.w3.org/1999/xhtml\" xml:lang=\"en\"><head><title/></title></head>\r\n\
              <body><p/>x<br/></body>\r\n</html>\r\n",
            245,
        ),
        ("carriage returns", UTF_8, b"<!--\r-->\r\r\n<head>\r</head>\r\n\r<body\r\n>\rx\r\n", 36),
        ("NUL in every place", UTF_8, b"<!--\0--><title>\0</title><body\0><body \0=\0>\0</body>\0", 24),
        ("comments first", KOI8_R, b"<!-- \xf0\xd2\xc9 -->\n<!doctype html><!-->--><p>\xf0", 33),
    ] {
        let mut judge = Judge { encoding, ..Judge::default() };
        let run = |material, places, input: &[u8]| run_ways(Chunkings::All, material, places, input);
        if let Err(failure) = judge.compare(input, run) {
            panic!("{sentence}: {failure}");
        }
        let ran = run_ways(Chunkings::SingleBytes, Material::Single, BOTH, input);
        let at = memchr::memmem::find(&ran.output, start().as_bytes());
        assert_eq!(at, Some(begins), "{sentence}");
    }
    for mark in [&b"\xff\xfe"[..], b"\xfe\xff"] {
        let input = [mark, b"<\0p\0>\0"].concat();
        let ran = run_ways(Chunkings::All, Material::Single, BOTH, &input);
        assert_eq!(ran.start, Outcome::Impossible(Reason::Utf16));
    }
}

/// One thing depends on the encoding: whether `]` in `]]>` is a bracket or half a character. It is
/// taken for a bracket.
#[test]
fn soups_in_every_encoding_keep_their_trees() {
    let mut all = Counts::default();
    for encoding in COMPATIBLE {
        let mut judge = single(encoding);
        soups(60, |input| {
            match encoding.is_single_byte() || memchr::memmem::find(input, b"<![CDATA[").is_none() {
                true => check(&mut judge, input),
                false => all.add("skipped: CDATA where a bracket may be half a character"),
            }
        });
        all.add_all(judge.counts);
    }
    all.print("soups in every encoding");
    assert!(all.get("start Inserted") > 1_000);
}
