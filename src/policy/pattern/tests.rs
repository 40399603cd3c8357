use super::*;

#[track_caller]
fn pattern(text: &str) -> NamePattern {
    NamePattern::parse(text).unwrap()
}

#[track_caller]
fn pattern_err(text: &str) -> String {
    NamePattern::parse(text).unwrap_err().to_string()
}

/// Every text of up to `max` characters over `alphabet`, the empty one too.
fn texts(alphabet: &str, max: usize) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut from = 0;
    for _ in 0..max {
        let to = all.len();
        for at in from..to {
            for c in alphabet.chars() {
                let text = format!("{}{c}", all[at]);
                all.push(text);
            }
        }
        from = to;
    }
    all
}

/// What the wildcard means, by trying every place where it could end.
fn fits_slowly(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((prefix, suffix)) => (0..=name.len())
            .any(|from| (from..=name.len()).any(|to| &name[..from] == prefix && &name[to..] == suffix)),
    }
}

#[test]
fn a_name_that_no_pattern_may_hold_is_declared_with_a_wildcard() {
    for (name, expected) in [
        ("cart", Some("cart")),
        ("cart id", Some("cart*id")),
        ("cart id[1]", Some("cart*")),
        ("(a;b)c", Some("*c")),
        ("star*star", Some("star*star")),
        ("é", None),
        ("", None),
    ] {
        let pattern = NamePattern::of_name(name);
        assert_eq!(pattern.as_ref().map(NamePattern::as_str), expected, "{name}");
        assert!(pattern.is_none_or(|pattern| pattern.matches(name)), "{name}");
    }
}

#[test]
fn a_name_without_wildcard_matches_itself_only() {
    let ga = pattern("_ga");
    assert!(ga.is_exact());
    assert!(ga.matches("_ga"));
    assert!(!ga.matches("_ga_1") && !ga.matches("x_ga") && !ga.matches("_g"));
    assert!(!ga.matches("_GA"));
}

#[test]
fn the_wildcard_stands_for_any_run_and_for_none() {
    assert!(pattern("_ga_*").matches("_ga_ABC"));
    assert!(pattern("_ga_*").matches("_ga_"));
    assert!(!pattern("_ga_*").matches("_ga"));
    assert!(pattern("*_session").matches("_session"));
    assert!(pattern("mp_*_mixpanel").matches("mp_1f_mixpanel"));
    assert!(pattern("*").matches("") && pattern("*").matches("é/"));
}

#[test]
fn cookies_are_told_with_and_without_their_prefix() {
    for (written, name, fits) in [
        ("_an_*", "__Host-_an_1", true),
        ("_an_*", "__host-http-_an_1", true),
        ("__Secure-ads", "ads", true),
        ("__Secure-ads", "__Http-ads", true),
        ("__Secure-a*s", "__Host-as", true),
        ("__Secure-*", "__Secure-x", true),
        ("__Secure-*", "x", false),
        ("__Secure-*", "__Host-x", false),
        ("ads", "__Host-adsx", false),
        ("ads", "__Other-ads", false),
    ] {
        assert_eq!(pattern(written).matches_cookie(name), fits, "{written} {name}");
    }
}

#[test]
fn prefix_and_suffix_do_not_share_characters() {
    assert!(!pattern("ab*ba").matches("aba"));
    assert!(pattern("ab*ba").matches("abba"));
    assert!(!pattern("mp_*_mixpanel").matches("mp_mixpanel"));
}

#[test]
fn names_no_grammar_allows_are_compared_without_panic() {
    assert!(pattern("crisp-client*").matches("crisp-client/session/1"));
    assert!(!pattern("abc*").matches("é"));
    assert!(!pattern("a*b").matches("aé"));
    assert!(pattern("a*b").matches("aéb"));
}

#[test]
fn keys_have_every_sign_and_no_blank() {
    assert!(NamePattern::parse_key("crisp-client/session:*").unwrap().matches("crisp-client/session:a b"));
    for (text, error) in [
        (
            "a b",
            "the key \"a b\" has the character ' ' at byte 1; write `*` for what is neither an ASCII letter, \
                 a digit nor an ASCII sign",
        ),
        ("", "the name is empty; write at least one character"),
    ] {
        assert_eq!(NamePattern::parse_key(text).unwrap_err().to_string(), error);
    }
}

#[test]
fn patterns_overlap_where_a_name_fits_both() {
    let names = texts("ab", 6);
    let patterns: Vec<_> = texts("ab*", 3).iter().filter_map(|text| NamePattern::parse(text).ok()).collect();
    for a in &patterns {
        for b in &patterns {
            let is_met = names.iter().any(|name| a.matches(name) && b.matches(name));
            assert_eq!(a.overlaps(b), is_met, "{a} {b}");
        }
    }
}

#[test]
fn parts_are_what_was_written() {
    let p = pattern("mp_*_mixpanel");
    assert_eq!((p.prefix(), p.suffix()), ("mp_", "_mixpanel"));
    assert_eq!((p.literal_len(), p.is_exact()), (12, false));
    assert_eq!((p.as_str(), p.to_string()), ("mp_*_mixpanel", p.as_str().to_owned()));
    let p = pattern("_ga");
    assert_eq!((p.prefix(), p.suffix(), p.literal_len()), ("_ga", "", 3));
    assert_eq!(format!("{p:?}"), "NamePattern(\"_ga\")");
    assert_eq!(pattern("*").literal_len(), 0);
}

#[test]
fn every_token_character_is_accepted_and_no_other() {
    for byte in 0..=127_u8 {
        let c = char::from(byte);
        let token = c.is_ascii_graphic() && !"\"(),/:;<=>?@[\\]{}".contains(c);
        assert_eq!(NamePattern::parse(&c.to_string()).is_ok(), token, "{c:?}");
    }
}

#[test]
fn errors_are_sentences_that_name_what_is_wrong() {
    assert_eq!(pattern_err(""), "the name is empty; write at least one character");
    assert_eq!(pattern_err("a*b*"), "the name \"a*b*\" has more than one `*`; write one, anywhere");
    assert_eq!(
        pattern_err("né"),
        "the name \"né\" has the character 'é' at byte 1; a name is made of ASCII letters, \
         digits and !#$%&'+-.^_`|~, and `*` as a wildcard"
    );
    assert!(pattern_err("a b").contains("' ' at byte 1"));
    assert_eq!(pattern_err(&"a".repeat(257)), "the name is 257 bytes long; write at most 256");
    assert!(NamePattern::parse(&"a".repeat(256)).is_ok());
}

#[test]
fn matching_agrees_with_trying_every_place() {
    let names = texts("ab", 5);
    for text in texts("ab*", 4) {
        let Ok(p) = NamePattern::parse(&text) else {
            continue;
        };
        for name in &names {
            assert_eq!(p.matches(name), fits_slowly(&text, name), "{text} {name}");
        }
    }
}
