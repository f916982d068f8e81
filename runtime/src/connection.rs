//! What an adapter implements: a connection that runs one command at a time.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::iter;
use std::time::Duration;

/// A database system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Database {
    /// MySQL and MariaDB.
    Mysql,
    /// PostgreSQL.
    Postgres,
    /// SQLite.
    Sqlite,
}

impl Database {
    pub(crate) const fn bit(self) -> u8 {
        match self {
            Self::Mysql => 1,
            Self::Postgres => 2,
            Self::Sqlite => 4,
        }
    }
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mysql => "MySQL",
            Self::Postgres => "PostgreSQL",
            Self::Sqlite => "SQLite",
        })
    }
}

/// One message to a database: SQL text without parameters, and what it does to the transaction.
///
/// On SQLite the text is one statement. On the servers it is one or more, each after the first on a
/// new line, with a semicolon between them; they are sent together, in the simple (text) protocol, so
/// that a run costs few round trips and works through poolers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    sql: Cow<'static, str>,
    /// Where the statements after the first begin.
    starts: Vec<usize>,
    effect: Effect,
    answers: bool,
}

/// What stands between two statements of a text: a comment at the end of the first must end too.
const SEPARATOR: &str = ";\n";

/// What a command does to the transaction of its connection.
///
/// Adapters whose driver keeps its own count of open transactions use this to keep it right; others
/// send the text and need not look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Effect {
    /// It leaves the transaction as it is.
    None,
    /// It begins one.
    Begin,
    /// It commits the one that is open.
    Commit,
    /// It rolls back the one that is open.
    Rollback,
}

impl Command {
    pub(crate) fn new(sql: impl Into<Cow<'static, str>>, effect: Effect) -> Self {
        Self {
            sql: sql.into(),
            starts: Vec::new(),
            effect,
            answers: false,
        }
    }

    /// Says whether its rows are read.
    #[must_use]
    pub fn with_answer(self, answers: bool) -> Self {
        Self { answers, ..self }
    }

    /// A command of these statements, none of which ends with a semicolon.
    ///
    /// The engine makes its own commands; this is for the tests of an adapter.
    ///
    /// ```
    /// let command = rungs::Command::of(&["SELECT 1", "SELECT 2"]);
    /// assert_eq!(command.sql(), "SELECT 1;\nSELECT 2");
    /// assert_eq!(Vec::from_iter(command.statements()), [(0, "SELECT 1"), (10, "SELECT 2")]);
    /// ```
    pub fn of(statements: &[impl AsRef<str>]) -> Self {
        let mut statements = statements.iter().map(AsRef::as_ref);
        let first = statements.next().unwrap_or_default().to_owned();
        let mut command = Self::new(first, Effect::None);
        for statement in statements {
            command.push(statement);
        }
        command
    }

    /// Adds a statement, and says where it begins.
    pub(crate) fn push(&mut self, statement: &str) -> usize {
        let sql = self.sql.to_mut();
        sql.push_str(SEPARATOR);
        let start = sql.len();
        sql.push_str(statement);
        self.starts.push(start);
        start
    }

    /// The text to send.
    pub fn sql(&self) -> &str {
        &self.sql
    }

    /// The statements of the text, each with the byte at which it begins: for drivers that must treat
    /// the last one in another way to get its rows. What is before it stays one message.
    pub fn statements(&self) -> impl Iterator<Item = (usize, &str)> {
        let ends = self.starts.iter().map(|start| start - SEPARATOR.len());
        let ends = ends.chain([self.sql.len()]);
        let starts = iter::once(0).chain(self.starts.iter().copied());
        starts
            .zip(ends)
            .filter_map(|(start, end)| Some((start, self.sql.get(start..end)?)))
    }

    /// Whether the rows of its last statement are read; where they are not, none need be returned.
    pub const fn answers(&self) -> bool {
        self.answers
    }

    /// What it does to the transaction.
    pub const fn effect(&self) -> Effect {
        self.effect
    }
}

/// The rows that the last statement of a command answered, each value as text or NULL; none when it
/// answers none.
pub type Rows = Vec<Vec<Option<String>>>;

