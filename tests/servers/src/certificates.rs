//! Certificates for servers: an authority of its own for each, made with `openssl`, which Debian
//! installs with the servers.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::process;

/// Where the certificates of a server are.
pub(crate) struct Certificates(PathBuf);

impl Certificates {
    /// Makes an authority, and a certificate of it for 127.0.0.1, below the folder of a server.
    pub(crate) fn make(folder: &Path) -> Result<Self> {
        let certificates = Self(folder.join("tls"));
        process::create_folder(&certificates.0)?;
        let names = certificates.0.join("names");
        fs::write(&names, "subjectAltName=IP:127.0.0.1\n")
            .with_context(|| format!("cannot write {}", names.display()))?;
        for line in [AUTHORITY, REQUEST, SIGN] {
            let mut openssl = process::command(Path::new("/usr/bin/openssl"))?;
            openssl.args(line.split_whitespace());
            process::run(openssl.current_dir(&certificates.0), b"")?;
        }
        Ok(certificates)
    }

    pub(crate) fn authority(&self) -> PathBuf {
        self.0.join("ca.pem")
    }

    pub(crate) fn certificate(&self) -> PathBuf {
        self.0.join("server.pem")
    }

    pub(crate) fn key(&self) -> PathBuf {
        self.0.join("server.key")
    }
}

const AUTHORITY: &str = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout ca.key \
                         -out ca.pem -addext basicConstraints=critical,CA:TRUE";
const REQUEST: &str =
    "req -newkey rsa:2048 -nodes -subj /CN=server -keyout server.key -out server.csr";
const SIGN: &str = "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 \
                    -extfile names -out server.pem";
