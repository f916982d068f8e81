//! What can be typed behind the verbs that change a database.

use clap::{ArgGroup, Args};
use rungs::Target;

use super::flags::{AllowChanged, AllowLate, Atomic, Consent, Options, Policy, Running};
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
    pub(super) target: Target,

    #[command(flatten)]
    pub(super) atomic: Atomic,

    #[command(flatten)]
    pub(super) running: Running,

    #[command(flatten)]
    pub(super) late: AllowLate,

    #[command(flatten)]
    pub(super) changed: AllowChanged,

    #[command(flatten)]
    pub(in crate::verb) options: Options,
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
    pub(super) target: Target,

    /// Also roll back what is not among the migrations, with the way down that the log keeps
    #[arg(long)]
    pub(super) stored_downs: bool,

    #[command(flatten)]
    pub(super) consent: Consent,

    #[command(flatten)]
    pub(super) atomic: Atomic,

    #[command(flatten)]
    pub(super) running: Running,

    #[command(flatten)]
    pub(super) changed: AllowChanged,

    #[command(flatten)]
    pub(in crate::verb) options: Options,
}

/// Go to a version, up or down
#[derive(Args, Debug)]
pub(crate) struct To {
    /// Where to: head, base, +N, -N, a version, a name, or the only beginning of one
    #[arg(value_name = "TARGET", allow_negative_numbers = true)]
    pub(super) target: Target,

    /// Also roll back what is not among the migrations, with the way down that the log keeps
    #[arg(long)]
    pub(super) stored_downs: bool,

    #[command(flatten)]
    pub(super) consent: Consent,

    #[command(flatten)]
    pub(super) atomic: Atomic,

    #[command(flatten)]
    pub(super) running: Running,

    #[command(flatten)]
    pub(super) late: AllowLate,

    #[command(flatten)]
    pub(super) changed: AllowChanged,

    #[command(flatten)]
    pub(in crate::verb) options: Options,
}

/// Roll the last migration back and apply it again
#[derive(Args, Debug)]
pub(crate) struct Redo {
    #[command(flatten)]
    pub(super) consent: Consent,

    #[command(flatten)]
    pub(super) atomic: Atomic,

    #[command(flatten)]
    pub(super) running: Running,

    #[command(flatten)]
    pub(super) changed: AllowChanged,

    #[command(flatten)]
    pub(in crate::verb) options: Options,
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
    pub(super) target: Target,

    #[command(flatten)]
    pub(super) policy: Policy,

    /// How to show it: text (SQL), json
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    #[arg(hide_possible_values = true)]
    pub(in crate::verb) format: Format,
}

/// Go on with a migration that failed, at the statement at which it stopped
#[derive(Args, Debug)]
#[command(after_help = "\
Where the failure rolled the migration back, it begins anew. `up` goes on with it as well, and then
with what is pending behind it.")]
pub(crate) struct Rebuild {
    /// Which: a version, a name, or the only beginning of one
    #[arg(value_name = "MIGRATION")]
    pub(super) migration: Target,

    #[command(flatten)]
    pub(super) running: Running,

    #[command(flatten)]
    pub(super) late: AllowLate,

    #[command(flatten)]
    pub(super) changed: AllowChanged,

    #[command(flatten)]
    pub(in crate::verb) options: Options,
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
    pub(super) migration: Target,

    /// It took effect
    #[arg(
        long,
        required_unless_present = "not_done",
        conflicts_with = "not_done"
    )]
    pub(super) done: bool,

    /// It did not take effect
    #[arg(long)]
    pub(super) not_done: bool,

    #[command(flatten)]
    pub(super) consent: Consent,

    #[command(flatten)]
    pub(in crate::verb) options: Options,
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
    pub(super) to: Target,

    #[command(flatten)]
    pub(super) consent: Consent,

    #[command(flatten)]
    pub(super) late: AllowLate,

    #[command(flatten)]
    pub(super) changed: AllowChanged,

    #[command(flatten)]
    pub(in crate::verb) options: Options,
}

/// Record the next pending migration as applied, without running it
#[derive(Args, Debug)]
pub(crate) struct Skip {
    #[command(flatten)]
    pub(super) consent: Consent,

    #[command(flatten)]
    pub(super) late: AllowLate,

    #[command(flatten)]
    pub(super) changed: AllowChanged,

    #[command(flatten)]
    pub(in crate::verb) options: Options,
}

/// Show which applied migrations were edited since, and accept them as they are now
#[derive(Args, Debug)]
#[command(after_help = "\
Nothing of them is run: the log gets the new checksums, and the database keeps what it has.
`repair --dry-run` only shows the difference.")]
pub(crate) struct Repair {
    #[command(flatten)]
    pub(super) consent: Consent,

    #[command(flatten)]
    pub(in crate::verb) options: Options,
}
