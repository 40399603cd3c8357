//! Element names: the ones the standard treats apart, and a hash for all others.

/// In the standard's "special" category.
pub(super) const SPECIAL: u16 = 1;
/// Ends the search of "has an element in scope".
pub(super) const SCOPE: u16 = 1 << 1;
/// Its start tag closes an open `p` and opens the element, nothing else.
pub(super) const BLOCK: u16 = 1 << 2;
/// Its end tag closes the element if it is in scope, with what it implies.
pub(super) const BLOCK_END: u16 = 1 << 3;
/// "Generate implied end tags" pops it.
pub(super) const IMPLIED_END: u16 = 1 << 4;
/// A formatting element.
pub(super) const FORMATTING: u16 = 1 << 5;
/// Its start tag ends foreign content.
pub(super) const BREAKOUT: u16 = 1 << 6;
/// Void: opened and closed at once, after reconstructing formatting.
pub(super) const VOID: u16 = 1 << 7;
/// Void, and formatting is left alone: what "in head" inserts, and `param` and its like.
pub(super) const VOID_PLAIN: u16 = 1 << 8;
/// Its start tag is handled "in head" wherever it stands; `noscript` is not one of them.
pub(super) const HEAD: u16 = 1 << 9;
/// `caption`, `td` and the rest: ignored "in body".
pub(super) const TABLE_PART: u16 = 1 << 10;
/// `h1` to `h6`.
pub(super) const HEADING: u16 = 1 << 11;
/// Shows what it contains, wherever it stands.
pub(super) const SHOWS: u16 = 1 << 12;
/// A start tag after which `<frameset>` is ignored ("frameset-ok" becomes "not ok").
pub(super) const NO_FRAMESET: u16 = 1 << 13;
/// A MathML text integration point, when in the MathML namespace.
pub(super) const MATH_TEXT: u16 = 1 << 14;
/// An HTML integration point, when in the SVG namespace.
pub(super) const SVG_HTML: u16 = 1 << 15;

