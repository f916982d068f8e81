//! `MariaDB`.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::download::debian;
use crate::engine::{Engine, Program, Site};
use crate::mysql::{option, settings};
use crate::process;
use crate::running::Kind;

/// What `mariadb-install-db` runs; the script itself knows one place for the server only.
const SYSTEM_TABLES: [&str; 5] = [
    "*_system_tables.sql",
    "*_performance_tables.sql",
    "*_system_tables_data.sql",
    "maria_add_gis_sp_bootstrap.sql",
    "*_sys_schema.sql",
];

pub(crate) struct MariaDb {
    server: Program,
    /// The directory of the installation.
    base: PathBuf,
    /// The directory of messages, character sets and the texts of the system tables.
    share: PathBuf,
    /// What the names of those texts begin with.
    prefix: &'static str,
}

impl MariaDb {
    pub(crate) fn debian() -> Self {
        Self {
            server: Program::new("/usr/sbin/mariadbd"),
            base: PathBuf::from("/usr"),
            share: PathBuf::from("/usr/share/mysql"),
            prefix: "mysql",
        }
    }

    pub(crate) fn coming_debian() -> Result<Self> {
        let root = debian::unpack("mariadb-server-core")?;
        Ok(Self {
            server: Program::within(&root, "usr/sbin/mariadbd", &[]),
            base: root.join("usr"),
            share: root.join("usr/share/mariadb"),
            prefix: "mariadb",
        })
    }

    /// The statements that create the system tables and a `root` without password.
    fn bootstrap(&self) -> Result<String> {
        let mut sql = "create database mysql;\nuse mysql;\n\
            set @auth_root_socket = null, @skip_auth_anonymous = 1;\n"
            .to_owned();
        for name in SYSTEM_TABLES {
            let path = self.share.join(name.replace('*', self.prefix));
            let text = fs::read_to_string(&path);
            let text = text.with_context(|| format!("cannot read {}", path.display()))?;
            // A user of this machine's name is of no use, and the name may be none for a user.
            let lines = text
                .lines()
                .filter(|line| !line.contains("@current_hostname"));
            for line in lines {
                sql.push_str(line);
                sql.push('\n');
            }
        }
        Ok(sql)
    }

    fn directories(&self, data: &Path) -> Vec<OsString> {
        vec![
            "--no-defaults".into(),
            option("basedir", &self.base),
            option("datadir", data),
            option("lc-messages-dir", &self.share),
            option("character-sets-dir", self.share.join("charsets")),
        ]
    }
}

impl Engine for MariaDb {
    fn product(&self) -> &'static str {
        "mariadb"
    }

    fn kind(&self) -> Kind {
        Kind::MariaDb
    }

    fn program(&self) -> &Program {
        &self.server
    }

    fn initialise(&self, site: &Site) -> Result<()> {
        let data = site.data();
        process::create_folder(&data)?;
        let mut server = self.server.command()?;
        server
            .args(self.directories(&data))
            // A server that starts deletes the temporary files of others beside its own.
            .arg(option("tmpdir", &site.folder))
            .args(["--bootstrap", "--silent-startup", "--log-warnings=0"])
            .args(["--enforce-storage-engine=", "--max-allowed-packet=8M"])
            .arg("--innodb-flush-log-at-trx-commit=0");
        process::run(&mut server, self.bootstrap()?.as_bytes()).map(drop)
    }

    fn arguments(&self, site: &Site) -> Vec<OsString> {
        [self.directories(&site.data()), settings(site)].concat()
    }
}
