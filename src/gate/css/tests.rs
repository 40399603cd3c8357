//! The addresses are those that `cssparser` sees, however the sheet is cut.

mod oracle;

use std::time::Instant;

use proptest::prelude::*;

use super::{Scanner, unescaped};

/// What is told of a sheet that comes in pieces: offsets, and what stands there.
fn told<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<(usize, String)> {
    let (mut scanner, mut told) = (Scanner::default(), Vec::new());
    let (mut held, mut base) = (Vec::new(), 0);
    let mut feed = |held: &mut Vec<u8>, is_last| {
        let done =
            scanner.feed(held, is_last, &mut |at, raw| told.push((base + at, unescaped(raw).into_owned())));
        held.drain(..done);
        base += done;
    };
    for piece in pieces {
        held.extend_from_slice(piece);
        feed(&mut held, false);
        assert!(held.len() <= super::LIMIT + 16, "{} are held", held.len());
    }
    feed(&mut held, true);
    told
}

fn addresses(sheet: &str) -> Vec<String> {
    told([sheet.as_bytes()]).into_iter().map(|(_, address)| address).collect()
}

#[test]
fn addresses_are_found_however_they_are_written() {
    for (sheet, found) in [
        ("a{b:url(c)}", &["c"][..]),
        ("a{b:URL( \n'c' )}", &["c"]),
        ("a{b:u\\72l(c\\29 d)}", &["c)d"]),
        ("a{b:\\75\\72\\6c(c)}", &["c"]),
        ("@import 'a';@IMPORT/**/url(b) screen;@\\69mport \"c\"", &["a", "b", "c"]),
        ("@namespace 'a';@namespace b url(c);@namespace url('d')", &[]),
        ("@namespace src('a');@namespace b image-set(\"c\" 1x)", &["a", "c"]),
        ("a{b:src('c');d:src( /* ( */ \"e\")}", &["c", "e"]),
        ("a{b:image-set('c' 1x, url(d) 2x, var(--e, 'f'))}", &["c", "d", "f"]),
        ("a{b:-webkit-image-set(\"c\" 1x);d:'e'}", &["c"]),
        ("/* url(a) */a{b:'url(c)';d:\"url(e)\"}", &[]),
        ("a{b:1url(c);d:-url(e);f:#url(g);@url(h);i:<!--url(j)", &["j"]),
        ("a{b:url(c d) url(e\"f) url(g\\)h) url(i )}", &["g)h", "i"]),
        ("a{b:url('c\nd) url(e)}", &["e"]),
        ("a{b:url('c\\\nd')}", &["cd"]),
        ("a{b:url(c", &["c"]),
        ("a{b:url('c", &["c"]),
        ("a{--b:url(c)}", &["c"]),
        ("a{b:url(data:,c)}", &[]),
        ("a{b:url(DATA:\\)c) url(d)}", &["d"]),
    ] {
        assert_eq!(addresses(sheet), found, "{sheet}");
        for split in 0..=sheet.len() {
            let (first, second) = sheet.as_bytes().split_at(split);
            assert_eq!(told([first, second]), told([sheet.as_bytes()]), "{sheet} at {split}");
        }
    }
}

#[test]
fn an_address_that_is_too_long_is_told_by_its_beginning() {
    let long = "x".repeat(40_000);
    for sheet in [
        format!("a{{b:url(https://c.example/{long}) url(d)}}"),
        format!("a{{b:url('https://c.example/{long}') url(d)}}"),
        format!("@import \"https://c.example/{long}\";a{{b:url(d)}}"),
        format!("a{{b:url({}https://c.example/{long}) url(d)}}", " ".repeat(20_000)),
        format!("a{{{long}url(e) {long}\\75rl(f) @{long}url(g):url(https://c.example/{long}) url(d)}}"),
    ] {
        let whole = told([sheet.as_bytes()]);
        assert_eq!(
            whole.len(),
            2,
            "{:?}",
            whole.iter().map(|(at, text)| (at, text.len())).collect::<Vec<_>>()
        );
        assert!(whole[0].1.starts_with("https://c.example/xxx"));
        assert_eq!(whole[1].1, "d");
        for size in [1000, 16 * 1024, 30_000] {
            assert_eq!(told(sheet.as_bytes().chunks(size)), whole, "{size}");
        }
    }
}

fn soup() -> impl Strategy<Value = String> {
    let parts = prop::sample::select(vec![
        "url(",
        "URL(",
        "u\\72l(",
        "\\75 rl(",
        "src(",
        "image-set(",
        "var(",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ";",
        ":",
        "\"",
        "'",
        "/*",
        "*/",
        "/",
        "*",
        "\\",
        "\n",
        "\r\n",
        "\r",
        "\x0c",
        " ",
        "\t",
        "@import",
        "@\\69mport",
        "@namespace",
        "@media",
        "@",
        "#",
        "<!--",
        "<!",
        "<",
        "-->",
        "-",
        "--",
        "1",
        "1e",
        ".",
        "+",
        "%",
        "a",
        "url",
        "http://x",
        "b\\",
        "\\29 ",
        "\\a",
        "\u{e9}",
        "\\\u{e9}",
        "\0",
        "\x7f",
        "é",
        "&",
        ",",
    ]);
    prop::collection::vec(parts, 0..16).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn addresses_are_those_of_cssparser(sheet in soup()) {
        let mut found = addresses(&sheet);
        // An escape may spell it; written plainly it is passed over.
        found.retain(|address| !address.is_empty());
        prop_assert_eq!(found, oracle::addresses(&sheet));
    }

    #[test]
    fn cuts_make_no_difference(sheet in soup()) {
        let whole = told([sheet.as_bytes()]);
        for split in 0..=sheet.len() {
            let (first, second) = sheet.as_bytes().split_at(split);
            prop_assert_eq!(&told([first, second]), &whole, "split at {}", split);
        }
        prop_assert_eq!(told(sheet.as_bytes().chunks(1)), whole);
    }
}

#[test]
#[ignore = "a measurement: cargo test --release -- --ignored --nocapture css::tests::speed"]
fn speed() {
    let rule = ".card > .card-title a:hover {\n  color: var(--accent);\n  margin: 0 auto 1.5rem;\n  \
                transition: color 0.2s ease-in-out;\n  border-bottom: 1px solid rgba(0, 0, 0, 0.1);\n}\n\n";
    let minified =
        ".a>.b a:hover{color:var(--c);margin:0 auto 1.5rem;transition:color .2s;border:1px solid #ccc}";
    for (title, part) in
        [("written", rule), ("minified", minified), ("with an address", "a{background:url(/img/a.png)}")]
    {
        let sheet = part.repeat((64 << 10) / part.len());
        let mut best = f64::MAX;
        for _ in 0..2_000 {
            let begun = Instant::now();
            let mut scanner = Scanner::default();
            let done = scanner.feed(std::hint::black_box(sheet.as_bytes()), true, &mut |_, _| {});
            assert_eq!(done, sheet.len());
            best = best.min(begun.elapsed().as_secs_f64());
        }
        println!("{title:<16} {:>6.2} GB/s", sheet.len() as f64 / best / 1e9);
    }
}
