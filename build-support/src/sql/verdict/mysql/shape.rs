//! Shapes of statements that are accepted without being parsed.
//!
//! A shape is a line of words: capitals are keywords (`A|B` is either), `name` is a name with its
//! qualifiers, `value` one token, `(..)` a parenthesis, a `?` makes the word optional, `..` is
//! whatever is left, and `...` even beyond the commas of the operation.

use std::ops::Range;

use crate::sql::split::Phrase;
use crate::sql::token::TokenKind;

const STATEMENTS: &[&str] = &[
    // stored programs; that their blocks are closed was checked before
    "CREATE OR? REPLACE? PROCEDURE|FUNCTION|TRIGGER|EVENT IF? NOT? EXISTS? name ..",
    "CREATE OR? REPLACE? DEFINER = value @? value? (..)? PROCEDURE|FUNCTION|TRIGGER|EVENT IF? NOT? EXISTS? name ..",
    "CREATE OR? REPLACE? AGGREGATE FUNCTION name ..",
    "ALTER DEFINER? =? value? @? value? EVENT|PROCEDURE|FUNCTION name ..",
    "DROP PROCEDURE|FUNCTION|TRIGGER|EVENT IF? EXISTS? name",
    "BEGIN NOT ATOMIC ..",
    "CALL name (..)?",
    // definitions
    "CREATE OR? REPLACE? FULLTEXT|SPATIAL INDEX IF? NOT? EXISTS? name ON name (..) ..",
    "CREATE OR? REPLACE? UNIQUE? INDEX IF? NOT? EXISTS? name USING? BTREE|HASH? ON name (..) ..",
    "DROP INDEX IF? EXISTS? name ON name ALGORITHM|LOCK =? value ALGORITHM|LOCK? =? value?",
    "DROP INDEX IF? EXISTS? name ON name",
    "CREATE OR? REPLACE? ALGORITHM = value DEFINER|SQL|VIEW ..",
    "CREATE OR? REPLACE? DEFINER = value @? value? (..)? SQL|VIEW ..",
    "CREATE OR? REPLACE? SQL SECURITY DEFINER|INVOKER VIEW name ..",
    "ALTER ALGORITHM|DEFINER|SQL ..",
    "ALTER VIEW name ..",
    "CREATE|ALTER DATABASE|SCHEMA IF? NOT? EXISTS? name ..",
    "CREATE OR REPLACE DATABASE|SCHEMA|SERVER|USER|ROLE value ..",
    "ALTER DATABASE|SCHEMA DEFAULT|CHARACTER|CHARSET|COLLATE ..",
    "CREATE|ALTER|DROP SERVER|TABLESPACE|LOGFILE|RESOURCE|UNDO|SPATIAL ..",
    "CREATE OR? REPLACE? TEMPORARY? SEQUENCE IF? NOT? EXISTS? name ..",
    "ALTER|DROP SEQUENCE IF? EXISTS? name ..",
    "CREATE|ALTER|DROP USER|ROLE ..",
    "ALTER INSTANCE ..",
    "RENAME TABLE|TABLES IF? EXISTS? name TO name ..",
    "RENAME USER value ..",
    "GRANT|REVOKE value ..",
    "INSTALL|UNINSTALL PLUGIN|COMPONENT|SONAME ..",
    // variables and prepared statements
    "SET @ ..",
    "SET PASSWORD|ROLE|DEFAULT|NAMES|CHARACTER|CHARSET|GLOBAL|SESSION|PERSIST|TRANSACTION|STATEMENT ..",
    "SET name := ..",
    "PREPARE name FROM @? value",
    "EXECUTE name",
    "EXECUTE name USING ..",
    "EXECUTE IMMEDIATE ..",
    "DEALLOCATE|DROP PREPARE name",
    // maintenance
    "ANALYZE|OPTIMIZE|CHECK|REPAIR|CHECKSUM NO_WRITE_TO_BINLOG|LOCAL? TABLE|TABLES name ..",
    "CACHE INDEX ..",
    "LOAD DATA|XML|INDEX ..",
    "LOCK TABLE|TABLES name ..",
    "LOCK INSTANCE FOR BACKUP",
    "UNLOCK TABLES|TABLE|INSTANCE",
    "FLUSH|RESET|PURGE|KILL|HANDLER|DO|SIGNAL|SHOW|HELP value ..",
    "SAVEPOINT name",
    "RELEASE SAVEPOINT name",
    "ROLLBACK WORK? TO SAVEPOINT? name",
    "TRUNCATE TABLE? name",
];

