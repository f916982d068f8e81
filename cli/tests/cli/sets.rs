//! Several sets of migrations that `rungs.toml` names.

use crate::sandbox::Sandbox;

const CONFIG: &str = "\
dialect = 'sqlite'

[sets.orders]
dir = 'orders'

[sets.billing]
dir = 'billing'
key = 'bills'
";

fn sandbox() -> Sandbox {
    Sandbox::new(&[
        ("rungs.toml", CONFIG),
        (".env", "DATABASE_URL=sqlite:app.sqlite\n"),
        (
            "orders/1_orders.up.sql",
            "CREATE TABLE orders (id INTEGER);\n",
        ),
        ("orders/1_orders.down.sql", "DROP TABLE orders;\n"),
        (
            "billing/1_bills.up.sql",
            "CREATE TABLE bills (id INTEGER);\n",
        ),
        ("billing/1_bills.down.sql", "DROP TABLE bills;\n"),
    ])
}

fn run(sandbox: &Sandbox, line: &str, exit: i32) -> String {
    let words: Vec<&str> = line.split(' ').collect();
    let told = sandbox.run(&words);
    assert!(
        told.ends_with(&format!("--- exit {exit}")),
        "{line}: {told}"
    );
    told
}

/// Whether these come in this order.
fn in_order(text: &str, words: &[&str]) -> bool {
    let places: Vec<_> = words.iter().map(|word| text.find(word)).collect();
    places.iter().all(Option::is_some) && places.is_sorted()
}

#[test]
fn verbs_are_for_all_sets_of_rungs_toml_or_for_one() {
    let sandbox = sandbox();
    run(&sandbox, "status --exit-code", 3);
    let plan = run(&sandbox, "up --dry-run", 0);
    let both = [
        "orders:",
        "CREATE TABLE orders",
        "billing:",
        "CREATE TABLE bills",
    ];
    assert!(in_order(&plan, &both), "{plan}");
    let one = run(&sandbox, "plan --set billing", 0);
    assert!(
        one.contains("CREATE TABLE bills") && !one.contains("orders"),
        "{one}"
    );
    run(&sandbox, "up --set billing", 0);
    let status = run(&sandbox, "status", 0);
    assert!(
        in_order(&status, &["orders:", "pending", "billing:", "applied"]),
        "{status}"
    );
    run(&sandbox, "up", 0);
    run(&sandbox, "status --exit-code", 0);
    // The key in the log is that of the file.
    let log = run(&sandbox, "log --dir billing --key bills --format json", 0);
    assert!(log.contains("\"bills\""), "{log}");
    let down = run(&sandbox, "down --yes", 0);
    assert!(in_order(&down, &["billing:", "orders:"]), "{down}");
    run(&sandbox, "status --exit-code", 3);
}

#[test]
fn a_set_can_have_a_database_of_its_own() {
    let sandbox = sandbox();
    let config = format!("{CONFIG}variable = 'BILLS_URL'\n");
    sandbox.write("rungs.toml", &config);
    let unset = run(&sandbox, "up", 2);
    assert!(
        unset.contains("set `billing`: BILLS_URL, which rungs.toml names, is not set"),
        "{unset}"
    );
    let mut up = sandbox.command(&["up"]);
    let up = up.env("BILLS_URL", "sqlite:bills.sqlite").status();
    assert!(up.expect("the command runs").success());
    for (file, table) in [("app.sqlite", "orders"), ("bills.sqlite", "bills")] {
        let file = sandbox.path().join(file);
        let connection = rusqlite::Connection::open(file).expect("a database");
        let sql = "SELECT group_concat(name) FROM sqlite_master WHERE type = 'table' AND name <> 'rungs_log'";
        let tables: String = connection
            .query_row(sql, [], |row| row.get(0))
            .expect("a row");
        assert_eq!(tables, table);
    }
}

#[test]
fn what_is_not_clear_is_refused() {
    let sandbox = sandbox();
    // The file is read for the check of the files, too.
    run(&sandbox, "check orders", 0);
    let unknown = run(&sandbox, "up --set nope", 2);
    assert!(unknown.contains("there are orders, billing"), "{unknown}");
    let several = run(&sandbox, "up --key x", 2);
    assert!(several.contains("say which with --set"), "{several}");
    run(&sandbox, "trace 1", 2);
    run(&sandbox, "up --set orders --dir orders", 2);
    sandbox.write("rungs.toml", "dialect = 'sqlite'\n");
    let none = run(&sandbox, "up --set orders", 2);
    assert!(none.contains("[sets.NAME]"), "{none}");
}
