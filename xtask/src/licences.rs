//! Which licences the dependencies may have.

use anyhow::{Result, bail};
use spdx::{Expression, LicenseReq, ParseMode};

use crate::workspace::Workspace;

/// Licences that permit use in any program as long as their text is passed on.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    // For data, such as the certificates of webpki-roots: it may be passed on with its text.
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Packages that say it in a file only, and what a person has read there.
const READ: &[(&str, &str)] = &[
    // Its files of Chromium have BSD-3-Clause.
    ("webpki", "ISC AND BSD-3-Clause"),
];

/// Checks the licence expression of each dependency, whatever it is used for.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let mut checked = 0;
    let mut refused = Vec::new();
    for package in workspace.dependencies() {
        checked += 1;
        let read = READ.iter().find(|(name, _)| package.name.as_str() == *name);
        let read = read.map(|(_, licence)| *licence);
        let licence = package.license.as_deref().or(read).unwrap_or_default();
        if !is_allowed(licence) {
            refused.push(format!("{} {}: {licence}", package.name, package.version));
        }
    }
    if !refused.is_empty() {
        bail!("licences outside of the list:\n{}", refused.join("\n"));
    }
    println!(
        "{checked} dependencies have a licence out of {}",
        ALLOWED.join(", ")
    );
    Ok(())
}

fn is_allowed(licence: &str) -> bool {
    let expression = Expression::parse_mode(licence, ParseMode::LAX);
    expression.is_ok_and(|expression| expression.evaluate(in_list))
}

fn in_list(requirement: &LicenseReq) -> bool {
    let id = requirement.license.id();
    id.is_some_and(|id| ALLOWED.contains(&id.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_side_of_a_choice_is_enough_and_both_parts_of_a_sum_are_needed() {
        assert!(is_allowed("MIT"));
        assert!(
            is_allowed("MIT/Apache-2.0"),
            "the old way to write a choice"
        );
        assert!(is_allowed("GPL-3.0-only OR MIT"));
        assert!(is_allowed("Apache-2.0 WITH LLVM-exception"));
        assert!(!is_allowed("MIT AND GPL-3.0-only"));
        assert!(!is_allowed("proprietary"));
        assert!(!is_allowed(""));
    }
}
