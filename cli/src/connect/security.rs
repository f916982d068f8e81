//! What a URL says of TLS, in the words of PostgreSQL and of MySQL.

use std::path::PathBuf;

use url::Url;

/// What a server is to prove before anything is said to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Security {
    pub(super) mode: Mode,
    /// A file with the authorities to trust, instead of those that browsers trust.
    pub(super) authorities: Option<PathBuf>,
}

/// Whether TLS is used, and what it proves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Mode {
    /// Nothing is said of it.
    #[default]
    Unsaid,
    Disable,
    /// Where the server offers it.
    Prefer,
    /// Against those who listen.
    Require,
    /// And the server has a certificate of an authority.
    VerifyAuthority,
    /// And that is one for its name.
    VerifyHost,
}

const MODES: &[&str] = &["sslmode", "ssl-mode", "ssl_mode"];
const AUTHORITIES: &[&str] = &["sslrootcert", "ssl-ca", "ssl_ca"];

const WORDS: &[(&str, Mode)] = &[
    ("disable", Mode::Disable),
    ("disabled", Mode::Disable),
    ("allow", Mode::Prefer),
    ("prefer", Mode::Prefer),
    ("preferred", Mode::Prefer),
    ("require", Mode::Require),
    ("required", Mode::Require),
    ("verify-ca", Mode::VerifyAuthority),
    ("verify-full", Mode::VerifyHost),
    ("verify-identity", Mode::VerifyHost),
];

impl Security {
    /// Reads what the parameters of a URL say, or tells what is wrong with them.
    pub(super) fn of(url: &Url) -> Result<Self, String> {
        let mut security = Self::default();
        for (name, value) in url.query_pairs() {
            if MODES.contains(&&*name) {
                security.mode = mode(&value).ok_or_else(|| {
                    format!(
                        "`{name}` is one of disable, prefer, require, verify-ca and verify-full"
                    )
                })?;
            } else if AUTHORITIES.contains(&&*name) && value != "system" {
                security.authorities = Some(PathBuf::from(&*value));
            }
        }
        Ok(security)
    }

    /// Takes these parameters away; whether there were any.
    pub(super) fn take_from(url: &mut Url) -> bool {
        let is_ours = |name: &str| MODES.contains(&name) || AUTHORITIES.contains(&name);
        let all = url.query_pairs();
        let others: Vec<(String, String)> = all
            .filter(|(name, _)| !is_ours(name))
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        let took = others.len() < url.query_pairs().count();
        if took {
            url.set_query(None);
        }
        if took && !others.is_empty() {
            url.query_pairs_mut().extend_pairs(others);
        }
        took
    }

    /// Whether the connection may go on without TLS.
    #[cfg(all(any(feature = "mysql", feature = "postgres"), not(feature = "tls")))]
    pub(super) fn is_optional(&self) -> bool {
        matches!(self.mode, Mode::Unsaid | Mode::Disable | Mode::Prefer)
    }
}

/// MySQL writes the same words in capitals and with `_`.
fn mode(word: &str) -> Option<Mode> {
    let word = word.to_lowercase().replace('_', "-");
    let found = WORDS.iter().find(|(known, _)| *known == word);
    found.map(|(_, mode)| *mode)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> (Result<Security, String>, String) {
        let mut url = Url::parse(url).expect("a URL");
        let security = Security::of(&url);
        Security::take_from(&mut url);
        (security, url.to_string())
    }

    #[test]
    fn the_words_of_both_are_understood_and_taken() {
        let verified = Security {
            mode: Mode::VerifyHost,
            authorities: Some("/etc/ca.pem".into()),
        };
        for url in [
            "postgres://h/d?sslmode=verify-full&sslrootcert=/etc/ca.pem",
            "mysql://h/d?ssl-mode=VERIFY_IDENTITY&ssl-ca=/etc/ca.pem",
        ] {
            let (security, rest) = read(url);
            assert_eq!(security.as_ref(), Ok(&verified));
            assert!(rest.ends_with("://h/d"), "{rest}");
        }
        let (security, rest) = read("postgres://h/d?host=%2Frun&sslmode=require");
        assert_eq!(security.map(|it| it.mode), Ok(Mode::Require));
        assert_eq!(rest, "postgres://h/d?host=%2Frun");
        assert_eq!(read("postgres://h/d").0, Ok(Security::default()));
    }

    #[test]
    fn another_word_is_an_error() {
        let (security, _) = read("postgres://h/d?sslmode=always");
        let message = security.unwrap_err();
        assert!(message.contains("verify-full"), "{message}");
    }
}
