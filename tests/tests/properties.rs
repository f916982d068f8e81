//! Any migrations, run any way and crashed anywhere: the schema is always what the log says.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use proptest::prelude::*;
use rungs::{Database, Error, Migrations, Migrator};
use rungs_tests::{
    Adapter, Engine as _, Fault, Observer, Scratch, Tape, adapters, engine, is_crash, table,
};

/// A migration to write.
#[derive(Clone, Debug)]
struct Wish {
    no_transaction: bool,
    irreversible: bool,
    statements: Vec<Statement>,
}

/// A statement of a migration that has a table of its own, and its opposite.
#[derive(Clone, Copy, Debug)]
enum Statement {
    Column,
    Index,
    View,
    Rows(u8),
    Rebuild,
    Vacuum,
}

/// Something done to the database.
#[derive(Clone, Debug)]
struct Deed {
    verb: Verb,
    crash: Option<usize>,
}

#[derive(Clone, Copy, Debug)]
enum Verb {
    Upgrade,
    UpgradeTo(usize),
    DowngradeTo(usize),
    Redo,
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn the_schema_is_what_the_log_says(
        wishes in prop::collection::vec(wish(), 1..=8),
        deeds in prop::collection::vec(deed(), 1..=6),
        adapter in prop::sample::select(adapters::of(Database::Sqlite)),
    ) {
        let files = files(&wishes);
        let names: Vec<_> = files.iter().map(|(name, text)| (&**name, &**text)).collect();
        let life = Life {
            adapter,
            migrations: table(Database::Sqlite, &names),
            scratch: engine::Sqlite.create(),
        };
        for deed in &deeds {
            life.act(deed);
            life.check();
        }
        life.act(&Deed { verb: Verb::Upgrade, crash: None });
        life.check();
        prop_assert_eq!(life.scratch.observe().applied().len(), wishes.len());
    }
}

fn wish() -> impl Strategy<Value = Wish> {
    let statements = prop::collection::vec(statement(), 0..4);
    (
        prop::bool::weighted(0.3),
        prop::bool::weighted(0.1),
        statements,
    )
        .prop_map(|(no_transaction, irreversible, statements)| Wish {
            no_transaction,
            irreversible,
            statements,
        })
}

fn statement() -> impl Strategy<Value = Statement> {
    prop_oneof![
        Just(Statement::Column),
        Just(Statement::Index),
        Just(Statement::View),
        (1..4_u8).prop_map(Statement::Rows),
        Just(Statement::Rebuild),
        Just(Statement::Vacuum),
    ]
}

fn deed() -> impl Strategy<Value = Deed> {
    let verb = prop_oneof![
        Just(Verb::Upgrade),
        (0..9_usize).prop_map(Verb::UpgradeTo),
        (0..9_usize).prop_map(Verb::DowngradeTo),
        Just(Verb::Redo),
    ];
    (verb, prop::option::of(0..40_usize)).prop_map(|(verb, crash)| Deed { verb, crash })
}

/// The files of these migrations.
fn files(wishes: &[Wish]) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for (index, wish) in wishes.iter().enumerate() {
        let version = index + 1;
        let mut up = String::new();
        if wish.no_transaction {
            up.push_str("-- rungs: no-transaction\n");
        }
        let mut down = up.clone();
        if wish.irreversible {
            up.push_str("-- rungs: irreversible\n");
        }
        let name = format!("t{version}");
        writeln!(up, "CREATE TABLE {name} (a INTEGER PRIMARY KEY, b);").unwrap();
        let mut undo = vec![format!("DROP TABLE {name};\n")];
        for (place, statement) in wish.statements.iter().enumerate() {
            let (forth, back) = statement.text(&name, place);
            up.push_str(&forth);
            undo.push(back);
        }
        down.extend(undo.into_iter().rev());
        files.push((format!("{version}_m.up.sql"), up));
        if !wish.irreversible {
            files.push((format!("{version}_m.down.sql"), down));
        }
    }
    files
}

impl Statement {
    /// What it says about this table, and what undoes that.
    fn text(self, table: &str, place: usize) -> (String, String) {
        match self {
            Self::Column => (
                format!("ALTER TABLE {table} ADD COLUMN c{place};\n"),
                format!("ALTER TABLE {table} DROP COLUMN c{place};\n"),
            ),
            Self::Index => (
                format!("CREATE INDEX {table}_{place} ON {table} (b);\n"),
                format!("DROP INDEX {table}_{place};\n"),
            ),
            Self::View => (
                format!("CREATE VIEW v{table}_{place} AS SELECT 1;\n"),
                format!("DROP VIEW v{table}_{place};\n"),
            ),
            Self::Rows(count) => (
                format!(
                    "INSERT INTO {table} (b) VALUES (1){};\n",
                    ", (2)".repeat(count.into())
                ),
                format!("DELETE FROM {table};\n"),
            ),
            Self::Rebuild => (
                format!(
                    "CREATE TABLE r{place}_{table} (a);\nINSERT INTO r{place}_{table} SELECT a FROM {table};\n"
                ),
                format!("DROP TABLE r{place}_{table};\n"),
            ),
            Self::Vacuum => ("VACUUM;\n".to_owned(), "SELECT 1;\n".to_owned()),
        }
    }
}

/// A database and what happens to it.
struct Life {
    adapter: &'static dyn Adapter,
    migrations: &'static Migrations,
    scratch: Arc<dyn Scratch>,
}

impl Life {
    fn act(&self, deed: &Deed) {
        let migrator = Migrator::new(self.migrations);
        let mut session = self.adapter.open(self.scratch.url(), Tape::default());
        session.tape().fault(deed.crash.map(Fault::Crash));
        let run = || match deed.verb {
            Verb::Upgrade => session.upgrade(&migrator),
            Verb::UpgradeTo(version) => session.upgrade_to(&migrator, &version.to_string()),
            Verb::DowngradeTo(0) => session.downgrade_to(&migrator, "base"),
            Verb::DowngradeTo(version) => session.downgrade_to(&migrator, &version.to_string()),
            Verb::Redo => session.redo(&migrator),
        };
        match catch_unwind(AssertUnwindSafe(run)) {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => assert!(is_misfit(&error), "{deed:?}: {error:?}"),
            Err(panic) => assert!(is_crash(&*panic)),
        }
    }

    /// What the database has is what a new one has after the same migrations; with one half-way
    /// there is nothing to compare with.
    fn check(&self) {
        let mut session = self.adapter.open(self.scratch.url(), Tape::default());
        let status = session.status(&Migrator::new(self.migrations)).unwrap();
        if status
            .iter()
            .any(|status| status.state == rungs::State::Interrupted)
        {
            return;
        }
        let mut observer = self.scratch.observe();
        let has_log = observer.tables().iter().any(|table| table == "rungs_log");
        let versions = if has_log {
            observer.applied()
        } else {
            Vec::new()
        };
        let model = engine::Sqlite.create();
        replay(self.migrations, &versions, &mut *model.observe());
        assert_eq!(observer.dump(), model.observe().dump(), "{versions:?}");
    }
}

/// Whether what was asked for does not fit where the database is.
fn is_misfit(error: &Error) -> bool {
    matches!(
        error,
        Error::Irreversible(_)
            | Error::OutOfRange { .. }
            | Error::UnknownTarget { .. }
            | Error::WrongDirection { .. }
    )
}

/// Runs the statements of these versions without Rungs.
fn replay(migrations: &Migrations, versions: &[i64], observer: &mut dyn Observer) {
    for version in versions {
        let script = migrations.get((*version).into()).unwrap().up();
        observer.query(script.text());
    }
}
