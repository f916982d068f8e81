//! Which database drivers a package depends on.

use std::collections::BTreeSet;

use rungs_build::Dialect;
use toml::de::{DeTable, DeValue};

/// What a dependency says about the database.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Driver {
    pub(crate) dialect: Dialect,
    /// The feature of rungs that belongs to it.
    pub(crate) feature: &'static str,
}

/// A dependency, the beginning of the feature that selects the database (empty: it has but one),
/// and what they mean.
const DRIVERS: &[(&str, &str, Driver)] = &[
    driver("rusqlite", "", Dialect::Sqlite, "rusqlite"),
    driver("sqlx", "sqlite", Dialect::Sqlite, "sqlx-sqlite"),
    driver("sqlx", "postgres", Dialect::Postgres, "sqlx-postgres"),
    driver("sqlx", "mysql", Dialect::Mysql, "sqlx-mysql"),
    driver("postgres", "", Dialect::Postgres, "rust-postgres"),
    driver("tokio-postgres", "", Dialect::Postgres, "tokio-postgres"),
    driver("mysql", "", Dialect::Mysql, "rust-mysql"),
    driver("mysql_async", "", Dialect::Mysql, "mysql-async"),
    driver("diesel", "sqlite", Dialect::Sqlite, "diesel-sqlite"),
    driver("diesel", "postgres", Dialect::Postgres, "diesel-postgres"),
    driver("diesel", "mysql", Dialect::Mysql, "diesel-mysql"),
];

const fn driver(
    package: &'static str,
    selector: &'static str,
    dialect: Dialect,
    feature: &'static str,
) -> (&'static str, &'static str, Driver) {
    (package, selector, Driver { dialect, feature })
}

/// The drivers among the dependencies of a `Cargo.toml`; none if it is not understood.
pub(crate) fn of_manifest(manifest: &str) -> Vec<&'static Driver> {
    let Ok(manifest) = DeTable::parse(manifest) else {
        return Vec::new();
    };
    let Some(dependencies) = manifest
        .get_ref()
        .get("dependencies")
        .and_then(|value| value.get_ref().as_table())
    else {
        return Vec::new();
    };
    let wanted = DRIVERS.iter().filter(|(package, selector, _)| {
        dependencies
            .get(*package)
            .is_some_and(|dependency| selects(dependency.get_ref(), selector))
    });
    wanted.map(|(_, _, driver)| driver).collect()
}

fn selects(dependency: &DeValue<'_>, selector: &str) -> bool {
    if selector.is_empty() {
        return true;
    }
    let features = dependency.get("features");
    let features = features.and_then(|features| features.get_ref().as_array());
    features.is_some_and(|features| {
        let mut features = features.iter().filter_map(|value| value.get_ref().as_str());
        features.any(|feature| feature.starts_with(selector))
    })
}

/// The dialects of these drivers.
pub(crate) fn dialects(drivers: &[&Driver]) -> Vec<Dialect> {
    let dialects: BTreeSet<_> = drivers.iter().map(|driver| driver.dialect).collect();
    dialects.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn features(manifest: &str) -> Vec<&'static str> {
        let drivers = of_manifest(manifest).into_iter();
        drivers.map(|driver| driver.feature).collect()
    }

    #[test]
    fn drivers_are_found_among_the_dependencies() {
        assert_eq!(
            features("[dependencies]\nrusqlite = '0.39'\n"),
            ["rusqlite"]
        );
        let sqlx = "[dependencies]\nsqlx = { version = '0.9', features = ['sqlite-bundled'] }\n";
        assert_eq!(features(sqlx), ["sqlx-sqlite"]);
        let postgres = "[dependencies.tokio-postgres]\nversion = '0.7'\n";
        assert_eq!(features(postgres), ["tokio-postgres"]);
    }

    #[test]
    fn what_does_not_say_is_no_driver() {
        assert_eq!(features("[dependencies]\nsqlx = '0.9'\n"), [""; 0]);
        assert_eq!(features("[dependencies]\nsqlx.workspace = true\n"), [""; 0]);
        assert_eq!(features("[dev-dependencies]\nrusqlite = '0.39'\n"), [""; 0]);
        assert_eq!(features("not toml"), [""; 0]);
    }
}
