//! The cursor over a script: hands out one command at a time and takes its reply.
//!
//! It does no I/O and reads no clock. A driver calls [`Engine::request`], does what it says, answers
//! with [`Engine::reply`] (after a command, not after a pause), until there is no request left, and
//! then takes the result with [`Engine::finish`].

#[cfg(feature = "adopt")]
mod adoption;
mod batch;
mod failure;
mod file;
mod foreign_keys;
mod holder;
mod message;
mod progress;
mod reading;
mod recovery;
mod server;
#[cfg(feature = "tracing")]
mod spans;
mod trial;
mod waiting;

use std::any::TypeId;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

use batch::Batches;
use foreign_keys::ForeignKeys;
use message::Message;
use trial::Trying;
use waiting::Waiting;

#[cfg(feature = "adopt")]
use crate::adopt::{Adoption, Source};
use crate::connection::{Command, Database, DriverError, Rows};
use crate::database::{self, Log, Sql};
use crate::error::Error;
use crate::log::{Applied, LogEntry};
use crate::migrator::{Options, options};
use crate::plan::{self, Goal, Plan, Step};
use crate::report::Report;
use crate::script::{Failure, Item, Purpose, Writer};
use crate::table::Migrations;
use crate::trial::Trial;

/// What the driver is to do next.
#[derive(Debug)]
pub(crate) enum Request<'a> {
    Run(&'a Command),
    /// Calls a function of the application.
    Call(&'static str),
    Sleep(Duration),
}

/// What a run begins with: when that is, something that differs from that of every other run (the
/// engine reads neither a clock nor randomness), and what its driver can do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Beginning {
    pub(crate) now: Instant,
    pub(crate) seed: u64,
    /// Whether the driver counts the statements of a command that are complete.
    pub(crate) counts: bool,
    /// Which type of connection the functions of migrations are given.
    pub(crate) connection: Option<TypeId>,
}

/// What the caller wants to know or to have done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Task {
    /// Read the log.
    Read,
    /// Say whether everything is applied.
    Check,
    /// Plan without doing.
    Plan(Goal),
    /// Plan and do.
    Reach(Goal),
    /// Plan, do, and roll all of it back.
    Try(Goal),
    /// Say what would be taken over from another tool.
    #[cfg(feature = "adopt")]
    PlanAdoption(Source),
    /// Take it over.
    #[cfg(feature = "adopt")]
    Adopt(Source),
}

/// What came of it.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) entries: Vec<LogEntry>,
    pub(crate) applied: Applied,
    pub(crate) plan: Option<Plan>,
    pub(crate) report: Report,
    pub(crate) trial: Trial,
    #[cfg(feature = "adopt")]
    pub(crate) adoption: Option<Adoption>,
}

pub(crate) struct Engine<'a> {
    table: Migrations,
    options: &'a Options,
    log: Log,
    database: Database,
    sql: &'static dyn Sql,
    task: Task,
    queue: VecDeque<Item>,
    /// The items at the front of the queue that are on their way.
    message: Option<Message>,
    outcome: Outcome,
    error: Option<Error>,
    /// The migration that the error is about.
    failed_step: Option<Step>,
    /// Whether the log exists, as far as is known.
    has_log: bool,
    begun: Begun,
    sharing: Sharing,
    /// Whether the session commits only when it is told to, so that it always is in a transaction.
    commits_by_hand: bool,
    /// Which type of connection there is.
    connection: Option<TypeId>,
    /// The migration that was done last.
    last_step: Option<Step>,
    foreign_keys: ForeignKeys,
    /// The newest row of the log, when it tells of a failure.
    failure: Option<Failure>,
    /// The migration that this run has begun last, and its row.
    claimed: Option<(Step, i64)>,
    /// A row of this run with a statement that may have taken effect without being recorded.
    doubtful: Option<i64>,
    /// A row whose session was on a server that has left the group.
    lost_member: Option<i64>,
    /// The statement of which rows are left, and the row of its migration.
    batches: Option<Batches>,
    /// The migration that has changed the session, which is to be put back.
    changed_session: Option<Step>,
    #[cfg(feature = "adopt")]
    adopting: adoption::Adopting,
    trying: Trying,
    /// How long the migrations of the last message took, where one message held several.
    durations: VecDeque<u64>,
    finished: bool,
    pause: Option<Duration>,
    waiting: Waiting,
    now: Instant,
    migration_started: Instant,
    #[cfg(feature = "tracing")]
    spans: std::cell::RefCell<spans::Spans>,
}

/// What may go together, into a transaction or a message. It becomes less when something went wrong
/// and it is to be found out what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Sharing {
    /// Nothing: each statement gets a message of its own.
    Nothing,
    /// The statements of a migration.
    Statements,
    /// Migrations.
    Migrations,
}

