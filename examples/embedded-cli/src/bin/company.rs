//! A company whose program migrates several databases: `company migrate up`, or
//! `company migrate up --set billing`.

#![expect(clippy::print_stdout, reason = "this program talks to a person")]

use std::process::ExitCode;

use rungs::{Migrations, Registry};

static ORDERS: Migrations = rungs::migrations!("sets/orders");
static BILLING: Migrations = rungs::migrations!("sets/billing");

fn main() -> Result<ExitCode, rungs::Error> {
    let mut sets = Registry::new();
    sets.register("orders", &ORDERS, || {
        rusqlite::Connection::open("orders.sqlite")
    })?;
    sets.register("billing", &BILLING, || {
        rusqlite::Connection::open("billing.sqlite")
    })?;

    let migrate = rungs_cli::SetsCli::new(&sets);
    let matches = migrate.mount(clap::Command::new("company")).get_matches();
    if let Some(status) = migrate.run(&matches) {
        return Ok(status);
    }
    println!("the company is open");
    Ok(ExitCode::SUCCESS)
}
