//! Packages of the coming Debian, unpacked beside the system: nothing of it is installed.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::{cache, programs, run, whole};

const SUITE: &str = "sid";
const KEYS: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// A file tree with a package and everything that it needs, down to the C library.
///
/// The suite moves; what was downloaded once is used until the cache is removed.
pub(crate) fn unpack(package: &str) -> Result<PathBuf> {
    programs(&format!("debian-{package}"), |root| {
        let archives = cache().join("debian").join(package);
        whole(&archives, |archives| download(package, archives))?;
        for folder in ["bin", "sbin", "lib", "lib64"] {
            let target = Path::new("usr").join(folder);
            fs::create_dir_all(root.join(&target))?;
            symlink(target, root.join(folder))?;
        }
        for entry in fs::read_dir(&archives)? {
            let archive = entry?.path();
            if archive
                .extension()
                .is_some_and(|extension| extension == "deb")
            {
                run(Command::new("dpkg").arg("--extract").arg(archive).arg(root))?;
            }
        }
        Ok(())
    })
}

/// Downloads a package and what it needs, as apt sees it on a machine where nothing is installed.
fn download(package: &str, archives: &Path) -> Result<()> {
    let state = archives.join("apt");
    fs::create_dir_all(state.join("lists/partial"))?;
    fs::create_dir_all(archives.join("partial"))?;
    fs::write(state.join("status"), "")?;
    let sources = state.join("sources.list");
    let source = format!("deb [signed-by={KEYS}] {} {SUITE} main\n", mirror()?);
    fs::write(&sources, source)?;

    let apt_get = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        let mut option = |key: &str, value: &Path| {
            let mut option = OsString::from(format!("-o={key}="));
            option.push(value);
            command.arg(option);
        };
        option("Dir::State", &state);
        option("Dir::State::status", &state.join("status"));
        option("Dir::Cache", &state);
        option("Dir::Cache::archives", archives);
        option("Dir::Etc::sourcelist", &sources);
        option("Dir::Etc::sourceparts", Path::new("/dev/null"));
        option("Dir::Etc::preferencesparts", Path::new("/dev/null"));
        option("APT::Sandbox::User", Path::new("root"));
        // A snapshot of the archive may be older than its signature wants it to be.
        option("Acquire::Check-Valid-Until", Path::new("false"));
        option("Acquire::Languages", Path::new("none"));
        run(command.args(["--quiet", "--yes"]).args(arguments))
    };
    apt_get(&["update"])?;
    let install = ["install", "--download-only", "--no-install-recommends"];
    apt_get(&[&install[..], &[package]].concat())?;
    Ok(fs::remove_dir_all(state)?)
}

/// The mirror that this system takes its own packages from.
fn mirror() -> Result<String> {
    let format = "$(ORIGIN) $(COMPONENT) $(REPO_URI)";
    let mut indexes = Command::new("apt-get");
    indexes.args(["indextargets", "--format", format, "Identifier: Packages"]);
    let indexes = run(&mut indexes)?;
    let mut lines = indexes.lines();
    let mirror = lines.find_map(|line| line.strip_prefix("Debian main "));
    let mirror = mirror.context("apt knows no mirror of Debian; `apt-get update` may help")?;
    Ok(mirror.to_owned())
}
