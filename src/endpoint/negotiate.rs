use http::{HeaderMap, header};

/// Whether a client names `application/json` with a higher quality than HTML
/// (RFC 9110, section 12.5.1).
pub(super) fn prefers_json(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(header::ACCEPT).iter().filter_map(|line| line.to_str().ok());
    let mut json = 0.0;
    let mut html = 0.0;
    for range in lines.flat_map(|line| line.split(',')) {
        let mut parts = range.split(';').map(str::trim);
        let media = parts.next().unwrap_or_default();
        let quality = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        let quality = quality.map_or(Ok(1.0), str::parse::<f32>).unwrap_or(0.0);
        if media.eq_ignore_ascii_case("application/json") {
            json = f32::max(json, quality);
        } else if media.eq_ignore_ascii_case("text/html")
            || media.eq_ignore_ascii_case("application/xhtml+xml")
        {
            html = f32::max(html, quality);
        }
    }
    json > html
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, header};

    use super::prefers_json;

    #[test]
    fn json_is_for_those_who_name_it() {
        for (accept, expected) in [
            ("application/json", true),
            ("Application/JSON; charset=utf-8", true),
            ("application/json, text/plain, */*", true),
            ("application/json, text/html;q=0.5", true),
            ("text/html, application/json;q=0.9", false),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", false),
            ("*/*", false),
            ("application/json;q=0", false),
            ("application/json;q=x", false),
            ("", false),
        ] {
            let headers = HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(accept))]);
            assert_eq!(prefers_json(&headers), expected, "{accept}");
        }
        assert!(!prefers_json(&HeaderMap::new()));
    }
}
