//! Where a run should end.

use std::fmt;
use std::str::FromStr;

use crate::version::Version;

/// Where a run should end.
///
/// The same words mean the same everywhere, in code and on a command line:
///
/// | word | target |
/// |---|---|
/// | `head` | the newest migration |
/// | `base` | before the first one |
/// | `+2` | two migrations up from here |
/// | `-1` | one migration down from here |
/// | `12`, `202601` | this version, or the only version that begins with these digits |
/// | `create_users` | the migration of this name, or the only one whose name begins so |
///
/// ```
/// use rungs::{Target, Version};
///
/// assert_eq!("head".parse(), Ok(Target::Head));
/// assert_eq!("-1".parse(), Ok(Target::Down(1)));
/// assert_eq!(Target::from(Version::new(3)), Target::Version(Version::new(3)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Target {
    /// The newest migration.
    Head,
    /// Before the first migration.
    Base,
    /// Exactly this version.
    Version(Version),
    /// This many migrations up from where the database is.
    Up(usize),
    /// This many migrations down from where the database is.
    Down(usize),
    /// A version or its beginning, a name or its beginning.
    Word(String),
}

/// A text that is no target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseTargetError(String);

impl fmt::Display for ParseTargetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(word) = self;
        write!(
            f,
            "`{word}` is no target; use head, base, +N, -N, a version or a name"
        )
    }
}

impl std::error::Error for ParseTargetError {}

impl FromStr for Target {
    type Err = ParseTargetError;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let steps = |digits: &str| {
            // The number must not bring a sign of its own.
            let number = digits.parse().ok();
            number
                .filter(|_| !digits.starts_with('+'))
                .ok_or_else(|| ParseTargetError(word.to_owned()))
        };
        match word {
            "" => Err(ParseTargetError(String::new())),
            "head" => Ok(Self::Head),
            "base" => Ok(Self::Base),
            _ => match (word.strip_prefix('+'), word.strip_prefix('-')) {
                (Some(digits), _) => Ok(Self::Up(steps(digits)?)),
                (_, Some(digits)) => Ok(Self::Down(steps(digits)?)),
                _ => Ok(Self::Word(word.to_owned())),
            },
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Head => f.write_str("head"),
            Self::Base => f.write_str("base"),
            Self::Version(version) => version.fmt(f),
            Self::Up(steps) => write!(f, "+{steps}"),
            Self::Down(steps) => write!(f, "-{steps}"),
            Self::Word(word) => f.write_str(word),
        }
    }
}

impl From<Version> for Target {
    fn from(version: Version) -> Self {
        Self::Version(version)
    }
}

/// For words in code; one that is no target is answered with
/// [`Error::UnknownTarget`](crate::Error::UnknownTarget) when the run begins. What a user typed is
/// better [parsed](str::parse).
impl From<&str> for Target {
    fn from(word: &str) -> Self {
        word.parse().unwrap_or_else(|_| Self::Word(word.to_owned()))
    }
}

impl From<i64> for Target {
    fn from(number: i64) -> Self {
        Self::Version(Version::new(number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_print_as_they_are_written() {
        for word in ["head", "base", "+2", "-1", "12", "create_users"] {
            assert_eq!(word.parse::<Target>().unwrap().to_string(), word);
        }
    }

    #[test]
    fn words_in_code_need_no_parsing() {
        assert_eq!(Target::from("base"), Target::Base);
        assert_eq!(Target::from("+x"), Target::Word("+x".to_owned()));
    }

    #[test]
    fn what_is_no_target_is_refused() {
        for word in ["", "+", "-", "+x", "-1.5", "+-1", "++1", "-+1"] {
            assert!(word.parse::<Target>().is_err(), "{word}");
        }
    }
}
