//! The module against itself at every chunking, against html5ever, lol_html and encoding_rs, and against
//! html5lib's suites.

mod alphabet;
mod boundaries;
mod cases;
mod compare;
mod encodings;
mod exhaustive;
mod flow;
mod harness;
mod html5lib;
mod hydration;
mod markup;
mod material;
mod oracle;
mod properties;
mod rivals;
mod speed;
mod tokens;
mod units;
