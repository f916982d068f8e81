static MIGRATIONS: rungs::Migrations = rungs::Migrations::EMPTY;

fn main() {
    let _ = MIGRATIONS.upgrade(&mut "app.sqlite");
}
