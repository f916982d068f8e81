//! Faults of all kinds, as few as show that they do no harm; `docs/faults.md` has the long runs.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use clap::ValueEnum as _;
use rungs_faults::index::{self, Fate};
use rungs_faults::kill::{self, Plan};
use rungs_faults::place::Place;
use rungs_faults::positions::{self, Position, Way};
use rungs_faults::{cut, server_kill, standby, starters};
use rungs_servers::{Options, Server};

fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_rungs-faults"))
}

#[test]
fn workers_that_are_killed_and_stopped_apply_everything_once_on_postgres() {
    kill_and_stop("postgres-15", 1);
}

#[test]
fn workers_that_are_killed_and_stopped_apply_everything_once_through_pgbouncer() {
    kill_and_stop("pgbouncer-1.18", 2);
}

#[test]
fn workers_that_are_killed_and_stopped_apply_everything_once_on_mariadb() {
    kill_and_stop("mariadb-10.11", 3);
}

fn kill_and_stop(place: &str, seed: u64) {
    let plan = Plan {
        kills: 24,
        seed,
        ..Plan::default()
    };
    let tally = kill::run(program(), &Place::find(place).unwrap(), &plan).unwrap();
    assert!(tally.is_well(), "seed {seed}\n{}\n{tally}", kill::COLUMNS);
}

#[test]
fn sixteen_processes_that_start_at_once_all_succeed() {
    for place in ["postgres-15", "pgbouncer-1.18", "mariadb-10.11"] {
        let place = Place::find(place).unwrap();
        let tally = starters::run(program(), &place, 16, 2).unwrap();
        assert!(tally.is_well(), "{}\n{tally}", starters::COLUMNS);
    }
}

#[test]
fn what_a_killed_server_leaves_is_finished_by_the_next_start() {
    for options in [Options::postgres(), Options::mariadb()] {
        let tally = server_kill::run(program(), options, 3, 1).unwrap();
        assert!(tally.is_well(), "{}\n{tally}", server_kill::COLUMNS);
    }
}

#[test]
fn a_migration_of_mysql_that_is_broken_off_anywhere_is_finished_by_the_next_start() {
    let place = Place::find("mariadb-10.11").unwrap();
    for position in positions::positions() {
        for way in [Way::Client, Way::Session] {
            let outcome = positions::run(program(), &place, way, position).unwrap();
            assert!(outcome.is_well(), "{outcome}");
        }
    }
}

#[test]
fn a_migration_of_mysql_whose_server_is_killed_is_finished_by_the_next_start() {
    let mut server = Server::start(Options::mariadb().durable()).unwrap();
    for position in [
        Position::Before(1),
        Position::Before(6),
        Position::Unrecorded(6),
        Position::Before(7),
        Position::Unrecorded(10),
    ] {
        let outcome = positions::run_with(program(), &mut server, position).unwrap();
        assert!(outcome.is_well(), "{outcome}");
    }
}

#[test]
fn an_index_that_is_built_concurrently_is_valid_in_the_end() {
    for place in ["postgres-15", "pgbouncer-1.18"] {
        let place = Place::find(place).unwrap();
        for fate in Fate::value_variants() {
            let built = index::run(program(), &place, *fate);
            built.unwrap_or_else(|error| panic!("{place}, {fate:?}: {error:#}"));
        }
    }
}

#[test]
fn another_client_goes_on_when_the_network_of_one_is_cut() {
    for engine in ["postgres", "mariadb"] {
        let is_well = cut::within_network(program(), &["cut-within", engine]).unwrap();
        assert!(is_well, "{engine}");
    }
}

#[test]
fn a_standby_that_is_behind_is_told_from_one_that_follows() {
    // The wide tier has one; there it fails without.
    if let Some(standby) = rungs_servers::standby() {
        standby::run(&standby).unwrap();
    }
}
