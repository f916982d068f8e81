//! On an error both forms of the macro still have their types and names.

use rungs::{Migration, Migrations, Version};

static MIGRATIONS: Migrations = rungs::migrations!("migrations/only-our-errors", dialect = sqlite);

rungs::migrations!(pub mod db in "migrations/only-our-errors", dialect = sqlite);

rungs::migrations!(mod argument in "migrations/only-our-errors", dialekt = sqlite);

rungs::migrations!(mod dialect in "migrations/only-our-errors");

fn main() {
    let versions: [Version; 4] = [
        db::versions::USERS,
        db::versions::ORDERS,
        argument::versions::USERS,
        dialect::versions::USERS,
    ];
    for version in versions {
        let _: Option<&Migration> = MIGRATIONS.get(version).or(db::MIGRATIONS.get(version));
    }
    let _ = (argument::MIGRATIONS.len(), dialect::MIGRATIONS.len());
}
