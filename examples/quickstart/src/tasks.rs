//! What the program does with its tables; the newest migration is all it needs to know.

use std::fmt;

use anyhow::{Result, ensure};
use rusqlite::{Connection, Row, params};

/// The tasks in a database that is up to date.
pub(crate) struct Tasks<'a> {
    database: &'a Connection,
}

impl<'a> Tasks<'a> {
    pub(crate) fn new(database: &'a Connection) -> Self {
        Self { database }
    }

    /// Adds what a new user sees first.
    pub(crate) fn seed(&self) -> Result<()> {
        self.add("Sow tomatoes", "garden", Some("2026-04-01"))?;
        self.add("Mend the fence", "garden", None)?;
        self.add("Renew the passport", "inbox", Some("2026-09-30"))?;
        self.add("Learn how SQLite rebuilds a table", "reading", None)?;
        self.comment(1, "The seeds are in the green box.")?;
        self.finish(4)
    }

    pub(crate) fn add(&self, title: &str, project: &str, due: Option<&str>) -> Result<()> {
        let change = self.database.unchecked_transaction()?;
        change.execute(
            "INSERT INTO projects (name) VALUES (?1) ON CONFLICT DO NOTHING",
            [project],
        )?;
        change.execute(
            "INSERT INTO tasks (title, due_on, project_id)
             SELECT ?1, ?2, id FROM projects WHERE lower(name) = lower(?3)",
            params![title, due, project],
        )?;
        Ok(change.commit()?)
    }

    pub(crate) fn finish(&self, id: i64) -> Result<()> {
        let changed = self.database.execute(
            "UPDATE tasks SET done_at = coalesce(done_at, CURRENT_TIMESTAMP) WHERE id = ?1",
            [id],
        )?;
        ensure!(changed == 1, "there is no task {id}");
        Ok(())
    }

    pub(crate) fn comment(&self, id: i64, body: &str) -> Result<()> {
        let changed = self.database.execute(
            "INSERT INTO comments (task_id, body) SELECT id, ?2 FROM tasks WHERE id = ?1",
            params![id, body],
        )?;
        ensure!(changed == 1, "there is no task {id}");
        Ok(())
    }

    /// Open tasks first, the most urgent of them on top.
    pub(crate) fn list(&self) -> Result<List> {
        let mut query = self.database.prepare(
            "SELECT id, project, title, due_on, done, comments FROM task_list
             ORDER BY done, due_on NULLS LAST, id",
        )?;
        let tasks = query.query_map([], Task::from_row)?;
        Ok(List(tasks.collect::<Result<_, _>>()?))
    }
}

struct Task {
    id: i64,
    project: String,
    title: String,
    due: Option<String>,
    done: bool,
    comments: i64,
}

impl Task {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            project: row.get("project")?,
            title: row.get("title")?,
            due: row.get("due_on")?,
            done: row.get("done")?,
            comments: row.get("comments")?,
        })
    }
}

/// Tasks as a table for people.
pub(crate) struct List(Vec<Task>);

impl fmt::Display for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lengths = self.0.iter().map(|task| task.project.chars().count());
        let width = lengths.max().unwrap_or(0).max("project".len());
        write!(
            f,
            "{:>4}      {:<width$}  {:<10}  task",
            "id", "project", "due"
        )?;
        for task in &self.0 {
            let mark = if task.done { "[x]" } else { "[ ]" };
            let due = task.due.as_deref().unwrap_or("");
            write!(
                f,
                "\n{:>4}  {mark} {:<width$}  {due:<10}  {}",
                task.id, task.project, task.title
            )?;
            match task.comments {
                0 => {}
                1 => f.write_str(" (1 comment)")?,
                many => write!(f, " ({many} comments)")?,
            }
        }
        Ok(())
    }
}
