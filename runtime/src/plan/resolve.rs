//! From a goal to steps.

use super::{Action, Direction, Goal, OutOfOrder, Policy, Step, resume};
use crate::error::{Error, Named};
use crate::log::Applied;
use crate::status::{self, Edited};
use crate::table::{Migration, Migrations};
use crate::target::Target;
use crate::version::Version;

pub(super) fn steps(
    table: &Migrations,
    applied: &Applied,
    goal: &Goal,
    policy: Policy,
) -> Result<Vec<Step>, Error> {
    let resolver = Resolver {
        table,
        applied,
        policy,
    };
    match goal {
        Goal::Upgrade(target) => resolver.upgrade(target),
        Goal::Downgrade(target) => resolver.downgrade(target),
        Goal::Migrate(target) => resolver.migrate(target),
        Goal::Redo => resolver.redo(),
        Goal::RunThrough(version) => resolver.up_while(|pending| pending <= *version),
        Goal::RollBackFrom(version) => resolver.down_while(|applied| applied >= *version),
        Goal::Run(version) => resolver.up_while(|pending| pending == *version),
        Goal::Mark(target) => Ok(recorded(resolver.upgrade(target)?, Action::Skip)),
        Goal::MarkThrough(version) => {
            let steps = resolver.up_while(|pending| pending <= *version)?;
            Ok(recorded(steps, Action::Skip))
        }
        Goal::Repair => Ok(recorded(resolver.edited(), Action::Repair)),
        Goal::Rebuild(target) => resolver.rebuild(target),
        Goal::Settle(target, settled) => {
            let step = resolver.in_doubt(target)?;
            Ok(recorded(vec![step], Action::Settle(*settled)))
        }
    }
}

struct Resolver<'a> {
    table: &'a Migrations,
    applied: &'a Applied,
    policy: Policy,
}

