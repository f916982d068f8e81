//! PostgreSQL builds indexes concurrently with others, and leaves them invalid when that fails.

use super::{Case, Scenario, postgres, statement_error};

pub(super) const SCENARIOS: &[Scenario] = &[
    postgres(
        "an index that a failure left invalid is built anew",
        |case| built_anew(case, "CREATE UNIQUE INDEX CONCURRENTLY i ON a (b);\n"),
    ),
    postgres(
        "an index that a failure left invalid does not count as one that exists",
        |case| {
            built_anew(
                case,
                "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON a (b);\n",
            );
        },
    ),
    postgres(
        "several indexes of one migration are built one after the other",
        several,
    ),
    postgres(
        "a migration that stopped between two indexes goes on with the second",
        between,
    ),
];

const TABLE: (&str, &str) = (
    "1_a.up.sql",
    "CREATE TABLE a (b integer);\nINSERT INTO a VALUES (1), (1);\n",
);

fn built_anew(case: &Case<'_>, statement: &str) {
    let mut session = case.open();
    let migrator = case.migrator(&[TABLE, ("2_index.up.sql", statement)]);
    for _ in 0..2 {
        let error = statement_error(session.upgrade(&migrator).unwrap_err());
        assert_eq!(error.source.code.as_deref(), Some("23505"));
        assert_eq!(indexes(case), ["i INVALID"]);
    }
    case.observe().query("TRUNCATE a; INSERT INTO a VALUES (1)");
    session.upgrade(&migrator).unwrap();
    assert_eq!(indexes(case), ["i"]);
    assert_eq!(case.applied(), [1, 2]);
}

fn several(case: &Case<'_>) {
    let two = "CREATE INDEX CONCURRENTLY i ON a (b);\nCREATE INDEX CONCURRENTLY j ON a (b);\n";
    let down = "DROP INDEX CONCURRENTLY j;\nDROP INDEX CONCURRENTLY i;\n";
    let migrator = case.migrator(&[TABLE, ("2_two.up.sql", two), ("2_two.down.sql", down)]);
    let mut session = case.open();
    session.upgrade(&migrator).unwrap();
    assert_eq!(indexes(case), ["i", "j"]);
    assert_eq!(case.log(), ["1 run success 2", "2 run success 2"]);
    session.downgrade_to(&migrator, "1").unwrap();
    assert!(indexes(case).is_empty());
}

fn between(case: &Case<'_>) {
    let two =
        "CREATE INDEX CONCURRENTLY i ON a (b);\nCREATE UNIQUE INDEX CONCURRENTLY j ON a (b);\n";
    let migrator = case.migrator(&[TABLE, ("2_two.up.sql", two)]);
    let mut session = case.open();
    let error = statement_error(session.upgrade(&migrator).unwrap_err());
    assert_eq!((error.line, error.column), (2, 1));
    case.observe().query("TRUNCATE a");
    session.upgrade(&migrator).unwrap();
    assert_eq!(indexes(case), ["i", "j"]);
    assert_eq!(
        case.log()[1..],
        ["2 run error 1", "2 run_partial success 2"]
    );
}

/// The indexes of the table, and whether they are of any use.
fn indexes(case: &Case<'_>) -> Vec<String> {
    let sql = "SELECT indexrelid::regclass || CASE WHEN indisvalid THEN '' ELSE ' INVALID' END \
               FROM pg_index WHERE indrelid = 'a'::regclass ORDER BY 1";
    case.observe()
        .query(sql)
        .into_iter()
        .flatten()
        .flatten()
        .collect()
}
