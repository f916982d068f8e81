//! The example applications, run as a reader of the README runs them.

use std::fs;
use std::io::ErrorKind;

use anyhow::{Result, ensure};
use cargo_metadata::camino::Utf8Path;

use crate::shell::cargo;
use crate::workspace::Workspace;

const NOTHING_TO_DO: &str = "nothing to do";

pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    quickstart(&workspace.target("tmp"))?;
    cargo(["run", "--quiet", "-p", "async-service", "--", "--demo"]).run()
}

fn quickstart(folder: &Utf8Path) -> Result<()> {
    let file = folder.join("quickstart.sqlite");
    fs::create_dir_all(folder)?;
    remove(&file)?;
    let run = || {
        cargo([
            "run",
            "--quiet",
            "-p",
            "quickstart",
            "--",
            "--file",
            file.as_str(),
        ])
        .read()
    };
    let first = run()?;
    ensure!(
        !first.contains(NOTHING_TO_DO),
        "the first run of quickstart must migrate the new database"
    );
    let second = run()?;
    ensure!(
        second.contains(NOTHING_TO_DO),
        "the second run of quickstart must say `{NOTHING_TO_DO}`"
    );
    Ok(())
}

fn remove(file: &Utf8Path) -> Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
