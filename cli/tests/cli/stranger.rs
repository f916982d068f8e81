//! Somebody who has just installed the program and reads `rungs --help`.

use crate::sandbox::Sandbox;
use crate::transcript::Transcript;

#[test]
fn the_help_leads_to_a_migrated_database() {
    let sandbox = Sandbox::new(&[]);
    let mut transcript = Transcript::default();
    let type_in = |transcript: &mut Transcript, line: &str, database: bool| {
        let words: Vec<&str> = line.split(' ').skip(1).collect();
        let mut command = sandbox.command(&words);
        if database {
            command.env("DATABASE_URL", "sqlite:app.sqlite");
        }
        transcript.add(line, &mut command);
    };
    let help = sandbox.run(&["--help"]);
    for line in STEPS.iter().filter(|line| line.starts_with("rungs ")) {
        let line = line.split(" --operator").next().unwrap_or_default();
        assert!(
            help.contains(&format!("  {line}")),
            "the help names `{line}`"
        );
    }
    type_in(&mut transcript, STEPS[0], false);
    type_in(&mut transcript, STEPS[1], false);
    transcript.note("echo 'CREATE TABLE users (name TEXT);' > migrations/0001_create_users.up.sql");
    sandbox.write(
        "migrations/0001_create_users.up.sql",
        "CREATE TABLE users (name TEXT);\n",
    );
    transcript.note("echo 'DROP TABLE users;' > migrations/0001_create_users.down.sql");
    sandbox.write(
        "migrations/0001_create_users.down.sql",
        "DROP TABLE users;\n",
    );
    type_in(&mut transcript, STEPS[2], false);
    transcript.note("export DATABASE_URL=sqlite:app.sqlite");
    for line in &STEPS[3..] {
        type_in(&mut transcript, line, true);
    }
    transcript.must_stand_in("docs/command-line.md", "stranger");
}

const STEPS: &[&str] = &[
    "rungs init --dialect sqlite",
    "rungs new create_users",
    "rungs check migrations",
    "rungs up --dry-run",
    "rungs up --operator ada",
    "rungs status",
];
