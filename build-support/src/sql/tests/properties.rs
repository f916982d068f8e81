//! What holds for any input.

use proptest::prelude::*;

use super::run;
use crate::dialect::Dialect;
use crate::sql::lex::lex;
use crate::sql::split::split;
use crate::sql::token::TokenKind;

/// Pieces that are likely to confuse a lexer, a splitter or a grammar.
const SOUP: &[&str] = &[
    "CREATE",
    "TABLE",
    "TRIGGER",
    "FUNCTION",
    "PROCEDURE",
    "RULE",
    "BEGIN",
    "ATOMIC",
    "END",
    "CASE",
    "IF",
    "LOOP",
    "SELECT",
    "FROM",
    "COPY",
    "STDIN",
    "WITH",
    "AS",
    "INSERT",
    "INTO",
    "VALUES",
    "ALTER",
    "ADD",
    "DROP",
    "DELIMITER",
    "//",
    "PRAGMA",
    "foreign_keys",
    "EXPLAIN",
    "VACUUM",
    "DO",
    "LANGUAGE",
    "sql",
    "a",
    "b",
    "é",
    "\u{a0}",
    "1",
    "1.5e",
    "0x",
    "x'0",
    "$1",
    "$$",
    "$a$",
    "a$b$c",
    "'",
    "''",
    "E'",
    "\\",
    "\"",
    "`",
    "[",
    "]",
    "(",
    ")",
    ",",
    ";",
    ";;",
    ".",
    "..",
    "--",
    "-- rungs: irreversible",
    "#",
    "/*",
    "*/",
    "/*!40101",
    "\n",
    "\n\\.\n",
    "\n.mode csv\n",
    "\n\\restrict x\n",
    "@",
    ":=",
    "=",
    "*",
    "+",
    "-",
    "<",
    "->>",
    "::",
    "!",
    "|",
    "?",
    "\0",
    "{",
    "}",
    "JSON_TABLE",
    "XMLTABLE",
    "INTERVAL",
    "PARTITION",
    "BY",
    "OVER",
    "WINDOW",
    "FILTER",
    "UNION",
    "JOIN",
    "ON",
    "NOT",
    "NULL",
    "IS",
    "U&'\\0'",
    "UESCAPE",
    "SET",
    "TYPE",
    "DEFAULT",
    "int",
    "varchar(9)",
    "BINARY",
    "RENAME",
    "TO",
    "COMMENT",
    "GRANT",
    "rungs:",
];

fn soup() -> impl Strategy<Value = String> {
    let piece = (
        prop::sample::select(SOUP),
        prop::sample::select(&["", " ", " "][..]),
    );
    let pieces = prop::collection::vec(piece, 0..40);
    pieces.prop_map(|pieces| {
        let pieces = pieces.into_iter();
        pieces.flat_map(|(word, gap)| [word, gap]).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost(text in soup()) {
        for dialect in Dialect::ALL {
            let lexed = lex(&text, dialect);
            let joined: String = lexed.tokens.iter().map(|token| token.text(&text)).collect();
            prop_assert_eq!(&joined, &text);
            let phrases = split(&text, &lexed, dialect);
            for token in &lexed.tokens {
                let is_gap = !token.kind.is_code() || token.kind == TokenKind::Delimiter;
                let owners = phrases.iter().filter(|phrase| phrase.range().contains(&token.start));
                prop_assert!(is_gap || owners.count() == 1, "{:?} of {:?}", token, text);
            }
        }
    }

    #[test]
    fn soup_never_panics(text in soup()) {
        never_panics(&text);
    }

    #[test]
    fn text_never_panics(text in any::<String>()) {
        never_panics(&text);
    }

    #[test]
    fn broken_statements_never_panic(
        statement in prop::sample::select(STATEMENTS), cut in 0_usize..200, piece in soup()
    ) {
        let cut = statement.floor_char_boundary(cut);
        never_panics(&format!("{}{piece}{}", &statement[..cut], &statement[cut..]));
    }
}

const STATEMENTS: &[&str] = &[
    "CREATE TABLE t (a int PRIMARY KEY, b text NOT NULL DEFAULT 'x' CHECK (b <> ''), UNIQUE (a, b));",
    "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS $$ SELECT a + (1 - 2) * 3 $$;",
    "CREATE TRIGGER t AFTER UPDATE ON a BEGIN UPDATE b SET x = CASE WHEN 1 THEN 2 END; END;",
    "WITH x AS (SELECT 1 UNION SELECT 2) INSERT INTO t (a) SELECT * FROM x ON CONFLICT DO NOTHING;",
    "SELECT json_build_object('a', b -> 'c' ->> 'd'), ARRAY[1, 2][1]::text FROM t JOIN u USING (id);",
    "ALTER TABLE t ADD COLUMN a varchar(9) BINARY, ENGINE=InnoDB, DROP KEY k, RENAME TO u;",
];

fn never_panics(text: &str) {
    for dialect in Dialect::ALL {
        run(text, &[dialect]);
    }
    run(text, &Dialect::ALL);
}

#[test]
fn deep_nesting_is_an_error_and_no_overflow() {
    let nests: &[(&str, &str, &str)] = &[
        ("SELECT ", "(", "1"),
        ("SELECT ", "NOT ", "1"),
        ("SELECT ", "- ", "1"),
        ("SELECT ", "CASE WHEN ", "1"),
        ("SELECT 1", " + 1", ""),
        ("SELECT 1", " UNION SELECT 1", ""),
        ("SELECT a", "::int", ""),
        ("SELECT a", "[1]", ""),
        ("SELECT a", ".b", ""),
        ("SELECT a", " IS NULL", ""),
        ("SELECT * FROM a", " JOIN a", ""),
        ("SELECT * FROM a", " NATURAL JOIN a", ""),
        ("SELECT ", "ARRAY[", "1"),
        ("SELECT ", "f(1, ", "1"),
        ("", "EXPLAIN ", "SELECT 1"),
        ("SELECT * FROM ", "(SELECT * FROM ", "t"),
        (
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT ",
            "(",
            "1 $$",
        ),
        (
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT ",
            "(",
            "1 '",
        ),
    ];
    // As small as the stack of any thread that a macro may run on.
    let deep = std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(move || {
            for (start, nest, end) in nests {
                for count in [50, 100, 400, 2_900, 10_000] {
                    let text = format!("{start}{}{end};", nest.repeat(count));
                    for dialect in Dialect::ALL {
                        let (_, report) = run(&text, &[dialect]);
                        // Only PostgreSQL's grammar looks into the strings of functions.
                        let looks = dialect == Dialect::Postgres || !start.starts_with("CREATE");
                        if count == 10_000 && looks {
                            assert!(!report.is_empty(), "{dialect} {start}{nest}");
                        }
                    }
                }
            }
        });
    assert!(deep.is_ok_and(|thread| thread.join().is_ok()));
}

#[test]
fn many_rows_are_not_deep() {
    let text = format!("INSERT INTO t VALUES (1, 2){};", ", (1, (2))".repeat(5_000));
    for dialect in Dialect::ALL {
        assert_eq!(run(&text, &[dialect]).1, "");
    }
}
