//! Fragments of SQL: names, expressions, columns, constraints and indexes as definitions.

use std::fmt::Write as _;

use crate::catalog::{
    Column, Constraint, Expression, Extra, ForeignKey, Index, Key, Name, Rule, Table,
};
use crate::dialect::Dialect;
use crate::sql::tidy;

/// Writes in the SQL of one dialect.
#[derive(Clone, Copy, Debug)]
pub(super) struct Writer {
    pub(super) dialect: Dialect,
}

impl Writer {
    /// A name as it is written in SQL, in quotes where it needs them.
    pub(super) fn name(self, name: &Name) -> String {
        let text = name.as_str();
        let is_first = |letter: char| letter.is_ascii_lowercase() || letter == '_';
        let is_next = |letter: char| is_first(letter) || letter.is_ascii_digit();
        // Where case is folded, capitals need quotes; elsewhere they are kept as they are.
        let lower = match self.dialect {
            Dialect::Postgres => text.to_owned(),
            Dialect::Sqlite | Dialect::Mysql => text.to_ascii_lowercase(),
        };
        let is_plain = lower.starts_with(is_first) && lower.chars().all(is_next);
        if is_plain && !RESERVED.split_whitespace().any(|word| word == lower) {
            return text.to_owned();
        }
        let quote = match self.dialect {
            Dialect::Mysql => "`",
            Dialect::Postgres | Dialect::Sqlite => "\"",
        };
        format!("{quote}{}{quote}", text.replace(quote, &quote.repeat(2)))
    }

    /// A name after that of its schema, unless that is the default.
    pub(super) fn key(self, key: &Key) -> String {
        self.qualified(key, &key.name)
    }

    /// A name in the schema of something else.
    pub(super) fn qualified(self, of: &Key, name: &Name) -> String {
        match of.schema.as_str() {
            "" | "public" | "main" => self.name(name),
            _ => format!("{}.{}", self.name(&of.schema), self.name(name)),
        }
    }

    /// Names in parentheses.
    pub(super) fn list(self, names: &[Name]) -> String {
        let names: Vec<String> = names.iter().map(|name| self.name(name)).collect();
        format!("({})", names.join(", "))
    }

    /// The tokens of an expression, with spaces where people expect them.
    pub(super) fn text(self, text: &str) -> String {
        tidy(text, self.dialect)
    }

    /// A string.
    pub(super) fn string(self, text: &str) -> String {
        let text = match self.dialect {
            Dialect::Mysql => text.replace('\\', "\\\\"),
            Dialect::Postgres | Dialect::Sqlite => text.to_owned(),
        };
        format!("'{}'", text.replace('\'', "''"))
    }

    /// A column with its name, as in `CREATE TABLE`.
    pub(super) fn column(self, column: &Column) -> String {
        let mut text = self.name(&column.name);
        let data_type = self.data_type(column);
        if !data_type.is_empty() {
            let _ = write!(text, " {data_type}");
        }
        let (before, after): (Vec<&String>, Vec<&String>) =
            column.extra.options.iter().partition(|it| is_of_type(it));
        self.append(&mut text, before);
        if let Some(collation) = &column.collation {
            let _ = write!(text, " COLLATE {}", self.name(collation));
        }
        if column.is_required && !self.is_serial(column) {
            text += " NOT NULL";
        } else if self.dialect == Dialect::Mysql && column.data_type.starts_with("timestamp") {
            // Some servers make one that says nothing refuse NULL.
            text += " NULL";
        }
        if let Some(default) = &column.default {
            let _ = write!(text, " DEFAULT {}", self.text(default));
        }
        if let Some((expression, kind)) = column.generated.as_deref().and_then(generated) {
            let expression = self.text(expression);
            let _ = write!(text, " GENERATED ALWAYS AS ({expression}) {kind}");
        }
        self.append(&mut text, after);
        self.finish_column(&mut text, column);
        text
    }

    /// A column as in `CREATE TABLE` of MySQL, with the check that stands at it.
    pub(super) fn column_of(self, table: &Table, column: &Column) -> String {
        let mut text = self.column(column);
        for constraint in &table.constraints {
            if column_of_check(table, constraint).is_some_and(|it| it.name == column.name) {
                let _ = write!(text, " {}", self.constraint(constraint));
            }
        }
        text
    }

