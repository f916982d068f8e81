//! Servers that Debian 12 does not package, in folders that the user they run as can read.
//!
//! What comes over the network is kept below `target`, where it survives; what is made of it is
//! below the temporary directory, like the data.

pub(crate) mod debian;
pub(crate) mod npm;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::folder;

/// Where downloads are kept.
fn cache() -> PathBuf {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let checkout = checkout.canonicalize().unwrap_or(checkout);
    checkout.join("target/servers-cache")
}

/// A folder of programs that is made once; one that is half made is made again.
fn programs(name: &str, make: impl Fn(&Path) -> Result<()>) -> Result<PathBuf> {
    let folder = folder::create_root()?.join("programs").join(name);
    whole(&folder, make).with_context(|| format!("cannot get {name}"))?;
    Ok(folder)
}

/// Makes a folder under another name first, so that it is there as a whole or not at all.
fn whole(folder: &Path, make: impl Fn(&Path) -> Result<()>) -> Result<()> {
    if folder.exists() {
        return Ok(());
    }
    let mut new = folder.as_os_str().to_owned();
    new.push(".new");
    let new = PathBuf::from(new);
    folder::remove(&new)?;
    fs::create_dir_all(&new)?;
    make(&new)?;
    Ok(fs::rename(&new, folder)?)
}
