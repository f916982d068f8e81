//! One table of scenarios for every adapter on every database system.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says what it has run"
)]

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, Builder};
use std::time::Instant;

use rungs::Database;
use rungs_tests::conformance::{self, Transcript};
use rungs_tests::{Adapter, Engine, adapters, engine};

/// An adapter on an engine.
type Pair = (&'static dyn Adapter, &'static dyn Engine);

/// How many scenarios there are for each family: one that is lost is missed here.
const EXPECTED_SCENARIOS: &[(Database, usize)] = &[
    (Database::Sqlite, 147),
    (Database::Postgres, 158),
    (Database::Mysql, 139),
];
/// How each system's name begins, and how many adapters there are for it; first those that everybody
/// has who develops Rungs.
const STANDARD: &[(&str, usize)] = &[
    ("sqlite", 4),
    ("postgres-15", 6),
    ("pgbouncer-1.18", 4),
    ("mariadb-10.11", 5),
];
const WIDE: &[(&str, usize)] = &[
    ("postgres-14", 6),
    ("postgres-16", 6),
    ("postgres-17", 6),
    ("postgres-18", 6),
    ("pgbouncer-1.2", 4),
    ("mariadb-11", 5),
    ("mysql-9", 5),
    ("galera", 5),
    ("group-replication", 5),
];
/// How many pairs are run at a time, for each core: a run waits for its server most of the time.
const PER_CORE: usize = 2;

#[test]
fn every_adapter_conforms_and_sends_the_same_on_sqlite() {
    conforms(Database::Sqlite);
}

#[test]
fn every_adapter_conforms_and_sends_the_same_on_postgres() {
    conforms(Database::Postgres);
}

#[test]
fn every_adapter_conforms_and_sends_the_same_on_mysql() {
    conforms(Database::Mysql);
}

fn conforms(database: Database) {
    let begun = Instant::now();
    let pairs = pairs(database);
    let runs = run(&pairs);
    let failed = runs.iter().filter(|(_, run)| run.is_none());
    let failed: Vec<_> = failed.map(|(pair, _)| name(*pair)).collect();
    assert!(failed.is_empty(), "these do not conform: {failed:#?}");
    let cells = runs.iter().filter_map(|(_, run)| Some(run.as_ref()?.len()));
    let cells: usize = cells.sum();
    println!(
        "{database:?}: {cells} cells passed in {:.0} s",
        begun.elapsed().as_secs_f64()
    );
    assert_eq!(cells, expected_cells(database), "cells on {database:?}");
    for engine in engine::of(database) {
        let of_engine = runs
            .iter()
            .filter(|((_, of), _)| of.name() == engine.name());
        let transcripts = of_engine.filter_map(|(pair, run)| Some((*pair, run.as_ref()?)));
        let transcripts: Vec<_> = transcripts.collect();
        // What fails is looked for in other ways where a driver says less of it.
        let kind = |adapter: &dyn Adapter| (adapter.counts(), adapter.tells_place());
        let kinds: BTreeSet<_> = transcripts.iter().map(|((it, _), _)| kind(*it)).collect();
        for of_kind in kinds {
            let alike = transcripts
                .iter()
                .filter(|((it, _), _)| kind(*it) == of_kind);
            assert_same(&alike.copied().collect::<Vec<_>>());
        }
    }
}

#[test]
fn no_scenario_is_lost() {
    let counted = |database: Database| {
        let scenarios = conformance::SCENARIOS.iter().copied().flatten();
        let count = scenarios.filter(|it| it.applies.to(database)).count();
        (database, count)
    };
    let found = EXPECTED_SCENARIOS
        .iter()
        .map(|(database, _)| counted(*database));
    assert_eq!(found.collect::<Vec<_>>(), EXPECTED_SCENARIOS);
}

#[test]
fn the_systems_of_the_tier_are_there_with_all_their_adapters() {
    let found: Vec<_> = engines().map(Engine::name).collect();
    let expected = systems().map(|(name, adapters)| {
        let engine = engines().find(|engine| engine.name().starts_with(name));
        let engine = engine.unwrap_or_else(|| panic!("{name} is not among {found:?}"));
        assert_eq!(adapters::on(engine).len(), adapters, "adapters on {name}");
    });
    assert_eq!(expected.count(), found.len(), "{found:?}");
}