/// What the database or the driver said when a command failed.
#[derive(Debug)]
#[non_exhaustive]
pub struct DriverError {
    /// The database's message.
    pub message: String,
    /// The database's own code, such as `1555` (SQLite, extended result code), `42P01` (PostgreSQL) or
    /// `1146` (MySQL); none when it is not the database that complains, but the driver or the network.
    pub code: Option<String>,
    /// What the database says beyond its message: PostgreSQL's detail and context, a line each.
    pub detail: Option<String>,
    /// The byte of the command's text that the database complains about.
    pub offset: Option<usize>,
    /// How many statements of the command's text were complete before the error; none when the driver
    /// does not say.
    pub completed: Option<usize>,
    /// The driver's error.
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

impl DriverError {
    /// An error with the database's message, and the driver's error that it was taken from.
    pub fn new(
        message: impl Into<String>,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self {
            message: message.into(),
            code: None,
            detail: None,
            offset: None,
            completed: None,
            source: source.into(),
        }
    }

    /// Adds the database's own code.
    pub fn code(mut self, code: Option<String>) -> Self {
        self.code = code;
        self
    }

    /// Adds what the database says beyond its message.
    pub fn detail(mut self, detail: Option<String>) -> Self {
        self.detail = detail;
        self
    }

    /// Adds the byte of the command's text that the database complains about.
    pub fn offset(mut self, offset: Option<usize>) -> Self {
        self.offset = offset;
        self
    }

    /// Adds how many statements of the command's text were complete before the error.
    pub fn completed(mut self, completed: usize) -> Self {
        self.completed = Some(completed);
        self
    }
}

impl fmt::Display for DriverError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A trigger may say anything, and a terminal would obey some of it.
        f.write_str(&in_one_line(&self.message))?;
        if let Some(code) = &self.code {
            write!(f, " (code {code})")?;
        }
        match &self.detail {
            Some(detail) => write!(f, ": {}", in_one_line(detail)),
            None => Ok(()),
        }
    }
}

fn in_one_line(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines.join("; ").replace(char::is_control, "\u{fffd}")
}

impl std::error::Error for DriverError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        // The message of the driver's error is already in ours; what lies beneath it is not.
        self.source.source()
    }
}

/// A connection whose calls block.
///
/// An adapter is this trait for the connection type of a driver. It decides nothing: it runs the
/// text it is given to the end, reads the answer of every statement in it, and hands back the rows of
/// the last one, every value as text. When a statement fails, the ones after it have not run, and the
/// error says how many were complete before it; where the driver does not tell, the engine finds out.
///
/// ```
/// use rungs::{Command, Connection, Database, DriverError, Rows};
///
/// /// Shows every command before it runs.
/// struct Loud<C>(C);
///
/// impl<C: Connection> Connection for Loud<C> {
///     fn database(&self) -> Database {
///         self.0.database()
///     }
///
///     fn run(&mut self, command: &Command) -> Result<Rows, DriverError> {
///         eprintln!("{}", command.sql());
///         self.0.run(command)
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no blocking connection that rungs knows",
    note = "turn on the feature of its driver in Cargo.toml: `diesel-mysql`, `diesel-postgres`, `diesel-sqlite`, `rusqlite`, `rust-mysql` (crate mysql) or `rust-postgres` (crate postgres)",
    note = "a connection of r2d2 leads to one of its driver: `&mut *connection`",
    note = "connections of diesel-async, mysql_async, sqlx and tokio-postgres are awaited: `upgrade_async`"
)]
pub trait Connection {
    /// The system it is connected to.
    fn database(&self) -> Database;

    /// Runs one command to the end.
    fn run(&mut self, command: &Command) -> Result<Rows, DriverError>;

    /// Whether its errors say how many statements of a command were complete. Where they do not,
    /// migrations share no message, and one whose statement fails is sent once more, one statement at
    /// a time, to find it.
    fn counts_statements(&self) -> bool {
        true
    }

