//! Character references, where whitespace must be told from all else.

/// Reads one reference, from behind its `&`.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Reference {
    #[default]
    Start,
    /// `&#` or `&#x`.
    Number { radix: u32, value: u32, digits: bool },
    /// So many bytes of one of [`NAMES`].
    Name { index: usize, read: usize },
}

/// What a byte did to the reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    More,
    /// The reference is over; `space` if it stands for whitespace. The byte belongs to it only if
    /// `taken`.
    Done {
        space: bool,
        taken: bool,
    },
}

/// The named references that stand for whitespace; none is known without its semicolon.
const NAMES: [&str; 2] = ["Tab;", "NewLine;"];

fn is_space(value: u32) -> bool {
    matches!(value, 0x09 | 0x0a | 0x0c | 0x0d | 0x20)
}

impl Reference {
    pub(super) fn step(&mut self, byte: u8) -> Step {
        const TEXT: Step = Step::Done { space: false, taken: false };
        match *self {
            Reference::Start if byte == b'#' => {
                *self = Reference::Number { radix: 10, value: 0, digits: false };
                Step::More
            }
            Reference::Start => {
                match NAMES.iter().position(|name| name.as_bytes().first() == Some(&byte)) {
                    Some(index) => *self = Reference::Name { index, read: 1 },
                    None => return TEXT,
                }
                Step::More
            }
            Reference::Number { radix: 10, digits: false, .. } if matches!(byte, b'x' | b'X') => {
                *self = Reference::Number { radix: 16, value: 0, digits: false };
                Step::More
            }
            Reference::Number { radix, value, digits } => match char::from(byte).to_digit(radix) {
                Some(digit) => {
                    let value = value.saturating_mul(radix).saturating_add(digit);
                    *self = Reference::Number { radix, value, digits: true };
                    Step::More
                }
                None if digits => Step::Done { space: is_space(value), taken: byte == b';' },
                None => TEXT,
            },
            Reference::Name { index, read } => match NAMES[index].as_bytes().get(read) {
                Some(&expected) if expected == byte && byte == b';' => {
                    Step::Done { space: true, taken: true }
                }
                Some(&expected) if expected == byte => {
                    *self = Reference::Name { index, read: read + 1 };
                    Step::More
                }
                _ => TEXT,
            },
        }
    }

    /// Whether it stands for whitespace if the document ends here.
    pub(super) fn at_end(&self) -> bool {
        matches!(*self, Reference::Number { value, digits: true, .. } if is_space(value))
    }
}