fn engines() -> impl Iterator<Item = &'static dyn Engine> {
    engine::ALL.iter().map(|engine| &**engine)
}

/// Those of the standard tier; all of the wide one when any of it runs.
fn systems() -> impl Iterator<Item = (&'static str, usize)> {
    let is_standard = |engine: &dyn Engine| {
        let name = |(name, _): &(&str, usize)| engine.name().starts_with(*name);
        STANDARD.iter().any(name)
    };
    let wide = if engines().all(is_standard) {
        &[]
    } else {
        WIDE
    };
    STANDARD.iter().chain(wide).copied()
}

/// Adapters times systems times scenarios.
fn expected_cells(database: Database) -> usize {
    let of_family = |name: &str| {
        let mut engines = engine::of(database);
        engines.any(|engine| engine.name().starts_with(name))
    };
    let systems = systems().filter(|(name, _)| of_family(name));
    let adapters: usize = systems.map(|(_, adapters)| adapters).sum();
    let scenarios = EXPECTED_SCENARIOS.iter().find(|(of, _)| *of == database);
    adapters * scenarios.map_or(0, |(_, count)| *count)
}

fn pairs(database: Database) -> Vec<Pair> {
    let of_engine = |engine| {
        let adapters = adapters::on(engine).into_iter();
        adapters.map(move |adapter| (adapter, engine))
    };
    engine::of(database).flat_map(of_engine).collect()
}

/// So many at a time, each in a thread of its name; `None` where a scenario failed.
fn run(pairs: &[Pair]) -> Vec<(Pair, Option<Vec<Transcript>>)> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut runs = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some((adapter, engine)) = pairs.get(index).copied() else {
                return runs;
            };
            let run = thread::scope(|scope| {
                let thread = Builder::new().name(name((adapter, engine)));
                let run = thread.spawn_scoped(scope, || conformance::run(adapter, engine));
                run.expect("a thread").join().ok()
            });
            runs.push((index, ((adapter, engine), run)));
        }
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let mut runs: Vec<_> = thread::scope(|scope| {
        let workers: Vec<_> = (0..cores * PER_CORE).map(|_| scope.spawn(work)).collect();
        let runs = workers.into_iter().map(|it| it.join().expect("a worker"));
        runs.flatten().collect()
    });
    runs.sort_by_key(|(index, _)| *index);
    runs.into_iter().map(|(_, run)| run).collect()
}

/// Prints how many scenarios each adapter ran, and compares what it sent with the first.
fn assert_same(runs: &[(Pair, &Vec<Transcript>)]) {
    let Some((_, first)) = runs.first() else {
        return;
    };
    for (pair, transcripts) in runs {
        println!("{:>4} scenarios: {}", transcripts.len(), name(*pair));
        for (ours, theirs) in first.iter().zip(*transcripts) {
            assert_eq!(ours.scenario, theirs.scenario, "{}", name(*pair));
            assert_eq!(comparable(ours), comparable(theirs), "{}", name(*pair));
        }
    }
}

/// Without the texts of errors in the log, of which drivers show more or less, and from where a
/// migration leaves its database without the names, each of which is another.
fn comparable(transcript: &Transcript) -> Vec<&str> {
    let commands = transcript.commands.iter();
    let leaves = commands
        .clone()
        .any(|command| command == "SELECT DATABASE()");
    let text = |command: &'_ str| match command.find(" failed at ") {
        _ if leaves => command.len().min("INSERT".len()),
        Some(error) => error,
        None => command.len(),
    };
    // How often a run looks again depends on how soon a server ends a session.
    let looks_again =
        |command: &&String| command.contains(";\n") && command.ends_with("ORDER BY entry.seq");
    let commands = commands.filter(|command| !looks_again(command));
    commands.map(|command| &command[..text(command)]).collect()
}

fn name((adapter, engine): Pair) -> String {
    format!("{} on {}", adapter.name(), engine.name())
}
