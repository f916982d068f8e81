//! Migrations that are tried on the live database and rolled back.

use std::sync::Mutex;
use std::time::Duration;

use rungs::{Error, Event, Trial, Verdict};

use super::{
    Case, Scenario, THREE, assert_error, mysql, postgres, sqlite, statement_error, transactional,
};

pub(super) const SCENARIOS: &[Scenario] = &[
    transactional(
        "a trial finds every migration that fails and leaves nothing behind",
        every_failure,
    ),
    transactional("a trial goes on from what is applied", from_applied),
    transactional("a trial names what it cannot try", not_tried),
    transactional("a trial asks the conditions of statements", conditions),
    transactional(
        "a trial waits for locks and gives up after its limit",
        locked,
    ),
    mysql(
        "a trial is refused where a change of the schema is not rolled back",
        refused,
    ),
    postgres(
        "a trial checks what is checked at the commit of each migration",
        deferred,
    ),
    postgres(
        "a trial knows an error that only its one transaction makes",
        one_transaction,
    ),
    postgres(
        "what a migration sets for its session ends with it in a trial",
        session,
    ),
    sqlite("a trial checks foreign keys as a run does", foreign_keys),
    sqlite(
        "a trial arranges foreign keys for migrations that drop tables",
        dropped_table,
    ),
    sqlite(
        "a trial whose transaction the database drops says so",
        transaction_lost,
    ),
];

/// Passes, fails at its second statement, passes, fails because of the one that failed.
const FOUR: &[(&str, &str)] = &[
    THREE[0],
    (
        "2_mail.up.sql",
        "ALTER TABLE users ADD COLUMN mail TEXT;\nUPDATE users\n   SET male = 'x';\n",
    ),
    THREE[4],
    ("4_ada.up.sql", "UPDATE users SET mail = 'ada';\n"),
];

/// A word and the version of each migration, and of the one that it is behind.
fn verdicts(trial: &Trial) -> Vec<String> {
    let tried = trial.tried.iter().map(|tried| {
        let word = match &tried.verdict {
            Verdict::Passed { .. } => "passed".to_owned(),
            Verdict::Failed(_) => "failed".to_owned(),
            Verdict::NotTried(why) => format!("{why:?}"),
            other => format!("{other:?}"),
        };
        let behind = tried
            .behind
            .as_ref()
            .map(|it| format!(" behind {}", it.version));
        format!(
            "{} {word}{}",
            tried.migration.version,
            behind.unwrap_or_default()
        )
    });
    tried.collect()
}

/// The verdicts of a trial that has left everything as it was.
fn tried(case: &Case<'_>, migrator: &rungs::Migrator<'_>) -> Vec<String> {
    let before = case.dump();
    let trial = case.open().check_live(migrator, "head").unwrap();
    assert_eq!(case.dump(), before);
    verdicts(&trial)
}

fn every_failure(case: &Case<'_>) {
    let migrator = case.migrator(FOUR);
    let mut session = case.open();
    let trial = session.check_live(&migrator, "head").unwrap();
    assert!(case.observe().schema().is_empty(), "not even a log");
    assert_eq!(
        verdicts(&trial),
        [
            "1 passed",
            "2 failed",
            "3 passed behind 2",
            "4 failed behind 2"
        ]
    );
    assert!(!trial.passed());
    // A run says the same of the first, with the same place.
    let told = statement_error(session.upgrade(&migrator).unwrap_err()).to_string();
    assert_eq!(trial.failures().next().unwrap().to_string(), told);
    assert_eq!(case.applied(), [1]);
}

fn from_applied(case: &Case<'_>) {
    let mut session = case.open();
    session.upgrade_to(&case.migrator(THREE), "2").unwrap();
    assert_eq!(tried(case, &case.migrator(THREE)), ["3 passed"]);
    let edited = case.migrator(&[("1_users.up.sql", "SELECT 1;\n"), THREE[2], THREE[4]]);
    assert_error!(session.check_live(&edited, "head"), Error::Changed { .. });
    session.upgrade(&case.migrator(THREE)).unwrap();
    let nothing = session.check_live(&case.migrator(THREE), "head").unwrap();
    assert_eq!(nothing.to_string(), "nothing is pending");
    assert!(nothing.passed());
}

