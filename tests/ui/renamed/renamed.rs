//! The crate has another name here.
#![deny(warnings)]

static MIGRATIONS: ladder::Migrations = ladder::migrations!("migrations/good");

ladder::migrations!(mod db in "migrations/good");

mod aliased {
    extern crate ladder as steps;

    pub(crate) static MIGRATIONS: steps::Migrations = steps::migrations!("migrations/good");
}

mod imported {
    use ladder::migrations;

    pub(crate) static MIGRATIONS: ladder::Migrations = migrations!("migrations/good");
}

fn main() {
    let version = db::versions::CREATE_USERS;
    let tables = [&MIGRATIONS, &db::MIGRATIONS, &aliased::MIGRATIONS, &imported::MIGRATIONS];
    assert!(tables.iter().all(|table| table.get(version).is_some()));
}
