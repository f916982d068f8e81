//! What is in a database, as lines to compare.

use std::collections::BTreeSet;
use std::fmt;

use crate::connection::{Database, Rows};

/// What is in a database: a line for each thing. Two are equal when nobody can tell the databases
/// apart, but for the order of columns and for rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schema(BTreeSet<String>);

/// How two schemas differ. Its `Display` has a line for each thing, `-` before those that are gone and
/// `+` before those that are new.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// What only the first has.
    pub gone: Vec<String>,
    /// What only the second has.
    pub new: Vec<String>,
}

impl Schema {
    /// Of rows of columns that say kind, name and the rest.
    pub(super) fn new(rows: Rows) -> Self {
        let line = |row: Vec<Option<String>>| {
            let words: Vec<String> = row.iter().flatten().map(|text| one_line(text)).collect();
            words.join(" ")
        };
        Self(rows.into_iter().map(line).collect())
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The lines, sorted.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl Difference {
    /// None when there is no difference.
    pub fn between(first: &Schema, second: &Schema) -> Option<Self> {
        let only = |one: &Schema, other: &Schema| one.0.difference(&other.0).cloned().collect();
        (first != second).then(|| Self {
            gone: only(first, second),
            new: only(second, first),
        })
    }
}

/// Definitions come back with the spaces and lines that somebody wrote.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl fmt::Display for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lines().try_for_each(|line| writeln!(f, "  {line}"))
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let gone = self.gone.iter().map(|line| ('-', line));
        let new = self.new.iter().map(|line| ('+', line));
        gone.chain(new)
            .try_for_each(|(sign, line)| writeln!(f, "{sign} {line}"))
    }
}

/// The questions to a database: each answers rows of kind, name and the rest.
pub(super) fn questions(database: Database) -> &'static [&'static str] {
    match database {
        Database::Mysql => MYSQL,
        Database::Postgres => POSTGRES,
        Database::Sqlite => SQLITE,
    }
}

const SQLITE: &[&str] = &[
    "SELECT 'table', name FROM sqlite_schema \
     WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'rungs_log'",
    "SELECT 'column', t.name || '.' || c.name, c.type, CASE c.\"notnull\" WHEN 1 THEN 'not null' END, \
     'default ' || c.dflt_value, CASE WHEN c.pk > 0 THEN 'primary key ' || c.pk END, \
     CASE WHEN c.hidden > 1 THEN 'generated' END \
     FROM sqlite_schema t JOIN pragma_table_xinfo(t.name) c \
     WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name <> 'rungs_log'",
    // The names that SQLite makes count the indexes of a table.
    "SELECT 'index', t.name || '.' || CASE i.origin WHEN 'c' THEN i.name ELSE i.origin END, \
     CASE i.\"unique\" WHEN 1 THEN 'unique' END, \
     (SELECT group_concat(coalesce(name, 'expression') || ' ' || \"desc\" || ' ' || coll, ', ') \
      FROM pragma_index_xinfo(i.name) WHERE key = 1), s.sql \
     FROM sqlite_schema t JOIN pragma_index_list(t.name) i \
     LEFT JOIN sqlite_schema s ON s.type = 'index' AND s.name = i.name \
     WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name <> 'rungs_log'",
    "SELECT 'foreign key', t.name || '.' || k.\"from\", k.\"table\" || '.' || coalesce(k.\"to\", 'primary key'), \
     k.on_update, k.on_delete FROM sqlite_schema t JOIN pragma_foreign_key_list(t.name) k \
     WHERE t.type = 'table' AND t.name <> 'rungs_log'",
    "SELECT type, name, sql FROM sqlite_schema WHERE type IN ('view', 'trigger')",
];

