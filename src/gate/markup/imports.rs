//! The modules that a script imports by addresses it spells out (ECMAScript 2026, sections 12 and 16.2).

use std::{ops::Range, sync::LazyLock};

use memchr::memmem::{self, Finder};

use super::literal::unescaped;

/// Calls back with each literal in the place of an import: behind `from`, behind `import`, and first in
/// `import(…)`. What stands in comments, strings and expressions is no import.
pub(super) fn imports(script: &[u8], mut found: impl FnMut(&str)) {
    let mut scanner = Scanner::new(script);
    let (mut place, mut is_member) = (Place::Elsewhere, false);
    while let Some(token) = scanner.read() {
        place = match (place, &token) {
            (_, Token::Word(b"import")) if !is_member => Place::Import,
            (_, Token::Word(b"from")) if !is_member => Place::From,
            (Place::Import, Token::Mark(b'.')) => Place::Phase,
            (Place::Phase, Token::Word(b"defer" | b"source")) => Place::Callee,
            (Place::Import | Place::Callee | Place::Argument, Token::Mark(b'(')) => Place::Argument,
            (Place::Import | Place::From | Place::Argument, Token::Literal(text)) => {
                found(&unescaped(text));
                Place::Elsewhere
            }
            _ => Place::Elsewhere,
        };
        is_member = token == Token::Mark(b'.');
    }
}

/// Calls back with each string that stands in a script, and each template that is all text.
pub(super) fn literals(script: &[u8], mut found: impl FnMut(&str)) {
    let mut scanner = Scanner::new(script);
    while let Some(token) = scanner.read() {
        if let Token::Literal(text) = token {
            found(&unescaped(text));
        }
    }
}

/// Whether what stands at these places of a script is only spoken of there: each in a comment, or in a text that is
/// long or no address, as pages carry what they show. Where it is not certain what a slash means, nothing is.
pub(super) fn is_mention(script: &[u8], places: &[Range<usize>]) -> bool {
    let mut scanner = Scanner::new(script);
    let mut outside = places.to_vec();
    let may_run_texts = RUNS_TEXTS.iter().any(|call| memmem::find(script, call).is_some());
    let is_prose = |text: &[u8]| {
        text.len() >= LONG_TEXT
            || !may_run_texts && text.iter().any(|byte| matches!(byte, b' ' | b'<' | b';' | b'{'))
    };
    while let Some(token) = scanner.read() {
        let seen = scanner.begins..scanner.at;
        if matches!(token, Token::Literal(text) if is_prose(text)) {
            outside.retain(|place| place.start < seen.start || place.end > seen.end);
        }
        if outside.iter().any(|place| place.start < seen.end && place.end > seen.start) {
            return false;
        }
    }
    scanner.is_certain
}

/// No address is as long.
const LONG_TEXT: usize = 300;

/// Where a script has one of these, its texts may become scripts or markup.
pub(super) const RUNS_TEXTS: [&[u8]; 9] = [
    b"eval",
    b"Function",
    b"write",
    b"HTML",
    b"Fragment",
    b"setTimeout",
    b"setInterval",
    b"srcdoc",
    b"javascript:",
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Elsewhere,
    Import,
    /// Behind `import.`.
    Phase,
    Callee,
    Argument,
    From,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'a> {
    Word(&'a [u8]),
    /// A string, or a template that is all text, without its quotes.
    Literal(&'a [u8]),
    Mark(u8),
    /// What else is a value: a number, a regular expression, part of a template.
    Value,
}

/// What came last, which tells a division from a regular expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Last {
    Operand,
    Operator,
}

struct Scanner<'a> {
    text: &'a [u8],
    at: usize,
    /// Where the last token began.
    begins: usize,
    /// So far no slash stood where it may be a division as well as the start of a regular expression.
    is_certain: bool,
    last: Last,
    /// For each round bracket that is open, whether a condition stands in it, behind which a statement begins.
    conditions: Vec<bool>,
    /// The last token was a word behind which a condition stands in brackets.
    is_before_condition: bool,
    /// So many braces are open in the substitution of each template around here.
    templates: Vec<u32>,
}

impl<'a> Scanner<'a> {
    fn new(text: &'a [u8]) -> Self {
        Self {
            text,
            at: 0,
            begins: 0,
            is_certain: true,
            last: Last::Operator,
            conditions: Vec::new(),
            is_before_condition: false,
            templates: Vec::new(),
        }
    }

