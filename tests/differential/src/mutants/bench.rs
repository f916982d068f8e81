//! The server that mutants are put to, each in the state just before its migration.

use rungs::DriverError;
use rungs_build::{Script, Table};
use rungs_cli::introspect;
use rungs_differential::{Database, Server, apply, attempt, is_in_transaction};

use super::mutant::Mutant;
use super::names::Names;

/// The ways up that the server takes, and what they make.
pub(super) fn ordinary<'t>(
    server: &Server,
    table: &'t Table,
) -> Result<(Vec<&'t Script>, Names), String> {
    let mut database = server.create()?;
    let (mut ways, mut names) = (Vec::new(), Names::default());
    for migration in &table.migrations {
        let up = &migration.up;
        if apply(&mut *database.connection, up, server.dialect).is_err() {
            database = server.migrated(&ways)?;
            continue;
        }
        ways.push(up);
        let catalog = introspect(&mut *database.connection).map_err(|error| error.to_string())?;
        names.add(&catalog);
    }
    Ok((ways, names))
}

/// A database on its way through the history.
pub(super) struct Bench<'b, 't> {
    server: &'b Server,
    ways: &'b [&'t Script],
    database: Database,
    /// How many of the ways were gone.
    reached: usize,
    /// Whether it has something of a mutant.
    is_spoilt: bool,
}

impl<'b, 't> Bench<'b, 't> {
    pub(super) fn new(server: &'b Server, ways: &'b [&'t Script]) -> Result<Self, String> {
        Ok(Self {
            server,
            ways,
            database: server.create()?,
            reached: 0,
            is_spoilt: false,
        })
    }

    /// What the server says of each, in their order.
    pub(super) fn put(
        &mut self,
        mutants: &[Mutant<'t>],
    ) -> Result<Vec<Option<DriverError>>, String> {
        // The history is walked once.
        let mut order: Vec<usize> = (0..mutants.len()).collect();
        order.sort_by_key(|&index| (mutants[index].way, mutants[index].start));
        let mut said: Vec<Option<DriverError>> = mutants.iter().map(|_| None).collect();
        for index in order {
            self.go_to(mutants[index].way)?;
            said[index] = self.try_one(&mutants[index].broken());
        }
        Ok(said)
    }

    fn go_to(&mut self, way: usize) -> Result<(), String> {
        if self.is_spoilt || self.reached > way {
            self.database = self.server.migrated(&self.ways[..way])?;
        } else {
            for script in &self.ways[self.reached..way] {
                apply(&mut *self.database.connection, script, self.server.dialect)?;
            }
        }
        (self.reached, self.is_spoilt) = (way, false);
        Ok(())
    }

    fn try_one(&mut self, script: &Script) -> Option<DriverError> {
        let dialect = self.server.dialect;
        let outcome = attempt(&mut *self.database.connection, script, dialect);
        // One statement that is refused leaves nothing.
        let taken = outcome.as_ref().map_or_else(|it| it.taken, |()| 1);
        self.is_spoilt = taken > 0 && !is_in_transaction(script, dialect);
        outcome.err().map(|refusal| *refusal.error)
    }
}