const OPERATIONS: &[&str] = &[
    "CONVERT TO CHARACTER SET value COLLATE? value?",
    "CONVERT TO CHARSET value COLLATE? value?",
    "DEFAULT? CHARACTER SET =? value COLLATE? =? value?",
    "DEFAULT? CHARSET =? value COLLATE? =? value?",
    "DEFAULT? COLLATE =? value",
    "ENGINE|ROW_FORMAT|COMMENT|AUTO_INCREMENT|AVG_ROW_LENGTH|CHECKSUM|COMPRESSION =? value ..",
    "DELAY_KEY_WRITE|ENCRYPTION|INSERT_METHOD|KEY_BLOCK_SIZE|MAX_ROWS|MIN_ROWS =? value ..",
    "PACK_KEYS|PASSWORD|CONNECTION|TABLESPACE|SECONDARY_ENGINE|PAGE_COMPRESSED =? value ..",
    "STATS_AUTO_RECALC|STATS_PERSISTENT|STATS_SAMPLE_PAGES|ENGINE_ATTRIBUTE =? value ..",
    "ALGORITHM|LOCK =? value",
    "DATA|INDEX DIRECTORY =? value",
    "UNION =? (..)",
    "ENABLE|DISABLE KEYS",
    "DISCARD|IMPORT TABLESPACE",
    "FORCE",
    "WITH|WITHOUT VALIDATION",
    "RENAME TO|AS? name",
    "RENAME INDEX|KEY|COLUMN IF? EXISTS? name TO name",
    "DROP INDEX|KEY|COLUMN|CHECK|CONSTRAINT IF? EXISTS? name CASCADE|RESTRICT?",
    "DROP FOREIGN KEY IF? EXISTS? name",
    "DROP PRIMARY KEY",
    "DROP IF? EXISTS? name CASCADE|RESTRICT?",
    "ADD FULLTEXT|SPATIAL INDEX|KEY? IF? NOT? EXISTS? name? (..) ..",
    "ADD UNIQUE? INDEX|KEY IF? NOT? EXISTS? name? USING? BTREE|HASH? (..) ..",
    "ADD UNIQUE INDEX|KEY? IF? NOT? EXISTS? name? USING? BTREE|HASH? (..) ..",
    "ADD CONSTRAINT name? UNIQUE INDEX|KEY? name? USING? BTREE|HASH? (..) ..",
    "ADD CONSTRAINT? name? PRIMARY KEY USING? BTREE|HASH? (..) ..",
    "ADD COLUMN? (..)",
    "ADD|DROP SYSTEM VERSIONING",
    "ADD|DROP PERIOD FOR SYSTEM_TIME ..",
    "ALTER INDEX name VISIBLE|INVISIBLE|IGNORED",
    "ALTER INDEX name NOT IGNORED",
    "ALTER CHECK|CONSTRAINT name NOT? ENFORCED",
    "ALTER COLUMN? name DROP DEFAULT",
    "ALTER COLUMN? name SET DEFAULT|VISIBLE|INVISIBLE ..",
    "ORDER BY name ...",
    "PARTITION BY value ...",
    "REMOVE PARTITIONING",
    "ADD|DROP|DISCARD|IMPORT|TRUNCATE|COALESCE|REORGANIZE|EXCHANGE|CONVERT PARTITION ...",
    "ANALYZE|CHECK|OPTIMIZE|REBUILD|REPAIR PARTITION value ...",
];

