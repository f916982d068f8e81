//! A task tracker that migrates its own database when it starts.

#![expect(clippy::print_stdout, reason = "this program talks to a person")]

mod tasks;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use clap::{Parser, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use rungs::{Event, Migrations, Migrator, Report, Target};
use rusqlite::Connection;

use crate::tasks::Tasks;

/// Every file of the folder, checked by `cargo build` and carried by the program.
static MIGRATIONS: Migrations = rungs::migrations!("migrations");

/// Keeps a list of tasks in a SQLite file.
#[derive(Parser)]
struct Arguments {
    /// The database; it is created when it does not exist.
    #[arg(long, global = true, default_value = "tasks.sqlite")]
    file: PathBuf,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// List the tasks (this is what happens without a command).
    List,
    /// Add a task.
    Add {
        /// What is to be done.
        title: String,
        /// The project it belongs to; a new name makes a new project.
        #[arg(long, default_value = "inbox")]
        project: String,
        /// The day by which it should be done, as in 2026-05-31.
        #[arg(long)]
        due: Option<String>,
    },
    /// Mark a task as done.
    Done {
        /// The number in the list.
        id: i64,
    },
    /// Say something about a task.
    Comment {
        /// The number in the list.
        id: i64,
        /// What is to be said.
        body: String,
    },
    /// Undo migrations; the next start applies them again.
    Downgrade {
        /// Where to stop: a version, the name of a migration, or -1 for one step.
        #[arg(default_value = "-1", allow_hyphen_values = true)]
        target: Target,
    },
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let is_new = !arguments.file.exists();
    let mut database = Connection::open(&arguments.file)?;
    if let Some(Command::Downgrade { target }) = arguments.command {
        println!("{}", MIGRATIONS.downgrade_to(&mut database, target)?);
        return Ok(());
    }

    println!("{}\n", upgrade(&mut database)?);
    let tasks = Tasks::new(&database);
    if is_new {
        tasks.seed()?;
    }
    match arguments.command {
        Some(Command::Add {
            title,
            project,
            due,
        }) => tasks.add(&title, &project, due.as_deref())?,
        Some(Command::Done { id }) => tasks.finish(id)?,
        Some(Command::Comment { id, body }) => tasks.comment(id, &body)?,
        Some(Command::List | Command::Downgrade { .. }) | None => {}
    }
    println!("{}", tasks.list()?);
    Ok(())
}

/// Brings the database to the newest migration. The bar is for the day when one of them takes
/// minutes; it is gone when the report is printed, and never drawn where there is no terminal.
fn upgrade(database: &mut Connection) -> Result<Report> {
    let style = ProgressStyle::with_template("{spinner} {pos}/{len} {wide_msg}")?;
    let bar = ProgressBar::new(0).with_style(style);
    bar.enable_steady_tick(Duration::from_millis(100));
    let shown = bar.clone();
    let report = Migrator::new(&MIGRATIONS)
        .observer(move |event| show(&shown, event))
        .upgrade(database);
    bar.finish_and_clear();
    Ok(report?)
}

fn show(bar: &ProgressBar, event: &Event<'_>) {
    match event {
        Event::Planned { plan } => bar.set_length(plan.steps().len() as u64),
        Event::MigrationDone { .. } => bar.inc(1),
        _ => bar.set_message(event.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A migration that moves data deserves a test: stop before it, add data, go on, look.
    #[test]
    fn comments_survive_the_rebuild_of_the_table_that_they_refer_to() -> Result<()> {
        let mut database = Connection::open_in_memory()?;
        let before: Target = "create_comments".parse()?;
        MIGRATIONS.upgrade_to(&mut database, before)?;
        database.execute_batch(
            "PRAGMA foreign_keys = ON;
             INSERT INTO tasks (title, project) VALUES ('Weed', 'garden'), ('Dig', 'Garden');
             INSERT INTO comments (task_id, body) VALUES (1, 'Not the mint!'), (2, 'Deep.');",
        )?;

        MIGRATIONS.upgrade(&mut database)?;
        let sql = "SELECT group_concat(project || ' ' || title || ' ' || comments) FROM task_list";
        let list: String = database.query_row(sql, [], |row| row.get(0))?;
        assert_eq!(list, "garden Weed 1,garden Dig 1");
        Ok(())
    }
}
