//! A run that does not end by itself.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

use rungs::Event;

use super::{Case, Scenario, THREE, everywhere};

pub(super) const SCENARIOS: &[Scenario] = &[
    everywhere(
        "an observer that panics leaves the connection as it was",
        panics,
    ),
    everywhere(
        "a run that is dropped leaves its connection as it was",
        dropped,
    ),
];

fn panics(case: &Case<'_>) {
    for at in 0.. {
        let case = case.another();
        let mut session = case.open();
        let seen = AtomicUsize::new(0);
        let migrator = case.migrator(THREE).observer(move |_: &Event<'_>| {
            if seen.fetch_add(1, Ordering::Relaxed) == at {
                std::panic::resume_unwind(Box::new("observer"));
            }
        });
        let ended = catch_unwind(AssertUnwindSafe(|| session.upgrade(&migrator))).is_ok();
        if !case.adapter().survives_a_drop() {
            drop(session);
            session = case.open();
        }
        session.upgrade(&case.migrator(THREE)).unwrap();
        assert_eq!(case.applied(), [1, 2, 3], "{at}");
        if ended {
            break;
        }
    }
}

fn dropped(case: &Case<'_>) {
    for polls in 0.. {
        let case = case.another();
        let mut session = case.open();
        let ended = session.upgrade_for(polls, &case.migrator(THREE)).is_some();
        if !case.adapter().survives_a_drop() {
            drop(session);
            session = case.open();
        }
        session.upgrade(&case.migrator(THREE)).unwrap();
        assert_eq!(case.applied(), [1, 2, 3], "{polls}");
        assert_eq!(case.observe().rows("users"), ["1 Ada"], "{polls}");
        if ended {
            break;
        }
    }
}
