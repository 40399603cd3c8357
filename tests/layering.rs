//! Imports point down only, so that no part has to be read before the parts above it.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// From the bottom up. Modules of one level do not know each other.
const LEVELS: &[&[&str]] = &[
    &["event"],
    &["policy", "html"],
    &["consent"],
    &["gate", "banner"],
    &["site"],
    &["endpoint"],
    &["middleware", "extract"],
    &["fuzzing"],
];

fn level(module: &str) -> usize {
    LEVELS
        .iter()
        .position(|level| level.contains(&module))
        .unwrap_or_else(|| panic!("the module {module} has no level; give it one in {}", file!()))
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| match path.is_dir() {
            true => rust_files(&path),
            false => vec![path],
        })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}

/// The modules that a text names behind `crate::`, also in braces over several lines.
fn imports(text: &str) -> Vec<String> {
    let ident =
        |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut found = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        // `$crate::` in a macro is an import like any other; `tower_crate::` would be none.
        if text[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &text[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            None => found.push(ident(rest)),
            Some(group) => {
                let mut depth = 0;
                let mut is_start = true;
                for (i, c) in group.char_indices() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => is_start = true,
                        c if is_start && c.is_alphabetic() => {
                            found.push(ident(&group[i..]));
                            is_start = false;
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    found
}

#[test]
fn imports_in_braces_are_found() {
    let text = "use crate::{\n    consent::{Visit, host},\n    policy::Policy, gate };\nuse crate::site::Site; $crate::event::x";
    assert_eq!(imports(text), ["consent", "policy", "gate", "site", "event"]);
}

#[test]
fn imports_point_down_only() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut seen = BTreeMap::new();
    for file in rust_files(&src) {
        let relative = file.strip_prefix(&src).unwrap();
        let module =
            relative.components().next().unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs");
        if module == "lib" {
            continue;
        }
        for import in imports(&fs::read_to_string(&file).unwrap()) {
            let is_module = LEVELS.iter().any(|level| level.contains(&import.as_str()));
            let is_item_of_lib = import.chars().next().is_some_and(char::is_uppercase);
            // Documentation links name items by their public path.
            if is_item_of_lib || import == module {
                continue;
            }
            assert!(is_module, "{}: crate::{import} has no level", file.display());
            assert!(
                level(&import) < level(module),
                "{} imports crate::{import}, which is not below {module}",
                file.display()
            );
            *seen.entry((module.to_owned(), import)).or_insert(0) += 1;
        }
    }
    assert!(seen.len() >= 15, "the test has to see the imports: {seen:?}");
}
