//! SQLite: the driver in a program with a command line, in which are the verbs of rungs.

use std::error::Error;
use std::process::ExitCode;

static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations", dialect = sqlite);

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let migrate = rungs_cli::Cli::new(&MIGRATIONS);
    let matches = migrate.mount(clap::Command::new("shop")).get_matches();
    let open = || rusqlite::Connection::open("size.sqlite");
    if let Some(status) = migrate.run_with(&matches, open) {
        return Ok(status);
    }
    let count: i64 = open()?.query_row("SELECT count(*) FROM tasks", [], |row| row.get(0))?;
    println!("{count}");
    Ok(ExitCode::SUCCESS)
}