/// Everything outside the schemas of the system; what belongs to an extension is that extension.
const POSTGRES: &[&str] = &[
    "SELECT 'schema', nspname FROM pg_namespace \
     WHERE nspname NOT LIKE 'pg\\_%' AND nspname NOT IN ('information_schema', 'public')",
    "SELECT 'extension', extname, extversion FROM pg_extension WHERE extname <> 'plpgsql'",
    "SELECT CASE relkind WHEN 'S' THEN 'sequence' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' \
     ELSE 'table' END, c.oid::regclass::text, array_to_string(reloptions, ' '), \
     CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END, \
     CASE WHEN relrowsecurity THEN 'row security' END, pg_get_partkeydef(c.oid), \
     pg_get_expr(relpartbound, c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace \
     WHERE relkind IN ('r', 'p', 'S', 'v', 'm', 'f') AND nspname NOT LIKE 'pg\\_%' \
     AND nspname <> 'information_schema' AND relname <> 'rungs_log' AND NOT EXISTS \
     (SELECT FROM pg_depend WHERE objid = c.oid AND deptype IN ('e', 'i'))",
    "SELECT 'column', attrelid::regclass || '.' || attname, format_type(atttypid, atttypmod), \
     CASE WHEN attnotnull THEN 'not null' END, 'default ' || pg_get_expr(adbin, adrelid), \
     'identity ' || nullif(attidentity::text, ''), 'generated ' || nullif(attgenerated::text, ''), \
     'collate ' || nullif(attcollation, 0)::regcollation \
     FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid JOIN pg_namespace n ON n.oid = relnamespace \
     LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum \
     WHERE relkind IN ('r', 'p', 'f', 'm') AND nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema' \
     AND relname <> 'rungs_log' AND attnum > 0 AND NOT attisdropped",
    "SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(k.oid), \
     CASE WHEN NOT convalidated THEN 'not valid' END \
     FROM pg_constraint k JOIN pg_class c ON c.oid = conrelid JOIN pg_namespace n ON n.oid = relnamespace \
     WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema' AND relname <> 'rungs_log' \
     AND contype <> 'n'",
    "SELECT 'index', indexrelid::regclass::text, pg_get_indexdef(indexrelid), \
     CASE WHEN NOT indisvalid THEN 'invalid' END \
     FROM pg_index JOIN pg_class c ON c.oid = indrelid JOIN pg_namespace n ON n.oid = relnamespace \
     WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema' AND relname <> 'rungs_log'",
    "SELECT 'trigger', tgname, pg_get_triggerdef(oid), tgenabled::text FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT 'policy', polrelid::regclass || '.' || polname, polcmd::text, pg_get_expr(polqual, polrelid), \
     pg_get_expr(polwithcheck, polrelid) FROM pg_policy",
    "SELECT 'function', p.oid::regprocedure::text, \
     CASE WHEN prokind <> 'a' THEN pg_get_functiondef(p.oid) END \
     FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname NOT LIKE 'pg\\_%' \
     AND nspname <> 'information_schema' \
     AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = p.oid AND deptype = 'e')",
    "SELECT 'type', t.oid::regtype::text, typtype::text, \
     (SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid) \
     FROM pg_type t JOIN pg_namespace n ON n.oid = typnamespace LEFT JOIN pg_class c ON c.oid = typrelid \
     WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema' \
     AND (typtype IN ('e', 'd', 'r') OR c.relkind = 'c') \
     AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = t.oid AND deptype = 'e')",
];

const MYSQL: &[&str] = &[
    "SELECT LOWER(table_type), table_name, engine, table_collation FROM information_schema.tables \
     WHERE table_schema = DATABASE() AND table_name <> 'rungs_log'",
    "SELECT 'column', CONCAT(table_name, '.', column_name), column_type, \
     IF(is_nullable = 'NO', 'not null', NULL), CONCAT('default ', column_default), extra, collation_name, \
     generation_expression FROM information_schema.columns \
     WHERE table_schema = DATABASE() AND table_name <> 'rungs_log'",
    "SELECT 'index', CONCAT(table_name, '.', index_name), IF(MIN(non_unique) = 0, 'unique', NULL), \
     GROUP_CONCAT(CONCAT_WS(' ', column_name, sub_part, collation) ORDER BY seq_in_index SEPARATOR ', '), \
     MIN(index_type) FROM information_schema.statistics \
     WHERE table_schema = DATABASE() AND table_name <> 'rungs_log' GROUP BY table_name, index_name",
    "SELECT 'foreign key', CONCAT(k.table_name, '.', k.constraint_name), \
     GROUP_CONCAT(CONCAT_WS(' ', k.column_name, k.referenced_table_name, k.referenced_column_name) \
     ORDER BY k.ordinal_position SEPARATOR ', '), MIN(r.update_rule), MIN(r.delete_rule) \
     FROM information_schema.key_column_usage k JOIN information_schema.referential_constraints r \
     ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name \
     AND r.table_name = k.table_name WHERE k.table_schema = DATABASE() GROUP BY k.table_name, k.constraint_name",
    "SELECT 'check', c.constraint_name, c.check_clause FROM information_schema.check_constraints c \
     WHERE c.constraint_schema = DATABASE()",
    "SELECT 'view', table_name, view_definition FROM information_schema.views WHERE table_schema = DATABASE()",
    "SELECT 'trigger', trigger_name, action_timing, event_manipulation, event_object_table, action_statement \
     FROM information_schema.triggers WHERE trigger_schema = DATABASE()",
    "SELECT LOWER(routine_type), routine_name, dtd_identifier, routine_definition \
     FROM information_schema.routines WHERE routine_schema = DATABASE()",
    "SELECT 'event', event_name, event_definition, interval_value, interval_field \
     FROM information_schema.events WHERE event_schema = DATABASE()",
];
