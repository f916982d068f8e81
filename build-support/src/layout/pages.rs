//! The pages of the diagnostics about file names are tests: their example gives the diagnostic,
//! what they say to write instead gives none.

use crate::fixture::read;
use crate::kinds::{self, find};

#[test]
fn examples_are_wrong_and_their_alternatives_right() {
    for id in [
        kinds::EMPTY_DIRECTORY.id,
        kinds::BAD_NAME.id,
        kinds::BAD_VERSION.id,
        kinds::DUPLICATE_VERSION.id,
        kinds::MISSING_UP.id,
        kinds::MIXED_LAYOUTS.id,
        kinds::UNSUPPORTED_FILE.id,
        kinds::MISSING_DIRECTORY.id,
    ] {
        let page = find(id).unwrap().page;
        let example = read(&listing(page, "## Example"));
        assert!(example.contains(&format!("[{id}]")), "{id}: {example}");
        if id != kinds::MISSING_DIRECTORY.id {
            let instead = read(&listing(page, "## Instead"));
            assert!(!instead.contains('['), "{id}: {instead}");
        }
    }
}

/// The first block below a heading; indented lines are the text of the file above them.
fn listing(page: &str, heading: &str) -> String {
    let (_, below) = page.split_once(heading).unwrap();
    let block = below.split("```").nth(1).unwrap();
    let mut listing: Vec<String> = Vec::new();
    for line in block.lines().skip(1).filter(|line| !line.is_empty()) {
        if let (Some(text), Some(file)) = (line.strip_prefix("    "), listing.last_mut()) {
            file.push_str(if file.contains(": ") { "\\n" } else { ": " });
            file.push_str(text);
        } else {
            let path = line.split("  ").next().unwrap_or_default();
            let below = path.strip_prefix("migrations/");
            listing.push(below.map_or_else(|| format!("/{path}"), str::to_owned));
        }
    }
    listing.join("\n")
}
