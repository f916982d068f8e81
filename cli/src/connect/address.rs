//! What a URL says, so that it can be shown, compared and handed to a driver.

use rungs::Database;
use url::Url;

use super::security::Security;
use super::{AnyConnection, driver};
use crate::error::CommandError;

/// Where a database is. Its password is never shown: there is no way to get at it but to connect.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Address {
    /// As the driver reads it.
    url: String,
    pub(crate) database: Database,
    /// User, and whether there is a password.
    user: Option<(String, bool)>,
    /// Host and port, or nothing for a file.
    host: Option<String>,
    /// The file, or the name of the database on its server.
    name: String,
    /// What its server is to prove.
    pub(super) security: Security,
}

const SCHEMES: &[(&str, Database)] = &[
    ("mariadb", Database::Mysql),
    ("mysql", Database::Mysql),
    ("postgres", Database::Postgres),
    ("postgresql", Database::Postgres),
    ("sqlite", Database::Sqlite),
];

impl Address {
    /// Reads a URL. No part of one that cannot be read is repeated: it may be the password.
    pub(crate) fn read(url: &str) -> Result<Self, CommandError> {
        let Some((scheme, rest)) = url.split_once(':') else {
            return Err(unreadable("it has no scheme"));
        };
        let Some((_, database)) = SCHEMES.iter().find(|(known, _)| *known == scheme) else {
            return Err(unreadable("its scheme is not one that is known"));
        };
        match database {
            Database::Sqlite => Self::file(rest),
            database => Self::server(url, *database),
        }
    }

    /// `sqlite:app.sqlite`, `sqlite://app.sqlite`, `sqlite:///var/lib/app.sqlite`, `sqlite::memory:`
    fn file(rest: &str) -> Result<Self, CommandError> {
        let rest = rest.strip_prefix("//").unwrap_or(rest);
        let name = rest.split_once('?').map_or(rest, |(name, _)| name);
        if name.is_empty() {
            return Err(unreadable("it names no file"));
        }
        Ok(Self {
            url: name.to_owned(),
            database: Database::Sqlite,
            user: None,
            host: None,
            name: name.to_owned(),
            security: Security::default(),
        })
    }

    fn server(url: &str, database: Database) -> Result<Self, CommandError> {
        let mut read = Url::parse(url).map_err(|error| unreadable(&error.to_string()))?;
        let host = read.host_str().unwrap_or_default();
        // Behind a `/`, `?` or `#` that is not written as `%2F`, `%3F`, `%23`, all is taken for something else.
        let after_host = &read[url::Position::BeforePath..];
        if after_host.contains('@') {
            return Err(unreadable("an `@` stands behind the host"));
        }
        let security = Security::of(&read).map_err(|what| unreadable(&what))?;
        let port = read.port().map(|port| format!(":{port}"));
        let user = (!read.username().is_empty())
            .then(|| (read.username().to_owned(), read.password().is_some()));
        let host = Some(format!("{host}{}", port.unwrap_or_default()));
        let name = read.path().trim_start_matches('/').to_owned();
        // The drivers understand fewer of its words, and not the same.
        let url = if Security::take_from(&mut read) {
            read.to_string()
        } else {
            url.to_owned()
        };
        Ok(Self {
            url: url.replacen("mariadb:", "mysql:", 1),
            database,
            user,
            host,
            name,
            security,
        })
    }

    /// What the driver reads, password and all.
    #[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
    pub(super) fn driver_url(&self) -> &str {
        &self.url
    }

    /// In words, without the user.
    pub(crate) fn place(&self) -> String {
        let Self { database, name, .. } = self;
        match &self.host {
            Some(host) => format!("{database} {name} at {host}"),
            None => format!("{database} {name}"),
        }
    }

