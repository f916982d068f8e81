//! The Debian packages of a tier.

use std::fs::{self, File, Permissions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use nix::unistd::Uid;

use crate::tier::Tier;

const PACKAGES: &[&str] = &[
    "postgresql-15",
    // Brings Galera, and rsync, with which a node sends its data to another.
    "mariadb-server",
    "mariadb-client",
    "pgbouncer",
    // The drivers that are made of C link these.
    "libpq-dev",
    "libmariadb-dev",
    "iproute2",
];
const INSTALL: [&str; 3] = ["install", "--yes", "--no-install-recommends"];
/// Asked by Debian's scripts whether a service may start.
const POLICY: &str = "/usr/sbin/policy-rc.d";
const CREATE_CLUSTER: &str = "/etc/postgresql-common/createcluster.conf";

/// Installs the packages that are missing, without starting a service.
///
/// It needs root for that; for others the error is the command to type.
pub fn install_missing(tier: Tier) -> Result<()> {
    let missing = missing(wanted(tier))?;
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(" ");
    ensure!(
        Uid::effective().is_root(),
        "Debian packages are missing, type `sudo apt-get {} {list}`",
        INSTALL.join(" ")
    );
    let _policy = Policy::forbid_services()?;
    create_no_cluster()?;
    let install = || apt_get(INSTALL.iter().chain(&missing));
    let installed = install().or_else(|_| apt_get(&["update"]).and_then(|()| install()));
    installed.with_context(|| format!("cannot install {list}"))
}

fn wanted(tier: Tier) -> Vec<&'static str> {
    let mut wanted = PACKAGES.to_vec();
    // Often there, and seldom from Debian.
    if tier == Tier::Wide && Command::new("npm").arg("--version").output().is_err() {
        wanted.push("npm");
    }
    wanted
}

fn missing(wanted: Vec<&'static str>) -> Result<Vec<&'static str>> {
    let format = "--showformat=${Package} ${db:Status-Status}\n";
    let query = Command::new("dpkg-query")
        .args(["--show", format])
        .args(&wanted)
        .output();
    let query =
        query.context("the servers are packages of Debian 12, but there is no dpkg-query")?;
    let known = String::from_utf8_lossy(&query.stdout);
    let is_missing = |package: &&str| {
        let installed = format!("{package} installed");
        !known.lines().any(|line| line == installed)
    };
    Ok(wanted.into_iter().filter(is_missing).collect())
}

fn apt_get<'a>(arguments: impl IntoIterator<Item = &'a &'static str>) -> Result<()> {
    let mut command = Command::new("apt-get");
    command
        // Lines for a log instead of a bar for a terminal.
        .args(["--quiet", "-o=Dpkg::Use-Pty=0"])
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        // Keeps the file of `create_no_cluster`.
        .env("UCF_FORCE_CONFFOLD", "1");
    let status = command.status().context("cannot start apt-get")?;
    if !status.success() {
        bail!("{command:?} failed ({status})");
    }
    Ok(())
}

/// Keeps Debian from creating a server of its own, which would start with the machine.
fn create_no_cluster() -> Result<()> {
    let path = Path::new(CREATE_CLUSTER);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    create(path, "create_main_cluster = false\n", 0o644).map(drop)
}

/// The answer that no service may start, for as long as this lives.
struct Policy {
    is_ours: bool,
}

impl Policy {
    fn forbid_services() -> Result<Self> {
        let is_ours = create(Path::new(POLICY), "#!/bin/sh\nexit 101\n", 0o755)?;
        Ok(Self { is_ours })
    }
}

impl Drop for Policy {
    fn drop(&mut self) {
        if self.is_ours {
            // Without it services start as usual; nothing depends on that here.
            let _ = fs::remove_file(POLICY);
        }
    }
}

/// Creates a file, and says whether it did: one that is there stays as it is.
fn create(path: &Path, text: &str, mode: u32) -> Result<bool> {
    match File::create_new(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        file => {
            let mut file = file.with_context(|| format!("cannot create {}", path.display()))?;
            file.write_all(text.as_bytes())?;
            file.set_permissions(Permissions::from_mode(mode))?;
            Ok(true)
        }
    }
}
