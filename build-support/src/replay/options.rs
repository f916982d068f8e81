//! Options of MySQL's tables, which are kept token by token as they are written.

use crate::catalog::{Column, Table};

/// One option: its name as servers show it, and its tokens.
struct Setting {
    name: String,
    tokens: Vec<String>,
}

/// Sets options of a table; `CONVERT TO CHARACTER SET` does so for its columns as well.
pub(super) fn set_options(table: &mut Table, options: &[String], is_converted: bool) {
    let mut settings = settings(&table.extra.options);
    for new in self::settings(options) {
        // The collation of before does not fit another character set.
        let is_charset = new.name == "charset";
        settings.retain(|it| it.name != new.name && !(is_charset && it.name == "collate"));
        // Partitions come last.
        let at = settings.iter().position(|it| it.name == "partition");
        settings.insert(at.unwrap_or(settings.len()), new);
    }
    let tokens = settings.into_iter().flat_map(|it| it.tokens);
    table.extra.options = tokens.collect();
    if is_converted {
        table.columns.iter_mut().for_each(convert);
    }
}

/// The column has the character set and the collation of its table.
fn convert(column: &mut Column) {
    column.collation = None;
    let is_charset = |option: &String| {
        let names = ["character set", "charset"];
        names.iter().any(|name| option.starts_with(name))
    };
    column.extra.options.retain(|it| !is_charset(it));
}

/// `default character set = utf8mb4 comment 'x'`, one by one.
fn settings(tokens: &[String]) -> Vec<Setting> {
    let mut settings = Vec::new();
    let mut rest = tokens.iter().peekable();
    while let Some(first) = rest.next() {
        if first == "," {
            continue;
        }
        let mut tokens = vec![first.clone()];
        let mut name = first.to_lowercase();
        if name == "default" {
            name = rest.peek().map_or_else(String::new, |it| it.to_lowercase());
            tokens.extend(rest.next().cloned());
        }
        if name == "character" {
            tokens.extend(rest.next().cloned());
            "charset".clone_into(&mut name);
        }
        if rest.peek().is_some_and(|it| *it == "=") {
            tokens.extend(rest.next().cloned());
        }
        tokens.extend(rest.next().cloned());
        settings.push(Setting { name, tokens });
    }
    settings
}
