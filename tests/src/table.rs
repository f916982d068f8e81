//! Tables made while a test runs, as `migrations!` makes them while it compiles.

use std::fmt::Write as _;

use hmac_sha256::Hash;
use rungs::__private as made;
use rungs::Migrations;
use rungs_build::{Dialect, InTransaction, Request, Script, Statement};

/// The table of these files: name and text of each.
pub fn table(files: &[(&str, &str)]) -> &'static Migrations {
    try_table(files).unwrap_or_else(|problems| panic!("{problems}"))
}

/// The table of these files, or what is wrong with them.
pub fn try_table(files: &[(&str, &str)]) -> Result<&'static Migrations, String> {
    let package = tempfile::tempdir().unwrap();
    let directory = package.path().join("migrations");
    std::fs::create_dir(&directory).unwrap();
    for (name, text) in files {
        std::fs::write(directory.join(name), text).unwrap();
    }
    let output = rungs_build::compile(&Request {
        package: package.path().to_owned(),
        directory: "migrations".to_owned(),
        dialects: vec![Dialect::Sqlite],
        anywhere: true,
        ..Request::default()
    });
    let Some(compiled) = output.table else {
        return Err(format!("{:#?}", output.diagnostics));
    };
    let mut state = String::new();
    let mut migrations = Vec::new();
    for migration in &compiled.migrations {
        let up = script(&migration.up);
        writeln!(state, "{} {}", migration.version, up.checksum()).unwrap();
        migrations.push(made::Migration::new(
            migration.version,
            leak(migration.name.clone()),
            up,
            migration.down.as_ref().map(script),
            migration.up.directives.irreversible,
        ));
    }
    Ok(Box::leak(Box::new(Migrations::new(
        migrations.leak(),
        &[made::Database::Sqlite],
        checksum(&state),
    ))))
}

fn script(script: &Script) -> made::Script {
    let statements: Vec<_> = script
        .statements
        .iter()
        .map(|statement| made_statement(script, statement))
        .collect();
    let transactional = script.is_transactional(Dialect::Sqlite);
    let options = made::ScriptOptions {
        no_transaction: script.directives.no_transaction,
        suspends_foreign_keys: transactional && script.statements.iter().any(asks_for_suspension),
    };
    made::Script::new(
        leak(script.file.path.clone()),
        leak(script.file.text.clone()),
        checksum(&script.file.text),
        statements.leak(),
        options,
    )
}

fn made_statement(script: &Script, statement: &Statement) -> made::Statement {
    let position = script.file.position(statement.range.start);
    let number = |number: usize| u32::try_from(number).unwrap();
    let sqlite = 4;
    let (refused, taken_over) = match statement.in_transaction(Dialect::Sqlite) {
        InTransaction::Runs => (0, 0),
        InTransaction::TakenOver if script.is_transactional(Dialect::Sqlite) => (0, sqlite),
        InTransaction::Refused | InTransaction::TakenOver => (sqlite, 0),
    };
    made::Statement::new(
        number(statement.range.start),
        number(statement.range.end),
        number(position.line),
        number(position.column),
        made::InTransaction {
            refused,
            taken_over,
        },
    )
}

fn asks_for_suspension(statement: &Statement) -> bool {
    statement.kind == "DROP TABLE"
        || statement.in_transaction(Dialect::Sqlite) == InTransaction::TakenOver
}

fn checksum(text: &str) -> &'static str {
    let mut checksum = String::from("sha256:");
    for byte in Hash::hash(text.as_bytes()) {
        write!(checksum, "{byte:02x}").unwrap();
    }
    leak(checksum)
}

fn leak(text: String) -> &'static str {
    text.leak()
}
