//! The module against itself at every chunking, against html5ever, and against html5lib's suites.

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
mod material;
mod oracle;
mod properties;
mod rivals;
mod speed;
mod tokens;
mod units;
