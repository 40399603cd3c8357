//! Addresses that hold what is loaded: `data:` (Fetch standard, "data: URL processor") and `javascript:`
//! (HTML standard, "navigate to a javascript: URL").

use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use percent_encoding::percent_decode_str;
use url::{Position, Url};

use super::{Gate, Markup, decoded, imports::literals, is_run, style::Sheet};
use crate::html::{Edits, ElementName as Name, Rewriter, StartTag, is_ascii_compatible};

/// Text in base64, however it ends.
const FORGIVING: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What a `data:` address holds.
struct Data<'a> {
    /// Without parameters, in lower case.
    r#type: String,
    charset: Option<&'a str>,
    body: Vec<u8>,
}

impl<'a> Data<'a> {
    /// None where browsers find nothing in it.
    fn new(address: &'a str) -> Option<Self> {
        let (head, body) = address.strip_prefix("data:")?.split_once(',')?;
        let mut body: Vec<u8> = percent_decode_str(body).collect();
        let mut head = head.trim_ascii();
        if let Some((before, last)) = head.rsplit_once(';')
            && last.trim_start_matches(' ').eq_ignore_ascii_case("base64")
        {
            head = before;
            body.retain(|byte| !byte.is_ascii_whitespace());
            body = FORGIVING.decode(&body).ok()?;
        }
        let (r#type, parameters) = head.split_once(';').unwrap_or((head, ""));
        let mut parameters = parameters.split(';').filter_map(|parameter| parameter.split_once('='));
        let charset = parameters.find(|(name, _)| name.trim_ascii().eq_ignore_ascii_case("charset"));
        Some(Self {
            r#type: r#type.trim_ascii().to_ascii_lowercase(),
            charset: charset.map(|(_, value)| value.trim_matches('"')),
            body,
        })
    }

    fn is_xml(&self) -> bool {
        self.r#type.ends_with("+xml") || self.r#type.ends_with("/xml")
    }
}

impl Gate {
    /// Whether what such an address of an element holds would load what is not allowed.
    pub(super) fn withholds_content(&self, page: &mut Markup, tag: &StartTag<'_>, url: &Url) -> bool {
        let opens_document = !tag.is_foreign
            && matches!(
                tag.name,
                Name::Iframe | Name::Frame | Name::Embed | Name::Object | Name::Fencedframe
            );
        let runs = tag.name == Name::Script && is_run(tag);
        let is_sheet = || {
            let relations = tag.value("rel").map(decoded).unwrap_or_default();
            relations.split_ascii_whitespace().any(|relation| relation.eq_ignore_ascii_case("stylesheet"))
        };
        let is_withheld = match url.scheme() {
            "data" | "javascript" if tag.is_cut && (opens_document || runs) => self.withholds_anything(page),
            "data" if opens_document => self.withholds_data_document(page, url),
            "data" if runs => self.withholds_data_code(page, url),
            "data" if tag.name == Name::Link && is_sheet() => self.withholds_data_sheet(page, url),
            "javascript" if opens_document => self.withholds_filling(page, url),
            _ => false,
        };
        if is_withheld {
            page.bar();
        }
        is_withheld
    }

    fn withholds_data_document(&self, page: &mut Markup, url: &Url) -> bool {
        let Some(data) = Data::new(&url[..Position::AfterQuery]) else { return false };
        let rewriter: fn(_) -> _ = match data.is_xml() {
            true => Rewriter::of_xml,
            false if data.r#type == "text/html" => Rewriter::new,
            false => return false,
        };
        if !data.charset.is_none_or(is_ascii_compatible) {
            return self.withholds_anything(page);
        }
        // It is no base: nothing relative can be found from there.
        self.withholds_inner(page, None, rewriter, &data.body)
    }

    /// Whether a script in an address loads what is not allowed. Its type does not matter: browsers run more
    /// than they should.
    pub(super) fn withholds_data_code(&self, page: &mut Markup, url: &Url) -> bool {
        let Some(data) = Data::new(&url[..Position::AfterQuery]) else { return false };
        let Some(()) = page.descend() else { return self.withholds_anything(page) };
        let base = page.base.take();
        let is_withheld = self.withholds_code(page, &data.body);
        page.base = base;
        page.ascend();
        is_withheld
    }

    /// Whether a style sheet in an address loads what is not allowed. Its type does not matter: it does not in
    /// quirks mode (HTML standard, "link type stylesheet").
    fn withholds_data_sheet(&self, page: &mut Markup, url: &Url) -> bool {
        let Some(data) = Data::new(&url[..Position::AfterQuery]) else { return false };
        let base = page.base.take();
        page.sheet = Sheet::default();
        let mut edits = Edits::new();
        self.style(page, &data.body, true, &mut edits);
        page.base = base;
        !edits.is_empty()
    }

    /// Whether a script that fills a frame loads what is not allowed.
    fn withholds_filling(&self, page: &mut Markup, url: &Url) -> bool {
        let code = url.as_str().strip_prefix("javascript:").unwrap_or_default();
        let code: Vec<u8> = percent_decode_str(code).collect();
        self.withholds_running(page, &code)
    }

    /// Whether a script that runs for what it loads or shows loads what is not allowed: by itself, or by a text of its
    /// own, be that an address or a document.
    pub(super) fn withholds_running(&self, page: &mut Markup, code: &[u8]) -> bool {
        let mut is_withheld = self.withholds_code(page, code);
        literals(code, |text| {
            is_withheld |= match text {
                text if text.contains('<') => self.withholds_document(page, text, false),
                text => text.contains("//") && self.withholds_address(page, text),
            };
        });
        is_withheld
    }
}