impl Sharing {
    fn at_first(counts: bool) -> Self {
        if counts {
            Self::Migrations
        } else {
            // Of those that share a message with one that fails it could not be said which ran.
            Self::Statements
        }
    }
}

/// How things were when the open transaction began.
#[derive(Clone, Default)]
struct Begun {
    applied: Applied,
    /// How many migrations had run.
    ran: usize,
    task: Option<Task>,
}

impl<'a> Engine<'a> {
    pub(crate) fn new(
        table: &'a Migrations,
        options: &'a Options,
        database: Database,
        task: Task,
        beginning: Beginning,
    ) -> Result<Self, Error> {
        let table = of_run(table, options, database)?;
        let log = log(&table, options, beginning.seed)?;
        let mut engine = Self {
            table,
            options,
            log,
            database,
            sql: database::sql(database),
            task,
            queue: VecDeque::new(),
            message: None,
            outcome: Outcome::default(),
            error: None,
            failed_step: None,
            has_log: true,
            begun: Begun::default(),
            sharing: Sharing::at_first(beginning.counts),
            commits_by_hand: false,
            connection: beginning.connection,
            last_step: None,
            foreign_keys: ForeignKeys::default(),
            failure: None,
            claimed: None,
            doubtful: None,
            lost_member: None,
            batches: None,
            changed_session: None,
            #[cfg(feature = "adopt")]
            adopting: adoption::Adopting::default(),
            trying: Trying::default(),
            durations: VecDeque::new(),
            finished: false,
            pause: None,
            waiting: Waiting::new(beginning.seed),
            now: beginning.now,
            migration_started: beginning.now,
            #[cfg(feature = "tracing")]
            spans: std::cell::RefCell::default(),
        };
        let first = if engine.has_fast_path() {
            engine.state()
        } else {
            engine.history()
        };
        engine.queue.push_back(first);
        Ok(engine)
    }

