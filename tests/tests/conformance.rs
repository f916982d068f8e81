//! One table of scenarios for every adapter.

use rungs_tests::{adapters, conformance};

#[test]
fn every_adapter_conforms_and_sends_the_same() {
    let transcripts: Vec<_> = std::thread::scope(|scope| {
        let runs: Vec<_> = adapters::ALL
            .iter()
            .map(|adapter| scope.spawn(|| conformance::run(*adapter)))
            .collect();
        let runs = runs.into_iter();
        runs.map(|run| run.join().expect("a scenario failed"))
            .collect()
    });
    for other in &transcripts[1..] {
        for (ours, theirs) in transcripts[0].iter().zip(other) {
            assert_eq!(ours, theirs);
        }
    }
}
