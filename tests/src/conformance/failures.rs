//! A statement fails, or something else does.

use rungs::{Migrator, RolledBack};

use super::{
    Case, Scenario, THREE, everywhere, postgres, sqlite, statement_error, transactional, versions,
};
use crate::recorder::Fault;

pub(super) const SCENARIOS: &[Scenario] = &[
    everywhere(
        "a failing statement undoes its migration and no other",
        statement,
    ),
    everywhere(
        "a failing statement says where it is and what the database said",
        position,
    ),
    transactional("a failing way down leaves the migration applied", down),
    postgres(
        "a constraint that is checked only at the commit is that of its migration",
        deferred,
    ),
    sqlite(
        "an error that drops the transaction undoes the run",
        dropped,
    ),
    sqlite(
        "an error that drops the transaction undoes an atomic run",
        dropped_atomic,
    ),
    transactional(
        "a command that fails in an atomic run undoes it",
        atomic_command,
    ),
    everywhere(
        "what rungs itself cannot do says what to look at",
        own_commands,
    ),
    everywhere(
        "what a trigger says is not obeyed by a terminal",
        control_characters,
    ),
    everywhere(
        "the connection can begin a transaction after any failure",
        connection_stays_usable,
    ),
];

const BAD: (&str, &str) = (
    "2_bad.up.sql",
    "CREATE TABLE half (id INTEGER);\nINSERT INTO users VALUES (2, 'Bo');\n\n  INSERT INTO users\n  VALUES (1, 'é''\u{1f980}');\n",
);

/// [`BAD`] with another row in its last statement.
const MENDED: (&str, &str) = (
    "2_bad.up.sql",
    "CREATE TABLE half (id INTEGER);\nINSERT INTO users VALUES (2, 'Bo');\n\nINSERT INTO users VALUES (3, 'C');\n",
);

fn statement(case: &Case<'_>) {
    let mut session = case.open();
    let files = [&THREE[..2], &[BAD], &THREE[4..]].concat();
    let error = statement_error(session.upgrade(&case.migrator(&files)).unwrap_err());
    let (rolled_back, done) = if case.is_transactional() {
        (RolledBack::Migration, 0)
    } else {
        (RolledBack::Nothing { statements_done: 2 }, 2)
    };
    assert_eq!(error.rolled_back, rolled_back);
    assert_eq!(versions(&error.ran), [1]);
    assert_eq!(
        case.log(),
        ["1 run success 2".to_owned(), format!("2 run error {done}")]
    );
    assert_eq!(case.dump().contains("half"), done > 0);
    let entries = session.history(&case.migrator(&files)).unwrap();
    let logged = entries[1].error.as_deref().unwrap();
    assert!(logged.contains(duplicate(case)), "{logged}");
    let mended = case.migrator(&[&THREE[..2], &[MENDED], &THREE[4..]].concat());
    session.upgrade(&mended).unwrap();
    assert_eq!(case.applied(), [1, 2, 3]);
    assert_eq!(case.observe().rows("users"), ["1 Ada", "2 Bo", "3 C"]);
    assert!(session.is_up_to_date(&mended).unwrap());
}

