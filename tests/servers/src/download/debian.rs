//! Packages of the coming Debian, unpacked beside the system: nothing of it is installed.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::{cache, programs, whole};
use crate::process;

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
                let mut dpkg = Command::new("dpkg");
                dpkg.arg("--extract").arg(archive).arg(root);
                process::run(&mut dpkg, b"")?;
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
    let source = format!("deb [signed-by={KEYS}] {} {SUITE} main\n", mirror()?);
    fs::write(state.join("sources.list"), source)?;
    let settings = state.join("apt.conf");
    fs::write(&settings, apt_settings(&state, archives))?;

    let install = [
        "install",
        "--yes",
        "--download-only",
        "--no-install-recommends",
        package,
    ];
    for arguments in [&["update"][..], &install[..]] {
        let mut apt_get = Command::new("apt-get");
        apt_get.env("APT_CONFIG", &settings).args(arguments);
        process::run(&mut apt_get, b"")?;
    }
    Ok(fs::remove_dir_all(state)?)
}

/// Nothing of the system's apt but its way to the network. A snapshot of the archive may be older
/// than its signature wants it to be.
fn apt_settings(state: &Path, archives: &Path) -> String {
    let (state, archives) = (state.display(), archives.display());
    format!(
        "Dir::State \"{state}\";\n\
         Dir::State::status \"{state}/status\";\n\
         Dir::Cache \"{state}\";\n\
         Dir::Cache::archives \"{archives}\";\n\
         Dir::Etc::sourcelist \"{state}/sources.list\";\n\
         Dir::Etc::sourceparts \"/dev/null\";\n\
         Dir::Etc::preferencesparts \"/dev/null\";\n\
         APT::Sandbox::User \"root\";\n\
         APT::Update::Error-Mode \"any\";\n\
         Acquire::Check-Valid-Until \"false\";\n\
         Acquire::Languages \"none\";\n"
    )
}

/// The mirror that this system takes its own packages from.
fn mirror() -> Result<String> {
    let format = "$(ORIGIN) $(COMPONENT) $(REPO_URI)";
    let mut indexes = Command::new("apt-get");
    indexes.args(["indextargets", "--format", format, "Identifier: Packages"]);
    let indexes = process::run(&mut indexes, b"")?;
    let mut lines = indexes.lines();
    let mirror = lines.find_map(|line| line.strip_prefix("Debian main "));
    let mirror = mirror.context("apt knows no mirror of Debian; `apt-get update` may help")?;
    Ok(mirror.to_owned())
}
