//! Databases for one test.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;
use std::io;
use std::path::{Path, PathBuf};

use crate::connection::{AsyncConnection, Command, Connection, Database, DriverError};
use crate::error::Error;

/// The path of a database file that is removed when this is dropped.
#[derive(Debug)]
pub struct TempFile {
    directory: PathBuf,
    path: PathBuf,
}

/// A database on a server, which is removed when this is dropped.
///
/// ```no_run
/// # #[cfg(feature = "rust-postgres")]
/// # fn test() -> Result<(), Box<dyn std::error::Error>> {
/// use postgres::{Client, NoTls};
/// use rungs::testing::TempDatabase;
///
/// let server = "postgres://postgres@localhost";
/// let database = TempDatabase::create(Client::connect(server, NoTls)?)?;
/// let mut connection = Client::connect(&format!("{server}/{}", database.name()), NoTls)?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct TempDatabase<C: Connection> {
    name: String,
    server: C,
}

/// Like [`TempDatabase`], awaited. [`remove`](Self::remove) it in the end: when it is only dropped, it
/// may outlive the program.
#[derive(Debug)]
pub struct AsyncTempDatabase<C: AsyncConnection> {
    name: String,
    server: C,
    is_removed: bool,
}

impl TempFile {
    /// A path at which nothing is yet.
    pub fn new() -> io::Result<Self> {
        let directory = std::env::temp_dir().join(unique_name());
        std::fs::create_dir(&directory)?;
        let path = directory.join("database.sqlite");
        Ok(Self { directory, path })
    }

    /// The path.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        // With what SQLite puts beside it. What cannot be removed is for the system to clean up.
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

impl<C: Connection> TempDatabase<C> {
    /// Makes one over a connection to its server that may do that.
    pub fn create(mut server: C) -> Result<Self, Error> {
        let name = unique_name();
        server.run(&creation(&name)).map_err(not_created)?;
        Ok(Self { name, server })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl<C: Connection> Drop for TempDatabase<C> {
    fn drop(&mut self) {
        // A test that fails is to say why, and not that the server is gone.
        let _ = self
            .server
            .run(&removal(self.server.database(), &self.name));
    }
}

impl<C: AsyncConnection> AsyncTempDatabase<C> {
    /// Makes one over a connection to its server that may do that.
    pub async fn create(mut server: C) -> Result<Self, Error> {
        let name = unique_name();
        server.run(&creation(&name)).await.map_err(not_created)?;
        Ok(Self {
            name,
            server,
            is_removed: false,
        })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Removes it.
    pub async fn remove(mut self) -> Result<(), Error> {
        self.is_removed = true;
        let removal = removal(self.server.database(), &self.name);
        let removed = self.server.run(&removal).await;
        removed.map(drop).map_err(|source| Error::Database {
            doing: "remove a database",
            source: Box::new(source),
        })
    }
}

impl<C: AsyncConnection> Drop for AsyncTempDatabase<C> {
    fn drop(&mut self) {
        if !self.is_removed {
            let removal = removal(self.server.database(), &self.name);
            self.server.abandon(&[removal]);
        }
    }
}

fn creation(name: &str) -> Command {
    Command::of(&[format!("CREATE DATABASE {name}")])
}

fn removal(database: Database, name: &str) -> Command {
    // Connections of the test may still be open.
    let force = if database == Database::Postgres {
        " WITH (FORCE)"
    } else {
        ""
    };
    Command::of(&[format!("DROP DATABASE {name}{force}")])
}

fn not_created(source: DriverError) -> Error {
    Error::Database {
        doing: "make a database",
        source: Box::new(source),
    }
}

fn unique_name() -> String {
    // The standard library gives every state keys of its own.
    format!("rungs_{:016x}", RandomState::new().hash_one(()))
}
