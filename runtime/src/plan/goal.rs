//! What a run is asked to do.

use super::{Direction, Plan, Settled};
use crate::target::Target;
use crate::version::Version;

/// What a run is asked to do: each verb that changes a database, as a value to [plan](crate::Migrator::plan).
///
/// A target alone is what [`Goal::Migrate`] goes to.
///
/// ```
/// use rungs::{Goal, Target};
///
/// assert_eq!(Goal::from("head"), Goal::Migrate(Target::Head));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Goal {
    /// Apply what is pending up to a target.
    Upgrade(Target),
    /// Roll back what lies above a target.
    Downgrade(Target),
    /// Go to a target, up or down.
    Migrate(Target),
    /// Roll the last migration back and run it again.
    Redo,
    /// Run one migration that failed, and no other: from its beginning where it was rolled back, else
    /// from the statement at which it stopped.
    Rebuild(Target),
    /// Record what is pending up to a target as applied, without running it.
    Mark(Target),
    /// Accept the checksums of applied migrations that were edited.
    Repair,
    /// Say whether the statement took effect at which a migration stopped.
    Settle(Target, Settled),
    /// Apply what is pending up to a version, wherever the database is.
    RunThrough(Version),
    /// Roll back what is applied from a version on, wherever the database is.
    RollBackFrom(Version),
    /// Apply one version, if it is pending.
    Run(Version),
    /// Record what is pending up to a version as applied, wherever the database is.
    MarkThrough(Version),
}

impl Goal {
    /// The same goal without reference to where the database is, so that it stays the same when
    /// somebody else moves the database before this run holds it.
    pub(crate) fn absolute(self, plan: &Plan) -> Self {
        let versions = |direction| {
            let steps = plan
                .steps
                .iter()
                .filter(move |step| step.direction == direction);
            steps.map(|step| step.migration.version())
        };
        let absolute = match self {
            Self::Upgrade(Target::Up(_)) | Self::Migrate(Target::Up(_)) => {
                versions(Direction::Up).max().map(Self::RunThrough)
            }
            Self::Downgrade(Target::Down(_)) | Self::Migrate(Target::Down(_)) => {
                versions(Direction::Down).min().map(Self::RollBackFrom)
            }
            Self::Mark(Target::Up(_)) => versions(Direction::Up).max().map(Self::MarkThrough),
            _ => None,
        };
        absolute.unwrap_or(self)
    }

    /// Whether migrations that stopped half-way are finished first.
    pub(super) fn finishes_what_stopped(&self) -> bool {
        !matches!(
            self,
            Self::Rebuild(_)
                | Self::Mark(_)
                | Self::MarkThrough(_)
                | Self::Repair
                | Self::Settle(..)
        )
    }
}

impl<T: Into<Target>> From<T> for Goal {
    fn from(target: T) -> Self {
        Self::Migrate(target.into())
    }
}
