//! One table of scenarios for every adapter on every database system.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says what it has run"
)]

use std::collections::BTreeSet;
use std::thread::{self, Builder};

use rungs_tests::conformance::{self, Transcript};
use rungs_tests::{Adapter, Engine, adapters, engine};

/// An adapter on an engine.
type Pair = (&'static dyn Adapter, &'static dyn Engine);

#[test]
fn every_adapter_conforms_and_sends_the_same() {
    let runs = run(&pairs());
    let failed = runs.iter().filter(|(_, run)| run.is_none());
    let failed: Vec<_> = failed.map(|(pair, _)| name(*pair)).collect();
    assert!(failed.is_empty(), "these do not conform: {failed:#?}");
    for engine in engine::ALL.iter() {
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

/// The systems that everybody has who develops Rungs, and at least one more way to reach one.
#[test]
fn the_standard_systems_are_there() {
    let names: Vec<_> = engine::ALL.iter().map(|engine| engine.name()).collect();
    for name in ["sqlite", "postgres-15", "mariadb-10.11"] {
        assert!(names.contains(&name), "{name} is not among {names:?}");
    }
    for engine in engine::ALL.iter() {
        assert!(adapters::on(&**engine).len() >= 3, "{engine:?}");
    }
}

fn pairs() -> Vec<Pair> {
    let mut pairs: Vec<Pair> = Vec::new();
    for engine in engine::ALL.iter() {
        for adapter in adapters::on(&**engine) {
            pairs.push((adapter, &**engine));
        }
    }
    pairs
}

/// All at once, each in a thread of its name; `None` where a scenario failed.
fn run(pairs: &[Pair]) -> Vec<(Pair, Option<Vec<Transcript>>)> {
    thread::scope(|scope| {
        let start = |pair: &Pair| {
            let (adapter, engine) = *pair;
            let thread = Builder::new().name(name(*pair));
            let run = thread.spawn_scoped(scope, || conformance::run(adapter, engine));
            (*pair, run.expect("a thread"))
        };
        let started: Vec<_> = pairs.iter().map(start).collect();
        let ended = started
            .into_iter()
            .map(|(pair, run)| (pair, run.join().ok()));
        ended.collect()
    })
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
    commands.map(|command| &command[..text(command)]).collect()
}

fn name((adapter, engine): Pair) -> String {
    format!("{} on {}", adapter.name(), engine.name())
}
