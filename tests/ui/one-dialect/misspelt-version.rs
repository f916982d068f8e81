rungs::migrations!(mod db in "migrations/good");

fn main() {
    let _ = db::MIGRATIONS.get(db::versions::CREATE_USER);
}
