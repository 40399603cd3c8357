//! What XML asks of markup that HTML does not.

use crate::support::{answered, app, get, policy, with};

#[tokio::test]
async fn an_xhtml_page_stays_well_formed() {
    let page = "<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"fr\"><head><title>é</title>\
                </head><body><p/></body></html>";
    let app = app(policy(), move |_| with(page, &[("content-type", "application/xhtml+xml")]));
    let cookie = answered(&app, "choice=accept").await;
    for headers in [&[][..], &[("cookie", cookie.as_str())]] {
        let reply = get(&app, "/?a&b='", headers).await;
        let body = reply.text();
        assert!(body.contains("data-consent-ui"), "{body}");
        // Every attribute has a value and every element an end, which is where HTML and XML differ.
        let mut open = Vec::new();
        for tag in body.split('<').skip(1).map(|rest| rest.split('>').next().unwrap()) {
            let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap();
            match tag {
                _ if tag.ends_with('/') => {}
                _ if tag.starts_with('/') => assert_eq!(open.pop(), Some(name), "{body}"),
                _ => open.push(name),
            }
            let attributes = tag.split_once(' ').map_or("", |(_, attributes)| attributes);
            let outside_quotes = attributes.split('"').step_by(2).collect::<Vec<_>>().join(" ");
            let names = outside_quotes.split(' ').filter(|name| !matches!(*name, "" | "/"));
            for name in names {
                assert!(name.ends_with('='), "{name:?} of <{tag}>");
            }
        }
        assert!(open.is_empty(), "{open:?}");
    }
}