macro_rules! names {
    ($($variant:ident $text:literal $flags:expr;)*) => {
        /// The elements some rule names.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        #[repr(u8)]
        pub(crate) enum Name { #[default] Other, $($variant,)* }

        impl Name {
            pub(crate) const ALL: &[Name] = &[Name::Other, $(Name::$variant,)*];
        }

        const TEXTS: &[&str] = &["", $($text,)*];
        const FLAGS: &[u16] = &[0, $($flags,)*];
    };
}

const CONTAINER: u16 = SPECIAL | BLOCK | BLOCK_END | SHOWS;
const CELL: u16 = SPECIAL | SCOPE | TABLE_PART;
const ROWS: u16 = SPECIAL | TABLE_PART;
const PHRASE: u16 = FORMATTING | SHOWS;

names! {
    Html "html" SPECIAL | SCOPE;
    Head "head" SPECIAL | BREAKOUT | TABLE_PART;
    Body "body" SPECIAL | BREAKOUT;
    Frameset "frameset" SPECIAL;
    Frame "frame" SPECIAL | TABLE_PART;
    Base "base" SPECIAL | VOID_PLAIN | HEAD;
    Basefont "basefont" SPECIAL | VOID_PLAIN | HEAD;
    Bgsound "bgsound" SPECIAL | VOID_PLAIN | HEAD;
    Link "link" SPECIAL | VOID_PLAIN | HEAD;
    Meta "meta" SPECIAL | VOID_PLAIN | HEAD | BREAKOUT;
    Title "title" SPECIAL | HEAD | SVG_HTML;
    Noscript "noscript" SPECIAL;
    Noframes "noframes" SPECIAL | HEAD;
    Style "style" SPECIAL | HEAD;
    Script "script" SPECIAL | HEAD;
    Template "template" SPECIAL | SCOPE | HEAD | NO_FRAMESET;
    Address "address" CONTAINER;
    Article "article" CONTAINER;
    Aside "aside" CONTAINER;
    Blockquote "blockquote" CONTAINER | BREAKOUT;
    Center "center" CONTAINER | BREAKOUT;
    Details "details" SPECIAL | BLOCK | BLOCK_END;
    Dialog "dialog" BLOCK | BLOCK_END;
    Dir "dir" CONTAINER;
    Div "div" CONTAINER | BREAKOUT;
    Dl "dl" CONTAINER | BREAKOUT;
    Fieldset "fieldset" CONTAINER;
    Figcaption "figcaption" CONTAINER;
    Figure "figure" CONTAINER;
    Footer "footer" CONTAINER;
    Header "header" CONTAINER;
    Hgroup "hgroup" CONTAINER;
    Main "main" CONTAINER;
    Nav "nav" CONTAINER;
    Ol "ol" CONTAINER | BREAKOUT;
    P "p" SPECIAL | BLOCK | IMPLIED_END | BREAKOUT | SHOWS;
    Search "search" CONTAINER;
    Section "section" CONTAINER;
    Summary "summary" SPECIAL | BLOCK | BLOCK_END;
    Ul "ul" CONTAINER | BREAKOUT;
    Menu "menu" CONTAINER | BREAKOUT;
    H1 "h1" SPECIAL | HEADING | BREAKOUT | SHOWS;
    H2 "h2" SPECIAL | HEADING | BREAKOUT | SHOWS;
    H3 "h3" SPECIAL | HEADING | BREAKOUT | SHOWS;
    H4 "h4" SPECIAL | HEADING | BREAKOUT | SHOWS;
    H5 "h5" SPECIAL | HEADING | BREAKOUT | SHOWS;
    H6 "h6" SPECIAL | HEADING | BREAKOUT | SHOWS;
    Pre "pre" CONTAINER | BREAKOUT | NO_FRAMESET;
    Listing "listing" CONTAINER | BREAKOUT | NO_FRAMESET;
    Form "form" SPECIAL | SHOWS;
    Li "li" SPECIAL | IMPLIED_END | BREAKOUT | SHOWS | NO_FRAMESET;
    Dd "dd" SPECIAL | IMPLIED_END | BREAKOUT | SHOWS | NO_FRAMESET;
    Dt "dt" SPECIAL | IMPLIED_END | BREAKOUT | SHOWS | NO_FRAMESET;
    Plaintext "plaintext" SPECIAL;
    Button "button" SPECIAL | BLOCK_END | NO_FRAMESET;
    A "a" FORMATTING;
    B "b" PHRASE | BREAKOUT;
    Big "big" PHRASE | BREAKOUT;
    Code "code" PHRASE | BREAKOUT;
    Em "em" PHRASE | BREAKOUT;
    Font "font" PHRASE;
    I "i" PHRASE | BREAKOUT;
    Nobr "nobr" PHRASE | BREAKOUT;
    S "s" PHRASE | BREAKOUT;
    Small "small" PHRASE | BREAKOUT;
    Strike "strike" PHRASE | BREAKOUT;
    Strong "strong" PHRASE | BREAKOUT;
    Tt "tt" PHRASE | BREAKOUT;
    U "u" PHRASE | BREAKOUT;
    Applet "applet" SPECIAL | SCOPE | NO_FRAMESET;
    Marquee "marquee" SPECIAL | SCOPE | NO_FRAMESET;
    Object "object" SPECIAL | SCOPE | NO_FRAMESET;
    Table "table" SPECIAL | SCOPE | BREAKOUT | NO_FRAMESET;
    Caption "caption" CELL;
    Colgroup "colgroup" ROWS;
    Col "col" ROWS;
    Tbody "tbody" ROWS;
    Tfoot "tfoot" ROWS;
    Thead "thead" ROWS;
    Tr "tr" ROWS;
    Td "td" CELL;
    Th "th" CELL;
    Area "area" SPECIAL | VOID | NO_FRAMESET;
    Br "br" SPECIAL | VOID | BREAKOUT | NO_FRAMESET;
    Embed "embed" SPECIAL | VOID | BREAKOUT | NO_FRAMESET;
    Img "img" SPECIAL | VOID | BREAKOUT | NO_FRAMESET;
    Image "image" VOID | NO_FRAMESET;
    Keygen "keygen" SPECIAL | VOID | NO_FRAMESET;
    Wbr "wbr" SPECIAL | VOID | NO_FRAMESET;
    Input "input" SPECIAL;
    Param "param" SPECIAL | VOID_PLAIN;
    Source "source" SPECIAL | VOID_PLAIN;
    Track "track" SPECIAL | VOID_PLAIN;
    Hr "hr" SPECIAL | BREAKOUT | NO_FRAMESET;
    Textarea "textarea" SPECIAL | NO_FRAMESET;
    Xmp "xmp" SPECIAL | NO_FRAMESET;
    Iframe "iframe" SPECIAL | NO_FRAMESET;
    Noembed "noembed" SPECIAL;
    Select "select" SPECIAL | SCOPE | BLOCK_END | NO_FRAMESET;
    Option "option" IMPLIED_END;
    Optgroup "optgroup" IMPLIED_END;
    Rb "rb" IMPLIED_END;
    Rtc "rtc" IMPLIED_END;
    Rp "rp" IMPLIED_END;
    Rt "rt" IMPLIED_END;
    Ruby "ruby" BREAKOUT;
    Math "math" 0;
    Svg "svg" 0;
    Mi "mi" MATH_TEXT;
    Mo "mo" MATH_TEXT;
    Mn "mn" MATH_TEXT;
    Ms "ms" MATH_TEXT;
    Mtext "mtext" MATH_TEXT;
    Mglyph "mglyph" 0;
    Malignmark "malignmark" 0;
    AnnotationXml "annotation-xml" 0;
    ForeignObject "foreignobject" SVG_HTML;
    Desc "desc" SVG_HTML;
    Span "span" BREAKOUT | SHOWS;
    Sub "sub" BREAKOUT | SHOWS;
    Sup "sup" BREAKOUT | SHOWS;
    Var "var" BREAKOUT | SHOWS;
    Audio "audio" 0;
    Video "video" 0;
    Use "use" 0;
    FeImage "feimage" 0;
    FontFaceUri "font-face-uri" 0;
    Animate "animate" 0;
    Set "set" 0;
    Fencedframe "fencedframe" 0;
    Portal "portal" 0;
}

impl Name {
    /// The name in lower case; empty for [`Name::Other`].
    pub(super) fn text(self) -> &'static str {
        TEXTS[self as usize]
    }

    /// Has one of these flags.
    #[inline]
    pub(super) fn is(self, flags: u16) -> bool {
        FLAGS[self as usize] & flags != 0
    }
}

