//! What the tools of a server say of a database, which does not pass through our reader of catalogs.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command as Process;

use rungs::Command;
use rungs_build::Dialect;

use crate::Database;

/// Kinds of what `pg_dump` writes that every replayed schema has; the others have texts of their own.
const KINDS: [&str; 12] = [
    "CHECK CONSTRAINT",
    "CONSTRAINT",
    "DEFAULT",
    "DOMAIN",
    "FK CONSTRAINT",
    "INDEX",
    "MATERIALIZED VIEW",
    "SEQUENCE",
    "SEQUENCE OWNED BY",
    "TABLE",
    "TYPE",
    "VIEW",
];

/// Objects by their names, each as the server writes it.
pub type Dump = BTreeMap<String, String>;

/// What `pg_dump` or `SHOW CREATE` say; none for SQLite, which keeps statements as they were written, and
/// where `pg_dump` is older than the server.
pub fn dump(database: &mut Database) -> Result<Option<Dump>, String> {
    match database.dialect() {
        Dialect::Postgres => postgres(database),
        Dialect::Mysql => mysql(database).map(Some),
        Dialect::Sqlite => Ok(None),
    }
}

fn postgres(database: &Database) -> Result<Option<Dump>, String> {
    let major = database.version().split('.').next().unwrap_or_default();
    let of_version = PathBuf::from(format!("/usr/lib/postgresql/{major}/bin/pg_dump"));
    let program = if of_version.exists() {
        of_version
    } else {
        PathBuf::from("pg_dump")
    };
    let mut process = Process::new(program);
    process.args(["--schema-only", "--no-owner", "--no-privileges"]);
    let output = process.arg(database.url()).output();
    let output = output.map_err(|error| format!("pg_dump: {error}"))?;
    if !output.status.success() {
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        let is_older = error.contains("server version mismatch");
        return if is_older { Ok(None) } else { Err(error) };
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let entries = text.split("\n-- Name: ").skip(1);
    Ok(Some(entries.filter_map(entry).collect()))
}

/// `users_pkey; Type: CONSTRAINT; Schema: public; Owner: -`, and the statements below it.
fn entry(text: &str) -> Option<(String, String)> {
    let (head, body) = text.split_once("\n--\n")?;
    let (name, rest) = head.split_once("; Type: ")?;
    let (kind, rest) = rest.split_once("; Schema: ")?;
    let schema = rest.split(';').next()?;
    let lines = body.lines().map(str::trim);
    let is_noise = |line: &&str| {
        let of_the_tool = ["--", "SET ", "\\"];
        line.is_empty() || of_the_tool.iter().any(|it| line.starts_with(it))
    };
    let lines = lines.filter(|line| !is_noise(line));
    let lines: Vec<&str> = lines.collect();
    let is_meant = KINDS.contains(&kind) && !name.starts_with("rungs_");
    is_meant.then(|| (format!("{kind} {schema}.{name}"), lines.join("\n")))
}

fn mysql(database: &mut Database) -> Result<Dump, String> {
    let mut ask = |sql: &str| {
        let command = Command::of(&[sql]).with_answer(true);
        let rows = database.connection.run(&command);
        rows.map_err(|error| error.message)
    };
    let mut dump = BTreeMap::new();
    for row in ask("SHOW FULL TABLES")? {
        let [Some(name), Some(kind)] = row.as_slice() else {
            continue;
        };
        let kind = if kind == "VIEW" { "VIEW" } else { "TABLE" };
        let name = name.replace('`', "``");
        let shown = ask(&format!("SHOW CREATE {kind} `{name}`"))?;
        let text = shown.first().and_then(|row| row.get(1)?.clone());
        let text = text.unwrap_or_default();
        // The order of keys means nothing.
        let is_key = |line: &&str| line.contains("KEY ");
        let lines = text.lines().map(|line| line.trim_end_matches(','));
        let (mut keys, others): (Vec<&str>, Vec<&str>) = lines.partition(is_key);
        keys.sort_unstable();
        let lines = others.into_iter().chain(keys);
        dump.insert(
            format!("{kind} {name}"),
            lines.collect::<Vec<_>>().join("\n"),
        );
    }
    Ok(dump)
}
