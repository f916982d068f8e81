//! Types, by the names that the server itself uses.

use crate::dialect::Dialect;

/// Other names of PostgreSQL's types.
const POSTGRES: &[(&str, &str)] = &[
    ("int", "integer"),
    ("int4", "integer"),
    ("int8", "bigint"),
    ("int2", "smallint"),
    ("serial", "integer"),
    ("serial4", "integer"),
    ("bigserial", "bigint"),
    ("serial8", "bigint"),
    ("smallserial", "smallint"),
    ("serial2", "smallint"),
    ("bool", "boolean"),
    ("float8", "double precision"),
    ("float", "double precision"),
    ("float4", "real"),
    ("decimal", "numeric"),
    ("dec", "numeric"),
    ("varchar", "character varying"),
    ("char varying", "character varying"),
    ("char", "character"),
    ("bpchar", "character"),
    ("varbit", "bit varying"),
    ("timestamptz", "timestamp with time zone"),
    ("timestamp", "timestamp without time zone"),
    ("timetz", "time with time zone"),
    ("time", "time without time zone"),
];

/// Other names of MySQL's types.
const MYSQL: &[(&str, &str)] = &[
    ("integer", "int"),
    ("int4", "int"),
    ("int8", "bigint"),
    ("int2", "smallint"),
    ("bool", "tinyint(1)"),
    ("boolean", "tinyint(1)"),
    ("dec", "decimal"),
    ("numeric", "decimal"),
    ("fixed", "decimal"),
    ("double precision", "double"),
    ("real", "double"),
    ("character", "char"),
    ("character varying", "varchar"),
    ("nvarchar", "varchar"),
    ("national varchar", "varchar"),
    ("serial", "bigint unsigned"),
];

/// A type without spaces that mean nothing, under the name that the server shows.
pub(super) fn normal(text: &str, dialect: Dialect) -> String {
    let spaced = text
        .replace(" (", "(")
        .replace("( ", "(")
        .replace(" )", ")")
        .replace(" ,", ",")
        .replace(" [", "[")
        .replace("[ ", "[")
        .replace(" ]", "]")
        .replace(" . ", ".");
    let aliases = match dialect {
        Dialect::Postgres => POSTGRES,
        Dialect::Mysql => MYSQL,
        // SQLite shows a type as it was written.
        Dialect::Sqlite => return spaced,
    };
    if dialect == Dialect::Postgres
        && let Some((element, _)) = spaced.split_once(" array")
    {
        return format!("{}[]", normal(element, dialect));
    }
    let end = spaced.find(['(', '[']).unwrap_or(spaced.len());
    let (word, rest) = spaced.split_at(end);
    let found = aliases.iter().find(|(alias, _)| *alias == word.trim());
    let Some((_, shown)) = found else {
        // `varchar(10) unsigned`, or `timestamp(3) with time zone`.
        return spaced;
    };
    if dialect == Dialect::Postgres && word.trim() == "float" {
        return float(rest);
    }
    match shown.strip_suffix(" time zone") {
        // The precision stands before `with time zone`.
        Some(_) if rest.starts_with('(') => {
            let (first, zone) = shown.split_once(' ').unwrap_or((shown, ""));
            if rest.contains("time zone") {
                format!("{first}{rest}")
            } else {
                match rest.split_once(')') {
                    Some((precision, array)) => format!("{first}{precision}) {zone}{array}"),
                    None => format!("{shown}{rest}"),
                }
            }
        }
        _ => format!("{shown}{rest}"),
    }
}

/// `float(24)`: the bits that are asked for decide, and are not kept.
fn float(rest: &str) -> String {
    let sized = rest.strip_prefix('(').and_then(|it| it.split_once(')'));
    let (bits, rest) = sized.unwrap_or(("53", rest));
    let is_small = bits.trim().parse::<u8>().is_ok_and(|bits| bits < 25);
    let name = if is_small { "real" } else { "double precision" };
    format!("{name}{rest}")
}

/// Whether values of two types can be compared in a foreign key beyond doubt: only types of the same
/// family, which are judged by their first word.
pub(crate) fn family(data_type: &str) -> Option<&'static str> {
    let end = data_type.find(['(', '[']).unwrap_or(data_type.len());
    if data_type.contains('[') {
        return None;
    }
    let word = data_type.get(..end).unwrap_or_default().trim();
    Some(match word {
        "integer" | "bigint" | "smallint" | "numeric" | "real" | "double precision" => "number",
        "text" | "character varying" | "character" => "text",
        "uuid" => "uuid",
        "boolean" => "boolean",
        "bytea" => "bytea",
        "jsonb" => "jsonb",
        "date" | "timestamp with time zone" | "timestamp without time zone" => "date",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_has_one_name() {
        let postgres = |text| normal(text, Dialect::Postgres);
        assert_eq!(postgres("int8"), "bigint");
        assert_eq!(postgres("varchar ( 10 )"), "character varying(10)");
        assert_eq!(postgres("numeric ( 10 , 2 )"), "numeric(10, 2)");
        assert_eq!(postgres("timestamptz"), "timestamp with time zone");
        assert_eq!(postgres("timestamptz ( 3 )"), "timestamp(3) with time zone");
        assert_eq!(postgres("int [ ]"), "integer[]");
        assert_eq!(normal("INTEGER", Dialect::Sqlite), "INTEGER");
        assert_eq!(normal("bool", Dialect::Mysql), "tinyint(1)");
        assert_eq!(postgres("int array"), "integer[]");
        assert_eq!(postgres("float ( 24 ) [ ]"), "real[]");
        assert_eq!(postgres("float(25)"), "double precision");
        assert_eq!(postgres("float"), "double precision");
    }
}
