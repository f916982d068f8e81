//! The example applications, run as a reader of the README runs them.

use std::fs;
use std::io::ErrorKind;

use anyhow::{Result, ensure};
use cargo_metadata::camino::Utf8Path;

use crate::shell::cargo;
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    quickstart(&workspace.target("tmp"))?;
    cargo(["run", "--quiet", "-p", "async-service", "--", "--demo"]).run()
}

fn quickstart(folder: &Utf8Path) -> Result<()> {
    let file = folder.join("quickstart.sqlite");
    fs::create_dir_all(folder)?;
    remove(&file)?;
    let run = |verb| {
        let program = ["run", "--quiet", "-p", "quickstart", "--"];
        let arguments = [verb, "--file", file.as_str()];
        cargo(program).args(arguments).read()
    };
    let runs = [
        ("list", true),
        ("list", false),
        ("downgrade", true),
        ("list", true),
    ];
    for (number, (verb, works)) in (1..).zip(runs) {
        let migrated = !run(verb)?.contains("nothing to do");
        let said = if works { "not say" } else { "say" };
        ensure!(
            migrated == works,
            "run {number} of quickstart should {said} `nothing to do`"
        );
    }
    Ok(())
}

fn remove(file: &Utf8Path) -> Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
