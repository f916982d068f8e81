//! `MySQL`, and what it has in common with `MariaDB`.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::download::debian;
use crate::engine::{Engine, Program, Site};
use crate::process;
use crate::running::{HOST, Kind};

/// `root` as it is in `MariaDB`: without resolving names, `localhost` is another host.
const ROOT: &str = "create user root@127.0.0.1;\n\
    grant all on *.* to root@127.0.0.1 with grant option;\n";

pub(crate) struct MySql {
    server: Program,
    root: PathBuf,
}

impl MySql {
    pub(crate) fn debian() -> Result<Self> {
        let root = debian::unpack("mysql-server-core")?;
        Ok(Self {
            server: Program::within(&root, "usr/sbin/mysqld", &["usr/lib/mysql/private"]),
            root,
        })
    }

    fn directories(&self, data: &Path) -> Vec<OsString> {
        let below = |path| self.root.join(path);
        vec![
            "--no-defaults".into(),
            option("basedir", below("usr")),
            option("datadir", data),
            option("lc-messages-dir", below("usr/share/mysql")),
            option("character-sets-dir", below("usr/share/mysql/charsets")),
            option("plugin-dir", below("usr/lib/mysql/plugin")),
            option("secure-file-priv", "NULL"),
            option("mysqlx", "OFF"),
        ]
    }
}

impl Engine for MySql {
    fn product(&self) -> &'static str {
        "mysql"
    }

    fn kind(&self) -> Kind {
        Kind::MySql
    }

    fn program(&self) -> &Program {
        &self.server
    }

    fn initialise(&self, site: &Site) -> Result<()> {
        let root = site.folder.join("root.sql");
        fs::write(&root, ROOT)?;
        let mut server = self.server.command()?;
        server
            .args(self.directories(&site.data()))
            .args([
                "--initialize-insecure",
                "--innodb-flush-log-at-trx-commit=0",
            ])
            .arg(option("tmpdir", &site.folder))
            .arg(option("init-file", root));
        process::run(&mut server, b"").map(drop)
    }

    fn arguments(&self, site: &Site) -> Vec<OsString> {
        [self.directories(&site.data()), settings(site)].concat()
    }
}

pub(crate) fn option(name: &str, value: impl AsRef<Path>) -> OsString {
    let mut option = OsString::from(format!("--{name}="));
    option.push(value.as_ref());
    option
}

/// What `MySQL` and `MariaDB` are told beside where their files are.
pub(crate) fn settings(site: &Site) -> Vec<OsString> {
    let settings = [
        ("bind-address", HOST),
        ("port", &site.port.to_string()),
        // Below the data: the path of a socket must be short, and nobody needs it.
        ("socket", "socket"),
        ("pid-file", "pid"),
        // A server that starts deletes what it takes for its own temporary tables.
        ("tmpdir", &site.folder.to_string_lossy()),
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
    settings.map(|(key, value)| option(key, value)).collect()
}