    fn read(&mut self) -> Option<Token<'a>> {
        self.pass_blank();
        let start = self.at;
        let byte = *self.text.get(start)?;
        self.begins = start;
        self.is_certain &= byte != b'/' || self.last == Last::Operator || !self.is_behind_bracket(start);
        self.at += 1;
        let token = match byte {
            b'"' | b'\'' => Token::Literal(self.string(byte)),
            b'`' => self.template(),
            b'}' if self.templates.last() == Some(&0) => {
                self.templates.pop();
                match self.template() {
                    Token::Literal(_) => Token::Value,
                    token => token,
                }
            }
            // What is spread is no member.
            b'.' if self.rest().starts_with(b"..") => {
                self.at += 2;
                Token::Mark(b',')
            }
            b'/' if self.last == Last::Operator && self.pass_regular_expression() => Token::Value,
            _ if is_word(byte) => {
                self.pass(is_word);
                Token::Word(&self.text[start..self.at])
            }
            _ => Token::Mark(byte),
        };
        match (byte, self.templates.last_mut()) {
            (b'{', Some(open)) if token == Token::Mark(b'{') => *open += 1,
            (b'}', Some(open)) if token == Token::Mark(b'}') => *open -= 1,
            _ => {}
        }
        if token == Token::Mark(b'(') {
            self.conditions.push(self.is_before_condition);
        }
        self.last = match token {
            Token::Mark(b')') if self.conditions.pop() == Some(true) => Last::Operator,
            Token::Mark(b')' | b']' | b'}') | Token::Literal(_) | Token::Value => Last::Operand,
            Token::Word(word) if !is_operator(word) => Last::Operand,
            Token::Word(_) | Token::Mark(_) => Last::Operator,
        };
        self.is_before_condition = matches!(token, Token::Word(b"if" | b"while" | b"for" | b"with"));
        Some(token)
    }

    /// Behind these a regular expression may begin, which is taken for a division.
    fn is_behind_bracket(&self, at: usize) -> bool {
        let before = self.text[..at].iter().rev().find(|byte| !byte.is_ascii_whitespace());
        before.is_none_or(|byte| matches!(byte, b')' | b'}' | b'/'))
    }

    fn pass(&mut self, is_part: impl Fn(u8) -> bool) {
        self.at += self.text[self.at..].iter().take_while(|byte| is_part(**byte)).count();
    }

    fn rest(&self) -> &'a [u8] {
        &self.text[self.at..]
    }

    /// White space and comments.
    fn pass_blank(&mut self) {
        let is_line_end = |byte| matches!(byte, b'\n' | b'\r');
        loop {
            let start = self.at;
            self.pass(|byte| byte.is_ascii_whitespace() || byte == 0x0b);
            let starts_line = start == 0 || self.text[start..self.at].iter().any(|byte| is_line_end(*byte));
            let rest = self.rest();
            if rest.starts_with(b"/*") {
                self.at = end_of(self.text, self.at + 2, b"*/");
            } else if rest.starts_with(b"//")
                || rest.starts_with(b"<!--")
                || starts_line && rest.starts_with(b"-->")
            {
                self.pass(|byte| !is_line_end(byte));
            } else if self.at == start {
                return;
            }
        }
    }

    /// The inside of a string, which ends with its line at the latest.
    fn string(&mut self, quote: u8) -> &'a [u8] {
        let start = self.at;
        while let Some(byte) = self.text.get(self.at) {
            match byte {
                b'\\' => self.at += 1,
                b'\n' => break,
                byte if *byte == quote => break,
                _ => {}
            }
            self.at += 1;
        }
        let end = self.at.min(self.text.len());
        self.at = (end + 1).min(self.text.len());
        &self.text[start..end]
    }

    /// A template, up to its end or its next substitution.
    fn template(&mut self) -> Token<'a> {
        let start = self.at;
        while let Some(byte) = self.text.get(self.at) {
            match byte {
                b'\\' => self.at += 1,
                b'`' => {
                    self.at += 1;
                    return Token::Literal(&self.text[start..self.at - 1]);
                }
                b'$' if self.text.get(self.at + 1) == Some(&b'{') => {
                    self.at += 2;
                    self.templates.push(0);
                    return Token::Mark(b'`');
                }
                _ => {}
            }
            self.at += 1;
        }
        self.at = self.text.len();
        Token::Value
    }

    /// Behind its first slash. What does not end in its line is none.
    fn pass_regular_expression(&mut self) -> bool {
        let mut is_class = false;
        let mut bytes = self.rest().iter().enumerate();
        while let Some((index, byte)) = bytes.next() {
            match byte {
                b'\\' => drop(bytes.next()),
                b'\n' => return false,
                b'[' => is_class = true,
                b']' => is_class = false,
                b'/' if !is_class => {
                    self.at += index + 1;
                    self.pass(is_word);
                    return true;
                }
                _ => {}
            }
        }
        false
    }
}

