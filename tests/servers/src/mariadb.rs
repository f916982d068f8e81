//! `MariaDB`.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::engine::{Engine, Program, Site};
use crate::process;
use crate::running::{HOST, Kind};

/// What `mariadb-install-db` runs; the script itself knows one place for the server only.
const SYSTEM_TABLES: [&str; 5] = [
    "mysql_system_tables.sql",
    "mysql_performance_tables.sql",
    "mysql_system_tables_data.sql",
    "maria_add_gis_sp_bootstrap.sql",
    "mysql_sys_schema.sql",
];

pub(crate) struct MariaDb {
    server: Program,
    /// The directory of the installation.
    base: PathBuf,
    /// The directory of the texts of the system tables.
    texts: PathBuf,
}

impl MariaDb {
    pub(crate) fn debian() -> Self {
        Self {
            server: Program::new("/usr/sbin/mariadbd"),
            base: PathBuf::from("/usr"),
            texts: PathBuf::from("/usr/share/mysql"),
        }
    }

    /// The statements that create the system tables and a `root` without password.
    fn bootstrap(&self) -> Result<String> {
        let mut sql = "create database mysql;\nuse mysql;\n\
            set @auth_root_socket = null, @skip_auth_anonymous = 1;\n"
            .to_owned();
        for name in SYSTEM_TABLES {
            let path = self.texts.join(name);
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

    fn directories(&self, data: &Path) -> [OsString; 3] {
        let option = |name: &str, path: &Path| {
            let mut option = OsString::from(format!("--{name}="));
            option.push(path);
            option
        };
        [
            "--no-defaults".into(),
            option("basedir", &self.base),
            option("datadir", data),
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
            .args(["--bootstrap", "--silent-startup", "--log-warnings=0"])
            .args(["--enforce-storage-engine=", "--max-allowed-packet=8M"])
            .arg("--innodb-flush-log-at-trx-commit=0");
        process::run(&mut server, self.bootstrap()?.as_bytes()).map(drop)
    }

    fn arguments(&self, site: &Site) -> Vec<OsString> {
        let settings = [
            ("bind-address", HOST),
            ("port", &site.port.to_string()),
            // Below the data: the path of a socket must be short, and nobody needs it.
            ("socket", "socket"),
            ("pid-file", "pid"),
            ("max-connections", "300"),
            ("skip-name-resolve", "ON"),
            ("character-set-server", "utf8mb4"),
            ("innodb-buffer-pool-size", "64M"),
            (
                "innodb-flush-log-at-trx-commit",
                if site.durable { "1" } else { "0" },
            ),
        ];
        let more = site.settings.iter().map(|(key, value)| (&**key, &**value));
        let settings = settings.into_iter().chain(more);
        let settings = settings.map(|(key, value)| format!("--{key}={value}").into());
        self.directories(&site.data())
            .into_iter()
            .chain(settings)
            .collect()
    }
}
