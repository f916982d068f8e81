//! Names with a part that is given at run time.

use rungs::{Error, Migrator, PlaceholderError};

use super::{Case, Scenario, assert_error, everywhere, mysql, postgres, statement_error, versions};

pub(super) const SCENARIOS: &[Scenario] = &[
    everywhere("every name gets its prefix", prefix),
    everywhere("one set under two prefixes has two histories", two_prefixes),
    everywhere("a default is a value, and no other history", defaults),
    everywhere(
        "values that make no name are refused before anything is sent",
        hostile,
    ),
    everywhere(
        "an error behind a placeholder has the place in the file",
        positions,
    ),
    everywhere(
        "a stored way down keeps the prefix that it was applied with",
        stored,
    ),
    everywhere("conditions, checks and batches get the prefix", guards),
    mysql(
        "a statement in doubt is looked for under its prefix",
        |case| {
            doubt(
                case,
                "CREATE TABLE {{prefix}}posts (id INTEGER);\n",
                "CREATE TABLE a_posts (id INTEGER)",
            );
        },
    ),
    postgres("an index in doubt is looked for under its prefix", |case| {
        doubt(
            case,
            "CREATE INDEX CONCURRENTLY {{prefix}}by_name ON {{prefix}}users (name);\n",
            "CREATE INDEX CONCURRENTLY a_by_name ON a_users (name)",
        );
    }),
];

const DECLARED: (&str, &str) = ("rungs.toml", "placeholders = [\"prefix\"]\n");
const USERS: &[(&str, &str)] = &[
    DECLARED,
    (
        "1_users.up.sql",
        "-- {{prefix}} stays here, as does {{anything}}\n\
         CREATE TABLE {{prefix}}users (id INTEGER PRIMARY KEY, name VARCHAR(99) NOT NULL);\n\
         INSERT INTO {{prefix}}users VALUES (1, '{{prefix}}é {{other}}');\n",
    ),
    ("1_users.down.sql", "DROP TABLE {{prefix}}users;\n"),
    (
        "2_names.up.sql",
        "CREATE INDEX {{prefix}}by_name ON {{prefix}}users (name);\n",
    ),
    ("2_names.down.sql", ""),
];

