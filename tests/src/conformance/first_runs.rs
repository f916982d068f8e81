//! The ordinary life of a database.

use std::sync::{Arc, Mutex};

use rungs::Event;

use super::{Case, Scenario, THREE, everywhere, versions};

pub(super) const SCENARIOS: &[Scenario] = &[
    everywhere("a first run applies everything in order", first_run),
    everywhere(
        "nothing to do is one command that writes nothing",
        nothing_to_do,
    ),
    everywhere("a second release applies what is new", second_release),
    everywhere(
        "the log says who, when, how long and with which checksum",
        log_row,
    ),
    everywhere("events come in the order of what happens", events),
    everywhere(
        "a run tells what it does before and after, also when it fails",
        hooks,
    ),
    everywhere("what comes before a run can refuse it", refused),
    everywhere(
        "quotes, unicode and long texts reach the database as they are",
        texts,
    ),
    everywhere(
        "names with quotes and of any alphabet come back as they were",
        names,
    ),
    everywhere("a migration can have a thousand statements", thousand),
    everywhere("a statement can have five megabytes", megabytes),
    everywhere("what a statement answers does not matter", answers),
    everywhere("an empty set is up to date", empty_set),
    everywhere(
        "a file without statements is applied and undone",
        without_statements,
    ),
];

fn first_run(case: &Case<'_>) {
    let report = case.open().upgrade(&case.migrator(THREE)).unwrap();
    assert_eq!(versions(&report.ran), [1, 2, 3]);
    assert_eq!(report.current.map(rungs::Version::number), Some(3));
    assert!(!report.already_up_to_date());
    let mut observer = case.observe();
    assert_eq!(observer.tables(), ["posts", "rungs_log", "tags", "users"]);
    assert_eq!(observer.rows("users"), ["1 Ada"]);
    assert_eq!(
        case.log(),
        ["1 run success 2", "2 run success 1", "3 run success 1"]
    );
    let shown = report.to_string();
    let lines: Vec<_> = shown.lines().collect();
    assert!(lines[0].starts_with("+ 1 users (2 statements, "), "{shown}");
    assert!(lines[1].starts_with("+ 2 posts (1 statement, "), "{shown}");
    assert_eq!(lines[3], "the database is at 3");
}

fn without_statements(case: &Case<'_>) {
    const NOTHING: &str = "-- rungs: allow-file(empty-file) the number is known elsewhere\n";
    let files = [
        ("1_users.up.sql", "CREATE TABLE users (id INTEGER);"),
        ("1_users.down.sql", "DROP TABLE users;"),
        ("2_nothing.up.sql", NOTHING),
        ("2_nothing.down.sql", NOTHING),
    ];
    let mut session = case.open();
    let migrator = case.migrator(&files);
    session.upgrade(&migrator).unwrap();
    assert_eq!(case.log(), ["1 run success 1", "2 run success 0"]);
    session.downgrade_to(&migrator, "base").unwrap();
    assert_eq!(case.observe().tables(), ["rungs_log"]);
    session.upgrade(&migrator).unwrap();
    assert_eq!(case.applied(), [1, 2]);
}

fn nothing_to_do(case: &Case<'_>) {
    let mut session = case.open();
    let migrator = case.migrator(THREE);
    session.upgrade(&migrator).unwrap();
    let before = case.observe().rows("rungs_log");
    let (report, sent) = case.sent_by(|| session.upgrade(&migrator).unwrap());
    assert!(report.already_up_to_date());
    assert_eq!(report.to_string(), "nothing to do, the database is at 3");
    assert_eq!(sent.len(), 1, "{sent:#?}");
    let (is_up_to_date, sent) = case.sent_by(|| session.is_up_to_date(&migrator).unwrap());
    assert!(is_up_to_date);
    assert_eq!(sent.len(), 1, "{sent:#?}");
    assert_eq!(case.observe().rows("rungs_log"), before);
}

fn second_release(case: &Case<'_>) {
    let mut session = case.open();
    session.upgrade(&case.migrator(&THREE[..2])).unwrap();
    let report = session.upgrade(&case.migrator(THREE)).unwrap();
    assert_eq!(versions(&report.ran), [2, 3]);
    assert_eq!(case.applied(), [1, 2, 3]);
}

