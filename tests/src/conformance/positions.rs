//! An error names the place in the file, also in a message of many statements.

use super::{Case, Scenario, everywhere, postgres, statement_error};

pub(super) const SCENARIOS: &[Scenario] = &[
    everywhere("the third statement of four is named", third_of_four),
    everywhere(
        "a name that does not exist is found behind multi-byte text",
        unknown_name,
    ),
    everywhere(
        "a violation is that of its statement, however many came before",
        violation,
    ),
    everywhere(
        "an error in the second of three migrations is that of the second",
        second_migration,
    ),
    everywhere(
        "an error in dynamic SQL is that of the statement around it",
        dynamic,
    ),
    postgres("a type that does not exist is found", unknown_type),
    postgres("an error in a block is found at its line", block),
];

/// What is said about a file that follows `CREATE TABLE users`: line, column and message.
fn place(case: &Case<'_>, text: &str) -> (u32, u32, String) {
    let users = super::THREE[0];
    let migrator = case.migrator(&[users, ("2_bad.up.sql", text)]);
    let error = statement_error(case.open().upgrade(&migrator).unwrap_err());
    assert_eq!(error.path, "migrations/2_bad.up.sql");
    (error.line, error.column, error.source.message)
}

fn third_of_four(case: &Case<'_>) {
    let text = "INSERT INTO users VALUES (2, 'é');\nINSERT INTO users VALUES (3, 'ü;');\n\
                -- 日本\n  INSERT INTO users VALUES (4, NULL);\nINSERT INTO users VALUES (5, 'x');\n";
    let (line, column, message) = place(case, text);
    assert_eq!((line, column), (4, 3), "{message}");
    let rows = case.observe().rows("users").len();
    assert_eq!(
        rows, 1,
        "a migration without definitions is undone everywhere"
    );
}

fn unknown_name(case: &Case<'_>) {
    let text = "INSERT INTO users VALUES (2, 'é');\n\
                /* 日本 */ UPDATE users SET name\n   = '日本', missing = 'é' WHERE id = 1;\n";
    let (line, column, message) = place(case, text);
    assert!(message.contains("missing"), "{message}");
    // MySQL says no place, and of the drivers of SQLite only some do.
    let exact = (3, 12);
    let statement = (2, 10);
    let told = if case.adapter().tells_place() {
        exact
    } else {
        statement
    };
    let places = case.by_family(vec![exact, statement], vec![told], vec![statement]);
    assert!(
        places.contains(&(line, column)),
        "{line}:{column} {message}"
    );
}

fn violation(case: &Case<'_>) {
    let mut text = String::new();
    text.extend((2..50).map(|id| format!("INSERT INTO users VALUES ({id}, '日本');\n")));
    text.push_str(
        "   INSERT INTO users VALUES (7, 'again');\nINSERT INTO users VALUES (99, 'x');\n",
    );
    let (line, column, message) = place(case, &text);
    assert_eq!((line, column), (49, 4), "{message}");
}

fn second_migration(case: &Case<'_>) {
    let files = [
        super::THREE[0],
        ("2_bad.up.sql", "\nINSERT INTO users VALUES (1, '日本');\n"),
        ("3_ok.up.sql", "INSERT INTO users VALUES (3, 'x');\n"),
    ];
    let error = case.open().upgrade(&case.migrator(&files)).unwrap_err();
    let error = statement_error(error);
    assert_eq!(
        (error.migration.version.number(), error.line, error.column),
        (2, 2, 1)
    );
    assert_eq!(case.applied(), [1]);
}

fn dynamic(case: &Case<'_>) {
    let text = case.by_family(
        "SELECT 1;\n  SELECT json('{');\n",
        "SELECT 1;\n  DO $$ BEGIN EXECUTE 'SELEC 1'; END $$;\n",
        "SELECT 1;\n  PREPARE s FROM 'SELEC 1';\n",
    );
    let (line, column, message) = place(case, text);
    // PostgreSQL says which line of a block, MySQL what it could not read.
    let in_block = if case.adapter().tells_context() {
        (2, 9)
    } else {
        (2, 3)
    };
    let expected = case.by_family((2, 3), in_block, (2, 19));
    assert_eq!((line, column), expected, "{message}");
}

fn unknown_type(case: &Case<'_>) {
    let text = "SELECT '日本';\nCREATE TABLE t (\n  id integer,\n  b /* é */ no_such_type\n);\n";
    let (line, column, message) = place(case, text);
    let told = case.adapter().tells_place();
    let expected = if told { (4, 13) } else { (2, 1) };
    assert_eq!((line, column), expected, "{message}");
}

fn block(case: &Case<'_>) {
    let text = "SELECT 1;\n DO $$\nBEGIN\n  PERFORM 1;\n  PERFORM missing_function();\nEND $$;\n";
    let (line, column, message) = place(case, text);
    let told = case.adapter().tells_context();
    let expected = if told { (5, 3) } else { (2, 2) };
    assert_eq!((line, column), expected, "{message}");
}