    fn finish_column(self, text: &mut String, column: &Column) {
        if self.dialect != Dialect::Mysql {
            return;
        }
        if column.is_counted {
            *text += " AUTO_INCREMENT";
        }
        if column.is_invisible {
            *text += " INVISIBLE";
        }
        if let Some(comment) = &column.comment {
            let _ = write!(text, " COMMENT {}", self.string(comment));
        }
    }

    /// The type of a column, which may count by itself.
    pub(super) fn data_type(self, column: &Column) -> String {
        if self.is_serial(column) {
            return match column.data_type.as_str() {
                "bigint" => "bigserial".to_owned(),
                "smallint" => "smallserial".to_owned(),
                _ => "serial".to_owned(),
            };
        }
        self.text(&column.data_type)
    }

    /// Whether PostgreSQL counts it without an identity.
    pub(super) fn is_serial(self, column: &Column) -> bool {
        self.dialect == Dialect::Postgres && column.is_counted && identity(column).is_none()
    }

    /// A constraint with its name, as in `CREATE TABLE`.
    pub(super) fn constraint(self, constraint: &Constraint) -> String {
        let rule = self.rule(&constraint.rule, &constraint.extra);
        match &constraint.name {
            Some(name) => format!("CONSTRAINT {} {rule}", self.name(name)),
            None => rule,
        }
    }

    fn rule(self, rule: &Rule, extra: &Extra) -> String {
        let is_before =
            |option: &&String| option.starts_with("match") || option.starts_with("nulls");
        let (before, after): (Vec<&String>, Vec<&String>) =
            extra.options.iter().partition(is_before);
        let mut text = match rule {
            Rule::PrimaryKey(columns) => format!("PRIMARY KEY {}", self.list(columns)),
            Rule::Unique(columns) => {
                let mut text = "UNIQUE".to_owned();
                self.append(&mut text, before);
                format!("{text} {}", self.list(columns))
            }
            Rule::Check(expression) => format!("CHECK ({})", self.text(&expression.text)),
            Rule::Exclude(expression) => format!("EXCLUDE {}", self.text(&expression.text)),
            Rule::ForeignKey(key) => {
                let mut text = format!("FOREIGN KEY {}", self.list(&key.columns));
                self.references(&mut text, key, before);
                text
            }
        };
        self.append(&mut text, after);
        text
    }

    /// ` REFERENCES table (column)` with what follows.
    pub(super) fn references(self, text: &mut String, key: &ForeignKey, options: Vec<&String>) {
        let _ = write!(text, " REFERENCES {}", self.key(&key.table));
        if !key.referenced.is_empty() {
            let _ = write!(text, " {}", self.list(&key.referenced));
        }
        self.append(text, options);
        if !key.on_delete.is_empty() {
            let _ = write!(text, " ON DELETE {}", key.on_delete);
        }
        if !key.on_update.is_empty() {
            let _ = write!(text, " ON UPDATE {}", key.on_update);
        }
    }

    /// `CREATE INDEX`, but in MySQL, which has them in the definition of their table.
    pub(super) fn create_index(self, table: &Key, index: &Index) -> String {
        let unique = if index.is_unique { "UNIQUE " } else { "" };
        let name = self.name(&index.name);
        let mut text = format!("CREATE {unique}INDEX {name} ON {}", self.key(table));
        if let Some(method) = &index.method {
            let _ = write!(text, " USING {method}");
        }
        let _ = write!(text, " {}", self.parts(&index.parts));
        if !index.include.is_empty() {
            let _ = write!(text, " INCLUDE {}", self.list(&index.include));
        }
        self.append(&mut text, index.extra.options.iter().collect());
        if let Some(predicate) = &index.predicate {
            let _ = write!(text, " WHERE {}", self.text(&predicate.text));
        }
        text
    }

    /// The parts of an index in parentheses.
    pub(super) fn parts(self, parts: &[Expression]) -> String {
        let parts: Vec<String> = parts.iter().map(|part| self.text(&part.text)).collect();
        format!("({})", parts.join(", "))
    }

    /// Options behind a definition.
    pub(super) fn append(self, text: &mut String, options: Vec<&String>) {
        for option in options {
            let option = self.text(option);
            let is_of_keywords = KEYWORDS.iter().any(|word| option.starts_with(word));
            let option = if is_of_keywords {
                option.to_uppercase()
            } else {
                option
            };
            let separator = if option == "," { "" } else { " " };
            let _ = write!(text, "{separator}{option}");
        }
    }
}

