//! What is to be done when migrations and database disagree.

use super::Goal;

/// What to do about a pending migration whose version is below one that is applied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OutOfOrder {
    /// Refuse the run.
    #[default]
    Error,
    /// Run it, in the order of versions among those that are pending.
    Allow,
}

/// What to do about versions that are applied and newer than this binary.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ahead {
    /// Refuse the run.
    #[default]
    Error,
    /// Go on, as an old release must while a new one is being rolled out.
    Tolerate,
}

/// What to do about an applied migration whose up script was edited since.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Changed {
    /// Refuse the run.
    #[default]
    Error,
    /// Go on; the database keeps what it has.
    Tolerate,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Policy {
    pub(crate) out_of_order: OutOfOrder,
    pub(crate) ahead: Ahead,
    pub(crate) changed: Changed,
    pub(crate) atomic: bool,
    /// Whether what this binary does not know is rolled back with what the log has.
    pub(crate) stored_downs: bool,
}

impl Policy {
    /// What a goal is there to mend must not keep it from being reached.
    pub(super) fn for_goal(self, goal: &Goal) -> Self {
        match goal {
            Goal::Repair | Goal::Settle(..) => Self {
                changed: Changed::Tolerate,
                ..self
            },
            Goal::Downgrade(_) | Goal::Migrate(_) | Goal::RollBackFrom(_) if self.stored_downs => {
                Self {
                    ahead: Ahead::Tolerate,
                    ..self
                }
            }
            _ => self,
        }
    }
}
