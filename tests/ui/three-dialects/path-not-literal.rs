const DIRECTORY: &str = "migrations";

static MIGRATIONS: rungs::Migrations = rungs::migrations!(DIRECTORY);

fn main() {
    let _ = (DIRECTORY, MIGRATIONS.len());
}
