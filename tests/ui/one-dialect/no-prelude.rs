//! The expansion needs neither a prelude nor a name of the place where it stands.
#![no_implicit_prelude]
#![deny(warnings)]
#![allow(dead_code, non_camel_case_types)]

static MIGRATIONS: ::rungs::Migrations = ::rungs::migrations!("migrations/good");

::rungs::migrations!(mod db in "migrations/good");

mod shadowed {
    pub(crate) enum Option {}
    pub(crate) enum Some {}
    pub(crate) enum None {}
    pub(crate) enum Migrations {}
    pub(crate) enum Version {}
    pub(crate) enum u8 {}
    pub(crate) enum str {}
    pub(crate) mod core {}
    pub(crate) mod std {}
    pub(crate) mod rungs {}

    pub(crate) static MIGRATIONS: ::rungs::Migrations = ::rungs::migrations!("migrations/good");

    ::rungs::migrations!(pub(crate) mod db in "migrations/good");
}

fn main() {
    let _ = (MIGRATIONS.len(), db::MIGRATIONS.get(db::versions::CREATE_USERS));
    let _ = (shadowed::MIGRATIONS.len(), shadowed::db::MIGRATIONS.len());
}
