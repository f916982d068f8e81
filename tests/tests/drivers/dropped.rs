//! A run that is dropped while a command is in flight leaves no transaction open.

use rungs::Command;

use crate::driver::{DRIVERS, Driver, Server};
use crate::subject::{self, Subject};
use crate::table;

#[test]
fn no_transaction_stays_open() {
    for driver in DRIVERS {
        let mut dropped = Dropped::of(driver);
        if !dropped.drop_run() {
            continue;
        }
        dropped.subject.release();
        dropped.wait_until_closed();
        dropped.assert_rolled_back();
    }
}

#[test]
fn a_connection_of_postgres_stays_usable() {
    for driver in Driver::of(Server::Postgres) {
        let mut dropped = Dropped::of(driver);
        if !dropped.drop_run() {
            continue;
        }
        dropped.wait_until_closed();
        assert_eq!(
            dropped.subject.ask(&["SELECT 7"]),
            table(&["7"]),
            "{driver}"
        );
        dropped.assert_rolled_back();
    }
}

/// A connection that waits inside a transaction for a lock which somebody else holds.
struct Dropped {
    driver: &'static Driver,
    subject: Box<dyn Subject>,
    other: Box<dyn Subject>,
    /// How the server calls the connection.
    id: String,
    /// The table it writes to.
    fruit: String,
}

impl Dropped {
    fn of(driver: &'static Driver) -> Self {
        let mut subject = driver.open();
        subject.ask(&["CREATE TABLE fruit (id int)"]);
        let (other, whoami) = match driver.server {
            Server::Mariadb => (subject::mysql(), "SELECT connection_id(), database()"),
            Server::Postgres => (
                subject::postgres(),
                "SELECT pg_backend_pid(), current_schema()",
            ),
        };
        let mut rows = subject.ask(&[whoami]).into_iter().flatten().flatten();
        let id = rows.next().unwrap();
        let fruit = format!("{}.fruit", rows.next().unwrap());
        Self {
            driver,
            subject,
            other,
            id,
            fruit,
        }
    }

    fn drop_run(&mut self) -> bool {
        let id = &self.id;
        let (lock, unlock, waits) = match self.driver.server {
            Server::Mariadb => (
                "SELECT get_lock('drivers', 60)",
                "SELECT release_lock('drivers')",
                format!("information_schema.processlist WHERE id = {id} AND state = 'User lock'"),
            ),
            Server::Postgres => (
                "SELECT pg_advisory_lock(7)",
                "SELECT pg_advisory_unlock(7)",
                format!("pg_stat_activity WHERE pid = {id} AND wait_event = 'advisory'"),
            ),
        };
        self.other.ask(&[lock]);
        let in_flight = ["BEGIN", "INSERT INTO fruit VALUES (1)", lock, "SELECT 1"];
        let waits = format!("SELECT count(*) FROM {waits}");
        let other = &mut self.other;
        let started = &mut || other.ask(&[&waits]) == table(&["1"]);
        let rollback = Command::of(&["ROLLBACK"]);
        let dropped = self
            .subject
            .drop_run(&Command::of(&in_flight), started, &rollback);
        self.other.ask(&[unlock]);
        dropped
    }

    /// Asks until the server has no transaction of the connection any more.
    fn wait_until_closed(&mut self) {
        let id = &self.id;
        let (pause, open) = match self.driver.server {
            Server::Mariadb => (
                "SELECT sleep(0.02)",
                format!("information_schema.innodb_trx WHERE trx_mysql_thread_id = {id}"),
            ),
            Server::Postgres => (
                "SELECT pg_sleep(0.02)",
                format!("pg_stat_activity WHERE pid = {id} AND xact_start IS NOT NULL"),
            ),
        };
        let open = format!("SELECT count(*) FROM {open}");
        let closed = (0..500).any(|_| self.other.ask(&[pause, &open]) == table(&["0"]));
        assert!(closed, "{}: a transaction is open", self.driver);
    }

    fn assert_rolled_back(&mut self) {
        let count = format!("SELECT count(*) FROM {}", self.fruit);
        assert_eq!(self.other.ask(&[&count]), table(&["0"]), "{}", self.driver);
    }
}
