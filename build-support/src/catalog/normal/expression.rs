//! Expressions, which servers print anew.
//!
//! What is left are the words, strings and operators in their order: without casts, parentheses,
//! quotes of names and schemas before them, and with one spelling where there are two.

use super::token::{quoted, string, tokens};
use crate::dialect::Dialect;
use crate::literal;

/// An expression in the form that is compared.
pub(super) fn plain(text: &str, dialect: Dialect) -> String {
    // Alone it is no name, whatever the mode of the server.
    let is_string =
        dialect == Dialect::Mysql && text.starts_with('"') && quoted(text, '"', true) == text.len();
    if is_string && let Some(text) = literal::content(text, dialect) {
        return string(&text);
    }
    let mut tokens = tokens(text, dialect);
    if dialect == Dialect::Postgres {
        tokens = without_casts(tokens);
    }
    single_lists(&mut tokens);
    between(&mut tokens);
    tokens.retain(|token| !matches!(token.as_str(), "(" | ")"));
    let tokens = without_schemas(tokens);
    let tokens = negative(tokens);
    rewritten(&tokens, dialect).join(" ")
}

/// What stands for every interval.
const INTERVAL: &str = "'interval'";

/// Without `:: type`, `CAST (x AS type)` and `type 'text'`.
fn without_casts(tokens: Vec<String>) -> Vec<String> {
    const LITERALS: [&str; 8] = [
        "interval",
        "date",
        "timestamp",
        "timestamptz",
        "time",
        "jsonb",
        "json",
        "uuid",
    ];
    let mut kept: Vec<String> = Vec::new();
    let mut open_casts = 0_u32;
    let mut rest = tokens.into_iter().peekable();
    while let Some(token) = rest.next() {
        if matches!(token.as_str(), "timestamp" | "time") {
            skip_zone(&mut rest);
        }
        let is_literal = LITERALS.contains(&token.as_str())
            && rest.peek().is_some_and(|next| next.starts_with('\''));
        match token.as_str() {
            "::" => {
                // The server writes it in its own way.
                if rest.peek().is_some_and(|next| next == "interval")
                    && let Some(last) = kept.last_mut()
                    && last.starts_with('\'')
                {
                    INTERVAL.clone_into(last);
                }
                skip_type(&mut rest);
            }
            "cast" => open_casts += 1,
            "as" if open_casts > 0 => {
                open_casts -= 1;
                skip_type(&mut rest);
            }
            "interval" if is_literal => {
                rest.next();
                kept.push(INTERVAL.to_owned());
            }
            _ if is_literal => {}
            _ => kept.push(token),
        }
    }
    kept
}

/// After `timestamp`: `with time zone`, when a string follows.
fn skip_zone(rest: &mut (impl Iterator<Item = String> + Clone)) {
    let mut ahead = rest.clone();
    let words: Vec<String> = ahead.by_ref().take(3).collect();
    let is_zone = matches!(
        words.join(" ").as_str(),
        "with time zone" | "without time zone"
    );
    if is_zone && ahead.next().is_some_and(|next| next.starts_with('\'')) {
        rest.by_ref().take(3).for_each(drop);
    }
}

fn skip_type(rest: &mut std::iter::Peekable<impl Iterator<Item = String>>) {
    let mut last = rest.next().unwrap_or_default();
    loop {
        let goes_on = match rest.peek().map(String::as_str) {
            Some("." | "varying" | "precision" | "[" | "with" | "without" | "time" | "zone") => {
                true
            }
            Some("]") => last == "[" || last.parse::<u32>().is_ok(),
            Some("(") => {
                skip_parenthesis(rest);
                continue;
            }
            Some(_) => last == "." || last == "[",
            None => false,
        };
        if !goes_on {
            return;
        }
        last = rest.next().unwrap_or_default();
    }
}

fn skip_parenthesis(rest: &mut impl Iterator<Item = String>) {
    for token in rest {
        if token == ")" {
            return;
        }
    }
}

