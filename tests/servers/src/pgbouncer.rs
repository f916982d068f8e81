//! pgbouncer, which gives a connection to a client for one transaction only.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

use anyhow::Result;

use crate::download::debian;
use crate::engine::{Engine, Program, Site};
use crate::running::{HOST, Kind};

pub(crate) struct PgBouncer {
    program: Program,
    /// The port of the server behind it.
    server: u16,
}

impl PgBouncer {
    pub(crate) fn debian(server: u16) -> Self {
        Self {
            program: Program::new("/usr/sbin/pgbouncer"),
            server,
        }
    }

    pub(crate) fn coming_debian(server: u16) -> Result<Self> {
        let root = debian::unpack("pgbouncer")?;
        Ok(Self {
            program: Program::within(&root, "usr/sbin/pgbouncer", &[]),
            server,
        })
    }

    fn file(site: &Site) -> PathBuf {
        site.folder.join("pgbouncer.ini")
    }
}

impl Engine for PgBouncer {
    fn product(&self) -> &'static str {
        "pgbouncer"
    }

    fn kind(&self) -> Kind {
        Kind::Postgres
    }

    fn program(&self) -> &Program {
        &self.program
    }

    fn initialise(&self, site: &Site) -> Result<()> {
        let settings = format!(
            "[databases]\n\
             * = host={HOST} port={} user=postgres\n\
             [pgbouncer]\n\
             listen_addr = {HOST}\n\
             listen_port = {}\n\
             unix_socket_dir =\n\
             auth_type = any\n\
             pool_mode = transaction\n\
             max_client_conn = 400\n\
             default_pool_size = 20\n\
             ; a database that a test drops must not stay connected\n\
             server_idle_timeout = 2\n\
             ; sqlx sends it, and pgbouncer refuses what it cannot track\n\
             ignore_startup_parameters = extra_float_digits\n",
            self.server, site.port
        );
        Ok(fs::write(Self::file(site), settings)?)
    }

    fn arguments(&self, site: &Site) -> Vec<OsString> {
        vec!["--quiet".into(), Self::file(site).into()]
    }
}
