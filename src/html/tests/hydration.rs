//! What a hydration cursor meets that walks from the first child of `body`, with something inserted
//! at the end.

use html5ever::tendril::TendrilSink;
use html5ever::{ParseOpts, parse_document, serialize};
use markup5ever_rcdom::{Handle, NodeData, RcDom, SerializableHandle};

use super::alphabet::CORE;
use super::exhaustive::sequences;
use super::harness::{ONLY_END, run_chunks};
use super::html5lib::documents;
use super::material::Material;
use super::properties::soups;
use crate::html::Place;

/// A child of `body`.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Met {
    Text(String),
    /// An element or comment with all that is in it.
    Node(String),
    Inserted,
}

fn children(node: &Handle) -> Vec<Handle> {
    node.children.borrow().clone()
}

fn is_element(node: &Handle, wanted: &str) -> bool {
    matches!(&node.data, NodeData::Element { name, .. } if &*name.local == wanted)
}

/// From the first child of `body` to the last.
fn walk(page: &[u8]) -> Vec<Met> {
    let dom = parse_document(RcDom::default(), ParseOpts::default()).one(&*String::from_utf8_lossy(page));
    let html = children(&dom.document).into_iter().find(|node| is_element(node, "html"));
    let body = html.and_then(|html| children(&html).into_iter().find(|node| is_element(node, "body")));
    let meet = |node: &Handle| match &node.data {
        NodeData::Text { contents } => Met::Text(contents.borrow().to_string()),
        NodeData::Element { attrs, .. }
            if attrs.borrow().iter().any(|attr| &*attr.name.local == "data-consent-ui") =>
        {
            Met::Inserted
        }
        _ => {
            let mut bytes = Vec::new();
            let node = SerializableHandle::from(node.clone());
            serialize(&mut bytes, &node, Default::default()).expect("a node that can be written");
            Met::Node(String::from_utf8(bytes).expect("text"))
        }
    };
    body.map_or(Vec::new(), |body| children(&body).iter().map(meet).collect())
}

/// The cursor meets the page's own nodes as they are without the insertion, one after the other; then
/// the insertion; then at most the end of the last text, if that stood behind `</body>`. Returns
/// whether there was an insertion that the inserter was promised to be a child of the body.
fn check(page: &[u8]) -> bool {
    let ran = run_chunks(Material::Shared, ONLY_END, std::iter::once(page.to_vec().into()));
    let Some(asked) = ran.asked(Place::BodyEnd).filter(|asked| asked.child_of_body) else {
        return false;
    };
    let inserted = Material::Shared.elements(asked.place, true);
    let (before, mut after) = (walk(page), walk(&ran.output));
    let shown = || format!("{:?}\nbefore {before:?}\nafter {after:?}", ran.text());
    let at = after.iter().position(|met| *met == Met::Inserted).expect("the insertion");
    let behind = &after[at..];
    let space = match &behind[inserted..] {
        [] => None,
        [Met::Text(space)] if space.bytes().all(|byte| byte.is_ascii_whitespace()) => Some(space.clone()),
        _ => panic!("something stands behind it: {}", shown()),
    };
    assert!(behind[..inserted].iter().all(|met| *met == Met::Inserted), "{}", shown());
    after.truncate(at);
    if let Some(space) = space {
        match after.last_mut() {
            Some(Met::Text(text)) => text.push_str(&space),
            _ => after.push(Met::Text(space)),
        }
    }
    assert_eq!(before, after, "{:?}", ran.text());
    true
}

#[test]
fn a_cursor_meets_the_nodes_of_the_page_first_and_as_they_were() {
    for page in [
        "<!doctype html><html><head></head><body><main><p>x</main><script src=a></script></body></html>",
        "<body>text<!--c--><p>x</p>text</body>",
        "<body><!--[--><div>x</div><!--]--></body>\n</html>\n",
        "<p>no tags at all",
        "<body></body>",
        "",
        // As out-of-order streaming ends.
        "<body><main><!--s-1-o--><p>wait</p><!--s-1-c--></main></body></html>\
         <template id=1f><p>done</p></template><script>swap('1')</script>\n",
        "<body>x</body>y</body>z",
        "<body>x</body><!--c--></html>\r\n<!--d-->\r\n",
        // What goes before a table is in front of the insertion, too.
        "<body><table>x<tr><td>y<b>z</table>a</body>b<table>c</table>",
        "<body>x<",
        "<body>x</body> <p class='",
    ] {
        assert!(check(page.as_bytes()), "nothing was inserted in {page:?}");
    }
}

#[test]
fn a_cursor_meets_nothing_else_in_short_sequences() {
    let mut inserted = 0;
    for first in 0..CORE.len() {
        sequences(CORE, Some(first), 3, |indices| {
            let page: String = indices.iter().map(|index| CORE[*index]).collect();
            inserted += usize::from(check(page.as_bytes()));
        });
    }
    soups(2_000, |page| inserted += usize::from(check(page)));
    println!("a cursor walked {inserted} pages");
    assert!(inserted > 10_000);
}

#[test]
#[ignore = "needs HTML5LIB_TESTS"]
fn a_cursor_meets_nothing_else_in_html5lib_documents() {
    let documents = documents();
    let walked = documents.iter().filter(|document| check(document.data.as_bytes())).count();
    println!("a cursor walked {walked} of {} documents", documents.len());
    assert_eq!(walked, 902);
}
