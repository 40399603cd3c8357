//! What `cssparser` says that a style sheet loads. The fuzz targets go by it too.

use cssparser::{ParseError, Parser, ParserInput, Token};

/// The addresses that a sheet loads, in order, but for empty ones.
pub(super) fn addresses(sheet: &str) -> Vec<String> {
    let mut input = ParserInput::new(sheet);
    let mut found = Vec::new();
    walk(&mut Parser::new(&mut input), false, &mut found);
    found.retain(|address| !address.is_empty());
    found
}

#[derive(Clone, Copy, PartialEq)]
enum Behind {
    Nothing,
    Import,
    Namespace,
}

fn walk(parser: &mut Parser<'_, '_>, is_loading: bool, found: &mut Vec<String>) {
    let mut behind = Behind::Nothing;
    while let Ok(token) = parser.next() {
        let token = token.clone();
        let before = std::mem::replace(&mut behind, Behind::Nothing);
        let inside = match &token {
            Token::UnquotedUrl(address) => {
                if before != Behind::Namespace {
                    found.push(address.to_string());
                }
                continue;
            }
            Token::QuotedString(text) => {
                if is_loading && before != Behind::Namespace || before == Behind::Import {
                    found.push(text.to_string());
                }
                continue;
            }
            Token::AtKeyword(name) => {
                behind = match &*name.to_ascii_lowercase() {
                    "import" => Behind::Import,
                    "namespace" => Behind::Namespace,
                    _ => Behind::Nothing,
                };
                continue;
            }
            Token::Ident(_) => {
                if before == Behind::Namespace {
                    behind = before;
                }
                continue;
            }
            Token::Function(name) if name.eq_ignore_ascii_case("url") && before == Behind::Namespace => false,
            Token::Function(name) => {
                let names = ["url", "src", "image-set", "-webkit-image-set", "image"];
                is_loading || names.iter().any(|known| name.eq_ignore_ascii_case(known))
            }
            Token::ParenthesisBlock | Token::SquareBracketBlock | Token::CurlyBracketBlock => is_loading,
            _ => continue,
        };
        let _ = parser.parse_nested_block(|block| {
            walk(block, inside, found);
            Ok::<_, ParseError<'_, ()>>(())
        });
    }
}
