//! What a page carries that all visitors share.

use std::fmt::Write as _;

use super::{
    Look, attribute,
    content::Content,
    control, forget,
    inline::{RELEASE, REVEAL},
    notice,
};
use crate::policy::{DoNotTrack, Language, Model, Policy, Secure, StorageKeys, Token};

/// The hidden banner, the script that shows it, the one that releases what the visitor has allowed,
/// and a link for those who run no scripts.
pub(super) fn banner(policy: &Policy, look: &Look, content: &Content, language: &Language) -> String {
    let mut attributes = String::from(" data-answered=\"");
    attribute(&mut attributes, &answered(policy));
    attributes.push('"');
    let mut out = notice::hidden_banner(policy, look, content, language, &attributes);
    let _ = write!(out, "<script data-consent-ui=\"\">{}</script>", REVEAL.text);
    let _ = write!(
        out,
        "<script data-consent-ui=\"\" defer=\"\" src=\"{}/release.js?{}\" integrity=\"{}\" data-policy=\"",
        policy.settings_path(),
        RELEASE.version(),
        RELEASE.integrity
    );
    attribute(&mut out, &rules(policy));
    let keys = forget::keys(policy, &StorageKeys::new(policy));
    if !keys.is_empty() {
        out.push_str("\" data-keys=\"");
        attribute(&mut out, &keys);
    }
    out.push_str("\"></script>");
    out.push_str(&control::without_script(policy, language));
    out
}

/// A regular expression for cookies in which every question is answered. Whether an answer has lapsed
/// it leaves to the other script, and to the browser, which keeps no cookie for longer than an answer.
fn answered(policy: &Policy) -> String {
    let declared = policy.declared();
    let prefix = match declared.cookie.secure {
        Secure::Always => declared.cookie.prefix().to_owned(),
        Secure::Auto => format!("({})?", declared.cookie.prefix()),
        Secure::Never => String::new(),
    };
    let mut pattern = format!("(^|; ){prefix}{}=", escaped(&declared.cookie.name));
    let revision = policy.revision();
    for category in policy.members(policy.optional()) {
        let list = match category.token {
            Token::BuiltIn(letter) => format!("[A-Z]*{}", char::from(letter)),
            Token::Digest(digest) => {
                format!("[A-Z]*-(.{{6}})*{}", String::from_utf8_lossy(&digest))
            }
        };
        let _ = write!(pattern, "(?=1\\.{revision}\\.[^;]*\\.{list}");
        if declared.model == Model::OptOut {
            // An opt-out survives revisions, and stands in every third field.
            let _ = write!(pattern, "|1(\\.[^.;]*){{3}}((\\.[^.;]*){{3}})*\\.{list}");
        }
        pattern.push(')');
    }
    // Without a question there is nothing to answer.
    pattern.push_str("1\\.");
    pattern
}

/// Cookie names are tokens (RFC 6265, section 4.1.1), some of whose characters mean something here.
fn escaped(name: &str) -> String {
    name.chars().fold(String::new(), |mut out, c| {
        if !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-') {
            out.push('\\');
        }
        out.push(c);
        out
    })
}

/// What the script has to know to read the cookie as the server does, in its order.
fn rules(policy: &Policy) -> String {
    let declared = policy.declared();
    let secure = match declared.cookie.secure {
        Secure::Auto => "auto",
        Secure::Always => "always",
        Secure::Never => "never",
    };
    let model = match declared.model {
        Model::OptIn => "opt-in",
        Model::OptOut => "opt-out",
    };
    let dnt = match declared.dnt {
        DoNotTrack::Refusal => "refusal",
        DoNotTrack::Ignore => "ignore",
    };
    let mut out = format!(
        "{secure} {} {} {} {model} {} {} {} {dnt}",
        declared.cookie.prefix(),
        declared.cookie.name,
        policy.revision(),
        declared.consent_lifetime.as_secs(),
        policy.rules(None).memory().as_secs(),
        declared.refusal_lifetime.as_secs(),
    );
    for category in policy.members(policy.optional()) {
        let _ = match category.token {
            Token::BuiltIn(letter) => write!(out, " {}={}", category.id, char::from(letter)),
            Token::Digest(digest) => write!(out, " {}={}", category.id, String::from_utf8_lossy(&digest)),
        };
    }
    out
}
