//! Forms that `sqlparser` does not read, put as those that it does; positions stay.

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, TokenWithSpan};

/// The tokens to parse instead of these.
pub(crate) fn rewrite(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let is_code = |token: &TokenWithSpan| !matches!(token.token, Token::Whitespace(_));
    let mut tokens: Vec<TokenWithSpan> = tokens.into_iter().filter(is_code).collect();
    for token in &mut tokens {
        // Without the mode ANSI_QUOTES, which nobody uses in migrations, this is a string.
        if let Token::DoubleQuotedString(text) = &mut token.token {
            token.token = Token::SingleQuotedString(std::mem::take(text));
        }
    }
    match (keyword(&tokens, 0), keyword(&tokens, 1)) {
        (Keyword::ALTER, _) => {
            remove(&mut tokens, |tokens, at| {
                is_existence_test(tokens, at)
                    || is_collation_binary(tokens, at)
                    || is_manner(tokens, at)
            });
        }
        (Keyword::CREATE, _) => {
            remove(&mut tokens, is_collation_binary);
            cut_ending(&mut tokens);
        }
        (Keyword::UPDATE, _) => join_tables(&mut tokens),
        _ => {}
    }
    tokens
}

fn keyword(tokens: &[TokenWithSpan], at: usize) -> Keyword {
    match tokens.get(at).map(|token| &token.token) {
        Some(Token::Word(word)) => word.keyword,
        _ => Keyword::NoKeyword,
    }
}

fn remove(tokens: &mut Vec<TokenWithSpan>, unwanted: impl Fn(&[TokenWithSpan], usize) -> bool) {
    let kept: Vec<bool> = (0..tokens.len()).map(|at| !unwanted(tokens, at)).collect();
    let mut kept = kept.into_iter();
    tokens.retain(|_| kept.next().unwrap_or(true));
}

/// MariaDB's `IF [NOT] EXISTS` in the operations of `ALTER TABLE`.
fn is_existence_test(tokens: &[TokenWithSpan], at: usize) -> bool {
    let is = |offset: usize, wanted: Keyword| {
        (at + offset)
            .checked_sub(2)
            .is_some_and(|at| keyword(tokens, at) == wanted)
    };
    // Offsets count from two before the token.
    let exists = [Keyword::IF, Keyword::EXISTS];
    let not_exists = [Keyword::IF, Keyword::NOT, Keyword::EXISTS];
    let stands = |words: &[Keyword], first: usize| {
        words
            .iter()
            .enumerate()
            .all(|(index, word)| is(first + index, *word))
    };
    stands(&exists, 1) || stands(&exists, 2) || (0..3).any(|first| stands(&not_exists, first))
}

/// `varchar(9) BINARY`, which means a binary collation.
fn is_collation_binary(tokens: &[TokenWithSpan], at: usize) -> bool {
    let before = at.checked_sub(1);
    let follows_type = before.is_some_and(|before| {
        let closes = tokens
            .get(before)
            .is_some_and(|token| token.token == Token::RParen);
        let types = [
            Keyword::CHAR,
            Keyword::TEXT,
            Keyword::TINYTEXT,
            Keyword::MEDIUMTEXT,
            Keyword::LONGTEXT,
        ];
        closes || types.contains(&keyword(tokens, before))
    });
    keyword(tokens, at) == Keyword::BINARY && follows_type
}

/// MariaDB's `ALTER ONLINE IGNORE TABLE`.
fn is_manner(tokens: &[TokenWithSpan], at: usize) -> bool {
    let Some(Token::Word(word)) = tokens.get(at).map(|token| &token.token) else {
        return false;
    };
    let manners = ["ONLINE", "IGNORE"];
    (1..3).contains(&at)
        && manners
            .iter()
            .any(|manner| word.value.eq_ignore_ascii_case(manner))
        && (at + 1..4).any(|at| keyword(tokens, at) == Keyword::TABLE)
}

/// `PARTITION BY ...` and MariaDB's `WITH SYSTEM VERSIONING` end a `CREATE TABLE`.
fn cut_ending(tokens: &mut Vec<TokenWithSpan>) {
    let begins = |at: usize| match keyword(tokens, at) {
        Keyword::PARTITION => keyword(tokens, at + 1) == Keyword::BY,
        Keyword::WITH => keyword(tokens, at + 1) == Keyword::SYSTEM,
        _ => false,
    };
    let found = (0..tokens.len()).find(|at| begins(*at) && is_outside_brackets(tokens, *at));
    if let Some(at) = found {
        tokens.truncate(at);
    }
}

/// `UPDATE a, b SET` joins as `UPDATE a JOIN b SET` does.
fn join_tables(tokens: &mut [TokenWithSpan]) {
    let end = (0..tokens.len()).find(|at| keyword(tokens, *at) == Keyword::SET);
    for at in 0..end.unwrap_or_default() {
        if is_outside_brackets(tokens, at)
            && let Some(token) = tokens.get_mut(at)
            && token.token == Token::Comma
        {
            token.token = Token::make_keyword("JOIN");
        }
    }
}

fn is_outside_brackets(tokens: &[TokenWithSpan], at: usize) -> bool {
    let before = tokens.iter().take(at);
    let depth = before.fold(0_usize, |depth, token| match token.token {
        Token::LParen => depth + 1,
        Token::RParen => depth.saturating_sub(1),
        _ => depth,
    });
    depth == 0
}