/// `IN (x)` is `= x`.
fn single_lists(tokens: &mut Vec<String>) {
    let mut at = 0;
    while at < tokens.len() {
        let is_list = tokens.get(at).is_some_and(|it| it == "in")
            && tokens.get(at + 1).is_some_and(|it| it == "(")
            && tokens.get(at + 3).is_some_and(|it| it == ")");
        if is_list {
            let is_negated = at > 0 && tokens.get(at - 1).is_some_and(|it| it == "not");
            let (start, operator) = if is_negated {
                (at - 1, "<>")
            } else {
                (at, "=")
            };
            tokens.splice(start..=at, [operator.to_owned()]);
        }
        at += 1;
    }
}

/// `x BETWEEN a AND b` is `x >= a AND x <= b`.
fn between(tokens: &mut Vec<String>) {
    while let Some(at) = tokens.iter().position(|token| token == "between") {
        let start = operand_before(tokens, at);
        let operand: Vec<String> = tokens.get(start..at).unwrap_or_default().to_vec();
        let is_negated = operand.last().is_some_and(|token| token == "not");
        let (low, joint, high) = if is_negated {
            ("<", "or", ">")
        } else {
            (">=", "and", "<=")
        };
        let end = if is_negated { at - 1 } else { at };
        let start = if is_negated {
            operand_before(tokens, end)
        } else {
            start
        };
        let operand: Vec<String> = tokens.get(start..end).unwrap_or_default().to_vec();
        let and = tokens
            .iter()
            .skip(at)
            .position(|token| token == "and")
            .map(|and| and + at);
        if let Some(and) = and {
            let mut middle = vec![joint.to_owned()];
            middle.extend(operand);
            middle.push(high.to_owned());
            tokens.splice(and..=and, middle);
        }
        tokens.splice(end..=at, [low.to_owned()]);
    }
}

/// Where the operand begins that ends before a token: a name, or a call.
fn operand_before(tokens: &[String], at: usize) -> usize {
    let token = |index: usize| tokens.get(index).map(String::as_str);
    let Some(mut start) = at.checked_sub(1) else {
        return at;
    };
    if token(start) == Some(")") {
        let mut depth = 1_u32;
        while depth > 0 && start > 0 {
            start -= 1;
            match token(start) {
                Some(")") => depth += 1,
                Some("(") => depth -= 1,
                _ => {}
            }
        }
        let is_call = start
            .checked_sub(1)
            .and_then(token)
            .is_some_and(|name| name.starts_with(|first: char| first.is_alphabetic()));
        return if is_call { start - 1 } else { start };
    }
    start
}

fn without_schemas(tokens: Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for token in tokens {
        match token.as_str() {
            "." => drop(kept.pop()),
            _ => kept.push(token),
        }
    }
    kept
}

/// `- 1` is a number where no operand stands before it.
fn negative(tokens: Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for token in tokens {
        let is_number = token.starts_with(|first: char| first.is_ascii_digit());
        let is_sign = is_number && kept.last().is_some_and(|last| last == "-") && {
            let before = kept.len().checked_sub(2).and_then(|at| kept.get(at));
            before
                .is_none_or(|it| !it.ends_with(|last: char| last.is_alphanumeric() || last == '\''))
        };
        if is_sign {
            kept.pop();
            kept.push(format!("-{token}"));
        } else {
            kept.push(token);
        }
    }
    kept
}

/// What is written, and what it becomes.
type Spelling = (&'static [&'static str], &'static [&'static str]);

const POSTGRES: &[Spelling] = &[
    (&["=", "any", "array", "["], &["in"]),
    (&["<>", "all", "array", "["], &["not", "in"]),
    (&["not", "like"], &["!~~"]),
    (&["like"], &["~~"]),
    (&["not", "ilike"], &["!~~*"]),
    (&["ilike"], &["~~*"]),
    (&["trim", "both", "from"], &["trim"]),
    (&["btrim"], &["trim"]),
    (&["["], &[]),
    (&["]"], &[]),
];

