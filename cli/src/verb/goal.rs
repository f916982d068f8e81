//! The verbs that change a database: what can be typed, and the goal that it means.

mod flags;

use std::time::Duration;

use clap::{ArgGroup, Args};
use rungs::{Goal, Migrator, Settled, Target};

pub(super) use self::flags::Policy;
use self::flags::{AllowChanged, AllowLate, Atomic, Consent, Options, Running};
use super::Verb;
use crate::format::Format;

/// Apply what is pending
#[derive(Args, Debug)]
#[command(after_help = "\
Targets: head, base, +N, -N, a version, a name, or the only beginning of one.

Examples:
  up                Everything
  up +1             The next one
  up create_users   As far as this one
  up --dry-run      Only show the SQL")]
pub(crate) struct Up {
    /// How far
    #[arg(value_name = "TARGET", default_value = "head")]
    target: Target,

    #[command(flatten)]
    atomic: Atomic,

    #[command(flatten)]
    running: Running,

    #[command(flatten)]
    late: AllowLate,

    #[command(flatten)]
    changed: AllowChanged,

    #[command(flatten)]
    pub(super) options: Options,
}

/// Roll migrations back, newest first
#[derive(Args, Debug)]
#[command(after_help = "\
Targets: -N, base, a version, a name, or the only beginning of one; what lies above it is rolled back.

Examples:
  down           The last one
  down -2        The last two
  down base      All of them
  down 3         All that are newer than 3")]
pub(crate) struct Down {
    /// How far
    #[arg(
        value_name = "TARGET",
        default_value = "-1",
        allow_negative_numbers = true
    )]
    target: Target,

    /// Also roll back what is not among the migrations, with the way down that the log keeps
    #[arg(long)]
    stored_downs: bool,

    #[command(flatten)]
    consent: Consent,

    #[command(flatten)]
    atomic: Atomic,

    #[command(flatten)]
    running: Running,

    #[command(flatten)]
    changed: AllowChanged,

    #[command(flatten)]
    pub(super) options: Options,
}

/// Go to a version, up or down
#[derive(Args, Debug)]
pub(crate) struct To {
    /// Where to: head, base, +N, -N, a version, a name, or the only beginning of one
    #[arg(value_name = "TARGET", allow_negative_numbers = true)]
    target: Target,

    /// Also roll back what is not among the migrations, with the way down that the log keeps
    #[arg(long)]
    stored_downs: bool,

    #[command(flatten)]
    consent: Consent,

    #[command(flatten)]
    atomic: Atomic,

    #[command(flatten)]
    running: Running,

    #[command(flatten)]
    late: AllowLate,

    #[command(flatten)]
    changed: AllowChanged,

    #[command(flatten)]
    pub(super) options: Options,
}

/// Roll the last migration back and apply it again
#[derive(Args, Debug)]
pub(crate) struct Redo {
    #[command(flatten)]
    consent: Consent,

    #[command(flatten)]
    atomic: Atomic,

    #[command(flatten)]
    running: Running,

    #[command(flatten)]
    changed: AllowChanged,

    #[command(flatten)]
    pub(super) options: Options,
}

/// Show the SQL that `to` would run, and change nothing
#[derive(Args, Debug)]
pub(crate) struct Plan {
    /// Where to: head, base, +N, -N, a version, a name, or the only beginning of one
    #[arg(
        value_name = "TARGET",
        default_value = "head",
        allow_negative_numbers = true
    )]
    target: Target,

    #[command(flatten)]
    policy: Policy,

    /// How to show it: text (SQL), json
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    #[arg(hide_possible_values = true)]
    pub(super) format: Format,
}

/// Go on with a migration that failed, at the statement at which it stopped
#[derive(Args, Debug)]
#[command(after_help = "\
Where the failure rolled the migration back, it begins anew. `up` goes on with it as well, and then
with what is pending behind it.")]
pub(crate) struct Rebuild {
    /// Which: a version, a name, or the only beginning of one
    #[arg(value_name = "MIGRATION")]
    migration: Target,

    #[command(flatten)]
    running: Running,

    #[command(flatten)]
    late: AllowLate,

    #[command(flatten)]
    changed: AllowChanged,

    #[command(flatten)]
    pub(super) options: Options,
}

/// Say whether a statement took effect that the database cannot tell about
#[derive(Args, Debug)]
#[command(group(ArgGroup::new("answer").required(true).args(["done", "not_done"])))]
#[command(after_help = "\
After a crash rungs looks into the catalog of the database to see whether the last statement took
effect. Where nothing there tells, a run stops and asks for this verb.")]
pub(crate) struct Settle {
    /// Which: a version, a name, or the only beginning of one
    #[arg(value_name = "MIGRATION")]
    migration: Target,

    /// It took effect
    #[arg(
        long,
        required_unless_present = "not_done",
        conflicts_with = "not_done"
    )]
    done: bool,

    /// It did not take effect
    #[arg(long)]
    not_done: bool,

    #[command(flatten)]
    consent: Consent,

    #[command(flatten)]
    pub(super) options: Options,
}

/// Record everything that is pending as applied, without running it
#[derive(Args, Debug)]
#[command(after_help = "\
For a database that has it already: somebody made its tables in another way.

Examples:
  mark             Everything
  mark --to 12     As far as 12")]
pub(crate) struct Mark {
    /// How far: a version, a name, or the only beginning of one
    #[arg(long, value_name = "TARGET", default_value = "head")]
    to: Target,

    #[command(flatten)]
    consent: Consent,

    #[command(flatten)]
    late: AllowLate,

    #[command(flatten)]
    changed: AllowChanged,

    #[command(flatten)]
    pub(super) options: Options,
}

/// Record the next pending migration as applied, without running it
#[derive(Args, Debug)]
pub(crate) struct Skip {
    #[command(flatten)]
    consent: Consent,

    #[command(flatten)]
    late: AllowLate,

    #[command(flatten)]
    changed: AllowChanged,

    #[command(flatten)]
    pub(super) options: Options,
}

/// Show which applied migrations were edited since, and accept them as they are now
#[derive(Args, Debug)]
#[command(after_help = "\
Nothing of them is run: the log gets the new checksums, and the database keeps what it has.
`repair --dry-run` only shows the difference.")]
pub(crate) struct Repair {
    #[command(flatten)]
    consent: Consent,

    #[command(flatten)]
    pub(super) options: Options,
}

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
