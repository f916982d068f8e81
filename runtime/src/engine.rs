//! The cursor over a script: hands out one command at a time and takes its reply.
//!
//! It does no I/O and reads no clock. A driver calls [`Engine::request`], does what it says, answers
//! with [`Engine::reply`] (after a command, not after a pause), until there is no request left, and
//! then takes the result with [`Engine::finish`].

mod failure;

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::connection::{Command, Database, DriverError, Rows};
use crate::database::{self, Log, Sql};
use crate::error::{Error, Named};
use crate::event::Event;
use crate::log::{self, Applied, LogEntry};
use crate::migrator::Options;
use crate::plan::{self, Direction, Goal, Plan, Step};
use crate::report::{Ran, Report};
use crate::script::{Item, Purpose, Scope, Writer};
use crate::table::Migrations;
use crate::target::Target;

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
    /// What was applied when the open transaction began, and how many migrations had run.
    begun: (Applied, usize),
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

#[derive(Default)]
struct ForeignKeys {
    /// They are not enforced in this round: they never were, or they are suspended.
    off: bool,
    /// They were enforced and are now suspended.
    suspended: bool,
    /// Violations that were there before, as rows of the query.
    before: Rows,
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
            begun: (Applied::default(), 0),
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
        let result = match reply {
            Ok(rows) => {
                self.retries = 0;
                self.waiting_since = None;
                self.succeeded(&item, rows)
            }
            Err(error) => self.failed(item, error),
        };
        if let Err((error, scope)) = result {
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
        let items = std::iter::once(Writer::rollback()).chain(self.enforcement());
        items.map(|item| item.command).collect()
    }

    fn succeeded(&mut self, item: &Item, rows: Rows) -> Result<(), (Error, Scope)> {
        let in_scope = |error| (error, item.scope);
        match &item.purpose {
            Purpose::State => self.compare_state(&rows),
            Purpose::History => {
                self.read_history(rows).map_err(in_scope)?;
                self.decide().map_err(in_scope)?;
            }
            Purpose::ForeignKeys => self.suspend_foreign_keys(&rows),
            Purpose::LockedHistory => {
                self.read_history(rows).map_err(in_scope)?;
                self.begun = (self.outcome.applied.clone(), self.outcome.report.ran.len());
                self.begin_steps().map_err(in_scope)?;
            }
            Purpose::Violations => self.foreign_keys.before = rows,
            Purpose::Start(step) => self.start(*step),
            Purpose::Statement(step, index) => self.statement_done(*step, *index),
            Purpose::NewViolations(step) => return self.refuse_new_violations(*step, rows),
            Purpose::Finish(step) => self.migration_done(*step),
            Purpose::Guard(seq, done) => self.check_guard(*seq, *done, &rows),
            Purpose::Commit { more: true } => self.next_round().map_err(in_scope)?,
            Purpose::Commit { more: false }
            | Purpose::EnforceForeignKeys
            | Purpose::Other(_)
            | Purpose::Cleanup
            | Purpose::RollbackTo => {}
        }
        Ok(())
    }

    /// Only a check whether everything is applied can be answered from the newest state.
    fn has_fast_path(&self) -> bool {
        matches!(
            &self.task,
            Task::Check | Task::Reach(Goal::Upgrade(Target::Head))
        )
    }

    fn state(&self) -> Item {
        Item::new(self.sql.state(&self.log), Purpose::State, Scope::Nothing)
    }

    fn history(&self) -> Item {
        Item::new(
            self.sql.history(&self.log),
            Purpose::History,
            Scope::Nothing,
        )
    }

