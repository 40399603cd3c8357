use html5ever::{ParseOpts, parse_document, tendril::TendrilSink, tree_builder::TreeBuilderOpts};
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use proptest::prelude::*;

use super::{BLOCKS, DRAWING, PLAIN, clean, pieces};

#[test]
fn every_element_is_marked_and_written_as_both_syntaxes_read_it() {
    let markup = "<DIV Class=a>Caf\u{e9} &nbsp;&copy;<br>1 < 2<input type=checkbox hidden></DIV>\
                  <svg viewBox='0 0 1 1'><path d='M0'/></svg>";
    assert_eq!(
        clean(markup).unwrap(),
        "<div data-consent-ui=\"\" class=\"a\">Caf&#233; &#160;&#169;<br data-consent-ui=\"\"/>1 &lt; 2\
         <input data-consent-ui=\"\" type=\"checkbox\" hidden=\"\"/></div>\
         <svg data-consent-ui=\"\" viewBox=\"0 0 1 1\"><path data-consent-ui=\"\" d=\"M0\"/></svg>"
    );
}

#[test]
fn what_browsers_would_nest_otherwise_is_refused() {
    for (markup, value) in [
        ("<p>a<div>b</div></p>", "<div>"),
        ("<p>a", "<p>"),
        ("a</section>", "</section>"),
        ("<b><i></b></i>", "</b>"),
        ("<a href=/><a href=/></a></a>", "<a>"),
        ("<button><button></button></button>", "<button>"),
        ("<ul><li><div><li></li></div></li></ul>", "<li>"),
        ("<form></form>", "<form>"),
        ("<script></script>", "<script>"),
        ("<svg><p></p></svg>", "<p>"),
        ("<svg><foreignObject></foreignObject></svg>", "<foreignobject>"),
        ("<table></table>", "<table>"),
        ("<x-card></x-card>", "<x-card>"),
        ("<!-- -->", "<!-- -->"),
        ("<p", "<p"),
    ] {
        assert_eq!(pieces(markup).unwrap_err().value, value, "{markup}");
    }
}

/// Markup of elements that are all ended, whether or not they may stand in one another.
fn nested() -> impl Strategy<Value = String> {
    let names = &[PLAIN, BLOCKS, DRAWING, &["legend", "table", "x-card", "title"]].concat();
    let name = proptest::sample::select(names.clone());
    let leaf = proptest::sample::select(vec![
        "",
        "a",
        "&lt;b",
        "<br>",
        "<hr/>",
        "<img src=/x>",
        "&notit;",
        "\u{e9}",
    ]);
    leaf.prop_map(str::to_owned).prop_recursive(5, 40, 4, move |inner| {
        (name.clone(), proptest::collection::vec(inner, 0..4))
            .prop_map(|(name, inner)| format!("<{name} title='a\"b'>{}</{name}>", inner.concat()))
    })
}

fn elements(node: &Handle, out: &mut String) {
    for child in node.children.borrow().iter() {
        let NodeData::Element { name, .. } = &child.data else { continue };
        out.push_str(&format!("({}", name.local));
        elements(child, out);
        out.push(')');
    }
}

fn xml_elements(node: roxmltree::Node<'_, '_>, out: &mut String) {
    for child in node.children().filter(roxmltree::Node::is_element) {
        out.push_str(&format!("({}", child.tag_name().name()));
        xml_elements(child, out);
        out.push(')');
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn browsers_nest_what_is_accepted_as_it_is_written(markup in nested()) {
        let Some(clean) = clean(&markup) else { return Ok(()) };
        let around = |inside: &str| format!("<section><form>{inside}</form></section><p></p>");
        let options = ParseOpts {
            tree_builder: TreeBuilderOpts { scripting_enabled: true, ..Default::default() },
            ..Default::default()
        };
        let page = format!("<!DOCTYPE html><html><head></head><body>{}</body></html>", around(&clean));
        let (mut found, mut written) = (String::new(), String::new());
        elements(&parse_document(RcDom::default(), options).one(page).document, &mut found);
        let xml = format!("<r><html><head></head><body>{}</body></html></r>", around(&clean));
        let xml = roxmltree::Document::parse(&xml).unwrap();
        xml_elements(xml.root_element(), &mut written);
        prop_assert_eq!(found, written, "{}", clean);
    }
}
