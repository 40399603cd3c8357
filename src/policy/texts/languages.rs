use std::{
    borrow::Cow,
    collections::HashMap,
    ops::Index,
    sync::{Arc, LazyLock},
};

use sha2::{Digest, Sha256};

use super::{super::text::lookup, FILES, Language};

/// Those that come with the crate.
static BUNDLED: LazyLock<Arc<Languages>> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    FILES.iter().for_each(|file| hash.update(file));
    let mut languages = Languages {
        all: Vec::with_capacity(FILES.len()),
        positions: HashMap::new(),
        fingerprint: hash.finalize().into(),
    };
    for (index, file) in FILES.iter().enumerate() {
        languages.place(Language::parse(index, file));
    }
    Arc::new(languages)
});

/// The languages that a policy speaks.
#[derive(Clone, Debug)]
pub(crate) struct Languages {
    all: Vec<Language>,
    /// By tag, in lower case.
    positions: HashMap<String, usize>,
    fingerprint: [u8; 32],
}

impl Languages {
    /// The languages that come with the crate.
    pub(crate) fn bundled() -> &'static Arc<Self> {
        &BUNDLED
    }

    /// The language that serves whoever asks for none of them.
    pub(crate) fn fallback(&self) -> &Language {
        &self.all[0]
    }

    /// A hash of all texts.
    pub(crate) fn fingerprint(&self) -> &[u8; 32] {
        &self.fingerprint
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Language> {
        self.all.iter()
    }

    /// The language for a BCP 47 tag.
    pub(crate) fn get(&self, tag: &str) -> Option<&Language> {
        let exact = |tag: &str| self.positions.get(tag);
        // Most tags are there as they stand, and need no folding.
        let index = exact(tag).or_else(|| lookup(tag, exact))?;
        Some(&self.all[*index])
    }

    /// What a site's own texts in a language start from: the texts that are there, those of the language of
    /// which it is a regional form, or none.
    pub(in crate::policy) fn start(&self, tag: &str) -> Language {
        let index = self.all.len();
        let is_same = |base: &&Language| base.tag.split('-').count() == tag.split('-').count();
        match self.get(tag) {
            Some(base) if is_same(&base) => base.clone(),
            Some(base) if has_script_of(&base.tag, tag) => {
                Language { index, tag: Cow::Owned(tag.to_owned()), ..base.clone() }
            }
            _ => Language::blank(index, Cow::Owned(tag.to_owned())),
        }
    }

    /// Adds a language, or puts it in the place of the one that it has grown from.
    pub(in crate::policy) fn put(&mut self, language: Language) {
        let mut hash = Sha256::new();
        hash.update(self.fingerprint);
        hash.update(language.tag());
        for key in language.keys() {
            hash.update(format!("{key} = {}\n", language.text(&key).unwrap_or_default()));
        }
        self.fingerprint = hash.finalize().into();
        self.place(language);
    }

    fn place(&mut self, language: Language) {
        self.positions.insert(language.tag.to_ascii_lowercase(), language.index);
        match self.all.get_mut(language.index) {
            Some(place) => *place = language,
            None => self.all.push(language),
        }
    }
}

impl Index<usize> for Languages {
    type Output = Language;

    fn index(&self, index: usize) -> &Language {
        &self.all[index]
    }
}

/// Whether a tag names no other script than this base of it (RFC 5646, section 2.2.3): texts in another are no
/// texts in this one.
fn has_script_of(base: &str, tag: &str) -> bool {
    let is_script =
        |subtag: &&str| subtag.len() == 4 && subtag.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_of_base = |script: &str| base.split('-').any(|subtag| subtag.eq_ignore_ascii_case(script));
    tag.split('-').filter(is_script).all(is_of_base)
}
