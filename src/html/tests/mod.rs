//! The module against itself at every chunking, against html5ever, and against html5lib's suites.

mod cases;
mod exhaustive;
mod harness;
mod html5lib;
mod oracle;
mod parsed;
mod properties;
mod speed;
mod tokens;
mod units;
