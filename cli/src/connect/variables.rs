//! Variables that name a database: one with a URL, or one for each part.

use rungs::Database;
use url::Url;

use super::Address;
use crate::error::CommandError;

/// Where to look variables up: in the environment, or in a file.
pub(crate) struct Variables<'a>(pub(crate) &'a dyn Fn(&str) -> Option<String>);

/// Who is named in the log.
pub(crate) const OPERATOR: &str = "OPERATOR";

/// The variables of each part; the first that is set counts.
const NAME: &[&str] = &["DB_NAME", "DB"];
const HOST: &[&str] = &["DB_HOST", "HOST"];
const PORT: &[&str] = &["DB_PORT", "PORT"];
const SOCKET: &[&str] = &["DB_UNIX_SOCKET", "UNIX_SOCKET"];
const USER: &[&str] = &["DB_USER", "DB_USERNAME", "USERNAME"];
const PASSWORD: &[&str] = &["DB_PASSWORD", "PASSWORD"];

impl Variables<'_> {
    /// The database, and the variable that names it, if one does.
    ///
    /// The parts count only where one of them names the database: shells set `HOST` and `USERNAME` of
    /// their own accord. They do not say which system it is, so that must be clear.
    pub(crate) fn address(
        &self,
        databases: &[Database],
    ) -> Result<Option<(Address, &'static str)>, CommandError> {
        for name in ["DATABASE_URL", "DB_URL"] {
            if let Some(url) = self.set(name) {
                return Ok(Some((Address::read(&url)?, name)));
            }
        }
        let Some((variable, name)) = self.first(NAME) else {
            return Ok(None);
        };
        let [database] = databases else {
            let message = format!("{variable} does not say on which system the database is");
            return Err(CommandError::usage(message).help("set DATABASE_URL instead"));
        };
        Ok(Some((self.parts(*database, &name)?, variable)))
    }

    fn parts(&self, database: Database, name: &str) -> Result<Address, CommandError> {
        let (scheme, user) = match database {
            Database::Sqlite => return Address::read(&format!("sqlite:{name}")),
            Database::Postgres => ("postgres", "postgres"),
            _ => ("mysql", "root"),
        };
        let host = self
            .first(HOST)
            .map_or_else(|| "localhost".to_owned(), |(_, host)| host);
        let url = Url::parse(&format!("{scheme}://{host}"));
        let mut url = url.map_err(|error| unusable("HOST", &error.to_string()))?;
        let user = self
            .first(USER)
            .map_or_else(|| user.to_owned(), |(_, user)| user);
        let password = self.first(PASSWORD).map(|(_, password)| password);
        let port = self.first(PORT).map(|(variable, port)| {
            port.parse()
                .map_err(|_| unusable(variable, "it is no number of a port"))
        });
        url.set_path(name);
        let is_set = url.set_username(&user).is_ok()
            && url.set_password(password.as_deref()).is_ok()
            && url.set_port(port.transpose()?).is_ok();
        if !is_set {
            return Err(unusable("HOST", "it names no host"));
        }
        if let Some((_, socket)) = self.first(SOCKET) {
            let parameter = if database == Database::Postgres {
                "host"
            } else {
                "socket"
            };
            url.query_pairs_mut().append_pair(parameter, &socket);
        }
        Address::read(url.as_str())
    }

    /// What the migrations of migratore ask for: `SAFE=0` has each clean up after its own failure.
    pub(crate) fn safe(&self) -> Result<Option<bool>, CommandError> {
        let Some(word) = self.set("SAFE") else {
            return Ok(None);
        };
        match word.to_lowercase().as_str() {
            "1" | "true" | "yes" | "on" => Ok(Some(true)),
            "0" | "false" | "no" | "off" => Ok(Some(false)),
            _ => Err(unusable("SAFE", "it is neither yes nor no").help(
                "unset it, or set it to 1: what a failure leaves is always rolled back, or gone on with",
            )),
        }
    }

    fn first(&self, names: &[&'static str]) -> Option<(&'static str, String)> {
        names.iter().find_map(|name| Some((*name, self.set(name)?)))
    }

    /// The value of a variable; an empty one is as good as none.
    pub(crate) fn set(&self, name: &str) -> Option<String> {
        (self.0)(name).filter(|value| !value.is_empty())
    }
}

/// What is said where something else than the safe way is asked for.
pub(crate) const ONLY_SAFE: &str = "SAFE=0 changes nothing: what a failure leaves is rolled back, or gone on \
    with where the database cannot roll it back, and a migration has no clean-up of its own";

fn unusable(variable: &str, why: &str) -> CommandError {
    CommandError::usage(format!("{variable} cannot be used: {why}"))
}

#[cfg(feature = "authoring")]
#[cfg(test)]
mod tests {
    use super::*;

    fn shown(variables: &[(&str, &str)], database: Database) -> Option<String> {
        let look_up = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let found = Variables(&look_up).address(&[database]).unwrap();
        found.map(|(address, variable)| format!("{variable}: {}", address.shown()))
    }

    #[test]
    fn parts_become_a_url() {
        let parts = [
            ("DB", "shop"),
            ("HOST", "h"),
            ("DB_PORT", "3307"),
            ("USERNAME", "ada"),
            ("PASSWORD", "a@b/c"),
        ];
        let mysql = "DB: mysql://ada:***@h:3307/shop";
        assert_eq!(shown(&parts, Database::Mysql).as_deref(), Some(mysql));
        let alone = [("DB_NAME", "shop")];
        let postgres = "DB_NAME: postgres://postgres@localhost/shop";
        assert_eq!(shown(&alone, Database::Postgres).as_deref(), Some(postgres));
        let file = "DB_NAME: sqlite:shop";
        assert_eq!(shown(&alone, Database::Sqlite).as_deref(), Some(file));
    }

    #[test]
    fn a_url_goes_before_parts_and_what_shells_set_does_not_count() {
        let url = [
            ("DB", "x"),
            ("DB_URL", "sqlite:a"),
            ("DATABASE_URL", "sqlite:b"),
        ];
        let found = "DATABASE_URL: sqlite:b";
        assert_eq!(shown(&url, Database::Sqlite).as_deref(), Some(found));
        assert_eq!(
            shown(&url[..2], Database::Sqlite).as_deref(),
            Some("DB_URL: sqlite:a")
        );
        let shell = [("HOST", "laptop"), ("USERNAME", "ada"), ("DB", "")];
        assert_eq!(shown(&shell, Database::Sqlite), None);
    }
}