fn not_tried(case: &Case<'_>) {
    let files = [
        THREE[0],
        (
            "2_outside.up.sql",
            "-- rungs: no-transaction\nCREATE TABLE a (b INTEGER);\n",
        ),
        ("3_calls.up.sql", "-- rungs: call(double)\n"),
        ("4_more.up.sql", "INSERT INTO a VALUES (1);\n"),
    ];
    let session = case.open();
    let migrator = session.with_function(case.migrator(&files), "double", "SELECT 1");
    assert_eq!(
        tried(case, &migrator),
        [
            "1 passed",
            "2 NoTransaction",
            "3 CallsFunction behind 2",
            "4 failed behind 2"
        ]
    );
    let only = session.with_function(case.migrator(&files[2..3]), "double", "SELECT 1");
    assert_eq!(tried(case, &only), ["3 CallsFunction"]);
    assert_error!(
        case.open().check_live(&case.migrator(&files), "head"),
        Error::UnknownFunction { .. }
    );
}

fn conditions(case: &Case<'_>) {
    let when = "-- rungs: when(SELECT count(*) = 0 FROM users)\nINSERT INTO nowhere VALUES (1);\n\
                -- rungs: verify(SELECT count(*) = 1 FROM users)\n";
    let wrong = "SELECT 1;\n-- rungs: verify(SELECT count(*) = 2 FROM users)\n";
    let asks = "-- rungs: when(SELECT count(*) = 0 FROM nowhere)\nSELECT 1;\n";
    let files = [
        THREE[0],
        ("2_when.up.sql", when),
        ("3_wrong.up.sql", wrong),
        ("4_asks.up.sql", asks),
    ];
    assert_eq!(
        tried(case, &case.migrator(&files)),
        ["1 passed", "2 passed", "3 failed", "4 failed behind 3"]
    );
}

fn locked(case: &Case<'_>) {
    case.open().upgrade(&case.migrator(&THREE[..1])).unwrap();
    let files = [
        THREE[0],
        ("2_a.up.sql", "ALTER TABLE users ADD COLUMN a INTEGER;\n"),
    ];
    let mut holder = case.observe();
    holder.query(case.by_family("BEGIN IMMEDIATE", "BEGIN; LOCK TABLE users", ""));
    let hasty = case.migrator(&files).wait_limit(Duration::ZERO);
    let hasty = hasty.lock_timeout(Duration::from_millis(20));
    let error = case.open().check_live(&hasty, "head").unwrap_err();
    assert!(
        matches!(&error, Error::Busy { .. }) || statement_error(error).waited.is_some(),
        "it says that a lock was in the way"
    );
    let holder = Mutex::new(holder);
    let patient = case
        .migrator(&files)
        .lock_timeout(Duration::from_millis(20));
    let patient = patient.observer(move |event| {
        if let Event::Waiting { .. } = event {
            holder.lock().unwrap().query("ROLLBACK");
        }
    });
    let trial = case.open().check_live(&patient, "head").unwrap();
    assert_eq!(verdicts(&trial), ["2 passed"]);
    assert_eq!(case.applied(), [1]);
}

fn refused(case: &Case<'_>) {
    let mut session = case.open();
    let migrator = case.migrator(THREE);
    assert_error!(session.check_live(&migrator, "head"), Error::NoTrial { .. });
    assert!(case.observe().schema().is_empty());
    session.upgrade(&migrator).unwrap();
    assert!(session.check_live(&migrator, "head").unwrap().passed());
}

fn deferred(case: &Case<'_>) {
    let tables = "CREATE TABLE a (id INTEGER PRIMARY KEY);\n\
                  CREATE TABLE b (a INTEGER REFERENCES a DEFERRABLE INITIALLY DEFERRED);\n";
    let files = [
        ("1_tables.up.sql", tables),
        ("2_orphan.up.sql", "INSERT INTO b VALUES (1);\n"),
        (
            "3_late.up.sql",
            "INSERT INTO b VALUES (2);\nINSERT INTO a VALUES (2);\n",
        ),
        (
            "4_again.up.sql",
            "INSERT INTO b VALUES (3);\nINSERT INTO a VALUES (3);\n",
        ),
    ];
    let migrator = case.migrator(&files);
    assert_eq!(
        tried(case, &migrator),
        [
            "1 passed",
            "2 failed",
            "3 passed behind 2",
            "4 passed behind 2"
        ]
    );
    let trial = case.open().check_live(&migrator, "head").unwrap();
    let told = trial.failures().next().unwrap().to_string();
    assert_eq!(
        told,
        case.open().upgrade(&migrator).unwrap_err().to_string()
    );
}