/// How well a shape fits an operation of `ALTER TABLE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fit {
    No,
    /// It fits this operation.
    Whole,
    /// It fits this operation and all that follow.
    ToTheEnd,
}

/// Whether a shape fits the statement.
pub(crate) fn is_known_statement(phrase: &Phrase<'_>) -> bool {
    let whole = 0..phrase.tokens().len();
    STATEMENTS
        .iter()
        .any(|shape| fit(shape, phrase, &whole) == Fit::Whole)
}

/// Whether a shape fits an operation of `ALTER TABLE`.
pub(crate) fn operation(phrase: &Phrase<'_>, range: &Range<usize>) -> Fit {
    let fits = OPERATIONS.iter().map(|shape| fit(shape, phrase, range));
    fits.fold(
        Fit::No,
        |best, fit| if best == Fit::No { fit } else { best },
    )
}

/// Where a shape that begins the statement ends.
pub(crate) fn end_of(shape: &str, phrase: &Phrase<'_>) -> Option<usize> {
    let words: Vec<&str> = shape.split(' ').collect();
    let mut ends = Vec::new();
    walk(&words, phrase, 0, phrase.tokens().len(), &mut ends);
    ends.first().copied()
}

fn fit(shape: &str, phrase: &Phrase<'_>, range: &Range<usize>) -> Fit {
    let (shape, takes_rest) = match shape.strip_suffix(" ...") {
        Some(start) => (start, true),
        None => (shape, false),
    };
    let words: Vec<&str> = shape.split(' ').collect();
    let mut ends = Vec::new();
    walk(&words, phrase, range.start, range.end, &mut ends);
    if takes_rest && !ends.is_empty() {
        Fit::ToTheEnd
    } else if ends.contains(&range.end) {
        Fit::Whole
    } else {
        Fit::No
    }
}

/// Collects where the words of a shape can end, the longest first.
fn walk(words: &[&str], phrase: &Phrase<'_>, at: usize, end: usize, ends: &mut Vec<usize>) {
    let Some((word, rest)) = words.split_first() else {
        ends.push(at);
        return;
    };
    if *word == ".." {
        ends.push(end);
        return;
    }
    let required = word.strip_suffix('?');
    let next = after(required.unwrap_or(word), phrase, at).filter(|next| *next <= end);
    if let Some(next) = next {
        walk(rest, phrase, next, end, ends);
    }
    if required.is_some() {
        walk(rest, phrase, at, end, ends);
    }
}

/// The index after one word of a shape, if it is there.
fn after(word: &str, phrase: &Phrase<'_>, at: usize) -> Option<usize> {
    match word {
        "name" => {
            let mut end = after_name_part(phrase, at)?;
            while phrase.token(end) == "." {
                end = after_name_part(phrase, end + 1)?;
            }
            Some(end)
        }
        "value" => phrase.tokens().get(at).map(|_| at + 1),
        "(..)" => (phrase.token(at) == "(").then(|| after_brackets(phrase, at)),
        ":=" => (phrase.token(at) == ":" && phrase.token(at + 1) == "=").then_some(at + 2),
        _ => {
            let mut keywords = word.split('|');
            keywords
                .any(|keyword| phrase.is(at, keyword))
                .then_some(at + 1)
        }
    }
}

fn after_name_part(phrase: &Phrase<'_>, at: usize) -> Option<usize> {
    let kind = phrase.tokens().get(at)?.kind;
    matches!(kind, TokenKind::Word | TokenKind::Quoted).then_some(at + 1)
}

fn after_brackets(phrase: &Phrase<'_>, at: usize) -> usize {
    let mut depth = 0_usize;
    for index in at..phrase.tokens().len() {
        match phrase.token(index) {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return index + 1;
        }
    }
    phrase.tokens().len()
}
