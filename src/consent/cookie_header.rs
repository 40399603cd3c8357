use http::{HeaderMap, header::COOKIE};

/// The pieces between the semicolons of a `Cookie` field line, as they stand.
pub(crate) fn pieces(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(|&b| b == b';')
}

/// Name and value of a piece (draft-ietf-httpbis-rfc6265bis, section 4.2.1); one without `=` has
/// no name.
fn pair(piece: &[u8]) -> (&[u8], &[u8]) {
    let piece = piece.trim_ascii();
    match memchr::memchr(b'=', piece) {
        Some(equals) => (piece[..equals].trim_ascii_end(), piece[equals + 1..].trim_ascii_start()),
        None => (b"", piece),
    }
}

/// The name that a server may read from a piece: some read one without `=` as the name of an empty cookie,
/// some pass over what stands before a name. Browsers say the value alone of what they store without a name, so
/// that `=a=b` comes as `a=b` (draft-ietf-httpbis-rfc6265bis, section 5.8.3).
pub(crate) fn readable_name(piece: &[u8]) -> &[u8] {
    let start = piece.iter().position(|&b| b != b'=' && !b.is_ascii_whitespace());
    let text = start.map_or(&[][..], |start| &piece[start..]);
    text.split(|&b| b == b'=').next().unwrap_or_default().trim_ascii_end()
}

/// Every cookie of a request, also where HTTP/2 splits the field (RFC 9113, section 8.2.3).
pub(crate) fn pairs(headers: &HeaderMap) -> impl Iterator<Item = (&[u8], &[u8])> {
    let lines = headers.get_all(COOKIE).into_iter();
    lines.flat_map(|line| pieces(line.as_bytes())).map(pair)
}

/// The names of a request's cookies, as far as they are text.
pub(crate) fn cookie_names(headers: &HeaderMap) -> Vec<String> {
    let names = pairs(headers).filter_map(|(name, _)| std::str::from_utf8(name).ok());
    names.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, header::COOKIE};

    use super::{pairs, readable_name};

    #[test]
    fn a_name_is_read_from_whatever_a_server_may_take_for_one() {
        for (piece, expected) in [
            (" a = b", "a"),
            ("a=\"b\"", "a"),
            ("a", "a"),
            (" =a=b", "a"),
            ("= = a", "a"),
            ("a b", "a b"),
            ("=", ""),
            (" ", ""),
            ("", ""),
        ] {
            assert_eq!(readable_name(piece.as_bytes()), expected.as_bytes(), "{piece:?}");
        }
    }

    #[test]
    fn malformed_neighbours_do_not_hide_a_cookie() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_static("=x; ;;foo; a=1;b = 2"));
        headers.append(COOKIE, HeaderValue::from_static("c=3=3"));
        let found: Vec<_> = pairs(&headers).filter(|(name, _)| !name.is_empty()).collect();
        assert_eq!(found, [(&b"a"[..], &b"1"[..]), (b"b", b"2"), (b"c", b"3=3")]);
    }
}