/// A name as it is read: at most sixteen bytes packed, what follows folded in.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Key {
    low: u64,
    high: u64,
    len: u32,
}

const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

impl Key {
    /// A name of at most eight bytes, in lower case, packed from the low end.
    #[inline]
    pub(super) fn short(packed: u64, len: usize) -> Self {
        Key { low: packed, high: 0, len: len as u32 }
    }

    /// Adds one byte of the name, in lower case.
    #[inline]
    pub(super) fn push(&mut self, byte: u8) {
        let byte = u64::from(Self::fold(byte));
        match self.len {
            0..8 => self.low |= byte << (8 * self.len),
            8..16 => self.high |= byte << (8 * (self.len - 8)),
            _ => self.high = (self.high.rotate_left(7) ^ byte).wrapping_mul(MIX),
        }
        self.len = self.len.saturating_add(1);
    }

    /// Reads a name, or what there is of it, and tells how long that was.
    #[inline]
    pub(super) fn read(&mut self, bytes: &[u8], ends: impl Fn(u8) -> bool) -> usize {
        let mut at = 0;
        // Most names are new and short.
        if self.len == 0 {
            let mut low = 0;
            for byte in bytes.iter().take(8) {
                if ends(*byte) {
                    break;
                }
                low |= u64::from(Self::fold(*byte)) << (8 * at);
                at += 1;
            }
            self.low = low;
            self.len = at as u32;
            if at < 8 {
                return at;
            }
        }
        while let Some(byte) = bytes.get(at).filter(|byte| !ends(**byte)) {
            self.push(*byte);
            at += 1;
        }
        at
    }

    /// NUL would leave the packed name as it was; the standard replaces it too.
    #[inline]
    const fn fold(byte: u8) -> u8 {
        if byte == 0 { 0xff } else { byte.to_ascii_lowercase() }
    }

    const fn slot(low: u64, high: u64) -> usize {
        ((low ^ high.rotate_left(29)).wrapping_mul(MIX) >> 55) as usize
    }

    /// Which element this is.
    #[inline]
    pub(super) fn name(&self) -> Name {
        if self.len > 16 {
            return Name::Other;
        }
        let mut slot = Self::slot(self.low, self.high);
        loop {
            let index = SLOTS[slot] as usize;
            if index == 0 || KEYS[index] == (self.low, self.high) {
                return Name::ALL[index];
            }
            slot = (slot + 1) % SLOTS.len();
        }
    }

    /// Tells names apart that have no [`Name`].
    #[inline]
    pub(super) fn hash(&self) -> u32 {
        let mixed = (self.low ^ self.high.rotate_left(29) ^ u64::from(self.len)).wrapping_mul(MIX);
        (mixed >> 32) as u32
    }
}

const KEYS: [(u64, u64); Name::ALL.len()] = {
    let mut keys = [(0, 0); Name::ALL.len()];
    let mut at = 1;
    while at < Name::ALL.len() {
        let text = TEXTS[at].as_bytes();
        let mut byte = 0;
        while byte < text.len() {
            if byte < 8 {
                keys[at].0 |= (text[byte] as u64) << (8 * byte);
            } else {
                keys[at].1 |= (text[byte] as u64) << (8 * (byte - 8));
            }
            byte += 1;
        }
        at += 1;
    }
    keys
};

/// Open addressing, linear probing, filled at compile time. 0 is a free slot.
const SLOTS: [u8; 512] = {
    let mut slots = [0; 512];
    let mut at = 1;
    while at < Name::ALL.len() {
        let mut slot = Key::slot(KEYS[at].0, KEYS[at].1);
        while slots[slot] != 0 {
            slot = (slot + 1) % 512;
        }
        slots[slot] = at as u8;
        at += 1;
    }
    slots
};
