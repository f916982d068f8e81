//! The libraries with each feature, with all, and with every combination of dialects.

use anyhow::Result;
use cargo_metadata::camino::Utf8PathBuf;

use crate::shell::{Shell, cargo};
use crate::workspace::Workspace;

const CARGO_HACK: &str = "0.6.46";
const DIALECTS: &[&str] = &[
    "--feature-powerset",
    "--depth=2",
    "--include-features=sqlite,postgres,mysql",
];

pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let hack = cargo_hack(workspace)?;
    // An adapter looks at no other one, so pairs of them say nothing that each alone does not.
    for selection in [&["--each-feature"][..], DIALECTS] {
        Shell::new("cargo-hack", hack.as_std_path())
            .args(["hack", "clippy"])
            .args(selection)
            .args([
                "--no-dev-deps",
                "-p",
                "rungs",
                "-p",
                "rungs-build",
                "-p",
                "rungs-cli",
            ])
            .args(["--", "--deny", "warnings"])
            .run()?;
    }
    Ok(())
}

/// The path of cargo-hack, built once into a directory of its version.
fn cargo_hack(workspace: &Workspace) -> Result<Utf8PathBuf> {
    let root = workspace.target(&format!("tools/cargo-hack-{CARGO_HACK}"));
    let program = root
        .join("bin")
        .join("cargo-hack")
        .with_extension(std::env::consts::EXE_EXTENSION);
    if !program.exists() {
        cargo(["install", "--locked", "cargo-hack", "--version", CARGO_HACK])
            .args(["--root", root.as_str()])
            .run()?;
    }
    Ok(program)
}
