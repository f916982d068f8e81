//! The shared servers of a checkout.

use std::fs::{self, File};
use std::str::FromStr;

use anyhow::{Context, Result, ensure};

use crate::bed::Bed;
use crate::cluster;
use crate::download::npm;
use crate::folder;
use crate::mariadb::MariaDb;
use crate::mysql::MySql;
use crate::packages;
use crate::pgbouncer::PgBouncer;
use crate::postgres::Postgres;
use crate::running::{Kind, Protocol, Role, Running};

const UP: &str = "cargo xtask servers up";

/// How many servers there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// What Debian packages: `PostgreSQL` 15, pgbouncer in front of it, and `MariaDB` 10.11.
    #[default]
    Standard,
    /// Other versions, and clusters, besides.
    Wide,
}

impl FromStr for Tier {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "standard" => Ok(Self::Standard),
            "wide" => Ok(Self::Wide),
            _ => Err("a tier is `standard` or `wide`"),
        }
    }
}

/// Servers that are started together, unless they run.
struct Part {
    tier: Tier,
    name: &'static str,
    start: fn(&mut Bed) -> Result<()>,
}

impl Part {
    const fn standard(name: &'static str, start: fn(&mut Bed) -> Result<()>) -> Self {
        let tier = Tier::Standard;
        Self { tier, name, start }
    }

    const fn wide(name: &'static str, start: fn(&mut Bed) -> Result<()>) -> Self {
        let tier = Tier::Wide;
        Self { tier, name, start }
    }
}

const PARTS: &[Part] = &[
    Part::standard("PostgreSQL 15", postgres),
    Part::standard("MariaDB 10.11", mariadb),
    Part::wide("PostgreSQL 14", |bed| npm_postgres(bed, "14.23.0-beta.17")),
    Part::wide("PostgreSQL 16", |bed| npm_postgres(bed, "16.14.0-beta.17")),
    Part::wide("PostgreSQL 17", |bed| npm_postgres(bed, "17.10.0-beta.17")),
    Part::wide("PostgreSQL 18", |bed| npm_postgres(bed, "18.4.0-beta.17")),
    Part::wide("pgbouncer of the coming Debian", coming_pgbouncer),
    Part::wide("MariaDB of the coming Debian", coming_mariadb),
    Part::wide("MySQL of the coming Debian", mysql),
    Part::wide("a standby of PostgreSQL 15", cluster::standby::up),
    Part::wide("Galera", cluster::galera),
    Part::wide("Group Replication", cluster::group_replication),
];

/// Installs what a tier needs and starts those of its servers that do not run.
pub fn up(tier: Tier) -> Result<Vec<Running>> {
    packages::install_missing(tier)?;
    let _lock = lock()?;
    let mut bed = shared()?;
    let mut failures = Vec::new();
    for part in PARTS.iter().filter(|part| part.tier <= tier) {
        // One that fails keeps none from the others: a run says all that is wrong.
        if let Err(error) = (part.start)(&mut bed) {
            failures.push(format!("{} is missing: {error:#}", part.name));
        }
    }
    ensure!(failures.is_empty(), "{}", failures.join("\n\n"));
    Ok(bed.servers().to_vec())
}

/// Stops every server of this checkout but those to keep, also private ones that a killed test
/// left, and removes their data.
pub fn down(keep: &[Running]) -> Result<()> {
    let _lock = lock()?;
    for entry in fs::read_dir(folder::create_root()?)? {
        let path = entry?.path();
        if Bed::is_at(&path) {
            Bed::open(path)?.down(keep)?;
        }
    }
    Ok(())
}

/// The shared servers that were started and not stopped, once nobody is doing either.
/// [`Running::is_alive`] tells those that ended on their own.
pub fn started() -> Result<Vec<Running>> {
    let _lock = lock()?;
    Ok(shared()?.servers().to_vec())
}

/// The shared servers that run now.
pub fn running() -> Result<Vec<Running>> {
    let mut servers = shared()?.servers().to_vec();
    servers.retain(Running::is_alive);
    Ok(servers)
}

/// The shared servers and poolers of a protocol that a test can write to, each with data of its
/// own: no nodes of clusters, and no standby.
///
/// # Panics
///
/// Panics with the command that starts servers when there is none, or when one of them ended: a
/// test must not pass because it had less to test.
pub fn require(protocol: Protocol) -> Vec<Running> {
    let mut servers = match shared() {
        Ok(bed) => bed.servers().to_vec(),
        Err(error) => missing(&format!("{error:#}")),
    };
    servers.retain(|server| {
        server.kind().protocol() == protocol
            && matches!(server.role(), Role::Single | Role::Pooler(_))
    });
    if let Some(ended) = servers.iter().find(|server| !server.is_alive()) {
        missing(&format!("{} has ended", ended.name()));
    }
    if servers.is_empty() {
        missing(&format!("no {protocol:?} server runs"));
    }
    servers
}