fn log_row(case: &Case<'_>) {
    let mut session = case.open();
    let migrator = case.migrator(&THREE[..2]).operator("O'Brien");
    session.upgrade(&migrator).unwrap();
    let entries = session.history(&migrator).unwrap();
    let [entry] = &entries[..] else {
        panic!("{entries:?}");
    };
    assert_eq!((entry.seq, entry.version.number()), (1, 1));
    assert_eq!(entry.name, "users");
    assert_eq!(entry.operator.as_deref(), Some("O'Brien"));
    assert_eq!(
        entry.checksum,
        case.table(THREE).iter().next().unwrap().up().checksum()
    );
    assert_eq!(
        entry.state.as_deref(),
        Some(case.table(&THREE[..2]).state())
    );
    assert_eq!(entry.started_at.len(), "2026-01-31T12:00:00.000Z".len());
    assert!(entry.duration_ms.is_some_and(|duration| duration >= 0));
    assert_eq!(entry.error.as_deref(), None);
    assert_eq!(entry.progress.is_none(), case.is_transactional());
    let down = case.observe().value("SELECT down_script FROM rungs_log");
    // What the compiler knows of it stands in a comment.
    let (comment, down) = down.as_deref().unwrap().split_once('\n').unwrap();
    assert!(comment.starts_with("-- "), "{comment}");
    assert_eq!(down, "DROP TABLE users;\n");
}

fn events(case: &Case<'_>) {
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let writer = Arc::clone(&seen);
    let migrator = case.migrator(&THREE[..4]).observer(move |event| {
        if let Event::StatementStarted { .. } = event {
            return;
        }
        let text = event.to_string();
        let text = text
            .split_once(" done in")
            .map_or(&*text, |(before, _)| before);
        writer.lock().unwrap().push(text.to_owned());
    });
    case.open().upgrade(&migrator).unwrap();
    let first = [
        "1 users: statement 1 of 2 done",
        "1 users: statement 2 of 2 done",
        "1 users (up)",
    ];
    let one_by_one = [&["1 users (up) ..."], &first[..], &["2 posts (up) ..."]].concat();
    let in_one_message = [&["1 users (up) ...", "2 posts (up) ..."], &first[..]].concat();
    // Where the driver does not count, migrations share no message.
    let counts = case.adapter().counts();
    let postgres = if counts {
        in_one_message
    } else {
        one_by_one.clone()
    };
    let ways = case.by_family(one_by_one.clone(), postgres, one_by_one);
    let rest = [
        "2 posts: statement 1 of 1 done",
        "2 posts (up)",
        "migrations run: 2",
    ];
    assert_eq!(
        *seen.lock().unwrap(),
        [&["migrations to run: 2"], &ways[..], &rest[..]].concat()
    );
}

/// What is told from before a run to after it, whatever goes wrong.
fn hooks(case: &Case<'_>) {
    let told: Arc<Mutex<Vec<String>>> = Arc::default();
    let (before, events) = (Arc::clone(&told), Arc::clone(&told));
    let bad = ("2_bad.up.sql", "INSERT INTO nowhere VALUES (1);\n");
    let migrator = case
        .migrator(&[&THREE[..2], &[bad]].concat())
        .before_run(move |plan| {
            let steps = plan.steps().len();
            before.lock().unwrap().push(format!("{steps} steps"));
            Ok::<(), String>(())
        })
        .observer(move |event| {
            let text = match event {
                Event::StatementStarted { sql, .. } => (*sql).to_owned(),
                Event::MigrationFailed { migration, .. } => format!("{migration} failed"),
                Event::RunFailed { error } => format!("{:?} failed", error.kind()),
                _ => return,
            };
            events.lock().unwrap().push(text);
        });
    let mut session = case.open();
    session.upgrade(&migrator).unwrap_err();
    let told = told.lock().unwrap();
    assert_eq!(told[0], "2 steps");
    assert!(told[1].starts_with("CREATE TABLE users"), "{told:?}");
    assert_eq!(told[told.len() - 2..], ["2 bad failed", "Upgrade failed"]);
    assert_eq!(told.iter().filter(|it| it.ends_with("steps")).count(), 1);
}

