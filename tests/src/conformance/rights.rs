//! Who may not write.

use rungs::State;

use super::{Case, Scenario, THREE, postgres, servers};
use crate::session::Session;

pub(super) const SCENARIOS: &[Scenario] = &[
    postgres("who may only read can ask for everything", reader),
    servers(
        "a session that may only read starts when there is nothing to do",
        read_only,
    ),
];

fn reader(case: &Case<'_>) {
    let mut session = case.open();
    session.upgrade(&case.migrator(&THREE[..4])).unwrap();
    session.ask("SET ROLE pg_read_all_data");
    asks(case, &mut *session);
    session.upgrade(&case.migrator(&THREE[..4])).unwrap();
    let error = session.upgrade(&case.migrator(THREE)).unwrap_err();
    assert!(error.to_string().contains("permission denied"), "{error}");
    assert_eq!(case.applied(), [1, 2]);
}

fn read_only(case: &Case<'_>) {
    let mut session = case.open();
    session.upgrade(&case.migrator(&THREE[..4])).unwrap();
    session.ask(case.by_family(
        "",
        "SET default_transaction_read_only = on",
        "SET SESSION TRANSACTION READ ONLY",
    ));
    asks(case, &mut *session);
    session.upgrade(&case.migrator(&THREE[..4])).unwrap();
    let error = session.upgrade(&case.migrator(THREE)).unwrap_err();
    let text = error.to_string().to_lowercase();
    assert!(
        text.contains("read-only") || text.contains("read only"),
        "{error}"
    );
    assert_eq!(case.applied(), [1, 2]);
}

fn asks(case: &Case<'_>, session: &mut dyn Session) {
    let all = case.migrator(THREE);
    let status = session.status(&all).unwrap();
    assert_eq!(status[2].state, State::Pending);
    assert_eq!(session.plan(&all, "head".into()).unwrap().steps().len(), 1);
    assert_eq!(session.history(&all).unwrap().len(), 2);
    assert!(!session.is_up_to_date(&all).unwrap());
    assert!(session.is_up_to_date(&case.migrator(&THREE[..4])).unwrap());
}