/// What a column says about its identity.
pub(super) fn identity(column: &Column) -> Option<&String> {
    let mut options = column.extra.options.iter();
    options.find(|option| option.starts_with("generated"))
}

/// `stored (a + b)` as the expression and the kind.
fn generated(text: &str) -> Option<(&str, &'static str)> {
    let (kind, expression) = text.split_once(' ')?;
    let expression = expression.strip_prefix('(')?.strip_suffix(')')?;
    Some((
        expression,
        if kind == "stored" {
            "STORED"
        } else {
            "VIRTUAL"
        },
    ))
}

/// Whether an option belongs to the type before it.
fn is_of_type(option: &str) -> bool {
    ["character set", "charset", "unsigned", "zerofill", "binary"]
        .iter()
        .any(|word| option.starts_with(word))
}

/// MariaDB: the column that a check without a name stands at and belongs to.
pub(super) fn column_of_check<'t>(table: &'t Table, constraint: &Constraint) -> Option<&'t Column> {
    let is_check = matches!(constraint.rule, Rule::Check(_));
    let is_plain = constraint.is_inline && constraint.name.is_none();
    let mut used = table.columns.iter();
    let mut used = used.by_ref().filter(|it| constraint.rule.uses(&it.name));
    let only = used.next().filter(|_| is_check && is_plain)?;
    used.next().is_none().then_some(only)
}

/// What options begin with that have nothing but keywords in them.
const KEYWORDS: [&str; 9] = [
    "deferrable",
    "generated",
    "initially",
    "match ",
    "no inherit",
    "not ",
    "nulls ",
    "on ",
    "without ",
];

/// Words that one of the dialects does not take for a name.
const RESERVED: &str = "
    abort add after all alter always analyse analyze and any array as asc asymmetric attach
    authorization autoincrement before begin between bigint binary blob both by call cascade case
    cast change char character check collate collation column commit concurrently condition
    conflict constraint continue convert create cross cube current current_catalog current_date
    current_role current_schema current_time current_timestamp current_user cursor database
    databases day_hour day_microsecond day_minute day_second dec decimal declare default
    deferrable deferred delayed delete desc describe detach deterministic distinct distinctrow div
    do double drop dual each else elseif empty enclosed end escape escaped except exclude
    exclusive exists exit explain fail false fetch filter float float4 float8 following for force
    foreign freeze from full fulltext function generated get glob grant group grouping groups
    having high_priority hour_microsecond hour_minute hour_second if ignore ilike immediate in
    index indexed infile initially inner inout insensitive insert instead int int1 int2 int3 int4
    int8 integer intersect interval into is isnull iterate join json_table key keys kill lag
    last_value lateral lead leading leave left like limit linear lines load localtime
    localtimestamp lock long longblob longtext loop low_priority master_bind match materialized
    maxvalue mediumblob mediumint mediumtext middleint minute_microsecond minute_second mod
    modifies natural no not nothing notnull nth_value ntile null nulls numeric of offset on only
    optimize option optionally or order others out outer outfile over overlaps partition
    percent_rank placing plan pragma preceding precision primary procedure purge query raise range
    rank read reads real recursive references regexp reindex release rename repeat replace require
    resignal restrict return returning revoke right rlike rollback row row_number rows savepoint
    schema schemas second_microsecond select sensitive separator session_user set show signal
    similar smallint some spatial specific sql sqlexception sqlstate sqlwarning ssl starting
    stored straight_join symmetric system table tablesample temp temporary terminated then ties
    tinyblob tinyint tinytext to trailing transaction trigger true unbounded undo union unique
    unlock unsigned update usage use user using utc_date utc_time utc_timestamp vacuum values
    varbinary varchar varcharacter variadic varying verbose view virtual when where while window
    with without write xor year_month zerofill
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_quotes_where_they_need_them() {
        let name = |text: &str, dialect| Writer { dialect }.name(&Name::exact(text.to_owned()));
        assert_eq!(name("users", Dialect::Postgres), "users");
        assert_eq!(name("Users", Dialect::Postgres), "\"Users\"");
        assert_eq!(name("Users", Dialect::Sqlite), "Users");
        assert_eq!(name("order", Dialect::Mysql), "`order`");
        assert_eq!(name("a\"b", Dialect::Sqlite), "\"a\"\"b\"");
        assert_eq!(name("1a", Dialect::Postgres), "\"1a\"");
    }
}
