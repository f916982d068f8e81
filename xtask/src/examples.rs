//! The example applications, run as a reader of the README runs them.

use std::fs;
use std::io::ErrorKind;

use anyhow::{Context as _, Result, ensure};
use cargo_metadata::camino::Utf8Path;
use rungs_servers::Protocol;

use crate::shell::cargo;
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    quickstart(&workspace.target("tmp"))?;
    cargo(["run", "--quiet", "-p", "async-service", "--", "--demo"]).run()?;
    postgres_service()
}

/// Migrates a database of its own, and finds nothing to do there the second time.
fn postgres_service() -> Result<()> {
    let servers = rungs_servers::require(Protocol::Postgres);
    let server = servers.first().context("there is no PostgreSQL")?;
    server.ask("DROP DATABASE IF EXISTS parts")?;
    server.ask("CREATE DATABASE parts")?;
    let database = server.url("parts");
    let start = || {
        cargo([
            "run",
            "--quiet",
            "-p",
            "postgres-service",
            "--",
            "--database",
            &database,
        ])
    };
    let (first, second) = (start().read()?, start().read()?);
    ensure!(
        !first.contains("nothing to do"),
        "the first start of postgres-service migrates"
    );
    ensure!(
        second.contains("nothing to do"),
        "the second start has nothing to do"
    );
    Ok(())
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
