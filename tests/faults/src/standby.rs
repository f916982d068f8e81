//! A standby that is behind: what it says is old, and nothing wrong comes of it.

use anyhow::{Result, bail, ensure};
use rungs::{Database, Error};
use rungs_servers::{Role, Running};

use crate::place::{Client, Place};
use crate::table::Table;
use crate::waiting::until_so;

/// Asks a standby that has stopped following, then one that follows again.
pub fn run(standby: &Running) -> Result<()> {
    let Role::Standby(followed) = standby.role() else {
        bail!("{} is no standby", standby.name());
    };
    let primary = Place::find(followed)?;
    let scratch = primary.create()?;
    let mut leader = scratch.client()?;
    leader.ask("CREATE TABLE there (id INTEGER)")?;
    let url = standby.url(scratch.name());
    until_so("the standby has the database", || Ok(is_there(&url)))?;

    let mut replay = Client::connect(&url)?;
    replay.ask("SELECT pg_wal_replay_pause()")?;
    let outcome = compare(&url, &scratch.direct);
    replay.ask("SELECT pg_wal_replay_resume()")?;
    outcome?;
    let migrations = Table::Hundred.migrations(Database::Postgres);
    let mut client = postgres::Client::connect(&url, postgres::NoTls)?;
    until_so("the standby has followed", || {
        Ok(migrations.is_up_to_date(&mut client)?)
    })?;
    migrations.upgrade(&mut client)?;
    Ok(())
}

fn is_there(url: &str) -> bool {
    let there =
        Client::connect(url).and_then(|mut client| client.value("SELECT to_regclass('there')"));
    there.is_ok_and(|there| there.is_some())
}

/// With the standby standing still.
fn compare(standby: &str, primary: &str) -> Result<()> {
    let migrations = Table::Hundred.migrations(Database::Postgres);
    let mut behind = postgres::Client::connect(standby, postgres::NoTls)?;
    let mut ahead = postgres::Client::connect(primary, postgres::NoTls)?;
    let refused =
        |error: Result<rungs::Report, Error>| matches!(error, Err(Error::ReadOnly { .. }));
    ensure!(
        refused(migrations.upgrade(&mut behind)),
        "it runs on a standby"
    );
    migrations.upgrade(&mut ahead)?;
    ensure!(
        migrations.is_up_to_date(&mut ahead)?,
        "the server that is followed"
    );
    ensure!(
        !migrations.is_up_to_date(&mut behind)?,
        "a standby knows too much"
    );
    ensure!(
        refused(migrations.upgrade(&mut behind)),
        "it runs on a standby"
    );
    ensure!(
        migrations.is_up_to_date(&mut ahead)?,
        "the server that is followed"
    );
    Ok(())
}
