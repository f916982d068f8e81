//! Where the macro can stand.
#![deny(warnings, missing_docs, unreachable_pub, unused_qualifications, unused_results)]
#![deny(elided_lifetimes_in_paths, single_use_lifetimes, unnameable_types, unused_lifetimes)]
#![forbid(unsafe_code)]

use rungs::{Migrations, Version};

static STATIC: Migrations = rungs::migrations!("migrations/good");
const CONST: Migrations = rungs::migrations!("migrations/good", dialect = sqlite);
const LIST: Migrations = rungs::migrations!("migrations/good", dialect = [sqlite],);
const _: () = assert!(CONST.len() == 2 && LIST.len() == 2);

rungs::migrations!(mod private in "migrations/good");
rungs::migrations!(
    /// The migrations.
    pub mod public in "migrations/good", dialect = sqlite
);
rungs::migrations!(
    /// Some are not used.
    #[allow(dead_code)]
    pub(crate) mod restricted in "migrations/good"
);

mod nested {
    //! A module with two calls.
    pub(super) static ONE: rungs::Migrations = rungs::migrations!("migrations/good");
    pub(super) static TWO: rungs::Migrations = rungs::migrations!("migrations/good");
}

struct Shop;

impl Shop {
    const MIGRATIONS: Migrations = rungs::migrations!("migrations/good");
}

fn in_generic<T>(value: T) -> (T, Migrations) {
    (value, rungs::migrations!("migrations/good"))
}

fn in_method_chain() -> usize {
    rungs::migrations!("migrations/good").len()
}

fn from_macro() -> Migrations {
    macro_rules! both {
        ($first:literal) => {
            rungs::migrations!($first, dialect = sqlite)
        };
    }
    both!("migrations/good")
}

fn main() {
    let local = rungs::migrations!("migrations/good");
    let kept: &'static Migrations = Box::leak(Box::new(local));
    static INSIDE: Migrations = rungs::migrations!["migrations/good"];
    let version: Version = private::versions::CREATE_USERS;
    assert!(STATIC.get(version).is_some() && kept.get(public::versions::CREATE_ORDERS).is_some());
    let tables = [INSIDE, nested::ONE, nested::TWO, Shop::MIGRATIONS, from_macro()];
    let modules = [&private::MIGRATIONS, &public::MIGRATIONS, &restricted::MIGRATIONS];
    assert_eq!(tables.len() + modules.len() + in_method_chain(), 10);
    let (_, _) = in_generic("");
}
