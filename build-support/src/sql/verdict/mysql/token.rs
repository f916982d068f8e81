//! The kinds of token that the grammar speaks of.

use super::reserved::is_reserved;
use crate::dialect::Server;
use crate::sql::split::Phrase;
use crate::sql::token::TokenKind;

/// A kind of token, or of tokens without a space between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Terminal {
    /// A name that need not be quoted, or is.
    Ident,
    /// What may follow the dot of a qualified name: any word.
    Part,
    /// A word, reserved or not.
    Word,
    String,
    /// `x'00'`, `n'text'` or `_utf8mb4 'text'`.
    Prefixed,
    Number,
    /// A number without dot and exponent.
    Integer,
    /// `@name` or `@'name'`.
    UserVariable,
    /// The host of an account, after its `@`.
    Host,
    /// The word before a parenthesis, where some reserved words are functions.
    Function,
    Any,
    End,
}

impl Terminal {
    /// The kind that the grammar calls so.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "ident" => Self::Ident,
            "part" => Self::Part,
            "word" => Self::Word,
            "string" => Self::String,
            "prefixed" => Self::Prefixed,
            "number" => Self::Number,
            "integer" => Self::Integer,
            "user_variable" => Self::UserVariable,
            "host" => Self::Host,
            "function" => Self::Function,
            "any" => Self::Any,
            "end" => Self::End,
            _ => return None,
        })
    }

    /// What people call it.
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Ident | Self::Part | Self::Word | Self::Function => "a name",
            Self::String | Self::Prefixed => "a string",
            Self::Number | Self::Integer => "a number",
            Self::UserVariable => "a variable",
            Self::Host => "a host",
            Self::Any => "something",
            Self::End => "the end",
        }
    }

    /// The index after such a token.
    pub(super) fn after(self, phrase: &Phrase<'_>, at: usize, server: Server) -> Option<usize> {
        if self == Self::End {
            return (at == phrase.tokens().len()).then_some(at);
        }
        let kind = phrase.tokens().get(at)?.kind;
        let text = phrase.token(at);
        let one = |fits: bool| fits.then_some(at + 1);
        match self {
            Self::Ident => {
                one(is_name(kind, text) && !(kind == TokenKind::Word && is_reserved(text, server)))
            }
            Self::Part => one(is_name(kind, text)),
            Self::Word => one(kind == TokenKind::Word),
            Self::String => one(kind == TokenKind::String),
            Self::Prefixed => prefixed(phrase, at),
            Self::Number => number(phrase, at),
            Self::Integer => {
                one(kind == TokenKind::Number && text.bytes().all(|byte| byte.is_ascii_digit()))
            }
            Self::UserVariable => user_variable(phrase, at),
            Self::Host => host(phrase, at),
            Self::Function => function(phrase, at, server),
            Self::Any => one(true),
            Self::End => None,
        }
    }
}

/// A name may begin with a digit.
fn is_name(kind: TokenKind, text: &str) -> bool {
    match kind {
        TokenKind::Word | TokenKind::Quoted => true,
        TokenKind::Number => !is_number(text) && !is_open_exponent(text),
        _ => false,
    }
}

