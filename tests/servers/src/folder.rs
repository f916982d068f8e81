//! Where the servers of a checkout keep what they need.

use std::fs::{self, DirBuilder};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use nix::unistd::Uid;

/// The folder of this checkout, below the temporary directory because a checkout may lie where
/// the user that servers run as cannot go.
pub fn root() -> PathBuf {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR"));
    let digest = hmac_sha256::Hash::hash(checkout.as_os_str().as_encoded_bytes());
    let digest = u64::from_be_bytes(std::array::from_fn(|index| digest[index]));
    std::env::temp_dir().join(format!("rungs-servers-{digest:016x}"))
}

/// Creates [`root`], unless it is there.
pub(crate) fn create_root() -> Result<PathBuf> {
    let root = root();
    match DirBuilder::new().mode(0o755).create(&root) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            return Err(error).with_context(|| format!("cannot create {}", root.display()));
        }
        _ => {}
    }
    let metadata = fs::symlink_metadata(&root)?;
    ensure!(
        metadata.is_dir() && metadata.uid() == Uid::effective().as_raw(),
        "{} belongs to somebody else",
        root.display()
    );
    Ok(root)
}

/// Removes a folder with everything in it, if it is there.
pub(crate) fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}
