//! The colours of the banner and of the layer's own pages, and whether they can be read.

use super::Finding;

/// The colours of the banner and of the settings page, in one theme.
///
/// Each is written `#rgb` or `#rrggbb`; what is left out keeps the built-in colour. When the policy is built
/// they are checked for contrast: text needs 4.5:1 against what is behind it (WCAG 2.2, 1.4.3), a button 3:1
/// (WCAG 2.2, 1.4.11). All buttons have the same colours, since a "no" must be as easy to see as a "yes"
/// (EDPB, report of the cookie banner taskforce, 2023, paragraphs 17 to 19).
///
/// In pages they are the custom properties `--consent-background`, `--consent-text`, `--consent-border`,
/// `--consent-button` and `--consent-button-text` of the banner.
///
/// # Example
///
/// ```
/// use tower_consent::{Category, Colors, Policy};
///
/// let policy = Policy::builder("Example SAS", "privacy@example.com")
///     .light_colors(Colors::new().background("#fffaf0").text("#222").button("#7a1f3d"))
///     .category(Category::analytics().vendor("google-analytics"))
///     .build()?;
///
/// let unreadable = Policy::builder("Example SAS", "privacy@example.com")
///     .light_colors(Colors::new().text("#999"))
///     .build();
/// assert!(unreadable.unwrap_err().to_string().contains("colors.light.text"));
/// # Ok::<_, tower_consent::PolicyError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Colors {
    pub(super) background: Option<String>,
    pub(super) text: Option<String>,
    pub(super) border: Option<String>,
    pub(super) button: Option<String>,
    pub(super) button_text: Option<String>,
}

impl Colors {
    /// The built-in colours.
    pub fn new() -> Self {
        Self::default()
    }

    /// What text stands on.
    pub fn background(mut self, color: impl Into<String>) -> Self {
        self.background = Some(color.into());
        self
    }

    /// Text and links, and the outline of what has the focus.
    pub fn text(mut self, color: impl Into<String>) -> Self {
        self.text = Some(color.into());
        self
    }

    /// The line around the banner.
    pub fn border(mut self, color: impl Into<String>) -> Self {
        self.border = Some(color.into());
        self
    }

    /// All buttons. Default: the colour of text.
    pub fn button(mut self, color: impl Into<String>) -> Self {
        self.button = Some(color.into());
        self
    }

    /// The text on them. Default: the background.
    pub fn button_text(mut self, color: impl Into<String>) -> Self {
        self.button_text = Some(color.into());
        self
    }
}

/// The same, known to be readable: red, green and blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Palette {
    pub(crate) background: Rgb,
    pub(crate) text: Rgb,
    pub(crate) border: Rgb,
    pub(crate) button: Rgb,
    pub(crate) button_text: Rgb,
}

/// A colour of sRGB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rgb([u8; 3]);

impl Palette {
    pub(crate) const LIGHT: Self =
        Self::of(Rgb([0xf3, 0xf5, 0xf9]), Rgb([0x1b, 0x21, 0x30]), Rgb([0xa4, 0xad, 0xbf]));
    pub(crate) const DARK: Self =
        Self::of(Rgb([0x1e, 0x24, 0x31]), Rgb([0xee, 0xf1, 0xf7]), Rgb([0x5c, 0x66, 0x79]));

    const fn of(background: Rgb, text: Rgb, border: Rgb) -> Self {
        Self { background, text, border, button: text, button_text: background }
    }

    /// Reads what a site wrote under a key such as `colors.light`.
    pub(super) fn new(found: &mut Vec<Finding>, key: &str, colors: &Colors, built_in: Self) -> Self {
        let mut read = |name: &str, color: &Option<String>, default: Rgb| {
            let Some(color) = color else { return default };
            Rgb::parse(color).unwrap_or_else(|| {
                let remedy = "write a colour as #rrggbb, such as #1b2130";
                found.push(Finding::new(format!("{key}.{name}"), color, remedy));
                default
            })
        };
        let background = read("background", &colors.background, built_in.background);
        let text = read("text", &colors.text, built_in.text);
        let border = read("border", &colors.border, built_in.border);
        let button = read("button", &colors.button, text);
        let button_text = read("button-text", &colors.button_text, background);
        for (name, one, other, behind, least, criterion) in [
            ("text", text, background, "the background", 4.5, "1.4.3"),
            ("button", button, background, "the background", 3.0, "1.4.11"),
            ("button-text", button_text, button, "the button", 4.5, "1.4.3"),
        ] {
            let contrast = one.contrast(other);
            if contrast < least {
                found.push(Finding::new(
                    format!("{key}.{name}"),
                    one.to_string(),
                    format!(
                        "its contrast to {behind} ({other}) is {contrast:.2}:1; take a colour that has {least}:1 \
                         or more (WCAG 2.2, {criterion})"
                    ),
                ));
            }
        }
        Self { background, text, border, button, button_text }
    }
}

impl Rgb {
    fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        let digit = |at: usize| char::from(*digits.as_bytes().get(at)?).to_digit(16);
        let byte = |high: usize, low: usize| u8::try_from(digit(high)? * 16 + digit(low)?).ok();
        match digits.len() {
            3 => Some(Self([byte(0, 0)?, byte(1, 1)?, byte(2, 2)?])),
            6 => Some(Self([byte(0, 1)?, byte(2, 3)?, byte(4, 5)?])),
            _ => None,
        }
    }

    /// "Relative luminance" (WCAG 2.2).
    fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let channel = f64::from(channel) / 255.0;
            if channel <= 0.04045 { channel / 12.92 } else { ((channel + 0.055) / 1.055).powf(2.4) }
        };
        let [red, green, blue] = self.0.map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// "Contrast ratio" (WCAG 2.2), from 1 to 21.
    fn contrast(self, other: Self) -> f64 {
        let (one, other) = (self.luminance(), other.luminance());
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }
}

impl std::fmt::Display for Rgb {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::{Colors, Palette, Rgb};

    #[test]
    fn contrast_is_that_of_the_guidelines() {
        let contrast = |one, other| {
            let ratio = Rgb::parse(one).unwrap().contrast(Rgb::parse(other).unwrap());
            format!("{ratio:.2}")
        };
        assert_eq!(contrast("#000", "#ffffff"), "21.00");
        assert_eq!(contrast("#777777", "#fff"), "4.48");
        assert_eq!(contrast("#767676", "#fff"), "4.54");
        assert_eq!(contrast("#00f", "#FFF"), "8.59");
    }

    #[test]
    fn the_built_in_colours_can_be_read() {
        for palette in [Palette::LIGHT, Palette::DARK] {
            let mut found = Vec::new();
            assert_eq!(Palette::new(&mut found, "colors", &Colors::new(), palette), palette);
            assert_eq!(found, []);
        }
    }

    #[test]
    fn what_is_no_colour_is_named() {
        for text in ["", "#", "red", "#12", "#1234", "#12345g", "#\u{e9}12", "rgb(0 0 0)"] {
            assert_eq!(Rgb::parse(text), None, "{text}");
        }
    }
}
