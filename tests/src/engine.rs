//! The database systems that adapters are tested on.

mod mysql;
mod postgres;
pub(crate) mod sqlite;

use std::fmt::Debug;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

use rungs::{Database, Rows};

pub use mysql::Mysql;
pub use postgres::Postgres;
pub use sqlite::Sqlite;

/// All of them: SQLite, and the servers that `cargo xtask servers up` has started. Without these it
/// panics, because a test must not pass for want of a database.
pub static ALL: LazyLock<Vec<Box<dyn Engine>>> = LazyLock::new(|| {
    let mut all: Vec<Box<dyn Engine>> = vec![Box::new(Sqlite)];
    all.extend(postgres::running());
    all.extend(mysql::running());
    all
});

/// Those of a family.
pub fn of(database: Database) -> impl Iterator<Item = &'static dyn Engine> {
    let engines = ALL.iter().map(|engine| &**engine);
    engines.filter(move |engine| engine.database() == database)
}

/// A database system: one version of it, reached one way.
pub trait Engine: Debug + Send + Sync {
    /// What to call it, such as `postgres-15`.
    fn name(&self) -> &str;

    /// Its family.
    fn database(&self) -> Database;

    /// Whether a change of a table waits for the transactions that have read it. A node of Galera
    /// ends these instead.
    fn readers_keep_schema(&self) -> bool {
        true
    }

    /// A new, empty database.
    fn create(&self) -> Arc<dyn Scratch>;
}

/// A database that is there for one case and gone when this is dropped.
pub trait Scratch: Send + Sync {
    /// Where it is: the path of a file for SQLite, a URL for the servers.
    fn url(&self) -> &str;

    /// Where another process finds it, with all that was done so far: in a cluster at another node.
    fn url_elsewhere(&self) -> &str {
        self.url()
    }

    /// A connection of somebody else, whichever adapter is under test.
    fn observe(&self) -> Box<dyn Observer>;
}

/// A database as seen by somebody else.
pub trait Observer: Send {
    /// Runs statements one after the other: the rows of the last one, or what the database says.
    fn try_query(&mut self, sql: &str) -> Result<Rows, String>;

    /// Everything that was made in it: kind, name and the rest of each thing, sorted.
    fn schema(&mut self) -> Rows;

    /// The name of a table from [`schema`](Self::schema) as statements write it.
    fn quoted(&self, table: &str) -> String;
}

impl dyn Observer + '_ {
    /// The rows of the last statement.
    pub fn query(&mut self, sql: &str) -> Rows {
        self.try_query(sql)
            .unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// The first value of the first row.
    pub fn value(&mut self, sql: &str) -> Option<String> {
        self.query(sql).into_iter().next()?.into_iter().next()?
    }

    /// The names of all tables.
    pub fn tables(&mut self) -> Vec<String> {
        let named = |object: Vec<Option<String>>| match &object[..] {
            [Some(kind), Some(name), ..] if kind == "table" => Some(name.clone()),
            _ => None,
        };
        self.schema().into_iter().filter_map(named).collect()
    }

    /// The rows of a table, a line each, sorted.
    pub fn rows(&mut self, table: &str) -> Vec<String> {
        let sql = format!("SELECT * FROM {}", self.quoted(table));
        let mut lines: Vec<_> = self.query(&sql).iter().map(|row| line(row)).collect();
        lines.sort();
        lines
    }

    /// Everything that is in it but the log: schema and rows, as text to compare.
    pub fn dump(&mut self) -> String {
        let is_log = |text: &Option<String>| text.as_ref().is_some_and(|it| it.contains("rungs"));
        let mut lines = Vec::new();
        for object in self.schema() {
            if object.iter().any(is_log) {
                continue;
            }
            lines.push(line(&object));
            if let [Some(kind), Some(name), ..] = &object[..]
                && kind == "table"
            {
                let rows = self.rows(name);
                lines.extend(rows.iter().map(|row| format!("  {row}")));
            }
        }
        lines.join("\n")
    }

    /// The log, a line a row: what was done, and what came of it.
    pub fn log(&mut self) -> Vec<String> {
        let sql = "SELECT version, operation, outcome, statements_done FROM rungs_log \
                   ORDER BY set_key, seq";
        self.query(sql).iter().map(|row| line(row)).collect()
    }

    /// The applied versions, as the log has them.
    pub fn applied(&mut self) -> Vec<i64> {
        let sql = "SELECT version FROM rungs_log AS entry \
                   WHERE outcome = 'success' AND operation <> 'rollback' AND seq = \
                   (SELECT max(seq) FROM rungs_log WHERE version = entry.version AND outcome = 'success') \
                   ORDER BY version";
        let rows = self.query(sql);
        rows.iter()
            .filter_map(|row| row.first()?.as_ref()?.parse().ok())
            .collect()
    }
}

fn line(row: &[Option<String>]) -> String {
    let values: Vec<_> = row
        .iter()
        .map(|value| value.as_deref().unwrap_or("NULL"))
        .collect();
    values.join(" ")
}

/// A name for a database on a server that other tests use at the same time.
fn unique_name() -> String {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("rungs_{}_{count}", std::process::id())
}
