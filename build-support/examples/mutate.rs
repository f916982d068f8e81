//! Breaks names in valid migrations, one at a time, and counts how many of the mistakes are found.
//!
//! ```sh
//! cargo run -p rungs-build --example mutate -- DIR --dialect postgres [--count 200] [--seed 1] [--list]
//! ```
//!
//! Only names in places where the server looks them up are broken: not where something is defined or
//! gets another name, not after `IF EXISTS`, not in the bodies of routines and triggers, and for SQLite
//! not what it takes on trust (the tables of foreign keys, what is in double quotes).
#![expect(
    clippy::disallowed_methods,
    clippy::too_many_lines,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a tool for those who work on rungs"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use rungs_build::catalog::{Catalog, Object, Space};
use rungs_build::{Diagnostic, Dialect, Request, SourceFile, compile, schema};

fn main() {
    let arguments = Arguments::read();
    let Arguments { seed, dialect, .. } = arguments;
    let copy = tempfile::tempdir().unwrap();
    let directory = copy.path().join("migrations");
    copy_all(&arguments.directory, &directory);
    let request = Request {
        package: copy.path().to_owned(),
        directory: "migrations".to_owned(),
        dialects: vec![dialect],
        anywhere: true,
        ..Request::default()
    };
    let before: BTreeSet<String> = found(&request).iter().map(identity).collect();
    let (catalog, _) = schema(&request, None);
    let names = names(&catalog.unwrap());
    let mut places = places(&directory, &names, dialect);
    let all = places.len();
    let mut random = Random(seed);
    random.shuffle(&mut places);
    places.truncate(arguments.count);
    let mut tally = Tally::default();
    for place in &places {
        let (path, text) = (&place.path, fs::read_to_string(&place.path).unwrap());
        fs::write(path, broken(&text, place, &names, &mut random)).unwrap();
        let mutant = found(&request);
        fs::write(path, &text).unwrap();
        let new: Vec<&Diagnostic> = mutant
            .iter()
            .filter(|it| !before.contains(&identity(it)))
            .collect();
        tally.add(place, &text, &new, &directory);
    }
    println!(
        "{}: seed {seed}, {} of {all} names broken, {} found ({:.1} %), {} of them elsewhere",
        arguments.directory.display(),
        places.len(),
        tally.caught,
        100.0 * f64::from(tally.caught) / f64::from(u32::try_from(places.len().max(1)).unwrap()),
        tally.elsewhere.len(),
    );
    if arguments.is_listing {
        for line in &tally.missed {
            println!("  missed {line}");
        }
    }
    for line in &tally.elsewhere {
        println!("  elsewhere {line}");
    }
}

struct Arguments {
    directory: PathBuf,
    dialect: Dialect,
    count: usize,
    seed: u64,
    is_listing: bool,
}

impl Arguments {
    fn read() -> Self {
        let mut read = Self {
            directory: PathBuf::new(),
            dialect: Dialect::Postgres,
            count: 200,
            seed: 1,
            is_listing: false,
        };
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().unwrap();
            match &*argument {
                "--dialect" => read.dialect = value().parse().unwrap(),
                "--count" => read.count = value().parse().unwrap(),
                "--seed" => read.seed = value().parse().unwrap(),
                "--list" => read.is_listing = true,
                _ => read.directory = argument.into(),
            }
        }
        read
    }
}

