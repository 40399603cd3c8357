//! The tokens of which [`super::exhaustive`] makes documents.

/// What matters anywhere in a page: as much as is looked at every day.
pub(super) const CORE: &[&str] = &[
    "<!doctype html>",
    "<!--x-->",
    "<![CDATA[x]]>",
    " ",
    "x",
    "<html>",
    "<head>",
    "</head>",
    "<body>",
    "</body>",
    "</html>",
    "<p>",
    "</p>",
    "<div>",
    "</div>",
    "<b>",
    "</b>",
    "<a>",
    "<title>",
    "</title>",
    "<script>",
    "</script>",
    "<noscript>",
    "<template>",
    "</template>",
    "<frameset>",
    "<table>",
    "</table>",
    "<td>",
    "<svg>",
    "</svg>",
    "<select>",
    "<form>",
    "<",
];

/// As much more as sequences of four can be made of in minutes.
const RARE: &[&str] =
    &["<!-->", "<!--", "&#32;", "</a>", "<textarea>", "<style>", "<plaintext>", "<math>", "<li>", "</"];

const RARER: &[&str] = &[
    "<!doctype html public '-//W3C//DTD HTML 3.2//EN'>",
    "<!doctype >",
    "<!--x--!>",
    "</ x>",
    "<?xml?>",
    "<![CDATA[",
    "\0",
    "</br>",
    "</textarea>",
    "<script><!--<script>",
    "</noscript>",
    "<meta>",
    "<foreignObject>",
    "<mi>",
    "<option>",
    "</form>",
    "<button>",
    "<i/ x='>'",
    "<p \"",
];

pub(super) fn some_forty() -> Vec<&'static str> {
    [CORE, RARE].concat()
}

/// All of them.
pub(super) fn page() -> Vec<&'static str> {
    [CORE, RARE, RARER].concat()
}

/// More of what goes wrong inside the body, for sequences that begin there.
pub(super) const IN_BODY: &[&str] = &[
    "x",
    " ",
    "<b>",
    "</b>",
    "<i>",
    "</i>",
    "<a>",
    "</a>",
    "<nobr>",
    "<div>",
    "</div>",
    "<p>",
    "</p>",
    "<span>",
    "</span>",
    "<table>",
    "</table>",
    "<tr>",
    "<td>",
    "</td>",
    "<caption>",
    "<col>",
    "<template>",
    "</template>",
    "<svg>",
    "</svg>",
    "<desc>",
    "<select>",
    "</select>",
    "<input>",
    "<form>",
    "</form>",
    "<li>",
    "<ul>",
    "</ul>",
    "<object>",
    "</object>",
    "<h1>",
    "</h2>",
    "<button>",
    "<style>",
    "</style>",
    "</body>",
];
