//! Every kind of diagnostic is well formed and documented.
#![expect(
    clippy::disallowed_methods,
    reason = "tests look at the files of the crate"
)]

use std::collections::BTreeSet;

use rungs_build::kinds::{KINDS, find};

#[test]
fn ids_are_unique_and_kebab_case() {
    let ids: BTreeSet<_> = KINDS.iter().map(|kind| kind.id).collect();
    assert_eq!(ids.len(), KINDS.len(), "two kinds share an id");
    for id in ids {
        let word = |word: &str| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9'))
        };
        assert!(id.split('-').all(word), "{id}");
        assert_eq!(find(id).map(|kind| kind.id), Some(id));
    }
}

#[test]
fn every_page_begins_with_its_id() {
    for kind in KINDS {
        let heading = kind.page.lines().next();
        assert_eq!(heading, Some(format!("# {}", kind.id).as_str()));
    }
}

#[test]
fn every_page_belongs_to_a_kind() {
    let pages = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/docs")).unwrap();
    for page in pages {
        let name = page.unwrap().file_name().into_string().unwrap();
        let id = name.strip_suffix(".md").unwrap();
        assert!(find(id).is_some(), "docs/{name} documents nothing");
    }
}
