//! `PostgreSQL`.

use std::ffi::OsString;
use std::path::Path;

use anyhow::Result;

use crate::engine::{Engine, Program, Site};
use crate::process;
use crate::running::{HOST, Kind};

pub(crate) struct Postgres {
    server: Program,
    initdb: Program,
}

impl Postgres {
    /// The programs in this folder.
    pub(crate) fn new(programs: &Path) -> Self {
        Self {
            server: Program::new(programs.join("postgres")),
            initdb: Program::new(programs.join("initdb")),
        }
    }

    pub(crate) fn debian() -> Self {
        Self::new(Path::new("/usr/lib/postgresql/15/bin"))
    }
}

impl Engine for Postgres {
    fn product(&self) -> &'static str {
        "postgres"
    }

    fn kind(&self) -> Kind {
        Kind::Postgres
    }

    fn program(&self) -> &Program {
        &self.server
    }

    fn significant(&self) -> usize {
        1
    }

    fn initialise(&self, site: &Site) -> Result<()> {
        let mut initdb = self.initdb.command()?;
        initdb
            .args(["--username=postgres", "--auth=trust", "--encoding=UTF8"])
            .args(["--locale=C.UTF-8", "--no-sync", "--no-instructions"])
            .arg("--pgdata")
            .arg(site.data());
        process::run(&mut initdb, b"").map(drop)
    }

    fn arguments(&self, site: &Site) -> Vec<OsString> {
        let durable = if site.durable { "on" } else { "off" };
        let settings = [
            ("listen_addresses", HOST),
            ("port", &site.port.to_string()),
            ("unix_socket_directories", ""),
            ("max_connections", "300"),
            ("shared_buffers", "32MB"),
            ("fsync", durable),
            ("synchronous_commit", durable),
            ("full_page_writes", durable),
        ];
        let more = site.settings.iter().map(|(key, value)| (&**key, &**value));
        let settings = settings.into_iter().chain(more);
        let settings = settings.map(|(key, value)| format!("--{key}={value}").into());
        [OsString::from("-D"), site.data().into()]
            .into_iter()
            .chain(settings)
            .collect()
    }
}