fn copy_all(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_all(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn found(request: &Request) -> Vec<Diagnostic> {
    compile(request).diagnostics
}

fn identity(diagnostic: &Diagnostic) -> String {
    let at = diagnostic.position().map_or(0, |at| at.line);
    let path = diagnostic.path().unwrap_or_default();
    format!("{path}:{at}:{}:{}", diagnostic.kind.id, diagnostic.message)
}

/// Names of tables, columns, indexes and types.
fn names(catalog: &Catalog) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (key, object) in &catalog.objects {
        if matches!(key.space, Space::Relation | Space::Type) {
            names.insert(key.name.as_str().to_lowercase());
        }
        if let Object::Table(table) = &**object {
            let columns = table.columns.iter().map(|it| it.name.as_str());
            let indexes = table.indexes.iter().map(|it| it.name.as_str());
            names.extend(columns.chain(indexes).map(str::to_lowercase));
        }
    }
    // What is a word of the language as well is broken in other ways.
    names.retain(|name| name.len() > 1 && !WORDS.contains(&&**name));
    names
}

const WORDS: &[&str] = &[
    "action",
    "by",
    "check",
    "comment",
    "date",
    "default",
    "desc",
    "description",
    "end",
    "from",
    "index",
    "int",
    "integer",
    "key",
    "name",
    "order",
    "text",
    "time",
    "timestamp",
    "to",
    "type",
    "user",
    "value",
    "values",
    "position",
    "count",
    "min",
    "max",
    "year",
    "month",
    "day",
    "hour",
    "json",
    "data",
    "role",
    "level",
    "version",
    "language",
    "content",
    "current",
    "domain",
    "owner",
    "state",
    "status",
    "uuid",
    "schema",
    "option",
    "options",
    "source",
    "target",
    "password",
    "sequence",
    "tag",
    "label",
    "left",
    "right",
    "size",
    "summary",
    "system",
    "temporary",
    "title",
    "url",
    "public",
    "timestamptz",
    "jsonb",
    "bytea",
    "local",
    "names",
    "number",
    "range",
    "rank",
    "read",
    "reset",
    "result",
    "row",
    "rows",
    "set",
    "start",
    "table",
    "view",
    "views",
    "week",
    "within",
    "without",
    "zone",
    "enabled",
    "format",
    "host",
    "cache",
    "offset",
    "limit",
    "sum",
    "length",
    "lower",
    "replace",
    "hash",
    "md5",
    "group",
    "groups",
];

/// A name that can be broken.
struct Place {
    path: PathBuf,
    start: usize,
    word: String,
}

fn places(directory: &Path, names: &BTreeSet<String>, dialect: Dialect) -> Vec<Place> {
    let mut paths = Vec::new();
    files(directory, &mut paths);
    paths.sort();
    let mut places = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).unwrap_or_default();
        let words = words(&text);
        for statement in words.split(|(_, word)| *word == ";") {
            for index in 0..statement.len() {
                let word = statement[index].1;
                let bare = word.trim_matches(['"', '`']).to_lowercase();
                if names.contains(&bare) && is_use(statement, index, dialect) {
                    let quote = usize::from(word.len() != bare.len());
                    places.push(Place {
                        path: path.clone(),
                        start: statement[index].0 + quote,
                        word: word.trim_matches(['"', '`']).to_owned(),
                    });
                }
            }
        }
    }
    places
}

/// The ways up.
fn files(directory: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let is_down = name.contains("down.sql") || name.starts_with("down");
        if path.is_dir() {
            files(&path, paths);
        } else if path.extension().is_some_and(|it| it == "sql") && !is_down {
            paths.push(path);
        }
    }
}

