//! What the tests insert: as banners are made, without being one.

use crate::html::Place;

/// How much of it there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Material {
    /// One element.
    Single,
    /// A hidden element that a script shows, with a link for those who have none; at the end one
    /// more element behind them.
    Shared,
}

/// Only the outermost elements are marked, so that anything inside that got out of them would be seen.
const START: &str = "<section data-consent-ui=start><h2>Cookies</h2><p>We ask. <a href=/c>Read more</a></p>\
     <form method=post><button name=choice>Accept</button></form></section>";
/// Without a form, which only works where the inserter is told that it stands alone.
const END_NESTED: &str = "<div data-consent-ui=end><a href=/c>Cookie <b>settings</b></a></div>";
const END: &str = "<div data-consent-ui=end><p><a href=/c>More</a></p><form method=post>\
     <button name=choice>Accept</button></form></div>";

macro_rules! shared {
    ($mark:literal $behind:literal) => {
        concat!(
            "<section id=x data-consent-ui=",
            $mark,
            " hidden><h2>Cookies</h2><p>We <b>ask</b>. <a href=/c>Read more</a></p><form method=post>",
            "<input type=hidden name=r><button name=choice>Accept</button><button name=choice>Reject</button>",
            "</form></section><script data-consent-ui=",
            $mark,
            ">if(1<2&&document.cookie!='<p>')document.getElementById('x').hidden=!1</script>",
            "<noscript data-consent-ui=",
            $mark,
            "><a data-consent-ui=inner href=/c>Cookies</a></noscript>",
            $behind,
        )
    };
}

const SHARED_START: &str = shared!("start" "");
const SHARED_END: &str =
    shared!("end" "<section data-consent-ui=end><a href=/c>Cookie <b>settings</b></a></section>");

impl Material {
    pub(super) const ALL: &[Material] = &[Material::Single, Material::Shared];

    pub(super) fn text(self, place: Place, child_of_body: bool) -> &'static str {
        match (self, place, child_of_body) {
            (Material::Single, Place::BodyStart, _) => START,
            (Material::Shared, Place::BodyStart, _) => SHARED_START,
            (_, Place::BodyEnd, false) => END_NESTED,
            (Material::Single, Place::BodyEnd, true) => END,
            (Material::Shared, Place::BodyEnd, true) => SHARED_END,
        }
    }

    /// How many elements that is.
    pub(super) fn elements(self, place: Place, child_of_body: bool) -> usize {
        match (self, place, child_of_body) {
            (Material::Single, ..) | (_, Place::BodyEnd, false) => 1,
            (Material::Shared, Place::BodyStart, _) => 3,
            (Material::Shared, Place::BodyEnd, true) => 4,
        }
    }
}