fn one_transaction(case: &Case<'_>) {
    let files = [
        (
            "1_mood.up.sql",
            "CREATE TYPE mood AS ENUM ('sad');\nCREATE TABLE moods (mood mood);\n",
        ),
        ("2_happy.up.sql", "ALTER TYPE mood ADD VALUE 'happy';\n"),
        ("3_use.up.sql", "INSERT INTO moods VALUES ('happy');\n"),
    ];
    let migrator = case.migrator(&files);
    let mut session = case.open();
    session.upgrade_to(&migrator, "1").unwrap();
    let trial = session.check_live(&migrator, "head").unwrap();
    let [happy, used] = &trial.tried[..] else {
        panic!("{trial:?}");
    };
    assert!(matches!(happy.verdict, Verdict::Passed { .. }), "{happy:?}");
    assert!(
        used.to_string()
            .contains("it needs what one before it commits"),
        "{used}"
    );
    assert!(trial.passed());
    session.upgrade(&migrator).unwrap();
}

fn session(case: &Case<'_>) {
    let files = [
        (
            "1_shop.up.sql",
            "CREATE SCHEMA shop;\nSET search_path TO shop;\nCREATE TABLE a (b INTEGER);\n",
        ),
        (
            "2_a.up.sql",
            "INSERT INTO shop.a VALUES (1);\nCREATE TABLE a (b INTEGER);\n",
        ),
        ("3_b.up.sql", "INSERT INTO public.a VALUES (1);\n"),
    ];
    assert_eq!(
        tried(case, &case.migrator(&files)),
        ["1 passed", "2 passed", "3 passed"]
    );
}

const FAMILY: (&str, &str) = (
    "1_family.up.sql",
    "CREATE TABLE parents (id INTEGER PRIMARY KEY);\n\
     CREATE TABLE children (parent INTEGER REFERENCES parents ON DELETE CASCADE \
     DEFERRABLE INITIALLY DEFERRED);\n\
     INSERT INTO parents VALUES (1), (2);\nINSERT INTO children VALUES (1), (2);\n",
);

fn foreign_keys(case: &Case<'_>) {
    let files = [
        FAMILY,
        ("2_orphan.up.sql", "INSERT INTO children VALUES (9);\n"),
        ("3_cascade.up.sql", "DELETE FROM parents WHERE id = 2;\n"),
    ];
    let migrator = case.migrator(&files);
    assert_eq!(
        tried(case, &migrator),
        ["1 passed", "2 failed", "3 passed behind 2"]
    );
    let mut off = case.open();
    off.ask("PRAGMA foreign_keys = OFF");
    let trial = off.check_live(&migrator, "head").unwrap();
    assert!(
        trial.passed(),
        "who does not enforce them does not check them"
    );
}

fn dropped_table(case: &Case<'_>) {
    let rebuild = "CREATE TABLE new (id INTEGER PRIMARY KEY, name TEXT);\n\
                   INSERT INTO new (id) SELECT id FROM parents;\n\
                   DROP TABLE parents;\nALTER TABLE new RENAME TO parents;\n";
    let files = [
        FAMILY,
        ("2_rebuild.up.sql", rebuild),
        ("3_cascade.up.sql", "DELETE FROM parents WHERE id = 2;\n"),
        (
            "4_loses.up.sql",
            "DROP TABLE parents;\nCREATE TABLE parents (id INTEGER PRIMARY KEY);\n",
        ),
    ];
    let migrator = case.migrator(&files);
    let mut session = case.open();
    let trial = session.check_live(&migrator, "head").unwrap();
    assert_eq!(
        verdicts(&trial),
        [
            "1 passed",
            "2 passed",
            "3 ForeignKeysSuspended",
            "4 failed behind 3"
        ]
    );
    assert!(case.observe().schema().is_empty());
    assert_eq!(session.ask("PRAGMA foreign_keys").as_deref(), Some("1"));
}

fn transaction_lost(case: &Case<'_>) {
    let files = [
        THREE[0],
        (
            "2_ada.up.sql",
            "INSERT OR ROLLBACK INTO users VALUES (1, 'again');\n",
        ),
        THREE[4],
    ];
    assert_eq!(
        tried(case, &case.migrator(&files)),
        ["1 passed", "2 failed", "3 TransactionLost behind 2"]
    );
}