impl Resolver<'_> {
    fn upgrade(&self, target: &Target) -> Result<Vec<Step>, Error> {
        match target {
            Target::Head => self.up_while(|_| true),
            Target::Up(steps) => {
                let pending = self.pending().count();
                check_range(*steps, pending, target)?;
                let last = self.pending().take(*steps).last();
                let last = last.map(|migration| migration.version());
                self.up_while(|version| Some(version) <= last)
            }
            Target::Base | Target::Down(_) => Err(self.wrong_direction(target, Direction::Up)),
            Target::Version(_) | Target::Word(_) => {
                let version = self.find(target)?;
                if self
                    .applied
                    .current()
                    .is_some_and(|current| version < current)
                {
                    return Err(self.wrong_direction(target, Direction::Up));
                }
                self.up_while(|pending| pending <= version)
            }
        }
    }

    fn downgrade(&self, target: &Target) -> Result<Vec<Step>, Error> {
        match target {
            Target::Base => self.down_while(|_| true),
            Target::Down(steps) => {
                let applied = self.applied.versions().count();
                check_range(*steps, applied, target)?;
                let last = self.applied.versions().rev().take(*steps).last();
                self.down_while(|version| last.is_some_and(|last| version >= last))
            }
            Target::Head if self.is_ahead() => {
                let head = self.table.head();
                self.down_while(|version| Some(version) > head)
            }
            Target::Head | Target::Up(_) => Err(self.wrong_direction(target, Direction::Down)),
            Target::Version(_) | Target::Word(_) => {
                let version = self.find(target)?;
                if self
                    .applied
                    .current()
                    .is_none_or(|current| version > current)
                {
                    return Err(self.wrong_direction(target, Direction::Down));
                }
                self.down_while(|applied| applied > version)
            }
        }
    }

    fn migrate(&self, target: &Target) -> Result<Vec<Step>, Error> {
        match target {
            Target::Head if self.is_ahead() => self.downgrade(target),
            Target::Head | Target::Up(_) => self.upgrade(target),
            Target::Base | Target::Down(_) => self.downgrade(target),
            Target::Version(_) | Target::Word(_) => {
                let version = self.find(target)?;
                if self
                    .applied
                    .current()
                    .is_some_and(|current| version < current)
                {
                    self.downgrade(target)
                } else {
                    self.upgrade(target)
                }
            }
        }
    }

    /// Whether the database is beyond the last migration, and can be brought back from there.
    fn is_ahead(&self) -> bool {
        self.policy.stored_downs && self.applied.current() > self.table.head()
    }

    fn redo(&self) -> Result<Vec<Step>, Error> {
        let mut steps = self.downgrade(&Target::Down(1))?;
        if let [Step { migration, .. }] = steps[..] {
            steps.push(Step::up(migration));
        }
        Ok(steps)
    }

    /// Applied migrations with another checksum than they had.
    fn edited(&self) -> Vec<Step> {
        let edited = status::edited(self.table, self.applied).into_iter();
        let migration = |edited: Edited| self.table.get(edited.migration.version);
        edited.filter_map(migration).map(Step::up).collect()
    }

    /// The one migration that failed.
    fn rebuild(&self, target: &Target) -> Result<Vec<Step>, Error> {
        let version = self.find(target)?;
        if let Some(interrupted) = self.applied.interrupted.get(&version) {
            let step = resume(self.table, self.applied, interrupted, self.policy)?;
            return Ok(Vec::from_iter(step));
        }
        match self.applied.failed.get(&version) {
            Some(Direction::Up) => self.up_while(|pending| pending == version),
            Some(Direction::Down) => Ok(vec![self.down(version)?]),
            None => Err(Error::NotFailed(self.named(version))),
        }
    }

    /// The migration that stopped at a statement in doubt.
    fn in_doubt(&self, target: &Target) -> Result<Step, Error> {
        let version = self.find(target)?;
        let interrupted = self.applied.interrupted.get(&version);
        let step = match interrupted.filter(|interrupted| interrupted.in_doubt) {
            Some(interrupted) => resume(self.table, self.applied, interrupted, self.policy)?,
            None => None,
        };
        step.ok_or_else(|| Error::NotInDoubt(self.named(version)))
    }

    fn named(&self, version: Version) -> Named {
        let name = self.table.get(version).map(|migration| migration.name());
        Named {
            version,
            name: name.unwrap_or_default().to_owned(),
        }
    }

    fn pending(&self) -> impl Iterator<Item = Migration> {
        self.table
            .iter()
            .filter(|migration| !self.applied.contains(migration.version()))
    }

    fn up_while(&self, wanted: impl Fn(Version) -> bool) -> Result<Vec<Step>, Error> {
        let pending: Vec<_> = self
            .pending()
            .filter(|migration| wanted(migration.version()))
            .collect();
        let applied_later = |migration: &Migration| {
            self.applied.versions().rev().find(|version| {
                *version > migration.version() && self.table.get(*version).is_some()
            })
        };
        let late = pending
            .iter()
            .find_map(|migration| Some((migration, applied_later(migration)?)));
        match late {
            Some((migration, applied)) if self.policy.out_of_order == OutOfOrder::Error => {
                Err(Error::OutOfOrder {
                    migration: Named::from(*migration),
                    path: migration.up().path(),
                    applied,
                })
            }
            _ => Ok(pending.into_iter().map(Step::up).collect()),
        }
    }

    fn down_while(&self, wanted: impl Fn(Version) -> bool) -> Result<Vec<Step>, Error> {
        self.applied
            .versions()
            .rev()
            .filter(|version| wanted(*version))
            .map(|version| self.down(version))
            .collect()
    }

    fn down(&self, version: Version) -> Result<Step, Error> {
        let stored = self.applied.stored.get(&version).copied();
        let Some(migration) = self.table.get(version).or(stored) else {
            if self.policy.stored_downs {
                return Err(Error::Irreversible(self.named(version)));
            }
            return Err(Error::Ahead {
                versions: vec![version],
                head: self.table.head(),
            });
        };
        match migration.down() {
            Some(script) => Ok(Step::new(migration, Direction::Down, script)),
            None => Err(Error::Irreversible(Named::from(migration))),
        }
    }

    /// The version that is meant, which must be one of the table.
    fn find(&self, target: &Target) -> Result<Version, Error> {
        let found = match target {
            Target::Version(version) => self.table.get(*version),
            Target::Word(word) => return self.find_word(word),
            _ => None,
        };
        found
            .map(|migration| migration.version())
            .ok_or_else(|| self.unknown(&target.to_string()))
    }

    fn find_word(&self, word: &str) -> Result<Version, Error> {
        let exact = |migration: &Migration| {
            migration.version().to_string() == word || migration.name() == word
        };
        let begins = |migration: &Migration| {
            migration.version().to_string().starts_with(word) || migration.name().starts_with(word)
        };
        let mut found: Vec<_> = self.table.iter().filter(exact).collect();
        if found.is_empty() && !word.is_empty() {
            found = self.table.iter().filter(begins).collect();
        }
        match found[..] {
            [] => Err(self.unknown(word)),
            [migration] => Ok(migration.version()),
            _ => Err(Error::AmbiguousTarget {
                wanted: word.to_owned(),
                matches: found.into_iter().map(Named::from).collect(),
            }),
        }
    }

    fn unknown(&self, wanted: &str) -> Error {
        let similar = |migration: &Migration| {
            let name = migration.name();
            name.contains(wanted) || (!name.is_empty() && wanted.contains(name))
        };
        let nearest = self.table.iter().find(similar).or_else(|| {
            let number: i64 = wanted.parse().ok()?;
            self.table
                .iter()
                .min_by_key(|migration| migration.version().number().abs_diff(number))
        });
        Error::UnknownTarget {
            wanted: wanted.to_owned(),
            nearest: nearest.map(Named::from),
        }
    }

    fn wrong_direction(&self, target: &Target, direction: Direction) -> Error {
        Error::WrongDirection {
            target: target.clone(),
            direction,
            current: self.applied.current(),
        }
    }
}

/// Something is recorded of these migrations, and nothing is run.
fn recorded(mut steps: Vec<Step>, action: Action) -> Vec<Step> {
    for step in &mut steps {
        step.action = action;
    }
    steps
}

fn check_range(asked: usize, available: usize, target: &Target) -> Result<(), Error> {
    if asked > available {
        return Err(Error::OutOfRange {
            target: target.clone(),
            available,
        });
    }
    Ok(())
}