/// Words and marks of a text, without comments; a string is one mark.
fn words(text: &str) -> Vec<(usize, &str)> {
    let mut words = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let end_of = |close: &str, from: usize| {
            let end = rest.get(from..).and_then(|it| it.find(close));
            end.map_or(rest.len(), |end| from + end + close.len())
        };
        let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
        let first = rest.chars().next().unwrap();
        let length = if rest.starts_with("--") || first == '#' {
            at += end_of("\n", 0);
            continue;
        } else if rest.starts_with("/*") {
            at += end_of("*/", 2);
            continue;
        } else if ['\'', '"', '`'].contains(&first) {
            end_of(&first.to_string(), 1)
        } else if first == '$' && rest[1..].contains('$') {
            let tag = end_of("$", 1);
            end_of(&rest[..tag], tag)
        } else if is_part(first) {
            rest.find(|letter| !is_part(letter)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        if !first.is_whitespace() {
            words.push((at, &rest[..length]));
        }
        at += length;
    }
    words
}

/// Whether the server looks up the name at this place.
fn is_use(statement: &[(usize, &str)], index: usize, dialect: Dialect) -> bool {
    let word = |at: Option<usize>| {
        let word = at.and_then(|at| statement.get(at)).map_or("", |it| it.1);
        word.to_uppercase()
    };
    let all: Vec<String> = statement
        .iter()
        .map(|(_, word)| word.to_uppercase())
        .collect();
    let has = |it: &str| all.iter().any(|word| word == it);
    let (first, second) = (word(Some(0)), word(Some(1)));
    let before = word(index.checked_sub(1));
    let after = word(Some(index + 1));
    let at = statement[index].1;
    if dialect == Dialect::Sqlite && at.starts_with('"') && before != "." {
        return false;
    }
    if dialect == Dialect::Mysql && at.starts_with('"') {
        return false;
    }
    let is_defined = [
        "AS",
        "TO",
        "CONSTRAINT",
        "COLLATE",
        "EXISTS",
        "CHANGE",
        "SCHEMA",
    ]
    .contains(&&*before);
    // A routine, or the schema of a name.
    let is_other = (after == "(" && before != "INTO" && before != "REFERENCES" && before != "ON")
        || after == ".";
    if is_defined || is_other || has("EXISTS") && ["ALTER", "DROP"].contains(&&*first) {
        return false;
    }
    let inside =
        |keywords: &[&str]| is_inside(&all[3.min(all.len())..], index.saturating_sub(3), keywords);
    let lists = ["KEY", "UNIQUE", "CHECK"];
    match (&*first, &*second) {
        ("SELECT" | "INSERT" | "UPDATE" | "DELETE", _) => {
            // An alias without `AS`, or a field of a composite.
            let is_alias = all
                .get(index.wrapping_sub(2))
                .is_some_and(|it| ["FROM", "JOIN"].contains(&&**it));
            !is_alias
        }
        ("ALTER", "TABLE") if index == 2 => true,
        ("ALTER", "TABLE") => {
            let is_dropped = before == "COLUMN" && word(index.checked_sub(2)) != "ADD"
                || before == "DROP"
                || before == "ALTER" && !["INDEX", "CONSTRAINT"].contains(&&*word(Some(index)));
            let is_target = before == "REFERENCES" && dialect != Dialect::Sqlite;
            is_dropped || is_target || inside(&["KEY", "UNIQUE"])
        }
        ("CREATE", "TABLE") => {
            // MySQL reads those of a column and forgets them.
            let is_checked = match dialect {
                Dialect::Postgres => true,
                Dialect::Sqlite => false,
                Dialect::Mysql => all[..index].iter().any(|it| it == "FOREIGN"),
            };
            let is_column = inside(&lists) && !inside(&["REFERENCES"]);
            before == "REFERENCES" && is_checked || is_column
        }
        ("CREATE", "INDEX" | "UNIQUE") => {
            let on = all.iter().position(|it| it == "ON").unwrap_or(all.len());
            index > on
        }
        ("DROP", "TABLE" | "INDEX" | "VIEW" | "TYPE") => index == 2,
        _ => false,
    }
}

/// Whether a word stands in parentheses that begin after one of these.
fn is_inside(all: &[String], index: usize, keywords: &[&str]) -> bool {
    let mut open: Vec<bool> = Vec::new();
    for at in 0..index {
        match &*all[at] {
            "(" => {
                let before = (1..3).filter_map(|back| all.get(at.wrapping_sub(back)));
                open.push(before.into_iter().any(|it| keywords.contains(&&**it)));
            }
            ")" => drop(open.pop()),
            _ => {}
        }
    }
    open.contains(&true)
}

/// The text with the name misspelt, so that it is no other name.
fn broken(text: &str, place: &Place, names: &BTreeSet<String>, random: &mut Random) -> String {
    let letters: Vec<char> = place.word.chars().collect();
    let word = loop {
        let mut letters = letters.clone();
        let at = random.below(letters.len());
        match random.below(3) {
            0 => letters.insert(at, 'x'),
            1 if letters.len() > 2 && at > 0 => drop(letters.remove(at)),
            _ => letters.push('q'),
        }
        let word: String = letters.into_iter().collect();
        let is_name = word.starts_with(|it: char| it.is_alphabetic() || it == '_');
        if is_name && !names.contains(&word.to_lowercase()) {
            break word;
        }
    };
    let end = place.start + place.word.len();
    format!("{}{word}{}", &text[..place.start], &text[end..])
}

#[derive(Default)]
struct Tally {
    caught: u32,
    missed: Vec<String>,
    elsewhere: Vec<String>,
}

impl Tally {
    fn add(&mut self, place: &Place, text: &str, new: &[&Diagnostic], directory: &Path) {
        let file = SourceFile::new("", text);
        let at = file.position(place.start);
        let path = place.path.strip_prefix(directory).unwrap();
        let path = path.to_string_lossy();
        let line = text.lines().nth(at.line - 1).unwrap_or_default().trim();
        let shown = format!(
            "{path}:{}:{}: `{}` in {line}",
            at.line, at.column, place.word
        );
        if new.is_empty() {
            return self.missed.push(shown);
        }
        self.caught += 1;
        let is_here = |diagnostic: &&Diagnostic| {
            let same = diagnostic.path().is_some_and(|it| it.ends_with(&*path));
            let quoted = |column: usize| column == at.column || column + 1 == at.column;
            same && diagnostic
                .position()
                .is_some_and(|it| it.line == at.line && quoted(it.column))
        };
        if !new.iter().any(is_here) {
            self.elsewhere
                .push(format!("{shown}: {}", identity(new[0])));
        }
    }
}

/// Numbers that only the seed decides.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        // splitmix64
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let limit = u64::try_from(limit).unwrap();
        usize::try_from((mixed ^ (mixed >> 31)) % limit).unwrap()
    }

    fn shuffle<T>(&mut self, list: &mut [T]) {
        for index in (1..list.len()).rev() {
            list.swap(index, self.below(index + 1));
        }
    }
}
