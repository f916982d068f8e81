//! A `PostgreSQL` that follows another one and can only be read.

use std::ffi::OsString;
use std::path::Path;

use anyhow::{Context, Result};

use super::await_answer;
use crate::bed::Bed;
use crate::engine::{Engine, Program, Site};
use crate::postgres::Postgres;
use crate::process;
use crate::running::{HOST, Kind, Role, Running};

const STATUS: &str = "select status from pg_stat_wal_receiver";
const FOLLOWS: &str = "streaming";

/// Starts a standby of the shared server, unless it runs.
pub(crate) fn up(bed: &mut Bed) -> Result<()> {
    let postgres = Postgres::debian();
    let followed = bed.ensure(&postgres, Role::Single)?;
    let name = format!("{}-standby", followed.name);
    // One that runs follows nobody when the server was started anew since.
    let follows = |standby: &Running| standby.ask(STATUS).is_ok_and(|status| status == FOLLOWS);
    if bed.find(&name).is_some_and(follows) {
        return Ok(());
    }
    let standby = Standby {
        postgres,
        primary: followed.port,
    };
    let role = Role::Standby(followed.name);
    let server = bed.create(&name, &standby, role, Vec::new())?;
    await_answer(&server, STATUS, FOLLOWS)
}

struct Standby {
    postgres: Postgres,
    /// The port of the server that it follows.
    primary: u16,
}

impl Engine for Standby {
    fn product(&self) -> &'static str {
        self.postgres.product()
    }

    fn kind(&self) -> Kind {
        self.postgres.kind()
    }

    fn program(&self) -> &Program {
        self.postgres.program()
    }

    fn initialise(&self, site: &Site) -> Result<()> {
        let mut backup = process::command(Path::new("pg_basebackup"))?;
        backup
            .args(["--username=postgres", "--write-recovery-conf", "--no-sync"])
            .args(["--wal-method=stream", "--checkpoint=fast"])
            .arg(format!("--host={HOST}"))
            .arg(format!("--port={}", self.primary))
            .arg("--pgdata")
            .arg(site.data());
        let copied = process::run(&mut backup, b"").map(drop);
        copied.context("cannot copy the server to follow")
    }

    fn arguments(&self, site: &Site) -> Vec<OsString> {
        self.postgres.arguments(site)
    }
}
