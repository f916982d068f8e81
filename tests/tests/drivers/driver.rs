//! The drivers, and what differs between the servers.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::subject::{self, Subject};

/// A driver, or one of its pools.
pub(crate) struct Driver {
    name: &'static str,
    pub(crate) server: Server,
    connect: fn() -> Box<dyn Subject>,
    is_diesel: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Server {
    Mariadb,
    Postgres,
}

/// All of them.
pub(crate) const DRIVERS: &[Driver] = &[
    postgres("diesel PgConnection", subject::diesel_postgres).diesel(),
    postgres("diesel-async AsyncPgConnection", subject::diesel_async).diesel(),
    mariadb("diesel MysqlConnection", subject::diesel_mysql).diesel(),
    postgres("postgres", subject::postgres),
    postgres("postgres in r2d2", subject::postgres_in_r2d2),
    postgres("tokio-postgres", subject::tokio_postgres),
    postgres("tokio-postgres in bb8", subject::tokio_postgres_in_bb8),
    postgres(
        "tokio-postgres in deadpool",
        subject::tokio_postgres_in_deadpool,
    ),
    postgres("sqlx PgConnection", subject::sqlx_postgres),
    postgres("sqlx PgPool", subject::sqlx_postgres_pool),
    mariadb("mysql", subject::mysql),
    mariadb("mysql pool", subject::mysql_pool),
    mariadb("mysql_async", subject::mysql_async),
    mariadb("mysql_async pool", subject::mysql_async_pool),
    mariadb("sqlx MySqlConnection", subject::sqlx_mysql),
    mariadb("sqlx MySqlPool", subject::sqlx_mysql_pool),
];

const fn postgres(name: &'static str, connect: fn() -> Box<dyn Subject>) -> Driver {
    Driver {
        name,
        server: Server::Postgres,
        connect,
        is_diesel: false,
    }
}

const fn mariadb(name: &'static str, connect: fn() -> Box<dyn Subject>) -> Driver {
    Driver {
        name,
        server: Server::Mariadb,
        connect,
        is_diesel: false,
    }
}

impl Driver {
    const fn diesel(self) -> Self {
        Self {
            is_diesel: true,
            ..self
        }
    }

    /// Whether every value is text, not only those that the engine reads.
    pub(crate) fn reads_text(&self) -> bool {
        !self.is_diesel
    }

    /// Whether it says in which function an error was.
    pub(crate) fn tells_context(&self) -> bool {
        !self.is_diesel
    }

    /// Whether it says where in the text an error was.
    pub(crate) fn tells_place(&self) -> bool {
        !self.name.starts_with("diesel-async")
    }

    /// What an error says when this many statements were complete before it.
    pub(crate) fn completed(&self, count: usize) -> Option<usize> {
        self.counts().then_some(count)
    }

    fn counts(&self) -> bool {
        !self.is_diesel && !self.name.starts_with("postgres")
    }

    /// What it makes of a code; diesel shows only some of those of PostgreSQL.
    pub(crate) fn code<'a>(&self, code: &'a str) -> &'a str {
        let hides = self.is_diesel && self.server == Server::Postgres;
        let shown = !hides || ["23505", "42P01"].contains(&code);
        if shown { code } else { "hidden by diesel" }
    }

    /// A connection with an empty schema of its own.
    pub(crate) fn open(&self) -> Box<dyn Subject> {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let schema = format!("drivers_{}_{count}", std::process::id());
        let enter = match self.server {
            Server::Mariadb => format!("USE {schema}"),
            Server::Postgres => format!("SET search_path TO {schema}"),
        };
        let mut subject = (self.connect)();
        subject.ask(&[&format!("CREATE SCHEMA {schema}"), &enter]);
        subject
    }

    /// Those of one server.
    pub(crate) fn of(server: Server) -> impl Iterator<Item = &'static Self> {
        DRIVERS.iter().filter(move |driver| driver.server == server)
    }
}

impl fmt::Display for Driver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl Server {
    /// Statements that fail after a row with the id 1 was inserted into `fruit`, and their codes.
    pub(crate) fn failures(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Mariadb => &[
                ("SELEKT 1", "1064"),
                ("SELECT * FROM nowhere", "1146"),
                ("INSERT INTO fruit VALUES (1)", "1062"),
                (
                    "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'on purpose'",
                    "1644",
                ),
            ],
            // A text with a syntax error does not begin to run; that is a test of its own.
            Self::Postgres => &[
                ("SELECT * FROM nowhere", "42P01"),
                ("INSERT INTO fruit VALUES (1)", "23505"),
                ("DO $$ BEGIN RAISE EXCEPTION 'on purpose'; END $$", "P0001"),
                ("SELECT 1 / (id - 1) FROM fruit", "22012"),
            ],
        }
    }

    /// A statement that fails when somebody else has taken over, as the engine writes it.
    pub(crate) fn guard(self) -> (&'static str, &'static str) {
        match self {
            Self::Mariadb => ("SELECT if(1 = 2, 1, (SELECT 1 UNION ALL SELECT 2))", "1242"),
            Self::Postgres => ("SELECT 1 / count(*) FROM (SELECT 1 WHERE false) q", "22012"),
        }
    }

    /// Statements that succeed with a notice or a warning.
    pub(crate) fn noisy(self) -> &'static [&'static str] {
        match self {
            Self::Mariadb => &["DROP TABLE IF EXISTS nowhere", "SELECT 1 / 0"],
            Self::Postgres => &[
                "DROP TABLE IF EXISTS nowhere",
                "DO $$ BEGIN RAISE NOTICE 'one'; RAISE WARNING 'two'; END $$",
            ],
        }
    }
}