    /// What to do next; nothing when the run has ended.
    pub(crate) fn request(&mut self) -> Option<Request<'_>> {
        if let Some(pause) = self.pause.take() {
            return Some(Request::Sleep(pause));
        }
        if self.message.is_none() {
            self.message = self.compose();
        }
        let message = self.message.as_ref()?;
        Some(match message.function {
            Some(name) => Request::Call(name),
            None => Request::Run(&message.command),
        })
    }

    /// Takes what the command of the last request answered.
    pub(crate) fn reply(&mut self, reply: Result<Rows, DriverError>, now: Instant) {
        self.now = now;
        if let Some(message) = self.message.take() {
            self.take(&message, reply);
        }
    }

    /// Takes what one item answered.
    fn settle(&mut self, item: Item, reply: Result<Rows, DriverError>) {
        if let Purpose::EnforceForeignKeys = item.purpose {
            self.foreign_keys = ForeignKeys::default();
        }
        let scope = item.scope;
        let result = match reply {
            Ok(rows) => {
                if self.is_progress(&item) {
                    self.waiting.end();
                }
                self.succeeded(item, rows)
            }
            Err(error) => self.failed(item, error),
        };
        if let Err(error) = result {
            self.abort(error, scope, None);
        }
    }

    /// The result, when there is no request left.
    pub(crate) fn finish(&mut self) -> Result<Outcome, Error> {
        self.finished = true;
        self.outcome.report.current = self.outcome.applied.current();
        self.announce_end();
        match self.error.take() {
            Some(error) => Err(error),
            None => Ok(std::mem::take(&mut self.outcome)),
        }
    }

    /// What puts the connection back as it was when the run stops here; nothing after `finish`.
    pub(crate) fn abandoned(&self) -> Vec<Command> {
        if self.finished {
            return Vec::new();
        }
        // A transaction that this run has not begun is that of the caller, whose work is in it. Between
        // the commands of a transaction an observer is told things, with nothing left in the queue.
        let sent = self
            .message
            .as_ref()
            .map_or(1, |message| message.starts.len());
        let is_open =
            self.queue.is_empty() || self.queue.iter().take(sent).any(Item::needs_rollback);
        let rollback = is_open.then(Writer::rollback);
        let items = rollback
            .into_iter()
            .chain(self.enforcement())
            .chain(self.session_restored(self.session_to_restore()))
            .chain(self.lease_released())
            .chain(self.peer_lock_released());
        items.map(|item| item.command).collect()
    }

    #[expect(clippy::too_many_lines, reason = "one arm for each purpose")]
    fn succeeded(&mut self, item: Item, rows: Rows) -> Result<(), Error> {
        match item.purpose {
            Purpose::State => self.compare_state(&rows),
            Purpose::History => {
                self.read_history(rows)?;
                self.decide()?;
            }
            Purpose::CurrentSchema => self.keep_schema(rows)?,
            Purpose::ForeignKeys => self.suspend_foreign_keys(&rows),
            Purpose::LockedHistory => {
                self.read_history(rows)?;
                self.note_begin();
                self.begin_steps()?;
            }
            Purpose::Violations => self.foreign_keys.before = rows,
            Purpose::Begin => self.note_begin(),
            Purpose::LockHolder => self.wait_for_lock_holder(rows),
            Purpose::Member(seq) => self.judge_member(seq, &rows),
            Purpose::Start(step) => {
                let seq = self.outcome.applied.newest.saturating_add(1);
                self.claimed = Some((step, seq));
            }
            Purpose::SaveSession(step) => self.changed_session = Some(step),
            Purpose::RestoreSession => self.changed_session = None,
            Purpose::Statement(step, index) | Purpose::Call(step, index) => {
                self.statement_done(step, index);
            }
            Purpose::BatchRows(step, index) => self.batch_done(step, index, item.scope, &rows),
            Purpose::Condition(step, index) => self.skip_unless(step, index, &rows),
            Purpose::Probe(step, index) => self.skip_if_done(step, index, &rows),
            Purpose::IndexValidity(_, index) => self.judge_index(index, rows),
            Purpose::NewViolations(step) => self.refuse_new_violations(step, &rows),
            Purpose::Finish(step) => self.migration_done(step),
            Purpose::Guard(seq, done) => self.check_guard(seq, done, &rows),
            Purpose::Autocommit(error) => self.settle_transaction(error, &rows),
            Purpose::GiveWay | Purpose::EndSession => self.look_again(),
            #[cfg(feature = "adopt")]
            Purpose::Adoption(step) => self.go_on_with_adoption(step, rows)?,
            Purpose::Trial(step) => self.go_on_with_trial(step, rows),
            Purpose::Commit { more: true } => self.next_round()?,
            Purpose::Commit { more: false } => self.next_batch(item.scope),
            Purpose::Batch(..)
            | Purpose::Advance
            | Purpose::EnforceForeignKeys
            | Purpose::Fence
            | Purpose::IndexGuard(..)
            | Purpose::Lock
            | Purpose::NoTransaction
            | Purpose::Other(_)
            | Purpose::Cleanup
            | Purpose::RollbackTo => {}
            Purpose::Inspect(step, seq, error) => self.inspected(step, seq, error, &rows),
            Purpose::ProbeAgain(step, scope, error) => self.settle_doubt(step, scope, error, &rows),
        }
        Ok(())
    }

    /// What gives back the lock of another tool, if this run may have it.
    #[cfg(not(feature = "adopt"))]
    #[expect(clippy::unused_self, reason = "with the feature it takes one")]
    fn peer_lock_released(&self) -> Option<Item> {
        None
    }

    fn note_begin(&mut self) {
        self.begun = Begun {
            applied: self.outcome.applied.clone(),
            ran: self.outcome.report.ran.len(),
            task: Some(self.task.clone()),
        };
    }

    fn writer(&self) -> Writer<'_> {
        Writer {
            sql: self.sql,
            log: &self.log,
            database: self.database,
            options: self.options,
            failure: self.failure.as_ref(),
        }
    }

    fn plan(&self, goal: &Goal) -> Result<Plan, Error> {
        let plan = plan::plan(
            &self.table,
            &self.outcome.applied,
            goal,
            self.options.policy,
            self.database,
        )?;
        self.refuse_to_settle(&plan)?;
        Ok(plan)
    }
}

/// The table with the values of a run, whose options must be right.
fn of_run(table: &Migrations, options: &Options, database: Database) -> Result<Migrations, Error> {
    if !table.is_empty() && !table.databases().contains(&database) {
        return Err(Error::WrongDatabase {
            checked: table.databases(),
            connected: database,
        });
    }
    options.validate()?;
    let values = options.values(table.declared());
    if let Some(schema) = &options.schema
        && database == Database::Sqlite
        && !values.contains_key(options::SCHEMA)
    {
        return Err(Error::InvalidOption {
            option: "schema",
            value: schema.clone(),
            expected: "left out, as SQLite has no search path, unless the migrations declare the placeholder \
                       `schema` and write it before each name, as in `{{schema}}.users`",
        });
    }
    let values = table.declared().values(&values, database);
    Ok(table.with_values(values.map_err(Error::Placeholder)?))
}

/// The rows of a set, as one run writes them.
fn log(table: &Migrations, options: &Options, seed: u64) -> Result<Log, Error> {
    let key = options.key.clone() + &table.declared().suffix(&options.placeholders);
    options::validate_key(&key)?;
    Ok(Log {
        schema: options.schema.clone(),
        place: None,
        table: options.log_table.clone(),
        key,
        run: format!("run {seed:016x}"),
    })
}