/// The migrations with a way back that their database understands.
fn migrator(case: &Case<'_>) -> Migrator<'static> {
    let down = case.by_family(
        "DROP INDEX {{prefix}}by_name;\n",
        "DROP INDEX {{prefix}}by_name;\n",
        "DROP INDEX {{prefix}}by_name ON {{prefix}}users;\n",
    );
    case.migrator(&[&USERS[..4], &[("2_names.down.sql", down)]].concat())
}

fn prefix(case: &Case<'_>) {
    let mut session = case.open();
    let migrator = migrator(case).placeholder("prefix", "app_");
    let plan = session.plan(&migrator, "head".into()).unwrap().to_string();
    assert!(plan.contains("CREATE TABLE app_users ("), "{plan}");
    assert!(
        plan.contains("CREATE INDEX app_by_name ON app_users (name)"),
        "{plan}"
    );
    assert_eq!(versions(&session.upgrade(&migrator).unwrap().ran), [1, 2]);
    assert_eq!(case.observe().tables(), ["app_users", "rungs_log"]);
    assert_eq!(case.observe().rows("app_users"), ["1 app_é {{other}}"]);
    assert!(session.is_up_to_date(&migrator).unwrap());
    let written = migrator.migrations().iter().next().unwrap().up();
    assert!(written.text().contains("CREATE TABLE {{prefix}}users"));
    assert_eq!(
        session.history(&migrator).unwrap()[0].checksum,
        written.checksum()
    );
    assert_eq!(versions(&session.redo(&migrator).unwrap().ran), [2, 2]);
    session.downgrade_to(&migrator, "base").unwrap();
    assert_eq!(case.dump(), "");
}

fn two_prefixes(case: &Case<'_>) {
    let mut session = case.open();
    let a = migrator(case).placeholder("prefix", "a_");
    let b = migrator(case).placeholder("prefix", "b_");
    session.upgrade(&a).unwrap();
    assert_eq!(session.current(&b).unwrap(), None);
    assert_eq!(versions(&session.upgrade(&b).unwrap().ran), [1, 2]);
    assert_eq!(case.observe().tables(), ["a_users", "b_users", "rungs_log"]);
    session.downgrade_to(&a, "base").unwrap();
    assert_eq!(case.observe().tables(), ["b_users", "rungs_log"]);
    assert!(session.is_up_to_date(&b).unwrap());
    assert_eq!(session.history(&b).unwrap().len(), 2);
    let keys = case
        .observe()
        .query("SELECT DISTINCT set_key FROM rungs_log ORDER BY set_key");
    let keys: Vec<_> = keys.into_iter().flatten().flatten().collect();
    assert_eq!(keys, ["main prefix=a_", "main prefix=b_"]);
}

fn defaults(case: &Case<'_>) {
    let mut session = case.open();
    let declared = ("rungs.toml", "placeholders = [\"prefix=lib_\"]\n");
    let migrator = case.migrator(&[declared, USERS[1]]);
    session.upgrade(&migrator).unwrap();
    assert_eq!(case.observe().tables(), ["lib_users", "rungs_log"]);
    let same = migrator.clone().placeholder("prefix", "lib_");
    assert!(session.is_up_to_date(&same).unwrap());
    let none = migrator.placeholder("prefix", "");
    assert_eq!(versions(&session.upgrade(&none).unwrap().ran), [1]);
    assert_eq!(case.observe().tables(), ["lib_users", "rungs_log", "users"]);
    let keys = case
        .observe()
        .query("SELECT set_key FROM rungs_log ORDER BY set_key");
    let keys: Vec<_> = keys.into_iter().flatten().flatten().collect();
    assert_eq!(keys, ["main", "main prefix="]);
}

fn hostile(case: &Case<'_>) {
    let mut session = case.open();
    let long = "x".repeat(200);
    for value in [
        "a.b",
        "a'",
        "a\"; DROP TABLE users; --",
        "a`",
        "a\0",
        "A",
        "é",
        "a b",
        "{{prefix}}",
        &long,
    ] {
        let migrator = migrator(case).placeholder("prefix", value);
        assert_error!(
            session.upgrade(&migrator),
            Error::Placeholder(PlaceholderError::Invalid { .. })
        );
    }
    assert_error!(
        session.upgrade(&migrator(case)),
        Error::Placeholder(PlaceholderError::Missing { .. })
    );
    assert_error!(
        session.upgrade(
            &migrator(case)
                .placeholder("prefix", "a")
                .placeholder("other", "b")
        ),
        Error::Placeholder(PlaceholderError::Unknown { .. })
    );
    assert_error!(
        session.upgrade(&migrator(case).placeholder("prefix", "2")),
        Error::Placeholder(PlaceholderError::BadName { .. })
    );
    // Of 63 bytes, on a server nothing is left for the name behind it.
    let full = session.plan(
        &migrator(case).placeholder("prefix", &long[..63]),
        "head".into(),
    );
    let takes = case.by_family(true, false, false);
    assert_eq!(full.is_ok(), takes, "{full:?}");
    let sent = session.tape().commands();
    assert_eq!(sent.len(), usize::from(takes), "{sent:#?}");
}

fn positions(case: &Case<'_>) {
    let text = "UPDATE {{prefix}}users SET name = '日本' WHERE {{prefix}}users.id = 1;\n\
                /* é */ UPDATE {{prefix}}users SET name\n   = '日本 {{prefix}}', missing = '{{prefix}}' WHERE id = 1;\n";
    let files = [&USERS[..3], &[("2_bad.up.sql", text)]].concat();
    let prefix = "a_long_prefix_of_a_library_";
    let migrator = case.migrator(&files).placeholder("prefix", prefix);
    let error = statement_error(case.open().upgrade(&migrator).unwrap_err());
    assert!(error.statement.contains(prefix), "{error:?}");
    let (exact, statement) = ((3, 23), (2, 9));
    let told = if case.adapter().tells_place() {
        exact
    } else {
        statement
    };
    let places = case.by_family(vec![exact, statement], vec![told], vec![statement]);
    assert!(places.contains(&(error.line, error.column)), "{error:?}");
}

fn stored(case: &Case<'_>) {
    let mut session = case.open();
    let new = migrator(case);
    session
        .upgrade(&new.clone().placeholder("prefix", "a_"))
        .unwrap();
    session.upgrade(&new.placeholder("prefix", "b_")).unwrap();
    let old = case.migrator(&USERS[..3]).stored_downs(true);
    let old = old.placeholder("prefix", "a_");
    let plan = session.plan(&old, "base".into()).unwrap().to_string();
    assert!(plan.contains("DROP INDEX a_by_name"), "{plan}");
    session.downgrade_to(&old, "base").unwrap();
    assert_eq!(case.observe().tables(), ["b_users", "rungs_log"]);
    // A text in the log that was changed is not run, whatever the values in it are.
    case.observe()
        .query("UPDATE rungs_log SET down_script = replace(down_script, 'prefix=b_', 'prefix=b;')");
    let old = case.migrator(&USERS[..3]).stored_downs(true);
    let old = old.placeholder("prefix", "b_");
    assert_error!(session.downgrade_to(&old, "base"), Error::Irreversible(_));
}

fn guards(case: &Case<'_>) {
    let text = "-- rungs: when(SELECT count(*) > 5 FROM {{prefix}}users)\n\
                DELETE FROM {{prefix}}users;\n\
                -- rungs: batch(1)\n\
                UPDATE {{prefix}}users SET name = '{{prefix}}' WHERE name <> '{{prefix}}';\n\
                -- rungs: verify(SELECT count(*) = 1 FROM {{prefix}}users WHERE name = '{{prefix}}')\n";
    let files = [&USERS[..2], &[("2_names.up.sql", text)]].concat();
    let migrator = case.migrator(&files).placeholder("prefix", "a_");
    case.open().upgrade(&migrator).unwrap();
    assert_eq!(case.observe().rows("a_users"), ["1 a_"]);
}

/// What a run leaves that ends between a statement and its record.
fn doubt(case: &Case<'_>, text: &str, sent: &str) {
    let text = format!(
        "-- rungs: no-transaction\nINSERT INTO {{{{prefix}}}}users VALUES (2, 'Bob');\n{text}"
    );
    let files = [&USERS[..2], &[("2_doubt.up.sql", &text)]].concat();
    let migrator = case.migrator(&files).placeholder("prefix", "a_");
    let mut session = case.open();
    session.upgrade_to(&migrator, "1").unwrap();
    case.observe().query(sent);
    let error = statement_error(session.upgrade(&migrator).unwrap_err());
    assert!(error.statement.starts_with(sent), "{error:?}");
    case.observe().query(
        "UPDATE rungs_log SET outcome = 'started', session = NULL, error = NULL WHERE version = 2",
    );
    session.upgrade(&migrator).unwrap();
    assert!(session.is_up_to_date(&migrator).unwrap());
    assert_eq!(case.observe().rows("a_users").len(), 2);
    // Nobody has done that under the other prefix.
    let other = case.migrator(&files).placeholder("prefix", "b_");
    assert_eq!(versions(&session.upgrade(&other).unwrap().ran), [1, 2]);
}
