//! The cursor over a script: hands out one command at a time and takes its reply.
//!
//! It does no I/O and reads no clock. A driver calls [`Engine::request`], does what it says, answers
//! with [`Engine::reply`] (after a command, not after a pause), until there is no request left, and
//! then takes the result with [`Engine::finish`].

mod failure;
mod foreign_keys;
mod progress;
mod reading;

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use foreign_keys::ForeignKeys;

use crate::connection::{Command, Database, DriverError, Rows};
use crate::database::{self, Log, Sql};
use crate::error::Error;
use crate::event::Event;
use crate::log::{self, Applied, LogEntry};
use crate::migrator::Options;
use crate::plan::{self, Goal, Plan, Step};
use crate::report::Report;
use crate::script::{Item, Purpose, Scope, Writer};
use crate::table::Migrations;

/// What the driver is to do next.
#[derive(Debug)]
pub(crate) enum Request<'a> {
    Run(&'a Command),
    Sleep(Duration),
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
}

/// What came of it.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) entries: Vec<LogEntry>,
    pub(crate) applied: Applied,
    pub(crate) plan: Option<Plan>,
    pub(crate) report: Report,
}

pub(crate) struct Engine<'a> {
    table: &'a Migrations,
    options: &'a Options,
    log: Log,
    database: Database,
    sql: &'static dyn Sql,
    task: Task,
    queue: VecDeque<Item>,
    outcome: Outcome,
    error: Option<Error>,
    /// The migration that the error is about.
    failed_step: Option<Step>,
    /// Whether the log exists, as far as is known.
    has_log: bool,
    begun: Begun,
    /// Whether each migration gets a transaction of its own, to find the one that cannot be committed.
    one_by_one: bool,
    /// The migration that was done last.
    last_step: Option<Step>,
    foreign_keys: ForeignKeys,
    finished: bool,
    pause: Option<Duration>,
    /// How often the command was tried in vain.
    retries: u32,
    /// How often another process took a migration over.
    yields: u32,
    now: Instant,
    waiting_since: Option<Instant>,
    migration_started: Instant,
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
        now: Instant,
    ) -> Result<Self, Error> {
        if !table.is_empty() && !table.databases().contains(&database) {
            return Err(Error::WrongDatabase {
                checked: table.databases(),
                connected: database,
            });
        }
        options.validate()?;
        let Some(sql) = database::sql(database) else {
            return Err(Error::UnsupportedDatabase(database));
        };
        let mut engine = Self {
            table,
            options,
            log: Log {
                table: options.log_table.clone(),
                key: options.key.clone(),
            },
            database,
            sql,
            task,
            queue: VecDeque::new(),
            outcome: Outcome::default(),
            error: None,
            failed_step: None,
            has_log: true,
            begun: Begun::default(),
            one_by_one: false,
            last_step: None,
            foreign_keys: ForeignKeys::default(),
            finished: false,
            pause: None,
            retries: 0,
            yields: 0,
            now,
            waiting_since: None,
            migration_started: now,
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
        self.queue.front().map(|item| Request::Run(&item.command))
    }

    /// Takes what the command of the last request answered.
    pub(crate) fn reply(&mut self, reply: Result<Rows, DriverError>, now: Instant) {
        self.now = now;
        let Some(item) = self.queue.pop_front() else {
            return;
        };
        if let Purpose::EnforceForeignKeys = item.purpose {
            self.foreign_keys = ForeignKeys::default();
        }
        let scope = item.scope;
        let result = match reply {
            Ok(rows) => {
                self.retries = 0;
                self.waiting_since = None;
                self.succeeded(&item, rows)
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
        let is_open = self.queue.front().is_none_or(Item::needs_rollback);
        let rollback = is_open.then(Writer::rollback);
        let items = rollback.into_iter().chain(self.enforcement());
        items.map(|item| item.command).collect()
    }

    fn succeeded(&mut self, item: &Item, rows: Rows) -> Result<(), Error> {
        match &item.purpose {
            Purpose::State => self.compare_state(&rows),
            Purpose::History => {
                self.read_history(rows)?;
                self.decide()?;
            }
            Purpose::ForeignKeys => self.suspend_foreign_keys(&rows),
            Purpose::LockedHistory => {
                self.read_history(rows)?;
                self.begun = Begun {
                    applied: self.outcome.applied.clone(),
                    ran: self.outcome.report.ran.len(),
                    task: Some(self.task.clone()),
                };
                self.begin_steps()?;
            }
            Purpose::Violations => self.foreign_keys.before = rows,
            Purpose::Start(step) => self.start(*step),
            Purpose::Statement(step, index) => self.statement_done(*step, *index),
            Purpose::NewViolations(step) => self.refuse_new_violations(*step, &rows),
            Purpose::Finish(step) => self.migration_done(*step),
            Purpose::Guard(seq, done) => self.check_guard(*seq, *done, &rows),
            Purpose::GiveWay => self.look_again(),
            Purpose::Commit { more: true } => self.next_round()?,
            Purpose::Commit { more: false }
            | Purpose::EnforceForeignKeys
            | Purpose::Other(_)
            | Purpose::Cleanup
            | Purpose::RollbackTo => {}
        }
        Ok(())
    }

    fn writer(&self) -> Writer<'_> {
        Writer {
            sql: self.sql,
            log: &self.log,
            database: self.database,
            operator: self.options.operator.as_deref(),
        }
    }

    fn plan(&self, goal: &Goal) -> Result<Plan, Error> {
        plan::plan(
            self.table,
            &self.outcome.applied,
            goal,
            self.options.policy,
            self.database,
        )
    }

    /// Goes on with the steps that did not fit into the transaction before.
    fn next_round(&mut self) -> Result<(), Error> {
        if let Task::Reach(goal) = &self.task {
            let plan = self.plan(goal)?;
            self.begin_round(&plan);
        }
        Ok(())
    }

    fn inside_steps<'p>(&self, plan: &'p Plan) -> &'p [Step] {
        let steps = plan.inside(self.database, self.options.policy.atomic);
        match steps {
            [first, _, ..] if self.one_by_one => std::slice::from_ref(first),
            _ => steps,
        }
    }

    /// Takes the lock and reads the log again: somebody else may have done it meanwhile.
    fn begin(&mut self) {
        let mut items = vec![self.writer().begin(Scope::Nothing)];
        if !self.has_log {
            let create = self.sql.create_log(&self.log);
            items.push(Item::new(
                create,
                Purpose::Other("make the log"),
                Scope::Transaction,
            ));
            self.has_log = true;
        }
        items.push(Item::new(
            self.sql.history(&self.log),
            Purpose::LockedHistory,
            Scope::Transaction,
        ));
        self.queue.extend(items);
    }

    /// With the lock: plans, and writes the script up to where the transaction must end.
    fn begin_steps(&mut self) -> Result<(), Error> {
        let Task::Reach(goal) = self.task.clone() else {
            return Ok(());
        };
        let plan = self.plan(&goal)?;
        if self.outcome.plan.is_none() && !plan.is_empty() {
            self.notify(&Event::Planned { plan: &plan });
        }
        if !plan.is_empty() && self.needs_foreign_keys_off(&plan) != self.foreign_keys.off {
            // Somebody else has been here since foreign keys were arranged.
            self.queue.push_back(Writer::rollback());
            self.begin_round(&plan);
            return Ok(());
        }
        let inside = self.inside_steps(&plan);
        let more = plan.steps.len() > inside.len().max(1);
        let mut expected = self.outcome.applied.clone();
        let items = match plan.steps.first() {
            Some(step) if inside.is_empty() => self.writer().outside(*step, &mut expected, more),
            _ => self.inside(inside, &mut expected, more),
        };
        self.queue.extend(items);
        if !more {
            self.enforce_foreign_keys();
        }
        self.outcome.plan = Some(plan);
        Ok(())
    }

    fn inside(&self, steps: &[Step], expected: &mut Applied, more: bool) -> Vec<Item> {
        let check = self.foreign_keys.suspended;
        let mut items = Vec::new();
        if let Some(foreign_keys) = self
            .sql
            .foreign_keys()
            .filter(|_| check && !steps.is_empty())
        {
            items.push(Item::new(
                foreign_keys.violations,
                Purpose::Violations,
                Scope::Transaction,
            ));
        }
        for step in steps {
            items.extend(self.writer().inside(*step, expected, check));
        }
        items.push(Writer::commit(more, Scope::Transaction));
        items
    }

    /// When another process has taken the migration over, lets it work and looks again.
    fn check_guard(&mut self, seq: i64, done: usize, rows: &Rows) {
        let ours = [
            seq.to_string(),
            log::Outcome::Started.word().to_owned(),
            done.to_string(),
        ];
        let newest = rows.first().into_iter().flatten().map(Option::as_deref);
        if newest.eq(ours.iter().map(|value| Some(value.as_str()))) {
            return;
        }
        self.queue.clear();
        self.queue.push_back(Writer::give_way());
    }

    /// Only after the rollback, so that the pause holds nobody up.
    fn look_again(&mut self) {
        self.pause = Some(failure::pause(self.yields));
        self.yields += 1;
        self.queue.push_back(self.history());
    }
}
