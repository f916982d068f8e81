//! Migrations that were made of several: a database that has all the parts has the whole.

use std::borrow::Cow;

use super::{Action, Step};
use crate::error::{Error, Named};
use crate::log::Applied;
use crate::table::{Migration, Migrations};
use crate::version::Version;

/// What is applied, counting parts that are all there as what they became, and the steps that record
/// it; an error when only some of the parts are there.
pub(super) fn count<'a>(
    table: &Migrations,
    applied: &'a Applied,
) -> Result<(Cow<'a, Applied>, Vec<Step>), Error> {
    let mut counted = Cow::Borrowed(applied);
    let mut steps = Vec::new();
    for migration in table {
        if has_parts(migration, applied)? {
            let step = Step {
                action: Action::Squash,
                ..Step::up(migration)
            };
            step.record_in(counted.to_mut());
            steps.push(step);
        }
    }
    Ok((counted, steps))
}

/// What is applied as [`count`] has it; as the log has it where only some of the parts are there.
pub(crate) fn counted<'a>(table: &Migrations, applied: &'a Applied) -> Cow<'a, Applied> {
    match count(table, applied) {
        Ok((counted, _)) => counted,
        Err(_) => Cow::Borrowed(applied),
    }
}

/// Whether the parts of a migration are applied and not yet counted as the migration itself.
fn has_parts(migration: Migration, applied: &Applied) -> Result<bool, Error> {
    // The last part has the version of the whole, so it is the others that tell.
    let is_touched =
        |version: &Version| applied.contains(*version) || applied.interrupted.contains_key(version);
    let mut others = migration.replaces().rev().skip(1);
    if !others.any(|version| is_touched(&version)) {
        return Ok(false);
    }
    let is_there = |version: &Version| {
        applied.contains(*version) && !applied.interrupted.contains_key(version)
    };
    let (there, missing): (Vec<_>, Vec<_>) = migration.replaces().partition(is_there);
    if missing.is_empty() {
        return Ok(true);
    }
    Err(Error::PartlySquashed {
        migration: Named::from(migration),
        path: migration.up().path(),
        applied: there,
        missing,
    })
}
