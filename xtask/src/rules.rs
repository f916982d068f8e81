//! The sentences of ARCHITECTURE.md about crates, as checks.

use std::fs;

use anyhow::{Context, Result, ensure};
use cargo_metadata::DependencyKind;

use crate::shell::cargo;
use crate::workspace::Workspace;

const PARSERS: &[&str] = &[
    "rungs-build",
    "sqlparser",
    "sqlite3-parser",
    "squawk-syntax",
    "squawk-parser",
];
const DRIVERS: &[&str] = &[
    "rusqlite",
    "libsqlite3-sys",
    "sqlx",
    "sqlx-core",
    "postgres",
    "tokio-postgres",
    "mysql",
    "mysql_async",
    "diesel",
    "pq-sys",
    "mysqlclient-sys",
];
const MACRO_LINES: usize = 100;

/// Checks every rule and names the first one that is broken.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    needs_only_the_hash(workspace)?;
    does_not_link(workspace, "rungs", PARSERS)?;
    does_not_link(workspace, "rungs-build", DRIVERS)?;
    does_not_link(workspace, "rungs-build", &["rungs"])?;
    embedded_command_line_has_no_parser()?;
    macro_crate_is_small(workspace)
}

fn needs_only_the_hash(workspace: &Workspace) -> Result<()> {
    let runtime = workspace.member("rungs")?;
    let needed = runtime
        .dependencies
        .iter()
        .filter(|dependency| dependency.kind == DependencyKind::Normal && !dependency.optional)
        .map(|dependency| dependency.name.as_str())
        .filter(|name| *name != "rungs-macros");
    let needed: Vec<&str> = needed.collect();
    ensure!(
        needed == ["hmac-sha256"],
        "`rungs` without features must need nothing but hmac-sha256 at run time, but needs {}",
        needed.join(", ")
    );
    println!("rungs without features needs nothing but hmac-sha256 at run time");
    Ok(())
}

fn does_not_link(workspace: &Workspace, name: &str, forbidden: &[&str]) -> Result<()> {
    let linked = workspace.linked_with(workspace.member(name)?)?;
    for forbidden in forbidden {
        ensure!(
            !linked.contains(forbidden),
            "`{name}` must not depend on `{forbidden}`; `cargo tree -p {name} -e normal -i {forbidden}` shows how it does"
        );
    }
    println!("{name} does not depend on {}", forbidden.join(", "));
    Ok(())
}

/// The workspace as a whole builds `rungs-cli` for the program `rungs`, so what an application gets of
/// it is asked for the application alone.
fn embedded_command_line_has_no_parser() -> Result<()> {
    let tree = [
        "tree",
        "-p",
        "embedded-cli",
        "--edges",
        "normal,no-proc-macro",
    ];
    let linked = cargo(tree).args(["--prefix", "none"]).read()?;
    let names = linked.lines().filter_map(|line| line.split(' ').next());
    let found = names.into_iter().find(|name| PARSERS.contains(name));
    ensure!(
        found.is_none(),
        "`embedded-cli` links `{}`: `rungs-cli` must bring it with its feature `authoring` only",
        found.unwrap_or_default()
    );
    println!(
        "an application with rungs-cli does not depend on {}",
        PARSERS.join(", ")
    );
    Ok(())
}

fn macro_crate_is_small(workspace: &Workspace) -> Result<()> {
    let path = workspace.path("macros/src/lib.rs");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
    let lines = text.lines().count();
    ensure!(
        lines < MACRO_LINES,
        "{path} has {lines} lines and must stay below {MACRO_LINES}: logic belongs into `rungs-build`"
    );
    println!("the macro has {lines} lines beside its arguments, fewer than {MACRO_LINES}");
    Ok(())
}
