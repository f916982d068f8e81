//! From a goal to steps.

use super::{Direction, Goal, OutOfOrder, Policy, Step};
use crate::error::{Error, Named};
use crate::log::Applied;
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

    fn redo(&self) -> Result<Vec<Step>, Error> {
        let mut steps = self.downgrade(&Target::Down(1))?;
        if let [Step { migration, .. }] = steps[..] {
            steps.push(up(migration));
        }
        Ok(steps)
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
            _ => Ok(pending.into_iter().map(up).collect()),
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
        let Some(migration) = self.table.get(version) else {
            let head = self.table.head();
            return Err(Error::Ahead {
                versions: vec![version],
                head,
            });
        };
        match migration.down() {
            Some(script) => Ok(Step {
                migration,
                direction: Direction::Down,
                script,
                done: 0,
                in_doubt: false,
            }),
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

fn check_range(asked: usize, available: usize, target: &Target) -> Result<(), Error> {
    if asked > available {
        return Err(Error::OutOfRange {
            target: target.clone(),
            available,
        });
    }
    Ok(())
}

fn up(migration: Migration) -> Step {
    Step {
        migration,
        direction: Direction::Up,
        script: migration.up(),
        done: 0,
        in_doubt: false,
    }
}
