//! One table of scenarios for every adapter on every database system.

use rungs_tests::{Engine, adapters, conformance, engine};

#[test]
fn every_adapter_conforms_and_sends_the_same() {
    let cells: usize = std::thread::scope(|scope| {
        let engines = engine::ALL.iter();
        let runs: Vec<_> = engines
            .map(|engine| scope.spawn(|| adapters_on(&**engine)))
            .collect();
        let runs = runs.into_iter();
        runs.map(|run| run.join().expect("an adapter does not conform"))
            .sum()
    });
    assert!(cells > 0);
}

/// Runs all adapters of an engine at once, and says how many scenarios that were.
fn adapters_on(engine: &dyn Engine) -> usize {
    let adapters = adapters::of(engine.database());
    let transcripts: Vec<_> = std::thread::scope(|scope| {
        let runs: Vec<_> = adapters
            .iter()
            .map(|adapter| scope.spawn(|| conformance::run(*adapter, engine)))
            .collect();
        let runs = runs.into_iter();
        runs.map(|run| run.join().expect("a scenario failed"))
            .collect()
    });
    for (adapter, transcript) in adapters.iter().zip(&transcripts) {
        for (ours, theirs) in transcripts[0].iter().zip(transcript) {
            assert_eq!(ours, theirs, "{} on {}", adapter.name(), engine.name());
        }
        println!(
            "{:>4} {} on {}",
            transcript.len(),
            adapter.name(),
            engine.name()
        );
    }
    transcripts.iter().map(Vec::len).sum()
}