    fn writer(&self) -> Writer<'_> {
        Writer {
            sql: self.sql,
            log: &self.log,
            database: self.database,
            operator: self.options.operator.as_deref(),
        }
    }

    fn compare_state(&mut self, rows: &Rows) {
        let state = rows
            .first()
            .and_then(|row| row.first())
            .and_then(Option::as_deref);
        if state == Some(self.table.state()) {
            for migration in self.table {
                self.outcome
                    .applied
                    .record(migration.version(), Some(migration.up().checksum()));
            }
        } else {
            self.queue.push_back(self.history());
        }
    }

    fn read_history(&mut self, rows: Rows) -> Result<(), Error> {
        let entries = log::entries(rows).map_err(|source| Error::Database {
            doing: "read the log",
            source,
        })?;
        self.outcome.applied = Applied::fold(&entries);
        self.outcome.entries = entries;
        Ok(())
    }

    /// Without a lock: says what there is to say, or goes on to do what is to be done.
    fn decide(&mut self) -> Result<(), Error> {
        match self.task.clone() {
            Task::Read => {}
            Task::Check => self.outcome.plan = Some(self.plan(&Goal::Upgrade(Target::Head))?),
            Task::Plan(goal) => self.outcome.plan = Some(self.plan(&goal)?),
            Task::Reach(goal) => {
                let plan = self.plan(&goal)?;
                if plan.is_empty() {
                    self.enforce_foreign_keys();
                } else {
                    self.task = Task::Reach(goal.absolute(&plan));
                    self.begin_round(&plan);
                }
            }
        }
        Ok(())
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

    /// Arranges foreign keys as the first steps of the plan need them, then begins.
    fn begin_round(&mut self, plan: &Plan) {
        match self.sql.foreign_keys() {
            Some(foreign_keys) if self.needs_foreign_keys_off(plan) => {
                if !self.foreign_keys.off {
                    let query = foreign_keys.query;
                    let ask = Item::new(query, Purpose::ForeignKeys, Scope::Nothing);
                    return self.queue.push_back(ask);
                }
            }
            _ => self.enforce_foreign_keys(),
        }
        self.begin();
    }

    fn needs_foreign_keys_off(&self, plan: &Plan) -> bool {
        let mut steps = plan.inside(self.database).iter();
        steps.any(|step| step.script.suspends_foreign_keys())
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

    fn suspend_foreign_keys(&mut self, rows: &Rows) {
        self.foreign_keys.off = true;
        let enforced = rows
            .first()
            .and_then(|row| row.first())
            .and_then(Option::as_deref)
            == Some("1");
        if let Some(foreign_keys) = self.sql.foreign_keys().filter(|_| enforced) {
            self.foreign_keys.suspended = true;
            let purpose = Purpose::Other("suspend foreign keys");
            self.queue
                .push_back(Item::new(foreign_keys.suspend, purpose, Scope::Nothing));
        }
        self.begin();
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
        let inside = plan.inside(self.database);
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

    /// Enforces foreign keys again, if this run has suspended them.
    fn enforce_foreign_keys(&mut self) {
        let enforcement = self.enforcement();
        self.queue.extend(enforcement);
    }

    fn enforcement(&self) -> Option<Item> {
        let foreign_keys = self.sql.foreign_keys()?;
        let purpose = Purpose::EnforceForeignKeys;
        let item = || Item::new(foreign_keys.enforce, purpose, Scope::Nothing);
        self.foreign_keys.suspended.then(item)
    }

    fn start(&mut self, step: Step) {
        self.migration_started = self.now;
        let (migration, direction) = (step.migration, step.direction);
        let statements = step.statements().count();
        self.notify(&Event::MigrationStarted {
            migration,
            direction,
            statements,
        });
    }

    fn statement_done(&self, step: Step, index: usize) {
        let statements = step.script.statements().len();
        self.notify(&Event::StatementDone {
            migration: step.migration,
            done: index + 1,
            statements,
        });
    }

    fn migration_done(&mut self, step: Step) {
        let (migration, direction) = (step.migration, step.direction);
        let duration = self.now.duration_since(self.migration_started);
        let checksum = (direction == Direction::Up).then(|| migration.up().checksum());
        self.outcome.applied.record(migration.version(), checksum);
        self.outcome.applied.newest += 1;
        let statements = step.statements().count();
        let ran = Ran {
            version: migration.version(),
            name: migration.name(),
            direction,
            statements,
            duration,
        };
        self.outcome.report.ran.push(ran);
        if self.task == Task::Reach(Goal::Redo) && direction == Direction::Down {
            self.task = Task::Reach(Goal::Run(migration.version()));
        }
        self.notify(&Event::MigrationDone {
            migration,
            direction,
            duration,
        });
    }

    fn refuse_new_violations(&mut self, step: Step, rows: Rows) -> Result<(), (Error, Scope)> {
        let new = failure::new_violations(&self.foreign_keys.before, &rows);
        if new.is_empty() {
            return Ok(());
        }
        let (migration, path) = (Named::from(step.migration), step.script.path());
        self.abort(
            Error::ForeignKeys {
                migration,
                path,
                violations: new,
            },
            Scope::Migration,
            Some(step),
        );
        Ok(())
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
        self.queue.extend([Writer::rollback(), self.history()]);
        self.pause = Some(failure::pause(self.yields));
        self.yields += 1;
    }

    fn notify(&self, event: &Event<'_>) {
        if let Some(observer) = &self.options.observer {
            observer(event);
        }
    }
}