fn end_of(text: &[u8], from: usize, end: &[u8]) -> usize {
    memmem::find(&text[from..], end).map_or(text.len(), |at| from + at + end.len())
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'\\' | b'#' | 0x80..)
}

/// Words behind which an expression begins.
fn is_operator(word: &[u8]) -> bool {
    const WORDS: [&[u8]; 14] = [
        b"return",
        b"typeof",
        b"case",
        b"do",
        b"else",
        b"in",
        b"instanceof",
        b"new",
        b"void",
        b"delete",
        b"throw",
        b"yield",
        b"await",
        b"of",
    ];
    WORDS.contains(&word)
}

/// Whether a module specifier is an address and not the bare name of a module (HTML standard, "resolve a
/// URL-like module specifier").
pub(super) fn is_address(specifier: &str) -> bool {
    ["/", "./", "../"].iter().any(|start| specifier.starts_with(start)) || url::Url::parse(specifier).is_ok()
}

/// Whether a script may import anything, at a glance.
pub(super) fn may_import(script: &[u8]) -> bool {
    static BOTH: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("port"));
    BOTH.find_iter(script).any(|at| script[..at].ends_with(b"im") || script[..at].ends_with(b"ex"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::imports;

    #[track_caller]
    fn check(script: &str, expected: &[&str]) {
        let mut found = Vec::new();
        imports(script.as_bytes(), |address| found.push(address.to_owned()));
        assert_eq!(found, expected, "{script}");
    }

    #[test]
    fn every_form_of_import_is_found() {
        check("import 'a'", &["a"]);
        check("import\"a\";import\n/* b */'c'", &["a", "c"]);
        check("import x from 'a'; import {y as z} from \"b\"; import * as q from 'c'", &["a", "b", "c"]);
        check("import x from 'a' with { type: 'json' }", &["a"]);
        check("export * from 'a'; export {x} from 'b'", &["a", "b"]);
        check("import{x}from'a'", &["a"]);
        check("import('a').then(f); await import ( /* c */ `b` )", &["a", "b"]);
        check("import.defer('a'); import.source('b')", &["a", "b"]);
        check("import('https:\\/\\/a\\x2eb/' + version)", &["https://a.b/"]);
        check("`${import('a')}`", &["a"]);
        check("[...import('a')]", &["a"]);
        check("import((( 'a' )))", &["a"]);
        check("`x${ {a: `}`} }y`; import 'b'", &["b"]);
    }

    #[test]
    fn what_only_mentions_an_import_is_none() {
        for script in [
            "// import 'a'",
            "/* import 'a' */",
            "<!-- import 'a'",
            "\n--> import 'a'",
            "'import \"a\"'",
            "\"import('a')\"",
            "`import 'a'`",
            "/import 'a'/",
            "x = /[/]import('a')/",
            "x.import('a'); Array.from('b')",
            "import(address); import.meta.url + 'a'",
            "importer 'a'",
            "_import('a')",
            "import(`a${b}`)",
            "from('a')",
            "'it\\'s import \"a\"'",
        ] {
            check(script, &[]);
        }
    }

    #[test]
    fn divisions_and_quotes_do_not_lead_astray() {
        check("a = b / c; d = '/'; import 'e'", &["e"]);
        check("f(a) / 2; import('b') / 3", &["b"]);
        check("x = /'/; import 'a'", &["a"]);
        check("return /\"/.test(x), import('a')", &["a"]);
        check("'open\nimport 'a'", &["a"]);
        check("while (n-->0) import('a')", &["a"]);
        check("if (f(x)) /\"/.test(''); import('a')", &["a"]);
        check("while(1)/'/.exec(y),import('a')", &["a"]);
    }

    proptest! {
        #[test]
        fn any_bytes_come_to_an_end(script in "[import(from)'\"`${}/*\\\\ \\nab]{0,60}") {
            imports(script.as_bytes(), |_| {});
        }
    }
}