fn refused(case: &Case<'_>) {
    let migrator = case
        .migrator(THREE)
        .before_run(|_| Err("the backup failed"));
    let mut session = case.open();
    let error = session.upgrade(&migrator).unwrap_err();
    assert_eq!(
        error.to_string(),
        "nothing was run, as what comes before it failed: the backup failed"
    );
    assert_eq!(case.dump(), "");
    session.upgrade(&case.migrator(THREE)).unwrap();
    assert!(session.upgrade(&migrator).unwrap().already_up_to_date());
}

fn texts(case: &Case<'_>) {
    let long = "ü".repeat(100_000);
    let name = case.by_family("\"q\"\"uote\"", "\"q\"\"uote\"", "`q``uote`");
    let kind = case.by_family("TEXT", "TEXT", "LONGTEXT");
    let text = format!(
        "CREATE TABLE {name} (id INTEGER PRIMARY KEY, t {kind});\n\
         INSERT INTO {name} VALUES (1, 'it''s; -- no comment'), (2, '日本 \u{1f980}'), (3, '{long}');\n"
    );
    case.open()
        .upgrade(&case.migrator(&[("1_a.up.sql", &text)]))
        .unwrap();
    let rows = case
        .observe()
        .query(&format!("SELECT t FROM {name} ORDER BY id"));
    let expected = ["it's; -- no comment", "日本 \u{1f980}", &long];
    assert_eq!(rows, expected.map(|text| vec![Some(text.to_owned())]));
}

fn names(case: &Case<'_>) {
    let name = r#"O'Brien "日本" \' ; -- ${x} %s ` 🦀"#;
    let migrator = case.migrator(THREE).key(name).operator(name);
    let mut session = case.open();
    session.upgrade(&migrator).unwrap();
    let entries = session.history(&migrator).unwrap();
    assert_eq!(entries.len(), 3);
    assert_eq!(entries[2].operator.as_deref(), Some(name));
    let key = case.observe().value("SELECT set_key FROM rungs_log");
    assert_eq!(key.as_deref(), Some(name));
    assert!(session.upgrade(&migrator).unwrap().already_up_to_date());
}

fn thousand(case: &Case<'_>) {
    let mut text = "CREATE TABLE a (b INTEGER);\n".to_owned();
    text.extend((1..1000).map(|b| format!("INSERT INTO a VALUES ({b});\n")));
    let migrator = case.migrator(&[("1_a.up.sql", &text)]);
    case.open().upgrade(&migrator).unwrap();
    assert_eq!(case.log(), ["1 run success 1000"]);
    assert_eq!(case.observe().rows("a").len(), 999);
}

fn megabytes(case: &Case<'_>) {
    let long = "x".repeat(5 << 20);
    let kind = case.by_family("TEXT", "TEXT", "LONGTEXT");
    let text = format!("CREATE TABLE a (b {kind});\nINSERT INTO a VALUES ('{long}');\n");
    let migrator = case.migrator(&[("1_a.up.sql", &text)]);
    case.open().upgrade(&migrator).unwrap();
    let length = case.observe().value("SELECT length(b) FROM a");
    assert_eq!(length, Some(long.len().to_string()));
}

fn answers(case: &Case<'_>) {
    let text = case.by_family(
        "SELECT x'ff', CAST(x'ff' AS TEXT), 1.5, NULL, 1 UNION ALL SELECT 1, 2, 3, 4, 5;\n",
        "SELECT '\\xff'::bytea, 'a', 1.5, NULL, now(), ARRAY[1, 2] UNION ALL SELECT '', 'b', 2, 3, now(), NULL;\n",
        "SELECT x'ff', 'a', 1.5, NULL, now() UNION ALL SELECT x'00', 'b', 3, 4, now();\n",
    );
    case.open()
        .upgrade(&case.migrator(&[("1_a.up.sql", text)]))
        .unwrap();
    assert_eq!(case.log(), ["1 run success 1"]);
}

fn empty_set(case: &Case<'_>) {
    let migrator = rungs::Migrator::new(&rungs::Migrations::EMPTY);
    let report = case.open().upgrade(&migrator).unwrap();
    assert_eq!(report.to_string(), "nothing to do, the database is at base");
    assert_eq!(case.dump(), "");
}