/// What the databases say about a key that is there already.
fn duplicate(case: &Case<'_>) -> &'static str {
    case.by_family(
        // 1555; the primary code, 19, from a driver that hides the extended one.
        "UNIQUE constraint failed: users.id (code 1",
        "duplicate key value violates unique constraint \"users_pkey\" (code 23505)",
        "Duplicate entry '1' for key ",
    )
}

fn position(case: &Case<'_>) {
    let files = [&THREE[..2], &[BAD]].concat();
    let error = case.open().upgrade(&case.migrator(&files)).unwrap_err();
    let text = error.to_string();
    let duplicate = duplicate(case);
    let start =
        format!("migration 2 `bad` (up) failed at migrations/2_bad.up.sql:4:3: {duplicate}");
    assert!(text.starts_with(&start), "{text}");
    let end = case.by_family(
        "the migration was rolled back",
        "the migration was rolled back",
        "",
    );
    assert!(text.ends_with(end), "{text}");
    let statement = "; in `INSERT INTO users VALUES (1, 'é''\u{1f980}')`; ";
    assert!(text.contains(statement), "{text}");
    let file = "correct migrations/2_bad.up.sql and start again";
    let statement =
        "correct the statement and start again; what ran before it (statements: 2) is not repeated";
    assert_eq!(error.help(), case.by_family(file, file, statement));
    let error = statement_error(error);
    assert_eq!((error.line, error.column), (4, 3));
    let codes = case.by_family(["1555", "19"], ["23505"; 2], ["1062"; 2]);
    let code = error.source.code.unwrap();
    assert!(codes.contains(&&*code), "{code}");
}

fn down(case: &Case<'_>) {
    let mut session = case.open();
    let files = [
        ("1_a.up.sql", "CREATE TABLE a (b INTEGER);"),
        ("1_a.down.sql", "DROP TABLE a;\nDROP TABLE a;\n"),
    ];
    let migrator = case.migrator(&files);
    session.upgrade(&migrator).unwrap();
    let before = case.dump();
    let error = statement_error(session.downgrade_to(&migrator, "base").unwrap_err());
    assert_eq!(error.direction, rungs::Direction::Down);
    assert_eq!((error.path, error.line), ("migrations/1_a.down.sql", 2));
    assert_eq!(case.dump(), before);
    assert_eq!(case.log(), ["1 run success 1", "1 rollback error 0"]);
    assert!(session.is_up_to_date(&migrator).unwrap());
}

fn deferred(case: &Case<'_>) {
    let tables = (
        "1_tables.up.sql",
        "CREATE TABLE parent (id integer PRIMARY KEY);\n\
         CREATE TABLE child (parent integer REFERENCES parent DEFERRABLE INITIALLY DEFERRED);\n",
    );
    let orphan = ("2_orphan.up.sql", "INSERT INTO child VALUES (3);\n");
    let after = ("3_after.up.sql", "CREATE TABLE after_it (a integer);\n");
    let error = case
        .open()
        .upgrade(&case.migrator(&[tables, orphan, after]));
    let text = error.unwrap_err().to_string();
    assert!(text.contains("migration 2 `orphan`"), "{text}");
    assert!(text.contains("migrations/2_orphan.up.sql"), "{text}");
    assert_eq!(case.log(), ["1 run success 2", "2 run error 0"]);
    assert!(case.observe().rows("child").is_empty());
}

/// The second migration makes SQLite roll the whole transaction back.
fn dropping() -> Vec<(&'static str, &'static str)> {
    let drops = "CREATE TRIGGER refuse BEFORE INSERT ON users BEGIN SELECT RAISE(ROLLBACK, 'not today'); END;\n\
                 INSERT INTO users VALUES (7, 'x');\n";
    [&THREE[..2], &[("2_drops.up.sql", drops)]].concat()
}

fn dropped(case: &Case<'_>) {
    let mut session = case.open();
    let or_rollback = (
        "2_drops.up.sql",
        "INSERT OR ROLLBACK INTO users VALUES (1, 'again');\n",
    );
    for files in [dropping(), [&THREE[..2], &[or_rollback]].concat()] {
        let error = statement_error(session.upgrade(&case.migrator(&files)).unwrap_err());
        assert_eq!(error.rolled_back, RolledBack::RunByDatabase);
        assert!(error.ran.is_empty(), "{:?}", error.ran);
        assert_eq!(case.dump(), "");
        assert!(case.applied().is_empty());
    }
    assert_eq!(case.log(), ["2 run error 0", "2 run error 0"]);
    session.upgrade(&case.migrator(THREE)).unwrap();
    assert_eq!(case.applied(), [1, 2, 3]);
}

fn dropped_atomic(case: &Case<'_>) {
    let mut session = case.open();
    session
        .upgrade(&case.migrator(&dropping()).atomic(true))
        .unwrap_err();
    assert_eq!(case.dump(), "");
    assert_eq!(case.log(), ["2 run error 0"]);
    session.upgrade(&case.migrator(THREE)).unwrap();
}

fn atomic_command(case: &Case<'_>) {
    let mut session = case.open();
    for command in 0.. {
        session.tape().fault(Some(Fault::Fail(command)));
        let result = session.upgrade(&case.migrator(THREE).atomic(true));
        if session.tape().is_armed() {
            break;
        }
        // One that fails as a whole may succeed in parts.
        if result.is_err() {
            assert_eq!(case.dump(), "", "command {command}");
        }
    }
    assert_eq!(case.applied(), [1, 2, 3]);
}

fn own_commands(case: &Case<'_>) {
    let mut session = case.open();
    session.upgrade(&case.migrator(&THREE[..2])).unwrap();
    let change = |sql: &str| case.observe().query(sql);
    change(case.by_family(
        "CREATE TRIGGER no BEFORE INSERT ON rungs_log BEGIN SELECT RAISE(ABORT, 'not today'); END",
        "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql \
         AS $$ BEGIN RAISE EXCEPTION 'not today'; END $$; \
         CREATE TRIGGER no BEFORE INSERT ON rungs_log FOR EACH ROW EXECUTE FUNCTION no()",
        "CREATE TRIGGER no BEFORE INSERT ON rungs_log FOR EACH ROW \
         SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'not today'",
    ));
    let error = session.upgrade(&case.migrator(THREE)).unwrap_err();
    let text = error.to_string();
    assert!(text.contains(": not today"), "{text}");
    let help = case.by_family("trigger", "rights", "rights");
    assert!(error.help().contains(help), "{text}: {}", error.help());
    change(case.by_family(
        "DROP TRIGGER no",
        "DROP FUNCTION no() CASCADE",
        "DROP TRIGGER no",
    ));
    change("UPDATE rungs_log SET seq = 7, operation = 'bake', state = NULL");
    let error = session.upgrade(&case.migrator(THREE)).unwrap_err();
    assert!(error.to_string().contains("its row 7 "), "{error}");
    assert!(error.help().contains("log_table"), "{}", error.help());
    assert_eq!(case.log(), ["1 bake success 2"]);
}

fn control_characters(case: &Case<'_>) {
    let says = case.by_family(
        "CREATE TRIGGER t BEFORE INSERT ON a BEGIN SELECT RAISE(ABORT, '\u{1b}[2J\u{7}'); END;\n\
         INSERT INTO a VALUES (1);\n",
        "DO $$ BEGIN RAISE EXCEPTION '\u{1b}[2J\u{7}'; END $$;\n",
        "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW \
         SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '\u{1b}[2J\u{7}';\nINSERT INTO a VALUES (1);\n",
    );
    let text = format!("CREATE TABLE a (b INTEGER);\n{says}");
    let mut session = case.open();
    let error = session.upgrade(&case.migrator(&[("1_a.up.sql", &text)]));
    let text = error.unwrap_err().to_string();
    assert!(text.contains("[2J"), "{text}");
    assert!(!text.contains(char::is_control), "{text:?}");
}

fn connection_stays_usable(case: &Case<'_>) {
    let bad = [&THREE[..2], &[BAD]].concat();
    let failing = case.by_family(dropping(), bad.clone(), bad);
    let mut migrators = vec![case.migrator(&failing), case.migrator(THREE)];
    if case.is_transactional() {
        migrators.push(case.migrator(&failing).atomic(true));
    }
    // Fails inside a transaction, and in a driver that still counts one.
    let outside = case.table(&[(
        "1_v.up.sql",
        case.by_family("VACUUM;", "VACUUM;", "SELECT 1;"),
    )]);
    for migrator in &migrators {
        // What is sent differs: only some drivers notice that a rollback did not arrive.
        let case = case.another();
        let mut session = case.open();
        for command in 0.. {
            session.tape().fault(Some(Fault::Fail(command)));
            let _ = session.upgrade(migrator);
            let sent = session.tape().commands();
            let is_over = session.tape().is_armed();
            session.tape().fault(None);
            if is_over {
                break;
            }
            if sent[command] == "ROLLBACK" {
                // It is still open: nothing on this connection could change that.
                session = case.open();
            }
            let other = Migrator::new(outside).key(command.to_string());
            session.upgrade(&other).unwrap();
        }
    }
}
