//! Which licences the dependencies may have.

use anyhow::{Context, Result, bail};
use cargo_metadata::Package;
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
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Checks the licence expression of each dependency, whatever it is used for.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let mut checked = 0;
    let mut refused = Vec::new();
    for package in workspace.dependencies() {
        checked += 1;
        if !is_allowed(package)? {
            let licence = package.license.as_deref().unwrap_or("no expression");
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

fn is_allowed(package: &Package) -> Result<bool> {
    let Some(licence) = &package.license else {
        return Ok(false);
    };
    let expression = Expression::parse_mode(licence, ParseMode::LAX);
    let expression =
        expression.with_context(|| format!("{} has the licence `{licence}`", package.name))?;
    Ok(expression.evaluate(in_list))
}

fn in_list(requirement: &LicenseReq) -> bool {
    let id = requirement.license.id();
    id.is_some_and(|id| ALLOWED.contains(&id.name))
}
