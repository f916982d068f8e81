//! Flags that several verbs have; each verb has those that mean something to it.

use clap::Args;
use rungs::{Ahead, Changed, Migrator, OutOfOrder};

use crate::format::Format;

/// How to do it.
#[derive(Args, Debug)]
#[group(skip)]
pub(crate) struct Options {
    /// Show what would be done and change nothing
    #[arg(long, short = 'n')]
    pub(in crate::verb) dry_run: bool,

    /// How many seconds to wait for what others hold [default: 30]
    #[arg(long, value_name = "SECONDS")]
    pub(super) wait: Option<u64>,

    /// Who does it, for the log
    #[arg(long, value_name = "NAME")]
    pub(super) operator: Option<String>,

    #[command(flatten)]
    pub(super) ahead: AllowAhead,

    /// How to tell what was done: text, json
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    #[arg(hide_possible_values = true)]
    pub(in crate::verb) format: Format,
}

/// For what runs several migrations.
#[derive(Args, Clone, Copy, Debug)]
#[group(skip)]
pub(crate) struct Atomic {
    /// All of it or, when something fails, nothing
    #[arg(long)]
    pub(super) atomic: bool,
}

/// For what runs statements.
#[derive(Args, Clone, Copy, Debug)]
#[group(skip)]
pub(crate) struct Running {
    /// Tell of each statement that is done
    #[arg(long, short)]
    pub(super) verbose: bool,
}

/// For what applies migrations, or counts them as applied.
#[derive(Args, Clone, Copy, Debug)]
#[group(skip)]
pub(crate) struct AllowLate {
    /// Also apply what is older than what is applied
    #[arg(long)]
    allow_out_of_order: bool,
}

/// For all but what is there to mend it.
#[derive(Args, Clone, Copy, Debug)]
#[group(skip)]
pub(crate) struct AllowChanged {
    /// Go on although applied migrations were edited
    #[arg(long)]
    allow_changed: bool,
}

#[derive(Args, Clone, Copy, Debug)]
#[group(skip)]
pub(crate) struct AllowAhead {
    /// Go on although the database has newer migrations
    #[arg(long)]
    allow_ahead: bool,
}

/// What not to refuse.
#[derive(Args, Clone, Copy, Debug)]
#[group(skip)]
pub(crate) struct Policy {
    #[command(flatten)]
    pub(super) late: AllowLate,

    #[command(flatten)]
    pub(super) changed: AllowChanged,

    #[command(flatten)]
    pub(super) ahead: AllowAhead,
}

/// The answer to what would be asked.
#[derive(Args, Debug)]
#[group(skip)]
pub(crate) struct Consent {
    /// Do it without asking
    #[arg(long, short)]
    pub(super) yes: bool,
}

impl Policy {
    pub(super) const NONE: Self = Self {
        late: AllowLate {
            allow_out_of_order: false,
        },
        changed: AllowChanged {
            allow_changed: false,
        },
        ahead: AllowAhead { allow_ahead: false },
    };

    pub(in crate::verb) fn applied_to(self, mut migrator: Migrator<'_>) -> Migrator<'_> {
        if self.late.allow_out_of_order {
            migrator = migrator.out_of_order(OutOfOrder::Allow);
        }
        if self.changed.allow_changed {
            migrator = migrator.changed(Changed::Tolerate);
        }
        if self.ahead.allow_ahead {
            migrator = migrator.ahead(Ahead::Tolerate);
        }
        migrator
    }
}