fn is_number(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let all = |digits: &str, radix| {
        !digits.is_empty() && digits.chars().all(|digit: char| digit.is_digit(radix))
    };
    if let Some(digits) = lower.strip_prefix("0x") {
        return all(digits, 16);
    }
    if let Some(digits) = lower.strip_prefix("0b")
        && all(digits, 2)
    {
        return true;
    }
    let (mantissa, exponent) = lower.split_once('e').unwrap_or((&lower, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole)
        && digits(fraction)
        && mantissa.len() > usize::from(mantissa.contains('.'))
        && all(exponent, 10)
}

/// `1e`, whose sign and digits are tokens of their own.
fn is_open_exponent(text: &str) -> bool {
    let mantissa = text.strip_suffix(['e', 'E']);
    mantissa.is_some_and(is_number)
}

fn number(phrase: &Phrase<'_>, at: usize) -> Option<usize> {
    let start = at;
    let at = if phrase.token(at) == "." { at + 1 } else { at };
    let token = phrase
        .tokens()
        .get(at)
        .filter(|token| token.kind == TokenKind::Number)?;
    if at > start && !touches(phrase, at) {
        return None;
    }
    let text = phrase.token(at);
    if is_number(text) {
        return Some(at + 1);
    }
    let is_signed = is_open_exponent(text)
        && ["+", "-"].contains(&phrase.token(at + 1))
        && touches(phrase, at + 1)
        && touches(phrase, at + 2)
        && token.kind == TokenKind::Number;
    is_signed.then_some(at + 3)
}

/// Whether no space stands before a token.
pub(super) fn touches(phrase: &Phrase<'_>, at: usize) -> bool {
    let before = at
        .checked_sub(1)
        .and_then(|before| phrase.tokens().get(before));
    before
        .zip(phrase.tokens().get(at))
        .is_some_and(|(before, token)| before.end == token.start)
}

fn prefixed(phrase: &Phrase<'_>, at: usize) -> Option<usize> {
    let next = phrase.tokens().get(at + 1)?;
    let word = phrase.token(at);
    if phrase.tokens().get(at)?.kind != TokenKind::Word {
        return None;
    }
    if word.starts_with('_') && word.len() > 1 {
        let literal = matches!(next.kind, TokenKind::String | TokenKind::Number);
        return literal
            .then_some(at + 2)
            .or_else(|| prefixed(phrase, at + 1));
    }
    let is_prefix = ["x", "b", "n"]
        .iter()
        .any(|prefix| word.eq_ignore_ascii_case(prefix));
    (is_prefix && next.kind == TokenKind::String && touches(phrase, at + 1)).then_some(at + 2)
}

fn user_variable(phrase: &Phrase<'_>, at: usize) -> Option<usize> {
    if phrase.token(at) != "@" || !touches(phrase, at + 1) {
        return None;
    }
    let named = |kind| {
        matches!(
            kind,
            TokenKind::Word | TokenKind::Quoted | TokenKind::String | TokenKind::Number
        )
    };
    if !named(phrase.tokens().get(at + 1)?.kind) {
        return None;
    }
    let mut end = at + 2;
    while phrase.token(end) == "." && touches(phrase, end) && touches(phrase, end + 1) {
        end += 2;
    }
    Some(end)
}

fn host(phrase: &Phrase<'_>, at: usize) -> Option<usize> {
    let kind = phrase.tokens().get(at)?.kind;
    if matches!(kind, TokenKind::String | TokenKind::Quoted) {
        return touches(phrase, at).then_some(at + 1);
    }
    let is_part = |at: usize| {
        let kind = phrase.tokens().get(at).map(|token| token.kind);
        matches!(kind, Some(TokenKind::Word | TokenKind::Number)) || phrase.token(at) == "."
    };
    if !is_part(at) || !touches(phrase, at) {
        return None;
    }
    let mut end = at + 1;
    while is_part(end) && touches(phrase, end) {
        end += 1;
    }
    Some(end)
}

/// Reserved words that are functions in front of a parenthesis.
const FUNCTIONS: [&str; 40] = [
    "CHAR",
    "CUME_DIST",
    "DATABASE",
    "DENSE_RANK",
    "FIRST_VALUE",
    "GROUPING",
    "IF",
    "INSERT",
    "INTERVAL",
    "LAG",
    "LAST_VALUE",
    "LEAD",
    "LEFT",
    "MOD",
    "NTH_VALUE",
    "NTILE",
    "PERCENT_RANK",
    "RANK",
    "REPEAT",
    "REPLACE",
    "RIGHT",
    "ROW_NUMBER",
    "SCHEMA",
    "VALUES",
    "UTC_DATE",
    "UTC_TIME",
    "UTC_TIMESTAMP",
    "CURRENT_DATE",
    "CURRENT_TIME",
    "CURRENT_TIMESTAMP",
    "CURRENT_USER",
    "CURRENT_ROLE",
    "LOCALTIME",
    "LOCALTIMESTAMP",
    "PERCENTILE_CONT",
    "PERCENTILE_DISC",
    "MEDIAN",
    "OF",
    "SYSDATE",
    "BINARY",
];

fn function(phrase: &Phrase<'_>, at: usize, server: Server) -> Option<usize> {
    if phrase.token(at + 1) != "(" {
        return None;
    }
    let is_function = FUNCTIONS.iter().any(|word| phrase.is(at, word));
    is_function
        .then_some(at + 1)
        .or_else(|| Terminal::Ident.after(phrase, at, server))
}