    /// The connection itself, for functions that migrations call with `-- rungs: call(name)`: they
    /// take connections of one type. None where it is borrowed from somewhere.
    fn as_any(&mut self) -> Option<&mut (dyn Any + Send)> {
        None
    }

    /// Waits before a command is tried again.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that sleeps"
    )]
    fn sleep(&mut self, pause: Duration) {
        std::thread::sleep(pause);
    }
}

/// A connection whose calls are awaited; otherwise the same as [`Connection`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no async connection that rungs knows",
    note = "turn on the feature of its driver in Cargo.toml: `diesel-async-postgres`, `mysql-async`, `sqlx-mysql`, `sqlx-postgres`, `sqlx-sqlite` or `tokio-postgres`",
    note = "connections of diesel, mysql, postgres and rusqlite are not awaited: `upgrade`"
)]
pub trait AsyncConnection: Send {
    /// The system it is connected to.
    fn database(&self) -> Database;

    /// Runs one command to the end.
    fn run(&mut self, command: &Command) -> impl Future<Output = Result<Rows, DriverError>> + Send;

    /// Whether its errors say how many statements of a command were complete. Where they do not,
    /// migrations share no message, and one whose statement fails is sent once more, one statement at
    /// a time, to find it.
    fn counts_statements(&self) -> bool {
        true
    }

    /// The connection itself, for functions that migrations call with `-- rungs: call(name)`: they
    /// take connections of one type. None where it is borrowed from somewhere.
    fn as_any(&mut self) -> Option<&mut (dyn Any + Send)> {
        None
    }

    /// Waits before a command is tried again.
    fn sleep(&mut self, pause: Duration) -> impl Future<Output = ()> + Send;

    /// Called when a run is dropped before it ended: starts these commands, one after the other,
    /// without waiting for what they answer. Each may fail.
    fn abandon(&mut self, commands: &[Command]);
}

/// Where an async run gets its connection from: `&mut` connection, or a reference to a pool.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no source of async connections that rungs knows",
    note = "give it `&mut` a connection or `&` a pool, and turn on the feature of the driver: `diesel-async-postgres`, `mysql-async`, `sqlx-mysql`, `sqlx-postgres`, `sqlx-sqlite` or `tokio-postgres`",
    note = "what a pool of tokio-postgres hands out leads to a connection: `&mut **object` for deadpool, `&mut *connection` for bb8",
    note = "connections of diesel, mysql, postgres and rusqlite are not awaited: `upgrade`"
)]
pub trait Acquire {
    /// The connection.
    type Connection: AsyncConnection;

    /// Gets it.
    fn acquire(self) -> impl Future<Output = Result<Self::Connection, DriverError>> + Send;
}

impl<C: Connection + ?Sized> Connection for Box<C> {
    fn database(&self) -> Database {
        (**self).database()
    }

    fn run(&mut self, command: &Command) -> Result<Rows, DriverError> {
        (**self).run(command)
    }

    fn counts_statements(&self) -> bool {
        (**self).counts_statements()
    }

    fn as_any(&mut self) -> Option<&mut (dyn Any + Send)> {
        (**self).as_any()
    }

    fn sleep(&mut self, pause: Duration) {
        (**self).sleep(pause);
    }
}

impl<C: AsyncConnection> AsyncConnection for &mut C {
    fn database(&self) -> Database {
        C::database(self)
    }

    fn counts_statements(&self) -> bool {
        C::counts_statements(self)
    }

    fn as_any(&mut self) -> Option<&mut (dyn Any + Send)> {
        C::as_any(self)
    }

    fn run(&mut self, command: &Command) -> impl Future<Output = Result<Rows, DriverError>> + Send {
        C::run(self, command)
    }

    fn sleep(&mut self, pause: Duration) -> impl Future<Output = ()> + Send {
        C::sleep(self, pause)
    }

    fn abandon(&mut self, commands: &[Command]) {
        C::abandon(self, commands);
    }
}

impl<'c, C: AsyncConnection> Acquire for &'c mut C {
    type Connection = &'c mut C;

    async fn acquire(self) -> Result<Self::Connection, DriverError> {
        Ok(self)
    }
}
