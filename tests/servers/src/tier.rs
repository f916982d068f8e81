//! The shared servers of a checkout.

use std::fs::{self, File};
use std::str::FromStr;

use anyhow::{Context, Result, bail};

use crate::bed::Bed;
use crate::folder;
use crate::mariadb::MariaDb;
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
type Part = fn(&mut Bed) -> Result<()>;

const PARTS: &[(Tier, Part)] = &[(Tier::Standard, postgres), (Tier::Standard, mariadb)];

/// Installs what a tier needs and starts those of its servers that do not run.
pub fn up(tier: Tier) -> Result<Vec<Running>> {
    packages::install_missing()?;
    let _lock = lock()?;
    let mut bed = shared()?;
    let mut failures = Vec::new();
    for (_, start) in PARTS.iter().filter(|(part, _)| *part <= tier) {
        // One that fails keeps none from the others: a run says all that is wrong.
        if let Err(error) = start(&mut bed) {
            failures.push(format!("{error:#}"));
        }
    }
    if !failures.is_empty() {
        bail!("{}", failures.join("\n\n"));
    }
    Ok(bed.running())
}

/// Stops every server of this checkout, also private ones that a killed test left, and removes
/// their data.
pub fn down() -> Result<()> {
    let _lock = lock()?;
    for entry in fs::read_dir(folder::create_root()?)? {
        let path = entry?.path();
        if Bed::is_at(&path) {
            Bed::open(path)?.down()?;
        }
    }
    Ok(())
}

/// Whether no shared server runs, once nobody is starting or stopping one.
pub fn is_idle() -> Result<bool> {
    let _lock = lock()?;
    Ok(running()?.is_empty())
}

/// The shared servers that run now. One that ended since it was started is not among them.
pub fn running() -> Result<Vec<Running>> {
    Ok(shared()?.running())
}

/// The shared servers and poolers of a protocol that a test can write to, each with data of its
/// own: no nodes of clusters, and no standby.
///
/// # Panics
///
/// Panics when there is none, with the command that starts them: a test must not pass because it
/// had nothing to test.
pub fn require(protocol: Protocol) -> Vec<Running> {
    let is_wanted = |server: &Running| {
        server.kind().protocol() == protocol
            && matches!(server.role(), Role::Single | Role::Pooler(_))
    };
    let servers = running().map(|mut servers| {
        servers.retain(is_wanted);
        servers
    });
    match servers {
        Ok(servers) if !servers.is_empty() => servers,
        Ok(_) => missing(&format!("no {protocol:?} server runs")),
        Err(error) => missing(&format!("{error:#}")),
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
