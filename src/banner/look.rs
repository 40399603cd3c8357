//! How the banner and the layer's own pages look: where the banner stands, and in what colours.

use std::fmt::Write as _;

use super::{Content, Inline, notice};
use crate::policy::{Declared, Layout, Palette, Policy, Theme};

/// The built-in colours of the pages, which have more of them than the banner.
const LIGHT_PAGES: &str = "--page:#fff;--card:#f4f6fa;--text:#1b2130;--soft:#4d566a;--line:#c5ccda;--link:#1d4ed8;\
    --button:#1b2130;--button-text:#fff";
const DARK_PAGES: &str = "--page:#12151d;--card:#1c212d;--text:#eef1f7;--soft:#b3bccd;--line:#3d4658;--link:#9db8ff;\
    --button:#eef1f7;--button-text:#12151d";

/// The styles of one policy.
#[derive(Debug)]
pub(crate) struct Look {
    /// Of the banner.
    pub(crate) banner: Inline,
    /// Of the link to the settings page and the confirmation.
    pub(crate) control: Inline,
    /// Of the settings page and its like.
    pub(crate) pages: Inline,
}

impl Look {
    pub(crate) fn new(policy: &Policy, content: &Content) -> Self {
        let declared = policy.declared();
        let mut banner = match declared.layout {
            Layout::Unstyled => String::new(),
            _ => styled(declared, || notice::longest(policy, content)),
        };
        if content.is_own() && declared.layout != Layout::Unstyled {
            banner.push_str(include_str!("look/own.css").trim_end());
        }
        banner.push_str(include_str!("look/last.css").trim_end());
        let mut pages = themed(declared, ":root", |palette| match palette {
            Palette::LIGHT => LIGHT_PAGES.to_owned(),
            Palette::DARK => DARK_PAGES.to_owned(),
            Palette { background, text, border, button, button_text } => format!(
                "--page:{background};--card:{background};--text:{text};--soft:{text};--line:{border};\
                 --link:{text};--button:{button};--button-text:{button_text}"
            ),
        });
        pages.push_str(include_str!("look/pages.css").trim_end());
        // The site's own text has its colour from an element that these need not stand in.
        let mut control = match declared.layout {
            Layout::Unstyled => String::new(),
            _ => themed(
                declared,
                ".consent-line:not(#a)>:not(#b,style)",
                |Palette { background, text, .. }| {
                    format!("background:{background}!important;color:{text}!important")
                },
            ),
        };
        control.push_str(include_str!("control.css").trim_end());
        if matches!(declared.layout, Layout::Bottom | Layout::Corner | Layout::Modal) {
            // Where the question was, wherever the page is scrolled to.
            control.push_str(include_str!("look/saved.css").trim_end());
        }
        Self { banner: Inline::new(banner), control: Inline::new(control), pages: Inline::new(pages) }
    }
}

/// The style of a layout. `longest` says how many characters are read on the banner.
fn styled(declared: &Declared, longest: impl FnOnce() -> usize) -> String {
    let mut banner = themed(declared, "#cookie-consent", |palette| {
        let Palette { background, text, border, button, button_text } = palette;
        format!(
            "--consent-background:{background};--consent-text:{text};--consent-border:{border};\
                 --consent-button:{button};--consent-button-text:{button_text}"
        )
    });
    banner.push_str(include_str!("look/base.css").trim_end());
    match declared.layout {
        Layout::Top | Layout::Unstyled => {}
        Layout::Bottom => {
            banner.push_str(&with_room(include_str!("look/bottom.css"), 128 + 23 * longest().div_ceil(52)));
        }
        Layout::Corner => {
            banner.push_str(&with_room(include_str!("look/corner.css"), 240 + 23 * longest().div_ceil(44)));
        }
        Layout::Modal => banner.push_str(include_str!("look/modal.css").trim_end()),
    }
    banner
}

/// A style that leaves room for the banner behind the end of the page: for all that is not text, and for the lines
/// of the text, of 23 px and of so many characters at least.
fn with_room(style: &str, px: usize) -> String {
    let room = format!("min(75vh,max({}rem,{px}px))", px.div_ceil(16));
    style.trim_end().replace("ROOM", &room)
}

/// Declarations for a selector, in the theme that is fixed or in the one that the visitor prefers.
fn themed(declared: &Declared, selector: &str, declarations: impl Fn(Palette) -> String) -> String {
    let (light, dark) = declared.palettes;
    let rule =
        |scheme: &str, palette| format!("{selector}{{color-scheme:{scheme};{}}}", declarations(palette));
    match declared.theme {
        Theme::Light => rule("light", light),
        Theme::Dark => rule("dark", dark),
        Theme::Auto => {
            let mut out = rule("light", light);
            let _ = write!(out, "@media(prefers-color-scheme:dark){{{}}}", rule("dark", dark));
            out
        }
    }
}
