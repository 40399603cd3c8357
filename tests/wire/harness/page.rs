use super::{Ask, Reply, Way, outline};

/// What was put into a page, in one piece.
#[derive(Debug)]
pub(crate) struct Inserted {
    pub(crate) bytes: Vec<u8>,
}

/// Finds what was put into a page, and sees that all else stands as it was.
pub(crate) fn inserted(before: &[u8], after: &[u8]) -> Inserted {
    let at = before.iter().zip(after).take_while(|(before, after)| before == after).count();
    let rest =
        before.iter().rev().zip(after.iter().rev()).take_while(|(before, after)| before == after).count();
    let kept = before.len() - at;
    assert!(
        after.len() >= before.len() && rest >= kept,
        "{:?} does not stand around one insertion in {:?}",
        String::from_utf8_lossy(before),
        String::from_utf8_lossy(after)
    );
    Inserted { bytes: after[at..after.len() - kept].to_vec() }
}

impl Inserted {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).unwrap()
    }
}

impl Reply {
    /// The page carries just this element of the layer, as a child of `body`, and is else what it was. After a no, what
    /// removes keys from the browser's storage stands behind it.
    pub(crate) fn assert_carries(&self, id: &str, before: &[u8]) {
        inserted(before, &self.body);
        let (was, is) = (outline(before), outline(&self.body));
        assert_eq!(is.tree, was.tree, "{}", self.text());
        let mut expected = vec![(vec![id.to_owned()], "body".to_owned())];
        if id == "cookie-consent-settings"
            && self.text().contains("<script data-consent-ui=\"\" data-forget=")
        {
            expected.push((Vec::new(), "body".to_owned()));
        }
        assert_eq!(is.own, expected, "{}", self.text());
    }

    /// The page carries just the banner.
    pub(crate) fn assert_banner(&self, before: &[u8]) {
        self.assert_carries("cookie-consent", before);
    }

    pub(crate) fn assert_nothing_inserted(&self, before: &[u8]) {
        assert_eq!(self.text(), String::from_utf8_lossy(before));
        assert_eq!(self.body, before);
    }
}

/// The response is what it is without the layer, in every field and byte.
pub(crate) async fn assert_unchanged(way: Way, ask: &Ask) {
    let (mut with, mut without) = (way.send(ask).await, way.without_layer().send(ask).await);
    assert_eq!(with.status, without.status);
    for reply in [&mut with, &mut without] {
        assert!(reply.headers.remove("date").is_some());
    }
    assert_eq!(with.headers, without.headers, "{ask:?}");
    assert_eq!(with.body, without.body, "{ask:?}");
    assert_eq!(with.trailers, without.trailers, "{ask:?}");
}