const MYSQL: &[Spelling] = &[
    (&["now"], &["current_timestamp"]),
    (&["localtimestamp"], &["current_timestamp"]),
    (&["localtime"], &["current_timestamp"]),
    (&["current_date"], &["curdate"]),
    (&["lcase"], &["lower"]),
    (&["ucase"], &["upper"]),
    (&["character_length"], &["char_length"]),
    (&["octet_length"], &["length"]),
    (&["true"], &["1"]),
    (&["false"], &["0"]),
    (&["&&"], &["and"]),
    (&["_utf8mb4"], &[]),
    (&["_latin1"], &[]),
    (&["_utf8mb3"], &[]),
];

const ALL: &[Spelling] = &[(&["!="], &["<>"])];

/// One spelling where there are two.
fn rewritten(tokens: &[String], dialect: Dialect) -> Vec<String> {
    let rules = match dialect {
        Dialect::Postgres => POSTGRES,
        Dialect::Mysql => MYSQL,
        Dialect::Sqlite => &[],
    };
    let mut written = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let begins = |from: &[&str]| {
            let here = tokens.get(at..at + from.len());
            here.is_some_and(|here| here.iter().zip(from).all(|(one, other)| one == other))
        };
        let rule = rules.iter().chain(ALL).find(|(from, _)| begins(from));
        if let Some((from, to)) = rule {
            written.extend(to.iter().map(|&word| word.to_owned()));
            at += from.len();
        } else {
            written.push(token.clone());
            at += 1;
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How PostgreSQL prints it, and how people write it.
    #[test]
    fn what_postgres_prints_is_what_was_written() {
        for (printed, written) in [
            ("'x' :: text", "'x'"),
            ("'x' :: character varying ( 10 )", "'x'"),
            ("'-1' :: integer", "- 1"),
            ("( ( a > 0 ) and ( b <> 1 ) )", "a > 0 and b != 1"),
            (
                "( s ) :: text = any ( ( array [ 'a' :: character varying , 'b' :: character varying ] ) :: text [ ] )",
                "s in ( 'a' , 'b' )",
            ),
            (
                "s <> all ( array [ 'a' :: text , 'b' :: text ] )",
                "s not in ( 'a' , 'b' )",
            ),
            ("( s = 'a' :: text )", "s in ( 'a' )"),
            ("( ( a >= 1 ) and ( a <= 5 ) )", "a between 1 and 5"),
            ("( name ~~ 'a%' :: text )", "name like 'a%'"),
            (
                "( now ( ) - '1 day' :: interval )",
                "now ( ) - interval '1 day'",
            ),
            ("( a ) :: bigint", "cast ( a as bigint )"),
            ("nextval ( 's' :: regclass )", "nextval ( 'public.s' )"),
            ("'{}' :: text [ ]", "'{}'"),
            ("\"order\" > 0", "\"order\" > 0"),
            (
                "'2020-01-01 00:00:00' :: timestamp without time zone",
                "'2020-01-01 00:00:00'",
            ),
        ] {
            let plain = |text| plain(text, Dialect::Postgres);
            assert_eq!(plain(printed), plain(written), "{printed}");
        }
    }

    #[test]
    fn what_differs_stays_different() {
        for (one, other) in [
            ("a > 0", "a >= 0"),
            ("'x'", "'y'"),
            ("'a b'", "'a  b'"),
            ("a in ( 1 , 2 )", "a in ( 1 , 3 )"),
            ("now ( )", "current_timestamp"),
            ("a - 1", "a"),
        ] {
            let plain = |text| plain(text, Dialect::Postgres);
            assert_ne!(plain(one), plain(other), "{one}");
        }
    }

    #[test]
    fn what_mariadb_prints_is_what_was_written() {
        for (printed, written) in [
            ("current_timestamp ( )", "now ( )"),
            ("`a` > 0", "a > 0"),
            ("1", "true"),
            ("'0'", "0"),
            ("_utf8mb4 'x'", "'x'"),
        ] {
            let plain = |text| plain(text, Dialect::Mysql);
            assert_eq!(plain(printed), plain(written), "{printed}");
        }
    }
}