    /// As a URL, with neither password nor parameters.
    #[cfg(feature = "authoring")]
    pub(crate) fn shown(&self) -> String {
        let scheme = SCHEMES
            .iter()
            .rfind(|(_, database)| *database == self.database);
        let scheme = match self.database {
            Database::Postgres => "postgres",
            _ => scheme.map_or("", |(scheme, _)| scheme),
        };
        let Some(host) = &self.host else {
            return format!("{scheme}:{}", self.name);
        };
        let user = match &self.user {
            Some((user, true)) => format!("{user}:***@"),
            Some((user, false)) => format!("{user}@"),
            None => String::new(),
        };
        format!("{scheme}://{user}{host}/{}", self.name)
    }

    /// Whether it is what `host`, `host:port`, `host/name`, `host:port/name` or, for a file, its path
    /// stands for.
    #[cfg(feature = "authoring")]
    pub(crate) fn is(&self, mark: &str) -> bool {
        let Some(host) = &self.host else {
            return mark == self.name;
        };
        let (marked_host, marked_name) = match mark.split_once('/') {
            Some((host, name)) => (host, Some(name)),
            None => (mark, None),
        };
        let bare = host
            .rsplit_once(':')
            .map_or(host.as_str(), |(bare, _)| bare);
        (marked_host == host || marked_host == bare)
            && marked_name.is_none_or(|name| name == self.name)
    }

    /// Connects. A file that is not there is made, unless it is only to be read: then it counts as empty.
    pub(crate) fn open(&self, only_reads: bool) -> Result<AnyConnection, CommandError> {
        driver::open(self, only_reads)
    }
}

fn unreadable(why: &str) -> CommandError {
    CommandError::usage(format!("the URL of the database cannot be read: {why}")).help(
        "write sqlite:app.sqlite, postgres://user:password@host:port/name or \
         mysql://user:password@host:port/name; in user and password, `@`, `/`, `?`, `#` and `%` are \
         written as %40, %2F, %3F, %23 and %25",
    )
}

#[cfg(feature = "authoring")]
#[cfg(test)]
mod tests {
    use super::*;

    fn shown(url: &str) -> String {
        match Address::read(url) {
            Ok(address) => address.shown(),
            Err(error) => format!("{error:?}"),
        }
    }

    #[test]
    fn urls_are_shown_without_their_secrets() {
        for (url, expected) in [
            ("sqlite:app.sqlite", "sqlite:app.sqlite"),
            ("sqlite://app.sqlite?mode=rwc", "sqlite:app.sqlite"),
            ("sqlite:///var/app.sqlite", "sqlite:/var/app.sqlite"),
            (
                "postgres://ada:S3cret@db/shop",
                "postgres://ada:***@db/shop",
            ),
            (
                "postgresql://ada@db:5433/shop?password=S3cret",
                "postgres://ada@db:5433/shop",
            ),
            (
                "mysql://root:S3cret@127.0.0.1:3306/shop",
                "mysql://root:***@127.0.0.1:3306/shop",
            ),
            ("mariadb://:S3cret@h/d", "mysql://h/d"),
        ] {
            assert_eq!(shown(url), expected);
        }
    }

    #[test]
    fn what_cannot_be_read_is_not_repeated() {
        for url in [
            "S3cret",
            "S3cret:S3cret@host",
            "oracle://u:S3cret@h/d",
            "postgres://u:S3cret/S3cret@h/d",
            "postgres://u:1/S3cret@h/d",
            "postgres://u:1#S3cret@h/d",
            "postgres://u:S3cret@h:port/d",
            "sqlite:",
        ] {
            let shown = shown(url);
            assert!(shown.starts_with("Usage"), "{shown}");
            assert!(!shown.contains("S3cret"), "{shown}");
        }
    }

    #[test]
    fn a_mark_is_a_host_or_a_database_on_it() {
        let address = Address::read("postgres://ada@db.example:5433/shop").unwrap();
        for mark in [
            "db.example",
            "db.example/shop",
            "db.example:5433/shop",
            "db.example:5433",
        ] {
            assert!(address.is(mark), "{mark}");
        }
        for mark in ["db", "db.example/other", "db.example:1/shop", ""] {
            assert!(!address.is(mark), "{mark}");
        }
        assert!(Address::read("sqlite:a/b.db").unwrap().is("a/b.db"));
    }
}
