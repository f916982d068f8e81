//! A plan on a database that is a file, and locked as a whole: one transaction for as many migrations
//! as fit, each with a savepoint.

use super::{Item, Purpose, RELEASE, Scope, Writer};
use crate::database::End;
use crate::digest::ProgressHash;
use crate::log::{Applied, Outcome};
use crate::plan::Step;
use crate::table::Statement;

const SAVEPOINT: &str = "SAVEPOINT rungs_migration";

impl Writer<'_> {
    /// A migration inside the open transaction; `applied` is moved on to what it leads to.
    pub(crate) fn inside(
        &self,
        step: Step,
        applied: &mut Applied,
        check_foreign_keys: bool,
    ) -> Vec<Item> {
        let (seq, state) = Self::next(step, applied);
        let row = self.row(
            step,
            seq,
            Outcome::Success,
            step.script.statements().len(),
            None,
            state.as_deref(),
        );
        let mut items = vec![
            Item::new(SAVEPOINT, Purpose::Start(step), Scope::Transaction),
            Item::new(row, Purpose::Other("write to the log"), Scope::Migration),
        ];
        let sent = step
            .statements()
            .filter(|(_, statement)| !statement.is_taken_over_on(self.database));
        items.extend(sent.flat_map(|(index, statement)| {
            let run = self.run(step, index, statement, Scope::Migration);
            let condition = self.condition(step, index, Scope::Migration);
            condition.into_iter().chain([run])
        }));
        if let Some(foreign_keys) = self.sql.foreign_keys().filter(|_| check_foreign_keys) {
            items.push(Item::new(
                (foreign_keys.violations)(self.log),
                Purpose::NewViolations(step),
                Scope::Migration,
            ));
        }
        items.push(Item::new(
            self.sql.finish(self.log, seq),
            Purpose::Other("write to the log"),
            Scope::Migration,
        ));
        items.push(Item::new(
            RELEASE,
            Purpose::Finish(step),
            Scope::Transaction,
        ));
        items
    }

    /// A migration outside a transaction; its `started` row is written in the transaction that is
    /// open and commits with it.
    ///
    /// A statement that can runs in a transaction with the note that it is done, so that a crash
    /// leaves no doubt. Those that cannot (`VACUUM`, `PRAGMA`) do no harm when they run twice.
    pub(crate) fn outside(&self, step: Step, applied: &mut Applied, more: bool) -> Vec<Item> {
        let mut progress = ProgressHash::of(step.script.statements().take(step.done));
        let (seq, state) = Self::next(step, applied);
        let row = self.row(
            step,
            seq,
            Outcome::Started,
            step.done,
            Some(&progress.text()),
            None,
        );
        let mut items = vec![Item::new(row, Purpose::Start(step), Scope::Transaction)];
        items.extend(self.forget_crash(step, Scope::Transaction));
        items.push(Self::commit(false, Scope::Transaction));
        for (index, statement) in step.statements() {
            progress.update(statement);
            items.extend(self.statement_outside(step, seq, index, statement, &progress.text()));
        }
        let all = step.script.statements().len();
        let open = Scope::OutsideTransaction { seq, done: all };
        items.extend(self.guarded(seq, all));
        let end = End {
            outcome: Outcome::Success,
            state: state.as_deref(),
            error: None,
            attempts: 1,
        };
        items.push(Item::new(
            self.sql.end(self.log, seq, &end),
            Purpose::Finish(step),
            open,
        ));
        items.push(Self::commit(more, open));
        items
    }

    fn statement_outside(
        &self,
        step: Step,
        seq: i64,
        index: usize,
        statement: Statement,
        after: &str,
    ) -> Vec<Item> {
        let outside = Scope::Outside { seq, done: index };
        let open = Scope::OutsideTransaction { seq, done: index };
        let run = |scope| {
            let run = self.run(step, index, statement, scope);
            self.condition(step, index, scope).into_iter().chain([run])
        };
        let advance = |scope| {
            let advance = self.advance(seq, index + 1, after);
            Item::new(advance, Purpose::Other("write to the log"), scope)
        };
        let mut items = Vec::new();
        if statement.is_refused_by(self.database) {
            items.extend(run(outside));
            items.push(advance(outside));
            return items;
        }
        let is_batched = statement.batch(self.database).is_some();
        if is_batched {
            items.extend(self.condition(step, index, outside));
            items.extend(self.batch(step, seq, index));
        }
        items.extend(self.guarded(seq, index));
        if !is_batched {
            items.extend(run(open));
        }
        items.push(advance(open));
        items.push(Self::commit(false, open));
        items
    }

    pub(super) fn guarded(&self, seq: i64, done: usize) -> [Item; 2] {
        let open = Scope::OutsideTransaction { seq, done };
        [
            self.begin(Scope::Outside { seq, done }),
            Item::new(self.sql.newest(self.log), Purpose::Guard(seq, done), open),
        ]
    }
}
