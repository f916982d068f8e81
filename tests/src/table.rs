//! Tables made while a test runs, as `migrations!` makes them while it compiles.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use rungs::{Database, Migrations};
use rungs_build::kinds::{self, KINDS};
use rungs_build::{Diagnostic, Dialect, Encoded, Kind, Level, Request, Severity};

/// The table of these files, name and text of each, checked for a database.
///
/// Every adapter asks for the same tables; each is made once.
pub fn table(database: Database, files: &[(&str, &str)]) -> &'static Migrations {
    type Key = (Database, Vec<(String, String)>);
    static MADE: Mutex<BTreeMap<Key, &Migrations>> = Mutex::new(BTreeMap::new());
    let owned = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
    let key = (database, files.iter().map(owned).collect());
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    made.entry(key).or_insert_with(|| {
        try_table(database, files).unwrap_or_else(|problems| panic!("{problems}"))
    })
}

/// The table of these files, or what is wrong with them.
pub fn try_table(
    database: Database,
    files: &[(&str, &str)],
) -> Result<&'static Migrations, String> {
    let (dialect, checked): (_, &[Database]) = match database {
        Database::Mysql => (Dialect::Mysql, &[Database::Mysql]),
        Database::Postgres => (Dialect::Postgres, &[Database::Postgres]),
        Database::Sqlite => (Dialect::Sqlite, &[Database::Sqlite]),
        other => return Err(format!("migrations are not checked for {other}")),
    };
    let package = tempfile::tempdir().unwrap();
    let directory = package.path().join("migrations");
    for (name, text) in files {
        let path = directory.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let output = rungs_build::compile(&Request {
        package: package.path().to_owned(),
        directory: "migrations".to_owned(),
        dialects: vec![dialect],
        levels: left_to_the_database(),
        anywhere: true,
        ..Request::default()
    });
    let is_error = |found: &Diagnostic| found.severity == Severity::Error;
    let has_error = output.diagnostics.iter().any(is_error);
    let Some(compiled) = output.table.filter(|_| !has_error) else {
        return Err(format!("{:#?}", output.diagnostics));
    };
    let Encoded {
        data,
        len,
        state,
        placeholders,
    } = rungs_build::encode(&compiled);
    let table = Migrations::new(data.leak(), len, checked, state.leak())
        .with_placeholders(placeholders.leak());
    Ok(Box::leak(Box::new(table)))
}

/// Tests of failing migrations need some that would not compile.
fn left_to_the_database() -> Vec<(&'static Kind, Level)> {
    let is_left =
        |kind: &&&Kind| kinds::adjustable(kind.id).is_ok() && kind.id != kinds::EMPTY_FILE.id;
    let kinds = KINDS.iter().filter(is_left);
    kinds.map(|kind| (*kind, Level::Allow)).collect()
}
