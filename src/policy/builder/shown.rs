//! What visitors see.

use super::{OwnText, PolicyBuilder};
use crate::policy::{Colors, Layout, Notice, Placement, SettingsControl, Theme};

impl PolicyBuilder {
    /// Where in the page the banner stands.
    ///
    /// Default: [`Placement::Start`].
    pub fn placement(mut self, placement: Placement) -> Self {
        self.placement = placement;
        self
    }

    /// Where on the screen the banner stands.
    ///
    /// Default: [`Layout::Top`].
    pub fn layout(mut self, layout: Layout) -> Self {
        self.layout = layout;
        self
    }

    /// Whether the banner and the layer's own pages are light or dark.
    ///
    /// Default: [`Theme::Auto`].
    pub fn theme(mut self, theme: Theme) -> Self {
        self.theme = theme;
        self
    }

    /// The colours where the theme is light.
    pub fn light_colors(mut self, colors: Colors) -> Self {
        self.light_colors = colors;
        self
    }

    /// The colours where the theme is dark.
    pub fn dark_colors(mut self, colors: Colors) -> Self {
        self.dark_colors = colors;
        self
    }

    /// The wording under [`Model::OptOut`](crate::Model::OptOut).
    ///
    /// Default: [`Notice::Standard`].
    pub fn notice(mut self, notice: Notice) -> Self {
        self.notice = notice;
        self
    }

    /// The link to the settings page on decided pages.
    ///
    /// Default: [`SettingsControl::Link`].
    pub fn settings_control(mut self, control: SettingsControl) -> Self {
        self.settings_control = control;
        self
    }

    /// The language of the layer's texts, by its tag, where the page does not say its own. An app that knows its
    /// visitor's, from a session say, puts it into the page's `lang` or the response's `Content-Language`; the
    /// settings page follows the page that led to it.
    ///
    /// Default: what the visitor's browser asks for, else English.
    pub fn language(mut self, tag: impl Into<String>) -> Self {
        self.language = Some(tag.into());
        self
    }

    /// A text of the site's own for one of the layer's: the tag of the language, the key, and the text.
    /// [`Policy::texts`](crate::Policy::texts) lists the keys; what is in braces there stands in the site's text
    /// too.
    ///
    /// A regional form of a language (`de-AT`) takes over what it does not say itself. A language that is
    /// not bundled needs every text.
    ///
    /// Default: the bundled texts.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_consent::Policy;
    ///
    /// let policy = Policy::builder("Example SAS", "privacy@example.com")
    ///     .text("en", "read-more", "More about cookies")
    ///     .text("de-CH", "settings-link", "Cookies verwalten")
    ///     .build()?;
    /// # Ok::<_, tower_consent::PolicyError>(())
    /// ```
    pub fn text(
        mut self,
        language: impl Into<String>,
        key: impl Into<String>,
        text: impl Into<String>,
    ) -> Self {
        let (language, key, text) = (language.into(), key.into(), text.into());
        self.texts.push(OwnText { language, key, text });
        self
    }
}