/// The shared clusters that run, each the list of its nodes.
///
/// # Panics
///
/// Panics with the command that starts servers when a node has ended.
pub fn clusters() -> Vec<Vec<Running>> {
    let servers = match shared() {
        Ok(bed) => bed.servers().to_vec(),
        Err(error) => missing(&format!("{error:#}")),
    };
    let nodes = servers
        .into_iter()
        .filter(|server| matches!(server.role(), Role::Node(_)));
    let nodes: Vec<_> = nodes.collect();
    if let Some(ended) = nodes.iter().find(|server| !server.is_alive()) {
        missing(&format!("{} has ended", ended.name()));
    }
    let clusters = nodes.chunk_by(|one, next| one.role() == next.role());
    clusters.map(<[Running]>::to_vec).collect()
}

/// The shared standby; none where only the standard tier was started.
///
/// # Panics
///
/// Panics with the command that starts servers when the standby has ended, or when the wide tier was
/// started without it.
pub fn standby() -> Option<Running> {
    let servers = match shared() {
        Ok(bed) => bed.servers().to_vec(),
        Err(error) => missing(&format!("{error:#}")),
    };
    let is_standby = |server: &&Running| matches!(server.role(), Role::Standby(_));
    let is_node = |server: &Running| matches!(server.role(), Role::Node(_));
    match servers.iter().find(is_standby) {
        Some(standby) if standby.is_alive() => Some(standby.clone()),
        Some(standby) => missing(&format!("{} has ended", standby.name())),
        None if servers.iter().any(is_node) => missing("no standby runs"),
        None => None,
    }
}

#[expect(clippy::panic, reason = "how a test fails")]
fn missing(what: &str) -> ! {
    panic!("{what}; type `{UP}`")
}

/// Environment variables for programs that should find the servers of the standard tier.
pub fn environment() -> Vec<(&'static str, String)> {
    let servers = running().unwrap_or_default();
    let url = |kind: Kind| {
        let is_wanted = |server: &&Running| server.kind == kind && server.role == Role::Single;
        Some(servers.iter().find(is_wanted)?.admin_url())
    };
    let variables = [
        ("RUNGS_POSTGRES_URL", url(Kind::Postgres)),
        ("RUNGS_MARIADB_URL", url(Kind::MariaDb)),
    ];
    let set = variables
        .into_iter()
        .filter_map(|(name, url)| Some((name, url?)));
    set.collect()
}

fn shared() -> Result<Bed> {
    Bed::open(folder::root().join("shared"))
}

/// Held by whoever starts or stops shared servers.
fn lock() -> Result<File> {
    let path = folder::create_root()?.join("lock");
    let file = File::create(&path)?;
    let locked = file.lock();
    locked.with_context(|| format!("cannot lock {}", path.display()))?;
    Ok(file)
}

fn postgres(bed: &mut Bed) -> Result<()> {
    let server = bed.ensure(&Postgres::debian(), Role::Single)?;
    let pooler = PgBouncer::debian(server.port);
    bed.ensure(&pooler, Role::Pooler(server.name)).map(drop)
}

fn mariadb(bed: &mut Bed) -> Result<()> {
    bed.ensure(&MariaDb::debian(), Role::Single).map(drop)
}

fn npm_postgres(bed: &mut Bed, release: &str) -> Result<()> {
    let postgres = Postgres::new(&npm::postgres(release)?);
    bed.ensure(&postgres, Role::Single).map(drop)
}

fn coming_pgbouncer(bed: &mut Bed) -> Result<()> {
    let server = bed.ensure(&Postgres::debian(), Role::Single)?;
    let pooler = PgBouncer::coming_debian(server.port)?;
    bed.ensure(&pooler, Role::Pooler(server.name)).map(drop)
}

fn coming_mariadb(bed: &mut Bed) -> Result<()> {
    bed.ensure(&MariaDb::coming_debian()?, Role::Single)
        .map(drop)
}

fn mysql(bed: &mut Bed) -> Result<()> {
    bed.ensure(&MySql::debian()?, Role::Single).map(drop)
}
