//! The verbs that change a database: the goal that each means.

mod arguments;
mod flags;

use std::time::Duration;

use rungs::{Goal, Migrator, Settled, Target};

pub(crate) use self::arguments::{Down, Mark, Plan, Rebuild, Redo, Repair, Settle, Skip, To, Up};
pub(super) use self::flags::Policy;
use self::flags::{AllowChanged, AllowLate, Atomic, Consent, Options, Running};
use super::Verb;
use crate::format::Format;

/// A goal, and how to reach it.
pub(super) struct Change<'a> {
    pub(super) goal: Goal,
    options: Option<&'a Options>,
    policy: Policy,
    is_atomic: bool,
    is_verbose: bool,
    stored_downs: bool,
    /// The question to ask before, if any, and whether it is answered with yes.
    pub(super) consent: Option<(&'static str, bool)>,
}

/// What a verb means that changes a database; nothing for the others.
pub(super) fn change(verb: &Verb) -> Option<Change<'_>> {
    let to = |target: &Target| target.clone();
    let recorded = "record as applied without running it";
    Some(match verb {
        Verb::Up(it) => Change::new(Goal::Upgrade(to(&it.target)), &it.options)
            .runs(it.running)
            .atomic(it.atomic)
            .late(it.late)
            .changed(it.changed),
        Verb::Down(it) => Change::new(Goal::Downgrade(to(&it.target)), &it.options)
            .asks("roll back", &it.consent)
            .runs(it.running)
            .atomic(it.atomic)
            .changed(it.changed)
            .stored_downs(it.stored_downs),
        Verb::To(it) => Change::new(Goal::Migrate(to(&it.target)), &it.options)
            .asks("roll back", &it.consent)
            .runs(it.running)
            .atomic(it.atomic)
            .late(it.late)
            .changed(it.changed)
            .stored_downs(it.stored_downs),
        Verb::Redo(it) => Change::new(Goal::Redo, &it.options)
            .asks("roll back and apply again", &it.consent)
            .runs(it.running)
            .atomic(it.atomic)
            .changed(it.changed),
        Verb::Rebuild(it) => Change::new(Goal::Rebuild(to(&it.migration)), &it.options)
            .runs(it.running)
            .late(it.late)
            .changed(it.changed),
        Verb::Settle(it) => {
            let goal = Goal::Settle(to(&it.migration), it.answer());
            Change::new(goal, &it.options).asks("record so", &it.consent)
        }
        Verb::Mark(it) => Change::new(Goal::Mark(to(&it.to)), &it.options)
            .asks(recorded, &it.consent)
            .late(it.late)
            .changed(it.changed),
        Verb::Skip(it) => Change::new(Goal::Mark(Target::Up(1)), &it.options)
            .asks(recorded, &it.consent)
            .late(it.late)
            .changed(it.changed),
        Verb::Repair(it) => {
            Change::new(Goal::Repair, &it.options).asks("accept as it is now", &it.consent)
        }
        _ => return None,
    })
}

impl Settle {
    fn answer(&self) -> Settled {
        if self.done {
            Settled::Done
        } else {
            Settled::NotDone
        }
    }
}

impl Plan {
    pub(super) fn change(&self) -> Change<'_> {
        Change {
            goal: Goal::Migrate(self.target.clone()),
            options: None,
            policy: self.policy,
            is_atomic: false,
            is_verbose: false,
            stored_downs: false,
            consent: None,
        }
    }
}

impl<'a> Change<'a> {
    fn new(goal: Goal, options: &'a Options) -> Self {
        Self {
            goal,
            options: Some(options),
            policy: Policy {
                ahead: options.ahead,
                ..Policy::NONE
            },
            is_atomic: false,
            is_verbose: false,
            stored_downs: false,
            consent: None,
        }
    }

    /// What to ask before.
    fn asks(self, question: &'static str, consent: &Consent) -> Self {
        let consent = Some((question, consent.yes));
        Self { consent, ..self }
    }

    fn runs(self, running: Running) -> Self {
        Self {
            is_verbose: running.verbose,
            ..self
        }
    }

    fn atomic(self, atomic: Atomic) -> Self {
        Self {
            is_atomic: atomic.atomic,
            ..self
        }
    }

    fn late(mut self, late: AllowLate) -> Self {
        self.policy.late = late;
        self
    }

    fn changed(mut self, changed: AllowChanged) -> Self {
        self.policy.changed = changed;
        self
    }

    fn stored_downs(self, stored_downs: bool) -> Self {
        Self {
            stored_downs,
            ..self
        }
    }
}

impl Change<'_> {
    /// How to tell what was done.
    pub(super) fn format(&self) -> Format {
        self.options.map_or(Format::Text, |options| options.format)
    }

    /// Whether only to show what would be done.
    pub(super) fn is_dry(&self) -> bool {
        self.options.is_some_and(|options| options.dry_run)
    }

    /// Whether to tell of each statement.
    pub(super) fn is_verbose(&self) -> bool {
        self.is_verbose
    }

    /// The migrator, with what was typed.
    pub(super) fn migrator<'m>(&self, migrator: &Migrator<'m>) -> Migrator<'m> {
        let migrator = migrator.clone().stored_downs(self.stored_downs);
        let mut migrator = self.policy.applied_to(migrator);
        let Some(options) = self.options else {
            return migrator;
        };
        if self.is_atomic {
            migrator = migrator.atomic(true);
        }
        if let Some(seconds) = options.wait {
            migrator = migrator.wait_limit(Duration::from_secs(seconds));
        }
        if let Some(operator) = &options.operator {
            migrator = migrator.operator(operator);
        }
        migrator
    }
}
